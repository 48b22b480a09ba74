//! The network of images learns stripes; slopes are those of finite differences, and no bit depends on the number of threads.

//! Slopes against differences, equality at any number of threads, learning.

use super::*;

/// Images whose class is the direction of their stripes, with noise.
fn stripes(side: usize, count: usize) -> (Images, Vec<u32>) {
    let mut stream = Stream::new(11, 99);
    let mut pixels = Vec::new();
    let labels: Vec<u32> = (0..count as u32).map(|number| number % 2).collect();
    for &label in &labels {
        for y in 0..side {
            for x in 0..side {
                let along = if label == 0 { x } else { y };
                let base = if along % 4 < 2 { 60 } else { 180 };
                pixels.push((base + stream.below(60)) as u8);
            }
        }
    }
    (Images::new(side, pixels).unwrap(), labels)
}

fn examples((images, labels): &(Images, Vec<u32>)) -> Examples<'_> {
    Examples { images, labels }
}

const BATCH: Batch<'static> = Batch {
    examples: &[3, 0, 5, 1, 2],
    bits: &[0, 1, 2, 3, 0],
};

/// Parameters away from the first ones, so that gamma and beta matter.
fn parameters(network: &Cnn<'_>) -> Parameters {
    let mut parameters = network.initial(7);
    let mut stream = Stream::new(8, 0);
    for block in &network.places.blocks {
        uniform(
            &mut parameters.weights[block.beta.clone()],
            0.3,
            &mut stream,
        );
        for gamma in &mut parameters.weights[block.gamma.clone()] {
            *gamma += (stream.below(100) as f32 - 50.0) / 100.0;
        }
    }
    parameters
}

fn loss(network: &mut Cnn<'_>, parameters: &Parameters) -> f64 {
    let mut slopes = vec![0.0; parameters.weights.len()];
    network.step(BATCH, &mut parameters.clone(), &mut slopes)
}

#[test]
fn slopes_are_those_of_finite_differences() {
    let data = stripes(8, 6);
    let shape = Shape::new(8, &[16, 32], 2).unwrap();
    let mut network = Cnn::new(shape, examples(&data), None)
        .unwrap()
        .with_class_weights(&[1.0, 2.5]);
    let parameters = parameters(&network);
    let mut slopes = vec![0.0; parameters.weights.len()];
    network.step(BATCH, &mut parameters.clone(), &mut slopes);
    let places = network.places.clone();
    let mut ranges = vec![places.head, places.bias];
    for block in places.blocks {
        ranges.extend([block.kernel, block.gamma, block.beta]);
    }
    for range in ranges {
        let largest = slopes[range.clone()]
            .iter()
            .fold(0.0_f32, |most, slope| most.max(slope.abs()));
        let step = range.len().div_ceil(7);
        for place in range.step_by(step) {
            let moved = |by: f32| {
                let mut moved = parameters.clone();
                moved.weights[place] += by;
                moved
            };
            // A maximum may change its place within the step: the nearer of two steps counts.
            let error = |size: f32| {
                let (up, down) = (moved(size), moved(-size));
                let width = f64::from(up.weights[place]) - f64::from(down.weights[place]);
                let slope = (loss(&mut network, &up) - loss(&mut network, &down)) / width;
                (slope - f64::from(slopes[place])).abs()
            };
            let error = [2e-3, 3e-4]
                .map(error)
                .into_iter()
                .fold(f64::INFINITY, f64::min);
            let scale = f64::from(largest).max(1e-3);
            assert!(error < 0.02 * scale, "weight {place}: {error} of {scale}");
        }
    }
}

fn trained(threads: usize, data: &(Images, Vec<u32>)) -> crate::State {
    let shape = Shape::new(16, &[16, 32], 2).unwrap();
    let network = Cnn::new(shape, examples(data), Some(examples(data))).unwrap();
    let recipe = crate::Recipe {
        epochs: 3,
        batch: 10,
        schedule: crate::Schedule::WarmCosine { peak: 0.01 },
        adam: crate::Adam {
            decay: 1e-4,
            ..crate::Adam::default()
        },
        clip: None,
        patience: Some(5),
        seed: 4,
    };
    let mut training = crate::Training::new(network, recipe, "stripes").unwrap();
    let pool = rayon::ThreadPoolBuilder::new()
        .num_threads(threads)
        .build()
        .unwrap();
    pool.install(|| training.run(|_| crate::Verdict::Continue))
        .unwrap();
    training.state().clone()
}

#[test]
fn it_learns_and_the_number_of_threads_changes_no_bit() {
    let data = stripes(16, 41);
    let one = trained(1, &data);
    let epochs = &one.progress.epochs;
    assert!(epochs[2].training_loss < 0.2, "{epochs:?}");
    assert!(epochs[2].validation_loss.unwrap() < 0.3, "{epochs:?}");
    for threads in [2, 4] {
        assert_eq!(
            trained(threads, &data).to_bytes(),
            one.to_bytes(),
            "{threads} threads"
        );
    }
}

#[test]
fn folding_predicts_what_running_statistics_mean() {
    let data = stripes(16, 8);
    let shape = Shape::new(16, &[16, 16], 2).unwrap();
    let mut network = Cnn::new(shape, examples(&data), None).unwrap();
    let mut parameters = parameters(&network);
    let mut slopes = vec![0.0; parameters.weights.len()];
    let all: Vec<u32> = (0..8).collect();
    let batch = Batch {
        examples: &all,
        bits: &[0; 8],
    };
    let weights = parameters.weights.clone();
    let loss = network.step(batch, &mut parameters, &mut slopes);
    // After many steps with the same batch the running statistics are the batch's, but for the divisor of the variance.
    for _ in 0..200 {
        network.step(batch, &mut parameters, &mut slopes);
    }
    assert_eq!(parameters.weights, weights);
    network.validation = Some(examples(&data));
    let validation = network.validate(&parameters).unwrap();
    assert!((validation - loss).abs() < 2e-3, "{validation} {loss}");
    let predictor = Predictor::new(network.folded(&parameters));
    let (mut room, mut probabilities) = (predictor.room(), [0.0; 2]);
    let mut sum = 0.0;
    for number in 0..8 {
        predictor.probabilities(data.0.image(number), &mut room, &mut probabilities);
        assert!((probabilities[0] + probabilities[1] - 1.0).abs() < 1e-6);
        sum -= f64::from(probabilities[data.1[number] as usize]).ln() / 8.0;
    }
    assert!((sum - validation).abs() < 1e-5, "{sum} {validation}");
}

#[test]
fn data_that_does_not_fit_is_refused() {
    let (images, labels) = stripes(16, 4);
    let refused = |side: usize, labels: &[u32]| {
        let shape = Shape::new(side, &[16], 2).unwrap();
        let examples = Examples {
            images: &images,
            labels,
        };
        Cnn::new(shape, examples, None).unwrap_err().to_string()
    };
    assert_eq!(
        refused(8, &labels),
        "the side of the images is 16, expected 8"
    );
    assert_eq!(
        refused(16, &labels[1..]),
        "the number of labels is 3, expected 4"
    );
    assert_eq!(refused(16, &[0, 1, 2, 0]), "a label is 2, expected below 2");
}
