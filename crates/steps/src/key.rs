//! A step's key: the SHA-256 of canonical JSON of everything that determines the step's output.

use std::fmt;

use serde::{Deserialize, Serialize};
use serde_json::Value;
use sha2::{Digest, Sha256};

use crate::Document;

/// A text that is not 64 lowercase hexadecimal digits.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("`{text}` is not a step key (64 lowercase hexadecimal digits)")]
pub struct KeyError {
    /// What was given.
    pub text: String,
}

/// The identity of a step's output: 64 lowercase hexadecimal digits.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct Key(String);

impl Key {
    /// A key from its hexadecimal text.
    pub fn from_hex(text: &str) -> Result<Self, KeyError> {
        let valid =
            text.len() == 64 && text.bytes().all(|b| matches!(b, b'0'..=b'9' | b'a'..=b'f'));
        if valid {
            Ok(Self(text.to_owned()))
        } else {
            Err(KeyError {
                text: text.to_owned(),
            })
        }
    }

    /// All 64 digits.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// The first eight digits, for names that have little room.
    pub fn short(&self) -> &str {
        &self.0[..8]
    }
}

impl fmt::Display for Key {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl TryFrom<String> for Key {
    type Error = KeyError;
    fn try_from(text: String) -> Result<Self, KeyError> {
        Self::from_hex(&text)
    }
}

impl From<Key> for String {
    fn from(key: Key) -> Self {
        key.0
    }
}

/// A file or object that a step reads from outside the pipeline.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Source {
    /// Name within the data folder, with forward slashes.
    pub name: String,
    /// SHA-256 of its content in hexadecimal digits.
    pub sha256: String,
    /// Its length in bytes.
    pub bytes: u64,
}

/// Everything that determines a step's output, and nothing else: no host, path, time, thread count or instance type.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Ingredients {
    /// Name of the step.
    pub step: String,
    /// Version of the step's algorithm: bumped on purpose when its golden output changes.
    pub algorithm: u32,
    /// The step's own definition and parameters.
    pub definition: Value,
    /// Keys of the steps it reads, in the order it reads them.
    pub reads: Vec<Key>,
    /// Source data it reads, in order.
    pub sources: Vec<Source>,
}

impl Document for Ingredients {
    const SCHEMA: &'static str = "plimsoll.key/1";
}

impl Ingredients {
    /// The key of a step with these ingredients.
    pub fn key(&self) -> Key {
        let digest = Sha256::digest(canonical_json(&self.to_value()).as_bytes());
        Key(digest.iter().map(|byte| format!("{byte:02x}")).collect())
    }
}

/// JSON with members sorted by name and no white space: one text for one value.
///
/// ```
/// let value = serde_json::json!({"b": [1, 2.5], "a": null});
/// assert_eq!(steps::canonical_json(&value), r#"{"a":null,"b":[1,2.5]}"#);
/// ```
pub fn canonical_json(value: &Value) -> String {
    match value {
        Value::Object(members) => {
            let mut sorted: Vec<_> = members.iter().collect();
            sorted.sort_by_key(|(name, _)| name.as_str());
            let inner: Vec<String> = sorted
                .into_iter()
                .map(|(name, member)| {
                    format!("{}:{}", Value::from(name.as_str()), canonical_json(member))
                })
                .collect();
            format!("{{{}}}", inner.join(","))
        }
        Value::Array(items) => {
            let inner: Vec<String> = items.iter().map(canonical_json).collect();
            format!("[{}]", inner.join(","))
        }
        scalar => scalar.to_string(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    fn ingredients() -> Ingredients {
        Ingredients {
            step: "Prepare".to_owned(),
            algorithm: 1,
            definition: json!({"split": {"seed": 42, "test": 0.2}}),
            reads: vec![],
            sources: vec![Source {
                name: "a.csv".to_owned(),
                sha256: "0".repeat(64),
                bytes: 3,
            }],
        }
    }

    #[test]
    fn the_order_of_members_does_not_enter_the_key() {
        let mut other = ingredients();
        other.definition = serde_json::from_str(r#"{"split": {"test": 0.2, "seed": 42}}"#).unwrap();
        assert_eq!(ingredients().key(), other.key());
    }

    #[test]
    fn each_ingredient_enters_the_key() {
        let base = ingredients().key();
        let changes: [fn(&mut Ingredients); 5] = [
            |i| i.step = "Test".to_owned(),
            |i| i.algorithm = 2,
            |i| i.definition = json!({}),
            |i| i.reads = vec![ingredients().key()],
            |i| i.sources[0].sha256 = "1".repeat(64),
        ];
        for change in changes {
            let mut other = ingredients();
            change(&mut other);
            assert_ne!(other.key(), base);
        }
    }

    #[test]
    fn a_key_is_stable_across_versions_of_this_program() {
        // A change here makes every cache of every user miss: bump the schema instead.
        let text = canonical_json(&ingredients().to_value());
        assert_eq!(
            text,
            format!(
                r#"{{"algorithm":1,"definition":{{"split":{{"seed":42,"test":0.2}}}},"reads":[],"schema":"plimsoll.key/1","sources":[{{"bytes":3,"name":"a.csv","sha256":"{}"}}],"step":"Prepare"}}"#,
                "0".repeat(64)
            )
        );
    }

    #[test]
    fn only_64_lowercase_digits_are_a_key() {
        for bad in ["", "abc", &"G".repeat(64), &"A".repeat(64), &"0".repeat(65)] {
            assert_eq!(
                Key::from_hex(bad),
                Err(KeyError {
                    text: bad.to_owned()
                })
            );
        }
        let key: Key = serde_json::from_value(json!("a".repeat(64))).unwrap();
        assert_eq!(key.short(), "aaaaaaaa");
        assert!(serde_json::from_value::<Key>(json!("xyz")).is_err());
    }
}
