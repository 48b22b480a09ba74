"""Stacks: what we emit is created, updated and deleted; anything else fails by name and is rolled back."""

import json

from botocore.exceptions import WaiterError

from session import client, main, refused, waiter

cloudformation = client("cloudformation")
s3 = client("s3")
iam = client("iam")
states = client("stepfunctions")


def template(resources, **more):
    return json.dumps({"AWSTemplateFormatVersion": "2010-09-09", "Resources": resources, **more})


def bucket(name):
    return {"Type": "AWS::S3::Bucket", "Properties": {"BucketName": name}}


def create(name, body, **more):
    return cloudformation.create_stack(StackName=name, TemplateBody=body, Capabilities=["CAPABILITY_NAMED_IAM"], **more)


def status(name):
    return cloudformation.describe_stacks(StackName=name)["Stacks"][0]["StackStatus"]


def reasons(name):
    events = cloudformation.describe_stack_events(StackName=name)["StackEvents"]
    return [event["ResourceStatusReason"] for event in events if event["ResourceStatus"] == "CREATE_FAILED"]


def full():
    trust = {
        "Version": "2012-10-17",
        "Statement": [{"Effect": "Allow", "Principal": {"Service": "states.amazonaws.com"}, "Action": "sts:AssumeRole"}],
    }
    return {
        "Bucket": bucket("e2e-stack"),
        "Role": {"Type": "AWS::IAM::Role", "Properties": {"RoleName": "e2e-stack", "AssumeRolePolicyDocument": trust}},
        "Group": {"Type": "AWS::SageMaker::ModelPackageGroup", "Properties": {"ModelPackageGroupName": "e2e-stack"}},
        "Logs": {"Type": "AWS::Logs::LogGroup", "Properties": {"LogGroupName": "/e2e-stack", "RetentionInDays": 7}},
        "Machine": {
            "Type": "AWS::StepFunctions::StateMachine",
            "Properties": {
                "StateMachineName": "e2e-stack",
                "RoleArn": {"Fn::GetAtt": ["Role", "Arn"]},
                "DefinitionString": {"Fn::Sub": '{"StartAt":"A","States":{"A":{"Type":"Pass","Result":"${Bucket}","End":true}}}'},
            },
        },
    }


def check_a_stack():
    outputs = {"Machine": {"Value": {"Ref": "Machine"}}, "Region": {"Value": {"Ref": "AWS::Region"}}}
    create("e2e-full", template(full(), Outputs=outputs))
    waiter(cloudformation, "stack_create_complete")(StackName="e2e-full")
    stack = cloudformation.describe_stacks(StackName="e2e-full")["Stacks"][0]
    found = {output["OutputKey"]: output["OutputValue"] for output in stack["Outputs"]}
    assert found["Region"] == "us-east-1", found
    machine = states.describe_state_machine(stateMachineArn=found["Machine"])
    assert json.loads(machine["definition"])["States"]["A"]["Result"] == "e2e-stack", machine
    assert machine["roleArn"] == iam.get_role(RoleName="e2e-stack")["Role"]["Arn"]
    s3.head_bucket(Bucket="e2e-stack")
    refused(lambda: create("e2e-full", template(full())), "AlreadyExistsException", "e2e-full")


def check_an_update():
    resources = full()
    del resources["Logs"]
    resources["Second"] = bucket("e2e-second")
    cloudformation.update_stack(
        StackName="e2e-full", TemplateBody=template(resources), Capabilities=["CAPABILITY_NAMED_IAM"]
    )
    waiter(cloudformation, "stack_update_complete")(StackName="e2e-full")
    s3.head_bucket(Bucket="e2e-second")
    assert client("logs").describe_log_groups(logGroupNamePrefix="/e2e-stack")["logGroups"] == []
    refused(
        lambda: cloudformation.update_stack(
            StackName="e2e-full", TemplateBody=template(resources), Capabilities=["CAPABILITY_NAMED_IAM"]
        ),
        "ValidationError", "No updates are to be performed",
    )


def check_deletion():
    cloudformation.delete_stack(StackName="e2e-full")
    waiter(cloudformation, "stack_delete_complete")(StackName="e2e-full")
    refused(lambda: s3.head_bucket(Bucket="e2e-stack"), "404")
    refused(lambda: iam.get_role(RoleName="e2e-stack"), "NoSuchEntity")
    refused(lambda: cloudformation.describe_stacks(StackName="e2e-full"), "ValidationError", "e2e-full")
    assert states.list_state_machines()["stateMachines"] == []


def check_an_unknown_type():
    resources = {"Good": bucket("e2e-good"), "Bad": {"Type": "AWS::EC2::Spaceship", "DependsOn": "Good", "Properties": {}}}
    try:
        create("e2e-bad", template(resources))
        waiter(cloudformation, "stack_create_complete")(StackName="e2e-bad")
        raise AssertionError("the stack was created")
    except WaiterError:
        pass
    assert status("e2e-bad") == "ROLLBACK_COMPLETE", status("e2e-bad")
    assert any("AWS::EC2::Spaceship" in reason for reason in reasons("e2e-bad")), reasons("e2e-bad")
    refused(lambda: s3.head_bucket(Bucket="e2e-good"), "404")
    cloudformation.delete_stack(StackName="e2e-bad")


def check_a_failing_resource_rolls_back():
    s3.create_bucket(Bucket="e2e-taken")
    resources = {"First": bucket("e2e-first"), "Taken": {**bucket("e2e-taken"), "DependsOn": "First"}}
    create("e2e-taken", template(resources))
    try:
        waiter(cloudformation, "stack_create_complete")(StackName="e2e-taken")
        raise AssertionError("the stack was created")
    except WaiterError:
        pass
    assert status("e2e-taken") == "ROLLBACK_COMPLETE", status("e2e-taken")
    assert any("e2e-taken" in reason for reason in reasons("e2e-taken")), reasons("e2e-taken")
    refused(lambda: s3.head_bucket(Bucket="e2e-first"), "404")
    s3.head_bucket(Bucket="e2e-taken")


def check_templates_that_are_none():
    for body, word in [
        ("{", "JSON"),
        (template({}), "Resources"),
        (template({"A": {"Properties": {}}}), "Type"),
        (template({"A": {**bucket("e2e-a"), "DependsOn": "B"}}), "B"),
        (template({"A": {"Type": "AWS::S3::Bucket", "Properties": {"BucketName": {"Ref": "Nobody"}}}}), "Nobody"),
    ]:
        error = refused(lambda: create("e2e-none", body), "ValidationError")
        assert word in error.response["Error"]["Message"], (word, error)
    unknown = {"A": {"Type": "AWS::S3::Bucket", "Properties": {"BucketName": "e2e-p", "Colour": "red"}}}
    try:
        create("e2e-colour", template(unknown))
        waiter(cloudformation, "stack_create_complete")(StackName="e2e-colour")
        raise AssertionError("the stack was created")
    except WaiterError:
        assert any("Colour" in reason for reason in reasons("e2e-colour")), reasons("e2e-colour")


main(globals())
