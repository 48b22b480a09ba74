//! `schema.json`: what a model expects of a row; lies beside prepared data and beside the model.

use serde::{Deserialize, Serialize};

use crate::{ColumnType, CsvFormat, Document, Positive, SchemaSeries};

/// A feature column, in the order in which rows are given.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct SchemaColumn {
    /// Its name.
    pub name: String,
    /// Its type.
    pub kind: ColumnType,
    /// Texts that mean a missing value here; the empty cell always does.
    pub missing: Vec<String>,
    /// Levels seen in the training part, in their canonical form, ascending; empty for numbers.
    pub levels: Vec<String>,
    /// Smallest number seen in the training part.
    pub minimum: Option<f64>,
    /// Largest number seen in the training part.
    pub maximum: Option<f64>,
}

/// What is predicted.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct SchemaTarget {
    /// Name of the column.
    pub name: String,
    /// Whether it is a class or a number. A class is not written, so that schemas stay what they were.
    #[serde(default, skip_serializing_if = "TargetKind::is_class")]
    pub kind: TargetKind,
    /// Class labels, in the order of the model's `probabilities`; none where the target is a number.
    pub classes: Vec<String>,
    /// How source labels became classes.
    pub positive: Option<Positive>,
    /// What the mean absolute error of a number is divided by to become MASE: the mean absolute error of a naive forecast on
    /// training rows. Only a series has one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub naive_error: Option<f64>,
}

/// What is predicted of a row.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum TargetKind {
    /// One of a set of classes.
    #[default]
    Class,
    /// A number.
    Number,
}

impl TargetKind {
    /// Whether it is a class.
    #[expect(clippy::trivially_copy_pass_by_ref, reason = "serde gives a reference")]
    pub fn is_class(&self) -> bool {
        *self == Self::Class
    }
}

/// What a model expects of an image.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct SchemaImage {
    /// Side of what the model sees, in pixels: square, grey, one byte a pixel.
    pub size: u32,
    /// Width and height that every image of the source had; none where they differ.
    pub source: Option<[u32; 2]>,
}

/// Columns and target.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Schema {
    /// Format of the source, for rows that come as the source came.
    pub csv: CsvFormat,
    /// Feature columns in serving order: the order of the source, without target and ignored columns.
    pub columns: Vec<SchemaColumn>,
    /// The target.
    pub target: SchemaTarget,
    /// Set where rows are hours of a series; the target is then one of the columns.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub series: Option<SchemaSeries>,
    /// Set where a row is an image; then there are no columns.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub image: Option<SchemaImage>,
}

impl Document for Schema {
    const SCHEMA: &'static str = "plimsoll.schema/1";
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    fn target(value: serde_json::Value) -> SchemaTarget {
        serde_json::from_value(value).unwrap()
    }

    #[test]
    fn a_schema_of_an_earlier_version_is_of_classes_and_prints_as_it_was() {
        let earlier = json!({"name": "y", "classes": ["a", "b"], "positive": null});
        let read = target(earlier.clone());
        assert_eq!((read.kind, read.naive_error), (TargetKind::Class, None));
        assert_eq!(serde_json::to_value(read).unwrap(), earlier);
    }

    #[test]
    fn a_number_says_so() {
        let number = json!({
            "name": "y", "kind": "number", "classes": [], "positive": null, "naive_error": 4.5,
        });
        let read = target(number.clone());
        assert!(!read.kind.is_class());
        assert_eq!(serde_json::to_value(read).unwrap(), number);
    }
}
