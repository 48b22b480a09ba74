//! HTTP to the servers that replicas are: keep-alive connections over loopback, bounded in time and size.

use std::time::Duration;

use bytes::Bytes;
use http::{Method, Request, Response, Uri, header};
use http_body_util::{BodyExt, Full, Limited};
use hyper::body::Incoming;
use hyper_util::client::legacy::connect::HttpConnector;
use hyper_util::client::legacy::{self, Client as Pool};
use hyper_util::rt::{TokioExecutor, TokioTimer};

use super::launch::chain;

/// Header that is handed through in both directions.
const ATTRIBUTES: &str = "x-amzn-sagemaker-custom-attributes";
/// An attempt of a health check, by SageMaker's contract.
const PING_TIMEOUT: Duration = Duration::from_secs(2);
/// Between the first two health checks; doubled up to the last.
const PING_PAUSES: (Duration, Duration) = (Duration::from_millis(2), Duration::from_millis(100));

/// A request to `/invocations`.
#[derive(Debug, Clone, Default)]
pub(crate) struct Post {
    pub(crate) content_type: Option<String>,
    pub(crate) accept: Option<String>,
    pub(crate) custom_attributes: Option<String>,
    pub(crate) inference_id: Option<String>,
    pub(crate) body: Bytes,
}

/// What a server answered.
#[derive(Debug, Clone)]
pub(crate) struct Answer {
    pub(crate) status: u16,
    pub(crate) content_type: Option<String>,
    pub(crate) custom_attributes: Option<String>,
    pub(crate) body: Bytes,
}

/// Why there is no answer.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub(crate) enum CallError {
    /// The server did not take the connection: the request was not sent.
    #[error("the model's server cannot be reached")]
    Unreachable,
    /// The connection broke, or the answer is no HTTP or too long.
    #[error("the model's server did not answer: {reason}")]
    Broken {
        /// What happened.
        reason: String,
    },
    /// No answer in time.
    #[error("the model's server did not answer within {} s", limit.as_secs())]
    TimedOut {
        /// The time it had.
        limit: Duration,
    },
}

/// A pool of connections.
#[derive(Debug, Clone)]
pub(crate) struct Client {
    pool: Pool<HttpConnector, Full<Bytes>>,
}

impl Client {
    pub(crate) fn new() -> Self {
        let mut connector = HttpConnector::new();
        connector.set_nodelay(true);
        connector.set_connect_timeout(Some(PING_TIMEOUT));
        let mut builder = legacy::Builder::new(TokioExecutor::new());
        builder.pool_timer(TokioTimer::new());
        Self {
            pool: builder.build(connector),
        }
    }

    /// Checks until the server is healthy.
    pub(crate) async fn until_healthy(&self, port: u16) {
        let mut pause = PING_PAUSES.0;
        while !self.is_healthy(port).await {
            tokio::time::sleep(pause).await;
            pause = (pause * 2).min(PING_PAUSES.1);
        }
    }

    async fn is_healthy(&self, port: u16) -> bool {
        let answer = self.get(port, "/ping", PING_TIMEOUT).await;
        answer.is_ok_and(|answer| answer.status == 200)
    }

    /// Asks for something.
    pub(crate) async fn get(
        &self,
        port: u16,
        path: &str,
        limit: Duration,
    ) -> Result<Answer, CallError> {
        let request = Request::builder()
            .uri(uri(port, path))
            .body(Full::default());
        self.send(
            request.expect("a literal request is well formed"),
            limit,
            1 << 20,
        )
        .await
    }

    /// Asks for a prediction.
    pub(crate) async fn post(
        &self,
        port: u16,
        post: Post,
        limit: Duration,
        bytes: usize,
    ) -> Result<Answer, CallError> {
        let mut request = Request::builder()
            .method(Method::POST)
            .uri(uri(port, "/invocations"));
        for (name, value) in [
            ("content-type", post.content_type),
            ("accept", post.accept),
            (ATTRIBUTES, post.custom_attributes),
            ("x-amzn-sagemaker-inference-id", post.inference_id),
        ] {
            if let Some(value) = value {
                request = request.header(name, value);
            }
        }
        let request = request
            .body(Full::new(post.body))
            .map_err(|error| CallError::Broken {
                reason: error.to_string(),
            })?;
        self.send(request, limit, bytes).await
    }

    async fn send(
        &self,
        request: Request<Full<Bytes>>,
        limit: Duration,
        bytes: usize,
    ) -> Result<Answer, CallError> {
        let exchange = async {
            let response = self.pool.request(request).await.map_err(|error| {
                if error.is_connect() {
                    CallError::Unreachable
                } else {
                    CallError::Broken {
                        reason: chain(&error),
                    }
                }
            })?;
            read(response, bytes).await
        };
        match tokio::time::timeout(limit, exchange).await {
            Ok(answer) => answer,
            Err(_) => Err(CallError::TimedOut { limit }),
        }
    }
}

async fn read(response: Response<Incoming>, bytes: usize) -> Result<Answer, CallError> {
    let (head, body) = response.into_parts();
    let text = |name: header::HeaderName| {
        head.headers
            .get(name)
            .and_then(|value| value.to_str().ok())
            .map(str::to_owned)
    };
    let content_type = text(header::CONTENT_TYPE);
    let custom_attributes = text(header::HeaderName::from_static(ATTRIBUTES));
    let body = Limited::new(body, bytes)
        .collect()
        .await
        .map_err(|error| CallError::Broken {
            reason: chain(error.as_ref()),
        })?;
    Ok(Answer {
        status: head.status.as_u16(),
        content_type,
        custom_attributes,
        body: body.to_bytes(),
    })
}

fn uri(port: u16, path: &str) -> Uri {
    format!("http://127.0.0.1:{port}{path}")
        .parse()
        .expect("a number and a literal are a URI")
}

/// A port that was free a moment ago.
pub(crate) fn free_port() -> std::io::Result<u16> {
    Ok(
        std::net::TcpListener::bind((std::net::Ipv4Addr::LOCALHOST, 0))?
            .local_addr()?
            .port(),
    )
}
