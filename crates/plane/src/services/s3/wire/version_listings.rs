//! Lists of versions.

use s3s::dto::{
    ChecksumAlgorithm, ChecksumType, DeleteMarkerEntry, ListObjectVersionsInput,
    ListObjectVersionsOutput, ObjectVersion, ObjectVersionStorageClass,
};
use s3s::{S3Request, S3Response, S3Result, s3_error};

use super::Shelf;
use super::answer::{etag, owner, size, standard, timestamp};
use super::listings::{Print, entries, rolled};
use crate::services::s3::version::{Marker, Version};
use crate::services::s3::version_listing::{self, Request, Start};
use crate::services::s3::{Object, bucket};

pub(super) async fn versions(
    shelf: &Shelf,
    request: S3Request<ListObjectVersionsInput>,
    _principal: &str,
) -> S3Result<S3Response<ListObjectVersionsOutput>> {
    let input = request.input;
    let max_keys = entries(input.max_keys)?;
    let print = Print::of(input.encoding_type.as_ref())?;
    let key_marker = input.key_marker.clone().filter(|key| !key.is_empty());
    let version = input.version_id_marker.clone().filter(|id| !id.is_empty());
    let start = match (key_marker, version) {
        (None, None) => Start::First,
        (Some(key), version) => Start::After { key, version },
        (None, Some(_)) => {
            return Err(s3_error!(
                InvalidArgument,
                "A version-id marker cannot be specified without a key marker."
            ));
        }
    };
    let wanted = Request {
        bucket: input.bucket.clone(),
        prefix: input.prefix.clone().unwrap_or_default(),
        delimiter: input.delimiter.clone().unwrap_or_default(),
        start,
        limit: max_keys as usize,
    };
    let page = shelf
        .ask(move |snapshot| {
            bucket::require(snapshot, &wanted.bucket)?;
            version_listing::page(snapshot, &wanted)
        })
        .await?;
    let mut versions = Vec::new();
    let mut markers = Vec::new();
    for entry in page.entries {
        match entry.version {
            Version::Object(object) => versions.push(content(*object, print, entry.is_latest)),
            Version::Marker(found) => markers.push(marker(found, print, entry.is_latest)),
        }
    }
    let is_truncated = page.next.is_some();
    let (next_key, next_version) = page.next.unzip();
    Ok(S3Response::new(ListObjectVersionsOutput {
        name: Some(input.bucket),
        prefix: Some(print.text(input.prefix.unwrap_or_default())),
        delimiter: input.delimiter.map(|text| print.text(text)),
        encoding_type: input.encoding_type,
        key_marker: Some(print.text(input.key_marker.unwrap_or_default())),
        version_id_marker: Some(input.version_id_marker.unwrap_or_default()),
        next_key_marker: next_key.map(|key| print.text(key)),
        next_version_id_marker: next_version.flatten(),
        max_keys: Some(max_keys),
        is_truncated: Some(is_truncated),
        versions: Some(versions),
        delete_markers: Some(markers),
        common_prefixes: Some(rolled(page.prefixes, print)),
        request_charged: None,
    }))
}

fn content(object: Object, print: Print, is_latest: bool) -> ObjectVersion {
    let version = object.version().to_owned();
    let algorithms = object.meta.checksums.keys().cloned();
    ObjectVersion {
        checksum_algorithm: Some(algorithms.map(ChecksumAlgorithm::from).collect()),
        checksum_type: Some(ChecksumType::from(
            object
                .meta
                .checksum_type
                .unwrap_or_else(|| ChecksumType::FULL_OBJECT.to_owned()),
        )),
        e_tag: Some(etag(&object.etag)),
        is_latest: Some(is_latest),
        key: Some(print.text(object.key)),
        last_modified: Some(timestamp(object.modified)),
        owner: Some(owner()),
        restore_status: None,
        size: Some(size(object.blob.bytes)),
        storage_class: Some(ObjectVersionStorageClass::from(
            object.meta.storage_class.unwrap_or_else(standard),
        )),
        version_id: Some(version),
    }
}

fn marker(found: Marker, print: Print, is_latest: bool) -> DeleteMarkerEntry {
    DeleteMarkerEntry {
        is_latest: Some(is_latest),
        key: Some(print.text(found.key)),
        last_modified: Some(timestamp(found.modified)),
        owner: Some(owner()),
        version_id: Some(found.version),
    }
}
