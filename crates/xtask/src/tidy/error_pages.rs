//! Every error code has a page, every page a code, and no two crates share one.

use std::collections::BTreeMap;

use super::finding::Finding;
use super::tree::{File, Tree};

const RULE: &str = "error-page";

pub(super) fn check(tree: &Tree, findings: &mut Vec<Finding>) {
    let mut pages: BTreeMap<&str, &File> = BTreeMap::new();
    for file in tree.files() {
        let Some(code) = code_of(&file.path) else {
            continue;
        };
        if let Some(first) = pages.insert(code, file) {
            let message = format!("`{}` is a page of the same code", first.path);
            findings.push(file.finding(1, RULE, message));
        }
    }
    let mut used: BTreeMap<&str, bool> = pages.keys().map(|code| (*code, false)).collect();
    for (file, source) in tree.rust().filter(|(file, _)| !file.is_test()) {
        let end = source.production().len();
        let codes = source.strings.iter().filter(|string| string.start < end);
        for code in codes.filter(|string| is_code(&string.text)) {
            if let Some(seen) = used.get_mut(code.text.as_str()) {
                *seen = true;
                continue;
            }
            let message = format!(
                "`{0}` has no page: write `src/errors/{0}.md` in the crate that returns it",
                code.text
            );
            findings.push(file.finding(code.line, RULE, message));
        }
    }
    let unused = used.iter().filter(|(_, seen)| !**seen);
    for page in unused.filter_map(|(code, _)| pages.get(code)) {
        let message = "no source has this code: remove the page or return the code";
        findings.push(page.finding(1, RULE, message.to_owned()));
    }
}

/// The code that a file is the page of.
fn code_of(path: &str) -> Option<&str> {
    let (_, name) = path.rsplit_once("/src/errors/")?;
    name.strip_suffix(".md").filter(|code| is_code(code))
}

/// `P` and four digits.
fn is_code(text: &str) -> bool {
    text.len() == 5 && text.starts_with('P') && text[1..].bytes().all(|byte| byte.is_ascii_digit())
}

#[cfg(test)]
mod tests {
    use super::super::finding::places;
    use super::*;

    #[test]
    fn codes_and_pages_are_matched() {
        let text = "const A: &str = \"P0101\";\nconst B: &str = \"P0102\";\n\
                    #[cfg(test)]\nmod tests {\n    const C: &str = \"P9999\";\n}\n";
        let files = [
            ("crates/a/src/lib.rs", text),
            ("crates/a/tests/t.rs", "const D: &str = \"P0999\";\n"),
            ("crates/a/src/errors/P0101.md", ""),
            ("crates/a/src/errors/P0103.md", ""),
            ("crates/b/src/errors/P0101.md", ""),
        ];
        let expected = [
            "crates/a/src/errors/P0103.md:1",
            "crates/a/src/lib.rs:2",
            "crates/b/src/errors/P0101.md:1",
        ];
        assert_eq!(places(check, &files), expected);
    }
}
