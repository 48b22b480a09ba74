//! The user's Python: which one, and what it needs to install packages.

use std::env;
use std::path::{Path, PathBuf};

use clap::Args;
use plane::executor::Interpreter;

use crate::failure::Failure;

use crate::environment::{KEPT_FOR_PACKAGES, PATH, PIP, PYTHON, variable, variables};

/// Which Python runs framework images and scripts.
#[derive(Debug, Clone, Default, Args)]
pub(crate) struct PythonFlag {
    /// Python for scripts and framework images; else `PLIMSOLL_PYTHON`, else the first `python3` of the path
    #[arg(long, value_name = "PATH")]
    pub(crate) python: Option<PathBuf>,
}

impl PythonFlag {
    /// Refuses a path where nothing is.
    pub(crate) fn checked(&self) -> Result<Option<PathBuf>, Failure> {
        match &self.python {
            Some(path) if !path.is_file() => {
                let message = format!("`--python {}` names no file", path.display());
                Err(Failure::environment(message)
                    .code("P0620")
                    .hint("name an interpreter, such as `~/venv/bin/python`"))
            }
            named => Ok(named.clone()),
        }
    }
}

/// Tells the user's Python from every other, by its version and build.
pub(crate) fn identity(named: Option<&Path>) -> Result<String, Failure> {
    let Some(program) = interpreter(named).program else {
        return Err(
            Failure::environment("there is no Python to run the script in".to_owned())
                .code("P0620")
                .hint("put `python3` on the PATH, or name one by `--python` or PLIMSOLL_PYTHON"),
        );
    };
    crate::image::script::interpreter::version(&program).map_err(|crate::image::Failed(reason)| {
        let text = reason.strip_prefix("error[P0620]: ").unwrap_or(&reason);
        Failure::environment(text.to_owned()).code("P0620")
    })
}

/// The interpreter of framework images: the one that is named, else that of `PLIMSOLL_PYTHON`, else the first `python3`
/// of the path.
pub(crate) fn interpreter(named: Option<&Path>) -> Interpreter {
    let named = named
        .map(Path::to_owned)
        .or_else(|| variable(PYTHON).map(PathBuf::from));
    let folders = variable(PATH).unwrap_or_default();
    let found = named.or_else(|| {
        env::split_paths(&folders)
            .map(|folder| folder.join("python3"))
            .find(|candidate| candidate.is_file())
    });
    let kept = KEPT_FOR_PACKAGES
        .iter()
        .filter_map(|&name| Some((name.to_owned(), variable(name)?)));
    Interpreter {
        program: found.map(|path| env::current_dir().map_or(path.clone(), |here| here.join(path))),
        environment: variables(PIP).into_iter().chain(kept).collect(),
    }
}
