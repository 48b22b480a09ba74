//! What a job says about its own end: `/opt/ml/output/failure` and `/opt/ml/output/message`.

use std::fs::File;
use std::io::Read;
use std::path::Path;

/// Characters of either file that are read, by SageMaker's contract.
const CHARACTERS: usize = 1024;

/// What was found.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct Evidence {
    /// The failure file.
    pub(crate) failure: Option<String>,
    /// The message file.
    pub(crate) message: Option<String>,
    /// The last line that the job printed.
    pub(crate) last_line: Option<String>,
}

/// Reads what lies in a job's tree.
pub(crate) fn collect(tree: &Path, last_line: Option<&str>) -> Evidence {
    let output = tree.join("output");
    Evidence {
        failure: read(&output.join("failure")),
        message: read(&output.join("message")),
        last_line: last_line.map(str::to_owned),
    }
}

fn read(path: &Path) -> Option<String> {
    // Only a plain file in a plain folder: a pipe would wait, a link could lead anywhere.
    let folder = path.parent()?.symlink_metadata().ok()?;
    let file = path.symlink_metadata().ok()?;
    if !folder.is_dir() || !file.is_file() {
        return None;
    }
    let mut bytes = Vec::new();
    File::open(path)
        .ok()?
        .take(4 * CHARACTERS as u64)
        .read_to_end(&mut bytes)
        .ok()?;
    let text: String = String::from_utf8_lossy(&bytes)
        .trim()
        .chars()
        .take(CHARACTERS)
        .collect();
    (!text.is_empty()).then_some(text)
}

#[cfg(test)]
mod tests {
    use std::fs;

    use super::*;

    #[test]
    fn the_first_characters_of_plain_files_are_read() {
        let folder = tempfile::tempdir().unwrap();
        let output = folder.path().join("output");
        fs::create_dir_all(&output).unwrap();
        fs::write(
            output.join("failure"),
            format!("\n{}", "\u{e9}".repeat(2_000)),
        )
        .unwrap();
        std::os::unix::fs::symlink("/etc/hostname", output.join("message")).unwrap();
        let found = collect(folder.path(), Some("bye"));
        assert_eq!(found.failure, Some("\u{e9}".repeat(1024)));
        assert_eq!(found.message, None);
        assert_eq!(found.last_line.as_deref(), Some("bye"));
        fs::write(output.join("failure"), " \n").unwrap();
        assert_eq!(collect(folder.path(), None), Evidence::default());
    }
}
