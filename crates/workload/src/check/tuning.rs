//! Rules of `tune`: candidates and hyperparameters that are there, ranges that can be searched, an objective that is printed.

use std::collections::BTreeSet;

use super::{Item, Section, Spanned, nearest};
use crate::domain::{Family, TuneRange, TuneScale, TuneStrategy};
use crate::fields::{self, Field, Kind};
use crate::tree::Key;
use crate::{Code, Diagnostic};

/// Hyperparameters that a search may have, by AWS's limit.
const PARAMETERS: usize = 30;
/// Values of one hyperparameter, by AWS's limit.
const VALUES: usize = 30;

pub(super) fn tuning(root: &Section, problems: &mut Vec<Diagnostic>) {
    let Some(tune) = root.section("tune") else {
        return;
    };
    if let (Some(most), Some(parallel)) = (
        tune.integer::<i64>("max_jobs"),
        tune.get("max_parallel_jobs"),
    ) && matches!(parallel.item, Item::Integer(parallel) if parallel > most)
        && tune.parsed("strategy") != Some(TuneStrategy::Grid)
    {
        problems.push(Diagnostic::new(
            Code::Conflict,
            parallel.range,
            "`tune.max_parallel_jobs` is more than `tune.max_jobs`",
            format!("there are {most} trials at most"),
        ));
    }
    let families = families(root);
    for (candidate, parameters) in tune.map("ranges").unwrap_or_default() {
        let Some((_, family)) = families.iter().find(|(name, _)| *name == candidate.text) else {
            problems.push(unknown(
                "candidate",
                candidate,
                families.iter().map(|(name, _)| name.as_str()),
            ));
            continue;
        };
        let Item::Map(entries) = &parameters.item else {
            continue;
        };
        match family {
            Family::Onnx(_) => problems.push(Diagnostic::new(
                Code::Conflict,
                candidate.range,
                format!(
                    "`{}` is a model that exists and is never trained",
                    candidate.text
                ),
                "nothing to tune",
            )),
            Family::Script(script) => objective(
                root,
                candidate,
                &script.metrics.keys().cloned().collect(),
                problems,
            ),
            _ => {}
        }
        if entries.is_empty() || entries.len() > PARAMETERS {
            problems.push(Diagnostic::new(
                Code::OutOfRange,
                candidate.range,
                format!(
                    "`tune.ranges.{}` must have 1 to {PARAMETERS} hyperparameters",
                    candidate.text
                ),
                format!("{} here", entries.len()),
            ));
        }
        for (name, range) in entries {
            check_range(tune, family, (name, range), problems);
        }
    }
}

/// Candidates by the names that reading gives them.
fn families(root: &Section) -> Vec<(String, Family)> {
    crate::domain::Candidate::read_all(root)
        .unwrap_or_default()
        .into_iter()
        .map(|candidate| (candidate.name, candidate.family))
        .collect()
}

fn unknown<'a>(what: &str, key: &Key, known: impl Iterator<Item = &'a str> + Clone) -> Diagnostic {
    let label = match nearest(&key.text, known.clone()) {
        Some(meant) => format!("did you mean `{meant}`?"),
        None => "not known".to_owned(),
    };
    let names = known.collect::<Vec<_>>().join("`, `");
    Diagnostic::new(
        Code::UnknownKey,
        key.range,
        format!("unknown {what} `{}`", key.text),
        label,
    )
    .hint(format!("{what}s: `{names}`"))
}

/// A script prints the score that is chosen by, under a name of its own.
fn objective(
    root: &Section,
    candidate: &Key,
    metrics: &BTreeSet<String>,
    problems: &mut Vec<Diagnostic>,
) {
    let select = root.section("select");
    let Some(metric) = select.and_then(|select| select.parsed::<String>("metric")) else {
        return;
    };
    let wanted = format!("validation:{metric}");
    if !metrics.contains(&wanted) {
        problems.push(
            Diagnostic::new(
                Code::Conflict,
                candidate.range,
                format!("`{}` has no metric `{wanted}` to be tuned by", candidate.text),
                "the score of `select.metric`",
            )
            .hint(format!("write `metrics: {{ \"{wanted}\": \"{metric}=([0-9.]+)\" }}` in the script, and print it")),
        );
    }
}

fn check_range(
    tune: &Section,
    family: &Family,
    (name, item): (&Key, &Spanned),
    problems: &mut Vec<Diagnostic>,
) {
    let known = fields::hyperparameters(family.name());
    let field = known.and_then(|known| known.iter().find(|field| field.name == name.text));
    if let (Some(known), None) = (known, field) {
        problems.push(unknown(
            "hyperparameter",
            name,
            known.iter().map(|field| field.name),
        ));
        return;
    }
    let refuse = |message: String, label: &str| {
        let message = format!("the range of `{}` {message}", name.text);
        Diagnostic::new(Code::InvalidValue, item.range, message, label.to_owned())
    };
    let Some(range) = TuneRange::read(item, field.map(fields::is_whole)) else {
        problems.push(refuse(
            "is not two numbers".to_owned(),
            "expected `[low, high]`",
        ));
        return;
    };
    let grid = tune.parsed("strategy") == Some(TuneStrategy::Grid);
    let problem = match &range {
        TuneRange::Values(values) => {
            let distinct: BTreeSet<&String> = values.iter().collect();
            let bad = field.and_then(|field| values.iter().find(|value| !accepts(field, value)));
            match bad {
                Some(bad) => Some(refuse(
                    format!("has `{bad}`, which it cannot be"),
                    "not a value of it",
                )),
                None if distinct.len() < values.len() || values.len() > VALUES => Some(refuse(
                    format!("needs 1 to {VALUES} distinct values"),
                    "not distinct, or too many",
                )),
                None => None,
            }
        }
        TuneRange::Numbers { .. } if grid => Some(refuse(
            "must be `{ values: [...] }` for the strategy `grid`".to_owned(),
            "a range of numbers",
        )),
        TuneRange::Numbers {
            low,
            high,
            whole,
            scale,
        } => {
            let why = numbers((low, high), (*whole, *scale), field);
            why.map(|(message, label)| refuse(message, label))
        }
    };
    problems.extend(problem);
}

fn numbers(
    (low, high): (&str, &str),
    (whole, scale): (bool, TuneScale),
    field: Option<&Field>,
) -> Option<(String, &'static str)> {
    let (Ok(least), Ok(most)) = (low.parse::<f64>(), high.parse::<f64>()) else {
        return Some(("is not two numbers".to_owned(), "expected `[low, high]`"));
    };
    if whole && (low.parse::<i64>().is_err() || high.parse::<i64>().is_err()) {
        return Some((
            "must have whole ends".to_owned(),
            "a whole number is searched",
        ));
    }
    if least >= most {
        return Some((
            format!("is upside down: {low} to {high}"),
            "the first must be the smaller",
        ));
    }
    match scale {
        TuneScale::Logarithmic if least <= 0.0 => {
            return Some((
                "must be above 0 for `log`".to_owned(),
                "there is no logarithm of it",
            ));
        }
        TuneScale::ReverseLogarithmic if least < 0.0 || most >= 1.0 || whole => {
            return Some((
                "must lie in `0 <= x < 1` for `reverse_log`".to_owned(),
                "outside",
            ));
        }
        _ => {}
    }
    let field = field?;
    for end in [low, high] {
        if !accepts(field, end) {
            let message = format!("ends at {end}, which `{}` cannot be", field.name);
            return Some((message, "outside of what is allowed"));
        }
    }
    None
}

/// Whether a text is a value of a hyperparameter.
fn accepts(field: &Field, text: &str) -> bool {
    match &field.kind {
        Kind::Integer { least, most } => text
            .parse::<i64>()
            .is_ok_and(|value| (*least..=*most).contains(&value)),
        Kind::Number { least, most } => text
            .parse::<f64>()
            .is_ok_and(|value| (*least..=*most).contains(&value)),
        Kind::Boolean => ["true", "false"].contains(&text),
        Kind::Choice(choices) => choices.now.contains(&text),
        Kind::Form(form) => (form.accepts)(text).is_ok(),
        _ => false,
    }
}
