//! A serving container of a framework image: the user's inference functions behind our HTTP front, or the model's own
//! `model.onnx` where there are none.

use std::path::{Path, PathBuf};
use std::sync::Arc;

use super::settings::Container;
use super::worker::{Pool, Recipe};
use crate::environment::{FRAMEWORK, PROGRAM, SUBMIT_DIRECTORY, WORKERS, variable};
use crate::image::serve::{Answerer, listen_on, runtime};
use crate::image::{Failed, cpus};

/// The program that serving containers look for where none is named.
pub(super) const DEFAULT_PROGRAM: &str = "inference.py";

/// Serves a model until it is asked to end.
pub(super) fn serve(root: &Path) -> Result<(), Failed> {
    let model = root.join("model");
    let (source, program) = source(root, &model);
    let named = program.is_some();
    let program = program.unwrap_or_else(|| DEFAULT_PROGRAM.to_owned());
    let module = source.join(&program);
    if named && !module.is_file() {
        return Err(Failed(format!(
            "error[P0622]: the program `{program}` of SAGEMAKER_PROGRAM is not in `{}`",
            source.display()
        )));
    }
    if !module.is_file() && model.join(steps::MODEL_FILE).is_file() {
        return crate::image::serve::serve(root);
    }
    let recipe = Recipe {
        container: Container::new(root, Some(&source))?,
        module: module.is_file().then_some(module),
        source,
        model,
        framework: variable(FRAMEWORK).unwrap_or_default(),
    };
    answer_with(recipe)
}

/// Serves the model of a script candidate in our own image; none where the model is another's.
pub(in crate::image) fn candidate(root: &Path) -> Option<Result<(), Failed>> {
    let recipe = super::model::recipe(root, &root.join("model"))?;
    Some(recipe.and_then(answer_with))
}

fn answer_with(recipe: Recipe) -> Result<(), Failed> {
    let workers = variable(WORKERS)
        .and_then(|text| text.parse().ok())
        .unwrap_or_else(cpus)
        .max(1);
    let runtime = runtime()?;
    runtime.block_on(async {
        let pool = Pool::start(recipe, workers).await?;
        listen_on(Arc::new(Answerer::Script(Box::new(pool)))).await
    })
}

/// Where the inference program lies, and its name where one is given.
fn source(root: &Path, model: &Path) -> (PathBuf, Option<String>) {
    let program = variable(PROGRAM);
    let folder = match variable(SUBMIT_DIRECTORY) {
        Some(named) if named.starts_with("s3://") => root.join("code"),
        Some(named) => PathBuf::from(named.trim_start_matches("file://")),
        None => model.join("code"),
    };
    // A repacked model brings its code along, whatever the variable says.
    let inside = model.join("code");
    if !folder.is_dir() && inside.is_dir() {
        return (inside, program);
    }
    (folder, program)
}
