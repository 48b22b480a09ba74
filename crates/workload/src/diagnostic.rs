//! A problem of a workload file.

use crate::{Code, SourceRange};

/// What is wrong, where, and what to do.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Diagnostic {
    /// Its stable code.
    pub code: Code,
    /// What is wrong.
    pub message: String,
    /// Where; none where the file as a whole is meant.
    pub range: Option<SourceRange>,
    /// What is said at that place.
    pub label: String,
    /// Other places that play a part, and what is said there.
    pub related: Vec<(SourceRange, String)>,
    /// What to do.
    pub hints: Vec<String>,
}

impl Diagnostic {
    /// A problem of a place in the file.
    pub(crate) fn new(
        code: Code,
        range: SourceRange,
        message: impl Into<String>,
        label: impl Into<String>,
    ) -> Self {
        Self {
            code,
            message: message.into(),
            range: Some(range),
            label: label.into(),
            related: Vec::new(),
            hints: Vec::new(),
        }
    }

    /// The problem of a file that cannot be read; the caller knows the reason, such as `no such file`.
    ///
    /// ```
    /// use workload::{Code, Diagnostic};
    ///
    /// let problem = Diagnostic::unreadable("examples/heart", "no such file");
    /// assert_eq!(problem.code, Code::UnreadableFile);
    /// assert_eq!(problem.message, "cannot read `examples/heart`: no such file");
    /// ```
    pub fn unreadable(path: &str, reason: &str) -> Self {
        Self {
            code: Code::UnreadableFile,
            message: format!("cannot read `{path}`: {reason}"),
            range: None,
            label: String::new(),
            related: Vec::new(),
            hints: vec!["`plimsoll init FILE` writes a workload from data".to_owned()],
        }
    }

    pub(crate) fn related(mut self, range: SourceRange, label: impl Into<String>) -> Self {
        self.related.push((range, label.into()));
        self
    }

    pub(crate) fn hint(mut self, hint: impl Into<String>) -> Self {
        self.hints.push(hint.into());
        self
    }
}
