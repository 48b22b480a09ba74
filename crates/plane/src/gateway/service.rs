//! One request: its id, its part of the plane, its answer; a panic on the way is an answer too.

use std::fmt;
use std::panic::AssertUnwindSafe;
use std::sync::{Arc, Mutex, PoisonError};

use futures_util::FutureExt;
use futures_util::future::BoxFuture;
use http::header::CONNECTION;
use http::{HeaderValue, Request, Response};
use hyper::body::{Body as _, Incoming};
use s3s::Body;
use s3s::service::S3Service;

use super::target::Target;
use super::{Invoker, Limits};
use crate::credentials::Keyring;
use crate::services::s3::wire;
use crate::store::{BlobStore, IdStream, Readers, Writer};
use crate::{Clock, Fault};

/// Empties the state, for `POST /_plimsoll/reset`.
pub type Reset = Box<dyn Fn() -> BoxFuture<'static, Result<(), Fault>> + Send + Sync>;

/// What a gateway is made of.
pub struct GatewayOptions {
    /// Keys that are valid.
    pub keyring: Keyring,
    /// Takes commands.
    pub writer: Writer,
    /// Answers questions.
    pub readers: Readers,
    /// Bytes of objects.
    pub blobs: BlobStore,
    /// Answers `InvokeEndpoint`.
    pub invoker: Arc<dyn Invoker>,
    /// Where time comes from.
    pub clock: Arc<dyn Clock>,
    /// Region of the plane.
    pub region: String,
    /// Version of the program.
    pub version: String,
    /// What clients may take.
    pub limits: Limits,
    /// Seed of the ids of requests.
    pub seed: u64,
    /// Empties the state; absent where that is not allowed.
    pub reset: Option<Reset>,
}

impl fmt::Debug for GatewayOptions {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("GatewayOptions")
            .field("region", &self.region)
            .field("limits", &self.limits)
            .finish_non_exhaustive()
    }
}

/// Answers requests.
pub struct Gateway {
    pub(super) options: GatewayOptions,
    pub(super) s3: S3Service,
    ids: Mutex<IdStream>,
}

impl fmt::Debug for Gateway {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Gateway")
            .field("limits", &self.options.limits)
            .finish_non_exhaustive()
    }
}

impl Gateway {
    /// A gateway in front of a store.
    pub fn new(options: GatewayOptions) -> Self {
        let s3 = wire::service(
            wire::Shelf {
                writer: options.writer.clone(),
                readers: options.readers.clone(),
                blobs: options.blobs.clone(),
                region: options.region.clone(),
                part_limit: options.limits.part,
                silence: options.limits.body_silence,
            },
            options.keyring.clone(),
        );
        let ids = Mutex::new(IdStream::new(options.seed, 0));
        Self { options, s3, ids }
    }

    /// The limits of this gateway.
    pub fn limits(&self) -> Limits {
        self.options.limits
    }

    /// Answers one request.
    pub(super) async fn answer(&self, request: Request<Incoming>) -> Response<Body> {
        let id = self.request_id();
        let (head, body) = request.into_parts();
        let target = Target::of(&head);
        // Nobody sends 100 before the answer to a request without a body. botocore takes the answer for the
        // interim one then, and misreads what comes next on the connection.
        let expects = head.headers.contains_key("expect");
        let is_empty = body.is_end_stream();
        let handling = async {
            match target {
                Target::Admin => self.admin(&head).await,
                Target::S3 => self.object(&head, body, &id).await,
                Target::Api => self.api(&head, body, &id).await,
            }
        };
        let answered = AssertUnwindSafe(handling).catch_unwind().await;
        let mut response = answered.unwrap_or_else(|_| {
            tracing::error!(method = %head.method, path = head.uri.path(), id, "a handler panicked");
            match target {
                Target::S3 => super::s3::failure(s3s::S3Error::new(s3s::S3ErrorCode::InternalError)),
                Target::Admin | Target::Api => {
                    let error = aws_api::ApiError::internal("the plane failed on this request");
                    aws_api::encode_unrouted_error(&head, &error, &id).map(Body::from)
                }
            }
        });
        let name = if target == Target::S3 {
            "x-amz-request-id"
        } else {
            "x-amzn-requestid"
        };
        if let Ok(value) = HeaderValue::from_str(&id) {
            response.headers_mut().insert(name, value);
        }
        // Nor does a client that is refused send the body it was waiting to send: the connection is of no more use.
        if expects && (is_empty || !response.status().is_success()) {
            response
                .headers_mut()
                .insert(CONNECTION, HeaderValue::from_static("close"));
        }
        response
    }

    fn request_id(&self) -> String {
        let mut ids = self.ids.lock().unwrap_or_else(PoisonError::into_inner);
        ids.next_uuid().to_string()
    }
}
