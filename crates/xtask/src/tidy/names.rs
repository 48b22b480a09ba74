//! Names that say nothing gather everything: no file or folder is called one of them.

use super::finding::Finding;
use super::tree::Tree;

const REFUSED: [&str; 7] = [
    "common",
    "helper",
    "helpers",
    "misc",
    "util",
    "utilities",
    "utils",
];

pub(super) fn check(tree: &Tree, findings: &mut Vec<Finding>) {
    for file in tree.files() {
        let stems = file.path.split('/').map(|part| part.split('.').next());
        let found = stems.flatten().find(|stem| REFUSED.contains(stem));
        if let Some(name) = found {
            let message = format!("`{name}` names no concept: name it for what is in it");
            findings.push(file.finding(1, "name", message));
        }
    }
}

#[cfg(test)]
mod tests {
    use super::super::finding::places;
    use super::*;

    #[test]
    fn files_and_folders_are_found_whole_names_only() {
        let files = [
            ("crates/a/src/utils.rs", ""),
            ("crates/common/Cargo.toml", ""),
            ("tests/helpers/mod.rs", ""),
            ("crates/a/src/utilization.rs", ""),
        ];
        let expected = [
            "crates/a/src/utils.rs:1",
            "crates/common/Cargo.toml:1",
            "tests/helpers/mod.rs:1",
        ];
        assert_eq!(places(check, &files), expected);
    }
}
