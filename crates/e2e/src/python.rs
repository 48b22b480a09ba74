//! Scripts of unmodified clients, run in the pinned Python environment.

use std::env;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::Duration;

use crate::binary::Binary;
use crate::finished::Finished;
use crate::plane::Plane;
use crate::running::Running;

/// Names the interpreter with the packages of `tests/requirements.txt`.
const VARIABLE: &str = "PLIMSOLL_PYTHON";
/// How long a script may take.
const LIMIT: Duration = Duration::from_mins(5);

/// The pinned Python environment.
#[derive(Debug, Clone)]
pub struct Python {
    interpreter: PathBuf,
}

impl Python {
    /// The interpreter that the environment names.
    ///
    /// # Panics
    /// When the environment names none.
    pub fn find() -> Self {
        Self::of(VARIABLE)
    }

    /// The interpreter that a variable of the environment names.
    ///
    /// # Panics
    /// When it names none.
    pub fn of(variable: &str) -> Self {
        let Some(interpreter) = env::var_os(variable) else {
            panic!("{variable} names no interpreter: run `cargo xtask test`");
        };
        Self {
            interpreter: interpreter.into(),
        }
    }

    /// Its program.
    pub fn interpreter(&self) -> &Path {
        &self.interpreter
    }

    /// A program that a package of the environment brings.
    pub fn program(&self, name: &str) -> PathBuf {
        self.interpreter.with_file_name(name)
    }

    /// Runs a script of `crates/e2e/python` against a plane.
    ///
    /// # Panics
    /// With its output when it fails.
    #[track_caller]
    pub fn check(&self, script: &str, plane: &Plane, arguments: &[&Path]) -> Finished {
        let mut command = self.command(script);
        command.args(arguments);
        command.envs(
            plane
                .environment()
                .iter()
                .map(|(name, value)| (name, value)),
        );
        Running::start(&mut command, None).finish(LIMIT).ok()
    }

    /// Starts a script that runs the binary by itself.
    pub fn start(&self, script: &str, binary: &Binary, arguments: &[String]) -> Running {
        let mut command = self.command(script);
        command.arg(binary.path()).args(arguments);
        Running::start(&mut command, None)
    }

    fn command(&self, script: &str) -> Command {
        let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("python");
        let mut command = Command::new(&self.interpreter);
        command.arg("-u").arg(folder.join(script));
        let inherited = env::vars_os().filter_map(|(name, _)| name.into_string().ok());
        for name in inherited.filter(|n| n.starts_with("PLIMSOLL_") || n.starts_with("AWS_")) {
            command.env_remove(name);
        }
        // Nothing of the user's own configuration, and no search for a cloud's metadata.
        for name in ["AWS_CONFIG_FILE", "AWS_SHARED_CREDENTIALS_FILE"] {
            command.env(name, "/dev/null");
        }
        command
            .env("AWS_EC2_METADATA_DISABLED", "true")
            .env("PYTHONDONTWRITEBYTECODE", "1");
        command
    }
}
