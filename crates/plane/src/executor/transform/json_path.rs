//! The paths of batch transform's filters: the part of JSONPath that SageMaker takes.

use std::fmt;

use serde_json::{Map, Value};

/// Characters of a path, AWS's limit.
const LENGTH: usize = 63;

/// What a filter selects of a record.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct JsonPath {
    text: String,
    steps: Vec<Step>,
}

#[derive(Debug, Clone, PartialEq, Eq)]
enum Step {
    /// Members by name.
    Members(Vec<String>),
    /// Elements by index; a negative one counts from the end.
    Elements(Vec<i64>),
    /// A range of elements.
    Slice(Option<i64>, Option<i64>),
    /// Every member or element.
    All,
}

/// A path that is none, or does not fit its record.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub(crate) enum PathError {
    /// The text is not a path.
    #[error("`{path}` is not a path such as `$`, `$.name`, `$['a','b']`, `$[0,-1]` or `$[1:]`")]
    Syntax {
        /// The text.
        path: String,
    },
    /// The record has nothing there.
    #[error("path `{path}` selects nothing of record `{record}`")]
    Nothing {
        /// The path.
        path: String,
        /// The beginning of the record.
        record: String,
    },
    /// A row has no members.
    #[error(
        "path `{path}` names members, and a row of CSV has none; name columns, such as `$[0:3]`"
    )]
    Row {
        /// The path.
        path: String,
    },
}

impl JsonPath {
    /// Reads a path.
    pub(crate) fn parse(text: &str) -> Result<Self, PathError> {
        let wrong = || PathError::Syntax {
            path: text.chars().take(LENGTH).collect(),
        };
        if text.len() > LENGTH {
            return Err(wrong());
        }
        let mut rest = text.strip_prefix('$').ok_or_else(wrong)?;
        let mut steps = Vec::new();
        while !rest.is_empty() {
            let (step, left) = step(rest).ok_or_else(wrong)?;
            steps.push(step);
            rest = left;
        }
        Ok(Self {
            text: text.to_owned(),
            steps,
        })
    }

    /// Whether it selects the whole record.
    pub(crate) fn is_whole(&self) -> bool {
        self.steps.is_empty()
    }

    /// What it selects of a document: one value, or several as a list; several members stay an object.
    pub(crate) fn of(&self, record: &Value) -> Result<Value, PathError> {
        let mut found = vec![record.clone()];
        let mut several = false;
        for step in &self.steps {
            several |= !matches!(step, Step::Members(names) if names.len() == 1)
                && !matches!(step, Step::Elements(list) if list.len() == 1)
                && !matches!(step, Step::Members(_));
            found = found.iter().flat_map(|value| step.of(value)).collect();
            if found.is_empty() {
                return Err(self.nothing(&record.to_string()));
            }
        }
        match (several, found.pop()) {
            (false, Some(only)) if found.is_empty() => Ok(only),
            (_, last) => {
                found.extend(last);
                Ok(Value::from(found))
            }
        }
    }

    /// The cells that it selects of a row.
    pub(crate) fn of_row<'a>(&self, cells: &[&'a str]) -> Result<Vec<&'a str>, PathError> {
        let row = || cells.join(",");
        let indices = match self.steps.as_slice() {
            [] | [Step::All] => return Ok(cells.to_vec()),
            [Step::Elements(list)] => list
                .iter()
                .map(|&index| position(index, cells.len()))
                .collect::<Option<Vec<_>>>()
                .ok_or_else(|| self.nothing(&row()))?,
            [Step::Slice(from, to)] => range(*from, *to, cells.len()).collect(),
            _ => {
                return Err(PathError::Row {
                    path: self.text.clone(),
                });
            }
        };
        if indices.is_empty() {
            return Err(self.nothing(&row()));
        }
        Ok(indices.into_iter().map(|index| cells[index]).collect())
    }

    fn nothing(&self, record: &str) -> PathError {
        PathError::Nothing {
            path: self.text.clone(),
            record: record.chars().take(80).collect(),
        }
    }
}

impl fmt::Display for JsonPath {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.text)
    }
}

impl Step {
    fn of(&self, value: &Value) -> Vec<Value> {
        match (self, value) {
            (Self::Members(names), Value::Object(members)) => match names.as_slice() {
                [name] => members.get(name).cloned().into_iter().collect(),
                names => {
                    let chosen: Map<String, Value> = names
                        .iter()
                        .filter_map(|name| Some((name.clone(), members.get(name)?.clone())))
                        .collect();
                    (!chosen.is_empty())
                        .then(|| Value::from(chosen))
                        .into_iter()
                        .collect()
                }
            },
            (Self::Elements(list), Value::Array(items)) => list
                .iter()
                .filter_map(|&index| position(index, items.len()))
                .map(|index| items[index].clone())
                .collect(),
            (Self::Slice(from, to), Value::Array(items)) => {
                items[range(*from, *to, items.len())].to_vec()
            }
            (Self::All, Value::Array(items)) => items.clone(),
            (Self::All, Value::Object(members)) => members.values().cloned().collect(),
            _ => Vec::new(),
        }
    }
}

fn position(index: i64, length: usize) -> Option<usize> {
    let length_signed = i64::try_from(length).ok()?;
    let index = if index < 0 {
        index + length_signed
    } else {
        index
    };
    usize::try_from(index).ok().filter(|&index| index < length)
}

fn range(from: Option<i64>, to: Option<i64>, length: usize) -> std::ops::Range<usize> {
    let signed = i64::try_from(length).unwrap_or(i64::MAX);
    let place = |bound: i64| {
        let bound = if bound < 0 { bound + signed } else { bound };
        usize::try_from(bound.clamp(0, signed)).unwrap_or(0)
    };
    let (from, to) = (from.map_or(0, place), to.map_or(length, place));
    from..to.max(from)
}

/// The first step of a text, and what follows it.
fn step(text: &str) -> Option<(Step, &str)> {
    if let Some(rest) = text.strip_prefix('.') {
        let end = rest.find(['.', '[']).unwrap_or(rest.len());
        let (name, rest) = rest.split_at(end);
        return match name {
            "" => None,
            "*" => Some((Step::All, rest)),
            name => Some((Step::Members(vec![name.to_owned()]), rest)),
        };
    }
    let inner = text.strip_prefix('[')?;
    if inner.trim_start().starts_with(['\'', '"']) {
        return names(inner);
    }
    let (inside, rest) = inner.split_once(']')?;
    let inside = inside.trim();
    if inside == "*" {
        return Some((Step::All, rest));
    }
    let number = |text: &str| text.trim().parse::<i64>().ok();
    if let Some((from, to)) = inside.split_once(':') {
        let bound = |text: &str| match text.trim() {
            "" => Some(None),
            text => number(text).map(Some),
        };
        return Some((Step::Slice(bound(from)?, bound(to)?), rest));
    }
    let list = inside.split(',').map(number).collect::<Option<Vec<_>>>()?;
    Some((Step::Elements(list), rest))
}

/// Quoted names up to the closing bracket.
fn names(mut text: &str) -> Option<(Step, &str)> {
    let mut names = Vec::new();
    loop {
        text = text.trim_start();
        let quote = text
            .chars()
            .next()
            .filter(|mark| matches!(mark, '\'' | '"'))?;
        let (name, rest) = text[1..].split_once(quote)?;
        names.push(name.to_owned());
        text = rest.trim_start();
        if let Some(rest) = text.strip_prefix(']') {
            return Some((Step::Members(names), rest));
        }
        text = text.strip_prefix(',')?;
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use serde_json::json;

    use super::*;

    #[test]
    fn paths_select_of_documents() {
        let record = json!({"id": 7, "features": [1, 2, 3], "a": {"b c": [{"x": 1}, {"x": 2}]}});
        for (path, expected) in [
            ("$", record.clone()),
            ("$.id", json!(7)),
            ("$.features", json!([1, 2, 3])),
            ("$.features[0]", json!(1)),
            ("$['features'][-1]", json!(3)),
            ("$.features[0,2]", json!([1, 3])),
            ("$.features[1:]", json!([2, 3])),
            ("$.features[:-1]", json!([1, 2])),
            ("$.features[:]", json!([1, 2, 3])),
            ("$.features[1:2]", json!([2])),
            (
                "$['id','features']",
                json!({"id": 7, "features": [1, 2, 3]}),
            ),
            ("$.a['b c'][*].x", json!([1, 2])),
            ("$.a[\"b c\"][0]", json!({"x": 1})),
        ] {
            assert_eq!(
                JsonPath::parse(path).unwrap().of(&record).unwrap(),
                expected,
                "{path}"
            );
        }
    }

    #[test]
    fn paths_select_columns() {
        let cells = ["id", "\"a,b\"", "", "9"];
        for (path, expected) in [
            ("$", &cells[..]),
            ("$[*]", &cells),
            ("$[1:]", &cells[1..]),
            ("$[:-1]", &cells[..3]),
            ("$[-1,0]", &["9", "id"]),
            ("$[1]", &["\"a,b\""]),
            ("$[0:99]", &cells),
        ] {
            assert_eq!(
                JsonPath::parse(path).unwrap().of_row(&cells).unwrap(),
                expected,
                "{path}"
            );
        }
    }

    #[test]
    fn what_is_not_there_is_an_error() {
        let record = json!({"a": [1]});
        for path in ["$.b", "$.a[1]", "$.a[5:]", "$[0]", "$.a.b", "$['x','y']"] {
            let found = JsonPath::parse(path).unwrap().of(&record);
            assert!(
                matches!(found, Err(PathError::Nothing { .. })),
                "{path} {found:?}"
            );
        }
        let row = |path: &str| JsonPath::parse(path).unwrap().of_row(&["a", "b"]);
        assert!(matches!(row("$[2]"), Err(PathError::Nothing { .. })));
        assert!(matches!(row("$[2:]"), Err(PathError::Nothing { .. })));
        assert!(matches!(row("$.a"), Err(PathError::Row { .. })));
    }

    #[test]
    fn texts_that_are_no_paths_are_refused() {
        for text in [
            "",
            "a",
            ".a",
            "$.",
            "$..a",
            "$[",
            "$[]",
            "$[a]",
            "$['a",
            "$['a'",
            "$['a',]",
            "$[1:2:3]",
            "$a",
            "$[?(@.x)]",
            "$[1,]",
            "$[0]x",
        ] {
            assert!(JsonPath::parse(text).is_err(), "{text}");
        }
        assert!(JsonPath::parse(&format!("$.{}", "a".repeat(62))).is_err());
    }

    proptest! {
        #[test]
        fn no_text_makes_it_panic(text in "\\$?[\\[\\].,:'\"*a0-9-]{0,20}", cells in prop::collection::vec("[a-z]", 0..5)) {
            if let Ok(path) = JsonPath::parse(&text) {
                prop_assert_eq!(path.to_string(), text);
                let cells: Vec<&str> = cells.iter().map(String::as_str).collect();
                let _ = path.of_row(&cells);
                let _ = path.of(&json!(cells));
            }
        }

        #[test]
        fn a_slice_is_that_of_python(from in -6_i64..6, to in -6_i64..6) {
            let cells = ["a", "b", "c", "d"];
            let place = |bound: i64| if bound < 0 { (bound + 4).max(0) } else { bound.min(4) };
            let (first, last) = (place(from), place(to));
            let expected: Vec<&str> = (first..last).map(|index| cells[usize::try_from(index).unwrap()]).collect();
            let path = JsonPath::parse(&format!("$[{from}:{to}]")).unwrap();
            prop_assert_eq!(path.of_row(&cells).unwrap_or_default(), expected);
        }
    }
}
