//! Object bytes: a folder of files named by the SHA-256 of their content. A blob is durable before anything names it.

use std::collections::HashMap;
use std::fs::{self, File};
use std::io::{self, Read, Write};
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant};

use sha2::{Digest, Sha256};

use super::StoreError;

/// Time in which a content that was written gets its row at the latest.
const UNNAMED: Duration = Duration::from_hours(1);
/// Contents after which those that were written longer ago are forgotten.
const REMEMBERED: usize = 10_000;

/// A stored content.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Blob {
    /// SHA-256 in hexadecimal digits.
    pub sha256: String,
    /// Length.
    pub bytes: u64,
}

/// The folder of contents; clones are the same folder.
#[derive(Debug, Clone)]
pub struct BlobStore {
    root: PathBuf,
    counter: Arc<AtomicU64>,
    recent: Arc<Mutex<HashMap<String, Instant>>>,
}

impl BlobStore {
    /// Opens or creates the folder and removes what unfinished writes left.
    pub fn open(root: &Path) -> Result<Self, StoreError> {
        let pending = root.join("pending");
        if pending.exists() {
            fs::remove_dir_all(&pending).map_err(|source| StoreError::file(&pending, source))?;
        }
        fs::create_dir_all(&pending).map_err(|source| StoreError::file(&pending, source))?;
        Ok(Self {
            root: root.to_owned(),
            counter: Arc::default(),
            recent: Arc::default(),
        })
    }

    /// The folder for reading alone: nothing is created or removed.
    pub fn at(root: &Path) -> Self {
        Self {
            root: root.to_owned(),
            counter: Arc::default(),
            recent: Arc::default(),
        }
    }

    /// The folder.
    pub fn root(&self) -> &Path {
        &self.root
    }

    /// Removes a content, unless it was written a short time ago, when its row may still be to come; true if it is gone.
    /// Whoever calls this knows that no row names it.
    pub fn remove(&self, sha256: &str) -> Result<bool, StoreError> {
        let recent = self.recent.lock().unwrap_or_else(PoisonError::into_inner);
        // Held while the file goes, so that nobody finds it there and relies on it.
        if recent
            .get(sha256)
            .is_some_and(|written| written.elapsed() < UNNAMED)
        {
            return Ok(false);
        }
        let path = self.path(sha256);
        fs::remove_file(&path).map_err(|source| StoreError::file(path, source))?;
        Ok(true)
    }

    /// Remembers that a content is about to be named.
    fn remember(&self, sha256: &str) {
        let mut recent = self.recent.lock().unwrap_or_else(PoisonError::into_inner);
        if recent.len() >= REMEMBERED {
            recent.retain(|_, written| written.elapsed() < UNNAMED);
        }
        recent.insert(sha256.to_owned(), Instant::now());
    }

    /// Where a content lies.
    pub fn path(&self, sha256: &str) -> PathBuf {
        let fan = sha256.get(..2).unwrap_or("00");
        self.root.join(fan).join(sha256)
    }

    /// A writer for a new content.
    pub fn writer(&self) -> Result<BlobWriter, StoreError> {
        let number = self.counter.fetch_add(1, Ordering::Relaxed);
        let path = self.root.join("pending").join(number.to_string());
        let file = File::create(&path).map_err(|source| StoreError::file(&path, source))?;
        Ok(BlobWriter {
            store: self.clone(),
            file: Some(file),
            path,
            hash: Sha256::new(),
            bytes: 0,
        })
    }

    /// Stores a content that is in memory.
    pub fn put(&self, content: &[u8]) -> Result<Blob, StoreError> {
        let mut writer = self.writer()?;
        writer
            .write_all(content)
            .map_err(|source| StoreError::file(&writer.path, source))?;
        writer.finish()
    }

    /// Reads a whole content.
    pub fn get(&self, sha256: &str) -> Result<Vec<u8>, StoreError> {
        let path = self.path(sha256);
        fs::read(&path).map_err(|source| StoreError::file(path, source))
    }

    /// Opens a content for reading.
    pub fn open_blob(&self, sha256: &str) -> Result<File, StoreError> {
        let path = self.path(sha256);
        File::open(&path).map_err(|source| StoreError::file(path, source))
    }
}

/// Writes one content; dropped before [`BlobWriter::finish`] it leaves nothing.
#[derive(Debug)]
pub struct BlobWriter {
    store: BlobStore,
    file: Option<File>,
    path: PathBuf,
    hash: Sha256,
    bytes: u64,
}

impl Write for BlobWriter {
    fn write(&mut self, part: &[u8]) -> io::Result<usize> {
        let file = self
            .file
            .as_mut()
            .ok_or_else(|| io::Error::other("the content is finished"))?;
        let written = file.write(part)?;
        self.hash.update(&part[..written]);
        self.bytes += written as u64;
        Ok(written)
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

impl BlobWriter {
    /// Makes the content durable under its name.
    pub fn finish(mut self) -> Result<Blob, StoreError> {
        let digest = std::mem::take(&mut self.hash).finalize();
        let sha256: String = digest.iter().map(|byte| format!("{byte:02x}")).collect();
        let target = self.store.path(&sha256);
        let folder = target
            .parent()
            .expect("a blob lies in a fan-out folder")
            .to_owned();
        let fail = |source| StoreError::file(&target, source);
        if let Some(file) = self.file.take() {
            file.sync_data().map_err(fail)?;
        }
        // Before it is looked for: from now on nobody removes it.
        self.store.remember(&sha256);
        if is_same(&self.path, &target) {
            fs::remove_file(&self.path).map_err(fail)?;
        } else {
            fs::create_dir_all(&folder).map_err(fail)?;
            fs::rename(&self.path, &target).map_err(fail)?;
            File::open(&folder)
                .and_then(|folder| folder.sync_all())
                .map_err(fail)?;
            File::open(&self.store.root)
                .and_then(|root| root.sync_all())
                .map_err(fail)?;
        }
        Ok(Blob {
            sha256,
            bytes: self.bytes,
        })
    }
}

/// Whether a content lies there already, byte for byte: one that the disk has spoiled is replaced.
fn is_same(new: &Path, old: &Path) -> bool {
    const CHUNK: usize = 64 * 1024;
    let (Ok(mut new), Ok(mut old)) = (File::open(new), File::open(old)) else {
        return false;
    };
    let (mut left, mut right) = (vec![0; CHUNK], vec![0; CHUNK]);
    loop {
        match (fill(&mut new, &mut left), fill(&mut old, &mut right)) {
            (Ok(a), Ok(b)) if a == b && left[..a] == right[..b] => {
                if a == 0 {
                    return true;
                }
            }
            _ => return false,
        }
    }
}

/// Reads until the buffer is full or the file ends.
fn fill(file: &mut File, buffer: &mut [u8]) -> io::Result<usize> {
    let mut filled = 0;
    while filled < buffer.len() {
        match file.read(&mut buffer[filled..]) {
            Ok(0) => break,
            Ok(read) => filled += read,
            Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
            Err(error) => return Err(error),
        }
    }
    Ok(filled)
}

impl Drop for BlobWriter {
    fn drop(&mut self) {
        if self.file.take().is_some() {
            // Best effort: what stays is removed when the store opens next.
            let _ = fs::remove_file(&self.path);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_content_that_the_disk_spoiled_is_written_again() {
        let folder = tempfile::tempdir().unwrap();
        let store = BlobStore::open(folder.path()).unwrap();
        let content = vec![7; 200_000];
        let blob = store.put(&content).unwrap();
        for spoiled in [vec![8; 200_000], vec![7; 199_999], Vec::new()] {
            fs::write(store.path(&blob.sha256), spoiled).unwrap();
            assert_eq!(store.put(&content).unwrap(), blob);
            assert_eq!(store.get(&blob.sha256).unwrap(), content);
        }
    }

    #[test]
    fn equal_contents_are_one_blob_and_unfinished_ones_leave_nothing() {
        let folder = tempfile::tempdir().unwrap();
        let store = BlobStore::open(folder.path()).unwrap();
        let first = store.put(b"abc").unwrap();
        assert_eq!(first, store.put(b"abc").unwrap());
        assert_eq!(
            first.sha256,
            "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"
        );
        assert_eq!(store.get(&first.sha256).unwrap(), b"abc");
        let mut unfinished = store.writer().unwrap();
        unfinished.write_all(b"half").unwrap();
        drop(unfinished);
        assert_eq!(
            fs::read_dir(folder.path().join("pending")).unwrap().count(),
            0
        );
        assert!(matches!(
            store.get(&"0".repeat(64)),
            Err(StoreError::File { .. })
        ));
    }
}
