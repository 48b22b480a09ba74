//! Trees as walked here, and their making from the parallel lists of `ai.onnx.ml` up to version 4.
//!
//! Every kind of branch becomes one of `x <= threshold`; which way a missing value goes is a bit of the branch. A walk
//! always ends: children stand after their parents.

use std::collections::BTreeMap;

use crate::onnx::constant;
use crate::onnx::error::Error;
use crate::onnx::node::Node;
use crate::onnx::tensor::{Data, Fault};

/// Set in a branch's feature where a missing value goes left.
const MISSING_LEFT: u32 = 1 << 31;
/// The feature of a leaf.
const LEAF: u32 = u32::MAX;

/// A branch, or a leaf with the range of its weights in place of children.
#[derive(Debug, Clone, Copy)]
struct Branch {
    feature: u32,
    threshold: f32,
    left: u32,
    right: u32,
}

/// What a node of a tree asks.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Mode {
    LessOrEqual,
    Less,
    GreaterOrEqual,
    Greater,
    Equal,
    NotEqual,
    Leaf,
}

impl Mode {
    pub(super) fn named(name: &str) -> Option<Self> {
        Some(match name {
            "BRANCH_LEQ" => Self::LessOrEqual,
            "BRANCH_LT" => Self::Less,
            "BRANCH_GTE" => Self::GreaterOrEqual,
            "BRANCH_GT" => Self::Greater,
            "BRANCH_EQ" => Self::Equal,
            "BRANCH_NEQ" => Self::NotEqual,
            "LEAF" => Self::Leaf,
            _ => return None,
        })
    }
}

/// A node before it has its place.
#[derive(Debug, Clone, Copy)]
pub(super) struct Question {
    pub mode: Mode,
    pub feature: i64,
    pub threshold: f32,
    /// Whether a missing value goes the way of those for which the answer is yes.
    pub missing_is_true: bool,
}

/// Trees with weights in their leaves.
#[derive(Debug, Clone, Default)]
pub(super) struct Forest {
    roots: Vec<u32>,
    branches: Vec<Branch>,
    weights: Vec<(u32, f32)>,
    /// Columns that rows have at least.
    pub columns: usize,
}

/// How the leaves of all trees come together.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Aggregate {
    Sum,
    Average,
    Least,
    Most,
}

impl Forest {
    /// Adds a tree; `node` answers the question and the children of a number, `leaf` its weights.
    pub(super) fn grow(
        &mut self,
        root: usize,
        count: usize,
        node: impl Fn(usize) -> Result<(Question, [usize; 2]), &'static str>,
        leaf: impl Fn(usize) -> Vec<(u32, f32)>,
    ) -> Result<(), &'static str> {
        self.roots.push(self.branches.len() as u32);
        let mut made = 0_usize;
        // Where the place of a child is written: branch, and whether left.
        let mut open: Vec<(usize, Vec<(usize, bool)>)> = vec![(root, Vec::new())];
        while let Some((at, parents)) = open.pop() {
            made += 1;
            if made > count {
                return Err("a node with two parents");
            }
            let place = self.branches.len();
            for (parent, is_left) in parents {
                let parent = &mut self.branches[parent];
                *(if is_left {
                    &mut parent.left
                } else {
                    &mut parent.right
                }) = place as u32;
            }
            let (question, [yes, no]) = node(at)?;
            if question.mode == Mode::Leaf {
                let start = self.weights.len() as u32;
                self.weights.extend(leaf(at));
                let right = self.weights.len() as u32;
                self.branches.push(Branch {
                    feature: LEAF,
                    threshold: 0.0,
                    left: start,
                    right,
                });
                continue;
            }
            let (to_yes, to_no) = self.branch(question)?;
            open.push((no, to_no));
            open.push((yes, to_yes));
        }
        Ok(())
    }

    /// Adds the branches of a question; returns where the places of both answers are to be written.
    fn branch(&mut self, question: Question) -> Result<Ways, &'static str> {
        let feature = u32::try_from(question.feature)
            .ok()
            .filter(|&feature| feature < MISSING_LEFT - 1);
        let feature = feature.ok_or("a feature that is not there")?;
        self.columns = self.columns.max(feature as usize + 1);
        let threshold = question.threshold;
        let below = threshold.next_down();
        let at = self.branches.len();
        let mut push = |threshold: f32, missing_left: bool, right: u32| {
            let feature = feature | if missing_left { MISSING_LEFT } else { 0 };
            self.branches.push(Branch {
                feature,
                threshold,
                left: 0,
                right,
            });
        };
        let missing = question.missing_is_true;
        let straight = (vec![(at, true)], vec![(at, false)]);
        let turned = (vec![(at, false)], vec![(at, true)]);
        Ok(match question.mode {
            Mode::LessOrEqual => {
                push(threshold, missing, 0);
                straight
            }
            Mode::Less => {
                push(below, missing, 0);
                straight
            }
            Mode::Greater => {
                push(threshold, !missing, 0);
                turned
            }
            Mode::GreaterOrEqual => {
                push(below, !missing, 0);
                turned
            }
            // Above: no. Else below: no, and what is left: yes. A missing value skips the first and fails the second.
            Mode::Equal | Mode::NotEqual => {
                let same_way = (question.mode == Mode::Equal) == missing;
                push(threshold, same_way, 0);
                push(below, !same_way, 0);
                self.branches[at].left = at as u32 + 1;
                let same = vec![(at + 1, false)];
                let other = vec![(at, false), (at + 1, true)];
                if question.mode == Mode::Equal {
                    (same, other)
                } else {
                    (other, same)
                }
            }
            Mode::Leaf => return Err("a leaf that branches"),
        })
    }

    pub(super) fn trees(&self) -> usize {
        self.roots.len()
    }

    /// Branches and leaves of all trees.
    pub(super) fn size(&self) -> usize {
        self.branches.len()
    }

    /// Whether no weight is below 0.
    pub(super) fn is_positive(&self) -> bool {
        self.weights.iter().all(|&(_, weight)| weight >= 0.0)
    }

    /// Targets that have weights.
    pub(super) fn targets(&self) -> std::collections::BTreeSet<u32> {
        self.weights.iter().map(|&(target, _)| target).collect()
    }

    /// Refuses rows with too few columns.
    pub(super) fn check(&self, columns: usize) -> Result<(), Fault> {
        if columns < self.columns {
            return Err(format!("{columns} columns, expected {}", self.columns).into());
        }
        Ok(())
    }

    /// The weights of the leaf of each tree that a row falls into, tree after tree.
    #[inline]
    pub(super) fn visit(&self, row: &[f32], mut add: impl FnMut(u32, f32)) {
        for &root in &self.roots {
            let mut branch = self.branches[root as usize];
            while branch.feature != LEAF {
                let x = row[(branch.feature & !MISSING_LEFT) as usize];
                let left =
                    x <= branch.threshold || (branch.feature & MISSING_LEFT != 0 && x.is_nan());
                branch = self.branches[if left { branch.left } else { branch.right } as usize];
            }
            for &(target, weight) in &self.weights[branch.left as usize..branch.right as usize] {
                add(target, weight);
            }
        }
    }

    /// Scores of a row, from nothing.
    pub(super) fn score(&self, row: &[f32], aggregate: Aggregate, scores: &mut [f32]) {
        match aggregate {
            Aggregate::Sum | Aggregate::Average => {
                scores.fill(0.0);
                self.visit(row, |target, weight| scores[target as usize] += weight);
                if aggregate == Aggregate::Average {
                    let count = self.trees() as f32;
                    for score in scores.iter_mut() {
                        *score /= count;
                    }
                }
            }
            Aggregate::Least | Aggregate::Most => {
                scores.fill(f32::NAN);
                self.visit(row, |target, weight| {
                    let score = &mut scores[target as usize];
                    *score = if aggregate == Aggregate::Least {
                        score.min(weight)
                    } else {
                        score.max(weight)
                    };
                });
                scores
                    .iter_mut()
                    .filter(|score| score.is_nan())
                    .for_each(|score| *score = 0.0);
            }
        }
    }
}

/// Where the places of both answers to a question are written: yes, no.
type Ways = (Vec<(usize, bool)>, Vec<(usize, bool)>);

/// Numbers of an attribute, or of its form of double precision.
pub(super) fn numbers(
    node: Node<'_>,
    name: &'static str,
    tensor: &'static str,
) -> Result<Vec<f32>, Error> {
    match node.tensor(tensor) {
        None => Ok(node.floats(name).to_vec()),
        Some(given) => match constant::read(given)?.into_data() {
            Data::Floats(all) => Ok(all),
            // A threshold of double precision is rounded down, so that rows of single precision go the same way.
            Data::Doubles(all) => Ok(all.into_iter().map(rounded_down).collect()),
            _ => Err(node.wrong(tensor, "numbers")),
        },
    }
}

fn rounded_down(x: f64) -> f32 {
    let near = x as f32;
    if f64::from(near) > x {
        near.next_down()
    } else {
        near
    }
}

/// The lists of a node, one entry a tree node each.
struct Lists<'a> {
    trees: &'a [i64],
    ids: &'a [i64],
    features: &'a [i64],
    thresholds: Vec<f32>,
    yes: &'a [i64],
    no: &'a [i64],
    missing: &'a [i64],
    modes: Vec<Mode>,
}

impl<'a> Lists<'a> {
    /// Reads lists that are equally long.
    fn of(node: Node<'a>) -> Result<Self, Error> {
        let mode = |name: String| {
            Mode::named(&name)
                .ok_or_else(|| node.wrong("nodes_modes", "`BRANCH_LEQ` and its like, or `LEAF`"))
        };
        let modes = node.texts("nodes_modes")?.into_iter().map(mode);
        let lists = Self {
            trees: node.ints("nodes_treeids"),
            ids: node.ints("nodes_nodeids"),
            features: node.ints("nodes_featureids"),
            thresholds: numbers(node, "nodes_values", "nodes_values_as_tensor")?,
            yes: node.ints("nodes_truenodeids"),
            no: node.ints("nodes_falsenodeids"),
            missing: node.ints("nodes_missing_value_tracks_true"),
            modes: modes.collect::<Result<_, _>>()?,
        };
        let count = lists.trees.len();
        let lengths = [
            lists.ids.len(),
            lists.features.len(),
            lists.modes.len(),
            lists.thresholds.len(),
            lists.yes.len(),
            lists.no.len(),
        ];
        let same = lengths.iter().all(|&length| length == count);
        if count > 0 && same && [0, count].contains(&lists.missing.len()) {
            return Ok(lists);
        }
        Err(Error::Trees {
            node: node.name(),
            problem: "lists of different lengths, or none",
        })
    }
}

/// Reads the trees of a node: `part` names the lists of its leaves, `targets` is the number of scores.
pub(super) fn read(
    node: Node<'_>,
    part: [&'static str; 5],
    targets: usize,
) -> Result<Forest, Error> {
    let wrong = |problem: &'static str| Error::Trees {
        node: node.name(),
        problem,
    };
    let lists = Lists::of(node)?;
    let numbered = lists.trees.iter().copied().zip(lists.ids.iter().copied());
    let places: BTreeMap<(i64, i64), usize> = numbered.zip(0..).collect();
    if places.len() != lists.trees.len() {
        return Err(wrong("two nodes with one number"));
    }
    let weights = leaf_weights(node, part, (&places, targets))?;
    let child = |at: usize, id: i64| {
        let place = places.get(&(lists.trees[at], id)).copied();
        place.ok_or("a child that is not there")
    };
    let question = |at: usize| {
        let asked = Question {
            mode: lists.modes[at],
            feature: lists.features[at],
            threshold: lists.thresholds[at],
            missing_is_true: lists.missing.get(at).is_some_and(|&flag| flag != 0),
        };
        let children = if asked.mode == Mode::Leaf {
            [at, at]
        } else {
            [child(at, lists.yes[at])?, child(at, lists.no[at])?]
        };
        Ok((asked, children))
    };
    let mut forest = Forest::default();
    let mut root = 0;
    // A tree's first node in the lists is its root.
    for tree in lists.trees.chunk_by(|first, second| first == second) {
        let leaf = |at: usize| weights.get(&at).cloned().unwrap_or_default();
        let grown = forest.grow(root, tree.len(), question, leaf);
        grown.map_err(wrong)?;
        root += tree.len();
    }
    Ok(forest)
}

/// Targets and weights by place of their leaf.
fn leaf_weights(
    node: Node<'_>,
    [trees, nodes, ids, values, tensor]: [&'static str; 5],
    (places, targets): (&BTreeMap<(i64, i64), usize>, usize),
) -> Result<BTreeMap<usize, Vec<(u32, f32)>>, Error> {
    let wrong = |problem: &'static str| Error::Trees {
        node: node.name(),
        problem,
    };
    let (trees, nodes, ids) = (node.ints(trees), node.ints(nodes), node.ints(ids));
    let values = match node.tensor(tensor) {
        None => node.floats(values).to_vec(),
        Some(given) => constant::read(given)?
            .floats()
            .map_err(|_| node.wrong(tensor, "numbers"))?
            .into_owned(),
    };
    if [nodes.len(), ids.len(), values.len()]
        .iter()
        .any(|&length| length != trees.len())
    {
        return Err(wrong("lists of different lengths, or none"));
    }
    let mut weights: BTreeMap<usize, Vec<(u32, f32)>> = BTreeMap::new();
    for at in 0..trees.len() {
        let leaf = places.get(&(trees[at], nodes[at])).copied();
        let leaf = leaf.ok_or_else(|| wrong("a weight of a node that is not there"))?;
        let target = usize::try_from(ids[at])
            .ok()
            .filter(|&target| target < targets);
        let target = target.ok_or_else(|| wrong("a class that is not there"))?;
        weights
            .entry(leaf)
            .or_default()
            .push((target as u32, values[at]));
    }
    Ok(weights)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Which way a value goes at one question: 1 for yes.
    fn goes(mode: Mode, missing_is_true: bool, x: f32) -> f32 {
        let mut forest = Forest::default();
        let node = |at: usize| {
            let mode = if at == 0 { mode } else { Mode::Leaf };
            Ok((
                Question {
                    mode,
                    feature: 0,
                    threshold: 2.0,
                    missing_is_true,
                },
                [1, 2],
            ))
        };
        forest
            .grow(0, 3, node, |at| vec![(0, if at == 1 { 1.0 } else { 0.0 })])
            .unwrap();
        let mut score = [0.0];
        forest.score(&[x], Aggregate::Sum, &mut score);
        score[0]
    }

    #[test]
    fn every_kind_of_branch_sends_each_value_its_way() {
        let cases = [
            (Mode::LessOrEqual, [true, true, false]),
            (Mode::Less, [true, false, false]),
            (Mode::GreaterOrEqual, [false, true, true]),
            (Mode::Greater, [false, false, true]),
            (Mode::Equal, [false, true, false]),
            (Mode::NotEqual, [true, false, true]),
        ];
        for (mode, expected) in cases {
            for missing in [false, true] {
                let found = [1.0, 2.0, 3.0].map(|x| goes(mode, missing, x) > 0.5);
                assert_eq!(found, expected, "{mode:?}");
                let unknown = goes(mode, missing, f32::NAN) > 0.5;
                assert_eq!(unknown, missing, "{mode:?}");
            }
        }
    }

    #[test]
    fn a_tree_that_turns_back_is_refused() {
        let mut forest = Forest::default();
        let node = |_: usize| {
            let question = Question {
                mode: Mode::Less,
                feature: 0,
                threshold: 0.0,
                missing_is_true: false,
            };
            Ok((question, [0, 0]))
        };
        assert_eq!(
            forest.grow(0, 5, node, |_| Vec::new()),
            Err("a node with two parents")
        );
    }
}
