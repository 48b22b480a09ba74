//! Filter patterns over plain text: terms, phrases in quotes, `-term` to exclude, `?term` for any of several. Patterns
//! over JSON or columns are refused by name.

use super::group::invalid;
use crate::Fault;

/// A parsed pattern.
#[derive(Debug, Default, PartialEq, Eq)]
pub(super) struct Pattern {
    all: Vec<String>,
    any: Vec<String>,
    none: Vec<String>,
}

impl Pattern {
    /// Reads a pattern; an empty one matches everything.
    pub(super) fn parse(text: &str) -> Result<Self, Fault> {
        let text = text.trim();
        if text.starts_with(['{', '[', '%']) {
            return Err(invalid(
                "Invalid filter pattern: patterns over JSON, columns and regular expressions are not implemented",
            ));
        }
        let mut pattern = Self::default();
        let mut rest = text;
        while !rest.is_empty() {
            let (list, body) = match rest.as_bytes()[0] {
                b'?' => (&mut pattern.any, &rest[1..]),
                b'-' => (&mut pattern.none, &rest[1..]),
                _ => (&mut pattern.all, rest),
            };
            let (term, after) = match body.strip_prefix('"') {
                Some(phrase) => phrase
                    .split_once('"')
                    .ok_or_else(|| invalid("Invalid filter pattern: a quote is not closed"))?,
                None => body.split_once(char::is_whitespace).unwrap_or((body, "")),
            };
            list.push(term.to_owned());
            rest = after.trim_start();
        }
        Ok(pattern)
    }

    /// Whether a message matches; letters count as they are.
    pub(super) fn matches(&self, message: &str) -> bool {
        let has = |term: &String| message.contains(term.as_str());
        self.all.iter().all(has)
            && (self.any.is_empty() || self.any.iter().any(has))
            && !self.none.iter().any(has)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn terms_phrases_exclusions_and_alternatives() {
        for (pattern, message, expected) in [
            ("", "anything", true),
            ("ERROR", "an ERROR here", true),
            ("ERROR", "an error here", false),
            ("a b", "b then a", true),
            ("\"a b\"", "b then a", false),
            ("\"a b\" c", "c a b", true),
            ("x -y", "x y", false),
            ("?p ?q", "only q", true),
            ("?p ?q", "neither", false),
        ] {
            assert_eq!(
                Pattern::parse(pattern).unwrap().matches(message),
                expected,
                "{pattern} on {message}"
            );
        }
    }

    #[test]
    fn other_forms_are_refused_by_name() {
        for pattern in ["{ $.a = 1 }", "[a, b]", "%re%", "\"open"] {
            let fault = Pattern::parse(pattern).unwrap_err();
            assert_eq!(fault.code, "InvalidParameterException");
            assert!(
                fault.message.starts_with("Invalid filter pattern: "),
                "{}",
                fault.message
            );
        }
    }
}
