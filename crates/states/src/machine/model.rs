//! A parsed and checked definition.

use std::collections::HashMap;
use std::fmt;

use super::{Catcher, Choice, Fail, Map, Parallel, Pass, Resource, Retrier, Scope, Task, Wait};
use crate::template::Evaluator;

/// A parsed and checked state machine.
///
/// Names of states are unique in the whole machine, so all states stand in one list; branches and processors are
/// scopes that say where they start.
#[derive(Debug)]
pub struct Machine {
    pub(crate) comment: Option<String>,
    pub(crate) timeout_seconds: Option<u64>,
    pub(crate) root: Scope,
    pub(crate) states: Vec<State>,
    pub(crate) index: HashMap<String, usize>,
}

impl Machine {
    /// The machine's comment.
    ///
    /// ```
    /// # use states::Machine;
    /// let text = r#"{"Comment": "nightly", "TimeoutSeconds": 60, "StartAt": "S", "States": {
    ///     "S": {"Type": "Succeed", "Comment": "done"}}}"#;
    /// let machine = Machine::parse(text).expect("valid");
    /// assert_eq!(machine.comment(), Some("nightly"));
    /// ```
    pub fn comment(&self) -> Option<&str> {
        self.comment.as_deref()
    }

    /// The time that an execution has, where the machine says so.
    ///
    /// ```
    /// # use states::Machine;
    /// let text = r#"{"Comment": "nightly", "TimeoutSeconds": 60, "StartAt": "S", "States": {
    ///     "S": {"Type": "Succeed", "Comment": "done"}}}"#;
    /// let machine = Machine::parse(text).expect("valid");
    /// assert_eq!(machine.timeout_seconds(), Some(60));
    /// ```
    pub fn timeout_seconds(&self) -> Option<u64> {
        self.timeout_seconds
    }

    /// The name of the first state.
    ///
    /// ```
    /// # use states::Machine;
    /// let text = r#"{"Comment": "nightly", "TimeoutSeconds": 60, "StartAt": "S", "States": {
    ///     "S": {"Type": "Succeed", "Comment": "done"}}}"#;
    /// let machine = Machine::parse(text).expect("valid");
    /// assert_eq!(machine.start_at(), "S");
    /// ```
    pub fn start_at(&self) -> &str {
        &self.root.start_at
    }

    /// Every state in the order of the definition, branches and processors behind the state that holds them.
    ///
    /// ```
    /// # use states::{Machine, StateType};
    /// let text = r#"{"StartAt": "A", "States": {"A": {"Type": "Pass", "Next": "B"}, "B": {"Type": "Succeed"}}}"#;
    /// let machine = Machine::parse(text).expect("valid");
    /// let names: Vec<&str> = machine.states().map(|state| state.name()).collect();
    /// assert_eq!(names, ["A", "B"]);
    /// assert_eq!(machine.state("B").map(|state| state.state_type()), Some(StateType::Succeed));
    /// ```
    pub fn states(&self) -> impl Iterator<Item = &State> {
        self.states.iter()
    }

    /// The state of that name.
    ///
    /// ```
    /// # use states::Machine;
    /// let text = r#"{"Comment": "nightly", "TimeoutSeconds": 60, "StartAt": "S", "States": {
    ///     "S": {"Type": "Succeed", "Comment": "done"}}}"#;
    /// let machine = Machine::parse(text).expect("valid");
    /// assert!(machine.state("S").is_some() && machine.state("T").is_none());
    /// ```
    pub fn state(&self, name: &str) -> Option<&State> {
        self.index.get(name).map(|&index| &self.states[index])
    }
}

/// One state of a machine.
#[derive(Debug)]
pub struct State {
    pub(crate) name: String,
    pub(crate) pointer: String,
    pub(crate) comment: Option<String>,
    pub(crate) kind: StateKind,
    pub(crate) flow: Box<dyn Evaluator>,
    pub(crate) transition: Transition,
    pub(crate) retry: Vec<Retrier>,
    pub(crate) catch: Vec<Catcher>,
}

impl State {
    /// Its name.
    ///
    /// ```
    /// # use states::Machine;
    /// let text = r#"{"Comment": "nightly", "TimeoutSeconds": 60, "StartAt": "S", "States": {
    ///     "S": {"Type": "Succeed", "Comment": "done"}}}"#;
    /// let machine = Machine::parse(text).expect("valid");
    /// assert_eq!(machine.state("S").map(|state| state.name()), Some("S"));
    /// ```
    pub fn name(&self) -> &str {
        &self.name
    }

    /// Its comment.
    ///
    /// ```
    /// # use states::Machine;
    /// let text = r#"{"Comment": "nightly", "TimeoutSeconds": 60, "StartAt": "S", "States": {
    ///     "S": {"Type": "Succeed", "Comment": "done"}}}"#;
    /// let machine = Machine::parse(text).expect("valid");
    /// assert_eq!(machine.state("S").and_then(|state| state.comment()), Some("done"));
    /// ```
    pub fn comment(&self) -> Option<&str> {
        self.comment.as_deref()
    }

    /// JSON pointer to the state in the definition.
    ///
    /// ```
    /// # use states::Machine;
    /// let text = r#"{"Comment": "nightly", "TimeoutSeconds": 60, "StartAt": "S", "States": {
    ///     "S": {"Type": "Succeed", "Comment": "done"}}}"#;
    /// let machine = Machine::parse(text).expect("valid");
    /// assert_eq!(machine.state("S").map(|state| state.pointer()), Some("/States/S"));
    /// ```
    pub fn pointer(&self) -> &str {
        &self.pointer
    }

    /// What a Task state calls; nothing for any other.
    ///
    /// ```
    /// # use states::{Machine, Pattern, Resource};
    /// let text = r#"{"StartAt": "T", "States": {"T": {
    ///     "Type": "Task", "Resource": "arn:aws:states:::aws-sdk:s3:getObject", "End": true}}}"#;
    /// let machine = Machine::parse(text).expect("valid");
    /// let resource = machine.state("T").and_then(|state| state.resource());
    /// assert!(matches!(resource, Some(Resource::Service { pattern: Pattern::RequestResponse, .. })));
    /// ```
    pub fn resource(&self) -> Option<&Resource> {
        match &self.kind {
            StateKind::Task(task) => Some(&task.resource),
            _ => None,
        }
    }

    /// Its type.
    ///
    /// ```
    /// # use states::Machine;
    /// let text = r#"{"Comment": "nightly", "TimeoutSeconds": 60, "StartAt": "S", "States": {
    ///     "S": {"Type": "Succeed", "Comment": "done"}}}"#;
    /// let machine = Machine::parse(text).expect("valid");
    /// assert_eq!(machine.state("S").map(|state| state.state_type().to_string()), Some("Succeed".into()));
    /// ```
    pub fn state_type(&self) -> StateType {
        match &self.kind {
            StateKind::Pass(_) => StateType::Pass,
            StateKind::Task(_) => StateType::Task,
            StateKind::Choice(_) => StateType::Choice,
            StateKind::Wait(_) => StateType::Wait,
            StateKind::Succeed => StateType::Succeed,
            StateKind::Fail(_) => StateType::Fail,
            StateKind::Parallel(_) => StateType::Parallel,
            StateKind::Map(_) => StateType::Map,
        }
    }

    /// Every state that this one may lead to: `Next`, the rules of a Choice, its default, the catchers.
    ///
    /// ```
    /// # use states::Machine;
    /// let text = r#"{"StartAt": "A", "States": {"A": {"Type": "Pass", "Next": "B"}, "B": {"Type": "Succeed"}}}"#;
    /// let machine = Machine::parse(text).expect("valid");
    /// assert_eq!(machine.state("A").map(|state| state.targets()), Some(vec!["B"]));
    /// ```
    pub fn targets(&self) -> Vec<&str> {
        let mut targets = Vec::new();
        if let Transition::Next(next) = &self.transition {
            targets.push(next.as_str());
        }
        if let StateKind::Choice(choice) = &self.kind {
            targets.extend(choice.rules.iter().map(|rule| rule.next.as_str()));
            targets.extend(choice.default.as_deref());
        }
        targets.extend(self.catch.iter().map(|catcher| catcher.next.as_str()));
        targets
    }
}

/// What a state does, by its type.
#[derive(Debug)]
pub(crate) enum StateKind {
    Pass(Pass),
    Task(Task),
    Choice(Choice),
    Wait(Wait),
    Succeed,
    Fail(Fail),
    Parallel(Parallel),
    Map(Map),
}

/// Where a state leads once its work is done; a Choice decides for itself.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Transition {
    Next(String),
    End,
}

/// The type of a state.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, serde::Serialize, serde::Deserialize)]
pub enum StateType {
    /// Passes its input on, or a result written into the definition.
    Pass,
    /// Has work done outside.
    Task,
    /// Decides which state comes next.
    Choice,
    /// Waits for a time.
    Wait,
    /// Ends well.
    Succeed,
    /// Ends with an error.
    Fail,
    /// Runs branches side by side.
    Parallel,
    /// Runs the same states for each item of an array.
    Map,
}

/// The type as it is written in a definition.
impl fmt::Display for StateType {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            StateType::Pass => "Pass",
            StateType::Task => "Task",
            StateType::Choice => "Choice",
            StateType::Wait => "Wait",
            StateType::Succeed => "Succeed",
            StateType::Fail => "Fail",
            StateType::Parallel => "Parallel",
            StateType::Map => "Map",
        })
    }
}
