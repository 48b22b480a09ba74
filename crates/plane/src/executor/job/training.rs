//! Training jobs as plans.

use serde_json::{Map, Value, json};

use super::checkpoints::Checkpoints;
use super::environment;
use super::inputs::{Input, Layout};
use super::outputs::Output;
use super::plan::{Plan, Site, Work, items, max_runtime, requested_environment, text};
use crate::executor::S3Uri;
use crate::executor::image::{Entry, Images};
use crate::executor::metric_rules::MetricRules;
use crate::services::sagemaker::{Job, Training, tuning};
use crate::store::Snapshot;

/// Where checkpoints are written unless the request says otherwise.
const DEFAULT_CHECKPOINTS: &str = "/opt/ml/checkpoints";

impl Work for Training {
    fn instance_type(job: &Job<Self>) -> &str {
        text(&job.request, "/ResourceConfig/InstanceType")
    }

    fn plan(snapshot: &Snapshot<'_>, job: &Job<Self>, site: &Site) -> Result<Plan, String> {
        let request = &job.request;
        let channels = items(request, "/InputDataConfig");
        let mut layout = tree(job, channels)?;
        let base = uri(text(request, "/OutputDataConfig/S3OutputPath"))?
            .join(&job.name)
            .join("output");
        let (model, artifact) = model_output(request, &base);
        let algorithm = &request["AlgorithmSpecification"];
        let entrypoint = items(algorithm, "/ContainerEntrypoint");
        let entry = if entrypoint.is_empty() {
            Entry::Train
        } else {
            Entry::Command
        };
        let image = text(algorithm, "/TrainingImage");
        let program = site.program(
            image,
            entry,
            entrypoint,
            items(algorithm, "/ContainerArguments"),
        )?;
        if Images::runs_scripts(image) {
            layout.inputs.extend(source_of(request)?);
        }
        let checkpoints = checkpoints(request)?;
        if let Some(kept) = &checkpoints {
            layout.folders.push(kept.folder.clone());
            layout.inputs.push(Input::Present {
                uri: kept.uri.clone(),
                folder: kept.folder.clone(),
            });
        }
        let mut environment = program.environment;
        environment.extend(requested_environment(request));
        environment.extend(environment::training(job, site));
        Ok(Plan {
            role: text(request, "/RoleArn").to_owned(),
            layout,
            argv: program.argv,
            environment,
            max_runtime: Some(max_runtime(request)),
            metrics: MetricRules::of(items(algorithm, "/MetricDefinitions")),
            outputs: vec![
                model,
                Output::Archive {
                    folder: "output/data".to_owned(),
                    uri: base.join("output.tar.gz"),
                    optional: true,
                },
            ],
            upload_when_stopped: true,
            artifact: Some(artifact),
            volume: request
                .pointer("/ResourceConfig/VolumeSizeInGB")
                .and_then(Value::as_u64),
            slot: slot(snapshot, job)?,
            checkpoints,
            ..Plan::default()
        })
    }
}

/// The slot of a trial that a worker can perform: one of our own trainings, told nothing but its hyperparameters.
fn slot(snapshot: &Snapshot<'_>, job: &Job<Training>) -> Result<Option<String>, String> {
    let request = &job.request;
    let algorithm = &request["AlgorithmSpecification"];
    let plain = Images::is_own(text(algorithm, "/TrainingImage"))
        && items(algorithm, "/ContainerEntrypoint").is_empty()
        && items(algorithm, "/ContainerArguments").is_empty()
        && request
            .pointer("/HyperParameters/sagemaker_program")
            .is_none()
        && request.get("CheckpointConfig").is_none();
    if !plain {
        return Ok(None);
    }
    let trial = tuning::trial_of(snapshot, &job.name).map_err(|error| error.to_string())?;
    Ok(trial.map(|trial| format!("{}/{}", trial.tuning, trial.definition)))
}

/// What lies in the tree of a job before its program starts.
fn tree(job: &Job<Training>, channels: &[Value]) -> Result<Layout, String> {
    let request = &job.request;
    let hyperparameters = request
        .get("HyperParameters")
        .cloned()
        .unwrap_or_else(|| json!({}));
    let inputs = input_data_config(request, channels);
    let resources = environment::resource_config(Training::instance_type(job));
    let mut layout = Layout {
        folders: [
            "input/data",
            "model",
            "output/data",
            "output/intermediate",
            "code",
        ]
        .map(str::to_owned)
        .into(),
        files: vec![
            (steps::HYPERPARAMETERS_FILE.to_owned(), hyperparameters),
            ("input/config/inputdataconfig.json".to_owned(), inputs),
            ("input/config/resourceconfig.json".to_owned(), resources),
        ],
        inputs: Vec::new(),
    };
    for channel in channels {
        layout.inputs.push(Input::Prefix {
            uri: uri(text(channel, "/DataSource/S3DataSource/S3Uri"))?,
            folder: format!("input/data/{}", text(channel, "/ChannelName")),
        });
    }
    Ok(layout)
}

/// The folder that is kept, and where.
fn checkpoints(request: &Value) -> Result<Option<Checkpoints>, String> {
    let Some(config) = request.get("CheckpointConfig") else {
        return Ok(None);
    };
    let local = match text(config, "/LocalPath") {
        "" => DEFAULT_CHECKPOINTS,
        named => named,
    };
    // What a request may name was checked when it came.
    let folder = local.strip_prefix(steps::ML_ROOT).unwrap_or(local);
    Ok(Some(Checkpoints {
        uri: uri(text(config, "/S3Uri"))?,
        folder: folder.trim_matches('/').to_owned(),
    }))
}

/// The source of a script, which script mode names among the hyperparameters, each of them a JSON text.
fn source_of(request: &Value) -> Result<Option<Input>, String> {
    let named = text(request, "/HyperParameters/sagemaker_submit_directory");
    let named: String = serde_json::from_str(named).unwrap_or_else(|_| named.to_owned());
    if !named.starts_with("s3://") {
        return Ok(None);
    }
    Ok(Some(Input::Archive {
        uri: uri(&named)?,
        folder: "code".to_owned(),
    }))
}

/// How the model is kept, and the URI by which it is known.
fn model_output(request: &Value, base: &S3Uri) -> (Output, String) {
    let folder = "model".to_owned();
    if text(request, "/OutputDataConfig/CompressionType") == "NONE" {
        let prefix = base.join("model");
        let artifact = format!("{prefix}/");
        return (
            Output::Files {
                folder,
                uri: prefix,
            },
            artifact,
        );
    }
    let archive = base.join("model.tar.gz");
    let artifact = archive.to_string();
    (
        Output::Archive {
            folder,
            uri: archive,
            optional: false,
        },
        artifact,
    )
}

fn input_data_config(request: &Value, channels: &[Value]) -> Value {
    let default = text(request, "/AlgorithmSpecification/TrainingInputMode");
    let entry = |channel: &Value| {
        let or = |pointer: &str, other: &str| match text(channel, pointer) {
            "" => Value::from(other),
            found => Value::from(found),
        };
        let mut members = Map::new();
        if !text(channel, "/ContentType").is_empty() {
            members.insert(
                "ContentType".to_owned(),
                text(channel, "/ContentType").into(),
            );
        }
        members.insert("TrainingInputMode".to_owned(), or("/InputMode", default));
        let distribution = "/DataSource/S3DataSource/S3DataDistributionType";
        members.insert(
            "S3DistributionType".to_owned(),
            or(distribution, "FullyReplicated"),
        );
        members.insert("RecordWrapperType".to_owned(), "None".into());
        (
            text(channel, "/ChannelName").to_owned(),
            Value::from(members),
        )
    };
    channels.iter().map(entry).collect::<Map<_, _>>().into()
}

fn uri(text: &str) -> Result<S3Uri, String> {
    S3Uri::parse(text).map_err(|error| error.to_string())
}
