//! A Rust file that no `mod` names is compiled by nobody.

use std::collections::BTreeSet;

use super::finding::Finding;
use super::rust::places_of_word;
use super::tree::{File, Tree};

pub(super) fn check(tree: &Tree, findings: &mut Vec<Finding>) {
    let mut reached = BTreeSet::new();
    let mut open: Vec<&File> = tree
        .rust()
        .map(|(file, _)| file)
        .filter(|file| is_root(tree, &file.path))
        .collect();
    while let Some(file) = open.pop() {
        if reached.insert(file.path.as_str()) {
            let named = children(file, is_root(tree, &file.path));
            open.extend(named.iter().filter_map(|path| tree.get(path)));
        }
    }
    for (file, _) in tree
        .rust()
        .filter(|(file, _)| file.path.starts_with("crates/"))
    {
        if !reached.contains(file.path.as_str()) {
            let message = "no `mod` names this file: name it or remove it";
            findings.push(file.finding(1, "dead-file", message.to_owned()));
        }
    }
}

/// Whether cargo compiles the file by itself.
fn is_root(tree: &Tree, path: &str) -> bool {
    let Some((krate, inner)) = path
        .strip_prefix("crates/")
        .and_then(|rest| rest.split_once('/'))
    else {
        return false;
    };
    let parts: Vec<&str> = inner.split('/').collect();
    match parts.as_slice() {
        ["build.rs"]
        | ["src", "lib.rs" | "main.rs"]
        | ["src", "bin", _]
        | ["tests" | "benches" | "examples", _]
        | ["tests" | "benches" | "examples", _, "main.rs"] => return true,
        _ => {}
    }
    let manifest = tree.get(&format!("crates/{krate}/Cargo.toml"));
    manifest.is_some_and(|file| file.text.contains(&format!("path = \"{inner}\"")))
}

/// Paths that the `mod` declarations of a file may mean.
fn children(file: &File, root: bool) -> Vec<String> {
    let Some(source) = &file.rust else {
        return Vec::new();
    };
    let (folder, name) = file.path.rsplit_once('/').unwrap_or(("", &file.path));
    let stem = name.trim_end_matches(".rs");
    let base = if root || stem == "mod" {
        folder.to_owned()
    } else {
        format!("{folder}/{stem}")
    };
    let mut paths = Vec::new();
    for place in places_of_word(&source.code, "mod") {
        let rest = source.code[place + "mod".len()..].trim_start();
        let end = rest.find(|c: char| !c.is_alphanumeric() && c != '_');
        let (name, after) = rest.split_at(end.unwrap_or(rest.len()));
        if !name.is_empty() && after.trim_start().starts_with(';') {
            paths.push(format!("{base}/{name}.rs"));
            paths.push(format!("{base}/{name}/mod.rs"));
        }
    }
    paths
}

#[cfg(test)]
mod tests {
    use super::super::finding::places;
    use super::*;

    #[test]
    fn files_are_reached_from_what_cargo_compiles() {
        let files = [
            (
                "crates/a/Cargo.toml",
                "[[bin]]\npath = \"fixture/main.rs\"\n",
            ),
            (
                "crates/a/src/lib.rs",
                "mod one;\npub(crate) mod two;\nmod inner { fn f() {} }\n",
            ),
            ("crates/a/src/one.rs", "mod deep;\n"),
            ("crates/a/src/one/deep.rs", ""),
            (
                "crates/a/src/two/mod.rs",
                "#[cfg(test)]\nmod tests;\n// mod commented;\n",
            ),
            ("crates/a/src/two/tests.rs", ""),
            ("crates/a/src/two/commented.rs", ""),
            ("crates/a/src/forgotten.rs", ""),
            ("crates/a/tests/suite/main.rs", "mod part;\n"),
            ("crates/a/tests/suite/part.rs", ""),
            ("crates/a/tests/suite/lost.rs", ""),
            ("crates/a/tests/whole.rs", ""),
            ("crates/a/fixture/main.rs", ""),
        ];
        let expected = [
            "crates/a/src/forgotten.rs:1",
            "crates/a/src/two/commented.rs:1",
            "crates/a/tests/suite/lost.rs:1",
        ];
        assert_eq!(places(check, &files), expected);
    }
}
