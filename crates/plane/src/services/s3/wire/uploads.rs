//! Uploads in parts: their beginning, their parts, and their end without an object.

use s3s::dto::{
    AbortMultipartUploadInput, AbortMultipartUploadOutput, ChecksumAlgorithm, ChecksumType,
    CreateMultipartUploadInput, CreateMultipartUploadOutput, UploadPartInput, UploadPartOutput,
};
use s3s::{S3Request, S3Response, S3Result};

use super::Shelf;
use super::answer::{etag, given_checksums, object_meta, set_checksums};
use super::protection::set_encryption;
use super::receive::{Intake, receive};
use super::shelf::s3_error;
use super::write::check_metadata;
use crate::Fault;
use crate::services::s3::bucket;
use crate::services::s3::checksum::Algorithm;
use crate::services::s3::upload::{self, LAST_PART, Upload};

const COMPOSITE: &str = ChecksumType::COMPOSITE;
const FULL_OBJECT: &str = ChecksumType::FULL_OBJECT;

pub(super) async fn create(
    shelf: &Shelf,
    request: S3Request<CreateMultipartUploadInput>,
    principal: &str,
) -> S3Result<S3Response<CreateMultipartUploadOutput>> {
    let input = request.input;
    let meta = object_meta!(input);
    check_metadata(meta.user.iter()).map_err(s3_error)?;
    let algorithm = input
        .checksum_algorithm
        .as_ref()
        .map(|name| name.as_str().to_owned());
    let checksum_type = input.checksum_type.as_ref().map(ChecksumType::as_str);
    let checksum_type = choose_type(algorithm.as_deref(), checksum_type).map_err(s3_error)?;
    let upload = Upload {
        id: String::new(),
        bucket: input.bucket.clone(),
        key: input.key.clone(),
        created: 0,
        meta,
        algorithm,
        checksum_type: checksum_type.to_owned(),
    };
    let upload = shelf
        .command(principal, move |tx| upload::create(tx, upload))
        .await?;
    let mut output = CreateMultipartUploadOutput {
        bucket: Some(input.bucket),
        key: Some(input.key),
        upload_id: Some(upload.id),
        checksum_type: upload
            .algorithm
            .is_some()
            .then(|| ChecksumType::from(upload.checksum_type)),
        checksum_algorithm: input.checksum_algorithm,
        ..CreateMultipartUploadOutput::default()
    };
    set_encryption!(output, upload.meta.encryption);
    Ok(S3Response::new(output))
}

/// The kind of checksum that an upload will have. A digest of SHA covers no content that came in parts.
fn choose_type(algorithm: Option<&str>, wanted: Option<&str>) -> Result<&'static str, Fault> {
    let invalid = |message: String| Err(Fault::client("InvalidRequest", message));
    let Some(name) = algorithm else {
        return match wanted {
            None => Ok(FULL_OBJECT),
            Some(_) => invalid(
                "The x-amz-checksum-type header can only be used with the x-amz-checksum-algorithm header.".to_owned(),
            ),
        };
    };
    let Some(algorithm) = Algorithm::parse(name) else {
        return invalid("Checksum algorithm provided is unsupported.".to_owned());
    };
    match (algorithm, wanted) {
        (Algorithm::Crc64Nvme, None) => Ok(FULL_OBJECT),
        (algorithm, Some(FULL_OBJECT)) if algorithm.covers_parts() => Ok(FULL_OBJECT),
        (Algorithm::Crc64Nvme, _) | (_, Some(FULL_OBJECT)) => invalid(format!(
            "The {} checksum type cannot be used with the {} checksum algorithm.",
            wanted.unwrap_or_default(),
            name.to_lowercase()
        )),
        (_, None | Some(COMPOSITE)) => Ok(COMPOSITE),
        (_, Some(_)) => invalid("Value for x-amz-checksum-type header is invalid.".to_owned()),
    }
}

/// A part has a number from 1 to 10,000.
pub(super) fn check_number(number: i32) -> Result<(), Fault> {
    if (1..=LAST_PART).contains(&number) {
        return Ok(());
    }
    Err(Fault::client(
        "InvalidArgument",
        format!("Part number must be an integer between 1 and {LAST_PART}, inclusive"),
    ))
}

pub(super) async fn part(
    shelf: &Shelf,
    request: S3Request<UploadPartInput>,
    principal: &str,
) -> S3Result<S3Response<UploadPartOutput>> {
    let S3Request {
        input,
        trailing_headers,
        ..
    } = request;
    check_number(input.part_number).map_err(s3_error)?;
    let (name, key, id) = (
        input.bucket.clone(),
        input.key.clone(),
        input.upload_id.clone(),
    );
    let upload = shelf
        .ask(move |snapshot| {
            bucket::require(snapshot, &name)?;
            upload::require(snapshot, &name, &key, &id)
        })
        .await?;
    let intake = Intake {
        checksums: given_checksums!(input),
        body: input.body,
        length: input.content_length,
        md5: input.content_md5,
        announced: input.checksum_algorithm,
        // Without a choice of the client the object's checksum is what S3 computes by itself.
        default: upload.algorithm(),
        trailers: trailing_headers,
    };
    check_algorithm(&upload, &intake).map_err(s3_error)?;
    let content = receive(shelf, intake).await?;
    let mut output = UploadPartOutput {
        e_tag: Some(etag(&content.md5)),
        ..Default::default()
    };
    set_checksums!(output, content.checksums);
    set_encryption!(output, upload.meta.encryption);
    let number = input.part_number;
    shelf
        .command(principal, move |tx| {
            upload::put_part(tx, &upload, number, &content)
        })
        .await?;
    Ok(S3Response::new(output))
}

/// A part brings the checksum that the upload was begun with, or none.
fn check_algorithm(upload: &Upload, intake: &Intake) -> Result<(), Fault> {
    let Some(chosen) = upload.algorithm.as_deref() else {
        return Ok(());
    };
    let announced = intake.announced.as_ref().map(ChecksumAlgorithm::as_str);
    let mut given = intake
        .checksums
        .keys()
        .map(|algorithm| algorithm.name())
        .chain(announced);
    match given.find(|name| *name != chosen) {
        None => Ok(()),
        Some(other) => Err(Fault::client(
            "InvalidRequest",
            format!(
                "Checksum Type mismatch occurred, expected checksum Type: {}, actual checksum Type: {}",
                chosen.to_lowercase(),
                other.to_lowercase()
            ),
        )),
    }
}

pub(super) async fn abort(
    shelf: &Shelf,
    request: S3Request<AbortMultipartUploadInput>,
    principal: &str,
) -> S3Result<S3Response<AbortMultipartUploadOutput>> {
    let input = request.input;
    shelf
        .command(principal, move |tx| {
            bucket::require(tx, &input.bucket)?;
            upload::require(tx, &input.bucket, &input.key, &input.upload_id)?;
            Ok(upload::remove(tx, &input.upload_id)?)
        })
        .await?;
    Ok(S3Response::with_status(
        AbortMultipartUploadOutput::default(),
        http::StatusCode::NO_CONTENT,
    ))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_kind_of_a_checksum_follows_its_algorithm() {
        let cases = [
            (None, None, Some(FULL_OBJECT)),
            (Some("CRC32"), None, Some(COMPOSITE)),
            (Some("CRC32"), Some(FULL_OBJECT), Some(FULL_OBJECT)),
            (Some("CRC64NVME"), None, Some(FULL_OBJECT)),
            (Some("CRC64NVME"), Some(COMPOSITE), None),
            (Some("SHA256"), None, Some(COMPOSITE)),
            (Some("SHA256"), Some(FULL_OBJECT), None),
            (Some("SHA1"), Some("HALF"), None),
            (Some("MD5"), None, None),
            (None, Some(COMPOSITE), None),
        ];
        for (algorithm, wanted, expected) in cases {
            assert_eq!(
                choose_type(algorithm, wanted).ok(),
                expected,
                "{algorithm:?} {wanted:?}"
            );
        }
    }

    #[test]
    fn numbers_of_parts_have_bounds() {
        assert!(check_number(1).is_ok() && check_number(10_000).is_ok());
        assert_eq!(check_number(0).unwrap_err().code, "InvalidArgument");
        assert_eq!(check_number(10_001).unwrap_err().code, "InvalidArgument");
    }
}
