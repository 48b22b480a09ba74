//! Signing of requests, in a header or in the query string.

use bytes::Bytes;
use hmac::Mac as _;
use http::{HeaderName, HeaderValue, Request, Uri};

use super::canonical::{ALGORITHM, Context, Covered, UNSIGNED, hex, payload_hash, print_moment};
use super::credentials::Credentials;
use crate::codec::form::percent_encode;
use crate::error::ApiError;

/// Headers that intermediaries change or that are written after the signature.
const UNSIGNED_HEADERS: [&str; 7] = [
    "authorization",
    "connection",
    "content-length",
    "expect",
    "transfer-encoding",
    "user-agent",
    "x-amzn-trace-id",
];

/// Signs a request: adds the moment, the session token and the `Authorization` header.
pub fn sign(
    request: &mut Request<Bytes>,
    credentials: &Credentials,
    region: &str,
    signing_name: &str,
    now_ms: i64,
) {
    let moment = print_moment(now_ms);
    let hash = payload_hash(request.body());
    request.headers_mut().remove("authorization");
    set(request, "x-amz-date", &moment);
    if signing_name == "s3" {
        set(request, "x-amz-content-sha256", &hash);
    }
    if let Some(token) = &credentials.session_token {
        set(request, "x-amz-security-token", token);
    }
    let context = Context {
        moment: &moment,
        region,
        service: signing_name,
    };
    let names = signed_headers(request);
    let signature = signature(request, credentials, &context, &names, &hash);
    let value = format!(
        "{ALGORITHM} Credential={}/{}, SignedHeaders={}, Signature={signature}",
        credentials.access_key,
        context.scope(),
        names.join(";"),
    );
    set(request, "authorization", &value);
}

/// What a presigned request is good for.
#[derive(Debug, Clone, Copy)]
pub struct Presign<'a> {
    /// The region.
    pub region: &'a str,
    /// The signing name of the service.
    pub signing_name: &'a str,
    /// The moment of signing, epoch milliseconds.
    pub now_ms: i64,
    /// Seconds that it is good for; AWS takes at most seven days.
    pub expires_seconds: u32,
}

/// Signs a request in its query string, so that its URL alone is enough. S3's body is not covered, any other is.
pub fn presign(
    request: &mut Request<Bytes>,
    credentials: &Credentials,
    options: &Presign<'_>,
) -> Result<(), ApiError> {
    let moment = print_moment(options.now_ms);
    let context = Context {
        moment: &moment,
        region: options.region,
        service: options.signing_name,
    };
    let hash = match options.signing_name {
        "s3" => UNSIGNED.to_owned(),
        _ => payload_hash(request.body()),
    };
    let names = signed_headers(request);
    let mut parameters = vec![
        ("X-Amz-Algorithm", ALGORITHM.to_owned()),
        (
            "X-Amz-Credential",
            format!("{}/{}", credentials.access_key, context.scope()),
        ),
        ("X-Amz-Date", moment.clone()),
        ("X-Amz-Expires", options.expires_seconds.to_string()),
        ("X-Amz-SignedHeaders", names.join(";")),
    ];
    if let Some(token) = &credentials.session_token {
        parameters.push(("X-Amz-Security-Token", token.clone()));
    }
    append_query(request, &parameters)?;
    let signature = signature(request, credentials, &context, &names, &hash);
    append_query(request, &[("X-Amz-Signature", signature)])
}

fn signature(
    request: &Request<Bytes>,
    credentials: &Credentials,
    context: &Context<'_>,
    names: &[String],
    hash: &str,
) -> String {
    let names: Vec<&str> = names.iter().map(String::as_str).collect();
    let covered = Covered {
        method: request.method().as_str(),
        path: request.uri().path(),
        query: request.uri().query().unwrap_or_default(),
        headers: request.headers(),
        authority: request.uri().authority().map(http::uri::Authority::as_str),
        signed_headers: &names,
        payload_hash: hash,
    };
    hex(&context
        .authenticator(&credentials.secret, &covered)
        .finalize()
        .into_bytes())
}

/// The names of the headers to sign, sorted; the host is always among them.
fn signed_headers(request: &Request<Bytes>) -> Vec<String> {
    let names = request.headers().keys().map(HeaderName::as_str);
    let mut names: Vec<String> = names
        .filter(|name| !UNSIGNED_HEADERS.contains(name))
        .chain(["host"])
        .map(str::to_owned)
        .collect();
    names.sort();
    names.dedup();
    names
}

/// A value that no header can hold is left out, so that the signature then fails.
fn set(request: &mut Request<Bytes>, name: &'static str, value: &str) {
    if let Ok(value) = HeaderValue::from_str(value) {
        request.headers_mut().insert(name, value);
    }
}

fn append_query(
    request: &mut Request<Bytes>,
    parameters: &[(&str, String)],
) -> Result<(), ApiError> {
    let mut text = request
        .uri()
        .path_and_query()
        .map(ToString::to_string)
        .unwrap_or_default();
    for (name, value) in parameters {
        text.push(if text.contains('?') { '&' } else { '?' });
        text.push_str(name);
        text.push('=');
        text.push_str(&percent_encode(value, false));
    }
    let mut parts = request.uri().clone().into_parts();
    let unwritable = |error: &dyn std::fmt::Display| {
        ApiError::serialization(format!("cannot write the URL: {error}"))
    };
    parts.path_and_query = Some(
        text.parse()
            .map_err(|error: http::uri::InvalidUri| unwritable(&error))?,
    );
    *request.uri_mut() = Uri::from_parts(parts).map_err(|error| unwritable(&error))?;
    Ok(())
}
