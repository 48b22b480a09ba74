//! Trees of a file that was skimmed: their lists are read side by side, and each node goes to its place at once.
//!
//! Only the order in which this program writes trees is taken: nodes are numbered from 0 in each tree, children lie beside each
//! other and behind their parents, leaves have their weights in the order of the nodes. Any other file is read as a whole.

use crate::onnx::error::Error;
use crate::onnx::node::Node;
use crate::onnx::skim::Skimmed;
use crate::onnx::trees::Trees;

use super::tree_lists::LeafNames;

/// The depth of a node whose parent has not come yet.
const ORPHAN: u16 = u16::MAX;

/// The tree that is being read.
struct Growing {
    number: u64,
    /// Place of its root among all nodes.
    first: u32,
    /// Nodes that have come.
    come: usize,
    /// Depth of each node that is known to be there.
    depths: Vec<u16>,
}

impl Growing {
    fn is_whole(&self) -> bool {
        self.come == self.depths.len() && !self.depths.contains(&ORPHAN)
    }

    /// Notes two children; none where they have a parent already.
    fn adopt(&mut self, left: usize, depth: u16) -> Option<()> {
        if self.depths.len() < left + 2 {
            self.depths.resize(left + 2, ORPHAN);
        }
        let pair = &mut self.depths[left..left + 2];
        if depth >= ORPHAN - 1 || pair.iter().any(|&depth| depth != ORPHAN) {
            return None;
        }
        pair.fill(depth + 1);
        Some(())
    }
}

/// Reads the trees of a node.
pub(super) fn flatten(
    skimmed: &Skimmed,
    node: Node<'_>,
    leaves: LeafNames,
    (features, outputs): (usize, usize),
    base: Vec<f32>,
) -> Result<Trees, Error> {
    read(skimmed, node.output(0), leaves, (features, outputs), base).ok_or_else(|| Error::Trees {
        node: node.name(),
        problem: "another order than that of this program",
    })
}

fn read(
    skimmed: &Skimmed,
    output: &str,
    [leaf_trees, leaf_nodes, leaf_outputs, leaf_weights]: LeafNames,
    (features, outputs): (usize, usize),
    base: Vec<f32>,
) -> Option<Trees> {
    let ints = |name: &str| skimmed.ints(output, name);
    let numbers = ints("nodes_treeids")?;
    let (mut ids, mut of) = (ints("nodes_nodeids")?, ints("nodes_featureids")?);
    let (mut yes, mut no) = (ints("nodes_truenodeids")?, ints("nodes_falsenodeids")?);
    let mut thresholds = skimmed.floats(output, "nodes_values")?;
    let mut modes = skimmed.texts(output, "nodes_modes")?;
    let mut weights = ints(leaf_trees)?
        .zip(ints(leaf_nodes)?)
        .zip(ints(leaf_outputs)?.zip(skimmed.floats(output, leaf_weights)?))
        .peekable();
    let mut flat = Trees::new(base);
    let mut tree: Option<Growing> = None;
    let mut own = Vec::new();
    for number in numbers {
        if tree.as_ref().is_none_or(|tree| tree.number != number) {
            let next = tree.map_or(0, |tree| {
                if tree.is_whole() {
                    tree.number + 1
                } else {
                    u64::MAX
                }
            });
            if number != next {
                return None;
            }
            tree = Some(Growing {
                number,
                first: begin(&mut flat),
                come: 0,
                depths: vec![0],
            });
        }
        let growing = tree.as_mut()?;
        let (id, feature, threshold) = (ids.next()?, of.next()?, thresholds.next()?);
        let (left, right) = (yes.next()?, no.next()?);
        let depth = *growing.depths.get(growing.come)?;
        if id != growing.come as u64 || depth == ORPHAN {
            return None;
        }
        let at = growing.first + growing.come as u32;
        growing.come += 1;
        match modes.next()?.as_str() {
            "BRANCH_LEQ" => {
                let left = usize::try_from(left)
                    .ok()
                    .filter(|&left| left >= growing.come)?;
                let inside = (feature as usize) < features && right == left as u64 + 1;
                let before = growing.depths.len();
                inside.then(|| growing.adopt(left, depth)).flatten()?;
                flat.reserve(growing.depths.len() - before);
                let threshold = (feature as u32, threshold);
                flat.split(at, threshold, growing.first + left as u32);
            }
            "LEAF" => {
                own.clear();
                while let Some((_, (output, weight))) =
                    weights.next_if(|(place, _)| *place == (number, id))
                {
                    let output = usize::try_from(output).ok().filter(|&o| o < outputs)?;
                    own.push((output as u32, weight));
                }
                flat.leaf((at, depth.into()), &own);
            }
            _ => return None,
        }
    }
    let whole = tree.is_some_and(|tree| tree.is_whole());
    (whole && weights.next().is_none()).then_some(flat)
}

fn begin(flat: &mut Trees) -> u32 {
    let first = flat.reserve(1);
    flat.root(first);
    first
}
