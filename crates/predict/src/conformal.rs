//! Conformal quantiles of scores that come in clusters.

use std::collections::BTreeMap;

/// The score that nine of ten new ones stay below: the larger of the quantile of all scores, and of that in which every
/// cluster counts the same. Both count one more score, or one more cluster, beyond all others. Infinite where there are too few.
pub(crate) fn quantile(clusters: &BTreeMap<usize, Vec<f64>>, level: f64) -> f64 {
    let of = |weight: &dyn Fn(usize) -> f64, more: f64| {
        let mut weighted: Vec<(f64, f64)> = clusters
            .values()
            .flat_map(|scores| scores.iter().map(|score| (*score, weight(scores.len()))))
            .collect();
        weighted.sort_by(|left, right| left.0.total_cmp(&right.0));
        let all = weighted.iter().map(|(_, weight)| weight).sum::<f64>() + more;
        let mut below = 0.0;
        let found = weighted.iter().find(|(_, weight)| {
            below += weight;
            below >= level * all - 1e-9
        });
        found.map_or(f64::INFINITY, |(score, _)| *score)
    };
    let pooled = of(&|_| 1.0, 1.0);
    let by_cluster = of(&|size| 1.0 / size.max(1) as f64, 1.0);
    pooled.max(by_cluster)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_quantile_is_the_textbooks_where_clusters_are_single() {
        let of = |count: usize| {
            let clusters = (0..count)
                .map(|place| (place, vec![place as f64]))
                .collect();
            quantile(&clusters, 0.9)
        };
        assert_eq!(of(8), f64::INFINITY);
        assert_eq!(of(9), 8.0);
        assert_eq!(of(99), 89.0);
        assert_eq!(quantile(&BTreeMap::new(), 0.9), f64::INFINITY);
    }

    #[test]
    fn a_large_cluster_does_not_hide_small_ones() {
        let mut clusters: BTreeMap<usize, Vec<f64>> = (1..20).map(|at| (at, vec![3.0])).collect();
        clusters.insert(0, vec![1.0; 1_000]);
        assert_eq!(quantile(&clusters, 0.9), 3.0);
        clusters = (1..20).map(|at| (at, vec![1.0])).collect();
        clusters.insert(0, vec![3.0; 1_000]);
        assert_eq!(quantile(&clusters, 0.9), 3.0);
    }
}
