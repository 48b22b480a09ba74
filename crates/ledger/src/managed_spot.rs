//! What managed spot training saved.

use units::{Share, Span};

/// The saving that SageMaker shows: one less the billable time over the training time, rounded down to a millionth.
///
/// None where nothing was trained, or where more was billed than was trained.
///
/// ```
/// let saving = ledger::managed_spot_saving("1000 s".parse()?, "300 s".parse()?).unwrap();
/// assert_eq!(saving.to_string(), "70 %");
/// # Ok::<(), units::ParseError>(())
/// ```
pub fn managed_spot_saving(training: Span, billable: Span) -> Option<Share> {
    let (training, billable) = (u128::from(training.nanos()), u128::from(billable.nanos()));
    if training == 0 || billable > training {
        return None;
    }
    let ppm = (training - billable) * 1_000_000 / training;
    Share::from_ppm(u32::try_from(ppm).ok()?)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_saving_is_what_was_not_billed() {
        let cases = [
            ("3600 s", "1080 s", Some("70 %")),
            ("3 s", "1 s", Some("66.6666 %")),
            ("1 h", "1 h", Some("0 %")),
            ("1 h", "0 s", Some("100 %")),
            ("0 s", "0 s", None),
            ("1 h", "61 min", None),
        ];
        for (training, billable, expected) in cases {
            let saving = managed_spot_saving(training.parse().unwrap(), billable.parse().unwrap());
            let shown = saving.map(|share| share.to_string());
            assert_eq!(shown.as_deref(), expected, "{training} {billable}");
        }
    }
}
