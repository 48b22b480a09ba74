//! The step Prepare: clean, type, drop duplicates, mark what is missing, split.
//!
//! What is *fitted* (medians, categories, means) belongs to the training step, on exactly the rows it trains on, so
//! that no fitted number can leak from validation or test rows, and a refit fits them anew.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use crate::{Document, TargetKind};

/// Type of a column.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ColumnType {
    /// A real number.
    Number,
    /// One of a set of labels.
    Category,
}

/// A column of the source, in source order where there is no header.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ColumnSpec {
    /// Its name.
    pub name: String,
    /// Its type.
    pub kind: ColumnType,
}

/// How characters of the source are stored as bytes.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
pub enum Encoding {
    /// UTF-8, of which ASCII is a part.
    #[default]
    #[serde(rename = "utf-8")]
    Utf8,
    /// UTF-16, the low byte first.
    #[serde(rename = "utf-16le")]
    Utf16le,
    /// UTF-16, the high byte first.
    #[serde(rename = "utf-16be")]
    Utf16be,
    /// Windows code page 1252, of which the printed characters of Latin-1 are a part.
    #[serde(rename = "windows-1252")]
    Windows1252,
}

impl Encoding {
    #[expect(clippy::trivially_copy_pass_by_ref, reason = "serde gives a reference")]
    fn is_default(&self) -> bool {
        *self == Self::default()
    }
}

/// How the source's text is cut into cells.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct CsvFormat {
    /// Whether the first line names the columns.
    pub header: bool,
    /// Between cells.
    pub delimiter: char,
    /// Decimal mark of numbers, `.` or `,`.
    pub decimal: char,
    /// Encoding of the text. UTF-8 is not written, so that keys of steps stay what they were.
    #[serde(default, skip_serializing_if = "Encoding::is_default")]
    pub encoding: Encoding,
}

/// What happens to exact copies of a row within one file (missing equals missing).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Duplicates {
    /// Copies after the first are dropped.
    Drop,
    /// They stay.
    Keep,
    /// They are an error.
    Error,
}

/// How a number is compared.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Comparison {
    /// `<`
    Less,
    /// `<=`
    LessOrEqual,
    /// `>`
    Greater,
    /// `>=`
    GreaterOrEqual,
    /// `==`
    Equal,
    /// `!=`
    NotEqual,
}

/// What makes a target value count as the positive class; two classes `0` and `1` result.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case", deny_unknown_fields)]
pub enum Positive {
    /// The numeric target compared with a number.
    Compare {
        /// The comparison.
        comparison: Comparison,
        /// Its right-hand side.
        value: f64,
    },
    /// Source label to class.
    Labels(BTreeMap<String, String>),
}

/// How rows are dealt to train, validation and test; shares in parts per million of all rows.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct SplitSpec {
    /// Share of the test part.
    pub test_ppm: u32,
    /// Share of the validation part.
    pub validation_ppm: u32,
    /// Whether each class keeps its share in each part; a target that is a number has none.
    pub stratify: bool,
    /// Seed of the order.
    pub seed: u64,
}

/// How a folder of images is read, in place of a table.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ImagesSpec {
    /// The folder with one folder a class, relative to the data input.
    pub folder: String,
    /// Side of the images that models see, in pixels.
    pub size: u32,
    /// Whether images of different sizes are squeezed to that side; else all must have the size of the first.
    pub mixed_sizes: bool,
    /// Whether the folders `train` and `test` are the parts; else all images are dealt anew.
    pub parts_of_folder: bool,
}

/// What the step is told.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct PrepareSpec {
    /// Source files relative to the data input, in reading order.
    pub files: Vec<String>,
    /// Their format.
    pub csv: CsvFormat,
    /// Markers of a missing value by column; `*` holds for all.
    pub missing: BTreeMap<String, Vec<String>>,
    /// Exact copies of rows.
    pub duplicates: Duplicates,
    /// Columns and types; empty means inferred from header and cells.
    pub columns: Vec<ColumnSpec>,
    /// Columns that are no features: ids and leaks.
    pub ignore: Vec<String>,
    /// The column to predict.
    pub target: String,
    /// Whether it is a class or a number. A class is not written, so that keys of steps stay what they were.
    #[serde(default, skip_serializing_if = "TargetKind::is_class")]
    pub target_kind: TargetKind,
    /// Turns the target into two classes.
    pub positive: Option<Positive>,
    /// The split.
    pub split: SplitSpec,
    /// Set where the source is a folder of images: then nothing of what is said of tables holds. A table does not write it, so
    /// that keys of steps stay what they were.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub images: Option<ImagesSpec>,
}

impl Document for PrepareSpec {
    const SCHEMA: &'static str = "plimsoll.prepare-spec/1";
}

/// What the step says it did; `summary.json` in its output.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct PrepareSummary {
    /// Rows read.
    pub read: u64,
    /// Rows dropped as exact copies.
    pub duplicates: u64,
    /// Rows dropped since their target is missing.
    pub without_target: u64,
    /// Rows of the parts.
    pub train: u64,
    /// As above.
    pub validation: u64,
    /// As above.
    pub test: u64,
    /// Feature columns.
    pub columns: u64,
    /// Columns that a linear model sees after encoding.
    pub features: u64,
    /// Missing cells by column, over all rows.
    pub missing: BTreeMap<String, u64>,
    /// Rows of each class over all rows; none where the target is a number.
    pub classes: BTreeMap<String, u64>,
    /// Side of the images that models see, where the rows are images.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub image_size: Option<u32>,
}

impl Document for PrepareSummary {
    const SCHEMA: &'static str = "plimsoll.prepare-summary/1";
}

impl PrepareSummary {
    /// Name of the summary in the output.
    pub const FILE: &'static str = "summary.json";
}
