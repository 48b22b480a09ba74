//! The Python environments of the tests: each made once for a text of its list in `tests/`, below the target folder.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{Context, Result, ensure};

use crate::parts::execute;
use crate::root::{root, target};

/// The oldest version that the pinned packages run on.
const OLDEST: (u32, u32) = (3, 11);

/// The environments.
#[derive(Debug, Clone)]
pub(crate) struct Interpreters {
    /// Clients, tools and what scripts of framework images need.
    pub(crate) clients: PathBuf,
    /// The SageMaker SDK, version 2.
    pub(crate) sdk2: PathBuf,
    /// The SageMaker SDK, version 3.
    pub(crate) sdk3: PathBuf,
}

/// Makes every environment that is not current.
pub(crate) fn environments() -> Result<Interpreters> {
    Ok(Interpreters {
        clients: environment("venv", "requirements.txt", &[])?,
        // Their lists are complete; what they would ask for beyond is not needed.
        sdk2: environment("venv-sdk2", "requirements-sdk2.txt", &["--no-deps"])?,
        sdk3: environment("venv-sdk3", "requirements-sdk3.txt", &["--no-deps"])?,
    })
}

/// The interpreter of an environment with every package of a list.
fn environment(name: &str, list: &str, options: &[&str]) -> Result<PathBuf> {
    made_from(name, &root().join("tests").join(list), options)
}

/// The interpreter of an environment with every package of a list, wherever that lies.
pub(crate) fn made_from(name: &str, requirements: &Path, options: &[&str]) -> Result<PathBuf> {
    let wanted = fs::read_to_string(requirements)
        .with_context(|| format!("cannot read `{}`", requirements.display()))?;
    let folder = target().join(name);
    let interpreter = folder.join("bin/python");
    let stamp = folder.join("requirements.txt");
    if interpreter.exists() && is_current(&stamp, &wanted) {
        println!("`{}` is current", folder.display());
        return Ok(interpreter);
    }
    check_version()?;
    if folder.exists() {
        fs::remove_dir_all(&folder)
            .with_context(|| format!("cannot remove `{}`", folder.display()))?;
    }
    execute(Command::new("python3").args(["-m", "venv"]).arg(&folder))?;
    execute(
        Command::new(&interpreter)
            .args(["-m", "pip", "install", "--quiet"])
            .args(options)
            .arg("--requirement")
            .arg(requirements),
    )?;
    // Written last, so that an interrupted installation is begun again.
    fs::write(&stamp, wanted).with_context(|| format!("cannot write `{}`", stamp.display()))?;
    Ok(interpreter)
}

fn is_current(stamp: &Path, wanted: &str) -> bool {
    fs::read_to_string(stamp).is_ok_and(|made_from| made_from == wanted)
}

fn check_version() -> Result<()> {
    let output = Command::new("python3")
        .arg("--version")
        .output()
        .context("cannot start python3; the tests with real clients need CPython 3.11 or newer")?;
    let text = String::from_utf8_lossy(&output.stdout).into_owned();
    let found = version(&text).with_context(|| format!("`{}` is no version", text.trim()))?;
    ensure!(
        found >= OLDEST,
        "python3 is {}.{}, the tests need {}.{} or newer",
        found.0,
        found.1,
        OLDEST.0,
        OLDEST.1
    );
    Ok(())
}

/// Major and minor of `Python 3.11.7`.
fn version(text: &str) -> Option<(u32, u32)> {
    let mut numbers = text.trim().strip_prefix("Python ")?.split('.');
    let major = numbers.next()?.parse().ok()?;
    let minor = numbers.next()?.parse().ok()?;
    Some((major, minor))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn versions_are_read_and_compared_by_number() {
        assert_eq!(version("Python 3.11.7\n"), Some((3, 11)));
        assert_eq!(version("Python 3.9.2"), Some((3, 9)));
        assert_eq!(version("PyPy 3.11"), None);
        assert_eq!(version("Python x.y"), None);
        assert!(version("Python 3.9.2").unwrap() < OLDEST);
        assert!(version("Python 3.20.0").unwrap() > OLDEST);
    }

    #[test]
    fn an_environment_without_its_stamp_is_not_current() {
        assert!(!is_current(Path::new("no such file"), "numpy==1"));
    }
}
