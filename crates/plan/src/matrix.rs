//! Designs beside one another: their figures, scored against the first of them.

use units::Span;
use workload::{Goals, ScoreWeights};

use crate::demand::Demand;
use crate::design::Design;
use crate::goal::{Kept, kept};
use crate::outcome::{Outcome, Unknown, World, judge};
use crate::score::{Better, Total, Weights, WeightsError, cell_score, total};
use crate::{Range, pareto_front};

/// A column of the matrix.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Column {
    /// From the start of the pipeline to the tested model, seconds.
    TrainingTime,
    /// 99 % quantile of the latency of an answer, seconds.
    Latency,
    /// Dollars a month.
    Cost,
    /// Share of the paid virtual CPU seconds that work.
    Utilization,
    /// What four machines bring over one, a fourth of it each.
    Scalability,
}

impl Column {
    /// All, in their order.
    pub const ALL: [Self; 5] = [
        Self::TrainingTime,
        Self::Latency,
        Self::Cost,
        Self::Utilization,
        Self::Scalability,
    ];

    /// Its key in the file and in JSON.
    pub const fn key(self) -> &'static str {
        match self {
            Self::TrainingTime => "training_time",
            Self::Latency => "latency",
            Self::Cost => "cost",
            Self::Utilization => "utilization",
            Self::Scalability => "scalability",
        }
    }

    /// Which way it is better.
    pub const fn better(self) -> Better {
        match self {
            Self::TrainingTime | Self::Latency | Self::Cost => Better::Less,
            Self::Utilization | Self::Scalability => Better::More,
        }
    }

    /// Its figure of a design.
    pub fn of(self, outcome: &Outcome<'_>) -> Option<Range<f64>> {
        match self {
            Self::TrainingTime => Some(outcome.run.time.range.seconds()),
            Self::Latency => outcome.endpoint.as_ref().map(|endpoint| endpoint.p99.range),
            Self::Cost => Some(outcome.cost.range.dollars()),
            Self::Utilization => outcome.utilization.map(Range::exact),
            Self::Scalability => outcome.scalability.map(Range::exact),
        }
    }
}

/// A design with its figures.
#[derive(Debug, Clone, PartialEq)]
pub struct Row<'a> {
    /// All of its figures.
    pub outcome: Outcome<'a>,
    /// Of each column the figure and its score.
    pub cells: Vec<Cell>,
    /// Its total score; none where it breaks a goal.
    pub total: Option<Total>,
    /// How likely it keeps each goal.
    pub goals: Vec<Kept>,
    /// Whether no other design that keeps the goals is better in everything.
    pub on_front: bool,
}

/// A cell.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Cell {
    /// Its column.
    pub column: Column,
    /// Its figure, where there is one.
    pub figure: Option<Range<f64>>,
    /// Its score against the baseline, which has 1.
    pub score: Option<Range<f64>>,
}

impl Row<'_> {
    /// Whether it keeps every goal more likely than not.
    pub fn keeps_goals(&self) -> bool {
        self.goals.iter().all(|kept| kept.chance >= 0.5)
    }
}

/// What a comparison is of.
#[derive(Debug, Clone, Copy)]
pub struct Question<'q> {
    /// The workload.
    pub demand: &'q Demand,
    /// What must be kept.
    pub goals: Option<&'q Goals>,
    /// What each column counts.
    pub weights: ScoreWeights,
}

/// A design that cannot be built, and why.
#[derive(Debug, Clone, PartialEq)]
pub struct Refused {
    /// The design.
    pub design: Design,
    /// Why.
    pub why: Unknown,
}

/// Designs beside one another.
#[derive(Debug, Clone, PartialEq)]
pub struct Matrix<'a> {
    /// Those that can be built; the first is the baseline.
    pub rows: Vec<Row<'a>>,
    /// Those that cannot.
    pub refused: Vec<Refused>,
}

/// Why there is no matrix.
#[derive(Debug, Clone, PartialEq, thiserror::Error)]
pub enum MatrixError {
    /// No weight counts.
    #[error(transparent)]
    Weights(#[from] WeightsError),
    /// The baseline itself cannot be judged.
    #[error("the baseline cannot be judged: {0}")]
    Baseline(Unknown),
}

/// Compares designs; the first is the baseline.
pub fn compare<'a>(
    world: World<'a>,
    question: Question<'_>,
    designs: &[Design],
) -> Result<Matrix<'a>, MatrixError> {
    let w = question.weights;
    let weights = Weights::new(vec![
        w.training_time,
        w.latency,
        w.cost,
        w.utilization,
        w.scalability,
    ])?;
    let limit: Option<Span> = question.goals.and_then(|goals| goals.latency.p99);
    let mut outcomes = Vec::new();
    let mut refused = Vec::new();
    for (place, design) in designs.iter().enumerate() {
        match judge(world, question.demand, design, limit) {
            Ok(outcome) => outcomes.push(outcome),
            Err(why) if place == 0 => return Err(MatrixError::Baseline(why)),
            Err(why) => refused.push(Refused {
                design: design.clone(),
                why,
            }),
        }
    }
    let mut rows = Vec::new();
    for outcome in &outcomes {
        rows.push(row(outcome.clone(), &outcomes[0], question.goals, &weights));
    }
    mark_front(&mut rows);
    Ok(Matrix { rows, refused })
}

fn row<'a>(
    outcome: Outcome<'a>,
    baseline: &Outcome<'a>,
    goals: Option<&Goals>,
    weights: &Weights,
) -> Row<'a> {
    let cell = |column: Column| {
        let (figure, of_baseline) = (column.of(&outcome), column.of(baseline));
        Cell {
            column,
            figure,
            score: of_baseline
                .zip(figure)
                .and_then(|(baseline, figure)| cell_score(column.better(), baseline, figure)),
        }
    };
    let cells: Vec<Cell> = Column::ALL.into_iter().map(cell).collect();
    let goals = goals.map(|goals| kept(goals, &outcome)).unwrap_or_default();
    let scores: Vec<_> = cells.iter().map(|cell| cell.score).collect();
    let mut row = Row {
        outcome,
        cells,
        total: None,
        goals,
        on_front: false,
    };
    row.total = total(&scores, weights).filter(|_| row.keeps_goals());
    row
}

/// The front by all columns among the designs that keep the goals.
fn mark_front(rows: &mut [Row<'_>]) {
    let keep: Vec<usize> = (0..rows.len())
        .filter(|&at| rows[at].keeps_goals())
        .collect();
    let figures = |at: usize| -> Vec<f64> {
        let cells = rows[at].cells.iter();
        cells
            .filter_map(|cell| {
                let mid = cell.figure?.mid;
                Some(match cell.column.better() {
                    Better::Less => mid,
                    Better::More => -mid,
                })
            })
            .collect()
    };
    let options: Vec<Vec<f64>> = keep.iter().map(|&at| figures(at)).collect();
    for place in pareto_front(&options) {
        rows[keep[place]].on_front = true;
    }
}

#[cfg(test)]
mod tests;
