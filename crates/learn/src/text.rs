//! Bytes to text, and the names that a header gives to columns.

use std::borrow::Cow;

use encoding_rs::DecoderResult;
use steps::Encoding;

/// The decoder's name of an encoding.
pub(crate) fn coder(encoding: Encoding) -> &'static encoding_rs::Encoding {
    match encoding {
        Encoding::Utf8 => encoding_rs::UTF_8,
        Encoding::Utf16le => encoding_rs::UTF_16LE,
        Encoding::Utf16be => encoding_rs::UTF_16BE,
        Encoding::Windows1252 => encoding_rs::WINDOWS_1252,
    }
}

/// The name that a workload file uses.
pub(crate) const fn name(encoding: Encoding) -> &'static str {
    match encoding {
        Encoding::Utf8 => "utf-8",
        Encoding::Utf16le => "utf-16le",
        Encoding::Utf16be => "utf-16be",
        Encoding::Windows1252 => "windows-1252",
    }
}

/// The text of a file without its byte order mark, or the line of the first bytes that are none in that encoding.
///
/// ```
/// use steps::Encoding;
/// assert_eq!(learn::decode(b"caf\xE9", Encoding::Windows1252).unwrap(), "caf\u{e9}");
/// assert_eq!(learn::decode(b"a\nb\xFF", Encoding::Utf8), Err(2));
/// ```
pub fn decode(bytes: &[u8], encoding: Encoding) -> Result<Cow<'_, str>, u64> {
    if encoding == Encoding::Utf8 {
        let bytes = bytes.strip_prefix(b"\xEF\xBB\xBF").unwrap_or(bytes);
        return match std::str::from_utf8(bytes) {
            Ok(text) => Ok(Cow::Borrowed(text)),
            Err(error) => Err(lines(&bytes[..error.valid_up_to()])),
        };
    }
    let mut decoder = coder(encoding).new_decoder_with_bom_removal();
    let most = decoder.max_utf8_buffer_length_without_replacement(bytes.len());
    let mut text = String::with_capacity(most.unwrap_or(bytes.len()));
    let mut read = 0;
    loop {
        let (result, taken) =
            decoder.decode_to_string_without_replacement(&bytes[read..], &mut text, true);
        read += taken;
        match result {
            DecoderResult::InputEmpty => return Ok(Cow::Owned(text)),
            DecoderResult::OutputFull => text.reserve(bytes.len() - read + 64),
            DecoderResult::Malformed(..) => return Err(lines(text.as_bytes())),
        }
    }
}

/// The line on which a text ends.
fn lines(text: &[u8]) -> u64 {
    text.split(|&byte| byte == b'\n').count() as u64
}

/// Names of columns from the cells of a header: trimmed, and one without a name is called `column_N` by its place.
pub fn column_names<'a>(cells: impl Iterator<Item = &'a str>) -> Vec<String> {
    cells
        .zip(1..)
        .map(|(cell, place)| match cell.trim() {
            "" => column_name(place),
            name => name.to_owned(),
        })
        .collect()
}

/// The name of a column that has none; places start at 1.
pub(crate) fn column_name(place: usize) -> String {
    format!("column_{place}")
}

/// The bytes of a text.
#[cfg(test)]
pub(crate) fn encode(text: &str, encoding: Encoding) -> Vec<u8> {
    match encoding {
        Encoding::Utf16le => text.encode_utf16().flat_map(u16::to_le_bytes).collect(),
        Encoding::Utf16be => text.encode_utf16().flat_map(u16::to_be_bytes).collect(),
        other => coder(other).encode(text).0.into_owned(),
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn bad_bytes_are_found_on_their_line() {
        let cases: [(&[u8], Encoding, Result<&str, u64>); 6] = [
            (b"\xEF\xBB\xBFa", Encoding::Utf8, Ok("a")),
            (b"a\n\n\xC3(", Encoding::Utf8, Err(3)),
            (b"\x80\x93", Encoding::Windows1252, Ok("\u{20ac}\u{201c}")),
            (b"\xFF\xFEa\0", Encoding::Utf16le, Ok("a")),
            (b"\0a\0\n\xD8\0\0b", Encoding::Utf16be, Err(2)),
            (b"a\0b", Encoding::Utf16le, Err(1)),
        ];
        for (bytes, encoding, expected) in cases {
            assert_eq!(
                decode(bytes, encoding).as_deref().map_err(|line| *line),
                expected,
                "{bytes:?}"
            );
        }
    }

    #[test]
    fn columns_without_a_name_are_called_by_their_place() {
        assert_eq!(
            column_names(["", " a ", ""].into_iter()),
            ["column_1", "a", "column_3"]
        );
    }

    proptest! {
        #[test]
        fn what_was_encoded_is_decoded(text in "[a-z\u{e9}\u{20ac},\n]{0,40}") {
            for encoding in [Encoding::Utf8, Encoding::Utf16le, Encoding::Utf16be, Encoding::Windows1252] {
                let bytes = encode(&text, encoding);
                prop_assert_eq!(decode(&bytes, encoding).unwrap(), text.as_str());
            }
        }
    }
}
