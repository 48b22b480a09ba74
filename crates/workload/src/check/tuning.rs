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
    searches(tune, problems);
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
        let strategy = strategy(tune, &candidate.text);
        problems.extend(cannot(candidate, family, strategy));
        if let Family::Script(script) = family {
            let metrics = script.metrics.keys().cloned().collect();
            objective(root, candidate, &metrics, problems);
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
            check_range(strategy, family, (name, range), problems);
        }
    }
}

/// The search of all, and those of candidates that are tuned.
fn searches(tune: &Section, problems: &mut Vec<Diagnostic>) {
    search(tune, (tune, "tune"), problems);
    let tuned = tune.map("ranges").unwrap_or_default();
    for (candidate, own) in tune.map("candidates").unwrap_or_default() {
        if !tuned.iter().any(|(name, _)| name.text == candidate.text) {
            let names = tuned.iter().map(|(name, _)| name.text.as_str());
            problems.push(unknown("tuned candidate", candidate, names));
        }
        if let Item::Section(own) = &own.item {
            let path = format!("tune.candidates.{}", candidate.text);
            search(tune, (own, &path), problems);
        }
    }
}

/// Why a family cannot be tuned, or not so.
fn cannot(candidate: &Key, family: &Family, strategy: Option<TuneStrategy>) -> Option<Diagnostic> {
    let name = &candidate.text;
    let conflict = |message: String, label: &str| {
        Diagnostic::new(Code::Conflict, candidate.range, message, label.to_owned())
    };
    match family {
        Family::Onnx(_) => Some(conflict(
            format!("`{name}` is a model that exists and is never trained"),
            "nothing to tune",
        )),
        Family::Script(_) => None,
        _ if strategy == Some(TuneStrategy::Hyperband) => Some(
            conflict(
                format!("`{name}` cannot be tuned with `hyperband`"),
                "it prints its score once, at its end",
            )
            .hint("`hyperband` stops scripts that print the score every epoch"),
        ),
        _ => None,
    }
}

/// The strategy of a candidate.
fn strategy(tune: &Section, candidate: &str) -> Option<TuneStrategy> {
    let own = tune.map("candidates").unwrap_or_default().iter();
    let own = own
        .filter(|(name, _)| name.text == candidate)
        .find_map(|(_, own)| match &own.item {
            Item::Section(own) => own.parsed("strategy"),
            _ => None,
        });
    own.or_else(|| tune.parsed("strategy"))
}

/// Trials and resource of a search: those of a candidate, where it has them, else those of all.
fn search(tune: &Section, (own, path): (&Section, &str), problems: &mut Vec<Diagnostic>) {
    let get = |name: &str| own.get(name).or_else(|| tune.get(name));
    let number = |name: &str| match get(name)?.item {
        Item::Integer(number) => Some(number),
        _ => None,
    };
    let strategy: Option<TuneStrategy> = get("strategy").and_then(Spanned::parsed);
    if let (Some(most), Some(parallel)) = (number("max_jobs"), number("max_parallel_jobs"))
        && parallel > most
        && strategy != Some(TuneStrategy::Grid)
        // What a candidate takes over is cut to its trials.
        && let Some(place) = own.get("max_parallel_jobs")
    {
        problems.push(Diagnostic::new(
            Code::Conflict,
            place.range,
            format!("`{path}.max_parallel_jobs` is more than `max_jobs`"),
            format!("there are {most} trials at most"),
        ));
    }
    let resource = get("resource");
    let conflict = |range, message: String, label: &str| {
        Diagnostic::new(Code::Conflict, range, message, label.to_owned())
    };
    match (strategy == Some(TuneStrategy::Hyperband), resource) {
        (true, None) => {
            let place = own.get("strategy").map_or(own.range, |found| found.range);
            let message = format!("`{path}` has the strategy `hyperband` and no `resource`");
            let hint = "write `resource: [1, 27]`: the fewest and the most values of the score";
            problems.push(conflict(place, message, "it stops trials between the two").hint(hint));
        }
        (false, Some(found)) if own.get("resource").is_some() => problems.push(conflict(
            found.range,
            format!("`{path}.resource` is for the strategy `hyperband`"),
            "nothing is stopped early",
        )),
        (true, Some(found)) => {
            let Item::List(ends) = &found.item else {
                return;
            };
            let ends: Vec<i64> = ends
                .iter()
                .filter_map(|end| match end.item {
                    Item::Integer(end) => Some(end),
                    _ => None,
                })
                .collect();
            if !matches!(ends[..], [least, most] if least <= most) {
                let message = format!("`{path}.resource` is not two numbers, the smaller first");
                problems.push(conflict(found.range, message, "expected `[least, most]`"));
            }
        }
        (false, _) => {}
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
    strategy: Option<TuneStrategy>,
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
    let grid = strategy == Some(TuneStrategy::Grid);
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
