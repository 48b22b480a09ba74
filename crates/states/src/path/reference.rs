//! Reference paths: they name one place, so that a value can be put there.

use serde_json::{Map, Value};
use thiserror::Error;

use super::SyntaxError;
use super::query::{Path, Root, Selector, Step};

/// A path of single names and indexes into the data.
#[derive(Debug, Clone)]
pub(crate) struct ReferencePath {
    text: String,
    keys: Vec<Key>,
}

#[derive(Debug, Clone, PartialEq, Eq)]
enum Key {
    Name(String),
    Index(usize),
}

/// The data has no such place and none can be made.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
#[error("Unable to apply ReferencePath {path} to input {input}")]
pub(crate) struct NoSuchPlace {
    path: String,
    input: Value,
}

impl ReferencePath {
    pub(crate) fn parse(text: &str) -> Result<ReferencePath, SyntaxError> {
        let path = Path::parse(text)?;
        let keys: Option<Vec<Key>> = path.steps.iter().map(key).collect();
        match keys {
            Some(keys) if path.root == Root::Input => Ok(ReferencePath {
                text: path.text,
                keys,
            }),
            _ => Err(SyntaxError::Malformed(format!(
                "`{text}` is not a reference path"
            ))),
        }
    }

    /// Puts a value in its place: objects grow on the way, array items are replaced.
    pub(crate) fn put(&self, mut target: Value, value: Value) -> Result<Value, NoSuchPlace> {
        if self.keys.is_empty() {
            return Ok(value);
        }
        match place(&mut target, &self.keys) {
            Some(slot) => {
                *slot = value;
                Ok(target)
            }
            None => Err(NoSuchPlace {
                path: self.text.clone(),
                input: target,
            }),
        }
    }
}

fn key(step: &Step) -> Option<Key> {
    match &step.selector {
        _ if step.deep => None,
        Selector::Names(names) => match &names[..] {
            [name] => Some(Key::Name(name.clone())),
            _ => None,
        },
        Selector::Indexes(indexes) => match indexes[..] {
            [index] => usize::try_from(index).ok().map(Key::Index),
            _ => None,
        },
        _ => None,
    }
}

/// The slot that the keys lead to. Nothing is made before it is known that the whole way can be.
fn place<'v>(target: &'v mut Value, keys: &[Key]) -> Option<&'v mut Value> {
    let Some((first, rest)) = keys.split_first() else {
        return Some(target);
    };
    match (first, target) {
        (Key::Name(name), Value::Object(members)) => {
            if !members.contains_key(name) {
                if rest.iter().any(|key| matches!(key, Key::Index(_))) {
                    return None;
                }
                members.insert(name.clone(), Value::Object(Map::new()));
            }
            place(members.get_mut(name)?, rest)
        }
        (Key::Index(index), Value::Array(items)) => place(items.get_mut(*index)?, rest),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn puts_values_where_they_belong() {
        for (path, target, expected) in [
            ("$", json!({"a": 1}), json!(5)),
            ("$.n", json!({"a": 1}), json!({"a": 1, "n": 5})),
            ("$.a", json!({"a": {"deep": 1}}), json!({"a": 5})),
            (
                "$.x.y.z",
                json!({"a": 1}),
                json!({"a": 1, "x": {"y": {"z": 5}}}),
            ),
            ("$['x y']", json!({}), json!({"x y": 5})),
            ("$.a[1]", json!({"a": [1, 2, 3]}), json!({"a": [1, 5, 3]})),
            ("$[0].b", json!([{}]), json!([{"b": 5}])),
        ] {
            let reference = ReferencePath::parse(path).unwrap();
            assert_eq!(reference.put(target, json!(5)), Ok(expected), "{path}");
        }
    }

    #[test]
    fn fails_where_no_place_can_be_made_and_leaves_the_data_alone() {
        for (path, target) in [
            ("$.a", json!("text")),
            ("$.a.b", json!({"a": 1})),
            ("$.a[3]", json!({"a": [1]})),
            ("$.a[0]", json!({})),
            ("$.x[0]", json!({"a": {}})),
            ("$[0]", json!({"0": 1})),
        ] {
            let reference = ReferencePath::parse(path).unwrap();
            let error = reference.put(target.clone(), json!(5)).unwrap_err();
            assert_eq!(error.input, target, "{path}");
        }
    }

    #[test]
    fn only_single_names_and_indexes_make_a_reference() {
        for text in [
            "$.a[*]",
            "$..a",
            "$.a[0,1]",
            "$.a[1:]",
            "$.a[-1]",
            "$['a','b']",
            "$$.a",
            "$[?(@.a)]",
        ] {
            assert!(ReferencePath::parse(text).is_err(), "{text}");
        }
    }
}
