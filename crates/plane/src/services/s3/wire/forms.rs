//! Uploads by HTML forms. `s3s` verifies the signature and the policy and holds the file in memory, up to a limit; what a
//! form asks for in its fields is checked here, for no header says it.

use s3s::dto::{PostObjectInput, PostObjectOutput, PutObjectInput};
use s3s::post_policy::{PostPolicy, PostPolicyCondition};
use s3s::region::Region;
use s3s::{S3Request, S3Response, S3Result, s3_error};

use super::Shelf;
use super::access::PRIVATE;
use crate::credentials::Holder;

pub(super) async fn post(
    shelf: &Shelf,
    request: S3Request<PostObjectInput>,
    principal: &str,
) -> S3Result<S3Response<PostObjectOutput>> {
    let holder = request.extensions.get::<Holder>();
    let token = request.input.policy.as_ref().and_then(token);
    if !holder.is_some_and(|holder| holder.has_token(token)) {
        return Err(s3_error!(
            InvalidToken,
            "The provided token is malformed or otherwise invalid."
        ));
    }
    check_region(shelf, request.region.as_ref())?;
    check(&request.input)?;
    let answer = super::write::put(shelf, request.map_input(as_put), principal).await?;
    Ok(answer.map_output(|output| PostObjectOutput {
        bucket_key_enabled: output.bucket_key_enabled,
        checksum_crc32: output.checksum_crc32,
        checksum_crc32c: output.checksum_crc32c,
        checksum_crc64nvme: output.checksum_crc64nvme,
        checksum_sha1: output.checksum_sha1,
        checksum_sha256: output.checksum_sha256,
        checksum_type: output.checksum_type,
        e_tag: output.e_tag,
        server_side_encryption: output.server_side_encryption,
        ssekms_key_id: output.ssekms_key_id,
        version_id: output.version_id,
        ..PostObjectOutput::default()
    }))
}

/// The session token that a policy is bound to.
fn token(policy: &PostPolicy) -> Option<&str> {
    policy
        .conditions
        .iter()
        .find_map(|condition| match condition {
            PostPolicyCondition::Eq { field, value } if field == "x-amz-security-token" => {
                Some(value.as_str())
            }
            _ => None,
        })
}

/// Version 4 names the region in the form, version 2 names none.
fn check_region(shelf: &Shelf, region: Option<&Region>) -> S3Result<()> {
    match region {
        Some(region) if region.as_str() != shelf.region => Err(s3_error!(
            AuthorizationHeaderMalformed,
            "The region '{}' is wrong; expecting '{}'",
            region.as_str(),
            shelf.region
        )),
        _ => Ok(()),
    }
}

/// Refuses by name what is not done here.
fn check(input: &PostObjectInput) -> S3Result<()> {
    let is_public = input
        .acl
        .as_ref()
        .is_some_and(|acl| !PRIVATE.contains(&acl.as_str()));
    let grants = [
        &input.grant_full_control,
        &input.grant_read,
        &input.grant_read_acp,
        &input.grant_write_acp,
    ];
    if is_public || grants.into_iter().any(Option::is_some) {
        return Err(s3_error!(
            AccessControlListNotSupported,
            "The bucket does not allow ACLs"
        ));
    }
    let asked = [
        // The name of the file is known to `s3s` alone.
        ("key: ${filename}", input.key.contains("${filename}")),
        ("x-amz-object-lock-mode", input.object_lock_mode.is_some()),
        (
            "x-amz-object-lock-retain-until-date",
            input.object_lock_retain_until_date.is_some(),
        ),
        (
            "x-amz-server-side-encryption-context",
            input.ssekms_encryption_context.is_some(),
        ),
        (
            "x-amz-server-side-encryption-customer-algorithm",
            input.sse_customer_algorithm.is_some(),
        ),
    ];
    match asked.into_iter().find(|(_, is_asked)| *is_asked) {
        None => Ok(()),
        Some((name, _)) => Err(s3_error!(
            NotImplemented,
            "A field you provided implies functionality that is not implemented: `{name}`"
        )),
    }
}

fn as_put(form: PostObjectInput) -> PutObjectInput {
    PutObjectInput {
        body: form.body,
        bucket: form.bucket,
        bucket_key_enabled: form.bucket_key_enabled,
        cache_control: form.cache_control,
        checksum_algorithm: form.checksum_algorithm,
        checksum_crc32: form.checksum_crc32,
        checksum_crc32c: form.checksum_crc32c,
        checksum_crc64nvme: form.checksum_crc64nvme,
        checksum_sha1: form.checksum_sha1,
        checksum_sha256: form.checksum_sha256,
        content_disposition: form.content_disposition,
        content_encoding: form.content_encoding,
        content_language: form.content_language,
        content_length: form.content_length,
        content_md5: form.content_md5,
        content_type: form.content_type,
        expires: form.expires,
        if_match: form.if_match,
        if_none_match: form.if_none_match,
        key: form.key,
        metadata: form.metadata,
        server_side_encryption: form.server_side_encryption,
        ssekms_key_id: form.ssekms_key_id,
        storage_class: form.storage_class,
        tagging: form.tagging,
        website_redirect_location: form.website_redirect_location,
        ..PutObjectInput::default()
    }
}
