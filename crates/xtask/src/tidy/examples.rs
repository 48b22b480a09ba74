//! Every example is a folder with a workload, and the index of examples says what it shows.

use std::collections::BTreeSet;

use super::finding::Finding;
use super::tree::Tree;

const INDEX: &str = "examples/README.md";

pub(super) fn check(tree: &Tree, findings: &mut Vec<Finding>) {
    let folders: BTreeSet<&str> = tree
        .files()
        .iter()
        .filter_map(|file| file.path.strip_prefix("examples/")?.split_once('/'))
        .map(|(folder, _)| folder)
        .collect();
    let index = tree.get(INDEX).map_or("", |file| file.text.as_str());
    for folder in folders {
        let path = format!("examples/{folder}/workload.yaml");
        let message = if tree.get(&path).is_none() {
            "an example has a `workload.yaml`".to_owned()
        } else if !index.contains(&format!("({folder}/)")) {
            format!("say in {INDEX} what it shows, with a link to `{folder}/`")
        } else {
            continue;
        };
        findings.push(Finding {
            path,
            line: 1,
            rule: "example",
            message,
        });
    }
}

#[cfg(test)]
mod tests {
    use super::super::finding::places;
    use super::*;

    #[test]
    fn examples_have_a_workload_and_a_line_in_the_index() {
        let files = [
            (INDEX, "[a](a/) shows this\n"),
            ("examples/a/workload.yaml", ""),
            ("examples/a/data/x.csv", ""),
            ("examples/b/workload.yaml", ""),
            ("examples/c/data.csv", ""),
        ];
        let expected = ["examples/b/workload.yaml:1", "examples/c/workload.yaml:1"];
        assert_eq!(places(check, &files), expected);
    }
}
