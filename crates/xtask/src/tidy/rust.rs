//! Rust source apart into code, strings and comments, by the lexical rules of the language.
//!
//! It knows no grammar. What it must get right is where strings and comments begin and end: raw strings, nested
//! comments, and the quote of a lifetime, which begins no character.

/// A string or a comment.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Piece {
    /// Where it begins, in bytes.
    pub(super) start: usize,
    /// Behind its last byte.
    pub(super) end: usize,
    /// Its line, from 1.
    pub(super) line: usize,
    /// What is between its delimiters.
    pub(super) text: String,
}

/// A Rust file.
#[derive(Debug, Default)]
pub(super) struct Source {
    /// The text with spaces in place of strings, characters and comments. Places and lines are those of the text.
    pub(super) code: String,
    /// Its strings, in order.
    pub(super) strings: Vec<Piece>,
    /// Its comments, in order.
    pub(super) comments: Vec<Piece>,
}

impl Source {
    /// Takes a text apart.
    pub(super) fn read(text: &str) -> Self {
        let mut lexer = Lexer {
            text,
            bytes: text.as_bytes(),
            at: 0,
            line: 1,
            source: Self::default(),
        };
        while lexer.at < lexer.bytes.len() {
            lexer.step();
        }
        lexer.source
    }

    /// Lines of code on which a word stands, from 1.
    pub(super) fn lines_with(&self, word: &str) -> Vec<usize> {
        let numbered = self.code.lines().zip(1..);
        numbered
            .filter(|(line, _)| places_of_word(line, word).next().is_some())
            .map(|(_, number)| number)
            .collect()
    }

    /// The line of a place, from 1.
    pub(super) fn line_of(&self, place: usize) -> usize {
        1 + self.code[..place].matches('\n').count()
    }

    /// The code before the tests that stand at the end of a file.
    pub(super) fn production(&self) -> &str {
        // An attribute of lints may stand between.
        let ends = |place: &usize| {
            let rest = &self.code[*place..];
            let lines = rest
                .lines()
                .skip(1)
                .skip_while(|line| line.starts_with("#["));
            lines.take(1).any(|line| line.starts_with("mod tests {"))
        };
        let starts = self.code.match_indices("#[cfg(test)]\n");
        let end = starts.map(|(place, _)| place).find(ends);
        &self.code[..end.unwrap_or(self.code.len())]
    }
}

/// Places of a word that is no part of a longer one.
pub(super) fn places_of_word<'t>(text: &'t str, word: &'t str) -> impl Iterator<Item = usize> + 't {
    let is_inside = |c: char| c.is_alphanumeric() || c == '_';
    text.match_indices(word)
        .map(|(place, _)| place)
        .filter(move |&place| {
            !text[..place].ends_with(is_inside)
                && !text[place + word.len()..].starts_with(is_inside)
        })
}

struct Lexer<'t> {
    text: &'t str,
    bytes: &'t [u8],
    at: usize,
    line: usize,
    source: Source,
}

impl Lexer<'_> {
    fn step(&mut self) {
        let rest = &self.bytes[self.at..];
        match rest[0] {
            b'/' if rest.starts_with(b"//") => {
                let length = rest.iter().position(|&byte| byte == b'\n');
                let length = length.unwrap_or(rest.len());
                self.comment(length, 2, 0);
            }
            b'/' if rest.starts_with(b"/*") => self.comment(block_length(rest), 2, 2),
            b'"' => self.string(plain_length(rest), 1, 1),
            b'\'' => match character_length(rest) {
                Some(length) => self.blank(length),
                None => self.keep(),
            },
            b'r' if !self.inside_a_word() => match raw_length(rest) {
                Some((length, hashes)) => self.string(length, hashes + 2, hashes + 1),
                None => self.keep(),
            },
            _ => self.keep(),
        }
    }

    /// Whether the byte before belongs to a name; the prefixes of byte and C strings do not.
    fn inside_a_word(&self) -> bool {
        let before = &self.bytes[..self.at];
        let is_word = |byte: u8| byte.is_ascii_alphanumeric() || byte == b'_';
        match before {
            [.., other, b'b' | b'c'] => is_word(*other),
            [b'b' | b'c'] | [] => false,
            [.., last] => is_word(*last),
        }
    }

    /// Copies one character as code.
    fn keep(&mut self) {
        let character = self.text[self.at..].chars().next().unwrap_or_default();
        if character == '\n' {
            self.line += 1;
        }
        self.source.code.push(character);
        self.at += character.len_utf8();
    }

    /// Passes over bytes, of which only the ends of lines stay.
    fn blank(&mut self, length: usize) {
        let end = (self.at + length).min(self.bytes.len());
        for &byte in &self.bytes[self.at..end] {
            let blank = if byte == b'\n' { '\n' } else { ' ' };
            self.line += usize::from(byte == b'\n');
            self.source.code.push(blank);
        }
        self.at = end;
    }

    fn piece(&mut self, length: usize, open: usize, close: usize) -> Piece {
        let (start, line) = (self.at, self.line);
        let end = (start + length).min(self.bytes.len());
        let inner = start + open..end.saturating_sub(close).max(start + open);
        let text = self.text.get(inner).unwrap_or_default().to_owned();
        self.blank(length);
        Piece {
            start,
            end,
            line,
            text,
        }
    }

    fn comment(&mut self, length: usize, open: usize, close: usize) {
        let piece = self.piece(length, open, close);
        self.source.comments.push(piece);
    }

    fn string(&mut self, length: usize, open: usize, close: usize) {
        let piece = self.piece(length, open, close);
        self.source.strings.push(piece);
    }
}

/// Length of a nested block comment.
fn block_length(rest: &[u8]) -> usize {
    let (mut depth, mut at) = (0_usize, 0);
    while at < rest.len() {
        if rest[at..].starts_with(b"/*") {
            depth += 1;
            at += 2;
        } else if rest[at..].starts_with(b"*/") {
            depth -= 1;
            at += 2;
            if depth == 0 {
                return at;
            }
        } else {
            at += 1;
        }
    }
    rest.len()
}

/// Length of a string with escapes.
fn plain_length(rest: &[u8]) -> usize {
    let mut at = 1;
    while at < rest.len() {
        match rest[at] {
            b'\\' => at += 2,
            b'"' => return at + 1,
            _ => at += 1,
        }
    }
    rest.len()
}

/// Length and hashes of a raw string.
fn raw_length(rest: &[u8]) -> Option<(usize, usize)> {
    let hashes = rest[1..].iter().take_while(|&&byte| byte == b'#').count();
    if rest.get(1 + hashes) != Some(&b'"') {
        return None;
    }
    let mut close = vec![b'"'];
    close.resize(1 + hashes, b'#');
    let inner = &rest[2 + hashes..];
    let length = inner
        .windows(close.len())
        .position(|window| window == close)?;
    Some((2 + hashes + length + close.len(), hashes))
}

/// Length of a character; a lifetime is none.
fn character_length(rest: &[u8]) -> Option<usize> {
    if *rest.get(1)? == b'\\' {
        // The escaped character itself may be a quote.
        let close = rest.get(3..)?.iter().position(|&byte| byte == b'\'')?;
        return Some(3 + close + 1);
    }
    // The text is UTF-8: the first byte of a character tells its length.
    let length = match rest[1] {
        0..0x80 => 1,
        0x80..0xe0 => 2,
        0xe0..0xf0 => 3,
        _ => 4,
    };
    (rest.get(1 + length) == Some(&b'\'')).then_some(length + 2)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn strings(text: &str) -> Vec<String> {
        let pieces = Source::read(text).strings;
        pieces.into_iter().map(|piece| piece.text).collect()
    }

    #[test]
    fn strings_and_comments_are_taken_out_and_lines_stay() {
        let text = "let a = \"x // no\"; // yes\nlet b = 1; /* one /* two */ still */ let c;\n";
        let source = Source::read(text);
        assert_eq!(source.code.len(), text.len());
        assert_eq!(source.code.matches('\n').count(), 2);
        assert!(!source.code.contains("yes") && !source.code.contains("still"));
        assert!(source.code.contains("let c;"));
        assert_eq!(source.strings[0].text, "x // no");
        assert_eq!(source.comments[0].text, " yes");
        assert_eq!(source.comments[1].line, 2);
    }

    #[test]
    fn escapes_raw_strings_and_bytes() {
        assert_eq!(strings(r#"f("a\"b", "c\\")"#), [r#"a\"b"#, r"c\\"]);
        assert_eq!(
            strings("r#\"a\"b\"# + br\"c\" + b\"d\""),
            ["a\"b", "c", "d"]
        );
        assert_eq!(strings("r##\"one \"# two\"##"), ["one \"# two"]);
        assert_eq!(strings("let r = other\"x\""), ["x"]);
    }

    #[test]
    fn lifetimes_begin_no_character_and_characters_no_string() {
        let source = Source::read("fn f<'a>(x: &'a str) { ('\"', '\\'', 'é', \"s\") }");
        assert_eq!(source.strings.len(), 1);
        assert_eq!(source.strings[0].text, "s");
        assert!(source.code.contains("<'a>(x: &'a str)"));
        assert!(source.code.is_ascii());
    }

    #[test]
    fn what_is_never_closed_ends_with_the_file() {
        for text in ["\"open", "/* open", "r#\"open\"", "'", "'\\"] {
            assert_eq!(Source::read(text).code.len(), text.len(), "{text}");
        }
    }

    #[test]
    fn words_are_whole() {
        let places: Vec<usize> =
            places_of_word("unsafe_code unsafe(x)unsafety", "unsafe").collect();
        assert_eq!(places, [12]);
        let source = Source::read("a\n// unsafe\nunsafe { \"unsafe\" }\n");
        assert_eq!(source.lines_with("unsafe"), [3]);
        assert_eq!(source.line_of(source.code.find('{').unwrap()), 3);
    }

    #[test]
    fn production_code_ends_where_the_tests_begin() {
        let source = Source::read("fn a() {}\n#[cfg(test)]\nmod tests {\n}\n");
        assert_eq!(source.production(), "fn a() {}\n");
        let expected = Source::read("fn a() {}\n#[cfg(test)]\n#[expect(x)]\nmod tests {\n}\n");
        assert_eq!(expected.production(), "fn a() {}\n");
        let whole = Source::read("#[cfg(test)]\nmod tests;\nfn a() {}\n");
        assert!(whole.production().contains("fn a"));
    }
}
