//! Stacks: created, changed, rolled back, deleted.

mod create;
mod delete;
mod update;

use serde_json::{Value, json};

use crate::services::request::{items, text};
use crate::simulation::bed::Bed;

fn group(name: &str) -> Value {
    json!({"Type": "AWS::Logs::LogGroup", "Properties": {"LogGroupName": name}})
}

fn template(resources: &Value) -> Value {
    json!({"Resources": resources})
}

fn request(template: &Value) -> Value {
    json!({"StackName": "s", "TemplateBody": template.to_string(), "Capabilities": ["CAPABILITY_NAMED_IAM"]})
}

fn create(bed: &mut Bed, template: &Value) {
    bed.ok("cloudformation", "CreateStack", &request(template));
}

/// Status and reason.
fn status(bed: &mut Bed) -> (String, String) {
    let stacks = bed.ok(
        "cloudformation",
        "DescribeStacks",
        &json!({"StackName": "s"}),
    );
    let stack = &stacks["Stacks"][0];
    (
        text(stack, "StackStatus").to_owned(),
        text(stack, "StackStatusReason").to_owned(),
    )
}

/// `LogicalId STATUS`, oldest first.
fn events(bed: &mut Bed, stack: &str) -> Vec<String> {
    let page = bed.ok(
        "cloudformation",
        "DescribeStackEvents",
        &json!({"StackName": stack}),
    );
    let mut lines: Vec<String> = items(&page, "StackEvents")
        .iter()
        .map(|event| {
            format!(
                "{} {}",
                text(event, "LogicalResourceId"),
                text(event, "ResourceStatus")
            )
        })
        .collect();
    lines.reverse();
    lines
}

/// A stack as the product makes it: bucket, roles, machine, groups.
fn pipeline() -> Value {
    let trust = json!({"Version": "2012-10-17", "Statement": [
        {"Effect": "Allow", "Principal": {"Service": "states.amazonaws.com"}, "Action": "sts:AssumeRole"},
    ]});
    json!({
        "AWSTemplateFormatVersion": "2010-09-09",
        "Description": "a pipeline",
        "Parameters": {"Name": {"Type": "String", "Default": "heart"}},
        "Resources": {
            "Machine": {"Type": "AWS::StepFunctions::StateMachine", "Properties": {
                "StateMachineName": {"Ref": "Name"},
                "RoleArn": {"Fn::GetAtt": ["Role", "Arn"]},
                "DefinitionString": "{\"StartAt\": \"S\", \"States\": {\"S\": {\"Type\": \"Pass\", \"Result\": \"${bucket}\", \"End\": true}}}",
                "DefinitionSubstitutions": {"bucket": {"Ref": "Bucket"}},
                "LoggingConfiguration": {"Level": "ERROR", "Destinations": [
                    {"CloudWatchLogsLogGroup": {"LogGroupArn": {"Fn::GetAtt": ["Log", "Arn"]}}},
                ]},
            }},
            "Role": {"Type": "AWS::IAM::Role", "Properties": {
                "RoleName": {"Fn::Sub": "${Name}-machine"},
                "AssumeRolePolicyDocument": trust,
                "Policies": [{"PolicyName": "p", "PolicyDocument": {"Version": "2012-10-17", "Statement": [
                    {"Effect": "Allow", "Action": "s3:GetObject", "Resource": {"Fn::Sub": "${Bucket.Arn}/*"}},
                ]}}],
            }},
            "Bucket": {"Type": "AWS::S3::Bucket", "Properties": {
                "BucketName": {"Fn::Sub": "plimsoll-${Name}-${AWS::AccountId}-${AWS::Region}"},
                "PublicAccessBlockConfiguration": {"BlockPublicAcls": true},
            }},
            "Log": {"Type": "AWS::Logs::LogGroup", "Properties": {"LogGroupName": "/aws/vendedlogs/states/heart", "RetentionInDays": 30}},
            "Group": {"Type": "AWS::SageMaker::ModelPackageGroup", "Properties": {"ModelPackageGroupName": {"Ref": "Name"}}},
        },
        "Outputs": {"BucketName": {"Value": {"Ref": "Bucket"}, "Description": "data"}, "MachineArn": {"Value": {"Ref": "Machine"}}},
    })
}
