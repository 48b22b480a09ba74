//! Every page of the documents stands in their table of contents.

use super::finding::Finding;
use super::tree::Tree;

const CONTENTS: &str = "docs/SUMMARY.md";

pub(super) fn check(tree: &Tree, findings: &mut Vec<Finding>) {
    let contents = tree.get(CONTENTS).map_or("", |file| file.text.as_str());
    for file in tree
        .files()
        .iter()
        .filter(|file| file.has_extension(&["md"]))
    {
        let Some(page) = file.path.strip_prefix("docs/") else {
            continue;
        };
        let listed = contents.contains(&format!("({page})"));
        if !listed && file.path != CONTENTS {
            let message = format!("add the page to {CONTENTS}");
            findings.push(file.finding(1, "summary", message));
        }
    }
}

#[cfg(test)]
mod tests {
    use super::super::finding::places;
    use super::*;

    #[test]
    fn a_page_that_is_not_listed_is_found() {
        let files = [
            (CONTENTS, "- [A](guides/a.md)\n"),
            ("docs/guides/a.md", ""),
            ("docs/guides/b.md", ""),
            ("README.md", ""),
        ];
        assert_eq!(places(check, &files), ["docs/guides/b.md:1"]);
    }
}
