//! Models of scripts: a folder that says which program serves it, asked as any other model is.

use std::fs;
use std::io;
use std::path::{Path, PathBuf};

use learn::{Answers, ModelError, Predictor, Remote};
use serde::{Deserialize, Serialize};
use steps::{Document, MODEL_FILE, SCHEMA_FILE, Schema};

use super::settings::Container;
use super::worker::{Pool, Recipe, Request};
use crate::image::Failed;

/// Folder of the source beside a model, where serving containers look for it.
pub(super) const CODE: &str = "code";
/// Workers that score a model.
const WORKERS: usize = 1;

/// Which program serves the model that it lies beside.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Program {
    /// Its path in the source.
    pub(super) program: String,
}

impl Document for Program {
    const SCHEMA: &'static str = "plimsoll.script/1";
}

impl Program {
    const FILE: &'static str = "script.json";

    pub(super) fn write(&self, folder: &Path) -> io::Result<()> {
        fs::write(folder.join(Self::FILE), self.to_text())
    }

    /// The program that serves a folder; none where a `model.onnx` or nobody does.
    fn of(folder: &Path) -> Option<Result<Self, Failed>> {
        let path = folder.join(Self::FILE);
        if folder.join(MODEL_FILE).is_file() || !path.is_file() {
            return None;
        }
        let read = fs::read(&path).map_err(|error| Failed::because("script.json", &error));
        Some(read.and_then(|text| {
            Self::from_slice(&text).map_err(|error| Failed::because("script.json", &error))
        }))
    }
}

/// What workers of a folder are started from, where a program serves it. `root` gets their environment.
pub(super) fn recipe(root: &Path, folder: &Path) -> Option<Result<Recipe, Failed>> {
    let program = match Program::of(folder)? {
        Ok(program) => program.program,
        Err(failed) => return Some(Err(failed)),
    };
    let source = folder.join(CODE);
    let made = Container::new(root, Some(&source)).map(|container| Recipe {
        container,
        module: Some(source.join(program)),
        source,
        model: folder.to_owned(),
        framework: String::new(),
    });
    Some(made)
}

/// Loads what lies in the folder of a model: a `model.onnx`, or what the program of a script serves.
pub(crate) fn load(folder: &Path, threads: usize) -> Result<Box<dyn Predictor>, ModelError> {
    let root = container_of(folder);
    let Some(recipe) = recipe(&root, folder) else {
        return learn::load(folder, threads);
    };
    let unready = |Failed(problem): Failed| ModelError::Unready {
        name: folder.display().to_string(),
        problem,
    };
    let recipe = recipe.map_err(unready)?;
    let name = recipe
        .module
        .as_deref()
        .and_then(Path::file_name)
        .map(|name| name.to_string_lossy().into_owned())
        .unwrap_or_default();
    let schema = fs::read(folder.join(SCHEMA_FILE))
        .map_err(|error| Failed::because(SCHEMA_FILE, &error))
        .and_then(|text| {
            Schema::from_slice(&text).map_err(|error| Failed::because(SCHEMA_FILE, &error))
        })
        .map_err(unready)?;
    let served = Served::start(recipe).map_err(unready)?;
    Ok(Box::new(Remote::new(schema, name, served)))
}

/// A folder for the environment of a model's workers, beside the model.
fn container_of(folder: &Path) -> PathBuf {
    let mut name = folder.file_name().unwrap_or_default().to_owned();
    name.push(".container");
    folder.with_file_name(name)
}

/// Workers, asked from threads that are not theirs.
#[derive(Debug)]
struct Served {
    pool: Pool,
    runtime: tokio::runtime::Runtime,
}

impl Served {
    fn start(recipe: Recipe) -> Result<Self, Failed> {
        fs::create_dir_all(&recipe.container.root)
            .map_err(|error| Failed::because("the container of the model", &error))?;
        let runtime = crate::image::serve::runtime()?;
        let pool = runtime.block_on(Pool::start(recipe, WORKERS))?;
        Ok(Self { pool, runtime })
    }
}

impl Answers for Served {
    fn answer(&self, rows: &[u8]) -> Result<(String, Vec<u8>), String> {
        let answer = self.runtime.block_on(self.pool.answer(&Request {
            content_type: "text/csv",
            accept: Some("application/json"),
            body: rows,
        }));
        if answer.status == 200 {
            return Ok((answer.content_type, answer.body.to_vec()));
        }
        Err(String::from_utf8_lossy(&answer.body).into_owned())
    }
}
