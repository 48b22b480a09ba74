//! A moment of a series, as a split names it.

use std::fmt;
use std::str::FromStr;

use super::InvalidText;

/// A date of the series' own clock, with an hour or at midnight.
///
/// ```
/// use workload::Date;
///
/// assert_eq!("2004-12-01".parse::<Date>()?.to_string(), "2004-12-01 00:00:00");
/// assert_eq!("2004-12-01 06:00".parse::<Date>()?.to_string(), "2004-12-01 06:00:00");
/// assert!("2004-02-30".parse::<Date>().is_err());
/// # Ok::<(), workload::InvalidText>(())
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Date {
    year: u32,
    month: u32,
    day: u32,
    hour: u32,
}

impl Date {
    pub(crate) const EXPECTED: &'static str =
        "a date such as `2004-12-01`, or `2004-12-01 06:00` at a whole hour";

    fn read(text: &str) -> Option<Self> {
        let (date, time) = text.split_once([' ', 'T']).unwrap_or((text, "00:00"));
        let number = |text: &str, digits: usize| {
            let plain = text.len() == digits && text.bytes().all(|byte| byte.is_ascii_digit());
            plain.then(|| text.parse::<u32>().ok())?
        };
        let [year, month, day] = date.split('-').collect::<Vec<_>>().try_into().ok()?;
        let read = Self {
            year: number(year, 4)?,
            month: number(month, 2)?,
            day: number(day, 2)?,
            hour: number(
                time.strip_suffix(":00")
                    .map(|hour| hour.strip_suffix(":00").unwrap_or(hour))?,
                2,
            )?,
        };
        let leap = read.year.is_multiple_of(4)
            && (!read.year.is_multiple_of(100) || read.year.is_multiple_of(400));
        let days = match read.month {
            1 | 3 | 5 | 7 | 8 | 10 | 12 => 31,
            4 | 6 | 9 | 11 => 30,
            2 if leap => 29,
            2 => 28,
            _ => return None,
        };
        ((1..=days).contains(&read.day) && read.hour < 24).then_some(read)
    }
}

impl FromStr for Date {
    type Err = InvalidText;

    fn from_str(text: &str) -> Result<Self, InvalidText> {
        Self::read(text).ok_or_else(|| InvalidText::new(text, Self::EXPECTED))
    }
}

impl fmt::Display for Date {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self {
            year,
            month,
            day,
            hour,
        } = self;
        write!(f, "{year:04}-{month:02}-{day:02} {hour:02}:00:00")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn dates_of_the_calendar_are_read_and_no_others() {
        let read = |text: &str| text.parse::<Date>().map(|date| date.to_string()).ok();
        for (text, expected) in [
            ("2004-02-29", "2004-02-29 00:00:00"),
            ("2000-02-29T23:00:00", "2000-02-29 23:00:00"),
            ("1999-12-31 07:00", "1999-12-31 07:00:00"),
        ] {
            assert_eq!(read(text).as_deref(), Some(expected));
        }
        let wrong = [
            "2003-02-29",
            "1900-02-29",
            "2004-13-01",
            "2004-00-10",
            "2004-01-32",
            "2004-1-1",
            "2004-01-01 24:00",
            "2004-01-01 06:30",
            "2004-01-01 6:00",
            "01/02/2004",
            "2004",
            "",
        ];
        for text in wrong {
            assert_eq!(read(text), None, "{text}");
        }
    }

    #[test]
    fn dates_are_in_the_order_of_time() {
        let texts = [
            "2003-12-31 23:00",
            "2004-01-01",
            "2004-01-01 01:00",
            "2004-02-01",
        ];
        let dates = texts.map(|text| text.parse::<Date>().unwrap());
        assert!(dates.is_sorted());
    }
}
