//! Epochs, early stopping, checkpoints and their resumption, on a network of one weight.

//! The loop: batches, resumption, early stopping.

use super::*;

/// One weight that is pulled towards the mean of the examples 0, 1, 2, ...
#[derive(Debug)]
struct Mean {
    examples: usize,
    seen: Vec<Vec<u32>>,
    validation: Vec<f64>,
}

impl Mean {
    fn new(examples: usize) -> Self {
        Self {
            examples,
            seen: Vec::new(),
            validation: Vec::new(),
        }
    }
}

impl Network for Mean {
    fn examples(&self) -> usize {
        self.examples
    }

    fn initial(&self, seed: u64) -> Parameters {
        Parameters {
            weights: vec![seed as f32],
            statistics: vec![0.0],
        }
    }

    fn step(&mut self, batch: Batch<'_>, parameters: &mut Parameters, slopes: &mut [f32]) -> f64 {
        self.seen.push(batch.examples.to_vec());
        let weight = parameters.weights[0];
        parameters.statistics[0] += 1.0;
        let errors = batch.examples.iter().map(|&x| weight - x as f32);
        slopes[0] = 2.0 * errors.clone().sum::<f32>() / batch.examples.len() as f32;
        let squares = errors.map(|error| f64::from(error * error));
        squares.sum::<f64>() / batch.examples.len() as f64
    }

    fn validate(&mut self, _: &Parameters) -> Option<f64> {
        (!self.validation.is_empty()).then(|| self.validation.remove(0))
    }
}

fn recipe(epochs: u32) -> Recipe {
    Recipe {
        epochs,
        batch: 4,
        schedule: Schedule::Cosine { peak: 0.5 },
        adam: Adam::default(),
        clip: None,
        patience: None,
        seed: 3,
    }
}

fn forever(_: &State) -> Verdict {
    Verdict::Continue
}

#[test]
fn an_epoch_takes_each_example_at_most_once_and_in_a_new_order() {
    let mut training = Training::new(Mean::new(10), recipe(2), "k").unwrap();
    assert_eq!(training.run(forever).unwrap(), Outcome::Finished);
    let seen = &training.network.seen;
    assert_eq!(seen.len(), 4);
    let epoch = |steps: &[Vec<u32>]| {
        let mut examples = steps.concat();
        examples.sort_unstable();
        examples.dedup();
        examples.len()
    };
    assert_eq!((epoch(&seen[..2]), epoch(&seen[2..])), (8, 8));
    assert_ne!(seen[0], seen[2]);
}

#[test]
fn it_learns() {
    let mut training = Training::new(Mean::new(8), recipe(60), "k").unwrap();
    training.run(forever).unwrap();
    assert!((training.result().weights[0] - 3.5).abs() < 0.2);
    let epochs = &training.state().progress.epochs;
    assert!(epochs[59].training_loss < epochs[0].training_loss || epochs[0].training_loss < 6.0);
}

#[test]
fn a_resumed_training_is_the_uninterrupted_one() {
    let mut whole = Training::new(Mean::new(10), recipe(3), "k").unwrap();
    whole.run(forever).unwrap();
    for stop in 1..6 {
        let mut first = Training::new(Mean::new(10), recipe(3), "k").unwrap();
        let mut steps = 0;
        let outcome = first.run(|_| {
            steps += 1;
            if steps == stop {
                Verdict::Stop
            } else {
                Verdict::Continue
            }
        });
        assert_eq!(outcome.unwrap(), Outcome::Stopped);
        let state = State::from_bytes(&first.state().to_bytes()).unwrap();
        let mut second = Training::resume(Mean::new(10), recipe(3), "k", state).unwrap();
        assert_eq!(second.run(forever).unwrap(), Outcome::Finished);
        assert_eq!(second.state(), whole.state(), "stopped after {stop} steps");
    }
}

#[test]
fn early_stopping_keeps_the_best_epoch() {
    let mut network = Mean::new(8);
    network.validation = vec![0.5, 0.4, 0.45, 0.4, 0.1];
    let with = Recipe {
        patience: Some(2),
        ..recipe(10)
    };
    let mut training = Training::new(network, with, "k").unwrap();
    let mut after = Vec::new();
    training
        .run(|state| {
            after.push(state.current.weights[0]);
            Verdict::Continue
        })
        .unwrap();
    let progress = &training.state().progress;
    assert_eq!(progress.epochs.len(), 4);
    assert_eq!(progress.best, Some((1, 0.4)));
    // Two steps an epoch: the best network is that after the fourth.
    assert_eq!(training.result().weights[0], after[3]);
}

#[test]
fn wrong_states_and_too_few_examples_are_refused() {
    let state = Training::new(Mean::new(10), recipe(3), "k")
        .unwrap()
        .state()
        .clone();
    let refused = |key: &str, state: State| {
        Training::resume(Mean::new(10), recipe(3), key, state)
            .unwrap_err()
            .to_string()
    };
    assert_eq!(
        refused("other", state.clone()),
        "the saved training is not usable: it belongs to other data or another recipe"
    );
    let mut longer = state;
    longer.means.push(0.0);
    assert_eq!(
        refused("k", longer),
        "the saved training is not usable: it belongs to a network of another form"
    );
    let few = Training::new(Mean::new(3), recipe(1), "k").unwrap_err();
    assert_eq!(few.to_string(), "3 examples do not fill a batch of 4");
}

#[test]
fn a_loss_that_is_not_a_number_ends_the_training() {
    let mut network = Mean::new(8);
    network.validation = Vec::new();
    let wild = Recipe {
        schedule: Schedule::Cosine { peak: 1e38 },
        ..recipe(20)
    };
    let mut training = Training::new(network, wild, "k").unwrap();
    let error = training.run(forever).unwrap_err();
    assert!(matches!(error, Error::Diverged { .. }), "{error}");
}
