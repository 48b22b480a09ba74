//! `cargo xtask ci [--no-tests]`: everything that a change must pass, cheapest first.
//!
//! `--no-tests` leaves out what `cargo xtask test` runs as well.

use std::process::Command;

use anyhow::{Result, bail};

use crate::parts::{Outcome, Parts, execute, is_there};
use crate::{codegen, reference, tidy};

/// Runs all checks; a failing one does not keep the others from running.
pub(crate) fn run(arguments: &[String]) -> Result<()> {
    let tests = match arguments {
        [] => true,
        [flag] if flag == "--no-tests" => false,
        _ => bail!("usage: cargo xtask ci [--no-tests]"),
    };
    let mut parts = Parts::default();
    parts.run("tidy", || tidy::run(&[]).map(|()| Outcome::Passed));
    parts.command("format", &mut cargo("fmt --all --check"));
    let clippy = "clippy --workspace --all-targets --all-features -- -D warnings";
    parts.command("clippy", &mut cargo(clippy));
    if tests {
        parts.run("tests", || {
            if is_there("cargo", &["nextest", "--version"]) {
                execute(&mut cargo("nextest run --workspace"))?;
            } else {
                let rest = "test --workspace --lib --bins --tests --examples";
                execute(&mut cargo(rest))?;
            }
            Ok(Outcome::Passed)
        });
        parts.command("doctests", &mut cargo("test --workspace --doc"));
    }
    let mut pages = cargo("doc --workspace --no-deps");
    parts.command("documentation", pages.env("RUSTDOCFLAGS", "-D warnings"));
    parts.run("reference pages", || {
        reference::run(&["--check".to_owned()]).map(|()| Outcome::Passed)
    });
    parts.run("generated tables", generated);
    parts.run("dependencies", || {
        if !is_there("cargo", &["deny", "--version"]) {
            return Ok(Outcome::Skipped("cargo-deny is not installed".to_owned()));
        }
        execute(&mut cargo("deny --offline check bans licenses sources"))?;
        Ok(Outcome::Passed)
    });
    parts.close()
}

/// The tables are compared with AWS's models where those can be had; a test compares hashes in any case.
fn generated() -> Result<Outcome> {
    match codegen::run(&["--check".to_owned()]) {
        Ok(()) => Ok(Outcome::Passed),
        Err(error) if error.to_string().starts_with("pip could not fetch") => Ok(Outcome::Skipped(
            format!("{error}; a test has compared the hashes of the sources"),
        )),
        Err(error) => Err(error),
    }
}

/// Cargo with the words of a line.
pub(crate) fn cargo(line: &str) -> Command {
    let mut command = Command::new("cargo");
    command.args(line.split_whitespace());
    command.current_dir(crate::root::root());
    command
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_unknown_flag_is_refused_before_anything_runs() {
        let error = run(&["--fast".to_owned()]).unwrap_err();
        assert_eq!(error.to_string(), "usage: cargo xtask ci [--no-tests]");
    }

    #[test]
    fn a_line_becomes_the_arguments_of_cargo() {
        let command = cargo("doc  --workspace --no-deps");
        let words: Vec<_> = command.get_args().collect();
        assert_eq!(words, ["doc", "--workspace", "--no-deps"]);
        assert_eq!(
            command.get_current_dir(),
            Some(crate::root::root().as_path())
        );
    }
}
