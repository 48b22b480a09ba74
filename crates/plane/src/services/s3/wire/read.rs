//! Reading objects: whole, in part, or only what is said of them.

use std::collections::BTreeMap;
use std::fs::File;
use std::io::{Read, Seek, SeekFrom};
use std::ops::Range as Span;

use bytes::Bytes;
use futures_util::stream;
use http::HeaderMap;
use s3s::dto::{
    ChecksumType, GetObjectInput, GetObjectOutput, GetObjectTaggingInput, GetObjectTaggingOutput,
    HeadObjectInput, HeadObjectOutput, Range, StreamingBlob, Tag,
};
use s3s::{S3Error, S3ErrorCode, S3Request, S3Response, S3Result};

use super::Shelf;
use super::answer::{etag, millis, parse_http_date, set_checksums, size, tag, timestamp};
use crate::Fault;
use crate::services::s3::condition::{Conditions, Verdict, failed};
use crate::services::s3::{Object, object};
use crate::store::{Blob, BlobStore, StoreError};

/// Contents up to this size are read at once.
const WHOLE: u64 = 256 * 1024;
/// Bytes that are read at a time of larger ones.
const CHUNK: u64 = 1 << 20;
/// What AWS says of a content whose type nobody told.
const DEFAULT_TYPE: &str = "binary/octet-stream";

/// What a read asks for.
struct Wanted {
    bucket: String,
    key: String,
    conditions: Conditions,
    range: Option<Range>,
}

/// What a read found.
struct Found {
    object: Object,
    span: Span<u64>,
    ranged: bool,
}

enum Looked {
    Found(Box<Found>),
    NotModified(Box<Object>),
    OutOfRange(u64),
}

/// Collects what a read asks for, from the inputs of `GetObject` and `HeadObject`.
macro_rules! wanted {
    ($input:expr) => {
        Wanted {
            bucket: $input.bucket.clone(),
            key: $input.key.clone(),
            conditions: Conditions {
                matches: tag($input.if_match.clone()),
                none_match: tag($input.if_none_match.clone()),
                modified_since: $input.if_modified_since.as_ref().and_then(millis),
                unmodified_since: $input.if_unmodified_since.as_ref().and_then(millis),
            },
            range: $input.range,
        }
    };
}

/// Fills what the outputs of `GetObject` and `HeadObject` share.
macro_rules! describe {
    ($output:expr, $found:expr, $with_checksums:expr) => {{
        let meta = &$found.object.meta;
        let header = |name: &str| meta.headers.get(name).cloned();
        let length = $found.span.end - $found.span.start;
        $output.accept_ranges = Some("bytes".to_owned());
        $output.cache_control = header("cache-control");
        $output.content_disposition = header("content-disposition");
        $output.content_encoding = header("content-encoding");
        $output.content_language = header("content-language");
        $output.expires = meta
            .headers
            .get("expires")
            .and_then(|text| parse_http_date(text));
        $output.content_type = Some(
            meta.content_type
                .clone()
                .unwrap_or_else(|| DEFAULT_TYPE.to_owned()),
        );
        $output.content_length = Some(size(length));
        $output.content_range = content_range(&$found);
        $output.e_tag = Some(etag(&$found.object.etag));
        $output.last_modified = Some(timestamp($found.object.modified));
        $output.metadata = Some(meta.user.clone().into_iter().collect());
        if $with_checksums && !$found.ranged {
            set_checksums!($output, meta.checksums);
            $output.checksum_type = Some(ChecksumType::from(
                meta.checksum_type
                    .clone()
                    .unwrap_or_else(|| "FULL_OBJECT".to_owned()),
            ));
        }
    }};
}

pub(super) async fn get(
    shelf: &Shelf,
    request: S3Request<GetObjectInput>,
    _principal: &str,
) -> S3Result<S3Response<GetObjectOutput>> {
    let with_checksums = request.input.checksum_mode.is_some();
    let wanted = wanted!(request.input);
    let (looked, whole) = shelf
        .blocking(move |shelf| {
            let looked = shelf.readers.read(|snapshot| look(snapshot, &wanted))?;
            let whole = match &looked {
                Looked::Found(found) => read_small(&shelf.blobs, found)?,
                _ => None,
            };
            Ok((looked, whole))
        })
        .await?;
    let found = settle(looked)?;
    let mut output = GetObjectOutput::default();
    describe!(output, found, with_checksums);
    output.tag_count = i32::try_from(found.object.meta.tags.len())
        .ok()
        .filter(|count| *count > 0);
    output.body = Some(match whole {
        Some(bytes) => StreamingBlob::from(s3s::Body::from(bytes)),
        None => stream_of(shelf.blobs.clone(), &found.object.blob, found.span),
    });
    Ok(S3Response::new(output))
}

pub(super) async fn head(
    shelf: &Shelf,
    request: S3Request<HeadObjectInput>,
    _principal: &str,
) -> S3Result<S3Response<HeadObjectOutput>> {
    let with_checksums = request.input.checksum_mode.is_some();
    let wanted = wanted!(request.input);
    let found = settle(shelf.ask(move |snapshot| look(snapshot, &wanted)).await?)?;
    let mut output = HeadObjectOutput::default();
    describe!(output, found, with_checksums);
    Ok(S3Response::new(output))
}

pub(super) async fn tagging(
    shelf: &Shelf,
    request: S3Request<GetObjectTaggingInput>,
    _principal: &str,
) -> S3Result<S3Response<GetObjectTaggingOutput>> {
    let (bucket, key) = (request.input.bucket, request.input.key);
    let found = shelf
        .ask(move |snapshot| object::require(snapshot, &bucket, &key))
        .await?;
    let tags: BTreeMap<String, String> = found.meta.tags;
    let tag_set = tags
        .into_iter()
        .map(|(key, value)| Tag {
            key: Some(key),
            value: Some(value),
        })
        .collect();
    Ok(S3Response::new(GetObjectTaggingOutput {
        tag_set,
        version_id: None,
    }))
}

fn look(snapshot: &crate::store::Snapshot<'_>, wanted: &Wanted) -> Result<Looked, Fault> {
    let object = object::require(snapshot, &wanted.bucket, &wanted.key)?;
    match wanted.conditions.judge(&object.etag, object.modified) {
        Verdict::Proceed => {}
        Verdict::NotModified => return Ok(Looked::NotModified(Box::new(object))),
        Verdict::Failed => return Err(failed()),
    }
    let bytes = object.blob.bytes;
    let span = match &wanted.range {
        None => 0..bytes,
        Some(range) => match range.check(bytes) {
            Ok(span) if !span.is_empty() => span,
            _ => return Ok(Looked::OutOfRange(bytes)),
        },
    };
    Ok(Looked::Found(Box::new(Found {
        object,
        span,
        ranged: wanted.range.is_some(),
    })))
}

/// Turns what is no object for the client into the error that says so.
fn settle(looked: Looked) -> S3Result<Box<Found>> {
    let (mut error, headers) = match looked {
        Looked::Found(found) => return Ok(found),
        Looked::NotModified(object) => {
            let quoted = format!("\"{}\"", object.etag);
            (S3Error::new(S3ErrorCode::NotModified), [("etag", quoted)])
        }
        Looked::OutOfRange(bytes) => {
            let message = "The requested range is not satisfiable";
            let error = S3Error::with_message(S3ErrorCode::InvalidRange, message);
            (error, [("content-range", format!("bytes */{bytes}"))])
        }
    };
    let mut map = HeaderMap::new();
    for (name, value) in headers {
        if let Ok(value) = value.parse() {
            map.insert(name, value);
        }
    }
    error.set_headers(map);
    Err(error)
}

fn content_range(found: &Found) -> Option<String> {
    let Span { start, end } = found.span;
    found
        .ranged
        .then(|| format!("bytes {start}-{}/{}", end - 1, found.object.blob.bytes))
}

fn read_small(blobs: &BlobStore, found: &Found) -> Result<Option<Bytes>, Fault> {
    let length = found.span.end - found.span.start;
    if length > WHOLE {
        return Ok(None);
    }
    let sha256 = &found.object.blob.sha256;
    let mut file = blobs.open_blob(sha256)?;
    Ok(Some(read_at(
        &mut file,
        blobs,
        sha256,
        found.span.start,
        length,
    )?))
}

fn read_at(
    file: &mut File,
    blobs: &BlobStore,
    sha256: &str,
    start: u64,
    length: u64,
) -> Result<Bytes, StoreError> {
    let mut bytes = vec![0; usize::try_from(length).unwrap_or(usize::MAX)];
    file.seek(SeekFrom::Start(start))
        .and_then(|_| file.read_exact(&mut bytes))
        .map_err(|source| StoreError::file(blobs.path(sha256), source))?;
    Ok(Bytes::from(bytes))
}

/// The content of a blob, chunk by chunk; each is read on a thread for blocking work.
fn stream_of(blobs: BlobStore, blob: &Blob, span: Span<u64>) -> StreamingBlob {
    let sha256 = blob.sha256.clone();
    let begin = (None::<File>, span);
    let chunks = stream::try_unfold(begin, move |(file, span)| {
        let (blobs, sha256) = (blobs.clone(), sha256.clone());
        async move {
            if span.is_empty() {
                return Ok(None);
            }
            let length = (span.end - span.start).min(CHUNK);
            let work = move || {
                let mut file = match file {
                    Some(file) => file,
                    None => blobs.open_blob(&sha256)?,
                };
                let bytes = read_at(&mut file, &blobs, &sha256, span.start, length)?;
                Ok::<_, StoreError>((bytes, (Some(file), span.start + length..span.end)))
            };
            tokio::task::spawn_blocking(work)
                .await
                .map_err(std::io::Error::other)?
                .map(Some)
                .map_err(std::io::Error::other)
        }
    });
    StreamingBlob::wrap(chunks)
}
