//! A command line that is no verb: help, version, or words that are wrong.

use std::ffi::OsStr;
use std::process::ExitCode;

use clap::error::ErrorKind;

use crate::build;
use crate::failure::{Failure, Kind};
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
        _ if json => {
            let failure = failure(error);
            printer.failure(&failure);
            failure.kind.into()
        }
        _ => {
            let _ = error.print();
            Kind::Input.into()
        }
    }
}

/// The first paragraph is what is wrong; the rest is usage.
fn failure(error: &clap::Error) -> Failure {
    let text = error.to_string();
    let text = text.trim_start_matches("error: ");
    let (first, rest) = text.split_once("\n\n").unwrap_or((text, ""));
    let tips = rest
        .lines()
        .filter_map(|line| line.trim().strip_prefix("tip: "))
        .map(str::to_owned);
    Failure::input(first.trim()).hints(tips)
}

#[cfg(test)]
mod tests {
    use clap::Parser;

    use super::*;
    use crate::cli::Cli;

    #[test]
    fn an_unknown_verb_has_its_tip_as_hint() {
        let error = Cli::try_parse_from(["plimsoll", "validat"]).unwrap_err();
        let failure = failure(&error);
        assert!(failure.message.contains("'validat'"), "{}", failure.message);
        assert!(
            failure.hints[0].contains("'validate'"),
            "{:?}",
            failure.hints
        );
        assert_eq!(failure.kind, Kind::Input);
    }
}
