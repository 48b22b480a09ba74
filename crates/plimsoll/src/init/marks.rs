//! Which texts and numbers mean a missing value.

use std::collections::BTreeMap;

use learn::profile::{ColumnFacts, Profile, SURELY_MISSING};
use workload::Markers;

use super::view::{count, percent, quoted};

/// Texts among numbers that are taken for markers, at most: a share of the cells, and so many different ones.
const ODD_SHARE: u64 = 20;
const ODD_TEXTS: usize = 3;

/// Markers that hold, and suggestions.
#[derive(Debug, Clone, Default)]
pub(crate) struct Marks {
    /// Of all columns.
    pub(crate) all: Vec<String>,
    /// Of single columns, by place.
    pub(crate) columns: BTreeMap<usize, Vec<String>>,
    /// As the file has them, with evidence.
    pub(crate) listed: Vec<Markers>,
}

impl Marks {
    /// Markers that hold for a column.
    pub(crate) fn of(&self, column: usize) -> Vec<String> {
        let own = self.columns.get(&column).into_iter().flatten();
        self.all.iter().chain(own).cloned().collect()
    }
}

/// Decides from the cells alone.
pub(crate) fn marks(profile: &Profile) -> Marks {
    let mut marks = Marks::default();
    words(profile, &mut marks);
    let mut found: BTreeMap<usize, (Vec<String>, Vec<String>)> = BTreeMap::new();
    let mut suggested = Vec::new();
    for (place, facts) in profile.columns.iter().enumerate() {
        let odd = odd_texts(facts);
        if facts.texts > odd.iter().map(|(_, rows)| rows).sum() || facts.numbers.count == 0 {
            continue;
        }
        for (text, rows) in odd {
            let entry = found.entry(place).or_default();
            entry.1.push(format!(
                "{} among numbers in {}",
                quoted(&text),
                of_rows(rows, profile)
            ));
            entry.0.push(text);
        }
        for (number, rows) in sentinels(facts) {
            let entry = found.entry(place).or_default();
            entry.1.push(format!(
                "{number} in {}, far below the others",
                of_rows(rows, profile)
            ));
            entry.0.push(number.to_string());
        }
        suggested.extend(high(facts, profile));
        suggested.extend(zero(facts, profile));
    }
    common(profile, &mut found, &mut marks);
    for (place, (texts, notes)) in found {
        marks.listed.push(Markers {
            column: profile.columns[place].name.clone(),
            texts: texts.clone(),
            note: notes.join("; "),
            holds: true,
        });
        marks.columns.insert(place, texts);
    }
    marks.listed.extend(suggested);
    marks
}

fn of_rows(rows: u64, profile: &Profile) -> String {
    format!(
        "{} ({})",
        count(rows, "row", "rows"),
        percent(rows, profile.rows)
    )
}

/// Words that mean missing wherever they stand.
fn words(profile: &Profile, marks: &mut Marks) {
    let mut notes = Vec::new();
    for word in SURELY_MISSING {
        let cells = profile
            .columns
            .iter()
            .filter_map(|facts| facts.missing.get(word));
        let (columns, cells) =
            cells.fold((0, 0), |(columns, sum), cells| (columns + 1, sum + cells));
        if cells > 0 {
            marks.all.push(word.to_owned());
            let (cells, columns) = (
                count(cells, "cell", "cells"),
                count(columns, "column", "columns"),
            );
            notes.push(format!("`{word}` in {cells} of {columns}"));
        }
    }
    if !marks.all.is_empty() {
        marks.listed.push(Markers {
            column: "*".to_owned(),
            texts: marks.all.clone(),
            note: notes.join("; "),
            holds: true,
        });
    }
}

/// Texts in a column that otherwise holds numbers: known words, or very few others.
fn odd_texts(facts: &ColumnFacts) -> Vec<(String, u64)> {
    let listed: u64 = facts.first_texts.values().sum();
    let known: u64 = facts.perhaps_missing.values().sum();
    let few = facts.first_texts.len() <= ODD_TEXTS && facts.texts * ODD_SHARE <= facts.present();
    let words = known == facts.texts && facts.numbers.count >= facts.texts;
    if facts.texts == 0 || listed < facts.texts || !(few || words) {
        return Vec::new();
    }
    facts.first_texts.clone().into_iter().collect()
}

/// Numbers such as -999 that lie below all others and far from them.
fn sentinels(facts: &ColumnFacts) -> Vec<(i64, u64)> {
    let (least, most) = (facts.numbers.least, facts.numbers.most);
    let all = facts.numbers.sentinels.iter();
    all.map(|(number, rows)| (*number, *rows))
        .filter(|&(number, rows)| {
            let below = least - number as f64;
            number < 0
                && rows >= 2
                && below > 0.0
                && least.is_finite()
                && (least >= 0.0 || below > most - least)
        })
        .collect()
}

/// Numbers such as 999 that lie far above all others; a suggestion, since the largest value may be a real one.
fn high(facts: &ColumnFacts, profile: &Profile) -> Option<Markers> {
    let (least, most) = (facts.numbers.least, facts.numbers.most);
    let (number, rows) = facts.numbers.sentinels.iter().next_back()?;
    let above = *number as f64 - most;
    let far = *number > 0 && *rows >= 5 && most.is_finite() && above > (most - least).max(most);
    far.then(|| Markers {
        column: facts.name.clone(),
        texts: vec![number.to_string()],
        note: format!(
            "{number} in {}; all others are at most {most}",
            of_rows(*rows, profile)
        ),
        holds: false,
    })
}

/// Parts of names of quantities that cannot be zero.
const QUANTITIES: [&str; 20] = [
    "height",
    "width",
    "weight",
    "length",
    "depth",
    "size",
    "area",
    "pressure",
    "bp",
    "trestbps",
    "chol",
    "cholesterol",
    "glucose",
    "bmi",
    "thickness",
    "insulin",
    "w",
    "h",
    "wt",
    "diameter",
];

/// Zeros of a column that seems to have none, as a suggestion.
fn zero(facts: &ColumnFacts, profile: &Profile) -> Option<Markers> {
    let numbers = &facts.numbers;
    let (zeros, median) = (numbers.zeros, numbers.median()?);
    if zeros == 0
        || zeros * 2 > numbers.count
        || numbers.least < 0.0
        || facts.levels.distinct() <= 10
    {
        return None;
    }
    let named = parts(&facts.name)
        .iter()
        .any(|part| QUANTITIES.contains(&part.as_str()));
    let gap = zeros >= 2 && median >= 5.0 && numbers.smallest_positive >= (median / 5.0).max(3.0);
    let why = match (gap, named) {
        (true, _) => format!("the smallest above is {}", numbers.smallest_positive),
        (false, true) => "a quantity of this name is above 0".to_owned(),
        (false, false) => return None,
    };
    Some(Markers {
        column: facts.name.clone(),
        texts: vec!["0".to_owned()],
        note: format!("0 in {}; {why}", of_rows(zeros, profile)),
        holds: false,
    })
}

/// Words of a name: `px_height`, `BloodPressure`, `sepal.width`.
fn parts(name: &str) -> Vec<String> {
    let mut parts = vec![String::new()];
    let mut before_lower = false;
    for c in name.chars() {
        let new = !c.is_alphanumeric() || (c.is_uppercase() && before_lower);
        before_lower = c.is_lowercase();
        if new && parts.last().is_some_and(|part| !part.is_empty()) {
            parts.push(String::new());
        }
        if let Some(part) = parts.last_mut().filter(|_| c.is_alphanumeric()) {
            part.extend(c.to_lowercase());
        }
    }
    parts
}

/// A number that is a marker in half of the columns of numbers is one of all columns.
fn common(
    profile: &Profile,
    found: &mut BTreeMap<usize, (Vec<String>, Vec<String>)>,
    marks: &mut Marks,
) {
    let numeric = profile
        .columns
        .iter()
        .filter(|facts| facts.numbers.count > 0)
        .count();
    let mut columns: BTreeMap<String, u64> = BTreeMap::new();
    for text in found.values().flat_map(|(texts, _)| texts) {
        *columns.entry(text.clone()).or_default() += 1;
    }
    columns.retain(|text, places| {
        text.parse::<i64>().is_ok() && *places >= 3 && *places * 2 >= numeric as u64
    });
    if columns.is_empty() {
        return;
    }
    for (texts, notes) in found.values_mut() {
        let kept = texts
            .iter()
            .zip(notes.iter())
            .filter(|(text, _)| !columns.contains_key(*text));
        let (left, why) = kept
            .map(|(text, note)| (text.clone(), note.clone()))
            .unzip();
        (*texts, *notes) = (left, why);
    }
    found.retain(|_, (texts, _)| !texts.is_empty());
    let notes = columns
        .iter()
        .map(|(text, places)| format!("{text} in {places} columns, far below the others"));
    let note = notes.collect::<Vec<_>>().join("; ");
    marks.all.extend(columns.into_keys());
    match marks.listed.first_mut() {
        Some(all) => {
            all.texts.clone_from(&marks.all);
            all.note = format!("{}; {note}", all.note);
        }
        None => marks.listed.push(Markers {
            column: "*".to_owned(),
            texts: marks.all.clone(),
            note,
            holds: true,
        }),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::init::compose::tests::profiled;

    fn listed(text: &str) -> Vec<String> {
        let found = marks(&profiled(text)).listed;
        let line = |markers: &Markers| {
            let mark = if markers.holds { "" } else { "# " };
            format!(
                "{mark}{}: {} ({})",
                markers.column,
                markers.texts.join(" "),
                markers.note
            )
        };
        found.iter().map(line).collect()
    }

    fn table(head: &str, row: impl Fn(usize) -> String, rows: usize) -> String {
        let lines: Vec<String> = (0..rows).map(row).collect();
        format!("{head}\n{}\n", lines.join("\n"))
    }

    #[test]
    fn words_hold_for_all_columns() {
        let text = "a,b\n?,x\n1,NA\n2,y\n3,None\n";
        assert_eq!(
            listed(text),
            ["*: ? NA (`?` in 1 cell of 1 column; `NA` in 1 cell of 1 column)"]
        );
    }

    #[test]
    fn odd_texts_among_numbers_hold_for_their_column() {
        let text = table(
            "a,b",
            |row| {
                if row == 3 {
                    "n.a.,x".into()
                } else {
                    format!("{row},x")
                }
            },
            40,
        );
        assert_eq!(
            listed(&text),
            ["a: n.a. (`n.a.` among numbers in 1 row (2.5 %))"]
        );
        let words = "a,b\n-,x\n1,y\n2,-\n";
        assert_eq!(listed(words), ["a: - (`-` among numbers in 1 row (33 %))"]);
    }

    #[test]
    fn negative_sentinels_hold_and_positive_ones_are_suggested() {
        let text = table(
            "a,b",
            |row| match row % 10 {
                0 => "-999,999".into(),
                digit => format!("{digit},{digit}"),
            },
            60,
        );
        assert_eq!(
            listed(&text),
            [
                "a: -999 (-999 in 6 rows (10 %), far below the others)",
                "# b: 999 (999 in 6 rows (10 %); all others are at most 9)",
            ]
        );
        // Among values of that size it is a number like others.
        let text = table(
            "a,b",
            |row| format!("{},x", (row * 100).cast_signed() - 999),
            30,
        );
        assert_eq!(listed(&text), [""; 0]);
    }

    #[test]
    fn a_sentinel_of_most_columns_holds_for_all() {
        let text = table(
            "a,b,c",
            |row| {
                if row % 9 == 0 {
                    "-200,-200,-200".into()
                } else {
                    format!("{row},1.5,2")
                }
            },
            40,
        );
        assert_eq!(
            listed(&text),
            ["*: -200 (-200 in 3 columns, far below the others)"]
        );
    }

    #[test]
    fn zeros_are_suggested_with_evidence() {
        let text = table(
            "glucose,px_height,visits",
            |row| match row % 20 {
                0 => "0,0,0".into(),
                digit => format!("{},{digit},{}", 80 + digit, digit),
            },
            60,
        );
        assert_eq!(
            listed(&text),
            [
                "# glucose: 0 (0 in 3 rows (5.0 %); the smallest above is 81)",
                "# px_height: 0 (0 in 3 rows (5.0 %); a quantity of this name is above 0)",
            ]
        );
    }

    #[test]
    fn names_have_words() {
        let cases = [
            ("px_height", "px height"),
            ("BloodPressure", "blood pressure"),
            ("sepal.width", "sepal width"),
            ("BMI", "bmi"),
        ];
        for (name, words) in cases {
            assert_eq!(parts(name).join(" "), words);
        }
    }
}
