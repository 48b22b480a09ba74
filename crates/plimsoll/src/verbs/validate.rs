//! `validate`: everything that is wrong with a workload file, at once.

use std::path::PathBuf;

use clap::Args;
use serde_json::json;

use super::Context;
use crate::failure::Failure;
use crate::project::{Project, ScriptRunner};

/// Check a workload file and that its data is there
#[derive(Debug, Args)]
pub(crate) struct Validate {
    /// Folder with `workload.yaml`, or the file itself
    #[arg(default_value = ".")]
    workload: PathBuf,
}

impl Validate {
    pub(crate) fn run(self, context: &Context) -> Result<(), Failure> {
        let mut project = Project::load(&self.workload, context.printer)?;
        // Whether there is a Python is no matter of the file.
        project.runner = ScriptRunner::Image(crate::image::name());
        let sources = project.sources()?;
        let name = project.workload.name.as_str();
        if context.printer.is_json() {
            let files: Vec<_> = sources
                .data
                .iter()
                .map(|file| json!({"name": file.source.name, "bytes": file.source.bytes}))
                .collect();
            context.printer.document(
                &json!({"schema": "plimsoll.validate/1", "workload": name, "files": files}),
            );
        } else if project.workload.data.object().is_some() {
            let source = &project.workload.data.sources[0];
            context.printer.say(&format!(
                "{name}: valid; what lies below `{source}` is looked at by a run"
            ));
        } else {
            context
                .printer
                .say(&format!("{name}: valid, {} data files", sources.data.len()));
        }
        Ok(())
    }
}
