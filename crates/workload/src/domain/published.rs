//! Scores that others have published for the same data, shown beside ours.

use super::ScoreName;
use crate::check::{Item, Section};

/// A published score.
#[derive(Debug, Clone, PartialEq)]
#[non_exhaustive]
pub struct Published {
    /// The score.
    pub metric: ScoreName,
    /// Its value.
    pub value: f64,
    /// What was scored, such as the model; where it is given.
    pub model: Option<String>,
    /// Who says so, and where.
    pub source: String,
}

impl Published {
    /// ```
    /// # let text = "plimsoll: 1\nname: a\ndata: { source: a.csv }\ntask: { target: b }\n\
    /// #     references: [{ metric: accuracy, value: 0.77, source: a paper }]\n";
    /// let workload = workload::parse(text).unwrap();
    /// assert_eq!(workload.references[0].source, "a paper");
    /// ```
    pub(crate) fn read_all(root: &Section) -> Option<Vec<Self>> {
        let read = |spanned: &crate::check::Spanned| match &spanned.item {
            Item::Section(section) => Some(Self {
                metric: section.parsed("metric")?,
                value: section.number("value")?,
                model: section.parsed("model"),
                source: section.parsed("source")?,
            }),
            _ => None,
        };
        root.list("references")?.iter().map(read).collect()
    }
}

#[cfg(test)]
mod tests {
    use crate::{Metric, parse};

    fn workload(references: &str) -> String {
        format!(
            "plimsoll: 1\nname: a\ndata: {{ source: a.csv }}\ntask: {{ target: b }}\n{references}\n"
        )
    }

    #[test]
    fn references_are_read_in_the_order_of_the_file() {
        let text = workload(
            "references:\n  - { metric: accuracy, value: 0.77, model: random_forest, source: a study }\n  \
             - { metric: log_loss, value: 0.5, source: \"https://example.org/a\" }",
        );
        let found = parse(&text).unwrap().references;
        assert_eq!(found.len(), 2);
        assert_eq!(
            (found[0].metric.metric, found[0].value),
            (Metric::Accuracy, 0.77)
        );
        assert_eq!(found[0].model.as_deref(), Some("random_forest"));
        assert_eq!(
            (found[1].model.as_deref(), found[1].source.as_str()),
            (None, "https://example.org/a")
        );
        assert!(parse(&workload("")).unwrap().references.is_empty());
    }

    #[test]
    fn a_reference_without_a_source_or_with_another_metric_is_refused() {
        for wrong in [
            "references: [{ metric: accuracy, value: 0.77 }]",
            "references: [{ metric: auc, value: 0.77, source: a }]",
            "references: [{ metric: accuracy, value: -1, source: a }]",
            "references: [{ metric: accuracy, value: 0.7, source: \"\" }]",
            "references: 0.77",
        ] {
            assert!(parse(&workload(wrong)).is_err(), "{wrong}");
        }
    }
}
