//! Cutting an object into requests: whole, a line each, or as many lines as fit.

use std::io::{self, BufRead, Read};

/// How to cut.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Split {
    /// Whether each line is a record.
    pub(super) by_line: bool,
    /// Whether a request takes as many records as fit.
    pub(super) multi_record: bool,
    /// Bytes of a request.
    pub(super) limit: usize,
}

/// The requests of an object. After an error there are no more.
pub(super) fn split(from: impl BufRead, how: Split) -> impl Iterator<Item = io::Result<Vec<u8>>> {
    Splitter {
        from,
        how,
        carried: None,
        done: false,
    }
}

struct Splitter<R> {
    from: R,
    how: Split,
    carried: Option<Vec<u8>>,
    done: bool,
}

impl<R: BufRead> Iterator for Splitter<R> {
    type Item = io::Result<Vec<u8>>;

    fn next(&mut self) -> Option<io::Result<Vec<u8>>> {
        if self.done {
            return None;
        }
        let found = if self.how.by_line {
            self.lines()
        } else {
            self.whole()
        };
        if !matches!(found, Ok(Some(_))) {
            self.done = true;
        }
        found.transpose()
    }
}

impl<R: BufRead> Splitter<R> {
    fn whole(&mut self) -> io::Result<Option<Vec<u8>>> {
        self.done = true;
        let mut payload = Vec::new();
        let limit = self.beyond();
        self.from.by_ref().take(limit).read_to_end(&mut payload)?;
        self.check(payload).map(Some)
    }

    fn lines(&mut self) -> io::Result<Option<Vec<u8>>> {
        let Some(mut payload) = self.record()? else {
            return Ok(None);
        };
        if !self.how.multi_record {
            return Ok(Some(payload));
        }
        while let Some(record) = self.record()? {
            if payload.len() + record.len() > self.how.limit {
                self.carried = Some(record);
                break;
            }
            payload.extend_from_slice(&record);
        }
        Ok(Some(payload))
    }

    /// The next line with its break; empty lines are no records.
    fn record(&mut self) -> io::Result<Option<Vec<u8>>> {
        if let Some(carried) = self.carried.take() {
            return Ok(Some(carried));
        }
        loop {
            let mut line = Vec::new();
            let limit = self.beyond();
            if self
                .from
                .by_ref()
                .take(limit)
                .read_until(b'\n', &mut line)?
                == 0
            {
                return Ok(None);
            }
            if line.iter().any(|byte| !byte.is_ascii_whitespace()) {
                return self.check(line).map(Some);
            }
        }
    }

    /// One byte more than a request may have, to notice that there is one.
    fn beyond(&self) -> u64 {
        (self.how.limit as u64).saturating_add(1)
    }

    fn check(&self, payload: Vec<u8>) -> io::Result<Vec<u8>> {
        if payload.len() <= self.how.limit {
            return Ok(payload);
        }
        let message = format!(
            "a record is longer than {} bytes (MaxPayloadInMB)",
            self.how.limit
        );
        Err(io::Error::new(io::ErrorKind::InvalidData, message))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn cut(text: &str, by_line: bool, multi_record: bool, limit: usize) -> Vec<String> {
        split(
            text.as_bytes(),
            Split {
                by_line,
                multi_record,
                limit,
            },
        )
        .map(|payload| match payload {
            Ok(bytes) => String::from_utf8(bytes).unwrap(),
            Err(error) => format!("! {error}"),
        })
        .collect()
    }

    #[test]
    fn an_object_is_cut_as_asked() {
        for (text, by_line, multi_record, limit, expected) in [
            ("a\nbb\nc\n", false, true, 10, &["a\nbb\nc\n"][..]),
            ("a\nbb\nc\n", true, false, 10, &["a\n", "bb\n", "c\n"]),
            ("a\nbb\nc\n", true, true, 5, &["a\nbb\n", "c\n"]),
            ("a\nbb\nc", true, true, 100, &["a\nbb\nc"]),
            ("\n\r\na\r\n\n b\n", true, false, 10, &["a\r\n", " b\n"]),
            ("", true, true, 10, &[]),
            ("", false, true, 10, &[""]),
            (
                "abcdef",
                false,
                true,
                5,
                &["! a record is longer than 5 bytes (MaxPayloadInMB)"],
            ),
            (
                "a\nabcdef\nb\n",
                true,
                false,
                5,
                &["a\n", "! a record is longer than 5 bytes (MaxPayloadInMB)"],
            ),
            (
                "a\nabcdef\nb\n",
                true,
                true,
                usize::MAX,
                &["a\nabcdef\nb\n"],
            ),
        ] {
            assert_eq!(
                cut(text, by_line, multi_record, limit),
                expected,
                "{text:?}"
            );
        }
    }
}
