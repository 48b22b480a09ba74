//! Where a figure was read, and when.

use std::fmt;

use jiff::civil::Date;

use crate::columns::Error;

/// Where figures were read, and when they held.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Source {
    /// Publisher and the way to us.
    pub name: String,
    /// The day they held; the first of the year where only that is known.
    pub date: Date,
}

impl Source {
    pub(crate) fn parse(name: &str, date: &str) -> Result<Self, Error> {
        let date = date.parse().map_err(|_| Error::Value {
            what: "date",
            value: date.to_owned(),
        })?;
        Ok(Self {
            name: name.to_owned(),
            date,
        })
    }

    /// Days from its date to a day; none for a date to come.
    pub fn age_in_days(&self, today: Date) -> u32 {
        let days = (today - self.date).get_days();
        u32::try_from(days).unwrap_or(0)
    }

    /// Fails when it is older than so many days.
    pub fn check_age(&self, today: Date, limit_days: u32) -> Result<(), Stale> {
        let days = self.age_in_days(today);
        if days <= limit_days {
            return Ok(());
        }
        Err(Stale {
            source_name: self.name.clone(),
            date: self.date,
            days,
            limit_days,
        })
    }
}

impl fmt::Display for Source {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}, {}", self.date, self.name)
    }
}

/// Prices that are too old to decide with.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("the prices of {date} are {days} days old, at most {limit_days} are allowed")]
pub struct Stale {
    /// Where they were read.
    pub source_name: String,
    /// When.
    pub date: Date,
    /// How long ago.
    pub days: u32,
    /// What is allowed.
    pub limit_days: u32,
}

/// Prices older than this decide nothing unless it is allowed.
pub const STALE_AFTER_DAYS: u32 = 400;

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ages_are_counted_in_days_and_limited() {
        let source = Source::parse("a list", "2026-02-17").unwrap();
        let day = |text: &str| text.parse::<Date>().unwrap();
        assert_eq!(source.age_in_days(day("2026-02-17")), 0);
        assert_eq!(source.age_in_days(day("2026-11-25")), 281);
        assert_eq!(source.age_in_days(day("2026-01-01")), 0);
        assert_eq!(source.check_age(day("2026-02-27"), 10), Ok(()));
        let stale = source.check_age(day("2026-02-28"), 10).unwrap_err();
        assert_eq!(
            stale.to_string(),
            "the prices of 2026-02-17 are 11 days old, at most 10 are allowed"
        );
        assert!(Source::parse("a list", "yesterday").is_err());
    }
}
