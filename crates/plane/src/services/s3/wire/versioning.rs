//! Whether a bucket keeps versions.

use s3s::dto::{
    BucketVersioningStatus, GetBucketVersioningInput, GetBucketVersioningOutput, MFADelete,
    PutBucketVersioningInput, PutBucketVersioningOutput,
};
use s3s::{S3Request, S3Response, S3Result, s3_error};

use super::Shelf;
use crate::services::s3::bucket::{self, Versioning};

pub(super) async fn put(
    shelf: &Shelf,
    request: S3Request<PutBucketVersioningInput>,
    principal: &str,
) -> S3Result<S3Response<PutBucketVersioningOutput>> {
    let input = request.input;
    let wanted = input.versioning_configuration;
    if wanted
        .mfa_delete
        .is_some_and(|mfa| mfa.as_str() != MFADelete::DISABLED)
    {
        return Err(s3_error!(
            NotImplemented,
            "MfaDelete is not implemented here"
        ));
    }
    let word = wanted.status.as_ref().map(BucketVersioningStatus::as_str);
    let Some(versioning) = word.and_then(Versioning::parse) else {
        return Err(s3_error!(
            IllegalVersioningConfigurationException,
            "The Versioning element must be specified"
        ));
    };
    shelf
        .command(principal, move |tx| {
            bucket::change(tx, &input.bucket, |bucket| bucket.versioning = versioning)
        })
        .await?;
    Ok(S3Response::new(PutBucketVersioningOutput::default()))
}

pub(super) async fn get(
    shelf: &Shelf,
    request: S3Request<GetBucketVersioningInput>,
    _principal: &str,
) -> S3Result<S3Response<GetBucketVersioningOutput>> {
    let found = shelf
        .ask(move |snapshot| bucket::require(snapshot, &request.input.bucket))
        .await?;
    Ok(S3Response::new(GetBucketVersioningOutput {
        status: found
            .versioning
            .word()
            .map(BucketVersioningStatus::from_static),
        mfa_delete: None,
    }))
}
