//! Select: fetches every candidate's model and scores it on validation rows.

use std::collections::BTreeMap;
use std::fs;
use std::time::Instant;

use steps::SelectSpec;

use super::{Tree, unpack_file};
use crate::client::s3::split_uri;
use crate::client::{Aws, Endpoint};
use crate::image::Failed;

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
        let folder = tree.scratch(&candidate.name);
        let packed = folder.with_extension("tar.gz");
        let failed = |error: &dyn std::error::Error| {
            Failed::because(&format!("the model of `{}`", candidate.name), error)
        };
        fs::create_dir_all(&folder).map_err(|error| failed(&error))?;
        runtime
            .block_on(aws.get_file(bucket, key, &packed))
            .map_err(|error| failed(&error))?;
        unpack_file(&packed, &folder)?;
        fs::remove_file(&packed).map_err(|error| failed(&error))?;
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
