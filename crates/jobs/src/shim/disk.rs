//! How large a folder is.

use std::fs;
use std::os::unix::fs::MetadataExt;
use std::path::Path;

/// Bytes that a folder takes on its disk. Links are not followed; what vanishes or cannot be read counts as nothing.
pub(super) fn size(folder: &Path) -> u64 {
    let mut bytes = 0;
    let mut folders = vec![folder.to_path_buf()];
    while let Some(folder) = folders.pop() {
        let Ok(entries) = fs::read_dir(folder) else {
            continue;
        };
        for entry in entries.flatten() {
            // This is the entry's own: a link's, not that of what it points to.
            let Ok(metadata) = entry.metadata() else {
                continue;
            };
            bytes += metadata.blocks() * 512;
            if metadata.is_dir() {
                folders.push(entry.path());
            }
        }
    }
    bytes
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn files_at_any_depth_count_and_links_do_not() {
        let folder = tempfile::tempdir().unwrap();
        let empty = size(folder.path());
        let deep = folder.path().join("a/b/c");
        fs::create_dir_all(&deep).unwrap();
        fs::write(deep.join("file"), vec![1; 1 << 20]).unwrap();
        std::os::unix::fs::symlink("/usr", folder.path().join("link")).unwrap();
        let grown = size(folder.path()) - empty;
        assert!(
            (1 << 20..(1 << 20) + (64 << 10)).contains(&grown),
            "{grown}"
        );
    }

    #[test]
    fn a_sparse_file_is_as_large_as_its_data() {
        let folder = tempfile::tempdir().unwrap();
        fs::File::create(folder.path().join("sparse"))
            .unwrap()
            .set_len(1 << 30)
            .unwrap();
        assert!(size(folder.path()) < 1 << 20);
    }

    #[test]
    fn a_folder_that_is_not_there_is_empty() {
        assert_eq!(size(Path::new("/nowhere/at/all")), 0);
    }
}
