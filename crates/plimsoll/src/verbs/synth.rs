//! `synth`: what AWS would get.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use blueprint::{Blueprint, Place};
use clap::Args;
use serde_json::{Value, json};

use super::Context;
use crate::failure::Failure;
use crate::project::{Content, Project, ScriptRunner, Sources};

/// Write the template, the state machine and the execution input that AWS would get
#[derive(Debug, Args)]
pub(crate) struct Synth {
    /// Folder with `workload.yaml`, or the file itself
    #[arg(default_value = ".")]
    workload: PathBuf,
    /// Folder that the files are written to
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
        let mut project = Project::load(&self.workload, context.printer)?;
        let place = Place {
            account: self.account,
            region: self.region,
            image: self.image.unwrap_or_else(crate::image::name),
            machine: "aws".to_owned(),
            poll_seconds: 15,
            run: "synth".to_owned(),
        };
        project.runner = ScriptRunner::Image(place.image.clone());
        if let Some((bucket, prefix)) = project.workload.data.object() {
            return Err(Failure::input(format!(
                "the data lie in S3: which objects there are below `s3://{bucket}/{prefix}` is known to a run alone"
            ))
            .code("P0502")
            .hint("name files as `data.source` to write out what AWS would get"));
        }
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
        let steps = self.out.join(NEXT_STEPS);
        remove_earlier(&self.out, &steps)?;
        let uploads = write_uploads(&self.out, &blueprint, &sources)?;
        std::fs::write(&steps, next_steps(&blueprint, &place))
            .map_err(|error| unwritable(&steps, &error))?;
        written.push(steps.display().to_string());
        if context.printer.is_json() {
            context.printer.document(&json!({
                "schema": "plimsoll.synth/1",
                "files": written,
                "bucket": blueprint.bucket,
                "uploads": uploads,
            }));
        } else {
            for path in &written {
                context.printer.say(&format!("wrote {path}"));
            }
            let folder = self.out.join(UPLOADS);
            context.printer.say(&format!(
                "wrote {} files for the bucket below {}",
                uploads.len(),
                folder.display()
            ));
        }
        Ok(())
    }
}

/// Folder with what the bucket must hold, below the folder of the three files.
const UPLOADS: &str = "uploads";

/// What a user types, beside the three files. Where it stands, the folder is from an earlier `synth`.
const NEXT_STEPS: &str = "next-steps.md";

/// Removes the uploads of an earlier `synth`: all of the folder goes to the bucket, so nothing stale may stay in it.
fn remove_earlier(out: &Path, steps: &Path) -> Result<(), Failure> {
    let folder = out.join(UPLOADS);
    if !folder.exists() {
        return Ok(());
    }
    if !steps.is_file() {
        let text = format!("`{}` was not written by `plimsoll synth`", folder.display());
        return Err(Failure::input(text)
            .hint("all of it would be uploaded: choose another folder with `--out`"));
    }
    std::fs::remove_dir_all(&folder).map_err(|error| unwritable(&folder, &error))
}

/// Writes what `run` would upload and answers the object keys, ascending.
fn write_uploads(
    out: &Path,
    blueprint: &Blueprint,
    sources: &Sources,
) -> Result<Vec<String>, Failure> {
    let mut objects: BTreeMap<String, &[u8]> = BTreeMap::new();
    let mut large: BTreeMap<String, &Path> = BTreeMap::new();
    let mut all: Vec<(String, &Content)> = Vec::new();
    for file in sources.files() {
        let key = format!("{}{}", blueprint.data_prefix, file.source.name);
        all.push((key, &file.content));
    }
    for (key, file) in blueprint.batch_keys.iter().zip(&sources.batch) {
        all.push((key.clone(), &file.content));
    }
    for (key, content) in all {
        match (content.held(), content.file()) {
            (Some(held), _) => objects.insert(key, held).map(drop),
            (None, Some(path)) => large.insert(key, path).map(drop),
            (None, None) => None,
        };
    }
    for (name, brought) in &sources.candidates {
        if let Some(key) = blueprint.candidate_keys.get(name) {
            objects.insert(key.clone(), brought.content());
        }
    }
    for document in &blueprint.uploads {
        objects.insert(document.key.clone(), &document.content);
    }
    for (key, content) in &objects {
        let path = out.join(UPLOADS).join(key);
        if let Some(folder) = path.parent() {
            std::fs::create_dir_all(folder).map_err(|error| unwritable(folder, &error))?;
        }
        std::fs::write(&path, content).map_err(|error| unwritable(&path, &error))?;
    }
    for (key, from) in &large {
        let path = out.join(UPLOADS).join(key);
        if let Some(folder) = path.parent() {
            std::fs::create_dir_all(folder).map_err(|error| unwritable(folder, &error))?;
        }
        std::fs::copy(from, &path).map_err(|error| unwritable(&path, &error))?;
    }
    let mut keys: Vec<String> = objects.into_keys().chain(large.into_keys()).collect();
    keys.sort();
    Ok(keys)
}

/// What a user types to make it real, with the names filled in.
fn next_steps(blueprint: &Blueprint, place: &Place) -> String {
    let (stack, bucket, machine) = (&blueprint.stack, &blueprint.bucket, &blueprint.machine_arn);
    let (region, image) = (&place.region, &place.image);
    format!(
        "# Next steps\n\n\
         Nothing of this has been run on AWS; docs/guides/aws.md says what is known. It costs money until it is deleted.\n\
         The image of the jobs is `{image}`; SageMaker must be able to pull it.\n\n\
         ```\n\
         aws cloudformation create-stack --region {region} --stack-name {stack} --template-body file://template.json --capabilities CAPABILITY_NAMED_IAM\n\
         aws cloudformation wait stack-create-complete --region {region} --stack-name {stack}\n\
         aws s3 cp --region {region} --recursive {UPLOADS} s3://{bucket}/\n\
         aws stepfunctions start-execution --region {region} --state-machine-arn {machine} --input file://input.json\n\
         ```\n"
    )
}

fn unwritable(path: &Path, error: &std::io::Error) -> Failure {
    Failure::environment(format!("cannot write `{}`: {error}", path.display()))
}
