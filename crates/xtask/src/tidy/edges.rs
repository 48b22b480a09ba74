//! Which crate may use which is the table of ARCHITECTURE.md, and nothing else.
//!
//! Its third column names the crates of ours that a crate may use, after `tests:` those that only its tests may use; its
//! fourth names packages of others that it must not use.

use std::collections::BTreeMap;

use super::finding::Finding;
use super::tree::{File, Tree};

const RULE: &str = "edge";
const TABLE: &str = "ARCHITECTURE.md";

/// What a crate may use.
#[derive(Debug, Default, PartialEq, Eq)]
struct Row {
    uses: Vec<String>,
    tests: Vec<String>,
    never: Vec<String>,
    /// The row says `all`.
    all: bool,
}

pub(super) fn check(tree: &Tree, findings: &mut Vec<Finding>) {
    let text = tree.get(TABLE).map_or("", |file| file.text.as_str());
    let table = table(text);
    let manifests = tree.files().iter().filter(|file| {
        let parts: Vec<&str> = file.path.split('/').collect();
        matches!(parts.as_slice(), ["crates", _, "Cargo.toml"])
    });
    for file in manifests {
        let folder = file.path.split('/').nth(1).unwrap_or_default();
        let mut find = |line, message| findings.push(file.finding(line, RULE, message));
        if !file.text.contains(&format!("name = \"{folder}\"")) {
            find(
                1,
                format!("the crate in `crates/{folder}` is called `{folder}`"),
            );
        }
        let Some(row) = table.get(folder) else {
            find(
                1,
                format!("`{folder}` is not in the table of crates of {TABLE}"),
            );
            continue;
        };
        let ours = |name: &str| tree.holds(&format!("crates/{name}"));
        for edge in edges(file) {
            if let Some(message) = refused(folder, row, &edge, ours(&edge.name)) {
                find(edge.line, message);
            }
        }
    }
}

/// One dependency.
struct Edge {
    name: String,
    line: usize,
    for_tests: bool,
}

fn refused(folder: &str, row: &Row, edge: &Edge, ours: bool) -> Option<String> {
    let Edge {
        name, for_tests, ..
    } = edge;
    if !ours {
        let never = row.never.contains(name) && !for_tests;
        return never.then(|| format!("`{folder}` must not use `{name}`: see {TABLE}"));
    }
    let allowed = row.all || row.uses.contains(name) || (*for_tests && row.tests.contains(name));
    (!allowed)
        .then(|| format!("`{folder}` may not use `{name}`: see the table of crates of {TABLE}"))
}

/// The rows of the table by crate. Every row of a crate begins with its name in backticks.
fn table(text: &str) -> BTreeMap<String, Row> {
    let mut rows = BTreeMap::new();
    let crates = text.split("## Crates").nth(1).unwrap_or_default();
    let crates = crates.split("\n## ").next().unwrap_or_default();
    for line in crates.lines().filter(|line| line.starts_with("| `")) {
        let cells: Vec<&str> = line.split('|').map(str::trim).collect();
        let [_, names, _, uses, never, ..] = cells.as_slice() else {
            continue;
        };
        let (uses, tests) = uses.split_once("tests:").unwrap_or((uses, ""));
        for name in quoted(names) {
            let row = Row {
                uses: quoted(uses),
                tests: quoted(tests),
                never: quoted(never),
                all: uses.trim() == "all",
            };
            rows.insert(name, row);
        }
    }
    rows
}

/// What stands between backticks.
fn quoted(cell: &str) -> Vec<String> {
    cell.split('`')
        .skip(1)
        .step_by(2)
        .map(str::to_owned)
        .collect()
}

/// The dependencies of a manifest. Ours are written one a line.
fn edges(file: &File) -> Vec<Edge> {
    let mut section = "";
    let mut edges = Vec::new();
    for (line, number) in file.text.lines().zip(1..) {
        if line.starts_with('[') {
            section = line.trim_matches(['[', ']']);
            continue;
        }
        let name = line.split(['.', '=', ' ']).next().unwrap_or_default();
        let is_section = section.ends_with("dependencies");
        if is_section && !name.is_empty() && !name.starts_with('#') {
            edges.push(Edge {
                name: name.to_owned(),
                line: number,
                for_tests: section.ends_with("dev-dependencies"),
            });
        }
    }
    edges
}

#[cfg(test)]
mod tests {
    use super::super::finding::places;
    use super::*;

    const DOCUMENT: &str = "## Crates\n\n| crate | is | uses | never |\n|---|---|---|---|\n\
        | `a` | pure | - | `tokio` |\n| `b` | more | `a`, tests: `c` | - |\n| `c` | top | all | |\n\n## Next\n| `d` | | all | |\n";

    #[test]
    fn edges_that_the_table_does_not_have_are_found() {
        let files = [
            (TABLE, DOCUMENT),
            (
                "crates/a/Cargo.toml",
                "[package]\nname = \"a\"\n[dependencies]\n# why\nb.workspace = true\ntokio = \"1\"\nserde = \"1\"\n",
            ),
            (
                "crates/b/Cargo.toml",
                "[package]\nname = \"b\"\n[dependencies]\na.workspace = true\nc.workspace = true\n[dev-dependencies]\nc.workspace = true\n",
            ),
            (
                "crates/c/Cargo.toml",
                "[package]\nname = \"c\"\n[dependencies]\na.workspace = true\nb = { path = \"x\" }\n",
            ),
            ("crates/d/Cargo.toml", "[package]\nname = \"other\"\n"),
        ];
        let expected = [
            "crates/a/Cargo.toml:5",
            "crates/a/Cargo.toml:6",
            "crates/b/Cargo.toml:5",
            "crates/d/Cargo.toml:1",
            "crates/d/Cargo.toml:1",
        ];
        assert_eq!(places(check, &files), expected);
    }

    #[test]
    fn a_row_says_what_may_be_used() {
        let rows = table(DOCUMENT);
        assert_eq!(rows.len(), 3);
        assert_eq!(rows["b"].uses, ["a"]);
        assert_eq!(rows["b"].tests, ["c"]);
        assert!(rows["c"].all && !rows["b"].all);
        assert_eq!(rows["a"].never, ["tokio"]);
    }
}
