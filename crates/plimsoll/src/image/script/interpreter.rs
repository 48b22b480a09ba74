//! The user's Python: what must be known of it to build an environment over it. Asked once, then remembered.

use std::fs;
use std::os::unix::fs::MetadataExt;
use std::path::{Path, PathBuf};
use std::process::Command;

use serde::{Deserialize, Serialize};
use steps::FileHash;

use crate::environment::{PYTHON, PYTHON_ENVIRONMENTS, variable};
use crate::image::Failed;

/// Answers, in one line of JSON, what [`Interpreter`] holds.
const QUESTION: &str = "import json, os, sys, sysconfig\n\
    base = getattr(sys, '_base_executable', None) or sys.executable\n\
    packages = [p for p in sys.path if os.path.basename(p) in ('site-packages', 'dist-packages')]\n\
    print(json.dumps({'executable': sys.executable, 'base': os.path.realpath(base), 'packages': packages, \
    'version': '%d.%d' % sys.version_info[:2], 'full': sys.version}))";

/// A Python interpreter.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(super) struct Interpreter {
    /// Its path.
    pub(super) executable: PathBuf,
    /// The installation behind it, where it is itself a virtual environment.
    pub(super) base: PathBuf,
    /// Where its packages lie.
    pub(super) packages: Vec<PathBuf>,
    /// Such as `3.11`.
    pub(super) version: String,
    /// Version with the build.
    pub(super) full: String,
}

impl Interpreter {
    /// The interpreter that the plane names.
    pub(super) fn of_the_user() -> Result<Self, Failed> {
        let Some(path) = variable(PYTHON).map(PathBuf::from) else {
            return Err(Failed(format!(
                "error[P0620]: {PYTHON} names no Python; framework images run in the user's own"
            )));
        };
        let memory = remembered_at(&path);
        if let Some(found) = memory.as_deref().and_then(recall) {
            return Ok(found);
        }
        let found = ask(&path)?;
        if let Some(memory) = memory {
            // Without it the next container asks again.
            let _ = remember(&memory, &found);
        }
        Ok(found)
    }
}

/// Version and build of an interpreter.
pub(crate) fn version(path: &Path) -> Result<String, Failed> {
    ask(path).map(|found| found.full)
}

fn ask(path: &Path) -> Result<Interpreter, Failed> {
    let shown = path.display();
    let output = Command::new(path)
        .args(["-c", QUESTION])
        .output()
        .map_err(|error| {
            Failed(format!(
                "error[P0620]: Python `{shown}` does not start: {error}"
            ))
        })?;
    if !output.status.success() {
        let said = String::from_utf8_lossy(&output.stderr);
        let last = said.lines().last().unwrap_or_default().to_owned();
        return Err(Failed(format!(
            "error[P0620]: Python `{shown}` does not work: {last}"
        )));
    }
    serde_json::from_slice(&output.stdout)
        .map_err(|error| Failed::because(&format!("`{shown}` is no Python"), &error))
}

/// Where the answer of an interpreter is kept; another file of that name is another interpreter.
fn remembered_at(path: &Path) -> Option<PathBuf> {
    let metadata = fs::metadata(path).ok()?;
    // A virtual environment is told apart by its configuration, since its program is a link.
    let configured = path
        .parent()
        .and_then(Path::parent)
        .and_then(|folder| fs::metadata(folder.join("pyvenv.cfg")).ok());
    let identity = format!(
        "{} {} {} {:?}",
        path.display(),
        metadata.len(),
        metadata.mtime_nsec() + metadata.mtime() * 1_000_000_000,
        configured.map(|file| (file.mtime(), file.len())),
    );
    let name = &FileHash::of(identity.as_bytes()).sha256[..16];
    Some(environments()?.join(format!("interpreter-{name}.json")))
}

/// Where environments are kept beyond a container.
pub(super) fn environments() -> Option<PathBuf> {
    variable(PYTHON_ENVIRONMENTS).map(PathBuf::from)
}

fn recall(memory: &Path) -> Option<Interpreter> {
    serde_json::from_slice(&fs::read(memory).ok()?).ok()
}

fn remember(memory: &Path, found: &Interpreter) -> std::io::Result<()> {
    if let Some(folder) = memory.parent() {
        fs::create_dir_all(folder)?;
    }
    // Whoever reads meanwhile sees the old file or the new one.
    let partial = memory.with_extension(format!("{}.partial", std::process::id()));
    fs::write(&partial, serde_json::to_vec(found)?)?;
    fs::rename(partial, memory)
}
