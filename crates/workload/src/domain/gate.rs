//! What the test scores must keep before anything is deployed.

use std::fmt;
use std::str::FromStr;

use super::{Comparison, InvalidText, Metric, Threshold};
use crate::check::Section;

/// The name of a test score: a metric, of a forecast also at one horizon.
///
/// ```
/// use workload::ScoreName;
///
/// let name: ScoreName = "rmse_6h".parse()?;
/// assert_eq!((name.metric, name.horizon), (workload::Metric::Rmse, Some(6)));
/// assert_eq!(name.to_string(), "rmse_6h");
/// # Ok::<(), workload::InvalidText>(())
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct ScoreName {
    /// The metric.
    pub metric: Metric,
    /// Hours ahead; of a forecast without them it is the mean over the horizons.
    pub horizon: Option<u32>,
}

impl FromStr for ScoreName {
    type Err = InvalidText;

    fn from_str(text: &str) -> Result<Self, InvalidText> {
        let at = |(metric, hours): (&str, &str)| {
            let hours = hours.strip_suffix('h')?;
            let plain = !hours.starts_with(['0', '+']);
            Some(Self {
                metric: metric.parse().ok()?,
                horizon: Some(hours.parse().ok().filter(|_| plain)?),
            })
        };
        match text.rsplit_once('_').and_then(at) {
            Some(name) => Ok(name),
            None => Ok(Self {
                metric: text.parse()?,
                horizon: None,
            }),
        }
    }
}

impl fmt::Display for ScoreName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.horizon {
            None => self.metric.fmt(f),
            Some(hours) => write!(f, "{}_{hours}h", self.metric),
        }
    }
}

/// One condition on a test score.
#[derive(Debug, Clone, Copy, PartialEq)]
#[non_exhaustive]
pub struct GateRule {
    /// The score.
    pub score: ScoreName,
    /// How it is compared.
    pub comparison: Comparison,
    /// With what.
    pub threshold: f64,
}

impl GateRule {
    /// Whether a score keeps the rule.
    ///
    /// ```
    /// # let text = "plimsoll: 1\nname: a\ndata: { source: a.csv, columns: { b: category } }\ntask: { target: b }\n\
    /// #     gate: { accuracy: \">= 0.70\" }\n";
    /// let workload = workload::parse(text).unwrap();
    /// assert!(workload.gate[0].holds(0.84));
    /// ```
    pub fn holds(&self, score: f64) -> bool {
        self.comparison.holds(score, self.threshold)
    }

    pub(crate) fn read_all(root: &Section) -> Option<Vec<Self>> {
        let rule = |(metric, threshold): &(crate::tree::Key, crate::check::Spanned)| {
            let threshold: Threshold = threshold.parsed()?;
            Some(Self {
                score: metric.text.parse().ok()?,
                comparison: threshold.comparison,
                threshold: threshold.value,
            })
        };
        root.map("gate")?.iter().map(rule).collect()
    }
}

#[cfg(test)]
mod tests {
    use crate::{Metric, parse};

    #[test]
    fn rules_hold_as_they_read_and_keep_their_order() {
        let text = "plimsoll: 1\nname: a\ndata: { source: a.csv }\ntask: { target: b }\n\
                    gate: { log_loss: \"< 0.5\", accuracy: \">= 0.70\" }\n";
        let gate = parse(text).unwrap().gate;
        let metrics: Vec<Metric> = gate.iter().map(|rule| rule.score.metric).collect();
        assert_eq!(metrics, [Metric::LogLoss, Metric::Accuracy]);
        assert_eq!([0.49, 0.5].map(|score| gate[0].holds(score)), [true, false]);
        assert_eq!([0.69, 0.7].map(|score| gate[1].holds(score)), [false, true]);
    }
}
