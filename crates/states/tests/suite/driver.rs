//! Drives an execution in simulated time: timers fire in order, nobody polls an activity.

use std::collections::BTreeMap;

use states::{
    Effect, Event, Execution, HistoryEvent, Machine, Millis, Outcome, Start, Status, TaskId,
    TimerId,
};

/// The moment at which simulated executions start.
pub(crate) const EPOCH: Millis = 1_709_294_400_000;

/// What a simulated execution came to.
pub(crate) struct Run {
    pub(crate) status: Status,
    pub(crate) history: Vec<HistoryEvent>,
    pub(crate) seconds: f64,
}

/// Everything that a simulated plane keeps: the execution, its timers and its tasks.
pub(crate) struct Driver<'m> {
    pub(crate) machine: &'m Machine,
    pub(crate) execution: Execution,
    pub(crate) now: Millis,
    pub(crate) timers: BTreeMap<TimerId, Millis>,
    pub(crate) tasks: BTreeMap<TaskId, Effect>,
    pub(crate) history: Vec<HistoryEvent>,
    pub(crate) events: Vec<(Event, Millis)>,
    pub(crate) outcomes: Vec<Outcome>,
}

impl<'m> Driver<'m> {
    pub(crate) fn start(machine: &'m Machine, start: Start) -> Driver<'m> {
        let (execution, outcome) = Execution::start(machine, start, EPOCH);
        let mut driver = Driver {
            machine,
            execution,
            now: EPOCH,
            timers: BTreeMap::new(),
            tasks: BTreeMap::new(),
            history: Vec::new(),
            events: Vec::new(),
            outcomes: Vec::new(),
        };
        driver.take(outcome);
        driver.go_through_json();
        driver
    }

    /// Sends an event; afterwards the execution goes through JSON.
    pub(crate) fn send(&mut self, event: Event) {
        if let Event::TaskSucceeded { task, .. } | Event::TaskFailed { task, .. } = event {
            self.tasks.remove(&task);
        }
        let outcome = self
            .execution
            .advance(self.machine, event.clone(), self.now);
        self.events.push((event, self.now));
        self.take(outcome);
        self.go_through_json();
    }

    fn go_through_json(&mut self) {
        let text = serde_json::to_string(&self.execution).unwrap();
        let again: Execution = serde_json::from_str(&text).unwrap();
        assert_eq!(again, self.execution, "an execution survives JSON");
        assert_eq!(serde_json::to_string(&again).unwrap(), text);
        self.execution = again;
    }

    /// Lets time pass to the next timer and fires it; false when there is none.
    pub(crate) fn fire_next(&mut self) -> bool {
        let next = self
            .timers
            .iter()
            .min_by_key(|(id, at)| (**at, **id))
            .map(|(id, at)| (*id, *at));
        let Some((timer, at)) = next else {
            return false;
        };
        self.timers.remove(&timer);
        self.now = self.now.max(at);
        self.send(Event::TimerFired { timer });
        true
    }

    /// Fires timers until the execution ends.
    pub(crate) fn finish(mut self) -> Run {
        while *self.execution.status() == Status::Running {
            assert!(self.fire_next(), "a running execution waits for something");
        }
        assert!(
            self.timers.is_empty() && self.tasks.is_empty(),
            "nothing outlives an execution"
        );
        Run {
            status: self.execution.status().clone(),
            history: self.history,
            seconds: (self.now - EPOCH) as f64 / 1000.0,
        }
    }

    fn take(&mut self, outcome: Outcome) {
        self.outcomes.push(outcome.clone());
        for event in &outcome.history {
            assert_eq!(event.id, self.history.len() as u64 + 1, "ids are dense");
            assert!(
                event.previous_event_id < event.id,
                "previous ids point backwards"
            );
            assert_eq!(event.timestamp, self.now);
            self.history.push(event.clone());
        }
        for effect in outcome.effects {
            match effect {
                Effect::SetTimer { timer, at } => assert!(self.timers.insert(timer, at).is_none()),
                Effect::CancelTimer { timer } => {
                    assert!(self.timers.remove(&timer).is_some(), "{timer:?}");
                }
                Effect::CancelTask { task } => {
                    assert!(self.tasks.remove(&task).is_some(), "{task:?}");
                }
                Effect::RunTask { task, .. } => assert!(self.tasks.insert(task, effect).is_none()),
            }
        }
    }
}
