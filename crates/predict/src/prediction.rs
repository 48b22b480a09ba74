//! What a prediction says: a figure, its interval, how it was made, and whether the interval's coverage was proven.

use std::fmt;

use units::Share;

/// A predicted quantity in its unit (seconds, or units of work a second), with an interval around it.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Prediction {
    /// Lower end.
    pub low: f64,
    /// The figure: half of the actuals are expected below it.
    pub mid: f64,
    /// Upper end.
    pub high: f64,
    /// Share of actuals that the interval is meant to hold.
    pub level: Share,
    /// How the figure was made.
    pub method: Method,
    /// Whether the interval's coverage was proven by hold-out for this case; if not, it is shown as uncalibrated.
    pub calibrated: bool,
}

/// How a figure was made, from the most to the least that was known.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Method {
    /// The figure of this class was published for this very type.
    Published,
    /// The class is published on other types: regression on what is published of this one.
    Class,
    /// The nearest published sibling of the workload, times what local runs found between the two.
    Sibling,
    /// Local runs and runs on rented types.
    Probes,
    /// Local runs alone.
    Local,
    /// Another limit of CPUs on the machine that was measured.
    Limits,
    /// A figure of the same accelerator in another type.
    Accelerator,
}

impl Method {
    /// As it is shown and stored.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Published => "published",
            Self::Class => "class published on other types",
            Self::Sibling => "published sibling and local runs",
            Self::Probes => "local runs and probes",
            Self::Local => "local runs alone",
            Self::Limits => "runs on this machine",
            Self::Accelerator => "published for the accelerator",
        }
    }
}

impl fmt::Display for Method {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

impl Prediction {
    /// From a figure's logarithm and the half width of its interval in logarithms.
    pub(crate) fn of_logarithm(middle: f64, half: f64, method: Method, calibrated: bool) -> Self {
        Self {
            low: (middle - half).exp(),
            mid: middle.exp(),
            high: (middle + half).exp(),
            level: LEVEL,
            method,
            calibrated,
        }
    }

    /// This figure `amount` times: twice the work takes twice the time.
    #[must_use]
    pub fn times(self, amount: f64) -> Self {
        Self {
            low: self.low * amount,
            mid: self.mid * amount,
            high: self.high * amount,
            ..self
        }
    }

    /// The time of `work` at this many units a second, or the rate at this many seconds: the ends change places.
    #[must_use]
    pub fn dividing(self, work: f64) -> Self {
        Self {
            low: work / self.high,
            mid: work / self.mid,
            high: work / self.low,
            ..self
        }
    }

    /// Uncalibrated, and wider by a factor on both sides.
    #[must_use]
    pub(crate) fn widened(self, factor: f64) -> Self {
        Self {
            low: self.low / factor,
            high: self.high * factor,
            calibrated: false,
            ..self
        }
    }

    /// Whether the interval holds an actual figure.
    pub fn holds(&self, actual: f64) -> bool {
        (self.low..=self.high).contains(&actual)
    }
}

/// The level of every interval: nine of ten.
pub const LEVEL: Share = match Share::from_ppm(900_000) {
    Some(level) => level,
    None => panic!("below a million"),
};
