//! The plane's own pages: what is ready, and the reset of a state that allows it. Neither is signed.

use bytes::Bytes;
use http::request::Parts;
use http::{HeaderValue, Method, Response, StatusCode};
use s3s::Body;
use serde_json::{Value, json};

use super::Gateway;

impl Gateway {
    pub(super) async fn admin(&self, head: &Parts) -> Response<Body> {
        match (head.uri.path(), &head.method) {
            ("/_plimsoll/health", &Method::GET | &Method::HEAD) => {
                page(StatusCode::OK, &self.health())
            }
            ("/_plimsoll/reset", &Method::POST) => self.reset(head).await,
            ("/_plimsoll/health" | "/_plimsoll/reset", _) => refusal(
                StatusCode::METHOD_NOT_ALLOWED,
                "this page has another method",
            ),
            _ => refusal(StatusCode::NOT_FOUND, "there is no such page"),
        }
    }

    fn health(&self) -> Value {
        let mut services: Vec<&str> = aws_api::services().iter().map(|s| s.name).collect();
        services.push("s3");
        services.sort_unstable();
        json!({
            "status": "ready",
            "version": self.options.version,
            "region": self.options.region,
            "services": services,
        })
    }

    async fn reset(&self, head: &Parts) -> Response<Body> {
        // A page in a browser must not be able to empty a state.
        if head.headers.contains_key("origin") {
            return refusal(
                StatusCode::FORBIDDEN,
                "a reset does not come from a web page",
            );
        }
        let Some(reset) = &self.options.reset else {
            return refusal(
                StatusCode::FORBIDDEN,
                "this plane was started without `--allow-reset`",
            );
        };
        match reset().await {
            Ok(()) => page(StatusCode::OK, &json!({ "status": "empty" })),
            Err(fault) => refusal(StatusCode::INTERNAL_SERVER_ERROR, &fault.message),
        }
    }
}

fn refusal(status: StatusCode, message: &str) -> Response<Body> {
    page(status, &json!({ "message": message }))
}

fn page(status: StatusCode, content: &Value) -> Response<Body> {
    let mut response = Response::new(Body::from(Bytes::from(content.to_string())));
    *response.status_mut() = status;
    let json = HeaderValue::from_static("application/json");
    response.headers_mut().insert("content-type", json);
    response
}
