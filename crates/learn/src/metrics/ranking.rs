//! The area under the receiver operating characteristic, from one ordering of the rows.

/// Rows by falling score, so that each resample costs one pass.
#[derive(Debug, Clone)]
pub(super) struct Ranking {
    /// Row, whether it belongs to the class, whether its score is that of the row before.
    places: Vec<(u32, bool, bool)>,
}

impl Ranking {
    /// Orders rows by the score of a class.
    pub(super) fn new(scores: &[f32], belongs: impl Fn(usize) -> bool) -> Self {
        let mut rows: Vec<u32> = (0..scores.len() as u32).collect();
        rows.sort_by(|&a, &b| {
            scores[b as usize]
                .total_cmp(&scores[a as usize])
                .then(a.cmp(&b))
        });
        let mut last = None;
        let mut place = |row: u32| {
            let score = scores[row as usize];
            let tied = last.replace(score) == Some(score);
            (row, belongs(row as usize), tied)
        };
        Self {
            places: rows.into_iter().map(&mut place).collect(),
        }
    }

    /// The chance that a row of the class has a larger score than one that is not, ties counting half; none where
    /// there are no rows of either kind.
    pub(super) fn area(&self, weights: &[u32]) -> Option<f64> {
        // Twice the number of ordered pairs, in whole numbers.
        let (mut pairs, mut above, mut negatives) = (0_u64, 0_u64, 0_u64);
        let (mut tied_in, mut tied_out) = (0_u64, 0_u64);
        for &(row, belongs, tied) in &self.places {
            if !tied {
                pairs += tied_out * (2 * above + tied_in);
                above += tied_in;
                (tied_in, tied_out) = (0, 0);
            }
            let weight = u64::from(weights[row as usize]);
            if belongs {
                tied_in += weight;
            } else {
                tied_out += weight;
                negatives += weight;
            }
        }
        pairs += tied_out * (2 * above + tied_in);
        above += tied_in;
        let all = above * negatives;
        (all > 0).then(|| pairs as f64 / 2.0 / all as f64)
    }

    /// The share of the other rows and of the class's rows that lie above each score, from (0, 0) to (1, 1), where the
    /// curve bends; none where there are no rows of either kind.
    pub(super) fn curve(&self) -> Option<Vec<(f64, f64)>> {
        let mut corners: Vec<(u64, u64)> = vec![(0, 0)];
        let (mut out, mut inside) = (0_u64, 0_u64);
        for (place, &(_, belongs, _)) in self.places.iter().enumerate() {
            if belongs {
                inside += 1;
            } else {
                out += 1;
            }
            // Rows of one score are taken together.
            if self.places.get(place + 1).is_some_and(|next| next.2) {
                continue;
            }
            if let [.., a, b] = corners[..]
                && (b.0 - a.0) * (inside - b.1) == (out - b.0) * (b.1 - a.1)
            {
                corners.pop();
            }
            corners.push((out, inside));
        }
        (out > 0 && inside > 0).then(|| {
            corners
                .into_iter()
                .map(|(x, y)| (x as f64 / out as f64, y as f64 / inside as f64))
                .collect()
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_curve_bends_where_rows_of_one_score_end() {
        let curve =
            |scores: &[f32], classes: &[u8]| Ranking::new(scores, |row| classes[row] == 1).curve();
        let known = curve(&[0.1, 0.4, 0.35, 0.8], &[0, 0, 1, 1]).unwrap();
        assert_eq!(
            known,
            [(0.0, 0.0), (0.0, 0.5), (0.5, 0.5), (0.5, 1.0), (1.0, 1.0)]
        );
        assert_eq!(
            curve(&[0.5; 4], &[0, 1, 0, 1]).unwrap(),
            [(0.0, 0.0), (1.0, 1.0)]
        );
        assert_eq!(curve(&[0.2, 0.7], &[1, 1]), None);
    }

    #[test]
    fn the_trapezoids_under_a_curve_are_the_area() {
        let scores: Vec<f32> = (0..200).map(|row| ((row * 37) % 50) as f32).collect();
        let belongs = |row: usize| (row * 7) % 11 < 4;
        let ranking = Ranking::new(&scores, belongs);
        let curve = ranking.curve().unwrap();
        let under: f64 = curve
            .windows(2)
            .map(|pair| (pair[1].0 - pair[0].0) * (pair[1].1 + pair[0].1) / 2.0)
            .sum();
        let area = ranking.area(&[1; 200]).unwrap();
        assert!((under - area).abs() < 1e-12, "{under} {area}");
    }

    fn area(scores: &[f32], classes: &[u8]) -> Option<f64> {
        Ranking::new(scores, |row| classes[row] == 1).area(&vec![1; scores.len()])
    }

    #[test]
    fn areas_are_shares_of_ordered_pairs() {
        assert_eq!(area(&[0.1, 0.4, 0.35, 0.8], &[0, 0, 1, 1]), Some(0.75));
        assert_eq!(area(&[0.5; 4], &[0, 1, 0, 1]), Some(0.5));
        assert_eq!(area(&[0.9, 0.1], &[0, 1]), Some(0.0));
        assert_eq!(area(&[0.2, 0.7, 0.7], &[0, 0, 1]), Some(0.75));
        assert_eq!(area(&[0.2, 0.7], &[1, 1]), None);
    }

    #[test]
    fn a_weight_counts_as_copies() {
        let scores = [0.1, 0.4, 0.35, 0.8];
        let classes = [0, 0, 1, 1];
        let weighed = Ranking::new(&scores, |row| classes[row] == 1).area(&[2, 0, 3, 1]);
        let copied = area(&[0.1, 0.1, 0.35, 0.35, 0.35, 0.8], &[0, 0, 1, 1, 1, 1]);
        assert_eq!(weighed, copied);
    }
}
