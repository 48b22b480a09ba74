//! A folder of workloads: several that run one after the other.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};

use super::{FILE, Project};
use crate::failure::Failure;

/// Folders with a workload in a folder that has none itself.
pub(super) fn folders_of_workloads(path: &Path) -> Vec<PathBuf> {
    if !path.is_dir() || path.join(FILE).exists() {
        return Vec::new();
    }
    // One that cannot be read has no workloads; what is missing is said of the folder itself.
    let entries = fs::read_dir(path).into_iter().flatten().flatten();
    let mut folders: Vec<PathBuf> = entries.map(|entry| entry.path()).collect();
    folders.retain(|folder| folder.join(FILE).is_file());
    folders.sort();
    folders
}

/// Refuses two workloads of one name: they would share stack and endpoint.
pub(super) fn different_names(projects: &[Project]) -> Result<(), Failure> {
    let mut seen: BTreeMap<&str, &Path> = BTreeMap::new();
    for project in projects {
        let name = project.workload.name.as_str();
        if let Some(first) = seen.insert(name, &project.folder) {
            let (first, second) = (first.display(), project.folder.display());
            let message = format!("`{first}` and `{second}` both have a workload `{name}`");
            return Err(
                Failure::input(message).hint("run them one by one, or give one another `name`")
            );
        }
    }
    Ok(())
}
