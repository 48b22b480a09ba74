//! `model.tar.gz`: packing folders so that equal contents give equal bytes, and unpacking what others packed.

use std::fs::{self, File};
use std::io::{self, Read, Write};
use std::os::unix::fs::PermissionsExt;
use std::path::{Component, Path, PathBuf};

use flate2::read::GzDecoder;
use flate2::{Compression, GzBuilder};

/// Entries of an archive or files of a folder.
const ENTRIES: usize = 100_000;
/// Bytes of an unpacked archive: the largest that SageMaker's own volumes hold by default.
const BYTES: u64 = 64 << 30;

/// Why an archive or a folder could not be read.
#[derive(Debug, thiserror::Error)]
pub(crate) enum ArchiveError {
    /// Reading or writing failed, or the bytes are no `tar.gz`.
    #[error("{what} cannot be read or written: {source}")]
    Io {
        /// The archive or the file.
        what: String,
        /// What the system or the decoder said. Failure reasons are one text, so it stands in the message.
        source: io::Error,
    },
    /// An entry is not a plain file or folder below the target.
    #[error("entry `{path}` is {why}")]
    Entry {
        /// Its path.
        path: String,
        /// What is wrong with it.
        why: &'static str,
    },
    /// More than is allowed.
    #[error("more than {limit} {what}")]
    TooMuch {
        /// The limit.
        limit: u64,
        /// Of what.
        what: &'static str,
    },
}

impl ArchiveError {
    fn io(what: impl Into<String>) -> impl FnOnce(io::Error) -> Self {
        let what = what.into();
        move |source| Self::Io { what, source }
    }
}

/// A regular file below a folder.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Entry {
    /// Path relative to the folder, with forward slashes.
    pub(crate) path: String,
    /// Where it lies.
    pub(crate) file: PathBuf,
}

/// Every regular file below a folder in the order of their paths. Links, pipes and devices are left out, as AWS leaves
/// them out of uploads; a folder that is missing, or was replaced by a link, has none.
pub(crate) fn files(root: &Path) -> Result<Vec<Entry>, ArchiveError> {
    let mut found = Vec::new();
    let mut folders = vec![(root.to_owned(), String::new())];
    while let Some((folder, prefix)) = folders.pop() {
        if !fs::symlink_metadata(&folder).is_ok_and(|metadata| metadata.is_dir()) {
            continue;
        }
        let fail = || ArchiveError::io(folder.display().to_string());
        for entry in fs::read_dir(&folder).map_err(fail())? {
            let entry = entry.map_err(fail())?;
            let Ok(name) = entry.file_name().into_string() else {
                return Err(ArchiveError::Entry {
                    path: entry.path().display().to_string(),
                    why: "not named in UTF-8",
                });
            };
            let path = format!("{prefix}{name}");
            let kind = entry.file_type().map_err(fail())?;
            if kind.is_dir() {
                folders.push((entry.path(), format!("{path}/")));
            } else if kind.is_file() {
                found.push(Entry {
                    path,
                    file: entry.path(),
                });
            }
            if found.len() + folders.len() > ENTRIES {
                return Err(ArchiveError::TooMuch {
                    limit: ENTRIES as u64,
                    what: "files",
                });
            }
        }
    }
    found.sort_by(|a, b| a.path.cmp(&b.path));
    Ok(found)
}

/// Packs files: in their order, without times, owners and names of this machine.
/// Quickly: a model is numbers that compress little, and packing one well was more than half of what a trial of tuning costs beyond
/// its training.
pub(crate) fn pack(entries: &[Entry], out: impl Write) -> Result<(), ArchiveError> {
    let gzip = GzBuilder::new()
        .mtime(0)
        .operating_system(255)
        .write(out, Compression::fast());
    let mut archive = tar::Builder::new(gzip);
    for entry in entries {
        let fail = || ArchiveError::io(entry.path.clone());
        let file = File::open(&entry.file).map_err(fail())?;
        let metadata = file.metadata().map_err(fail())?;
        let executable = metadata.permissions().mode() & 0o100 != 0;
        let mut header = tar::Header::new_gnu();
        header.set_size(metadata.len());
        header.set_mode(if executable { 0o755 } else { 0o644 });
        header.set_mtime(0);
        header.set_uid(0);
        header.set_gid(0);
        archive
            .append_data(&mut header, &entry.path, file)
            .map_err(fail())?;
    }
    let gzip = archive
        .into_inner()
        .map_err(ArchiveError::io("the archive"))?;
    let mut out = gzip.finish().map_err(ArchiveError::io("the archive"))?;
    out.flush().map_err(ArchiveError::io("the archive"))
}

/// Unpacks an archive into a folder that exists.
pub(crate) fn unpack(archive: impl Read, target: &Path) -> Result<(), ArchiveError> {
    unpack_within(archive, target, (ENTRIES, BYTES))
}

fn unpack_within(
    archive: impl Read,
    target: &Path,
    (most_entries, most_bytes): (usize, u64),
) -> Result<(), ArchiveError> {
    let mut archive = tar::Archive::new(GzDecoder::new(archive));
    let mut bytes = 0;
    let entries = archive.entries().map_err(ArchiveError::io("the archive"))?;
    for (count, entry) in entries.enumerate() {
        if count >= most_entries {
            return Err(ArchiveError::TooMuch {
                limit: most_entries as u64,
                what: "entries",
            });
        }
        let mut entry = entry.map_err(ArchiveError::io("the archive"))?;
        let path = entry
            .path()
            .map_err(ArchiveError::io("the archive"))?
            .into_owned();
        let shown = path.display().to_string();
        let refuse = |why| ArchiveError::Entry {
            path: shown.clone(),
            why,
        };
        let place = inside(&path).ok_or_else(|| refuse("outside the folder"))?;
        if place.as_os_str().is_empty() {
            continue;
        }
        let place = target.join(place);
        let fail = || ArchiveError::io(shown.clone());
        match entry.header().entry_type() {
            tar::EntryType::Directory => fs::create_dir_all(&place).map_err(fail())?,
            tar::EntryType::Regular | tar::EntryType::Continuous => {
                bytes += entry.size();
                if bytes > most_bytes {
                    return Err(ArchiveError::TooMuch {
                        limit: most_bytes,
                        what: "bytes",
                    });
                }
                if let Some(parent) = place.parent() {
                    fs::create_dir_all(parent).map_err(fail())?;
                }
                let mut file = File::create(&place).map_err(fail())?;
                io::copy(&mut entry, &mut file).map_err(fail())?;
                if entry.header().mode().is_ok_and(|mode| mode & 0o100 != 0) {
                    let mode = fs::Permissions::from_mode(0o755);
                    file.set_permissions(mode).map_err(fail())?;
                }
            }
            tar::EntryType::XGlobalHeader => {}
            _ => return Err(refuse("neither a file nor a folder")),
        }
    }
    Ok(())
}

/// The path without its leading `./`; `None` where it leads out.
fn inside(path: &Path) -> Option<PathBuf> {
    let mut place = PathBuf::new();
    for component in path.components() {
        match component {
            Component::Normal(part) => place.push(part),
            Component::CurDir => {}
            Component::ParentDir | Component::RootDir | Component::Prefix(_) => return None,
        }
    }
    Some(place)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn tree(folder: &Path, names: &[&str]) {
        for name in names {
            let path = folder.join(name);
            fs::create_dir_all(path.parent().unwrap()).unwrap();
            fs::write(path, name.as_bytes()).unwrap();
        }
    }

    fn packed(folder: &Path) -> Vec<u8> {
        let mut bytes = Vec::new();
        pack(&files(folder).unwrap(), &mut bytes).unwrap();
        bytes
    }

    #[test]
    fn bombs_are_refused_before_they_grow() {
        let folder = tempfile::tempdir().unwrap();
        tree(folder.path(), &["a.txt", "b.txt", "c.txt"]);
        let bytes = packed(folder.path());
        for (limits, expected) in [
            ((3, 15), None),
            ((2, 15), Some("more than 2 entries")),
            ((3, 14), Some("more than 14 bytes")),
        ] {
            let target = tempfile::tempdir().unwrap();
            let refused = unpack_within(&bytes[..], target.path(), limits).err();
            assert_eq!(refused.map(|error| error.to_string()).as_deref(), expected);
            // What came before the limit may lie there, nothing beyond it.
            let left = files(target.path()).unwrap().len();
            assert_eq!(left, if expected.is_some() { 2 } else { 3 });
        }
    }

    #[test]
    fn equal_contents_give_equal_bytes_whatever_the_order_of_writing() {
        let (one, two) = (tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap());
        tree(one.path(), &["b", "a/x", "a/y", "a.txt"]);
        tree(two.path(), &["a.txt", "a/y", "a/x", "b"]);
        assert_eq!(packed(one.path()), packed(two.path()));
        let paths: Vec<_> = files(one.path())
            .unwrap()
            .into_iter()
            .map(|entry| entry.path)
            .collect();
        assert_eq!(paths, ["a.txt", "a/x", "a/y", "b"]);
    }

    #[test]
    fn what_was_packed_is_unpacked_with_its_executable_bits() {
        let (from, to) = (tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap());
        tree(from.path(), &["run.sh", "deep/er/data"]);
        let mode = fs::Permissions::from_mode(0o700);
        fs::set_permissions(from.path().join("run.sh"), mode).unwrap();
        unpack(&packed(from.path())[..], to.path()).unwrap();
        assert_eq!(
            fs::read(to.path().join("deep/er/data")).unwrap(),
            b"deep/er/data"
        );
        let mode = |name| {
            fs::metadata(to.path().join(name))
                .unwrap()
                .permissions()
                .mode()
                & 0o111
        };
        assert_eq!(
            (mode("run.sh") != 0, mode("deep/er/data") != 0),
            (true, false)
        );
    }

    #[test]
    fn links_are_not_followed_and_a_folder_that_is_a_link_is_empty() {
        let folder = tempfile::tempdir().unwrap();
        tree(folder.path(), &["real/file"]);
        std::os::unix::fs::symlink("/etc/passwd", folder.path().join("real/link")).unwrap();
        std::os::unix::fs::symlink("real", folder.path().join("alias")).unwrap();
        let paths = |root: &str| -> Vec<String> {
            files(&folder.path().join(root))
                .unwrap()
                .into_iter()
                .map(|e| e.path)
                .collect()
        };
        assert_eq!(paths("real"), ["file"]);
        assert_eq!(paths("alias"), Vec::<String>::new());
        assert_eq!(paths("missing"), Vec::<String>::new());
    }

    #[test]
    fn archives_that_lead_out_or_link_are_refused() {
        for (path, link, expected) in [
            ("../evil", false, "entry `../evil` is outside the folder"),
            ("/evil", false, "entry `/evil` is outside the folder"),
            ("link", true, "entry `link` is neither a file nor a folder"),
        ] {
            let mut builder = tar::Builder::new(Vec::new());
            let mut header = tar::Header::new_gnu();
            header.set_size(0);
            header.set_mode(0o644);
            if link {
                header.set_entry_type(tar::EntryType::Symlink);
                header.set_link_name("/etc/passwd").unwrap();
            }
            // The builder refuses such paths, so they are written into the header.
            header.as_old_mut().name[..path.len()].copy_from_slice(path.as_bytes());
            header.set_cksum();
            builder.append(&header, io::empty()).unwrap();
            let tar = builder.into_inner().unwrap();
            let mut gzip = GzBuilder::new().write(Vec::new(), Compression::fast());
            gzip.write_all(&tar).unwrap();
            let target = tempfile::tempdir().unwrap();
            let refused = unpack(&gzip.finish().unwrap()[..], target.path());
            assert_eq!(refused.unwrap_err().to_string(), expected);
        }
        let target = tempfile::tempdir().unwrap();
        assert!(matches!(
            unpack(&b"no gzip"[..], target.path()),
            Err(ArchiveError::Io { .. })
        ));
    }
}
