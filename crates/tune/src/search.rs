//! A search: asked for the next trial, it answers from what is known.
//!
//! # One seed, one result
//!
//! Trial `n` may use the outcomes of trials `0 ..= n - window` alone, and they must be there; later trials count as
//! running, whatever came of them. A search with a window of 4 therefore proposes the same trials whether one or four
//! of them run at a time, and in whatever order they end; where more may run, it lets them wait. The window is a function of
//! the number of trials, see [`window`], and never of the parallelism.

use crate::axis::{Axis, Spot};
use crate::random::Stream;
use crate::space::{Point, Space, Value};
use crate::tpe::{Inherited, Seen, Tpe};
use crate::trial::{Goal, Outcome, Parent, Trial};

/// The least window: so many trials run side by side in any search.
pub const WINDOW: usize = 4;
/// The part of the trials that a window is: what a search does not see costs quality, the more the shorter it is.
const SHARE: u64 = 15;
/// Trials that are spread over the space before the estimator is asked.
const START_UP: usize = 5;
/// Stream of what belongs to the search as a whole; trials have the streams from 1.
const WHOLE: u64 = 0;
/// Draws of a proposal that was made before, before it is made again.
const REDRAWS: usize = 16;

/// How points are chosen.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Strategy {
    /// Evenly at random.
    Random,
    /// Every point of a space that can be counted, in order.
    Grid,
    /// The tree-structured Parzen estimator.
    Bayesian,
    /// Evenly at random; bad ones are stopped early, see [`crate::Hyperband`].
    Hyperband,
}

/// What a search is.
#[derive(Debug, Clone)]
pub struct Search {
    space: Space,
    axes: Vec<Axis>,
    strategy: Strategy,
    goal: Goal,
    seed: u64,
    window: usize,
    parents: Vec<Inherited>,
    inherited: usize,
    waits: bool,
}

/// The answer to a question.
#[derive(Debug, Clone, PartialEq)]
pub enum Ask {
    /// The next trial.
    Point(Point),
    /// An outcome that the next trial needs is not there yet.
    Wait,
    /// The grid has no more points.
    Exhausted,
}

/// The window of a search with so many trials, if that is known: how many of them may run side by side without changing what
/// is proposed.
///
/// ```
/// assert_eq!([None, Some(20), Some(60), Some(120), Some(750)].map(tune::window), [4, 4, 4, 8, 50]);
/// ```
pub fn window(trials: Option<u64>) -> usize {
    let share = usize::try_from(trials.unwrap_or(0) / SHARE).unwrap_or(usize::MAX);
    share.max(WINDOW)
}

impl Search {
    /// A search with a [`window`].
    pub fn new(space: Space, strategy: Strategy, goal: Goal, seed: u64, window: usize) -> Self {
        Self {
            axes: space.parameters().iter().map(Axis::of).collect(),
            space,
            strategy,
            goal,
            seed,
            window: window.max(1),
            parents: Vec::new(),
            inherited: 0,
            waits: matches!(strategy, Strategy::Bayesian | Strategy::Hyperband),
        }
    }

    /// The search where trials are stopped early: then every strategy needs the outcomes that its window names, since
    /// what a trial is compared with must not depend on the order in which trials end.
    #[must_use]
    pub fn with_early_stopping(mut self) -> Self {
        self.waits = true;
        self
    }

    /// The search with what earlier ones found.
    #[must_use]
    pub fn with_parents(mut self, parents: &[Parent]) -> Self {
        let inherited = |parent: &Parent| Inherited {
            kinship: parent.kinship,
            points: parent
                .trials
                .iter()
                .map(|(point, objective)| (self.spots(point), self.goal.loss(*objective)))
                .collect(),
        };
        let parents: Vec<_> = parents.iter().map(inherited).collect();
        self.inherited = parents.iter().map(|parent| parent.points.len()).sum();
        self.parents = parents;
        self
    }

    /// The space that is searched.
    pub fn space(&self) -> &Space {
        &self.space
    }

    /// How many trials back an outcome must be known.
    pub fn window(&self) -> usize {
        self.window
    }

    /// The next trial after those that were proposed.
    ///
    /// ```
    /// use tune::{Ask, Domain, Goal, Parameter, Scale, Search, Space, Strategy};
    ///
    /// let rate = Domain::Continuous { low: 1e-4, high: 1.0, scale: Scale::Logarithmic };
    /// let space = Space::new(vec![Parameter { name: "rate".into(), domain: rate }]).unwrap();
    /// let search = Search::new(space, Strategy::Bayesian, Goal::Minimize, 42, tune::WINDOW);
    /// let Ask::Point(point) = search.ask(&[]) else { panic!() };
    /// assert_eq!(search.space().texts(&point).len(), 1);
    /// assert_eq!(search.ask(&[]), Ask::Point(point));
    /// ```
    pub fn ask(&self, trials: &[Trial]) -> Ask {
        let number = trials.len();
        let known = (number + 1).saturating_sub(self.window);
        if self.waits
            && trials[..known]
                .iter()
                .any(|trial| trial.outcome == Outcome::Pending)
        {
            return Ask::Wait;
        }
        if self.strategy == Strategy::Grid {
            return self.grid(number as u64);
        }
        let mut stream = Stream::new(self.seed, number as u64 + 1);
        let made = |point: &Point| trials.iter().any(|trial| same(&trial.point, point));
        let model = self.model(trials, known);
        let mut point = self.draw(model.as_ref(), number, &mut stream);
        for _ in 0..REDRAWS {
            if !made(&point) {
                break;
            }
            point = self.draw(model.as_ref(), number, &mut stream);
        }
        if made(&point) {
            point = self.point(&self.random(&mut stream));
        }
        Ask::Point(point)
    }

    /// The estimator of the outcomes that may be looked at, where there are enough of them.
    fn model(&self, trials: &[Trial], known: usize) -> Option<Tpe<'_>> {
        if self.strategy != Strategy::Bayesian || known + self.inherited < START_UP {
            return None;
        }
        let seen = trials.iter().enumerate().map(|(place, trial)| Seen {
            spots: self.spots(&trial.point),
            outcome: match trial.outcome {
                Outcome::Scored(objective) if place < known => {
                    Outcome::Scored(self.goal.loss(objective))
                }
                Outcome::Failed if place < known => Outcome::Failed,
                _ => Outcome::Pending,
            },
        });
        Some(Tpe::new(&self.axes, seen.collect(), &self.parents))
    }

    fn draw(&self, model: Option<&Tpe<'_>>, number: usize, stream: &mut Stream) -> Point {
        let places = match model {
            Some(model) => model.propose(stream, |places| self.spots(&self.point(places))),
            None if self.strategy == Strategy::Bayesian => self.spread(number, stream),
            None => self.random(stream),
        };
        self.point(&places)
    }

    fn random(&self, stream: &mut Stream) -> Vec<f64> {
        self.axes.iter().map(|_| stream.unit()).collect()
    }

    /// Places of an additive recurrence with the generalized golden ratio, shifted at random: more even than chance.
    fn spread(&self, number: usize, stream: &mut Stream) -> Vec<f64> {
        let dimensions = self.axes.len();
        let ratio = golden(dimensions);
        let mut whole = Stream::new(self.seed, WHOLE);
        let mut step = 1.0;
        let mut place = |axis: &Axis| {
            step /= ratio;
            let place = (whole.unit() + step * (number as f64 + 1.0)).fract();
            match axis {
                // Words have no order to be even in.
                Axis::Words { .. } => stream.unit(),
                _ => place,
            }
        };
        self.axes.iter().map(&mut place).collect()
    }

    fn grid(&self, number: u64) -> Ask {
        let Some(points) = self.space.points() else {
            return Ask::Exhausted;
        };
        if number >= points {
            return Ask::Exhausted;
        }
        let mut left = number;
        let mut point = Vec::new();
        for parameter in self.space.parameters().iter().rev() {
            use crate::space::Domain;
            let (value, count) = match &parameter.domain {
                Domain::Continuous { low, .. } => (Value::Real(*low), 1),
                Domain::Integer { low, high, .. } => {
                    let count = high.abs_diff(*low) + 1;
                    let step = i64::try_from(left % count).unwrap_or(0);
                    (Value::Integer(low + step), count)
                }
                Domain::Categorical { values } => {
                    let count = values.len() as u64;
                    let category = usize::try_from(left % count).unwrap_or(0);
                    (Value::Category { category }, count)
                }
            };
            left /= count;
            point.push(value);
        }
        point.reverse();
        Ask::Point(point)
    }

    fn point(&self, places: &[f64]) -> Point {
        let parameters = self.space.parameters().iter();
        parameters
            .zip(self.axes.iter().zip(places))
            .map(|(parameter, (axis, place))| axis.value(*place, &parameter.domain))
            .collect()
    }

    fn spots(&self, point: &[Value]) -> Vec<Spot> {
        self.axes
            .iter()
            .zip(point)
            .map(|(axis, value)| axis.spot(value))
            .collect()
    }
}

/// Whether two points of one space are the same to the last bit.
fn same(one: &[Value], other: &[Value]) -> bool {
    let equal = |(one, other): (&Value, &Value)| match (one, other) {
        (Value::Real(one), Value::Real(other)) => one.to_bits() == other.to_bits(),
        (one, other) => one == other,
    };
    one.len() == other.len() && one.iter().zip(other).all(equal)
}

/// The root above 1 of `x^(d + 1) = x + 1`.
fn golden(dimensions: usize) -> f64 {
    let power = 1.0 / (dimensions as f64 + 1.0);
    (0..64).fold(2.0_f64, |ratio, _| (1.0 + ratio).powf(power))
}

#[cfg(test)]
mod tests;
