//! From an execution's history to the progress of its steps. Pure: the same events give the same timeline.

use std::collections::BTreeMap;

use serde_json::Value;

use super::{STEPS, StepShape};

/// How far a step is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum StepState {
    /// Not begun.
    Waiting,
    /// Under way.
    Running,
    /// Done in this run.
    Done,
    /// Found: done by an earlier run.
    Hit,
    /// Failed.
    Failed,
}

/// Progress of one step; moments in epoch seconds.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Progress {
    pub(crate) shape: StepShape,
    pub(crate) state: StepState,
    pub(crate) started: f64,
    pub(crate) ended: f64,
    /// Whether it is over: what came last may still be followed by more of the same step.
    pub(crate) closed: bool,
}

impl Progress {
    /// Seconds between beginning and end.
    pub(crate) fn seconds(&self) -> f64 {
        (self.ended - self.started).max(0.0)
    }
}

/// How the execution ended.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Ended {
    /// Event type, such as `ExecutionSucceeded`.
    pub(crate) event: String,
    pub(crate) error: Option<String>,
    pub(crate) cause: Option<String>,
}

/// The progress of all steps, and of the branches of Train.
#[derive(Debug, Clone)]
pub(crate) struct Timeline {
    pub(crate) steps: Vec<Progress>,
    /// Candidate to beginning, end and whether it was found; the end is missing while it trains.
    pub(crate) candidates: BTreeMap<String, Branch>,
    pub(crate) ended: Option<Ended>,
    missed: Vec<&'static str>,
    seen: u64,
}

/// One branch of Train.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Branch {
    pub(crate) started: f64,
    pub(crate) ended: Option<f64>,
    pub(crate) hit: bool,
    pub(crate) failed: bool,
}

impl Default for Timeline {
    fn default() -> Self {
        let waiting = |shape| Progress {
            shape,
            state: StepState::Waiting,
            started: 0.0,
            ended: 0.0,
            closed: false,
        };
        Self {
            steps: STEPS.into_iter().map(waiting).collect(),
            candidates: BTreeMap::new(),
            ended: None,
            missed: Vec::new(),
            seen: 0,
        }
    }
}

impl Timeline {
    /// Id of the last event that was read.
    pub(crate) fn seen(&self) -> u64 {
        self.seen
    }

    /// Reads the next event, as `GetExecutionHistory` gives it; an earlier one again changes nothing.
    pub(crate) fn read(&mut self, event: &Value) {
        let id = event["id"].as_u64().unwrap_or(0);
        if id <= self.seen {
            return;
        }
        self.seen = id;
        let at = event["timestamp"].as_f64().unwrap_or(0.0);
        let kind = event["type"].as_str().unwrap_or_default();
        if let Some(name) = event["stateEnteredEventDetails"]["name"].as_str() {
            self.entered(name, at);
        } else if let Some(name) = event["stateExitedEventDetails"]["name"].as_str() {
            self.exited(name, at);
        } else if kind.starts_with("Execution")
            && kind != "ExecutionStarted"
            && kind != "ExecutionRedriven"
        {
            self.end(kind, event, at);
        }
    }

    fn entered(&mut self, name: &str, at: f64) {
        let begins =
            STEPS.iter().any(|shape| shape.first == name) || matches!(name, "Exercise" | "Done");
        for step in &mut self.steps {
            if step.shape.first == name && step.state == StepState::Waiting {
                step.state = StepState::Running;
                step.started = at;
            } else if begins && matches!(step.state, StepState::Done | StepState::Hit) {
                step.closed = true;
            }
            // Whatever a step does besides looking means that nothing was found.
            let works = [name, name.strip_prefix("Keep").unwrap_or_default()];
            if step.shape.find.is_some() && works.contains(&step.shape.name) {
                step.state = StepState::Running;
                self.missed.push(step.shape.name);
            }
        }
        match name.split_once(' ') {
            Some(("Find", candidate)) => {
                let branch = Branch {
                    started: at,
                    ended: None,
                    hit: true,
                    failed: false,
                };
                self.candidates.insert(candidate.to_owned(), branch);
            }
            Some(("Train", candidate)) => self.branch(candidate, |branch| branch.hit = false),
            Some(("Failed", candidate)) => self.branch(candidate, |branch| branch.failed = true),
            _ => {}
        }
        if name == "GateNotMet" {
            self.fail("Gate", at);
        }
        if name == "DeployFailed" {
            self.fail("Deploy", at);
        }
    }

    fn exited(&mut self, name: &str, at: f64) {
        for step in &mut self.steps {
            if step.state == StepState::Waiting
                || step.state == StepState::Failed
                || !step.shape.last.contains(&name)
            {
                continue;
            }
            // `ended` moves to the last of the step's states; a step that only looked is a hit until it does more.
            let trained = self.candidates.values().any(|branch| !branch.hit);
            let missed = match step.shape.find {
                Some(_) => self.missed.contains(&step.shape.name),
                None => step.shape.name != "Train" || trained,
            };
            step.state = if missed {
                StepState::Done
            } else {
                StepState::Hit
            };
            step.ended = at;
            step.closed = step.shape.parallel;
        }
        if let Some(("Trained" | "Failed", candidate)) = name.split_once(' ') {
            self.branch(candidate, |branch| branch.ended = Some(at));
        }
    }

    fn end(&mut self, kind: &str, event: &Value, at: f64) {
        let details = event
            .as_object()
            .into_iter()
            .flatten()
            .find_map(|(name, value)| {
                name.starts_with("execution")
                    .then_some(value)
                    .filter(|_| name.ends_with("EventDetails"))
            });
        let text = |member: &str| details.and_then(|d| d[member].as_str()).map(str::to_owned);
        self.ended = Some(Ended {
            event: kind.to_owned(),
            error: text("error"),
            cause: text("cause"),
        });
        for step in &mut self.steps {
            step.closed = step.state != StepState::Waiting;
        }
        if kind != "ExecutionSucceeded" {
            for step in &mut self.steps {
                if step.state == StepState::Running {
                    step.state = StepState::Failed;
                    step.ended = at;
                }
            }
        }
    }

    fn branch(&mut self, candidate: &str, change: impl FnOnce(&mut Branch)) {
        if let Some(branch) = self.candidates.get_mut(candidate) {
            change(branch);
        }
    }

    fn fail(&mut self, name: &str, at: f64) {
        for step in &mut self.steps {
            if step.shape.name == name {
                step.state = StepState::Failed;
                step.ended = at;
                step.closed = true;
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn timeline(names: &[(&str, &str)]) -> Timeline {
        let mut timeline = Timeline::default();
        for (place, (kind, name)) in names.iter().enumerate() {
            let details = match *kind {
                "in" => json!({"stateEnteredEventDetails": {"name": name}}),
                "out" => json!({"stateExitedEventDetails": {"name": name}}),
                _ => {
                    json!({"type": name, "executionFailedEventDetails": {"error": "E", "cause": "c"}})
                }
            };
            let mut event = details;
            event["id"] = json!(place + 1);
            event["timestamp"] = json!(100.0 + place as f64);
            timeline.read(&event);
        }
        timeline
    }

    fn state(timeline: &Timeline, name: &str) -> StepState {
        timeline
            .steps
            .iter()
            .find(|step| step.shape.name == name)
            .unwrap()
            .state
    }

    #[test]
    fn a_step_that_is_found_is_a_hit_and_one_that_works_is_done() {
        let found = timeline(&[
            ("in", "FindPrepare"),
            ("out", "FindPrepare"),
            ("in", "Train"),
        ]);
        assert_eq!(state(&found, "Prepare"), StepState::Hit);
        assert_eq!(state(&found, "Train"), StepState::Running);
        let done = timeline(&[
            ("in", "FindPrepare"),
            ("out", "FindPrepare"),
            ("in", "Prepare"),
            ("out", "Prepare"),
            ("in", "KeepPrepare"),
            ("out", "KeepPrepare"),
        ]);
        assert_eq!(state(&done, "Prepare"), StepState::Done);
        assert!((done.steps[0].seconds() - 5.0).abs() < 1e-9);
    }

    #[test]
    fn a_step_that_only_keeps_what_was_there_is_no_hit() {
        let kept = timeline(&[
            ("in", "FindRefit"),
            ("out", "FindRefit"),
            ("in", "IsTrained"),
            ("in", "KeepModel"),
            ("in", "KeepRefit"),
            ("out", "KeepRefit"),
        ]);
        assert_eq!(state(&kept, "Refit"), StepState::Done);
    }

    #[test]
    fn branches_of_train_are_followed_by_name() {
        let some = timeline(&[
            ("in", "Train"),
            ("in", "Find a"),
            ("in", "Find b"),
            ("in", "Train a"),
            ("out", "Trained b"),
            ("in", "Failed a"),
            ("out", "Failed a"),
        ]);
        let branch = |name: &str| some.candidates[name].clone();
        assert_eq!(
            branch("a"),
            Branch {
                started: 101.0,
                ended: Some(106.0),
                hit: false,
                failed: true
            }
        );
        assert_eq!(
            branch("b"),
            Branch {
                started: 102.0,
                ended: Some(104.0),
                hit: true,
                failed: false
            }
        );
    }

    #[test]
    fn a_gate_that_is_not_met_and_a_failing_job_mark_their_step() {
        let gate = timeline(&[
            ("in", "Gate"),
            ("out", "Gate"),
            ("in", "GateNotMet"),
            ("end", "ExecutionFailed"),
        ]);
        assert_eq!(state(&gate, "Gate"), StepState::Failed);
        assert_eq!(gate.ended.unwrap().error.as_deref(), Some("E"));
        let job = timeline(&[
            ("in", "FindPrepare"),
            ("out", "x"),
            ("in", "Prepare"),
            ("end", "ExecutionFailed"),
        ]);
        assert_eq!(state(&job, "Prepare"), StepState::Failed);
        assert_eq!(state(&job, "Train"), StepState::Waiting);
    }
}
