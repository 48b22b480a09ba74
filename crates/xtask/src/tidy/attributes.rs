//! A lint is set aside by `#[expect(lint, reason = "...")]`, which fails when it is no longer needed; never by `allow`.

use super::finding::Finding;
use super::tree::Tree;

pub(super) fn check(tree: &Tree, findings: &mut Vec<Finding>) {
    for (file, source) in tree.rust() {
        let mut find = |place: usize, message: &str| {
            let line = source.line_of(place);
            findings.push(file.finding(line, "attribute", message.to_owned()));
        };
        for (place, _) in source.code.match_indices("[allow(") {
            find(place, "write `#[expect(lint, reason = \"...\")]`");
        }
        for (place, _) in source.code.match_indices("[expect(") {
            let rest = &source.code[place..];
            let attribute = &rest[..rest.find(")]").unwrap_or(rest.len())];
            if !attribute.contains("reason =") {
                find(
                    place,
                    "give the reason: `#[expect(lint, reason = \"...\")]`",
                );
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::super::finding::places;
    use super::*;

    #[test]
    fn allow_and_expect_without_a_reason_are_found() {
        let text = "#[allow(dead_code)]\nfn a() {}\n#[expect(dead_code)]\nfn b() {}\n\
                    #[expect(\n    dead_code,\n    reason = \"why\"\n)]\nfn c() {}\n// #[allow(x)]\n";
        assert_eq!(places(check, &[("a.rs", text)]), ["a.rs:1", "a.rs:3"]);
    }
}
