//! Rows that say when they are, dealt at random: training rows are then later than test rows, and a model knows the future.

use steps::{Check, Finding, SplitBy};

use super::{Data, Found, cells, percent};
use crate::rows::iso;
use crate::split::Part;

pub(super) fn check(data: Data<'_>, by: &SplitBy) -> Vec<Found> {
    let Some(times) = &data.survey.times else {
        return Vec::new();
    };
    if matches!(by, SplitBy::Time(_)) {
        return Vec::new();
    }
    let of = |part: Part| {
        let rows = times.of.iter().zip(data.parts);
        let rows = rows.filter(move |(moment, of)| **of == part && !moment.is_nan());
        rows.map(|(moment, _)| *moment)
    };
    let Some(first) = of(Part::Test).reduce(f64::min) else {
        return Vec::new();
    };
    let later = of(Part::Train).filter(|moment| *moment > first).count() as u64;
    let all = of(Part::Train).count() as u64;
    if later == 0 {
        return Vec::new();
    }
    let line = |part: Part| {
        let (rows, low) = (of(part).count(), of(part).reduce(f64::min)?);
        let high = of(part).reduce(f64::max)?;
        Some(cells([
            part.name(),
            &rows.to_string(),
            &iso(low),
            &iso(high),
        ]))
    };
    let name = data.name(times.column);
    let message = format!(
        "{} of the training rows are later than the first test row, by `{name}`; `split: {{ by: {{ time: {name} }} }}` tests \
         on the latest",
        percent(later, all)
    );
    vec![Found {
        finding: Finding {
            check: Check::Time,
            column: Some(name),
            message,
            header: cells(["part", "rows", "from", "to"]),
            rows: Part::ALL.into_iter().filter_map(line).collect(),
        },
        ends: false,
    }]
}
