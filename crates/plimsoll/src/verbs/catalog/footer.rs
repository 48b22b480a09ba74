//! Where the prices of a page were read, when, and how old that is.

use std::collections::BTreeSet;

use catalog::{Snapshot, Source};
use serde_json::{Value, json};

use super::shelf::today;

/// Lines for people: each source once.
pub(super) fn lines<'a>(sources: impl IntoIterator<Item = (&'a str, &'a Source)>) -> String {
    let today = today();
    let all: BTreeSet<(&str, &Source)> = sources.into_iter().collect();
    let line = |(what, source): (&str, &Source)| {
        format!(
            "  {what}: {}, {} d old, {}",
            source.date,
            source.age_in_days(today),
            source.name
        )
    };
    all.into_iter().map(line).collect::<Vec<_>>().join("\n")
}

/// The sources of a snapshot with what they are of.
pub(super) fn of(snapshot: &Snapshot) -> Vec<(&'static str, &Source)> {
    let spot = snapshot.spot_source();
    let about = |estimated: bool| {
        if estimated {
            "spot (~ estimated)"
        } else {
            "spot"
        }
    };
    let spot = spot.map(|spot| (about(spot.estimated), &spot.source));
    let on_demand = Some(("on demand", snapshot.source()));
    on_demand.into_iter().chain(spot).collect()
}

/// The same as JSON.
pub(super) fn json<'a>(sources: impl IntoIterator<Item = (&'a str, &'a Source)>) -> Value {
    let today = today();
    let all: BTreeSet<(&str, &Source)> = sources.into_iter().collect();
    all.into_iter()
        .map(|(what, source)| json!({"of": what, "date": source.date.to_string(), "age_days": source.age_in_days(today), "source": source.name}))
        .collect()
}
