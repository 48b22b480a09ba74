//! The plane's own pages: what is ready and the reset of a state that allows it, both unsigned, and the collection of
//! what nothing needs, which the owner signs.

use bytes::Bytes;
use http::request::Parts;
use http::{HeaderValue, Method, Response, StatusCode};
use s3s::Body;
use serde_json::{Value, json};

use super::Gateway;
use super::target::query_decoded;
use crate::Fault;
use crate::collection::{self, Freed, Policy};

impl Gateway {
    pub(super) async fn admin(&self, head: &Parts) -> Response<Body> {
        match (head.uri.path(), &head.method) {
            ("/_plimsoll/health", &Method::GET | &Method::HEAD) => {
                page(StatusCode::OK, &self.health())
            }
            ("/_plimsoll/reset", &Method::POST) => self.reset(head).await,
            ("/_plimsoll/gc", &Method::POST) => self.collection(head).await,
            ("/_plimsoll/health" | "/_plimsoll/reset" | "/_plimsoll/gc", _) => refusal(
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

    /// `POST /_plimsoll/gc?policy=JSON`, signed for the service `plimsoll`; the answer is what was freed.
    async fn collection(&self, head: &Parts) -> Response<Body> {
        let holder = match self.authenticate(head, &Bytes::new(), None) {
            Ok(holder) => holder,
            Err(error) => return refusal(StatusCode::FORBIDDEN, &error.message),
        };
        if holder.is_job {
            return refusal(StatusCode::FORBIDDEN, "a job does not collect");
        }
        let policy = query_decoded(head, "policy").unwrap_or_else(|| "{}".to_owned());
        let policy: Policy = match serde_json::from_str(&policy) {
            Ok(policy) => policy,
            Err(error) => return refusal(StatusCode::BAD_REQUEST, &error.to_string()),
        };
        match self.collect(policy).await {
            Ok(freed) => page(StatusCode::OK, &json!(freed)),
            Err(fault) => {
                let status = StatusCode::from_u16(fault.status);
                refusal(
                    status.unwrap_or(StatusCode::INTERNAL_SERVER_ERROR),
                    &fault.message,
                )
            }
        }
    }

    async fn collect(&self, policy: Policy) -> Result<Freed, Fault> {
        let collected = collection::online(&self.options.writer, policy).await?;
        let blobs = self.options.blobs.clone();
        let readers = self.options.readers.clone();
        let swept = tokio::task::spawn_blocking(move || {
            // What the transaction saw is enough for a trial; what is removed must be unnamed now.
            let named = if policy.dry_run {
                collected.named
            } else {
                readers.read(collection::named)?
            };
            collection::sweep(&blobs, &named, policy.dry_run)
        });
        let swept = swept
            .await
            .map_err(|error| Fault::internal(format!("the sweep failed: {error}")))??;
        Ok(Freed {
            contents: swept.contents,
            content_bytes: swept.bytes,
            ..collected.freed
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
