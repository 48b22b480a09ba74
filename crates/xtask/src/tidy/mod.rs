//! `cargo xtask tidy`: the house rules that neither the compiler nor clippy checks.
//!
//! A rule is one file with a `check` that reads the [`Tree`] and adds a [`Finding`] for each place that breaks it. Rules
//! read no file themselves, so that each is tested on small texts. The same check is a test of this crate.

mod ascii;
mod attributes;
mod c_library;
mod command_line;
mod dead_files;
mod edges;
mod error_pages;
mod examples;
mod finding;
mod length;
mod links;
mod lock;
mod log_format;
mod module_docs;
mod names;
mod requirements;
mod rust;
mod summary;
mod tree;
mod unsafe_code;
mod words;

use anyhow::{Result, bail};

use finding::Finding;
use tree::Tree;

/// A rule: adds what it finds.
type Rule = fn(&Tree, &mut Vec<Finding>);

const RULES: &[Rule] = &[
    ascii::check,
    attributes::check,
    c_library::check,
    command_line::check,
    dead_files::check,
    edges::check,
    error_pages::check,
    examples::check,
    length::check,
    links::check,
    lock::check,
    log_format::check,
    module_docs::check,
    names::check,
    requirements::check,
    summary::check,
    unsafe_code::check,
    words::check,
];

/// Prints every finding; an error if there is one.
pub(crate) fn run(arguments: &[String]) -> Result<()> {
    if !arguments.is_empty() {
        bail!("usage: cargo xtask tidy");
    }
    let tree = Tree::read(&crate::root::root())?;
    let findings = findings(&tree);
    for finding in &findings {
        println!("{finding}");
    }
    if !findings.is_empty() {
        bail!("{} places break a house rule", findings.len());
    }
    println!("{} files keep {} rules", tree.files().len(), RULES.len());
    Ok(())
}

/// What all rules find, by place.
fn findings(tree: &Tree) -> Vec<Finding> {
    let mut findings = Vec::new();
    for rule in RULES {
        rule(tree, &mut findings);
    }
    findings.sort();
    findings
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_repository_keeps_its_rules() {
        let tree = Tree::read(&crate::root::root()).unwrap();
        let findings = findings(&tree);
        let text: Vec<String> = findings.iter().map(Finding::to_string).collect();
        assert!(text.is_empty(), "\n{}\n", text.join("\n"));
    }

    #[test]
    fn findings_are_sorted_by_place() {
        let tree = Tree::of(&[
            ("crates/a/src/utils.rs", "fn f() {}\n"),
            ("crates/a/src/lib.rs", "mod utils;\n"),
        ]);
        let findings = findings(&tree);
        assert!(findings.is_sorted());
        let first = &findings[0];
        assert_eq!((first.path.as_str(), first.line), ("Cargo.lock", 1));
        assert!(findings.len() > 3, "{findings:?}");
    }
}
