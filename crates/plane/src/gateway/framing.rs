//! The framing of `aws-chunked` bodies, watched as they pass. `s3s` holds each chunk in memory until it has all of it: an
//! unsigned chunk is therefore cut into the pieces in which it comes, and a signed one, which cannot be cut, is bounded.

use bytes::{Bytes, BytesMut};

/// Most bytes of a signed chunk.
pub(super) const LARGEST_CHUNK: u64 = 16 << 20;
/// Most bytes of the line before a chunk.
const LONGEST_LINE: usize = 1024;

/// A chunk that is refused.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct TooLarge;

/// Where in the framing a body is.
#[derive(Debug)]
enum Place {
    /// In the line before a chunk, of which this much has come.
    Line(Vec<u8>),
    /// In a chunk that lacks this many bytes.
    Chunk(u64),
    /// In the end of a chunk, of which this many bytes lack.
    End(u8),
    /// Behind the last chunk, or in what is not framed as it should be: `s3s` says what is wrong.
    Rest,
}

/// Watches one body.
#[derive(Debug)]
pub(super) struct Framing {
    place: Place,
    is_signed: bool,
}

impl Framing {
    pub(super) fn new(is_signed: bool) -> Self {
        Self {
            place: Place::Line(Vec::new()),
            is_signed,
        }
    }

    /// Takes a piece of a body and gives what goes on.
    pub(super) fn pass(&mut self, piece: &[u8]) -> Result<Bytes, TooLarge> {
        let mut passed = BytesMut::with_capacity(piece.len() + 16);
        let mut rest = piece;
        while !rest.is_empty() {
            rest = match &mut self.place {
                Place::Line(line) => {
                    let end = rest.iter().position(|byte| *byte == b'\n');
                    let taken = end.map_or(rest.len(), |end| end + 1);
                    line.extend_from_slice(&rest[..taken]);
                    let line =
                        (end.is_some() || line.len() > LONGEST_LINE).then(|| std::mem::take(line));
                    if let Some(line) = line {
                        self.place = self.after_line(&line, &mut passed)?;
                    }
                    &rest[taken..]
                }
                Place::Chunk(lacking) => {
                    let taken = usize::try_from(*lacking)
                        .unwrap_or(usize::MAX)
                        .min(rest.len());
                    let (now, later) = rest.split_at(taken);
                    *lacking -= taken as u64;
                    if !self.is_signed {
                        passed.extend_from_slice(format!("{taken:x}\r\n").as_bytes());
                    }
                    passed.extend_from_slice(now);
                    if !self.is_signed {
                        passed.extend_from_slice(b"\r\n");
                    }
                    if *lacking == 0 {
                        self.place = Place::End(2);
                    }
                    later
                }
                Place::End(lacking) => {
                    let (first, later) = rest.split_at(1);
                    *lacking -= 1;
                    if self.is_signed {
                        passed.extend_from_slice(first);
                    }
                    let expected = if *lacking == 1 { b"\r" } else { b"\n" };
                    if first != expected {
                        // Passed on as it is, it breaks the framing there too.
                        passed.extend_from_slice(if self.is_signed { b"" } else { first });
                        self.place = Place::Rest;
                    } else if *lacking == 0 {
                        self.place = Place::Line(Vec::new());
                    }
                    later
                }
                Place::Rest => {
                    passed.extend_from_slice(rest);
                    &[]
                }
            };
        }
        Ok(passed.freeze())
    }

    /// What has come of a line that never ended.
    pub(super) fn end(&mut self) -> Bytes {
        match std::mem::replace(&mut self.place, Place::Rest) {
            Place::Line(line) => Bytes::from(line),
            // A chunk that was cut short must not look whole.
            Place::Chunk(_) if !self.is_signed => Bytes::from_static(b"1\r\n"),
            _ => Bytes::new(),
        }
    }

    fn after_line(&self, line: &[u8], passed: &mut BytesMut) -> Result<Place, TooLarge> {
        let size = std::str::from_utf8(line)
            .ok()
            .and_then(|text| text.split([';', '\r']).next())
            .and_then(|digits| u64::from_str_radix(digits, 16).ok());
        Ok(match size {
            Some(size) if size > 0 && line.ends_with(b"\r\n") => {
                if self.is_signed && size > LARGEST_CHUNK {
                    return Err(TooLarge);
                }
                if self.is_signed {
                    passed.extend_from_slice(line);
                }
                Place::Chunk(size)
            }
            _ => {
                passed.extend_from_slice(line);
                Place::Rest
            }
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Passes a body in pieces of some length.
    fn pass(body: &[u8], length: usize, is_signed: bool) -> Result<Vec<u8>, TooLarge> {
        let mut framing = Framing::new(is_signed);
        let mut passed = Vec::new();
        for piece in body.chunks(length) {
            passed.extend(framing.pass(piece)?);
        }
        passed.extend(framing.end());
        Ok(passed)
    }

    /// The content of a framed body.
    fn content(mut body: &[u8]) -> Vec<u8> {
        let mut content = Vec::new();
        loop {
            let end = body.iter().position(|byte| *byte == b'\n').unwrap();
            let line = std::str::from_utf8(&body[..end]).unwrap();
            let size = usize::from_str_radix(line.trim_end(), 16).unwrap();
            if size == 0 {
                return content;
            }
            content.extend(&body[end + 1..end + 1 + size]);
            assert_eq!(&body[end + 1 + size..end + 3 + size], b"\r\n");
            body = &body[end + 3 + size..];
        }
    }

    #[test]
    fn unsigned_chunks_are_cut_into_their_pieces() {
        let body = b"5\r\nhello\r\nb\r\n wide world\r\n0\r\nx-amz-checksum-crc32:a\r\n\r\n";
        for length in 1..=body.len() {
            let passed = pass(body, length, false).unwrap();
            assert_eq!(content(&passed), b"hello wide world", "{length}");
            assert!(passed.ends_with(b"0\r\nx-amz-checksum-crc32:a\r\n\r\n"));
        }
    }

    #[test]
    fn signed_chunks_pass_as_they_are_up_to_a_bound() {
        let body = b"5;chunk-signature=00\r\nhello\r\n0;chunk-signature=11\r\n\r\n";
        for length in 1..=body.len() {
            assert_eq!(pass(body, length, true).unwrap(), body, "{length}");
        }
        for (line, expected) in [
            ("1000000;chunk-signature=00\r\n", Ok(())),
            ("1000001;chunk-signature=00\r\n", Err(TooLarge)),
            ("ffffffff;chunk-signature=00\r\n", Err(TooLarge)),
        ] {
            assert_eq!(
                pass(line.as_bytes(), 7, true).map(|_| ()),
                expected,
                "{line}"
            );
        }
        assert!(pass(b"ffffffffff\r\n", 3, false).is_ok());
    }

    #[test]
    fn what_is_broken_stays_broken() {
        for body in [
            &b"zz\r\nhello\r\n0\r\n\r\n"[..],
            b"5\nhello\r\n0\r\n\r\n",
            b"5",
            b"-5\r\nhello",
        ] {
            for is_signed in [true, false] {
                assert_eq!(pass(body, 2, is_signed).unwrap(), body);
            }
        }
        // Cut short within a chunk, and a chunk that is longer than it says.
        let cut = pass(b"5\r\nhel", 3, false).unwrap();
        assert!(cut.ends_with(b"1\r\n"), "{cut:?}");
        let long = pass(b"5\r\nhelloo\r\n0\r\n\r\n", 4, false).unwrap();
        assert!(long.ends_with(b"o\r\n0\r\n\r\n") && !long.ends_with(b"\r\no\r\n"));
        let line = [b'1'; 3000];
        assert_eq!(pass(&line, 100, true).unwrap(), line);
    }
}
