//! A parsed path.

use std::fmt;

use super::SyntaxError;
use super::filter::Filter;
use super::parser;

/// A path into the data or into the context object, with the text that it was written as.
#[derive(Debug, Clone)]
pub(crate) struct Path {
    pub(crate) text: String,
    pub(crate) root: Root,
    pub(crate) steps: Vec<Step>,
}

/// Where a path begins.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Root {
    /// `$`: the data at hand.
    Input,
    /// `$$`: the context object.
    Context,
}

/// One step down; a deep one looks at every value below as well.
#[derive(Debug, Clone)]
pub(crate) struct Step {
    pub(crate) deep: bool,
    pub(crate) selector: Selector,
}

/// What a step picks from a value.
#[derive(Debug, Clone)]
pub(crate) enum Selector {
    Names(Vec<String>),
    Indexes(Vec<i64>),
    Slice {
        start: Option<i64>,
        end: Option<i64>,
        step: i64,
    },
    Wildcard,
    Filter(Filter),
}

impl Path {
    /// Reads a whole text as a path.
    pub(crate) fn parse(text: &str) -> Result<Path, SyntaxError> {
        parser::path(text)
    }

    /// Whether the path can only mean one value.
    pub(crate) fn is_definite(&self) -> bool {
        self.steps.iter().all(Step::is_definite)
    }
}

/// The path as it was written.
impl fmt::Display for Path {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.text)
    }
}

impl Step {
    pub(crate) fn is_definite(&self) -> bool {
        let single = match &self.selector {
            Selector::Names(names) => names.len() == 1,
            Selector::Indexes(indexes) => indexes.len() == 1,
            Selector::Slice { .. } | Selector::Wildcard | Selector::Filter(_) => false,
        };
        single && !self.deep
    }
}
