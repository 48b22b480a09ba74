//! The gateway from outside: a plane in this process, and a client that signs as AWS's do.

mod api;
mod configurations;
mod forms;
mod hostile;
mod limits;
mod objects;
mod presigned;
mod security;
mod state;
mod uploads;
mod versions;

use std::path::PathBuf;
use std::sync::Arc;

use aws_api::sigv4;
use bytes::Bytes;
use http::{HeaderMap, Request, StatusCode};
use http_body_util::{BodyExt, Full};
use hyper_util::rt::TokioIo;
use serde_json::Value;
use tokio::net::TcpStream;

use super::Limits;
use crate::{Clock, Options, Plane, StartError, SystemClock};

/// A plane with the keys `test` and `test`.
pub(super) struct Bed {
    pub(super) folder: tempfile::TempDir,
    pub(super) plane: Plane,
}

/// An answer, read whole.
#[derive(Debug)]
pub(super) struct Answer {
    pub(super) status: StatusCode,
    pub(super) headers: HeaderMap,
    pub(super) body: Bytes,
}

impl Answer {
    pub(super) fn text(&self) -> String {
        String::from_utf8_lossy(&self.body).into_owned()
    }

    pub(super) fn json(&self) -> Value {
        serde_json::from_slice(&self.body).unwrap()
    }

    pub(super) fn header(&self, name: &str) -> &str {
        self.headers
            .get(name)
            .map_or("", |value| value.to_str().unwrap())
    }

    /// The content of the first element of a name in an XML body.
    pub(super) fn element(&self, name: &str) -> String {
        let text = self.text();
        let start = text
            .split_once(&format!("<{name}>"))
            .map(|(_, rest)| rest.to_owned());
        let inner =
            start.and_then(|rest| Some(rest.split_once(&format!("</{name}>"))?.0.to_owned()));
        inner.unwrap_or_default()
    }

    /// Status and error code of an XML body.
    pub(super) fn refusal(&self) -> (u16, String) {
        (self.status.as_u16(), self.element("Code"))
    }
}

pub(super) fn options(state: PathBuf, limits: Limits) -> Options {
    Options {
        state,
        listen: ([127, 0, 0, 1], 0).into(),
        region: "us-east-1".to_owned(),
        program: PathBuf::from("/bin/true"),
        interpreter: crate::executor::Interpreter::default(),
        credentials: Some(("test".to_owned(), "test".to_owned())),
        allow_reset: false,
        version: "0.0.0".to_owned(),
        clock: Arc::new(SystemClock::default()),
        seed: 1,
        limits,
    }
}

pub(super) fn keys() -> sigv4::Credentials {
    sigv4::Credentials::new("test", "test")
}

pub(super) fn now() -> i64 {
    SystemClock::default().wall_ms()
}

impl Bed {
    pub(super) async fn new() -> Self {
        Self::with(Limits::default()).await
    }

    pub(super) async fn with(limits: Limits) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let plane = Plane::start(options(folder.path().to_owned(), limits))
            .await
            .unwrap();
        Self { folder, plane }
    }

    pub(super) async fn at(clock: Arc<dyn Clock>) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let options = Options {
            clock,
            ..options(folder.path().to_owned(), Limits::default())
        };
        let plane = Plane::start(options).await.unwrap();
        Self { folder, plane }
    }

    pub(super) fn authority(&self) -> &str {
        self.plane.url().strip_prefix("http://").unwrap()
    }

    /// A request to this plane, with its host.
    pub(super) fn request(&self, method: &str, path: &str) -> http::request::Builder {
        Request::builder()
            .method(method)
            .uri(path)
            .header("host", self.authority())
    }

    /// Sends a request as it is.
    pub(super) async fn send(&self, request: Request<Bytes>) -> Answer {
        let stream = TcpStream::connect(self.authority()).await.unwrap();
        let (mut sender, connection) = hyper::client::conn::http1::handshake(TokioIo::new(stream))
            .await
            .unwrap();
        tokio::spawn(connection);
        let response = sender.send_request(request.map(Full::new)).await.unwrap();
        let (head, body) = response.into_parts();
        let body = body.collect().await.unwrap().to_bytes();
        Answer {
            status: head.status,
            headers: head.headers,
            body,
        }
    }

    /// Signs a request with these keys and sends it.
    pub(super) async fn sign_and_send(
        &self,
        mut request: Request<Bytes>,
        keys: &sigv4::Credentials,
        service: &str,
    ) -> Answer {
        sigv4::sign(&mut request, keys, "us-east-1", service, now());
        self.send(request).await
    }

    /// An S3 request of the owner.
    pub(super) async fn s3(&self, method: &str, path: &str, body: &[u8]) -> Answer {
        self.s3_with(method, path, &[], body).await
    }

    /// An S3 request of the owner with headers.
    pub(super) async fn s3_with(
        &self,
        method: &str,
        path: &str,
        headers: &[(&str, &str)],
        body: &[u8],
    ) -> Answer {
        let mut request = self.request(method, path);
        for (name, value) in headers {
            request = request.header(*name, *value);
        }
        let request = request.body(Bytes::copy_from_slice(body)).unwrap();
        self.sign_and_send(request, &keys(), "s3").await
    }

    /// A request of a JSON service, not yet signed.
    pub(super) fn json(&self, target: &str, body: &str) -> Request<Bytes> {
        self.request("POST", "/")
            .header("content-type", "application/x-amz-json-1.1")
            .header("x-amz-target", target)
            .body(Bytes::copy_from_slice(body.as_bytes()))
            .unwrap()
    }

    /// A request of a Query service, not yet signed.
    pub(super) fn form(&self, body: &str) -> Request<Bytes> {
        self.request("POST", "/")
            .header("content-type", "application/x-www-form-urlencoded")
            .body(Bytes::copy_from_slice(body.as_bytes()))
            .unwrap()
    }
}

/// Starts a plane that must not start.
pub(super) async fn refused(options: Options) -> StartError {
    Plane::start(options)
        .await
        .expect_err("the plane does not start")
}
