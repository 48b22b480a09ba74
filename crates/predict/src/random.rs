//! Chance out of a seed: SplitMix64.

#[derive(Debug, Clone)]
pub(crate) struct Random(u64);

impl Random {
    pub(crate) const fn new(seed: u64) -> Self {
        Self(seed)
    }

    pub(crate) fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9E37_79B9_7F4A_7C15);
        let mut mixed = self.0;
        mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        mixed ^ (mixed >> 31)
    }

    /// A place below `count`, which is above 0.
    pub(crate) fn below(&mut self, count: usize) -> usize {
        ((u128::from(self.next()) * count as u128) >> 64) as usize
    }

    /// One of these; `None` of none.
    pub(crate) fn pick<T: Copy>(&mut self, among: &[T]) -> Option<T> {
        if among.is_empty() {
            return None;
        }
        let place = self.below(among.len());
        among.get(place).copied()
    }

    /// At most `count` of these, in an order of chance.
    pub(crate) fn sample<T: Copy>(&mut self, among: &[T], count: usize) -> Vec<T> {
        let mut left = among.to_vec();
        let taken = count.min(left.len());
        for place in 0..taken {
            let other = place + self.below(left.len() - place);
            left.swap(place, other);
        }
        left.truncate(taken);
        left
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_seed_gives_one_sequence() {
        let mut random = Random::new(0);
        assert_eq!(random.next(), 0xE220_A839_7B1D_CDAF);
        assert_eq!(random.pick::<u8>(&[]), None);
        let mut sample = Random::new(7).sample(&[1, 2, 3, 4, 5], 9);
        assert_eq!(sample, Random::new(7).sample(&[1, 2, 3, 4, 5], 9));
        sample.sort_unstable();
        assert_eq!(sample, [1, 2, 3, 4, 5]);
        assert!((0..1_000).all(|_| random.below(3) < 3));
    }
}
