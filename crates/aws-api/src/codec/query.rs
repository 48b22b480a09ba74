//! The Query protocol's parameters, and EC2's dialect of them.
//!
//! A structure's members are dotted: `Tags.member.1.Key=a`. EC2 writes no `member`, and takes the names of its members
//! from `queryName` or with a capital first letter: `Tag.1.Key=a`.

use std::collections::BTreeMap;

use serde_json::{Map, Value};

use super::{MAX_DEPTH, scalar};
use crate::error::ApiError;
use crate::table::{Kind, Member, Protocol, Shape, TimestampFormat};

/// Parameters of the protocol itself and of a signature in the query string.
const FRAME: [&str; 2] = ["Action", "Version"];
const SIGNATURE: &str = "X-Amz-";

/// The two ways to write parameters.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Dialect {
    Query,
    Ec2,
}

impl Dialect {
    pub(crate) fn of(protocol: Protocol) -> Dialect {
        if protocol == Protocol::Ec2 {
            Dialect::Ec2
        } else {
            Dialect::Query
        }
    }

    /// The name of a member in a parameter.
    fn name(self, member: &Member) -> String {
        match (self, member.query_name) {
            (Dialect::Ec2, Some(name)) => name.to_owned(),
            (Dialect::Ec2, None) => capitalised(member.wire()),
            (Dialect::Query, _) => member.wire().to_owned(),
        }
    }

    /// The part between a list and its index.
    fn element(self, member_name: Option<&'static str>, flattened: bool) -> Option<&'static str> {
        match self {
            Dialect::Ec2 => None,
            Dialect::Query if flattened => None,
            Dialect::Query => Some(member_name.unwrap_or("member")),
        }
    }
}

fn capitalised(name: &str) -> String {
    let mut letters = name.chars();
    letters.next().map_or_else(String::new, |first| {
        first.to_ascii_uppercase().to_string() + letters.as_str()
    })
}

/// The parameters as a tree over the dots of their names.
#[derive(Debug, Default)]
struct Node {
    value: Option<String>,
    children: BTreeMap<String, Node>,
}

/// Reads the members of a structure from parameters.
pub(crate) fn read(
    shape: &Shape,
    parameters: &[(String, String)],
    dialect: Dialect,
) -> Result<Value, ApiError> {
    let mut root = Node::default();
    for (name, value) in parameters {
        if FRAME.contains(&name.as_str()) || name.starts_with(SIGNATURE) {
            continue;
        }
        if name.split('.').count() > MAX_DEPTH {
            let message = format!("a parameter is nested deeper than {MAX_DEPTH} levels");
            return Err(ApiError::serialization(message));
        }
        let node = name.split('.').fold(&mut root, |node, part| {
            node.children.entry(part.to_owned()).or_default()
        });
        node.value = Some(value.clone());
    }
    read_node(shape, &root, "", dialect)
}

fn read_node(shape: &Shape, node: &Node, name: &str, dialect: Dialect) -> Result<Value, ApiError> {
    match shape.kind {
        Kind::Structure { members, .. } => read_members(members, node, dialect),
        Kind::List {
            member,
            member_name,
            flattened,
            ..
        } => {
            let element = dialect.element(member_name, flattened);
            let items = indexed(node, element, name)?;
            items
                .map(|item| read_node(member, item, name, dialect))
                .collect()
        }
        Kind::Map { value, .. } => {
            let mut entries = Map::new();
            for entry in indexed(node, dialect.element(Some("entry"), false), name)? {
                let text = |part: &str| entry.children.get(part)?.value.clone();
                let (Some(key), Some(target)) = (text("key"), entry.children.get("value")) else {
                    let message = format!("an entry of `{name}` has no key or no value");
                    return Err(ApiError::serialization(message));
                };
                entries.insert(key, read_node(value, target, name, dialect)?);
            }
            Ok(Value::Object(entries))
        }
        _ => match &node.value {
            Some(text) if node.children.is_empty() => scalar::parse(shape, name, text),
            _ => Err(ApiError::serialization(format!("`{name}` is not a text"))),
        },
    }
}

fn read_members(members: &[Member], node: &Node, dialect: Dialect) -> Result<Value, ApiError> {
    let mut found = Map::new();
    for (name, child) in &node.children {
        match members.iter().find(|member| dialect.name(member) == *name) {
            Some(member) => {
                let value = read_node(member.shape, child, member.name, dialect)?;
                found.insert(member.name.to_owned(), value);
            }
            // Kept for validation to name.
            None => {
                found.insert(
                    name.clone(),
                    Value::from(child.value.clone().unwrap_or_default()),
                );
            }
        }
    }
    Ok(Value::Object(found))
}

/// The nodes of a list in the order of their indexes.
fn indexed<'a>(
    node: &'a Node,
    element: Option<&str>,
    name: &str,
) -> Result<impl Iterator<Item = &'a Node> + use<'a>, ApiError> {
    let parent = match element {
        Some(element) => node.children.get(element),
        None => Some(node),
    };
    let mut items = BTreeMap::new();
    for (index, item) in parent.into_iter().flat_map(|parent| &parent.children) {
        let Ok(index) = index.parse::<u32>() else {
            return Err(ApiError::serialization(format!(
                "`{index}` is not an index of `{name}`"
            )));
        };
        items.insert(index, item);
    }
    let misplaced = element.is_some_and(|element| node.children.keys().any(|key| key != element));
    if misplaced {
        return Err(ApiError::serialization(format!("`{name}` is not a list")));
    }
    Ok(items.into_values())
}

/// Appends the parameters of a structure's members.
pub(crate) fn write(
    shape: Option<&Shape>,
    value: &Value,
    dialect: Dialect,
    parameters: &mut Vec<(String, String)>,
) {
    if let Some(shape) = shape {
        write_node(shape, value, String::new(), dialect, parameters);
    }
}

fn write_node(
    shape: &Shape,
    value: &Value,
    prefix: String,
    dialect: Dialect,
    parameters: &mut Vec<(String, String)>,
) {
    match (shape.kind, value) {
        (Kind::Structure { members, .. }, Value::Object(values)) => {
            for member in members {
                if let Some(value) = values.get(member.name).filter(|value| !value.is_null()) {
                    let name = join(&prefix, &dialect.name(member));
                    write_node(member.shape, value, name, dialect, parameters);
                }
            }
        }
        (
            Kind::List {
                member,
                member_name,
                flattened,
                ..
            },
            Value::Array(items),
        ) => {
            if items.is_empty() && dialect == Dialect::Query {
                parameters.push((prefix, String::new()));
                return;
            }
            let element = dialect.element(member_name, flattened);
            let list = element.map_or_else(|| prefix.clone(), |element| join(&prefix, element));
            for (index, item) in items.iter().enumerate() {
                write_node(
                    member,
                    item,
                    format!("{list}.{}", index + 1),
                    dialect,
                    parameters,
                );
            }
        }
        (Kind::Map { value: target, .. }, Value::Object(entries)) => {
            for (index, (key, value)) in entries.iter().enumerate() {
                let entry = join(&prefix, &format!("entry.{}", index + 1));
                parameters.push((format!("{entry}.key"), key.clone()));
                write_node(target, value, format!("{entry}.value"), dialect, parameters);
            }
        }
        _ => {
            let text = scalar::print(shape, value, TimestampFormat::Iso8601);
            parameters.extend(text.map(|text| (prefix, text)));
        }
    }
}

fn join(prefix: &str, name: &str) -> String {
    if prefix.is_empty() {
        name.to_owned()
    } else {
        format!("{prefix}.{name}")
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::codec::form;
    use crate::service;
    use serde_json::json;

    static TEXT: Shape = Shape::string("Text");
    static COUNT: Shape = Shape::integer("Count");
    static TAG: Shape = Shape::structure(
        "Tag",
        &[
            Member::optional("Key", &TEXT).wired("key"),
            Member::optional("Value", &TEXT).wired("value"),
        ],
    );
    static TAGS: Shape = Shape::list("Tags", &TAG).element("item");
    static TEXTS: Shape = Shape::list("Texts", &TEXT);
    static FLAT: Shape = Shape::list("Flat", &TEXT).flat();
    static ENTRIES: Shape = Shape::map("Entries", &TEXT, &COUNT);
    static RUN: Shape = Shape::structure(
        "RunInstances",
        &[
            Member::required("MinCount", &COUNT),
            Member::optional("ImageId", &TEXT).wired("imageId"),
            Member::optional("TagSet", &TAGS)
                .wired("tagSet")
                .queried("Tag"),
            Member::optional("Groups", &TEXTS).wired("SecurityGroup"),
            Member::optional("Flat", &FLAT),
            Member::optional("Entries", &ENTRIES),
        ],
    );

    fn both(dialect: Dialect, value: &Value, text: &str) {
        let mut parameters = Vec::new();
        write(Some(&RUN), value, dialect, &mut parameters);
        assert_eq!(form::print(&parameters), text);
        assert_eq!(read(&RUN, &parameters, dialect).unwrap(), *value);
    }

    #[test]
    fn ec2_has_no_member_and_capital_names() {
        let value = json!({
            "MinCount": 1, "ImageId": "ami-1", "TagSet": [{"Key": "a", "Value": "b"}, {"Key": "c"}], "Groups": ["x", "y"],
        });
        let text = "MinCount=1&ImageId=ami-1&Tag.1.Key=a&Tag.1.Value=b&Tag.2.Key=c\
                    &SecurityGroup.1=x&SecurityGroup.2=y";
        both(Dialect::Ec2, &value, text);
    }

    #[test]
    fn query_has_members_entries_and_flat_lists() {
        let value =
            json!({"MinCount": 2, "Groups": ["x"], "Flat": ["a", "b"], "Entries": {"k": 1}});
        let text = "MinCount=2&SecurityGroup.member.1=x&Flat.1=a&Flat.2=b\
                    &Entries.entry.1.key=k&Entries.entry.1.value=1";
        both(Dialect::Query, &value, text);
        both(Dialect::Query, &json!({"Groups": []}), "SecurityGroup=");
    }

    #[test]
    fn elements_are_ordered_by_number() {
        let names = [("Flat.10", "c"), ("Flat.2", "b"), ("Flat.1", "a")];
        let parameters: Vec<_> = names
            .map(|(name, text)| (name.to_owned(), text.to_owned()))
            .into();
        let value = read(&RUN, &parameters, Dialect::Query).unwrap();
        assert_eq!(value, json!({"Flat": ["a", "b", "c"]}));
    }

    #[test]
    fn frames_and_signatures_are_no_members() {
        let input = service("iam")
            .unwrap()
            .operation("GetRole")
            .unwrap()
            .input
            .unwrap();
        let text = "Action=GetRole&Version=2010-05-08&RoleName=r&X-Amz-Date=1&Colour=red";
        let value = read(input, &form::parse(text), Dialect::Query).unwrap();
        assert_eq!(value, json!({"RoleName": "r", "Colour": "red"}));
    }

    #[test]
    fn malformed_parameters_are_refused() {
        for (text, message) in [
            ("MinCount=many", "`MinCount` is not a whole number"),
            ("MinCount.member.1=1", "`MinCount` is not a text"),
            (
                "SecurityGroup.member.x=1",
                "`x` is not an index of `Groups`",
            ),
            ("SecurityGroup.1=1", "`Groups` is not a list"),
            (
                "Entries.entry.1.key=k",
                "an entry of `Entries` has no key or no value",
            ),
        ] {
            let error = read(&RUN, &form::parse(text), Dialect::Query).unwrap_err();
            assert_eq!(
                (error.code.as_str(), error.message.as_str()),
                ("SerializationException", message)
            );
        }
        let deep = format!("{}=1", ["A"; 51].join("."));
        assert!(read(&RUN, &form::parse(&deep), Dialect::Query).is_err());
    }
}
