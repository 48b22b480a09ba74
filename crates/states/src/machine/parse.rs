//! From the text of a definition to a machine.

use std::collections::HashMap;

use super::{Fields, Machine, Scope, State, json};
use crate::problem::{Problem, ProblemCode, Problems};
use crate::{check, limits};

impl Machine {
    /// Reads and checks a definition; the error is everything that is wrong with it.
    ///
    /// ```
    /// use states::{Machine, ProblemCode};
    ///
    /// let problems = Machine::parse(r#"{"StartAt": "S", "States": {"S": {"Type": "Pass", "Next": "X"}}}"#)
    ///     .expect_err("X does not exist");
    /// assert_eq!(problems[0].code, ProblemCode::MissingTransitionTarget);
    /// assert_eq!(problems[0].pointer, "/States/S/Next");
    /// ```
    pub fn parse(definition: &str) -> Result<Machine, Vec<Problem>> {
        let problems = Problems::default();
        let machine = read(definition, &problems);
        match machine {
            Some(machine) if problems.is_empty() => Ok(machine),
            _ => Err(problems.into_vec()),
        }
    }
}

fn read(definition: &str, problems: &Problems) -> Option<Machine> {
    if definition
        .chars()
        .nth(limits::DEFINITION_CHARACTERS)
        .is_some()
    {
        let message = format!(
            "The definition has more than {} characters",
            limits::DEFINITION_CHARACTERS
        );
        problems.schema("", message);
        return None;
    }
    let (value, twice) = match json::parse(definition) {
        Ok(parsed) => parsed,
        Err(error) => {
            problems.add(
                ProblemCode::InvalidJsonDescription,
                "",
                format!("The definition is not JSON: {error}"),
            );
            return None;
        }
    };
    for pointer in twice {
        problems.add(
            ProblemCode::InvalidJsonDescription,
            &pointer,
            "Duplicate field",
        );
    }
    let mut fields = Fields::new(&value, String::new(), problems)?;
    if speaks_jsonata(&mut fields) {
        return None;
    }
    let comment = fields.string("Comment").map(str::to_owned);
    if fields
        .string("Version")
        .is_some_and(|version| version != "1.0")
    {
        fields.wrong("Version", "Value must be 1.0");
    }
    let timeout_seconds = fields.integer("TimeoutSeconds", 1, limits::FIELD_SECONDS);
    let mut parser = Parser {
        problems,
        states: Vec::new(),
    };
    let root = parser.scope(&mut fields);
    fields.finish();
    let states = parser.states;
    let index: HashMap<String, usize> = states
        .iter()
        .enumerate()
        .map(|(index, state)| (state.name.clone(), index))
        .collect();
    let machine = Machine {
        comment,
        timeout_seconds,
        root,
        states,
        index,
    };
    check::check(&machine, problems);
    Some(machine)
}

/// Whether a machine or a state asks for JSONata; that it cannot have it is reported.
pub(super) fn speaks_jsonata(fields: &mut Fields<'_>) -> bool {
    match fields.string("QueryLanguage") {
        None | Some("JSONPath") => false,
        Some("JSONata") => {
            fields
                .problems()
                .not_supported(&fields.at("QueryLanguage"), "the query language JSONata");
            true
        }
        Some(_) => {
            fields.wrong("QueryLanguage", "Value must be one of JSONPath, JSONata");
            false
        }
    }
}

/// Reports by name what a later version will do.
pub(super) fn refuse_later_features(fields: &mut Fields<'_>) {
    if fields.take("Assign").is_some() {
        fields
            .problems()
            .not_supported(&fields.at("Assign"), "variables (`Assign`)");
    }
}

/// Collects the states of all scopes in one list.
pub(super) struct Parser<'d> {
    pub(super) problems: &'d Problems,
    pub(super) states: Vec<State>,
}

impl Parser<'_> {
    /// Reads `StartAt` and `States`. Names stand in the scope even when their state cannot be read.
    pub(super) fn scope(&mut self, fields: &mut Fields<'_>) -> Scope {
        let start_at = fields
            .require_string("StartAt")
            .unwrap_or_default()
            .to_owned();
        let mut scope = Scope {
            start_at,
            states: Vec::new(),
            pointer: fields.pointer().to_owned(),
        };
        let Some(value) = fields.require("States") else {
            return scope;
        };
        let Some(states) = Fields::new(value, fields.at("States"), self.problems) else {
            return scope;
        };
        for (name, value) in states.members() {
            scope.states.push(name.clone());
            self.state(name, value, states.at(name));
        }
        if scope.states.is_empty() {
            fields.wrong("States", "States must not be empty");
        }
        scope
    }
}
