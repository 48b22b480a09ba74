//! How rows are dealt to train, validation and test.

use units::Share;

use super::words;
use crate::check::Section;

words! {
    /// The order in which rows are dealt.
    pub enum SplitBy {
        /// By the seeded hash of the row's number.
        Random = "random",
        /// As the folders `train` and `test` of the source say.
        Folder = "folder",
    }
}

/// The split of a workload; a part of the rows is always left for training.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct Split {
    /// Share of the test part.
    pub test: Share,
    /// Share of the validation part.
    pub validation: Share,
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
            by: section.parsed("by")?,
            stratify: section.boolean("stratify")?,
            seed: section.integer("seed")?,
        })
    }
}
