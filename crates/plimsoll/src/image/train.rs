//! `plimsoll train`: a training container. Hyperparameters and channels in, a model out, metrics on standard output.

use std::fs;
use std::io::Write;
use std::path::{Path, PathBuf};
use std::process::ExitCode;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::{Duration, Instant};

use clap::Args;
use learn::checkpoint::{Checkpoints, Moment, Watch};
use steps::{HYPERPARAMETERS_FILE, Hyperparameters};

use super::{Failed, cpus, finish};
use crate::environment::ml_root;

/// Time between two checkpoints of a network.
const CHECKPOINTS_EVERY: Duration = Duration::from_secs(10);

/// Entry point of training jobs
#[derive(Debug, Args)]
pub(crate) struct Train {
    /// Stay for one training after the other, as a slot of a tuning job does
    #[arg(long, hide = true)]
    worker: bool,
}

impl Train {
    pub(crate) fn run(self) -> ExitCode {
        let Self { worker } = self;
        let root = ml_root();
        if worker {
            return serve(&root);
        }
        if names_a_program(&root) {
            return super::script::candidate::run(&root);
        }
        let outcome = train(&root);
        finish(&root, outcome)
    }
}

/// Trains whatever is told, one after the other.
fn serve(root: &Path) -> ExitCode {
    let served = jobs::serve_tasks(root, || {
        // A training that listens for its end has changed what a signal means to this process.
        let stays = hyperparameters(root).is_ok_and(|told| !learn::train::can_be_stopped(&told));
        let outcome = train(root);
        let code = u8::from(outcome.is_err());
        finish(root, outcome);
        jobs::Done { code, stays }
    });
    match served {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => finish(
            root,
            Err(Failed::because(
                "this is no worker of a tuning slot",
                &error,
            )),
        ),
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
    let checkpoints = Checkpoints {
        folder: root.join("checkpoints"),
        every: CHECKPOINTS_EVERY,
    };
    let stoppable = learn::train::can_be_stopped(&hyperparameters);
    let told = if stoppable {
        told_to_end()?
    } else {
        Arc::default()
    };
    let start = Instant::now();
    let mut watch = Watch {
        checkpoints: stoppable.then_some(&checkpoints),
        moment: &mut || Moment {
            elapsed: start.elapsed(),
            stop: told.load(Ordering::Relaxed),
        },
        report: &mut say,
    };
    let job = learn::train::Job {
        hyperparameters: &hyperparameters,
        train,
        validation: named(|name| name == "validation").pop(),
        existing: named(|name| name == "model").pop(),
        model: root.join("model"),
        threads: cpus(),
    };
    let summary = learn::train::run_watched(&job, &mut watch)
        .map_err(|error| Failed::coded(error.code(), &error))?;
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

/// Becomes true when the process is asked to end.
fn told_to_end() -> Result<Arc<AtomicBool>, Failed> {
    let told = Arc::new(AtomicBool::new(false));
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()
        .map_err(|error| Failed::because("cannot start", &error))?;
    let mut signals = {
        let _inside = runtime.enter();
        crate::signals::Signals::listen().map_err(|failure| Failed(failure.to_string()))?
    };
    let tell = Arc::clone(&told);
    std::thread::spawn(move || {
        runtime.block_on(signals.next());
        tell.store(true, Ordering::Relaxed);
    });
    Ok(told)
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
