//! A command line that is no verb: help, version, or words that are wrong.

use std::ffi::OsStr;
use std::process::ExitCode;

use clap::error::ErrorKind;

use crate::build;
use crate::failure::Kind;
use crate::printer::Printer;

/// Prints what clap has to say and gives the exit code.
pub(crate) fn answer(error: &clap::Error) -> ExitCode {
    let json = std::env::args_os()
        .skip(1)
        .any(|word| word == OsStr::new("--json"));
    let printer = Printer::bare(json);
    match error.kind() {
        ErrorKind::DisplayVersion if json => {
            printer.document(&build::document());
            ExitCode::SUCCESS
        }
        ErrorKind::DisplayVersion | ErrorKind::DisplayHelp => {
            // A reader that went away is no error.
            let _ = error.print();
            ExitCode::SUCCESS
        }
        _ => {
            let _ = error.print();
            Kind::Input.into()
        }
    }
}
