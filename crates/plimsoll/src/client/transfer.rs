//! Objects that are too large to be held in memory: files that are brought up in parts, and objects that are written to a
//! file while they arrive.

use std::fs::File;
use std::io::{Read, Write};
use std::path::Path;

use bytes::Bytes;
use http::{Method, Request};
use http_body_util::BodyExt;
use steps::{FileHash, FileHasher};

use super::s3::{accepted, between, escape, escape_query, unescape_xml};
use super::{Aws, ClientError};

/// Bytes of a part, one of which is held at a time. 10,000 of them are the most that S3 takes, more than 80 GB.
const PART: usize = 8 << 20;

/// Why a file was not brought up.
#[derive(Debug, thiserror::Error)]
pub(crate) enum UploadError {
    /// The service refused, or did not answer.
    #[error(transparent)]
    Client(#[from] ClientError),
    /// The file cannot be read.
    #[error("it cannot be read")]
    Read(#[source] std::io::Error),
    /// The file is another one than when it was hashed.
    #[error("it changed while it was read")]
    Changed,
}

impl Aws {
    /// Stores a file as an object, in parts, and nothing where the file is not what `expected` says.
    pub(crate) async fn put_file(
        &self,
        bucket: &str,
        key: &str,
        (path, expected): (&Path, &FileHash),
    ) -> Result<(), UploadError> {
        let object = format!("{}/{bucket}/{}", self.endpoint.url, escape(key));
        let begun = self.said(Method::POST, format!("{object}?uploads="), Bytes::new());
        let (_, begun) = begun.await?;
        let text = String::from_utf8_lossy(&begun);
        let id = between(&text, "UploadId").map(unescape_xml);
        let id = id.ok_or_else(|| unreadable("an upload without `UploadId`"))?;
        let upload = format!("{object}?uploadId={}", escape_query(&id));
        let parts = self.put_parts(&object, &id, (path, expected)).await;
        let parts = match parts {
            Ok(parts) => parts,
            Err(error) => {
                // What was brought up is of no use; that it cannot be removed would be no news beside the error.
                let _ = self.said(Method::DELETE, upload, Bytes::new()).await;
                return Err(error);
            }
        };
        self.said(Method::POST, upload, Bytes::from(completion(&parts)))
            .await?;
        Ok(())
    }

    /// The entity tags of all parts.
    async fn put_parts(
        &self,
        object: &str,
        id: &str,
        (path, expected): (&Path, &FileHash),
    ) -> Result<Vec<String>, UploadError> {
        let mut file = File::open(path).map_err(UploadError::Read)?;
        let mut hasher = FileHasher::default();
        let mut tags = Vec::new();
        loop {
            let mut part = Vec::new();
            let piece = Read::by_ref(&mut file).take(PART as u64);
            { piece }
                .read_to_end(&mut part)
                .map_err(UploadError::Read)?;
            if part.is_empty() {
                break;
            }
            hasher.update(&part);
            let number = tags.len() + 1;
            let id = escape_query(id);
            let uri = format!("{object}?partNumber={number}&uploadId={id}");
            let (head, _) = self.said(Method::PUT, uri, Bytes::from(part)).await?;
            let tag = head.headers.get("etag").and_then(|tag| tag.to_str().ok());
            tags.push(
                tag.ok_or_else(|| unreadable("a part without tag"))?
                    .to_owned(),
            );
        }
        if hasher.finish() == *expected {
            Ok(tags)
        } else {
            Err(UploadError::Changed)
        }
    }

    async fn said(
        &self,
        method: Method,
        uri: String,
        content: Bytes,
    ) -> Result<(http::response::Parts, Bytes), ClientError> {
        let (head, body) = self.sent(UPLOAD, method, uri, content).await?;
        accepted(UPLOAD, &head, &body)?;
        Ok((head, body))
    }

    /// Writes an object to a file.
    pub(crate) async fn get_file(
        &self,
        bucket: &str,
        key: &str,
        path: &Path,
    ) -> Result<(), ClientError> {
        const GET: &str = "GetObject";
        let broken = |source: Box<dyn std::error::Error + Send + Sync>| ClientError::Unreachable {
            operation: GET.to_owned(),
            endpoint: self.endpoint.url.clone(),
            source,
        };
        let uri = format!("{}/{bucket}/{}", self.endpoint.url, escape(key));
        let request = Request::builder().uri(uri).body(Bytes::new());
        let request = request.map_err(|error| broken(error.into()))?;
        let (head, mut body) = self.signed_open(GET, "s3", request).await?;
        if !head.status.is_success() {
            let body = body.collect().await.map_err(|error| broken(error.into()))?;
            return accepted(GET, &head, &body.to_bytes());
        }
        let mut file = File::create(path).map_err(|error| broken(error.into()))?;
        while let Some(frame) = body.frame().await {
            let frame = frame.map_err(|error| broken(error.into()))?;
            if let Ok(data) = frame.into_data() {
                file.write_all(&data)
                    .map_err(|error| broken(error.into()))?;
            }
        }
        Ok(())
    }
}

/// What errors of an upload name.
const UPLOAD: &str = "UploadPart";

fn unreadable(reason: &str) -> ClientError {
    ClientError::Unreadable {
        operation: UPLOAD.to_owned(),
        reason: reason.to_owned(),
    }
}

/// The document that makes an object of its parts.
fn completion(tags: &[String]) -> String {
    let parts = tags.iter().zip(1..).map(|(tag, number)| {
        let tag = tag.replace('"', "&quot;");
        format!("<Part><PartNumber>{number}</PartNumber><ETag>{tag}</ETag></Part>")
    });
    let parts: String = parts.collect();
    format!("<CompleteMultipartUpload>{parts}</CompleteMultipartUpload>")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn parts_are_named_in_their_order() {
        let made = completion(&["\"a\"".to_owned(), "\"b\"".to_owned()]);
        assert_eq!(
            made,
            "<CompleteMultipartUpload><Part><PartNumber>1</PartNumber><ETag>&quot;a&quot;</ETag></Part>\
             <Part><PartNumber>2</PartNumber><ETag>&quot;b&quot;</ETag></Part></CompleteMultipartUpload>"
        );
    }
}
