//! Calls by operation name, encoded and decoded by the tables of `aws_api`.

use aws_api::sigv4::{Credentials, sign};
use bytes::Bytes;
use http::{Request, response};
use hyper::body::Incoming;
use serde_json::Value;

use super::ClientError;
use super::http::{Http, client, open, send};
use crate::clock::wall_ms;
use crate::environment::{self, variable};
use crate::image::Failed;

/// Where a plane is and who calls.
#[derive(Debug, Clone)]
pub(crate) struct Endpoint {
    /// Scheme and authority.
    pub(crate) url: String,
    /// Region of the scope.
    pub(crate) region: String,
    /// The caller.
    pub(crate) credentials: Credentials,
}

impl Endpoint {
    /// The endpoint and credentials that a job's environment names.
    pub(crate) fn of_job() -> Result<Self, Failed> {
        let need = |name: &str| {
            variable(name)
                .ok_or_else(|| Failed(format!("error: the environment variable {name} is not set")))
        };
        let mut credentials = Credentials::new(
            need(environment::ACCESS_KEY)?,
            need(environment::SECRET_KEY)?,
        );
        if let Some(token) = variable(environment::SESSION_TOKEN) {
            credentials = credentials.with_token(token);
        }
        Ok(Self {
            url: need(environment::ENDPOINT_URL)?,
            region: need(environment::REGION)?,
            credentials,
        })
    }
}

/// A client; clones share its connections.
#[derive(Debug, Clone)]
pub(crate) struct Aws {
    pub(super) endpoint: Endpoint,
    http: Http,
}

impl Aws {
    pub(crate) fn new(endpoint: Endpoint) -> Self {
        Self {
            endpoint,
            http: client(),
        }
    }

    pub(crate) fn url(&self) -> &str {
        &self.endpoint.url
    }

    pub(crate) fn region(&self) -> &str {
        &self.endpoint.region
    }

    /// Calls an operation of any service but S3.
    pub(crate) async fn call(
        &self,
        service: &str,
        operation: &str,
        request: Value,
    ) -> Result<Value, ClientError> {
        let unreadable = |reason: String| ClientError::Unreadable {
            operation: operation.to_owned(),
            reason,
        };
        let table =
            aws_api::service(service).ok_or_else(|| unreadable(format!("no service {service}")))?;
        let shape = table
            .operation(operation)
            .ok_or_else(|| unreadable(format!("{service} has no such operation")))?;
        let wire = aws_api::encode_request(table, shape, &request, &self.endpoint.url)
            .map_err(|error| ClientError::refused(operation, &error))?;
        let (head, body) = self.signed(operation, table.signing_name, wire).await?;
        aws_api::decode_response(table, shape, &head, &body)
            .map_err(|error| ClientError::refused(operation, &error))
    }

    /// Signs and sends a request.
    pub(super) async fn signed(
        &self,
        operation: &str,
        signing_name: &str,
        request: Request<Bytes>,
    ) -> Result<(response::Parts, Bytes), ClientError> {
        send(&self.http, operation, self.sign(signing_name, request)).await
    }

    /// Signs and sends a request; the body of the answer is still to come.
    pub(super) async fn signed_open(
        &self,
        operation: &str,
        signing_name: &str,
        request: Request<Bytes>,
    ) -> Result<(response::Parts, Incoming), ClientError> {
        open(&self.http, operation, self.sign(signing_name, request)).await
    }

    fn sign(&self, signing_name: &str, mut request: Request<Bytes>) -> Request<Bytes> {
        sign(
            &mut request,
            &self.endpoint.credentials,
            &self.endpoint.region,
            signing_name,
            wall_ms(),
        );
        request
    }
}
