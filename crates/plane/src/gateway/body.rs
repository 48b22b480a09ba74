//! Reading a request's body into memory, within the limits.

use std::time::Duration;

use aws_api::ApiError;
use bytes::{Bytes, BytesMut};
use http_body_util::BodyExt;
use hyper::body::{Body, Incoming};

use super::Limits;

/// How much more than the limit is read and thrown away, so that a client that is still sending sees the refusal
/// instead of a broken connection.
const DRAINED: usize = 4;

/// The whole body, or why not.
pub(super) async fn collect(mut body: Incoming, limits: &Limits) -> Result<Bytes, ApiError> {
    let announced = body.size_hint().lower();
    if announced > (limits.body * DRAINED) as u64 {
        return Err(too_large(limits));
    }
    let mut content =
        BytesMut::with_capacity(usize::try_from(announced).unwrap_or(0).min(limits.body));
    let mut seen = 0;
    while let Some(frame) = next(&mut body, limits.body_silence).await? {
        let Ok(data) = frame.into_data() else {
            continue;
        };
        seen += data.len();
        if seen > limits.body * DRAINED {
            break;
        }
        if seen <= limits.body {
            content.extend_from_slice(&data);
        }
    }
    if seen > limits.body {
        Err(too_large(limits))
    } else {
        Ok(content.freeze())
    }
}

async fn next(
    body: &mut Incoming,
    silence: Duration,
) -> Result<Option<hyper::body::Frame<Bytes>>, ApiError> {
    match tokio::time::timeout(silence, body.frame()).await {
        Ok(frame) => frame.transpose().map_err(|error| {
            ApiError::new(
                400,
                "IncompleteBody",
                format!("the body broke off: {error}"),
            )
        }),
        Err(_) => Err(ApiError::new(
            408,
            "RequestTimeout",
            format!(
                "nothing of the body came for {} seconds",
                silence.as_secs_f64()
            ),
        )),
    }
}

fn too_large(limits: &Limits) -> ApiError {
    ApiError::too_large(format!("a request has at most {} bytes", limits.body))
}
