//! Access lists. There is one account and nothing is public: every list gives the owner full control, a list that says so
//! may be written, and any other is refused as AWS refuses it where lists are off, which is its default.

use s3s::dto::{
    AccessControlPolicy, BucketCannedACL, GetBucketAclInput, GetBucketAclOutput, GetObjectAclInput,
    GetObjectAclOutput, Grant, Grantee, Grants, ObjectCannedACL, Permission, PutBucketAclInput,
    PutBucketAclOutput, PutObjectAclInput, PutObjectAclOutput, Type,
};
use s3s::{S3Request, S3Response, S3Result, s3_error};

use super::Shelf;
use super::access::PRIVATE;
use super::answer::owner;
use crate::ACCOUNT;
use crate::services::s3::{bucket, version};

fn grants() -> Grants {
    vec![Grant {
        grantee: Some(Grantee {
            display_name: Some("plimsoll".to_owned()),
            email_address: None,
            id: Some(ACCOUNT.to_owned()),
            type_: Type::from_static(Type::CANONICAL_USER),
            uri: None,
        }),
        permission: Some(Permission::from_static(Permission::FULL_CONTROL)),
    }]
}

/// Refuses a list that gives anything to anybody but the owner.
fn check(canned: Option<&str>, policy: Option<&AccessControlPolicy>) -> S3Result<()> {
    let is_owners = |grant: &Grant| {
        grant
            .grantee
            .as_ref()
            .is_some_and(|grantee| grantee.id.as_deref() == Some(ACCOUNT))
    };
    let grants = policy.and_then(|policy| policy.grants.as_ref());
    let is_private = canned.is_none_or(|canned| PRIVATE.contains(&canned))
        && grants.is_none_or(|grants| grants.iter().all(is_owners));
    if is_private {
        return Ok(());
    }
    Err(s3_error!(
        AccessControlListNotSupported,
        "The bucket does not allow ACLs"
    ))
}

pub(super) async fn get_bucket(
    shelf: &Shelf,
    request: S3Request<GetBucketAclInput>,
    _principal: &str,
) -> S3Result<S3Response<GetBucketAclOutput>> {
    shelf
        .ask(move |snapshot| bucket::require(snapshot, &request.input.bucket))
        .await?;
    Ok(S3Response::new(GetBucketAclOutput {
        grants: Some(grants()),
        owner: Some(owner()),
    }))
}

pub(super) async fn put_bucket(
    shelf: &Shelf,
    request: S3Request<PutBucketAclInput>,
    _principal: &str,
) -> S3Result<S3Response<PutBucketAclOutput>> {
    let input = request.input;
    check(
        input.acl.as_ref().map(BucketCannedACL::as_str),
        input.access_control_policy.as_ref(),
    )?;
    shelf
        .ask(move |snapshot| bucket::require(snapshot, &input.bucket))
        .await?;
    Ok(S3Response::new(PutBucketAclOutput::default()))
}

pub(super) async fn get_object(
    shelf: &Shelf,
    request: S3Request<GetObjectAclInput>,
    _principal: &str,
) -> S3Result<S3Response<GetObjectAclOutput>> {
    let input = request.input;
    shelf
        .ask(move |snapshot| {
            let id = input.version_id.as_deref();
            version::require_object(snapshot, &input.bucket, &input.key, id)
        })
        .await?;
    Ok(S3Response::new(GetObjectAclOutput {
        grants: Some(grants()),
        owner: Some(owner()),
        request_charged: None,
    }))
}

pub(super) async fn put_object(
    shelf: &Shelf,
    request: S3Request<PutObjectAclInput>,
    _principal: &str,
) -> S3Result<S3Response<PutObjectAclOutput>> {
    let input = request.input;
    check(
        input.acl.as_ref().map(ObjectCannedACL::as_str),
        input.access_control_policy.as_ref(),
    )?;
    shelf
        .ask(move |snapshot| {
            let id = input.version_id.as_deref();
            version::require_object(snapshot, &input.bucket, &input.key, id)
        })
        .await?;
    Ok(S3Response::new(PutObjectAclOutput::default()))
}
