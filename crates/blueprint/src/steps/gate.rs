//! Gate: every rule holds on the test scores, or nothing is deployed. Thresholds are in the input.

use serde_json::{Value, json};
use steps::Comparison;

use crate::state::States;
use crate::structure::GateShape;

pub(crate) const FIRST: &str = "Gate";

pub(crate) fn states(rules: &[GateShape], next: &str) -> States {
    let tests: Vec<Value> = rules
        .iter()
        .enumerate()
        .map(|(place, rule)| test(place, rule))
        .collect();
    vec![
        (
            FIRST.to_owned(),
            json!({
                "Type": "Choice",
                "Choices": [{"And": tests, "Next": next}],
                "Default": "GateNotMet",
            }),
        ),
        (
            "GateNotMet".to_owned(),
            json!({
                "Type": "Fail",
                "Error": "GateNotMet",
                "Cause": "a rule of the gate does not hold on the test rows; nothing was deployed",
            }),
        ),
    ]
}

fn test(place: usize, rule: &GateShape) -> Value {
    let variable = format!("$.out.Test.answer.scores.{}", rule.metric);
    let threshold = format!("$.in.Gate.thresholds[{place}]");
    let (operator, negate) = match rule.comparison {
        Comparison::Less => ("NumericLessThanPath", false),
        Comparison::LessOrEqual => ("NumericLessThanEqualsPath", false),
        Comparison::Greater => ("NumericGreaterThanPath", false),
        Comparison::GreaterOrEqual => ("NumericGreaterThanEqualsPath", false),
        Comparison::Equal => ("NumericEqualsPath", false),
        Comparison::NotEqual => ("NumericEqualsPath", true),
    };
    let test = json!({"Variable": variable, operator: threshold});
    if negate { json!({"Not": test}) } else { test }
}
