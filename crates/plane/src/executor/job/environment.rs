//! The environment variables of SageMaker's containers.

use std::collections::BTreeMap;
use std::path::Path;

use serde_json::{Map, Value, json};

use super::plan::{Site, items, text};
use crate::executor::transform::Batch;
use crate::services::sagemaker::{Container, Job, Processing, Training};

/// The one host of a job.
const HOST: &str = "algo-1";

/// `resourceconfig.json`.
pub(super) fn resource_config(instance_type: &str) -> Value {
    json!({
        "current_host": HOST,
        "current_instance_type": instance_type,
        "current_group_name": "homogeneousCluster",
        "hosts": [HOST],
        "instance_groups": [{
            "instance_group_name": "homogeneousCluster",
            "instance_type": instance_type,
            "hosts": [HOST],
        }],
        "network_interface_name": "lo",
    })
}

/// What a training job finds in its environment: SageMaker's variables and those of its training toolkit.
pub(super) fn training(job: &Job<Training>, site: &Site) -> BTreeMap<String, String> {
    let root = site.root.display();
    let request = &job.request;
    let channels: Vec<&str> = items(request, "/InputDataConfig")
        .iter()
        .map(|c| text(c, "/ChannelName"))
        .collect();
    let hyperparameters = of_the_user(parsed(request.get("HyperParameters")));
    let instance_type = text(request, "/ResourceConfig/InstanceType");
    let mut environment = named(&[
        ("TRAINING_JOB_NAME", job.name.clone()),
        ("TRAINING_JOB_ARN", job.arn.clone()),
        ("SM_MODEL_DIR", format!("{root}/model")),
        ("SM_INPUT_DIR", format!("{root}/input")),
        ("SM_INPUT_DATA_DIR", format!("{root}/input/data")),
        ("SM_INPUT_CONFIG_DIR", format!("{root}/input/config")),
        ("SM_OUTPUT_DIR", format!("{root}/output")),
        ("SM_OUTPUT_DATA_DIR", format!("{root}/output/data")),
        ("SM_OUTPUT_FAILURE", format!("{root}/output/failure")),
        ("SM_CHANNELS", json!(channels).to_string()),
        ("SM_HPS", Value::from(hyperparameters.clone()).to_string()),
        ("SM_CURRENT_HOST", HOST.to_owned()),
        ("SM_CURRENT_INSTANCE_TYPE", instance_type.to_owned()),
        ("SM_HOSTS", json!([HOST]).to_string()),
        ("SM_HOST_COUNT", "1".to_owned()),
        ("SM_CURRENT_HOST_RANK", "0".to_owned()),
        ("SM_MASTER_ADDR", "127.0.0.1".to_owned()),
        ("SM_MASTER_PORT", "7777".to_owned()),
        (
            "SM_OUTPUT_INTERMEDIATE_DIR",
            format!("{root}/output/intermediate"),
        ),
        ("SM_NETWORK_INTERFACE_NAME", "lo".to_owned()),
        ("SM_NUM_CPUS", site.cpus.to_string()),
        ("SM_NUM_GPUS", "0".to_owned()),
        ("SM_NUM_NEURONS", "0".to_owned()),
        (
            "SM_RESOURCE_CONFIG",
            resource_config(instance_type).to_string(),
        ),
    ]);
    for channel in channels {
        environment.insert(
            format!("SM_CHANNEL_{}", channel.to_uppercase()),
            format!("{root}/input/data/{channel}"),
        );
    }
    for (name, value) in &hyperparameters {
        let shown = value
            .as_str()
            .map_or_else(|| value.to_string(), str::to_owned);
        environment.insert(format!("SM_HP_{}", name.to_uppercase()), shown);
    }
    environment
}

/// What a processing job finds in its environment.
pub(super) fn processing(job: &Job<Processing>, site: &Site) -> BTreeMap<String, String> {
    named(&[
        ("PROCESSING_JOB_NAME", job.name.clone()),
        ("PROCESSING_JOB_ARN", job.arn.clone()),
        ("SM_CURRENT_HOST", HOST.to_owned()),
        ("SM_HOSTS", json!([HOST]).to_string()),
        ("SM_NUM_CPUS", site.cpus.to_string()),
    ])
}

/// What a replica of a model finds in its environment.
pub(crate) fn replica(
    container: &Container,
    root: &Path,
    (port, cpus): (u16, usize),
    batch: Option<&Batch>,
) -> BTreeMap<String, String> {
    let root = root.display();
    let mut environment = container.environment.clone();
    environment.extend(named(&[
        ("SAGEMAKER_BIND_TO_PORT", port.to_string()),
        ("SAGEMAKER_BATCH", batch.is_some().to_string()),
        ("SM_MODEL_DIR", format!("{root}/model")),
        ("SM_NUM_CPUS", cpus.to_string()),
    ]));
    if let Some(batch) = batch {
        environment.extend(named(&[
            (
                "SAGEMAKER_MAX_PAYLOAD_IN_MB",
                batch.max_payload_mb.unwrap_or(6).to_string(),
            ),
            (
                "SAGEMAKER_BATCH_STRATEGY",
                if batch.multi_record == Some(false) {
                    "SINGLE_RECORD"
                } else {
                    "MULTI_RECORD"
                }
                .to_owned(),
            ),
            (
                "SAGEMAKER_MAX_CONCURRENT_TRANSFORMS",
                batch.concurrency.unwrap_or(1).to_string(),
            ),
        ]));
    }
    environment
}

/// Hyperparameters as the training toolkit reads them: JSON where the text is JSON, else the text.
fn parsed(hyperparameters: Option<&Value>) -> Map<String, Value> {
    let members = hyperparameters.and_then(Value::as_object);
    members
        .into_iter()
        .flatten()
        .map(|(name, value)| {
            let text = value.as_str().unwrap_or_default();
            let value = serde_json::from_str(text).unwrap_or_else(|_| Value::from(text));
            (name.clone(), value)
        })
        .collect()
}

/// Without those of script mode itself, such as `sagemaker_program`: a script is not told them.
fn of_the_user(mut hyperparameters: Map<String, Value>) -> Map<String, Value> {
    hyperparameters.retain(|name, _| !steps::is_of_the_platform(name));
    hyperparameters
}

fn named(pairs: &[(&str, String)]) -> BTreeMap<String, String> {
    pairs
        .iter()
        .map(|(name, value)| ((*name).to_owned(), value.clone()))
        .collect()
}

#[cfg(test)]
mod tests {
    use std::path::PathBuf;

    use super::*;

    #[test]
    fn a_training_job_finds_its_channels_and_hyperparameters() {
        let request = json!({
            "InputDataConfig": [{"ChannelName": "train"}, {"ChannelName": "my-data"}],
            "HyperParameters": {"sagemaker_program": "\"x.py\"", "depth": "3", "name": "forest", "scale": "true", "_tuning_objective_metric": "loss"},
            "ResourceConfig": {"InstanceType": "ml.m5.large"},
        });
        let job = Job::<Training>::new("j", "arn:j", request, String::new(), 0);
        let site = Site {
            id: "training-job-j".into(),
            root: PathBuf::from("/opt/ml"),
            cpus: 2,
            memory: 1,
            port: 0,
            images: crate::executor::image::Images::default(),
        };
        let found = training(&job, &site);
        for (name, expected) in [
            ("SM_MODEL_DIR", "/opt/ml/model"),
            ("SM_CHANNELS", r#"["train","my-data"]"#),
            ("SM_CHANNEL_TRAIN", "/opt/ml/input/data/train"),
            ("SM_CHANNEL_MY-DATA", "/opt/ml/input/data/my-data"),
            ("SM_HPS", r#"{"depth":3,"name":"forest","scale":true}"#),
            ("SM_HP_DEPTH", "3"),
            ("SM_HP_NAME", "forest"),
            ("SM_NUM_CPUS", "2"),
            ("SM_HOSTS", r#"["algo-1"]"#),
            ("SM_CURRENT_INSTANCE_TYPE", "ml.m5.large"),
            ("TRAINING_JOB_ARN", "arn:j"),
        ] {
            assert_eq!(
                found.get(name).map(String::as_str),
                Some(expected),
                "{name}"
            );
        }
    }

    #[test]
    fn the_platform_wins_over_the_environment_of_the_container() {
        let container = Container {
            environment: [
                ("SAGEMAKER_BIND_TO_PORT".to_owned(), "1".to_owned()),
                ("MINE".to_owned(), "x".to_owned()),
            ]
            .into(),
            ..Container::default()
        };
        let found = replica(&container, Path::new("/opt/ml"), (8080, 1), None);
        assert_eq!(found["SAGEMAKER_BIND_TO_PORT"], "8080");
        assert_eq!(found["MINE"], "x");
        assert_eq!(found["SAGEMAKER_BATCH"], "false");
    }
}
