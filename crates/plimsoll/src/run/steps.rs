//! The steps of the machine as a user sees them, and the states that each is made of.

/// A step and the states by which its progress is read in the history.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct StepShape {
    /// Name for people.
    pub(crate) name: &'static str,
    /// State at which it begins.
    pub(crate) first: &'static str,
    /// State that looks for an earlier result.
    pub(crate) find: Option<&'static str>,
    /// Its last state on every path that succeeds: the one after it ends the step.
    pub(crate) last: &'static [&'static str],
    /// Whether it is a branch beside others, over with its last state; else it is over when the next step begins.
    pub(crate) parallel: bool,
}

const fn step(
    name: &'static str,
    first: &'static str,
    find: Option<&'static str>,
    last: &'static [&'static str],
) -> StepShape {
    StepShape {
        name,
        first,
        find,
        last,
        parallel: false,
    }
}

const fn branch(
    name: &'static str,
    first: &'static str,
    last: &'static [&'static str],
) -> StepShape {
    StepShape {
        parallel: true,
        ..step(name, first, Some(first), last)
    }
}

/// All steps in the order in which they are shown.
pub(crate) const STEPS: [StepShape; 10] = [
    step(
        "Prepare",
        "FindPrepare",
        Some("FindPrepare"),
        &["KeepPrepare", "FindPrepare"],
    ),
    step("Train", "Train", None, &["Train"]),
    step(
        "Select",
        "FindSelect",
        Some("FindSelect"),
        &["AnswerSelect"],
    ),
    step(
        "Refit",
        "FindRefit",
        Some("FindRefit"),
        &["KeepRefit", "FindRefit"],
    ),
    step("Test", "FindTest", Some("FindTest"), &["AnswerTest"]),
    step("Gate", "Gate", None, &["Gate"]),
    step("Register", "Register", None, &["Register"]),
    step(
        "Deploy",
        "Deploy",
        None,
        &["EndpointReady", "Deploy", "ConfirmModel"],
    ),
    branch("LoadTest", "FindLoadTest", &["LoadTested"]),
    branch("BatchPredict", "FindBatchPredict", &["BatchPredicted"]),
];
