//! Where a network's weights lie in one list, and what they begin with.

use std::ops::Range;

use crate::random::Stream;

/// Ranges of a list that are handed out one after the other.
#[derive(Debug, Default)]
pub(crate) struct Layout {
    length: usize,
}

impl Layout {
    /// The next so many places.
    pub(crate) fn take(&mut self, count: usize) -> Range<usize> {
        let start = self.length;
        self.length += count;
        start..self.length
    }

    /// Places handed out.
    pub(crate) fn length(&self) -> usize {
        self.length
    }
}

/// Fills with numbers evenly spread between `-bound` and `bound`.
pub(crate) fn uniform(values: &mut [f32], bound: f64, stream: &mut Stream) {
    for value in values {
        // 53 bits make a number below 1 that is exact in double precision.
        let share = (stream.next_u64() >> 11) as f64 / (1_u64 << 53) as f64;
        *value = ((2.0 * share - 1.0) * bound) as f32;
    }
}

/// `1 / sqrt(inputs)`: the bound that PyTorch's layers begin with.
pub(crate) fn bound(inputs: usize) -> f64 {
    1.0 / (inputs as f64).sqrt()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ranges_follow_each_other() {
        let mut layout = Layout::default();
        assert_eq!((layout.take(3), layout.take(2)), (0..3, 3..5));
        assert_eq!(layout.length(), 5);
    }

    #[test]
    fn first_weights_are_even_and_depend_on_the_seed() {
        let mut values = vec![0.0; 40_000];
        uniform(&mut values, bound(16), &mut Stream::new(5, 0));
        assert!(values.iter().all(|value| value.abs() <= 0.25));
        let mean = values.iter().map(|&x| f64::from(x)).sum::<f64>() / 40_000.0;
        let square = values.iter().map(|&x| f64::from(x).powi(2)).sum::<f64>() / 40_000.0;
        assert!(mean.abs() < 0.003, "{mean}");
        assert!((square - 0.0625 / 3.0).abs() < 5e-4, "{square}");
        let mut other = vec![0.0; 40_000];
        uniform(&mut other, bound(16), &mut Stream::new(6, 0));
        assert_ne!(values, other);
    }
}
