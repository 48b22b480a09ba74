//! What is stored of roles.

use std::collections::{BTreeMap, BTreeSet};

use serde::{Deserialize, Serialize};

use crate::store::Record;

/// A role. Policies are kept as documents; what a job may do is decided where its keys are checked.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Role {
    /// Its name.
    pub name: String,
    /// `/` or `/some/path/`.
    pub path: String,
    /// `AROA` and 17 characters.
    pub id: String,
    /// Its ARN.
    pub arn: String,
    /// Who may take it: JSON as text.
    pub trust: String,
    /// What it is for.
    pub description: Option<String>,
    /// Seconds of a session.
    pub max_session: i64,
    /// Tags.
    pub tags: BTreeMap<String, String>,
    /// Inline policies: name to document.
    pub inline: BTreeMap<String, String>,
    /// ARNs of attached policies.
    pub attached: BTreeSet<String>,
    /// Milliseconds since the epoch.
    pub created: i64,
}

impl Record for Role {
    const KIND: &'static str = "iam.role";
    fn key(&self) -> String {
        self.name.clone()
    }
    fn created(&self) -> i64 {
        self.created
    }
}
