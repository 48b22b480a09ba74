//! Model packages, their groups, and tags.

use serde_json::{Value, json};

use super::super::{Model, ModelData, containers};
use super::{Bed, ROLE, training};

/// Registers a version with a token of this digit, and answers its ARN.
fn register(bed: &mut Bed, digit: char) -> String {
    let request = json!({
        "ModelPackageGroupName": "g", "ClientToken": digit.to_string().repeat(36),
        "InferenceSpecification": {
            "Containers": [{
                "Image": "plimsoll:0.1.0", "ModelDataUrl": "s3://b/m.tar.gz",
                "Environment": {"A": "1", "B": "1"},
            }],
            "SupportedContentTypes": ["text/csv"], "SupportedResponseMIMETypes": ["text/csv"],
        },
        "CustomerMetadataProperties": {"key": "1"},
    });
    let answer = bed.call("CreateModelPackage", request).unwrap();
    answer["ModelPackageArn"].as_str().unwrap().to_owned()
}

#[test]
fn packages_are_versions_of_their_group() {
    let mut bed = Bed::new();
    let group = json!({"ModelPackageGroupName": "g", "ModelPackageGroupDescription": "d"});
    bed.call("CreateModelPackageGroup", &group).unwrap();
    let arn = "arn:aws:sagemaker:us-east-1:000000000000:model-package-group/g";
    let taken = format!("Model Package Group already exists: {arn}");
    assert_eq!(bed.refusal("CreateModelPackageGroup", &group).1, taken);
    let one = register(&mut bed, '1');
    assert_eq!(
        one,
        register(&mut bed, '1'),
        "the same token answers the same"
    );
    let two = register(&mut bed, '2');
    assert!(
        one.ends_with(":model-package/g/1") && two.ends_with(":model-package/g/2"),
        "{two}"
    );

    let group = json!({"ModelPackageGroupName": "g"});
    assert_eq!(
        bed.refusal("DeleteModelPackageGroup", &group).0,
        "ConflictException"
    );
    for name in [one, two] {
        bed.call("DeleteModelPackage", json!({"ModelPackageName": name}))
            .unwrap();
    }
    let three = register(&mut bed, '1');
    assert!(
        three.ends_with("/g/3"),
        "a version is never given again: {three}"
    );
    bed.call("DeleteModelPackage", json!({"ModelPackageName": three}))
        .unwrap();
    bed.call("DeleteModelPackageGroup", &group).unwrap();
    let missing = "ModelPackageGroup g does not exist.";
    assert_eq!(bed.refusal("DescribeModelPackageGroup", &group).1, missing);
}

#[test]
fn packages_are_approved_edited_and_listed() {
    let mut bed = Bed::new();
    bed.call(
        "CreateModelPackageGroup",
        json!({"ModelPackageGroupName": "g"}),
    )
    .unwrap();
    register(&mut bed, '1');
    let two = register(&mut bed, '2');
    let update = json!({
        "ModelPackageArn": two, "ModelApprovalStatus": "Approved", "ApprovalDescription": "good",
        "CustomerMetadataProperties": {"more": "2"}, "CustomerMetadataPropertiesToRemove": ["key"],
    });
    bed.call("UpdateModelPackage", update).unwrap();
    let found = bed
        .call("DescribeModelPackage", json!({"ModelPackageName": two}))
        .unwrap();
    assert_eq!(found["ModelPackageVersion"], 2);
    assert_eq!(found["ModelApprovalStatus"], "Approved");
    assert_eq!(found["ApprovalDescription"], "good");
    assert_eq!(found["CustomerMetadataProperties"], json!({"more": "2"}));
    assert_eq!(found["ModelPackageGroupName"], "g");
    let mut list = |request: Value| -> Vec<u64> {
        let answer = bed.call("ListModelPackages", request).unwrap();
        let list = answer["ModelPackageSummaryList"]
            .as_array()
            .unwrap()
            .clone();
        list.iter()
            .map(|package| package["ModelPackageVersion"].as_u64().unwrap())
            .collect()
    };
    assert_eq!(list(json!({"ModelPackageGroupName": "g"})), [1, 2]);
    let approved = json!({"ModelPackageGroupName": "g", "ModelApprovalStatus": "Approved"});
    assert_eq!(list(approved), [2]);
    assert_eq!(list(json!({})), Vec::<u64>::new());
    assert_eq!(list(json!({"ModelPackageType": "Versioned"})), [1, 2]);
}

#[test]
fn a_model_of_a_package_runs_the_packages_container() {
    let mut bed = Bed::new();
    bed.call(
        "CreateModelPackageGroup",
        json!({"ModelPackageGroupName": "g"}),
    )
    .unwrap();
    let package = register(&mut bed, '1');
    let request = json!({
        "ModelName": "m", "ExecutionRoleArn": ROLE,
        "PrimaryContainer": {"ModelPackageName": package, "Environment": {"B": "2"}},
    });
    bed.call("CreateModel", request).unwrap();
    let snapshot = bed.store.snapshot();
    let record = snapshot.get::<Model>("m").unwrap().unwrap();
    let container = containers(&snapshot, &record).unwrap().remove(0);
    assert_eq!(container.image, "plimsoll:0.1.0");
    let archive = ModelData::Archive("s3://b/m.tar.gz".to_owned());
    assert_eq!(
        (container.hostname.as_str(), container.data),
        ("primary", Some(archive))
    );
    let environment: Vec<_> = container.environment.into_iter().collect();
    assert_eq!(
        environment,
        [("A".into(), "1".into()), ("B".into(), "2".into())]
    );
}

#[test]
fn tags_belong_to_a_resource_that_exists() {
    let mut bed = Bed::new();
    let arn = bed.call("CreateTrainingJob", training("j")).unwrap()["TrainingJobArn"].clone();
    let tag = |key: &str, value: &str| json!({"Key": key, "Value": value});
    let added = json!({"ResourceArn": arn, "Tags": [tag("a", "1"), tag("team", "b")]});
    let tags = bed.call("AddTags", added).unwrap();
    assert_eq!(tags["Tags"], json!([tag("a", "1"), tag("team", "b")]));
    let first = bed
        .call("ListTags", json!({"ResourceArn": arn, "MaxResults": 50}))
        .unwrap();
    assert_eq!(first["Tags"].as_array().unwrap().len(), 2);
    bed.call(
        "DeleteTags",
        json!({"ResourceArn": arn, "TagKeys": ["team"]}),
    )
    .unwrap();
    let left = bed.call("ListTags", json!({"ResourceArn": arn})).unwrap();
    assert_eq!(left["Tags"], json!([tag("a", "1")]));
    let other = "arn:aws:sagemaker:us-east-1:000000000000:training-job/x";
    assert_eq!(
        bed.refusal("ListTags", json!({"ResourceArn": other})).1,
        format!("Could not find resource \"{other}\".")
    );
    let many: Vec<Value> = (0..50)
        .map(|number| tag(&number.to_string(), "v"))
        .collect();
    let refused = bed.refusal("AddTags", json!({"ResourceArn": arn, "Tags": many}));
    assert!(
        refused.1.ends_with("would have more than 50 tags"),
        "{}",
        refused.1
    );
}
