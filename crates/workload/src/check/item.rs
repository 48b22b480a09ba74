//! Checked values: what domain types are read from.
//!
//! An entry that was wrong is absent; its problem has been reported. So reading answers with an option, and of a file
//! without problems everything can be read.

use std::collections::BTreeMap;
use std::str::FromStr;

use crate::SourceRange;
use crate::tree::Key;

/// A checked value with its place.
#[derive(Debug, Clone)]
pub(crate) struct Spanned {
    pub(crate) range: SourceRange,
    pub(crate) item: Item,
}

/// A checked value.
#[derive(Debug, Clone)]
pub(crate) enum Item {
    /// A word or a text that its form accepts.
    Text(String),
    Integer(i64),
    Number(f64),
    Boolean(bool),
    List(Vec<Spanned>),
    /// Keys that the user names, in the order of the file.
    Map(Vec<(Key, Spanned)>),
    /// Keys of the table.
    Section(Section),
    /// One of several sections, under its name.
    Variant(&'static str, Section),
}

/// A map with the keys of the table, defaults filled in.
#[derive(Debug, Clone)]
pub(crate) struct Section {
    /// Where to point for the section as a whole: its key.
    pub(crate) range: SourceRange,
    pub(crate) entries: BTreeMap<&'static str, Spanned>,
}

impl Spanned {
    /// The text as a value of a type.
    pub(crate) fn parsed<T: FromStr>(&self) -> Option<T> {
        match &self.item {
            Item::Text(text) => text.parse().ok(),
            _ => None,
        }
    }

    /// The texts of a list.
    pub(crate) fn texts(&self) -> Option<Vec<String>> {
        match &self.item {
            Item::List(items) => items.iter().map(Self::parsed).collect(),
            _ => None,
        }
    }
}

impl Section {
    pub(crate) fn get(&self, name: &str) -> Option<&Spanned> {
        self.entries.get(name)
    }

    /// The value that the file itself has: defaults stand at the place of their section.
    pub(crate) fn given(&self, name: &str) -> Option<&Spanned> {
        self.get(name).filter(|value| value.range != self.range)
    }

    pub(crate) fn parsed<T: FromStr>(&self, name: &str) -> Option<T> {
        self.get(name)?.parsed()
    }

    pub(crate) fn texts(&self, name: &str) -> Option<Vec<String>> {
        self.get(name)?.texts()
    }

    pub(crate) fn integer<T: TryFrom<i64>>(&self, name: &str) -> Option<T> {
        match self.get(name)?.item {
            Item::Integer(number) => number.try_into().ok(),
            _ => None,
        }
    }

    pub(crate) fn number(&self, name: &str) -> Option<f64> {
        match self.get(name)?.item {
            Item::Number(number) => Some(number),
            _ => None,
        }
    }

    pub(crate) fn boolean(&self, name: &str) -> Option<bool> {
        match self.get(name)?.item {
            Item::Boolean(boolean) => Some(boolean),
            _ => None,
        }
    }

    pub(crate) fn list(&self, name: &str) -> Option<&[Spanned]> {
        match &self.get(name)?.item {
            Item::List(items) => Some(items),
            _ => None,
        }
    }

    pub(crate) fn map(&self, name: &str) -> Option<&[(Key, Spanned)]> {
        match &self.get(name)?.item {
            Item::Map(entries) => Some(entries),
            _ => None,
        }
    }

    pub(crate) fn section(&self, name: &str) -> Option<&Self> {
        match &self.get(name)?.item {
            Item::Section(section) => Some(section),
            _ => None,
        }
    }
}
