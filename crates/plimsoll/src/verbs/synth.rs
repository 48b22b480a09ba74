//! `synth`: what AWS would get.

use std::path::PathBuf;

use blueprint::Place;
use clap::Args;
use serde_json::{Value, json};

use super::Context;
use crate::failure::Failure;
use crate::project::Project;

/// Write the template, the state machine and the execution input that AWS would get
#[derive(Debug, Args)]
pub(crate) struct Synth {
    /// Folder with `workload.yaml`, or the file itself
    #[arg(default_value = ".")]
    workload: PathBuf,
    /// Folder that the three files are written to
    #[arg(long, default_value = "synth")]
    out: PathBuf,
    /// Account that the names are for
    #[arg(long, default_value = plane::ACCOUNT)]
    account: String,
    /// Region that the names are for
    #[arg(long, default_value = "us-east-1")]
    region: String,
    /// Image of the jobs, as the account's registry names it
    #[arg(long)]
    image: Option<String>,
}

impl Synth {
    pub(crate) fn run(self, context: &Context) -> Result<(), Failure> {
        let project = Project::load(&self.workload, context.printer)?;
        let place = Place {
            account: self.account,
            region: self.region,
            image: self.image.unwrap_or_else(crate::image::name),
            machine: "aws".to_owned(),
            poll_seconds: 15,
            run: "synth".to_owned(),
        };
        let sources = project.sources()?;
        let blueprint = blueprint::compile(&project.workload, &sources.hashes(), &place);
        let files: [(&str, &Value); 3] = [
            ("template.json", &blueprint.template),
            ("machine.json", &blueprint.machine),
            ("input.json", &blueprint.input),
        ];
        std::fs::create_dir_all(&self.out).map_err(|error| unwritable(&self.out, &error))?;
        let mut written = Vec::new();
        for (name, value) in files {
            let path = self.out.join(name);
            let mut text = serde_json::to_string_pretty(value).expect("a JSON value always prints");
            text.push('\n');
            std::fs::write(&path, text).map_err(|error| unwritable(&path, &error))?;
            written.push(path.display().to_string());
        }
        if context.printer.is_json() {
            context
                .printer
                .document(&json!({"schema": "plimsoll.synth/1", "files": written}));
        } else {
            for path in &written {
                context.printer.say(&format!("wrote {path}"));
            }
        }
        Ok(())
    }
}

fn unwritable(path: &std::path::Path, error: &std::io::Error) -> Failure {
    Failure::environment(format!("cannot write `{}`: {error}", path.display()))
}
