//! What a single cell looks like: a word for missing, a time, a sentence.

/// Words that mean a missing value in every column.
pub const SURELY_MISSING: [&str; 10] = [
    "?", "NA", "N/A", "n/a", "NaN", "nan", "NULL", "null", "Null", "#N/A",
];

/// Words that mean a missing value among numbers, and may be a label elsewhere.
const PERHAPS_MISSING: [&str; 9] = [
    "-", "--", ".", "None", "none", "unknown", "Unknown", "missing", "na",
];

/// The known word for missing that a cell is, and whether it is one everywhere.
pub(super) fn missing_word(cell: &str) -> Option<(&'static str, bool)> {
    let among = |words: &'static [&'static str]| words.iter().find(|word| **word == cell).copied();
    among(&SURELY_MISSING)
        .map(|word| (word, true))
        .or_else(|| among(&PERHAPS_MISSING).map(|word| (word, false)))
}

/// Whether a cell is a date, a time of day, or both.
pub(crate) fn is_time(cell: &str) -> bool {
    if !(4..=40).contains(&cell.len()) || !cell.is_ascii() {
        return false;
    }
    let mut words = cell.split(['T', ' ']).filter(|word| !word.is_empty());
    let first = words.next().unwrap_or_default();
    if is_date(first) {
        return words.next().is_none_or(is_clock);
    }
    is_clock(first)
        && words
            .next()
            .is_none_or(|word| matches!(word, "AM" | "PM" | "am" | "pm"))
}

/// `2024-02-01`, `1/2/2024`, `10.03.2004`.
fn is_date(word: &str) -> bool {
    ['-', '/', '.'].into_iter().any(|mark| {
        let lengths: Vec<usize> = word.split(mark).map(digits).collect();
        matches!(
            lengths.as_slice(),
            [4, 1 | 2, 1 | 2] | [1 | 2, 1 | 2, 4] | [2, 2, 2]
        )
    })
}

/// `18:00`, `18:00:05.25`, `18:00Z`, `18:00:00+01:00`.
fn is_clock(word: &str) -> bool {
    let word = word.trim_end_matches('Z');
    let word = word.split('+').next().unwrap_or_default();
    let mut parts = word.split(':');
    let hours = parts.next().map(digits);
    let minutes = parts.next().map(digits);
    let seconds = parts
        .next()
        .map(|part| digits(part.split('.').next().unwrap_or_default()));
    matches!(
        (hours, minutes, seconds),
        (Some(1 | 2), Some(2), None | Some(2))
    ) && parts.next().is_none()
}

/// The number of digits of a text of digits; 0 for any other.
fn digits(text: &str) -> usize {
    if text.bytes().all(|byte| byte.is_ascii_digit()) {
        text.len()
    } else {
        0
    }
}

/// Whether the name of a column says that it tells rows, or units such as patients, apart.
///
/// ```
/// use learn::profile::is_named_id;
/// assert!(is_named_id("patient_id") && is_named_id("CustomerID"));
/// assert!(!is_named_id("humidity"));
/// ```
pub fn is_named_id(name: &str) -> bool {
    let lower = name.to_lowercase();
    let words = [
        "id",
        "index",
        "idx",
        "key",
        "uuid",
        "guid",
        "rownames",
        "rowid",
        "unnamed: 0",
    ];
    words.contains(&lower.as_str())
        || ["_id", " id", "-id", ".id"]
            .iter()
            .any(|end| lower.ends_with(end))
        || lower.starts_with("id_")
        || name.ends_with("Id")
        || (name.ends_with("ID") && name.len() > 2)
}

/// Whether a cell is rather a sentence than a label.
pub(crate) fn is_sentence(cell: &str) -> bool {
    cell.split_whitespace().take(5).count() == 5
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn times_are_told_from_numbers_and_addresses() {
        let cases = [
            ("2024-02-01", true),
            ("2024-02-01T10:00:00Z", true),
            ("2024-02-01 10:00", true),
            ("10/03/2004", true),
            ("1/2/2004 10:00:01.25", true),
            ("18.00.00", true),
            ("10.03.2004", true),
            ("18:00", true),
            ("6:05 PM", true),
            ("18:00:00+01:00", true),
            ("192.168.0.1", false),
            ("555-1234", false),
            ("1.5", false),
            ("2004", false),
            ("3:1:2:4", false),
            ("abc", false),
            ("", false),
        ];
        for (cell, expected) in cases {
            assert_eq!(is_time(cell), expected, "{cell}");
        }
    }

    #[test]
    fn words_for_missing_are_sure_or_perhaps() {
        assert_eq!(missing_word("NA"), Some(("NA", true)));
        assert_eq!(missing_word("None"), Some(("None", false)));
        assert_eq!(missing_word("Namibia"), None);
        assert_eq!(missing_word(""), None);
    }

    #[test]
    fn five_words_are_a_sentence() {
        assert!(is_sentence("the film was very good"));
        assert!(!is_sentence("United States of America"));
    }
}
