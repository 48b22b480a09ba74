//! What is learned of a column while its rows pass by: counts, and what the checks need. Each part has a limit.

use std::collections::{BTreeMap, HashSet};
use std::hash::{DefaultHasher, Hash, Hasher};

use crate::cell::{canonical, canonical_number};

/// A cell as it was understood.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) enum Value<'a> {
    /// There is no value.
    Missing,
    /// A number, and its text.
    Number(f64, &'a str),
    /// Any other text.
    Text(&'a str),
}

impl Value<'_> {
    /// The same for the same value, another for another.
    pub(super) fn hash(self) -> u64 {
        let mut hasher = DefaultHasher::new();
        match self {
            Self::Missing => 0_u8.hash(&mut hasher),
            Self::Number(number, text) => match canonical_number(number) {
                // Its text would tell it from no other number.
                Some(_) => (1_u8, number.to_bits()).hash(&mut hasher),
                None => (2_u8, text).hash(&mut hasher),
            },
            Self::Text(text) => (2_u8, text).hash(&mut hasher),
        }
        hasher.finish()
    }

    /// The form in which it is compared and shown.
    pub(super) fn shown(self, decimal: char) -> String {
        match self {
            Self::Missing => String::new(),
            Self::Number(_, text) | Self::Text(text) => canonical(text, decimal),
        }
    }
}

/// A cell and the row it stands in: its file and its number there.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Seen {
    pub(crate) file: usize,
    pub(crate) row: u64,
    pub(crate) cell: String,
}

/// What is known of a column.
#[derive(Debug, Default)]
pub(crate) struct Facts {
    /// Cells of all rows that are numbers.
    pub(crate) numbers: u64,
    /// Cells of all rows that are other texts.
    pub(crate) texts: u64,
    /// The first text that is no number at all, and the first that is a number without end.
    pub(crate) first_text: Option<Seen>,
    pub(crate) first_endless: Option<Seen>,
    /// Rows that stay, with a value and without.
    pub(crate) present: u64,
    pub(crate) missing: u64,
    /// Of those with a value: dates and times, sentences.
    pub(crate) times: u64,
    pub(crate) sentences: u64,
    /// Distinct values of rows that stay.
    pub(crate) distinct: Distinct,
    /// Which class goes with each value.
    pub(crate) pairs: Pairs,
    /// Sums with the target, where both are numbers.
    pub(crate) line: Line,
    /// Rows without a value by class, and by group.
    pub(crate) missing_by_class: Vec<u64>,
    pub(crate) missing_by_group: Vec<u64>,
}

/// How many values there are, up to a limit.
#[derive(Debug, Default)]
pub(crate) struct Distinct {
    seen: HashSet<u64>,
    /// The number where it is beyond the limit, at which counting ended.
    beyond: Option<u64>,
}

impl Distinct {
    pub(super) fn push(&mut self, hash: u64, most: usize) {
        if self.beyond.is_none() && self.seen.insert(hash) && self.seen.len() > most {
            self.beyond = Some(self.seen.len() as u64);
            self.seen = HashSet::new();
        }
    }

    /// How many values there are, at least.
    pub(crate) fn count(&self) -> u64 {
        self.beyond.unwrap_or(self.seen.len() as u64)
    }

    /// Whether there are more than were counted.
    pub(crate) fn is_cut(&self) -> bool {
        self.beyond.is_some()
    }
}

/// Values that are followed.
const FOLLOWED: usize = 50;

/// Which class goes with each value of a column, until one goes with two.
#[derive(Debug, Default)]
pub(crate) struct Pairs {
    /// Value to class and rows.
    pub(crate) classes: BTreeMap<String, (u32, u64)>,
    /// Whether a value goes with two classes, or there are too many values.
    pub(crate) contradicted: bool,
}

impl Pairs {
    pub(crate) fn push(&mut self, value: Value<'_>, class: u32, decimal: char) {
        if self.contradicted || value == Value::Missing {
            return;
        }
        let shown = value.shown(decimal);
        let many = self.classes.len() >= FOLLOWED;
        match self.classes.get_mut(&shown) {
            Some((known, rows)) if *known == class => *rows += 1,
            None if !many => {
                self.classes.insert(shown, (class, 1));
            }
            _ => self.give_up(),
        }
    }

    fn give_up(&mut self) {
        self.contradicted = true;
        self.classes.clear();
    }
}

/// Sums of a correlation, by Welford's update, so that large numbers lose nothing.
#[derive(Debug, Default)]
pub(crate) struct Line {
    count: f64,
    mean: (f64, f64),
    xx: f64,
    yy: f64,
    xy: f64,
}

impl Line {
    pub(super) fn push(&mut self, x: f64, y: f64) {
        self.count += 1.0;
        let (dx, dy) = (x - self.mean.0, y - self.mean.1);
        self.mean.0 += dx / self.count;
        self.mean.1 += dy / self.count;
        self.xx += dx * (x - self.mean.0);
        self.yy += dy * (y - self.mean.1);
        self.xy += dx * (y - self.mean.1);
    }

    /// Pearson's correlation; none of a few rows or of a constant.
    pub(crate) fn correlation(&self) -> Option<f64> {
        let spread = (self.xx * self.yy).sqrt();
        (self.count >= 20.0 && spread > 0.0).then(|| self.xy / spread)
    }
}

/// Adds one at a place; places beyond the limit are not counted.
pub(super) fn count(counts: &mut Vec<u64>, place: usize, most: usize) {
    if place >= most {
        return;
    }
    if counts.len() <= place {
        counts.resize(place + 1, 0);
    }
    counts[place] += 1;
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn values_are_counted_up_to_a_limit() {
        let mut distinct = Distinct::default();
        for hash in [1, 2, 1, 3] {
            distinct.push(hash, 3);
        }
        assert_eq!((distinct.count(), distinct.is_cut()), (3, false));
        distinct.push(4, 3);
        distinct.push(5, 3);
        assert_eq!((distinct.count(), distinct.is_cut()), (4, true));
    }

    #[test]
    fn a_number_has_one_hash_however_it_is_written() {
        let hash = |number, text| Value::Number(number, text).hash();
        assert_eq!(hash(63.0, "63"), hash(63.0, "63.0"));
        assert_ne!(hash(63.0, "63"), hash(64.0, "64"));
        // Identifiers that one number cannot tell apart.
        assert_ne!(
            hash(12_345_678_901_234_567.0, "12345678901234567"),
            hash(12_345_678_901_234_567.0, "12345678901234568")
        );
        assert_ne!(Value::Text("63").hash(), Value::Missing.hash());
    }

    #[test]
    fn a_value_with_two_classes_says_nothing() {
        let mut pairs = Pairs::default();
        for (text, class) in [("a", 0), ("b", 1), ("a", 0)] {
            pairs.push(Value::Text(text), class, '.');
        }
        pairs.push(Value::Missing, 1, '.');
        assert_eq!(pairs.classes["a"], (0, 2));
        pairs.push(Value::Text("b"), 0, '.');
        assert!(pairs.contradicted && pairs.classes.is_empty());
    }

    #[test]
    fn a_line_is_told_from_noise() {
        let (mut line, mut noise) = (Line::default(), Line::default());
        for step in 0..50 {
            let x = f64::from(step);
            line.push(x, 1e9 - 3.0 * x);
            noise.push(x, f64::from(step * 7919 % 13));
        }
        assert!((line.correlation().unwrap() + 1.0).abs() < 1e-12);
        assert!(noise.correlation().unwrap().abs() < 0.5);
        assert_eq!(Line::default().correlation(), None);
    }
}
