//! A command made of parts: each is announced, timed and listed in a closing table.

use std::fmt::Write as _;
use std::process::Command;
use std::time::{Duration, Instant};

use anyhow::{Context, Result, bail};

/// How a part ended.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Outcome {
    Passed,
    /// Not done, and why. It is shown in the table, never silent.
    Skipped(String),
    Failed(String),
}

/// The parts that ran so far.
#[derive(Debug, Default)]
pub(crate) struct Parts {
    rows: Vec<(String, Duration, Outcome)>,
}

impl Parts {
    /// Runs one part. A failure is noted and the next part runs all the same, so that one run shows everything.
    pub(crate) fn run(&mut self, name: &str, work: impl FnOnce() -> Result<Outcome>) -> bool {
        println!("\n== {name}");
        let begin = Instant::now();
        let outcome = work().unwrap_or_else(|error| Outcome::Failed(format!("{error:#}")));
        match &outcome {
            Outcome::Passed => {}
            Outcome::Skipped(why) => println!("skipped: {why}"),
            Outcome::Failed(why) => println!("failed: {why}"),
        }
        let passed = !matches!(outcome, Outcome::Failed(_));
        self.rows.push((name.to_owned(), begin.elapsed(), outcome));
        passed
    }

    /// Runs one part that is a command.
    pub(crate) fn command(&mut self, name: &str, command: &mut Command) -> bool {
        self.run(name, || {
            execute(command)?;
            Ok(Outcome::Passed)
        })
    }

    /// Prints the table; an error if a part failed.
    pub(crate) fn close(self) -> Result<()> {
        println!("\n{}", table(&self.rows));
        let failed = self
            .rows
            .iter()
            .filter(|(_, _, outcome)| matches!(outcome, Outcome::Failed(_)));
        match failed.count() {
            0 => Ok(()),
            count => bail!("{count} of {} parts failed", self.rows.len()),
        }
    }
}

/// The parts with their seconds, one a line.
fn table(rows: &[(String, Duration, Outcome)]) -> String {
    let width = rows.iter().map(|(name, _, _)| name.len()).max();
    let width = width.unwrap_or_default().max("all parts".len());
    let mut text = String::new();
    for (name, took, outcome) in rows {
        let words = match outcome {
            Outcome::Passed => "ok".to_owned(),
            Outcome::Skipped(why) => format!("skipped: {why}"),
            Outcome::Failed(_) => "FAILED".to_owned(),
        };
        let seconds = took.as_secs_f64();
        let _ = writeln!(text, "{name:<width$}  {seconds:>7.1} s  {words}");
    }
    let all: Duration = rows.iter().map(|(_, took, _)| *took).sum();
    let seconds = all.as_secs_f64();
    let _ = write!(text, "{:<width$}  {seconds:>7.1} s", "all parts");
    text
}

/// Runs a command with the output of this process; an error names the command.
pub(crate) fn execute(command: &mut Command) -> Result<()> {
    let line = shown(command);
    println!("$ {line}");
    let status = command
        .status()
        .with_context(|| format!("cannot start `{line}`"))?;
    if !status.success() {
        bail!("`{line}` ended with {status}");
    }
    Ok(())
}

/// Whether a program can be started at all.
pub(crate) fn is_there(program: &str, arguments: &[&str]) -> bool {
    Command::new(program)
        .args(arguments)
        .output()
        .is_ok_and(|output| output.status.success())
}

fn shown(command: &Command) -> String {
    let words = std::iter::once(command.get_program()).chain(command.get_args());
    words
        .map(|word| word.to_string_lossy().into_owned())
        .collect::<Vec<_>>()
        .join(" ")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_part_runs_and_one_failure_fails_the_whole() {
        let mut parts = Parts::default();
        assert!(!parts.run("first", || bail!("broken")));
        assert!(parts.run("second", || Ok(Outcome::Skipped("not there".to_owned()))));
        assert!(parts.command("third", &mut Command::new("true")));
        assert!(!parts.command("fourth", &mut Command::new("false")));
        let error = parts.close().unwrap_err();
        assert_eq!(error.to_string(), "2 of 4 parts failed");
    }

    #[test]
    fn nothing_failed_is_no_error() {
        let mut parts = Parts::default();
        parts.run("only", || Ok(Outcome::Passed));
        assert!(parts.close().is_ok());
    }

    #[test]
    fn the_table_says_what_was_skipped_and_why() {
        let rows = [
            (
                "deny".to_owned(),
                Duration::from_millis(40),
                Outcome::Skipped("no cargo-deny".to_owned()),
            ),
            (
                "clippy".to_owned(),
                Duration::from_mins(1),
                Outcome::Failed("a lint".to_owned()),
            ),
        ];
        assert_eq!(
            table(&rows),
            "deny           0.0 s  skipped: no cargo-deny\n\
             clippy        60.0 s  FAILED\n\
             all parts     60.0 s"
        );
    }

    #[test]
    fn a_program_that_is_missing_is_named() {
        let error = execute(Command::new("no-such-program").arg("x")).unwrap_err();
        assert_eq!(error.to_string(), "cannot start `no-such-program x`");
        assert!(!is_there("no-such-program", &[]));
        assert!(is_there("true", &[]));
    }
}
