//! The flow of data through a JSONPath state: `InputPath`, `Parameters`, `ResultSelector`, `ResultPath`, `OutputPath`.

use serde_json::{Map, Value};

use super::{Evaluator, Template, read_path};
use crate::context::Environment;
use crate::error::EvaluationError;
use crate::path::{Path, ReferencePath};

/// A path that may be written as `null`, which says something else than its absence.
#[derive(Debug, Clone, Default)]
pub(crate) enum Nullable<T> {
    #[default]
    Absent,
    Null,
    Given(T),
}

/// The five fields of a JSONPath state.
#[derive(Debug, Default)]
pub(crate) struct JsonPath {
    pub(crate) input_path: Nullable<Path>,
    pub(crate) parameters: Option<Template>,
    pub(crate) result_selector: Option<Template>,
    pub(crate) result_path: Nullable<ReferencePath>,
    pub(crate) output_path: Nullable<Path>,
}

impl Evaluator for JsonPath {
    fn input(
        &self,
        raw: &Value,
        environment: &mut Environment<'_>,
    ) -> Result<Value, EvaluationError> {
        through(&self.input_path, raw, environment)
    }

    fn arguments(
        &self,
        input: Value,
        environment: &mut Environment<'_>,
    ) -> Result<Value, EvaluationError> {
        match &self.parameters {
            None => Ok(input),
            Some(template) => template.fill(&input, environment),
        }
    }

    fn output(
        &self,
        raw: Value,
        result: Value,
        environment: &mut Environment<'_>,
    ) -> Result<Value, EvaluationError> {
        let selected = match &self.result_selector {
            None => result,
            Some(template) => template.fill(&result, environment)?,
        };
        let joined = match &self.result_path {
            Nullable::Absent => selected,
            Nullable::Null => raw,
            Nullable::Given(place) => place
                .put(raw, selected)
                .map_err(|error| EvaluationError::Field(error.to_string()))?,
        };
        through(&self.output_path, &joined, environment)
    }
}

/// An absent path lets everything through, `null` leaves an empty object.
fn through(
    path: &Nullable<Path>,
    value: &Value,
    environment: &Environment<'_>,
) -> Result<Value, EvaluationError> {
    match path {
        Nullable::Absent => Ok(value.clone()),
        Nullable::Null => Ok(Value::Object(Map::new())),
        Nullable::Given(path) => read_path(path, value, environment),
    }
}
