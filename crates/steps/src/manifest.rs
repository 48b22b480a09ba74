//! `manifest.json`: content hashes of the files of an output, written by the job and verified by whoever reads them.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};

use crate::Document;

/// A file that is not what its manifest says.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum ManifestError {
    /// The manifest does not name the file.
    #[error("`{path}` is not in the manifest")]
    Unlisted {
        /// Path relative to the output.
        path: String,
    },
    /// The content differs from what the job wrote.
    #[error("`{path}` has sha256 {found}, its manifest says {expected}")]
    Changed {
        /// Path relative to the output.
        path: String,
        /// Hash in the manifest.
        expected: String,
        /// Hash of what was found.
        found: String,
    },
}

/// Hash and length of one file.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct FileHash {
    /// SHA-256 in hexadecimal digits.
    pub sha256: String,
    /// Length in bytes.
    pub bytes: u64,
}

impl FileHash {
    /// The hash of some content.
    pub fn of(content: &[u8]) -> Self {
        let digest = Sha256::digest(content);
        Self {
            sha256: digest.iter().map(|byte| format!("{byte:02x}")).collect(),
            bytes: content.len() as u64,
        }
    }
}

/// The hash of a file that is written piece by piece.
#[derive(Debug, Clone, Default)]
pub struct FileHasher {
    digest: Sha256,
    bytes: u64,
}

impl FileHasher {
    /// Takes the next piece.
    pub fn update(&mut self, piece: &[u8]) {
        self.digest.update(piece);
        self.bytes += piece.len() as u64;
    }

    /// The hash of all pieces.
    pub fn finish(self) -> FileHash {
        let digest = self.digest.finalize();
        FileHash {
            sha256: digest.iter().map(|byte| format!("{byte:02x}")).collect(),
            bytes: self.bytes,
        }
    }
}

/// The files of an output by path relative to it, forward slashes; the manifest itself is not listed.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Manifest {
    /// Path to hash.
    pub files: BTreeMap<String, FileHash>,
}

impl Document for Manifest {
    const SCHEMA: &'static str = "plimsoll.manifest/1";
}

impl Manifest {
    /// Name of the manifest in an output folder.
    pub const FILE: &'static str = "manifest.json";

    /// Adds a file that was written.
    pub fn add(&mut self, path: impl Into<String>, content: &[u8]) {
        self.files.insert(path.into(), FileHash::of(content));
    }

    /// Checks content that was read against what was written.
    pub fn verify(&self, path: &str, content: &[u8]) -> Result<(), ManifestError> {
        self.verify_hash(path, FileHash::of(content))
    }

    /// As [`Manifest::verify`], for content that was read piece by piece.
    pub fn verify_hash(&self, path: &str, found: FileHash) -> Result<(), ManifestError> {
        let expected = self
            .files
            .get(path)
            .ok_or_else(|| ManifestError::Unlisted {
                path: path.to_owned(),
            })?;
        if found == *expected {
            return Ok(());
        }
        Err(ManifestError::Changed {
            path: path.to_owned(),
            expected: expected.sha256.clone(),
            found: found.sha256,
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pieces_have_the_hash_of_the_whole() {
        let mut hasher = FileHasher::default();
        hasher.update(b"ab");
        hasher.update(b"c");
        assert_eq!(hasher.finish(), FileHash::of(b"abc"));
    }

    #[test]
    fn content_is_verified_against_what_was_written() {
        let mut manifest = Manifest::default();
        manifest.add("train.csv", b"abc");
        assert_eq!(
            manifest.files["train.csv"].sha256,
            "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"
        );
        assert_eq!(manifest.verify("train.csv", b"abc"), Ok(()));
        assert_eq!(
            manifest.verify_hash("train.csv", FileHash::of(b"abc")),
            Ok(())
        );
        assert!(matches!(
            manifest.verify("train.csv", b"abd"),
            Err(ManifestError::Changed { .. })
        ));
        assert!(matches!(
            manifest.verify("other.csv", b"abc"),
            Err(ManifestError::Unlisted { .. })
        ));
    }
}
