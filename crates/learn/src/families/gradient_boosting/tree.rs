//! A regression tree of a boosted model.

use crate::families::bins::Column;

/// A node of a tree.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Node {
    /// Rows with `feature <= threshold` go on at `left`, others at `right`.
    Split {
        /// Feature that is looked at.
        feature: u32,
        /// Where it is cut.
        threshold: f32,
        /// The last bin of the left side, for rows in bins.
        bin: u8,
        /// Node of the left side.
        left: u32,
        /// Node of the right side.
        right: u32,
    },
    /// What is added to the score.
    Leaf {
        /// The answer.
        value: f32,
    },
}

/// A tree; node 0 is its root.
#[derive(Debug, Clone, PartialEq)]
pub struct Tree {
    /// Nodes, each before its children.
    pub nodes: Vec<Node>,
}

impl Tree {
    /// What a row's features add to the score.
    pub fn answer(&self, features: &[f32]) -> f32 {
        self.walk(|feature, threshold, _| features[feature] <= threshold)
    }

    /// What a row adds to the score, from its bins.
    pub(super) fn answer_binned(&self, columns: &[Column], row: usize) -> f32 {
        self.walk(|feature, _, bin| columns[feature].bin[row] <= bin)
    }

    fn walk(&self, goes_left: impl Fn(usize, f32, u8) -> bool) -> f32 {
        let mut place = 0;
        loop {
            match self.nodes[place] {
                Node::Leaf { value } => return value,
                Node::Split {
                    feature,
                    threshold,
                    bin,
                    left,
                    right,
                } => {
                    let side = if goes_left(feature as usize, threshold, bin) {
                        left
                    } else {
                        right
                    };
                    place = side as usize;
                }
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Matrix;

    #[test]
    fn a_row_and_its_bins_reach_the_same_leaf() {
        let values: Vec<f32> = (0..40).map(|row| (row * 7 % 40) as f32 / 3.0).collect();
        let matrix = Matrix {
            rows: 40,
            columns: 1,
            values,
        };
        let columns = Column::all(&matrix, 1);
        for bin in 0..39 {
            let split = Node::Split {
                feature: 0,
                threshold: columns[0].threshold(bin, bin + 1),
                bin,
                left: 1,
                right: 2,
            };
            let leaf = |value| Node::Leaf { value };
            let tree = Tree {
                nodes: vec![split, leaf(-1.0), leaf(1.0)],
            };
            let answers: Vec<u32> = (0..40)
                .map(|row| tree.answer(matrix.row(row)).to_bits())
                .collect();
            let binned: Vec<u32> = (0..40)
                .map(|row| tree.answer_binned(&columns, row).to_bits())
                .collect();
            assert_eq!(answers, binned, "bin {bin}");
            let left = answers.iter().filter(|&&bits| bits == (-1.0_f32).to_bits());
            assert_eq!(left.count(), bin as usize + 1);
        }
    }
}
