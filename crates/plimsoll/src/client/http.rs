//! One request on a pooled connection, the whole answer in memory.

use bytes::Bytes;
use http::{Request, response};
use http_body_util::{BodyExt, Full};
use hyper_util::client::legacy::Client;
use hyper_util::client::legacy::connect::HttpConnector;
use hyper_util::rt::TokioExecutor;

use super::ClientError;

pub(super) type Http = Client<HttpConnector, Full<Bytes>>;

pub(super) fn client() -> Http {
    let mut connector = HttpConnector::new();
    connector.set_nodelay(true);
    Client::builder(TokioExecutor::new()).build(connector)
}

/// Sends a request and reads the answer.
pub(super) async fn send(
    http: &Http,
    operation: &str,
    request: Request<Bytes>,
) -> Result<(response::Parts, Bytes), ClientError> {
    let endpoint = request.uri().to_string();
    let unreachable = |source: Box<dyn std::error::Error + Send + Sync>| ClientError::Unreachable {
        operation: operation.to_owned(),
        endpoint: endpoint.clone(),
        source,
    };
    let response = http
        .request(request.map(Full::new))
        .await
        .map_err(|error| unreachable(error.into()))?;
    let (head, body) = response.into_parts();
    let body = body
        .collect()
        .await
        .map_err(|error| unreachable(error.into()))?;
    Ok((head, body.to_bytes()))
}
