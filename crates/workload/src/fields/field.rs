//! Rows of the table.

use crate::Code;
use crate::domain::TaskKind;

/// A key: one row of the table.
#[derive(Debug)]
pub(crate) struct Field {
    /// The key, or the name of a variant.
    pub(crate) name: &'static str,
    /// What its value may be.
    pub(crate) kind: Kind,
    /// What happens where it is not there.
    pub(crate) presence: Presence,
    /// What it means: a full sentence or more.
    pub(crate) doc: &'static str,
}

/// What happens where a key is not there.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Presence {
    /// It is an error.
    Required,
    /// It means something of its own, which the doc says.
    Optional,
    /// It means this YAML.
    Default(&'static str),
    /// It means this YAML, by the kind of the task; each kind is in the list.
    ByTask(&'static [(TaskKind, &'static str)]),
}

/// What a value may be.
#[derive(Debug)]
pub(crate) enum Kind {
    /// A scalar written in a certain form.
    Form(&'static Form),
    /// A whole number, limits included.
    Integer { least: i64, most: i64 },
    /// A number, limits included.
    Number { least: f64, most: f64 },
    /// `true` or `false`.
    Boolean,
    /// One word of a set.
    Choice(Choices),
    /// A map with the keys of the table.
    Section(&'static [Field]),
    /// A map with keys of the user's.
    Map {
        key: &'static Form,
        value: &'static Kind,
    },
    /// A list with one element at least.
    List(&'static Kind),
    /// A list that may be empty.
    AnyList(&'static Kind),
    /// One element, or a list of them.
    OneOrMany(&'static Kind),
    /// A scalar of the first kind, or a map of the second.
    ScalarOr(&'static Kind, &'static Kind),
    /// A list with elements of the first kind, or a value of the second.
    ListOr(&'static Kind, &'static Kind),
    /// A map with exactly one key of the table.
    Variant(&'static [Field]),
    /// Known, but of a later release: refused by name.
    Later,
}

/// Words to choose from.
#[derive(Debug)]
pub(crate) struct Choices {
    /// Those that work.
    pub(crate) now: &'static [&'static str],
    /// Those of a later release.
    pub(crate) later: &'static [&'static str],
    /// The code for a word that is neither.
    pub(crate) code: Code,
}

/// How a scalar is written.
#[derive(Debug)]
pub(crate) struct Form {
    /// What it is, with an example: completes "expected ...".
    pub(crate) expected: &'static str,
    /// A regular expression that every accepted text matches, for editors.
    pub(crate) pattern: Option<&'static str>,
    /// Which scalars are texts of this form.
    pub(crate) plain: Plain,
    /// Why a text is not accepted.
    pub(crate) accepts: fn(&str) -> Result<(), String>,
    /// Words that are accepted, where these are all: for suggestions.
    pub(crate) words: &'static [&'static str],
    /// The code for a text that is not accepted.
    pub(crate) code: Code,
}

/// How scalars without quotes are taken.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Plain {
    /// A number or a boolean is not text.
    Text,
    /// Any is a text: labels, columns, numbers that may be words.
    Any,
    /// A number lacks its unit.
    Quantity,
}

impl Field {
    pub(super) const fn required(name: &'static str, kind: Kind, doc: &'static str) -> Self {
        Self {
            name,
            kind,
            presence: Presence::Required,
            doc,
        }
    }

    pub(super) const fn optional(name: &'static str, kind: Kind, doc: &'static str) -> Self {
        Self {
            name,
            kind,
            presence: Presence::Optional,
            doc,
        }
    }

    /// A key with a default, written as YAML.
    pub(super) const fn default(
        name: &'static str,
        kind: Kind,
        default: &'static str,
        doc: &'static str,
    ) -> Self {
        Self {
            name,
            kind,
            presence: Presence::Default(default),
            doc,
        }
    }

    /// A key with a default of each kind of task, written as YAML.
    pub(super) const fn by_task(
        name: &'static str,
        kind: Kind,
        defaults: &'static [(TaskKind, &'static str)],
        doc: &'static str,
    ) -> Self {
        Self {
            name,
            kind,
            presence: Presence::ByTask(defaults),
            doc,
        }
    }

    pub(super) const fn later(name: &'static str, doc: &'static str) -> Self {
        Self {
            name,
            kind: Kind::Later,
            presence: Presence::Optional,
            doc,
        }
    }
}

impl Kind {
    pub(super) const fn words(now: &'static [&'static str]) -> Self {
        Self::words_and_later(now, &[])
    }

    pub(super) const fn words_and_later(
        now: &'static [&'static str],
        later: &'static [&'static str],
    ) -> Self {
        Self::Choice(Choices {
            now,
            later,
            code: Code::UnknownWord,
        })
    }
}
