//! A regular expression of a service model, compiled at its first use.
//!
//! AWS writes patterns in Java's dialect and matches the whole value. Rust's engine is linear in the value, which is
//! what a pattern applied to foreign input needs. It has no look-around and pays for counted repetitions of large
//! classes; the few patterns that need either are translated here, each into an equal one. A test proves that every
//! pattern of the tables compiles, so a new model that brings another such pattern fails it.

use std::sync::OnceLock;

use regex::{Regex, RegexBuilder};

/// Bytes that one compiled pattern may take.
const COMPILED_LIMIT: usize = 4 << 20;

/// Parts of patterns with an equal part that the engine has.
const TRANSLATIONS: [(&str, &str); 10] = [
    // Java's names of ASCII classes, some of which mean more in Rust.
    (r"\p{Alnum}", "[[:alnum:]]"),
    (r"\p{Alpha}", "[[:alpha:]]"),
    (r"\p{Lower}", "[[:lower:]]"),
    (r"\p{Upper}", "[[:upper:]]"),
    (r"\p{Print}", "[[:print:]]"),
    // Characters beyond 16 bits, as pairs of surrogates.
    (r"\uD800\uDC00-\uDBFF\uDFFF", r"\u{10000}-\u{10FFFF}"),
    // A name that does not end in a hyphen.
    (
        "([a-zA-Z0-9]([a-zA-Z0-9-]){0,62})(?<!-)",
        "([a-zA-Z0-9]([a-zA-Z0-9-]{0,61}[a-zA-Z0-9])?)",
    ),
    // A text that is not blank.
    (r"(?!\s*$).+", r".*\S.*"),
    // A path without two dots in a row.
    (
        r"(?!.*\.\.)[a-zA-Z0-9/_.\-]+",
        r"(\.|\.?([a-zA-Z0-9/_\-]\.?)+)",
    ),
    // The shape's greatest length is 2048 characters, the rest of the pattern included.
    (r"[\S]{1,2048}", r"\S+"),
];

/// A pattern of a service model.
#[derive(Debug)]
pub struct Pattern {
    text: &'static str,
    compiled: OnceLock<Option<Compiled>>,
}

#[derive(Debug)]
struct Compiled {
    regex: Regex,
    /// Bounds of the number of characters, where the whole pattern is one counted class.
    characters: Option<(usize, usize)>,
}

impl Pattern {
    /// A pattern as the model writes it.
    pub const fn new(text: &'static str) -> Pattern {
        Pattern {
            text,
            compiled: OnceLock::new(),
        }
    }

    /// The pattern as the model writes it.
    pub const fn text(&self) -> &'static str {
        self.text
    }

    /// Whether the whole value matches.
    pub fn matches(&self, value: &str) -> bool {
        let Some(compiled) = self.compiled() else {
            return false;
        };
        let counted = compiled
            .characters
            .is_none_or(|(least, most)| (least..=most).contains(&value.chars().count()));
        counted && compiled.regex.is_match(value)
    }

    /// Whether the engine has the pattern; what it has not matches nothing.
    #[cfg(test)]
    pub(crate) fn compiles(&self) -> bool {
        self.compiled().is_some()
    }

    fn compiled(&self) -> Option<&Compiled> {
        self.compiled.get_or_init(|| compile(self.text)).as_ref()
    }
}

fn compile(text: &str) -> Option<Compiled> {
    let mut translated = text.to_owned();
    let mut characters = None;
    if let Some((class, least, most)) = counted_class(text) {
        translated = format!("{class}*");
        characters = Some((least, most));
    }
    for (theirs, ours) in TRANSLATIONS {
        translated = translated.replace(theirs, ours);
    }
    let anchored = format!(r"\A(?:{translated})\z");
    let regex = RegexBuilder::new(&anchored)
        .size_limit(COMPILED_LIMIT)
        .build()
        .ok()?;
    Some(Compiled { regex, characters })
}

/// `[class]{0,1024}` or `.{0,1024}` taken apart.
fn counted_class(text: &str) -> Option<(&str, usize, usize)> {
    let (class, count) = text.strip_suffix('}')?.rsplit_once('{')?;
    let (least, most) = count.split_once(',')?;
    let inner = class
        .strip_prefix('[')
        .and_then(|inner| inner.strip_suffix(']'));
    let single = class == "." || inner.is_some_and(|inner| !inner.contains(['[', ']']));
    single.then_some((class, least.parse().ok()?, most.parse().ok()?))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn translations_are_equal() {
        let name = Pattern::new(r"([a-zA-Z0-9]([a-zA-Z0-9-]){0,62})(?<!-)(\/[0-9]{1,9})?");
        let path = Pattern::new(r"/(?!.*\.\.)[a-zA-Z0-9/_.\-]+");
        let role = Pattern::new(r"role/[\p{Alnum}\-]+");
        let any = Pattern::new(r"[\u0020-\uD7FF\uE000-\uFFFD\uD800\uDC00-\uDBFF\uDFFF\t]*");
        let filled = Pattern::new(r"(?!\s*$).+");
        let long = "a".repeat(63);
        for (pattern, value, matches) in [
            (&name, "a", true),
            (&name, "a-b/12", true),
            (&name, long.as_str(), true),
            (&name, "a-", false),
            (&name, "a-/1", false),
            (&name, "", false),
            (&path, "/a.b/c", true),
            (&path, "/.", true),
            (&path, "/.a", true),
            (&path, "/a.", true),
            (&path, "/", false),
            (&path, "/a..b", false),
            (&path, "/..", false),
            (&role, "role/a-1", true),
            (&role, "role/\u{e4}", false),
            (&any, "a\u{1f600}\t", true),
            (&any, "\u{1}", false),
            (&filled, " a ", true),
            (&filled, "  ", false),
            (&filled, "", false),
        ] {
            assert_eq!(
                pattern.matches(value),
                matches,
                "{} {value:?}",
                pattern.text()
            );
        }
        assert!(!name.matches(&"a".repeat(64)));
    }

    #[test]
    fn counted_classes_count_characters() {
        let pattern = Pattern::new(r"[\p{L}\p{N}]{2,4}");
        for (value, matches) in [
            ("\u{e4}b", true),
            ("ab1c", true),
            ("a", false),
            ("abcde", false),
            ("a-b", false),
        ] {
            assert_eq!(pattern.matches(value), matches, "{value}");
        }
        assert_eq!(counted_class("[a-z]{0,9}"), Some(("[a-z]", 0, 9)));
        assert_eq!(counted_class(".{1,2}"), Some((".", 1, 2)));
        for text in ["[a][b]{0,9}", "ab{0,9}", "[a]{3}", "[a]+"] {
            assert_eq!(counted_class(text), None, "{text}");
        }
    }

    #[test]
    fn what_the_engine_lacks_matches_nothing() {
        let pattern = Pattern::new("(?=a)a");
        assert!(!pattern.compiles());
        assert!(!pattern.matches("a"));
    }
}
