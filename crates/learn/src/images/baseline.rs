//! The baseline for images, which says the shares of the classes whatever it is shown.

use networks::cnn::{Folded, FoldedBlock, Shape};
use networks::functions::ln;

/// Channels of its only block, the fewest that a network has.
const CHANNELS: usize = 16;
/// Share of a class without training images; its logarithm must be finite.
const ABSENT: f64 = 1e-30;

/// A network without weights, whose last biases are the logarithms of the shares.
pub(super) fn fit(side: usize, labels: &[u32], classes: usize) -> Result<Folded, networks::Error> {
    let shape = Shape::new(side, &[CHANNELS], classes)?;
    let share = |class: usize| {
        let images = labels.iter().filter(|&&label| label as usize == class);
        (images.count() as f64 / labels.len().max(1) as f64).max(ABSENT)
    };
    Ok(Folded {
        mean: 0.0,
        factor: 1.0,
        blocks: vec![FoldedBlock {
            kernel: vec![0.0; 9 * CHANNELS],
            bias: vec![0.0; CHANNELS],
        }],
        weights: vec![0.0; classes * CHANNELS],
        bias: (0..classes).map(|class| ln(share(class)) as f32).collect(),
        shape,
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use networks::cnn::Predictor;

    #[test]
    fn shares_are_answered_for_any_image() {
        let folded = fit(4, &[0, 1, 1, 1], 3).unwrap();
        let predictor = Predictor::try_new(folded).unwrap();
        let mut room = predictor.room();
        for pixel in [0_u8, 255] {
            let mut out = [0.0; 3];
            predictor.probabilities(&[pixel; 16], &mut room, &mut out);
            assert!(
                (out[0] - 0.25).abs() < 1e-6 && (out[1] - 0.75).abs() < 1e-6,
                "{out:?}"
            );
            assert!(out[2] < 1e-20);
        }
    }
}
