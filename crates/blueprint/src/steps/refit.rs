//! Refit: the chosen candidate again, on train and validation rows.

use crate::state::{States, channel, find, keep, training};
use crate::steps::prepare::part;

pub(crate) const FIRST: &str = "FindRefit";
/// Bumped with Train's: the same rows and hyperparameters give another model.
pub(crate) const ALGORITHM: u32 = super::train::ALGORITHM;

pub(crate) fn states(next: &str) -> States {
    // Every channel whose name begins with `train` holds rows to fit on.
    let channels = [
        channel("train", &part("train")),
        channel("train_validation", &part("validation")),
    ];
    let path = "$.out.Select.answer.hyperparameters";
    vec![
        (
            FIRST.to_owned(),
            find("Refit", "$.out.Refit", next, "Refit"),
        ),
        (
            "Refit".to_owned(),
            training("Refit", path, &channels, "$.out.Refit", "KeepRefit"),
        ),
        ("KeepRefit".to_owned(), keep("Refit", "$.out.Refit", next)),
    ]
}
