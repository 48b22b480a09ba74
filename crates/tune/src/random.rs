//! Counter-based random numbers: value n of a stream depends on seed, stream and n alone, so that no order of execution
//! changes what a trial draws.

const GOLDEN: u64 = 0x9E37_79B9_7F4A_7C15;

/// The finalizer of splitmix64.
fn mix(value: u64) -> u64 {
    let value = (value ^ (value >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
    let value = (value ^ (value >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
    value ^ (value >> 31)
}

/// One stream of a seed: one a trial, and some for the search as a whole.
#[derive(Debug, Clone)]
pub(crate) struct Stream {
    key: u64,
    next: u64,
}

impl Stream {
    pub(crate) fn new(seed: u64, stream: u64) -> Self {
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
    pub(crate) fn unit(&mut self) -> f64 {
        (self.value() >> 11) as f64 / (1_u64 << 53) as f64
    }

    /// Evenly among the integers below `count`, which is at least 1.
    pub(crate) fn below(&mut self, count: usize) -> usize {
        let product = u128::from(self.value()) * count.max(1) as u128;
        (product >> 64) as usize
    }

    /// From the standard normal distribution, by Box and Muller.
    pub(crate) fn normal(&mut self) -> f64 {
        let radius = (-2.0 * (1.0 - self.unit()).ln()).sqrt();
        radius * (std::f64::consts::TAU * self.unit()).cos()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_stream_is_a_function_of_its_place() {
        let draw = |seed, stream| {
            let mut stream = Stream::new(seed, stream);
            [stream.value(), stream.value(), stream.value()]
        };
        assert_eq!(draw(1, 2), draw(1, 2));
        assert_ne!(draw(1, 2), draw(1, 3));
        assert_ne!(draw(1, 2), draw(2, 2));
    }

    #[test]
    fn draws_have_the_moments_of_their_distributions() {
        let mut stream = Stream::new(42, 0);
        let count = 20_000;
        let (mut sum, mut normal, mut square) = (0.0, 0.0, 0.0);
        let mut cells = [0_u32; 5];
        for _ in 0..count {
            let unit = stream.unit();
            assert!((0.0..1.0).contains(&unit));
            sum += unit;
            let value = stream.normal();
            normal += value;
            square += value * value;
            cells[stream.below(5)] += 1;
        }
        let count = f64::from(count);
        assert!((sum / count - 0.5).abs() < 0.01);
        assert!((normal / count).abs() < 0.03);
        assert!((square / count - 1.0).abs() < 0.04);
        for cell in cells {
            assert!((f64::from(cell) / count - 0.2).abs() < 0.015, "{cells:?}");
        }
    }
}
