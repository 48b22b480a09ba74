//! What each column is: a feature of some type, or none, and why.

use super::view::{View, count, percent, quoted};
use learn::rows::Declared;

/// Labels of a column at most, as the preparation has it.
const MAX_LABELS: u64 = 1000;
/// Rows below which nearly unique labels prove nothing.
const FEW: u64 = 20;

/// Why a column is no feature; none where it is one.
pub(crate) fn not_a_feature(view: &View) -> Option<String> {
    if let Some(Declared::Unread(kind)) = &view.facts.declared {
        return Some(format!("{kind}, which is no cell of a table"));
    }
    if view.present == 0 {
        return Some("no value in any row".to_owned());
    }
    if view.distinct == 1 && view.missing() == 0 && view.rows > 1 {
        let level = view.levels.iter().flatten().next();
        let level = level.map(|(level, _)| quoted(level)).unwrap_or_default();
        return Some(format!("always {level}"));
    }
    if view.is_number() {
        number(view)
    } else {
        text(view)
    }
}

fn number(view: &View) -> Option<String> {
    let numbers = &view.facts.numbers;
    let unique = view.is_unique() && view.is_whole();
    let from_start = numbers.least == 0.0 || (numbers.least - 1.0).abs() < 1e-9;
    if unique && numbers.is_sequence && view.rows > 2 && (from_start || view.is_named_id()) {
        return Some("numbers of rows".to_owned());
    }
    if view.is_named_id() && view.is_whole() && view.distinct * 10 >= view.rows * 9 && view.rows > 2
    {
        return Some(format!("an id by its name, {} of its own", share(view)));
    }
    None
}

fn share(view: &View) -> String {
    match view.distinct {
        all if all >= view.rows => "each row with a value".to_owned(),
        some => format!("{} with values", percent(some, view.rows)),
    }
}

fn text(view: &View) -> Option<String> {
    let facts = view.facts;
    if facts.times * 10 >= view.present * 9 || facts.declared == Some(Declared::Time) {
        return Some("times, which this version does not read as features".to_owned());
    }
    let distinct = count(view.distinct, "label", "labels");
    if view.is_unique() {
        return Some("each row has its own text: an id or a name".to_owned());
    }
    if facts.sentences * 2 >= view.present {
        return Some("sentences, which this version does not read as features".to_owned());
    }
    if view.distinct > MAX_LABELS || !facts.levels.is_exact() {
        return Some(format!(
            "{distinct}, more than the {MAX_LABELS} that a category has at most"
        ));
    }
    if view.present >= FEW && view.distinct * 2 >= view.present {
        return Some(format!(
            "{distinct} in {} rows: an id or a name",
            view.present
        ));
    }
    None
}

/// What is said of a feature.
pub(crate) fn remark(view: &View) -> String {
    let facts = view.facts;
    let mut said = if view.is_number() {
        let numbers = &facts.numbers;
        let range = format!("{} to {}", short(numbers.least), short(numbers.most));
        match view.distinct {
            2 if numbers.least.is_finite() => {
                format!("{} or {}", short(numbers.least), short(numbers.most))
            }
            3..=10 if view.is_whole() => format!(
                "{} whole numbers, {range}; `category` if they are codes",
                view.distinct
            ),
            _ => range,
        }
    } else {
        let levels = view.levels.iter().flatten();
        let first: Vec<String> = levels.take(3).map(|(level, _)| quoted(level)).collect();
        let more = if view.distinct > 3 { ", ..." } else { "" };
        format!(
            "{}: {}{more}",
            count(view.distinct, "label", "labels"),
            first.join(", ")
        )
    };
    if view.is_unique() && view.is_whole() {
        said.push_str("; each row has its own");
    }
    if view.missing() > 0 {
        let share = percent(view.missing(), view.rows);
        said.push_str("; missing in ");
        said.push_str(&share);
    }
    said
}

/// A number with four digits.
pub(super) fn short(number: f64) -> String {
    if number.fract() == 0.0 && number.abs() < 1e9 {
        return format!("{number}");
    }
    let digits = 3 - (number.abs().log10().floor() as i32).clamp(-6, 3);
    let scale = 10_f64.powi(digits);
    format!("{}", (number * scale).round() / scale)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::init::compose::tests::profiled;

    /// Name of a column, its cells by row, what is said.
    type Case<'a> = (&'a str, &'a dyn Fn(usize) -> String, &'a str);

    fn of(name: &str, cells: impl Fn(usize) -> String) -> (Option<String>, String) {
        let rows: Vec<String> = (0..60)
            .map(|row| format!("{},{}", cells(row), row % 3))
            .collect();
        let profile = profiled(&format!("{name},y\n{}\n", rows.join("\n")));
        let view = View::new(&profile.columns[0], profile.rows, &[]);
        (not_a_feature(&view), remark(&view))
    }

    #[test]
    fn columns_that_are_no_features_say_why() {
        let labels = |row: usize| format!("n{}", row / 2 * 2);
        let cases: [Case; 9] = [
            ("n", &|row| (row + 1).to_string(), "numbers of rows"),
            (
                "CustomerID",
                &|row| (row * 7 + 3).to_string(),
                "an id by its name, each row with a value of its own",
            ),
            (
                "when",
                &|row| format!("2024-02-{:02}", row % 28 + 1),
                "times, which this version does not read as features",
            ),
            (
                "name",
                &|row| format!("n{row}"),
                "each row has its own text: an id or a name",
            ),
            ("who", &labels, "30 labels in 60 rows: an id or a name"),
            (
                "say",
                &|row| format!("it was a day of {}", row % 20),
                "sentences, which this version does not read as features",
            ),
            ("same", &|_| "EUR".into(), "always `EUR`"),
            ("none", &|_| String::new(), "no value in any row"),
            ("year", &|row| (row + 1871).to_string(), ""),
        ];
        for (name, cells, why) in cases {
            let expected = (!why.is_empty()).then(|| why.to_owned());
            assert_eq!(of(name, cells).0, expected, "{name}");
        }
    }

    #[test]
    fn features_have_a_remark() {
        let cases: [Case; 5] = [
            ("a", &|row| (row % 2).to_string(), "0 or 1"),
            (
                "b",
                &|row| (row % 4 + 1).to_string(),
                "4 whole numbers, 1 to 4; `category` if they are codes",
            ),
            ("c", &|row| format!("{}.123456", row * 3), "0.1235 to 177.1"),
            (
                "d",
                &|row| ["x", "y", "z", "w", ""][row % 5].into(),
                "4 labels: `w`, `x`, `y`, ...; missing in 20 %",
            ),
            (
                "e",
                &|row| (row * row).to_string(),
                "0 to 3481; each row has its own",
            ),
        ];
        for (name, cells, expected) in cases {
            assert_eq!(of(name, cells), (None, expected.to_owned()), "{name}");
        }
    }
}
