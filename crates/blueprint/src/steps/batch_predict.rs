//! BatchPredict: the workload's batch input through the model.

use serde_json::json;

use crate::state::{States, find, input_path, job_name, keep, object_uri, retry_creation};
use crate::structure::DataShape;

pub(crate) const FIRST: &str = "FindBatchPredict";
/// Bumped when the same model and rows give other bytes.
pub(crate) const ALGORITHM: u32 = 1;

pub(crate) fn states(data: DataShape) -> States {
    let step = "BatchPredict";
    // A file of rows is cut into lines; an image is a request.
    let (strategy, split, content, accept) = match data {
        DataShape::Table => ("MultiRecord", "Line", "text/csv", "text/csv"),
        // Each hour is forecast from those before it.
        DataShape::Series => ("SingleRecord", "None", "text/csv", "text/csv"),
        DataShape::Images => (
            "SingleRecord",
            "None",
            "application/x-image",
            "application/jsonlines",
        ),
    };
    vec![
        (
            FIRST.to_owned(),
            find(step, "$.out.BatchPredict", "BatchPredicted", step),
        ),
        (
            step.to_owned(),
            json!({
                "Type": "Task",
                "Resource": "arn:aws:states:::sagemaker:createTransformJob.sync",
                "Parameters": {
                    "TransformJobName.$": job_name(step),
                    "ModelName.$": "States.Format('{}{}', $.in.Deploy.model, $.partial.suffix)",
                    "BatchStrategy": strategy,
                    "TransformInput": {
                        "ContentType": content,
                        "SplitType": split,
                        "DataSource": {"S3DataSource": {"S3DataType": "S3Prefix", "S3Uri.$": input_path(step, "data")}},
                    },
                    "TransformOutput": {
                        "S3OutputPath.$": object_uri(step, "output"),
                        "Accept": accept,
                        "AssembleWith": "Line",
                    },
                    "TransformResources": {"InstanceCount": 1, "InstanceType.$": input_path(step, "instance_type")},
                    "Tags.$": "$.tags",
                },
                "ResultSelector": {"complete": {
                    "job.$": "$.TransformJobName",
                    "outputs": {"output.$": "$.TransformOutput.S3OutputPath"},
                }},
                "ResultPath": "$.out.BatchPredict",
                "Retry": retry_creation(),
                "Next": "KeepBatchPredict",
            }),
        ),
        (
            "KeepBatchPredict".to_owned(),
            keep(step, "$.out.BatchPredict", "BatchPredicted"),
        ),
        (
            "BatchPredicted".to_owned(),
            json!({
                "Type": "Pass",
                "Parameters": {"step": "BatchPredict", "complete.$": "$.out.BatchPredict.complete"},
                "End": true,
            }),
        ),
    ]
}
