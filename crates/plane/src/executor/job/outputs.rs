//! What a job left, made durable as contents that are to become objects.

use std::fs::File;
use std::io;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use crate::executor::S3Uri;
use crate::executor::archive::{self, Entry};
use crate::executor::launch::chain;
use crate::executor::objects::{ObjectWriter, Stored};
use crate::executor::world::World;
use crate::store::BlobStore;

/// A folder of the tree that is kept.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Output {
    /// As one archive.
    Archive {
        /// The folder, relative to the tree.
        folder: String,
        /// The archive's URI.
        uri: S3Uri,
        /// Whether an empty folder gives no archive.
        optional: bool,
    },
    /// File by file.
    Files {
        /// The folder, relative to the tree.
        folder: String,
        /// The prefix under which they lie.
        uri: S3Uri,
    },
}

/// Stores the contents of outputs.
pub(crate) async fn collect(
    world: &Arc<World>,
    tree: &Path,
    outputs: Vec<Output>,
) -> Result<Vec<Stored>, String> {
    let (blobs, tree) = (world.deps.blobs.clone(), tree.to_owned());
    let collected = tokio::task::spawn_blocking(move || collect_now(&blobs, &tree, &outputs));
    collected
        .await
        .unwrap_or_else(|_| Err("collecting the outputs was interrupted".to_owned()))
}

fn collect_now(blobs: &BlobStore, tree: &Path, outputs: &[Output]) -> Result<Vec<Stored>, String> {
    let mut stored = Vec::new();
    for output in outputs {
        match output {
            Output::Archive {
                folder,
                uri,
                optional,
            } => {
                let entries = entries(tree, folder)?;
                if entries.is_empty() && *optional {
                    continue;
                }
                let mut writer = ObjectWriter::new(blobs).map_err(|error| chain(&error))?;
                archive::pack(&entries, &mut writer).map_err(|error| error.to_string())?;
                let archive = writer.finish(uri.clone(), "application/x-tar");
                stored.push(archive.map_err(|error| chain(&error))?);
            }
            Output::Files { folder, uri } => {
                for entry in entries(tree, folder)? {
                    stored.push(store(blobs, &entry, uri.join(&entry.path))?);
                }
            }
        }
    }
    Ok(stored)
}

pub(super) fn entries(tree: &Path, folder: &str) -> Result<Vec<Entry>, String> {
    // A folder that the job has replaced by a link would lead out of its tree.
    let mut place = PathBuf::from(tree);
    for part in Path::new(folder).components() {
        place.push(part);
        if place.is_symlink() {
            return Err(format!("{} is a link", place.display()));
        }
    }
    archive::files(&place).map_err(|error| error.to_string())
}

pub(super) fn store(blobs: &BlobStore, entry: &Entry, uri: S3Uri) -> Result<Stored, String> {
    let says = |error: io::Error| format!("{}: {error}", entry.path);
    let mut file = File::open(&entry.file).map_err(says)?;
    let mut writer = ObjectWriter::new(blobs).map_err(|error| chain(&error))?;
    io::copy(&mut file, &mut writer).map_err(says)?;
    writer
        .finish(uri, "binary/octet-stream")
        .map_err(|error| chain(&error))
}

#[cfg(test)]
mod tests {
    use std::fs;

    use super::*;

    fn uri(text: &str) -> S3Uri {
        S3Uri::parse(text).unwrap()
    }

    #[test]
    fn archives_and_files_are_stored_under_their_uris() {
        let folder = tempfile::tempdir().unwrap();
        let blobs = BlobStore::open(&folder.path().join("objects")).unwrap();
        let tree = folder.path().join("ml");
        fs::create_dir_all(tree.join("out/sub")).unwrap();
        fs::create_dir_all(tree.join("empty")).unwrap();
        fs::write(tree.join("out/sub/a"), "a").unwrap();
        fs::write(tree.join("out/b"), "b").unwrap();
        let outputs = [
            Output::Files {
                folder: "out".into(),
                uri: uri("s3://k/p/"),
            },
            Output::Archive {
                folder: "empty".into(),
                uri: uri("s3://k/o.tar.gz"),
                optional: true,
            },
            Output::Archive {
                folder: "out".into(),
                uri: uri("s3://k/m.tar.gz"),
                optional: false,
            },
        ];
        let stored = collect_now(&blobs, &tree, &outputs).unwrap();
        let uris: Vec<_> = stored.iter().map(|item| item.uri.to_string()).collect();
        assert_eq!(uris, ["s3://k/p/b", "s3://k/p/sub/a", "s3://k/m.tar.gz"]);
        assert_eq!(blobs.get(&stored[0].blob.sha256).unwrap(), b"b");
    }

    #[test]
    fn a_folder_that_became_a_link_is_refused() {
        let folder = tempfile::tempdir().unwrap();
        let blobs = BlobStore::open(&folder.path().join("objects")).unwrap();
        let tree = folder.path().join("ml");
        fs::create_dir_all(&tree).unwrap();
        std::os::unix::fs::symlink("/etc", tree.join("model")).unwrap();
        let outputs = [Output::Files {
            folder: "model".into(),
            uri: uri("s3://k/p"),
        }];
        assert!(
            collect_now(&blobs, &tree, &outputs)
                .unwrap_err()
                .ends_with("model is a link")
        );
    }
}
