//! Growing one tree, the leaf with the largest gain first.

use rayon::prelude::*;

use super::histogram::{Bins, Cut, Rows, Rule, best, fill, subtract};
use super::parameters::Parameters;
use super::quantity::{Cell, Scale};
use super::tree::{Node, Tree};
use crate::families::bins::{BINS, Column};

/// Columns that one thread takes at a time.
const GROUP: usize = 8;
/// Sums of a leaf below which threads cost more than they bring.
const PARALLEL: usize = 1 << 17;

/// Room for growing trees, kept from one tree to the next.
#[derive(Debug, Default)]
pub(super) struct Room {
    /// Rows of the tree, those of a leaf together and ascending.
    pub rows: Vec<u32>,
    /// Derivatives of those rows.
    pub cells: Vec<Cell>,
    right_rows: Vec<u32>,
    right_cells: Vec<Cell>,
    histograms: Vec<Vec<Bins>>,
    free: Vec<usize>,
}

/// What a tree is grown on.
#[derive(Debug, Clone, Copy)]
pub(super) struct Ground<'a> {
    /// All columns.
    pub columns: &'a [Column],
    /// Columns that this tree may look at, ascending.
    pub chosen: &'a [u32],
    /// How its derivatives became whole numbers.
    pub scale: Scale,
    pub parameters: &'a Parameters,
}

/// A grown tree, and which of the room's rows are in which leaf.
#[derive(Debug)]
pub(super) struct Grown {
    pub tree: Tree,
    /// Start and end of rows, and what they add to their score.
    pub leaves: Vec<(usize, usize, f32)>,
}

struct Leaf {
    node: usize,
    start: usize,
    end: usize,
    depth: u32,
    total: Cell,
    /// Its histogram, where it may be split.
    histogram: Option<usize>,
    cut: Option<Cut>,
}

struct Grower<'a> {
    ground: Ground<'a>,
    looked_at: Vec<&'a Column>,
    /// Bins of all columns that are looked at.
    bins: usize,
    rule: Rule,
    room: &'a mut Room,
    nodes: Vec<Node>,
    leaves: Vec<Leaf>,
}

/// Grows a tree on the rows and cells of a room; its rows end up ordered by leaf.
pub(super) fn grow(ground: Ground<'_>, room: &mut Room) -> Grown {
    let parameters = ground.parameters;
    let looked_at: Vec<&Column> = ground
        .chosen
        .iter()
        .map(|&column| &ground.columns[column as usize])
        .collect();
    room.free = (0..room.histograms.len()).collect();
    let rule = Rule {
        scale: ground.scale,
        min_rows: parameters.min_child_samples,
        min_hessian: ground.scale.scaled(parameters.min_child_weight),
        penalty: ground.scale.scaled(parameters.reg_lambda),
    };
    let mut grower = Grower {
        ground,
        bins: looked_at.iter().map(|column| column.bins()).sum(),
        looked_at,
        rule,
        room,
        nodes: Vec::new(),
        leaves: Vec::new(),
    };
    grower.root();
    while grower.leaves.len() < parameters.num_leaves as usize {
        let Some((place, cut)) = grower.next() else {
            break;
        };
        grower.split(place, cut);
    }
    grower.finish()
}

impl Grower<'_> {
    fn root(&mut self) {
        let mut total = Cell::default();
        self.room.cells.iter().for_each(|&cell| total.add(cell));
        let mut root = Leaf {
            node: 0,
            start: 0,
            end: self.room.rows.len(),
            depth: 0,
            total,
            histogram: None,
            cut: None,
        };
        self.nodes.push(Node::Leaf { value: 0.0 });
        if self.may_split(&root) {
            let own = self.take();
            let mut bins = std::mem::take(&mut self.room.histograms[own]);
            root.cut = self.look(&root, &mut bins);
            self.room.histograms[own] = bins;
            root.histogram = Some(own);
        }
        self.leaves.push(root);
    }

    /// The leaf with the largest gain; of equal ones the oldest.
    fn next(&self) -> Option<(usize, Cut)> {
        let mut found: Option<(usize, Cut)> = None;
        for (place, leaf) in self.leaves.iter().enumerate() {
            if let Some(cut) = leaf.cut
                && found.is_none_or(|(_, best)| cut.gain > best.gain)
            {
                found = Some((place, cut));
            }
        }
        found
    }

    fn may_split(&self, leaf: &Leaf) -> bool {
        let rows = leaf.end - leaf.start;
        rows >= 2 * self.rule.min_rows as usize
            && self
                .ground
                .parameters
                .max_depth
                .is_none_or(|most| leaf.depth < most)
    }

    fn split(&mut self, place: usize, cut: Cut) {
        let (start, end) = (self.leaves[place].start, self.leaves[place].end);
        let middle = self.part(start, end, cut);
        let node = self.nodes.len();
        self.nodes.resize(node + 2, Node::Leaf { value: 0.0 });
        let parent = &mut self.leaves[place];
        self.nodes[parent.node] = Node::Split {
            feature: self.ground.chosen[cut.column],
            threshold: self.looked_at[cut.column].threshold(cut.bin, cut.bin + 1),
            bin: cut.bin,
            left: node as u32,
            right: node as u32 + 1,
        };
        let mut rest = parent.total;
        rest.subtract(cut.left);
        let histogram = parent.histogram.take();
        let depth = parent.depth + 1;
        let leaf = |node, start, end, total| Leaf {
            node,
            start,
            end,
            depth,
            total,
            histogram: None,
            cut: None,
        };
        let mut left = leaf(node, start, middle, cut.left);
        let mut right = leaf(node + 1, middle, end, rest);
        if self.leaves.len() + 1 < self.ground.parameters.num_leaves as usize {
            self.examine(&mut left, &mut right, histogram);
        } else {
            self.room.free.extend(histogram);
        }
        self.leaves[place] = left;
        self.leaves.push(right);
    }

    /// Moves the rows of the left side to the front, keeping their order; returns where the right side starts.
    fn part(&mut self, start: usize, end: usize, cut: Cut) -> usize {
        let bin = &self.looked_at[cut.column].bin;
        let count = end - start;
        let Room {
            rows,
            cells,
            right_rows,
            right_cells,
            ..
        } = &mut *self.room;
        if right_rows.len() < count {
            right_rows.resize(count, 0);
            right_cells.resize(count, Cell::default());
        }
        let (rows, cells) = (&mut rows[start..end], &mut cells[start..end]);
        let (mut left, mut right) = (0, 0);
        // Both sides are written, one of them counts: no branch that cannot be foretold.
        for place in 0..count {
            let (row, cell) = (rows[place], cells[place]);
            let goes_left = bin[row as usize] <= cut.bin;
            rows[left] = row;
            cells[left] = cell;
            right_rows[right] = row;
            right_cells[right] = cell;
            left += usize::from(goes_left);
            right += usize::from(!goes_left);
        }
        rows[left..].copy_from_slice(&right_rows[..right]);
        cells[left..].copy_from_slice(&right_cells[..right]);
        start + left
    }

    /// Finds the cuts of two new leaves: the histogram of the smaller one is summed, that of the larger is what the parent's
    /// has left.
    fn examine(&mut self, left: &mut Leaf, right: &mut Leaf, histogram: Option<usize>) {
        let (small, large) = if left.end - left.start <= right.end - right.start {
            (left, right)
        } else {
            (right, left)
        };
        let Some(parent) = histogram else { return };
        if !self.may_split(large) {
            self.room.free.push(parent);
            return;
        }
        let own = self.take();
        let mut part = std::mem::take(&mut self.room.histograms[own]);
        let mut whole = std::mem::take(&mut self.room.histograms[parent]);
        if self.may_split(small) {
            (small.cut, large.cut) = self.look_at_both(small, large, &mut part, &mut whole);
            small.histogram = Some(own);
        } else {
            let more_rows = (large.end - large.start) - (small.end - small.start);
            large.cut = if more_rows * self.looked_at.len() < self.bins {
                // Summing some more rows is cheaper than subtracting all bins.
                self.look(large, &mut whole)
            } else {
                self.look_at_rest(small, large, &mut part, &mut whole)
            };
            self.room.free.push(own);
        }
        large.histogram = Some(parent);
        self.room.histograms[own] = part;
        self.room.histograms[parent] = whole;
    }

    /// A histogram that nobody uses.
    fn take(&mut self) -> usize {
        self.room.free.pop().unwrap_or_else(|| {
            let empty = vec![[Cell::default(); BINS]; self.looked_at.len()];
            self.room.histograms.push(empty);
            self.room.histograms.len() - 1
        })
    }

    fn rows(&self, leaf: &Leaf) -> Rows<'_> {
        let range = leaf.start..leaf.end;
        let rows = self
            .ground
            .columns
            .first()
            .map_or(0, |column| column.bin.len());
        Rows {
            places: &self.room.rows[range.clone()],
            cells: &self.room.cells[range],
            all: leaf.end - leaf.start == rows,
        }
    }

    /// Sums a leaf's histogram and finds its cut.
    fn look(&self, leaf: &Leaf, bins: &mut [Bins]) -> Option<Cut> {
        let work = (leaf.end - leaf.start) * bins.len();
        let rows = self.rows(leaf);
        self.by_group(work, bins, &mut [], |bins, _, columns, first| {
            fill(bins, columns, rows);
            (self.cut(bins, columns, first, leaf.total), None)
        })
        .0
    }

    /// Sums the smaller leaf's histogram, subtracts it from the parent's and finds both cuts.
    fn look_at_both(
        &self,
        small: &Leaf,
        large: &Leaf,
        part: &mut [Bins],
        whole: &mut [Bins],
    ) -> (Option<Cut>, Option<Cut>) {
        let work = (small.end - small.start) * part.len();
        let rows = self.rows(small);
        self.by_group(work, part, whole, |part, whole, columns, first| {
            fill(part, columns, rows);
            subtract(whole, part, columns);
            (
                self.cut(part, columns, first, small.total),
                self.cut(whole, columns, first, large.total),
            )
        })
    }

    /// As [`Self::look_at_both`], where the smaller leaf is too small to be split.
    fn look_at_rest(
        &self,
        small: &Leaf,
        large: &Leaf,
        part: &mut [Bins],
        whole: &mut [Bins],
    ) -> Option<Cut> {
        let work = (small.end - small.start) * part.len();
        let rows = self.rows(small);
        self.by_group(work, part, whole, |part, whole, columns, first| {
            fill(part, columns, rows);
            subtract(whole, part, columns);
            (None, self.cut(whole, columns, first, large.total))
        })
        .1
    }

    /// Does something with groups of columns, side by side where it is worth it, and keeps the best cuts of each of two
    /// leaves. A group gets its bins in one or two histograms, its columns and the place of the first.
    fn by_group(
        &self,
        work: usize,
        first: &mut [Bins],
        second: &mut [Bins],
        each: impl Fn(&mut [Bins], &mut [Bins], &[&Column], usize) -> Both + Sync,
    ) -> Both {
        let columns = self.looked_at.chunks(GROUP);
        let mut seconds = second.chunks_mut(GROUP);
        let groups = first.chunks_mut(GROUP).zip(columns).enumerate();
        let groups =
            groups.map(|(number, (bins, columns))| (number, bins, seconds.next(), columns));
        let run = |(number, bins, others, columns): Group<'_>| {
            each(bins, others.unwrap_or_default(), columns, number * GROUP)
        };
        if work < PARALLEL {
            return groups.map(run).fold((None, None), better);
        }
        let groups: Vec<Group<'_>> = groups.collect();
        let found: Vec<Both> = groups.into_par_iter().map(run).collect();
        found.into_iter().fold((None, None), better)
    }

    /// The best cut of a leaf among some columns.
    fn cut(&self, bins: &[Bins], columns: &[&Column], first: usize, total: Cell) -> Option<Cut> {
        let mut found = None;
        for (place, (bins, column)) in bins.iter().zip(columns).enumerate() {
            let bins = &bins[..column.bins()];
            found = larger(found, best(bins, total, self.rule, first + place));
        }
        found
    }

    fn finish(self) -> Grown {
        let Self {
            ground,
            mut nodes,
            leaves,
            ..
        } = self;
        let parameters = ground.parameters;
        let alone = leaves.len() == 1;
        let leaves = leaves
            .into_iter()
            .map(|leaf| {
                let step = ground.scale.step(leaf.total, parameters.reg_lambda);
                // Without any split a tree says what the start has said.
                let value = if alone {
                    0.0
                } else {
                    parameters.learning_rate * step
                } as f32;
                nodes[leaf.node] = Node::Leaf { value };
                (leaf.start, leaf.end, value)
            })
            .collect();
        Grown {
            tree: Tree { nodes },
            leaves,
        }
    }
}

/// Number of a group of columns, its bins in two histograms, the columns.
type Group<'a> = (
    usize,
    &'a mut [Bins],
    Option<&'a mut [Bins]>,
    &'a [&'a Column],
);
/// The best cuts of two leaves.
type Both = (Option<Cut>, Option<Cut>);

fn better(found: Both, other: Both) -> Both {
    (larger(found.0, other.0), larger(found.1, other.1))
}

/// The cut with the larger gain; of equal ones the first.
fn larger(found: Option<Cut>, other: Option<Cut>) -> Option<Cut> {
    match (found, other) {
        (Some(a), Some(b)) if b.gain > a.gain => Some(b),
        (None, other) => other,
        (found, _) => found,
    }
}
