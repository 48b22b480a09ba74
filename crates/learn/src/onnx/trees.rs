//! Trees in one flat array, walked by several rows at a time.
//!
//! A step down is a comparison and an addition without a branch, since the children of a split lie beside each other and a leaf
//! leads to itself. So the processor works on steps of several rows at once, and does not guess where they go.

use super::block::Columns;

/// Rows that walk down a tree together.
const LANES: usize = 16;

/// A node.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct FlatNode {
    /// Slot of the feature relative to the features' start.
    feature: u32,
    /// Rows at or below it go left; not a number in a leaf, so that every row goes right.
    threshold: f32,
    /// The left child, before the right one; of a leaf the place before its own.
    left: u32,
    /// The leaf's number.
    leaf: u32,
}

/// An ensemble.
#[derive(Debug, Clone, Default, PartialEq)]
pub(super) struct Trees {
    /// Place of each tree's root, and splits above its deepest leaf.
    roots: Vec<(u32, u32)>,
    /// Nodes of all trees; children come after their parents.
    nodes: Vec<FlatNode>,
    /// Where the weights of each leaf end.
    ends: Vec<u32>,
    /// Score and weight, leaf after leaf.
    weights: Vec<(u32, f32)>,
    /// Each score before any tree: one a class, or one for two classes.
    base: Vec<f32>,
}

impl Trees {
    /// An ensemble without a tree.
    pub(super) fn new(base: Vec<f32>) -> Self {
        Self {
            base,
            ..Self::default()
        }
    }

    /// Reserves places beside each other for nodes, and answers the first.
    pub(super) fn reserve(&mut self, count: usize) -> u32 {
        let first = self.nodes.len() as u32;
        let empty = FlatNode {
            feature: 0,
            threshold: f32::NAN,
            left: 0,
            leaf: 0,
        };
        self.nodes.resize(self.nodes.len() + count, empty);
        first
    }

    /// Begins a tree whose root lies at a place.
    pub(super) fn root(&mut self, at: u32) {
        self.roots.push((at, 0));
    }

    /// Writes a split; its children lie at `left` and behind it.
    pub(super) fn split(&mut self, at: u32, (feature, threshold): (u32, f32), left: u32) {
        self.nodes[at as usize] = FlatNode {
            feature,
            threshold,
            left,
            leaf: 0,
        };
    }

    /// Writes a leaf of the last tree, below so many splits.
    pub(super) fn leaf(&mut self, (at, depth): (u32, u32), weights: &[(u32, f32)]) {
        if let Some((_, deepest)) = self.roots.last_mut() {
            *deepest = depth.max(*deepest);
        }
        self.nodes[at as usize] = FlatNode {
            feature: 0,
            threshold: f32::NAN,
            left: at.wrapping_sub(1),
            leaf: self.ends.len() as u32,
        };
        self.weights.extend_from_slice(weights);
        self.ends.push(self.weights.len() as u32);
    }

    /// Whether some weight is below 0.
    pub(super) fn has_negative(&self) -> bool {
        self.weights.iter().any(|&(_, weight)| weight < 0.0)
    }

    /// Adds up the weights of the leaves that each row falls into, tree after tree. `scores` has a column for each score.
    pub(super) fn score(&self, features: Columns<'_>, scores: &mut [f32]) {
        let rows = features.rows();
        for (column, &base) in scores.chunks_exact_mut(rows).zip(&self.base) {
            column.fill(base);
        }
        let together = rows - rows % LANES;
        for &(root, depth) in &self.roots {
            for start in (0..together).step_by(LANES) {
                let mut at = [root; LANES];
                self.walk(features, |lane| start + lane, (&mut at, depth));
                for (lane, &at) in at.iter().enumerate() {
                    self.add(at, &mut scores[start + lane..], rows);
                }
            }
        }
        // Rows that are too few walk down several trees at once.
        for row in together..rows {
            let mut groups = self.roots.chunks_exact(LANES);
            for roots in &mut groups {
                let mut at: [u32; LANES] = std::array::from_fn(|lane| roots[lane].0);
                let depth = roots.iter().map(|&(_, depth)| depth).max();
                self.walk(features, |_| row, (&mut at, depth.unwrap_or_default()));
                for at in at {
                    self.add(at, &mut scores[row..], rows);
                }
            }
            for &(root, depth) in groups.remainder() {
                let mut at = [root];
                self.walk(features, |_| row, (&mut at, depth));
                self.add(at[0], &mut scores[row..], rows);
            }
        }
    }

    /// Adds the weights of a leaf to scores of which each lies so far behind the one before.
    #[inline]
    fn add(&self, at: u32, scores: &mut [f32], stride: usize) {
        let leaf = self.nodes[at as usize].leaf as usize;
        // Where each leaf has one weight, which is so but in forests of several classes, its number is the weight's.
        let range = if self.weights.len() == self.ends.len() {
            leaf..leaf + 1
        } else {
            self.range(leaf)
        };
        for &(score, weight) in &self.weights[range] {
            scores[score as usize * stride] += weight;
        }
    }

    /// Weights of a leaf.
    fn range(&self, leaf: usize) -> std::ops::Range<usize> {
        let start = leaf.checked_sub(1).map_or(0, |before| self.ends[before]);
        start as usize..self.ends[leaf] as usize
    }

    /// Takes each lane from where it is to a leaf at most so deep; `row` is the row of a lane.
    #[inline]
    fn walk<const N: usize>(
        &self,
        features: Columns<'_>,
        row: impl Fn(usize) -> usize,
        (at, depth): (&mut [u32; N], u32),
    ) {
        for _ in 0..depth {
            let mut moved = 0;
            for (lane, at) in at.iter_mut().enumerate() {
                let node = self.nodes[*at as usize];
                let goes_left = features.at(node.feature as usize, row(lane)) <= node.threshold;
                let next = node.left.wrapping_add(u32::from(!goes_left));
                moved |= next ^ *at;
                *at = next;
            }
            if moved == 0 {
                return;
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::onnx::block::Block;

    /// A tree of `x0 <= 1 ? (x1 <= 2 ? 1 : 2) : 4`, and one that is a leaf.
    fn ensemble() -> Trees {
        let mut trees = Trees::new(vec![0.5]);
        let root = trees.reserve(1);
        trees.root(root);
        let left = trees.reserve(2);
        trees.split(root, (0, 1.0), left);
        let inner = trees.reserve(2);
        trees.split(left, (1, 2.0), inner);
        trees.leaf((inner, 2), &[(0, 1.0)]);
        trees.leaf((inner + 1, 2), &[(0, 2.0)]);
        trees.leaf((left + 1, 1), &[(0, 4.0)]);
        let only = trees.reserve(1);
        trees.root(only);
        trees.leaf((only, 0), &[(0, 0.25)]);
        trees
    }

    #[test]
    fn rows_fall_into_their_leaves_alone_and_together() {
        let trees = ensemble();
        let cases = [
            (0.0, 0.0, 1.75),
            (1.0, 2.0, 1.75),
            (1.0, 2.5, 2.75),
            (1.5, 0.0, 4.75),
            (f32::NAN, 0.0, 4.75),
            (0.0, f32::INFINITY, 2.75),
        ];
        for rows in [1, 2, 15, 16, 17, 40] {
            let mut block = Block::new(3, rows);
            let case = |row: usize| cases[row % cases.len()];
            for row in 0..rows {
                block.column(0)[row] = case(row).0;
                block.column(1)[row] = case(row).1;
            }
            let (features, scores) = block.apart(&(0..2), &(2..3));
            trees.score(features, scores);
            let expected: Vec<f32> = (0..rows).map(|row| case(row).2).collect();
            assert_eq!(scores, expected, "{rows}");
        }
    }

    #[test]
    fn a_first_node_that_is_a_leaf_leads_to_itself() {
        let mut trees = Trees::new(vec![0.0, 0.0]);
        let root = trees.reserve(1);
        trees.root(root);
        trees.leaf((root, 0), &[(0, 1.0), (1, -2.0)]);
        assert!(trees.has_negative() && !ensemble().has_negative());
        let mut block = Block::new(3, 2);
        let (features, scores) = block.apart(&(0..1), &(1..3));
        trees.score(features, scores);
        assert_eq!(scores, [1.0, 1.0, -2.0, -2.0]);
    }
}
