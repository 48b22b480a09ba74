//! What a folder of pictures holds: classes, sizes, copies. Headers alone are decoded.

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};

use steps::FileHash;

use super::error::Error;
use super::folder::{GivenPart, list};
use super::picture::size;
use crate::files;

/// A file at most.
const FILE_LIMIT: u64 = 64 << 20;

/// Facts of a folder.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Profile {
    /// Pictures.
    pub images: u64,
    /// Pictures of each class, without copies.
    pub classes: BTreeMap<String, u64>,
    /// Those of them in the folder `train`, where the folder is split; else none.
    pub trained: Option<BTreeMap<String, u64>>,
    /// Those with the content of an earlier one of the same class.
    pub copies: u64,
    /// Smallest side.
    pub least: usize,
    /// The size of the first picture.
    pub first: [usize; 2],
    /// Pictures of each other size.
    pub other_sizes: u64,
}

/// Whether a folder has pictures in its folders, or in those of `train`.
pub fn is_image_folder(folder: &Path) -> bool {
    let pictures = |folder: &Path| {
        let entries = std::fs::read_dir(folder).into_iter().flatten();
        let mut names = entries.filter_map(|entry| Some(entry.ok()?.path()));
        names.any(|path| {
            let ending = path.extension().and_then(|ending| ending.to_str());
            let ending = ending.unwrap_or_default().to_ascii_lowercase();
            path.is_file() && ["png", "jpg", "jpeg"].contains(&ending.as_str())
        })
    };
    let below = |folder: &Path| -> Vec<PathBuf> {
        let entries = std::fs::read_dir(folder).into_iter().flatten();
        let paths = entries.filter_map(|entry| Some(entry.ok()?.path()));
        paths.filter(|path| path.is_dir()).collect()
    };
    let classes = below(folder);
    classes.iter().any(|class| pictures(class))
        || below(&folder.join("train"))
            .iter()
            .any(|class| pictures(class))
}

/// Looks at every file of a folder.
pub fn profile(folder: &Path) -> Result<Profile, Error> {
    let listing = list(folder)?;
    let mut found = Profile {
        images: listing.files.len() as u64,
        classes: BTreeMap::new(),
        trained: None,
        copies: 0,
        least: usize::MAX,
        first: [0, 0],
        other_sizes: 0,
    };
    let mut seen: BTreeSet<(String, String)> = BTreeSet::new();
    for (place, file) in listing.files.iter().enumerate() {
        let content = files::read(&folder.join(&file.path), FILE_LIMIT)?;
        let [width, height] = size(&content).map_err(|problem| Error::Picture {
            path: PathBuf::from(&file.path),
            problem,
        })?;
        found.least = found.least.min(width).min(height);
        if place == 0 {
            found.first = [width, height];
        }
        found.other_sizes += u64::from([width, height] != found.first);
        if !seen.insert((FileHash::of(&content).sha256, file.class.clone())) {
            found.copies += 1;
            continue;
        }
        *found.classes.entry(file.class.clone()).or_default() += 1;
        if let Some(part) = file.part {
            let trained = found.trained.get_or_insert_with(BTreeMap::new);
            *trained.entry(file.class.clone()).or_default() += u64::from(part == GivenPart::Train);
        }
    }
    Ok(found)
}

#[cfg(test)]
mod tests {
    use super::super::png::encode;
    use super::*;

    fn folder(files: &[(&str, usize)]) -> tempfile::TempDir {
        let folder = tempfile::tempdir().unwrap();
        for (place, (path, side)) in files.iter().enumerate() {
            let path = folder.path().join(path);
            std::fs::create_dir_all(path.parent().unwrap()).unwrap();
            std::fs::write(path, encode(*side, &vec![place as u8 / 2; side * side])).unwrap();
        }
        folder
    }

    #[test]
    fn classes_sizes_and_copies_are_counted() {
        // The first and the second file are the same, and so on.
        let files = [
            ("a/1.png", 8),
            ("a/2.png", 8),
            ("b/1.png", 4),
            ("b/2.png", 8),
            ("b/3.png", 8),
        ];
        let folder = folder(&files);
        assert!(is_image_folder(folder.path()));
        let found = profile(folder.path()).unwrap();
        assert_eq!(
            (
                found.images,
                found.copies,
                found.least,
                found.first,
                found.other_sizes
            ),
            (5, 1, 4, [8, 8], 1)
        );
        assert_eq!(
            found.classes,
            [("a".to_owned(), 1), ("b".to_owned(), 3)].into()
        );
        assert_eq!(found.trained, None);
    }

    #[test]
    fn a_split_folder_says_what_can_be_trained() {
        let folder = folder(&[
            ("train/good/1.png", 4),
            ("test/good/1.png", 8),
            ("test/bad/1.png", 4),
        ]);
        assert!(is_image_folder(folder.path()));
        let trained = profile(folder.path()).unwrap().trained.unwrap();
        assert_eq!(
            trained,
            [("bad".to_owned(), 0), ("good".to_owned(), 1)].into()
        );
    }

    #[test]
    fn a_folder_of_rows_is_none_of_images() {
        let folder = tempfile::tempdir().unwrap();
        std::fs::create_dir(folder.path().join("a")).unwrap();
        std::fs::write(folder.path().join("a/x.csv"), "a\n1\n").unwrap();
        assert!(!is_image_folder(folder.path()));
    }
}
