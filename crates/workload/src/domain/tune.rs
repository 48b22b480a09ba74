//! The search for hyperparameters.

use std::collections::BTreeMap;

use units::{Money, Span};

use super::words;
use crate::check::{Item, Section, Spanned};

words! {
    /// How the next trial is chosen.
    pub enum TuneStrategy {
        /// The tree-structured Parzen estimator.
        Bayesian = "bayesian",
        /// Evenly at random.
        Random = "random",
        /// Every combination once.
        Grid = "grid",
        /// Evenly at random; bad ones are stopped early.
        Hyperband = "hyperband",
    }
}

/// How a range is laid out.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum TuneScale {
    /// Logarithmic where a positive range spans a factor of 1000, else even.
    Auto,
    /// Evenly.
    Linear,
    /// Evenly in the logarithm.
    Logarithmic,
    /// Evenly in the logarithm of the distance from 1.
    ReverseLogarithmic,
}

/// Where one hyperparameter is searched.
#[derive(Debug, Clone, PartialEq)]
#[non_exhaustive]
pub enum TuneRange {
    /// Between two numbers.
    Numbers {
        /// Least value, as it was written.
        low: String,
        /// Greatest value, as it was written.
        high: String,
        /// Whether whole numbers alone are tried.
        whole: bool,
        /// How it is laid out.
        scale: TuneScale,
    },
    /// Among words.
    Values(Vec<String>),
}

impl TuneRange {
    /// Reads a range; `whole` where the hyperparameter is a whole number, nothing where its ends decide.
    pub(crate) fn read(item: &Spanned, whole: Option<bool>) -> Option<Self> {
        let (scale, ends) = match &item.item {
            Item::List(_) => (TuneScale::Auto, item.texts()?),
            Item::Variant("values", section) => {
                return Some(Self::Values(section.texts("values")?));
            }
            Item::Variant(name, section) => {
                let scale = match *name {
                    "log" => TuneScale::Logarithmic,
                    "reverse_log" => TuneScale::ReverseLogarithmic,
                    _ => TuneScale::Linear,
                };
                (scale, section.texts(name)?)
            }
            _ => return None,
        };
        let [low, high]: [String; 2] = ends.try_into().ok()?;
        let is_whole = |text: &str| text.parse::<i64>().is_ok();
        Some(Self::Numbers {
            whole: whole.unwrap_or(is_whole(&low) && is_whole(&high)),
            low,
            high,
            scale,
        })
    }

    /// How many values there are, where they can be counted.
    pub fn count(&self) -> Option<u64> {
        match self {
            Self::Values(values) => Some(values.len() as u64),
            Self::Numbers {
                low, high, whole, ..
            } => {
                let ends = low.parse::<i64>().ok().zip(high.parse::<i64>().ok());
                ends.filter(|_| *whole)
                    .map(|(low, high)| high.abs_diff(low).saturating_add(1))
            }
        }
    }
}

/// What ends a search before its last trial.
#[derive(Debug, Clone, Copy, PartialEq, Default)]
#[non_exhaustive]
pub struct TuneStop {
    /// Wall time.
    pub time: Option<Span>,
    /// What the trials cost.
    pub cost: Option<Money>,
    /// Trials without an improvement of 1 %.
    pub no_improvement: Option<u32>,
    /// A score that is good enough.
    pub target: Option<f64>,
}

/// How one candidate is searched.
#[derive(Debug, Clone, Copy, PartialEq)]
#[non_exhaustive]
pub struct TuneSearch {
    /// How the next trial is chosen.
    pub strategy: TuneStrategy,
    /// Trials at most.
    pub max_jobs: u32,
    /// Trials at a time.
    pub max_parallel_jobs: u32,
    /// What ends the search earlier.
    pub stop: TuneStop,
    /// The fewest values of the score before a trial may be stopped, and the most that it may print.
    pub resource: Option<(u32, u32)>,
}

/// The search for hyperparameters.
#[derive(Debug, Clone, PartialEq)]
#[non_exhaustive]
pub struct Tune {
    /// How candidates are searched that have nothing of their own.
    pub search: TuneSearch,
    /// By the name of a candidate, how it is searched.
    pub candidates: BTreeMap<String, TuneSearch>,
    /// By the name of the candidate and of the hyperparameter.
    pub ranges: BTreeMap<String, BTreeMap<String, TuneRange>>,
}

impl Tune {
    pub(crate) fn read(section: &Section) -> Option<Self> {
        let search = TuneSearch {
            strategy: section.parsed("strategy")?,
            max_jobs: section.integer("max_jobs")?,
            max_parallel_jobs: section.integer("max_parallel_jobs")?,
            stop: TuneStop::read(section.section("stop")?),
            resource: resource(section),
        };
        let mut candidates = BTreeMap::new();
        for (candidate, own) in section.map("candidates")? {
            let Item::Section(own) = &own.item else {
                return None;
            };
            candidates.insert(candidate.text.clone(), search.with(own));
        }
        let mut ranges = BTreeMap::new();
        for (candidate, parameters) in section.map("ranges")? {
            let Item::Map(entries) = &parameters.item else {
                return None;
            };
            let mut of = BTreeMap::new();
            for (name, range) in entries {
                let whole = whole(&candidate.text, &name.text);
                of.insert(name.text.clone(), TuneRange::read(range, whole)?);
            }
            ranges.insert(candidate.text.clone(), of);
        }
        Some(Self {
            search,
            candidates,
            ranges,
        })
    }

    /// How a candidate is searched.
    pub fn of(&self, candidate: &str) -> &TuneSearch {
        self.candidates.get(candidate).unwrap_or(&self.search)
    }
}

impl TuneStop {
    fn read(section: &Section) -> Self {
        Self {
            time: section.parsed("time"),
            cost: section.parsed("cost"),
            no_improvement: section.integer("no_improvement"),
            target: section.number("target"),
        }
    }
}

impl TuneSearch {
    /// The same with what a candidate has for itself.
    fn with(&self, own: &Section) -> Self {
        Self {
            strategy: own.parsed("strategy").unwrap_or(self.strategy),
            max_jobs: own.integer("max_jobs").unwrap_or(self.max_jobs),
            max_parallel_jobs: own
                .integer("max_parallel_jobs")
                .unwrap_or(self.max_parallel_jobs),
            stop: own.section("stop").map_or(self.stop, TuneStop::read),
            resource: resource(own).or(self.resource),
        }
    }
}

/// The two numbers of `resource`, where it has two.
fn resource(section: &Section) -> Option<(u32, u32)> {
    let numbers: Vec<u32> = section
        .list("resource")?
        .iter()
        .filter_map(|number| match number.item {
            Item::Integer(number) => number.try_into().ok(),
            _ => None,
        })
        .collect();
    let [least, most]: [u32; 2] = numbers.try_into().ok()?;
    Some((least, most))
}

/// Whether a hyperparameter of a built-in candidate is a whole number; nothing for a script's.
fn whole(candidate: &str, name: &str) -> Option<bool> {
    let fields = crate::fields::hyperparameters(crate::fields::family_of(candidate)?)?;
    let field = fields.iter().find(|field| field.name == name)?;
    Some(crate::fields::is_whole(field))
}
