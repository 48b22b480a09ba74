//! The recurrent network learns a wave; slopes are those of finite differences, and no bit depends on the number of threads.

//! Slopes against differences, equality at any number of threads, learning.

use super::*;
use crate::{Adam, Recipe, Schedule, State, Training, Verdict};

/// A noisy wave; the target is its value three steps later.
fn wave(examples: usize) -> Windows {
    let mut stream = Stream::new(3, 77);
    let mut noise = || (stream.below(1000) as f32 - 500.0) / 5000.0;
    let steps = examples + 12;
    let value = |step: usize| (step as f32 * 0.4).sin();
    let mut windows = Windows::default();
    for step in 0..steps {
        windows.series.extend([value(step) + noise(), noise(), 1.0]);
    }
    for end in 8..8 + examples {
        windows.ends.push(end as u32);
        windows.extra.extend([noise(), value(end)]);
        windows.targets.push(value(end + 3));
    }
    windows
}

fn shape() -> Shape {
    Shape::new(9, 3, 16, 2).unwrap()
}

const EXAMPLES: [u32; 21] = [
    3, 0, 5, 1, 2, 9, 8, 7, 6, 4, 11, 10, 12, 13, 19, 18, 17, 16, 15, 14, 20,
];

const BATCH: Batch<'static> = Batch {
    examples: &EXAMPLES,
    bits: &[0; 21],
};

#[test]
fn slopes_are_those_of_finite_differences() {
    let windows = wave(30);
    let mut network = Lstm::new(shape(), &windows, None).unwrap();
    let mut parameters = network.initial(5);
    // Larger weights, so that the gates are bent.
    parameters
        .weights
        .iter_mut()
        .for_each(|weight| *weight *= 3.0);
    let mut slopes = vec![0.0; parameters.weights.len()];
    network.step(BATCH, &mut parameters, &mut slopes);
    let mut other = vec![0.0; slopes.len()];
    for place in (0..slopes.len())
        .step_by(9)
        .chain(slopes.len() - 19..slopes.len())
    {
        let mut moved = |by: f32| {
            let mut moved = parameters.clone();
            moved.weights[place] += by;
            let weight = f64::from(moved.weights[place]);
            (weight, network.step(BATCH, &mut moved, &mut other))
        };
        let ((upper, up), (lower, down)) = (moved(4e-3), moved(-4e-3));
        let slope = (up - down) / (upper - lower);
        let own = f64::from(slopes[place]);
        assert!(
            (slope - own).abs() < 2e-4 + 0.003 * own.abs(),
            "weight {place}: {own} and {slope}"
        );
    }
}

fn recipe() -> Recipe {
    Recipe {
        epochs: 20,
        batch: 40,
        schedule: Schedule::Cosine { peak: 0.01 },
        adam: Adam::default(),
        clip: Some(1.0),
        patience: None,
        seed: 2,
    }
}

fn trained(threads: usize, windows: &Windows) -> State {
    let network = Lstm::new(shape(), windows, Some(windows)).unwrap();
    let mut training = Training::new(network, recipe(), "wave").unwrap();
    let pool = rayon::ThreadPoolBuilder::new()
        .num_threads(threads)
        .build()
        .unwrap();
    pool.install(|| training.run(|_| Verdict::Continue))
        .unwrap();
    training.state().clone()
}

#[test]
fn it_learns_and_the_number_of_threads_changes_no_bit() {
    let windows = wave(200);
    let one = trained(1, &windows);
    let loss = one.progress.epochs[19].validation_loss.unwrap();
    assert!(loss < 0.03, "{loss}");
    for threads in [2, 4] {
        assert_eq!(
            trained(threads, &windows).to_bytes(),
            one.to_bytes(),
            "{threads} threads"
        );
    }
}

#[test]
fn a_resumed_training_gives_the_same_network() {
    let windows = wave(200);
    let whole = trained(2, &windows);
    let network = || Lstm::new(shape(), &windows, Some(&windows)).unwrap();
    let mut first = Training::new(network(), recipe(), "wave").unwrap();
    let mut left = 13;
    first
        .run(|_| {
            left -= 1;
            if left == 0 {
                Verdict::Stop
            } else {
                Verdict::Continue
            }
        })
        .unwrap();
    let state = State::from_bytes(&first.state().to_bytes()).unwrap();
    assert_eq!((state.progress.epochs.len(), state.progress.step), (2, 3));
    let mut second = Training::resume(network(), recipe(), "wave", state).unwrap();
    second.run(|_| Verdict::Continue).unwrap();
    assert_eq!(second.state().to_bytes(), whole.to_bytes());
}

#[test]
fn one_window_predicts_what_many_do() {
    let windows = wave(37);
    let network = Lstm::new(shape(), &windows, None).unwrap();
    let predictor = Predictor::new(shape(), network.initial(9).weights);
    let all = predictor.predict(&windows);
    for example in [0, 15, 16, 36] {
        let one = Windows {
            series: windows.series.clone(),
            ends: vec![windows.ends[example]],
            extra: windows.extra(example, shape()).to_vec(),
            targets: Vec::new(),
        };
        assert_eq!(predictor.predict(&one)[0].to_bits(), all[example].to_bits());
    }
}

#[test]
fn weights_and_targets_that_do_not_fit_are_refused() {
    let error = Predictor::try_new(shape(), vec![0.0; 5]).unwrap_err();
    assert_eq!(
        error.to_string(),
        "the number of weights is 5, expected 1299"
    );
    let mut windows = wave(5);
    windows.targets.clear();
    let error = Lstm::new(shape(), &windows, None).unwrap_err();
    assert_eq!(error.to_string(), "the number of targets is 0, expected 5");
}
