//! The rounds of boosting.

use std::borrow::Cow;

use super::grower::{Ground, Grown, Room, grow};
use super::held_out::{HeldOut, hold_out};
use super::loss::{Classes, Loss};
use super::parameters::Parameters;
use super::quantity::Scale;
use super::sampling::some;
use super::tree::Tree;
use crate::Matrix;
use crate::families::bins::Column;
use crate::random::Stream;

/// A boosted model: each score is a start and one tree a round.
#[derive(Debug, Clone, PartialEq)]
pub struct Boosting {
    /// Each score before any tree: one for numbers and for two classes, else one a class.
    pub start: Vec<f64>,
    /// Trees, round by round; in a round one for each score.
    pub trees: Vec<Tree>,
}

/// What is learned.
#[derive(Debug, Clone, Copy)]
pub enum Goal<'a> {
    /// A number.
    Numbers(&'a [f64]),
    /// A class.
    Classes {
        /// Class of each row.
        labels: &'a [u32],
        /// Weight of a row of each class.
        weights: &'a [f64],
    },
}

impl Goal<'_> {
    fn loss(&self) -> Loss<'_> {
        match *self {
            Self::Numbers(targets) => Loss::Squared(targets),
            Self::Classes { labels, weights } => {
                let classes = Classes { labels, weights };
                if weights.len() == 2 {
                    Loss::Logistic(classes)
                } else {
                    Loss::Softmax(classes)
                }
            }
        }
    }

    fn labels(&self) -> Option<&[u32]> {
        match *self {
            Self::Numbers(_) => None,
            Self::Classes { labels, .. } => Some(labels),
        }
    }
}

/// Rows of a bin at least, as LightGBM has it by default: fewer bins, and no cut around a single row.
const MIN_BIN_ROWS: usize = 3;

/// Streams of the rounds' rows; those of the trees' columns begin here.
const COLUMN_STREAMS: u64 = 1 << 32;

/// Fits on all rows; threads are those of the pool that it runs in. The features become bins and are let go of before the
/// first round.
pub fn fit(
    features: Cow<'_, Matrix>,
    goal: Goal<'_>,
    parameters: &Parameters,
    seed: u64,
) -> Boosting {
    let columns = Column::all(&features, MIN_BIN_ROWS);
    let rows = features.rows;
    drop(features);
    let loss = goal.loss();
    let (train, mut held_out) = match parameters.early_stopping_rounds {
        None => ((0..rows as u32).collect(), None),
        Some(patience) => {
            let share = parameters.validation_fraction;
            let (train, rest) = hold_out(goal.labels(), rows, share, seed);
            let held_out = (!rest.is_empty()).then(|| HeldOut::new(rest, patience));
            (train, held_out)
        }
    };
    let start = loss.start(&train);
    let mut trainer = Trainer {
        columns: &columns,
        loss,
        parameters,
        seed,
        scores: start
            .iter()
            .copied()
            .cycle()
            .take(rows * start.len())
            .collect(),
        linked: vec![0.0; rows * start.len()],
        train,
        room: Room::default(),
        trees: Vec::new(),
    };
    for round in 1..=parameters.n_estimators {
        if !trainer.round(round, held_out.as_ref()) {
            break;
        }
        if let Some(held_out) = &mut held_out
            && !held_out.goes_on(&loss, &trainer.scores, round)
        {
            break;
        }
    }
    let mut trees = trainer.trees;
    if let Some(held_out) = held_out {
        trees.truncate(held_out.rounds as usize * start.len());
    }
    Boosting { start, trees }
}

struct Trainer<'a> {
    columns: &'a [Column],
    loss: Loss<'a>,
    parameters: &'a Parameters,
    seed: u64,
    /// Scores of all rows, row by row.
    scores: Vec<f64>,
    linked: Vec<f64>,
    train: Vec<u32>,
    room: Room,
    trees: Vec<Tree>,
}

impl Trainer<'_> {
    /// Adds the trees of a round; false, and nothing added, where no tree finds a split.
    fn round(&mut self, round: u32, held_out: Option<&HeldOut>) -> bool {
        let outputs = self.loss.outputs();
        self.loss.link(&self.scores, &mut self.linked);
        let drawn = self.draw(round);
        let before = self.trees.len();
        for output in 0..outputs {
            let scale = self.derive(output, drawn.as_deref());
            let tree = u64::from(round) * outputs as u64 + output as u64;
            let chosen = self.choose(tree);
            let ground = Ground {
                columns: self.columns,
                chosen: &chosen,
                scale,
                parameters: self.parameters,
            };
            let grown = grow(ground, &mut self.room);
            self.add(&grown, output, drawn.as_deref(), held_out);
            self.trees.push(grown.tree);
        }
        if self.trees[before..]
            .iter()
            .all(|tree| tree.nodes.len() == 1)
        {
            self.trees.truncate(before);
            return false;
        }
        true
    }

    /// The rows that a round sees, where it does not see all.
    fn draw(&self, round: u32) -> Option<Vec<u32>> {
        let share = self.parameters.subsample;
        (share < 1.0).then(|| {
            let wanted = ((self.train.len() as f64 * share) as usize).max(1);
            let places = some(
                self.train.len(),
                wanted,
                &mut Stream::new(self.seed, round.into()),
            );
            places
                .into_iter()
                .map(|place| self.train[place as usize])
                .collect()
        })
    }

    /// The columns that a tree sees.
    fn choose(&self, tree: u64) -> Vec<u32> {
        let all = self.columns.len();
        let share = self.parameters.colsample_bytree;
        if share >= 1.0 {
            return (0..all as u32).collect();
        }
        let wanted = ((all as f64 * share).round() as usize).max(1);
        let mut stream = Stream::new(self.seed, COLUMN_STREAMS + tree);
        some(all, wanted, &mut stream)
    }

    /// Puts rows and derivatives of one output into the room.
    fn derive(&mut self, output: usize, drawn: Option<&[u32]>) -> Scale {
        let rows = drawn.unwrap_or(&self.train);
        let (loss, linked) = (&self.loss, &self.linked);
        let of = |&row: &u32| loss.derivatives(linked, row as usize, output);
        let (mut gradient, mut hessian) = (0.0_f64, 0.0_f64);
        for (first, second) in rows.iter().map(of) {
            gradient = gradient.max(first.abs());
            hessian = hessian.max(second);
        }
        let scale = Scale::new(rows.len(), gradient, hessian);
        self.room.rows.clear();
        self.room.rows.extend_from_slice(rows);
        self.room.cells.clear();
        let cells = rows.iter().map(of);
        self.room
            .cells
            .extend(cells.map(|(first, second)| scale.cell(first, second)));
        scale
    }

    /// Adds a tree's answers to the scores: those of its own rows by leaf, those of others by walking.
    fn add(
        &mut self,
        grown: &Grown,
        output: usize,
        drawn: Option<&[u32]>,
        held_out: Option<&HeldOut>,
    ) {
        let outputs = self.loss.outputs();
        for &(start, end, value) in &grown.leaves {
            for &row in &self.room.rows[start..end] {
                self.scores[row as usize * outputs + output] += f64::from(value);
            }
        }
        let columns = self.columns;
        let scores = &mut self.scores;
        let mut walk = |row: u32| {
            let value = grown.tree.answer_binned(columns, row as usize);
            scores[row as usize * outputs + output] += f64::from(value);
        };
        if let Some(drawn) = drawn {
            let mut drawn = drawn.iter().peekable();
            for &row in &self.train {
                if drawn.next_if(|&&next| next == row).is_none() {
                    walk(row);
                }
            }
        }
        held_out
            .into_iter()
            .flat_map(|held_out| &held_out.rows)
            .for_each(|&row| walk(row));
    }
}

impl Boosting {
    /// The scores of a row before they become probabilities.
    pub fn scores(&self, features: &[f32]) -> Vec<f64> {
        let mut scores = self.start.clone();
        for round in self.trees.chunks(scores.len()) {
            for (score, tree) in scores.iter_mut().zip(round) {
                *score += f64::from(tree.answer(features));
            }
        }
        scores
    }

    /// Rounds that it has.
    pub fn rounds(&self) -> usize {
        self.trees.len() / self.start.len()
    }
}

#[cfg(test)]
mod tests;
