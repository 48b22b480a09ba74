//! Why a verb did not do what it was asked, and the exit code that says so.

use std::error::Error;
use std::fmt;
use std::process::ExitCode;

/// Kinds of ends, each with its exit code.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Kind {
    /// The answer is no: a gate that is not met, a job that failed.
    No,
    /// The input is wrong: a file, a flag.
    Input,
    /// The environment is wrong: port, disk, state.
    Environment,
    /// A defect of the program.
    Defect,
    /// The user interrupted.
    Interrupted,
}

/// Every kind with its meaning, in the order of their exit codes.
pub(crate) const KINDS: [(Kind, &str); 5] = [
    (
        Kind::No,
        "the answer is no: the gate is not met, a job failed",
    ),
    (Kind::Input, "the input is wrong: a file, a flag"),
    (
        Kind::Environment,
        "the environment is wrong: a port, the disk, a state that is locked or newer",
    ),
    (Kind::Defect, "a defect of Plimsoll"),
    (Kind::Interrupted, "interrupted"),
];

impl Kind {
    pub(crate) fn exit_code(self) -> u8 {
        match self {
            Self::No => 1,
            Self::Input => 2,
            Self::Environment => 3,
            Self::Defect => 4,
            Self::Interrupted => 130,
        }
    }
}

impl From<Kind> for ExitCode {
    fn from(kind: Kind) -> Self {
        Self::from(kind.exit_code())
    }
}

/// A failure with what a user needs: what is wrong, and what to do.
#[derive(Debug)]
pub(crate) struct Failure {
    pub(crate) kind: Kind,
    /// Stable code with a page, where there is one.
    pub(crate) code: Option<&'static str>,
    /// Lowercase, no full stop; empty where `shown` says it all.
    pub(crate) message: String,
    /// What to do.
    pub(crate) hints: Vec<String>,
    /// Text that is complete already, such as the rendered diagnostics of a file.
    pub(crate) shown: Option<String>,
}

impl Failure {
    pub(crate) fn new(kind: Kind, message: impl Into<String>) -> Self {
        Self {
            kind,
            code: None,
            message: message.into(),
            hints: Vec::new(),
            shown: None,
        }
    }

    pub(crate) fn input(message: impl Into<String>) -> Self {
        Self::new(Kind::Input, message)
    }

    pub(crate) fn environment(message: impl Into<String>) -> Self {
        Self::new(Kind::Environment, message)
    }

    /// A failure that ought not to happen, with its chain of causes.
    pub(crate) fn defect(what: &str, error: &dyn Error) -> Self {
        Self::new(Kind::Defect, format!("{what}: {}", chain(error)))
    }

    pub(crate) fn code(mut self, code: &'static str) -> Self {
        self.code = Some(code);
        self
    }

    pub(crate) fn hint(mut self, hint: impl Into<String>) -> Self {
        self.hints.push(hint.into());
        self
    }

    /// Hints that there may be.
    pub(crate) fn hints(mut self, hints: impl IntoIterator<Item = String>) -> Self {
        self.hints.extend(hints);
        self
    }

    pub(crate) fn shown(kind: Kind, text: String) -> Self {
        Self {
            shown: Some(text),
            ..Self::new(kind, "")
        }
    }
}

impl fmt::Display for Failure {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if let Some(text) = &self.shown {
            return f.write_str(text.trim_end());
        }
        match self.code {
            Some(code) => write!(f, "error[{code}]: {}", self.message)?,
            None => write!(f, "error: {}", self.message)?,
        }
        for hint in &self.hints {
            write!(f, "\n  = hint: {hint}")?;
        }
        if let Some(code) = self.code {
            write!(f, "\n  = hint: `plimsoll explain {code}`")?;
        }
        Ok(())
    }
}

/// An error with its causes, joined by colons.
pub(crate) fn chain(error: &dyn Error) -> String {
    let mut text = error.to_string();
    let mut source = error.source();
    while let Some(cause) = source {
        text = format!("{text}: {cause}");
        source = cause.source();
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_failure_shows_code_hints_and_where_to_read_more() {
        let failure = Failure::environment("port 4566 is in use")
            .code("P0302")
            .hint("choose another with `--port`");
        assert_eq!(
            failure.to_string(),
            "error[P0302]: port 4566 is in use\n  = hint: choose another with `--port`\n  = hint: `plimsoll explain P0302`"
        );
        assert_eq!(
            Failure::shown(Kind::Input, "as it is\n".into()).to_string(),
            "as it is"
        );
    }

    #[test]
    fn exit_codes_are_those_of_the_interface() {
        assert_eq!(KINDS.map(|(kind, _)| kind.exit_code()), [1, 2, 3, 4, 130]);
    }
}
