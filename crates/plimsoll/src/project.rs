//! A workload folder: the file, and the data that it names.

mod folders;

use std::collections::BTreeMap;
use std::fs;
use std::io::Read as _;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use blueprint::{CandidateSource, below};
use folders::{different_names, folders_of_workloads};
use steps::{FileHash, FileHasher, Source, SourceObject};
use tempfile::NamedTempFile;
use workload::Workload;

use crate::batch_input;
use crate::failure::{Failure, Kind, chain};
use crate::objects::DataObject;
use crate::printer::Printer;
use crate::script_source::{self, Packed};

/// Name of the file in a folder.
const FILE: &str = "workload.yaml";

/// A workload file that was read and is valid.
#[derive(Debug, Clone)]
pub(crate) struct Project {
    pub(crate) workload: Workload,
    /// Folder of the file; its paths are relative to it.
    pub(crate) folder: PathBuf,
    /// What runs its scripts.
    pub(crate) runner: ScriptRunner,
    /// The objects that the data are, where they lie in S3 and somebody has looked there.
    pub(crate) objects: Vec<DataObject>,
}

/// What runs the scripts of a workload: an ingredient of their keys.
#[derive(Debug, Clone)]
pub(crate) enum ScriptRunner {
    /// The user's Python, where a flag names it, or the one that is found.
    Python(Option<PathBuf>),
    /// An image that brings its own.
    Image(String),
}

impl ScriptRunner {
    /// Tells it from every other.
    fn identity(&self) -> Result<String, Failure> {
        match self {
            Self::Python(named) => crate::python::identity(named.as_deref()),
            Self::Image(name) => Ok(name.clone()),
        }
    }
}

/// A file of the workload, hashed.
#[derive(Debug, Clone)]
pub(crate) struct SourceFile {
    pub(crate) source: Source,
    pub(crate) content: Content,
}

/// What is in a file.
#[derive(Debug, Clone)]
pub(crate) enum Content {
    /// These bytes.
    Held(Vec<u8>),
    /// What lies at a path: too much to be held.
    OnDisk(PathBuf),
    /// As that, in a file that is gone with the last who knows it.
    Made(Arc<NamedTempFile>),
}

/// Files of the data above this many bytes are not held.
const HELD: u64 = 16 << 20;

impl Content {
    /// The bytes, where they are held.
    pub(crate) fn held(&self) -> Option<&[u8]> {
        match self {
            Self::Held(bytes) => Some(bytes),
            Self::OnDisk(_) | Self::Made(_) => None,
        }
    }

    /// The file, where it is not held.
    pub(crate) fn file(&self) -> Option<&Path> {
        match self {
            Self::Held(_) => None,
            Self::OnDisk(path) => Some(path),
            Self::Made(file) => Some(file.path()),
        }
    }
}

/// All files that the workload reads.
#[derive(Debug, Clone)]
pub(crate) struct Sources {
    /// Files of the data; without content where they are objects.
    pub(crate) data: Vec<SourceFile>,
    /// The objects that they are, where they lie in S3.
    pub(crate) objects: Vec<SourceObject>,
    /// The batch input as it is uploaded: one file of rows, or images.
    pub(crate) batch: Vec<SourceFile>,
    /// What the candidates of the user's bring, by their names.
    pub(crate) candidates: BTreeMap<String, Brought>,
}

/// What a candidate of the user's brings.
#[derive(Debug, Clone)]
pub(crate) enum Brought {
    /// The packed source of a program.
    Script(Packed),
    /// The file of a model that exists.
    Model(SourceFile),
}

impl Brought {
    /// What is put into the bucket.
    pub(crate) fn content(&self) -> &[u8] {
        match self {
            Self::Script(packed) => &packed.archive,
            // A model is held, since it is looked at.
            Self::Model(file) => file.content.held().unwrap_or_default(),
        }
    }

    fn source(&self) -> CandidateSource {
        match self {
            Self::Script(packed) => CandidateSource::Script(packed.source.clone()),
            Self::Model(file) => CandidateSource::Model(file.source.clone()),
        }
    }
}

impl Sources {
    pub(crate) fn hashes(&self) -> blueprint::Sources {
        blueprint::Sources {
            data: self.data.iter().map(|file| file.source.clone()).collect(),
            objects: self.objects.clone(),
            batch: self.batch.iter().map(|file| file.source.clone()).collect(),
            candidates: self
                .candidates
                .iter()
                .map(|(name, brought)| (name.clone(), brought.source()))
                .collect(),
        }
    }
}

impl Sources {
    /// Files of the data that are at hand.
    pub(crate) fn files(&self) -> &[SourceFile] {
        if self.objects.is_empty() {
            &self.data
        } else {
            &[]
        }
    }

    /// Contents of the files of rows that are held, by their hash.
    pub(crate) fn contents(&self) -> BTreeMap<&str, &[u8]> {
        let files = self.files().iter().chain(&self.batch);
        files
            .filter_map(|file| Some((file.source.sha256.as_str(), file.content.held()?)))
            .collect()
    }
}

impl Project {
    /// The workload of a folder or a file, or those of all folders in it, in the order of their names.
    pub(crate) fn load_all(path: &Path, printer: Printer) -> Result<Vec<Self>, Failure> {
        let folders = folders_of_workloads(path);
        if folders.is_empty() {
            return Ok(vec![Self::load(path, printer)?]);
        }
        let (mut projects, mut wrong) = (Vec::new(), Vec::new());
        for folder in folders {
            match Self::load(&folder, printer) {
                Ok(project) => projects.push(project),
                Err(failure) => wrong.push(failure.to_string()),
            }
        }
        if !wrong.is_empty() {
            return Err(Failure::shown(Kind::Input, wrong.join("\n\n")));
        }
        different_names(&projects)?;
        Ok(projects)
    }

    /// Reads the file of a folder, or the file itself; all its problems at once.
    pub(crate) fn load(path: &Path, printer: Printer) -> Result<Self, Failure> {
        let file = if path.is_dir() {
            path.join(FILE)
        } else {
            path.to_owned()
        };
        let name = file.display().to_string();
        let text = match fs::read_to_string(&file) {
            Ok(text) => text,
            Err(error) => {
                let diagnostics = [workload::Diagnostic::unreadable(&name, &error.to_string())];
                let shown = workload::render(&diagnostics, &name, "", printer.diagnostics());
                return Err(Failure::shown(Kind::Input, shown));
            }
        };
        match workload::parse(&text) {
            Ok(workload) => {
                let folder = file.parent().map(Path::to_owned).unwrap_or_default();
                Ok(Self {
                    workload,
                    folder,
                    runner: ScriptRunner::Python(None),
                    objects: Vec::new(),
                })
            }
            Err(diagnostics) => {
                let shown = workload::render(&diagnostics, &name, &text, printer.diagnostics());
                Err(Failure::shown(Kind::Input, shown))
            }
        }
    }

    /// Reads and hashes the files of `data.source` and the batch input.
    pub(crate) fn sources(&self) -> Result<Sources, Failure> {
        let images = self.workload.data.format == workload::Format::ImageFolder;
        let mut data: Vec<SourceFile> = self.objects.iter().map(DataObject::file).collect();
        let mut first = None;
        if self.workload.data.object().is_none() {
            for pattern in &self.workload.data.sources {
                let paths = if images {
                    self.images(pattern)?
                } else {
                    self.expand(pattern)?
                };
                for path in paths {
                    data.push(self.data(&path)?);
                    first = first.or(Some(path));
                }
            }
        }
        let batch = self
            .workload
            .deploy
            .as_ref()
            .and_then(|deploy| deploy.batch.as_ref());
        let batch = match batch {
            None => Vec::new(),
            Some(batch) if images => self.batch_images(&batch.input)?,
            Some(batch) => vec![self.batch(&batch.input, first.as_deref())?],
        };
        Ok(Sources {
            data,
            objects: self.objects.iter().map(DataObject::object).collect(),
            batch,
            candidates: self.candidates()?,
        })
    }

    /// What the candidates of the user's bring, each looked at before anything is deployed.
    fn candidates(&self) -> Result<BTreeMap<String, Brought>, Failure> {
        let mut all = BTreeMap::new();
        let mut runner = None;
        for candidate in &self.workload.models {
            let name = &candidate.name;
            if let Some(script) = candidate.family.script() {
                let identity = match &runner {
                    Some(identity) => identity,
                    None => runner.insert(self.runner.identity()?),
                };
                let packed = script_source::pack(&self.folder, name, script, identity)?;
                all.insert(name.clone(), Brought::Script(packed));
            } else if let Some(path) = candidate.family.model() {
                all.insert(name.clone(), Brought::Model(self.model(name, path)?));
            }
        }
        Ok(all)
    }

    /// The file of a model that exists.
    fn model(&self, candidate: &str, path: &str) -> Result<SourceFile, Failure> {
        let whole = self.folder.join(path);
        let bytes = fs::metadata(&whole).map_or(0, |found| found.len());
        if bytes > learn::MODEL_LIMIT {
            let limit = learn::MODEL_LIMIT;
            let why = format!("`{path}` has {bytes} bytes, at most {limit} are read");
            return Err(Failure::input(format!("candidate `{candidate}`: {why}")).code("P0651"));
        }
        let file = self.read(&whole)?;
        let kind = blueprint::target_kind(self.workload.task.kind);
        let content = file.content.held().unwrap_or_default();
        learn::check_candidate(content, kind, path).map_err(|error| {
            Failure::input(format!("candidate `{candidate}`: {}", chain(&error))).code(error.code())
        })?;
        Ok(file)
    }

    /// The images of a folder in the order of their paths.
    fn images(&self, folder: &str) -> Result<Vec<PathBuf>, Failure> {
        let whole = self.folder.join(folder);
        let listing = learn::images::list(&whole)
            .map_err(|error| Failure::input(chain(&error)).code(error.code()))?;
        let files = listing.files.into_iter();
        Ok(files.map(|file| whole.join(file.path)).collect())
    }

    /// The images of the batch input: a file, or those that lie in a folder, by name.
    fn batch_images(&self, input: &str) -> Result<Vec<SourceFile>, Failure> {
        let whole = self.folder.join(input);
        let unreadable = |error: std::io::Error| {
            Failure::input(format!("cannot read `{}`: {error}", whole.display())).code("P0501")
        };
        let mut paths = vec![whole.clone()];
        if whole.is_dir() {
            let entries = fs::read_dir(&whole).map_err(unreadable)?;
            paths = entries
                .filter_map(Result::ok)
                .map(|entry| entry.path())
                .collect();
            paths.retain(|path| path.is_file() && !last_name(path).starts_with('.'));
            paths.sort();
        }
        if paths.is_empty() {
            let message = format!("the batch input `{input}` has no images");
            return Err(Failure::input(message).code("P0501"));
        }
        let read = |path: &PathBuf| {
            let mut file = self.read(path)?;
            file.source.name = last_name(path);
            Ok(file)
        };
        paths.iter().map(read).collect()
    }

    /// The files of a pattern in the order of their names.
    fn expand(&self, pattern: &str) -> Result<Vec<PathBuf>, Failure> {
        let nothing = || {
            Failure::input(format!(
                "`{pattern}` of `data.source` matches no file in `{}`",
                self.folder.display()
            ))
            .code("P0501")
            .hint("a folder with one folder of images a class is read with `data.format: image_folder`")
        };
        let whole = self.folder.join(pattern);
        if whole.is_file() {
            return Ok(vec![whole]);
        }
        if learn::images::is_image_folder(&whole) {
            let format = self.workload.data.format;
            let message =
                format!("`{pattern}` is a folder of images, and `data.format` is `{format}`");
            return Err(Failure::input(message)
                .code("P0501")
                .hint("write `format: image_folder` below `data`"));
        }
        let whole_folder = whole.is_dir();
        let glob = if whole_folder { whole.join("*") } else { whole };
        let glob = glob.to_str().ok_or_else(nothing)?;
        let found = glob::glob(glob).map_err(|error| {
            Failure::input(format!(
                "`{pattern}` of `data.source` is not a pattern: {error}"
            ))
        })?;
        let mut files: Vec<PathBuf> = found
            .filter_map(Result::ok)
            .filter(|path| path.is_file() && !(whole_folder && is_hidden(path)))
            .collect();
        files.sort();
        if files.is_empty() {
            Err(nothing())
        } else {
            Ok(files)
        }
    }

    /// A file of the data; a large one is only hashed.
    fn data(&self, path: &Path) -> Result<SourceFile, Failure> {
        if fs::metadata(path).map_or(0, |found| found.len()) <= HELD {
            return self.read(path);
        }
        let hash = hash_of(path).map_err(|error| unreadable(path, &error))?;
        Ok(SourceFile {
            source: Source {
                name: self.name(path),
                sha256: hash.sha256,
                bytes: hash.bytes,
            },
            content: Content::OnDisk(path.to_owned()),
        })
    }

    fn read(&self, path: &Path) -> Result<SourceFile, Failure> {
        let content = fs::read(path).map_err(|error| unreadable(path, &error))?;
        Ok(hashed(self.name(path), content))
    }

    /// The name of a file below the workload.
    fn name(&self, path: &Path) -> String {
        below(path.strip_prefix(&self.folder).unwrap_or(path))
    }

    /// The batch input in the form that a model serves: rows without header in schema order. `first` is a file of the data,
    /// whose columns say that order.
    fn batch(&self, input: &str, first: Option<&Path>) -> Result<SourceFile, Failure> {
        let path = self.folder.join(input);
        let found = fs::metadata(&path).map_err(|error| unreadable(&path, &error))?;
        if found.len() > HELD {
            return self.large_batch(&path, first);
        }
        let mut content = Vec::new();
        if batch_input::as_served(&self.workload, &path, first, &mut content)? {
            return Ok(hashed(self.name(&path), content));
        }
        self.read(&path)
    }

    /// As [`Project::batch`], of more rows than are held.
    fn large_batch(&self, path: &Path, first: Option<&Path>) -> Result<SourceFile, Failure> {
        let unwritten = |error: std::io::Error| {
            Failure::environment(format!("cannot keep the batch input: {error}"))
        };
        let mut made = NamedTempFile::new().map_err(unwritten)?;
        if !batch_input::as_served(&self.workload, path, first, made.as_file_mut())? {
            return self.data(path);
        }
        let hash = hash_of(made.path()).map_err(unwritten)?;
        Ok(SourceFile {
            source: Source {
                name: self.name(path),
                sha256: hash.sha256,
                bytes: hash.bytes,
            },
            content: Content::Made(Arc::new(made)),
        })
    }
}

fn unreadable(path: &Path, error: &std::io::Error) -> Failure {
    Failure::input(format!("cannot read `{}`: {error}", path.display())).code("P0501")
}

/// The hash of a file that is read piece by piece.
fn hash_of(path: &Path) -> std::io::Result<FileHash> {
    let mut file = fs::File::open(path)?;
    let mut hasher = FileHasher::default();
    let mut piece = vec![0; 1 << 16];
    loop {
        match file.read(&mut piece)? {
            0 => return Ok(hasher.finish()),
            count => hasher.update(&piece[..count]),
        }
    }
}

/// Whether a file of a folder is no data by the custom of those who write them: `_SUCCESS`, `.part-0.crc`.
fn is_hidden(path: &Path) -> bool {
    let name = path.file_name().and_then(|name| name.to_str());
    name.is_some_and(|name| name.starts_with(['_', '.']))
}

pub(crate) fn hashed(name: String, content: Vec<u8>) -> SourceFile {
    let FileHash { sha256, bytes } = FileHash::of(&content);
    SourceFile {
        source: Source {
            name,
            sha256,
            bytes,
        },
        content: Content::Held(content),
    }
}

/// The last name of a path.
fn last_name(path: &Path) -> String {
    let name = path.file_name().unwrap_or_default();
    name.to_string_lossy().into_owned()
}
