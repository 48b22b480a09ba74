//! Asking a plane that is up to remove what nothing needs.

use bytes::Bytes;
use http::{Method, Request};
use plane::collection::{Freed, Policy};
use serde_json::Value;

use super::s3::{escape, word};
use super::{Aws, ClientError};

/// Name of the request, for messages.
const OPERATION: &str = "gc";

impl Aws {
    /// Collects on the plane, or tries it.
    pub(crate) async fn collect(&self, policy: &Policy) -> Result<Freed, ClientError> {
        let unreadable = |reason: String| ClientError::Unreadable {
            operation: OPERATION.to_owned(),
            reason,
        };
        let policy =
            serde_json::to_string(policy).map_err(|error| unreadable(error.to_string()))?;
        let uri = format!(
            "{}/_plimsoll/gc?policy={}",
            self.endpoint.url,
            escape(&policy)
        );
        let request = Request::builder()
            .method(Method::POST)
            .uri(uri)
            .body(Bytes::new())
            .map_err(|error| unreadable(error.to_string()))?;
        let (head, body) = self.signed(OPERATION, "plimsoll", request).await?;
        if head.status.is_success() {
            return serde_json::from_slice(&body).map_err(|error| unreadable(error.to_string()));
        }
        let page: Value = serde_json::from_slice(&body).unwrap_or_default();
        Err(ClientError::Refused {
            operation: OPERATION.to_owned(),
            code: word(head.status).to_owned(),
            message: page["message"].as_str().unwrap_or_default().to_owned(),
            status: head.status.as_u16(),
        })
    }
}
