//! A model to try.

use std::collections::BTreeMap;

use super::Family;
use crate::check::{Item, Section};

/// A family with hyperparameters, under a name that is unique in the workload.
#[derive(Debug, Clone, PartialEq)]
#[non_exhaustive]
pub struct Candidate {
    /// The family's name, with `_2`, `_3` ... where a family stands more than once.
    pub name: String,
    /// The family.
    pub family: Family,
}

impl Candidate {
    /// The family's own hyperparameters under scikit-learn's names, defaults included.
    ///
    /// ```
    /// # let text = "plimsoll: 1\nname: a\ndata: { source: a.csv, columns: { b: category } }\ntask: { target: b }\n\
    /// #     gate: { accuracy: \">= 0.70\" }\n";
    /// let workload = workload::parse(text).unwrap();
    /// assert_eq!(workload.models[0].hyperparameters()["C"], "1");
    /// ```
    pub fn hyperparameters(&self) -> BTreeMap<String, String> {
        self.family.hyperparameters()
    }

    pub(crate) fn read_all(root: &Section) -> Option<Vec<Self>> {
        let mut seen: BTreeMap<&'static str, u32> = BTreeMap::new();
        let mut candidates = Vec::new();
        for value in root.list("models")? {
            let Item::Variant(name, parameters) = &value.item else {
                return None;
            };
            let family = Family::read(name, parameters)?;
            let count = seen.entry(family.name()).or_default();
            *count += 1;
            let name = match *count {
                1 => family.name().to_owned(),
                n => format!("{}_{n}", family.name()),
            };
            candidates.push(Self { name, family });
        }
        Some(candidates)
    }
}

#[cfg(test)]
mod tests {
    use crate::parse;

    fn candidates(models: &str) -> Vec<super::Candidate> {
        let text = format!(
            "plimsoll: 1\nname: a\ndata: {{ source: a.csv }}\ntask: {{ target: b }}\nmodels: {models}\n"
        );
        parse(&text).unwrap().models
    }

    #[test]
    fn a_family_that_stands_more_than_once_is_numbered() {
        let models = "[random_forest, { logistic_regression: { C: 2 } }, { random_forest: { max_depth: 2 } }, \
                      { random_forest: { max_depth: 3 } }]";
        let names: Vec<String> = candidates(models).into_iter().map(|one| one.name).collect();
        let expected = [
            "random_forest",
            "logistic_regression",
            "random_forest_2",
            "random_forest_3",
        ];
        assert_eq!(names, expected);
    }

    #[test]
    fn a_model_that_exists_is_a_path() {
        let found = candidates("[{ onnx: a.onnx }, { onnx: b.onnx }]");
        let texts: Vec<_> = found
            .iter()
            .map(|one| {
                (
                    one.name.as_str(),
                    one.family.model(),
                    one.hyperparameters().len(),
                )
            })
            .collect();
        assert_eq!(
            texts,
            [("onnx", Some("a.onnx"), 0), ("onnx_2", Some("b.onnx"), 0)]
        );
    }

    #[test]
    fn a_model_that_exists_needs_a_path() {
        for (models, expected) in [
            (
                "[onnx]",
                "`models.onnx` must be a path such as `data/rows.csv`",
            ),
            (
                "[{ onnx: { file: a } }]",
                "`models.onnx` must be a path such as `data/rows.csv`",
            ),
            (
                "[{ onnx: a.onnx }, { onnx: a.onnx }]",
                "`onnx` stands twice with the same hyperparameters",
            ),
        ] {
            let text = format!(
                "plimsoll: 1\nname: a\ndata: {{ source: a.csv }}\ntask: {{ target: b }}\nmodels: {models}\n"
            );
            let problems = parse(&text).unwrap_err();
            assert_eq!(problems[0].message, expected, "{models}");
        }
    }

    #[test]
    fn hyperparameters_have_the_names_and_defaults_of_scikit_learn() {
        let models = "[{ random_forest: { max_depth: 8, max_features: 1.0 } }, { logistic_regression: { C: 0.5 } }]";
        let texts = |index: usize| {
            let pairs = candidates(models)[index].hyperparameters();
            let pairs: Vec<String> = pairs
                .iter()
                .map(|(name, value)| format!("{name}={value}"))
                .collect();
            pairs.join(" ")
        };
        assert_eq!(
            texts(0),
            "bootstrap=true max_depth=8 max_features=1.0 min_samples_leaf=1 min_samples_split=2 n_estimators=100"
        );
        assert_eq!(texts(1), "C=0.5 max_iter=100 tol=0.0001");
    }
}
