//! From a draft to YAML.

use super::layout::Layout;
use super::scalar::{number_or_scalar, scalar};
use super::types::{Draft, ForecastDraft, Markers, PositiveDraft};
use crate::domain::{Format, S3, TaskKind};
use crate::fields::{default_for, default_of, doc_of};

impl Draft {
    /// The file.
    ///
    /// ```
    /// let mut draft = workload::Draft::new("a".parse().unwrap(), "a.csv", "y");
    /// draft.delimiter = ';';
    /// assert!(draft.to_yaml().contains("csv: { delimiter: \";\" }"));
    /// ```
    pub fn to_yaml(&self) -> String {
        let mut out = Layout::opening(&self.summary, &self.name);
        self.data(&mut out);
        out.blank();
        self.task(&mut out);
        out.blank();
        self.split(&mut out);
        out.blank();
        self.learning(&mut out);
        out.blank();
        self.release(&mut out);
        out.finish()
    }

    fn data(&self, out: &mut Layout) {
        out.line("data:", "");
        let place = if self.source.starts_with(S3) {
            "an object of the plane's S3, or all below a prefix"
        } else {
            "relative to this file"
        };
        out.line(&format!("  source: {}", scalar(&self.source)), place);
        if Format::of_name(&self.source).unwrap_or(Format::Csv) != self.format {
            out.line(&format!("  format: {}", self.format), "");
        }
        if let Some(csv) = self.csv() {
            out.line(&format!("  csv: {{ {csv} }}"), "");
        }
        self.missing(out);
        let duplicates = format!("  duplicates: {}", default_of("data.duplicates"));
        out.line(&duplicates, &self.duplicates);
        if !self.columns.is_empty() {
            out.line("  columns:", "");
            for (name, kind) in &self.columns {
                out.line(&format!("    {}: {}", scalar(name), kind.value), &kind.note);
            }
        }
        self.ignore(out);
        out.remark(
            "  ",
            "license: CC-BY-4.0              # of the data, shown in reports",
        );
        out.remark(
            "  ",
            "provenance: data/PROVENANCE.md  # says where the data comes from, shown in reports",
        );
    }

    /// What differs from the table's defaults.
    fn csv(&self) -> Option<String> {
        let delimiter = match self.delimiter {
            '\t' => "\"\\t\"".to_owned(),
            other => format!("\"{other}\""),
        };
        let all = [
            ("header", self.header.to_string()),
            ("delimiter", delimiter),
            ("decimal", format!("\"{}\"", self.decimal)),
            ("encoding", self.encoding.to_string()),
        ];
        let differing: Vec<String> = all
            .into_iter()
            .filter(|(key, value)| default_of(&format!("data.csv.{key}")) != value)
            .map(|(key, value)| format!("{key}: {value}"))
            .collect();
        (!differing.is_empty()).then(|| differing.join(", "))
    }

    fn missing(&self, out: &mut Layout) {
        if self.missing.is_empty() {
            return;
        }
        let any = self.missing.iter().any(|markers| markers.holds);
        if self.missing.iter().any(|markers| !markers.holds) {
            out.remark("  ", "Lines that are commented out are suggestions: take them if the value cannot be a real one.");
        }
        out.line(if any { "  missing:" } else { "  # missing:" }, "");
        for Markers {
            column,
            texts,
            note,
            holds,
        } in &self.missing
        {
            let texts: Vec<String> = texts.iter().map(|text| number_or_scalar(text)).collect();
            let mark = if *holds { "" } else { "# " };
            let text = format!("    {mark}{}: [{}]", scalar(column), texts.join(", "));
            out.line(&text, note);
        }
    }

    fn ignore(&self, out: &mut Layout) {
        if self.ignore.is_empty() {
            return;
        }
        let any = self.ignore.iter().any(|ignored| ignored.holds);
        out.line(
            if any { "  ignore:" } else { "  # ignore:" },
            "columns that are no features",
        );
        for ignored in &self.ignore {
            let mark = if ignored.holds { "" } else { "# " };
            out.line(
                &format!("    {mark}- {}", scalar(&ignored.column)),
                &ignored.note,
            );
        }
    }

    fn task(&self, out: &mut Layout) {
        out.line("task:", "");
        out.line(&format!("  kind: {}", self.kind), "");
        for note in &self.target_notes {
            out.text("  ", note);
        }
        out.line(
            &format!("  target: {}", scalar(&self.target.value)),
            &self.target.note,
        );
        if let Some(series) = &self.forecast {
            forecast(out, series);
        }
        let Some(positive) = &self.positive else {
            return;
        };
        out.text("  ", &positive.note);
        match &positive.value {
            PositiveDraft::Above(limit) => out.line(&format!("  positive: \"> {limit}\""), ""),
            PositiveDraft::Labels(labels) => {
                out.line("  positive:", "");
                for (label, class) in labels {
                    out.line(&format!("    {}: {}", scalar(label), scalar(class)), "");
                }
            }
        }
    }

    fn split(&self, out: &mut Layout) {
        for note in &self.split_notes {
            out.text("", note);
        }
        out.text("", doc_of("split"));
        let keys: &[&str] = match self.kind {
            TaskKind::Classification => &["test", "validation", "stratify", "seed"],
            TaskKind::Regression | TaskKind::Forecast => &["test", "validation", "seed"],
        };
        out.line(&format!("split: {}", self.defaults("split", keys)), "");
    }

    fn release(&self, out: &mut Layout) {
        out.text("", doc_of("gate"));
        let baseline = self.baseline.as_deref().unwrap_or_default();
        let gate = match self.kind {
            TaskKind::Classification => "accuracy: \">= 0.70\"",
            TaskKind::Regression => "r2: \">= 0.50\"",
            TaskKind::Forecast => "mase: \"<= 0.90\"",
        };
        out.remark("", &format!("gate: {{ {gate} }}   # {baseline}"));
        out.blank();
        out.text("", doc_of("deploy"));
        out.remark("", "deploy:");
        let load = self.defaults("deploy.endpoint.load_test", &["rate", "for"]);
        out.remark("", &format!("  endpoint: {{ load_test: {load} }}"));
        out.remark(
            "",
            "  batch: { input: data/new.csv }  # rows without the target",
        );
    }

    /// The preparation as the table has it; of a series nothing is a category.
    fn preparation(&self, out: &mut Layout) {
        out.text("", doc_of("prepare"));
        out.line("prepare:", "");
        let series = self.kind == TaskKind::Forecast;
        let imputed: &[&str] = if series {
            &["number"]
        } else {
            &["number", "category"]
        };
        let impute = self.defaults("prepare.impute", imputed);
        out.line(&format!("  impute: {impute}"), "");
        for key in ["scale", "encode"] {
            if !(series && key == "encode") {
                let value = default_of(&format!("prepare.{key}"));
                out.line(&format!("  {key}: {value}"), "");
            }
        }
        out.blank();
    }

    /// Candidates and their choice, as the table has them.
    fn learning(&self, out: &mut Layout) {
        self.preparation(out);
        out.text("", doc_of("models"));
        out.line("models:", "");
        let families: &[(&str, &[&str])] = match self.kind {
            TaskKind::Classification => &[
                ("logistic_regression", &["C", "max_iter"]),
                ("random_forest", &["n_estimators", "max_depth"]),
            ],
            TaskKind::Regression | TaskKind::Forecast => &[
                ("ridge", &["alpha"]),
                ("random_forest", &["n_estimators", "max_depth"]),
                (
                    "gradient_boosting",
                    &["n_estimators", "learning_rate", "num_leaves"],
                ),
            ],
        };
        for (family, keys) in families {
            let defaults = self.defaults(&format!("models.{family}"), keys);
            out.line(&format!("  - {family}: {defaults}"), "");
        }
        out.blank();
        let select = self.defaults("select", &["metric", "on", "refit"]);
        out.line(&format!("select: {select}"), "");
    }

    /// Keys of a section with their defaults.
    fn defaults(&self, section: &str, keys: &[&str]) -> String {
        let pairs: Vec<String> = keys
            .iter()
            .map(|key| {
                format!(
                    "{key}: {}",
                    default_for(&format!("{section}.{key}"), self.kind)
                )
            })
            .collect();
        format!("{{ {} }}", pairs.join(", "))
    }
}

/// How a series is forecast.
fn forecast(out: &mut Layout, series: &ForecastDraft) {
    let list = |hours: &[u32]| {
        let hours: Vec<String> = hours.iter().map(|hours| format!("{hours} h")).collect();
        format!("[{}]", hours.join(", "))
    };
    out.line("  forecast:", "");
    let time = match series.time.value.as_slice() {
        [only] => scalar(only),
        several => {
            let names: Vec<String> = several.iter().map(|name| scalar(name)).collect();
            format!("[{}]", names.join(", "))
        }
    };
    out.line(&format!("    time: {time}"), &series.time.note);
    let horizon = list(&series.horizon.value);
    out.line(&format!("    horizon: {horizon}"), &series.horizon.note);
    if let Some(lags) = &series.lags {
        out.line(&format!("    lags: {}", list(&lags.value)), &lags.note);
    }
    if series.fill {
        out.line(
            "    gaps: fill",
            "hours without a row become rows without values; `error` refuses them",
        );
    }
}
