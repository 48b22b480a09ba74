//! Trainings that are written down while they run, and that go on from what was written.
//!
//! A checkpoint is the state after a step. It takes the place of the one before in a single rename, so that there is always a
//! whole one. What a training leads to does not depend on where it was stopped.

use std::fs;
use std::path::{Path, PathBuf};
use std::time::Duration;

use networks::{Network, Outcome, Recipe, State, Training, Verdict};

use crate::files::{self, FileError};

/// A checkpoint at most.
const LIMIT: u64 = 4 << 30;

/// Why a network is not trained.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// A checkpoint could not be read or written.
    #[error(transparent)]
    File(#[from] FileError),
    /// The checkpoint is not one of this training.
    #[error("checkpoint `{}` cannot be used", path.display())]
    Checkpoint {
        /// The file.
        path: PathBuf,
        /// Why.
        #[source]
        source: networks::Error,
    },
    /// The network cannot be trained so.
    #[error("the network cannot be trained")]
    Network {
        /// Why.
        #[from]
        source: networks::Error,
    },
}

impl Error {
    /// The stable code of the error.
    pub const fn code(&self) -> &'static str {
        match self {
            Self::File(error) => error.code(),
            Self::Checkpoint { .. } => "P0280",
            Self::Network { .. } => "P0281",
        }
    }
}

/// Where checkpoints are kept, and how often.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Checkpoints {
    /// The folder.
    pub folder: PathBuf,
    /// Time from one to the next at least.
    pub every: Duration,
}

impl Checkpoints {
    /// Name of the file.
    pub const FILE: &'static str = "checkpoint.bin";

    fn path(&self) -> PathBuf {
        self.folder.join(Self::FILE)
    }

    /// The state that was written last, if any.
    pub fn read(&self) -> Result<Option<State>, Error> {
        let path = self.path();
        if !path.exists() {
            return Ok(None);
        }
        let bytes = files::read(&path, LIMIT)?;
        let state = State::from_bytes(&bytes);
        Ok(Some(
            state.map_err(|source| Error::Checkpoint { path, source })?,
        ))
    }

    /// Removes what was written, if anything was.
    pub fn clear(&self) -> Result<(), Error> {
        let path = self.path();
        match fs::remove_file(&path) {
            Err(source) if source.kind() != std::io::ErrorKind::NotFound => {
                Err(FileError::Write { path, source }.into())
            }
            _ => Ok(()),
        }
    }

    /// Writes a state in the place of the one before.
    pub fn write(&self, state: &State) -> Result<(), Error> {
        let path = self.path();
        let fresh = path.with_extension("new");
        write(&fresh, &state.to_bytes())
            .and_then(|()| fs::rename(&fresh, &path))
            .map_err(|source| FileError::Write { path, source }.into())
    }
}

fn write(path: &Path, bytes: &[u8]) -> std::io::Result<()> {
    if let Some(folder) = path.parent() {
        fs::create_dir_all(folder)?;
    }
    let mut file = fs::File::create(path)?;
    std::io::Write::write_all(&mut file, bytes)?;
    // The rename must not become visible before the content.
    file.sync_all()
}

/// What the caller knows after a step; there is no clock and no signal here.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Moment {
    /// Time since the training began.
    pub elapsed: Duration,
    /// Whether it must stop now, since the process was told to end.
    pub stop: bool,
}

/// How a training is kept and watched.
pub struct Watch<'a> {
    /// Where checkpoints go; without it there are none.
    pub checkpoints: Option<&'a Checkpoints>,
    /// Asked after each step.
    pub moment: &'a mut (dyn FnMut() -> Moment + Send),
    /// Receives a line such as `train:loss=0.31;` after each epoch.
    pub report: &'a mut (dyn FnMut(&str) + Send),
}

impl std::fmt::Debug for Watch<'_> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Watch")
            .field("checkpoints", &self.checkpoints)
            .finish_non_exhaustive()
    }
}

/// Trains a network, from its checkpoint if there is one of the same `key`; with the threads of the pool that it runs in.
///
/// Where it was told to stop, the state is written and [`Outcome::Stopped`] comes with the training.
pub fn train<N: Network>(
    network: N,
    recipe: Recipe,
    key: &str,
    watch: &mut Watch<'_>,
) -> Result<(Training<N>, Outcome), Error> {
    let checkpoints = watch.checkpoints;
    let saved = checkpoints.map(Checkpoints::read).transpose()?.flatten();
    let mut training = match (saved, checkpoints) {
        (Some(state), Some(checkpoints)) => {
            let done = state.progress.epochs.len();
            let path = checkpoints.path();
            let resumed = Training::resume(network, recipe, key, state);
            let resumed = resumed.map_err(|source| Error::Checkpoint { path, source })?;
            (watch.report)(&format!("goes on from its checkpoint after {done} epochs"));
            resumed
        }
        _ => Training::new(network, recipe, key)?,
    };
    let mut written = Duration::ZERO;
    let mut failure = None;
    let outcome = training.run(|state| {
        if state.progress.step == 0 {
            (watch.report)(&epoch_line(state));
        }
        let Moment { elapsed, stop } = (watch.moment)();
        if let Some(checkpoints) = checkpoints
            && (stop || elapsed.saturating_sub(written) >= checkpoints.every)
        {
            written = elapsed;
            failure = checkpoints.write(state).err();
        }
        if stop || failure.is_some() {
            Verdict::Stop
        } else {
            Verdict::Continue
        }
    })?;
    match failure {
        Some(error) => Err(error),
        None => Ok((training, outcome)),
    }
}

fn epoch_line(state: &State) -> String {
    let epochs = &state.progress.epochs;
    let Some(last) = epochs.last() else {
        return String::new();
    };
    let validation = last
        .validation_loss
        .map(|loss| format!(" validation:loss={loss:.6};"))
        .unwrap_or_default();
    format!(
        "epoch={}; train:loss={:.6};{validation}",
        epochs.len(),
        last.training_loss
    )
}

#[cfg(test)]
mod tests {
    use super::*;
    use networks::lstm::{Lstm, Shape, Windows};
    use networks::{Adam, Schedule};

    fn windows() -> Windows {
        Windows {
            series: (0..90).map(|n| ((n * 7 % 13) as f32 - 6.0) / 6.0).collect(),
            ends: (4..84).collect(),
            extra: Vec::new(),
            targets: (4..84).map(|n| ((n * 7 % 13) as f32 - 6.0) / 6.0).collect(),
        }
    }

    fn recipe() -> Recipe {
        Recipe {
            epochs: 4,
            batch: 16,
            schedule: Schedule::Cosine { peak: 0.01 },
            adam: Adam::default(),
            clip: Some(1.0),
            patience: None,
            seed: 1,
        }
    }

    /// Trains until the step `stop`, a second a step; answers the state, how it ended, and the lines.
    fn trained(
        key: &str,
        checkpoints: Option<&Checkpoints>,
        stop: u64,
    ) -> Result<(State, Outcome, Vec<String>), Error> {
        let windows = windows();
        let shape = Shape::new(5, 1, 16, 0).unwrap();
        let network = Lstm::new(shape, &windows, Some(&windows)).unwrap();
        let mut steps = 0;
        let mut lines = Vec::new();
        let mut watch = Watch {
            checkpoints,
            moment: &mut || {
                steps += 1;
                Moment {
                    elapsed: Duration::from_secs(steps),
                    stop: steps == stop,
                }
            },
            report: &mut |line| lines.push(line.to_owned()),
        };
        let (training, outcome) = train(network, recipe(), key, &mut watch)?;
        let state = training.state().clone();
        Ok((state, outcome, lines))
    }

    fn checkpoints(folder: &tempfile::TempDir, seconds: u64) -> Checkpoints {
        Checkpoints {
            folder: folder.path().join("checkpoints"),
            every: Duration::from_secs(seconds),
        }
    }

    #[test]
    fn a_stopped_training_goes_on_to_the_same_model() {
        let (whole, outcome, lines) = trained("k", None, 0).unwrap();
        assert_eq!((outcome, lines.len()), (Outcome::Finished, 4));
        assert!(
            lines[3].starts_with("epoch=4; train:loss=0.")
                && lines[3].contains(" validation:loss=0.")
        );
        for stop in [1, 5, 7, 19] {
            let folder = tempfile::tempdir().unwrap();
            let kept = checkpoints(&folder, 1000);
            let (_, outcome, _) = trained("k", Some(&kept), stop).unwrap();
            assert_eq!(outcome, Outcome::Stopped);
            let (state, outcome, lines) = trained("k", Some(&kept), 0).unwrap();
            assert_eq!(outcome, Outcome::Finished);
            assert_eq!(
                lines[0],
                format!("goes on from its checkpoint after {} epochs", stop / 5)
            );
            assert_eq!(state.to_bytes(), whole.to_bytes(), "stopped after {stop}");
        }
    }

    #[test]
    fn states_are_written_as_often_as_they_should() {
        let folder = tempfile::tempdir().unwrap();
        let kept = checkpoints(&folder, 6);
        trained("k", Some(&kept), 0).unwrap();
        // Twenty steps of a second: the last one written is that of step 18, the third of epoch 4.
        let progress = kept.read().unwrap().unwrap().progress;
        assert_eq!((progress.epochs.len(), progress.step), (3, 3));
        let names = fs::read_dir(&kept.folder).unwrap().count();
        assert_eq!(names, 1);
    }

    #[test]
    fn checkpoints_of_something_else_are_refused() {
        let folder = tempfile::tempdir().unwrap();
        let kept = checkpoints(&folder, 1000);
        trained("k", Some(&kept), 3).unwrap();
        let error = trained("other", Some(&kept), 0).unwrap_err();
        assert_eq!(error.code(), "P0280");
        let source = std::error::Error::source(&error).unwrap().to_string();
        assert_eq!(
            source,
            "the saved training is not usable: it belongs to other data or another recipe"
        );
        fs::write(kept.path(), b"plimnet1 and nothing else").unwrap();
        assert_eq!(trained("k", Some(&kept), 0).unwrap_err().code(), "P0280");
        fs::remove_dir_all(&kept.folder).unwrap();
        fs::write(&kept.folder, b"a file").unwrap();
        assert_eq!(trained("k", Some(&kept), 3).unwrap_err().code(), "P0220");
    }
}
