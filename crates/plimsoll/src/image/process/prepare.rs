//! Prepare: source files to typed, split tables.

use steps::{PrepareSpec, SourceObject};

use super::Tree;
use crate::client::s3::split_uri;
use crate::client::{Aws, Endpoint};
use crate::image::Failed;

pub(super) fn run(tree: &Tree) -> Result<(), Failed> {
    let spec: PrepareSpec = tree.spec()?;
    let output = tree.output()?;
    unchanged(&spec.objects)?;
    learn::prepare::run(&spec, &tree.input("data"), &output)
        .map(drop)
        .map_err(|error| Failed::coded(error.code(), &error))
}

/// Compares every object with what it was when the run began. The inputs are copies that were made in between, so that what
/// is the same at both ends was the same when it was copied.
fn unchanged(objects: &[SourceObject]) -> Result<(), Failed> {
    if objects.is_empty() {
        return Ok(());
    }
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()
        .map_err(|error| Failed::because("cannot start", &error))?;
    let aws = Aws::new(Endpoint::of_job()?);
    for SourceObject { uri, etag } in objects {
        let (bucket, key) =
            split_uri(uri).ok_or_else(|| Failed(format!("error: `{uri}` is not an S3 URI")))?;
        let found = runtime
            .block_on(aws.object_tag(bucket, key))
            .map_err(|error| Failed::because(&format!("cannot look at `{uri}`"), &error))?;
        if found.as_ref() != Some(etag) {
            let what = if found.is_some() {
                "changed"
            } else {
                "was deleted"
            };
            return Err(Failed(format!(
                "error[P0218]: `{uri}` {what} since the run began: rows of two versions are never mixed"
            )));
        }
    }
    Ok(())
}
