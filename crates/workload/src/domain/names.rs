//! Names that end up in names of cloud resources.

use std::fmt;
use std::str::FromStr;

use super::InvalidText;

/// Declares a name: letters, digits and hyphens, a letter or digit at either end, bounded in length.
///
/// `name! { /// What. WorkloadName, 40, "a name" }` gives a newtype with `as_str`, `Display` and `FromStr`.
macro_rules! name {
    ($(#[$doc:meta])* $type:ident, $most:literal, $expected:literal) => {
        $(#[$doc])*
        #[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub struct $type(String);

        impl $type {
            /// What is expected in the file.
            pub(crate) const EXPECTED: &'static str = $expected;

            /// The name.
            pub fn as_str(&self) -> &str {
                &self.0
            }
        }

        impl FromStr for $type {
            type Err = InvalidText;

            fn from_str(text: &str) -> Result<Self, InvalidText> {
                if is_name(text, $most) {
                    Ok(Self(text.to_owned()))
                } else {
                    Err(InvalidText::new(text, Self::EXPECTED))
                }
            }
        }

        impl fmt::Display for $type {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.pad(&self.0)
            }
        }
    };
}

name! {
    /// Name of a workload: 1 to 40 letters, digits and hyphens, a letter or digit at either end.
    ///
    /// ```
    /// use workload::WorkloadName;
    ///
    /// assert_eq!("heart-disease".parse::<WorkloadName>()?.as_str(), "heart-disease");
    /// assert!("heart disease".parse::<WorkloadName>().is_err());
    /// # Ok::<(), workload::InvalidText>(())
    /// ```
    WorkloadName, 40,
    "a name of 1 to 40 letters, digits and hyphens with a letter or digit at either end"
}

name! {
    /// Name of an endpoint: 1 to 63 letters, digits and hyphens, a letter or digit at either end.
    ///
    /// ```
    /// assert!("heart-disease".parse::<workload::EndpointName>().is_ok());
    /// assert!("-heart".parse::<workload::EndpointName>().is_err());
    /// ```
    EndpointName, 63,
    "a name of 1 to 63 letters, digits and hyphens with a letter or digit at either end"
}

impl From<&WorkloadName> for EndpointName {
    /// A workload's name is always short enough.
    fn from(name: &WorkloadName) -> Self {
        Self(name.0.clone())
    }
}

fn is_name(text: &str, most: usize) -> bool {
    let bytes = text.as_bytes();
    let ends = bytes.first().zip(bytes.last());
    ends.is_some_and(|(a, b)| a.is_ascii_alphanumeric() && b.is_ascii_alphanumeric())
        && bytes.len() <= most
        && bytes
            .iter()
            .all(|b| b.is_ascii_alphanumeric() || *b == b'-')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ends_length_and_letters_are_checked() {
        let long = "a".repeat(41);
        let cases = [
            ("a", true),
            ("A-1", true),
            (&long[..40], true),
            (&long, false),
            ("", false),
            ("a-", false),
            ("-a", false),
            ("a_b", false),
            ("h\u{e9}", false),
        ];
        for (text, valid) in cases {
            assert_eq!(text.parse::<WorkloadName>().is_ok(), valid, "{text}");
        }
        assert!(long.parse::<EndpointName>().is_ok());
    }

    #[test]
    fn the_error_names_the_text_and_the_rule() {
        let error = "a b".parse::<WorkloadName>().unwrap_err();
        let message = "`a b` is not a name of 1 to 40 letters, digits and hyphens with a letter or digit at either end";
        assert_eq!(error.to_string(), message);
    }
}
