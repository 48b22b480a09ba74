//! What is learned.

use std::collections::BTreeMap;

use super::{Forecast, Threshold, words};
use crate::check::{Item, Section, Spanned};

words! {
    /// Kind of task.
    pub enum TaskKind {
        /// One of a set of classes.
        Classification = "classification",
        /// A number.
        Regression = "regression",
        /// Numbers of hours to come.
        Forecast = "forecast",
    }
}

/// What turns the target into two classes.
#[derive(Debug, Clone, PartialEq)]
pub enum Positive {
    /// The numeric target compared with a number: `0` where it does not hold, `1` where it does.
    Threshold(Threshold),
    /// Label in the data to class; exactly two classes.
    Labels(BTreeMap<String, String>),
}

/// The task of a workload.
#[derive(Debug, Clone, PartialEq)]
#[non_exhaustive]
pub struct Task {
    /// Its kind.
    pub kind: TaskKind,
    /// The column to predict.
    pub target: String,
    /// Set where the target becomes two classes.
    pub positive: Option<Positive>,
    /// How a series is forecast; there exactly where that is the task.
    pub forecast: Option<Forecast>,
}

impl Task {
    pub(crate) fn read(section: &Section) -> Option<Self> {
        let positive = match section.get("positive") {
            None => None,
            Some(value) => Some(Positive::read(value)?),
        };
        let forecast = match section.section("forecast") {
            None => None,
            Some(section) => Some(Forecast::read(section)?),
        };
        Some(Self {
            kind: section.parsed("kind")?,
            target: section.parsed("target")?,
            positive,
            forecast,
        })
    }
}

impl Positive {
    fn read(value: &Spanned) -> Option<Self> {
        let Item::Map(labels) = &value.item else {
            return value.parsed().map(Self::Threshold);
        };
        let class = |(label, class): &(crate::tree::Key, Spanned)| {
            Some((label.text.clone(), class.parsed()?))
        };
        labels
            .iter()
            .map(class)
            .collect::<Option<_>>()
            .map(Self::Labels)
    }
}
