//! The CloudFormation template: bucket, roles, model package group, state machine, log group.

mod bucket;
mod logs;
mod machine;
mod package_group;
mod roles;

use serde_json::{Value, json};
use workload::Workload;

use crate::names;

/// The template of a workload with its machine's definition inside.
pub fn template(workload: &Workload, definition: &Value) -> Value {
    let stack = names::stack(workload);
    let endpoint = workload
        .deploy
        .as_ref()
        .and_then(|deploy| deploy.endpoint.as_ref());
    json!({
        "AWSTemplateFormatVersion": "2010-09-09",
        "Description": format!("Pipeline of the workload {}: compiled by plimsoll.", workload.name),
        "Resources": {
            "Bucket": bucket::resource(workload),
            "JobRole": roles::jobs(
                &stack,
                endpoint.map(|endpoint| endpoint.name.as_str()),
                workload.data.object().map(|(bucket, _)| bucket),
            ),
            "MachineRole": roles::machine(&stack, workload.tune.is_some()),
            "PackageGroup": package_group::resource(workload, &stack),
            "LogGroup": logs::resource(&stack),
            "Machine": machine::resource(&stack, definition),
        },
        "Outputs": {
            "BucketName": {"Value": {"Ref": "Bucket"}, "Description": "data, models and results"},
            "MachineArn": {"Value": {"Ref": "Machine"}, "Description": "the pipeline"},
            "JobRoleArn": {"Value": {"Fn::GetAtt": ["JobRole", "Arn"]}, "Description": "role of the jobs"},
            "PackageGroupArn": {"Value": {"Ref": "PackageGroup"}, "Description": "registered models"},
        },
    })
}
