//! When a row is: an ISO date or moment, or a number such as a year or seconds.

use crate::cell::parse_number;
use crate::gregorian::days;

/// Seconds since 1970-01-01, or the number itself; none where the text is neither a number nor an ISO moment.
pub(super) fn moment(text: &str, decimal: char) -> Option<f64> {
    if let Some(number) = parse_number(text, decimal) {
        return Some(number);
    }
    let (date, time) = match text.find(['T', ' ']) {
        Some(place) => (&text[..place], text[place + 1..].trim()),
        None => (text, ""),
    };
    let mut parts = date.split('-');
    let mut part = |length: usize| {
        let text = parts.next().filter(|text| text.len() == length)?;
        whole(text)
    };
    let (year, month, day) = (part(4)?, part(2)?, part(2)?);
    if parts.next().is_some() || !(1..=12).contains(&month) || !(1..=31).contains(&day) {
        return None;
    }
    let days = days(year, month, day) as f64;
    Some(days * 86_400.0 + if time.is_empty() { 0.0 } else { clock(time)? })
}

fn whole(text: &str) -> Option<i64> {
    let digits = text.bytes().all(|byte| byte.is_ascii_digit());
    digits.then(|| text.parse().ok())?
}

/// Seconds of `18:05`, `18:05:00.25`, with `Z` or an offset behind them.
fn clock(text: &str) -> Option<f64> {
    let (time, offset) = match text.find(['Z', '+', '-']) {
        Some(place) => (&text[..place], &text[place..]),
        None => (text, "Z"),
    };
    let mut parts = time.split(':');
    let (hour, minute) = (whole(parts.next()?)?, whole(parts.next()?)?);
    let second = parts
        .next()
        .map_or(Some(0.0), |text| parse_number(text, '.'))?;
    let ahead = match offset.split_at(1) {
        ("Z", "") => 0,
        (sign, rest) => {
            let rest = rest.replace(':', "");
            let (hours, minutes) = rest.split_at_checked(2)?;
            let minutes = if minutes.is_empty() {
                0
            } else {
                whole(minutes)?
            };
            let ahead = whole(hours)? * 3600 + minutes * 60;
            if sign == "-" { -ahead } else { ahead }
        }
    };
    let ok = parts.next().is_none() && hour < 24 && minute < 60 && second < 61.0;
    ok.then(|| (hour * 3600 + minute * 60 - ahead) as f64 + second)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn iso_moments_and_numbers_are_read_and_nothing_else() {
        let cases = [
            ("1970-01-02", Some(86_400.0)),
            ("2024-02-29T18:05:00Z", Some(1_709_229_900.0)),
            ("2024-02-29 18:05", Some(1_709_229_900.0)),
            ("2024-02-29T19:05:00.5+01:00", Some(1_709_229_900.5)),
            ("2024-02-29T17:35:00-0030", Some(1_709_229_900.0)),
            ("2004", Some(2004.0)),
            ("-1.5", Some(-1.5)),
            ("01/02/2024", None),
            ("2024-13-01", None),
            ("2024-1-1", None),
            ("2024-02-29T25:00", None),
            ("2024-02-29T10:00:00+", None),
            ("yesterday", None),
            ("", None),
        ];
        for (text, expected) in cases {
            assert_eq!(moment(text, '.'), expected, "{text}");
        }
    }
}
