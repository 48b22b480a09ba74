//! The pictures of a folder with their classes.

use std::fs;
use std::path::{Path, PathBuf};

use super::error::Error;
use crate::files::FileError;

/// Pictures of a folder at most.
const MOST: usize = 1_000_000;

/// The part that the maker of a folder put a picture in.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum GivenPart {
    /// `train`.
    Train,
    /// `test`.
    Test,
}

/// A picture.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ImageFile {
    /// Its path below the folder, with `/` between the names.
    pub path: String,
    /// Its class: the name of the folder that it lies in.
    pub class: String,
    /// Its part, where the folder is split already.
    pub part: Option<GivenPart>,
}

/// The pictures of a folder, by path.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Listing {
    /// The folder.
    pub folder: PathBuf,
    /// The pictures, ascending by path.
    pub files: Vec<ImageFile>,
    /// The classes, ascending.
    pub classes: Vec<String>,
}

/// Lists a folder with one folder a class, or with `train` and `test` that have one folder a class each.
///
/// Files beside the folders of the classes, such as a text about the source, are not looked at, nor are names that begin with a
/// dot, nor the folder `ground_truth` that lies beside `train` and `test` in sets of defects. Anything else is refused.
pub fn list(folder: &Path) -> Result<Listing, Error> {
    let refuse = |problem: String| Error::Folder {
        folder: folder.to_owned(),
        problem,
    };
    let names = folders(folder)?;
    let has = |name: &str| names.iter().any(|found| found == name);
    let mut files = Vec::new();
    if has("train") && has("test") {
        for (name, part) in [("train", GivenPart::Train), ("test", GivenPart::Test)] {
            for class in folders(&folder.join(name))? {
                add(folder, &format!("{name}/{class}"), Some(part), &mut files)?;
            }
        }
        let expected = |name: &&String| !["train", "test", "ground_truth"].contains(&name.as_str());
        if let Some(name) = names.iter().find(expected) {
            return Err(refuse(format!("has `train`, `test` and also `{name}`")));
        }
    } else {
        for class in &names {
            add(folder, class, None, &mut files)?;
        }
    }
    files.sort_by(|a, b| a.path.cmp(&b.path));
    let mut classes: Vec<String> = files.iter().map(|file| file.class.clone()).collect();
    classes.sort();
    classes.dedup();
    match classes.as_slice() {
        [] => Err(refuse(
            "has no folder with pictures, one folder a class".to_owned(),
        )),
        [only] => Err(refuse(format!("has the one class `{only}`"))),
        _ => Ok(Listing {
            folder: folder.to_owned(),
            files,
            classes,
        }),
    }
}

/// Adds the files of a class's folder.
fn add(
    folder: &Path,
    below: &str,
    part: Option<GivenPart>,
    files: &mut Vec<ImageFile>,
) -> Result<(), Error> {
    let class = below.rsplit('/').next().unwrap_or(below);
    let path = folder.join(below);
    for (name, is_folder) in entries(&path)? {
        if is_folder {
            return Err(Error::Folder {
                folder: path,
                problem: format!("is the folder of a class and has the folder `{name}` in it"),
            });
        }
        if files.len() == MOST {
            return Err(Error::Folder {
                folder: folder.to_owned(),
                problem: format!("has more than {MOST} pictures"),
            });
        }
        files.push(ImageFile {
            path: format!("{below}/{name}"),
            class: class.to_owned(),
            part,
        });
    }
    Ok(())
}

/// Names of the folders in a folder, ascending.
fn folders(path: &Path) -> Result<Vec<String>, Error> {
    let all = entries(path)?.into_iter();
    Ok(all
        .filter_map(|(name, is_folder)| is_folder.then_some(name))
        .collect())
}

/// Names in a folder, ascending, and whether they are folders.
fn entries(path: &Path) -> Result<Vec<(String, bool)>, Error> {
    let at = |source| FileError::Read {
        path: path.to_owned(),
        source,
    };
    let mut names = Vec::new();
    for entry in fs::read_dir(path).map_err(at)? {
        let entry = entry.map_err(at)?;
        let name = entry
            .file_name()
            .into_string()
            .map_err(|name| Error::Folder {
                folder: path.to_owned(),
                problem: format!("has the name `{}`, which is not UTF-8", name.display()),
            })?;
        if !name.starts_with('.') {
            let is_folder = fs::metadata(entry.path()).map_err(at)?.is_dir();
            names.push((name, is_folder));
        }
    }
    names.sort();
    Ok(names)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn folder(files: &[&str]) -> tempfile::TempDir {
        let folder = tempfile::tempdir().unwrap();
        for file in files {
            let path = folder.path().join(file);
            fs::create_dir_all(path.parent().unwrap()).unwrap();
            fs::write(path, b"x").unwrap();
        }
        folder
    }

    #[test]
    fn classes_are_folders() {
        let folder = folder(&[
            "b/2.png",
            "b/10.png",
            "a/1.png",
            "README.md",
            ".git/x",
            "a/.hidden",
        ]);
        let listing = list(folder.path()).unwrap();
        let paths: Vec<&str> = listing
            .files
            .iter()
            .map(|file| file.path.as_str())
            .collect();
        assert_eq!(paths, ["a/1.png", "b/10.png", "b/2.png"]);
        assert_eq!(listing.classes, ["a", "b"]);
        assert!(listing.files.iter().all(|file| file.part.is_none()));
    }

    #[test]
    fn a_folder_that_is_split_remembers_its_parts() {
        let folder = folder(&[
            "train/good/0.png",
            "test/good/0.png",
            "test/scratch/0.png",
            "ground_truth/scratch/0_mask.png",
        ]);
        let listing = list(folder.path()).unwrap();
        let found: Vec<_> = listing
            .files
            .iter()
            .map(|file| (file.path.as_str(), file.part.unwrap()))
            .collect();
        let expected = [
            ("test/good/0.png", GivenPart::Test),
            ("test/scratch/0.png", GivenPart::Test),
            ("train/good/0.png", GivenPart::Train),
        ];
        assert_eq!(found, expected);
        assert_eq!(listing.classes, ["good", "scratch"]);
    }

    #[test]
    fn what_is_no_folder_of_pictures_is_refused_by_name() {
        let cases: &[(&[&str], &str)] = &[
            (
                &["x.png"],
                "has no folder with pictures, one folder a class",
            ),
            (&["a/1.png"], "has the one class `a`"),
            (
                &["a/1.png", "b/c/1.png"],
                "is the folder of a class and has the folder `c` in it",
            ),
            (
                &["train/a/1.png", "test/b/1.png", "more/c/1.png"],
                "has `train`, `test` and also `more`",
            ),
        ];
        for (files, message) in cases {
            let error = list(folder(files).path()).unwrap_err();
            assert!(error.to_string().ends_with(message), "{error}");
            assert_eq!(error.code(), "P0263");
        }
        let missing = list(Path::new("no-such-folder")).unwrap_err();
        assert_eq!(missing.code(), "P0220");
    }
}
