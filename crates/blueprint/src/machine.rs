//! The state machine: the steps of a structure, each named for what comes next.

use serde_json::{Value, json};

use crate::Structure;
use crate::state::{States, object};
use crate::steps;

/// The definition of a structure in the Amazon States Language.
pub fn machine(structure: &Structure) -> Value {
    let mut states = States::new();
    states.extend(steps::prepare::states("Train"));
    states.extend(steps::train::states(
        &structure.candidates,
        structure.data,
        steps::select::FIRST,
    ));
    let after_select = if structure.refit {
        steps::refit::FIRST
    } else {
        steps::test::FIRST
    };
    states.extend(steps::select::states(after_select));
    if structure.refit {
        states.extend(steps::refit::states(structure, steps::test::FIRST));
    }
    let after_test = if structure.gate.is_empty() {
        steps::register::FIRST
    } else {
        steps::gate::FIRST
    };
    states.extend(steps::test::states(structure, after_test));
    if !structure.gate.is_empty() {
        states.extend(steps::gate::states(&structure.gate, steps::register::FIRST));
    }
    let after_register = if structure.serves() {
        steps::deploy::FIRST
    } else {
        DONE
    };
    states.extend(steps::register::states(
        structure.model_path(),
        after_register,
    ));
    if structure.serves() {
        let measures = structure.load_test || structure.batch;
        let after_deploy = if measures {
            steps::exercise::FIRST
        } else {
            DONE
        };
        states.extend(steps::deploy::states(structure, after_deploy));
        if measures {
            states.extend(steps::exercise::states(structure, DONE));
        }
    }
    states.push((DONE.to_owned(), json!({"Type": "Succeed"})));
    json!({
        "Comment": "Prepare, train, select, refit, test, gate, register, deploy, measure. Compiled by plimsoll.",
        "StartAt": steps::prepare::FIRST,
        "States": object(states),
    })
}

const DONE: &str = "Done";
