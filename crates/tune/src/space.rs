//! What is searched: ranges of numbers on a scale, and sets of words.
//!
//! Every numeric range is searched on the unit interval; its scale says how the interval is laid over the range. Values
//! leave as the texts that a training job gets as hyperparameters, and come back from them.

use std::collections::{BTreeMap, BTreeSet};

use serde::{Deserialize, Serialize};

/// Most parameters of a search, as on AWS.
pub const PARAMETERS: usize = 30;
/// `Auto` becomes logarithmic where a positive range spans at least this factor.
pub const AUTO_LOGARITHMIC: f64 = 1000.0;

/// How a numeric range is laid out for the search.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
pub enum Scale {
    /// Logarithmic for a positive range whose ends are a factor of [`AUTO_LOGARITHMIC`] apart, else linear.
    #[default]
    Auto,
    /// Evenly.
    Linear,
    /// Evenly in the logarithm; the range is positive.
    Logarithmic,
    /// Evenly in `-ln(1 - x)`; the range lies in `0 <= x < 1`.
    ReverseLogarithmic,
}

/// The values that a parameter can have.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub enum Domain {
    /// Real numbers, both ends included.
    Continuous {
        /// Least value.
        low: f64,
        /// Greatest value.
        high: f64,
        /// How it is searched.
        scale: Scale,
    },
    /// Whole numbers, both ends included.
    Integer {
        /// Least value.
        low: i64,
        /// Greatest value.
        high: i64,
        /// How it is searched.
        scale: Scale,
    },
    /// One of several words without an order.
    Categorical {
        /// The words.
        values: Vec<String>,
    },
}

/// A name and its values.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Parameter {
    /// As the training job reads it.
    pub name: String,
    /// What it can be.
    pub domain: Domain,
}

/// The value of one parameter.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
#[serde(untagged)]
pub enum Value {
    /// Of an integer range.
    Integer(i64),
    /// Of a continuous range.
    Real(f64),
    /// The place of a word in its set.
    Category {
        /// Counted from 0.
        category: usize,
    },
}

/// One value a parameter, in the order of the space.
pub type Point = Vec<Value>;

/// Why a space cannot be searched.
#[derive(Debug, Clone, PartialEq, thiserror::Error)]
pub enum SpaceError {
    /// Nothing to search.
    #[error("there is no parameter to search")]
    Empty,
    /// More than [`PARAMETERS`].
    #[error("{count} parameters are searched, at most {PARAMETERS} may be")]
    TooMany {
        /// How many.
        count: usize,
    },
    /// A name twice.
    #[error("the parameter `{name}` is there twice")]
    Twice {
        /// The name.
        name: String,
    },
    /// The ends of a range.
    #[error("the range of `{name}` is upside down or not finite: {low} to {high}")]
    Bounds {
        /// The name.
        name: String,
        /// Least value.
        low: f64,
        /// Greatest value.
        high: f64,
    },
    /// A scale that does not fit.
    #[error("the range of `{name}` cannot have the scale {scale:?}: {why}")]
    Scale {
        /// The name.
        name: String,
        /// The scale.
        scale: Scale,
        /// What it needs.
        why: &'static str,
    },
    /// A set of words that is empty or has one twice.
    #[error("the values of `{name}` are empty or not distinct")]
    Values {
        /// The name.
        name: String,
    },
}

/// Parameters that were checked.
#[derive(Debug, Clone, PartialEq)]
pub struct Space {
    parameters: Vec<Parameter>,
}

impl Space {
    /// A space of checked parameters.
    ///
    /// # Errors
    ///
    /// Where a range cannot be searched.
    pub fn new(parameters: Vec<Parameter>) -> Result<Self, SpaceError> {
        let mut names = BTreeSet::new();
        for parameter in &parameters {
            if !names.insert(parameter.name.as_str()) {
                let name = parameter.name.clone();
                return Err(SpaceError::Twice { name });
            }
            check(parameter)?;
        }
        match parameters.len() {
            0 => Err(SpaceError::Empty),
            count if count > PARAMETERS => Err(SpaceError::TooMany { count }),
            _ => Ok(Self { parameters }),
        }
    }

    /// The parameters.
    pub fn parameters(&self) -> &[Parameter] {
        &self.parameters
    }

    /// How many points there are, where they can be counted.
    pub fn points(&self) -> Option<u64> {
        self.parameters.iter().try_fold(1_u64, |points, parameter| {
            let values = match &parameter.domain {
                Domain::Continuous { low, high, .. } if low < high => return None,
                Domain::Continuous { .. } => 1,
                Domain::Integer { low, high, .. } => high.abs_diff(*low).checked_add(1)?,
                Domain::Categorical { values } => values.len() as u64,
            };
            points.checked_mul(values)
        })
    }

    /// A point as the hyperparameters of a training job.
    pub fn texts(&self, point: &[Value]) -> BTreeMap<String, String> {
        let text = |(parameter, value): (&Parameter, &Value)| {
            let text = match (&parameter.domain, value) {
                (Domain::Categorical { values }, Value::Category { category }) => {
                    values.get(*category).cloned().unwrap_or_default()
                }
                (_, Value::Integer(value)) => value.to_string(),
                (_, Value::Real(value)) => value.to_string(),
                (_, Value::Category { category }) => category.to_string(),
            };
            (parameter.name.clone(), text)
        };
        self.parameters.iter().zip(point).map(text).collect()
    }

    /// The point of hyperparameters, such as those of an earlier search; none where a parameter is missing or its value
    /// lies outside.
    pub fn point(&self, texts: &BTreeMap<String, String>) -> Option<Point> {
        let value = |parameter: &Parameter| {
            let text = texts.get(&parameter.name)?;
            match &parameter.domain {
                Domain::Categorical { values } => values
                    .iter()
                    .position(|value| value == text)
                    .map(|category| Value::Category { category }),
                Domain::Integer { low, high, .. } => {
                    let value = text.trim().parse::<i64>().ok()?;
                    (*low..=*high)
                        .contains(&value)
                        .then_some(Value::Integer(value))
                }
                Domain::Continuous { low, high, .. } => {
                    let value = text.trim().parse::<f64>().ok()?;
                    (*low..=*high)
                        .contains(&value)
                        .then_some(Value::Real(value))
                }
            }
        };
        self.parameters.iter().map(value).collect()
    }
}

fn check(parameter: &Parameter) -> Result<(), SpaceError> {
    let name = parameter.name.clone();
    let (low, high, scale) = match &parameter.domain {
        Domain::Categorical { values } => {
            let distinct: BTreeSet<&String> = values.iter().collect();
            if values.is_empty() || distinct.len() != values.len() {
                return Err(SpaceError::Values { name });
            }
            return Ok(());
        }
        Domain::Continuous { low, high, scale } => (*low, *high, *scale),
        Domain::Integer { low, high, scale } => {
            let scale = *scale;
            if scale == Scale::ReverseLogarithmic {
                let why = "whole numbers are not below 1";
                return Err(SpaceError::Scale { name, scale, why });
            }
            (*low as f64, *high as f64, scale)
        }
    };
    if !(low.is_finite() && high.is_finite() && low <= high) {
        return Err(SpaceError::Bounds { name, low, high });
    }
    let why = match scale {
        Scale::Logarithmic if low <= 0.0 => "it needs values greater than 0",
        Scale::ReverseLogarithmic if low < 0.0 || high >= 1.0 => "it needs values in 0 <= x < 1",
        _ => return Ok(()),
    };
    Err(SpaceError::Scale { name, scale, why })
}

#[cfg(test)]
mod tests;
