//! A counter-based random stream: value n of a seed is a function of both, so the whole state is two numbers.

use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};

/// The random stream of one execution.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub(crate) struct Random {
    seed: u64,
    drawn: u64,
}

impl Random {
    pub(crate) fn new(seed: u64) -> Self {
        Random { seed, drawn: 0 }
    }

    /// The next 64 bits (SplitMix64's output function on seed and counter).
    pub(crate) fn next(&mut self) -> u64 {
        self.drawn = self.drawn.wrapping_add(1);
        let step = self.drawn.wrapping_mul(0x9E37_79B9_7F4A_7C15);
        let mut bits = mix(self.seed).wrapping_add(step);
        bits = mix(bits);
        bits
    }

    /// A number from `start` to `end`, the latter excluded; `start` when the range is empty.
    pub(crate) fn in_range(&mut self, start: i64, end: i64) -> i64 {
        let width = i128::from(end) - i128::from(start);
        if width <= 0 {
            return start;
        }
        let offset = (u128::from(self.next()) * width.unsigned_abs()) >> 64;
        let offset = i128::try_from(offset).expect("the offset is below a width that fits 65 bits");
        i64::try_from(i128::from(start) + offset).expect("the value lies between two i64")
    }

    pub(crate) fn uuid(&mut self) -> uuid::Uuid {
        let bits = (u128::from(self.next()) << 64) | u128::from(self.next());
        uuid::Builder::from_random_bytes(bits.to_be_bytes()).into_uuid()
    }
}

/// The token of a task: unlike every other, the same at each replay, not to be guessed without the seed.
pub(crate) fn task_token(seed: u64, execution_arn: &str, task: u64) -> String {
    use base64::Engine as _;
    let mut hash = Sha256::new();
    hash.update(b"task token\0");
    hash.update(seed.to_be_bytes());
    hash.update(task.to_be_bytes());
    hash.update(execution_arn.as_bytes());
    base64::engine::general_purpose::STANDARD.encode(hash.finalize())
}

fn mix(bits: u64) -> u64 {
    let mut bits = bits;
    bits = (bits ^ (bits >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
    bits = (bits ^ (bits >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
    bits ^ (bits >> 31)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_seed_gives_one_stream_and_two_seeds_give_two() {
        let draw = |seed| {
            let mut random = Random::new(seed);
            [random.next(), random.next(), random.next()]
        };
        assert_eq!(draw(7), draw(7));
        assert_ne!(draw(7), draw(8));
        let values = draw(7);
        assert_ne!(values[0], values[1]);
    }

    #[test]
    fn a_range_includes_its_start_and_excludes_its_end() {
        let mut random = Random::new(1);
        let mut seen = [0_u32; 3];
        for _ in 0..3000 {
            let value = random.in_range(-1, 2);
            seen[usize::try_from(value + 1).unwrap()] += 1;
        }
        assert!(seen.iter().all(|&n| n > 800), "{seen:?}");
        assert_eq!(random.in_range(3, 4), 3);
        assert_eq!(random.in_range(3, 3), 3);
        assert!(random.in_range(i64::MIN, i64::MAX) < i64::MAX);
    }

    #[test]
    fn tokens_differ_by_task_and_seed() {
        let token = task_token(1, "arn", 1);
        assert_eq!(token, task_token(1, "arn", 1));
        assert_ne!(token, task_token(1, "arn", 2));
        assert_ne!(token, task_token(2, "arn", 1));
        assert_eq!(token.len(), 44);
    }

    #[test]
    fn uuids_are_of_version_four() {
        let id = Random::new(3).uuid();
        assert_eq!(id.get_version_num(), 4);
    }
}
