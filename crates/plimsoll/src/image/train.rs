//! `plimsoll train`: a training container. Hyperparameters and channels in, a model out, metrics on standard output.

use std::fs;
use std::io::Write;
use std::path::{Path, PathBuf};
use std::process::ExitCode;

use clap::Args;
use steps::{HYPERPARAMETERS_FILE, Hyperparameters};

use super::{Failed, cpus, finish};
use crate::environment::ml_root;

/// Entry point of training jobs
#[derive(Debug, Args)]
pub(crate) struct Train {}

impl Train {
    pub(crate) fn run(self) -> ExitCode {
        let Self {} = self;
        let root = ml_root();
        if names_a_program(&root) {
            return super::script::candidate::run(&root);
        }
        let outcome = train(&root);
        finish(&root, outcome)
    }
}

/// Whether the job is one of script mode.
fn names_a_program(root: &Path) -> bool {
    hyperparameters(root).is_ok_and(|told| told.text("sagemaker_program").is_some())
}

fn hyperparameters(root: &Path) -> Result<Hyperparameters, Failed> {
    let path = root.join(HYPERPARAMETERS_FILE);
    let text = fs::read(&path)
        .map_err(|error| Failed::because(&format!("cannot read `{}`", path.display()), &error))?;
    serde_json::from_slice(&text)
        .map_err(|error| Failed::because("hyperparameters.json is not a map of texts", &error))
}

fn train(root: &Path) -> Result<(), Failed> {
    let hyperparameters = hyperparameters(root)?;
    let channels = channels(&root.join("input/data"))?;
    let named = |wanted: fn(&str) -> bool| -> Vec<PathBuf> {
        channels
            .iter()
            .filter(|(name, _)| wanted(name))
            .map(|(_, path)| path.clone())
            .collect()
    };
    // Every channel whose name begins with `train` holds rows to fit on.
    let train = named(|name| name.starts_with("train"));
    if train.is_empty() {
        return Err(Failed("error: there is no channel `train`".to_owned()));
    }
    let job = learn::train::Job {
        hyperparameters: &hyperparameters,
        train,
        validation: named(|name| name == "validation").pop(),
        existing: named(|name| name == "model").pop(),
        model: root.join("model"),
        threads: cpus(),
    };
    let summary =
        learn::train::run(&job, &mut say).map_err(|error| Failed::coded(error.code(), &error))?;
    let converged = if summary.converged {
        ""
    } else {
        ", not converged"
    };
    say(&format!(
        "{} on {} rows and {} features: {} iterations{converged}",
        summary.algorithm, summary.rows, summary.features, summary.iterations
    ));
    Ok(())
}

/// Channels by name, sorted.
fn channels(folder: &Path) -> Result<Vec<(String, PathBuf)>, Failed> {
    let fail = |error: std::io::Error| Failed::because("the channels cannot be listed", &error);
    let mut channels = Vec::new();
    for entry in fs::read_dir(folder).map_err(fail)? {
        let entry = entry.map_err(fail)?;
        if entry.path().is_dir() {
            channels.push((
                entry.file_name().to_string_lossy().into_owned(),
                entry.path(),
            ));
        }
    }
    channels.sort();
    Ok(channels)
}

fn say(line: &str) {
    let mut out = std::io::stdout().lock();
    let _ = writeln!(out, "{line}");
}
