//! Codes of problems and the page of each.

use std::fmt;

/// What `explain` prints for a code.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Page {
    /// The code, such as `P0104`.
    pub code: &'static str,
    /// What the code means in a few words.
    pub title: &'static str,
    /// The page in Markdown.
    pub text: &'static str,
}

/// Declares the codes: the enumeration, its order, and the page of each from `errors/<code>.md`.
///
/// `codes! { /// What. UnknownKey = "P0104" "unknown key", }` gives `Code::UnknownKey`, printed as `P0104`.
macro_rules! codes {
    ($($(#[$doc:meta])* $variant:ident = $code:literal $title:literal,)+) => {
        /// The stable code of a problem.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub enum Code { $($(#[$doc])* $variant,)+ }

        impl Code {
            /// Every code, ascending.
            pub const ALL: &'static [Self] = &[$(Self::$variant),+];

            /// The code as it is printed, such as `P0104`.
            pub const fn as_str(self) -> &'static str {
                match self { $(Self::$variant => $code,)+ }
            }

            /// What the code means in a few words.
            pub const fn title(self) -> &'static str {
                match self { $(Self::$variant => $title,)+ }
            }
        }

        const PAGES: &[Page] = &[$(Page {
            code: $code,
            title: $title,
            text: include_str!(concat!("errors/", $code, ".md")),
        }),+];
    };
}

codes! {
    /// The file cannot be read.
    UnreadableFile = "P0101" "unreadable file",
    /// The text is not YAML.
    InvalidYaml = "P0102" "invalid YAML",
    /// The file says nothing.
    EmptyFile = "P0103" "empty file",
    /// A key that does not exist.
    UnknownKey = "P0104" "unknown key",
    /// A key that stands twice in a map.
    DuplicateKey = "P0105" "duplicate key",
    /// A key without a default that is not there.
    MissingKey = "P0106" "missing key",
    /// A value of another type.
    WrongType = "P0107" "wrong type",
    /// A bare number where a unit belongs.
    MissingUnit = "P0108" "missing unit",
    /// A text that is not written as its key asks.
    InvalidValue = "P0109" "invalid value",
    /// A word that is none of a fixed set.
    UnknownWord = "P0110" "unknown word",
    /// A number, or a length, out of range.
    OutOfRange = "P0111" "out of range",
    /// Something of a later release.
    NotSupported = "P0112" "not supported by this version",
    /// Another version of the schema.
    OtherVersion = "P0113" "other version of the schema",
    /// A part of YAML that a workload does not use.
    RefusedYaml = "P0114" "refused part of YAML",
    /// A file too large or too deep.
    TooLarge = "P0115" "too large or too deep",
    /// A column that is not among the columns.
    UnknownColumn = "P0116" "unknown column",
    /// Shares that leave nothing for training.
    EmptyTraining = "P0117" "nothing left for training",
    /// Two candidates that are the same.
    SameCandidate = "P0118" "same candidate twice",
    /// A metric that does not exist.
    UnknownMetric = "P0119" "unknown metric",
    /// Keys that contradict each other.
    Conflict = "P0120" "conflicting keys",
    /// A key that says nothing about the data that is there.
    NoMeaning = "P0140" "a key without meaning for the data",
    /// A candidate that learns from other data.
    OtherData = "P0141" "a model for other data",
    /// A network that cannot be built for the images.
    NoNetwork = "P0142" "a network that cannot be built",
    /// A forecast without its section, or the other way round.
    NoForecast = "P0160" "a forecast that is not described",
    /// Parts of a series that are not cut by time.
    SplitOfSeries = "P0161" "a split that does not fit a series",
    /// A score at a horizon that is not forecast.
    OtherHorizon = "P0162" "a horizon that is not forecast",
    /// Columns, lags or a network that a forecast cannot have.
    NoSeries = "P0163" "a series that cannot be forecast so",
}

/// The pages of this crate's codes, ascending. Other crates hold the pages of theirs in the same form.
///
/// ```
/// let page = workload::pages().iter().find(|page| page.code == "P0104").unwrap();
/// assert_eq!(page.title, "unknown key");
/// ```
pub fn pages() -> &'static [Page] {
    PAGES
}

impl fmt::Display for Code {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.as_str())
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;
    use std::path::Path;

    use super::*;

    #[test]
    fn codes_ascend_in_their_range() {
        assert!(Code::ALL.is_sorted_by(|left, right| left.as_str() < right.as_str()));
        assert!(
            Code::ALL
                .iter()
                .all(|code| code.as_str().starts_with("P01"))
        );
    }

    #[test]
    fn every_code_has_a_page_and_every_page_a_code() {
        let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("src/errors");
        let files: BTreeSet<String> = std::fs::read_dir(folder)
            .unwrap()
            .map(|entry| entry.unwrap().file_name().into_string().unwrap())
            .collect();
        let expected = Code::ALL.iter().map(|code| format!("{code}.md")).collect();
        assert_eq!(files, expected);
    }

    #[test]
    fn a_page_starts_with_its_code_and_title_and_has_an_example_and_a_way_out() {
        for page in pages() {
            let head = format!("# {}: {}\n\n", page.code, page.title);
            assert!(page.text.starts_with(&head), "{}", page.code);
            assert!(page.text.contains("```"), "{} shows nothing", page.code);
            assert!(page.text.contains("\n## What to do\n"), "{}", page.code);
            let width = page.text.lines().map(|line| line.chars().count()).max();
            assert!(width <= Some(120), "{} has a long line", page.code);
        }
    }
}
