//! S3 requests on their way to `s3s`, which verifies signatures of every form: what it does not check is checked here.

use http::request::Parts;
use http::{Method, Response};
use hyper::body::Incoming;
use s3s::{Body, S3Error, S3ErrorCode, s3_error};

use aws_api::sigv4;

use super::Gateway;
use super::target::{header, is_v2_presigned, query_decoded};
use crate::credentials::Holder;

/// Longest life of a presigned request, in seconds.
const LONGEST_PRESIGN: i64 = 7 * 24 * 3600;

impl Gateway {
    pub(super) async fn object(&self, head: &Parts, body: Incoming, id: &str) -> Response<Body> {
        let holder = match self.admit(head) {
            Ok(holder) => holder,
            Err(error) => return failure(error),
        };
        let mut head = head.clone();
        head.extensions.insert(holder);
        let request = http::Request::from_parts(head, Body::from(body));
        self.s3.call(request).await.unwrap_or_else(|error| {
            tracing::error!(?error, id, "an answer of S3 could not be written");
            failure(S3Error::new(S3ErrorCode::InternalError))
        })
    }

    /// The holder of the key, before `s3s` verifies the signature.
    fn admit(&self, head: &Parts) -> Result<Holder, S3Error> {
        refuse_forms(head)?;
        let (access_key, token) = if let Some(scope) = sigv4::scope(head) {
            self.check_region(&scope.region)?;
            check_life(head)?;
            (scope.access_key, scope.session_token)
        } else if is_v2_presigned(head) {
            check_v2_life(head, self.options.clock.wall_ms())?;
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

/// Uploads by HTML forms carry their signature in the body.
fn refuse_forms(head: &Parts) -> Result<(), S3Error> {
    let content_type = header(head, "content-type").unwrap_or_default();
    if head.method == Method::POST && content_type.starts_with("multipart/form-data") {
        return Err(s3_error!(
            NotImplemented,
            "PostObject is not implemented here"
        ));
    }
    Ok(())
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
