//! The tree-structured Parzen estimator, after Bergstra and others (2011), in its multivariate form.
//!
//! Scored points are split by their objective into the good ones and the others; a Parzen estimator is made of each, and of
//! some candidates drawn from the good one the one is proposed whose density is greatest among the good relative to the
//! others: that order is the order of expected improvement. Points that run count among the others, so that trials side
//! by side spread out. Points that failed count among the others too.

use crate::axis::{Axis, Spot};
use crate::parzen::Parzen;
use crate::random::Stream;
use crate::trial::{Kinship, Outcome};

/// Candidates drawn a proposal.
const CANDIDATES: usize = 24;
/// What a point counts among the others while nobody knows what it is worth.
const PENDING: f64 = 0.2;
/// Own trials after which a parent of another kind counts half.
const HALF_LIFE: f64 = 10.0;

/// A point that counts, with its loss: smaller is better.
#[derive(Debug, Clone)]
pub(crate) struct Seen {
    pub(crate) spots: Vec<Spot>,
    pub(crate) outcome: Outcome,
}

/// Points of an earlier search, with their losses.
#[derive(Debug, Clone)]
pub(crate) struct Inherited {
    pub(crate) kinship: Kinship,
    pub(crate) points: Vec<(Vec<Spot>, f64)>,
}

type Weighted = Vec<(Vec<Spot>, f64)>;

/// The estimators of the good points and of the others.
#[derive(Debug)]
pub(crate) struct Tpe<'a> {
    good: Parzen<'a>,
    rest: Parzen<'a>,
}

impl<'a> Tpe<'a> {
    /// The estimators of what was seen.
    pub(crate) fn new(axes: &'a [Axis], seen: Vec<Seen>, parents: &[Inherited]) -> Self {
        let (good, rest) = split(seen, parents);
        Self {
            good: Parzen::new(axes, good),
            rest: Parzen::new(axes, rest),
        }
    }

    /// Proposes a place a parameter. `spots` says where places lie, as whole numbers and words have cells.
    pub(crate) fn propose(
        &self,
        stream: &mut Stream,
        spots: impl Fn(&[f64]) -> Vec<Spot>,
    ) -> Vec<f64> {
        let mut best: Option<(f64, Vec<f64>)> = None;
        for _ in 0..CANDIDATES {
            let places = self.good.sample(stream);
            let spots = spots(&places);
            let score = self.good.log_density(&spots) - self.rest.log_density(&spots);
            if best.as_ref().is_none_or(|(top, _)| score > *top) {
                best = Some((score, places));
            }
        }
        best.map(|(_, places)| places).unwrap_or_default()
    }
}

/// The good points and the others, with what each counts.
fn split(seen: Vec<Seen>, parents: &[Inherited]) -> (Weighted, Weighted) {
    let mut scored: Weighted = Vec::new();
    let (mut good, mut rest) = (Vec::new(), Vec::new());
    for parent in parents {
        if parent.kinship == Kinship::Identical {
            scored.extend(parent.points.iter().cloned());
        }
    }
    for one in seen {
        match one.outcome {
            Outcome::Scored(loss) => scored.push((one.spots, loss)),
            Outcome::Failed => rest.push((one.spots, 1.0)),
            Outcome::Pending => rest.push((one.spots, PENDING)),
        }
    }
    let own = scored.len() as f64;
    divide(scored, 1.0, &mut good, &mut rest);
    for parent in parents {
        if parent.kinship == Kinship::Transfer {
            let weight = HALF_LIFE / (HALF_LIFE + own);
            divide(parent.points.clone(), weight, &mut good, &mut rest);
        }
    }
    (good, rest)
}

/// Divides the points of one source by their loss; of equal ones the earlier is the better.
fn divide(mut scored: Weighted, weight: f64, good: &mut Weighted, rest: &mut Weighted) {
    scored.sort_by(|one, other| one.1.total_cmp(&other.1));
    let share = good_of(scored.len());
    for (place, (spots, _)) in scored.into_iter().enumerate() {
        if place < share {
            // The better, the more: by rank, so that the good ones count as much together as before.
            let rank = 2.0 * (share - place) as f64 / (share as f64 + 1.0);
            good.push((spots, weight * rank));
        } else {
            rest.push((spots, weight));
        }
    }
}

/// How many of so many points are good.
fn good_of(count: usize) -> usize {
    count.div_ceil(10).min(25)
}

#[cfg(test)]
mod tests;
