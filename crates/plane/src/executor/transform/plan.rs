//! Transform jobs as plans.

use std::time::Duration;

use serde_json::Value;

use super::Batch;
use crate::executor::S3Uri;
use crate::executor::image::Entry;
use crate::executor::job::{
    Input, Layout, Plan, Site, Work, container_source, replica_environment,
};
use crate::services::sagemaker::{Job, Model, Transform, container};
use crate::store::Snapshot;

impl Work for Transform {
    fn instance_type(job: &Job<Self>) -> &str {
        text(&job.request, "/TransformResources/InstanceType").unwrap_or_default()
    }

    fn plan(snapshot: &Snapshot<'_>, job: &Job<Self>, site: &Site) -> Result<Plan, String> {
        let request = &job.request;
        let name = text(request, "/ModelName").unwrap_or_default();
        let model = snapshot
            .get::<Model>(name)
            .map_err(|error| error.to_string())?
            .ok_or_else(|| format!("Could not find model \"{name}\"."))?;
        let mut container = container(snapshot, &model).map_err(|fault| fault.message)?;
        let own = request.get("Environment").and_then(Value::as_object);
        for (name, value) in own.into_iter().flatten() {
            let value = value.as_str().unwrap_or_default();
            container.environment.insert(name.clone(), value.to_owned());
        }
        let batch = batch(request, site.port)?;
        let mut layout = Layout {
            folders: vec!["model".to_owned()],
            ..Layout::default()
        };
        if let Some(data) = &container.model_data {
            layout.inputs.push(Input::Archive {
                uri: uri(data)?,
                folder: "model".to_owned(),
            });
        }
        layout.inputs.extend(container_source(&container)?);
        let place = (site.port, site.cpus);
        let program = site.program(&container.image, Entry::Serve, &[], &[])?;
        let mut environment = program.environment;
        environment.extend(replica_environment(
            &container,
            &site.root,
            place,
            Some(&batch),
        ));
        Ok(Plan {
            layout,
            argv: program.argv,
            environment,
            role: container.role,
            batch: Some(batch),
            ..Plan::default()
        })
    }
}

fn batch(request: &Value, port: u16) -> Result<Batch, String> {
    let number = |pointer: &str| request.pointer(pointer).and_then(Value::as_u64);
    let owned = |pointer: &str| text(request, pointer).map(str::to_owned);
    Ok(Batch {
        port,
        input: uri(text(request, "/TransformInput/DataSource/S3DataSource/S3Uri").unwrap_or(""))?,
        output: uri(text(request, "/TransformOutput/S3OutputPath").unwrap_or(""))?,
        content_type: owned("/TransformInput/ContentType"),
        accept: owned("/TransformOutput/Accept"),
        by_line: text(request, "/TransformInput/SplitType") == Some("Line"),
        multi_record: text(request, "/BatchStrategy").map(|strategy| strategy == "MultiRecord"),
        max_payload_mb: number("/MaxPayloadInMB"),
        concurrency: number("/MaxConcurrentTransforms"),
        assemble_lines: text(request, "/TransformOutput/AssembleWith") == Some("Line"),
        timeout: number("/ModelClientConfig/InvocationsTimeoutInSeconds").map(Duration::from_secs),
        retries: number("/ModelClientConfig/InvocationsMaxRetries")
            .and_then(|retries| u32::try_from(retries).ok())
            .unwrap_or(3),
    })
}

fn text<'a>(request: &'a Value, pointer: &str) -> Option<&'a str> {
    request.pointer(pointer).and_then(Value::as_str)
}

fn uri(text: &str) -> Result<S3Uri, String> {
    S3Uri::parse(text).map_err(|error| error.to_string())
}
