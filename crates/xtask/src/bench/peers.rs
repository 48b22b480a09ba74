//! The Python programs that own training is measured beside, and the benches of the crate `learn`.

use std::path::PathBuf;
use std::process::Command;

use anyhow::{Context, Result, ensure};

use crate::ci::cargo;
use crate::parts::execute;
use crate::root::{root, target};

const FOLDER: &str = "crates/learn/benches";
/// The hourly sensors of a city, which the repository does not hold; without them their tasks are left out.
const AIR: &str = "PLIMSOLL_AIR_QUALITY";

/// An interpreter with the programs, and the tasks as arrays.
pub(super) struct Peers {
    interpreter: PathBuf,
    /// Folder of the tasks.
    pub(super) tasks: PathBuf,
}

impl Peers {
    /// Makes environment and tasks.
    pub(super) fn ready() -> Result<Self> {
        let folder = root().join(FOLDER);
        let requirements = folder.join("requirements.txt");
        let interpreter = crate::test::made_from("venv-peers", &requirements, &[])?;
        let peers = Self {
            interpreter,
            tasks: target().join("peers"),
        };
        let air = std::env::var_os(AIR);
        execute(peers.command().arg("tasks").arg(&peers.tasks).args(air))?;
        Ok(peers)
    }

    /// Their script, on one thread.
    pub(super) fn command(&self) -> Command {
        let mut command = Command::new(&self.interpreter);
        command
            .env("OMP_NUM_THREADS", "1")
            .args(["-W", "ignore"])
            .arg(root().join(FOLDER).join("peers.py"));
        command
    }
}

/// The program of a bench of the crate `learn`.
pub(super) fn bench(name: &str) -> Result<PathBuf> {
    let profile = crate::root::measured();
    let output = cargo(&format!(
        "bench --profile {profile} --package learn --bench {name} --no-run"
    ))
    .output()
    .context("cannot start cargo")?;
    let text = String::from_utf8_lossy(&output.stderr);
    ensure!(output.status.success(), "the bench is not built: {text}");
    executable(&text)
        .map(|path| root().join(path))
        .with_context(|| format!("cargo named no program: {text}"))
}

/// The path in `Executable benches/a.rs (target/release/deps/a-1)`.
fn executable(text: &str) -> Option<&str> {
    let line = text.lines().find(|line| line.contains("Executable "))?;
    Some(line.rsplit_once('(')?.1.trim_end().trim_end_matches(')'))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_program_is_named_by_cargo() {
        let text = "    Finished `bench`\n  Executable benches/a.rs (target/release/deps/a-1)\n";
        assert_eq!(executable(text), Some("target/release/deps/a-1"));
        assert_eq!(executable("nothing"), None);
    }
}
