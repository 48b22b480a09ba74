//! Contents on their way into the store: hashed in every form that S3 speaks while they are written, and published only
//! when they are what the client said.

use std::collections::{BTreeMap, BTreeSet};
use std::fs::File;
use std::io::{Read, Write};

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use md5::{Digest, Md5};

use super::checksum::{Algorithm, Hasher};
use crate::Fault;
use crate::store::{Blob, BlobStore, BlobWriter, StoreError};

/// Bytes that are copied at a time.
const CHUNK: usize = 256 * 1024;

/// A content that is stored.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Content {
    /// Where it lies.
    pub blob: Blob,
    /// MD5 in hexadecimal digits: the entity tag of what came in one piece.
    pub md5: String,
    /// Checksums in base 64 by the name of their algorithm.
    pub checksums: BTreeMap<String, String>,
}

/// What the client says of a content.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Expected {
    /// `Content-MD5`.
    pub md5: Option<String>,
    /// Checksums in base 64.
    pub checksums: BTreeMap<Algorithm, String>,
}

impl Expected {
    /// Refuses what cannot be a digest.
    pub fn check_form(&self) -> Result<(), Fault> {
        if let Some(md5) = &self.md5
            && !STANDARD.decode(md5).is_ok_and(|bytes| bytes.len() == 16)
        {
            let message = "The Content-MD5 you specified was invalid.";
            return Err(Fault::client("InvalidDigest", message));
        }
        for (algorithm, text) in &self.checksums {
            if algorithm.decode(text).is_none() {
                let header = algorithm.header();
                let message = format!("Value for {header} header is invalid.");
                return Err(Fault::client("InvalidRequest", message));
            }
        }
        Ok(())
    }
}

/// Writes one content; dropped before [`ContentWriter::finish`] it leaves nothing.
#[derive(Debug)]
pub struct ContentWriter {
    writer: BlobWriter,
    md5: Md5,
    hashers: Vec<Hasher>,
    bytes: u64,
}

impl ContentWriter {
    /// A writer that computes these checksums.
    pub fn new(blobs: &BlobStore, algorithms: &BTreeSet<Algorithm>) -> Result<Self, StoreError> {
        Ok(Self {
            writer: blobs.writer()?,
            md5: Md5::new(),
            hashers: algorithms.iter().copied().map(Hasher::new).collect(),
            bytes: 0,
        })
    }

    /// Takes more of the content. Blocks on the disk.
    pub fn write(&mut self, part: &[u8]) -> Result<(), StoreError> {
        self.writer
            .write_all(part)
            .map_err(|source| StoreError::file("objects/pending", source))?;
        self.md5.update(part);
        for hasher in &mut self.hashers {
            hasher.update(part);
        }
        self.bytes += part.len() as u64;
        Ok(())
    }

    /// Bytes so far.
    pub fn bytes(&self) -> u64 {
        self.bytes
    }

    /// Compares with what the client says, makes the content durable, and publishes it. Blocks on the disk.
    pub fn finish(self, expected: &Expected) -> Result<Content, Fault> {
        let md5 = self.md5.finalize();
        if expected
            .md5
            .as_ref()
            .is_some_and(|text| *text != STANDARD.encode(md5))
        {
            let message = "The Content-MD5 you specified did not match what we received.";
            return Err(Fault::client("BadDigest", message));
        }
        let computes = |wanted| {
            self.hashers
                .iter()
                .any(|hasher| hasher.algorithm() == wanted)
        };
        if let Some(other) = expected.checksums.keys().find(|wanted| !computes(**wanted)) {
            let message = format!("The checksum {} was not announced.", other.name());
            return Err(Fault::client("InvalidRequest", message));
        }
        let mut checksums = BTreeMap::new();
        for hasher in self.hashers {
            let algorithm = hasher.algorithm();
            let computed = hasher.finish();
            if expected
                .checksums
                .get(&algorithm)
                .is_some_and(|text| *text != computed)
            {
                let name = algorithm.name();
                let message =
                    format!("The {name} you specified did not match the calculated checksum.");
                return Err(Fault::client("BadDigest", message));
            }
            checksums.insert(algorithm.name().to_owned(), computed);
        }
        let md5 = md5.iter().map(|byte| format!("{byte:02x}")).collect();
        Ok(Content {
            blob: self.writer.finish()?,
            md5,
            checksums,
        })
    }
}

/// Stores what a reader gives, with the checksum that S3 computes by itself. Blocks on the disk.
pub fn store(blobs: &BlobStore, reader: impl Read) -> Result<Content, Fault> {
    store_with(blobs, reader, &BTreeSet::from([Algorithm::Crc64Nvme]))
}

/// Stores what a reader gives, with these checksums. Blocks on the disk.
pub fn store_with(
    blobs: &BlobStore,
    mut reader: impl Read,
    algorithms: &BTreeSet<Algorithm>,
) -> Result<Content, Fault> {
    let mut writer = ContentWriter::new(blobs, algorithms)?;
    let mut chunk = vec![0; CHUNK];
    loop {
        match reader.read(&mut chunk) {
            Ok(0) => return writer.finish(&Expected::default()),
            Ok(read) => writer.write(&chunk[..read])?,
            Err(error) if error.kind() == std::io::ErrorKind::Interrupted => {}
            Err(source) => return Err(StoreError::file("the content's source", source).into()),
        }
    }
}

/// One after the other, the contents of several blobs.
#[derive(Debug)]
pub struct Chain {
    blobs: BlobStore,
    rest: std::vec::IntoIter<Blob>,
    current: Option<File>,
}

impl Chain {
    /// A reader of these blobs in this order.
    pub fn new(blobs: &BlobStore, parts: Vec<Blob>) -> Self {
        Self {
            blobs: blobs.clone(),
            rest: parts.into_iter(),
            current: None,
        }
    }
}

impl Read for Chain {
    fn read(&mut self, buffer: &mut [u8]) -> std::io::Result<usize> {
        loop {
            if let Some(file) = &mut self.current {
                let read = file.read(buffer)?;
                if read > 0 || buffer.is_empty() {
                    return Ok(read);
                }
            }
            match self.rest.next() {
                Some(part) => self.current = Some(File::open(self.blobs.path(&part.sha256))?),
                None => return Ok(0),
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn blobs() -> (tempfile::TempDir, BlobStore) {
        let folder = tempfile::tempdir().unwrap();
        let blobs = BlobStore::open(folder.path()).unwrap();
        (folder, blobs)
    }

    #[test]
    fn a_content_is_stored_with_its_digests() {
        let (_folder, blobs) = blobs();
        let content = store(&blobs, &b"123456789"[..]).unwrap();
        assert_eq!(content.md5, "25f9e794323b453885f5181f1b624d0b");
        assert_eq!(content.checksums["CRC64NVME"], "rosUhgp5mIg=");
        assert_eq!(content.blob.bytes, 9);
        assert_eq!(blobs.get(&content.blob.sha256).unwrap(), b"123456789");
    }

    #[test]
    fn what_does_not_match_is_not_published() {
        let (folder, blobs) = blobs();
        let wrong = |algorithm: Algorithm| {
            let mut expected = Expected::default();
            expected
                .checksums
                .insert(algorithm, STANDARD.encode(vec![0; algorithm.size()]));
            expected
        };
        for algorithm in Algorithm::ALL {
            let mut writer = ContentWriter::new(&blobs, &BTreeSet::from([algorithm])).unwrap();
            writer.write(b"content").unwrap();
            let refused = writer.finish(&wrong(algorithm)).unwrap_err();
            assert_eq!(refused.code, "BadDigest");
            assert!(refused.message.contains(algorithm.name()));
        }
        let mut writer = ContentWriter::new(&blobs, &BTreeSet::new()).unwrap();
        writer.write(b"content").unwrap();
        let unannounced = writer.finish(&wrong(Algorithm::Sha1)).unwrap_err();
        assert_eq!(unannounced.code, "InvalidRequest");
        let mut writer = ContentWriter::new(&blobs, &BTreeSet::new()).unwrap();
        writer.write(b"content").unwrap();
        let expected = Expected {
            md5: Some(STANDARD.encode([0; 16])),
            ..Expected::default()
        };
        assert_eq!(writer.finish(&expected).unwrap_err().code, "BadDigest");
        let pending = std::fs::read_dir(folder.path().join("pending"))
            .unwrap()
            .count();
        let published = std::fs::read_dir(folder.path()).unwrap().count();
        assert_eq!((pending, published), (0, 1));
    }

    #[test]
    fn digests_of_a_wrong_form_are_refused() {
        let md5 = Expected {
            md5: Some("AAAA".to_owned()),
            ..Expected::default()
        };
        assert_eq!(md5.check_form().unwrap_err().code, "InvalidDigest");
        let mut crc = Expected::default();
        crc.checksums
            .insert(Algorithm::Crc32, "not base 64".to_owned());
        assert_eq!(crc.check_form().unwrap_err().code, "InvalidRequest");
        assert_eq!(Expected::default().check_form(), Ok(()));
    }

    #[test]
    fn a_chain_reads_parts_in_order() {
        let (_folder, blobs) = blobs();
        let parts = vec![
            blobs.put(b"ab").unwrap(),
            blobs.put(b"").unwrap(),
            blobs.put(b"cd").unwrap(),
        ];
        let mut text = String::new();
        Chain::new(&blobs, parts).read_to_string(&mut text).unwrap();
        assert_eq!(text, "abcd");
    }
}
