//! Bodies of S3 requests that are documents: they are read whole before `s3s` sees them, for it answers 500 to one that is
//! too large or not what was signed.

use bytes::Bytes;
use http::Method;
use http::request::Parts;
use http_body_util::{BodyExt, LengthLimitError, Limited};
use s3s::{S3Error, S3Result, s3_error};
use sha2::{Digest, Sha256};

use super::inflow::Inflow;
use super::target::header;
use crate::services::s3::wire::XML_LIMIT;

/// Parts of a query that name what a document is about.
const SUBRESOURCES: &[&str] = &[
    "acl",
    "cors",
    "encryption",
    "legal-hold",
    "lifecycle",
    "notification",
    "object-lock",
    "ownershipControls",
    "policy",
    "publicAccessBlock",
    "retention",
    "tagging",
    "versioning",
    "website",
];

/// Whether the body of a request is a document and no content.
pub(super) fn is_document(head: &Parts) -> bool {
    let query = head.uri.query().unwrap_or_default();
    let mut names = query.split('&').filter_map(|pair| pair.split('=').next());
    match head.method {
        Method::POST => names.any(|name| name == "delete" || name == "uploadId"),
        Method::PUT => names.any(|name| SUBRESOURCES.contains(&name)),
        _ => false,
    }
}

/// The document, if it is what was signed.
pub(super) async fn collect(head: &Parts, inflow: Inflow) -> S3Result<Bytes> {
    let collected = Limited::new(inflow, XML_LIMIT).collect().await;
    let bytes = collected
        .map_err(|error| {
            if error.is::<LengthLimitError>() {
                s3_error!(MaxMessageLengthExceeded, "Your request was too big.")
            } else {
                S3Error::new(s3s::S3ErrorCode::IncompleteBody)
            }
        })?
        .to_bytes();
    let declared = header(head, "x-amz-content-sha256").unwrap_or_default();
    let is_hash = declared.len() == 64 && declared.bytes().all(|byte| byte.is_ascii_hexdigit());
    if is_hash && !declared.eq_ignore_ascii_case(&hex(&Sha256::digest(&bytes))) {
        return Err(mismatch());
    }
    Ok(bytes)
}

fn mismatch() -> S3Error {
    let code = s3s::S3ErrorCode::Custom("XAmzContentSHA256Mismatch".into());
    let message = "The provided 'x-amz-content-sha256' header does not match what was computed.";
    let mut error = S3Error::with_message(code, message);
    error.set_status_code(http::StatusCode::BAD_REQUEST);
    error
}

fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn documents_are_told_from_contents() {
        for (method, uri, expected) in [
            ("POST", "/b?delete", true),
            ("POST", "/b/k?uploadId=1", true),
            ("POST", "/b/k?uploads", false),
            ("PUT", "/b?versioning", true),
            ("PUT", "/b/k?tagging&versionId=1", true),
            ("PUT", "/b/k?partNumber=1&uploadId=1", false),
            ("PUT", "/b/tagging", false),
            ("GET", "/b?tagging", false),
        ] {
            let request = http::Request::builder().method(method).uri(uri);
            let (head, ()) = request.body(()).unwrap().into_parts();
            assert_eq!(is_document(&head), expected, "{method} {uri}");
        }
    }
}
