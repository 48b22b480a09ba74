//! Where the data is, how it is written and what its columns are.

use std::collections::BTreeMap;

use super::words;
use crate::check::{Section, Spanned};

words! {
    /// Format of the source.
    pub enum Format {
        /// Comma-separated values and their kin.
        Csv = "csv",
        /// One JSON object a line.
        Jsonl = "jsonl",
        /// Apache Parquet.
        Parquet = "parquet",
        /// A folder with one folder of images a class.
        ImageFolder = "image_folder",
    }
}

impl Format {
    /// The format that the ending of a name says; none where it says nothing, which is then CSV.
    ///
    /// ```
    /// use workload::Format;
    /// assert_eq!(Format::of_name("a/*.parquet"), Some(Format::Parquet));
    /// assert_eq!(Format::of_name("a.JSONL"), Some(Format::Jsonl));
    /// assert_eq!(Format::of_name("a.data"), None);
    /// ```
    pub fn of_name(name: &str) -> Option<Self> {
        let (_, ending) = name.rsplit_once('.')?;
        match ending.to_ascii_lowercase().as_str() {
            "csv" | "tsv" => Some(Self::Csv),
            "jsonl" | "ndjson" => Some(Self::Jsonl),
            "parquet" | "pq" => Some(Self::Parquet),
            _ => None,
        }
    }

    /// The format of a checked section: the given one, else that of its first source.
    pub(crate) fn of(data: &Section) -> Self {
        let first = || {
            data.texts("source")?
                .first()
                .and_then(|name| Self::of_name(name))
        };
        data.parsed("format").or_else(first).unwrap_or(Self::Csv)
    }
}

words! {
    /// What is looked for in the data.
    pub enum Check {
        /// Exact copies of training rows among those that score.
        Duplicates = "duplicates",
        /// Values of an id in several parts.
        Groups = "groups",
        /// Training rows later than test rows.
        Time = "time",
        /// A column that says the target.
        Target = "target",
        /// A gap that says the target or the group.
        Missing = "missing",
        /// A column with one value.
        Constant = "constant",
    }
}

words! {
    /// Type of a column.
    pub enum ColumnType {
        /// A real number.
        Number = "number",
        /// One of a set of labels.
        Category = "category",
    }
}

words! {
    /// What happens to exact copies of a row within one file.
    pub enum Duplicates {
        /// Copies after the first are dropped.
        Drop = "drop",
        /// They stay.
        Keep = "keep",
        /// They are an error.
        Error = "error",
    }
}

words! {
    /// How characters of the source are stored as bytes.
    pub enum Encoding {
        /// UTF-8, of which ASCII is a part.
        Utf8 = "utf-8",
        /// UTF-16, the low byte first.
        Utf16le = "utf-16le",
        /// UTF-16, the high byte first.
        Utf16be = "utf-16be",
        /// Windows code page 1252, of which the printed characters of Latin-1 are a part.
        Windows1252 = "windows-1252",
    }
}

/// How a source's text is cut into cells.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct Csv {
    /// Whether the first line names the columns.
    pub header: bool,
    /// Between cells.
    pub delimiter: char,
    /// Decimal mark of numbers, `.` or `,`.
    pub decimal: char,
    /// Encoding of the text.
    pub encoding: Encoding,
}

/// Texts that mean a missing value.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct Missing {
    /// In every column.
    pub all: Vec<String>,
    /// In one column besides.
    pub columns: BTreeMap<String, Vec<String>>,
}

/// What the address of an object begins with.
pub(crate) const S3: &str = "s3://";

/// The data of a workload.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct Data {
    /// Files, folders or globs, relative to the workload file; at least one.
    pub sources: Vec<String>,
    /// Their format.
    pub format: Format,
    /// How text is cut into cells.
    pub csv: Csv,
    /// Texts that mean a missing value.
    pub missing: Missing,
    /// Exact copies of rows.
    pub duplicates: Duplicates,
    /// Columns in the order of the file; empty where they are inferred from header and cells.
    pub columns: Vec<(String, ColumnType)>,
    /// Columns that are no features.
    pub ignore: Vec<String>,
    /// What names the group of a row: a column, or `file`.
    pub group: Option<String>,
    /// Findings of the checks that are accepted.
    pub accept: Vec<Check>,
    /// Licence of the data, for reports.
    pub license: Option<String>,
    /// File that says where the data comes from.
    pub provenance: Option<String>,
}

impl Data {
    /// The word that groups rows by the file that they stand in, where no column has that name.
    pub(crate) const BY_FILE: &'static str = "file";

    /// The type of a column, where columns are given.
    ///
    /// ```
    /// # let text = "plimsoll: 1\nname: a\ndata: { source: a.csv, columns: { b: category } }\ntask: { target: b }\n\
    /// #     gate: { accuracy: \">= 0.70\" }\n";
    /// let workload = workload::parse(text).unwrap();
    /// assert_eq!(workload.data.column("b"), Some(workload::ColumnType::Category));
    /// ```
    pub fn column(&self, name: &str) -> Option<ColumnType> {
        self.columns
            .iter()
            .find(|(known, _)| known == name)
            .map(|&(_, kind)| kind)
    }

    /// The bucket and the key or prefix, where the source lies in S3.
    ///
    /// ```
    /// # let text = "plimsoll: 1\nname: a\ndata: { source: \"s3://lake/sales/\" }\ntask: { target: b }\n\
    /// #     gate: { accuracy: \">= 0.70\" }\n";
    /// let workload = workload::parse(text).unwrap();
    /// assert_eq!(workload.data.object(), Some(("lake", "sales/")));
    /// ```
    pub fn object(&self) -> Option<(&str, &str)> {
        let rest = self.sources.first()?.strip_prefix(S3)?;
        Some(rest.split_once('/').unwrap_or((rest, "")))
    }

    pub(crate) fn read(section: &Section) -> Option<Self> {
        let columns = section.map("columns").unwrap_or_default();
        Some(Self {
            sources: section.texts("source")?,
            format: Format::of(section),
            csv: Csv::read(section.section("csv")?)?,
            missing: Missing::read(section)?,
            duplicates: section.parsed("duplicates")?,
            columns: columns
                .iter()
                .map(|(name, kind)| Some((name.text.clone(), kind.parsed()?)))
                .collect::<Option<_>>()?,
            ignore: section.texts("ignore")?,
            group: section.parsed("group"),
            accept: section
                .list("accept")?
                .iter()
                .map(Spanned::parsed)
                .collect::<Option<_>>()?,
            license: section.parsed("license"),
            provenance: section.parsed("provenance"),
        })
    }
}

impl Csv {
    fn read(section: &Section) -> Option<Self> {
        Some(Self {
            header: section.boolean("header")?,
            delimiter: section.parsed("delimiter")?,
            decimal: section.parsed("decimal")?,
            encoding: section.parsed("encoding")?,
        })
    }
}

impl Missing {
    /// The key that stands for every column.
    pub const ALL: &'static str = "*";

    fn read(data: &Section) -> Option<Self> {
        let mut missing = Self::default();
        for (column, markers) in data.map("missing")? {
            let markers = markers.texts()?;
            if column.text == Self::ALL {
                missing.all = markers;
            } else {
                missing.columns.insert(column.text.clone(), markers);
            }
        }
        Some(missing)
    }
}

#[cfg(test)]
mod tests {
    use crate::{ColumnType, parse};

    #[test]
    fn columns_keep_the_order_of_the_file_and_are_found_by_name() {
        let text = "plimsoll: 1\nname: a\ntask: { target: z }\n\
                    data: { source: a.csv, columns: { z: category, a: number, m: number } }\n";
        let data = parse(text).unwrap().data;
        let names: Vec<&str> = data.columns.iter().map(|(name, _)| name.as_str()).collect();
        assert_eq!(names, ["z", "a", "m"]);
        assert_eq!(data.column("z"), Some(ColumnType::Category));
        assert_eq!(data.column("b"), None);
    }
}
