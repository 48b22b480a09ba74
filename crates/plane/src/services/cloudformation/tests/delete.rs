//! Deleting stacks.

use serde_json::json;

use super::{create, events, pipeline, status, template};
use crate::services::cloudformation::{Stack, StackEvent};
use crate::services::iam::Role;
use crate::services::logs::LogGroup;
use crate::services::request::text;
use crate::services::s3::Bucket;
use crate::services::s3::object::{self, Object, ObjectMeta};
use crate::services::states::StateMachine;
use crate::simulation::bed::{Bed, EPOCH};
use crate::store::{Blob, Record};

#[test]
fn a_deleted_stack_leaves_nothing_and_frees_its_name() {
    let mut bed = Bed::new();
    create(&mut bed, &pipeline());
    let stacks = bed.ok(
        "cloudformation",
        "DescribeStacks",
        &json!({"StackName": "s"}),
    );
    let id = text(&stacks["Stacks"][0], "StackId").to_owned();
    bed.ok("cloudformation", "DeleteStack", &json!({"StackName": "s"}));
    for kind in [Bucket::KIND, Role::KIND, LogGroup::KIND, StateMachine::KIND] {
        let prefix = format!("record: {kind} ");
        assert!(
            !bed.dump().iter().any(|row| row.starts_with(&prefix)),
            "{kind} is left"
        );
    }
    let lines = events(&mut bed, &id);
    let deleted: Vec<&str> = lines
        .iter()
        .filter(|line| line.ends_with("DELETE_COMPLETE"))
        .map(String::as_str)
        .collect();
    assert_eq!(deleted.len(), 6);
    assert_eq!(deleted.last(), Some(&"s DELETE_COMPLETE"));
    let place = |line: &str| lines.iter().position(|found| found == line).unwrap();
    assert!(place("Machine DELETE_COMPLETE") < place("Role DELETE_IN_PROGRESS"));
    assert_eq!(
        bed.refused(
            "cloudformation",
            "DescribeStacks",
            &json!({"StackName": "s"})
        ),
        (
            "ValidationError".into(),
            "Stack with id s does not exist".into()
        )
    );
    assert_eq!(
        bed.ok("cloudformation", "DeleteStack", &json!({"StackName": "s"})),
        json!({})
    );
    let listed = bed.ok(
        "cloudformation",
        "ListStacks",
        &json!({"StackStatusFilter": ["DELETE_COMPLETE"]}),
    );
    assert_eq!(listed["StackSummaries"][0]["StackId"], id);
}

#[test]
fn deleted_stacks_are_remembered_for_ninety_days() {
    let mut bed = Bed::new();
    create(&mut bed, &pipeline());
    let id = bed.store.snapshot().get::<Stack>("s").unwrap().unwrap().id;
    bed.ok("cloudformation", "DeleteStack", &json!({"StackName": "s"}));
    assert!(bed.store.snapshot().get::<Stack>(&id).unwrap().is_some());
    create(&mut bed, &pipeline());
    bed.clock.advance_to(EPOCH + 91 * 86_400_000);
    bed.ok("cloudformation", "DeleteStack", &json!({"StackName": "s"}));
    let ninety = bed.store.snapshot().get::<Stack>(&id).unwrap();
    assert_eq!(ninety, None);
    assert_eq!(
        bed.store.snapshot().children::<StackEvent>(&id).unwrap(),
        []
    );
}

#[test]
fn a_bucket_with_objects_is_not_deleted_until_it_is_empty() {
    let mut bed = Bed::new();
    let machine = json!({"Type": "AWS::Logs::LogGroup", "Properties": {"LogGroupName": {"Fn::Sub": "/${Bucket}"}}});
    create(
        &mut bed,
        &template(
            &json!({"Bucket": {"Type": "AWS::S3::Bucket", "Properties": {"BucketName": "bucket"}}, "Log": machine}),
        ),
    );
    let object = Object {
        bucket: "bucket".into(),
        key: "k".into(),
        modified: EPOCH,
        blob: Blob {
            sha256: "0".repeat(64),
            bytes: 0,
        },
        etag: "e".into(),
        meta: ObjectMeta::default(),
    };
    bed.transact(|tx| object::put(tx, &object)).unwrap();
    bed.ok("cloudformation", "DeleteStack", &json!({"StackName": "s"}));
    assert_eq!(
        status(&mut bed),
        (
            "DELETE_FAILED".into(),
            "The following resource(s) failed to delete: [Bucket]. ".into()
        )
    );
    assert_eq!(
        events(&mut bed, "s")[8..],
        [
            "s DELETE_IN_PROGRESS",
            "Log DELETE_IN_PROGRESS",
            "Log DELETE_COMPLETE",
            "Bucket DELETE_IN_PROGRESS",
            "Bucket DELETE_FAILED",
            "s DELETE_FAILED"
        ]
    );
    bed.transact(|tx| Ok(object::delete(tx, "bucket", "k")?))
        .unwrap();
    bed.ok("cloudformation", "DeleteStack", &json!({"StackName": "s"}));
    assert_eq!(
        bed.refused(
            "cloudformation",
            "DescribeStacks",
            &json!({"StackName": "s"})
        )
        .0,
        "ValidationError"
    );
}
