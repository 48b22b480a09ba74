//! Prepare: source files to typed, split tables.

use steps::PrepareSpec;

use super::Tree;
use crate::image::Failed;

pub(super) fn run(tree: &Tree) -> Result<(), Failed> {
    let spec: PrepareSpec = tree.spec()?;
    let output = tree.output()?;
    learn::prepare::run(&spec, &tree.input("data"), &output)
        .map(drop)
        .map_err(|error| Failed::coded(error.code(), &error))
}
