//! Reading and writing of files, so that every error says which file, and of outputs with their manifest.

use std::fs;
use std::io::{self, BufWriter, Read, Write};
use std::path::{Path, PathBuf};

use steps::{Document, DocumentError, FileHasher, Manifest, ManifestError};

/// A file that could not be read, written or trusted.
#[derive(Debug, thiserror::Error)]
pub enum FileError {
    /// The system refused to read.
    #[error("cannot read `{}`", path.display())]
    Read {
        /// The file or folder.
        path: PathBuf,
        /// What the system says.
        #[source]
        source: std::io::Error,
    },
    /// The system refused to write.
    #[error("cannot write `{}`", path.display())]
    Write {
        /// The file or folder.
        path: PathBuf,
        /// What the system says.
        #[source]
        source: std::io::Error,
    },
    /// The file is larger than the limit.
    #[error("`{}` has {bytes} bytes, the limit is {limit}", path.display())]
    TooLarge {
        /// The file.
        path: PathBuf,
        /// Its length.
        bytes: u64,
        /// The limit.
        limit: u64,
    },
    /// The file is not what its manifest says.
    #[error("`{}` is not what was written", folder.display())]
    Manifest {
        /// The folder of the manifest.
        folder: PathBuf,
        /// Which file, and how it differs.
        #[source]
        source: ManifestError,
    },
    /// The file is not a document of its kind.
    #[error("`{}` cannot be used", path.display())]
    Document {
        /// The file.
        path: PathBuf,
        /// Why.
        #[source]
        source: DocumentError,
    },
}

impl FileError {
    /// The stable code of the error.
    pub const fn code(&self) -> &'static str {
        match self {
            Self::Read { .. } | Self::Write { .. } => "P0220",
            Self::TooLarge { .. } => "P0209",
            Self::Manifest { .. } => "P0221",
            Self::Document { .. } => "P0222",
        }
    }
}

/// The content of a file that is at most `limit` bytes long.
pub(crate) fn read(path: &Path, limit: u64) -> Result<Vec<u8>, FileError> {
    let at = |source| FileError::Read {
        path: path.to_owned(),
        source,
    };
    let bytes = fs::metadata(path).map_err(at)?.len();
    if bytes > limit {
        return Err(FileError::TooLarge {
            path: path.to_owned(),
            bytes,
            limit,
        });
    }
    fs::read(path).map_err(at)
}

/// Names of the files of a folder with an extension, ascending.
pub(crate) fn names_with_extension(
    folder: &Path,
    extension: &str,
) -> Result<Vec<String>, FileError> {
    let at = |source| FileError::Read {
        path: folder.to_owned(),
        source,
    };
    let mut names = Vec::new();
    for entry in fs::read_dir(folder).map_err(at)? {
        let path = entry.map_err(at)?.path();
        if path.extension().is_some_and(|found| found == extension)
            && let Some(name) = path.file_name().and_then(|name| name.to_str())
        {
            names.push(name.to_owned());
        }
    }
    names.sort();
    Ok(names)
}

/// A folder that was written by a step; each file is checked against the manifest, where there is one.
#[derive(Debug)]
pub(crate) struct Input {
    folder: PathBuf,
    manifest: Option<Manifest>,
}

/// Documents are small.
const DOCUMENT_LIMIT: u64 = 64 << 20;

impl Input {
    /// A folder whose files may have changed since its manifest was written.
    pub(crate) fn unchecked(folder: &Path) -> Self {
        Self {
            folder: folder.to_owned(),
            manifest: None,
        }
    }

    /// Opens a folder. One that a user made has no manifest.
    pub(crate) fn open(folder: &Path) -> Result<Self, FileError> {
        let path = folder.join(Manifest::FILE);
        let manifest = if path.exists() {
            let bytes = read(&path, DOCUMENT_LIMIT)?;
            let parsed = Manifest::from_slice(&bytes);
            Some(parsed.map_err(|source| FileError::Document { path, source })?)
        } else {
            None
        };
        Ok(Self {
            folder: folder.to_owned(),
            manifest,
        })
    }

    /// The content of a file, verified.
    pub(crate) fn read(&self, name: &str, limit: u64) -> Result<Vec<u8>, FileError> {
        let content = read(&self.path(name), limit)?;
        if let Some(manifest) = &self.manifest {
            let folder = || self.folder.clone();
            manifest
                .verify(name, &content)
                .map_err(|source| FileError::Manifest {
                    folder: folder(),
                    source,
                })?;
        }
        Ok(content)
    }

    /// A file that is read piece by piece; [`Input::verify`] ends it.
    pub(crate) fn open_file(&self, name: &str, limit: u64) -> Result<Checked, FileError> {
        let path = self.path(name);
        let at = |source| FileError::Read {
            path: path.clone(),
            source,
        };
        let file = fs::File::open(&path).map_err(at)?;
        let bytes = file.metadata().map_err(at)?.len();
        if bytes > limit {
            return Err(FileError::TooLarge { path, bytes, limit });
        }
        Ok(Checked {
            hasher: self.manifest.as_ref().map(|_| FileHasher::default()),
            file,
            failed: None,
        })
    }

    /// Reads what is left of a file and verifies all of it.
    pub(crate) fn verify(&self, name: &str, mut checked: Checked) -> Result<(), FileError> {
        let read = io::copy(&mut checked, &mut io::sink());
        if let Some(source) = checked.failed.or(read.err()) {
            let path = self.path(name);
            return Err(FileError::Read { path, source });
        }
        let (Some(manifest), Some(hasher)) = (&self.manifest, checked.hasher) else {
            return Ok(());
        };
        manifest
            .verify_hash(name, hasher.finish())
            .map_err(|source| FileError::Manifest {
                folder: self.folder.clone(),
                source,
            })
    }

    /// A document, verified.
    pub(crate) fn document<T: Document>(&self, name: &str) -> Result<T, FileError> {
        let content = self.read(name, DOCUMENT_LIMIT)?;
        let path = self.path(name);
        T::from_slice(&content).map_err(|source| FileError::Document { path, source })
    }

    /// Names of the data files: those of the manifest, else those in the folder.
    pub(crate) fn names_with_extension(&self, extension: &str) -> Result<Vec<String>, FileError> {
        match &self.manifest {
            Some(manifest) => {
                let ends = |name: &&String| {
                    Path::new(name.as_str())
                        .extension()
                        .is_some_and(|found| found == extension)
                };
                Ok(manifest.files.keys().filter(ends).cloned().collect())
            }
            None => names_with_extension(&self.folder, extension),
        }
    }

    /// Where a file lies.
    pub(crate) fn path(&self, name: &str) -> PathBuf {
        self.folder.join(name)
    }
}

/// A file that is being read piece by piece, as its manifest must find it.
#[derive(Debug)]
pub(crate) struct Checked {
    file: fs::File,
    hasher: Option<FileHasher>,
    /// What the system refused.
    failed: Option<io::Error>,
}

impl Checked {
    /// The same file once more, for readers that know their places.
    pub(crate) fn file(&self) -> Option<fs::File> {
        self.file.try_clone().ok()
    }
}

impl Read for Checked {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        match self.file.read(buffer) {
            Ok(count) => {
                if let Some(hasher) = &mut self.hasher {
                    hasher.update(&buffer[..count]);
                }
                Ok(count)
            }
            Err(error) => {
                let kind = error.kind();
                self.failed = Some(error);
                Err(kind.into())
            }
        }
    }
}

/// A file that is being written piece by piece.
#[derive(Debug)]
pub(crate) struct Streamed {
    name: String,
    path: PathBuf,
    file: BufWriter<fs::File>,
    hasher: FileHasher,
}

impl Streamed {
    /// Writes the next piece.
    pub(crate) fn write(&mut self, piece: &[u8]) -> Result<(), FileError> {
        self.hasher.update(piece);
        self.file
            .write_all(piece)
            .map_err(|source| FileError::Write {
                path: self.path.clone(),
                source,
            })
    }
}

impl Write for Streamed {
    fn write(&mut self, piece: &[u8]) -> io::Result<usize> {
        let written = self.file.write(piece)?;
        self.hasher.update(&piece[..written]);
        Ok(written)
    }

    fn flush(&mut self) -> io::Result<()> {
        self.file.flush()
    }
}

/// A folder that is being written; its manifest comes last.
#[derive(Debug)]
pub(crate) struct Output {
    folder: PathBuf,
    manifest: Manifest,
}

impl Output {
    /// Makes the folder.
    pub(crate) fn create(folder: &Path) -> Result<Self, FileError> {
        fs::create_dir_all(folder).map_err(|source| FileError::Write {
            path: folder.to_owned(),
            source,
        })?;
        Ok(Self {
            folder: folder.to_owned(),
            manifest: Manifest::default(),
        })
    }

    /// Writes a file.
    pub(crate) fn write(&mut self, name: &str, content: &[u8]) -> Result<(), FileError> {
        let path = self.folder.join(name);
        fs::write(&path, content).map_err(|source| FileError::Write { path, source })?;
        self.manifest.add(name, content);
        Ok(())
    }

    /// A file that is written piece by piece; [`Output::add`] takes it when it is whole.
    pub(crate) fn stream(&self, name: &str) -> Result<Streamed, FileError> {
        let path = self.folder.join(name);
        match fs::File::create(&path) {
            Ok(file) => Ok(Streamed {
                name: name.to_owned(),
                path,
                file: BufWriter::new(file),
                hasher: FileHasher::default(),
            }),
            Err(source) => Err(FileError::Write { path, source }),
        }
    }

    /// A file that could not be written.
    pub(crate) fn unwritten(&self, name: &str, source: io::Error) -> FileError {
        FileError::Write {
            path: self.folder.join(name),
            source,
        }
    }

    /// Takes a file that is whole.
    pub(crate) fn add(&mut self, streamed: Streamed) -> Result<(), FileError> {
        let Streamed {
            name,
            path,
            mut file,
            hasher,
        } = streamed;
        file.flush()
            .map_err(|source| FileError::Write { path, source })?;
        self.manifest.files.insert(name, hasher.finish());
        Ok(())
    }

    /// Writes a document.
    pub(crate) fn document<T: Document>(
        &mut self,
        name: &str,
        document: &T,
    ) -> Result<(), FileError> {
        self.write(name, document.to_text().as_bytes())
    }

    /// Adds the files of a folder below this one to this one's manifest.
    pub(crate) fn include(&mut self, folder: &str, manifest: &Manifest) {
        for (name, hash) in &manifest.files {
            self.manifest
                .files
                .insert(format!("{folder}/{name}"), hash.clone());
        }
    }

    /// Writes the manifest.
    pub(crate) fn finish(self) -> Result<Manifest, FileError> {
        let path = self.folder.join(Manifest::FILE);
        fs::write(&path, self.manifest.to_text())
            .map_err(|source| FileError::Write { path, source })?;
        Ok(self.manifest)
    }
}
