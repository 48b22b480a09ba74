//! RFC 3339 timestamps, as the language demands them: upper-case `T`, and `Z` or an offset at the end.

use jiff::Timestamp;

use crate::Millis;

/// Reads a timestamp; anything that is not strictly RFC 3339 with a zone is none.
pub(crate) fn parse(text: &str) -> Option<Timestamp> {
    if has_shape(text.as_bytes()) {
        text.parse().ok()
    } else {
        None
    }
}

/// The moment in the form that AWS uses in data: UTC, milliseconds, `Z`.
pub(crate) fn format(moment: Millis) -> String {
    match Timestamp::from_millisecond(moment) {
        Ok(timestamp) => format!("{timestamp:.3}"),
        Err(_) => moment.to_string(),
    }
}

/// `dddd-dd-ddTdd:dd:dd`, an optional fraction, then `Z` or `+dd:dd`. The ranges are left to the date library.
fn has_shape(text: &[u8]) -> bool {
    const PATTERN: &[u8] = b"dddd-dd-ddTdd:dd:dd";
    let Some((head, mut rest)) = text.split_at_checked(PATTERN.len()) else {
        return false;
    };
    if !matches_pattern(head, PATTERN) {
        return false;
    }
    if let [b'.', tail @ ..] = rest {
        let digits = tail.iter().take_while(|b| b.is_ascii_digit()).count();
        if digits == 0 || digits > 9 {
            return false;
        }
        rest = &tail[digits..];
    }
    match rest {
        [b'Z'] => true,
        [b'+' | b'-', offset @ ..] => matches_pattern(offset, b"dd:dd"),
        _ => false,
    }
}

fn matches_pattern(text: &[u8], pattern: &[u8]) -> bool {
    let fits = |(byte, sign): (&u8, &u8)| {
        if *sign == b'd' {
            byte.is_ascii_digit()
        } else {
            byte == sign
        }
    };
    text.len() == pattern.len() && text.iter().zip(pattern).all(fits)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn accepts_rfc_3339_and_nothing_else() {
        for text in [
            "2024-03-01T12:00:00Z",
            "2024-03-01T12:00:00.5Z",
            "2024-03-01T12:00:00.123456789Z",
            "2024-03-01T12:00:00+02:00",
            "2024-02-29T23:59:59-11:30",
        ] {
            assert!(parse(text).is_some(), "{text}");
        }
        for text in [
            "tomorrow",
            "",
            "2024-03-01",
            "2024-03-01T12:00:00",
            "2024-03-01 12:00:00Z",
            "2024-03-01t12:00:00Z",
            "2024-03-01T12:00:00z",
            "2024-03-01T12:00Z",
            "2024-03-01T12:00:00.Z",
            "2024-13-01T12:00:00Z",
            "2023-02-29T12:00:00Z",
            "2024-03-01T12:00:00+0200",
            "2024-03-01T12:00:00Z\u{e9}",
        ] {
            assert!(parse(text).is_none(), "{text}");
        }
    }

    #[test]
    fn offsets_name_the_same_instant() {
        assert_eq!(
            parse("2024-03-01T12:00:00Z"),
            parse("2024-03-01T13:00:00+01:00")
        );
    }

    #[test]
    fn prints_milliseconds_in_utc() {
        assert_eq!(format(1_706_704_496_789), "2024-01-31T12:34:56.789Z");
        assert_eq!(format(0), "1970-01-01T00:00:00.000Z");
    }
}
