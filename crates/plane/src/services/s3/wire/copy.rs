//! Copies within the plane: a row that names the same bytes, unless a digest has to be computed anew.

use std::collections::BTreeSet;
use std::io::{Read, Seek, SeekFrom};

use http::HeaderMap;
use s3s::dto::{
    ChecksumAlgorithm, ChecksumType, CopyObjectInput, CopyObjectOutput, CopyObjectResult,
    CopyPartResult, CopySource, ETagCondition, MetadataDirective, Range, TaggingDirective,
    UploadPartCopyInput, UploadPartCopyOutput,
};
use s3s::{S3Request, S3Response, S3Result};

use super::Shelf;
use super::answer::{etag, millis, object_meta, set_checksums, tag, timestamp};
use super::protection::{check_readable, set_encryption};
use super::shelf::s3_error;
use super::uploads::check_number;
use super::write::{check_metadata, put_if};
use crate::Fault;
use crate::services::s3::checksum::Algorithm;
use crate::services::s3::condition::{Conditions, Tag};
use crate::services::s3::{Content, Object, ObjectMeta, bucket, content, upload, version};
use crate::store::StoreError;

/// The header of a redirect.
const REDIRECT: &str = "website-redirect-location";
/// Most bytes of a copy that is not in parts.
const LONGEST: u64 = 5 << 30;
/// What AWS says of a copy that changes nothing.
const ITSELF: &str = "This copy request is illegal because it is trying to copy an object to itself \
    without changing the object's metadata, storage class, website redirect location or encryption \
    attributes.";

/// Where a copy comes from.
struct Source {
    bucket: String,
    key: String,
    version: Option<String>,
    conditions: Conditions,
}

/// Reads the source of a copy from the inputs of `CopyObject` and `UploadPartCopy`.
macro_rules! source {
    ($input:expr) => {
        source_of(
            &$input.copy_source,
            Conditions {
                matches: tag($input.copy_source_if_match.clone()),
                none_match: tag($input.copy_source_if_none_match.clone()),
                modified_since: $input
                    .copy_source_if_modified_since
                    .as_ref()
                    .and_then(millis),
                unmodified_since: $input
                    .copy_source_if_unmodified_since
                    .as_ref()
                    .and_then(millis),
            },
        )
        .map_err(s3_error)?
    };
}

fn source_of(copied: &CopySource, conditions: Conditions) -> Result<Source, Fault> {
    let CopySource::Bucket {
        bucket,
        key,
        version_id,
    } = copied
    else {
        return Err(not_implemented(
            "copies from access points are not implemented here",
        ));
    };
    Ok(Source {
        bucket: bucket.to_string(),
        key: key.to_string(),
        version: version_id.as_ref().map(ToString::to_string),
        conditions,
    })
}

fn not_implemented(message: &str) -> Fault {
    Fault::new(501, "NotImplemented", message.to_owned())
}

/// The object to copy, if it is as the client wants it.
fn find(shelf: &Shelf, source: &Source) -> Result<Object, Fault> {
    let found = shelf.readers.read(|snapshot| {
        let id = source.version.as_deref();
        version::require_object(snapshot, &source.bucket, &source.key, id)
    })?;
    check_readable(found.meta.storage_class.as_deref())?;
    source
        .conditions
        .check_source(&found.etag, found.modified)?;
    Ok(found)
}

/// What the copy takes from the request instead of the source.
#[derive(Clone, Copy)]
struct Replaced {
    meta: bool,
    tags: bool,
}

pub(super) async fn object(
    shelf: &Shelf,
    request: S3Request<CopyObjectInput>,
    principal: &str,
) -> S3Result<S3Response<CopyObjectOutput>> {
    let conditions = Conditions {
        matches: header_tag(&request.headers, "if-match")?,
        none_match: header_tag(&request.headers, "if-none-match")?,
        ..Conditions::default()
    };
    let input = request.input;
    let source = source!(input);
    let said = object_meta!(input);
    check_metadata(said.user.iter()).map_err(s3_error)?;
    let meta = input
        .metadata_directive
        .as_ref()
        .map(MetadataDirective::as_str);
    let tags = input
        .tagging_directive
        .as_ref()
        .map(TaggingDirective::as_str);
    let replaced = Replaced {
        meta: meta == Some(MetadataDirective::REPLACE),
        tags: tags == Some(TaggingDirective::REPLACE),
    };
    let is_itself = (&source.bucket, &source.key) == (&input.bucket, &input.key);
    let changes_more = said.encryption.is_some()
        || input.storage_class.is_some()
        || input.website_redirect_location.is_some()
        || source.version.is_some();
    if is_itself && !replaced.meta && !replaced.tags && !changes_more {
        return Err(s3_error(Fault::client("InvalidRequest", ITSELF)));
    }
    let wanted = input
        .checksum_algorithm
        .as_ref()
        .map(ChecksumAlgorithm::as_str);
    let algorithm = parse_algorithm(wanted).map_err(s3_error)?;
    let (content, found) = shelf
        .blocking(move |shelf| {
            let found = find(shelf, &source)?;
            Ok((whole(shelf, &found, algorithm)?, found))
        })
        .await?;
    let source_version = found.meta.version.clone();
    let meta = merged(found.meta, said, replaced);
    let mut result = CopyObjectResult {
        e_tag: Some(etag(&content.md5)),
        checksum_type: Some(ChecksumType::from_static(ChecksumType::FULL_OBJECT)),
        ..CopyObjectResult::default()
    };
    set_checksums!(result, content.checksums);
    let (name, key) = (input.bucket, input.key);
    let (modified, written) = shelf
        .command(principal, move |tx| {
            let now = tx.ctx().now;
            let copy = Object::new(&name, &key, now, content, meta);
            Ok((now, put_if(tx, &conditions, &copy)?))
        })
        .await?;
    result.last_modified = Some(timestamp(modified));
    let mut output = CopyObjectOutput {
        copy_object_result: Some(result),
        copy_source_version_id: source_version,
        version_id: written.version,
        ..Default::default()
    };
    set_encryption!(output, written.encryption);
    Ok(S3Response::new(output))
}

/// A condition on what is there already, which `s3s` does not read for copies.
fn header_tag(headers: &HeaderMap, name: &str) -> S3Result<Option<Tag>> {
    let Some(value) = headers.get(name) else {
        return Ok(None);
    };
    let condition = ETagCondition::parse_http_header(value.as_bytes()).map_err(|_| {
        s3_error(Fault::client(
            "InvalidArgument",
            format!("Invalid header: {name}"),
        ))
    })?;
    Ok(tag(Some(condition)))
}

fn parse_algorithm(name: Option<&str>) -> Result<Option<Algorithm>, Fault> {
    let parsed = name.map(Algorithm::parse);
    if parsed == Some(None) {
        let message = "Checksum algorithm provided is unsupported.";
        return Err(Fault::client("InvalidRequest", message));
    }
    Ok(parsed.flatten())
}

/// What is said of the copy: what was said of the source, or what the request says.
fn merged(source: ObjectMeta, said: ObjectMeta, replaced: Replaced) -> ObjectMeta {
    let tags = if replaced.tags {
        said.tags.clone()
    } else {
        source.tags.clone()
    };
    // AWS takes these three from the request alone, whatever becomes of the rest.
    let (encryption, storage_class) = (said.encryption.clone(), said.storage_class.clone());
    let redirect = said.headers.get(REDIRECT).cloned();
    let mut chosen = if replaced.meta { said } else { source };
    chosen.headers.remove(REDIRECT);
    chosen
        .headers
        .extend(redirect.map(|location| (REDIRECT.to_owned(), location)));
    ObjectMeta {
        tags,
        encryption,
        storage_class,
        checksum_type: None,
        version: None,
        parts: Vec::new(),
        ..chosen
    }
}

/// The content as one piece: its digests are known unless it came in parts or the client wants another checksum.
fn whole(shelf: &Shelf, found: &Object, wanted: Option<Algorithm>) -> Result<Content, Fault> {
    if found.blob.bytes > LONGEST {
        let message = format!(
            "The specified copy source is larger than the maximum allowable size for a copy source: {LONGEST}"
        );
        return Err(Fault::client("InvalidRequest", message));
    }
    let algorithm = wanted
        .or_else(|| {
            found
                .meta
                .checksums
                .keys()
                .find_map(|name| Algorithm::parse(name))
        })
        .unwrap_or(Algorithm::Crc64Nvme);
    let is_known = found.meta.checksums.contains_key(algorithm.name());
    if is_known && !found.etag.contains('-') {
        return Ok(Content {
            blob: found.blob.clone(),
            md5: found.etag.clone(),
            checksums: found.meta.checksums.clone(),
        });
    }
    let file = shelf.blobs.open_blob(&found.blob.sha256)?;
    content::store_with(&shelf.blobs, file, &BTreeSet::from([algorithm]))
}

pub(super) async fn part(
    shelf: &Shelf,
    request: S3Request<UploadPartCopyInput>,
    principal: &str,
) -> S3Result<S3Response<UploadPartCopyOutput>> {
    let input = request.input;
    check_number(input.part_number).map_err(s3_error)?;
    let source = source!(input);
    let (name, key, id) = (input.bucket, input.key, input.upload_id);
    let range = input.copy_source_range;
    let (upload, content, source_version) = shelf
        .blocking(move |shelf| {
            let upload = shelf.readers.read(|snapshot| {
                bucket::require(snapshot, &name)?;
                upload::require(snapshot, &name, &key, &id)
            })?;
            let found = find(shelf, &source)?;
            let content = cut(shelf, &found, range.as_deref(), upload.algorithm())?;
            Ok((upload, content, found.meta.version))
        })
        .await?;
    let mut result = CopyPartResult {
        e_tag: Some(etag(&content.md5)),
        ..CopyPartResult::default()
    };
    if upload.algorithm.is_some() {
        set_checksums!(result, content.checksums);
    }
    let number = input.part_number;
    let encryption = upload.meta.encryption.clone();
    let modified = shelf
        .command(principal, move |tx| {
            upload::put_part(tx, &upload, number, &content)?;
            Ok(tx.ctx().now)
        })
        .await?;
    result.last_modified = Some(timestamp(modified));
    let mut output = UploadPartCopyOutput {
        copy_part_result: Some(result),
        copy_source_version_id: source_version,
        ..Default::default()
    };
    set_encryption!(output, encryption);
    Ok(S3Response::new(output))
}

/// A part of an object's content, stored as a content of its own.
fn cut(
    shelf: &Shelf,
    found: &Object,
    range: Option<&str>,
    algorithm: Algorithm,
) -> Result<Content, Fault> {
    let bytes = found.blob.bytes;
    let span = match range {
        None => 0..bytes,
        Some(text) => {
            let parsed = Range::parse(text).ok().filter(
                |range| matches!(range, Range::Int { last: Some(last), .. } if *last < bytes),
            );
            parsed
                .and_then(|range| range.check(bytes).ok())
                .ok_or_else(|| {
                    let message = "The x-amz-copy-source-range value must be of the form \
                               bytes=first-last where first and last are the zero-based offsets of \
                               the first and last bytes to copy";
                    Fault::client("InvalidArgument", message)
                })?
        }
    };
    if span.end - span.start > shelf.part_limit {
        return Err(Fault::client(
            "EntityTooLarge",
            "The part to copy is too large",
        ));
    }
    let mut file = shelf.blobs.open_blob(&found.blob.sha256)?;
    file.seek(SeekFrom::Start(span.start))
        .map_err(|source| StoreError::file(shelf.blobs.path(&found.blob.sha256), source))?;
    content::store_with(
        &shelf.blobs,
        file.take(span.end - span.start),
        &BTreeSet::from([algorithm]),
    )
}
