//! A training container in script mode: the user's program, with its hyperparameters as arguments.

use std::fs::File;
use std::path::{Path, PathBuf};
use std::process::Command;

use super::child::{self, Ended};
use super::settings::{Container, Told};
use crate::image::{Failed, archive};

/// A program that is ready to train.
#[derive(Debug)]
pub(super) struct Training {
    pub(super) command: Command,
    pub(super) source: PathBuf,
    pub(super) program: String,
}

/// Runs the program of a training job.
pub(super) fn train(root: &Path) -> Result<Ended, Failed> {
    Training::prepare(root)?.run()
}

impl Training {
    /// Finds the program that a job names, and what it is told.
    pub(super) fn prepare(root: &Path) -> Result<Self, Failed> {
        let told = Told::read(root)?;
        let Some(program) = told.program() else {
            return Err(Failed(
                "error[P0622]: the hyperparameter `sagemaker_program` names no program; this image runs one of yours"
                    .to_owned(),
            ));
        };
        let source = source(root, &told)?;
        if !source.join(&program).is_file() {
            return Err(Failed(format!(
                "error[P0622]: the entry point `{program}` is not in the source{}",
                beside(&source)
            )));
        }
        let container = Container::new(root, Some(&source))?;
        let mut command = command(&container, &program);
        command
            .args(told.arguments())
            .envs(told.variables(root, &source, &program))
            .current_dir(&source);
        Ok(Self {
            command,
            source,
            program,
        })
    }

    /// Runs it to its end.
    pub(super) fn run(self) -> Result<Ended, Failed> {
        let Self {
            command, program, ..
        } = self;
        child::run(command)
            .map_err(|error| Failed::because(&format!("`{program}` does not start"), &error))
    }
}

/// A Python program, or a shell script.
fn command(container: &Container, program: &str) -> Command {
    if Path::new(program)
        .extension()
        .is_some_and(|extension| extension == "sh")
    {
        let mut command = container.command(&"/bin/sh".into());
        command.arg(program);
        return command;
    }
    let mut command = container.python();
    command.arg(program);
    command
}

/// Where the source lies: unpacked by the platform, or where script mode says.
fn source(root: &Path, told: &Told) -> Result<PathBuf, Failed> {
    let code = root.join("code");
    let Some(named) = told.source().filter(|named| !named.starts_with("s3://")) else {
        return Ok(code);
    };
    let named = PathBuf::from(named.trim_start_matches("file://"));
    if named.is_dir() {
        return Ok(named);
    }
    let packed = File::open(&named)
        .map_err(|error| Failed::because(&format!("the source `{}`", named.display()), &error))?;
    archive::unpack(packed, &code)?;
    Ok(code)
}

/// What is there in place of what is not.
fn beside(source: &Path) -> String {
    let entries = std::fs::read_dir(source).into_iter().flatten().flatten();
    let mut names: Vec<_> = entries
        .map(|entry| entry.file_name().to_string_lossy().into_owned())
        .take(10)
        .collect();
    names.sort();
    if names.is_empty() {
        return ", which is empty".to_owned();
    }
    format!(", which holds {}", names.join(", "))
}
