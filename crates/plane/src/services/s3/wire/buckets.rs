//! Operations of buckets.

use s3s::dto::{
    Bucket, BucketLocationConstraint, CreateBucketInput, CreateBucketOutput, DeleteBucketInput,
    DeleteBucketOutput, GetBucketLocationInput, GetBucketLocationOutput, HeadBucketInput,
    HeadBucketOutput, ListBucketsInput, ListBucketsOutput,
};
use s3s::{S3Request, S3Response, S3Result, s3_error};

use super::Shelf;
use super::answer::{owner, timestamp};
use crate::services::s3::bucket;
use crate::store::{Query, Sort};

/// Most buckets of a list.
const LONGEST: i32 = 10_000;

pub(super) async fn create(
    shelf: &Shelf,
    request: S3Request<CreateBucketInput>,
    principal: &str,
) -> S3Result<S3Response<CreateBucketOutput>> {
    let input = request.input;
    let constraint = input
        .create_bucket_configuration
        .and_then(|c| c.location_constraint);
    check_location(
        &shelf.region,
        constraint.as_ref().map(BucketLocationConstraint::as_str),
    )?;
    let name = input.bucket.clone();
    shelf
        .command(principal, move |tx| bucket::create(tx, &name))
        .await?;
    let location = Some(format!("/{}", input.bucket));
    Ok(S3Response::new(CreateBucketOutput { location }))
}

/// A bucket lies in the plane's region.
fn check_location(region: &str, constraint: Option<&str>) -> S3Result<()> {
    let constraint = constraint.filter(|text| !text.is_empty());
    match constraint {
        Some(given) if given == region => Ok(()),
        None if region == "us-east-1" => Ok(()),
        given => Err(s3_error!(
            IllegalLocationConstraintException,
            "The {} location constraint is incompatible for the region specific endpoint this request was sent to.",
            given.unwrap_or("unspecified")
        )),
    }
}

pub(super) async fn head(
    shelf: &Shelf,
    request: S3Request<HeadBucketInput>,
    _principal: &str,
) -> S3Result<S3Response<HeadBucketOutput>> {
    shelf
        .ask(move |snapshot| bucket::require(snapshot, &request.input.bucket))
        .await?;
    let bucket_region = Some(shelf.region.clone());
    Ok(S3Response::new(HeadBucketOutput {
        bucket_region,
        ..HeadBucketOutput::default()
    }))
}

pub(super) async fn location(
    shelf: &Shelf,
    request: S3Request<GetBucketLocationInput>,
    _principal: &str,
) -> S3Result<S3Response<GetBucketLocationOutput>> {
    shelf
        .ask(move |snapshot| bucket::require(snapshot, &request.input.bucket))
        .await?;
    // AWS says nothing for its first region.
    let region = Some(shelf.region.clone()).filter(|region| region != "us-east-1");
    let location_constraint = region.map(BucketLocationConstraint::from);
    Ok(S3Response::new(GetBucketLocationOutput {
        location_constraint,
    }))
}

pub(super) async fn delete(
    shelf: &Shelf,
    request: S3Request<DeleteBucketInput>,
    principal: &str,
) -> S3Result<S3Response<DeleteBucketOutput>> {
    let name = request.input.bucket;
    shelf
        .command(principal, move |tx| bucket::delete(tx, &name))
        .await?;
    Ok(S3Response::with_status(
        DeleteBucketOutput::default(),
        http::StatusCode::NO_CONTENT,
    ))
}

pub(super) async fn list(
    shelf: &Shelf,
    request: S3Request<ListBucketsInput>,
    _principal: &str,
) -> S3Result<S3Response<ListBucketsOutput>> {
    let input = request.input;
    if input
        .bucket_region
        .as_ref()
        .is_some_and(|region| *region != shelf.region)
    {
        return Ok(S3Response::new(ListBucketsOutput {
            owner: Some(owner()),
            ..Default::default()
        }));
    }
    let limit = input.max_buckets.unwrap_or(LONGEST).clamp(1, LONGEST);
    let prefix = input.prefix.clone().unwrap_or_default();
    let after = input.continuation_token.unwrap_or_default();
    let query = Query {
        sort: Sort::Key,
        limit: u64::MAX >> 1,
        ..Query::default()
    };
    let all = shelf
        .ask(move |snapshot| Ok(snapshot.list::<bucket::Bucket>(&query)?.rows))
        .await?;
    let mut wanted = all
        .into_iter()
        .filter(|bucket| bucket.name.starts_with(&prefix) && bucket.name > after)
        .map(|bucket| Bucket {
            bucket_region: Some(shelf.region.clone()),
            creation_date: Some(timestamp(bucket.created)),
            name: Some(bucket.name),
        });
    let buckets: Vec<Bucket> = wanted.by_ref().take(limit as usize).collect();
    let more = wanted.next().is_some();
    Ok(S3Response::new(ListBucketsOutput {
        continuation_token: buckets
            .last()
            .filter(|_| more)
            .and_then(|last| last.name.clone()),
        buckets: Some(buckets),
        owner: Some(owner()),
        prefix: input.prefix,
    }))
}

#[cfg(test)]
mod tests {
    use super::check_location;

    #[test]
    fn a_bucket_lies_where_the_plane_is() {
        for (region, constraint, allowed) in [
            ("us-east-1", None, true),
            ("us-east-1", Some("us-east-1"), true),
            ("us-east-1", Some("eu-west-1"), false),
            ("eu-west-1", None, false),
            ("eu-west-1", Some("eu-west-1"), true),
        ] {
            assert_eq!(
                check_location(region, constraint).is_ok(),
                allowed,
                "{region} {constraint:?}"
            );
        }
    }
}
