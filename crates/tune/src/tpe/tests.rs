//! How points are split.

use super::*;

fn spot(value: f64) -> Vec<Spot> {
    vec![Spot::Place(value)]
}

fn seen(value: f64, outcome: Outcome) -> Seen {
    Seen {
        spots: spot(value),
        outcome,
    }
}

fn places(points: &Weighted) -> Vec<(f64, f64)> {
    points
        .iter()
        .map(|(spots, weight)| (spots[0].middle(), *weight))
        .collect()
}

#[test]
fn a_tenth_is_good_and_at_most_25() {
    let found = [0, 1, 10, 11, 100, 1000].map(good_of);
    assert_eq!(found, [0, 1, 1, 2, 10, 25]);
}

#[test]
fn points_are_split_by_loss_and_the_rest_is_what_runs_and_fails() {
    let (good, rest) = split(
        vec![
            seen(0.1, Outcome::Scored(3.0)),
            seen(0.2, Outcome::Scored(1.0)),
            seen(0.3, Outcome::Pending),
            seen(0.4, Outcome::Failed),
        ],
        &[],
    );
    assert_eq!(places(&good), [(0.2, 1.0)]);
    assert_eq!(places(&rest), [(0.3, PENDING), (0.4, 1.0), (0.1, 1.0)]);
}

#[test]
fn identical_parents_compete_and_others_are_split_for_themselves() {
    let parent = |kinship| Inherited {
        kinship,
        points: vec![(spot(0.8), 0.5), (spot(0.9), 0.7)],
    };
    let own = || vec![seen(0.1, Outcome::Scored(1.0))];
    let (good, rest) = split(own(), &[parent(Kinship::Identical)]);
    assert_eq!(places(&good), [(0.8, 1.0)]);
    assert_eq!(places(&rest), [(0.9, 1.0), (0.1, 1.0)]);
    let (good, rest) = split(own(), &[parent(Kinship::Transfer)]);
    let weight = HALF_LIFE / (HALF_LIFE + 1.0);
    assert_eq!(places(&good), [(0.1, 1.0), (0.8, weight)]);
    assert_eq!(places(&rest), [(0.9, weight)]);
}

#[test]
fn the_better_of_the_good_count_more() {
    let seen: Vec<Seen> = (0..30)
        .map(|place| seen(f64::from(place) / 100.0, Outcome::Scored(f64::from(place))))
        .collect();
    let (good, rest) = split(seen, &[]);
    assert_eq!(places(&good), [(0.0, 1.5), (0.01, 1.0), (0.02, 0.5)]);
    assert_eq!((rest.len(), rest[0].1), (27, 1.0));
}
