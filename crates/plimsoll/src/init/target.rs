//! Which columns can be the target, how good each is and why.

use super::goal::{Goal, goal};
use super::view::{View, percent};

/// A column that can be the target.
#[derive(Debug, Clone)]
pub(crate) struct Candidate {
    pub(crate) column: usize,
    pub(crate) score: f64,
    pub(crate) reasons: Vec<String>,
    pub(crate) goal: Goal,
}

/// All candidates, the best first.
pub(crate) fn candidates(views: &[View], copies: u64) -> Vec<Candidate> {
    let mut found: Vec<Candidate> = (0..views.len())
        .filter_map(|column| {
            let goal = goal(&views[column], copies).ok()?;
            Some(judged(views, column, goal))
        })
        .collect();
    found.sort_by(|a, b| b.score.total_cmp(&a.score).then(b.column.cmp(&a.column)));
    found
}

/// Names that mean a target and nothing else.
const TARGETS: [&str; 8] = [
    "target", "label", "class", "y", "outcome", "response", "labels", "classes",
];
/// Words in names of what is mostly predicted.
const LIKELY: [&str; 43] = [
    "price",
    "cost",
    "sales",
    "revenue",
    "demand",
    "consumption",
    "duration",
    "species",
    "diagnosis",
    "survived",
    "churn",
    "default",
    "quality",
    "price_range",
    "category",
    "type",
    "grade",
    "result",
    "status",
    "income",
    "num",
    "approved",
    "fraud",
    "deposit",
    "attrition",
    "exited",
    "spam",
    "disease",
    "cancer",
    "stroke",
    "rating",
    "risk",
    "winner",
    "subscribed",
    "clicked",
    "purchased",
    "medv",
    "charges",
    "salary",
    "outcome",
    "target",
    "label",
    "class",
];

fn judged(views: &[View], column: usize, goal: Goal) -> Candidate {
    let view = &views[column];
    let name = view.name().to_lowercase();
    let mut score = 0.0;
    let mut reasons = Vec::new();
    let mut add = |points: f64, why: String| {
        score += points;
        reasons.push(why);
    };
    // Beside z it is a coordinate.
    let is_coordinate = name == "y" && views.iter().any(|other| other.name() == "z");
    if TARGETS.contains(&name.as_str()) && !is_coordinate {
        add(6.0, "named like a target".to_owned());
    } else if LIKELY.contains(&name.as_str())
        || name
            .split(['_', ' ', '-', '.'])
            .any(|word| LIKELY.contains(&word))
    {
        add(3.0, "named like what is often predicted".to_owned());
    }
    if column + 1 == views.len() {
        add(2.0, "the last column".to_owned());
    }
    match goal.classes.len() {
        0 => add(0.5, "many numbers".to_owned()),
        few @ 2..=10 if goal.positive.is_none() => add(2.0, format!("{few} distinct values")),
        some => add(0.5, format!("{some} distinct values")),
    }
    if !view.is_number() {
        add(0.5, "labels, not numbers".to_owned());
    }
    if !goal.dropped.is_empty() || (goal.positive.is_some() && goal.limit.is_none()) {
        add(-1.0, "classes with very few rows".to_owned());
    }
    if view.missing() * 10 > view.rows {
        add(
            -2.0,
            format!("missing in {}", percent(view.missing(), view.rows)),
        );
    }
    Candidate {
        column,
        score,
        reasons,
        goal,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::init::compose::tests::profiled;

    #[test]
    fn candidates_are_ranked_by_name_place_and_values() {
        let cases = [
            ("target,a,b", "target"),
            ("a,b,c", "c"),
            ("a,species,b", "species"),
            ("churn_flag,a,label", "label"),
            ("y,a,z", "z"),
        ];
        for (head, expected) in cases {
            let rows: Vec<String> = (0..60)
                .map(|row| format!("{},{},{}", row % 2, row % 2, row % 2))
                .collect();
            let profile = profiled(&format!("{head}\n{}\n", rows.join("\n")));
            let views: Vec<View> = profile
                .columns
                .iter()
                .map(|facts| View::new(facts, 60, &[]))
                .collect();
            let found = candidates(&views, 0);
            assert_eq!(views[found[0].column].name(), expected, "{head}");
            assert!(!found[0].reasons.is_empty());
        }
    }
}
