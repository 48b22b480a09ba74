//! The target that was asked for, and what is said where there is none.

use learn::profile::Profile;

use super::goal::goal;
use super::target::Candidate;
use super::view::View;
use crate::failure::Failure;

pub(super) fn one_column(profile: &Profile, file: &str) -> Failure {
    let delimiter = profile.csv.delimiter.escape_default();
    Failure::input(format!("`{file}` has one column by the delimiter `{delimiter}`, and a model needs two: a feature and a target"))
        .code("P0613")
        .hint("name another delimiter with `--delimiter`; columns of fixed width, or cut by several spaces, are not read")
}

pub(super) fn asked(
    views: &[View],
    candidates: &[Candidate],
    name: &str,
    copies: u64,
) -> Result<Candidate, Failure> {
    let Some(column) = views.iter().position(|view| view.name() == name) else {
        let names: Vec<&str> = views.iter().map(View::name).collect();
        let near =
            workload::nearest(name, names.clone()).map(|near| format!("did you mean `{near}`?"));
        let known = names
            .iter()
            .take(20)
            .copied()
            .collect::<Vec<_>>()
            .join("`, `");
        let more = if names.len() > 20 { ", ..." } else { "" };
        return Err(Failure::input(format!("there is no column `{name}`"))
            .code("P0611")
            .hints(near)
            .hint(format!("the columns are `{known}`{more}")));
    };
    if let Some(found) = candidates
        .iter()
        .find(|candidate| candidate.column == column)
    {
        let mut found = found.clone();
        found.reasons = vec!["asked for".to_owned()];
        return Ok(found);
    }
    let why = goal(&views[column], copies).err().unwrap_or_default();
    let others: Vec<&str> = candidates
        .iter()
        .take(5)
        .map(|found| views[found.column].name())
        .collect();
    let failure = Failure::input(format!("`{name}` cannot be the target: {why}")).code("P0611");
    Err(match others.as_slice() {
        [] => failure,
        others => failure.hint(format!("these can be: `{}`", others.join("`, `"))),
    })
}

pub(super) fn none(views: &[View], copies: u64, file: &str) -> Failure {
    let reason = |view: &View| {
        format!(
            "`{}`: {}",
            view.name(),
            goal(view, copies).err().unwrap_or_default()
        )
    };
    let last = views.iter().rev().take(3).map(reason).collect::<Vec<_>>();
    Failure::input(format!("no column of `{file}` can be the target"))
        .code("P0611")
        .hints(last)
        .hint("a target has a few distinct values with rows of each, or numbers that can be cut in two")
}
