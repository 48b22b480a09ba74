//! Identifiers from a seeded stream: the same seed and the same commands give the same ids.

use uuid::Uuid;

/// A counter-based stream of random 64-bit values; its position is stored with the records.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct IdStream {
    seed: u64,
    position: u64,
}

impl IdStream {
    /// A stream at a position.
    pub fn new(seed: u64, position: u64) -> Self {
        Self { seed, position }
    }

    /// How many values were drawn.
    pub fn position(self) -> u64 {
        self.position
    }

    /// The next value.
    pub fn next_u64(&mut self) -> u64 {
        let value =
            mix(mix(self.seed).wrapping_add(self.position.wrapping_mul(0x9E37_79B9_7F4A_7C15)));
        self.position += 1;
        value
    }

    /// The next UUID, version 4.
    pub fn next_uuid(&mut self) -> Uuid {
        let (high, low) = (self.next_u64(), self.next_u64());
        uuid::Builder::from_random_bytes(((u128::from(high) << 64) | u128::from(low)).to_be_bytes())
            .into_uuid()
    }
}

/// The output function of SplitMix64.
fn mix(x: u64) -> u64 {
    let mut z = x.wrapping_add(0x9E37_79B9_7F4A_7C15);
    z = (z ^ (z >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
    z = (z ^ (z >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
    z ^ (z >> 31)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_stream_continues_where_its_position_says() {
        let mut whole = IdStream::new(7, 0);
        let first = whole.next_uuid();
        let mut rest = IdStream::new(7, whole.position());
        assert_eq!(rest.next_uuid(), whole.next_uuid());
        assert_ne!(first, IdStream::new(8, 0).next_uuid());
        assert_eq!(first.get_version_num(), 4);
        assert_eq!(mix(0), 0xE220_A839_7B1D_CDAF);
    }
}
