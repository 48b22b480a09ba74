//! `unsafe` stands in the crate `jobs` alone. The compiler denies it elsewhere; this also sees what is not compiled.

use super::finding::Finding;
use super::tree::Tree;

pub(super) fn check(tree: &Tree, findings: &mut Vec<Finding>) {
    let others = tree
        .rust()
        .filter(|(file, _)| !file.path.starts_with("crates/jobs/"));
    for (file, source) in others {
        for line in source.lines_with("unsafe") {
            let message = "calls of the kernel without a safe form belong in `crates/jobs`";
            findings.push(file.finding(line, "unsafe", message.to_owned()));
        }
    }
}

#[cfg(test)]
mod tests {
    use super::super::finding::places;
    use super::*;

    #[test]
    fn code_is_found_and_words_are_not() {
        let files = [
            (
                "crates/a/src/lib.rs",
                "// unsafe\n#![deny(unsafe_code)]\nunsafe { f(\"unsafe\") }\n",
            ),
            ("crates/jobs/src/kernel.rs", "unsafe { f() }\n"),
        ];
        assert_eq!(places(check, &files), ["crates/a/src/lib.rs:3"]);
    }
}
