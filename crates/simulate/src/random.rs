//! Counter-based random numbers: value n of a stream depends on seed, stream and n alone, so that what one part of a
//! simulation draws never changes what another draws.

use units::Span;

const GOLDEN: u64 = 0x9E37_79B9_7F4A_7C15;

/// The finalizer of splitmix64.
fn mix(value: u64) -> u64 {
    let value = (value ^ (value >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
    let value = (value ^ (value >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
    value ^ (value >> 31)
}

/// One stream of a seed.
///
/// ```
/// let mut stream = simulate::Stream::new(7, 0);
/// let drawn = stream.unit();
/// assert_eq!(drawn, simulate::Stream::new(7, 0).unit());
/// assert_ne!(drawn, simulate::Stream::new(7, 1).unit());
/// ```
#[derive(Debug, Clone)]
pub struct Stream {
    key: u64,
    next: u64,
}

impl Stream {
    /// A stream of a seed.
    pub fn new(seed: u64, stream: u64) -> Self {
        Self {
            key: mix(mix(seed) ^ stream),
            next: 0,
        }
    }

    fn value(&mut self) -> u64 {
        self.next = self.next.wrapping_add(1);
        mix(self.key.wrapping_add(self.next.wrapping_mul(GOLDEN)))
    }

    /// Evenly in [0, 1).
    pub fn unit(&mut self) -> f64 {
        (self.value() >> 11) as f64 / (1_u64 << 53) as f64
    }

    /// Evenly among the integers below `count`, which is at least 1.
    pub fn below(&mut self, count: u64) -> u64 {
        let product = u128::from(self.value()) * u128::from(count.max(1));
        (product >> 64) as u64
    }

    /// From the exponential distribution of this mean, in the unit of the mean.
    pub fn exponential(&mut self, mean: f64) -> f64 {
        -mean * (1.0 - self.unit()).ln()
    }

    /// From the exponential distribution of this mean.
    pub fn exponential_span(&mut self, mean: Span) -> Span {
        Span::from_nanos(self.exponential(mean.nanos() as f64) as u64)
    }

    /// From the standard normal distribution, by Box and Muller.
    pub fn normal(&mut self) -> f64 {
        let radius = (-2.0 * (1.0 - self.unit()).ln()).sqrt();
        radius * (std::f64::consts::TAU * self.unit()).cos()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn draws_have_the_moments_of_their_distributions() {
        let mut stream = Stream::new(42, 0);
        let (mut unit, mut exponential, mut normal, mut square) = (0.0, 0.0, 0.0, 0.0);
        let mut cells = [0_u32; 5];
        let count = 20_000;
        for _ in 0..count {
            unit += stream.unit();
            exponential += stream.exponential(3.0);
            let value = stream.normal();
            normal += value;
            square += value * value;
            cells[stream.below(5) as usize] += 1;
        }
        let count = f64::from(count);
        assert!((unit / count - 0.5).abs() < 0.01);
        assert!((exponential / count - 3.0).abs() < 0.06);
        assert!((normal / count).abs() < 0.03);
        assert!((square / count - 1.0).abs() < 0.04);
        for cell in cells {
            assert!((f64::from(cell) / count - 0.2).abs() < 0.015, "{cells:?}");
        }
    }

    #[test]
    fn a_mean_of_nothing_draws_nothing() {
        assert_eq!(Stream::new(1, 1).exponential_span(Span::ZERO), Span::ZERO);
        assert_eq!(Stream::new(1, 1).below(1), 0);
    }
}
