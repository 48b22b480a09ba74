//! One state of a definition: the fields that several types share; those of one type stand in its own file.

use serde_json::Value;

use super::error_rules::{catchers, retriers};
use super::parse::{Parser, refuse_later_features, speaks_jsonata};
use super::{Fields, State, StateKind, StateType, Transition};
use super::{choice, fail, map, parallel, pass, succeed, task, wait};
use crate::template::JsonPath;

impl Parser<'_> {
    /// Reads a state and, where it holds some, the states inside it.
    pub(super) fn state(&mut self, name: &str, value: &Value, pointer: String) {
        let Some(mut fields) = Fields::new(value, pointer, self.problems) else {
            return;
        };
        // What follows would be read by the wrong rules.
        if speaks_jsonata(&mut fields) {
            return;
        }
        let position = self.states.len();
        let comment = fields.string("Comment").map(str::to_owned);
        refuse_later_features(&mut fields);
        let Some(word) = fields.require_string("Type") else {
            return;
        };
        let Some(state_type) = StateType::from_word(word) else {
            let types = "Task, Wait, Pass, Succeed, Fail, Choice, Parallel, Map";
            let message = format!("The field 'Type' should have one of these values: [{types}]");
            fields.wrong("Type", message);
            return;
        };
        let flow = flow(&mut fields, state_type);
        let transition = transition(&mut fields, state_type);
        let (mut retry, mut catch) = (Vec::new(), Vec::new());
        if state_type.meets_errors() {
            retry = retriers(&mut fields);
            catch = catchers(&mut fields);
        }
        let kind = self.kind(state_type, &mut fields);
        let pointer = fields.pointer().to_owned();
        fields.finish();
        if let (Some(kind), Some(transition)) = (kind, transition) {
            let (name, flow) = (name.to_owned(), Box::new(flow));
            let state = State {
                name,
                pointer,
                comment,
                kind,
                flow,
                transition,
                retry,
                catch,
            };
            // Branches and processors stand behind the state that holds them.
            self.states.insert(position, state);
        }
    }

    fn kind(&mut self, state_type: StateType, fields: &mut Fields<'_>) -> Option<StateKind> {
        Some(match state_type {
            StateType::Pass => StateKind::Pass(pass::pass(fields)),
            StateType::Task => StateKind::Task(task::task(fields)?),
            StateType::Choice => StateKind::Choice(choice::choice(fields)),
            StateType::Wait => StateKind::Wait(wait::wait(fields)?),
            StateType::Succeed => {
                succeed::succeed(fields);
                StateKind::Succeed
            }
            StateType::Fail => StateKind::Fail(fail::fail(fields)),
            StateType::Parallel => StateKind::Parallel(parallel::parallel(fields, self)),
            StateType::Map => StateKind::Map(map::map(fields, self)?),
        })
    }
}

impl StateType {
    fn from_word(word: &str) -> Option<StateType> {
        use StateType::{Choice, Fail, Map, Parallel, Pass, Succeed, Task, Wait};
        let types = [Pass, Task, Choice, Wait, Succeed, Fail, Parallel, Map];
        types
            .into_iter()
            .find(|state_type| state_type.to_string() == word)
    }

    /// Has `Retry`, `Catch` and `ResultSelector`.
    fn meets_errors(self) -> bool {
        matches!(self, StateType::Task | StateType::Parallel | StateType::Map)
    }
}

/// The paths and templates that the type has. `Parameters` of a Map is the older name of its `ItemSelector`.
fn flow(fields: &mut Fields<'_>, state_type: StateType) -> JsonPath {
    let mut flow = JsonPath::default();
    if state_type != StateType::Fail {
        flow.input_path = fields.nullable_path("InputPath");
        flow.output_path = fields.nullable_path("OutputPath");
    }
    if matches!(
        state_type,
        StateType::Pass | StateType::Task | StateType::Parallel
    ) {
        flow.parameters = fields.template("Parameters");
    }
    if state_type == StateType::Pass || state_type.meets_errors() {
        flow.result_path = fields.nullable_reference("ResultPath");
    }
    if state_type.meets_errors() {
        flow.result_selector = fields.template("ResultSelector");
    }
    flow
}

/// `Next`, or `End` with the value true. Three types decide for themselves where they lead.
fn transition(fields: &mut Fields<'_>, state_type: StateType) -> Option<Transition> {
    if matches!(
        state_type,
        StateType::Choice | StateType::Succeed | StateType::Fail
    ) {
        return Some(Transition::End);
    }
    fields.exclude("Next", "End");
    let next = fields
        .string("Next")
        .map(|name| Transition::Next(name.to_owned()));
    let end = fields.boolean("End");
    if end == Some(false) && next.is_none() {
        fields.wrong("End", "Value must be true");
    }
    if !fields.has("Next") && !fields.has("End") {
        fields
            .problems()
            .schema(fields.pointer(), "The state must have either Next or End");
    }
    next.or(end.map(|_| Transition::End))
}
