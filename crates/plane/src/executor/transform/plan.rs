//! Transform jobs as plans.

use std::time::Duration;

use serde_json::Value;

use super::Batch;
use super::companions::Companion;
use super::json_path::JsonPath;
use super::records::{Form, Records};
use crate::executor::S3Uri;
use crate::executor::image::Entry;
use crate::executor::job::{
    Plan, Site, Work, container_layout, replica_environment, requested_environment,
};
use crate::services::sagemaker::{Job, Model, Transform, containers};
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
        let mut containers = containers(snapshot, &model).map_err(|fault| fault.message)?;
        for container in &mut containers {
            container.environment.extend(requested_environment(request));
        }
        let sites: Vec<Site> = (0..containers.len())
            .map(|index| site.beside(index))
            .collect();
        let servers = containers
            .iter()
            .zip(&sites)
            .map(|(container, site)| (container.hostname.clone(), site.port))
            .collect();
        let batch = batch(request, servers)?;
        let mut found = Vec::with_capacity(containers.len());
        for (container, site) in containers.iter().zip(&sites) {
            let program = site.program(&container.image, Entry::Serve, &[], &[])?;
            let mut environment = program.environment;
            let place = (site.port, site.cpus);
            environment.extend(replica_environment(
                container,
                &site.root,
                place,
                Some(&batch),
            ));
            found.push(Companion {
                id: site.id.clone(),
                hostname: container.hostname.clone(),
                layout: container_layout(container)?,
                argv: program.argv,
                environment,
            });
        }
        let companions = found.split_off(1.min(found.len()));
        let first = found.pop().ok_or("the model has no container")?;
        Ok(Plan {
            layout: first.layout,
            argv: first.argv,
            environment: first.environment,
            role: text(&model.request, "/ExecutionRoleArn")
                .unwrap_or_default()
                .to_owned(),
            batch: Some(batch),
            companions,
            ..Plan::default()
        })
    }
}

/// Whether the filters of a request are paths, and of records that can be filtered; why not.
pub(crate) fn check_data_processing(request: &Value) -> Result<(), String> {
    records(request).map(drop)
}

/// What happens with records and answers; `None` where both pass whole.
fn records(request: &Value) -> Result<Option<Records>, String> {
    let path = |member: &str| {
        let path = text(request, &format!("/DataProcessing/{member}")).unwrap_or("$");
        JsonPath::parse(path).map_err(|error| format!("{member}: {error}"))
    };
    let (input, output) = (path("InputFilter")?, path("OutputFilter")?);
    let join = text(request, "/DataProcessing/JoinSource") == Some("Input");
    if !join && input.is_whole() && output.is_whole() {
        return Ok(None);
    }
    let content_type = text(request, "/TransformInput/ContentType").unwrap_or_default();
    let form = Form::of(content_type).ok_or(
        "DataProcessing needs ContentType text/csv, application/json or application/jsonlines in TransformInput",
    )?;
    Ok(Some(Records {
        form,
        by_line: text(request, "/TransformInput/SplitType") == Some("Line"),
        input,
        join,
        output,
    }))
}

fn batch(request: &Value, servers: Vec<(String, u16)>) -> Result<Batch, String> {
    let number = |pointer: &str| request.pointer(pointer).and_then(Value::as_u64);
    let owned = |pointer: &str| text(request, pointer).map(str::to_owned);
    Ok(Batch {
        servers,
        records: records(request)?,
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
