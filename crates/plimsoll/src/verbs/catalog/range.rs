//! A range of counts as a flag: `4`, `4..`, `..16`, `4..16`.

use std::str::FromStr;

/// Fewest and most.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Range {
    pub(super) least: Option<u32>,
    pub(super) most: Option<u32>,
}

impl FromStr for Range {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let wrong = || {
            "expected a number such as `4`, or a range such as `4..16`, `4..` or `..16`".to_owned()
        };
        let end = |text: &str| match text {
            "" => Ok(None),
            text => text.parse().map(Some).map_err(|_| wrong()),
        };
        let (least, most) = match text.split_once("..") {
            Some((least, most)) => (end(least)?, end(most)?),
            None => (end(text)?, end(text)?),
        };
        let in_order = least.zip(most).is_none_or(|(least, most)| least <= most);
        (in_order && (least.is_some() || most.is_some()))
            .then_some(Self { least, most })
            .ok_or_else(wrong)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ends_may_be_open_and_are_in_order() {
        let range = |least, most| Ok(Range { least, most });
        assert_eq!("4".parse(), range(Some(4), Some(4)));
        assert_eq!("4..".parse(), range(Some(4), None));
        assert_eq!("..16".parse(), range(None, Some(16)));
        assert_eq!("4..16".parse(), range(Some(4), Some(16)));
        for text in ["", "..", "16..4", "four", "-1", "4...16"] {
            assert!(text.parse::<Range>().is_err(), "{text}");
        }
    }
}
