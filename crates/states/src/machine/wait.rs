//! `Wait`: waits for a time or until a moment.

use jiff::Timestamp;

use super::Fields;
use crate::limits;
use crate::path::Path;
use crate::timestamp;

/// The fields of a Wait state.
#[derive(Debug)]
pub(crate) struct Wait {
    pub(crate) until: Until,
}

/// What a Wait state waits for.
#[derive(Debug)]
pub(crate) enum Until {
    Seconds(u64),
    SecondsPath(Path),
    Timestamp(Timestamp),
    TimestampPath(Path),
}

pub(super) fn wait(fields: &mut Fields<'_>) -> Option<Wait> {
    const NAMES: [&str; 4] = ["Seconds", "SecondsPath", "Timestamp", "TimestampPath"];
    if NAMES.iter().filter(|name| fields.has(name)).count() != 1 {
        let message = format!("A Wait state must have exactly one of {}", NAMES.join(", "));
        fields.problems().schema(fields.pointer(), message);
    }
    let seconds = fields
        .integer("Seconds", 0, limits::FIELD_SECONDS)
        .map(Until::Seconds);
    let seconds_path = fields.path("SecondsPath").map(Until::SecondsPath);
    let timestamp = literal_timestamp(fields).map(Until::Timestamp);
    let timestamp_path = fields.path("TimestampPath").map(Until::TimestampPath);
    seconds
        .or(seconds_path)
        .or(timestamp)
        .or(timestamp_path)
        .map(|until| Wait { until })
}

fn literal_timestamp(fields: &mut Fields<'_>) -> Option<Timestamp> {
    let text = fields.string("Timestamp")?;
    let moment = timestamp::parse(text);
    if moment.is_none() {
        fields.wrong("Timestamp", "String does not match RFC3339 timestamp");
    }
    moment
}
