//! Batch normalisation: Ioffe and Szegedy, "Batch normalization", 2015, algorithms 1 and 2, with PyTorch's running statistics.

use rten_simd::ops::{BitOps, NumOps};
use rten_simd::{Isa, Simd, SimdOp};

use super::block::Block;

/// What is added to a variance before its root.
pub(super) const EPSILON: f64 = 1e-5;
/// Share of a batch in the running statistics.
pub(super) const MOMENTUM: f64 = 0.1;

/// Adds the sums and then the sums of squares of a map's channels to `out`.
///
/// Single precision along a row of pixels, in four lanes of fixed places; double precision from row to row.
pub(super) struct Sums<'a> {
    pub block: Block,
    pub map: &'a [f32],
    pub out: &'a mut [f64],
}

impl SimdOp for Sums<'_> {
    type Output = ();

    #[inline(always)]
    fn eval<I: Isa>(self, isa: I) {
        let ops = isa.f32();
        let channels = self.block.outputs;
        let place = self.block.inner();
        let (sums, squares) = self.out.split_at_mut(channels);
        for y in 0..self.block.side {
            let row =
                &self.map[place.start + y * place.block_stride..][..self.block.side * channels];
            for channel in (0..channels).step_by(ops.len()) {
                let mut sum = [ops.splat(0.0); 4];
                let mut square = [ops.splat(0.0); 4];
                let mut at = channel;
                let mut lane = 0;
                while at < row.len() {
                    let x = ops.load(&row[at..]);
                    sum[lane] = ops.add(sum[lane], x);
                    square[lane] = ops.mul_add(x, x, square[lane]);
                    at += channels;
                    lane = (lane + 1) % 4;
                }
                let four = |s: [I::F32; 4]| ops.add(ops.add(s[0], s[1]), ops.add(s[2], s[3]));
                add(&mut sums[channel..], four(sum).to_array());
                add(&mut squares[channel..], four(square).to_array());
            }
        }
    }
}

/// Adds single-precision numbers to double-precision sums.
#[inline(always)]
pub(super) fn add(sums: &mut [f64], values: impl IntoIterator<Item = f32>) {
    for (sum, value) in sums.iter_mut().zip(values) {
        *sum += f64::from(value);
    }
}

/// What normalisation does to each channel of a batch.
#[derive(Debug, Clone, Default)]
pub(super) struct Normal {
    /// Mean of each channel.
    pub mean: Vec<f32>,
    /// One divided by the deviation of each channel.
    pub inverse: Vec<f32>,
    /// Factor of a value: gamma divided by the deviation.
    pub factor: Vec<f32>,
    /// What is added then.
    pub shift: Vec<f32>,
}

impl Normal {
    /// From the sums of a batch with `count` pixels; moves the running means and variances.
    pub(super) fn of_batch(
        sums: &[f64],
        count: usize,
        (gamma, beta): (&[f32], &[f32]),
        running: &mut [f32],
    ) -> Self {
        let channels = gamma.len();
        let count = count as f64;
        let (means, variances) = running.split_at_mut(channels);
        let mut normal = Self::default();
        for channel in 0..channels {
            let mean = sums[channel] / count;
            let variance = (sums[channels + channel] / count - mean * mean).max(0.0);
            let inverse = 1.0 / (variance + EPSILON).sqrt();
            let moved =
                |old: f32, new: f64| (f64::from(old) + MOMENTUM * (new - f64::from(old))) as f32;
            means[channel] = moved(means[channel], mean);
            // The running variance is that of the population, as PyTorch estimates it.
            let unbiased = variance * count / (count - 1.0).max(1.0);
            variances[channel] = moved(variances[channel], unbiased);
            let factor = f64::from(gamma[channel]) * inverse;
            normal.mean.push(mean as f32);
            normal.inverse.push(inverse as f32);
            normal.factor.push(factor as f32);
            normal
                .shift
                .push((f64::from(beta[channel]) - mean * factor) as f32);
        }
        normal
    }
}

/// How slopes of normalised values become slopes of the map: `factor * slope + along * value + level`.
#[derive(Debug, Clone, Default)]
pub(super) struct BackNormal {
    pub factor: Vec<f32>,
    pub along: Vec<f32>,
    pub level: Vec<f32>,
}

impl BackNormal {
    /// From the sums of slopes, and of slopes times normalised values, over the `count` pixels of a batch.
    pub(super) fn new(normal: &Normal, sums: &[f64], count: usize) -> Self {
        let channels = normal.mean.len();
        let count = count as f64;
        let mut back = Self::default();
        for channel in 0..channels {
            let factor = f64::from(normal.factor[channel]);
            let inverse = f64::from(normal.inverse[channel]);
            let slope = sums[channel] / count;
            let tilt = sums[channels + channel] / count;
            let along = -factor * tilt * inverse;
            back.factor.push(normal.factor[channel]);
            back.along.push(along as f32);
            back.level
                .push((-factor * slope - along * f64::from(normal.mean[channel])) as f32);
        }
        back
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const BLOCK: Block = Block {
        side: 6,
        inputs: 16,
        outputs: 16,
    };

    /// A map with a border that must not be counted.
    fn map() -> Vec<f32> {
        let mut map = vec![1e9; BLOCK.map()];
        let place = BLOCK.inner();
        for y in 0..6 {
            for (at, value) in map[place.start + y * place.block_stride..][..6 * 16]
                .iter_mut()
                .enumerate()
            {
                *value = ((y * 31 + at * 7) % 13) as f32 - (at % 16) as f32;
            }
        }
        map
    }

    fn values(map: &[f32], channel: usize) -> Vec<f64> {
        let place = BLOCK.inner();
        let pixel = |at: usize| {
            f64::from(map[place.start + at / 6 * place.block_stride + at % 6 * 16 + channel])
        };
        (0..36).map(pixel).collect()
    }

    #[test]
    fn sums_are_those_of_the_inner_pixels() {
        let map = map();
        let mut sums = vec![0.0; 32];
        Sums {
            block: BLOCK,
            map: &map,
            out: &mut sums,
        }
        .dispatch();
        for channel in 0..16 {
            let values = values(&map, channel);
            assert_eq!(sums[channel], values.iter().sum::<f64>());
            assert_eq!(
                sums[16 + channel],
                values.iter().map(|x| x * x).sum::<f64>()
            );
        }
    }

    #[test]
    fn a_batch_becomes_normal_and_moves_the_running_statistics() {
        let map = map();
        let mut sums = vec![0.0; 32];
        Sums {
            block: BLOCK,
            map: &map,
            out: &mut sums,
        }
        .dispatch();
        let (gamma, beta) = (vec![2.0; 16], vec![0.5; 16]);
        let mut running = vec![0.0; 32];
        running[16..].fill(1.0);
        let normal = Normal::of_batch(&sums, 36, (&gamma, &beta), &mut running);
        for channel in 0..16 {
            let values = values(&map, channel);
            let mean = values.iter().sum::<f64>() / 36.0;
            let variance = values.iter().map(|x| (x - mean).powi(2)).sum::<f64>() / 36.0;
            let expected = 2.0 * (values[5] - mean) / (variance + 1e-5).sqrt() + 0.5;
            let own = values[5] as f32 * normal.factor[channel] + normal.shift[channel];
            assert!((f64::from(own) - expected).abs() < 1e-5);
            assert!((f64::from(running[channel]) - 0.1 * mean).abs() < 1e-6);
            let unbiased = 0.9 + 0.1 * variance * 36.0 / 35.0;
            assert!((f64::from(running[16 + channel]) - unbiased).abs() < 1e-5);
        }
    }
}
