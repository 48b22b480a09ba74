//! Models, endpoint configurations and endpoints.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};
use serde_json::Value;

use crate::store::Record;

/// A model: a container image and where its data lie.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Model {
    /// Its name.
    pub name: String,
    /// Its ARN.
    pub arn: String,
    /// The request.
    pub request: Value,
    /// Milliseconds since the epoch.
    pub created: i64,
}

/// An endpoint configuration.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct EndpointConfig {
    /// Its name.
    pub name: String,
    /// Its ARN.
    pub arn: String,
    /// The request.
    pub request: Value,
    /// Milliseconds since the epoch.
    pub created: i64,
}

impl Record for Model {
    const KIND: &'static str = "sagemaker.model";
    fn key(&self) -> String {
        self.name.clone()
    }
    fn created(&self) -> i64 {
        self.created
    }
}

impl Record for EndpointConfig {
    const KIND: &'static str = "sagemaker.endpoint-config";
    fn key(&self) -> String {
        self.name.clone()
    }
    fn created(&self) -> i64 {
        self.created
    }
}

/// Where the data of a container's model lie, and in which form.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub enum ModelData {
    /// URI of one archive, a `tar.gz`.
    Archive(String),
    /// Prefix of files that are taken as they are.
    Files(String),
    /// Prefix of many archives; each call names one.
    Archives {
        /// The prefix.
        prefix: String,
        /// Whether models stay loaded between calls.
        cached: bool,
    },
}

impl ModelData {
    /// Where the data lie: an object, or the prefix of several.
    pub fn uri(&self) -> &str {
        match self {
            Self::Archive(uri) | Self::Files(uri) => uri,
            Self::Archives { prefix, .. } => prefix,
        }
    }
}

/// What a replica runs: resolved when an endpoint or a transform job is created, so that deleting the model or the
/// configuration afterwards changes nothing, as on AWS.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Container {
    /// Name of the model.
    pub model: String,
    /// How messages and direct calls name it: `primary`, the name the model gives it, or `container-2`.
    pub hostname: String,
    /// Image.
    pub image: String,
    /// The model's data.
    pub data: Option<ModelData>,
    /// Environment of the container.
    pub environment: BTreeMap<String, String>,
    /// The model's role.
    pub role: String,
}

/// A production variant.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Variant {
    /// Its name.
    pub name: String,
    /// Instance type of each replica.
    pub instance_type: String,
    /// Number of replicas.
    pub instances: u32,
    /// Share of the traffic, relative to the others.
    pub weight: f64,
    /// What it runs: one container, or a pipeline of them in their order.
    pub containers: Vec<Container>,
    /// Whether a call names one of the containers, in place of passing through all of them.
    pub direct: bool,
    /// Seconds in which a replica must answer `/ping`.
    pub startup_seconds: u64,
}

/// A configuration as an endpoint runs it.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Deployment {
    /// Name of the configuration.
    pub config: String,
    /// Its variants.
    pub variants: Vec<Variant>,
    /// Milliseconds since the epoch.
    pub requested: i64,
}

/// AWS's status word of an endpoint.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub enum EndpointStatus {
    /// First replicas are starting.
    Creating,
    /// Answers.
    InService,
    /// Answers, while replicas of another configuration start.
    Updating,
    /// Replicas end.
    Deleting,
    /// Does not answer.
    Failed,
}

impl EndpointStatus {
    /// The word.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Creating => "Creating",
            Self::InService => "InService",
            Self::Updating => "Updating",
            Self::Deleting => "Deleting",
            Self::Failed => "Failed",
        }
    }
}

/// An endpoint.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Endpoint {
    /// Its name.
    pub name: String,
    /// Its ARN.
    pub arn: String,
    /// Status.
    pub status: EndpointStatus,
    /// Milliseconds since the epoch.
    pub created: i64,
    /// Milliseconds since the epoch.
    pub modified: i64,
    /// Why the last change failed.
    pub failure: Option<String>,
    /// What answers.
    pub active: Option<Deployment>,
    /// What is to answer.
    pub pending: Option<Deployment>,
}

impl Record for Endpoint {
    const KIND: &'static str = "sagemaker.endpoint";
    fn key(&self) -> String {
        self.name.clone()
    }
    fn created(&self) -> i64 {
        self.created
    }
    fn modified(&self) -> i64 {
        self.modified
    }
    fn status(&self) -> &str {
        self.status.as_str()
    }
}
