//! What an offer is, whatever it costs.

use std::fmt;

use units::Bytes;

/// A type of machine. What its publisher does not say is unknown.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Machine {
    /// Name of the type, such as `c5.large`.
    pub name: String,
    /// Virtual CPUs.
    pub vcpus: Option<u32>,
    /// Memory.
    pub memory: Option<Bytes>,
    /// Accelerators, where it has some.
    pub accelerators: Option<Accelerators>,
}

/// Accelerators of one kind.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Accelerators {
    /// Model, such as `T4`.
    pub model: String,
    /// Thousandths of one: an eighth of an accelerator is sold too.
    pub thousandths: u32,
}

impl Accelerators {
    /// How many, of which one may be a part of one.
    pub fn count(&self) -> f64 {
        f64::from(self.thousandths) / 1000.0
    }
}

impl fmt::Display for Accelerators {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} x {}", self.count(), self.model)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn parts_of_an_accelerator_are_shown_as_parts() {
        let shown = |thousandths| {
            Accelerators {
                model: "L4".into(),
                thousandths,
            }
            .to_string()
        };
        assert_eq!(shown(8_000), "8 x L4");
        assert_eq!(shown(125), "0.125 x L4");
    }
}
