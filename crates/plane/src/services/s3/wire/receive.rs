//! Bodies on their way in: streamed into the store in batches, never whole in memory. No thread waits for a client; a
//! batch goes to a thread for blocking work when it is full. A content is published after the stream has ended as it
//! should, for `s3s` finds a wrong signature or hash of a body only there.

use std::collections::{BTreeMap, BTreeSet};

use bytes::Bytes;
use futures_util::StreamExt;
use s3s::dto::{ChecksumAlgorithm, StreamingBlob};
use s3s::{S3Error, S3Result, StdError, TrailingHeaders, s3_error};

use super::Shelf;
use super::shelf::s3_error as from_fault;
use crate::Fault;
use crate::services::s3::Content;
use crate::services::s3::checksum::Algorithm;
use crate::services::s3::content::{ContentWriter, Expected};

/// Bytes that are gathered before a thread writes them.
const BATCH: usize = 1 << 20;
/// What a client is told whose body ended early.
const INCOMPLETE: &str =
    "You did not provide the number of bytes specified by the Content-Length HTTP header";

/// A body and what is said of it.
#[derive(Debug)]
pub(super) struct Intake {
    /// The body.
    pub(super) body: Option<StreamingBlob>,
    /// `Content-Length`, without the framing of chunks.
    pub(super) length: Option<i64>,
    /// `Content-MD5`.
    pub(super) md5: Option<String>,
    /// Checksums of headers.
    pub(super) checksums: BTreeMap<Algorithm, String>,
    /// The algorithm that the client announces.
    pub(super) announced: Option<ChecksumAlgorithm>,
    /// The algorithm to compute where the client asks for none.
    pub(super) default: Algorithm,
    /// Where checksums of trailers will be.
    pub(super) trailers: Option<TrailingHeaders>,
}

impl Intake {
    /// The algorithms to compute.
    fn algorithms(&self) -> S3Result<BTreeSet<Algorithm>> {
        if self.checksums.len() > 1 {
            return Err(s3_error!(
                InvalidRequest,
                "Expecting a single x-amz-checksum- header. Multiple checksum Types are not allowed."
            ));
        }
        let announced = match &self.announced {
            Some(name) => Some(Algorithm::parse(name.as_str()).ok_or_else(|| {
                s3_error!(
                    InvalidRequest,
                    "Checksum algorithm provided is unsupported."
                )
            })?),
            None => None,
        };
        let mut wanted: BTreeSet<Algorithm> = self.checksums.keys().copied().collect();
        wanted.extend(announced);
        if wanted.is_empty() {
            wanted.insert(self.default);
        }
        Ok(wanted)
    }
}

/// Receives a body into the store.
pub(super) async fn receive(shelf: &Shelf, intake: Intake) -> S3Result<Content> {
    let algorithms = intake.algorithms()?;
    let mut expected = Expected {
        md5: intake.md5,
        checksums: intake.checksums,
    };
    expected.check_form().map_err(from_fault)?;
    let limit = shelf.part_limit;
    let announced = intake.length.and_then(|length| u64::try_from(length).ok());
    if announced.is_some_and(|length| length > limit) {
        return Err(too_large(limit));
    }
    let mut writer = shelf
        .blocking(move |shelf| Ok(ContentWriter::new(&shelf.blobs, &algorithms)?))
        .await?;
    let mut batch = Vec::new();
    let mut gathered = 0;
    if let Some(mut body) = intake.body {
        while let Some(part) = next(&mut body, shelf).await? {
            gathered += part.len();
            batch.push(part);
            if gathered >= BATCH {
                writer = write(shelf, writer, std::mem::take(&mut batch)).await?;
                gathered = 0;
            }
            if writer.bytes() + gathered as u64 > limit {
                return Err(too_large(limit));
            }
        }
    }
    let received = writer.bytes() + gathered as u64;
    if announced.is_some_and(|length| length != received) {
        return Err(s3_error!(IncompleteBody, "{INCOMPLETE}"));
    }
    if let Some(trailers) = intake.trailers {
        add_trailers(&trailers, &mut expected)?;
    }
    let announced = intake
        .announced
        .as_ref()
        .and_then(|name| Algorithm::parse(name.as_str()));
    if announced.is_some_and(|algorithm| !expected.checksums.contains_key(&algorithm)) {
        return Err(s3_error!(
            InvalidRequest,
            "x-amz-sdk-checksum-algorithm specified, but no corresponding x-amz-checksum-* or x-amz-trailer headers were found."
        ));
    }
    let finish = move |_: &Shelf| {
        for part in batch {
            writer.write(&part)?;
        }
        writer.finish(&expected)
    };
    shelf.blocking(finish).await
}

async fn write(
    shelf: &Shelf,
    mut writer: ContentWriter,
    batch: Vec<Bytes>,
) -> S3Result<ContentWriter> {
    let work = move |_: &Shelf| {
        for part in batch {
            writer.write(&part)?;
        }
        Ok(writer)
    };
    shelf.blocking(work).await
}

async fn next(body: &mut StreamingBlob, shelf: &Shelf) -> S3Result<Option<Bytes>> {
    match tokio::time::timeout(shelf.silence, body.next()).await {
        Ok(part) => part.transpose().map_err(broken),
        Err(_) => Err(s3_error!(
            RequestTimeout,
            "Your socket connection to the server was not read from or written to within the timeout period."
        )),
    }
}

/// What `s3s` found wrong with a body. Its error types are private, their words are not.
fn broken(source: StdError) -> S3Error {
    let text = source.to_string();
    let (code, message) = if text.contains("Sha256Mismatch") {
        (
            "XAmzContentSHA256Mismatch",
            "The provided 'x-amz-content-sha256' header does not match what was computed.",
        )
    } else if text.contains("SignatureMismatch") {
        (
            "SignatureDoesNotMatch",
            "The signature of a chunk does not match what was computed.",
        )
    } else if text.contains("FormatError") || text.contains("Too") {
        (
            "InvalidChunkSizeError",
            "The framing of the chunks is broken.",
        )
    } else {
        ("IncompleteBody", INCOMPLETE)
    };
    let status = if code == "SignatureDoesNotMatch" {
        403
    } else {
        400
    };
    let mut error = from_fault(Fault {
        status,
        ..Fault::client(code, message)
    });
    error.set_source(source);
    error
}

fn add_trailers(trailers: &TrailingHeaders, expected: &mut Expected) -> S3Result<()> {
    for (name, value) in trailers.take().iter().flatten() {
        let found = Algorithm::ALL
            .into_iter()
            .find(|algorithm| algorithm.header() == name.as_str());
        if let Some(algorithm) = found {
            let text = String::from_utf8_lossy(value.as_bytes()).trim().to_owned();
            expected.checksums.insert(algorithm, text);
        }
    }
    expected.check_form().map_err(from_fault)
}

fn too_large(limit: u64) -> S3Error {
    s3_error!(
        EntityTooLarge,
        "Your proposed upload exceeds the maximum allowed size of {limit} bytes"
    )
}
