//! Automation of the repository: `cargo xtask COMMAND`.

#![expect(
    clippy::print_stdout,
    clippy::print_stderr,
    reason = "a command answers its user"
)]

mod bench;
mod catalog;
mod ci;
mod codegen;
mod dist;
mod parts;
mod reference;
mod root;
mod test;
mod tidy;

use std::process::ExitCode;

const USAGE: &str = "\
usage: cargo xtask COMMAND

  ci [--no-tests]         everything that a change must pass, without clients of other makes
  test                    every test, with unmodified clients against the built binary
  tidy                    the house rules that no compiler checks
  bench [NAME...]         measures the built binary and writes bench/results.md
  dist                    a static binary with its notices and checksums
  catalog FOLDER [--check]  prices, speeds and coefficients out of published lists
  codegen [--check]       AWS's service models to tables and a reference page
  reference [--check]     the reference pages that are made from the source";

fn main() -> ExitCode {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let rest = arguments.get(1..).unwrap_or_default();
    let result = match arguments.first().map(String::as_str) {
        Some("bench") => bench::run(rest),
        Some("catalog") => catalog::run(rest),
        Some("ci") => ci::run(rest),
        Some("codegen") => codegen::run(rest),
        Some("dist") => dist::run(rest),
        Some("reference") => reference::run(rest),
        Some("test") => test::run(rest),
        Some("tidy") => tidy::run(rest),
        _ => Err(anyhow::anyhow!("{USAGE}")),
    };
    match result {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("error: {error:#}");
            ExitCode::FAILURE
        }
    }
}
