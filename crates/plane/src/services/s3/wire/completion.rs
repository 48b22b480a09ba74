//! Completing an upload: its parts become one content, and the content one object.

use std::collections::{BTreeMap, BTreeSet};

use s3s::dto::{
    ChecksumType, CompleteMultipartUploadInput, CompleteMultipartUploadOutput,
    CompletedMultipartUpload, ETag,
};
use s3s::{S3Request, S3Response, S3Result};

use super::Shelf;
use super::answer::{etag, given_checksums, set_checksums, tag};
use super::protection::set_encryption;
use super::write::put_if;
use crate::Fault;
use crate::services::s3::checksum::Algorithm;
use crate::services::s3::condition::Conditions;
use crate::services::s3::content::{self, Chain};
use crate::services::s3::object::Piece;
use crate::services::s3::upload::{self, Named, Part, Upload};
use crate::services::s3::version::Written;
use crate::services::s3::{Content, Object, ObjectMeta, bucket};

pub(super) async fn complete(
    shelf: &Shelf,
    request: S3Request<CompleteMultipartUploadInput>,
    principal: &str,
) -> S3Result<S3Response<CompleteMultipartUploadOutput>> {
    let input = request.input;
    let named = names(input.multipart_upload.clone());
    let expected = given_checksums!(input);
    let size = input
        .mpu_object_size
        .and_then(|size| u64::try_from(size).ok());
    let conditions = Conditions {
        matches: tag(input.if_match),
        none_match: tag(input.if_none_match),
        ..Conditions::default()
    };
    let (name, key, id) = (input.bucket.clone(), input.key.clone(), input.upload_id);
    let assembled = shelf
        .blocking(move |shelf| {
            let (upload, parts) = shelf.readers.read(|snapshot| {
                bucket::require(snapshot, &name)?;
                let upload = upload::require(snapshot, &name, &key, &id)?;
                let parts = upload::named_parts(snapshot, &upload, &named)?;
                Ok::<_, Fault>((upload, parts))
            })?;
            assemble(shelf, upload, parts, &expected, size)
        })
        .await?;
    let mut output = CompleteMultipartUploadOutput {
        location: Some(format!("/{}/{}", input.bucket, input.key)),
        bucket: Some(input.bucket),
        key: Some(input.key),
        e_tag: Some(etag(&assembled.object.etag)),
        checksum_type: assembled
            .object
            .meta
            .checksum_type
            .clone()
            .map(ChecksumType::from),
        ..CompleteMultipartUploadOutput::default()
    };
    set_checksums!(output, assembled.object.meta.checksums);
    let written = shelf
        .command(principal, move |tx| publish(tx, assembled, &conditions))
        .await?;
    set_encryption!(output, written.encryption);
    output.version_id = written.version;
    Ok(S3Response::new(output))
}

/// An object made of parts, on its way to be published.
struct Assembled {
    upload: Upload,
    parts: Vec<Part>,
    object: Object,
}

/// Makes one content of the parts. Blocks on the disk.
fn assemble(
    shelf: &Shelf,
    upload: Upload,
    parts: Vec<Part>,
    expected: &BTreeMap<Algorithm, String>,
    size: Option<u64>,
) -> Result<Assembled, Fault> {
    let bytes: u64 = parts.iter().map(|part| part.blob.bytes).sum();
    if size.is_some_and(|size| size != bytes) {
        let message = "The provided 'x-amz-mp-object-size' header does not match what was computed";
        return Err(Fault::client("InvalidRequest", message));
    }
    let algorithm = upload.algorithm();
    let chain = Chain::new(
        &shelf.blobs,
        parts.iter().map(|part| part.blob.clone()).collect(),
    );
    let whole = if upload.is_composite() {
        BTreeSet::new()
    } else {
        BTreeSet::from([algorithm])
    };
    let content = content::store_with(&shelf.blobs, chain, &whole)?;
    let mut checksums = content.checksums.clone();
    if upload.is_composite() {
        let composite = upload::composite_checksum(&upload, &parts);
        checksums.insert(algorithm.name().to_owned(), composite);
    }
    for (algorithm, text) in expected {
        // The number of parts may be left out.
        let computed = checksums.get(algorithm.name());
        let matches = computed.is_some_and(|computed| {
            computed == text || computed.split('-').next() == Some(text.as_str())
        });
        if !matches {
            let name = algorithm.name();
            let message =
                format!("The {name} you specified did not match the calculated checksum.");
            return Err(Fault::client("BadDigest", message));
        }
    }
    let meta = ObjectMeta {
        checksum_type: Some(upload.checksum_type.clone()),
        parts: parts.iter().map(|part| piece(&upload, part)).collect(),
        ..upload.meta.clone()
    };
    let content = Content {
        md5: upload::etag(&parts),
        checksums,
        ..content
    };
    let object = Object::new(&upload.bucket, &upload.key, 0, content, meta);
    Ok(Assembled {
        upload,
        parts,
        object,
    })
}

/// What stays known of a part.
fn piece(upload: &Upload, part: &Part) -> Piece {
    let checksums = part.checksums.clone();
    Piece {
        number: part.number,
        bytes: part.blob.bytes,
        checksums: if upload.is_composite() {
            checksums
        } else {
            BTreeMap::new()
        },
    }
}

/// Publishes the object and ends the upload, if its parts are still those that were read.
fn publish(
    tx: &mut crate::store::Tx<'_>,
    assembled: Assembled,
    conditions: &Conditions,
) -> Result<Written, Fault> {
    let Assembled {
        upload,
        parts,
        object,
    } = assembled;
    upload::require(tx, &upload.bucket, &upload.key, &upload.id)?;
    let named: Vec<Named> = parts
        .iter()
        .map(|part| Named {
            number: part.number,
            etag: part.etag.clone(),
            checksums: part.checksums.clone(),
        })
        .collect();
    upload::named_parts(tx, &upload, &named)?;
    let written = put_if(
        tx,
        conditions,
        &Object {
            modified: tx.ctx().now,
            ..object
        },
    )?;
    upload::remove(tx, &upload.id)?;
    Ok(written)
}

/// The parts that the client names.
fn names(named: Option<CompletedMultipartUpload>) -> Vec<Named> {
    let parts = named.and_then(|named| named.parts).unwrap_or_default();
    parts
        .into_iter()
        .map(|part| Named {
            number: part.part_number.unwrap_or_default(),
            etag: part.e_tag.clone().map(ETag::into_value).unwrap_or_default(),
            checksums: given_checksums!(part)
                .into_iter()
                .map(|(algorithm, text)| (algorithm.name().to_owned(), text))
                .collect(),
        })
        .collect()
}
