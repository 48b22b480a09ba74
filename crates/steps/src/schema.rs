//! `schema.json`: what a model expects of a row; lies beside prepared data and beside the model.

use serde::{Deserialize, Serialize};

use crate::{ColumnType, CsvFormat, Document, Positive};

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
    /// Class labels, in the order of the model's `probabilities`.
    pub classes: Vec<String>,
    /// How source labels became classes.
    pub positive: Option<Positive>,
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
}

impl Document for Schema {
    const SCHEMA: &'static str = "plimsoll.schema/1";
}
