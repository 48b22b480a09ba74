//! The source of a script candidate: its files, packed so that equal files give equal bytes.

use std::collections::BTreeMap;
use std::fs;
use std::io::Write;
use std::os::unix::fs::PermissionsExt;
use std::path::Path;

use blueprint::ScriptSource;
use flate2::{Compression, GzBuilder};
use steps::{FileHash, Source};
use workload::Script;

use crate::failure::Failure;

/// Files of a source at most.
const FILES: usize = 2_000;
/// Bytes of a source at most.
const BYTES: u64 = 100 << 20;
/// Folders that hold no source: what tools leave.
const NO_SOURCE: [&str; 7] = [
    ".git",
    ".ipynb_checkpoints",
    ".mypy_cache",
    ".plimsoll",
    ".pytest_cache",
    ".venv",
    "__pycache__",
];
/// Where the platform looks for packages to install.
const REQUIREMENTS: &str = "requirements.txt";

/// A packed source.
#[derive(Debug, Clone)]
pub(crate) struct Packed {
    pub(crate) source: ScriptSource,
    pub(crate) archive: Vec<u8>,
}

/// A file of a source.
#[derive(Debug, Clone)]
struct Content {
    bytes: Vec<u8>,
    executable: bool,
}

/// Reads and packs the source of the candidate `name`; paths are relative to `folder`.
pub(crate) fn pack(
    folder: &Path,
    name: &str,
    script: &Script,
    interpreter: &str,
) -> Result<Packed, Failure> {
    let mut files = BTreeMap::new();
    if let Some(source) = &script.source_dir {
        let root = folder.join(source);
        if !root.is_dir() {
            return Err(wrong(format!(
                "`source_dir: {source}` of candidate `{name}` is no folder"
            )));
        }
        walk(&root, "", &mut files)?;
    } else if folder.join(&script.entry_point).is_file() {
        let content = read(&folder.join(&script.entry_point))?;
        files.insert(script.entry_point.clone(), content);
    }
    if !files.contains_key(&script.entry_point) {
        let place = script.source_dir.as_deref().unwrap_or(".");
        let names: Vec<&str> = files.keys().take(10).map(String::as_str).collect();
        let failure = wrong(format!(
            "the entry point `{}` of candidate `{name}` is not in `{place}`",
            script.entry_point
        ));
        return Err(if names.is_empty() {
            failure
        } else {
            failure.hint(format!("it holds {}", names.join(", ")))
        });
    }
    if let Some(requirements) = &script.requirements {
        files.insert(REQUIREMENTS.to_owned(), read(&folder.join(requirements))?);
    }
    let tar = tar(&files).map_err(|error| wrong(format!("the source of `{name}`: {error}")))?;
    let sources = files.iter().map(|(path, content)| {
        let FileHash { sha256, bytes } = FileHash::of(&content.bytes);
        Source {
            name: path.clone(),
            sha256,
            bytes,
        }
    });
    Ok(Packed {
        source: ScriptSource {
            files: sources.collect(),
            sha256: FileHash::of(&tar).sha256,
            interpreter: interpreter.to_owned(),
        },
        archive: zipped(&tar),
    })
}

fn walk(folder: &Path, prefix: &str, files: &mut BTreeMap<String, Content>) -> Result<(), Failure> {
    let unreadable =
        |error: std::io::Error| wrong(format!("cannot read `{}`: {error}", folder.display()));
    let mut bytes: u64 = files.values().map(|file| file.bytes.len() as u64).sum();
    for entry in fs::read_dir(folder).map_err(unreadable)? {
        let entry = entry.map_err(unreadable)?;
        let Ok(name) = entry.file_name().into_string() else {
            return Err(wrong(format!(
                "`{}` is not named in UTF-8",
                entry.path().display()
            )));
        };
        let (path, place) = (entry.path(), format!("{prefix}{name}"));
        let kind = entry.file_type().map_err(unreadable)?;
        if kind.is_dir() {
            let foreign = NO_SOURCE.contains(&name.as_str()) || path.join("pyvenv.cfg").is_file();
            if !foreign {
                walk(&path, &format!("{place}/"), files)?;
            }
        } else if kind.is_file() {
            if path.extension().is_some_and(|extension| extension == "pyc") {
                continue;
            }
            bytes += entry.metadata().map_err(unreadable)?.len();
            if files.len() >= FILES || bytes > BYTES {
                return Err(wrong(format!(
                    "the source `{}` has more than {FILES} files or {} MiB",
                    folder.display(),
                    BYTES >> 20
                ))
                .hint("keep data and environments out of `source_dir`"));
            }
            files.insert(place, read(&path)?);
        } else {
            return Err(wrong(format!(
                "`{}` is neither a file nor a folder",
                path.display()
            ))
            .hint("a link would lead nowhere on another machine: put the file itself there"));
        }
    }
    Ok(())
}

fn read(path: &Path) -> Result<Content, Failure> {
    let unreadable =
        |error: std::io::Error| wrong(format!("cannot read `{}`: {error}", path.display()));
    let mode = fs::metadata(path).map_err(unreadable)?.permissions().mode();
    Ok(Content {
        bytes: fs::read(path).map_err(unreadable)?,
        executable: mode & 0o100 != 0,
    })
}

/// The files in their order, without times, owners and names of this machine.
fn tar(files: &BTreeMap<String, Content>) -> std::io::Result<Vec<u8>> {
    let mut archive = tar::Builder::new(Vec::new());
    for (path, content) in files {
        let mut header = tar::Header::new_gnu();
        header.set_size(content.bytes.len() as u64);
        header.set_mode(if content.executable { 0o755 } else { 0o644 });
        header.set_mtime(0);
        header.set_uid(0);
        header.set_gid(0);
        archive.append_data(&mut header, path, content.bytes.as_slice())?;
    }
    archive.into_inner()
}

fn zipped(tar: &[u8]) -> Vec<u8> {
    let mut gzip = GzBuilder::new()
        .mtime(0)
        .operating_system(255)
        .write(Vec::new(), Compression::new(6));
    let infallible = "a vector takes every byte";
    gzip.write_all(tar).expect(infallible);
    gzip.finish().expect(infallible)
}

fn wrong(message: String) -> Failure {
    Failure::input(message).code("P0625")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn script(more: &str) -> Script {
        let text = format!(
            "plimsoll: 1\nname: a\ndata: {{ source: a.csv, columns: {{ b: category }} }}\ntask: {{ target: b }}\n\
             models: [{{ script: {{ entry_point: train.py{more} }} }}]\n"
        );
        let workload = workload::parse(&text).unwrap();
        workload.models[0].family.script().unwrap().clone()
    }

    fn folder(files: &[(&str, &str)]) -> tempfile::TempDir {
        let folder = tempfile::tempdir().unwrap();
        for (path, text) in files {
            let path = folder.path().join(path);
            fs::create_dir_all(path.parent().unwrap()).unwrap();
            fs::write(path, text).unwrap();
        }
        folder
    }

    fn names(packed: &Packed) -> Vec<&str> {
        let files = packed.source.files.iter();
        files.map(|source| source.name.as_str()).collect()
    }

    #[test]
    fn a_folder_is_packed_without_what_tools_leave() {
        let files = [
            ("code/train.py", "import b"),
            ("code/b/__init__.py", ""),
            ("code/b/__pycache__/x.cpython.pyc", "x"),
            ("code/old.pyc", "x"),
            ("code/.git/config", "x"),
            ("code/env/pyvenv.cfg", "x"),
            ("needs.txt", "numpy"),
        ];
        let (one, two) = (folder(&files), folder(&files));
        let told = script(", source_dir: code, requirements: needs.txt");
        let packed = pack(one.path(), "script", &told, "3.11").unwrap();
        assert_eq!(
            names(&packed),
            ["b/__init__.py", "requirements.txt", "train.py"]
        );
        assert_eq!(packed.source.interpreter, "3.11");
        let again = pack(two.path(), "script", &told, "3.11").unwrap();
        assert_eq!(again.archive, packed.archive);
        fs::write(two.path().join("code/train.py"), "import c").unwrap();
        let other = pack(two.path(), "script", &told, "3.11").unwrap();
        assert_ne!(other.source.sha256, packed.source.sha256);
    }

    #[test]
    fn a_program_alone_is_its_whole_source() {
        let folder = folder(&[("train.py", "pass"), ("data.csv", "1")]);
        let packed = pack(folder.path(), "script", &script(""), "3.11").unwrap();
        assert_eq!(names(&packed), ["train.py"]);
    }

    #[test]
    fn what_cannot_be_packed_is_named() {
        let folder = folder(&[("code/other.py", "pass")]);
        let says = |more: &str| {
            let failure = pack(folder.path(), "script", &script(more), "3.11").unwrap_err();
            failure.to_string()
        };
        for (more, expected) in [
            (
                "",
                "the entry point `train.py` of candidate `script` is not in `.`",
            ),
            (", source_dir: code", "is not in `code`"),
            (", source_dir: code", "it holds other.py"),
            (
                ", source_dir: none",
                "`source_dir: none` of candidate `script` is no folder",
            ),
        ] {
            let said = says(more);
            assert!(said.contains(expected) && said.contains("P0625"), "{said}");
        }
        std::os::unix::fs::symlink("/etc/passwd", folder.path().join("code/link")).unwrap();
        assert!(says(", source_dir: code").contains("link` is neither a file nor a folder"));
    }
}
