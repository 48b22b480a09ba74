//! A column as it is once the markers of missing values hold.

use std::collections::BTreeMap;

use learn::profile::ColumnFacts;
use learn::rows::Declared;
use workload::ColumnType;

/// Facts of a column without the cells that markers call missing.
#[derive(Debug, Clone)]
pub(crate) struct View<'a> {
    pub(crate) facts: &'a ColumnFacts,
    pub(crate) rows: u64,
    /// Cells with a value.
    pub(crate) present: u64,
    /// Values with their rows, while they are few.
    pub(crate) levels: Option<BTreeMap<String, u64>>,
    pub(crate) distinct: u64,
    pub(crate) kind: ColumnType,
}

impl<'a> View<'a> {
    pub(crate) fn new(facts: &'a ColumnFacts, rows: u64, markers: &[String]) -> Self {
        let count = |word: &String| facts.first_texts.get(word).copied();
        let numbers = |word: &String| {
            let number: i64 = word.parse().ok()?;
            facts.numbers.sentinels.get(&number).copied()
        };
        let texts: u64 = markers.iter().filter_map(count).sum();
        let marked = texts + markers.iter().filter_map(numbers).sum::<u64>();
        let there = markers
            .iter()
            .filter(|word| count(word).is_some() || numbers(word).is_some());
        let levels = facts.levels.known().map(|known| {
            let kept = known.iter().filter(|(level, _)| !markers.contains(level));
            kept.map(|(level, rows)| (level.clone(), *rows)).collect()
        });
        Self {
            facts,
            rows,
            present: facts.present() - marked,
            distinct: match &levels {
                Some(levels) => BTreeMap::len(levels) as u64,
                None => facts.levels.distinct().saturating_sub(there.count() as u64),
            },
            levels,
            kind: kind(facts, texts),
        }
    }

    pub(crate) fn name(&self) -> &'a str {
        &self.facts.name
    }

    pub(crate) fn is_number(&self) -> bool {
        self.kind == ColumnType::Number
    }

    /// Cells without a value.
    pub(crate) fn missing(&self) -> u64 {
        self.rows - self.present
    }

    /// Whether every number is whole.
    pub(crate) fn is_whole(&self) -> bool {
        self.is_number() && self.facts.numbers.whole == self.facts.numbers.count
    }

    /// Whether each row has a value, and no two the same.
    pub(crate) fn is_unique(&self) -> bool {
        self.rows > 1 && self.facts.is_unique(self.rows)
    }

    /// Whether the name says that it is an id.
    pub(crate) fn is_named_id(&self) -> bool {
        learn::profile::is_named_id(self.name())
    }
}

/// The type that the step Prepare will find, where `marked` texts are missing values.
fn kind(facts: &ColumnFacts, marked: u64) -> ColumnType {
    match &facts.declared {
        Some(Declared::Number) => ColumnType::Number,
        None if facts.texts == marked => ColumnType::Number,
        Some(_) | None => ColumnType::Category,
    }
}

/// A share in percent, for remarks.
pub(crate) fn percent(part: u64, of: u64) -> String {
    let share = 100.0 * part as f64 / of.max(1) as f64;
    match share {
        0.0 => "0 %".to_owned(),
        share if share < 0.1 => "below 0.1 %".to_owned(),
        share if share < 10.0 => format!("{share:.1} %"),
        share => format!("{share:.0} %"),
    }
}

/// A number and what it counts.
pub(crate) fn count(number: u64, one: &str, many: &str) -> String {
    format!("{number} {}", if number == 1 { one } else { many })
}

/// A cell of the data, cut where it is long.
pub(crate) fn quoted(cell: &str) -> String {
    let short: String = cell.chars().take(24).collect();
    if short.len() < cell.len() {
        format!("`{short}...`")
    } else {
        format!("`{short}`")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn shares_and_cells_are_short() {
        let shares = [(0, 9), (1, 20_000), (1, 30), (1, 3)].map(|(part, of)| percent(part, of));
        assert_eq!(shares, ["0 %", "below 0.1 %", "3.3 %", "33 %"]);
        assert_eq!(quoted("abc"), "`abc`");
        assert_eq!(quoted(&"x".repeat(30)), format!("`{}...`", "x".repeat(24)));
        assert_eq!(count(1, "row", "rows"), "1 row");
    }
}
