//! Requirements of a program: installed once for each list and interpreter, then shared by all containers that name them.

use std::fs::{self, File};
use std::path::Path;
use std::process::Command;

use rustix::fs::{FlockOperation, flock};
use steps::FileHash;

use super::interpreter::{Interpreter, environments};
use super::overlay::Overlay;
use crate::image::Failed;

/// Lies in an environment whose packages are all there.
const READY: &str = "ready";

/// The environment with the packages that a file lists.
pub(super) fn environment(
    file: &Path,
    interpreter: &Interpreter,
) -> Result<Option<Overlay>, Failed> {
    let shown = file.display().to_string();
    let fail = |error: std::io::Error| Failed::because(&format!("requirements `{shown}`"), &error);
    let text = match fs::read(file) {
        Ok(text) if text.iter().all(u8::is_ascii_whitespace) => return Ok(None),
        Ok(text) => text,
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => return Ok(None),
        Err(error) => return Err(fail(error)),
    };
    let identity = [
        text.as_slice(),
        interpreter.full.as_bytes(),
        interpreter.executable.as_os_str().as_encoded_bytes(),
    ]
    .join(&0);
    let name = FileHash::of(&identity).sha256[..16].to_owned();
    let home = environments()
        .ok_or_else(|| Failed("error: there is no place for environments".to_owned()))?;
    fs::create_dir_all(&home).map_err(fail)?;
    let folder = home.join(&name);
    // Containers that start together with the same list wait for the one that installs.
    let lock = File::create(home.join(format!("{name}.lock"))).map_err(fail)?;
    flock(&lock, FlockOperation::LockExclusive).map_err(|error| fail(error.into()))?;
    if folder.join(READY).is_file() {
        return Ok(Some(Overlay::at(&folder, interpreter)));
    }
    if folder.exists() {
        // A container that was ended while it installed left it.
        fs::remove_dir_all(&folder).map_err(fail)?;
    }
    let overlay = Overlay::make(&folder, interpreter, None).map_err(fail)?;
    if let Err(failed) = install(&overlay, file) {
        // Another attempt begins anew in any case.
        let _ = fs::remove_dir_all(&folder);
        return Err(failed);
    }
    fs::write(folder.join(READY), b"").map_err(fail)?;
    Ok(Some(overlay))
}

fn install(overlay: &Overlay, file: &Path) -> Result<(), Failed> {
    let shown = file.display();
    let mut command = Command::new(overlay.python());
    command
        .args([
            "-m",
            "pip",
            "install",
            "--no-input",
            "--progress-bar",
            "off",
            "-r",
        ])
        .arg(file)
        .env("PIP_DISABLE_PIP_VERSION_CHECK", "1");
    if let Some(folder) = file.parent() {
        // A list may name files beside it.
        command.current_dir(folder);
    }
    let failed = |why: &str| {
        Failed(format!(
            "error[P0621]: requirements `{shown}` cannot be installed: {why}"
        ))
    };
    let (status, said) =
        super::child::listened(&mut command).map_err(|error| failed(&error.to_string()))?;
    if status.success() {
        return Ok(());
    }
    let line = said
        .lines()
        .rev()
        .find(|line| line.starts_with("ERROR:"))
        .or_else(|| said.lines().last())
        .unwrap_or("see the log");
    Err(failed(line.trim_start_matches("ERROR:").trim()))
}
