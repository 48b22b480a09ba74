//! The bucket: private and encrypted; its name is known before it exists, so that an input can be compiled.

use serde_json::{Value, json};
use workload::Workload;

use crate::names;

pub(super) fn resource(workload: &Workload) -> Value {
    let part = names::bucket_part(workload.name.as_str());
    json!({
        "Type": "AWS::S3::Bucket",
        "Properties": {
            "BucketName": {"Fn::Sub": format!("plimsoll-{part}-${{AWS::AccountId}}-${{AWS::Region}}")},
            "BucketEncryption": {"ServerSideEncryptionConfiguration": [
                {"ServerSideEncryptionByDefault": {"SSEAlgorithm": "AES256"}},
            ]},
            "PublicAccessBlockConfiguration": {
                "BlockPublicAcls": true,
                "BlockPublicPolicy": true,
                "IgnorePublicAcls": true,
                "RestrictPublicBuckets": true,
            },
        },
    })
}
