//! Rules of forecasts: what describes them, how a series is cut, and what can be made of its hours.

use super::{Item, Section, Spanned};
use crate::domain::{Cut, Date, Forecast, ScoreName, SplitBy, TaskKind};
use crate::{Code, Diagnostic, SourceRange};

/// The network that looks back over hours.
const NETWORK: &str = "lstm";
/// A state comes in so many numbers.
const LANES: i64 = 16;

/// Checks every rule.
pub(crate) fn check_forecast(root: &Section, problems: &mut Vec<Diagnostic>) {
    let Some(task) = root.section("task") else {
        return;
    };
    // A kind that is wrong has been reported; what depends on it cannot be judged.
    let Some(kind) = task.parsed::<TaskKind>("kind") else {
        return;
    };
    described(task, kind, problems);
    split(root, kind, problems);
    let forecast = task
        .section("forecast")
        .filter(|_| kind == TaskKind::Forecast);
    scores(root, forecast, problems);
    if let Some(section) = forecast {
        columns(root, section, problems);
        accepted(root, problems);
        networks(root, section, problems);
    }
}

/// The kind and the section come together.
fn described(task: &Section, kind: TaskKind, problems: &mut Vec<Diagnostic>) {
    let section = task.get("forecast");
    let mut report = |range, message: &str, label: &str, hint: &str| {
        problems.push(Diagnostic::new(Code::NoForecast, range, message, label).hint(hint));
    };
    match (kind == TaskKind::Forecast, section) {
        (true, None) => {
            let range = task.get("kind").map_or(task.range, |kind| kind.range);
            report(
                range,
                "a forecast needs `task.forecast`",
                "of which time, and how far ahead",
                "write `forecast: { time: time, horizon: 1 h }` below `task`",
            );
        }
        (false, Some(section)) => report(
            section.range,
            "`task.forecast` has no meaning for another kind of task",
            "not a forecast",
            "write `kind: forecast`, or remove the key",
        ),
        _ => {}
    }
}

/// A series is cut by time, and only a series is.
fn split(root: &Section, kind: TaskKind, problems: &mut Vec<Diagnostic>) {
    let Some(split) = root.section("split") else {
        return;
    };
    let mut report = |range, message: String, label: &str, hint: &str| {
        problems.push(Diagnostic::new(Code::SplitOfSeries, range, message, label).hint(hint));
    };
    let is_series = kind == TaskKind::Forecast;
    if let Some(by) = split.get("by")
        && let Some(found) = SplitBy::read(by)
        && is_series != (found == SplitBy::Series)
    {
        let (message, hint) = match found.column() {
            _ if !is_series => (
                format!("a {kind} has no time to be split by"),
                "write `{ time: COLUMN }`, remove `by`, or write `task.kind: forecast`",
            ),
            Some(column) => (
                format!("a forecast is split by its own time, not by `{column}`"),
                "remove `by`: a forecast is tested on what lies after",
            ),
            None => (
                format!("a forecast is split by time, not `{}`", found.name()),
                "remove `by`: a forecast is tested on what lies after",
            ),
        };
        report(by.range, message, "does not fit the task", hint);
    }
    let cut = |name: &str| {
        split
            .get(name)
            .and_then(|value| Some((value.parsed::<Cut>()?, value.range)))
    };
    let (Some((test, place)), Some((validation, other))) = (cut("test"), cut("validation")) else {
        return;
    };
    let dates = (validation.date(), test.date());
    match dates {
        (None, None) => {}
        _ if !is_series => report(
            if dates.1.is_some() { place } else { other },
            format!("rows of a {kind} have no dates"),
            "a date",
            "write a share such as `20 %`",
        ),
        (Some(first), Some(second)) => order(first, second, place, &mut report),
        _ => report(
            place,
            "`split.validation` and `split.test` are both dates, or both shares".to_owned(),
            "one of each",
            "write `{ validation: 2004-12-01, test: 2005-02-01 }`, or shares",
        ),
    }
}

/// Validation comes before test.
fn order(
    validation: Date,
    test: Date,
    place: SourceRange,
    report: &mut dyn FnMut(SourceRange, String, &str, &str),
) {
    if validation >= test {
        let message = "`split.test` must begin after `split.validation`".to_owned();
        report(
            place,
            message,
            "not after it",
            "models are chosen on what lies before the test",
        );
    }
}

/// Scores of the gate at a horizon.
fn scores(root: &Section, forecast: Option<&Section>, problems: &mut Vec<Diagnostic>) {
    let horizons = forecast
        .and_then(Forecast::read)
        .map(|forecast| forecast.horizons);
    for (key, _) in root.map("gate").unwrap_or_default() {
        let Ok(ScoreName {
            horizon: Some(hours),
            ..
        }) = key.text.parse()
        else {
            continue;
        };
        let known = match (&horizons, forecast) {
            (Some(horizons), _) if !horizons.contains(&hours) => {
                let list = horizons.iter().map(|hours| format!("{hours} h"));
                format!(
                    "`task.forecast.horizon` has {}",
                    list.collect::<Vec<_>>().join(", ")
                )
            }
            (None, None) => "only a forecast has horizons".to_owned(),
            // A section with a problem of its own has been reported.
            _ => continue,
        };
        let message = format!(
            "`gate.{}` is a score at {hours} h, which is not forecast",
            key.text
        );
        problems.push(
            Diagnostic::new(Code::OtherHorizon, key.range, message, "of another horizon")
                .hint(known),
        );
    }
}

/// Columns of time are neither the target nor left out, and hours ahead are told once.
fn columns(root: &Section, forecast: &Section, problems: &mut Vec<Diagnostic>) {
    let target: Option<String> = root.section("task").and_then(|task| task.parsed("target"));
    let ignored = root
        .section("data")
        .and_then(|data| data.texts("ignore"))
        .unwrap_or_default();
    let mut report = |range, message: String, label: &str| {
        problems.push(Diagnostic::new(Code::NoSeries, range, message, label));
    };
    let mut seen: Vec<String> = Vec::new();
    for value in forecast.list("time").unwrap_or_default() {
        let Some(name) = value.parsed::<String>() else {
            continue;
        };
        if target.as_ref() == Some(&name) {
            report(
                value.range,
                format!("`{name}` is the target and the time of a row"),
                "also the target",
            );
        } else if ignored.contains(&name) {
            report(
                value.range,
                format!("`{name}` is the time of a row, and left out by `data.ignore`"),
                "also ignored",
            );
        } else if seen.contains(&name) {
            report(
                value.range,
                format!("`{name}` stands twice in `task.forecast.time`"),
                "again here",
            );
        }
        seen.push(name);
    }
    for name in ["horizon", "lags"] {
        let mut seen: Vec<crate::domain::WholeHours> = Vec::new();
        for value in forecast.list(name).unwrap_or_default() {
            let Some(hours) = value.parsed() else {
                continue;
            };
            if seen.contains(&hours) {
                report(
                    value.range,
                    format!("{hours} stands twice in `task.forecast.{name}`"),
                    "again here",
                );
            }
            seen.push(hours);
        }
    }
}

/// What the checks of rows find is not looked for in hours, and hours have no groups.
fn accepted(root: &Section, problems: &mut Vec<Diagnostic>) {
    let given = |key| root.section("data").and_then(|data| data.given(key));
    for key in ["accept", "group"] {
        let Some(value) = given(key) else {
            continue;
        };
        let message = format!("`data.{key}` has no meaning for a forecast");
        problems.push(Diagnostic::new(
            Code::NoMeaning,
            value.range,
            message,
            "leave it out",
        ));
    }
}

/// Networks have a state of whole vectors, and no more hours than they are given.
fn networks(root: &Section, forecast: &Section, problems: &mut Vec<Diagnostic>) {
    let known = Forecast::read(forecast).map(|forecast| i64::from(forecast.history()));
    for candidate in root.list("models").unwrap_or_default() {
        let Item::Variant(NETWORK, section) = &candidate.item else {
            continue;
        };
        // A default has no place of its own.
        let place = |name: &str, value: &Spanned| {
            section.given(name).map_or(candidate.range, |_| value.range)
        };
        if let Some(value) = section.get("hidden_size")
            && matches!(value.item, Item::Integer(size) if size % LANES != 0)
        {
            let message = format!("`models.lstm.hidden_size` must be a multiple of {LANES}");
            problems.push(Diagnostic::new(
                Code::NoSeries,
                place("hidden_size", value),
                message,
                "not one",
            ));
        }
        let Some((value, known)) = section.get("window").zip(known) else {
            continue;
        };
        if let Item::Integer(hours) = value.item
            && hours > known
        {
            let message =
                format!("the network looks back {hours} hours, and a forecast is given {known}");
            problems.push(
                Diagnostic::new(
                    Code::NoSeries,
                    place("window", value),
                    message,
                    "longer than what is known",
                )
                .hint("a longer lag gives it more hours, a shorter `window` needs fewer"),
            );
        }
    }
}
