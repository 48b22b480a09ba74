//! In which encoding a file is: by its byte order mark, else by what its bytes can be.

use std::fs::File;
use std::io::Read;
use std::path::Path;

use steps::Encoding;

use super::error::Error;
use crate::files::FileError;

/// What is looked at for signs of UTF-16 and of files that are no text.
const HEAD: usize = 4096;

/// Beginnings of files that people take for CSV.
const KINDS: [(&[u8], &str); 8] = [
    (
        b"PK\x03\x04",
        "it is a ZIP archive, perhaps an Excel workbook: save it as CSV",
    ),
    (
        b"\xD0\xCF\x11\xE0",
        "it is an old Excel workbook: save it as CSV",
    ),
    (b"\x1F\x8B", "it is compressed with gzip: unpack it first"),
    (b"BZh", "it is compressed with bzip2: unpack it first"),
    (b"\xFD7zXZ", "it is compressed with xz: unpack it first"),
    (
        b"PAR1",
        "it is Parquet: let its name end in `.parquet`, or say `format: parquet`",
    ),
    (
        b"SQLite format 3",
        "it is a SQLite database: export the table as CSV",
    ),
    (b"%PDF", "it is a PDF"),
];

/// The encoding of a file; none where it is ASCII alone, which every encoding but UTF-16 has as a part.
pub(super) fn detect(path: &Path) -> Result<Option<Encoding>, Error> {
    let at = |source| FileError::Read {
        path: path.to_owned(),
        source,
    };
    let mut file = File::open(path).map_err(at)?;
    let mut chunk = vec![0; 1 << 16];
    let mut rest = Utf8::default();
    let mut passed = 0;
    loop {
        let length = file.read(&mut chunk).map_err(at)?;
        let bytes = &chunk[..length];
        if length == 0 {
            return Ok(rest.verdict());
        }
        if passed == 0 {
            if let Some((_, what)) = KINDS.iter().find(|(magic, _)| bytes.starts_with(magic)) {
                return Err(not_text(path, what));
            }
            if let Some(encoding) = marked(bytes).or_else(|| utf16(&bytes[..length.min(HEAD)])) {
                return Ok(Some(encoding));
            }
        }
        if let Some(place) = bytes.iter().position(|&byte| is_binary(byte)) {
            let (byte, place) = (bytes[place], passed + place);
            let meaning = match byte {
                0x1A => "the end-of-file mark of DOS: remove it",
                _ => "which no text has",
            };
            let what = format!("byte {place} is 0x{byte:02X}, {meaning}");
            return Err(not_text(path, &what));
        }
        rest.take(bytes);
        passed += length;
    }
}

fn not_text(path: &Path, what: &str) -> Error {
    Error::NotText {
        file: path.display().to_string(),
        what: what.to_owned(),
    }
}

fn marked(bytes: &[u8]) -> Option<Encoding> {
    [
        (b"\xEF\xBB\xBF".as_slice(), Encoding::Utf8),
        (b"\xFF\xFE", Encoding::Utf16le),
        (b"\xFE\xFF", Encoding::Utf16be),
    ]
    .into_iter()
    .find_map(|(mark, encoding)| bytes.starts_with(mark).then_some(encoding))
}

/// UTF-16 without a mark: every second byte of mostly Latin text is zero.
fn utf16(head: &[u8]) -> Option<Encoding> {
    let zeros = |parity: usize| {
        let places = head.iter().skip(parity).step_by(2);
        places.clone().filter(|&&byte| byte == 0).count() * 10 >= places.count() * 7
    };
    match (zeros(0), zeros(1)) {
        _ if head.len() < 4 => None,
        (false, true) => Some(Encoding::Utf16le),
        (true, false) => Some(Encoding::Utf16be),
        _ => None,
    }
}

/// Control characters that no text file has.
const fn is_binary(byte: u8) -> bool {
    matches!(byte, 0..=8 | 14..=26 | 28..=31)
}

/// Whether bytes that come in pieces are UTF-8.
#[derive(Default)]
struct Utf8 {
    pending: Vec<u8>,
    foreign: bool,
    broken: bool,
}

impl Utf8 {
    fn take(&mut self, bytes: &[u8]) {
        self.foreign |= !bytes.is_ascii();
        if self.broken {
            return;
        }
        self.pending.extend_from_slice(bytes);
        let valid = match std::str::from_utf8(&self.pending) {
            Ok(_) => self.pending.len(),
            Err(error) => {
                self.broken = error.error_len().is_some();
                error.valid_up_to()
            }
        };
        self.pending.drain(..valid);
    }

    fn verdict(&self) -> Option<Encoding> {
        match (self.foreign, self.broken || !self.pending.is_empty()) {
            (false, _) => None,
            (true, false) => Some(Encoding::Utf8),
            (true, true) => Some(Encoding::Windows1252),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::text::encode;

    fn detected(bytes: &[u8]) -> Result<Option<Encoding>, String> {
        let file = tempfile::NamedTempFile::new().unwrap();
        std::fs::write(file.path(), bytes).unwrap();
        detect(file.path()).map_err(|error| match error {
            Error::NotText { what, .. } => what,
            other => other.to_string(),
        })
    }

    #[test]
    fn marks_and_bytes_tell_encodings() {
        let text = "name,city\nAnn,Z\u{fc}rich\n";
        let cases: [(Vec<u8>, Option<Encoding>); 8] = [
            (b"a,b\n1,2\n".to_vec(), None),
            (Vec::new(), None),
            (text.as_bytes().to_vec(), Some(Encoding::Utf8)),
            (b"\xEF\xBB\xBFa\n".to_vec(), Some(Encoding::Utf8)),
            (
                encode(text, Encoding::Windows1252),
                Some(Encoding::Windows1252),
            ),
            (encode(text, Encoding::Utf16le), Some(Encoding::Utf16le)),
            (encode(text, Encoding::Utf16be), Some(Encoding::Utf16be)),
            (b"\xFF\xFEa\0".to_vec(), Some(Encoding::Utf16le)),
        ];
        for (bytes, expected) in cases {
            assert_eq!(detected(&bytes), Ok(expected), "{bytes:?}");
        }
    }

    #[test]
    fn a_character_between_two_pieces_is_whole() {
        let mut text = "a".repeat((1 << 16) - 1);
        text.push_str("\u{e9},\n");
        assert_eq!(detected(text.as_bytes()), Ok(Some(Encoding::Utf8)));
        // A file that ends within a character is not UTF-8.
        assert_eq!(detected(b"a,b\xC3"), Ok(Some(Encoding::Windows1252)));
    }

    #[test]
    fn files_of_other_kinds_are_named() {
        let cases: [(&[u8], &str); 4] = [
            (b"PK\x03\x04rest", "ZIP archive"),
            (b"PAR1", "Parquet"),
            (b"\x1F\x8B\x08", "gzip"),
            (b"a,b\n1,\x01\n", "byte 6 is 0x01"),
        ];
        for (bytes, words) in cases {
            let what = detected(bytes).unwrap_err();
            assert!(what.contains(words), "{what}");
        }
    }
}
