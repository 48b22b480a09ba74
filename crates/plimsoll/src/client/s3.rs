//! The few operations of S3 that a run and its jobs need, path style.

use bytes::Bytes;
use http::response::Parts;
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

    /// The entity tag of an object; none where it is not there.
    pub(crate) async fn object_tag(
        &self,
        bucket: &str,
        key: &str,
    ) -> Result<Option<String>, ClientError> {
        let uri = format!("{}/{bucket}/{}", self.endpoint.url, escape(key));
        let (head, body) = self
            .sent("HeadObject", Method::HEAD, uri, Bytes::new())
            .await?;
        match accepted("HeadObject", &head, &body) {
            Ok(()) => {
                let tag = head.headers.get("etag").and_then(|tag| tag.to_str().ok());
                Ok(Some(tag.unwrap_or_default().to_owned()))
            }
            Err(error) if error.is_missing() => Ok(None),
            Err(error) => Err(error),
        }
    }

    /// Objects below a prefix, by their keys.
    pub(crate) async fn list_objects(
        &self,
        bucket: &str,
        prefix: &str,
    ) -> Result<Vec<Listed>, ClientError> {
        let mut all = Vec::new();
        let mut token = String::new();
        loop {
            let mut uri = format!(
                "{}/{bucket}?encoding-type=url&list-type=2&prefix={}",
                self.endpoint.url,
                escape_query(prefix)
            );
            if !token.is_empty() {
                uri = format!("{uri}&continuation-token={}", escape_query(&token));
            }
            let (head, body) = self
                .sent("ListObjectsV2", Method::GET, uri, Bytes::new())
                .await?;
            accepted("ListObjectsV2", &head, &body)?;
            let text = String::from_utf8_lossy(&body);
            all.extend(listed(&text));
            match between(&text, "NextContinuationToken") {
                Some(next) if all.len() < LISTED => token = unescape_xml(next),
                _ => return Ok(all),
            }
        }
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
        let (head, body) = self.sent(operation, method, uri, content).await?;
        accepted(operation, &head, &body).map(|()| body)
    }

    pub(super) async fn sent(
        &self,
        operation: &str,
        method: Method,
        uri: String,
        content: Bytes,
    ) -> Result<(Parts, Bytes), ClientError> {
        let request = Request::builder()
            .method(method)
            .uri(uri)
            .body(content)
            .map_err(|error| ClientError::Unreadable {
                operation: operation.to_owned(),
                reason: error.to_string(),
            })?;
        self.signed(operation, "s3", request).await
    }
}

/// An error where the answer is one.
pub(super) fn accepted(operation: &str, head: &Parts, body: &Bytes) -> Result<(), ClientError> {
    if head.status.is_success() {
        return Ok(());
    }
    let text = String::from_utf8_lossy(body);
    let code = between(&text, "Code").unwrap_or_else(|| word(head.status));
    let message = between(&text, "Message").unwrap_or_default();
    Err(ClientError::Refused {
        operation: operation.to_owned(),
        code: code.to_owned(),
        message: message.to_owned(),
        status: head.status.as_u16(),
    })
}

/// Objects of a source at most.
const LISTED: usize = 100_000;

/// An object of a listing.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Listed {
    /// Its key.
    pub(crate) key: String,
    /// Its entity tag, in quotes.
    pub(crate) etag: String,
    /// Its length.
    pub(crate) bytes: u64,
}

/// The objects of a page of a listing; keys are percent-encoded there.
fn listed(text: &str) -> Vec<Listed> {
    let contents = text.split("<Contents>").skip(1);
    let object = |content: &str| {
        Some(Listed {
            key: unescape(between(content, "Key")?),
            etag: unescape_xml(between(content, "ETag")?),
            bytes: between(content, "Size")?.parse().ok()?,
        })
    };
    contents.filter_map(object).collect()
}

/// What percent-encoding stands for.
fn unescape(text: &str) -> String {
    let mut bytes = Vec::with_capacity(text.len());
    let mut rest = text.as_bytes();
    while let Some((&byte, after)) = rest.split_first() {
        let hex = after.get(..2).and_then(|hex| std::str::from_utf8(hex).ok());
        let found = hex
            .filter(|_| byte == b'%')
            .and_then(|hex| u8::from_str_radix(hex, 16).ok());
        bytes.push(match (found, byte) {
            (Some(found), _) => found,
            (None, b'+') => b' ',
            (None, byte) => byte,
        });
        rest = if found.is_some() { &after[2..] } else { after };
    }
    String::from_utf8_lossy(&bytes).into_owned()
}

pub(super) fn unescape_xml(text: &str) -> String {
    text.replace("&quot;", "\"")
        .replace("&#34;", "\"")
        .replace("&lt;", "<")
        .replace("&gt;", ">")
        .replace("&amp;", "&")
}

/// Percent-encodes a value of a query.
pub(super) fn escape_query(text: &str) -> String {
    escape(text).replace('/', "%2F")
}

/// Splits `s3://bucket/key`.
pub(crate) fn split_uri(uri: &str) -> Option<(&str, &str)> {
    uri.strip_prefix("s3://")?.split_once('/')
}

pub(super) fn word(status: StatusCode) -> &'static str {
    status.canonical_reason().unwrap_or("Unknown")
}

/// The text of the first element of an S3 error, which nests nothing.
pub(super) fn between<'a>(text: &'a str, element: &str) -> Option<&'a str> {
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
    fn objects_of_a_listing_are_found() {
        let text = "<ListBucketResult><Contents><Key>a%20b/%C3%A9.csv</Key><ETag>&quot;x-2&quot;</ETag><Size>7</Size>\
                    </Contents><Contents><Key>c</Key><ETag>\"y\"</ETag><Size>0</Size></Contents></ListBucketResult>";
        let found = listed(text);
        let object = |key: &str, etag: &str, bytes| Listed {
            key: key.to_owned(),
            etag: etag.to_owned(),
            bytes,
        };
        assert_eq!(
            found,
            [
                object("a b/\u{e9}.csv", "\"x-2\"", 7),
                object("c", "\"y\"", 0)
            ]
        );
        assert_eq!(unescape("100%"), "100%");
        assert_eq!(escape_query("a/b c"), "a%2Fb%20c");
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
