//! What a path finds.

use std::fmt::Write as _;

use serde_json::Value;
use thiserror::Error;

use super::query::{Path, Selector, Step};

/// More results than this cannot fit the limit on data, whatever they are.
const RESULTS: usize = crate::limits::DATA_BYTES;

/// Why a path yields nothing. The wording is AWS's.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
pub(crate) enum PathError {
    #[error("{} {at}", if *last { "No results for path:" } else { "Missing property in path" })]
    Missing {
        /// The path up to the step that found nothing, each step in brackets.
        at: String,
        /// Whether that step is the last.
        last: bool,
    },
    #[error("more than {RESULTS} results")]
    TooMany,
}

impl Path {
    /// The value of a definite path, the array of what an indefinite one found.
    pub(crate) fn read(&self, document: &Value) -> Result<Value, PathError> {
        let mut found = select(&self.steps, document, document)?;
        if self.is_definite() {
            let value = found
                .pop()
                .expect("a definite path that finds nothing is an error");
            return Ok(value.clone());
        }
        Ok(found.into_iter().cloned().collect())
    }
}

/// The values that `steps` lead to from `start`. Up to the first indefinite step finding nothing is an error.
pub(super) fn select<'v>(
    steps: &[Step],
    start: &'v Value,
    root: &'v Value,
) -> Result<Vec<&'v Value>, PathError> {
    let mut values = vec![start];
    let mut definite = true;
    for (position, step) in steps.iter().enumerate() {
        let mut found = Vec::new();
        for value in values {
            if step.deep {
                descend(value, &mut |below| {
                    pick(&step.selector, below, root, &mut found)
                })?;
            } else {
                pick(&step.selector, value, root, &mut found)?;
            }
        }
        definite &= step.is_definite();
        if definite && found.is_empty() {
            let at = in_brackets(&steps[..=position]);
            return Err(PathError::Missing {
                at,
                last: position + 1 == steps.len(),
            });
        }
        values = found;
    }
    Ok(values)
}

/// Visits a value and everything below it, parents first. JSON's own limit on depth bounds the recursion.
fn descend<'v>(
    value: &'v Value,
    visit: &mut impl FnMut(&'v Value) -> Result<(), PathError>,
) -> Result<(), PathError> {
    visit(value)?;
    match value {
        Value::Array(items) => items.iter().try_for_each(|item| descend(item, visit)),
        Value::Object(members) => members
            .values()
            .try_for_each(|member| descend(member, visit)),
        _ => Ok(()),
    }
}

fn pick<'v>(
    selector: &Selector,
    value: &'v Value,
    root: &'v Value,
    found: &mut Vec<&'v Value>,
) -> Result<(), PathError> {
    match (selector, value) {
        (Selector::Names(names), Value::Object(members)) => {
            found.extend(names.iter().filter_map(|name| members.get(name)));
        }
        (Selector::Indexes(indexes), Value::Array(items)) => {
            found.extend(
                indexes
                    .iter()
                    .filter_map(|&index| items.get(position(index, items.len())?)),
            );
        }
        (Selector::Slice { start, end, step }, Value::Array(items)) => {
            let range = slice(*start, *end, items.len());
            let step = usize::try_from(*step).unwrap_or(usize::MAX);
            found.extend(items[range].iter().step_by(step));
        }
        (Selector::Wildcard, Value::Array(items)) => found.extend(items),
        (Selector::Wildcard, Value::Object(members)) => found.extend(members.values()),
        (Selector::Filter(filter), Value::Array(items)) => {
            for item in items {
                if filter.holds(item, root)? {
                    found.push(item);
                }
            }
        }
        (Selector::Filter(filter), Value::Object(_)) if filter.holds(value, root)? => {
            found.push(value);
        }
        _ => {}
    }
    if found.len() > RESULTS {
        Err(PathError::TooMany)
    } else {
        Ok(())
    }
}

/// An index from either end as an offset.
fn position(index: i64, length: usize) -> Option<usize> {
    if index < 0 {
        length.checked_sub(usize::try_from(index.unsigned_abs()).ok()?)
    } else {
        usize::try_from(index).ok()
    }
}

/// The offsets that a slice covers, cut to what is there.
fn slice(start: Option<i64>, end: Option<i64>, length: usize) -> std::ops::Range<usize> {
    let clamp = |bound: i64| {
        let offset = usize::try_from(bound.unsigned_abs()).unwrap_or(usize::MAX);
        if bound < 0 {
            length.saturating_sub(offset)
        } else {
            offset.min(length)
        }
    };
    let start = start.map_or(0, clamp);
    let end = end.map_or(length, clamp);
    start..end.max(start)
}

fn in_brackets(steps: &[Step]) -> String {
    let mut text = "$".to_owned();
    for step in steps {
        match &step.selector {
            Selector::Names(names) => write!(text, "['{}']", names.join("','")),
            Selector::Indexes(indexes) => write!(text, "{indexes:?}"),
            _ => write!(text, "[*]"),
        }
        .expect("writing to a text does not fail");
    }
    text
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn read(path: &str, document: &Value) -> Result<Value, String> {
        Path::parse(path)
            .expect(path)
            .read(document)
            .map_err(|error| error.to_string())
    }

    #[test]
    fn finds_what_the_dialect_promises() {
        let document = json!({
            "l": [{"n": 1, "k": "a"}, {"n": 2, "k": "b"}, {"n": 3, "k": "c"}, 7],
            "o": {"x y": {"n": 9}, "z": null},
            "limit": 2,
        });
        for (path, expected) in [
            ("$.limit", json!(2)),
            ("$.o['x y'].n", json!(9)),
            ("$.o.['x y'].n", json!(9)),
            ("$.o.z", json!(null)),
            ("$.l[0].k", json!("a")),
            ("$.l[-1]", json!(7)),
            ("$.l[0,2].k", json!(["a", "c"])),
            ("$.l[0]['n','k']", json!([1, "a"])),
            ("$.l[:2].n", json!([1, 2])),
            ("$.l[1:3].n", json!([2, 3])),
            ("$.l[-3:-1].n", json!([2, 3])),
            ("$.l[::2].n", json!([1, 3])),
            ("$.l[9:]", json!([])),
            ("$.l[3:1]", json!([])),
            ("$.l[*].n", json!([1, 2, 3])),
            ("$.o.*", json!([{"n": 9}, null])),
            ("$..n", json!([1, 2, 3, 9])),
            ("$.l..k", json!(["a", "b", "c"])),
            ("$..[0].n", json!([1])),
            ("$.l[?(@.n > 1)].k", json!(["b", "c"])),
            ("$.l[?(@.n>=$.limit)].k", json!(["b", "c"])),
            ("$.l[?(@.n == 1 || @.k == 'c')].n", json!([1, 3])),
            ("$.l[?(@.n > 1 && !(@.k == \"b\"))].n", json!([3])),
            ("$.l[?(@.k)].n", json!([1, 2, 3])),
            ("$.l[?(!@.k)]", json!([7])),
            ("$.l[?(@ == 7)]", json!([7])),
            ("$.l[?(@.n == 9)]", json!([])),
            ("$.l[?(@.n < 'a')]", json!([])),
            ("$.o[?(@.z == null)].z", json!([null])),
            ("$.l[?(@.none == @.nothing)]", json!([])),
        ] {
            assert_eq!(read(path, &document), Ok(expected), "{path}");
        }
    }

    #[test]
    fn says_where_a_definite_path_ends() {
        let document = json!({"a": {"b": [1]}});
        for (path, expected) in [
            ("$.none", "No results for path: $['none']"),
            ("$.none.b", "Missing property in path $['none']"),
            ("$.a.b[3]", "No results for path: $['a']['b'][3]"),
            ("$.a.b.c", "No results for path: $['a']['b']['c']"),
            ("$.none[*].x", "Missing property in path $['none']"),
        ] {
            assert_eq!(read(path, &document), Err(expected.to_owned()), "{path}");
        }
    }

    #[test]
    fn a_scan_of_scans_ends() {
        let mut document = json!(1);
        for _ in 0..100 {
            document = json!([document, 1]);
        }
        assert_eq!(
            read("$..*..*..*..*", &document),
            Err(format!("more than {RESULTS} results"))
        );
    }
}
