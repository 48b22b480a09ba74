//! Processes that belong to a state folder, found in `/proc`.

use std::fs;
use std::path::Path;

/// A process and why it counts.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Process {
    /// Its id.
    pub pid: u32,
    /// Its command line.
    pub command: String,
}

/// Every process whose command line, environment, current folder, open files or mounts name a folder. Mounts matter since
/// a job sees its own folder under another name.
pub fn processes_of(folder: &Path) -> Vec<Process> {
    let wanted = folder.to_string_lossy().into_owned();
    let own = std::process::id();
    let entries = fs::read_dir("/proc").into_iter().flatten().flatten();
    entries
        .filter_map(|entry| entry.file_name().to_str()?.parse::<u32>().ok())
        .filter(|pid| *pid != own)
        .filter(|pid| names(*pid, &wanted))
        .map(|pid| Process {
            pid,
            command: text(pid, "cmdline").replace('\0', " "),
        })
        .collect()
}

fn names(pid: u32, wanted: &str) -> bool {
    // One that has ended and waits for its parent to notice runs no more.
    if text(pid, "stat")
        .rsplit(") ")
        .next()
        .is_some_and(|rest| rest.starts_with('Z'))
    {
        return false;
    }
    ["cmdline", "environ", "mountinfo"]
        .iter()
        .any(|file| text(pid, file).contains(wanted))
        || links(pid).any(|target| target.contains(wanted))
}

/// A file of a process; one that has just gone has none.
fn text(pid: u32, file: &str) -> String {
    let content = fs::read(format!("/proc/{pid}/{file}")).unwrap_or_default();
    String::from_utf8_lossy(&content).into_owned()
}

/// Current folder and open files.
fn links(pid: u32) -> impl Iterator<Item = String> {
    let files = fs::read_dir(format!("/proc/{pid}/fd"))
        .into_iter()
        .flatten()
        .flatten();
    let paths = files
        .map(|entry| entry.path())
        .chain([format!("/proc/{pid}/cwd").into()]);
    paths.filter_map(|path| Some(fs::read_link(path).ok()?.to_string_lossy().into_owned()))
}

#[cfg(test)]
mod tests {
    use std::process::{Command, Stdio};

    use super::*;

    #[test]
    fn a_process_is_found_by_its_folder_and_by_its_words() {
        let folder = tempfile::tempdir().unwrap();
        assert_eq!(processes_of(folder.path()), []);
        let mut by_folder = Command::new("sleep")
            .arg("60")
            .current_dir(&folder)
            .spawn()
            .unwrap();
        let mut by_words = Command::new("tail")
            .args(["-f", "/dev/null"])
            .arg(folder.path().join("lock"))
            .stderr(Stdio::null())
            .spawn()
            .unwrap();
        let expected = {
            let mut ids = [by_folder.id(), by_words.id()];
            ids.sort_unstable();
            ids
        };
        let found = crate::eventually(std::time::Duration::from_secs(10), || {
            let mut ids: Vec<u32> = processes_of(folder.path()).iter().map(|p| p.pid).collect();
            ids.sort_unstable();
            (ids == expected).then_some(())
        });
        for child in [&mut by_folder, &mut by_words] {
            child.kill().unwrap();
            child.wait().unwrap();
        }
        assert!(found.is_some());
        assert_eq!(processes_of(folder.path()), []);
    }
}
