//! Select: fetches every candidate's model and scores it on validation rows.

use std::collections::BTreeMap;
use std::time::Instant;

use steps::SelectSpec;

use super::Tree;
use crate::client::s3::split_uri;
use crate::client::{Aws, Endpoint};
use crate::image::{Failed, archive};

pub(super) fn run(tree: &Tree) -> Result<(), Failed> {
    let spec: SelectSpec = tree.spec()?;
    let output = tree.output()?;
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()
        .map_err(|error| Failed::because("cannot start", &error))?;
    let aws = Aws::new(Endpoint::of_job()?);
    let mut models = BTreeMap::new();
    for candidate in &spec.candidates {
        let Some(uri) = &candidate.model else {
            continue;
        };
        let (bucket, key) =
            split_uri(uri).ok_or_else(|| Failed(format!("error: `{uri}` is not an S3 URI")))?;
        let content = runtime
            .block_on(aws.get_object(bucket, key))
            .map_err(|error| {
                Failed::because(&format!("the model of `{}`", candidate.name), &error)
            })?;
        let folder = tree.scratch(&candidate.name);
        archive::unpack(&content[..], &folder)?;
        models.insert(candidate.name.clone(), folder);
    }
    let validation = tree.input("data");
    let folders = learn::select::Folders {
        load: crate::image::script::model::load,
        models: &models,
        validation: &validation,
        output: &output,
    };
    let start = Instant::now();
    let clock = || u64::try_from(start.elapsed().as_nanos()).unwrap_or(u64::MAX);
    learn::select::run(&spec, folders, Some(&clock))
        .map(drop)
        .map_err(|error| Failed::coded(error.code(), &error))
}
