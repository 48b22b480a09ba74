//! Cutting a stream of bytes into lines of bounded length.

/// One line, or a piece of one.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Piece {
    pub text: String,
    /// Whether the line goes on in the next piece.
    pub truncated: bool,
}

/// A stream that is cut into lines.
#[derive(Debug)]
pub(super) struct Lines {
    limit: usize,
    bytes: Vec<u8>,
    /// How much of `bytes` is known to have no line ending.
    searched: usize,
}

impl Lines {
    pub(super) fn new(limit: u64) -> Self {
        let limit = usize::try_from(limit).unwrap_or(usize::MAX).max(1);
        Self {
            limit,
            bytes: Vec::new(),
            searched: 0,
        }
    }

    /// Adds what was read. [`next`](Self::next) has to be called until it is empty before more is added.
    pub(super) fn push(&mut self, bytes: &[u8]) {
        self.bytes.extend_from_slice(bytes);
    }

    /// Takes the next line, or the next piece of one that is too long.
    pub(super) fn next(&mut self) -> Option<Piece> {
        let end = self.bytes[self.searched..]
            .iter()
            .position(|&byte| byte == b'\n');
        if let Some(end) = end
            .map(|end| end + self.searched)
            .filter(|&end| end <= self.limit)
        {
            let line = self.bytes[..end]
                .strip_suffix(b"\r")
                .unwrap_or(&self.bytes[..end]);
            let text = String::from_utf8_lossy(line).into_owned();
            self.take(end + 1);
            return Some(Piece {
                text,
                truncated: false,
            });
        }
        if self.bytes.len() <= self.limit {
            self.searched = self.bytes.len();
            return None;
        }
        let cut = character_boundary(&self.bytes, self.limit);
        let text = String::from_utf8_lossy(&self.bytes[..cut]).into_owned();
        self.take(cut);
        Some(Piece {
            text,
            truncated: true,
        })
    }

    /// Takes what is left when the stream has ended without a line ending.
    pub(super) fn last(&mut self) -> Option<Piece> {
        if self.bytes.is_empty() {
            return None;
        }
        let text = String::from_utf8_lossy(&self.bytes).into_owned();
        self.take(self.bytes.len());
        Some(Piece {
            text,
            truncated: false,
        })
    }

    fn take(&mut self, length: usize) {
        self.bytes.drain(..length);
        self.searched = 0;
    }
}

/// The largest place at or before `limit` that does not cut a character of UTF-8 in two.
fn character_boundary(bytes: &[u8], limit: usize) -> usize {
    let continues = |at: usize| {
        bytes
            .get(at)
            .is_some_and(|byte| byte & 0b1100_0000 == 0b1000_0000)
    };
    (limit.saturating_sub(3)..=limit)
        .rev()
        .find(|&at| at > 0 && !continues(at))
        .unwrap_or(limit)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Cuts `chunks` at `limit`; a piece that goes on is marked with `+`.
    fn cut(limit: u64, chunks: &[&[u8]]) -> Vec<String> {
        let mut lines = Lines::new(limit);
        let mut pieces = Vec::new();
        for chunk in chunks {
            lines.push(chunk);
            while let Some(piece) = lines.next() {
                pieces.push(piece);
            }
        }
        pieces.extend(lines.last());
        assert_eq!(lines.last(), None);
        let mark = |piece: Piece| piece.text + if piece.truncated { "+" } else { "" };
        pieces.into_iter().map(mark).collect()
    }

    #[test]
    fn lines_are_cut_at_their_endings_however_the_bytes_arrive() {
        let cases: &[(&[&[u8]], &[&str])] = &[
            (&[b""], &[]),
            (&[b"\n"], &[""]),
            (&[b"one\ntwo\n"], &["one", "two"]),
            (&[b"one\ntwo"], &["one", "two"]),
            (&[b"o", b"ne", b"\n", b"two\n\n"], &["one", "two", ""]),
            (&[b"dos\r\nunix\n"], &["dos", "unix"]),
            (
                &[b"dos\r", b"\nbar 50%\rbar 100%\n"],
                &["dos", "bar 50%\rbar 100%"],
            ),
            (&[b"\xff\n"], &["\u{fffd}"]),
        ];
        for (chunks, expected) in cases {
            assert_eq!(cut(100, chunks), *expected, "{chunks:?}");
        }
    }

    #[test]
    fn a_long_line_comes_in_pieces_that_lose_nothing() {
        assert_eq!(cut(4, &[b"abcd\n"]), ["abcd"]);
        assert_eq!(cut(4, &[b"abcde\n"]), ["abcd+", "e"]);
        assert_eq!(cut(4, &[b"abcdefgh\nx\n"]), ["abcd+", "efgh", "x"]);
        assert_eq!(cut(4, &[b"abc", b"defghij"]), ["abcd+", "efgh+", "ij"]);
        assert_eq!(cut(1, &[b"ab\n"]), ["a+", "b"]);
    }

    #[test]
    fn a_cut_does_not_divide_a_character() {
        // Two bytes each: at 3 the second would be cut in two.
        assert_eq!(
            cut(3, &["\u{e4}\u{f6}\u{fc}".as_bytes()]),
            ["\u{e4}+", "\u{f6}+", "\u{fc}"]
        );
        // Four bytes do not fit into a limit of 3: it is cut all the same, since a limit is a limit.
        assert_eq!(cut(3, &["\u{1f600}".as_bytes()]).len(), 2);
        // Bytes that are no text at all are cut at the limit.
        assert_eq!(cut(4, &[&[0x80; 9]]).len(), 3);
    }
}
