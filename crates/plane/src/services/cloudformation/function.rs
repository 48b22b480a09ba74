//! Intrinsic functions and pseudo parameters. A function that is not here fails the resource by name.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::{Map, Value};

use super::record::StackResource;
use crate::ACCOUNT;

/// How deep values may nest; the evaluation recurses along them.
const NESTING: usize = 64;

/// What functions see.
#[derive(Debug)]
pub(super) struct Scope<'a> {
    pub(super) region: &'a str,
    pub(super) stack_name: &'a str,
    pub(super) stack_id: &'a str,
    pub(super) parameters: &'a BTreeMap<String, Value>,
    pub(super) conditions: &'a BTreeMap<String, bool>,
    pub(super) resources: &'a [StackResource],
}

/// The names that functions within a value refer to.
pub(super) fn references(value: &Value, names: &mut BTreeSet<String>) {
    match value {
        Value::Array(items) => items.iter().for_each(|item| references(item, names)),
        Value::Object(members) => {
            for (name, member) in members {
                match (name.as_str(), member) {
                    ("Ref", Value::String(name)) => {
                        names.insert(name.clone());
                    }
                    ("Fn::GetAtt", member) => names.extend(attribute(member).map(|(name, _)| name)),
                    ("Fn::Sub", member) => sub_references(member, names),
                    (_, member) => references(member, names),
                }
            }
        }
        _ => {}
    }
}

fn sub_references(member: &Value, names: &mut BTreeSet<String>) {
    let (template, local) = match member {
        Value::String(template) => (template.as_str(), None),
        Value::Array(parts) => {
            let local = parts.get(1);
            if let Some(local) = local {
                references(local, names);
            }
            (
                parts.first().and_then(Value::as_str).unwrap_or_default(),
                local,
            )
        }
        _ => return,
    };
    for piece in pieces(template) {
        if let Piece::Name(name) = piece
            && local.is_none_or(|local| local.get(name).is_none())
        {
            names.insert(name.split('.').next().unwrap_or(name).to_owned());
        }
    }
}

/// The logical name and the attribute of a `Fn::GetAtt`.
fn attribute(member: &Value) -> Option<(String, String)> {
    let (name, attribute) = match member {
        Value::String(text) => text.split_once('.')?,
        Value::Array(parts) => (parts.first()?.as_str()?, parts.get(1)?.as_str()?),
        _ => return None,
    };
    Some((name.to_owned(), attribute.to_owned()))
}

enum Piece<'a> {
    Text(&'a str),
    Name(&'a str),
}

/// The pieces of a `Fn::Sub` text; `${!x}` is the text `${x}`.
fn pieces(template: &str) -> Vec<Piece<'_>> {
    let mut found = Vec::new();
    let mut rest = template;
    while let Some((before, after)) = rest.split_once("${") {
        let Some((name, behind)) = after.split_once('}') else {
            break;
        };
        found.push(Piece::Text(before));
        match name.strip_prefix('!') {
            Some(_) => {
                found.push(Piece::Text("${"));
                let literal = &after[1..=name.len()];
                found.push(Piece::Text(literal));
            }
            None => found.push(Piece::Name(name.trim())),
        }
        rest = behind;
    }
    found.push(Piece::Text(rest));
    found
}

impl Scope<'_> {
    /// The value without functions; nothing where it is `AWS::NoValue`. The error says what is wrong.
    pub(super) fn evaluate(&self, value: &Value) -> Result<Option<Value>, String> {
        self.value(value, 0)
    }

    fn value(&self, value: &Value, depth: usize) -> Result<Option<Value>, String> {
        if depth > NESTING {
            return Err(format!("values nest deeper than {NESTING}"));
        }
        match value {
            Value::Object(members) => {
                if let Some((name, argument)) = function(members) {
                    return self.call(name, argument, depth + 1);
                }
                let mut object = Map::new();
                for (name, member) in members {
                    if let Some(member) = self.value(member, depth + 1)? {
                        object.insert(name.clone(), member);
                    }
                }
                Ok(Some(Value::Object(object)))
            }
            Value::Array(items) => Ok(Some(Value::Array(self.items(items, depth)?))),
            other => Ok(Some(other.clone())),
        }
    }

    fn items(&self, items: &[Value], depth: usize) -> Result<Vec<Value>, String> {
        let mut array = Vec::with_capacity(items.len());
        for item in items {
            array.extend(self.value(item, depth + 1)?);
        }
        Ok(array)
    }

    fn call(&self, name: &str, argument: &Value, depth: usize) -> Result<Option<Value>, String> {
        match name {
            "Ref" => self.reference(argument.as_str().unwrap_or_default()),
            "Fn::GetAtt" => {
                let (logical, attribute) = attribute(argument)
                    .ok_or("Fn::GetAtt object requires two non-empty parameters")?;
                self.attribute(&logical, &attribute).map(Some)
            }
            "Fn::Sub" => self.sub(argument, depth).map(|text| Some(text.into())),
            "Fn::Join" => self.join(argument, depth).map(|text| Some(text.into())),
            "Fn::Select" => self.select(argument, depth).map(Some),
            "Fn::If" => {
                let parts = argument.as_array().map_or(&[] as &[Value], Vec::as_slice);
                let [Value::String(condition), yes, no] = parts else {
                    return Err("Fn::If requires a condition and two values".to_owned());
                };
                let holds = self.conditions.get(condition);
                let holds = holds.ok_or_else(|| format!("Unresolved condition {condition}"))?;
                self.value(if *holds { yes } else { no }, depth)
            }
            other => Err(format!("the function {other} is not implemented")),
        }
    }

    fn reference(&self, name: &str) -> Result<Option<Value>, String> {
        if let Some(value) = self.parameters.get(name) {
            return Ok(Some(value.clone()));
        }
        let text = match name {
            "AWS::Region" => self.region,
            "AWS::AccountId" => ACCOUNT,
            "AWS::StackName" => self.stack_name,
            "AWS::StackId" => self.stack_id,
            "AWS::Partition" => "aws",
            "AWS::URLSuffix" => "amazonaws.com",
            "AWS::NoValue" => return Ok(None),
            _ => {
                let found = self
                    .resources
                    .iter()
                    .find(|resource| resource.logical == name);
                let found =
                    found.ok_or_else(|| format!("Unresolved resource dependencies [{name}]"))?;
                &found.physical
            }
        };
        Ok(Some(text.into()))
    }

    fn attribute(&self, logical: &str, attribute: &str) -> Result<Value, String> {
        let found = self
            .resources
            .iter()
            .find(|resource| resource.logical == logical);
        let found = found.ok_or_else(|| format!("Unresolved resource dependencies [{logical}]"))?;
        found.attributes.get(attribute).cloned().ok_or_else(|| {
            format!(
                "Requested attribute {attribute} does not exist in schema for {}",
                found.kind
            )
        })
    }

    fn sub(&self, argument: &Value, depth: usize) -> Result<String, String> {
        let (template, local) = match argument {
            Value::String(template) => (template.as_str(), None),
            Value::Array(parts) if parts.len() == 2 => {
                (parts[0].as_str().unwrap_or_default(), parts[1].as_object())
            }
            _ => return Err("Fn::Sub requires a text, or a text and a map".to_owned()),
        };
        let mut text = String::new();
        for piece in pieces(template) {
            match piece {
                Piece::Text(piece) => text.push_str(piece),
                Piece::Name(name) => {
                    let value = match local.and_then(|local| local.get(name)) {
                        Some(value) => self.value(value, depth)?,
                        None => match name.split_once('.') {
                            Some((logical, attribute)) => Some(self.attribute(logical, attribute)?),
                            None => self.reference(name)?,
                        },
                    };
                    text.push_str(&printed(&value.unwrap_or_default()));
                }
            }
        }
        Ok(text)
    }

    fn join(&self, argument: &Value, depth: usize) -> Result<String, String> {
        let parts = argument.as_array().map_or(&[] as &[Value], Vec::as_slice);
        let [Value::String(between), list] = parts else {
            return Err("Fn::Join requires a delimiter and a list".to_owned());
        };
        match self.value(list, depth)? {
            Some(Value::Array(items)) => {
                Ok(items.iter().map(printed).collect::<Vec<_>>().join(between))
            }
            _ => Err("Fn::Join requires a list".to_owned()),
        }
    }

    fn select(&self, argument: &Value, depth: usize) -> Result<Value, String> {
        let parts = argument.as_array().map_or(&[] as &[Value], Vec::as_slice);
        let [place, list] = parts else {
            return Err("Fn::Select requires an index and a list".to_owned());
        };
        let place = self
            .value(place, depth)?
            .as_ref()
            .map(printed)
            .and_then(|text| text.parse::<usize>().ok());
        match (place, self.value(list, depth)?) {
            (Some(place), Some(Value::Array(items))) => {
                items.get(place).cloned().ok_or_else(|| {
                    format!("Fn::Select cannot select nonexistent value at index {place}")
                })
            }
            _ => Err("Fn::Select requires an index and a list".to_owned()),
        }
    }

    /// Whether a condition of the template holds.
    pub(super) fn condition(&self, condition: &Value, depth: usize) -> Result<bool, String> {
        let Some((name, argument)) = condition
            .as_object()
            .and_then(function)
            .filter(|_| depth <= NESTING)
        else {
            return Err(format!("{condition} is no condition"));
        };
        let parts = argument.as_array().map_or(&[] as &[Value], Vec::as_slice);
        let each = || {
            parts
                .iter()
                .map(|part| self.condition(part, depth + 1))
                .collect::<Result<Vec<_>, _>>()
        };
        match (name, parts) {
            ("Condition", _) => {
                let known = argument.as_str().and_then(|name| self.conditions.get(name));
                known
                    .copied()
                    .ok_or_else(|| format!("Unresolved condition dependency {argument}"))
            }
            ("Fn::Equals", [left, right]) => {
                Ok(self.value(left, depth)? == self.value(right, depth)?)
            }
            ("Fn::Not", [one]) => Ok(!self.condition(one, depth + 1)?),
            ("Fn::And", [_, ..]) => Ok(each()?.into_iter().all(|holds| holds)),
            ("Fn::Or", [_, ..]) => Ok(each()?.into_iter().any(|holds| holds)),
            _ => Err(format!("the condition {name} is not implemented")),
        }
    }
}

/// An object with one member that is a function.
fn function(members: &Map<String, Value>) -> Option<(&str, &Value)> {
    let (name, argument) = members.iter().next()?;
    let is_function =
        name == "Ref" || name == "Condition" && argument.is_string() || name.starts_with("Fn::");
    (members.len() == 1 && is_function).then_some((name.as_str(), argument))
}

/// A value within a text.
pub(super) fn printed(value: &Value) -> String {
    match value {
        Value::String(text) => text.clone(),
        other => other.to_string(),
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn evaluate(value: &Value) -> Result<Option<Value>, String> {
        let bucket = StackResource {
            logical: "Bucket".into(),
            kind: "AWS::S3::Bucket".into(),
            physical: "b".into(),
            status: String::new(),
            reason: None,
            properties: Value::Null,
            attributes: BTreeMap::from([("Arn".to_owned(), json!("arn:aws:s3:::b"))]),
            depends: BTreeSet::new(),
            retain: false,
            updated: 0,
        };
        let parameters = BTreeMap::from([
            ("P".to_owned(), json!("p")),
            ("L".to_owned(), json!(["x", "y"])),
        ]);
        let conditions = BTreeMap::from([("Yes".to_owned(), true), ("No".to_owned(), false)]);
        let scope = Scope {
            region: "us-east-1",
            stack_name: "s",
            stack_id: "arn:s",
            parameters: &parameters,
            conditions: &conditions,
            resources: &[bucket],
        };
        scope.evaluate(value)
    }

    #[test]
    fn functions_give_their_values() {
        for (value, expected) in [
            (json!({"Ref": "P"}), json!("p")),
            (json!({"Ref": "Bucket"}), json!("b")),
            (json!({"Ref": "AWS::AccountId"}), json!("000000000000")),
            (
                json!({"Fn::GetAtt": ["Bucket", "Arn"]}),
                json!("arn:aws:s3:::b"),
            ),
            (json!({"Fn::GetAtt": "Bucket.Arn"}), json!("arn:aws:s3:::b")),
            (
                json!({"Fn::Sub": "${Bucket.Arn}/*-${P}-${AWS::Region}-${!P}"}),
                json!("arn:aws:s3:::b/*-p-us-east-1-${P}"),
            ),
            (
                json!({"Fn::Sub": ["${a}${P}", {"a": {"Ref": "Bucket"}}]}),
                json!("bp"),
            ),
            (json!({"Fn::Sub": "no ${end"}), json!("no ${end")),
            (
                json!({"Fn::Join": ["-", ["a", {"Ref": "P"}, 1]]}),
                json!("a-p-1"),
            ),
            (json!({"Fn::Select": ["1", {"Ref": "L"}]}), json!("y")),
            (json!({"Fn::If": ["Yes", 1, 2]}), json!(1)),
            (
                json!({"a": {"Fn::If": ["No", 1, {"Ref": "AWS::NoValue"}]}, "b": [{"Ref": "AWS::NoValue"}, 2]}),
                json!({"b": [2]}),
            ),
        ] {
            assert_eq!(evaluate(&value), Ok(Some(expected)), "{value}");
        }
    }

    #[test]
    fn what_cannot_be_evaluated_says_why() {
        for (value, reason) in [
            (json!({"Ref": "X"}), "Unresolved resource dependencies [X]"),
            (
                json!({"Fn::GetAtt": ["Bucket", "X"]}),
                "Requested attribute X does not exist in schema for AWS::S3::Bucket",
            ),
            (
                json!({"Fn::ImportValue": "x"}),
                "the function Fn::ImportValue is not implemented",
            ),
            (
                json!({"Fn::Select": [5, ["a"]]}),
                "Fn::Select cannot select nonexistent value at index 5",
            ),
            (
                json!({"Fn::If": ["Maybe", 1, 2]}),
                "Unresolved condition Maybe",
            ),
        ] {
            assert_eq!(evaluate(&value), Err(reason.to_owned()), "{value}");
        }
    }

    #[test]
    fn references_are_found_in_every_function() {
        let mut names = BTreeSet::new();
        let value = json!([
            {"a": {"Ref": "A"}}, {"Fn::GetAtt": ["B", "Arn"]}, {"Fn::Sub": "${C.Arn}${D}${!E}"},
            {"Fn::Sub": ["${local}${F}", {"local": {"Ref": "G"}}]}, {"Fn::Join": ["", [{"Fn::GetAtt": "H.Arn"}]]},
        ]);
        references(&value, &mut names);
        assert_eq!(names.into_iter().collect::<String>(), "ABCDFGH");
    }
}
