//! Blends of two designs, for people.

use plan::blend::Blend;

use super::matrix::{cents, seconds};
use super::summary::{indent, table};

/// Shares of the work by the first of two designs.
pub(crate) fn blends(names: (&str, &str), all: &[Blend]) -> String {
    let mut shown = table(&[
        names.0,
        names.1,
        "USD/month",
        "training, beside",
        "one after the other",
        "utilization",
    ]);
    for blend in all {
        let percent = blend.share.ppm() / 10_000;
        shown.add_row(vec![
            format!("{percent} %"),
            format!("{} %", 100 - percent),
            cents(blend.cost),
            seconds(blend.parallel_training.as_seconds()),
            seconds(blend.serial_training.as_seconds()),
            blend
                .utilization
                .map_or_else(|| "-".to_owned(), |share| format!("{:.2} %", share * 100.0)),
        ]);
    }
    indent(&shown)
}
