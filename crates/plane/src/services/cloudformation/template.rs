//! Templates: read from JSON; a section or an attribute that is not honoured is refused by name.

use std::collections::BTreeSet;

use serde_json::{Map, Value};

use super::function;
use crate::Fault;

/// A template that has the right form.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Template {
    pub(super) description: Option<String>,
    pub(super) parameters: Map<String, Value>,
    pub(super) conditions: Map<String, Value>,
    /// In an order in which each comes after what it depends on.
    pub(super) resources: Vec<Resource>,
    pub(super) outputs: Map<String, Value>,
}

/// A resource of a template.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Resource {
    pub(super) logical: String,
    pub(super) kind: String,
    pub(super) properties: Value,
    pub(super) condition: Option<String>,
    /// By `DependsOn` or by a function.
    pub(super) depends: BTreeSet<String>,
    pub(super) retain: bool,
}

/// Names that every template may refer to.
pub(super) const PSEUDO: [&str; 7] = [
    "AWS::Region",
    "AWS::AccountId",
    "AWS::StackName",
    "AWS::StackId",
    "AWS::Partition",
    "AWS::URLSuffix",
    "AWS::NoValue",
];

const SECTIONS: [&str; 7] = [
    "AWSTemplateFormatVersion",
    "Description",
    "Metadata",
    "Parameters",
    "Conditions",
    "Resources",
    "Outputs",
];

/// Resources of one template, AWS's limit.
const RESOURCES: usize = 500;

impl Template {
    /// Reads and checks a template.
    pub(super) fn parse(text: &str) -> Result<Self, Fault> {
        let value: Value = serde_json::from_str(text).map_err(|error| {
            if text.trim_start().starts_with('{') {
                return format_error(&format!("JSON not well-formed. ({error})"));
            }
            format_error("YAML is not implemented; send the template as JSON")
        })?;
        let Value::Object(mut sections) = value else {
            return Err(format_error("the template is not an object"));
        };
        if let Some(unknown) = sections
            .keys()
            .find(|name| !SECTIONS.contains(&name.as_str()))
        {
            return Err(format_error(&format!(
                "Invalid template property or properties [{unknown}]"
            )));
        }
        let mut section = |name: &str| match sections.remove(name) {
            None => Ok(Map::new()),
            Some(Value::Object(members)) => Ok(members),
            Some(_) => Err(format_error(&format!("[/{name}] must be an object"))),
        };
        let (parameters, conditions) = (section("Parameters")?, section("Conditions")?);
        let (resources, outputs) = (section("Resources")?, section("Outputs")?);
        if resources.is_empty() || resources.len() > RESOURCES {
            return Err(format_error(&format!(
                "At least one and at most {RESOURCES} Resources members must be defined."
            )));
        }
        let resources = resources
            .iter()
            .map(|(name, body)| resource(name, body))
            .collect::<Result<Vec<_>, Fault>>()?;
        check_references(&resources, &parameters, &outputs)?;
        Ok(Self {
            description: sections
                .get("Description")
                .and_then(Value::as_str)
                .map(str::to_owned),
            parameters,
            conditions,
            resources: ordered(resources)?,
            outputs,
        })
    }
}

fn resource(logical: &str, body: &Value) -> Result<Resource, Fault> {
    if logical.is_empty() || !logical.bytes().all(|byte| byte.is_ascii_alphanumeric()) {
        return Err(format_error(&format!(
            "Resource name {logical} is non alphanumeric."
        )));
    }
    let Value::Object(members) = body else {
        return Err(format_error(&format!(
            "Any Resources member must be an object: {logical}"
        )));
    };
    for name in members.keys() {
        let known = matches!(
            name.as_str(),
            "Type"
                | "Properties"
                | "DependsOn"
                | "Condition"
                | "Metadata"
                | "DeletionPolicy"
                | "UpdateReplacePolicy"
        );
        if !known {
            return Err(format_error(&format!(
                "[/Resources/{logical}] the attribute {name} is not implemented"
            )));
        }
    }
    let Some(kind) = body["Type"].as_str() else {
        return Err(format_error(&format!(
            "[/Resources/{logical}] Every Resources object must contain a Type member."
        )));
    };
    let mut retain = false;
    for policy in ["DeletionPolicy", "UpdateReplacePolicy"] {
        match &body[policy] {
            Value::Null => {}
            Value::String(word) if word == "Delete" => {}
            Value::String(word) if word == "Retain" => retain = true,
            other => {
                return Err(format_error(&format!(
                    "[/Resources/{logical}/{policy}] {other} is not implemented; use Delete or Retain"
                )));
            }
        }
    }
    let properties = match &body["Properties"] {
        Value::Null => Value::Object(Map::new()),
        properties => properties.clone(),
    };
    let mut depends = match &body["DependsOn"] {
        Value::Null => BTreeSet::new(),
        Value::String(name) => BTreeSet::from([name.clone()]),
        list => list
            .as_array()
            .into_iter()
            .flatten()
            .filter_map(|name| name.as_str().map(str::to_owned))
            .collect(),
    };
    function::references(&properties, &mut depends);
    Ok(Resource {
        logical: logical.to_owned(),
        kind: kind.to_owned(),
        properties,
        condition: body["Condition"].as_str().map(str::to_owned),
        depends,
        retain,
    })
}

/// Refuses references to nothing, and leaves resources alone in each resource's dependencies.
fn check_references(
    resources: &[Resource],
    parameters: &Map<String, Value>,
    outputs: &Map<String, Value>,
) -> Result<(), Fault> {
    let is_there = |name: &str| {
        parameters.contains_key(name)
            || PSEUDO.contains(&name)
            || resources.iter().any(|resource| resource.logical == name)
    };
    let mut missing = BTreeSet::new();
    for resource in resources {
        missing.extend(
            resource
                .depends
                .iter()
                .filter(|name| !is_there(name))
                .cloned(),
        );
    }
    if !missing.is_empty() {
        return Err(unresolved(&missing, "Resources"));
    }
    for output in outputs.values() {
        let mut named = BTreeSet::new();
        function::references(output, &mut named);
        missing.extend(named.into_iter().filter(|name| !is_there(name)));
    }
    if missing.is_empty() {
        Ok(())
    } else {
        Err(unresolved(&missing, "Outputs"))
    }
}

fn unresolved(missing: &BTreeSet<String>, block: &str) -> Fault {
    let names = missing
        .iter()
        .map(String::as_str)
        .collect::<Vec<_>>()
        .join(", ");
    format_error(&format!(
        "Unresolved resource dependencies [{names}] in the {block} block of the template"
    ))
}

/// Each resource after what it depends on; otherwise in the order of the template.
fn ordered(mut rest: Vec<Resource>) -> Result<Vec<Resource>, Fault> {
    let names: BTreeSet<String> = rest
        .iter()
        .map(|resource| resource.logical.clone())
        .collect();
    for resource in &mut rest {
        resource.depends.retain(|name| names.contains(name));
    }
    let mut ready: BTreeSet<String> = BTreeSet::new();
    let mut sorted = Vec::with_capacity(rest.len());
    while !rest.is_empty() {
        let next = rest
            .iter()
            .position(|resource| resource.depends.is_subset(&ready));
        let Some(next) = next else {
            let names: Vec<&str> = rest
                .iter()
                .map(|resource| resource.logical.as_str())
                .collect();
            let message = format!(
                "Circular dependency between resources: [{}]",
                names.join(", ")
            );
            return Err(Fault::client("ValidationError", message));
        };
        let resource = rest.remove(next);
        ready.insert(resource.logical.clone());
        sorted.push(resource);
    }
    Ok(sorted)
}

/// AWS's refusal of a template.
pub(super) fn format_error(reason: &str) -> Fault {
    Fault::client(
        "ValidationError",
        format!("Template format error: {reason}"),
    )
}
