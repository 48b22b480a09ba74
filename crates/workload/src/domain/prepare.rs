//! The preparation that is fitted on training rows and shipped inside the model.

use super::words;
use crate::check::Section;

words! {
    /// What a missing number becomes.
    pub enum ImputeNumber {
        /// The median of the training rows.
        Median = "median",
        /// The mean of the training rows.
        Mean = "mean",
    }
}

words! {
    /// What a missing category becomes.
    pub enum ImputeCategory {
        /// The most frequent level of the training rows.
        MostFrequent = "most_frequent",
        /// It stays missing: no level at all.
        None = "none",
    }
}

words! {
    /// How numbers are scaled. Trees are never scaled.
    pub enum Scale {
        /// Minus mean, divided by standard deviation.
        Standard = "standard",
        /// Minus minimum, divided by range.
        Minmax = "minmax",
        /// Not at all.
        None = "none",
    }
}

words! {
    /// How categories become numbers.
    pub enum Encode {
        /// One column a level.
        OneHot = "one_hot",
        /// The place of the level among the sorted levels.
        Ordinal = "ordinal",
    }
}

words! {
    /// What is done with images of different sizes.
    pub enum MixedSizes {
        /// They are an error.
        Error = "error",
        /// Each is squeezed to the same square.
        Resize = "resize",
    }
}

/// The preparation of a workload.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct Prepare {
    /// Missing numbers.
    pub impute_number: ImputeNumber,
    /// Missing categories.
    pub impute_category: ImputeCategory,
    /// Scaling of numbers.
    pub scale: Scale,
    /// Encoding of categories.
    pub encode: Encode,
    /// Levels of a category that become numbers, at most.
    pub max_categories: u32,
    /// Side of the images that models see, in pixels.
    pub image_size: u32,
    /// Images of different sizes.
    pub mixed_sizes: MixedSizes,
}

impl Prepare {
    pub(crate) fn read(section: &Section) -> Option<Self> {
        let impute = section.section("impute")?;
        Some(Self {
            impute_number: impute.parsed("number")?,
            impute_category: impute.parsed("category")?,
            scale: section.parsed("scale")?,
            encode: section.parsed("encode")?,
            max_categories: section.integer("max_categories")?,
            image_size: section.integer("image_size")?,
            mixed_sizes: section.parsed("mixed_sizes")?,
        })
    }
}
