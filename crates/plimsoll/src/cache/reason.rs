//! The words for a hit and for a miss.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::Value;
use steps::{Difference, Key, Source};

use crate::state::Records;

/// Differences that are named; the rest are counted.
const NAMED: usize = 3;
/// Longest value that is shown.
const LONGEST: usize = 40;
/// Bytes at the beginning of a file by which a text is told from something else.
const TEXT: usize = 1024;
/// Largest file whose rows are counted.
const COUNTED_BYTES: u64 = 64 << 20;

/// What is the same where a step is found.
pub(super) fn hit(step: &str) -> &'static str {
    match step.split('.').next().unwrap_or(step) {
        "Prepare" => "same data, definition and code",
        "Train" => "same input, hyperparameters and code",
        "Select" => "same models, metric and code",
        "Refit" => "same choice, input and code",
        "Test" => "same rows, model and code",
        "LoadTest" => "same model, load and machine",
        _ => "same input, model and code",
    }
}

/// What it takes to put differences into words.
#[derive(Debug)]
pub(super) struct Words<'a> {
    pub(super) records: &'a Records,
    /// Contents of this run's files by their hash; they are not in the store yet.
    pub(super) contents: &'a BTreeMap<&'a str, &'a [u8]>,
    /// Steps of this run by their key.
    pub(super) steps: &'a BTreeMap<Key, String>,
}

impl Words<'_> {
    /// The differences as one line.
    pub(super) fn of(&self, differences: &[Difference]) -> String {
        let mut parts: Vec<String> = Vec::new();
        for difference in differences {
            parts.extend(self.one(difference));
        }
        parts.extend(self.reads(differences));
        if parts.is_empty() {
            // Steps that were read then and are not read now, and nothing else.
            parts.push("it reads fewer steps".to_owned());
        }
        let more = parts.len().saturating_sub(NAMED);
        parts.truncate(NAMED);
        let rest = if more > 0 {
            format!(", and {more} more")
        } else {
            String::new()
        };
        format!("{}{rest}", parts.join(", "))
    }

    fn one(&self, difference: &Difference) -> Option<String> {
        match difference {
            Difference::Algorithm { from, to } => Some(format!("algorithm version {from} -> {to}")),
            Difference::Source { name, from, to } => {
                Some(self.source(name, from.as_ref(), to.as_ref()))
            }
            Difference::Order => Some("the order of what it reads changed".to_owned()),
            Difference::Definition { path, from, to } => {
                Some(definition(path, from.as_ref(), to.as_ref()))
            }
            Difference::Reads { .. } | Difference::ReadsNoMore { .. } => None,
        }
    }

    /// All steps that are read anew, in one part.
    fn reads(&self, differences: &[Difference]) -> Option<String> {
        let names = differences
            .iter()
            .filter_map(|difference| match difference {
                Difference::Reads { key } => self.steps.get(key).map(String::as_str),
                _ => None,
            });
        let names: Vec<&str> = names.collect();
        let is_candidate = |name: &&&str| name.starts_with("Train.");
        let many = names.iter().filter(is_candidate).count() > 1;
        let shown = names.iter().map(|name| match name.split_once('.') {
            Some((step, _)) if many => step.to_owned(),
            Some((step, candidate)) => format!("{step} {candidate}"),
            None => (*name).to_owned(),
        });
        let mut seen = BTreeSet::new();
        let shown: Vec<String> = shown.filter(|name| seen.insert(name.clone())).collect();
        (!shown.is_empty()).then(|| format!("reads {}, which changed", listed(&shown)))
    }

    fn source(&self, name: &str, from: Option<&Source>, to: Option<&Source>) -> String {
        match (from, to) {
            (Some(from), Some(to)) => match self.rows(from, to) {
                Some(rows) => format!("`{name}` changed ({rows})"),
                None => format!("`{name}` changed ({})", bytes(from.bytes, to.bytes)),
            },
            (None, _) => format!("`{name}` is new"),
            (_, None) => format!("`{name}` is gone"),
        }
    }

    /// What happened to the rows, where both contents are at hand.
    fn rows(&self, from: &Source, to: &Source) -> Option<String> {
        let new = *self.contents.get(to.sha256.as_str())?;
        // What is no text has no rows.
        let is_text = !new.iter().take(TEXT).any(|&byte| byte == 0);
        if !is_text || from.bytes.max(to.bytes) > COUNTED_BYTES {
            return None;
        }
        let old = self.records.content(&from.sha256).ok()?;
        Some(rows(&old, new))
    }
}

/// What happened to the rows of a file.
fn rows(from: &[u8], to: &[u8]) -> String {
    let lines = |content: &[u8]| -> Vec<Vec<u8>> {
        let lines = content.split(|&byte| byte == b'\n');
        let lines = lines.filter(|line| !line.is_empty());
        lines.map(<[u8]>::to_vec).collect()
    };
    let (from, to) = (lines(from), lines(to));
    let plural = |count: usize| if count == 1 { "row" } else { "rows" };
    match to.len().cmp(&from.len()) {
        std::cmp::Ordering::Greater => {
            let more = to.len() - from.len();
            format!("{more} {} more", plural(more))
        }
        std::cmp::Ordering::Less => {
            let fewer = from.len() - to.len();
            format!("{fewer} {} fewer", plural(fewer))
        }
        std::cmp::Ordering::Equal => {
            let differ = from.iter().zip(&to).filter(|(from, to)| from != to).count();
            match differ {
                0 => "its line ends".to_owned(),
                1 => "1 row differs".to_owned(),
                many => format!("{many} rows differ"),
            }
        }
    }
}

fn bytes(from: u64, to: u64) -> String {
    match to.cmp(&from) {
        std::cmp::Ordering::Greater => format!("{} bytes more", to - from),
        std::cmp::Ordering::Less => format!("{} bytes fewer", from - to),
        std::cmp::Ordering::Equal => "other content, same length".to_owned(),
    }
}

fn definition(path: &[String], from: Option<&Value>, to: Option<&Value>) -> String {
    let names: Vec<&str> = path.iter().map(String::as_str).collect();
    let what = match names[..] {
        ["machine"] => return "it was measured on another machine".to_owned(),
        ["hyperparameters", name] => format!("hyperparameter `{name}`"),
        ["candidates", name] => format!("candidate `{name}`"),
        ["load", name] => format!("`load_test.{}`", as_in_the_file(name)),
        ["images", name] => format!("`{}`", crate::run::images_key(name)),
        ["split", name] => format!("`split.{}`", as_in_the_file(name)),
        _ => format!("`{}`", names.join(".")),
    };
    let share = names.last().is_some_and(|name| name.ends_with("_ppm"));
    let show = |value: &Value| shown(value, share);
    match (from, to) {
        (None, None | Some(Value::Null)) => format!("{what} is new"),
        (None, Some(to)) => show(to).map_or_else(
            || format!("{what} is new"),
            |to| format!("{what} is new ({to})"),
        ),
        (Some(_), None) => format!("{what} is gone"),
        (Some(from), Some(to)) => match (show(from), show(to)) {
            (Some(from), Some(to)) => format!("{what} {from} -> {to}"),
            _ => format!("{what} changed"),
        },
    }
}

/// The key of the workload file behind a member of a definition.
fn as_in_the_file(name: &str) -> &str {
    match name {
        "rate_per_second" => "rate",
        "seconds" => "for",
        other => other.strip_suffix("_ppm").unwrap_or(other),
    }
}

/// A value for people; nothing where it is too long to tell anything.
fn shown(value: &Value, share: bool) -> Option<String> {
    if share && let Some(ppm) = value.as_f64() {
        return Some(format!("{} %", ppm / 10_000.0));
    }
    let text = match value {
        Value::String(text) if Key::from_hex(text).is_ok() => text[..8].to_owned(),
        Value::String(text) => text.clone(),
        Value::Null => "none".to_owned(),
        other => other.to_string(),
    };
    (text.len() <= LONGEST).then_some(text)
}

/// `a`, `a and b`, `a, b and c`.
fn listed(names: &[String]) -> String {
    match names {
        [] => String::new(),
        [one] => one.clone(),
        [most @ .., last] => format!("{} and {last}", most.join(", ")),
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn members_of_a_definition_are_named_as_a_user_knows_them() {
        let cases: [(&[&str], Value, Value, &str); 8] = [
            (
                &["hyperparameters", "C"],
                json!("1.0"),
                json!("0.5"),
                "hyperparameter `C` 1.0 -> 0.5",
            ),
            (
                &["split", "test_ppm"],
                json!(200_000),
                json!(250_000),
                "`split.test` 20 % -> 25 %",
            ),
            (
                &["split", "seed"],
                json!(42),
                json!(43),
                "`split.seed` 42 -> 43",
            ),
            (
                &["load", "rate_per_second"],
                json!(200.0),
                json!(50.0),
                "`load_test.rate` 200.0 -> 50.0",
            ),
            (
                &["machine"],
                json!("a"),
                json!("b"),
                "it was measured on another machine",
            ),
            (
                &["metric"],
                json!("f1_macro"),
                json!("accuracy"),
                "`metric` f1_macro -> accuracy",
            ),
            (
                &["folder"],
                json!("a".repeat(64)),
                json!("b".repeat(64)),
                "`folder` aaaaaaaa -> bbbbbbbb",
            ),
            (
                &["columns"],
                json!(["x".repeat(50)]),
                json!([]),
                "`columns` changed",
            ),
        ];
        for (path, from, to, expected) in cases {
            let path: Vec<String> = path.iter().map(|name| (*name).to_owned()).collect();
            assert_eq!(definition(&path, Some(&from), Some(&to)), expected);
        }
        let candidate = ["candidates".to_owned(), "ridge".to_owned()];
        assert_eq!(
            definition(&candidate, None, Some(&Value::Null)),
            "candidate `ridge` is new"
        );
        assert_eq!(
            definition(&candidate, Some(&Value::Null), None),
            "candidate `ridge` is gone"
        );
        let added = ["hyperparameters".to_owned(), "l1".to_owned()];
        assert_eq!(
            definition(&added, None, Some(&json!("0.1"))),
            "hyperparameter `l1` is new (0.1)"
        );
    }

    #[test]
    fn rows_are_counted_and_compared() {
        for (from, to, expected) in [
            ("a\nb\n", "a\nb\nc\n", "1 row more"),
            ("a\n", "a\nb\nc", "2 rows more"),
            ("a\nb\nc\n", "a\n", "2 rows fewer"),
            ("a\nb\n", "a\nc\n", "1 row differs"),
            ("a\nb\n", "c\nd\n", "2 rows differ"),
            ("a\nb", "a\nb\n", "its line ends"),
        ] {
            assert_eq!(
                rows(from.as_bytes(), to.as_bytes()),
                expected,
                "{from:?} {to:?}"
            );
        }
        assert_eq!(bytes(5, 7), "2 bytes more");
        assert_eq!(bytes(7, 5), "2 bytes fewer");
        assert_eq!(bytes(5, 5), "other content, same length");
    }

    #[test]
    fn names_are_listed_as_people_do() {
        let names = |words: &[&str]| -> Vec<String> {
            words.iter().map(|word| (*word).to_owned()).collect()
        };
        assert_eq!(listed(&names(&["a"])), "a");
        assert_eq!(listed(&names(&["a", "b"])), "a and b");
        assert_eq!(listed(&names(&["a", "b", "c"])), "a, b and c");
    }

    #[test]
    fn what_is_the_same_depends_on_the_step() {
        assert_eq!(hit("Train.lr"), "same input, hyperparameters and code");
        assert_eq!(hit("BatchPredict"), "same input, model and code");
    }
}
