//! Hyperparameters as the training toolkit reads them and hands them to a program.

use serde_json::{Map, Value};

/// Hyperparameters of the user: JSON where the text is JSON, else the text; without those of script mode.
pub(super) fn of_the_user(hyperparameters: &Map<String, Value>) -> Map<String, Value> {
    hyperparameters
        .iter()
        .filter(|(name, _)| !steps::is_of_the_platform(name))
        .map(|(name, value)| (name.clone(), parsed(value)))
        .collect()
}

/// A hyperparameter of script mode, such as `sagemaker_program`.
pub(super) fn named(hyperparameters: &Map<String, Value>, name: &str) -> Option<String> {
    let value = parsed(hyperparameters.get(name)?);
    value
        .as_str()
        .filter(|text| !text.is_empty())
        .map(str::to_owned)
}

/// Arguments of the program: `--name value`, in the order of the names; one dash for a name of one letter.
pub(super) fn arguments(hyperparameters: &Map<String, Value>) -> Vec<String> {
    let mut sorted: Vec<_> = hyperparameters.iter().collect();
    sorted.sort_by_key(|(name, _)| name.as_str());
    let mut arguments = Vec::new();
    for (name, value) in sorted {
        let dashes = if name.chars().count() > 1 { "--" } else { "-" };
        arguments.push(format!("{dashes}{name}"));
        arguments.push(argument(value));
    }
    arguments
}

fn parsed(value: &Value) -> Value {
    match value.as_str() {
        Some(text) => serde_json::from_str(text).unwrap_or_else(|_| Value::from(text)),
        None => value.clone(),
    }
}

/// A value as an argument: maps as `name=value` with commas, the rest as Python prints it.
fn argument(value: &Value) -> String {
    match value {
        Value::Object(members) => {
            let mut pairs: Vec<_> = members
                .iter()
                .map(|(name, value)| format!("{name}={}", printed(value)))
                .collect();
            pairs.sort();
            pairs.join(",")
        }
        other => printed(other),
    }
}

/// What Python's `str` gives for a value.
fn printed(value: &Value) -> String {
    match value {
        Value::String(text) => text.clone(),
        other => represented(other),
    }
}

/// What Python's `repr` gives for a value.
fn represented(value: &Value) -> String {
    match value {
        Value::Null => "None".to_owned(),
        Value::Bool(true) => "True".to_owned(),
        Value::Bool(false) => "False".to_owned(),
        Value::Number(number) => number.to_string(),
        Value::String(text) if text.contains('\'') && !text.contains('"') => format!("\"{text}\""),
        Value::String(text) => {
            format!("'{}'", text.replace('\\', "\\\\").replace('\'', "\\'"))
        }
        Value::Array(items) => {
            let items: Vec<_> = items.iter().map(represented).collect();
            format!("[{}]", items.join(", "))
        }
        Value::Object(members) => {
            let pairs: Vec<_> = members
                .iter()
                .map(|(name, value)| {
                    format!(
                        "{}: {}",
                        represented(&Value::from(name.as_str())),
                        represented(value)
                    )
                })
                .collect();
            format!("{{{}}}", pairs.join(", "))
        }
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn a_program_gets_its_hyperparameters_in_the_order_of_their_names() {
        let told = json!({
            "sagemaker_program": "\"train.py\"",
            "_tuning_objective_metric": "loss",
            "n-estimators": "100",
            "alpha": "0.5",
            "k": "3",
            "name": "forest",
            "quoted": "\"a b\"",
            "flag": "true",
            "none": "null",
            "list": "[1, \"x\", 2.5]",
            "map": "{\"b\": 1, \"a\": true}",
        });
        let told = told.as_object().unwrap();
        assert_eq!(
            named(told, "sagemaker_program").as_deref(),
            Some("train.py")
        );
        assert_eq!(named(told, "sagemaker_region"), None);
        let found = arguments(&of_the_user(told));
        assert_eq!(
            found,
            [
                "--alpha",
                "0.5",
                "--flag",
                "True",
                "-k",
                "3",
                "--list",
                "[1, 'x', 2.5]",
                "--map",
                "a=True,b=1",
                "--n-estimators",
                "100",
                "--name",
                "forest",
                "--none",
                "None",
                "--quoted",
                "a b",
            ]
        );
    }
}
