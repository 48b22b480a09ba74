//! Whether two scores differ by more than the choice of test rows explains.

use serde::Serialize;

use super::Scored;

/// Half the width of a 95 % interval of a normal distribution, in standard deviations.
const WIDTH: f64 = 1.959_964;

/// What a difference means.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum Verdict {
    /// The very same evaluation: nothing was measured twice.
    SameEvaluation,
    /// Other test rows could explain it.
    WithinNoise,
    /// Other test rows hardly explain it.
    BeyondNoise,
}

impl Verdict {
    pub(crate) fn words(self) -> &'static str {
        match self {
            Self::SameEvaluation => "the same evaluation",
            Self::WithinNoise => "within noise",
            Self::BeyondNoise => "beyond noise",
        }
    }
}

/// Compares two scores by their intervals, as if they were of independent rows. On the same rows models err together, so
/// that a difference may be real and still be called noise; one that is called real is.
pub(super) fn verdict(left: Scored, right: Scored, same: bool) -> Option<Verdict> {
    if same {
        return Some(Verdict::SameEvaluation);
    }
    let deviation = |scored: Scored| Some((scored.high? - scored.low?) / (2.0 * WIDTH));
    let together = deviation(left)?.hypot(deviation(right)?);
    let far = (right.value - left.value).abs() > WIDTH * together;
    Some(if far {
        Verdict::BeyondNoise
    } else {
        Verdict::WithinNoise
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn scored(value: f64, half: f64) -> Scored {
        Scored {
            value,
            low: Some(value - half),
            high: Some(value + half),
        }
    }

    #[test]
    fn a_difference_counts_from_the_width_of_both_intervals_together() {
        // Two intervals of half width 0.03 and 0.04 give 0.05.
        let cases = [
            (0.80, 0.849, Verdict::WithinNoise),
            (0.80, 0.851, Verdict::BeyondNoise),
            (0.80, 0.749, Verdict::BeyondNoise),
            (0.80, 0.80, Verdict::WithinNoise),
        ];
        for (left, right, expected) in cases {
            let found = verdict(scored(left, 0.03), scored(right, 0.04), false);
            assert_eq!(found, Some(expected), "{left} {right}");
        }
    }

    #[test]
    fn one_evaluation_is_not_compared_with_itself_and_without_intervals_nothing_is_said() {
        let some = scored(0.8, 0.01);
        assert_eq!(verdict(some, some, true), Some(Verdict::SameEvaluation));
        let bare = Scored {
            low: None,
            high: None,
            ..some
        };
        assert_eq!(verdict(bare, some, false), None);
    }
}
