//! XML answers of the Query protocols.

use bytes::Bytes;
use serde_json::Value;

use crate::codec::scalar;
use crate::error::ApiError;
use crate::table::{Kind, Operation, Service, Shape, TimestampFormat};

/// Writes elements without indentation.
pub(crate) struct Writer {
    text: String,
}

impl Writer {
    /// An empty document without a declaration, as the Query protocol has it.
    pub(crate) fn new() -> Writer {
        Writer {
            text: String::new(),
        }
    }

    /// A document with a declaration.
    pub(crate) fn document() -> Writer {
        Writer {
            text: "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n".to_owned(),
        }
    }

    pub(crate) fn open(&mut self, name: &str, namespace: &str) {
        self.text.push('<');
        self.text.push_str(name);
        if !namespace.is_empty() {
            self.text.push_str(" xmlns=\"");
            self.escaped(namespace);
            self.text.push('"');
        }
        self.text.push('>');
    }

    pub(crate) fn close(&mut self, name: &str) {
        self.text.push_str("</");
        self.text.push_str(name);
        self.text.push('>');
    }

    pub(crate) fn text(&mut self, name: &str, text: &str) {
        self.open(name, "");
        self.escaped(text);
        self.close(name);
    }

    pub(crate) fn finish(self) -> Bytes {
        Bytes::from(self.text)
    }

    /// Characters that XML 1.0 cannot hold become the replacement character.
    fn escaped(&mut self, text: &str) {
        for letter in text.chars() {
            match letter {
                '&' => self.text.push_str("&amp;"),
                '<' => self.text.push_str("&lt;"),
                '>' => self.text.push_str("&gt;"),
                '"' => self.text.push_str("&quot;"),
                // A bare carriage return would be read back as a line feed.
                '\r' => self.text.push_str("&#xD;"),
                '\t' | '\n' => self.text.push(letter),
                '\u{0}'..='\u{1f}' | '\u{fffe}' | '\u{ffff}' => self.text.push('\u{fffd}'),
                _ => self.text.push(letter),
            }
        }
    }

    fn members(&mut self, shape: &Shape, value: &Value) {
        for member in shape.members() {
            if let Some(value) = value.get(member.name).filter(|value| !value.is_null()) {
                self.value(member.shape, member.wire(), value);
            }
        }
    }

    fn value(&mut self, shape: &Shape, name: &str, value: &Value) {
        match (shape.kind, value) {
            (Kind::Structure { .. }, _) => {
                self.open(name, "");
                self.members(shape, value);
                self.close(name);
            }
            (
                Kind::List {
                    member,
                    flattened: true,
                    ..
                },
                Value::Array(items),
            ) => {
                for item in items {
                    self.value(member, name, item);
                }
            }
            (
                Kind::List {
                    member,
                    member_name,
                    ..
                },
                Value::Array(items),
            ) => {
                self.open(name, "");
                for item in items {
                    self.value(member, member_name.unwrap_or("member"), item);
                }
                self.close(name);
            }
            (Kind::Map { value: target, .. }, Value::Object(entries)) => {
                self.open(name, "");
                for (key, value) in entries {
                    self.open("entry", "");
                    self.text("key", key);
                    self.value(target, "value", value);
                    self.close("entry");
                }
                self.close(name);
            }
            _ => {
                if let Some(text) = scalar::print(shape, value, TimestampFormat::Iso8601) {
                    self.text(name, &text);
                }
            }
        }
    }
}

/// The answer of an operation in the Query protocol.
pub(crate) fn query_answer(
    service: &Service,
    operation: &Operation,
    value: &Value,
    request_id: &str,
) -> Bytes {
    let root = format!("{}Response", operation.name);
    let mut writer = Writer::new();
    writer.open(&root, service.xml_namespace);
    if let Some(output) = operation.output {
        let wrapper = operation.result_wrapper.unwrap_or("Result");
        writer.open(wrapper, "");
        writer.members(output, value);
        writer.close(wrapper);
    }
    writer.open("ResponseMetadata", "");
    writer.text("RequestId", request_id);
    writer.close("ResponseMetadata");
    writer.close(&root);
    writer.finish()
}

/// The answer of an operation in EC2's dialect: no wrapper, the request's id first.
pub(crate) fn ec2_answer(
    service: &Service,
    operation: &Operation,
    value: &Value,
    request_id: &str,
) -> Bytes {
    let root = format!("{}Response", operation.name);
    let mut writer = Writer::document();
    writer.open(&root, service.xml_namespace);
    writer.text("requestId", request_id);
    if let Some(output) = operation.output {
        writer.members(output, value);
    }
    writer.close(&root);
    writer.finish()
}

/// An error in the Query protocol.
pub(crate) fn query_error(
    code: &str,
    error: &ApiError,
    namespace: &str,
    request_id: &str,
) -> Bytes {
    let mut writer = Writer::new();
    writer.open("ErrorResponse", namespace);
    writer.open("Error", "");
    writer.text(
        "Type",
        if error.is_fault() {
            "Receiver"
        } else {
            "Sender"
        },
    );
    writer.text("Code", code);
    writer.text("Message", &error.message);
    writer.close("Error");
    writer.text("RequestId", request_id);
    writer.close("ErrorResponse");
    writer.finish()
}

/// An error in EC2's dialect.
pub(crate) fn ec2_error(code: &str, error: &ApiError, request_id: &str) -> Bytes {
    let mut writer = Writer::document();
    writer.open("Response", "");
    writer.open("Errors", "");
    writer.open("Error", "");
    writer.text("Code", code);
    writer.text("Message", &error.message);
    writer.close("Error");
    writer.close("Errors");
    writer.text("RequestID", request_id);
    writer.close("Response");
    writer.finish()
}
