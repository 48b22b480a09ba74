//! At most 400 locked packages: each is code that somebody must trust and build.

use super::finding::Finding;
use super::tree::Tree;

const MOST: usize = 400;

pub(super) fn check(tree: &Tree, findings: &mut Vec<Finding>) {
    let path = "Cargo.lock";
    let text = tree.get(path).map(|file| file.text.as_str());
    let message = match text.map(|text| text.matches("[[package]]").count()) {
        None => "it is not there: run `cargo build` and commit it".to_owned(),
        Some(count) if count > MOST => {
            format!("{count} locked packages, more than {MOST}: drop a dependency or a feature")
        }
        Some(_) => return,
    };
    findings.push(Finding {
        path: path.to_owned(),
        line: 1,
        rule: "lock",
        message,
    });
}

#[cfg(test)]
mod tests {
    use super::super::finding::places;
    use super::*;

    #[test]
    fn packages_are_counted() {
        let full = "[[package]]\nname = \"a\"\n".repeat(MOST);
        assert!(places(check, &[("Cargo.lock", &full)]).is_empty());
        let over = format!("{full}[[package]]\n");
        assert_eq!(places(check, &[("Cargo.lock", &over)]), ["Cargo.lock:1"]);
        assert_eq!(places(check, &[]), ["Cargo.lock:1"]);
    }
}
