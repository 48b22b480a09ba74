//! The loop over epochs and batches that all networks share.
//!
//! Examples are dealt anew in each epoch, the last short batch is left out, and a step is: slopes of a batch, their limit, the
//! optimiser. Whoever runs it looks at the state after each step and may keep it or stop.

use crate::adam::{Adam, Moving, clip};
use crate::error::Error;
use crate::random::Stream;
use crate::schedule::Schedule;
use crate::state::{EpochRecord, Parameters, Progress, State};

/// How a network is trained.
#[derive(Debug, Clone, PartialEq)]
pub struct Recipe {
    /// Passes over the examples.
    pub epochs: u32,
    /// Examples of a step.
    pub batch: usize,
    /// Learning rates.
    pub schedule: Schedule,
    /// The optimiser.
    pub adam: Adam,
    /// The longest gradient; longer ones are shortened.
    pub clip: Option<f64>,
    /// Epochs without a better validation loss after which training ends; the best epoch's network is kept.
    pub patience: Option<u32>,
    /// Seed of first weights, dealing and augmentation.
    pub seed: u64,
}

/// The examples of one step.
#[derive(Debug, Clone, Copy)]
pub struct Batch<'a> {
    /// Their numbers.
    pub examples: &'a [u32],
    /// Two random bits of each, for augmentation.
    pub bits: &'a [u8],
}

/// A network with the data that it is trained on.
pub trait Network {
    /// Number of training examples.
    fn examples(&self) -> usize;

    /// The parameters before the first step.
    fn initial(&self, seed: u64) -> Parameters;

    /// Mean loss of a batch; writes the slopes of all weights and moves the running statistics.
    fn step(&mut self, batch: Batch<'_>, parameters: &mut Parameters, slopes: &mut [f32]) -> f64;

    /// Loss on the validation examples, if there are any.
    fn validate(&mut self, parameters: &Parameters) -> Option<f64>;
}

/// What whoever watches a training says after a step.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Verdict {
    /// Go on.
    Continue,
    /// Stop here; the state can be resumed.
    Stop,
}

/// How a run of the loop ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Outcome {
    /// All epochs are done, or early stopping ended them.
    Finished,
    /// The watcher stopped it.
    Stopped,
}

/// A training that can be run, stopped and resumed.
#[derive(Debug)]
pub struct Training<N> {
    network: N,
    recipe: Recipe,
    state: State,
    slopes: Vec<f32>,
}

impl<N: Network> Training<N> {
    /// A training before its first step; `key` identifies recipe and data for a later [`Training::resume`].
    pub fn new(network: N, recipe: Recipe, key: &str) -> Result<Self, Error> {
        let current = network.initial(recipe.seed);
        let zeros = vec![0.0; current.weights.len()];
        let state = State {
            key: key.to_owned(),
            current,
            best: None,
            means: zeros.clone(),
            squares: zeros,
            progress: Progress::default(),
        };
        Self::from_state(network, recipe, state)
    }

    /// A training that goes on from a state of one with the same key.
    pub fn resume(network: N, recipe: Recipe, key: &str, state: State) -> Result<Self, Error> {
        let fresh = network.initial(recipe.seed);
        let like = |other: &Parameters| {
            other.weights.len() == fresh.weights.len()
                && other.statistics.len() == fresh.statistics.len()
        };
        let whole = like(&state.current)
            && state.best.as_ref().is_none_or(like)
            && [&state.means, &state.squares].map(Vec::len) == [fresh.weights.len(); 2];
        let problem = if state.key != key {
            "it belongs to other data or another recipe"
        } else if !whole {
            "it belongs to a network of another form"
        } else {
            return Self::from_state(network, recipe, state);
        };
        Err(Error::State {
            problem: problem.to_owned(),
        })
    }

    fn from_state(network: N, recipe: Recipe, state: State) -> Result<Self, Error> {
        let examples = network.examples();
        if recipe.batch == 0 || examples < recipe.batch {
            return Err(Error::TooFew {
                examples,
                batch: recipe.batch,
            });
        }
        let slopes = vec![0.0; state.current.weights.len()];
        Ok(Self {
            network,
            recipe,
            state,
            slopes,
        })
    }

    /// The network with its data.
    pub fn network(&self) -> &N {
        &self.network
    }

    /// Where it stands.
    pub fn state(&self) -> &State {
        &self.state
    }

    /// The network that the training has led to: that of the best epoch under early stopping, else the last.
    pub fn result(&self) -> &Parameters {
        self.state.best.as_ref().unwrap_or(&self.state.current)
    }

    /// Steps of an epoch.
    pub fn steps(&self) -> u32 {
        (self.network.examples() / self.recipe.batch) as u32
    }

    /// Runs until the end, or until `watch` stops it.
    pub fn run(&mut self, mut watch: impl FnMut(&State) -> Verdict) -> Result<Outcome, Error> {
        while !self.finished() {
            let epoch = self.state.progress.epochs.len() as u32;
            let deal = Deal::new(self.network.examples(), self.recipe.seed, epoch);
            while self.state.progress.step < self.steps() {
                self.step(&deal, epoch)?;
                let last = self.state.progress.step == self.steps();
                if last {
                    self.end_epoch();
                }
                if watch(&self.state) == Verdict::Stop && !self.finished() {
                    return Ok(Outcome::Stopped);
                }
                if last {
                    break;
                }
            }
        }
        Ok(Outcome::Finished)
    }

    fn finished(&self) -> bool {
        let progress = &self.state.progress;
        progress.stopped || progress.epochs.len() >= self.recipe.epochs as usize
    }

    fn step(&mut self, deal: &Deal, epoch: u32) -> Result<(), Error> {
        let State {
            current,
            means,
            squares,
            progress,
            ..
        } = &mut self.state;
        let loss = self.network.step(
            deal.batch(progress.step as usize, self.recipe.batch),
            current,
            &mut self.slopes,
        );
        if !loss.is_finite() {
            return Err(Error::Diverged {
                epoch,
                step: progress.step,
            });
        }
        if let Some(limit) = self.recipe.clip {
            clip(&mut self.slopes, limit);
        }
        let steps = (self.network.examples() / self.recipe.batch) as u64;
        let done = u64::from(epoch) * steps + u64::from(progress.step);
        let rate = self
            .recipe
            .schedule
            .rate(done, u64::from(self.recipe.epochs) * steps);
        let moving = Moving {
            weights: &mut current.weights,
            means,
            squares,
        };
        self.recipe.adam.step(moving, &self.slopes, done + 1, rate);
        progress.step += 1;
        progress.loss += loss;
        Ok(())
    }

    fn end_epoch(&mut self) {
        let validation_loss = self.network.validate(&self.state.current);
        let steps = f64::from(self.steps());
        let progress = &mut self.state.progress;
        progress.epochs.push(EpochRecord {
            training_loss: progress.loss / steps,
            validation_loss,
        });
        (progress.step, progress.loss) = (0, 0.0);
        let (Some(patience), Some(loss)) = (self.recipe.patience, validation_loss) else {
            return;
        };
        let epoch = (progress.epochs.len() - 1) as u32;
        if progress.best.is_none_or(|(_, least)| loss < least) {
            progress.best = Some((epoch, loss));
            self.state.best = Some(self.state.current.clone());
        } else if let Some((best, _)) = progress.best {
            progress.stopped = epoch - best >= patience;
        }
    }
}

/// The order of the examples in an epoch, and their random bits.
#[derive(Debug)]
struct Deal {
    order: Vec<u32>,
    bits: Vec<u8>,
}

impl Deal {
    /// Stream 0 is for weights; each epoch has the next.
    fn new(examples: usize, seed: u64, epoch: u32) -> Self {
        let mut stream = Stream::new(seed, u64::from(epoch) + 1);
        let mut order: Vec<u32> = (0..examples as u32).collect();
        for place in (1..examples).rev() {
            order.swap(place, stream.below(place as u32 + 1) as usize);
        }
        let bits = (0..examples).map(|_| (stream.next_u64() >> 62) as u8);
        Self {
            bits: bits.collect(),
            order,
        }
    }

    fn batch(&self, step: usize, size: usize) -> Batch<'_> {
        let places = step * size..(step + 1) * size;
        Batch {
            examples: &self.order[places.clone()],
            bits: &self.bits[places],
        }
    }
}

#[cfg(test)]
mod tests;
