//! Counter-based random numbers: value `n` of a stream depends on seed, stream and `n` alone.
//!
//! Each unit of work (a tree, a resample) owns a stream, so the order in which units run does not matter.

const STEP: u64 = 0x9E37_79B9_7F4A_7C15;

/// The SplitMix64 output function of a 64-bit integer.
///
/// ```
/// assert_eq!(networks::random::splitmix64(0), 0xE220_A839_7B1D_CDAF);
/// ```
pub const fn splitmix64(x: u64) -> u64 {
    let z = x.wrapping_add(STEP);
    let z = (z ^ (z >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
    let z = (z ^ (z >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
    z ^ (z >> 31)
}

/// A sequence of random numbers that is its own for each pair of seed and stream number.
#[derive(Debug, Clone)]
pub struct Stream {
    key: u64,
    next: u64,
}

impl Stream {
    /// The stream of a number under a seed, at its beginning.
    pub const fn new(seed: u64, stream: u64) -> Self {
        Self {
            key: splitmix64(splitmix64(seed) ^ stream),
            next: 0,
        }
    }

    /// The next 64 random bits.
    pub const fn next_u64(&mut self) -> u64 {
        let value = splitmix64(self.key.wrapping_add(self.next.wrapping_mul(STEP)));
        self.next += 1;
        value
    }

    /// A whole number below `n`, from the high half of a wide product.
    pub const fn below(&mut self, n: u32) -> u32 {
        ((self.next_u64() as u128 * n as u128) >> 64) as u32
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn values_depend_on_seed_stream_and_place_alone() {
        let mut first = Stream::new(7, 1);
        let values: Vec<u64> = (0..4).map(|_| first.next_u64()).collect();
        let mut again = Stream::new(7, 1);
        assert_eq!(values, (0..4).map(|_| again.next_u64()).collect::<Vec<_>>());
        assert_ne!(values[0], Stream::new(7, 2).next_u64());
        assert_ne!(values[0], Stream::new(8, 1).next_u64());
        assert_eq!(
            values[1],
            splitmix64(splitmix64(splitmix64(7) ^ 1).wrapping_add(STEP))
        );
    }

    #[test]
    fn whole_numbers_are_below_the_bound_and_even() {
        let mut stream = Stream::new(3, 0);
        let mut counts = [0_u32; 6];
        for _ in 0..60_000 {
            counts[stream.below(6) as usize] += 1;
        }
        assert!(
            counts.iter().all(|&count| (9_600..10_400).contains(&count)),
            "{counts:?}"
        );
        assert_eq!(stream.below(1), 0);
    }
}
