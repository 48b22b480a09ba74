//! Growing one tree, depth first.

use super::criterion::{Criterion, Cut, Found, Sample, View};
use super::parameters::Parameters;
use crate::families::bins::Column;
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
    /// What is said of the rows that end here.
    Leaf {
        /// The share of each class, which sum to 1, or the one number.
        values: Vec<f64>,
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
pub(super) struct Ground<'a, C> {
    /// Columns in bins.
    pub columns: &'a [Column],
    /// How nodes are judged.
    pub criterion: C,
    /// Hyperparameters.
    pub parameters: &'a Parameters,
    /// Columns looked at for a split.
    pub looked_at: usize,
}

/// A node that is still to be grown.
struct Open {
    node: usize,
    start: usize,
    end: usize,
    depth: u32,
}

struct Grower<'a, C: Criterion> {
    ground: Ground<'a, C>,
    stream: Stream,
    samples: Vec<Sample<C::Label>>,
    right: Vec<Sample<C::Label>>,
    columns: Vec<u32>,
    histogram: C::Histogram,
    nodes: Vec<Node>,
}

/// Grows a tree from a stream of its own.
pub(super) fn grow<C: Criterion>(ground: Ground<'_, C>, mut stream: Stream) -> Tree {
    let samples = draw(ground, &mut stream);
    let rows = samples.len();
    let mut grower = Grower {
        ground,
        stream,
        samples,
        right: Vec::new(),
        columns: (0..ground.columns.len() as u32).collect(),
        histogram: ground.criterion.histogram(),
        nodes: vec![Node::Leaf { values: Vec::new() }],
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
fn draw<C: Criterion>(ground: Ground<'_, C>, stream: &mut Stream) -> Vec<Sample<C::Label>> {
    let rows = ground.columns.first().map_or(0, |column| column.bin.len()) as u32;
    let mut drawn = vec![u16::from(!ground.parameters.bootstrap); rows as usize];
    if ground.parameters.bootstrap {
        for _ in 0..rows {
            let times = &mut drawn[stream.below(rows) as usize];
            *times = times.saturating_add(1);
        }
    }
    let sample = |(row, &drawn): (usize, &u16)| Sample {
        row: row as u32,
        drawn,
        label: ground.criterion.label(row),
    };
    drawn
        .iter()
        .enumerate()
        .map(sample)
        .filter(|sample| sample.drawn > 0)
        .collect()
}

impl<C: Criterion> Grower<'_, C> {
    fn grow(&mut self, open: &Open, stack: &mut Vec<Open>) {
        let Ground {
            criterion,
            parameters,
            ..
        } = self.ground;
        let totals = criterion.totals(&self.samples[open.start..open.end]);
        let rows = (open.end - open.start) as u32;
        let done = criterion.is_pure(&totals)
            || rows < parameters.min_samples_split
            || rows / 2 < parameters.min_samples_leaf
            || parameters.max_depth.is_some_and(|most| open.depth >= most);
        let cut = if done { None } else { self.best(open, &totals) };
        let Some((column, cut)) = cut else {
            self.nodes[open.node] = Node::Leaf {
                values: criterion.leaf(&totals),
            };
            return;
        };
        let middle = self.part(open, column, cut.left);
        let (left, right) = (self.nodes.len(), self.nodes.len() + 1);
        self.nodes
            .resize(right + 1, Node::Leaf { values: Vec::new() });
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

    /// The best cut among columns drawn without replacement. Columns that are constant in the node count as looked at, but
    /// the search goes on until one that is not has been seen.
    fn best(&mut self, open: &Open, totals: &C::Totals) -> Option<(usize, Cut)> {
        let Ground {
            criterion,
            parameters,
            looked_at,
            ..
        } = self.ground;
        let samples = &self.samples[open.start..open.end];
        let mut best: Option<(usize, Cut)> = None;
        let mut varied = false;
        for place in 0..self.columns.len() {
            if place >= looked_at && varied {
                break;
            }
            let other = place + self.stream.below((self.columns.len() - place) as u32) as usize;
            self.columns.swap(place, other);
            let column = self.columns[place] as usize;
            let view = View {
                samples,
                bin: &self.ground.columns[column].bin,
                min_samples_leaf: parameters.min_samples_leaf,
            };
            match criterion.best(&mut self.histogram, view, totals) {
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
