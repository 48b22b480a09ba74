//! Creating stacks, and what fails.

use serde_json::{Value, json};

use super::{create, events, group, pipeline, request, status, template};
use crate::services::iam::Role;
use crate::services::logs::LogGroup;
use crate::services::request::{items, text};
use crate::simulation::bed::Bed;

#[test]
fn a_stack_of_every_type_is_created_in_the_order_of_its_dependencies() {
    let mut bed = Bed::new();
    create(&mut bed, &pipeline());
    assert_eq!(status(&mut bed), ("CREATE_COMPLETE".into(), String::new()));
    let stacks = bed.ok("cloudformation", "DescribeStacks", &json!({}));
    assert_eq!(
        stacks["Stacks"][0]["Outputs"],
        json!([
            {"OutputKey": "BucketName", "OutputValue": "plimsoll-heart-000000000000-us-east-1", "Description": "data"},
            {"OutputKey": "MachineArn", "OutputValue": "arn:aws:states:us-east-1:000000000000:stateMachine:heart"},
        ])
    );
    let lines = events(&mut bed, "s");
    assert_eq!(lines.len(), 2 + 5 * 3);
    assert_eq!(
        lines[..4],
        [
            "s CREATE_IN_PROGRESS",
            "Bucket CREATE_IN_PROGRESS",
            "Bucket CREATE_IN_PROGRESS",
            "Bucket CREATE_COMPLETE"
        ]
    );
    let place = |line: &str| lines.iter().position(|found| found == line).unwrap();
    assert!(place("Bucket CREATE_COMPLETE") < place("Role CREATE_IN_PROGRESS"));
    assert!(place("Role CREATE_COMPLETE") < place("Machine CREATE_IN_PROGRESS"));
    assert_eq!(lines.last().unwrap(), "s CREATE_COMPLETE");
    let role = bed
        .store
        .snapshot()
        .get::<Role>("heart-machine")
        .unwrap()
        .unwrap();
    assert!(role.inline["p"].contains("arn:aws:s3:::plimsoll-heart-000000000000-us-east-1/*"));
    let machine = bed.ok(
        "states",
        "DescribeStateMachine",
        &json!({"stateMachineArn": "arn:aws:states:us-east-1:000000000000:stateMachine:heart"}),
    );
    assert!(text(&machine, "definition").contains("\"plimsoll-heart-000000000000-us-east-1\""));
    assert_eq!(text(&machine, "roleArn"), role.arn);
    let detail = bed.ok(
        "cloudformation",
        "DescribeStackResource",
        &json!({"StackName": "s", "LogicalResourceId": "Group"}),
    );
    assert_eq!(
        detail["StackResourceDetail"]["PhysicalResourceId"],
        "arn:aws:sagemaker:us-east-1:000000000000:model-package-group/heart"
    );
    let got = bed.ok("cloudformation", "GetTemplate", &json!({"StackName": "s"}));
    assert_eq!(got["TemplateBody"], pipeline().to_string());
}

#[test]
fn an_unknown_type_fails_the_stack_by_name_and_rolls_back() {
    let mut bed = Bed::new();
    let topic = json!({"Type": "AWS::SNS::Topic", "DependsOn": "Log"});
    create(
        &mut bed,
        &template(&json!({"Log": group("/a"), "Topic": topic})),
    );
    assert_eq!(status(&mut bed).0, "ROLLBACK_COMPLETE");
    assert_eq!(
        events(&mut bed, "s"),
        [
            "s CREATE_IN_PROGRESS",
            "Log CREATE_IN_PROGRESS",
            "Log CREATE_IN_PROGRESS",
            "Log CREATE_COMPLETE",
            "Topic CREATE_IN_PROGRESS",
            "Topic CREATE_FAILED",
            "s ROLLBACK_IN_PROGRESS",
            "Topic DELETE_COMPLETE",
            "Log DELETE_IN_PROGRESS",
            "Log DELETE_COMPLETE",
            "s ROLLBACK_COMPLETE",
        ]
    );
    let page = bed.ok(
        "cloudformation",
        "DescribeStackEvents",
        &json!({"StackName": "s"}),
    );
    let failed = items(&page, "StackEvents")
        .iter()
        .find(|event| event["ResourceStatus"] == "CREATE_FAILED")
        .unwrap();
    assert_eq!(
        failed["ResourceStatusReason"],
        "Unrecognized resource type: AWS::SNS::Topic"
    );
    assert_eq!(bed.store.snapshot().get::<LogGroup>("/a").unwrap(), None);
    let (_, message) = bed.refused(
        "cloudformation",
        "UpdateStack",
        &request(&template(&json!({"Log": group("/b")}))),
    );
    assert!(
        message.ends_with("is in ROLLBACK_COMPLETE state and can not be updated."),
        "{message}"
    );
    let (code, message) = bed.refused(
        "cloudformation",
        "CreateStack",
        &request(&template(&json!({"Log": group("/b")}))),
    );
    assert_eq!(
        (code.as_str(), message.as_str()),
        ("AlreadyExistsException", "Stack [s] already exists")
    );
}

#[test]
fn a_failed_creation_stays_or_goes_as_it_was_asked() {
    let broken = template(&json!({
        "Log": group("/a"),
        "Bucket": {"Type": "AWS::S3::Bucket", "DependsOn": "Log", "Properties": {"BucketName": "NO"}},
    }));
    for (member, value, expected, kept) in [
        ("OnFailure", json!("DO_NOTHING"), "CREATE_FAILED", true),
        ("DisableRollback", json!(true), "CREATE_FAILED", true),
        ("OnFailure", json!("ROLLBACK"), "ROLLBACK_COMPLETE", false),
    ] {
        let mut bed = Bed::new();
        let mut wanted = request(&broken);
        wanted[member] = value;
        bed.ok("cloudformation", "CreateStack", &wanted);
        assert_eq!(status(&mut bed).0, expected);
        assert_eq!(
            bed.store
                .snapshot()
                .get::<LogGroup>("/a")
                .unwrap()
                .is_some(),
            kept
        );
        bed.ok("cloudformation", "DeleteStack", &json!({"StackName": "s"}));
        assert_eq!(bed.store.snapshot().get::<LogGroup>("/a").unwrap(), None);
    }
    let mut bed = Bed::new();
    let mut wanted = request(&broken);
    wanted["OnFailure"] = "DELETE".into();
    bed.ok("cloudformation", "CreateStack", &wanted);
    assert_eq!(
        bed.refused(
            "cloudformation",
            "DescribeStacks",
            &json!({"StackName": "s"})
        )
        .0,
        "ValidationError"
    );
    let listed = bed.ok("cloudformation", "ListStacks", &json!({}));
    assert_eq!(
        listed["StackSummaries"][0]["StackStatus"],
        "DELETE_COMPLETE"
    );
}

#[test]
fn resources_fail_with_the_reason_of_their_service() {
    let bucket = |properties: Value| json!({"Type": "AWS::S3::Bucket", "Properties": properties});
    for (resource, reason) in [
        (
            bucket(json!({"ReplicationConfiguration": {}})),
            "Encountered unsupported property ReplicationConfiguration of AWS::S3::Bucket",
        ),
        (
            bucket(json!({"VersioningConfiguration": {"Status": "Maybe"}})),
            "`Maybe` is no Status of VersioningConfiguration",
        ),
        (
            bucket(json!({"BucketName": "Upper"})),
            "Resource handler returned message: \"The specified bucket is not valid.\" (HandlerErrorCode: InvalidRequest)",
        ),
        (
            json!({"Type": "AWS::SageMaker::ModelPackageGroup"}),
            "Property ModelPackageGroupName cannot be empty.",
        ),
        (
            bucket(json!({"BucketName": {"Fn::ImportValue": "x"}})),
            "the function Fn::ImportValue is not implemented",
        ),
        (
            json!({"Type": "AWS::StepFunctions::StateMachine", "Properties": {"RoleArn": "arn:aws:iam::000000000000:role/r", "DefinitionString": "{"}}),
            "Invalid State Machine Definition: 'INVALID_JSON_DESCRIPTION",
        ),
    ] {
        let mut bed = Bed::new();
        create(&mut bed, &template(&json!({"R": resource})));
        assert_eq!(status(&mut bed).0, "ROLLBACK_COMPLETE");
        let page = bed.ok(
            "cloudformation",
            "DescribeStackEvents",
            &json!({"StackName": "s"}),
        );
        let failed = items(&page, "StackEvents")
            .iter()
            .find(|event| event["ResourceStatus"] == "CREATE_FAILED")
            .unwrap();
        assert!(
            text(failed, "ResourceStatusReason").contains(reason),
            "{failed}"
        );
    }
}

#[test]
fn templates_of_another_form_are_refused() {
    let mut bed = Bed::new();
    let refer = |value: Value| {
        template(&json!({"B": {"Type": "AWS::S3::Bucket", "Properties": {"BucketName": value}}}))
    };
    for (body, part) in [
        (
            "Resources:\n  B:\n".to_owned(),
            "YAML is not implemented; send the template as JSON",
        ),
        ("{".to_owned(), "JSON not well-formed."),
        ("{}".to_owned(), "At least one"),
        (
            json!({"Resources": {"B": {"Type": "T"}}, "Mappings": {}}).to_string(),
            "Invalid template property or properties [Mappings]",
        ),
        (
            template(&json!({"B": {}})).to_string(),
            "must contain a Type member",
        ),
        (
            template(&json!({"B-1": {"Type": "T"}})).to_string(),
            "Resource name B-1 is non alphanumeric.",
        ),
        (
            template(&json!({"B": {"Type": "T", "CreationPolicy": {}}})).to_string(),
            "the attribute CreationPolicy is not implemented",
        ),
        (
            refer(json!({"Ref": "X"})).to_string(),
            "Unresolved resource dependencies [X] in the Resources block",
        ),
        (
            refer(json!({"Ref": "B"})).to_string(),
            "Circular dependency between resources: [B]",
        ),
    ] {
        let (code, message) = bed.refused(
            "cloudformation",
            "ValidateTemplate",
            &json!({"TemplateBody": body}),
        );
        assert_eq!(code, "ValidationError");
        assert!(message.contains(part), "{message}");
    }
    let valid = bed.ok(
        "cloudformation",
        "ValidateTemplate",
        &json!({"TemplateBody": pipeline().to_string()}),
    );
    assert_eq!(
        valid["Parameters"],
        json!([{"ParameterKey": "Name", "NoEcho": false, "DefaultValue": "heart"}])
    );
    assert_eq!(valid["Capabilities"], json!(["CAPABILITY_NAMED_IAM"]));
}

#[test]
fn roles_need_an_acknowledgement() {
    let mut bed = Bed::new();
    let role = |name: Value| {
        let mut properties = json!({"AssumeRolePolicyDocument": {"Statement": []}});
        if name.is_string() {
            properties["RoleName"] = name;
        }
        template(&json!({"R": {"Type": "AWS::IAM::Role", "Properties": properties}}))
    };
    for (body, given, wanted) in [
        (
            role(json!("r")),
            json!(["CAPABILITY_IAM"]),
            Some("CAPABILITY_NAMED_IAM"),
        ),
        (role(Value::Null), json!([]), Some("CAPABILITY_IAM")),
        (role(Value::Null), json!(["CAPABILITY_IAM"]), None),
    ] {
        let request =
            json!({"StackName": "s", "TemplateBody": body.to_string(), "Capabilities": given});
        let refused = bed.call("cloudformation", "CreateStack", &request).err();
        let expected = wanted.map(|wanted| {
            format!("InsufficientCapabilitiesException: Requires capabilities : [{wanted}]")
        });
        assert_eq!(refused.map(|fault| fault.to_string()), expected);
    }
    let resources = bed.ok(
        "cloudformation",
        "DescribeStackResources",
        &json!({"StackName": "s"}),
    );
    let name = text(&resources["StackResources"][0], "PhysicalResourceId");
    assert!(name.starts_with("s-R-") && name.len() == 16, "{name}");
}

#[test]
fn a_bucket_is_configured_by_its_properties() {
    use crate::services::s3::bucket::{self, Versioning};
    use crate::services::s3::configuration::{self, Kind, Stored};

    let mut bed = Bed::new();
    let wanted = json!({"R": {"Type": "AWS::S3::Bucket", "Properties": {
        "BucketName": "configured",
        "VersioningConfiguration": {"Status": "Enabled"},
        "BucketEncryption": {"ServerSideEncryptionConfiguration": [
            {"ServerSideEncryptionByDefault": {"SSEAlgorithm": "aws:kms", "KMSMasterKeyID": "k"}}
        ]},
        "Tags": [{"Key": "team", "Value": "a<b"}],
        "LifecycleConfiguration": {"Rules": []},
    }}});
    create(&mut bed, &template(&wanted));
    let found = bucket::require(&bed.store.snapshot(), "configured").unwrap();
    assert_eq!(found.versioning, Versioning::Enabled);
    assert_eq!(found.encryption.unwrap().key.as_deref(), Some("k"));
    let tags = configuration::get(&bed.store.snapshot(), "configured", Kind::Tags).unwrap();
    let document =
        "<Tagging><TagSet><Tag><Key>team</Key><Value>a&lt;b</Value></Tag></TagSet></Tagging>";
    assert_eq!(tags, Stored::Is(document.to_owned()));
    let less =
        json!({"R": {"Type": "AWS::S3::Bucket", "Properties": {"BucketName": "configured"}}});
    bed.ok("cloudformation", "UpdateStack", &request(&template(&less)));
    let found = bucket::require(&bed.store.snapshot(), "configured").unwrap();
    assert_eq!(
        (found.versioning, found.encryption),
        (Versioning::Suspended, None)
    );
}
