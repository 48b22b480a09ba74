//! A command in a framework's container, such as a processing script or what drives a training of the SageMaker SDK.

use std::ffi::OsString;
use std::path::Path;

use super::child::{self, Ended};
use super::settings::Container;
use crate::image::Failed;

/// Runs a command.
pub(super) fn run(root: &Path, words: &[OsString]) -> Result<Ended, Failed> {
    let container = Container::new(root, None)?;
    let Some((program, arguments)) = words.split_first() else {
        return Err(Failed("error: there is no command".to_owned()));
    };
    let mut command = container.command(program);
    command.args(arguments);
    let code = root.join("code");
    if code.is_dir() {
        command.current_dir(code);
    }
    let shown = program.to_string_lossy();
    child::run(command)
        .map_err(|error| Failed::because(&format!("`{shown}` does not start"), &error))
}
