//! The files that a path or pattern means, and how the workload file names them.

use std::path::{Component, Path, PathBuf};

use crate::failure::{Failure, Kind};

/// Endings of files with rows, in the order in which they are looked for in a folder.
const ENDINGS: [&str; 8] = [
    "csv", "tsv", "parquet", "pq", "jsonl", "ndjson", "data", "txt",
];

/// Files of a source.
#[derive(Debug)]
pub(crate) struct Found {
    /// In the order of their names.
    pub(crate) files: Vec<PathBuf>,
    /// As `data.source` has it.
    pub(crate) source: String,
    /// What the workload is named after.
    pub(crate) named: PathBuf,
}

/// Finds the files of a path, folder or pattern; `out` is the folder of the workload file.
pub(crate) fn find(given: &Path, out: &Path) -> Result<Found, Failure> {
    if given.is_file() {
        return Ok(Found {
            files: vec![given.to_owned()],
            source: relative(given, out)?,
            named: given.to_owned(),
        });
    }
    if given.is_dir() {
        return folder(given, out);
    }
    let files = matching(given)?;
    if files.is_empty() {
        let message = format!("`{}` is no file, and no file matches it", given.display());
        return Err(Failure::input(message).code("P0610").hint(
            "name a CSV, Parquet or JSON Lines file, a folder of them, or a pattern in quotes such as `\"data/*.csv\"`",
        ));
    }
    let named = given.parent().filter(|folder| folder.file_name().is_some());
    Ok(Found {
        named: named.map_or_else(|| files[0].clone(), Path::to_owned),
        source: relative(given, out)?,
        files,
    })
}

fn folder(folder: &Path, out: &Path) -> Result<Found, Failure> {
    for ending in ENDINGS {
        let pattern = folder.join(format!("*.{ending}"));
        let files = matching(&pattern)?;
        if !files.is_empty() {
            let whole = std::path::absolute(folder).unwrap_or_default();
            return Ok(Found {
                files,
                source: relative(&pattern, out)?,
                named: plain(&whole),
            });
        }
    }
    let message = format!("the folder `{}` has no file with rows", folder.display());
    let endings = ENDINGS.map(|ending| format!("`.{ending}`")).join(", ");
    Err(Failure::input(message).code("P0610").hint(format!(
        "files are looked for by their endings: {endings}; a pattern such as `{}` names others",
        folder.join("*").display()
    )))
}

/// Files that match a pattern, by name.
fn matching(pattern: &Path) -> Result<Vec<PathBuf>, Failure> {
    let wrong = |why: String| {
        Failure::input(format!("`{}` is not a pattern: {why}", pattern.display())).code("P0610")
    };
    let text = pattern
        .to_str()
        .ok_or_else(|| wrong("it is not UTF-8".to_owned()))?;
    let found = glob::glob(text).map_err(|error| wrong(error.to_string()))?;
    let mut files: Vec<PathBuf> = found
        .filter_map(Result::ok)
        .filter(|path| path.is_file())
        .collect();
    files.sort();
    Ok(files)
}

/// A path as it is seen from a folder.
pub(crate) fn relative(path: &Path, from: &Path) -> Result<String, Failure> {
    let absolute = |path: &Path| {
        let whole = std::path::absolute(if path.as_os_str().is_empty() {
            Path::new(".")
        } else {
            path
        });
        whole.map(|whole| plain(&whole)).map_err(|error| {
            Failure::new(
                Kind::Environment,
                format!("cannot tell where `{}` is: {error}", path.display()),
            )
        })
    };
    let (path, from) = (absolute(path)?, absolute(from)?);
    let shared = path
        .components()
        .zip(from.components())
        .take_while(|(a, b)| a == b)
        .count();
    let up = from.components().skip(shared).map(|_| Component::ParentDir);
    let seen: PathBuf = up.chain(path.components().skip(shared)).collect();
    let text = seen.to_str().map(str::to_owned);
    text.ok_or_else(|| {
        Failure::input(format!("the name of `{}` is not UTF-8", path.display())).code("P0610")
    })
}

/// An absolute path without `.` and `..`.
fn plain(path: &Path) -> PathBuf {
    let mut plain = PathBuf::new();
    for component in path.components() {
        match component {
            Component::ParentDir => {
                plain.pop();
            }
            Component::CurDir => {}
            other => plain.push(other),
        }
    }
    plain
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn paths_are_seen_from_the_workload_file() {
        let cases = [
            ("/a/data/x.csv", "/a", "data/x.csv"),
            ("/a/data/x.csv", "/a/w", "../data/x.csv"),
            ("/a/./b/../x.csv", "/a", "x.csv"),
            ("data/*.csv", "", "data/*.csv"),
            ("data/x.csv", "work", "../data/x.csv"),
        ];
        for (path, from, expected) in cases {
            assert_eq!(
                relative(Path::new(path), Path::new(from)).unwrap(),
                expected
            );
        }
    }

    #[test]
    fn folders_and_patterns_mean_files_by_name() {
        let folder = tempfile::tempdir().unwrap();
        let at = |name: &str| folder.path().join(name);
        for name in ["b.csv", "a.csv", "notes.md", "x[1].csv"] {
            std::fs::write(at(name), "a\n1\n").unwrap();
        }
        let found = find(folder.path(), folder.path()).unwrap();
        assert_eq!(found.source, "*.csv");
        assert_eq!(found.files, ["a.csv", "b.csv", "x[1].csv"].map(at));
        assert_eq!(find(&at("[ab].csv"), folder.path()).unwrap().files.len(), 2);
        assert_eq!(
            find(&at("x[1].csv"), folder.path()).unwrap().source,
            "x[1].csv"
        );
    }

    #[test]
    fn nothing_found_says_what_to_do() {
        let folder = tempfile::tempdir().unwrap();
        for path in [
            folder.path().to_owned(),
            folder.path().join("no.csv"),
            folder.path().join("***"),
        ] {
            let failure = find(&path, folder.path()).unwrap_err();
            assert_eq!(failure.code, Some("P0610"), "{failure}");
        }
    }
}
