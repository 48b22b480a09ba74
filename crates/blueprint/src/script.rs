//! Candidates that are scripts: what their training is told, and what its key is made of.

use std::collections::BTreeMap;

use serde_json::{Value, json};
use steps::Hyperparameters;
use workload::Script;

use crate::ScriptSource;
use crate::candidate::Candidate;

/// The candidate of a script. `run` enters the key of one that is never found again.
pub(crate) fn candidate(
    name: &str,
    script: &Script,
    source: &ScriptSource,
    (bucket, run): (&str, &str),
) -> Candidate {
    let mut all: BTreeMap<String, String> = script.hyperparameters.clone();
    for (name, value) in [
        ("sagemaker_program", script.entry_point.clone()),
        (
            "sagemaker_submit_directory",
            format!("s3://{bucket}/{}", key(source)),
        ),
    ] {
        // Script mode reads each hyperparameter as JSON.
        all.insert(name.to_owned(), Value::from(value).to_string());
    }
    let mut definition = json!({
        "hyperparameters": script.hyperparameters,
        "entry_point": script.entry_point,
        "interpreter": source.interpreter,
    });
    if !script.cached {
        definition["run"] = run.into();
    }
    Candidate {
        name: name.to_owned(),
        hyperparameters: Hyperparameters(all),
        definition,
        sources: source.files.clone(),
        model: None,
        tuning: None,
    }
}

/// What SageMaker reads from the log of a script, as CloudWatch metrics.
pub(crate) fn metrics(script: &Script) -> impl Iterator<Item = Value> + '_ {
    let metrics = script.metrics.iter();
    metrics.map(|(name, pattern)| json!({"Name": name, "Regex": pattern}))
}

/// Where a source lies in the bucket: by its content.
pub(crate) fn key(source: &ScriptSource) -> String {
    let hash = source.sha256.get(..16).unwrap_or(&source.sha256);
    format!("scripts/{hash}/sourcedir.tar.gz")
}
