//! The operations that are implemented; `s3s` answers `NotImplemented` by name to every other one.

use s3s::dto::{
    AbortMultipartUploadInput, AbortMultipartUploadOutput, CompleteMultipartUploadInput,
    CompleteMultipartUploadOutput, CopyObjectInput, CopyObjectOutput, CreateBucketInput,
    CreateBucketOutput, CreateMultipartUploadInput, CreateMultipartUploadOutput, DeleteBucketInput,
    DeleteBucketOutput, DeleteObjectInput, DeleteObjectOutput, DeleteObjectTaggingInput,
    DeleteObjectTaggingOutput, DeleteObjectsInput, DeleteObjectsOutput, GetBucketLocationInput,
    GetBucketLocationOutput, GetObjectInput, GetObjectOutput, GetObjectTaggingInput,
    GetObjectTaggingOutput, HeadBucketInput, HeadBucketOutput, HeadObjectInput, HeadObjectOutput,
    ListBucketsInput, ListBucketsOutput, ListMultipartUploadsInput, ListMultipartUploadsOutput,
    ListObjectsInput, ListObjectsOutput, ListObjectsV2Input, ListObjectsV2Output, ListPartsInput,
    ListPartsOutput, PutObjectInput, PutObjectOutput, PutObjectTaggingInput,
    PutObjectTaggingOutput, UploadPartCopyInput, UploadPartCopyOutput, UploadPartInput,
    UploadPartOutput,
};
use s3s::{S3, S3Request, S3Response, S3Result};

use super::shelf::principal;
use super::{Shelf, buckets, completion, copy, listings, read, upload_listings, uploads, write};

/// An answer of `s3s`'s trait.
type Answer<T> = S3Result<S3Response<T>>;

/// Delegates one method of the trait: `method(Input) -> Output = function`.
///
/// ```text
/// operations! { get_object(GetObjectInput) -> GetObjectOutput = read::get; }
/// ```
macro_rules! operations {
    ($($method:ident($input:ty) -> $output:ty = $function:path;)*) => {
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
}
