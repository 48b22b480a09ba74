//! `GetObjectAttributes`: what is known of an object, by name.

use s3s::dto::{
    Checksum, ChecksumType, GetObjectAttributesInput, GetObjectAttributesOutput,
    GetObjectAttributesParts, ObjectAttributes, ObjectPart, StorageClass,
};
use s3s::{S3Request, S3Response, S3Result, s3_error};

use super::Shelf;
use super::answer::{etag, set_checksums, size, standard, timestamp};
use super::listings::entries;
use crate::services::s3::object::Piece;
use crate::services::s3::{ObjectMeta, version};

/// What may be asked for.
const KNOWN: [&str; 5] = [
    ObjectAttributes::ETAG,
    ObjectAttributes::CHECKSUM,
    ObjectAttributes::OBJECT_PARTS,
    ObjectAttributes::OBJECT_SIZE,
    ObjectAttributes::STORAGE_CLASS,
];

pub(super) async fn get(
    shelf: &Shelf,
    request: S3Request<GetObjectAttributesInput>,
    _principal: &str,
) -> S3Result<S3Response<GetObjectAttributesOutput>> {
    let input = request.input;
    // Clients send one header with commas, or one each.
    let asked: Vec<&str> = input
        .object_attributes
        .iter()
        .flat_map(|attributes| attributes.as_str().split(','))
        .map(str::trim)
        .collect();
    let wanted = |name: &str| asked.contains(&name);
    if asked.is_empty() || !asked.iter().all(|name| KNOWN.contains(name)) {
        return Err(s3_error!(
            InvalidArgument,
            "Invalid attribute name specified."
        ));
    }
    let limit = entries(input.max_parts)?;
    let after = input.part_number_marker.unwrap_or(0);
    let (name, key, id) = (
        input.bucket.clone(),
        input.key.clone(),
        input.version_id.clone(),
    );
    let found = shelf
        .ask(move |snapshot| version::require_object(snapshot, &name, &key, id.as_deref()))
        .await?;
    let meta = &found.meta;
    Ok(S3Response::new(GetObjectAttributesOutput {
        e_tag: wanted(ObjectAttributes::ETAG).then(|| etag(&found.etag)),
        checksum: wanted(ObjectAttributes::CHECKSUM).then(|| checksum(meta)),
        object_parts: (wanted(ObjectAttributes::OBJECT_PARTS) && !meta.parts.is_empty())
            .then(|| parts(&meta.parts, after, limit)),
        object_size: wanted(ObjectAttributes::OBJECT_SIZE).then(|| size(found.blob.bytes)),
        storage_class: wanted(ObjectAttributes::STORAGE_CLASS)
            .then(|| StorageClass::from(meta.storage_class.clone().unwrap_or_else(standard))),
        last_modified: Some(timestamp(found.modified)),
        version_id: meta.version.clone(),
        delete_marker: None,
        request_charged: None,
    }))
}

fn checksum(meta: &ObjectMeta) -> Checksum {
    let mut output = Checksum {
        checksum_type: Some(ChecksumType::from(
            meta.checksum_type
                .clone()
                .unwrap_or_else(|| ChecksumType::FULL_OBJECT.to_owned()),
        )),
        ..Checksum::default()
    };
    set_checksums!(output, meta.checksums);
    output
}

fn parts(pieces: &[Piece], after: i32, limit: i32) -> GetObjectAttributesParts {
    let shows_parts = pieces.iter().any(|piece| !piece.checksums.is_empty());
    let mut rest = pieces.iter().filter(|piece| piece.number > after);
    let listed: Vec<&Piece> = rest.by_ref().take(limit as usize).collect();
    let is_truncated = rest.next().is_some();
    let last = listed.last().map(|piece| piece.number);
    let shown = listed.into_iter().map(|piece| {
        let mut part = ObjectPart {
            part_number: Some(piece.number),
            size: Some(size(piece.bytes)),
            ..ObjectPart::default()
        };
        set_checksums!(part, piece.checksums);
        part
    });
    GetObjectAttributesParts {
        total_parts_count: i32::try_from(pieces.len()).ok(),
        is_truncated: Some(is_truncated),
        max_parts: Some(limit),
        part_number_marker: Some(after),
        next_part_number_marker: last,
        // AWS lists the parts of objects that were uploaded with checksums of parts.
        parts: shows_parts.then(|| shown.collect()),
    }
}
