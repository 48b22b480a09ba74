//! The operations that are implemented; `s3s` answers `NotImplemented` by name to every other one.

use s3s::dto::{
    AbortMultipartUploadInput, AbortMultipartUploadOutput, CompleteMultipartUploadInput,
    CompleteMultipartUploadOutput, CopyObjectInput, CopyObjectOutput, CreateBucketInput,
    CreateBucketOutput, CreateMultipartUploadInput, CreateMultipartUploadOutput,
    DeleteBucketCorsInput, DeleteBucketCorsOutput, DeleteBucketEncryptionInput,
    DeleteBucketEncryptionOutput, DeleteBucketInput, DeleteBucketLifecycleInput,
    DeleteBucketLifecycleOutput, DeleteBucketOutput, DeleteBucketOwnershipControlsInput,
    DeleteBucketOwnershipControlsOutput, DeleteBucketPolicyInput, DeleteBucketPolicyOutput,
    DeleteBucketTaggingInput, DeleteBucketTaggingOutput, DeleteBucketWebsiteInput,
    DeleteBucketWebsiteOutput, DeleteObjectInput, DeleteObjectOutput, DeleteObjectTaggingInput,
    DeleteObjectTaggingOutput, DeleteObjectsInput, DeleteObjectsOutput,
    DeletePublicAccessBlockInput, DeletePublicAccessBlockOutput, GetBucketAclInput,
    GetBucketAclOutput, GetBucketCorsInput, GetBucketCorsOutput, GetBucketEncryptionInput,
    GetBucketEncryptionOutput, GetBucketLifecycleConfigurationInput,
    GetBucketLifecycleConfigurationOutput, GetBucketLocationInput, GetBucketLocationOutput,
    GetBucketNotificationConfigurationInput, GetBucketNotificationConfigurationOutput,
    GetBucketOwnershipControlsInput, GetBucketOwnershipControlsOutput, GetBucketPolicyInput,
    GetBucketPolicyOutput, GetBucketRequestPaymentInput, GetBucketRequestPaymentOutput,
    GetBucketTaggingInput, GetBucketTaggingOutput, GetBucketVersioningInput,
    GetBucketVersioningOutput, GetBucketWebsiteInput, GetBucketWebsiteOutput, GetObjectAclInput,
    GetObjectAclOutput, GetObjectAttributesInput, GetObjectAttributesOutput, GetObjectInput,
    GetObjectOutput, GetObjectTaggingInput, GetObjectTaggingOutput, GetPublicAccessBlockInput,
    GetPublicAccessBlockOutput, HeadBucketInput, HeadBucketOutput, HeadObjectInput,
    HeadObjectOutput, ListBucketsInput, ListBucketsOutput, ListMultipartUploadsInput,
    ListMultipartUploadsOutput, ListObjectVersionsInput, ListObjectVersionsOutput,
    ListObjectsInput, ListObjectsOutput, ListObjectsV2Input, ListObjectsV2Output, ListPartsInput,
    ListPartsOutput, PostObjectInput, PostObjectOutput, PutBucketAclInput, PutBucketAclOutput,
    PutBucketCorsInput, PutBucketCorsOutput, PutBucketEncryptionInput, PutBucketEncryptionOutput,
    PutBucketLifecycleConfigurationInput, PutBucketLifecycleConfigurationOutput,
    PutBucketNotificationConfigurationInput, PutBucketNotificationConfigurationOutput,
    PutBucketOwnershipControlsInput, PutBucketOwnershipControlsOutput, PutBucketPolicyInput,
    PutBucketPolicyOutput, PutBucketTaggingInput, PutBucketTaggingOutput, PutBucketVersioningInput,
    PutBucketVersioningOutput, PutBucketWebsiteInput, PutBucketWebsiteOutput, PutObjectAclInput,
    PutObjectAclOutput, PutObjectInput, PutObjectOutput, PutObjectTaggingInput,
    PutObjectTaggingOutput, PutPublicAccessBlockInput, PutPublicAccessBlockOutput,
    UploadPartCopyInput, UploadPartCopyOutput, UploadPartInput, UploadPartOutput,
};
use s3s::{S3, S3Request, S3Response, S3Result};

use super::shelf::principal;
use super::{
    Shelf, access_lists, attributes, buckets, completion, configurations, copy, forms, listings,
    protection, read, upload_listings, uploads, version_listings, versioning, write,
};

/// An answer of `s3s`'s trait.
type Answer<T> = S3Result<S3Response<T>>;

/// Delegates one method of the trait: `method(Input) -> Output = function`.
///
/// ```text
/// operations! { get_object(GetObjectInput) -> GetObjectOutput = read::get; }
/// ```
macro_rules! operations {
    ($($method:ident($input:ty) -> $output:ty = $function:path;)*) => {
        /// The methods of the trait that are implemented here.
        #[cfg(test)]
        pub(super) const METHODS: &[&str] = &[$(stringify!($method)),*];

        #[async_trait::async_trait]
        impl S3 for Shelf {
            $(async fn $method(&self, request: S3Request<$input>) -> Answer<$output> {
                let principal = principal(&request);
                $function(self, request, &principal).await
            })*
        }
    };
}

operations! {
    create_bucket(CreateBucketInput) -> CreateBucketOutput = buckets::create;
    head_bucket(HeadBucketInput) -> HeadBucketOutput = buckets::head;
    list_buckets(ListBucketsInput) -> ListBucketsOutput = buckets::list;
    delete_bucket(DeleteBucketInput) -> DeleteBucketOutput = buckets::delete;
    get_bucket_location(GetBucketLocationInput) -> GetBucketLocationOutput = buckets::location;
    put_object(PutObjectInput) -> PutObjectOutput = write::put;
    delete_object(DeleteObjectInput) -> DeleteObjectOutput = write::delete;
    delete_objects(DeleteObjectsInput) -> DeleteObjectsOutput = write::delete_many;
    get_object(GetObjectInput) -> GetObjectOutput = read::get;
    head_object(HeadObjectInput) -> HeadObjectOutput = read::head;
    copy_object(CopyObjectInput) -> CopyObjectOutput = copy::object;
    list_objects(ListObjectsInput) -> ListObjectsOutput = listings::objects;
    list_objects_v2(ListObjectsV2Input) -> ListObjectsV2Output = listings::objects_v2;
    get_object_tagging(GetObjectTaggingInput) -> GetObjectTaggingOutput = read::tagging;
    put_object_tagging(PutObjectTaggingInput) -> PutObjectTaggingOutput = write::put_tags;
    delete_object_tagging(DeleteObjectTaggingInput) -> DeleteObjectTaggingOutput = write::delete_tags;
    create_multipart_upload(CreateMultipartUploadInput) -> CreateMultipartUploadOutput =
        uploads::create;
    upload_part(UploadPartInput) -> UploadPartOutput = uploads::part;
    upload_part_copy(UploadPartCopyInput) -> UploadPartCopyOutput = copy::part;
    complete_multipart_upload(CompleteMultipartUploadInput) -> CompleteMultipartUploadOutput =
        completion::complete;
    abort_multipart_upload(AbortMultipartUploadInput) -> AbortMultipartUploadOutput =
        uploads::abort;
    list_parts(ListPartsInput) -> ListPartsOutput = upload_listings::parts;
    list_multipart_uploads(ListMultipartUploadsInput) -> ListMultipartUploadsOutput =
        upload_listings::uploads;
    put_bucket_versioning(PutBucketVersioningInput) -> PutBucketVersioningOutput = versioning::put;
    get_bucket_versioning(GetBucketVersioningInput) -> GetBucketVersioningOutput = versioning::get;
    list_object_versions(ListObjectVersionsInput) -> ListObjectVersionsOutput =
        version_listings::versions;
    get_object_attributes(GetObjectAttributesInput) -> GetObjectAttributesOutput = attributes::get;
    put_bucket_encryption(PutBucketEncryptionInput) -> PutBucketEncryptionOutput =
        protection::put;
    get_bucket_encryption(GetBucketEncryptionInput) -> GetBucketEncryptionOutput =
        protection::get;
    delete_bucket_encryption(DeleteBucketEncryptionInput) -> DeleteBucketEncryptionOutput =
        protection::delete;
    get_bucket_acl(GetBucketAclInput) -> GetBucketAclOutput = access_lists::get_bucket;
    put_bucket_acl(PutBucketAclInput) -> PutBucketAclOutput = access_lists::put_bucket;
    get_object_acl(GetObjectAclInput) -> GetObjectAclOutput = access_lists::get_object;
    put_object_acl(PutObjectAclInput) -> PutObjectAclOutput = access_lists::put_object;
    put_bucket_tagging(PutBucketTaggingInput) -> PutBucketTaggingOutput =
        configurations::put_tags;
    get_bucket_tagging(GetBucketTaggingInput) -> GetBucketTaggingOutput =
        configurations::get_tags;
    delete_bucket_tagging(DeleteBucketTaggingInput) -> DeleteBucketTaggingOutput =
        configurations::delete_tags;
    put_bucket_lifecycle_configuration(PutBucketLifecycleConfigurationInput) ->
        PutBucketLifecycleConfigurationOutput = configurations::put_lifecycle;
    get_bucket_lifecycle_configuration(GetBucketLifecycleConfigurationInput) ->
        GetBucketLifecycleConfigurationOutput = configurations::get_lifecycle;
    delete_bucket_lifecycle(DeleteBucketLifecycleInput) -> DeleteBucketLifecycleOutput =
        configurations::delete_lifecycle;
    put_bucket_cors(PutBucketCorsInput) -> PutBucketCorsOutput = configurations::put_cors;
    get_bucket_cors(GetBucketCorsInput) -> GetBucketCorsOutput = configurations::get_cors;
    delete_bucket_cors(DeleteBucketCorsInput) -> DeleteBucketCorsOutput =
        configurations::delete_cors;
    put_bucket_website(PutBucketWebsiteInput) -> PutBucketWebsiteOutput =
        configurations::put_website;
    get_bucket_website(GetBucketWebsiteInput) -> GetBucketWebsiteOutput =
        configurations::get_website;
    delete_bucket_website(DeleteBucketWebsiteInput) -> DeleteBucketWebsiteOutput =
        configurations::delete_website;
    put_bucket_policy(PutBucketPolicyInput) -> PutBucketPolicyOutput = configurations::put_policy;
    get_bucket_policy(GetBucketPolicyInput) -> GetBucketPolicyOutput = configurations::get_policy;
    delete_bucket_policy(DeleteBucketPolicyInput) -> DeleteBucketPolicyOutput =
        configurations::delete_policy;
    put_public_access_block(PutPublicAccessBlockInput) -> PutPublicAccessBlockOutput =
        configurations::put_public_access;
    get_public_access_block(GetPublicAccessBlockInput) -> GetPublicAccessBlockOutput =
        configurations::get_public_access;
    delete_public_access_block(DeletePublicAccessBlockInput) -> DeletePublicAccessBlockOutput =
        configurations::delete_public_access;
    put_bucket_ownership_controls(PutBucketOwnershipControlsInput) ->
        PutBucketOwnershipControlsOutput = configurations::put_ownership;
    get_bucket_ownership_controls(GetBucketOwnershipControlsInput) ->
        GetBucketOwnershipControlsOutput = configurations::get_ownership;
    delete_bucket_ownership_controls(DeleteBucketOwnershipControlsInput) ->
        DeleteBucketOwnershipControlsOutput = configurations::delete_ownership;
    put_bucket_notification_configuration(PutBucketNotificationConfigurationInput) ->
        PutBucketNotificationConfigurationOutput = configurations::put_notification;
    get_bucket_notification_configuration(GetBucketNotificationConfigurationInput) ->
        GetBucketNotificationConfigurationOutput = configurations::get_notification;
    get_bucket_request_payment(GetBucketRequestPaymentInput) -> GetBucketRequestPaymentOutput =
        configurations::get_payer;
    post_object(PostObjectInput) -> PostObjectOutput = forms::post;
}
