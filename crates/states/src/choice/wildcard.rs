//! The pattern of `StringMatches`: `*` is any run of characters, `\*` a star, `\\` a backslash.

/// A pattern as the literal texts between its stars.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Wildcard {
    parts: Vec<String>,
}

impl Wildcard {
    pub(super) fn new(pattern: &str) -> Wildcard {
        let mut parts = vec![String::new()];
        let mut characters = pattern.chars().peekable();
        while let Some(c) = characters.next() {
            let part = parts.last_mut().expect("there is always a part");
            match (c, characters.peek()) {
                ('\\', Some(&next @ ('*' | '\\'))) => {
                    part.push(next);
                    characters.next();
                }
                ('*', _) => parts.push(String::new()),
                _ => part.push(c),
            }
        }
        Wildcard { parts }
    }

    /// Whether the pattern covers the whole text. Each inner part takes its first place: linear enough, no going back.
    pub(super) fn matches(&self, text: &str) -> bool {
        let (first, rest) = self.parts.split_first().expect("there is always a part");
        let Some((last, inner)) = rest.split_last() else {
            return text == first;
        };
        let Some(mut text) = text.strip_prefix(first.as_str()) else {
            return false;
        };
        for part in inner {
            match text.find(part.as_str()) {
                Some(at) => text = &text[at + part.len()..],
                None => return false,
            }
        }
        text.ends_with(last.as_str())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn stars_and_escapes() {
        for (pattern, text, expected) in [
            ("log-*.txt", "log-2024.txt", true),
            ("*a*b*", "xxaxxbxx", true),
            ("*a*b*", "xxbxxaxx", false),
            ("log*", "a log", false),
            ("a\\*b", "a*b", true),
            ("a\\*b", "axxb", false),
            ("a\\\\*", "a\\tail", true),
            ("a?c.[d]", "a?c.[d]", true),
            ("*", "", true),
            ("", "", true),
            ("", "a", false),
            ("a*a", "a", false),
            ("a*a", "aba", true),
            ("ab*ba", "aba", false),
            ("*ab", "abab", true),
            ("\\x", "\\x", true),
        ] {
            assert_eq!(
                Wildcard::new(pattern).matches(text),
                expected,
                "{pattern} {text}"
            );
        }
    }
}
