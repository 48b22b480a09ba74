//! Instance types of the jobs: a price and a limit, not a speed.

use std::fmt;
use std::str::FromStr;

use super::InvalidText;
use crate::check::Section;

/// A SageMaker instance type such as `ml.m5.large`.
///
/// ```
/// use workload::InstanceType;
///
/// assert_eq!("ml.m5.large".parse::<InstanceType>()?.as_str(), "ml.m5.large");
/// assert!("m5.large".parse::<InstanceType>().is_err());
/// # Ok::<(), workload::InvalidText>(())
/// ```
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct InstanceType(String);

impl InstanceType {
    pub(crate) const EXPECTED: &'static str = "a SageMaker instance type such as `ml.m5.large`";

    /// The name.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl FromStr for InstanceType {
    type Err = InvalidText;

    fn from_str(text: &str) -> Result<Self, InvalidText> {
        let part = |part: &str, extra: &[u8]| {
            !part.is_empty()
                && part
                    .bytes()
                    .all(|b| b.is_ascii_lowercase() || b.is_ascii_digit() || extra.contains(&b))
        };
        let valid = text.len() <= 40
            && matches!(text.split('.').collect::<Vec<_>>()[..],
                ["ml", family, size] if part(family, b"-") && part(size, b""));
        if valid {
            Ok(Self(text.to_owned()))
        } else {
            Err(InvalidText::new(text, Self::EXPECTED))
        }
    }
}

impl fmt::Display for InstanceType {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(&self.0)
    }
}

/// The instance type of each kind of job.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct Instances {
    /// Processing jobs: prepare, select, test, load test.
    pub prepare: InstanceType,
    /// Training jobs.
    pub train: InstanceType,
    /// Instances of the endpoint.
    pub serve: InstanceType,
    /// Transform jobs.
    pub batch: InstanceType,
}

impl Instances {
    pub(crate) fn read(section: &Section) -> Option<Self> {
        Some(Self {
            prepare: section.parsed("prepare")?,
            train: section.parsed("train")?,
            serve: section.parsed("serve")?,
            batch: section.parsed("batch")?,
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_three_lowercase_parts_after_ml_are_a_type() {
        let cases = [
            ("ml.m5.large", true),
            ("ml.p4d.24xlarge", true),
            ("ml.trn1n.32xlarge", true),
            ("ml.u-6tb1.metal", true),
            ("m5.large", false),
            ("ml.m5", false),
            ("ml..large", false),
            ("ml.m5.large.x", false),
            ("ml.M5.large", false),
            ("", false),
        ];
        for (text, valid) in cases {
            assert_eq!(text.parse::<InstanceType>().is_ok(), valid, "{text}");
        }
    }
}
