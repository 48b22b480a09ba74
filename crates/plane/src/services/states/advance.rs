//! Advancing executions: an event goes in, the interpreter runs, history and effects come out, all in one transaction.
//!
//! A task that is done at once (a call of a service of records) is one more event of the same transaction. Such events
//! queue and are handled one after the other, never by recursion, and at most [`EVENTS`] of them in one transaction:
//! what is left waits for a timer that is due at once.

use std::collections::{BTreeMap, VecDeque};

use serde_json::Value;
use states::{Effect, Event, Machine, Outcome, Start, Status, TaskId, TimerId};

use super::record::{Execution, Live, StateMachine, Watch};
use super::{definition, history, job, result, task};
use crate::Fault;
use crate::store::{Query, Timer, Tx};

/// Events of one transaction.
const EVENTS: usize = 200;
/// The timer that goes on with what is pending.
const PENDING: &str = "pending";
/// What precedes the key of a watch in a timer's name.
const FINISHED: &str = "finished/";

/// A job that a task may wait for has reached a final status. Called in the transaction that records it.
///
/// A call that a state machine makes runs as its role, and is inside an advance that must not be entered again: what it
/// ends is told by a timer that is due at once.
pub fn job_finished(tx: &mut Tx<'_>, kind: &str, name: &str) -> Result<(), Fault> {
    let key = Watch::key_of(kind, name);
    let Some(watch) = tx.get::<Watch>(&key)? else {
        return Ok(());
    };
    if tx.ctx().principal.starts_with("arn:") {
        let now = tx.ctx().now;
        tx.set_timer(&timer(&watch.execution, &format!("{FINISHED}{key}")), now)?;
        return Ok(());
    }
    watch_over(tx, &watch)
}

fn watch_over(tx: &mut Tx<'_>, watch: &Watch) -> Result<(), Fault> {
    let Some(live) = tx.get::<Live>(&watch.execution)? else {
        tx.delete::<Watch>(&Watch::key_of(&watch.kind, &watch.name))?;
        return Ok(());
    };
    match job::ended(tx, &live.role_arn, watch)? {
        Some(event) => {
            tx.delete::<Watch>(&Watch::key_of(&watch.kind, &watch.name))?;
            deliver(tx, live, event)
        }
        None => Ok(()),
    }
}

/// A call that a task made through an effect has come back. Called in the transaction that settles the effect.
pub fn call_finished(
    tx: &mut Tx<'_>,
    execution: &str,
    task: &str,
    outcome: Result<Value, Fault>,
) -> Result<(), Fault> {
    let (Ok(number), Some(mut live)) = (task.parse(), tx.get::<Live>(execution)?) else {
        return Ok(());
    };
    let Some((service, action)) = live.calls.remove(&number) else {
        return Ok(());
    };
    let event = result::of_call(tx, TaskId(number), (&service, &action), outcome);
    deliver(tx, live, event)
}

/// A timer of an execution is due.
pub fn timer_fired(tx: &mut Tx<'_>, execution: &str, timer: &str) -> Result<(), Fault> {
    if let Some(key) = timer.strip_prefix(FINISHED) {
        return match tx.get::<Watch>(key)? {
            Some(watch) => watch_over(tx, &watch),
            None => Ok(()),
        };
    }
    let Some(live) = tx.get::<Live>(execution)? else {
        return Ok(());
    };
    match timer.parse() {
        Ok(number) => deliver(
            tx,
            live,
            Event::TimerFired {
                timer: TimerId(number),
            },
        ),
        Err(_) => run(tx, live),
    }
}

/// Starts an execution that is recorded as running.
pub(super) fn start(
    tx: &mut Tx<'_>,
    machine: &StateMachine,
    record: &Execution,
    input: Value,
) -> Result<(), Fault> {
    let start = Start {
        execution_arn: record.arn.clone(),
        name: record.name.clone(),
        role_arn: record.role_arn.clone(),
        state_machine_arn: machine.arn.clone(),
        state_machine_name: machine.name.clone(),
        region: tx.ctx().region.clone(),
        input,
        redrive_count: 0,
        seed: tx.random(),
    };
    let parsed = definition::machine(tx, &record.definition)?;
    let (execution, outcome) = states::Execution::start(&parsed, start, tx.ctx().now);
    let mut live = Live {
        arn: record.arn.clone(),
        machine: machine.arn.clone(),
        definition: record.definition.clone(),
        role_arn: record.role_arn.clone(),
        execution,
        pending: VecDeque::new(),
        calls: BTreeMap::new(),
    };
    apply(tx, &mut live, outcome)?;
    go_on(tx, live, &parsed)
}

/// Tells a running execution what happened.
pub(super) fn deliver(tx: &mut Tx<'_>, mut live: Live, event: Event) -> Result<(), Fault> {
    live.pending.push_back(event);
    run(tx, live)
}

fn run(tx: &mut Tx<'_>, mut live: Live) -> Result<(), Fault> {
    let deleting = tx
        .get::<StateMachine>(&live.machine)?
        .is_none_or(|machine| machine.deleting);
    if deleting && !matches!(live.pending.back(), Some(Event::Stop { .. })) {
        // The executions of a deleted machine end at their next transition.
        let cause = Some("The state machine was deleted.".to_owned());
        live.pending = VecDeque::from([Event::Stop { error: None, cause }]);
    }
    let parsed = definition::machine(tx, &live.definition)?;
    go_on(tx, live, &parsed)
}

fn go_on(tx: &mut Tx<'_>, mut live: Live, machine: &Machine) -> Result<(), Fault> {
    let mut events = 0;
    while events < EVENTS
        && let Some(event) = live.pending.pop_front()
    {
        let outcome = live.execution.advance(machine, event, tx.ctx().now);
        apply(tx, &mut live, outcome)?;
        events += 1;
    }
    if *live.execution.status() != Status::Running {
        return end(tx, &live);
    }
    if !live.pending.is_empty() {
        let now = tx.ctx().now;
        tx.set_timer(&timer(&live.arn, PENDING), now)?;
    }
    Ok(tx.put(&live)?)
}

fn apply(tx: &mut Tx<'_>, live: &mut Live, outcome: Outcome) -> Result<(), Fault> {
    history::append(tx, &live.arn, &outcome.history)?;
    for effect in outcome.effects {
        match effect {
            Effect::RunTask {
                task,
                resource,
                parameters,
                role_arn,
                ..
            } => {
                let call = task::Call {
                    task,
                    resource,
                    parameters,
                    role_arn: role_arn.unwrap_or_else(|| live.role_arn.clone()),
                };
                let events = task::run(tx, live, call)?;
                live.pending.extend(events);
            }
            Effect::CancelTask { task } => task::cancel(tx, live, task)?,
            Effect::SetTimer { timer: id, at } => {
                tx.set_timer(&timer(&live.arn, &id.0.to_string()), at)?;
            }
            Effect::CancelTimer { timer: id } => {
                tx.cancel_timer(&timer(&live.arn, &id.0.to_string()))?;
            }
        }
    }
    Ok(())
}

/// Records how an execution ended; nothing of it stays alive.
fn end(tx: &mut Tx<'_>, live: &Live) -> Result<(), Fault> {
    tx.delete::<Live>(&live.arn)?;
    tx.cancel_timer(&timer(&live.arn, PENDING))?;
    let Some(mut record) = tx.get::<Execution>(&live.arn)? else {
        return Ok(());
    };
    let status = live.execution.status();
    let (word, output, error, cause) = match status {
        Status::Running => return Ok(()),
        Status::Succeeded { output } => ("SUCCEEDED", Some(output.to_string()), &None, &None),
        Status::Failed { error, cause } => ("FAILED", None, error, cause),
        Status::TimedOut { error, cause } => ("TIMED_OUT", None, error, cause),
        Status::Aborted { error, cause } => ("ABORTED", None, error, cause),
    };
    word.clone_into(&mut record.status);
    record.stopped = Some(tx.ctx().now);
    record.output = output;
    record.error.clone_from(error);
    record.cause.clone_from(cause);
    tx.put(&record)?;
    bury(tx, &live.machine)
}

/// Removes a machine that waits for its last execution, once that is over.
pub(super) fn bury(tx: &mut Tx<'_>, machine: &str) -> Result<(), Fault> {
    if tx
        .get::<StateMachine>(machine)?
        .is_some_and(|machine| machine.deleting)
        && !is_running(tx, machine)?
    {
        tx.delete::<StateMachine>(machine)?;
    }
    Ok(())
}

fn is_running(tx: &Tx<'_>, machine: &str) -> Result<bool, Fault> {
    let query = Query {
        parent: Some(machine.to_owned()),
        status: Some(Execution::RUNNING.to_owned()),
        limit: 1,
        ..Query::default()
    };
    Ok(!tx.list::<Execution>(&query)?.rows.is_empty())
}

fn timer(execution: &str, timer: &str) -> Timer {
    Timer::Execution {
        execution: execution.to_owned(),
        timer: timer.to_owned(),
    }
}
