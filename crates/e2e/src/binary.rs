//! The built binary, one verb at a time.

use std::env;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::Duration;

use crate::finished::Finished;
use crate::running::Running;

/// Names the binary under test.
const VARIABLE: &str = "PLIMSOLL_BIN";
/// How long a verb may take, unless the test says otherwise.
const LIMIT: Duration = Duration::from_mins(3);

/// The binary under test.
#[derive(Debug, Clone)]
pub struct Binary {
    path: PathBuf,
}

impl Binary {
    /// The binary that the environment names.
    ///
    /// # Panics
    /// When the environment names none.
    pub fn find() -> Self {
        let Some(path) = env::var_os(VARIABLE) else {
            panic!("{VARIABLE} names no binary: run `cargo xtask test`");
        };
        let path = PathBuf::from(path);
        assert!(
            path.is_file(),
            "{VARIABLE} is `{}`, which is no file",
            path.display()
        );
        Self { path }
    }

    /// Where it is.
    pub fn path(&self) -> &Path {
        &self.path
    }

    /// A verb with its arguments; the environment names no other state and no cloud.
    pub fn verb<'a>(&self, arguments: impl IntoIterator<Item = &'a str>) -> Verb {
        let mut command = Command::new(&self.path);
        command.args(arguments);
        let inherited = env::vars_os().filter_map(|(name, _)| name.into_string().ok());
        // The clients' Python is the user's as well: what framework images run in.
        let foreign = |name: &String| {
            (name.starts_with("PLIMSOLL_") && name != "PLIMSOLL_PYTHON") || name.starts_with("AWS_")
        };
        for name in inherited.filter(foreign) {
            command.env_remove(name);
        }
        Verb {
            command,
            input: None,
            limit: LIMIT,
        }
    }
}

/// A verb that is about to run.
#[derive(Debug)]
pub struct Verb {
    command: Command,
    input: Option<String>,
    limit: Duration,
}

impl Verb {
    /// On this state.
    pub fn state(mut self, folder: &Path) -> Self {
        self.command.arg("--state").arg(folder);
        self
    }

    /// One more argument.
    pub fn arg(mut self, argument: impl AsRef<Path>) -> Self {
        self.command.arg(argument.as_ref());
        self
    }

    /// In this folder.
    pub fn within(mut self, folder: &Path) -> Self {
        self.command.current_dir(folder);
        self
    }

    /// Without a variable that the environment may have.
    pub fn without(mut self, name: &str) -> Self {
        self.command.env_remove(name);
        self
    }

    /// With a variable.
    pub fn variable(mut self, name: &str, value: impl AsRef<std::ffi::OsStr>) -> Self {
        self.command.env(name, value);
        self
    }

    /// With this text on standard input.
    pub fn input(mut self, text: &str) -> Self {
        self.input = Some(text.to_owned());
        self
    }

    /// With this much time.
    pub fn limit(mut self, limit: Duration) -> Self {
        self.limit = limit;
        self
    }

    /// Starts it.
    pub fn start(mut self) -> Running {
        Running::start(&mut self.command, self.input.as_deref())
    }

    /// Runs it to its end.
    #[track_caller]
    pub fn run(self) -> Finished {
        let limit = self.limit;
        self.start().finish(limit)
    }
}
