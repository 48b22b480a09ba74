//! Distinct values of a column: counted while they are few, then only told apart, then no longer.

use std::collections::{BTreeMap, HashSet};
use std::hash::{DefaultHasher, Hash, Hasher};

/// Distinct values.
#[derive(Debug, Clone)]
pub struct Levels {
    /// Values with their rows, while they are few.
    known: Option<BTreeMap<String, u64>>,
    hashes: HashSet<u64>,
    most_known: usize,
    most: usize,
    more: bool,
}

impl Levels {
    /// Counts up to `most_known` values by name and tells up to `most` apart.
    pub(super) fn new(most_known: usize, most: usize) -> Self {
        Self {
            known: Some(BTreeMap::new()),
            hashes: HashSet::new(),
            most_known,
            most,
            more: false,
        }
    }

    pub(super) fn push(&mut self, value: &str) {
        if let Some(known) = &mut self.known {
            if let Some(count) = known.get_mut(value) {
                *count += 1;
                return;
            }
            if known.len() < self.most_known {
                known.insert(value.to_owned(), 1);
                return;
            }
            self.hashes = known.keys().map(|value| hash(value)).collect();
            self.known = None;
        }
        if self.hashes.len() < self.most {
            self.hashes.insert(hash(value));
        } else if !self.hashes.contains(&hash(value)) {
            self.more = true;
        }
    }

    /// Values with their rows; none where they are too many.
    pub fn known(&self) -> Option<&BTreeMap<String, u64>> {
        self.known.as_ref()
    }

    /// How many there are, at least.
    pub fn distinct(&self) -> u64 {
        let known = self.known.as_ref().map(BTreeMap::len);
        known.unwrap_or(self.hashes.len()) as u64
    }

    /// Whether there are exactly so many as [`Levels::distinct`] says.
    pub fn is_exact(&self) -> bool {
        !self.more
    }
}

/// The same on every machine and at every time.
pub(super) fn hash(value: &str) -> u64 {
    let mut hasher = DefaultHasher::new();
    value.hash(&mut hasher);
    hasher.finish()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn values_are_counted_then_told_apart_then_given_up() {
        let mut levels = Levels::new(2, 4);
        for value in ["a", "b", "a"] {
            levels.push(value);
        }
        assert_eq!(levels.known().unwrap()["a"], 2);
        for value in ["c", "a", "d", "c"] {
            levels.push(value);
        }
        assert!(levels.known().is_none() && levels.is_exact());
        assert_eq!(levels.distinct(), 4);
        levels.push("e");
        assert_eq!((levels.distinct(), levels.is_exact()), (4, false));
    }
}
