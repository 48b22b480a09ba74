//! Where a part of a workload runs, in a design.

use std::fmt;
use std::str::FromStr;

use super::{InvalidText, words};

words! {
    /// Whose machines a part runs on, and who looks after them.
    pub enum Host {
        /// Instances of EC2.
        Ec2 = "ec2",
        /// Instances that SageMaker starts for a job or an endpoint.
        SageMaker = "sagemaker",
        /// Instances of EC2 as nodes of a cluster of EKS.
        Eks = "eks",
        /// Virtual machines of Google Cloud.
        Gcp = "gcp",
        /// Virtual machines of Azure.
        Azure = "azure",
        /// A machine of one's own, by the name that it was imported with.
        Own = "own",
    }
}

/// Where a part of a workload runs: `ec2/c5.large`, `eks/c5.large spot x2`, `sagemaker/ml.m5.xlarge`.
///
/// ```
/// use workload::{Host, Placement};
///
/// let place: Placement = "ec2/c5.xlarge spot x2".parse()?;
/// assert_eq!((place.host, place.machine.as_str(), place.spot, place.count), (Host::Ec2, "c5.xlarge", true, 2));
/// assert_eq!(place.to_string(), "ec2/c5.xlarge spot x2");
/// # Ok::<(), workload::InvalidText>(())
/// ```
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Placement {
    /// Whose machine it is.
    pub host: Host,
    /// Its type, as its host names it.
    pub machine: String,
    /// On spare capacity that may be taken back.
    pub spot: bool,
    /// How many.
    pub count: u32,
}

/// Most machines of a part.
const MOST: u32 = 1_000;

impl Placement {
    pub(crate) const EXPECTED: &'static str =
        "a place such as `ec2/c5.xlarge spot x2` or `sagemaker/ml.c5.large`";

    /// One machine at the list price.
    pub fn one(host: Host, machine: &str) -> Self {
        Self {
            host,
            machine: machine.to_owned(),
            spot: false,
            count: 1,
        }
    }
}

impl FromStr for Placement {
    type Err = InvalidText;

    fn from_str(text: &str) -> Result<Self, InvalidText> {
        let invalid = || InvalidText::new(text, Self::EXPECTED);
        let mut words = text.split_ascii_whitespace();
        let (host, machine) = words
            .next()
            .and_then(|first| first.split_once('/'))
            .ok_or_else(invalid)?;
        let host: Host = host.parse().map_err(|_| invalid())?;
        let is_name = |c: char| c.is_ascii_alphanumeric() || "._-".contains(c);
        if machine.is_empty() || machine.len() > 64 || !machine.chars().all(is_name) {
            return Err(invalid());
        }
        let mut place = Self::one(host, machine);
        let mut rest = words.peekable();
        place.spot = rest.next_if_eq(&"spot").is_some();
        if let Some(count) = rest.next() {
            let count = count.strip_prefix('x').and_then(|count| count.parse().ok());
            place.count = count
                .filter(|count| (1..=MOST).contains(count))
                .ok_or_else(invalid)?;
        }
        match rest.next() {
            None => Ok(place),
            Some(_) => Err(invalid()),
        }
    }
}

impl fmt::Display for Placement {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}/{}", self.host, self.machine)?;
        if self.spot {
            f.write_str(" spot")?;
        }
        if self.count > 1 {
            write!(f, " x{}", self.count)?;
        }
        Ok(())
    }
}

words! {
    /// How data and models are kept.
    pub enum StorageClass {
        /// S3 Standard.
        Standard = "s3/standard",
        /// S3 Intelligent-Tiering.
        IntelligentTiering = "s3/intelligent_tiering",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn places_are_read_as_they_are_written() {
        for text in [
            "ec2/t2.medium",
            "sagemaker/ml.c5.large x2",
            "eks/c5.large spot",
            "azure/Standard_D4s_v5 spot x12",
            "gcp/n2-standard-4",
            "own/workstation",
        ] {
            assert_eq!(text.parse::<Placement>().unwrap().to_string(), text);
        }
        let spaced: Placement = "ec2/c5.large   spot  x1".parse().unwrap();
        assert_eq!(spaced.to_string(), "ec2/c5.large spot");
    }

    #[test]
    fn what_is_no_place_says_what_one_is() {
        for text in [
            "",
            "c5.large",
            "ec2/",
            "moon/c5.large",
            "ec2/c5.large x0",
            "ec2/c5.large x1001",
            "ec2/c5.large x2 spot",
            "ec2/c5 large",
            "ec2/c5.large spot x2 more",
        ] {
            let error = text.parse::<Placement>().unwrap_err();
            assert_eq!(error.expected, Placement::EXPECTED, "{text}");
        }
    }
}
