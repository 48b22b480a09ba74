//! Receiver operating characteristics, thinned to what a picture can show.

use steps::RocCurve;

use super::scorer::Scorer;

/// The curve of the positive class of two, or of each class against the rest; classes without a curve are left out.
pub fn curves(scorer: &Scorer, classes: &[String]) -> Vec<RocCurve> {
    scorer
        .curves()
        .filter_map(|(class, area, points)| {
            Some(RocCurve {
                class: classes.get(class)?.clone(),
                area,
                points: thin(points, RocCurve::POINTS),
            })
        })
        .collect()
}

/// At most `most` points, evenly taken, with the first and the last.
fn thin(points: Vec<(f64, f64)>, most: usize) -> Vec<(f64, f64)> {
    if points.len() <= most {
        return points;
    }
    let last = points.len() - 1;
    (0..most)
        .map(|place| points[place * last / (most - 1)])
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Predictions;

    fn scorer(rows: usize, classes: usize) -> Scorer {
        let truth: Vec<u32> = (0..rows).map(|row| (row % classes) as u32).collect();
        let shares: Vec<f32> = (0..rows * classes)
            .map(|cell| ((cell * 31) % 97) as f32 / 97.0)
            .collect();
        let labels = truth.clone();
        let predictions = Predictions {
            classes,
            labels,
            probabilities: shares,
        };
        Scorer::new(&truth, &predictions)
    }

    fn names(count: usize) -> Vec<String> {
        (0..count).map(|place| format!("c{place}")).collect()
    }

    #[test]
    fn two_classes_have_one_curve_and_more_have_one_each() {
        let two = curves(&scorer(40, 2), &names(2));
        assert_eq!(two.len(), 1);
        assert_eq!(two[0].class, "c1");
        let four = curves(&scorer(40, 4), &names(4));
        let classes: Vec<&str> = four.iter().map(|curve| curve.class.as_str()).collect();
        assert_eq!(classes, ["c0", "c1", "c2", "c3"]);
    }

    #[test]
    fn many_points_are_thinned_and_the_ends_stay() {
        let points: Vec<(f64, f64)> = (0..5_000).map(|n| (f64::from(n), f64::from(n))).collect();
        let thinned = thin(points, RocCurve::POINTS);
        assert_eq!(thinned.len(), 200);
        assert_eq!((thinned[0], thinned[199]), ((0.0, 0.0), (4_999.0, 4_999.0)));
        assert!(thinned.windows(2).all(|pair| pair[0].0 < pair[1].0));
        assert_eq!(thin(vec![(0.0, 0.0), (1.0, 1.0)], 200).len(), 2);
    }
}
