//! One request on a pooled connection.

use bytes::Bytes;
use http::{Request, response};
use http_body_util::{BodyExt, Full};
use hyper::body::Incoming;
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

/// Sends a request; the body of the answer is still to come.
pub(super) async fn open(
    http: &Http,
    operation: &str,
    request: Request<Bytes>,
) -> Result<(response::Parts, Incoming), ClientError> {
    let endpoint = request.uri().to_string();
    let response = http.request(request.map(Full::new)).await;
    let response = response.map_err(|error| unreachable(operation, endpoint, error.into()))?;
    Ok(response.into_parts())
}

/// Sends a request and reads the whole answer into memory.
pub(super) async fn send(
    http: &Http,
    operation: &str,
    request: Request<Bytes>,
) -> Result<(response::Parts, Bytes), ClientError> {
    let endpoint = request.uri().to_string();
    let (head, body) = open(http, operation, request).await?;
    let body = body.collect().await;
    let body = body.map_err(|error| unreachable(operation, endpoint, error.into()))?;
    Ok((head, body.to_bytes()))
}

fn unreachable(
    operation: &str,
    endpoint: String,
    source: Box<dyn std::error::Error + Send + Sync>,
) -> ClientError {
    ClientError::Unreachable {
        operation: operation.to_owned(),
        endpoint,
        source,
    }
}
