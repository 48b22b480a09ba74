//! Writing and deleting objects.

use s3s::dto::{
    ChecksumType, DeleteObjectInput, DeleteObjectOutput, DeleteObjectTaggingInput,
    DeleteObjectTaggingOutput, DeleteObjectsInput, DeleteObjectsOutput, DeletedObject,
    ETagCondition, Error, ObjectIdentifier, PutObjectInput, PutObjectOutput, PutObjectTaggingInput,
    PutObjectTaggingOutput, Tag,
};
use s3s::{S3Request, S3Response, S3Result};

use super::Shelf;
use super::answer::{etag, given_checksums, object_meta, set_checksums, tag};
use super::protection::set_encryption;
use super::receive::{Intake, receive};
use super::shelf::s3_error;
use crate::Fault;
use crate::services::s3::checksum::Algorithm;
use crate::services::s3::condition::Conditions;
use crate::services::s3::version::{Deleted, Written};
use crate::services::s3::{Object, bucket, object, tags, version};
use crate::store::{StoreError, Tx};

/// Most bytes of user metadata, names and values together.
const MOST_METADATA: usize = 2048;

pub(super) async fn put(
    shelf: &Shelf,
    request: S3Request<PutObjectInput>,
    principal: &str,
) -> S3Result<S3Response<PutObjectOutput>> {
    let S3Request {
        input,
        trailing_headers,
        ..
    } = request;
    let meta = object_meta!(input);
    check_metadata(meta.user.iter()).map_err(s3_error)?;
    let conditions = Conditions {
        matches: tag(input.if_match),
        none_match: tag(input.if_none_match),
        ..Conditions::default()
    };
    let (bucket_name, key) = (input.bucket, input.key);
    // What is plainly refused is refused before its bytes come.
    let (name, wanted, early) = (bucket_name.clone(), key.clone(), conditions.clone());
    shelf
        .ask(move |snapshot| {
            bucket::require(snapshot, &name)?;
            object::check_key(&wanted)?;
            let there = object::find(snapshot, &name, &wanted)?;
            early.check_write(there.as_ref().map(|object| object.etag.as_str()))
        })
        .await?;
    let intake = Intake {
        checksums: given_checksums!(input),
        body: input.body,
        length: input.content_length,
        md5: input.content_md5,
        announced: input.checksum_algorithm,
        default: Algorithm::Crc64Nvme,
        trailers: trailing_headers,
    };
    let content = receive(shelf, intake).await?;
    let mut output = PutObjectOutput {
        e_tag: Some(etag(&content.md5)),
        checksum_type: Some(ChecksumType::from_static(ChecksumType::FULL_OBJECT)),
        ..PutObjectOutput::default()
    };
    set_checksums!(output, content.checksums);
    let written = shelf
        .command(principal, move |tx| {
            let object = Object::new(&bucket_name, &key, tx.ctx().now, content, meta);
            put_if(tx, &conditions, &object)
        })
        .await?;
    set_encryption!(output, written.encryption);
    output.version_id = written.version;
    Ok(S3Response::new(output))
}

/// Puts an object where the one that is there, or its absence, is as the client wants it.
pub(super) fn put_if(
    tx: &mut Tx<'_>,
    conditions: &Conditions,
    object: &Object,
) -> Result<Written, Fault> {
    let there = object::find(tx, &object.bucket, &object.key)?;
    conditions.check_write(there.as_ref().map(|object| object.etag.as_str()))?;
    version::put(tx, object)
}

/// User metadata has a limit.
pub(super) fn check_metadata<'a>(
    pairs: impl Iterator<Item = (&'a String, &'a String)>,
) -> Result<(), Fault> {
    let bytes: usize = pairs.map(|(name, value)| name.len() + value.len()).sum();
    if bytes <= MOST_METADATA {
        return Ok(());
    }
    Err(Fault::client(
        "MetadataTooLarge",
        format!(
            "Your metadata headers exceed the maximum allowed metadata size of {MOST_METADATA} bytes"
        ),
    ))
}

pub(super) async fn delete(
    shelf: &Shelf,
    request: S3Request<DeleteObjectInput>,
    principal: &str,
) -> S3Result<S3Response<DeleteObjectOutput>> {
    let input = request.input;
    let conditions = Conditions {
        matches: tag(input.if_match),
        ..Conditions::default()
    };
    let wanted = input.version_id.clone();
    let deleted = shelf
        .command(principal, move |tx| {
            bucket::require(tx, &input.bucket)?;
            if conditions.matches.is_some() {
                let there = object::find(tx, &input.bucket, &input.key)?;
                conditions.check_write(there.as_ref().map(|object| object.etag.as_str()))?;
            }
            let (bucket, key) = (&input.bucket, &input.key);
            let version = input.version_id.as_deref();
            version.map_or(Ok(()), version::check_id)?;
            Ok(delete_wanted(tx, bucket, key, version)?)
        })
        .await?;
    let output = DeleteObjectOutput {
        delete_marker: deleted.marker.is_some().then_some(true),
        version_id: wanted.or(deleted.marker),
        request_charged: None,
    };
    let status = http::StatusCode::NO_CONTENT;
    Ok(S3Response::with_status(output, status))
}

/// Deletes a version for good, or the current object in the way of its bucket.
fn delete_wanted(
    tx: &mut Tx<'_>,
    bucket: &str,
    key: &str,
    version: Option<&str>,
) -> Result<Deleted, StoreError> {
    match version {
        Some(version) => version::delete_version(tx, bucket, key, version),
        None => version::delete(tx, bucket, key),
    }
}

pub(super) async fn delete_many(
    shelf: &Shelf,
    request: S3Request<DeleteObjectsInput>,
    principal: &str,
) -> S3Result<S3Response<DeleteObjectsOutput>> {
    let DeleteObjectsInput {
        bucket: name,
        delete,
        ..
    } = request.input;
    if delete.objects.is_empty() || delete.objects.len() > super::listings::LONGEST {
        let message = "The XML you provided was not well-formed or did not validate against our \
                       published schema";
        return Err(s3_error(Fault::client("MalformedXML", message)));
    }
    let is_quiet = delete.quiet.unwrap_or(false);
    let (deleted, errors) = shelf
        .command(principal, move |tx| {
            bucket::require(tx, &name)?;
            let mut deleted = Vec::new();
            let mut errors = Vec::new();
            for wanted in delete.objects {
                match tx.attempt(|tx| delete_one(tx, &name, &wanted)) {
                    Ok(done) => deleted.push((wanted, done)),
                    Err(fault) if fault.status >= 500 => return Err(fault),
                    Err(fault) => errors.push((wanted, fault)),
                }
            }
            Ok((deleted, errors))
        })
        .await?;
    let deleted = deleted
        .into_iter()
        .filter(|_| !is_quiet)
        .map(|(wanted, done)| DeletedObject {
            key: Some(wanted.key),
            delete_marker: done.marker.is_some().then_some(true),
            delete_marker_version_id: done.marker,
            version_id: wanted.version_id,
        })
        .collect();
    let errors = errors
        .into_iter()
        .map(|(wanted, fault)| Error {
            code: Some(fault.code),
            key: Some(wanted.key),
            message: Some(fault.message),
            version_id: wanted.version_id,
        })
        .collect();
    Ok(S3Response::new(DeleteObjectsOutput {
        deleted: Some(deleted),
        errors: Some(errors),
        request_charged: None,
    }))
}

/// Deletes one of many; a fault of one leaves the others.
fn delete_one(tx: &mut Tx<'_>, bucket: &str, wanted: &ObjectIdentifier) -> Result<Deleted, Fault> {
    if wanted.last_modified_time.is_some() || wanted.size.is_some() {
        let message = "Conditions other than ETag are not implemented here";
        return Err(Fault::client("NotImplemented", message));
    }
    object::check_key(&wanted.key)?;
    let conditions = Conditions {
        matches: tag(wanted.e_tag.clone().map(ETagCondition::ETag)),
        ..Conditions::default()
    };
    if conditions.matches.is_some() {
        let there = object::find(tx, bucket, &wanted.key)?;
        conditions.check_write(there.as_ref().map(|object| object.etag.as_str()))?;
    }
    let version = wanted.version_id.as_deref();
    if version.is_some_and(|version| version::check_id(version).is_err()) {
        let message = "The specified version does not exist.";
        return Err(Fault::not_found("NoSuchVersion", message));
    }
    Ok(delete_wanted(tx, bucket, &wanted.key, version)?)
}

/// An object of a request, and which version of it.
struct Target {
    bucket: String,
    key: String,
    version: Option<String>,
}

async fn set_tags(
    shelf: &Shelf,
    target: Target,
    tagging: Vec<Tag>,
    principal: &str,
) -> S3Result<Option<String>> {
    let pairs = tagging
        .into_iter()
        .map(|tag| (tag.key.unwrap_or_default(), tag.value.unwrap_or_default()));
    let tags = tags::check(pairs).map_err(s3_error)?;
    shelf
        .command(principal, move |tx| {
            let id = target.version.as_deref();
            let mut object = version::require_object(tx, &target.bucket, &target.key, id)?;
            object.meta.tags = tags;
            version::rewrite(tx, &object)?;
            Ok(object.meta.version)
        })
        .await
}

pub(super) async fn put_tags(
    shelf: &Shelf,
    request: S3Request<PutObjectTaggingInput>,
    principal: &str,
) -> S3Result<S3Response<PutObjectTaggingOutput>> {
    let input = request.input;
    let target = Target {
        bucket: input.bucket,
        key: input.key,
        version: input.version_id,
    };
    let version_id = set_tags(shelf, target, input.tagging.tag_set, principal).await?;
    Ok(S3Response::new(PutObjectTaggingOutput { version_id }))
}

pub(super) async fn delete_tags(
    shelf: &Shelf,
    request: S3Request<DeleteObjectTaggingInput>,
    principal: &str,
) -> S3Result<S3Response<DeleteObjectTaggingOutput>> {
    let input = request.input;
    let target = Target {
        bucket: input.bucket,
        key: input.key,
        version: input.version_id,
    };
    let version_id = set_tags(shelf, target, Vec::new(), principal).await?;
    Ok(S3Response::with_status(
        DeleteObjectTaggingOutput { version_id },
        http::StatusCode::NO_CONTENT,
    ))
}
