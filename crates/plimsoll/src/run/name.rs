//! Names of runs: short, sortable by time, unique on one plane.

/// Digits in the order of their bytes: no letter that reads like a digit.
const DIGITS: &[u8; 32] = b"0123456789abcdefghjkmnpqrstvwxyz";

/// A run's name from the moment it begins: 8 characters, 2 ms apart, later ones sort later within 69 years.
///
pub(crate) fn run_name(wall_ms: i64) -> String {
    let ticks = (wall_ms.unsigned_abs() >> 1) & ((1 << 40) - 1);
    (0..8)
        .rev()
        .map(|place| char::from(DIGITS[((ticks >> (place * 5)) & 31) as usize]))
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_sort_by_time_and_differ_two_milliseconds_apart() {
        let start = 1_795_572_000_000;
        let names: Vec<String> = (0..2_000).map(|n| run_name(start + n * 2)).collect();
        assert!(names.windows(2).all(|pair| pair[0] < pair[1]));
        assert!(names.iter().all(|name| name.len() == 8));
    }
}
