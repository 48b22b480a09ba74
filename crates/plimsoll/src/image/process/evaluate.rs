//! Test: the final model on test rows.

use steps::EvaluateSpec;

use super::{Tree, unpack_file};
use crate::image::{Failed, cpus};

pub(super) fn run(tree: &Tree) -> Result<(), Failed> {
    let spec: EvaluateSpec = tree.spec()?;
    let (output, model) = (tree.output()?, tree.scratch("model"));
    unpack_file(&tree.input("model").join("model.tar.gz"), &model)?;
    let test = tree.input("data");
    // Only where groups are left out does the machine hand them over.
    let others = ["train", "validation"].map(|part| tree.input(part));
    let others: Vec<_> = others.into_iter().filter(|part| part.is_dir()).collect();
    let folders = learn::evaluate::Folders {
        load: crate::image::script::model::load,
        model: &model,
        test: &test,
        others: &others,
        output: &output,
    };
    learn::evaluate::run(&spec, folders, cpus())
        .map(drop)
        .map_err(|error| Failed::coded(error.code(), &error))
}
