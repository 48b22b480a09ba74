//! Reads the fields of one object of a definition and knows which nobody has asked for.

use serde_json::{Map, Value};

use super::json::escaped;
use crate::path::{Path, ReferencePath, SyntaxError};
use crate::problem::Problems;
use crate::template::{Misfit, Nullable, Template};

/// Fields that exist, but in the other query language.
const JSONATA_FIELDS: [&str; 4] = ["Arguments", "Condition", "Items", "Output"];

/// The fields of one object. Every read reports what is wrong with the field and goes on.
#[derive(Debug)]
pub(crate) struct Fields<'d> {
    object: &'d Map<String, Value>,
    pointer: String,
    problems: &'d Problems,
    asked: Vec<String>,
}

impl<'d> Fields<'d> {
    /// The fields of a value that should be an object.
    pub(crate) fn new(
        value: &'d Value,
        pointer: String,
        problems: &'d Problems,
    ) -> Option<Fields<'d>> {
        let Value::Object(object) = value else {
            problems.schema(&pointer, "Value is not of type OBJECT");
            return None;
        };
        Some(Fields {
            object,
            pointer,
            problems,
            asked: Vec::new(),
        })
    }

    pub(crate) fn pointer(&self) -> &str {
        &self.pointer
    }

    pub(crate) fn problems(&self) -> &'d Problems {
        self.problems
    }

    /// JSON pointer to a field.
    pub(crate) fn at(&self, name: &str) -> String {
        format!("{}/{}", self.pointer, escaped(name))
    }

    pub(crate) fn has(&self, name: &str) -> bool {
        self.object.contains_key(name)
    }

    /// Every name and value, asked for or not.
    pub(crate) fn members(&self) -> impl Iterator<Item = (&'d String, &'d Value)> + use<'d> {
        self.object.iter()
    }

    /// A field as it is; `null` is a value.
    pub(crate) fn take(&mut self, name: &str) -> Option<&'d Value> {
        self.asked.push(name.to_owned());
        self.object.get(name)
    }

    pub(crate) fn wrong(&self, name: &str, message: impl Into<String>) {
        self.problems.schema(&self.at(name), message);
    }

    pub(crate) fn require(&mut self, name: &str) -> Option<&'d Value> {
        let value = self.take(name);
        if value.is_none() {
            self.problems.schema(
                &self.pointer,
                format!("These fields are required: [{name}]"),
            );
        }
        value
    }

    pub(crate) fn string(&mut self, name: &str) -> Option<&'d str> {
        let value = self.take(name)?;
        if value.as_str().is_none() {
            self.wrong(name, "Value is not of type STRING");
        }
        value.as_str()
    }

    pub(crate) fn require_string(&mut self, name: &str) -> Option<&'d str> {
        self.require(name)?;
        self.string(name)
    }

    pub(crate) fn boolean(&mut self, name: &str) -> Option<bool> {
        let value = self.take(name)?;
        if value.as_bool().is_none() {
            self.wrong(name, "Value is not of type BOOLEAN");
        }
        value.as_bool()
    }

    pub(crate) fn array(&mut self, name: &str) -> Option<&'d Vec<Value>> {
        let value = self.take(name)?;
        if value.as_array().is_none() {
            self.wrong(name, "Value is not of type ARRAY");
        }
        value.as_array()
    }

    /// An array with at least one item; a missing field is left to the caller.
    pub(crate) fn filled_array(&mut self, name: &str) -> Option<&'d Vec<Value>> {
        let items = self.array(name)?;
        if items.is_empty() {
            self.wrong(name, "Value cannot be empty");
        }
        Some(items)
    }

    /// A whole number within bounds.
    pub(crate) fn integer(&mut self, name: &str, least: u64, greatest: u64) -> Option<u64> {
        let value = self.take(name)?;
        match value.as_u64() {
            Some(number) if (least..=greatest).contains(&number) => Some(number),
            _ if value.is_number() => {
                self.wrong(
                    name,
                    format!("Value must be an integer between {least} and {greatest}"),
                );
                None
            }
            _ => {
                self.wrong(name, "Value is not of type INTEGER");
                None
            }
        }
    }

    pub(crate) fn number(&mut self, name: &str, least: f64) -> Option<f64> {
        let value = self.take(name)?;
        match value.as_f64() {
            Some(number) if number >= least => Some(number),
            Some(_) => {
                self.wrong(
                    name,
                    format!("Value must be greater than or equal to {least:?}"),
                );
                None
            }
            None => {
                self.wrong(name, "Value is not of type NUMBER");
                None
            }
        }
    }

    pub(crate) fn path(&mut self, name: &str) -> Option<Path> {
        let text = self.string(name)?;
        self.readable(name, Path::parse(text))
    }

    pub(crate) fn nullable_path(&mut self, name: &str) -> Nullable<Path> {
        self.nullable(name, Path::parse)
    }

    pub(crate) fn nullable_reference(&mut self, name: &str) -> Nullable<ReferencePath> {
        self.nullable(name, ReferencePath::parse)
    }

    fn nullable<T>(
        &mut self,
        name: &str,
        read: impl Fn(&str) -> Result<T, SyntaxError>,
    ) -> Nullable<T> {
        if self.take(name).is_some_and(Value::is_null) {
            return Nullable::Null;
        }
        let Some(text) = self.string(name) else {
            return Nullable::Absent;
        };
        self.readable(name, read(text))
            .map_or(Nullable::Absent, Nullable::Given)
    }

    /// A payload template, an object.
    pub(crate) fn template(&mut self, name: &str) -> Option<Template> {
        let value = self.take(name)?;
        if !value.is_object() {
            self.wrong(name, "Value is not of type OBJECT");
            return None;
        }
        match Template::parse(value) {
            Ok(template) => Some(template),
            Err(misfits) => {
                for misfit in misfits {
                    self.misfit(name, &misfit);
                }
                None
            }
        }
    }

    /// What was read, or a problem that says why not.
    pub(crate) fn readable<T>(&self, name: &str, read: Result<T, SyntaxError>) -> Option<T> {
        read.map_err(|error| self.unreadable(&self.at(name), &error))
            .ok()
    }

    /// A problem of a template stands at the object that holds the field.
    fn misfit(&self, template: &str, misfit: &Misfit) {
        let pointer = format!("{}{}", self.at(template), misfit.pointer);
        let Misfit { field, error, .. } = misfit;
        match error {
            SyntaxError::Variable(_) => self.problems.not_supported(&pointer, &error.to_string()),
            SyntaxError::Malformed(reason) => {
                let message = format!(
                    "The value for the field '{field}' must be a valid JSONPath or a valid intrinsic function call ({reason})"
                );
                self.problems.schema(&pointer, message);
            }
        }
    }

    fn unreadable(&self, pointer: &str, error: &SyntaxError) {
        match error {
            SyntaxError::Variable(_) => self.problems.not_supported(pointer, &error.to_string()),
            SyntaxError::Malformed(message) => {
                let message = format!(
                    "The value must be a valid JSONPath or a valid intrinsic function call ({message})"
                );
                self.problems.schema(pointer, message);
            }
        }
    }

    /// Reports that two fields stand where one may.
    pub(crate) fn exclude(&self, first: &str, second: &str) {
        if self.has(first) && self.has(second) {
            let message = format!("The fields '{first}' and '{second}' cannot both be specified");
            self.problems.schema(&self.pointer, message);
        }
    }

    /// Reports every field that nobody asked for.
    pub(crate) fn finish(self) {
        for name in self.object.keys() {
            if !self.asked.contains(name) {
                let message = if JSONATA_FIELDS.contains(&name.as_str()) {
                    format!(
                        "Field '{name}' is only supported in states whose QueryLanguage is JSONata"
                    )
                } else {
                    format!("Field '{name}' is not supported")
                };
                self.wrong(name, message);
            }
        }
    }
}
