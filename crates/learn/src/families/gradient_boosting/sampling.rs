//! Seeded draws without replacement, ascending.

use crate::random::Stream;

/// So many of the numbers below `all`, each set of them as likely as any other: every number in turn is taken with the
/// chance that is still needed.
pub(super) fn some(all: usize, wanted: usize, stream: &mut Stream) -> Vec<u32> {
    let mut taken = Vec::with_capacity(wanted);
    for number in 0..all {
        let left = (all - number) as u32;
        if (stream.below(left) as usize) < wanted - taken.len() {
            taken.push(number as u32);
        }
    }
    taken
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn draws_are_ascending_distinct_and_as_many_as_wanted() {
        for (all, wanted) in [(10, 3), (10, 0), (10, 10), (1, 1), (1000, 800)] {
            let taken = some(all, wanted, &mut Stream::new(4, wanted as u64));
            assert_eq!(taken.len(), wanted);
            assert!(taken.windows(2).all(|pair| pair[0] < pair[1]));
            assert!(taken.iter().all(|&number| (number as usize) < all));
        }
    }

    #[test]
    fn every_number_is_drawn_equally_often() {
        let mut counts = [0_u32; 8];
        for stream in 0..8_000 {
            for number in some(8, 2, &mut Stream::new(1, stream)) {
                counts[number as usize] += 1;
            }
        }
        assert!(
            counts.iter().all(|count| (1_850..2_150).contains(count)),
            "{counts:?}"
        );
    }
}
