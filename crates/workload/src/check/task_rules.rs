//! Rules that join the kind of the task with what else the file says.

use super::{Item, Section};
use crate::domain::{ColumnType, Family, Metric, ScoreName, TaskKind};
use crate::{Code, Diagnostic, SourceRange};

/// Checks every rule of the task.
pub(crate) fn check_task(root: &Section, problems: &mut Vec<Diagnostic>) {
    // A kind that is wrong has been reported; what depends on it cannot be judged.
    let Some(kind) = root
        .section("task")
        .and_then(|task| task.parsed::<TaskKind>("kind"))
    else {
        return;
    };
    target(root, kind, problems);
    classes(root, kind, problems);
    families(root, kind, problems);
    metrics(root, kind, problems);
}

fn conflict(range: SourceRange, message: String, label: &str) -> Diagnostic {
    Diagnostic::new(Code::Conflict, range, message, label)
}

/// A number is no category.
fn target(root: &Section, kind: TaskKind, problems: &mut Vec<Diagnostic>) {
    let name: Option<String> = root.section("task").and_then(|task| task.parsed("target"));
    let columns = root.section("data").and_then(|data| data.map("columns"));
    let (Some(name), Some(columns)) = (name, columns) else {
        return;
    };
    if kind == TaskKind::Classification {
        return;
    }
    let column = columns.iter().find(|(key, _)| key.text == name);
    if let Some((_, given)) = column
        && given.parsed() == Some(ColumnType::Category)
    {
        let message = format!("the target `{name}` is a category, and a {kind} predicts a number");
        problems.push(
            conflict(given.range, message, "not a number")
                .hint("write `number`, or leave `task.kind` at `classification`"),
        );
    }
}

/// Only classes have shares to keep, and others to be told from.
fn classes(root: &Section, kind: TaskKind, problems: &mut Vec<Diagnostic>) {
    if kind == TaskKind::Classification {
        return;
    }
    if let Some(positive) = root.section("task").and_then(|task| task.get("positive")) {
        let message = format!("`task.positive` makes two classes, and a {kind} predicts a number");
        problems.push(
            conflict(positive.range, message, "there are no classes")
                .hint("remove `positive`, or leave `task.kind` at `classification`"),
        );
    }
    if let Some(stratify) = root
        .section("split")
        .and_then(|split| split.get("stratify"))
        && matches!(stratify.item, Item::Boolean(true))
    {
        let message = format!("`split.stratify` keeps shares of classes, and a {kind} has none");
        problems.push(
            conflict(stratify.range, message, "there are no classes")
                .hint("remove `stratify`: rows are dealt by the hash of their number"),
        );
    }
}

/// Each candidate learns what is asked for.
fn families(root: &Section, kind: TaskKind, problems: &mut Vec<Diagnostic>) {
    for candidate in root.list("models").unwrap_or_default() {
        let Item::Variant(name, section) = &candidate.item else {
            continue;
        };
        // One with a problem of its own has been reported.
        let Some(family) = Family::read(name, section) else {
            continue;
        };
        if !family.learns(kind) {
            let what = if matches!(family, Family::Lstm(_)) {
                "a series"
            } else {
                others(kind)
            };
            let message = format!("`{name}` learns {what}, and the task is a {kind}");
            problems.push(
                conflict(candidate.range, message, "of another kind of task")
                    .hint(format!("families of a {kind}: `{}`", learners(kind))),
            );
        } else if kind != TaskKind::Classification && family.class_weight().weighs() {
            let range = section
                .get("class_weight")
                .map_or(candidate.range, |weight| weight.range);
            let message = format!("`class_weight` weighs classes, and a {kind} has none");
            problems.push(conflict(range, message, "there are no classes").hint("remove the key"));
        }
    }
}

/// What tasks of another kind predict.
const fn others(kind: TaskKind) -> &'static str {
    match kind {
        TaskKind::Classification => "numbers",
        TaskKind::Regression => "classes",
        TaskKind::Forecast => "no series",
    }
}

/// Names of the families that learn what a task asks for.
fn learners(kind: TaskKind) -> String {
    match kind {
        TaskKind::Classification => {
            "logistic_regression`, `random_forest`, `gradient_boosting`, `script`, `onnx"
        }
        TaskKind::Regression => {
            "linear_regression`, `ridge`, `random_forest`, `gradient_boosting`, `script`, `onnx"
        }
        TaskKind::Forecast => {
            "linear_regression`, `ridge`, `random_forest`, `gradient_boosting`, `lstm"
        }
    }
    .to_owned()
}

/// Each metric scores what is learned.
fn metrics(root: &Section, kind: TaskKind, problems: &mut Vec<Diagnostic>) {
    let select = root
        .section("select")
        .and_then(|select| select.get("metric"));
    let mut named: Vec<(Metric, SourceRange)> = Vec::new();
    named.extend(select.and_then(|metric| Some((metric.parsed()?, metric.range))));
    for (key, _) in root.map("gate").unwrap_or_default() {
        let score = key.text.parse::<ScoreName>().ok();
        named.extend(score.map(|score| (score.metric, key.range)));
    }
    for reference in root.list("references").unwrap_or_default() {
        if let Item::Section(section) = &reference.item
            && let Some(metric) = section.get("metric")
        {
            let score = metric.parsed::<ScoreName>();
            named.extend(score.map(|score| (score.metric, metric.range)));
        }
    }
    for (metric, range) in named {
        if metric.scores(kind) {
            continue;
        }
        let names = Metric::NAMES
            .iter()
            .filter(|name| name.parse().is_ok_and(|metric: Metric| metric.scores(kind)));
        let names: Vec<&str> = names.copied().collect();
        let what = if metric == Metric::Mase {
            "forecasts"
        } else {
            others(kind)
        };
        let message = format!("`{metric}` scores {what}, and the task is a {kind}");
        problems.push(
            conflict(range, message, "of another kind of task")
                .hint(format!("scores of a {kind}: `{}`", names.join("`, `"))),
        );
    }
}
