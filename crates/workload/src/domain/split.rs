//! How rows are dealt to train, validation and test.

use std::fmt;
use std::str::FromStr;

use units::Share;

use super::{Date, InvalidText};
use crate::check::{Item, Section, Spanned};

/// The order in which rows are dealt.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum SplitBy {
    /// By the seeded hash of the row's number.
    Random,
    /// As the folders `train` and `test` of the source say.
    Folder,
    /// In the order of the hours of a forecast: what is tested lies after what was learned.
    Series,
    /// By the seeded hash of the value of a column: rows of one value stay together.
    Group(String),
    /// By a column of times: the latest rows are tested on.
    Time(String),
}

impl SplitBy {
    /// Words that stand alone.
    pub(crate) const NAMES: &'static [&'static str] = &["random", "folder", "time"];

    pub(crate) fn read(value: &Spanned) -> Option<Self> {
        match &value.item {
            Item::Variant("group", section) => section.parsed("group").map(Self::Group),
            Item::Variant("time", section) => section.parsed("time").map(Self::Time),
            Item::Text(word) if word == "folder" => Some(Self::Folder),
            Item::Text(word) if word == "time" => Some(Self::Series),
            _ => Some(Self::Random),
        }
    }

    /// The word in the file.
    pub const fn name(&self) -> &'static str {
        match self {
            Self::Random => "random",
            Self::Folder => "folder",
            Self::Group(_) => "group",
            Self::Series | Self::Time(_) => "time",
        }
    }

    /// The column that it goes by.
    pub fn column(&self) -> Option<&str> {
        match self {
            Self::Random | Self::Folder | Self::Series => None,
            Self::Group(column) | Self::Time(column) => Some(column),
        }
    }
}

/// How much a part has: a share of the rows, or all from a date on.
///
/// ```
/// use workload::Cut;
///
/// assert_eq!("20 %".parse::<Cut>()?.share().to_string(), "20 %");
/// assert_eq!("2004-12-01".parse::<Cut>()?.date().unwrap().to_string(), "2004-12-01 00:00:00");
/// # Ok::<(), workload::InvalidText>(())
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Cut {
    /// A share of the rows.
    Share(Share),
    /// From a date on.
    From(Date),
}

impl Cut {
    /// The share; none where it is a date.
    pub const fn share(self) -> Share {
        match self {
            Self::Share(share) => share,
            Self::From(_) => Share::NONE,
        }
    }

    /// The date, where it is one.
    pub const fn date(self) -> Option<Date> {
        match self {
            Self::Share(_) => None,
            Self::From(date) => Some(date),
        }
    }
}

impl FromStr for Cut {
    type Err = InvalidText;

    fn from_str(text: &str) -> Result<Self, InvalidText> {
        if let Ok(date) = text.parse() {
            return Ok(Self::From(date));
        }
        let share = text.parse().map(Self::Share);
        share.map_err(|_| {
            InvalidText::new(
                text,
                "a share such as `20 %`, or a date such as `2004-12-01`",
            )
        })
    }
}

impl fmt::Display for Cut {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Share(share) => share.fmt(f),
            Self::From(date) => date.fmt(f),
        }
    }
}

/// The split of a workload; a part of the rows is always left for training.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct Split {
    /// The test part.
    pub test: Cut,
    /// The validation part.
    pub validation: Cut,
    /// The order.
    pub by: SplitBy,
    /// Whether each class keeps its share in each part.
    pub stratify: bool,
    /// Seed of the order, and of everything random after it.
    pub seed: u64,
}

impl Split {
    pub(crate) fn read(section: &Section) -> Option<Self> {
        Some(Self {
            test: section.parsed("test")?,
            validation: section.parsed("validation")?,
            by: SplitBy::read(section.get("by")?)?,
            stratify: section.boolean("stratify")?,
            seed: section.integer("seed")?,
        })
    }
}
