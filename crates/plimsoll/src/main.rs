//! The command line: verbs for people, and the entry points of the image.

mod batch_input;
mod build;
mod cache;
mod cli;
mod client;
mod clock;
mod environment;
mod errors;
mod failure;
mod image;
mod in_use;
mod init;
mod logging;
mod objects;
mod owner;
mod planning;
mod printer;
mod project;
mod python;
mod run;
mod script_source;
mod signals;
mod state;
mod unparsed;
mod verbs;
mod view;

use std::process::ExitCode;

use clap::Parser;

use crate::cli::Cli;

fn main() -> ExitCode {
    // The shim must run before any thread exists.
    let mut arguments = std::env::args_os().skip(1);
    if arguments.next().is_some_and(|verb| verb == "shim") {
        return jobs::shim_main(arguments);
    }
    let cli = match Cli::try_parse() {
        Ok(cli) => cli,
        Err(error) => return unparsed::answer(&error),
    };
    logging::start();
    verbs::dispatch(cli)
}
