//! A file as a stream of UTF-8, whatever its encoding.

use std::cell::Cell;
use std::io::{self, Read};
use std::rc::Rc;

use encoding_rs::{Decoder, DecoderResult};
use steps::Encoding;

use crate::text::coder;

const PIECE: usize = 1 << 16;

/// Bytes that have been given out since the count was last set to zero.
pub(super) type Given = Rc<Cell<usize>>;

/// Decodes what it reads. Bytes that are no text are an error of the kind `InvalidData`; so are more bytes than `most` while
/// nobody sets the count to zero, which is how a row without an end is found before it fills the memory
/// (`FileTooLarge`).
pub(super) struct Decoded<R> {
    source: R,
    decoder: Decoder,
    input: Vec<u8>,
    read: usize,
    ended: bool,
    output: Vec<u8>,
    taken: usize,
    given: Given,
    lines: Rc<Cell<u64>>,
    most: usize,
}

impl<R: Read> Decoded<R> {
    pub(super) fn new(source: R, encoding: Encoding, most: usize) -> Self {
        Self {
            source,
            decoder: coder(encoding).new_decoder_with_bom_removal(),
            input: Vec::new(),
            read: 0,
            ended: false,
            output: Vec::new(),
            taken: 0,
            given: Given::default(),
            lines: Rc::default(),
            most,
        }
    }

    pub(super) fn given(&self) -> Given {
        Rc::clone(&self.given)
    }

    /// Line ends that have been decoded, those before bytes that are no text included.
    pub(super) fn lines(&self) -> Rc<Cell<u64>> {
        Rc::clone(&self.lines)
    }

    /// Decodes the next piece; nothing is left where the output stays empty.
    fn fill(&mut self) -> io::Result<()> {
        self.output.clear();
        self.taken = 0;
        while self.output.is_empty() {
            if self.read == self.input.len() && !self.ended {
                self.input.resize(PIECE, 0);
                let length = self.source.read(&mut self.input)?;
                self.input.truncate(length);
                self.read = 0;
                self.ended = length == 0;
            }
            self.output.resize(3 * PIECE + 16, 0);
            let (result, read, written) = self.decoder.decode_to_utf8_without_replacement(
                &self.input[self.read..],
                &mut self.output,
                self.ended,
            );
            self.read += read;
            self.output.truncate(written);
            let ends = self.output.split(|&byte| byte == b'\n').count() - 1;
            self.lines.set(self.lines.get() + ends as u64);
            match result {
                DecoderResult::Malformed(..) => {
                    let problem = "not text in this encoding";
                    return Err(io::Error::new(io::ErrorKind::InvalidData, problem));
                }
                DecoderResult::InputEmpty if self.ended => return Ok(()),
                DecoderResult::InputEmpty | DecoderResult::OutputFull => {}
            }
        }
        Ok(())
    }
}

impl<R: Read> Read for Decoded<R> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        if self.taken == self.output.len() {
            if self.ended {
                return Ok(0);
            }
            self.fill()?;
        }
        let left = &self.output[self.taken..];
        let length = left.len().min(buffer.len());
        buffer[..length].copy_from_slice(&left[..length]);
        self.taken += length;
        self.given.set(self.given.get() + length);
        if self.given.get() > self.most {
            let problem = "a row without an end";
            return Err(io::Error::new(io::ErrorKind::FileTooLarge, problem));
        }
        Ok(length)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::text::encode;

    fn all(bytes: &[u8], encoding: Encoding, most: usize) -> Result<String, io::ErrorKind> {
        let mut text = String::new();
        let mut decoded = Decoded::new(bytes, encoding, most);
        match decoded.read_to_string(&mut text) {
            Ok(_) => Ok(text),
            Err(error) => Err(error.kind()),
        }
    }

    #[test]
    fn long_texts_come_whole_in_every_encoding() {
        let text = "\u{e9}\u{20ac},x\n".repeat(40_000);
        for encoding in [
            Encoding::Utf8,
            Encoding::Utf16le,
            Encoding::Utf16be,
            Encoding::Windows1252,
        ] {
            let bytes = encode(&text, encoding);
            assert_eq!(all(&bytes, encoding, usize::MAX).unwrap(), text);
        }
        assert_eq!(all(b"", Encoding::Utf8, 9), Ok(String::new()));
    }

    #[test]
    fn bad_bytes_and_endless_rows_are_errors() {
        assert_eq!(
            all(b"a\xFF", Encoding::Utf8, 9),
            Err(io::ErrorKind::InvalidData)
        );
        assert_eq!(
            all(b"aa\0", Encoding::Utf16le, 9),
            Err(io::ErrorKind::InvalidData)
        );
        assert_eq!(
            all(&[b'a'; 100], Encoding::Utf8, 99),
            Err(io::ErrorKind::FileTooLarge)
        );
    }
}
