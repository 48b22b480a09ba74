//! Encryption and storage classes: words that come back as they were given. Contents lie on the disk as they are.

use s3s::dto::{
    DeleteBucketEncryptionInput, DeleteBucketEncryptionOutput, GetBucketEncryptionInput,
    GetBucketEncryptionOutput, PutBucketEncryptionInput, PutBucketEncryptionOutput,
    ServerSideEncryption, ServerSideEncryptionByDefault, ServerSideEncryptionConfiguration,
    ServerSideEncryptionRule, StorageClass,
};
use s3s::{S3Request, S3Response, S3Result};

use super::Shelf;
use super::shelf::s3_error;
use crate::Fault;
use crate::services::s3::bucket;
use crate::services::s3::object::Encryption;

const AES256: &str = ServerSideEncryption::AES256;
/// Storage classes of objects, but for those of outposts and directories.
const CLASSES: &[&str] = &[
    "STANDARD",
    "REDUCED_REDUNDANCY",
    "STANDARD_IA",
    "ONEZONE_IA",
    "INTELLIGENT_TIERING",
    "GLACIER",
    "DEEP_ARCHIVE",
    "GLACIER_IR",
];
/// Those whose contents have to be restored before they can be read.
const ARCHIVED: &[&str] = &["GLACIER", "DEEP_ARCHIVE"];

/// What a request says of encryption.
pub(super) fn encryption(
    algorithm: Option<&ServerSideEncryption>,
    key: Option<String>,
    bucket_key: Option<bool>,
) -> Result<Option<Encryption>, Fault> {
    let Some(algorithm) = algorithm.map(ServerSideEncryption::as_str) else {
        if key.is_some() {
            return Err(Fault::client(
                "InvalidArgument",
                "Server Side Encryption with AWS KMS managed key requires HTTP header \
                 x-amz-server-side-encryption : aws:kms",
            ));
        }
        return Ok(None);
    };
    match algorithm {
        AES256 if key.is_some() => Err(Fault::client(
            "InvalidArgument",
            "Server Side Encryption with AWS KMS managed key requires HTTP header \
             x-amz-server-side-encryption : aws:kms",
        )),
        AES256 | ServerSideEncryption::AWS_KMS | ServerSideEncryption::AWS_KMS_DSSE => {
            Ok(Some(Encryption {
                algorithm: algorithm.to_owned(),
                key,
                bucket_key: bucket_key.unwrap_or(false),
            }))
        }
        _ => Err(Fault::client(
            "InvalidArgument",
            "The encryption method specified is not supported",
        )),
    }
}

/// The storage class that a request names; none for the standard one.
pub(super) fn storage_class(wanted: Option<&StorageClass>) -> Result<Option<String>, Fault> {
    match wanted.map(StorageClass::as_str) {
        None | Some(StorageClass::STANDARD) => Ok(None),
        Some(class) if CLASSES.contains(&class) => Ok(Some(class.to_owned())),
        Some(_) => Err(Fault::client(
            "InvalidStorageClass",
            "The storage class you specified is not valid",
        )),
    }
}

/// Refuses the content of an archived object, as AWS does until it is restored.
pub(super) fn check_readable(class: Option<&str>) -> Result<(), Fault> {
    if class.is_some_and(|class| ARCHIVED.contains(&class)) {
        return Err(Fault::new(
            403,
            "InvalidObjectState",
            "The operation is not valid for the object's storage class",
        ));
    }
    Ok(())
}

/// The word of an encryption; AWS encrypts what asks for nothing.
pub(super) fn word(encryption: Option<&Encryption>) -> ServerSideEncryption {
    encryption.map_or_else(
        || ServerSideEncryption::from_static(AES256),
        |encryption| ServerSideEncryption::from(encryption.algorithm.clone()),
    )
}

/// Says in an output how an object is encrypted.
///
/// ```text
/// set_encryption!(output, object.meta.encryption);
/// ```
macro_rules! set_encryption {
    ($output:expr, $encryption:expr) => {{
        let encryption = $encryption.as_ref();
        $output.server_side_encryption =
            Some($crate::services::s3::wire::protection::word(encryption));
        $output.ssekms_key_id = encryption.and_then(|encryption| encryption.key.clone());
        $output.bucket_key_enabled = encryption
            .filter(|encryption| encryption.bucket_key)
            .map(|_| true);
    }};
}

pub(super) use set_encryption;

pub(super) async fn put(
    shelf: &Shelf,
    request: S3Request<PutBucketEncryptionInput>,
    principal: &str,
) -> S3Result<S3Response<PutBucketEncryptionOutput>> {
    let input = request.input;
    let mut rules = input.server_side_encryption_configuration.rules.into_iter();
    let (Some(rule), None) = (rules.next(), rules.next()) else {
        return Err(s3_error(malformed()));
    };
    let Some(default) = rule.apply_server_side_encryption_by_default else {
        return Err(s3_error(malformed()));
    };
    let chosen = encryption(
        Some(&default.sse_algorithm),
        default.kms_master_key_id,
        rule.bucket_key_enabled,
    )
    .map_err(s3_error)?;
    shelf
        .command(principal, move |tx| {
            bucket::change(tx, &input.bucket, |bucket| bucket.encryption = chosen)
        })
        .await?;
    Ok(S3Response::new(PutBucketEncryptionOutput::default()))
}

fn malformed() -> Fault {
    let message = "The XML you provided was not well-formed or did not validate against our \
                   published schema";
    Fault::client("MalformedXML", message)
}

pub(super) async fn get(
    shelf: &Shelf,
    request: S3Request<GetBucketEncryptionInput>,
    _principal: &str,
) -> S3Result<S3Response<GetBucketEncryptionOutput>> {
    let found = shelf
        .ask(move |snapshot| bucket::require(snapshot, &request.input.bucket))
        .await?;
    let encryption = found.encryption;
    let rule = ServerSideEncryptionRule {
        bucket_key_enabled: Some(encryption.as_ref().is_some_and(|e| e.bucket_key)),
        apply_server_side_encryption_by_default: Some(ServerSideEncryptionByDefault {
            sse_algorithm: word(encryption.as_ref()),
            kms_master_key_id: encryption.and_then(|encryption| encryption.key),
        }),
    };
    Ok(S3Response::new(GetBucketEncryptionOutput {
        server_side_encryption_configuration: Some(ServerSideEncryptionConfiguration {
            rules: vec![rule],
        }),
    }))
}

pub(super) async fn delete(
    shelf: &Shelf,
    request: S3Request<DeleteBucketEncryptionInput>,
    principal: &str,
) -> S3Result<S3Response<DeleteBucketEncryptionOutput>> {
    shelf
        .command(principal, move |tx| {
            bucket::change(tx, &request.input.bucket, |bucket| bucket.encryption = None)
        })
        .await?;
    Ok(S3Response::with_status(
        DeleteBucketEncryptionOutput::default(),
        http::StatusCode::NO_CONTENT,
    ))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_of_encryption_are_amazons() {
        let read = |word: &str, key: Option<&str>| {
            let word = ServerSideEncryption::from(word.to_owned());
            encryption(Some(&word), key.map(str::to_owned), None)
        };
        assert_eq!(encryption(None, None, None), Ok(None));
        assert!(encryption(None, Some("k".to_owned()), None).is_err());
        let kms = read("aws:kms", Some("k")).unwrap().unwrap();
        assert_eq!(
            (kms.algorithm.as_str(), kms.key.as_deref()),
            ("aws:kms", Some("k"))
        );
        assert_eq!(
            read("AES256", Some("k")).unwrap_err().code,
            "InvalidArgument"
        );
        assert_eq!(read("ROT13", None).unwrap_err().code, "InvalidArgument");
    }

    #[test]
    fn classes_are_amazons_and_archives_are_closed() {
        let read = |word: &str| storage_class(Some(&StorageClass::from(word.to_owned())));
        assert_eq!(read("STANDARD"), Ok(None));
        assert_eq!(read("GLACIER_IR"), Ok(Some("GLACIER_IR".to_owned())));
        assert_eq!(read("ATTIC").unwrap_err().code, "InvalidStorageClass");
        assert!(check_readable(Some("GLACIER_IR")).is_ok() && check_readable(None).is_ok());
        assert_eq!(check_readable(Some("GLACIER")).unwrap_err().status, 403);
    }
}
