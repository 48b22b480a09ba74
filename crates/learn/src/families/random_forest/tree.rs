//! Growing one classification tree, depth first.

use super::bins::Column;
use super::histogram::{Cut, Found, Histogram, Rule, Sample};
use super::parameters::Parameters;
use crate::random::Stream;

/// A node of a tree.
#[derive(Debug, Clone, PartialEq)]
pub enum Node {
    /// Rows with `feature <= threshold` go on at `left`, others at `right`.
    Split {
        /// Feature that is looked at.
        feature: u32,
        /// Where it is cut.
        threshold: f32,
        /// Node of the left side.
        left: u32,
        /// Node of the right side.
        right: u32,
    },
    /// The share of each class.
    Leaf {
        /// By class; the sum is 1.
        shares: Vec<f64>,
    },
}

/// A tree; node 0 is its root.
#[derive(Debug, Clone, PartialEq)]
pub struct Tree {
    /// Nodes, each before its children.
    pub nodes: Vec<Node>,
}

/// What all trees of a forest share.
#[derive(Debug, Clone, Copy)]
pub(super) struct Ground<'a> {
    /// Columns in bins.
    pub columns: &'a [Column],
    /// Class of each row.
    pub labels: &'a [u32],
    /// Weight of each class.
    pub class_weights: &'a [f64],
    /// Hyperparameters.
    pub parameters: &'a Parameters,
}

/// A node that is still to be grown.
struct Open {
    node: usize,
    start: usize,
    end: usize,
    depth: u32,
}

struct Grower<'a> {
    ground: Ground<'a>,
    stream: Stream,
    samples: Vec<Sample>,
    right: Vec<Sample>,
    columns: Vec<u32>,
    histogram: Histogram,
    nodes: Vec<Node>,
}

/// Grows a tree from a stream of its own.
pub(super) fn grow(ground: Ground<'_>, mut stream: Stream) -> Tree {
    let samples = draw(ground, &mut stream);
    let rows = samples.len();
    let mut grower = Grower {
        ground,
        stream,
        samples,
        right: Vec::new(),
        columns: (0..ground.columns.len() as u32).collect(),
        histogram: Histogram::new(ground.class_weights.len()),
        nodes: vec![Node::Leaf { shares: Vec::new() }],
    };
    let mut open = vec![Open {
        node: 0,
        start: 0,
        end: rows,
        depth: 0,
    }];
    while let Some(next) = open.pop() {
        grower.grow(&next, &mut open);
    }
    Tree {
        nodes: grower.nodes,
    }
}

/// The rows of a tree: all of them, or as many draws with replacement.
fn draw(ground: Ground<'_>, stream: &mut Stream) -> Vec<Sample> {
    let rows = ground.labels.len() as u32;
    let mut drawn = vec![u16::from(!ground.parameters.bootstrap); rows as usize];
    if ground.parameters.bootstrap {
        for _ in 0..rows {
            let times = &mut drawn[stream.below(rows) as usize];
            *times = times.saturating_add(1);
        }
    }
    let sample = |(row, &drawn): (usize, &u16)| Sample {
        row: row as u32,
        class: ground.labels[row] as u16,
        drawn,
    };
    drawn
        .iter()
        .enumerate()
        .map(sample)
        .filter(|sample| sample.drawn > 0)
        .collect()
}

impl Grower<'_> {
    fn grow(&mut self, open: &Open, stack: &mut Vec<Open>) {
        let totals = self.totals(open);
        let parameters = self.ground.parameters;
        let rows = (open.end - open.start) as u32;
        let pure = totals.iter().filter(|&&count| count > 0).count() < 2;
        let done = pure
            || rows < parameters.min_samples_split
            || rows / 2 < parameters.min_samples_leaf
            || parameters.max_depth.is_some_and(|most| open.depth >= most);
        let cut = if done { None } else { self.best(open, &totals) };
        let Some((column, cut)) = cut else {
            self.nodes[open.node] = Node::Leaf {
                shares: self.shares(&totals),
            };
            return;
        };
        let middle = self.part(open, column, cut.left);
        let (left, right) = (self.nodes.len(), self.nodes.len() + 1);
        self.nodes
            .resize(right + 1, Node::Leaf { shares: Vec::new() });
        self.nodes[open.node] = Node::Split {
            feature: column as u32,
            threshold: self.ground.columns[column].threshold(cut.left, cut.right),
            left: left as u32,
            right: right as u32,
        };
        let depth = open.depth + 1;
        stack.push(Open {
            node: right,
            start: middle,
            end: open.end,
            depth,
        });
        stack.push(Open {
            node: left,
            start: open.start,
            end: middle,
            depth,
        });
    }

    /// Draws of each class in a node.
    fn totals(&self, open: &Open) -> Vec<u32> {
        let mut totals = vec![0; self.ground.class_weights.len()];
        for sample in &self.samples[open.start..open.end] {
            totals[sample.class as usize] += u32::from(sample.drawn);
        }
        totals
    }

    fn shares(&self, totals: &[u32]) -> Vec<f64> {
        let weighed: Vec<f64> = totals
            .iter()
            .zip(self.ground.class_weights)
            .map(|(&count, weight)| f64::from(count) * weight)
            .collect();
        let sum: f64 = weighed.iter().sum();
        weighed.iter().map(|weight| weight / sum).collect()
    }

    /// The best cut among columns drawn without replacement. Columns that are constant in the node count as looked at, but
    /// the search goes on until one that is not has been seen.
    fn best(&mut self, open: &Open, totals: &[u32]) -> Option<(usize, Cut)> {
        let wanted = self.ground.parameters.max_features.of(self.columns.len());
        let rule = Rule {
            min_samples_leaf: self.ground.parameters.min_samples_leaf,
            class_weights: self.ground.class_weights,
        };
        let samples = &self.samples[open.start..open.end];
        let mut best: Option<(usize, Cut)> = None;
        let mut varied = false;
        for place in 0..self.columns.len() {
            if place >= wanted && varied {
                break;
            }
            let other = place + self.stream.below((self.columns.len() - place) as u32) as usize;
            self.columns.swap(place, other);
            let column = self.columns[place] as usize;
            let bin = &self.ground.columns[column].bin;
            match self.histogram.best(samples, bin, totals, rule) {
                Found::Constant => {}
                Found::Nothing => varied = true,
                Found::Cut(cut) => {
                    varied = true;
                    if best.is_none_or(|(_, best)| cut.score > best.score) {
                        best = Some((column, cut));
                    }
                }
            }
        }
        best
    }

    /// Moves the rows of the left side to the front, keeping their order; returns where the right side starts.
    fn part(&mut self, open: &Open, column: usize, last: u8) -> usize {
        let bin = &self.ground.columns[column].bin;
        self.right.clear();
        let mut write = open.start;
        for read in open.start..open.end {
            let sample = self.samples[read];
            if bin[sample.row as usize] <= last {
                self.samples[write] = sample;
                write += 1;
            } else {
                self.right.push(sample);
            }
        }
        self.samples[write..open.end].copy_from_slice(&self.right);
        write
    }
}
