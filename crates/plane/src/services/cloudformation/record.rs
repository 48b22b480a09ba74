//! What is stored of stacks: the stack with its resources, and one record an event.

use std::collections::{BTreeMap, BTreeSet};

use serde::{Deserialize, Serialize};
use serde_json::Value;

use crate::store::Record;

/// A stack. Its key is its name while it lives and its id once it is deleted, so that the name is free again.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Stack {
    /// Its name.
    pub name: String,
    /// Its ARN.
    pub id: String,
    /// AWS's status word.
    pub status: String,
    /// Why it is in this status.
    pub reason: Option<String>,
    /// The template as it was given.
    pub template: String,
    /// The template's description.
    pub description: Option<String>,
    /// Values of the template's parameters.
    pub parameters: BTreeMap<String, String>,
    /// Parameters whose values are not shown.
    pub hidden: BTreeSet<String>,
    /// Tags.
    pub tags: BTreeMap<String, String>,
    /// What the caller acknowledged.
    pub capabilities: Vec<String>,
    /// Outputs.
    pub outputs: Vec<Output>,
    /// Resources in the order of their creation.
    pub resources: Vec<StackResource>,
    /// Whether a failed creation stays as it is.
    pub disable_rollback: bool,
    /// Whether it refuses to be deleted.
    pub protected: bool,
    /// Milliseconds since the epoch.
    pub created: i64,
    /// Milliseconds since the epoch.
    pub updated: Option<i64>,
    /// Milliseconds since the epoch.
    pub deleted: Option<i64>,
    /// The client's token of the last operation, which is carried out once.
    pub token: Option<String>,
    /// Events so far.
    pub events: u64,
}

impl Record for Stack {
    const KIND: &'static str = "cloudformation.stack";
    fn key(&self) -> String {
        match self.deleted {
            Some(_) => self.id.clone(),
            None => self.name.clone(),
        }
    }
    fn created(&self) -> i64 {
        self.created
    }
    fn modified(&self) -> i64 {
        self.deleted.or(self.updated).unwrap_or(self.created)
    }
    fn status(&self) -> &str {
        &self.status
    }
}

/// An output of a stack.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Output {
    /// Its name.
    pub key: String,
    /// Its value.
    pub value: String,
    /// What it is.
    pub description: Option<String>,
}

/// A resource of a stack.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct StackResource {
    /// Its name in the template.
    pub logical: String,
    /// Its type.
    pub kind: String,
    /// What `Ref` gives; empty before it exists.
    pub physical: String,
    /// AWS's status word.
    pub status: String,
    /// Why it is in this status.
    pub reason: Option<String>,
    /// Properties without functions in them.
    pub properties: Value,
    /// What `Fn::GetAtt` gives.
    pub attributes: BTreeMap<String, Value>,
    /// Resources that must outlive it.
    pub depends: BTreeSet<String>,
    /// Whether it stays when the stack is deleted.
    pub retain: bool,
    /// Milliseconds since the epoch.
    pub updated: i64,
}

/// An event of a stack.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct StackEvent {
    /// Id of the stack.
    pub stack: String,
    /// Name of the stack.
    pub stack_name: String,
    /// Counts 1, 2, 3... within the stack.
    pub number: u64,
    /// Unique.
    pub id: String,
    /// The resource's name in the template, or the stack's own name.
    pub logical: String,
    /// Its physical id; empty before it exists.
    pub physical: String,
    /// Its type.
    pub kind: String,
    /// AWS's status word.
    pub status: String,
    /// Why.
    pub reason: Option<String>,
    /// Milliseconds since the epoch.
    pub at: i64,
}

impl StackEvent {
    /// The key of a stack's event.
    pub fn key_of(stack: &str, number: u64) -> String {
        format!("{stack}/{number:08}")
    }
}

impl Record for StackEvent {
    const KIND: &'static str = "cloudformation.event";
    fn key(&self) -> String {
        Self::key_of(&self.stack, self.number)
    }
    fn created(&self) -> i64 {
        self.at
    }
    fn parent(&self) -> &str {
        &self.stack
    }
}
