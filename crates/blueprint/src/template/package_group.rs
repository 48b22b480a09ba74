//! The group that registered models join.

use serde_json::{Value, json};
use workload::Workload;

pub(super) fn resource(workload: &Workload, stack: &str) -> Value {
    json!({
        "Type": "AWS::SageMaker::ModelPackageGroup",
        "Properties": {
            "ModelPackageGroupName": stack,
            "ModelPackageGroupDescription": format!("Models of the workload {} that passed its gate.", workload.name),
        },
    })
}
