//! Names of states: at most 80 characters, no forbidden ones, unique in the whole machine.

use std::collections::BTreeSet;

use super::transitions::scopes;
use crate::problem::Problems;
use crate::{Machine, limits};

pub(super) fn check(machine: &Machine, problems: &Problems) {
    let mut seen = BTreeSet::new();
    for scope in scopes(machine) {
        for name in &scope.states {
            let pointer = format!(
                "{}/States/{}",
                scope.pointer,
                name.replace('~', "~0").replace('/', "~1")
            );
            if name.is_empty() || name.chars().count() > limits::NAME_CHARACTERS {
                let message = format!(
                    "A state name has 1 to {} characters",
                    limits::NAME_CHARACTERS
                );
                problems.schema(&pointer, message);
            }
            if name
                .chars()
                .any(|c| c.is_control() || matches!(c, '\u{fffe}' | '\u{ffff}' | '\u{10ffff}'))
            {
                problems.schema(&pointer, "A state name has no control characters");
            }
            if !seen.insert(name) {
                problems.schema(&pointer, format!("Duplicate State name: {name}"));
            }
        }
    }
}
