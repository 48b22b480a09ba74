//! Framework images: a program of the user's in the user's Python, under the contract of SageMaker's script mode.
//!
//! Every container gets an environment of its own over the user's interpreter, so that what a program installs while it
//! runs ends with it and never reaches the user's packages.

mod arguments;
pub(super) mod candidate;
mod child;
pub(crate) mod interpreter;
pub(crate) mod model;
mod overlay;
mod requirements;
mod run;
pub(super) mod serve;
mod settings;
mod train;
pub(super) mod worker;

use std::ffi::OsString;
use std::process::ExitCode;

use clap::{Args, Subcommand};

use super::finish;
use crate::environment::ml_root;

/// Entry points of framework images
#[derive(Debug, Args)]
pub(crate) struct Script {
    #[command(subcommand)]
    entry: Entry,
}

#[derive(Debug, Subcommand)]
enum Entry {
    /// A training container
    Train {
        /// Arguments of the container; script mode has no use for them
        arguments: Vec<OsString>,
    },
    /// A serving container
    Serve {
        /// Arguments of the container; script mode has no use for them
        arguments: Vec<OsString>,
    },
    /// A command of the container
    Run {
        /// The command
        #[arg(last = true, required = true)]
        command: Vec<OsString>,
    },
}

impl Script {
    pub(crate) fn run(self) -> ExitCode {
        let root = ml_root();
        match self.entry {
            Entry::Train { .. } => child::exit(&root, train::train(&root)),
            Entry::Run { command } => child::exit(&root, run::run(&root, &command)),
            Entry::Serve { .. } => finish(&root, serve::serve(&root)),
        }
    }
}
