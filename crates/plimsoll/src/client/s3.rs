//! The few operations of S3 that a run and its jobs need, path style.

use bytes::Bytes;
use http::{Method, Request, StatusCode};

use super::{Aws, ClientError};

impl Aws {
    /// Stores an object.
    pub(crate) async fn put_object(
        &self,
        bucket: &str,
        key: &str,
        content: Bytes,
    ) -> Result<(), ClientError> {
        self.object("PutObject", Method::PUT, bucket, key, content)
            .await
            .map(drop)
    }

    /// Reads an object.
    pub(crate) async fn get_object(&self, bucket: &str, key: &str) -> Result<Bytes, ClientError> {
        self.object("GetObject", Method::GET, bucket, key, Bytes::new())
            .await
    }

    /// Whether an object is there.
    pub(crate) async fn has_object(&self, bucket: &str, key: &str) -> Result<bool, ClientError> {
        match self
            .object("HeadObject", Method::HEAD, bucket, key, Bytes::new())
            .await
        {
            Ok(_) => Ok(true),
            Err(error) if error.is_missing() => Ok(false),
            Err(error) => Err(error),
        }
    }

    /// Deletes an object; a missing one is no error.
    pub(crate) async fn delete_object(&self, bucket: &str, key: &str) -> Result<(), ClientError> {
        self.object("DeleteObject", Method::DELETE, bucket, key, Bytes::new())
            .await
            .map(drop)
    }

    #[expect(clippy::too_many_arguments, reason = "a request has these parts")]
    async fn object(
        &self,
        operation: &str,
        method: Method,
        bucket: &str,
        key: &str,
        content: Bytes,
    ) -> Result<Bytes, ClientError> {
        let uri = format!("{}/{bucket}/{}", self.endpoint.url, escape(key));
        let request = Request::builder()
            .method(method)
            .uri(uri)
            .body(content)
            .map_err(|error| ClientError::Unreadable {
                operation: operation.to_owned(),
                reason: error.to_string(),
            })?;
        let (head, body) = self.signed(operation, "s3", request).await?;
        if head.status.is_success() {
            return Ok(body);
        }
        let text = String::from_utf8_lossy(&body);
        let code = between(&text, "Code").unwrap_or_else(|| word(head.status));
        let message = between(&text, "Message").unwrap_or_default();
        Err(ClientError::Refused {
            operation: operation.to_owned(),
            code: code.to_owned(),
            message: message.to_owned(),
            status: head.status.as_u16(),
        })
    }
}

/// Splits `s3://bucket/key`.
pub(crate) fn split_uri(uri: &str) -> Option<(&str, &str)> {
    uri.strip_prefix("s3://")?.split_once('/')
}

pub(super) fn word(status: StatusCode) -> &'static str {
    status.canonical_reason().unwrap_or("Unknown")
}

/// The text of the first element of an S3 error, which nests nothing.
fn between<'a>(text: &'a str, element: &str) -> Option<&'a str> {
    let (_, rest) = text.split_once(&format!("<{element}>"))?;
    rest.split_once(&format!("</{element}>"))
        .map(|(inner, _)| inner)
}

/// Percent-encodes a key for a path, all but unreserved characters and slashes.
pub(super) fn escape(key: &str) -> String {
    key.bytes()
        .map(|byte| match byte {
            b'A'..=b'Z' | b'a'..=b'z' | b'0'..=b'9' | b'-' | b'_' | b'.' | b'~' | b'/' => {
                char::from(byte).to_string()
            }
            other => format!("%{other:02X}"),
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn keys_are_escaped_and_uris_split() {
        assert_eq!(escape("a b/\u{e9}+~"), "a%20b/%C3%A9%2B~");
        assert_eq!(split_uri("s3://bucket/a/b"), Some(("bucket", "a/b")));
        assert_eq!(split_uri("https://bucket/a"), None);
    }

    #[test]
    fn codes_of_errors_are_found() {
        let text = "<Error><Code>NoSuchKey</Code><Message>gone</Message></Error>";
        assert_eq!(
            (between(text, "Code"), between(text, "Other")),
            (Some("NoSuchKey"), None)
        );
    }
}
