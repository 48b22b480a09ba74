//! `InvokeEndpoint`: the one call that neither a reader nor the writer answers.

use std::fmt;

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use bytes::Bytes;
use futures_util::future::BoxFuture;
use serde_json::{Map, Value, json};

use crate::Fault;

/// A request to an endpoint.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Invocation {
    /// Name of the endpoint.
    pub endpoint: String,
    /// `Content-Type`.
    pub content_type: Option<String>,
    /// `Accept`.
    pub accept: Option<String>,
    /// The variant to ask, in place of one by weight.
    pub target_variant: Option<String>,
    /// The archive to ask, of a multi-model endpoint.
    pub target_model: Option<String>,
    /// The container to ask, of an endpoint whose containers are called one by one.
    pub target_container: Option<String>,
    /// Handed through to the model's server.
    pub custom_attributes: Option<String>,
    /// The caller's name for this request.
    pub inference_id: Option<String>,
    /// What to predict from.
    pub body: Bytes,
}

/// What an endpoint answers.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct InvokeAnswer {
    /// `Content-Type` of the answer.
    pub content_type: Option<String>,
    /// The variant that answered.
    pub variant: String,
    /// What the model's server set.
    pub custom_attributes: Option<String>,
    /// The prediction.
    pub body: Bytes,
}

/// Whoever knows the replicas of endpoints.
pub trait Invoker: fmt::Debug + Send + Sync + 'static {
    /// Asks an endpoint. A failing model is the fault `ModelError`.
    fn invoke(&self, invocation: Invocation) -> BoxFuture<'_, Result<InvokeAnswer, Fault>>;
}

impl Invocation {
    /// Reads a request of `InvokeEndpoint` in AWS's member names.
    pub(crate) fn from_request(request: &Value) -> Result<Self, Fault> {
        let text = |name: &str| request[name].as_str().map(str::to_owned);
        let body = STANDARD
            .decode(request["Body"].as_str().unwrap_or_default())
            .map_err(|_| Fault::client("ValidationError", "Body is not base64"))?;
        Ok(Self {
            endpoint: text("EndpointName").unwrap_or_default(),
            content_type: text("ContentType"),
            accept: text("Accept"),
            target_variant: text("TargetVariant"),
            target_model: text("TargetModel"),
            target_container: text("TargetContainerHostname"),
            custom_attributes: text("CustomAttributes"),
            inference_id: text("InferenceId"),
            body: Bytes::from(body),
        })
    }
}

impl InvokeAnswer {
    /// The answer in AWS's member names.
    pub(crate) fn into_value(self) -> Value {
        let mut members = Map::new();
        members.insert("Body".to_owned(), json!(STANDARD.encode(&self.body)));
        members.insert("InvokedProductionVariant".to_owned(), json!(self.variant));
        let optional = [
            ("ContentType", self.content_type),
            ("CustomAttributes", self.custom_attributes),
        ];
        for (name, value) in optional {
            if let Some(value) = value {
                members.insert(name.to_owned(), Value::String(value));
            }
        }
        Value::Object(members)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn requests_and_answers_keep_their_members() {
        let request = json!({
            "EndpointName": "e", "Body": "MSwy", "ContentType": "text/csv", "Accept": "text/csv",
        });
        let invocation = Invocation::from_request(&request).unwrap();
        assert_eq!(&invocation.body[..], b"1,2");
        assert_eq!(invocation.endpoint, "e");
        assert_eq!(invocation.target_variant, None);
        let answer = InvokeAnswer {
            content_type: Some("text/csv".to_owned()),
            variant: "AllTraffic".to_owned(),
            custom_attributes: None,
            body: Bytes::from_static(b"0.5"),
        };
        let expected = json!({
            "Body": "MC41", "InvokedProductionVariant": "AllTraffic", "ContentType": "text/csv",
        });
        assert_eq!(answer.into_value(), expected);
    }

    #[test]
    fn a_body_that_is_not_base64_is_refused() {
        let refused = Invocation::from_request(&json!({ "EndpointName": "e", "Body": "?" }));
        assert_eq!(refused.unwrap_err().code, "ValidationError");
    }
}
