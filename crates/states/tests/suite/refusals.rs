//! Definitions that are refused: every problem has a code and a place.

use serde_json::{Value, json};
use states::{Machine, Problem, ProblemCode};

fn problems(definition: &Value) -> Vec<Problem> {
    Machine::parse(&definition.to_string())
        .err()
        .unwrap_or_default()
}

/// A machine with one state `S`.
fn with(state: &Value) -> Value {
    json!({"StartAt": "S", "States": {"S": state}})
}

/// `data/refusals.json` lists definitions with one problem each, and how its message begins where AWS's is known.
#[test]
fn each_problem_names_its_place() {
    let path = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/data/refusals.json");
    let cases: Vec<Value> = serde_json::from_str(&std::fs::read_to_string(path).unwrap()).unwrap();
    assert!(cases.len() > 40);
    let mut wrong = Vec::new();
    for case in cases {
        let found = problems(&case["definition"]);
        let fits = |problem: &Problem| {
            case["code"] == problem.code.to_string()
                && case["pointer"] == problem.pointer.as_str()
                && problem
                    .message
                    .starts_with(case["message"].as_str().unwrap_or_default())
        };
        if found.len() != 1 || !fits(&found[0]) {
            wrong.push(format!("{}: {found:?}", case["definition"]));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn all_problems_are_found_at_once() {
    let definition = json!({"StartAt": "A", "States": {
        "A": {"Type": "Pass", "InputPath": "a", "Next": "X", "Retry": []},
        "B": {"Type": "Wait", "Seconds": -1},
        "C": {"Type": "Parallel", "End": true, "Branches": [
            {"StartAt": "D", "States": {"D": {"Type": "Fail", "Next": "A"}}}]}}});
    let found: Vec<String> = problems(&definition)
        .into_iter()
        .map(|problem| problem.pointer)
        .collect();
    assert_eq!(
        found,
        [
            "/States/A/InputPath",
            "/States/A/Retry",
            "/States/B",
            "/States/B/Seconds",
            "/States/C/Branches/0/States/D/Next",
            "/States/A/Next",
        ]
    );
}

#[test]
fn text_that_is_no_definition() {
    for (text, code) in [
        ("", ProblemCode::InvalidJsonDescription),
        (
            "{\"StartAt\": \"S\", \"StartAt\": \"S\", \"States\": {\"S\": {\"Type\": \"Succeed\"}}}",
            ProblemCode::InvalidJsonDescription,
        ),
        ("null", ProblemCode::SchemaValidationFailed),
    ] {
        let found = Machine::parse(text).expect_err(text);
        assert_eq!(found[0].code, code, "{text}");
    }
    let long = format!("{}{{}}", " ".repeat(1_048_575));
    assert_eq!(
        Machine::parse(&long).unwrap_err()[0].code,
        ProblemCode::SchemaValidationFailed
    );
}

#[test]
fn states_that_only_lead_to_one_another_are_not_reachable() {
    let definition = json!({"StartAt": "A", "States": {
        "A": {"Type": "Succeed"},
        "B": {"Type": "Pass", "Next": "C"},
        "C": {"Type": "Pass", "Next": "B"}}});
    let found: Vec<String> = problems(&definition)
        .iter()
        .map(ToString::to_string)
        .collect();
    assert_eq!(
        found,
        [
            "MISSING_TRANSITION_TARGET: State \"B\" is not reachable. at /States/B",
            "MISSING_TRANSITION_TARGET: State \"C\" is not reachable. at /States/C",
        ]
    );
}

#[test]
fn a_large_definition_is_checked_in_time_linear_in_its_size() {
    let mut states = serde_json::Map::new();
    for n in 0..20_000 {
        states.insert(
            format!("S{n}"),
            json!({"Type": "Pass", "Next": format!("S{}", n + 1)}),
        );
    }
    states.insert("S20000".to_owned(), json!({"Type": "Succeed"}));
    let definition = json!({"StartAt": "S0", "States": states});
    assert_eq!(problems(&definition), []);
}

proptest::proptest! {
    #[test]
    fn no_text_makes_the_parser_panic(text in "[{}\\[\\]\":,a-cS.$0-9 ]{0,60}") {
        let _ = Machine::parse(&text);
    }

    #[test]
    fn no_state_makes_the_parser_panic(
        kind in "Pass|Task|Choice|Wait|Succeed|Fail|Parallel|Map",
        fields in proptest::collection::btree_map(
            "Next|End|InputPath|Parameters|Retry|Catch|Choices|Branches|Iterator|ItemProcessor|Seconds|Resource",
            proptest::sample::select(vec![
                json!(null), json!(true), json!(-1), json!("$.a"), json!([]), json!({}), json!([{}]),
                json!([[1]]), json!({"StartAt": "S", "States": {}}), json!([{"ErrorEquals": "x", "Next": 1}]),
            ]),
            0..6,
        ),
    ) {
        let mut state: serde_json::Map<String, Value> = fields.into_iter().collect();
        state.insert("Type".to_owned(), json!(kind));
        let _ = Machine::parse(&with(&Value::Object(state)).to_string());
    }
}
