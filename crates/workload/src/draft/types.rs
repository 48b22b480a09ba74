//! What a draft says.

use crate::domain::{ColumnType, Encoding, Format, TaskKind, WorkloadName};

/// Something with a remark: why it is so, or what speaks for it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Noted<T> {
    /// The thing.
    pub value: T,
    /// The remark; nothing is said where it is empty.
    pub note: String,
}

impl<T> Noted<T> {
    /// A thing with a remark.
    pub fn new(value: T, note: impl Into<String>) -> Self {
        Self {
            value,
            note: note.into(),
        }
    }
}

/// Texts that mean a missing value.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Markers {
    /// The column, or `*` for all.
    pub column: String,
    /// The texts.
    pub texts: Vec<String>,
    /// Evidence.
    pub note: String,
    /// Whether they hold; else they are a suggestion in a comment.
    pub holds: bool,
}

/// A column that is no feature.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Ignored {
    /// The column.
    pub column: String,
    /// Why.
    pub note: String,
    /// Whether it is ignored; else that is a suggestion in a comment.
    pub holds: bool,
}

/// How the target becomes two classes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum PositiveDraft {
    /// Greater than a number, as it is written.
    Above(String),
    /// A class for each label.
    Labels(Vec<(String, String)>),
}

/// How the hours of a series are forecast.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ForecastDraft {
    /// Columns with the time of a row, and what was found there.
    pub time: Noted<Vec<String>>,
    /// Hours ahead, and why these.
    pub horizon: Noted<Vec<u32>>,
    /// Hours before the last known one that are features, where the default looks back too far.
    pub lags: Option<Noted<Vec<u32>>>,
    /// Whether hours that are missing become rows without values.
    pub fill: bool,
}

/// A workload file that is to be written. What is left at its default is not written where it would say nothing.
///
/// ```
/// let name = "iris".parse().unwrap();
/// let text = workload::Draft::new(name, "data/iris.csv", "species").to_yaml();
/// let workload = workload::parse(&text).unwrap();
/// assert_eq!(workload.task.target, "species");
/// assert!(text.contains("split: { test: 20 %, validation: 20 %, stratify: true, seed: 42 }"));
/// ```
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Draft {
    /// Name of the workload.
    pub name: WorkloadName,
    /// What the data is, for the head of the file.
    pub summary: Vec<String>,
    /// File, folder or pattern.
    pub source: String,
    /// The format; it is written where the name of the source does not say it.
    pub format: Format,
    /// Whether the first line names the columns.
    pub header: bool,
    /// Between cells.
    pub delimiter: char,
    /// Decimal mark.
    pub decimal: char,
    /// Encoding of the text.
    pub encoding: Encoding,
    /// Markers of missing values.
    pub missing: Vec<Markers>,
    /// What is known of exact copies of rows.
    pub duplicates: String,
    /// Columns in their order; empty where names come from the header and types from the cells.
    pub columns: Vec<(String, Noted<ColumnType>)>,
    /// Columns that are no features.
    pub ignore: Vec<Ignored>,
    /// Whether a class or a number is predicted.
    pub kind: TaskKind,
    /// The target, and why it is.
    pub target: Noted<String>,
    /// What else is to be said of the target: classes, other candidates.
    pub target_notes: Vec<String>,
    /// How it becomes two classes, and why.
    pub positive: Option<Noted<PositiveDraft>>,
    /// How a series is forecast, where the kind is that.
    pub forecast: Option<ForecastDraft>,
    /// What is to be said of the split.
    pub split_notes: Vec<String>,
    /// What the gate has to beat, as a sentence; such as the accuracy of always saying the largest class.
    pub baseline: Option<String>,
}

impl Draft {
    /// A draft with nothing but what a workload cannot be without.
    pub fn new(name: WorkloadName, source: impl Into<String>, target: impl Into<String>) -> Self {
        let source = source.into();
        Self {
            name,
            summary: Vec::new(),
            format: Format::of_name(&source).unwrap_or(Format::Csv),
            source,
            header: true,
            delimiter: ',',
            decimal: '.',
            encoding: Encoding::Utf8,
            missing: Vec::new(),
            duplicates: String::new(),
            columns: Vec::new(),
            ignore: Vec::new(),
            kind: TaskKind::Classification,
            target: Noted::new(target.into(), ""),
            target_notes: Vec::new(),
            positive: None,
            forecast: None,
            split_notes: Vec::new(),
            baseline: None,
        }
    }
}
