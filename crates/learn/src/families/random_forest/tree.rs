//! Growing one tree, depth first.

use super::criterion::{Criterion, Cut, Found, Sample, View};
use super::parameters::Parameters;
use crate::families::bins::Column;
use crate::random::Stream;

/// A node of a tree.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Node<'a> {
    /// Rows with `feature <= threshold` go on at `left`, others at `left + 1`.
    Split {
        /// Feature that is looked at.
        feature: u32,
        /// Where it is cut.
        threshold: f32,
        /// Node of the left side, before that of the right one.
        left: u32,
    },
    /// What is said of the rows that end here.
    Leaf {
        /// The share of each class, which sum to 1, or the one number.
        values: &'a [f64],
    },
}

/// A tree; node 0 is its root. A deep forest is millions of nodes, so that a node is twelve bytes, and the values of all
/// leaves lie in one allocation.
#[derive(Debug, Clone, PartialEq)]
pub struct Tree {
    /// Nodes, each before its children.
    nodes: Vec<Packed>,
    /// Values of the leaves, leaf after leaf.
    values: Vec<f64>,
    /// Values of a leaf.
    outputs: usize,
}

/// A split, or a leaf.
#[derive(Debug, Clone, Copy, PartialEq)]
struct Packed {
    /// The feature of a split, [`LEAF`] of a leaf.
    feature: u32,
    threshold: f32,
    /// The left child of a split, the number of a leaf.
    next: u32,
}

/// The feature of a leaf.
const LEAF: u32 = u32::MAX;

impl Packed {
    const LEAF: Self = Self {
        feature: LEAF,
        threshold: 0.0,
        next: 0,
    };
}

impl Tree {
    /// Number of nodes.
    pub fn size(&self) -> usize {
        self.nodes.len()
    }

    /// The node at a place.
    pub fn node(&self, place: usize) -> Node<'_> {
        let Packed {
            feature,
            threshold,
            next,
        } = self.nodes[place];
        if feature == LEAF {
            let start = next as usize * self.outputs;
            let values = &self.values[start..start + self.outputs];
            return Node::Leaf { values };
        }
        Node::Split {
            feature,
            threshold,
            left: next,
        }
    }

    /// All nodes, each before its children.
    pub fn nodes(&self) -> impl Iterator<Item = Node<'_>> {
        (0..self.size()).map(|place| self.node(place))
    }

    /// The values of the leaf that a row falls into.
    pub fn answer(&self, features: &[f32]) -> &[f64] {
        let mut place = 0;
        loop {
            match self.node(place) {
                Node::Leaf { values } => return values,
                Node::Split {
                    feature,
                    threshold,
                    left,
                } => {
                    let goes_left = features[feature as usize] <= threshold;
                    place = left as usize + usize::from(!goes_left);
                }
            }
        }
    }
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
    nodes: Vec<Packed>,
    values: Vec<f64>,
    outputs: usize,
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
        nodes: vec![Packed::LEAF],
        values: Vec::new(),
        outputs: 1,
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
    let Grower {
        mut nodes,
        mut values,
        outputs,
        ..
    } = grower;
    nodes.shrink_to_fit();
    values.shrink_to_fit();
    Tree {
        nodes,
        values,
        outputs,
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
            let values = criterion.leaf(&totals);
            self.outputs = values.len();
            self.nodes[open.node].next = (self.values.len() / values.len()) as u32;
            self.values.extend(values);
            return;
        };
        let middle = self.part(open, column, cut.left);
        let (left, right) = (self.nodes.len(), self.nodes.len() + 1);
        self.nodes.resize(right + 1, Packed::LEAF);
        self.nodes[open.node] = Packed {
            feature: column as u32,
            threshold: self.ground.columns[column].threshold(cut.left, cut.right),
            next: left as u32,
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
