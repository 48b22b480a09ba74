//! What is wrong with a machine as a whole: names and transitions. What is wrong with a field, its reader says.

mod names;
mod transitions;

use crate::Machine;
use crate::problem::Problems;

/// Adds every problem of the whole machine. Reachability is looked at only where everything could be read.
pub(crate) fn check(machine: &Machine, problems: &Problems) {
    let whole = problems.is_empty();
    names::check(machine, problems);
    transitions::check(machine, whole, problems);
}
