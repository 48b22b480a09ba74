//! asl-validator, the checker of state machines that the npm registry has: an outside opinion on what we compile.

use std::fs;
use std::path::PathBuf;
use std::process::Command;

use anyhow::{Context, Result, ensure};

use crate::parts::{execute, is_there};
use crate::root::target;

/// Pinned, so that the verdict of a commit does not change.
const PACKAGE: &str = "asl-validator@4.0.0";

/// Where the checker is.
#[derive(Debug, PartialEq, Eq)]
pub(crate) enum Validator {
    At(PathBuf),
    NoNpm,
}

/// Installs the checker below the target folder, once.
pub(crate) fn validator() -> Result<Validator> {
    let folder = target().join("node");
    let program = folder.join("node_modules/.bin/asl-validator");
    let stamp = folder.join("package.txt");
    let current = fs::read_to_string(&stamp).is_ok_and(|made_from| made_from == PACKAGE);
    if program.exists() && current {
        println!("`{}` is current", folder.display());
        return Ok(Validator::At(program));
    }
    if !is_there("npm", &["--version"]) {
        return Ok(Validator::NoNpm);
    }
    fs::create_dir_all(&folder).with_context(|| format!("cannot create `{}`", folder.display()))?;
    execute(
        Command::new("npm")
            .args([
                "install",
                "--no-save",
                "--no-audit",
                "--no-fund",
                "--silent",
                "--prefix",
            ])
            .arg(&folder)
            .arg(PACKAGE),
    )?;
    ensure!(program.exists(), "npm installed no `asl-validator`");
    fs::write(&stamp, PACKAGE).with_context(|| format!("cannot write `{}`", stamp.display()))?;
    Ok(Validator::At(program))
}

#[cfg(test)]
mod tests {
    #[test]
    fn the_package_is_pinned_to_one_version() {
        let (name, version) = super::PACKAGE.split_once('@').unwrap();
        assert_eq!(name, "asl-validator");
        assert!(version.split('.').all(|part| part.parse::<u32>().is_ok()));
    }
}
