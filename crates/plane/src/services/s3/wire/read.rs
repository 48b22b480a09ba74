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
    HeadObjectInput, HeadObjectOutput, Range, StorageClass, StreamingBlob, Tag,
};
use s3s::{S3Error, S3ErrorCode, S3Request, S3Response, S3Result, s3_error};

use super::Shelf;
use super::answer::{etag, millis, parse_http_date, set_checksums, size, tag, timestamp};
use super::protection::{check_readable, set_encryption};
use crate::Fault;
use crate::services::s3::bucket::Versioning;
use crate::services::s3::condition::{Conditions, Verdict, failed};
use crate::services::s3::version::{Marker, Version};
use crate::services::s3::{Object, bucket, object, version};
use crate::store::{Blob, BlobStore, Snapshot, StoreError};

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
    version: Option<String>,
    conditions: Conditions,
    range: Option<Range>,
    part: Option<i32>,
    /// Whether the content itself is asked for.
    opens: bool,
}

/// What a read found.
struct Found {
    object: Object,
    span: Span<u64>,
    ranged: bool,
    /// Whether the bucket ever kept versions.
    versioned: bool,
}

enum Looked {
    Found(Box<Found>),
    NotModified(Box<Object>),
    OutOfRange(u64),
    Marker(Marker, bool),
}

/// Collects what a read asks for, from the inputs of `GetObject` and `HeadObject`.
macro_rules! wanted {
    ($input:expr, $opens:expr) => {
        Wanted {
            bucket: $input.bucket.clone(),
            key: $input.key.clone(),
            version: $input.version_id.clone(),
            conditions: Conditions {
                matches: tag($input.if_match.clone()),
                none_match: tag($input.if_none_match.clone()),
                modified_since: $input.if_modified_since.as_ref().and_then(millis),
                unmodified_since: $input.if_unmodified_since.as_ref().and_then(millis),
            },
            range: $input.range,
            part: $input.part_number,
            opens: $opens,
        }
    };
}

/// Fills what the outputs of `GetObject` and `HeadObject` share.
macro_rules! describe {
    ($output:expr, $found:expr, $input:expr) => {{
        let input = $input;
        let meta = &$found.object.meta;
        let header = |name: &str| meta.headers.get(name).cloned();
        let length = $found.span.end - $found.span.start;
        $output.accept_ranges = Some("bytes".to_owned());
        let or_header = |asked: Option<String>, name: &str| asked.or_else(|| header(name));
        $output.cache_control = or_header(input.response_cache_control, "cache-control");
        $output.content_disposition =
            or_header(input.response_content_disposition, "content-disposition");
        $output.content_encoding = or_header(input.response_content_encoding, "content-encoding");
        $output.content_language = or_header(input.response_content_language, "content-language");
        $output.website_redirect_location = header("website-redirect-location");
        let stored = meta.headers.get("expires");
        $output.expires = input
            .response_expires
            .or_else(|| stored.and_then(|text| parse_http_date(text)));
        let stored = || {
            meta.content_type
                .clone()
                .unwrap_or_else(|| DEFAULT_TYPE.to_owned())
        };
        $output.content_type = Some(input.response_content_type.unwrap_or_else(stored));
        $output.storage_class = meta.storage_class.clone().map(StorageClass::from);
        set_encryption!($output, meta.encryption);
        $output.version_id = $found.versioned.then(|| $found.object.version().to_owned());
        let parts = i32::try_from(meta.parts.len())
            .ok()
            .filter(|count| *count > 0);
        $output.parts_count = parts.filter(|_| input.part_number.is_some());
        $output.content_length = Some(size(length));
        $output.content_range = content_range(&$found);
        $output.e_tag = Some(etag(&$found.object.etag));
        $output.last_modified = Some(timestamp($found.object.modified));
        $output.metadata = Some(meta.user.clone().into_iter().collect());
        if input.checksum_mode.is_some() && !$found.ranged {
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
    check_overrides(&request.uri)?;
    let wanted = wanted!(request.input, true);
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
    describe!(output, found, request.input);
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
    check_overrides(&request.uri)?;
    let wanted = wanted!(request.input, false);
    let found = settle(shelf.ask(move |snapshot| look(snapshot, &wanted)).await?)?;
    let mut output = HeadObjectOutput::default();
    describe!(output, found, request.input);
    Ok(S3Response::new(output))
}

pub(super) async fn tagging(
    shelf: &Shelf,
    request: S3Request<GetObjectTaggingInput>,
    _principal: &str,
) -> S3Result<S3Response<GetObjectTaggingOutput>> {
    let input = request.input;
    let found = shelf
        .ask(move |snapshot| {
            let id = input.version_id.as_deref();
            version::require_object(snapshot, &input.bucket, &input.key, id)
        })
        .await?;
    let version_id = found.meta.version.clone();
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
        version_id,
    }))
}

fn look(snapshot: &Snapshot<'_>, wanted: &Wanted) -> Result<Looked, Fault> {
    let (name, key) = (wanted.bucket.as_str(), wanted.key.as_str());
    let versioned = bucket::require(snapshot, name)?.versioning != Versioning::Never;
    let object = match &wanted.version {
        Some(id) => match version::require(snapshot, name, key, id)? {
            Version::Object(object) => *object,
            Version::Marker(marker) => return Ok(Looked::Marker(marker, true)),
        },
        None => match version::current_marker(snapshot, name, key)? {
            Some(marker) => return Ok(Looked::Marker(marker, false)),
            None => object::require(snapshot, name, key)?,
        },
    };
    match wanted.conditions.judge(&object.etag, object.modified) {
        Verdict::Proceed => {}
        Verdict::NotModified => return Ok(Looked::NotModified(Box::new(object))),
        Verdict::Failed => return Err(failed()),
    }
    if wanted.opens {
        check_readable(object.meta.storage_class.as_deref())?;
    }
    let bytes = object.blob.bytes;
    let part = wanted.part.map(|number| part_of(&object, number));
    let span = match (&wanted.range, part) {
        (Some(_), Some(_)) => {
            let message = "Cannot specify both Range header and partNumber query parameter";
            return Err(Fault::client("InvalidRequest", message));
        }
        (None, Some(span)) => span?,
        (None, None) => 0..bytes,
        (Some(range), None) => match range.check(bytes) {
            Ok(span) if !span.is_empty() => span,
            _ => return Ok(Looked::OutOfRange(bytes)),
        },
    };
    let ranged = wanted.range.is_some() || (wanted.part.is_some() && span != (0..bytes));
    Ok(Looked::Found(Box::new(Found {
        object,
        span,
        ranged,
        versioned,
    })))
}

/// Where a part lies in its object; what came in one piece is its only part.
fn part_of(object: &Object, number: i32) -> Result<Span<u64>, Fault> {
    let pieces = &object.meta.parts;
    if pieces.is_empty() && number == 1 {
        return Ok(0..object.blob.bytes);
    }
    let at = usize::try_from(number).ok().and_then(|n| n.checked_sub(1));
    let Some(piece) = at.and_then(|at| pieces.get(at)) else {
        return Err(Fault::new(
            416,
            "InvalidPartNumber",
            "The requested partnumber is not satisfiable",
        ));
    };
    let start: u64 = pieces[..at.unwrap_or(0)]
        .iter()
        .map(|piece| piece.bytes)
        .sum();
    Ok(start..start + piece.bytes)
}

/// Parameters that change headers of the answer are for requests that are signed, which all are here, and are known.
fn check_overrides(uri: &http::Uri) -> S3Result<()> {
    const KNOWN: [&str; 6] = [
        "response-cache-control",
        "response-content-disposition",
        "response-content-encoding",
        "response-content-language",
        "response-content-type",
        "response-expires",
    ];
    let names = uri.query().unwrap_or_default().split('&');
    let mut names = names.filter_map(|pair| pair.split('=').next());
    match names.find(|name| name.starts_with("response-") && !KNOWN.contains(name)) {
        None => Ok(()),
        Some(name) => Err(s3_error!(
            InvalidArgument,
            "{name} is not in the set of overridable response header names"
        )),
    }
}

/// Turns what is no object for the client into the error that says so.
fn settle(looked: Looked) -> S3Result<Box<Found>> {
    let (mut error, headers) = match looked {
        Looked::Found(found) => return Ok(found),
        Looked::NotModified(object) => {
            let quoted = format!("\"{}\"", object.etag);
            let error = S3Error::new(S3ErrorCode::NotModified);
            (error, vec![("etag", quoted)])
        }
        Looked::Marker(marker, is_named) => marked(marker, is_named),
        Looked::OutOfRange(bytes) => {
            let message = "The requested range is not satisfiable";
            let error = S3Error::with_message(S3ErrorCode::InvalidRange, message);
            (error, vec![("content-range", format!("bytes */{bytes}"))])
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

/// What a client is told that meets a delete marker.
fn marked(marker: Marker, is_named: bool) -> (S3Error, Vec<(&'static str, String)>) {
    let mut headers = vec![
        ("x-amz-delete-marker", "true".to_owned()),
        ("x-amz-version-id", marker.version),
    ];
    if !is_named {
        let message = "The specified key does not exist.";
        let error = S3Error::with_message(S3ErrorCode::NoSuchKey, message);
        return (error, headers);
    }
    headers.push(("allow", "DELETE".to_owned()));
    let message = "The specified method is not allowed against this resource.";
    let error = S3Error::with_message(S3ErrorCode::MethodNotAllowed, message);
    (error, headers)
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
