//! Links of Markdown files lead somewhere: to a file or folder of the repository, and to a heading where they name one.

use std::collections::BTreeSet;

use super::finding::Finding;
use super::tree::{File, Tree};

pub(super) fn check(tree: &Tree, findings: &mut Vec<Finding>) {
    let pages = tree
        .files()
        .iter()
        .filter(|file| file.has_extension(&["md"]));
    for file in pages {
        for (line, number) in prose(&file.text) {
            for target in targets(&line) {
                if let Some(wrong) = wrong(tree, file, target) {
                    let message = format!("`{target}` {wrong}");
                    findings.push(file.finding(number, "link", message));
                }
            }
        }
    }
}

/// Lines outside fenced code, without their code spans.
fn prose(text: &str) -> Vec<(String, usize)> {
    let mut fenced = false;
    let mut lines = Vec::new();
    for (line, number) in text.lines().zip(1..) {
        if line.trim_start().starts_with("```") {
            fenced = !fenced;
        } else if !fenced {
            // Every second piece is between two backticks.
            let outside = line.split('`').step_by(2).collect::<Vec<_>>();
            lines.push((outside.join(" "), number));
        }
    }
    lines
}

/// What is between `](` and `)`.
fn targets(line: &str) -> impl Iterator<Item = &str> {
    let rest = line.split("](").skip(1);
    rest.filter_map(|rest| rest.split([')', ' ']).next())
}

fn wrong(tree: &Tree, file: &File, target: &str) -> Option<&'static str> {
    if target.contains("://") || target.starts_with("mailto:") {
        return None;
    }
    let (path, heading) = target.split_once('#').unwrap_or((target, ""));
    let found = if path.is_empty() {
        Some(file.path.clone())
    } else {
        resolve(&file.path, path)
    };
    let Some(found) = found.filter(|found| tree.holds(found)) else {
        return Some("leads nowhere: name a file of the repository, relative to this one");
    };
    let is_named = |page: &File| anchors(&page.text).contains(heading);
    if heading.is_empty() || tree.get(&found).is_none_or(is_named) {
        return None;
    }
    Some("names no heading of that page")
}

/// A path relative to the folder of a file; none where it leaves the repository.
fn resolve(from: &str, path: &str) -> Option<String> {
    let mut parts: Vec<&str> = from.split('/').collect();
    parts.pop();
    for part in path.split('/') {
        match part {
            "" | "." => {}
            ".." => {
                parts.pop()?;
            }
            name => parts.push(name),
        }
    }
    Some(parts.join("/"))
}

/// Names of the headings as forges and mdBook make them.
fn anchors(text: &str) -> BTreeSet<String> {
    let mut fenced = false;
    let mut all = BTreeSet::new();
    for line in text.lines() {
        fenced ^= line.trim_start().starts_with("```");
        if fenced || !line.starts_with('#') {
            continue;
        }
        let heading = line.trim_start_matches('#').trim().to_lowercase();
        let kept = heading
            .chars()
            .filter(|c| c.is_alphanumeric() || " -_".contains(*c));
        all.insert(kept.map(|c| if c == ' ' { '-' } else { c }).collect());
    }
    all
}

#[cfg(test)]
mod tests {
    use super::super::finding::places;
    use super::*;

    #[test]
    fn links_to_nothing_are_found() {
        let text = "# One\n[a](b.md) [b](../README.md#first-steps) [c](c.md)\n[d](b.md#two)\n[e](#one) [f](#none)\n\
                    `[g](nowhere.md)`\n```\n[h](nowhere.md)\n```\n[i](https://example.org/x) [j](../../up.md)\n![k](k.png \"title\")\n[l](../docs)\n";
        let files = [
            ("docs/a.md", text),
            ("docs/b.md", "# Two!\n"),
            ("README.md", "## First steps\n"),
        ];
        let lines = [10, 2, 4, 9].map(|line| format!("docs/a.md:{line}"));
        let mut found = places(check, &files);
        found.sort();
        assert_eq!(found, lines);
    }

    #[test]
    fn headings_become_the_anchors_of_forges() {
        let found = anchors(
            "# The `run` verb: what it does\n```\n# not this\n```\n## P0104: unknown key\n",
        );
        let expected = ["p0104-unknown-key", "the-run-verb-what-it-does"];
        assert_eq!(found, BTreeSet::from(expected.map(str::to_owned)));
    }
}
