//! Rust source is ASCII outside strings; comments may have letters of names and the lines of a drawing.

use super::finding::Finding;
use super::tree::Tree;

pub(super) fn check(tree: &Tree, findings: &mut Vec<Finding>) {
    for (file, source) in tree.rust() {
        let mut find = |line, found: char| {
            let message = format!("`{found}` is not ASCII: write it in ASCII or in a string");
            findings.push(file.finding(line, "ascii", message));
        };
        for (line, number) in source.code.lines().zip(1..) {
            if let Some(found) = line.chars().find(|c| !c.is_ascii()) {
                find(number, found);
            }
        }
        for comment in &source.comments {
            for (line, number) in comment.text.lines().zip(comment.line..) {
                if let Some(found) = line.chars().find(|&c| !is_allowed(c)) {
                    find(number, found);
                }
            }
        }
    }
}

/// Letters of names, and the characters of diagrams: box drawing, arrows of the same blocks.
fn is_allowed(c: char) -> bool {
    c.is_ascii()
        || c.is_alphabetic()
        || matches!(c, '\u{2500}'..='\u{257f}' | '\u{25b2}'..='\u{25c4}')
}

#[cfg(test)]
mod tests {
    use super::super::finding::places;
    use super::*;

    #[test]
    fn only_strings_names_and_drawings_are_free() {
        let text = "// Gödel ──▶ Łukasiewicz\nlet a = \"\u{2192}\";\nlet é = 1;\n// a \u{2014} dash\n/* one\n \u{201c}two\u{201d} */\n";
        assert_eq!(
            places(check, &[("a.rs", text)]),
            ["a.rs:3", "a.rs:4", "a.rs:6"]
        );
    }
}
