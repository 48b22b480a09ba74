//! The step Prepare: clean, type, drop duplicates, mark what is missing, split.
//!
//! What is *fitted* (medians, categories, means) belongs to the training step, on exactly the rows it trains on, so
//! that no fitted number can leak from validation or test rows, and a refit fits them anew.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use crate::{Document, SeriesSpec, SeriesSummary, TargetKind};

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

/// How the rows of a source are written.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum SourceFormat {
    /// Comma-separated values and their kin.
    #[default]
    Csv,
    /// One JSON object a line.
    Jsonl,
    /// Apache Parquet.
    Parquet,
}

impl SourceFormat {
    #[expect(clippy::trivially_copy_pass_by_ref, reason = "serde gives a reference")]
    fn is_csv(&self) -> bool {
        *self == Self::Csv
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

/// The order in which rows are dealt.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum SplitBy {
    /// By the seeded hash of the row's number.
    #[default]
    Random,
    /// By the seeded hash of the value of a column: rows of one value stay together.
    Group(String),
    /// By a column of times: the latest rows are test rows, those before them validation rows.
    Time(String),
}

impl SplitBy {
    fn is_random(&self) -> bool {
        *self == Self::Random
    }

    /// The column that it goes by, which is then no feature.
    pub fn column(&self) -> Option<&str> {
        match self {
            Self::Random => None,
            Self::Group(column) | Self::Time(column) => Some(column),
        }
    }
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
    /// The order. Random is not written, so that keys of steps stay what they were.
    #[serde(default, skip_serializing_if = "SplitBy::is_random")]
    pub by: SplitBy,
}

/// What is looked for in the data that would make its scores worthless.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Check {
    /// Exact copies of training rows among the others.
    Duplicates,
    /// A column whose values stand in several parts though its name says that it tells units apart.
    Groups,
    /// Training rows that are later than test rows.
    Time,
    /// A column that says the target.
    Target,
    /// A value that is missing where it says the target, or the group of the row.
    Missing,
    /// A column with one value.
    Constant,
}

impl Check {
    /// All of them.
    pub const ALL: [Self; 6] = [
        Self::Duplicates,
        Self::Groups,
        Self::Time,
        Self::Target,
        Self::Missing,
        Self::Constant,
    ];

    /// The word of `data.accept`.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Duplicates => "duplicates",
            Self::Groups => "groups",
            Self::Time => "time",
            Self::Target => "target",
            Self::Missing => "missing",
            Self::Constant => "constant",
        }
    }
}

/// What a check found, with its evidence.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Finding {
    /// The check.
    pub check: Check,
    /// The column that it is about, where it is about one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub column: Option<String>,
    /// What was found, in one line.
    pub message: String,
    /// Names over the evidence.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub header: Vec<String>,
    /// Lines of the evidence.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub rows: Vec<Vec<String>>,
}

impl Finding {
    /// The evidence as lines whose cells stand below each other; nothing where there is none.
    pub fn table(&self) -> Vec<String> {
        let lines: Vec<&Vec<String>> = std::iter::once(&self.header).chain(&self.rows).collect();
        let width = |column: usize| {
            let cells = lines.iter().filter_map(|line| line.get(column));
            cells.map(|cell| cell.chars().count()).max().unwrap_or(0)
        };
        let widths: Vec<usize> = (0..self.header.len()).map(width).collect();
        let line = |cells: &&Vec<String>| {
            let padded = cells.iter().zip(&widths).enumerate();
            let padded = padded.map(|(place, (cell, &width))| match place {
                0 => format!("{cell:<width$}"),
                _ => format!("{cell:>width$}"),
            });
            padded.collect::<Vec<_>>().join("  ").trim_end().to_owned()
        };
        if self.header.is_empty() {
            Vec::new()
        } else {
            lines.iter().map(line).collect()
        }
    }
}

/// An object of the source that lies in S3, as it was when the run began.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct SourceObject {
    /// `s3://bucket/key`.
    pub uri: String,
    /// Its entity tag, which is another one once its content is.
    pub etag: String,
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
    /// Their format. CSV is not written, so that keys of steps stay what they were.
    #[serde(default, skip_serializing_if = "SourceFormat::is_csv")]
    pub format: SourceFormat,
    /// How text of CSV is cut.
    pub csv: CsvFormat,
    /// Markers of a missing value by column; `*` holds for all.
    pub missing: BTreeMap<String, Vec<String>>,
    /// Exact copies of rows.
    pub duplicates: Duplicates,
    /// Columns and types; empty means inferred from header and cells.
    pub columns: Vec<ColumnSpec>,
    /// Columns that are no features: ids and leaks.
    pub ignore: Vec<String>,
    /// What names the group of a row: a column, or [`PrepareSpec::BY_FILE`]. None is not written, so that keys of steps stay
    /// what they were.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub group: Option<String>,
    /// Findings that are accepted.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub accept: Vec<Check>,
    /// The objects that the files are copies of, where the source lies in S3.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub objects: Vec<SourceObject>,
    /// The column to predict.
    pub target: String,
    /// Whether it is a class or a number. A class is not written, so that keys of steps stay what they were.
    #[serde(default, skip_serializing_if = "TargetKind::is_class")]
    pub target_kind: TargetKind,
    /// Turns the target into two classes.
    pub positive: Option<Positive>,
    /// The split.
    pub split: SplitSpec,
    /// Set where the rows are a series. A table does not write it, so that keys of steps stay what they were.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub series: Option<SeriesSpec>,
    /// Set where the source is a folder of images: then nothing of what is said of tables holds. A table does not write it, so
    /// that keys of steps stay what they were.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub images: Option<ImagesSpec>,
}

impl Document for PrepareSpec {
    const SCHEMA: &'static str = "plimsoll.prepare-spec/1";
}

impl PrepareSpec {
    /// The word that groups rows by the file that they stand in, where no column has that name.
    pub const BY_FILE: &'static str = "file";

    /// What names the group of a row: as it is said, else the column that rows are dealt by as groups.
    pub fn grouped_by(&self) -> Option<&str> {
        let dealt = match &self.split.by {
            SplitBy::Group(column) => Some(column),
            SplitBy::Random | SplitBy::Time(_) => None,
        };
        self.group.as_ref().or(dealt).map(String::as_str)
    }
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
    /// Where the rows are a series.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub series: Option<SeriesSummary>,
    /// What the checks of the data found; absent in summaries of earlier versions.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub findings: Vec<Finding>,
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn evidence_stands_in_columns() {
        let texts = |cells: &[&str]| cells.iter().map(|&cell| cell.to_owned()).collect();
        let finding = Finding {
            check: Check::Missing,
            column: Some("ca".to_owned()),
            message: "it is missing".to_owned(),
            header: texts(&["file", "rows", "missing"]),
            rows: vec![
                texts(&["a.data", "303", "1 %"]),
                texts(&["long.data", "9", "100 %"]),
            ],
        };
        assert_eq!(
            finding.table(),
            [
                "file       rows  missing",
                "a.data      303      1 %",
                "long.data     9    100 %"
            ]
        );
        let plain = Finding {
            header: Vec::new(),
            rows: Vec::new(),
            ..finding
        };
        assert_eq!(plain.table(), Vec::<String>::new());
    }

    #[test]
    fn a_check_is_written_as_its_word() {
        for check in Check::ALL {
            let text = serde_json::to_value(check).unwrap();
            assert_eq!(text, check.name());
        }
    }

    #[test]
    fn what_is_left_at_its_default_is_not_written() {
        let split = SplitSpec {
            test_ppm: 1,
            validation_ppm: 2,
            stratify: true,
            seed: 3,
            by: SplitBy::Random,
        };
        let text = serde_json::to_string(&split).unwrap();
        assert!(!text.contains("by"), "{text}");
        let by = SplitBy::Group("hospital".to_owned());
        assert_eq!(by.column(), Some("hospital"));
        let text = serde_json::to_string(&by).unwrap();
        assert_eq!(text, "{\"group\":\"hospital\"}");
    }
}
