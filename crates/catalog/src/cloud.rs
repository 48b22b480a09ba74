//! Who rents.

use std::fmt;
use std::str::FromStr;

use crate::columns::Error;

/// Who rents an offer.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Cloud {
    /// Amazon Web Services.
    Aws,
    /// Microsoft Azure.
    Azure,
    /// Google Cloud.
    Gcp,
    /// Lambda's GPU cloud.
    Lambda,
    /// Nobody: machines of the user's own.
    Own,
}

impl Cloud {
    /// Every cloud, sorted by name.
    pub const ALL: [Self; 5] = [Self::Aws, Self::Azure, Self::Gcp, Self::Lambda, Self::Own];

    /// The name in data and flags.
    ///
    /// ```
    /// assert_eq!(catalog::Cloud::Gcp.name(), "gcp");
    /// ```
    pub const fn name(self) -> &'static str {
        match self {
            Self::Aws => "aws",
            Self::Azure => "azure",
            Self::Gcp => "gcp",
            Self::Lambda => "lambda",
            Self::Own => "own",
        }
    }
}

impl fmt::Display for Cloud {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

impl FromStr for Cloud {
    type Err = Error;

    fn from_str(text: &str) -> Result<Self, Error> {
        let found = Self::ALL.into_iter().find(|cloud| cloud.name() == text);
        found.ok_or_else(|| Error::Value {
            what: "cloud",
            value: text.to_owned(),
        })
    }
}
