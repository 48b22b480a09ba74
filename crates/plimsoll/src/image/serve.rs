//! `plimsoll serve`: a serving container. `GET /ping`, `POST /invocations`, `GET /execution-parameters`.

use std::convert::Infallible;
use std::net::{Ipv4Addr, SocketAddr};
use std::process::ExitCode;
use std::sync::Arc;

use bytes::Bytes;
use clap::Args;
use http::{Method, Request, Response, StatusCode, header};
use http_body_util::{BodyExt, Full, Limited};
use hyper::body::Incoming;
use hyper::service::service_fn;
use hyper_util::rt::TokioIo;
use learn::serve::Served;
use steps::ENDPOINT_PORT;
use tokio::net::TcpListener;

use super::script::worker::{self, Pool};
use super::{Failed, cpus, finish};
use crate::environment::{ENDPOINT_URL, SERVE_PORT, ml_root, variable};
use crate::failure::chain;

/// Largest body: a batch of a transform job may have 100 MB.
const BODY_LIMIT: usize = 100 << 20;

/// Entry point of endpoints and transform jobs
#[derive(Debug, Args)]
pub(crate) struct Serve {}

impl Serve {
    pub(crate) fn run(self) -> ExitCode {
        let Self {} = self;
        let root = ml_root();
        let outcome = serve(&root);
        finish(&root, outcome)
    }
}

/// Serves the model of a tree until it is asked to end.
pub(super) fn serve(root: &std::path::Path) -> Result<(), Failed> {
    if let Some(served) = super::script::serve::candidate(root) {
        return served;
    }
    let served = Served::load(&root.join("model"), cpus())
        .map_err(|error| Failed::because("the model", &error))?;
    let answerer = Arc::new(Answerer::Model(served));
    runtime()?.block_on(listen_on(answerer))
}

/// Who answers invocations.
#[derive(Debug)]
pub(super) enum Answerer {
    /// A model that we evaluate.
    Model(Served),
    /// Inference functions of the user.
    Script(Box<Pool>),
}

/// A runtime with as many threads as the container has CPUs.
pub(super) fn runtime() -> Result<tokio::runtime::Runtime, Failed> {
    tokio::runtime::Builder::new_multi_thread()
        .worker_threads(cpus())
        .enable_all()
        .build()
        .map_err(|error| Failed::because("cannot start", &error))
}

/// Listens on the port that the platform names.
pub(super) async fn listen_on(answerer: Arc<Answerer>) -> Result<(), Failed> {
    let port = match variable(SERVE_PORT) {
        Some(text) => text
            .parse()
            .map_err(|error| Failed::because(&format!("{SERVE_PORT} `{text}`"), &error))?,
        None => ENDPOINT_PORT,
    };
    listen(port, answerer).await
}

async fn listen(port: u16, answerer: Arc<Answerer>) -> Result<(), Failed> {
    // On a host of its own a container is reached from outside; beside others it is not.
    let host = if variable(ENDPOINT_URL).is_some() {
        Ipv4Addr::LOCALHOST
    } else {
        Ipv4Addr::UNSPECIFIED
    };
    let listener = TcpListener::bind(SocketAddr::from((host, port)))
        .await
        .map_err(|error| Failed::because(&format!("cannot listen on port {port}"), &error))?;
    let mut signals =
        crate::signals::Signals::listen().map_err(|failure| Failed(failure.to_string()))?;
    loop {
        let accepted = tokio::select! {
            accepted = listener.accept() => accepted,
            () = signals.next() => return Ok(()),
        };
        let Ok((stream, _)) = accepted else { continue };
        // Small answers must not wait for more.
        let _ = stream.set_nodelay(true);
        let answerer = Arc::clone(&answerer);
        tokio::spawn(async move {
            let handler = service_fn(|request| answer(Arc::clone(&answerer), request));
            // A connection that breaks concerns its client alone.
            let _ = hyper::server::conn::http1::Builder::new()
                .serve_connection(TokioIo::new(stream), handler)
                .await;
        });
    }
}

async fn answer(
    answerer: Arc<Answerer>,
    request: Request<Incoming>,
) -> Result<Response<Full<Bytes>>, Infallible> {
    let response = match (request.method(), request.uri().path()) {
        (&Method::GET, "/ping") => text(StatusCode::OK, ""),
        (&Method::POST, "/invocations") => invoke(&answerer, request).await,
        (&Method::GET, "/execution-parameters") => {
            let words = format!(
                r#"{{"MaxConcurrentTransforms":{},"BatchStrategy":"MULTI_RECORD","MaxPayloadInMB":6}}"#,
                cpus()
            );
            text(StatusCode::OK, &words)
        }
        _ => text(
            StatusCode::NOT_FOUND,
            "the container answers GET /ping and POST /invocations",
        ),
    };
    Ok(response)
}

async fn invoke(answerer: &Answerer, request: Request<Incoming>) -> Response<Full<Bytes>> {
    let (head, body) = request.into_parts();
    let header = |name| {
        head.headers
            .get(name)
            .and_then(|value: &http::HeaderValue| value.to_str().ok())
    };
    let body = match Limited::new(body, BODY_LIMIT).collect().await {
        Ok(body) => body.to_bytes(),
        Err(error) => return text(StatusCode::PAYLOAD_TOO_LARGE, &error.to_string()),
    };
    let content_type = header(header::CONTENT_TYPE);
    let accept = header(header::ACCEPT);
    match answerer {
        Answerer::Model(service) => {
            let request = learn::serve::Request {
                content_type: content_type.unwrap_or("text/csv"),
                accept,
                body: &body,
            };
            match service.invoke(&request) {
                Ok(answer) => {
                    let kind = http::HeaderValue::from_static(answer.content_type);
                    let mut response = answered(StatusCode::OK, kind, answer.body.into());
                    if let Some(told) = unseen(&answer.unseen) {
                        response.headers_mut().insert(ATTRIBUTES, told);
                    }
                    response
                }
                Err(error) => text(StatusCode::BAD_REQUEST, &chain(&error)),
            }
        }
        Answerer::Script(pool) => {
            let request = worker::Request {
                content_type: content_type.unwrap_or("application/json"),
                accept,
                body: &body,
            };
            let answer = pool.answer(&request).await;
            let status =
                StatusCode::from_u16(answer.status).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
            let kind = http::HeaderValue::from_str(&answer.content_type)
                .unwrap_or(http::HeaderValue::from_static("application/octet-stream"));
            answered(status, kind, answer.body)
        }
    }
}

/// What a container tells a client besides its answer.
const ATTRIBUTES: &str = "x-amzn-sagemaker-custom-attributes";
/// AWS's limit on it.
const ATTRIBUTES_LIMIT: usize = 1024;

/// How many cells have a category that training has not seen: `unseen=city:3,colour:1`.
fn unseen(columns: &[(String, u64)]) -> Option<http::HeaderValue> {
    if columns.is_empty() {
        return None;
    }
    let plain = |c: char| {
        if c.is_ascii_graphic() && !matches!(c, ',' | ':') {
            c
        } else {
            '_'
        }
    };
    let named = columns
        .iter()
        .map(|(name, count)| format!("{}:{count}", name.chars().map(plain).collect::<String>()));
    let mut text = format!("unseen={}", named.collect::<Vec<_>>().join(","));
    text.truncate(ATTRIBUTES_LIMIT);
    http::HeaderValue::from_str(&text).ok()
}

fn answered(status: StatusCode, kind: http::HeaderValue, body: Bytes) -> Response<Full<Bytes>> {
    let mut response = Response::new(Full::new(body));
    *response.status_mut() = status;
    response.headers_mut().insert(header::CONTENT_TYPE, kind);
    response
}

fn text(status: StatusCode, words: &str) -> Response<Full<Bytes>> {
    let mut response = Response::new(Full::new(Bytes::copy_from_slice(words.as_bytes())));
    *response.status_mut() = status;
    response
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn unseen_categories_are_told_in_plain_characters() {
        assert_eq!(unseen(&[]), None);
        let columns = [("city".to_owned(), 3), ("a, b\u{e9}".to_owned(), 1)];
        assert_eq!(unseen(&columns).unwrap(), "unseen=city:3,a__b_:1");
    }
}
