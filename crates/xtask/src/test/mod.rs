//! `cargo xtask test`: everything that shows a newcomer that it works.
//!
//! The tests of the workspace, then the release binary under unmodified clients: boto3, the AWS CLI, onnxruntime,
//! scikit-learn and two linters of AWS's formats, each pinned, in environments below the target folder.

mod node;
pub(crate) mod python;

pub(crate) use python::made_from;

use std::thread::{self, JoinHandle};

use anyhow::{Result, anyhow, bail};

use crate::ci::cargo;
use crate::parts::{Outcome, Parts, execute};
use crate::root::{binary, root};

/// Runs all tests; those with real clients need the binary and Python, and are not begun without them.
pub(crate) fn run(arguments: &[String]) -> Result<()> {
    if !arguments.is_empty() {
        bail!("usage: cargo xtask test");
    }
    let mut parts = Parts::default();
    // What the network is slow at happens while the compiler is busy; the two parts below wait for the end of it.
    let python = thread::spawn(python::environments);
    let node = thread::spawn(node::validator);
    parts.command("tests of the workspace", &mut cargo("test --workspace"));
    let mut ready = parts.command(
        "release binary",
        &mut cargo("build --release --package plimsoll"),
    );
    let mut interpreters = None;
    ready &= parts.run("Python packages", || {
        interpreters = Some(joined(python)?);
        Ok(Outcome::Passed)
    });
    let mut validator = None;
    ready &= parts.run("Node package", || match joined(node)? {
        node::Validator::At(path) => {
            validator = Some(path);
            Ok(Outcome::Passed)
        }
        node::Validator::NoNpm => Ok(Outcome::Skipped(
            "npm is not installed, so the machine is not given to asl-validator".to_owned(),
        )),
    });
    parts.run("tests with real clients", || {
        if !ready {
            bail!("something that they need failed above");
        }
        if !root().join("crates/e2e/Cargo.toml").exists() {
            bail!("`crates/e2e` is not there");
        }
        let mut tests = cargo("test --package e2e --features real-clients");
        tests.env("PLIMSOLL_BIN", binary());
        if let Some(interpreters) = &interpreters {
            tests.env("PLIMSOLL_PYTHON", &interpreters.clients);
            tests.env("PLIMSOLL_PYTHON_SDK2", &interpreters.sdk2);
            tests.env("PLIMSOLL_PYTHON_SDK3", &interpreters.sdk3);
        }
        if let Some(path) = &validator {
            tests.env("PLIMSOLL_ASL_VALIDATOR", path);
        }
        execute(&mut tests)?;
        Ok(Outcome::Passed)
    });
    parts.close()
}

fn joined<T>(work: JoinHandle<Result<T>>) -> Result<T> {
    work.join()
        .unwrap_or_else(|_| Err(anyhow!("the installation panicked")))
}

#[cfg(test)]
mod tests {
    #[test]
    fn it_takes_no_arguments() {
        let error = super::run(&["e2e".to_owned()]).unwrap_err();
        assert_eq!(error.to_string(), "usage: cargo xtask test");
    }
}
