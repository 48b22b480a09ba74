//! Trees in one flat array, walked from row to leaf.

/// A node; a leaf has [`LEAF`] for its feature and the range of its weights in place of children.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct FlatNode {
    /// Slot of the feature relative to the features' start.
    pub feature: u32,
    /// Rows at or below it go left.
    pub threshold: f32,
    /// Left child, or first weight.
    pub left: u32,
    /// Right child, or end of the weights.
    pub right: u32,
}

/// The feature of a leaf.
pub(super) const LEAF: u32 = u32::MAX;

/// An ensemble.
#[derive(Debug, Clone, Default, PartialEq)]
pub(super) struct Trees {
    /// Place of each tree's root.
    pub roots: Vec<u32>,
    /// Nodes of all trees; children come after their parents.
    pub nodes: Vec<FlatNode>,
    /// Score and weight, leaf after leaf.
    pub weights: Vec<(u32, f32)>,
    /// Each score before any tree: one a class, or one for two classes.
    pub base: Vec<f32>,
}

impl Trees {
    /// Adds up the weights of the leaves that a row falls into, tree after tree.
    pub(super) fn score(&self, features: &[f32], scores: &mut [f32]) {
        scores.copy_from_slice(&self.base);
        for &root in &self.roots {
            let mut node = self.nodes[root as usize];
            while node.feature != LEAF {
                let goes_left = features[node.feature as usize] <= node.threshold;
                node = self.nodes[if goes_left { node.left } else { node.right } as usize];
            }
            for &(class, weight) in &self.weights[node.left as usize..node.right as usize] {
                scores[class as usize] += weight;
            }
        }
    }
}
