//! Transitions: each leads to a state of its own scope, and each state is led to.

use std::collections::BTreeSet;

use crate::machine::{Machine, Scope, State, StateKind, Transition};
use crate::problem::{ProblemCode, Problems};

/// Every scope of the machine, the machine itself first.
pub(super) fn scopes(machine: &Machine) -> Vec<&Scope> {
    let mut scopes = vec![&machine.root];
    for state in &machine.states {
        match &state.kind {
            StateKind::Parallel(parallel) => scopes.extend(&parallel.branches),
            StateKind::Map(map) => scopes.push(&map.processor),
            _ => {}
        }
    }
    scopes
}

pub(super) fn check(machine: &Machine, whole: bool, problems: &Problems) {
    let scopes = scopes(machine);
    for scope in &scopes {
        let known: BTreeSet<&str> = scope.states.iter().map(String::as_str).collect();
        // A missing StartAt and an empty States have been reported by their readers.
        if !scope.start_at.is_empty()
            && !known.is_empty()
            && !known.contains(scope.start_at.as_str())
        {
            missing(
                problems,
                &format!("{}/StartAt", scope.pointer),
                "StartAt",
                &scope.start_at,
            );
        }
        for state in scope.states.iter().filter_map(|name| machine.state(name)) {
            check_targets(state, &known, problems);
        }
    }
    if whole && problems.is_empty() {
        for scope in scopes {
            check_reachable(machine, scope, problems);
        }
    }
}

fn check_targets(state: &State, known: &BTreeSet<&str>, problems: &Problems) {
    let check = |field: &str, name: &str, target: &str| {
        if !known.contains(target) {
            missing(
                problems,
                &format!("{}/{field}", state.pointer),
                name,
                target,
            );
        }
    };
    if let Transition::Next(next) = &state.transition {
        check("Next", "Next", next);
    }
    if let StateKind::Choice(choice) = &state.kind {
        for (index, rule) in choice.rules.iter().enumerate() {
            check(&format!("Choices/{index}/Next"), "Next", &rule.next);
        }
        if let Some(default) = &choice.default {
            check("Default", "Default", default);
        }
    }
    for (index, catcher) in state.catch.iter().enumerate() {
        check(&format!("Catch/{index}/Next"), "Next", &catcher.next);
    }
}

fn missing(problems: &Problems, pointer: &str, field: &str, target: &str) {
    let message = format!("Missing '{field}' target: {target}");
    problems.add(ProblemCode::MissingTransitionTarget, pointer, message);
}

fn check_reachable(machine: &Machine, scope: &Scope, problems: &Problems) {
    let mut reached = BTreeSet::new();
    let mut open = vec![scope.start_at.as_str()];
    while let Some(name) = open.pop() {
        if reached.insert(name)
            && let Some(state) = machine.state(name)
        {
            open.extend(state.targets());
        }
    }
    for name in scope
        .states
        .iter()
        .filter(|name| !reached.contains(name.as_str()))
    {
        let pointer = machine
            .state(name)
            .map_or(scope.pointer.as_str(), |state| &state.pointer);
        let message = format!("State \"{name}\" is not reachable.");
        problems.add(ProblemCode::MissingTransitionTarget, pointer, message);
    }
}
