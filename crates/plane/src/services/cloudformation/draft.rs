//! A stack while an operation works on it, with the events that tell of it.
//!
//! Events are kept apart from the transaction's savepoints: a rollback undoes resources, never what happened.

use super::record::{Stack, StackEvent, StackResource};
use crate::Fault;
use crate::store::{StoreError, Tx};

/// Events that a stack keeps; older ones are forgotten.
const EVENTS: u64 = 1000;

/// The type under which a stack's own events stand.
const STACK: &str = "AWS::CloudFormation::Stack";

/// A stack under work.
#[derive(Debug)]
pub(super) struct Draft {
    pub(super) stack: Stack,
    events: Vec<StackEvent>,
    now: i64,
}

/// Why work on a stack ends.
#[derive(Debug)]
pub(super) enum Halt {
    /// A resource failed: the stack rolls back.
    Failed(Failure),
    /// The operation is refused, or the store failed.
    Fault(Fault),
}

/// The resource that failed; its event says why.
#[derive(Debug, Clone)]
pub(super) struct Failure {
    pub(super) logical: String,
}

impl From<StoreError> for Halt {
    fn from(error: StoreError) -> Self {
        Self::Fault(error.into())
    }
}

impl Draft {
    pub(super) fn new(tx: &Tx<'_>, stack: Stack) -> Self {
        let now = tx.ctx().now;
        Self {
            stack,
            events: Vec::new(),
            now,
        }
    }

    /// Puts the stack into a status.
    pub(super) fn status(&mut self, status: &str, reason: Option<&str>) {
        status.clone_into(&mut self.stack.status);
        self.stack.reason = reason.map(str::to_owned);
        let (logical, physical) = (self.stack.name.clone(), self.stack.id.clone());
        self.push([&logical, &physical, STACK], status, reason);
    }

    /// Tells of a resource, and puts it into the status where the stack has it.
    pub(super) fn resource(
        &mut self,
        [logical, physical, kind]: [&str; 3],
        status: &str,
        reason: Option<&str>,
    ) {
        let now = self.now;
        if let Some(resource) = self.find(logical) {
            status.clone_into(&mut resource.status);
            resource.reason = reason.map(str::to_owned);
            resource.updated = now;
        }
        self.push([logical, physical, kind], status, reason);
    }

    pub(super) fn find(&mut self, logical: &str) -> Option<&mut StackResource> {
        self.stack
            .resources
            .iter_mut()
            .find(|resource| resource.logical == logical)
    }

    fn push(&mut self, [logical, physical, kind]: [&str; 3], status: &str, reason: Option<&str>) {
        self.stack.events += 1;
        self.events.push(StackEvent {
            stack: self.stack.id.clone(),
            stack_name: self.stack.name.clone(),
            number: self.stack.events,
            id: String::new(),
            logical: logical.to_owned(),
            physical: physical.to_owned(),
            kind: kind.to_owned(),
            status: status.to_owned(),
            reason: reason.map(str::to_owned),
            at: self.now,
        });
    }

    /// Goes back to an earlier form of the stack; what happened since stays told.
    pub(super) fn restore(&mut self, earlier: &Stack) {
        let (events, token) = (self.stack.events, self.stack.token.take());
        self.stack = earlier.clone();
        (self.stack.events, self.stack.token) = (events, token);
    }

    /// Stores the stack and its events.
    pub(super) fn store(self, tx: &mut Tx<'_>) -> Result<(), StoreError> {
        for mut event in self.events {
            event.id = tx.uuid().to_string();
            tx.put(&event)?;
            if let Some(old) = event.number.checked_sub(EVENTS) {
                tx.delete::<StackEvent>(&StackEvent::key_of(&event.stack, old))?;
            }
        }
        tx.put(&self.stack)
    }
}
