//! `explain`: a key, or a code.

use std::fmt::Write as _;

use super::ROOT;
use super::field::{Kind, Presence};
use super::walk::{Row, by_task, describe, rows};
use crate::code::pages;

/// What a key or a code means, in Markdown; none where there is no such.
///
/// A key is given by its path (`data.csv.header`) or by its last part, where all that end so are explained.
///
/// ```
/// let text = workload::explain("split.test").unwrap();
/// assert!(text.starts_with("# split.test\n"));
/// assert!(text.contains("Default: `20 %`"));
/// assert!(workload::explain("P0104").unwrap().starts_with("# P0104: unknown key"));
/// assert_eq!(workload::explain("no such key"), None);
/// ```
pub fn explain(key_or_code: &str) -> Option<String> {
    let code = key_or_code.to_uppercase();
    if let Some(page) = pages().iter().find(|page| page.code == code) {
        return Some(page.text.to_owned());
    }
    let all = rows(ROOT);
    let exact = all.iter().find(|row| row.path == key_or_code);
    let found: Vec<&Row> = match exact {
        Some(row) => vec![row],
        None => all
            .iter()
            .filter(|row| row.field.name == key_or_code)
            .collect(),
    };
    if found.is_empty() {
        return None;
    }
    let texts: Vec<String> = found.into_iter().map(|row| text_of(row, &all)).collect();
    Some(texts.join("\n"))
}

/// Every key that [`explain`] knows, with dots.
///
/// ```
/// assert!(workload::keys().contains(&"split.stratify".to_owned()));
/// ```
pub fn keys() -> Vec<String> {
    rows(ROOT).into_iter().map(|row| row.path).collect()
}

fn text_of(row: &Row, all: &[Row]) -> String {
    let mut text = format!("# {}\n\n{}\n", row.path, row.field.doc);
    let mut line = |words: String| {
        writeln!(text, "\n{words}").expect("writing to a string never fails");
    };
    line(format!("Value: {}", describe(&row.field.kind)));
    match (&row.field.kind, row.field.presence) {
        (Kind::Later, _) | (_, Presence::Optional) => {}
        (_, Presence::Required) => line("Required.".to_owned()),
        (_, Presence::Default(yaml)) => line(format!("Default: `{yaml}`")),
        (_, Presence::ByTask(defaults)) => line(format!("Default: {}", by_task(defaults))),
    }
    let prefix = format!("{}.", row.path);
    let keys: Vec<String> = all
        .iter()
        .filter(|below| {
            below
                .path
                .strip_prefix(&prefix)
                .is_some_and(|rest| !rest.contains('.'))
        })
        .map(|below| format!("`{}`", below.field.name))
        .collect();
    if !keys.is_empty() {
        line(format!("Keys: {}", keys.join(", ")));
    }
    text
}

#[cfg(test)]
mod tests {
    use super::explain;

    #[test]
    fn a_path_explains_one_key_and_a_name_all_that_end_so() {
        let one = explain("data.csv.header").unwrap();
        assert_eq!(
            one,
            "# data.csv.header\n\nWhether the first line names the columns. Where it does not, `data.columns` must.\n\n\
             Value: `true` or `false`\n\nDefault: `true`\n"
        );
        let both = explain("batch").unwrap();
        let heads: Vec<&str> = both.lines().filter(|line| line.starts_with('#')).collect();
        assert_eq!(heads, ["# deploy.batch", "# instances.batch"]);
    }

    #[test]
    fn a_section_lists_its_keys_and_a_later_key_says_so() {
        let split = explain("split").unwrap();
        assert!(
            split.contains(
                "Keys: `test`, `validation`, `by`, `stratify`, `seed`, `cross_validation`"
            )
        );
        assert!(
            explain("split.cross_validation")
                .unwrap()
                .contains("not supported by this version")
        );
        assert!(explain("task.target").unwrap().contains("\nRequired.\n"));
    }

    #[test]
    fn codes_are_found_in_either_case() {
        assert_eq!(explain("p0105"), explain("P0105"));
        assert_eq!(explain("P9999"), None);
    }
}
