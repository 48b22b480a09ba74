//! S3 requests on their way to `s3s`, which verifies signatures of every form: what it does not check is checked here, and
//! moments are compared with the plane's clock.

use http::request::Parts;
use http::{Method, Response};
use hyper::body::Incoming;
use s3s::{Body, S3Error, S3ErrorCode, s3_error};

use aws_api::sigv4;

use super::framing::LARGEST_CHUNK;
use super::inflow::{Broken, Inflow};
use super::s3_answer::Finish;
use super::target::{header, is_v2_presigned, query_decoded};
use super::{Gateway, document};
use crate::credentials::Holder;

/// Longest life of a presigned request, in seconds.
const LONGEST_PRESIGN: i64 = 7 * 24 * 3600;

impl Gateway {
    pub(super) async fn object(&self, head: &Parts, body: Incoming, id: &str) -> Response<Body> {
        let answer = Finish {
            id,
            region: &self.options.region,
        };
        let mut head = head.clone();
        // A form carries its signature in the body; what is between here and the operation looks there.
        if !is_form(&head) {
            match self.admit(&head) {
                Ok(holder) => head.extensions.insert(holder),
                Err(error) => return answer.finish(failure(error)),
            };
        }
        let (inflow, broken) = Inflow::new(&head, body, self.options.limits.body_silence);
        let body = if document::is_document(&head) {
            match document::collect(&head, inflow).await {
                Ok(bytes) => Body::from(bytes),
                Err(error) => {
                    let error = broken.get().map_or(error, |reason| told(*reason));
                    return answer.finish(failure(error));
                }
            }
        } else {
            Body::http_body_unsync(inflow)
        };
        let request = http::Request::from_parts(head, body);
        let response = self.s3.call(request).await.unwrap_or_else(|error| {
            tracing::error!(?error, id, "an answer of S3 could not be written");
            failure(S3Error::new(S3ErrorCode::InternalError))
        });
        let response = match broken.get() {
            Some(reason) if !response.status().is_success() => failure(told(*reason)),
            _ => response,
        };
        answer.finish(response)
    }

    /// The holder of the key, before `s3s` verifies the signature.
    fn admit(&self, head: &Parts) -> Result<Holder, S3Error> {
        let now = self.options.clock.wall_ms();
        let (access_key, token) = if let Some(scope) = sigv4::scope(head) {
            self.check_region(&scope.region)?;
            check_life(head)?;
            check_moment(head, now)?;
            (scope.access_key, scope.session_token)
        } else if is_v2_presigned(head) {
            check_v2_life(head, now)?;
            let access_key = query_decoded(head, "AWSAccessKeyId").unwrap_or_default();
            (access_key, query_decoded(head, "x-amz-security-token"))
        } else if head.headers.contains_key("authorization") {
            return Err(s3_error!(
                InvalidRequest,
                "The authorization mechanism you have provided is not supported. Please use AWS4-HMAC-SHA256."
            ));
        } else {
            return Err(s3_error!(AccessDenied, "Access Denied"));
        };
        let holder = self
            .options
            .keyring
            .find(&access_key)
            .map_err(S3Error::internal_error)?;
        let holder = holder.ok_or_else(|| {
            s3_error!(
                InvalidAccessKeyId,
                "The AWS Access Key Id you provided does not exist in our records."
            )
        })?;
        if !holder.has_token(token.as_deref()) {
            return Err(s3_error!(
                InvalidToken,
                "The provided token is malformed or otherwise invalid."
            ));
        }
        Ok(holder)
    }

    fn check_region(&self, region: &str) -> Result<(), S3Error> {
        let expected = &self.options.region;
        if region == expected {
            return Ok(());
        }
        Err(s3_error!(
            AuthorizationHeaderMalformed,
            "The authorization header is malformed; the region '{region}' is wrong; expecting '{expected}'"
        ))
    }
}

/// An S3 error as an answer.
pub(super) fn failure(error: S3Error) -> Response<Body> {
    error.to_http_response().unwrap_or_else(|error| {
        tracing::error!(%error, "an error of S3 could not be written");
        let mut response = Response::new(Body::empty());
        *response.status_mut() = http::StatusCode::INTERNAL_SERVER_ERROR;
        response
    })
}

/// Whether a request is an upload by an HTML form.
fn is_form(head: &Parts) -> bool {
    let content_type = header(head, "content-type").unwrap_or_default();
    head.method == Method::POST && content_type.starts_with("multipart/form-data")
}

/// What a client is told whose body is not as it should be.
fn told(reason: Broken) -> S3Error {
    match reason {
        Broken::Silent => s3_error!(
            RequestTimeout,
            "Your socket connection to the server was not read from or written to within the timeout period."
        ),
        Broken::ChunkTooLarge => s3_error!(
            InvalidRequest,
            "a signed chunk has at most {LARGEST_CHUNK} bytes here"
        ),
    }
}

/// Compares the moment of a signature with the plane's clock, and what is signed with what is there.
fn check_moment(head: &Parts, now: i64) -> Result<(), S3Error> {
    sigv4::check_head(head, now).map_err(|error| match error.code.as_str() {
        "RequestTimeTooSkewed" => s3_error!(
            RequestTimeTooSkewed,
            "The difference between the request time and the current time is too large."
        ),
        _ => s3_error!(AccessDenied, "{}", error.message),
    })
}

fn check_life(head: &Parts) -> Result<(), S3Error> {
    let Some(text) = query_decoded(head, "X-Amz-Expires") else {
        return Ok(());
    };
    let seconds: i64 = text.parse().unwrap_or(-1);
    if (1..=LONGEST_PRESIGN).contains(&seconds) {
        return Ok(());
    }
    Err(s3_error!(
        AuthorizationQueryParametersError,
        "X-Amz-Expires must be from 1 to {LONGEST_PRESIGN} seconds"
    ))
}

fn check_v2_life(head: &Parts, now: i64) -> Result<(), S3Error> {
    let expires = query_decoded(head, "Expires").and_then(|text| text.parse::<i64>().ok());
    let seconds = expires.map(|moment| moment.saturating_sub(now / 1000));
    match seconds {
        Some(seconds) if seconds < 0 => Err(s3_error!(AccessDenied, "Request has expired")),
        Some(seconds) if seconds <= LONGEST_PRESIGN => Ok(()),
        _ => Err(s3_error!(
            AccessDenied,
            "Expires must be at most {LONGEST_PRESIGN} seconds from now"
        )),
    }
}
