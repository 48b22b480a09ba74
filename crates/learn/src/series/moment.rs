//! Moments as local time without a zone, to the second.

use std::fmt;

use super::error::Error;
use crate::gregorian::{date, days};

/// Seconds since 1970-01-01 00:00:00 of the series' own clock.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Moment(pub i64);

impl Moment {
    /// Hour of the day, 0 to 23.
    pub const fn hour(self) -> i64 {
        self.0.rem_euclid(86_400) / 3600
    }

    /// Day of the week, Monday 0.
    pub const fn weekday(self) -> i64 {
        // 1970-01-01 was a Thursday.
        (self.0.div_euclid(86_400) + 3).rem_euclid(7)
    }

    /// The moment so many seconds later.
    #[must_use]
    pub const fn later(self, seconds: i64) -> Self {
        Self(self.0 + seconds)
    }
}

impl fmt::Display for Moment {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (year, month, day) = date(self.0.div_euclid(86_400));
        let second = self.0.rem_euclid(86_400);
        let (hour, minute, second) = (second / 3600, second / 60 % 60, second % 60);
        write!(
            f,
            "{year:04}-{month:02}-{day:02} {hour:02}:{minute:02}:{second:02}"
        )
    }
}

/// How moments are written: `%Y %m %d %H %M %S` for year, month, day, hour, minute and second; any other character is itself.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Pattern {
    text: String,
}

const FIELDS: [char; 6] = ['Y', 'm', 'd', 'H', 'M', 'S'];

impl Pattern {
    /// Reads a pattern; year, month and day must be in it.
    pub fn new(text: &str) -> Result<Self, Error> {
        let wrong = |problem: String| Error::Pattern {
            pattern: text.to_owned(),
            problem,
        };
        let mut seen = String::new();
        let mut characters = text.chars();
        while let Some(character) = characters.next() {
            if character != '%' {
                continue;
            }
            match characters.next() {
                Some(field) if seen.contains(field) => {
                    return Err(wrong(format!("`%{field}` comes twice")));
                }
                Some(field) if FIELDS.contains(&field) => seen.push(field),
                Some(field) => return Err(wrong(format!("`%{field}` is not known"))),
                None => return Err(wrong("it ends with `%`".to_owned())),
            }
        }
        match ['Y', 'm', 'd'].iter().find(|&&field| !seen.contains(field)) {
            Some(field) => Err(wrong(format!("it has no `%{field}`"))),
            None => Ok(Self {
                text: text.to_owned(),
            }),
        }
    }

    /// Reads a moment.
    ///
    /// ```
    /// use learn::series::Pattern;
    ///
    /// let pattern = Pattern::new("%d/%m/%Y %H.%M.%S")?;
    /// let moment = pattern.read("10/03/2004 18.00.00")?;
    /// assert_eq!(moment.to_string(), "2004-03-10 18:00:00");
    /// assert_eq!((moment.hour(), moment.weekday()), (18, 2));
    /// # Ok::<(), learn::series::Error>(())
    /// ```
    pub fn read(&self, text: &str) -> Result<Moment, Error> {
        self.parse(text).ok_or_else(|| Error::Moment {
            text: text.to_owned(),
            pattern: self.text.clone(),
        })
    }

    fn parse(&self, text: &str) -> Option<Moment> {
        let mut values = [0, 1, 1, 0, 0, 0];
        let mut rest = text;
        let mut characters = self.text.chars();
        while let Some(character) = characters.next() {
            if character != '%' {
                rest = rest.strip_prefix(character)?;
                continue;
            }
            let field = characters.next()?;
            let place = FIELDS.iter().position(|&known| known == field)?;
            let most = if field == 'Y' { 4 } else { 2 };
            let digits = rest
                .bytes()
                .take(most)
                .take_while(u8::is_ascii_digit)
                .count();
            let (number, after) = rest.split_at(digits);
            values[place] = number.parse().ok()?;
            rest = after;
        }
        let [year, month, day, hour, minute, second] = values;
        let number = days(year, month, day);
        let real = (1..=12).contains(&month) && date(number) == (year, month, day);
        let clock = hour < 24 && minute < 60 && second < 60;
        let moment = Moment(number * 86_400 + hour * 3600 + minute * 60 + second);
        (rest.is_empty() && real && clock).then_some(moment)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn dates_are_those_of_the_calendar() {
        let cases = [
            ((1970, 1, 1), 0),
            ((2000, 2, 29), 11_016),
            ((2000, 3, 1), 11_017),
            ((2004, 3, 10), 12_487),
            ((1969, 12, 31), -1),
            ((2100, 3, 1), 47_541),
        ];
        for ((year, month, day), number) in cases {
            assert_eq!(days(year, month, day), number, "{year}-{month}-{day}");
            assert_eq!(date(number), (year, month, day));
        }
    }

    #[test]
    fn texts_that_are_no_moments_are_refused() {
        let pattern = Pattern::new("%Y-%m-%d %H:%M").unwrap();
        assert_eq!(
            pattern.read("2004-12-01 07:30").unwrap().to_string(),
            "2004-12-01 07:30:00"
        );
        for text in [
            "2004-02-30 00:00",
            "2003-02-29 00:00",
            "2004-13-01 00:00",
            "2004-12-01 24:00",
            "2004-12-01 00:60",
            "2004-12-01",
            "2004-12-01 00:00 ",
            "",
            "-200",
        ] {
            let error = pattern.read(text).unwrap_err();
            let message = format!("`{text}` is not a moment in the form `%Y-%m-%d %H:%M`");
            assert_eq!(error.to_string(), message);
        }
    }

    #[test]
    fn patterns_that_say_too_little_or_too_much_are_refused() {
        let cases = [
            ("%Y-%m", "it has no `%d`"),
            ("%Y-%m-%d-%Y", "`%Y` comes twice"),
            ("%Y-%m-%d %z", "`%z` is not known"),
            ("%Y-%m-%d%", "it ends with `%`"),
        ];
        for (text, problem) in cases {
            let message = format!("`{text}` is not a pattern of moments: {problem}");
            assert_eq!(Pattern::new(text).unwrap_err().to_string(), message);
        }
    }

    proptest! {
        #[test]
        fn what_is_written_is_read_back(seconds in -50_000_000_000_i64..50_000_000_000) {
            let moment = Moment(seconds);
            let pattern = Pattern::new("%Y-%m-%d %H:%M:%S").unwrap();
            prop_assert_eq!(pattern.read(&moment.to_string()), Ok(moment));
        }
    }
}
