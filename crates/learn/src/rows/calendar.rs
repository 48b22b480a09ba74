//! Moments of typed formats as ISO text.

use std::fmt::Write as _;

use crate::gregorian;

const DAY: i64 = 86_400;
const WRITES: &str = "writing to a string never fails";

/// Writes `2024-02-01`.
pub(super) fn date(days: i64, out: &mut String) {
    let (year, month, day) = gregorian::date(days);
    write!(out, "{year:04}-{month:02}-{day:02}").expect(WRITES);
}

/// Writes `18:05:00`, and a fraction where there is one; `units` are those of a second.
pub(super) fn time(since_midnight: i64, units: i64, out: &mut String) {
    let (second, fraction) = (
        since_midnight.div_euclid(units),
        since_midnight.rem_euclid(units),
    );
    let (hour, minute, second) = (second / 3600, second / 60 % 60, second % 60);
    write!(out, "{hour:02}:{minute:02}:{second:02}").expect(WRITES);
    if fraction != 0 {
        let digits = units.ilog10() as usize;
        let text = format!("{fraction:0digits$}");
        write!(out, ".{}", text.trim_end_matches('0')).expect(WRITES);
    }
}

/// Writes `2024-02-01T18:05:00`, with `Z` where the moment is of no zone's clock.
pub(super) fn timestamp(value: i64, units: i64, utc: bool, out: &mut String) {
    let day = DAY * units;
    date(value.div_euclid(day), out);
    out.push('T');
    time(value.rem_euclid(day), units, out);
    if utc {
        out.push('Z');
    }
}

/// A moment in seconds as ISO text, to the second; a midnight as its date, and a number that can be no such moment as it is.
pub(crate) fn iso(seconds: f64) -> String {
    let mut out = String::new();
    let whole = seconds.floor() as i64;
    if seconds.abs() < 1e6 {
        return seconds.to_string();
    }
    if whole.rem_euclid(DAY) == 0 {
        date(whole.div_euclid(DAY), &mut out);
    } else {
        timestamp(whole, 1, false, &mut out);
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    fn written(write: impl Fn(&mut String)) -> String {
        let mut out = String::new();
        write(&mut out);
        out
    }

    #[test]
    fn dates_before_and_after_the_epoch() {
        let cases = [
            (0, "1970-01-01"),
            (-1, "1969-12-31"),
            (19_782, "2024-02-29"),
            (19_783, "2024-03-01"),
            (-719_528, "0000-01-01"),
            (11_016, "2000-02-29"),
        ];
        for (days, expected) in cases {
            assert_eq!(written(|out| date(days, out)), expected);
        }
    }

    #[test]
    fn moments_in_seconds() {
        assert_eq!(iso(1_709_164_800.0), "2024-02-29");
        assert_eq!(iso(1_709_229_900.75), "2024-02-29T18:05:00");
        assert_eq!(iso(2004.0), "2004");
    }

    #[test]
    fn moments_have_the_fraction_they_need() {
        let cases = [
            (1_709_229_900_000, 1_000, true, "2024-02-29T18:05:00Z"),
            (1_709_229_900_250, 1_000, false, "2024-02-29T18:05:00.25"),
            (-1, 1_000_000, false, "1969-12-31T23:59:59.999999"),
            (1, 1_000_000_000, true, "1970-01-01T00:00:00.000000001Z"),
        ];
        for (value, units, utc, expected) in cases {
            assert_eq!(written(|out| timestamp(value, units, utc, out)), expected);
        }
        assert_eq!(written(|out| time(61_500, 1_000, out)), "00:01:01.5");
    }
}
