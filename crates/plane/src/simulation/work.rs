//! What jobs do in the simulation: begin, leave outputs that depend on their request alone, and end.

use serde_json::{Value, json};

use crate::Fault;
use crate::services::sagemaker::{
    JobKind, JobStatus, Metric, Processing, Secondary, Training, Transform, job, tuning,
};
use crate::store::Tx;

/// What a job leaves.
#[derive(Debug, Default)]
pub(super) struct Product {
    /// URIs and contents of objects.
    pub(super) objects: Vec<(String, String)>,
    /// URI of the model.
    pub(super) artifact: Option<String>,
}

/// Enters a job as running and answers with its request; nothing where it is over already.
pub(super) fn begin(tx: &mut Tx<'_>, kind: &str, name: &str) -> Result<Option<Value>, Fault> {
    match kind {
        "sagemaker.training-job" => of::<Training>(tx, name),
        "sagemaker.transform-job" => of::<Transform>(tx, name),
        _ => of::<Processing>(tx, name),
    }
}

fn of<K: JobKind>(tx: &mut Tx<'_>, name: &str) -> Result<Option<Value>, Fault> {
    Ok(match job::begin::<K>(tx, name)? {
        job::Begin::Run(job) => Some(job.request),
        job::Begin::Over => None,
    })
}

/// The outputs of a job: a model where it trains, the documents that a pipeline reads where it processes.
pub(super) fn product(name: &str, request: &Value) -> Product {
    if let Some(folder) = request["OutputDataConfig"]["S3OutputPath"].as_str() {
        let uri = format!(
            "{}/{name}/output/model.tar.gz",
            folder.trim_end_matches('/')
        );
        let objects = vec![(uri.clone(), format!("made by {name}"))];
        return Product {
            objects,
            artifact: Some(uri),
        };
    }
    let Some(folder) = request
        .pointer("/ProcessingOutputConfig/Outputs/0/S3Output/S3Uri")
        .and_then(Value::as_str)
    else {
        return Product::default();
    };
    let selection = json!({
        "selected": {"name": "random_forest"},
        "hyperparameters": {"algorithm": "random_forest", "seed": "42"},
        "model": format!("{folder}/model.tar.gz"),
    });
    let evaluation = json!({"scores": {"accuracy": 0.9, "f1_macro": 0.9}});
    let objects = [
        ("selection.json", selection),
        ("evaluation.json", evaluation),
    ];
    Product {
        objects: objects
            .map(|(file, document)| (format!("{folder}/{file}"), document.to_string()))
            .into(),
        artifact: None,
    }
}

/// What a trial of a tuning job prints, value by value, from its hyperparameters alone: the last one is least.
pub(super) fn printed(request: &Value) -> Vec<f64> {
    let given = &request["HyperParameters"];
    if !given[tuning::OBJECTIVE].is_string() {
        return Vec::new();
    }
    let number = |name: &str| -> f64 {
        let text = given[name].as_str();
        text.map_or(0.0, |text| text.parse().unwrap())
    };
    let floor = (number("x") - 0.3).powi(2) + (number("n") - 7.0).powi(2) / 25.0;
    [1.0, 0.5, 0.0].map(|more| floor + more).into()
}

/// Whether a trial is one that fails.
pub(super) fn breaks(request: &Value) -> bool {
    request["HyperParameters"]["kind"] == "broken"
}

/// Ends a job.
pub(super) fn finish(
    tx: &mut Tx<'_>,
    (kind, name): (&str, &str),
    status: JobStatus,
    artifact: Option<String>,
) -> Result<(), Fault> {
    finish_with(tx, (kind, name), status, (artifact, None))
}

/// Ends a job that may have printed a metric.
pub(super) fn finish_with(
    tx: &mut Tx<'_>,
    (kind, name): (&str, &str),
    status: JobStatus,
    (artifact, loss): (Option<String>, Option<f64>),
) -> Result<(), Fault> {
    let secondary = match status {
        JobStatus::Completed => Secondary::Completed,
        JobStatus::Stopped => Secondary::Stopped,
        _ => Secondary::Failed,
    };
    let end = job::End {
        artifact,
        metrics: loss.map(metric).into_iter().collect(),
        ..job::End::new(status, secondary)
    };
    match kind {
        "sagemaker.training-job" => job::finish::<Training>(tx, name, end),
        "sagemaker.transform-job" => job::finish::<Transform>(tx, name, end),
        _ => job::finish::<Processing>(tx, name, end),
    }
}

/// A value of the one metric of trials.
pub(super) fn metric(value: f64) -> Metric {
    Metric {
        name: "loss".to_owned(),
        value,
        at: 0,
    }
}
