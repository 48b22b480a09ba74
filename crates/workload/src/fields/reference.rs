//! The reference page of all keys.

use super::ROOT;
use super::field::{Kind, Presence};
use super::walk::{Row, by_task, describe, rows};

/// The reference page of the workload file in Markdown: every key with its type, default and meaning.
///
/// ```
/// let page = workload::reference();
/// assert!(page.contains("| `split.test` |"));
/// ```
pub fn reference() -> String {
    let all = rows(ROOT);
    let (later, now): (Vec<&Row>, Vec<&Row>) = all
        .iter()
        .partition(|row| matches!(row.field.kind, Kind::Later));
    let mut page = String::from(
        "# The workload file\n\n\
         Every key of `workload.yaml`. A list and its elements share one path. A value with a unit carries it.\n\n\
         | key | value | default | meaning |\n|---|---|---|---|\n",
    );
    page.extend(now.into_iter().map(full_line));
    page.push_str(
        "\n## Not supported by this version\n\nThese keys are refused by name.\n\n\
         | key | meaning |\n|---|---|\n",
    );
    let short_line = |row: &Row| format!("| `{}` | {} |\n", row.path, cell(row.field.doc));
    page.extend(later.into_iter().map(short_line));
    page
}

fn full_line(row: &Row) -> String {
    let value = cell(&describe(&row.field.kind));
    let (default, doc) = (default(row), cell(row.field.doc));
    format!("| `{}` | {value} | {default} | {doc} |\n", row.path)
}

fn default(row: &Row) -> String {
    match row.field.presence {
        Presence::Required => "required".to_owned(),
        Presence::Optional => String::new(),
        Presence::Default(yaml) => cell(&format!("`{yaml}`")),
        Presence::ByTask(defaults) => cell(&by_task(defaults)),
    }
}

/// A bar would end the cell.
fn cell(text: &str) -> String {
    text.replace('|', "\\|")
}
