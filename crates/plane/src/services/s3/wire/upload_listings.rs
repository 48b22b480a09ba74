//! Lists of uploads that are under way, and of their parts.

use s3s::dto::{
    ChecksumAlgorithm, ChecksumType, ListMultipartUploadsInput, ListMultipartUploadsOutput,
    ListPartsInput, ListPartsOutput, MultipartUpload, Part, StorageClass,
};
use s3s::{S3Request, S3Response, S3Result, s3_error};

use super::Shelf;
use super::answer::{etag, owner, set_checksums, size, timestamp};
use super::listings::{Print, entries};
use crate::services::s3::bucket;
use crate::services::s3::upload::{self, Upload};

pub(super) async fn parts(
    shelf: &Shelf,
    request: S3Request<ListPartsInput>,
    _principal: &str,
) -> S3Result<S3Response<ListPartsOutput>> {
    let input = request.input;
    let limit = entries(input.max_parts)?.max(1);
    let after = input.part_number_marker.unwrap_or(0);
    let (name, key, id) = (
        input.bucket.clone(),
        input.key.clone(),
        input.upload_id.clone(),
    );
    let (upload, mut parts) = shelf
        .ask(move |snapshot| {
            bucket::require(snapshot, &name)?;
            let upload = upload::require(snapshot, &name, &key, &id)?;
            let parts = upload::parts(snapshot, &id, after, limit as usize + 1)?;
            Ok((upload, parts))
        })
        .await?;
    let is_truncated = parts.len() > limit as usize;
    parts.truncate(limit as usize);
    let next = parts
        .last()
        .filter(|_| is_truncated)
        .map(|part| part.number);
    let shows_checksums = upload.algorithm.is_some();
    Ok(S3Response::new(ListPartsOutput {
        bucket: Some(input.bucket),
        key: Some(input.key),
        upload_id: Some(input.upload_id),
        part_number_marker: Some(after),
        next_part_number_marker: next,
        max_parts: Some(limit),
        is_truncated: Some(is_truncated),
        owner: Some(owner()),
        storage_class: Some(StorageClass::from_static(StorageClass::STANDARD)),
        checksum_type: shows_checksums.then(|| ChecksumType::from(upload.checksum_type.clone())),
        checksum_algorithm: upload.algorithm.map(ChecksumAlgorithm::from),
        parts: Some(
            parts
                .iter()
                .map(|part| listed(part, shows_checksums))
                .collect(),
        ),
        ..ListPartsOutput::default()
    }))
}

fn listed(part: &upload::Part, shows_checksums: bool) -> Part {
    let mut listed = Part {
        e_tag: Some(etag(&part.etag)),
        last_modified: Some(timestamp(part.modified)),
        part_number: Some(part.number),
        size: Some(size(part.blob.bytes)),
        ..Part::default()
    };
    if shows_checksums {
        set_checksums!(listed, part.checksums);
    }
    listed
}

pub(super) async fn uploads(
    shelf: &Shelf,
    request: S3Request<ListMultipartUploadsInput>,
    _principal: &str,
) -> S3Result<S3Response<ListMultipartUploadsOutput>> {
    let input = request.input;
    if input
        .delimiter
        .as_ref()
        .is_some_and(|text| !text.is_empty())
    {
        return Err(s3_error!(
            NotImplemented,
            "uploads are not rolled up at a delimiter here"
        ));
    }
    let limit = entries(input.max_uploads)?.max(1) as usize;
    let print = Print::of(input.encoding_type.as_ref())?;
    let name = input.bucket.clone();
    let mut uploads = shelf
        .ask(move |snapshot| {
            bucket::require(snapshot, &name)?;
            Ok(snapshot.children::<Upload>(&name)?)
        })
        .await?;
    let prefix = input.prefix.clone().unwrap_or_default();
    let key_marker = input.key_marker.clone().unwrap_or_default();
    let id_marker = input.upload_id_marker.clone();
    let is_after = |upload: &Upload| match (upload.key.cmp(&key_marker), &id_marker) {
        (std::cmp::Ordering::Greater, _) => true,
        (std::cmp::Ordering::Equal, Some(id)) => upload.id > *id,
        _ => false,
    };
    uploads.retain(|upload| upload.key.starts_with(&prefix) && is_after(upload));
    uploads.sort_by(|a, b| (&a.key, &a.id).cmp(&(&b.key, &b.id)));
    let is_truncated = uploads.len() > limit;
    uploads.truncate(limit);
    let last = uploads.last().filter(|_| is_truncated);
    Ok(S3Response::new(ListMultipartUploadsOutput {
        bucket: Some(input.bucket),
        prefix: Some(print.text(prefix)),
        key_marker: Some(print.text(key_marker)),
        upload_id_marker: input.upload_id_marker,
        next_key_marker: last.map(|upload| print.text(upload.key.clone())),
        next_upload_id_marker: last.map(|upload| upload.id.clone()),
        max_uploads: i32::try_from(limit).ok(),
        is_truncated: Some(is_truncated),
        encoding_type: input.encoding_type,
        uploads: Some(
            uploads
                .into_iter()
                .map(|upload| under_way(upload, print))
                .collect(),
        ),
        ..ListMultipartUploadsOutput::default()
    }))
}

fn under_way(upload: Upload, print: Print) -> MultipartUpload {
    MultipartUpload {
        checksum_type: upload
            .algorithm
            .is_some()
            .then(|| ChecksumType::from(upload.checksum_type)),
        checksum_algorithm: upload.algorithm.map(ChecksumAlgorithm::from),
        initiated: Some(timestamp(upload.created)),
        key: Some(print.text(upload.key)),
        owner: Some(owner()),
        storage_class: Some(StorageClass::from_static(StorageClass::STANDARD)),
        upload_id: Some(upload.id),
        initiator: None,
    }
}
