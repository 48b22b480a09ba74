//! What the test scores must keep before anything is deployed.

use super::{Comparison, Metric, Threshold};
use crate::check::Section;

/// One condition on a test score.
#[derive(Debug, Clone, Copy, PartialEq)]
#[non_exhaustive]
pub struct GateRule {
    /// The score.
    pub metric: Metric,
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
                metric: metric.text.parse().ok()?,
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
        let metrics: Vec<Metric> = gate.iter().map(|rule| rule.metric).collect();
        assert_eq!(metrics, [Metric::LogLoss, Metric::Accuracy]);
        assert_eq!([0.49, 0.5].map(|score| gate[0].holds(score)), [true, false]);
        assert_eq!([0.69, 0.7].map(|score| gate[1].holds(score)), [false, true]);
    }
}
