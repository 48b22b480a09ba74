//! A workload folder: the file, and the data that it names.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};

use steps::{FileHash, Source};
use workload::Workload;

use crate::failure::{Failure, Kind};
use crate::printer::Printer;

/// Name of the file in a folder.
const FILE: &str = "workload.yaml";

/// A workload file that was read and is valid.
#[derive(Debug, Clone)]
pub(crate) struct Project {
    pub(crate) workload: Workload,
    /// Folder of the file; its paths are relative to it.
    pub(crate) folder: PathBuf,
}

/// A file of the workload, hashed.
#[derive(Debug, Clone)]
pub(crate) struct SourceFile {
    pub(crate) source: Source,
    pub(crate) content: Vec<u8>,
}

/// All files that the workload reads.
#[derive(Debug, Clone)]
pub(crate) struct Sources {
    pub(crate) data: Vec<SourceFile>,
    pub(crate) batch: Option<SourceFile>,
}

impl Sources {
    pub(crate) fn hashes(&self) -> blueprint::Sources {
        blueprint::Sources {
            data: self.data.iter().map(|file| file.source.clone()).collect(),
            batch: self.batch.as_ref().map(|file| file.source.clone()),
        }
    }
}

impl Sources {
    /// Contents by their hash.
    pub(crate) fn contents(&self) -> BTreeMap<&str, &[u8]> {
        let files = self.data.iter().chain(&self.batch);
        files
            .map(|file| (file.source.sha256.as_str(), file.content.as_slice()))
            .collect()
    }
}

impl Project {
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
                Ok(Self { workload, folder })
            }
            Err(diagnostics) => {
                let shown = workload::render(&diagnostics, &name, &text, printer.diagnostics());
                Err(Failure::shown(Kind::Input, shown))
            }
        }
    }

    /// Reads and hashes the files of `data.source` and the batch input.
    pub(crate) fn sources(&self) -> Result<Sources, Failure> {
        let mut data = Vec::new();
        for pattern in &self.workload.data.sources {
            for path in self.expand(pattern)? {
                data.push(self.read(&path)?);
            }
        }
        let batch = self
            .workload
            .deploy
            .as_ref()
            .and_then(|deploy| deploy.batch.as_ref());
        let batch = batch.map(|batch| self.batch(&batch.input)).transpose()?;
        Ok(Sources { data, batch })
    }

    /// The files of a pattern in the order of their names.
    fn expand(&self, pattern: &str) -> Result<Vec<PathBuf>, Failure> {
        let nothing = || {
            Failure::input(format!(
                "`{pattern}` of `data.source` matches no file in `{}`",
                self.folder.display()
            ))
            .code("P0501")
        };
        let whole = self.folder.join(pattern);
        if whole.is_file() {
            return Ok(vec![whole]);
        }
        let glob = if whole.is_dir() {
            whole.join("*")
        } else {
            whole
        };
        let glob = glob.to_str().ok_or_else(nothing)?;
        let found = glob::glob(glob).map_err(|error| {
            Failure::input(format!(
                "`{pattern}` of `data.source` is not a pattern: {error}"
            ))
        })?;
        let mut files: Vec<PathBuf> = found
            .filter_map(Result::ok)
            .filter(|path| path.is_file())
            .collect();
        files.sort();
        if files.is_empty() {
            Err(nothing())
        } else {
            Ok(files)
        }
    }

    fn read(&self, path: &Path) -> Result<SourceFile, Failure> {
        let content = fs::read(path).map_err(|error| {
            Failure::input(format!("cannot read `{}`: {error}", path.display())).code("P0501")
        })?;
        let name = path
            .strip_prefix(&self.folder)
            .unwrap_or(path)
            .to_string_lossy()
            .replace('\\', "/");
        Ok(hashed(name, content))
    }

    /// The batch input in the form that a model serves: rows without header in schema order.
    fn batch(&self, input: &str) -> Result<SourceFile, Failure> {
        let file = self.read(&self.folder.join(input))?;
        if !self.workload.data.csv.header {
            return Ok(file);
        }
        let content = without_header(&self.workload, &file.content).map_err(|error| {
            Failure::input(format!("cannot read the batch input `{input}`: {error}")).code("P0501")
        })?;
        Ok(hashed(file.source.name, content))
    }
}

fn hashed(name: String, content: Vec<u8>) -> SourceFile {
    let FileHash { sha256, bytes } = FileHash::of(&content);
    SourceFile {
        source: Source {
            name,
            sha256,
            bytes,
        },
        content,
    }
}

/// Drops the header, the target and ignored columns of a batch input.
fn without_header(workload: &Workload, content: &[u8]) -> Result<Vec<u8>, csv::Error> {
    let delimiter = u8::try_from(workload.data.csv.delimiter).unwrap_or(b',');
    let mut reader = csv::ReaderBuilder::new()
        .delimiter(delimiter)
        .from_reader(content);
    let header = reader.headers()?.clone();
    let kept: Vec<usize> = header
        .iter()
        .enumerate()
        .filter(|(_, name)| {
            *name != workload.task.target && !workload.data.ignore.iter().any(|i| i == name)
        })
        .map(|(place, _)| place)
        .collect();
    let mut writer = csv::WriterBuilder::new()
        .delimiter(delimiter)
        .from_writer(Vec::new());
    for record in reader.records() {
        let record = record?;
        writer.write_record(
            kept.iter()
                .map(|&place| record.get(place).unwrap_or_default()),
        )?;
    }
    writer
        .into_inner()
        .map_err(|error| error.into_error().into())
}
