//! Parameters of templates: their values from the request, the present stack or their defaults, checked.

use std::collections::{BTreeMap, BTreeSet};

use regex::Regex;
use serde_json::{Map, Value};

use super::function::printed;
use super::template::format_error;
use crate::Fault;
use crate::services::request::{items, optional, text};

const MEMBERS: [&str; 11] = [
    "Type",
    "Default",
    "Description",
    "NoEcho",
    "AllowedValues",
    "AllowedPattern",
    "ConstraintDescription",
    "MinLength",
    "MaxLength",
    "MinValue",
    "MaxValue",
];

/// Values of every declared parameter, as text.
pub(super) fn values(
    declared: &Map<String, Value>,
    request: &Value,
    present: &BTreeMap<String, String>,
) -> Result<BTreeMap<String, String>, Fault> {
    let mut given = BTreeMap::new();
    let (mut unknown, mut missing) = (Vec::new(), Vec::new());
    for parameter in items(request, "Parameters") {
        let key = text(parameter, "ParameterKey");
        let previous = parameter["UsePreviousValue"] == true;
        let value = if previous {
            present.get(key).map(String::as_str)
        } else {
            optional(parameter, "ParameterValue")
        };
        match value {
            _ if !declared.contains_key(key) => unknown.push(key),
            Some(value) => drop(given.insert(key.to_owned(), value.to_owned())),
            None => {}
        }
    }
    if !unknown.is_empty() {
        return Err(invalid(format!(
            "Parameters: [{}] do not exist in the template",
            unknown.join(", ")
        )));
    }
    let mut values = BTreeMap::new();
    for (name, declaration) in declared {
        let default = declaration.get("Default").map(printed);
        match given.remove(name).or(default) {
            Some(value) => {
                check(name, declaration, &value)?;
                values.insert(name.clone(), value);
            }
            None => missing.push(name.as_str()),
        }
    }
    if missing.is_empty() {
        return Ok(values);
    }
    Err(invalid(format!(
        "Parameters: [{}] must have values",
        missing.join(", ")
    )))
}

/// Values in the form in which functions see them: lists as lists.
pub(super) fn typed(
    declared: &Map<String, Value>,
    values: &BTreeMap<String, String>,
) -> BTreeMap<String, Value> {
    let list = |text: &String| {
        text.split(',')
            .map(|item| Value::from(item.trim()))
            .collect()
    };
    let typed = |(name, value): (&String, &String)| {
        let is_list = declared
            .get(name)
            .is_some_and(|declaration| is_list(text(declaration, "Type")));
        let value = if is_list {
            list(value)
        } else {
            Value::from(value.as_str())
        };
        (name.clone(), value)
    };
    values.iter().map(typed).collect()
}

/// Parameters whose values are not shown.
pub(super) fn hidden(declared: &Map<String, Value>) -> BTreeSet<String> {
    let is_hidden =
        |declaration: &Value| declaration["NoEcho"] == true || declaration["NoEcho"] == "true";
    declared
        .iter()
        .filter(|(_, declaration)| is_hidden(declaration))
        .map(|(name, _)| name.clone())
        .collect()
}

fn is_list(kind: &str) -> bool {
    kind == "CommaDelimitedList" || kind == "List<Number>"
}

fn check(name: &str, declaration: &Value, value: &str) -> Result<(), Fault> {
    let members = declaration.as_object().into_iter().flat_map(Map::keys);
    if let Some(unknown) = members
        .into_iter()
        .find(|member| !MEMBERS.contains(&member.as_str()))
    {
        return Err(format_error(&format!(
            "Invalid template parameter property '{unknown}'"
        )));
    }
    let kind = text(declaration, "Type");
    if !matches!(kind, "String" | "Number") && !is_list(kind) {
        return Err(format_error(&format!(
            "Unrecognized parameter type: {kind}"
        )));
    }
    if kind == "Number" && value.parse::<f64>().is_err() {
        return Err(invalid(format!("Parameter '{name}' must be a number.")));
    }
    let refused = |rule: &str| {
        let why = optional(declaration, "ConstraintDescription").unwrap_or(rule);
        Err(invalid(format!(
            "Parameter '{name}' failed to satisfy constraint: {why}"
        )))
    };
    let allowed = items(declaration, "AllowedValues");
    if !allowed.is_empty() && !allowed.iter().any(|allowed| printed(allowed) == value) {
        return refused("Member must satisfy enum value set");
    }
    if let Some(pattern) = optional(declaration, "AllowedPattern") {
        let regex = Regex::new(&format!("^(?:{pattern})$"))
            .map_err(|error| format_error(&format!("AllowedPattern of {name}: {error}")))?;
        if !regex.is_match(value) {
            return refused(&format!("Parameter {name} must match pattern {pattern}"));
        }
    }
    let number = |member: &str| printed(&declaration[member]).parse::<f64>().ok();
    let length = value.chars().count() as f64;
    let size = value.parse::<f64>().unwrap_or(f64::NAN);
    let outside = number("MinLength").is_some_and(|least| length < least)
        || number("MaxLength").is_some_and(|most| length > most)
        || number("MinValue").is_some_and(|least| size < least)
        || number("MaxValue").is_some_and(|most| size > most);
    if outside {
        refused("the value is outside its bounds")
    } else {
        Ok(())
    }
}

fn invalid(message: String) -> Fault {
    Fault::client("ValidationError", message)
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn of(declared: &Value, given: &Value) -> Result<BTreeMap<String, String>, Fault> {
        let declared = declared.as_object().unwrap();
        let request = json!({"Parameters": given});
        values(
            declared,
            &request,
            &BTreeMap::from([("P".to_owned(), "before".to_owned())]),
        )
    }

    #[test]
    fn values_come_from_the_request_the_stack_or_the_default() {
        let declared =
            json!({"P": {"Type": "String", "Default": "d"}, "N": {"Type": "Number", "Default": 3}});
        let key = |value: Value| {
            let mut parameter = json!({"ParameterKey": "P"});
            parameter
                .as_object_mut()
                .unwrap()
                .extend(value.as_object().unwrap().clone());
            json!([parameter])
        };
        for (given, expected) in [
            (json!([]), "d"),
            (key(json!({"ParameterValue": "x"})), "x"),
            (key(json!({"UsePreviousValue": true})), "before"),
        ] {
            let values = of(&declared, &given).unwrap();
            assert_eq!(
                (values["P"].as_str(), values["N"].as_str()),
                (expected, "3")
            );
        }
        let list = json!({"L": {"Type": "CommaDelimitedList", "NoEcho": true}});
        let list = list.as_object().unwrap();
        let values = BTreeMap::from([("L".to_owned(), "a, b".to_owned())]);
        assert_eq!(typed(list, &values)["L"], json!(["a", "b"]));
        assert_eq!(hidden(list).len(), 1);
    }

    #[test]
    fn bad_values_are_refused() {
        let declare = |rest: Value| {
            let mut declaration = json!({"Type": "String", "Default": "v"});
            declaration
                .as_object_mut()
                .unwrap()
                .extend(rest.as_object().unwrap().clone());
            json!({"P": declaration})
        };
        for (declared, given, part) in [
            (
                json!({}),
                json!([{"ParameterKey": "X", "ParameterValue": "1"}]),
                "[X] do not exist",
            ),
            (
                json!({"P": {"Type": "String"}}),
                json!([]),
                "[P] must have values",
            ),
            (
                declare(json!({"Type": "Number"})),
                json!([]),
                "'P' must be a number",
            ),
            (
                declare(json!({"Type": "AWS::EC2::VPC::Id"})),
                json!([]),
                "Unrecognized parameter type: AWS::EC2::VPC::Id",
            ),
            (
                declare(json!({"AllowedValues": ["a"]})),
                json!([]),
                "enum value set",
            ),
            (
                declare(json!({"AllowedPattern": "[0-9]+"})),
                json!([]),
                "must match pattern [0-9]+",
            ),
            (
                declare(json!({"MinLength": 2})),
                json!([]),
                "outside its bounds",
            ),
            (declare(json!({"Typo": 1})), json!([]), "'Typo'"),
        ] {
            let fault = of(&declared, &given).unwrap_err();
            assert_eq!(fault.code, "ValidationError");
            assert!(fault.message.contains(part), "{}", fault.message);
        }
    }
}
