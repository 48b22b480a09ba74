//! A process that has ended, with what it printed.

use serde_json::Value;

/// How a process ended and what it printed.
#[derive(Debug, Clone)]
pub struct Finished {
    /// The command, for messages.
    pub command: String,
    /// Exit code; absent where a signal ended it.
    pub code: Option<i32>,
    /// Standard output.
    pub stdout: String,
    /// Standard error.
    pub stderr: String,
}

impl Finished {
    /// Demands exit code 0.
    ///
    /// # Panics
    /// With all output when the code is another one.
    #[track_caller]
    pub fn ok(self) -> Self {
        assert_eq!(self.code, Some(0), "{}", self.shown());
        self
    }

    /// Demands an exit code and words on standard error.
    ///
    /// # Panics
    /// With all output when the code is another one or a word is missing.
    #[track_caller]
    pub fn fails(self, code: i32, words: &[&str]) -> Self {
        assert_eq!(self.code, Some(code), "{}", self.shown());
        for word in words {
            assert!(
                self.stderr.contains(word),
                "standard error lacks `{word}`\n{}",
                self.shown()
            );
        }
        self
    }

    /// Standard output as one JSON document.
    ///
    /// # Panics
    /// With all output when it is none.
    #[track_caller]
    pub fn json(&self) -> Value {
        match serde_json::from_str(&self.stdout) {
            Ok(value) => value,
            Err(error) => panic!("not one JSON document: {error}\n{}", self.shown()),
        }
    }

    /// Standard output as lines of JSON.
    ///
    /// # Panics
    /// With all output when a line is none.
    #[track_caller]
    pub fn events(&self) -> Vec<Value> {
        let parse = |line: &str| match serde_json::from_str(line) {
            Ok(value) => value,
            Err(error) => panic!("`{line}` is no JSON: {error}\n{}", self.shown()),
        };
        self.stdout.lines().map(parse).collect()
    }

    /// Everything, for messages.
    pub fn shown(&self) -> String {
        let Self {
            command,
            code,
            stdout,
            stderr,
        } = self;
        format!("`{command}` ended with {code:?}\n--- stdout\n{stdout}\n--- stderr\n{stderr}\n---")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn finished(code: i32, stdout: &str, stderr: &str) -> Finished {
        Finished {
            command: "a b".to_owned(),
            code: Some(code),
            stdout: stdout.to_owned(),
            stderr: stderr.to_owned(),
        }
    }

    #[test]
    fn documents_and_lines_are_read() {
        assert_eq!(finished(0, "{\"a\": 1}\n", "").ok().json()["a"], 1);
        let events = finished(0, "{\"a\": 1}\n{\"a\": 2}\n", "").events();
        assert_eq!(events.len(), 2);
        assert_eq!(events[1]["a"], 2);
    }

    #[test]
    #[should_panic(expected = "standard error lacks `port`")]
    fn a_missing_word_is_named() {
        finished(3, "", "the disk").fails(3, &["disk", "port"]);
    }

    #[test]
    #[should_panic(expected = "`a b` ended with Some(1)")]
    fn another_exit_code_shows_the_command() {
        finished(1, "", "").ok();
    }
}
