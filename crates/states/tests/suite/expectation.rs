//! Whether an execution came to what a case expects.

use serde_json::Value;
use states::{Machine, ProblemCode, Start, Status};

use crate::driver::{Driver, Run};

/// Runs a case; the error says what is otherwise.
pub(crate) fn check(case: &Value) -> Result<(), String> {
    let expect = &case["expect"];
    let definition = definition(case);
    let machine = Machine::parse(&definition);
    if let Some(refused) = expect.get("refused") {
        assert_eq!(
            refused["code"], "InvalidDefinition",
            "others are about operations"
        );
        return match machine {
            Ok(_) => Err("the definition is accepted".to_owned()),
            Err(problems) if problems.iter().all(|p| p.code == ProblemCode::NotSupported) => {
                Err(format!("refused for another reason: {}", problems[0]))
            }
            Err(_) => Ok(()),
        };
    }
    let machine = machine.map_err(|problems| {
        let all: Vec<String> = problems.iter().map(ToString::to_string).collect();
        format!("the definition is refused: {}", all.join("; "))
    })?;
    let input = if case["omit_input"] == true {
        serde_json::json!({})
    } else {
        case["input"].clone()
    };
    let run = Driver::start(
        &machine,
        Start {
            input,
            seed: 42,
            ..Start::default()
        },
    )
    .finish();
    check_status(expect, &run)?;
    check_output(expect, &run)?;
    check_history(case, &run)?;
    check_seconds(expect, &run)
}

fn definition(case: &Value) -> String {
    if case["raw_definition"] == true {
        return case["definition"].as_str().unwrap().to_owned();
    }
    let text = case["definition"].to_string();
    match case["setup"]["activity"].as_str() {
        None => text,
        Some(name) => {
            let arn = format!("arn:aws:states:us-east-1:000000000000:activity:{name}");
            text.replace(&format!("${{activity:{name}}}"), &arn)
        }
    }
}

fn differ(what: &str, expected: &Value, got: &Value) -> Result<(), String> {
    if expected == got {
        Ok(())
    } else {
        Err(format!("{what}: expected {expected}, got {got}"))
    }
}

fn check_status(expect: &Value, run: &Run) -> Result<(), String> {
    let (status, error, cause) = match &run.status {
        Status::Running => ("RUNNING", None, None),
        Status::Succeeded { .. } => ("SUCCEEDED", None, None),
        Status::Failed { error, cause } => ("FAILED", error.clone(), cause.clone()),
        Status::TimedOut { error, cause } => ("TIMED_OUT", error.clone(), cause.clone()),
        Status::Aborted { error, cause } => ("ABORTED", error.clone(), cause.clone()),
    };
    let (error, cause) = (Value::from(error), Value::from(cause));
    differ(
        &format!("status (error {error}, cause {cause})"),
        &expect["status"],
        &status.into(),
    )?;
    if let Some(expected) = expect.get("error") {
        differ("error", expected, &error)?;
    }
    if let Some(any) = expect.get("error_any").and_then(Value::as_array)
        && !any.contains(&error)
    {
        return Err(format!("error: {error} is none of {any:?}"));
    }
    if let Some(expected) = expect.get("cause") {
        differ("cause", expected, &cause)?;
    }
    if let Some(part) = expect.get("cause_contains").and_then(Value::as_str)
        && !cause.as_str().is_some_and(|cause| cause.contains(part))
    {
        return Err(format!("cause: {cause} does not contain {part}"));
    }
    Ok(())
}

fn check_output(expect: &Value, run: &Run) -> Result<(), String> {
    let none = Value::Null;
    let output = match &run.status {
        Status::Succeeded { output } => output,
        _ => &none,
    };
    if let Some(expected) = expect.get("output") {
        differ("output", expected, output)?;
    }
    if let Some(expected) = expect.get("output_unordered") {
        differ("sorted output", &sorted(expected), &sorted(output))?;
    }
    let at = |pointer: &str| output.pointer(pointer).unwrap_or(&none);
    for (pointer, pattern) in expect["match"].as_object().into_iter().flatten() {
        let text = at(pointer).as_str().unwrap_or_default();
        if !is_uuid_pattern(pattern.as_str().unwrap(), text) {
            return Err(format!("{pointer}: {text} does not match {pattern}"));
        }
    }
    for (pointer, bounds) in expect["range"].as_object().into_iter().flatten() {
        let number = at(pointer)
            .as_f64()
            .ok_or_else(|| format!("{pointer}: not a number"))?;
        if number < bounds[0].as_f64().unwrap() || number > bounds[1].as_f64().unwrap() {
            return Err(format!("{pointer}: {number} is outside {bounds}"));
        }
    }
    for (key, wanted) in [("equal", true), ("differ", false)] {
        for pair in expect[key].as_array().into_iter().flatten() {
            let (left, right) = (at(pair[0].as_str().unwrap()), at(pair[1].as_str().unwrap()));
            if (left == right) != wanted {
                return Err(format!("{key} {pair}: {left} and {right}"));
            }
        }
    }
    Ok(())
}

/// The one pattern that the cases use is that of a version 4 UUID; any other would need a regular expression engine.
fn is_uuid_pattern(pattern: &str, text: &str) -> bool {
    assert_eq!(
        pattern,
        "^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$"
    );
    let shape = "xxxxxxxx-xxxx-4xxx-yxxx-xxxxxxxxxxxx";
    let fits = |(sign, c): (char, char)| match sign {
        'x' => c.is_ascii_digit() || ('a'..='f').contains(&c),
        'y' => "89ab".contains(c),
        other => c == other,
    };
    text.len() == shape.len() && shape.chars().zip(text.chars()).all(fits)
}

fn sorted(value: &Value) -> Value {
    match value {
        Value::Array(items) => {
            let mut items: Vec<Value> = items.iter().map(sorted).collect();
            items.sort_by_key(ToString::to_string);
            Value::Array(items)
        }
        Value::Object(members) => members
            .iter()
            .map(|(name, member)| (name.clone(), sorted(member)))
            .collect(),
        other => other.clone(),
    }
}

fn check_history(case: &Value, run: &Run) -> Result<(), String> {
    let types: Vec<&str> = run
        .history
        .iter()
        .map(states::HistoryEvent::event_type)
        .collect();
    if let Some(expected) = case.get("history") {
        differ("history", expected, &types.iter().copied().collect())?;
    }
    if let Some(expected) = case.get("history_last") {
        differ("last event", expected, &(*types.last().unwrap()).into())?;
    }
    for (name, count) in case["history_count"].as_object().into_iter().flatten() {
        let found = types.iter().filter(|found| *found == name).count();
        differ(name, count, &found.into())?;
    }
    for name in case["history_contains"].as_array().into_iter().flatten() {
        if !types.iter().any(|found| found == name) {
            return Err(format!("no {name} in the history"));
        }
    }
    Ok(())
}

fn check_seconds(expect: &Value, run: &Run) -> Result<(), String> {
    let seconds = run.seconds;
    if expect["min_seconds"]
        .as_f64()
        .is_some_and(|least| seconds < least)
        || expect["max_seconds"]
            .as_f64()
            .is_some_and(|most| seconds > most)
    {
        return Err(format!("took {seconds} s"));
    }
    Ok(())
}
