//! A scratch folder with a state and copies of the example workload.

use std::fs;
use std::path::{Path, PathBuf};

/// The examples, relative to this crate.
const EXAMPLES: &str = "../../examples";
/// The one that most tests run.
const EXAMPLE: &str = "heart-disease";

/// A folder for temporary files that goes with its guard.
#[derive(Debug)]
pub struct Scratch {
    folder: tempfile::TempDir,
}

/// A copy of the example workload that a test may change.
#[derive(Debug, Clone)]
pub struct Workload {
    /// Its folder.
    pub folder: PathBuf,
}

impl Scratch {
    /// An empty folder.
    ///
    /// # Panics
    /// When the system gives none.
    pub fn new() -> Self {
        let folder = tempfile::Builder::new().prefix("plimsoll-e2e-").tempdir();
        Self {
            folder: folder.expect("the system's folder for temporary files is writable"),
        }
    }

    /// A path below the folder.
    pub fn path(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    /// The state folder; the binary makes it.
    pub fn state(&self) -> PathBuf {
        self.path("state")
    }

    /// A copy of the example that most tests run.
    ///
    /// # Panics
    /// When the example cannot be copied.
    pub fn workload(&self) -> Workload {
        self.example(EXAMPLE)
    }

    /// A copy of an example.
    ///
    /// # Panics
    /// When there is none of that name, or it cannot be copied.
    pub fn example(&self, name: &str) -> Workload {
        let folder = self.path("workload");
        let example = Path::new(env!("CARGO_MANIFEST_DIR"))
            .join(EXAMPLES)
            .join(name);
        copy(&example, &folder).expect("the example is readable and the folder is ours");
        Workload { folder }
    }
}

impl Default for Scratch {
    fn default() -> Self {
        Self::new()
    }
}

impl Workload {
    /// The file.
    pub fn file(&self) -> PathBuf {
        self.folder.join("workload.yaml")
    }

    /// Replaces a text of the file.
    ///
    /// # Panics
    /// When the text is not there exactly once: the test would test something else.
    #[must_use = "the change is made on disk; chain or drop the value"]
    pub fn with(self, old: &str, new: &str) -> Self {
        self.with_in("workload.yaml", old, new)
    }

    /// Replaces a text of any file of the folder.
    ///
    /// # Panics
    /// As [`Workload::with`].
    #[must_use = "the change is made on disk; chain or drop the value"]
    pub fn with_in(self, file: &str, old: &str, new: &str) -> Self {
        let path = self.folder.join(file);
        let text = fs::read_to_string(&path).expect("the file was copied");
        assert_eq!(text.matches(old).count(), 1, "`{old}` in `{file}`");
        fs::write(&path, text.replace(old, new)).expect("the folder is ours");
        self
    }

    /// A load test that is over at once, and a small forest.
    #[must_use = "the change is made on disk; chain or drop the value"]
    pub fn short(self) -> Self {
        self.with("rate: 200 /s, for: 2 s", "rate: 50 /s, for: 200 ms")
            .with("n_estimators: 100", "n_estimators: 10")
    }
}

fn copy(from: &Path, to: &Path) -> std::io::Result<()> {
    fs::create_dir_all(to)?;
    for entry in fs::read_dir(from)? {
        let entry = entry?;
        let target = to.join(entry.file_name());
        if entry.path().is_dir() {
            copy(&entry.path(), &target)?;
        } else {
            fs::copy(entry.path(), target)?;
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_copy_is_complete_and_changes_alone() {
        let scratch = Scratch::new();
        let workload = scratch.workload().short();
        let text = fs::read_to_string(workload.file()).unwrap();
        assert!(text.contains("for: 200 ms") && text.contains("n_estimators: 10,"));
        assert!(workload.folder.join("data/processed.va.data").is_file());
        let example = Path::new(env!("CARGO_MANIFEST_DIR"))
            .join(EXAMPLES)
            .join(EXAMPLE)
            .join("workload.yaml");
        assert!(fs::read_to_string(example).unwrap().contains("for: 2 s"));
    }

    #[test]
    #[should_panic(expected = "`no such text` in `workload.yaml`")]
    fn a_change_of_nothing_is_refused() {
        let _ = Scratch::new().workload().with("no such text", "");
    }
}
