//! The versioned envelope that every document shares.

use serde::Serialize;
use serde::de::DeserializeOwned;
use serde_json::Value;

/// Why a document could not be read.
#[derive(Debug, thiserror::Error)]
pub enum DocumentError {
    /// The text is not JSON, or its members are not those of the document.
    #[error("not a `{schema}` document")]
    Malformed {
        /// The expected form.
        schema: &'static str,
        /// What the parser says.
        #[source]
        source: serde_json::Error,
    },
    /// The document is of another kind or of another version.
    #[error("expected a `{expected}` document, found `{found}`")]
    Schema {
        /// The expected form.
        expected: &'static str,
        /// The form that the document names, or `nothing`.
        found: String,
    },
}

/// A JSON document with a name and a version, such as `plimsoll.evaluation/1`.
pub trait Document: Serialize + DeserializeOwned {
    /// Name and version, the value of the member `schema`.
    const SCHEMA: &'static str;

    /// The document as a JSON value, `schema` first.
    fn to_value(&self) -> Value {
        let body =
            serde_json::to_value(self).expect("documents have string keys and finite numbers");
        let mut object = serde_json::Map::new();
        object.insert("schema".to_owned(), Value::from(Self::SCHEMA));
        if let Value::Object(members) = body {
            object.extend(members);
        }
        Value::Object(object)
    }

    /// The document as indented JSON text with a final newline.
    fn to_text(&self) -> String {
        let mut text =
            serde_json::to_string_pretty(&self.to_value()).expect("a JSON value always prints");
        text.push('\n');
        text
    }

    /// Reads a document from a JSON value; unknown members are refused.
    fn from_value(value: Value) -> Result<Self, DocumentError> {
        let Value::Object(mut members) = value else {
            return Err(DocumentError::Schema {
                expected: Self::SCHEMA,
                found: "nothing".to_owned(),
            });
        };
        match members.shift_remove("schema") {
            Some(Value::String(found)) if found == Self::SCHEMA => {}
            Some(Value::String(found)) => {
                return Err(DocumentError::Schema {
                    expected: Self::SCHEMA,
                    found,
                });
            }
            _ => {
                return Err(DocumentError::Schema {
                    expected: Self::SCHEMA,
                    found: "nothing".to_owned(),
                });
            }
        }
        serde_json::from_value(Value::Object(members)).map_err(|source| DocumentError::Malformed {
            schema: Self::SCHEMA,
            source,
        })
    }

    /// Reads a document from bytes of JSON.
    fn from_slice(bytes: &[u8]) -> Result<Self, DocumentError> {
        let value = serde_json::from_slice(bytes).map_err(|source| DocumentError::Malformed {
            schema: Self::SCHEMA,
            source,
        })?;
        Self::from_value(value)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Manifest;

    #[test]
    fn a_document_names_its_schema_first_and_reads_back() {
        let manifest = Manifest::default();
        let text = manifest.to_text();
        assert!(
            text.starts_with("{\n  \"schema\": \"plimsoll.manifest/1\""),
            "{text}"
        );
        assert_eq!(Manifest::from_slice(text.as_bytes()).unwrap(), manifest);
    }

    #[test]
    fn another_version_an_unknown_member_and_no_object_are_refused() {
        let cases = [
            (
                r#"{"schema":"plimsoll.manifest/2","files":{}}"#,
                "expected a `plimsoll.manifest/1` document, found `plimsoll.manifest/2`",
            ),
            (
                r#"{"files":{}}"#,
                "expected a `plimsoll.manifest/1` document, found `nothing`",
            ),
            (
                "[]",
                "expected a `plimsoll.manifest/1` document, found `nothing`",
            ),
            (
                r#"{"schema":"plimsoll.manifest/1","files":{},"more":1}"#,
                "not a `plimsoll.manifest/1` document",
            ),
            ("{", "not a `plimsoll.manifest/1` document"),
        ];
        for (text, expected) in cases {
            assert_eq!(
                Manifest::from_slice(text.as_bytes())
                    .unwrap_err()
                    .to_string(),
                expected
            );
        }
    }
}
