//! The model registry, and the tags of every resource.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};
use serde_json::Value;

use crate::store::Record;

/// A group of model package versions.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct ModelPackageGroup {
    /// Its name.
    pub name: String,
    /// Its ARN.
    pub arn: String,
    /// For people.
    pub description: Option<String>,
    /// Milliseconds since the epoch.
    pub created: i64,
    /// The highest version ever given.
    pub last_version: u32,
}

impl Record for ModelPackageGroup {
    const KIND: &'static str = "sagemaker.model-package-group";
    fn key(&self) -> String {
        self.name.clone()
    }
    fn created(&self) -> i64 {
        self.created
    }
}

/// A model package: a version of a group, or a package with a name of its own.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct ModelPackage {
    /// `<group>/<version>`, or the package's name.
    pub key: String,
    /// Its ARN.
    pub arn: String,
    /// Group; empty for one without.
    pub group: String,
    /// Version within the group.
    pub version: Option<u32>,
    /// The request, kept current by updates.
    pub request: Value,
    /// AWS's approval word; empty for one without a group.
    pub approval: String,
    /// Why it was approved or rejected.
    pub approval_description: Option<String>,
    /// Milliseconds since the epoch.
    pub created: i64,
    /// Milliseconds since the epoch.
    pub modified: i64,
}

impl Record for ModelPackage {
    const KIND: &'static str = "sagemaker.model-package";
    fn key(&self) -> String {
        self.key.clone()
    }
    fn created(&self) -> i64 {
        self.created
    }
    fn modified(&self) -> i64 {
        self.modified
    }
    fn status(&self) -> &str {
        &self.approval
    }
    fn parent(&self) -> &str {
        &self.group
    }
}

/// The answer to a request with a `ClientToken`, so that repeating it answers the same.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub(in super::super) struct ClientToken {
    pub(in super::super) key: String,
    pub(in super::super) package: String,
    pub(in super::super) created: i64,
}

impl Record for ClientToken {
    const KIND: &'static str = "sagemaker.client-token";
    fn key(&self) -> String {
        self.key.clone()
    }
    fn created(&self) -> i64 {
        self.created
    }
}

/// The tags of a resource.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub(in super::super) struct Tags {
    pub(in super::super) arn: String,
    pub(in super::super) values: BTreeMap<String, String>,
    pub(in super::super) created: i64,
}

impl Record for Tags {
    const KIND: &'static str = "sagemaker.tags";
    fn key(&self) -> String {
        self.arn.clone()
    }
    fn created(&self) -> i64 {
        self.created
    }
}
