//! Updating stacks, parameters and conditions.

use serde_json::json;

use super::{create, events, group, request, status, template};
use crate::services::cloudformation::Stack;
use crate::services::logs::LogGroup;
use crate::services::request::{items, text};
use crate::simulation::bed::Bed;

#[test]
fn an_update_changes_replaces_adds_and_removes() {
    let mut bed = Bed::new();
    let log = |name: &str, days: u64| json!({"Type": "AWS::Logs::LogGroup", "Properties": {"LogGroupName": name, "RetentionInDays": days}});
    create(
        &mut bed,
        &template(
            &json!({"Same": group("/same"), "Kept": log("/kept", 1), "Moved": group("/old"), "Gone": group("/gone")}),
        ),
    );
    let next = template(
        &json!({"Same": group("/same"), "Kept": log("/kept", 7), "Moved": group("/new"), "Added": group("/added")}),
    );
    bed.ok("cloudformation", "UpdateStack", &request(&next));
    assert_eq!(
        events(&mut bed, "s")[14..],
        [
            "s UPDATE_IN_PROGRESS",
            "Kept UPDATE_IN_PROGRESS",
            "Kept UPDATE_COMPLETE",
            "Moved UPDATE_IN_PROGRESS",
            "Moved UPDATE_IN_PROGRESS",
            "Moved UPDATE_COMPLETE",
            "Added CREATE_IN_PROGRESS",
            "Added CREATE_IN_PROGRESS",
            "Added CREATE_COMPLETE",
            "s UPDATE_COMPLETE_CLEANUP_IN_PROGRESS",
            "Moved DELETE_IN_PROGRESS",
            "Moved DELETE_COMPLETE",
            "Gone DELETE_IN_PROGRESS",
            "Gone DELETE_COMPLETE",
            "s UPDATE_COMPLETE",
        ]
    );
    let groups = bed.ok("logs", "DescribeLogGroups", &json!({}));
    let names: Vec<&str> = items(&groups, "logGroups")
        .iter()
        .map(|group| text(group, "logGroupName"))
        .collect();
    assert_eq!(names, ["/added", "/kept", "/new", "/same"]);
    assert_eq!(groups["logGroups"][1]["retentionInDays"], 7);
    let resources = bed.ok(
        "cloudformation",
        "ListStackResources",
        &json!({"StackName": "s"}),
    );
    let statuses: Vec<(&str, &str)> = items(&resources, "StackResourceSummaries")
        .iter()
        .map(|resource| {
            (
                text(resource, "LogicalResourceId"),
                text(resource, "ResourceStatus"),
            )
        })
        .collect();
    assert_eq!(
        statuses,
        [
            ("Same", "CREATE_COMPLETE"),
            ("Kept", "UPDATE_COMPLETE"),
            ("Moved", "UPDATE_COMPLETE"),
            ("Added", "CREATE_COMPLETE")
        ]
    );
}

#[test]
fn an_update_without_a_change_is_refused_and_a_repeated_one_is_one() {
    let mut bed = Bed::new();
    let mut next = request(&template(&json!({"A": group("/a")})));
    next["ClientRequestToken"] = "t".into();
    let first = bed.ok("cloudformation", "CreateStack", &next);
    assert_eq!(bed.ok("cloudformation", "CreateStack", &next), first);
    assert_eq!(bed.ok("cloudformation", "UpdateStack", &next), first);
    let next = template(&json!({"A": group("/a")}));
    assert_eq!(
        bed.refused("cloudformation", "UpdateStack", &request(&next)),
        (
            "ValidationError".into(),
            "No updates are to be performed.".into()
        )
    );
    let previous = json!({"StackName": "s", "UsePreviousTemplate": true});
    assert_eq!(
        bed.refused("cloudformation", "UpdateStack", &previous).1,
        "No updates are to be performed."
    );
    let none = json!({"StackName": "none", "UsePreviousTemplate": true});
    assert_eq!(
        bed.refused("cloudformation", "UpdateStack", &none).1,
        "Stack [none] does not exist"
    );
}

#[test]
fn a_failed_update_leaves_everything_as_it_was() {
    let mut bed = Bed::new();
    create(&mut bed, &template(&json!({"A": group("/a")})));
    let before = bed.store.snapshot().get::<Stack>("s").unwrap().unwrap();
    let next = template(&json!({
        "A": {"Type": "AWS::Logs::LogGroup", "Properties": {"LogGroupName": "/a", "RetentionInDays": 30}},
        "B": group("/b"),
        "Topic": {"Type": "AWS::SNS::Topic"},
    }));
    bed.ok("cloudformation", "UpdateStack", &request(&next));
    assert_eq!(status(&mut bed).0, "UPDATE_ROLLBACK_COMPLETE");
    assert_eq!(
        events(&mut bed, "s")[5..],
        [
            "s UPDATE_IN_PROGRESS",
            "A UPDATE_IN_PROGRESS",
            "A UPDATE_COMPLETE",
            "B CREATE_IN_PROGRESS",
            "B CREATE_IN_PROGRESS",
            "B CREATE_COMPLETE",
            "Topic CREATE_IN_PROGRESS",
            "Topic CREATE_FAILED",
            "s UPDATE_ROLLBACK_IN_PROGRESS",
            "A UPDATE_IN_PROGRESS",
            "A UPDATE_COMPLETE",
            "s UPDATE_ROLLBACK_COMPLETE_CLEANUP_IN_PROGRESS",
            "Topic DELETE_COMPLETE",
            "B DELETE_IN_PROGRESS",
            "B DELETE_COMPLETE",
            "s UPDATE_ROLLBACK_COMPLETE",
        ]
    );
    let snapshot = bed.store.snapshot();
    assert_eq!(snapshot.get::<LogGroup>("/b").unwrap(), None);
    assert_eq!(
        snapshot
            .get::<LogGroup>("/a")
            .unwrap()
            .unwrap()
            .retention_days,
        None
    );
    let after = snapshot.get::<Stack>("s").unwrap().unwrap();
    assert_eq!(
        (after.resources, after.template),
        (before.resources, before.template)
    );
}

#[test]
fn conditions_parameters_retention_and_protection() {
    let mut bed = Bed::new();
    let body = json!({
        "Parameters": {"Stage": {"Type": "String"}, "Secret": {"Type": "String", "Default": "x", "NoEcho": true}},
        "Conditions": {"Both": {"Fn::And": [{"Condition": "Live"}, {"Fn::Not": [{"Condition": "Never"}]}]}, "Live": {"Fn::Equals": [{"Ref": "Stage"}, "live"]}, "Never": {"Fn::Equals": ["a", "b"]}},
        "Resources": {
            "Always": {"Type": "AWS::Logs::LogGroup", "DeletionPolicy": "Retain", "Properties": {"LogGroupName": "/always", "RetentionInDays": {"Fn::If": ["Both", 30, {"Ref": "AWS::NoValue"}]}}},
            "Sometimes": {"Type": "AWS::Logs::LogGroup", "Condition": "Both", "Properties": {"LogGroupName": "/live"}},
        },
        "Outputs": {"Group": {"Condition": "Both", "Value": {"Ref": "Sometimes"}}},
    });
    let mut wanted = request(&body);
    assert_eq!(
        bed.refused("cloudformation", "CreateStack", &wanted).1,
        "Parameters: [Stage] must have values"
    );
    wanted["Parameters"] = json!([{"ParameterKey": "Stage", "ParameterValue": "test"}]);
    wanted["EnableTerminationProtection"] = true.into();
    bed.ok("cloudformation", "CreateStack", &wanted);
    let names = |bed: &mut Bed| {
        let groups = bed.ok("logs", "DescribeLogGroups", &json!({}));
        items(&groups, "logGroups")
            .iter()
            .map(|group| text(group, "logGroupName").to_owned())
            .collect::<Vec<_>>()
    };
    assert_eq!(names(&mut bed), ["/always"]);
    let stacks = bed.ok(
        "cloudformation",
        "DescribeStacks",
        &json!({"StackName": "s"}),
    );
    assert_eq!(
        stacks["Stacks"][0]["Parameters"],
        json!([{"ParameterKey": "Secret", "ParameterValue": "****"}, {"ParameterKey": "Stage", "ParameterValue": "test"}])
    );
    let live = json!({"StackName": "s", "UsePreviousTemplate": true, "Parameters": [{"ParameterKey": "Stage", "ParameterValue": "live"}, {"ParameterKey": "Secret", "UsePreviousValue": true}]});
    bed.ok("cloudformation", "UpdateStack", &live);
    assert_eq!(names(&mut bed), ["/always", "/live"]);
    let stacks = bed.ok(
        "cloudformation",
        "DescribeStacks",
        &json!({"StackName": "s"}),
    );
    assert_eq!(stacks["Stacks"][0]["Outputs"][0]["OutputValue"], "/live");
    let (_, message) = bed.refused("cloudformation", "DeleteStack", &json!({"StackName": "s"}));
    assert_eq!(
        message,
        "Stack [s] cannot be deleted while TerminationProtection is enabled"
    );
    bed.transact(|tx| {
        let mut stack = tx.get::<Stack>("s")?.unwrap();
        stack.protected = false;
        Ok(tx.put(&stack)?)
    })
    .unwrap();
    bed.ok("cloudformation", "DeleteStack", &json!({"StackName": "s"}));
    assert_eq!(names(&mut bed), ["/always"]);
}
