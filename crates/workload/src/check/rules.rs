//! Rules that join fields. Each looks at what is there and is silent about what is not.

use units::Share;

use super::forecast_rules::check_forecast;
use super::images::images;
use super::source_rules::{check_source, dealing_columns};
use super::task_rules::check_task;
use super::{Item, Section, nearest};
use crate::domain::{Family, Format, Missing};
use crate::tree::Key;
use crate::{Code, Diagnostic, SourceRange};

/// Candidates at most: each is a branch of the state machine and a row of every table.
const MAX_CANDIDATES: usize = 20;

/// Checks every rule.
pub(crate) fn check_rules(root: &Section, problems: &mut Vec<Diagnostic>) {
    for rule in [
        columns,
        header,
        delimiter,
        check_source,
        positive,
        check_task,
        check_forecast,
        shares,
        candidates,
        images,
        deploy,
        traffic,
        weights,
        score_weights,
        super::tuning::tuning,
    ] {
        rule(root, problems);
    }
}

/// Names of columns are among the columns, where these are given; the target is no ignored column.
fn columns(root: &Section, problems: &mut Vec<Diagnostic>) {
    let data = root.section("data");
    // Of images no column is known, and that one is named is reported elsewhere.
    let images = |data: &&Section| data.parsed("format") == Some(Format::ImageFolder);
    let Some(data) = data.filter(|data| !images(data)) else {
        return;
    };
    let mut named: Vec<(String, SourceRange)> = Vec::new();
    let target = root.section("task").and_then(|task| task.get("target"));
    let target = target.and_then(|target| Some((target.parsed::<String>()?, target.range)));
    named.extend(target.clone());
    let ignored = data.list("ignore").unwrap_or_default();
    for column in ignored {
        let Some(name) = column.parsed::<String>() else {
            continue;
        };
        match &target {
            Some((target, range)) if *target == name => problems.push(
                Diagnostic::new(
                    Code::Conflict,
                    column.range,
                    format!("the target `{target}` is ignored"),
                    "leave it out here: the target is never a feature",
                )
                .related(*range, "the target"),
            ),
            _ => named.push((name, column.range)),
        }
    }
    let missing = data.map("missing").unwrap_or_default().iter();
    let of_columns = missing.filter(|(key, _)| key.text != Missing::ALL);
    named.extend(of_columns.map(|(key, _)| (key.text.clone(), key.range)));
    named.extend(dealing_columns(root));
    let Some(known) = data.map("columns").filter(|known| !known.is_empty()) else {
        return;
    };
    for (name, range) in named {
        problems.extend(unknown_column(&name, range, known));
    }
}

fn unknown_column(
    name: &str,
    range: SourceRange,
    known: &[(Key, super::Spanned)],
) -> Option<Diagnostic> {
    let mut names = known.iter().map(|(key, _)| key.text.as_str());
    if names.clone().any(|known| known == name) {
        return None;
    }
    let label = match nearest(name, names.clone()) {
        Some(meant) => format!("did you mean `{meant}`?"),
        None => "not one of `data.columns`".to_owned(),
    };
    let first = names.by_ref().take(10).collect::<Vec<_>>().join("`, `");
    let more = if names.next().is_some() { ", ..." } else { "" };
    let message = format!("unknown column `{name}`");
    let problem = Diagnostic::new(Code::UnknownColumn, range, message, label);
    Some(problem.hint(format!("columns: `{first}`{more}")))
}

/// Without a header the file must name the columns.
fn header(root: &Section, problems: &mut Vec<Diagnostic>) {
    let Some(data) = root.section("data") else {
        return;
    };
    let Some(header) = data.section("csv").and_then(|csv| csv.get("header")) else {
        return;
    };
    let none = data.map("columns").is_some_and(<[_]>::is_empty);
    if matches!(header.item, Item::Boolean(false)) && none {
        problems.push(
            Diagnostic::new(
                Code::Conflict,
                header.range,
                "without a header `data.columns` must name the columns",
                "no header",
            )
            .hint("write `columns: { age: number, sex: category }` in the order of the file"),
        );
    }
}

/// Cells and decimals are told apart.
fn delimiter(root: &Section, problems: &mut Vec<Diagnostic>) {
    let csv = root.section("data").and_then(|data| data.section("csv"));
    let Some(csv) = csv else { return };
    let (Some(delimiter), Some(decimal)) = (csv.get("delimiter"), csv.get("decimal")) else {
        return;
    };
    if delimiter.parsed::<char>() == decimal.parsed::<char>() {
        problems.push(
            Diagnostic::new(
                Code::Conflict,
                decimal.range,
                "`delimiter` and `decimal` are the same character",
                "a cell cannot be told from a decimal",
            )
            .hint("with a decimal comma cells are mostly separated by `\";\"`"),
        );
    }
}

/// A map of labels gives two classes.
fn positive(root: &Section, problems: &mut Vec<Diagnostic>) {
    let Some(value) = root.section("task").and_then(|task| task.get("positive")) else {
        return;
    };
    let Item::Map(labels) = &value.item else {
        return;
    };
    let mut classes: Vec<String> = labels
        .iter()
        .filter_map(|(_, class)| class.parsed())
        .collect();
    classes.sort();
    classes.dedup();
    if classes.len() != 2 {
        let message = "`task.positive` must map labels to two classes";
        let label = format!("{} here", count(classes.len(), "class", "classes"));
        problems.push(Diagnostic::new(Code::Conflict, value.range, message, label));
    }
}

/// Something is left for training.
fn shares(root: &Section, problems: &mut Vec<Diagnostic>) {
    let Some(split) = root.section("split") else {
        return;
    };
    let (Some(test), Some(validation)) = (split.get("test"), split.get("validation")) else {
        return;
    };
    let (Some(first), Some(second)) = (test.parsed::<Share>(), validation.parsed::<Share>()) else {
        return;
    };
    let left = first.checked_add(second).map(Share::rest);
    if left.is_none_or(|left| left == Share::NONE) {
        problems.push(
            Diagnostic::new(
                Code::EmptyTraining,
                validation.range,
                "the split leaves nothing for training",
                format!("validation {second}"),
            )
            .related(test.range, format!("test {first}"))
            .hint("test and validation together must be below 100 %"),
        );
    }
}

/// No candidate stands twice.
fn candidates(root: &Section, problems: &mut Vec<Diagnostic>) {
    let candidates = root.list("models").unwrap_or_default();
    let mut seen: Vec<(Family, SourceRange)> = Vec::new();
    for candidate in candidates {
        let Item::Variant(name, section) = &candidate.item else {
            continue;
        };
        // One with a problem of its own is not compared.
        let Some(family) = Family::read(name, section) else {
            continue;
        };
        match seen.iter().find(|(known, _)| *known == family) {
            Some(&(_, first)) => problems.push(
                Diagnostic::new(
                    Code::SameCandidate,
                    candidate.range,
                    format!("`{name}` stands twice with the same hyperparameters"),
                    "again here",
                )
                .related(first, "first here"),
            ),
            None => seen.push((family, candidate.range)),
        }
    }
    if let Some(beyond) = candidates.get(MAX_CANDIDATES) {
        problems.push(Diagnostic::new(
            Code::OutOfRange,
            beyond.range,
            format!("`models` must have at most {MAX_CANDIDATES} candidates"),
            format!("of {}", candidates.len()),
        ));
    }
}

/// A deployment deploys something.
fn deploy(root: &Section, problems: &mut Vec<Diagnostic>) {
    let Some(deploy) = root.section("deploy") else {
        return;
    };
    if deploy.entries.is_empty()
        && !problems
            .iter()
            .any(|known| is_within(known, root, "deploy"))
    {
        problems.push(
            Diagnostic::new(
                Code::Conflict,
                deploy.range,
                "`deploy` deploys nothing",
                "neither `endpoint` nor `batch`",
            )
            .hint("leave `deploy` out, or write `endpoint: {}`"),
        );
    }
}

/// Whether a problem has been reported inside the value of a key: then what is absent was wrong, not left out.
fn is_within(problem: &Diagnostic, root: &Section, key: &str) -> bool {
    let (Some(range), Some(value)) = (problem.range, root.get(key)) else {
        return false;
    };
    value.range.start <= range.start && range.end <= value.range.end
}

/// Traffic is a rate or a trace, and a trace says how it is read.
fn traffic(root: &Section, problems: &mut Vec<Diagnostic>) {
    let Some(traffic) = root.section("traffic") else {
        return;
    };
    if problems
        .iter()
        .any(|known| is_within(known, root, "traffic"))
    {
        return;
    }
    let conflict = |range, message: &str, label: &str| {
        Diagnostic::new(Code::Conflict, range, message, label).hint(
            "write `{ rate: 20 /s }` or `{ trace: traffic.csv, column: requests, every: 1 min }`",
        )
    };
    let steady = traffic.get("rate");
    let trace = ["trace", "column", "every"].map(|key| traffic.get(key));
    match steady {
        None if trace.iter().any(Option::is_none) => problems.push(conflict(
            traffic.range,
            "`traffic` needs a `rate`, or a `trace` with `column` and `every`",
            "neither is whole",
        )),
        Some(rate) if trace.iter().any(Option::is_some) => problems.push(conflict(
            rate.range,
            "`traffic` takes a `rate` or a `trace`, not both",
            "a rate beside a trace",
        )),
        _ => {}
    }
}

/// Some weight counts.
fn weights(root: &Section, problems: &mut Vec<Diagnostic>) {
    let Some(minimize) = root
        .section("goals")
        .and_then(|goals| goals.section("minimize"))
    else {
        return;
    };
    let Some(weights) = minimize.section("weights") else {
        return;
    };
    some_weight(
        weights,
        &["cost", "time", "carbon"],
        "nothing is minimized",
        problems,
    );
}

/// Some column of a comparison counts.
fn score_weights(root: &Section, problems: &mut Vec<Diagnostic>) {
    let weights = root
        .section("compare")
        .and_then(|compare| compare.section("weights"));
    if let Some(weights) = weights {
        let columns = [
            "training_time",
            "latency",
            "cost",
            "utilization",
            "scalability",
        ];
        some_weight(weights, &columns, "nothing is scored", problems);
    }
}

fn some_weight(weights: &Section, keys: &[&str], label: &str, problems: &mut Vec<Diagnostic>) {
    if keys.iter().all(|key| weights.number(key) == Some(0.0)) {
        problems.push(Diagnostic::new(
            Code::Conflict,
            weights.range,
            "one weight at least must be above 0",
            label,
        ));
    }
}

fn count(number: usize, one: &str, many: &str) -> String {
    format!("{number} {}", if number == 1 { one } else { many })
}
