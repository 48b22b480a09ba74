//! What is stored of log groups and streams; their events are rows of their own.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use crate::Ctx;
use crate::store::Record;

/// A log group.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct LogGroup {
    /// Its name.
    pub name: String,
    /// Milliseconds since the epoch.
    pub created: i64,
    /// Days that events are kept, as `PutRetentionPolicy` set them; without it as long as there is room.
    pub retention_days: Option<i64>,
    /// Tags.
    pub tags: BTreeMap<String, String>,
}

impl Record for LogGroup {
    const KIND: &'static str = "logs.group";
    fn key(&self) -> String {
        self.name.clone()
    }
    fn created(&self) -> i64 {
        self.created
    }
}

impl LogGroup {
    /// Its ARN, without the `:*` that older answers end in.
    pub fn arn(&self, ctx: &Ctx) -> String {
        ctx.arn("logs", &format!("log-group:{}", self.name))
    }
}

/// A log stream.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct LogStream {
    /// Its group.
    pub group: String,
    /// Its name.
    pub name: String,
    /// Milliseconds since the epoch.
    pub created: i64,
    /// Earliest and latest event.
    pub events: Option<(i64, i64)>,
    /// When the last events came.
    pub ingested: Option<i64>,
}

impl Record for LogStream {
    const KIND: &'static str = "logs.stream";
    fn key(&self) -> String {
        Self::key_of(&self.group, &self.name)
    }
    fn created(&self) -> i64 {
        self.created
    }
    fn parent(&self) -> &str {
        &self.group
    }
}

impl LogStream {
    /// The key of a stream; neither name contains a colon.
    pub fn key_of(group: &str, name: &str) -> String {
        format!("{group}:{name}")
    }
}
