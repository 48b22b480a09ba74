//! `plimsoll process <step>`: processing containers. A spec and inputs in, documents out.

mod evaluate;
mod load_test;
mod prepare;
mod select;

use std::fs;
use std::path::{Path, PathBuf};
use std::process::ExitCode;

use clap::{Args, ValueEnum};
use steps::{Document, SPEC_FILE};

use super::{Failed, finish};
use crate::environment::ml_root;

/// Entry point of processing jobs
#[derive(Debug, Args)]
pub(crate) struct Process {
    /// Step of the pipeline
    step: Step,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
enum Step {
    Prepare,
    Select,
    Evaluate,
    LoadTest,
}

impl Process {
    pub(crate) fn run(self) -> ExitCode {
        let root = ml_root();
        let tree = Tree {
            root: root.join("processing"),
        };
        let outcome = match self.step {
            Step::Prepare => prepare::run(&tree),
            Step::Select => select::run(&tree),
            Step::Evaluate => evaluate::run(&tree),
            Step::LoadTest => load_test::run(&tree),
        };
        finish(&root, outcome)
    }
}

/// The job's tree, as the state machine lays it out.
#[derive(Debug)]
pub(super) struct Tree {
    root: PathBuf,
}

impl Tree {
    fn input(&self, name: &str) -> PathBuf {
        self.root.join("input").join(name)
    }

    fn output(&self) -> Result<PathBuf, Failed> {
        let output = self.root.join("output");
        fs::create_dir_all(&output)
            .map_err(|error| Failed::because("the output folder cannot be made", &error))?;
        Ok(output)
    }

    /// A folder for what is unpacked, inside the job's own tree.
    fn scratch(&self, name: &str) -> PathBuf {
        self.root.join("scratch").join(name)
    }

    /// What the step is told.
    fn spec<D: Document>(&self) -> Result<D, Failed> {
        let path = self.input("spec").join(SPEC_FILE);
        let text = fs::read(&path).map_err(|error| {
            Failed::because(&format!("cannot read `{}`", path.display()), &error)
        })?;
        D::from_slice(&text).map_err(|error| Failed::because("the spec cannot be read", &error))
    }
}

/// Unpacks the archive that lies in an input folder.
fn unpack_file(archive: &Path, folder: &Path) -> Result<(), Failed> {
    let file = fs::File::open(archive).map_err(|error| {
        Failed::because(&format!("cannot read `{}`", archive.display()), &error)
    })?;
    super::archive::unpack(file, folder)
}
