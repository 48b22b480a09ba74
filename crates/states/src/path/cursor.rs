//! A place in a text that is being parsed; shared by paths and intrinsic functions.

use thiserror::Error;

/// Why a path or an intrinsic function cannot be read.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
pub(crate) enum SyntaxError {
    #[error("{0}")]
    Malformed(String),
    #[error("a variable (`${0}`)")]
    Variable(String),
}

/// Reads a text from left to right.
#[derive(Debug, Clone)]
pub(crate) struct Cursor<'t> {
    text: &'t str,
    position: usize,
}

impl<'t> Cursor<'t> {
    pub(crate) fn new(text: &'t str) -> Self {
        Cursor { text, position: 0 }
    }

    pub(crate) fn rest(&self) -> &'t str {
        &self.text[self.position..]
    }

    pub(crate) fn position(&self) -> usize {
        self.position
    }

    /// The text from an earlier position up to here.
    pub(crate) fn since(&self, start: usize) -> &'t str {
        &self.text[start..self.position]
    }

    pub(crate) fn peek(&self) -> Option<char> {
        self.rest().chars().next()
    }

    pub(crate) fn next(&mut self) -> Option<char> {
        let next = self.peek()?;
        self.position += next.len_utf8();
        Some(next)
    }

    /// Steps over `token` if it stands here.
    pub(crate) fn eat(&mut self, token: &str) -> bool {
        let found = self.rest().starts_with(token);
        if found {
            self.position += token.len();
        }
        found
    }

    pub(crate) fn expect(&mut self, token: &str) -> Result<(), SyntaxError> {
        if self.eat(token) {
            Ok(())
        } else {
            Err(self.error(&format!("expected `{token}`")))
        }
    }

    pub(crate) fn skip_space(&mut self) {
        self.take_while(char::is_whitespace);
    }

    pub(crate) fn take_while(&mut self, accept: impl Fn(char) -> bool) -> &'t str {
        let start = self.position;
        while self.peek().is_some_and(&accept) {
            self.next();
        }
        self.since(start)
    }

    pub(crate) fn at_end(&self) -> bool {
        self.rest().is_empty()
    }

    pub(crate) fn error(&self, message: &str) -> SyntaxError {
        SyntaxError::Malformed(format!(
            "{message} at character {} of `{}`",
            self.position + 1,
            self.text
        ))
    }

    /// A quoted text in which a backslash takes the next character as it is.
    pub(crate) fn quoted(&mut self) -> Result<String, SyntaxError> {
        let quote = self
            .next()
            .ok_or_else(|| self.error("expected a quoted text"))?;
        let mut text = String::new();
        loop {
            match self.next() {
                None => return Err(self.error("a quoted text does not end")),
                Some(c) if c == quote => return Ok(text),
                Some('\\') => text.push(
                    self.next()
                        .ok_or_else(|| self.error("a quoted text does not end"))?,
                ),
                Some(c) => text.push(c),
            }
        }
    }

    /// A whole number with an optional sign; nothing when none stands here.
    pub(crate) fn integer(&mut self) -> Result<Option<i64>, SyntaxError> {
        let start = self.position;
        self.eat("-");
        let digits = self.take_while(|c| c.is_ascii_digit());
        if digits.is_empty() {
            self.position = start;
            return Ok(None);
        }
        let number = self.since(start).parse();
        number
            .map(Some)
            .map_err(|_| self.error("a number is too large"))
    }

    /// A JSON number; nothing when none stands here.
    pub(crate) fn number(&mut self) -> Result<Option<serde_json::Number>, SyntaxError> {
        if !self.peek().is_some_and(|c| c == '-' || c.is_ascii_digit()) {
            return Ok(None);
        }
        let text = self.take_while(|c| c.is_ascii_alphanumeric() || matches!(c, '-' | '+' | '.'));
        serde_json::from_str(text)
            .map(Some)
            .map_err(|_| self.error("a number is malformed"))
    }
}
