//! `AWS::StepFunctions::StateMachine`.

use serde_json::{Map, Value, json};

use super::{Created, Property, ResourceType, accepted, call, replacing, required, updatable};
use crate::Fault;
use crate::services::cloudformation::function::printed;
use crate::services::request::{items, optional, pairs, text};
use crate::store::Tx;

pub(super) struct StateMachine;

impl ResourceType for StateMachine {
    fn name(&self) -> &'static str {
        "AWS::StepFunctions::StateMachine"
    }

    fn properties(&self) -> &'static [Property] {
        const PROPERTIES: &[Property] = &[
            replacing("StateMachineName"),
            replacing("StateMachineType"),
            required(updatable("RoleArn")),
            updatable("DefinitionString"),
            updatable("Definition"),
            updatable("DefinitionSubstitutions"),
            updatable("LoggingConfiguration"),
            updatable("TracingConfiguration"),
            accepted("Tags", "tags of a machine are set when it is created"),
        ];
        PROPERTIES
    }

    fn create(&self, tx: &mut Tx<'_>, fresh: &str, properties: &Value) -> Result<Created, Fault> {
        let name = optional(properties, "StateMachineName").unwrap_or(fresh);
        let arn = tx.ctx().arn("states", &format!("stateMachine:{name}"));
        let present = json!({"stateMachineArn": arn});
        if call(tx, "states", "DescribeStateMachine", &present).is_ok() {
            return Err(Fault::client(
                "StateMachineAlreadyExists",
                format!("State Machine Already Exists: '{arn}'"),
            ));
        }
        let tags: Vec<Value> = pairs(items(properties, "Tags"), "Key", "Value")
            .into_iter()
            .map(|(key, value)| json!({"key": key, "value": value}))
            .collect();
        let mut wanted = json!({
            "name": name,
            "definition": definition(properties)?,
            "roleArn": text(properties, "RoleArn"),
            "type": optional(properties, "StateMachineType").unwrap_or("STANDARD"),
            "tags": tags,
        });
        add_settings(&mut wanted, properties);
        let answer = call(tx, "states", "CreateStateMachine", &wanted)?;
        let arn = text(&answer, "stateMachineArn");
        Ok(Created::new(arn, &[("Arn", arn), ("Name", name)]))
    }

    fn update(&self, tx: &mut Tx<'_>, physical: &str, properties: &Value) -> Result<(), Fault> {
        let mut wanted = json!({
            "stateMachineArn": physical,
            "definition": definition(properties)?,
            "roleArn": text(properties, "RoleArn"),
        });
        add_settings(&mut wanted, properties);
        call(tx, "states", "UpdateStateMachine", &wanted)?;
        Ok(())
    }

    fn delete(&self, tx: &mut Tx<'_>, physical: &str) -> Result<(), Fault> {
        call(
            tx,
            "states",
            "DeleteStateMachine",
            &json!({"stateMachineArn": physical}),
        )?;
        Ok(())
    }
}

/// Adds logging and tracing, whose members are spelled with a small letter there.
fn add_settings(wanted: &mut Value, properties: &Value) {
    for name in ["LoggingConfiguration", "TracingConfiguration"] {
        if properties[name].is_object() {
            wanted[small(name)] = with_small_names(&properties[name]);
        }
    }
}

fn with_small_names(value: &Value) -> Value {
    match value {
        Value::Object(members) => members
            .iter()
            .map(|(name, value)| (small(name), with_small_names(value)))
            .collect(),
        Value::Array(items) => items.iter().map(with_small_names).collect(),
        other => other.clone(),
    }
}

fn small(name: &str) -> String {
    let mut letters = name.chars();
    let first = letters.next().map(|first| first.to_ascii_lowercase());
    first.into_iter().chain(letters).collect()
}

/// The definition as text, with `${key}` replaced by the substitutions.
fn definition(properties: &Value) -> Result<String, Fault> {
    let (string, object) = (&properties["DefinitionString"], &properties["Definition"]);
    let template = match (string, object) {
        (Value::String(text), Value::Null) => text.clone(),
        (Value::Null, Value::Object(_)) => object.to_string(),
        _ => {
            return Err(Fault::validation(
                "Exactly one of DefinitionString and Definition must be given.",
            ));
        }
    };
    let none = Map::new();
    let substitutions = properties["DefinitionSubstitutions"]
        .as_object()
        .unwrap_or(&none);
    let mut definition = String::with_capacity(template.len());
    let mut rest = template.as_str();
    // What is put in is not looked at again.
    while let Some((before, after)) = rest.split_once("${") {
        definition.push_str(before);
        let found = after
            .split_once('}')
            .and_then(|(key, behind)| Some((substitutions.get(key)?, behind)));
        if let Some((value, behind)) = found {
            definition.push_str(&printed(value));
            rest = behind;
        } else {
            definition.push_str("${");
            rest = after;
        }
    }
    definition.push_str(rest);
    Ok(definition)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn substitutions_are_put_in_once() {
        let properties = json!({
            "DefinitionString": "${a} ${b} ${c} ${",
            "DefinitionSubstitutions": {"a": "${b}", "b": 7},
        });
        assert_eq!(definition(&properties).unwrap(), "${b} 7 ${c} ${");
        let object =
            json!({"Definition": {"StartAt": "${a}"}, "DefinitionSubstitutions": {"a": "S"}});
        assert_eq!(definition(&object).unwrap(), r#"{"StartAt":"S"}"#);
        assert!(definition(&json!({})).is_err());
        assert!(definition(&json!({"Definition": {}, "DefinitionString": ""})).is_err());
    }
}
