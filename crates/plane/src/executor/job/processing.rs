//! Processing jobs as plans.

use serde_json::Value;

use super::environment;
use super::inputs::{Input, Layout};
use super::outputs::Output;
use super::plan::{Plan, Site, Work, items, max_runtime, requested_environment, text};
use crate::executor::S3Uri;
use crate::executor::image::Entry;
use crate::services::sagemaker::{Job, Processing};
use crate::store::Snapshot;

impl Work for Processing {
    fn instance_type(job: &Job<Self>) -> &str {
        text(
            &job.request,
            "/ProcessingResources/ClusterConfig/InstanceType",
        )
    }

    fn plan(_: &Snapshot<'_>, job: &Job<Self>, site: &Site) -> Result<Plan, String> {
        let request = &job.request;
        let mut layout = Layout {
            folders: vec!["processing".into(), "output".into()],
            ..Layout::default()
        };
        for input in items(request, "/ProcessingInputs") {
            layout.inputs.push(Input::Prefix {
                uri: uri(text(input, "/S3Input/S3Uri"))?,
                folder: relative(text(input, "/S3Input/LocalPath")),
            });
        }
        let mut outputs = Vec::new();
        for output in items(request, "/ProcessingOutputConfig/Outputs") {
            let folder = relative(text(output, "/S3Output/LocalPath"));
            layout.folders.push(folder.clone());
            outputs.push(Output::Files {
                folder,
                uri: uri(text(output, "/S3Output/S3Uri"))?,
            });
        }
        let mut described = request.clone();
        if let Some(members) = described.as_object_mut() {
            members.shift_remove("Tags");
            members.insert("ProcessingJobArn".to_owned(), Value::from(job.arn.as_str()));
        }
        let resources = environment::resource_config(Self::instance_type(job));
        layout
            .files
            .push(("config/processingjobconfig.json".into(), described));
        layout
            .files
            .push(("config/resourceconfig.json".into(), resources));
        let application = &request["AppSpecification"];
        let program = site.program(
            text(application, "/ImageUri"),
            Entry::Command,
            items(application, "/ContainerEntrypoint"),
            items(application, "/ContainerArguments"),
        )?;
        let mut environment = program.environment;
        environment.extend(requested_environment(request));
        environment.extend(environment::processing(job, site));
        Ok(Plan {
            role: text(request, "/RoleArn").to_owned(),
            layout,
            argv: program.argv,
            environment,
            max_runtime: Some(max_runtime(request)),
            outputs,
            volume: request
                .pointer("/ProcessingResources/ClusterConfig/VolumeSizeInGB")
                .and_then(Value::as_u64),
            ..Plan::default()
        })
    }
}

/// A local path, which was checked when the request came, relative to the tree.
fn relative(path: &str) -> String {
    let below = path.strip_prefix(steps::ML_ROOT).unwrap_or(path);
    below.trim_matches('/').to_owned()
}

fn uri(text: &str) -> Result<S3Uri, String> {
    S3Uri::parse(text).map_err(|error| error.to_string())
}
