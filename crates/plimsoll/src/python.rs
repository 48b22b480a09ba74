//! The user's Python: which one, and what it needs to install packages.

use std::env;
use std::path::PathBuf;

use plane::executor::Interpreter;

use crate::environment::{KEPT_FOR_PACKAGES, PATH, PIP, PYTHON, variable, variables};

/// The interpreter of framework images: the one that `PLIMSOLL_PYTHON` names, else the first `python3` of the path.
pub(crate) fn interpreter() -> Interpreter {
    let named = variable(PYTHON).map(PathBuf::from);
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
