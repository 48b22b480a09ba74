//! One parameter on the unit interval: where a value lies, and which value lies at a place.

use crate::space::{AUTO_LOGARITHMIC, Domain, Parameter, Scale, Value};

/// How a parameter is searched.
#[derive(Debug, Clone, PartialEq)]
pub(crate) enum Axis {
    /// Real numbers between two ends.
    Real { line: Line },
    /// Whole numbers, each with a cell of its own.
    Whole { line: Line, low: i64, high: i64 },
    /// So many words.
    Words { count: usize },
}

/// A range on its scale.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) struct Line {
    scale: Scale,
    low: f64,
    high: f64,
}

impl Line {
    fn new(scale: Scale, low: f64, high: f64) -> Self {
        let line = Self { scale, low, high };
        Self {
            low: line.warp(low),
            high: line.warp(high),
            scale,
        }
    }

    fn warp(&self, value: f64) -> f64 {
        match self.scale {
            Scale::Logarithmic => value.ln(),
            Scale::ReverseLogarithmic => -(-value).ln_1p(),
            Scale::Auto | Scale::Linear => value,
        }
    }

    fn unwarp(&self, value: f64) -> f64 {
        match self.scale {
            Scale::Logarithmic => value.exp(),
            Scale::ReverseLogarithmic => -(-value).exp_m1(),
            Scale::Auto | Scale::Linear => value,
        }
    }

    fn place(&self, value: f64) -> f64 {
        if self.high <= self.low {
            return 0.5;
        }
        ((self.warp(value) - self.low) / (self.high - self.low)).clamp(0.0, 1.0)
    }

    fn at(&self, place: f64) -> f64 {
        self.unwarp(self.low + place * (self.high - self.low))
    }
}

impl Axis {
    pub(crate) fn of(parameter: &Parameter) -> Self {
        match &parameter.domain {
            Domain::Continuous { low, high, scale } => Self::Real {
                line: Line::new(resolve(*scale, *low, *high), *low, *high),
            },
            Domain::Integer { low, high, scale } => {
                let (from, to) = (*low as f64, *high as f64);
                let scale = resolve(*scale, from, to);
                Self::Whole {
                    // Each whole number is the middle of a cell, so that the ends are as likely as the others.
                    line: Line::new(scale, from - 0.5, to + 0.5),
                    low: *low,
                    high: *high,
                }
            }
            Domain::Categorical { values } => Self::Words {
                count: values.len(),
            },
        }
    }

    /// The value at a place of the unit interval; for words, the word whose share the place lies in.
    pub(crate) fn value(&self, place: f64, domain: &Domain) -> Value {
        match (self, domain) {
            (Self::Words { count }, _) => {
                let category = (place * *count as f64) as usize;
                Value::Category {
                    category: category.min(count - 1),
                }
            }
            (Self::Whole { line, low, high }, _) => {
                Value::Integer((line.at(place).round() as i64).clamp(*low, *high))
            }
            (Self::Real { line }, Domain::Continuous { low, high, .. }) => {
                Value::Real(line.at(place).clamp(*low, *high))
            }
            (Self::Real { line }, _) => Value::Real(line.at(place)),
        }
    }

    /// Where a value lies: its place, or the ends of its cell.
    pub(crate) fn spot(&self, value: &Value) -> Spot {
        match (self, value) {
            (Self::Words { .. }, Value::Category { category }) => Spot::Word(*category),
            (Self::Whole { line, .. }, Value::Integer(value)) => {
                let value = *value as f64;
                Spot::Cell(line.place(value - 0.5), line.place(value + 0.5))
            }
            (Self::Real { line }, Value::Real(value)) => Spot::Place(line.place(*value)),
            // A point of another space; `Space::point` makes none.
            _ => Spot::Place(0.5),
        }
    }
}

/// Where a value lies on its axis.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) enum Spot {
    Place(f64),
    Cell(f64, f64),
    Word(usize),
}

impl Spot {
    /// The middle of it.
    pub(crate) fn middle(self) -> f64 {
        match self {
            Self::Place(place) => place,
            Self::Cell(from, to) => from.midpoint(to),
            Self::Word(_) => 0.5,
        }
    }
}

fn resolve(scale: Scale, low: f64, high: f64) -> Scale {
    match scale {
        Scale::Auto if low > 0.0 && high / low >= AUTO_LOGARITHMIC => Scale::Logarithmic,
        Scale::Auto => Scale::Linear,
        given => given,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn axis(domain: &Domain) -> Axis {
        Axis::of(&Parameter {
            name: "p".into(),
            domain: domain.clone(),
        })
    }

    #[test]
    fn scales_lay_the_interval_over_the_range() {
        let real = |low, high, scale| Domain::Continuous { low, high, scale };
        for (domain, middle) in [
            (real(0.0, 10.0, Scale::Linear), 5.0),
            (real(0.01, 1.0, Scale::Logarithmic), 0.1),
            (real(0.0, 0.99, Scale::ReverseLogarithmic), 0.9),
            (real(1e-4, 1.0, Scale::Auto), 0.01),
            (real(0.1, 1.1, Scale::Auto), 0.6),
            (real(-1.0, 3.0, Scale::Auto), 1.0),
            (real(2.0, 2.0, Scale::Auto), 2.0),
        ] {
            let Value::Real(found) = axis(&domain).value(0.5, &domain) else {
                panic!("not a real number");
            };
            assert!((found - middle).abs() < 1e-12, "{domain:?}: {found}");
        }
    }

    #[test]
    fn every_whole_number_has_its_cell() {
        let domain = Domain::Integer {
            low: 1,
            high: 4,
            scale: Scale::Linear,
        };
        let axis = axis(&domain);
        let found: Vec<_> = [0.0, 0.24, 0.26, 0.6, 0.99, 1.0]
            .map(|place| axis.value(place, &domain))
            .into();
        assert_eq!(found, [1, 1, 2, 3, 4, 4].map(Value::Integer));
        assert_eq!(axis.spot(&Value::Integer(2)), Spot::Cell(0.25, 0.5));
        let words = Axis::Words { count: 3 };
        let domain = Domain::Categorical { values: vec![] };
        assert_eq!(
            [0.0, 0.4, 0.99].map(|place| words.value(place, &domain)),
            [0, 1, 2].map(|category| Value::Category { category })
        );
    }
}
