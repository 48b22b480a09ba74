//! Every Rust file begins with what it is for.

use super::finding::Finding;
use super::tree::Tree;

pub(super) fn check(tree: &Tree, findings: &mut Vec<Finding>) {
    for (file, _) in tree.rust() {
        let first = file.text.lines().find(|line| !line.trim().is_empty());
        if !first.is_some_and(|line| line.starts_with("//! ")) {
            let message = "begin with `//!` and a sentence: what the file is for";
            findings.push(file.finding(1, "module-doc", message.to_owned()));
        }
    }
}

#[cfg(test)]
mod tests {
    use super::super::finding::places;
    use super::*;

    #[test]
    fn a_file_without_a_doc_is_found() {
        let files = [
            ("a.rs", "//! What it is for.\n\nuse x;\n"),
            ("b.rs", "use x;\n"),
            ("c.rs", "\n#![expect(x)]\n//! Too late.\n"),
            ("d.rs", "//!\n"),
            ("e.rs", ""),
            ("f.py", "import x\n"),
        ];
        assert_eq!(
            places(check, &files),
            ["b.rs:1", "c.rs:1", "d.rs:1", "e.rs:1"]
        );
    }
}
