//! What no other option beats in everything.

/// The places of the options that no other one dominates, in their order. An option dominates another where it is at least as
/// good in every figure and better in one; smaller is better. Of equal options all stay.
///
/// ```
/// let options = [vec![1.0, 5.0], vec![2.0, 2.0], vec![2.0, 6.0]];
/// assert_eq!(plan::pareto_front(&options), [0, 1]);
/// ```
pub fn pareto_front(options: &[Vec<f64>]) -> Vec<usize> {
    (0..options.len())
        .filter(|&place| {
            !options
                .iter()
                .any(|other| dominates(other, &options[place]))
        })
        .collect()
}

fn dominates(one: &[f64], other: &[f64]) -> bool {
    let pairs = || one.iter().zip(other);
    pairs().all(|(a, b)| a <= b) && pairs().any(|(a, b)| a < b)
}

/// The front of many options by two figures: sorted by the first, each next one better in the second. Of equal options the first
/// one stays.
pub fn front_of_two<T>(mut options: Vec<T>, figures: impl Fn(&T) -> (f64, f64)) -> Vec<T> {
    options.sort_by(|a, b| {
        let ((a0, a1), (b0, b1)) = (figures(a), figures(b));
        a0.total_cmp(&b0).then(a1.total_cmp(&b1))
    });
    let mut best = f64::INFINITY;
    options.retain(|option| {
        let second = figures(option).1;
        let better = second < best;
        best = best.min(second);
        better
    });
    options
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn equal_options_all_stay() {
        assert_eq!(pareto_front(&[vec![1.0, 1.0], vec![1.0, 1.0]]), [0, 1]);
        assert_eq!(pareto_front(&[]), Vec::<usize>::new());
    }

    proptest! {
        #[test]
        fn the_front_of_two_is_the_front(points in prop::collection::vec((0_u8..20, 0_u8..20), 0..40)) {
            let rows: Vec<Vec<f64>> = points.iter().map(|(a, b)| vec![f64::from(*a), f64::from(*b)]).collect();
            let mut all: Vec<(u8, u8)> = pareto_front(&rows).into_iter().map(|place| points[place]).collect();
            all.sort_unstable();
            all.dedup();
            let fast = front_of_two(points, |(a, b)| (f64::from(*a), f64::from(*b)));
            prop_assert_eq!(fast, all);
        }
    }
}
