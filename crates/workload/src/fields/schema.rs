//! The JSON Schema, for editors.

use serde_json::{Map, Value, json};

use super::ROOT;
use super::field::{Field, Form, Kind, Plain, Presence};
use super::walk::by_task;
use crate::check::default_node;
use crate::tree::{Node, Value as Yaml};

/// The JSON Schema of the workload file (draft 2020-12). Keys of later releases are not in it.
///
/// ```
/// let schema = workload::schema();
/// assert_eq!(schema["required"], serde_json::json!(["plimsoll", "name", "data", "task"]));
/// assert_eq!(schema["properties"]["split"]["properties"]["test"]["default"], "20 %");
/// ```
pub fn schema() -> Value {
    let mut schema = Map::new();
    schema.insert(
        "$schema".to_owned(),
        json!("https://json-schema.org/draft/2020-12/schema"),
    );
    schema.insert("title".to_owned(), json!("Plimsoll workload"));
    schema.extend(section(ROOT));
    Value::Object(schema)
}

fn section(fields: &'static [Field]) -> Map<String, Value> {
    let known = fields
        .iter()
        .filter(|field| !matches!(field.kind, Kind::Later));
    let properties: Map<String, Value> = known
        .map(|field| (field.name.to_owned(), property(field)))
        .collect();
    let required = fields
        .iter()
        .filter(|field| matches!(field.presence, Presence::Required));
    let required: Vec<&str> = required.map(|field| field.name).collect();
    // A key without a value is a section with all its defaults.
    let types = if required.is_empty() {
        json!(["object", "null"])
    } else {
        json!("object")
    };
    let mut schema = object(json!({ "type": types, "properties": properties }));
    if !required.is_empty() {
        schema.insert("required".to_owned(), json!(required));
    }
    schema.insert("additionalProperties".to_owned(), json!(false));
    schema
}

fn property(field: &'static Field) -> Value {
    let description = match field.presence {
        Presence::ByTask(defaults) => format!("{} Default: {}.", field.doc, by_task(defaults)),
        _ => field.doc.to_owned(),
    };
    let mut schema = object(json!({ "description": description }));
    schema.extend(kind(&field.kind));
    if let Presence::Default(yaml) = field.presence {
        schema.insert("default".to_owned(), value_of(&default_node(yaml)));
    }
    Value::Object(schema)
}

fn kind(kind_of_value: &'static Kind) -> Map<String, Value> {
    let schema = match kind_of_value {
        Kind::Form(form) => return form_schema(form),
        Kind::Integer { least, most } if *most == i64::MAX => {
            json!({ "type": "integer", "minimum": least })
        }
        Kind::Integer { least, most } => {
            json!({ "type": "integer", "minimum": least, "maximum": most })
        }
        Kind::Number { least, most } if *least > 0.0 && *most < f64::MAX => {
            json!({ "type": "number", "exclusiveMinimum": 0, "maximum": most })
        }
        Kind::Number { least, .. } if *least > 0.0 => {
            json!({ "type": "number", "exclusiveMinimum": 0 })
        }
        Kind::Number { least, .. } => json!({ "type": "number", "minimum": least }),
        Kind::Boolean => json!({ "type": "boolean" }),
        Kind::Choice(choices) => json!({ "enum": choices.now }),
        Kind::Section(fields) => return section(fields),
        Kind::Map { key, value } => {
            let mut schema = object(json!({ "type": ["object", "null"] }));
            if !key.words.is_empty() {
                schema.insert("propertyNames".to_owned(), json!({ "enum": key.words }));
            }
            schema.insert(
                "additionalProperties".to_owned(),
                Value::Object(kind(value)),
            );
            return schema;
        }
        Kind::List(element) => filled_list(element),
        Kind::AnyList(element) => json!({ "type": "array", "items": kind(element) }),
        Kind::OneOrMany(element) => {
            json!({ "anyOf": [kind(element), filled_list(element)] })
        }
        Kind::ScalarOr(scalar, other) => json!({ "anyOf": [kind(scalar), kind(other)] }),
        Kind::ListOr(element, other) => {
            json!({ "anyOf": [filled_list(element), kind(other)] })
        }
        Kind::Variant(variants) => variant(variants),
        Kind::Later => json!({ "not": {} }),
    };
    object(schema)
}

fn filled_list(element: &'static Kind) -> Value {
    json!({ "type": "array", "items": kind(element), "minItems": 1 })
}

/// A map with one key, or the bare name of a variant that needs nothing.
fn variant(variants: &'static [Field]) -> Value {
    let known = variants
        .iter()
        .filter(|field| !matches!(field.kind, Kind::Later));
    let alone = known
        .clone()
        .filter(|field| matches!(field.kind, Kind::Section(_)));
    let names: Vec<&str> = alone.map(|field| field.name).collect();
    let properties: Map<String, Value> = known
        .map(|field| (field.name.to_owned(), property(field)))
        .collect();
    json!({
        "anyOf": [
            { "enum": names },
            {
                "type": "object",
                "properties": properties,
                "additionalProperties": false,
                "minProperties": 1,
                "maxProperties": 1,
            },
        ],
    })
}

fn form_schema(form: &'static Form) -> Map<String, Value> {
    let types = match form.plain {
        Plain::Text | Plain::Quantity => json!("string"),
        Plain::Any => json!(["string", "number", "boolean"]),
    };
    let mut schema = object(json!({ "type": types }));
    if let Some(pattern) = form.pattern {
        schema.insert("pattern".to_owned(), json!(pattern));
    }
    schema
}

fn object(value: Value) -> Map<String, Value> {
    match value {
        Value::Object(members) => members,
        _ => Map::new(),
    }
}

/// A default as JSON.
fn value_of(node: &Node) -> Value {
    match &node.value {
        Yaml::Scalar(scalar) => match (scalar.boolean(), scalar.integer(), scalar.number()) {
            (Some(boolean), _, _) => json!(boolean),
            (_, Some(integer), _) => json!(integer),
            (_, _, Some(number)) => json!(number),
            _ => json!(scalar.text),
        },
        Yaml::List(nodes) => nodes.iter().map(value_of).collect(),
        Yaml::Map(entries) => {
            let members = entries
                .iter()
                .map(|(key, node)| (key.text.clone(), value_of(node)));
            Value::Object(members.collect())
        }
        Yaml::Refused => Value::Null,
    }
}
