//! The client's reader of XML answers.
//!
//! It takes elements and text alone: attributes and processing instructions mean nothing here, a document type is
//! refused, and nesting is bounded.

use quick_xml::Reader;
use quick_xml::events::Event;
use serde_json::{Map, Value};

use crate::codec::{MAX_DEPTH, scalar};
use crate::error::ApiError;
use crate::table::{Kind, Operation, Shape};

/// An element with its text and its children.
#[derive(Debug, Default)]
struct Element {
    name: String,
    text: String,
    children: Vec<Element>,
}

impl Element {
    fn child(&self, name: &str) -> Option<&Element> {
        self.children.iter().find(|child| child.name == name)
    }

    /// The first element of a name here or below.
    fn find(&self, name: &str) -> Option<&Element> {
        if self.name == name {
            return Some(self);
        }
        self.children.iter().find_map(|child| child.find(name))
    }

    fn value(&self, shape: &Shape) -> Result<Value, ApiError> {
        match shape.kind {
            Kind::Structure { .. } => self.members(shape),
            Kind::List { member, .. } => self
                .children
                .iter()
                .map(|item| item.value(member))
                .collect(),
            Kind::Map { value, .. } => {
                let mut entries = Map::new();
                for entry in &self.children {
                    let parts = entry.child("key").zip(entry.child("value"));
                    let (key, target) = parts.ok_or_else(|| malformed("an entry has no value"))?;
                    entries.insert(key.text.clone(), target.value(value)?);
                }
                Ok(Value::Object(entries))
            }
            _ => scalar::parse(shape, &self.name, &self.text),
        }
    }

    fn members(&self, shape: &Shape) -> Result<Value, ApiError> {
        let mut found = Map::new();
        for member in shape.members() {
            let flat = match member.shape.kind {
                Kind::List {
                    member,
                    flattened: true,
                    ..
                } => Some(member),
                _ => None,
            };
            let mut named = self
                .children
                .iter()
                .filter(|child| child.name == member.wire());
            let value = match flat {
                Some(item) => {
                    let items: Vec<_> = named
                        .map(|child| child.value(item))
                        .collect::<Result<_, _>>()?;
                    (!items.is_empty()).then_some(Value::Array(items))
                }
                None => named
                    .next()
                    .map(|child| child.value(member.shape))
                    .transpose()?,
            };
            if let Some(value) = value {
                found.insert(member.name.to_owned(), value);
            }
        }
        Ok(Value::Object(found))
    }
}

/// Reads the answer of an operation.
pub(crate) fn read_answer(
    operation: &Operation,
    output: &Shape,
    body: &[u8],
) -> Result<Value, ApiError> {
    let root = parse(body)?;
    let result = match operation.result_wrapper {
        Some(wrapper) => root
            .child(wrapper)
            .ok_or_else(|| malformed("the result is missing"))?,
        None => &root,
    };
    result.members(output)
}

/// Reads an error of either dialect or of S3.
pub(crate) fn read_error(status: u16, body: &[u8]) -> Option<ApiError> {
    let root = parse(body).ok()?;
    let error = root.find("Error")?;
    let text = |name: &str| {
        error
            .child(name)
            .map(|child| child.text.clone())
            .unwrap_or_default()
    };
    Some(ApiError::new(status, text("Code"), text("Message")))
}

fn malformed(what: &str) -> ApiError {
    ApiError::serialization(format!("the answer is not the expected XML: {what}"))
}

fn parse(body: &[u8]) -> Result<Element, ApiError> {
    let text = std::str::from_utf8(body).map_err(|_| malformed("it is not UTF-8"))?;
    let mut reader = Reader::from_str(text);
    reader.config_mut().expand_empty_elements = true;
    let mut open = vec![Element::default()];
    loop {
        let event = reader
            .read_event()
            .map_err(|error| malformed(&error.to_string()))?;
        let top = open
            .last_mut()
            .ok_or_else(|| malformed("it closes too much"))?;
        match event {
            Event::Start(start) => {
                if open.len() > MAX_DEPTH {
                    return Err(malformed("it is nested too deeply"));
                }
                let name = String::from_utf8_lossy(start.local_name().as_ref()).into_owned();
                open.push(Element {
                    name,
                    ..Element::default()
                });
            }
            Event::End(_) => {
                let closed = open.pop().unwrap_or_default();
                let parent = open
                    .last_mut()
                    .ok_or_else(|| malformed("it closes too much"))?;
                parent.children.push(closed);
            }
            Event::Text(text) => {
                top.text.push_str(
                    &text
                        .decode()
                        .map_err(|error| malformed(&error.to_string()))?,
                );
            }
            Event::CData(text) => top.text.push_str(&String::from_utf8_lossy(&text)),
            Event::GeneralRef(reference) => top.text.push_str(&entity(&reference)?),
            Event::DocType(_) => return Err(malformed("it has a document type")),
            Event::Eof => break,
            _ => {}
        }
    }
    let root = open.pop().and_then(|mut top| top.children.pop());
    root.filter(|_| open.is_empty())
        .ok_or_else(|| malformed("it is not complete"))
}

/// The text of `&name;`.
fn entity(reference: &quick_xml::events::BytesRef<'_>) -> Result<String, ApiError> {
    if let Ok(Some(letter)) = reference.resolve_char_ref() {
        return Ok(letter.to_string());
    }
    let name = String::from_utf8_lossy(reference);
    let text = quick_xml::escape::resolve_predefined_entity(&name);
    text.map(str::to_owned)
        .ok_or_else(|| malformed("it has an unknown entity"))
}
