"""Who calls, and roles, as far as stacks and clients need them."""

import json
import urllib.parse

from session import ACCOUNT, client, main, refused

iam = client("iam")
TRUST = {
    "Version": "2012-10-17",
    "Statement": [{"Effect": "Allow", "Principal": {"Service": "sagemaker.amazonaws.com"}, "Action": "sts:AssumeRole"}],
}
POLICY = {"Version": "2012-10-17", "Statement": [{"Effect": "Allow", "Action": "s3:*", "Resource": "*"}]}


def document(value):
    return value if isinstance(value, dict) else json.loads(urllib.parse.unquote(value))


def check_the_caller():
    caller = client("sts").get_caller_identity()
    assert caller["Account"] == ACCOUNT, caller
    assert f":{ACCOUNT}:" in caller["Arn"], caller


def check_roles():
    created = iam.create_role(RoleName="e2e", AssumeRolePolicyDocument=json.dumps(TRUST))["Role"]
    assert created["Arn"] == f"arn:aws:iam::{ACCOUNT}:role/e2e", created
    found = iam.get_role(RoleName="e2e")["Role"]
    assert document(found["AssumeRolePolicyDocument"]) == TRUST, found
    refused(lambda: iam.create_role(RoleName="e2e", AssumeRolePolicyDocument=json.dumps(TRUST)), "EntityAlreadyExists")
    assert [role["RoleName"] for role in iam.list_roles()["Roles"]] == ["e2e"]
    refused(lambda: iam.create_role(RoleName="e2e-x", AssumeRolePolicyDocument="{"), "MalformedPolicyDocument")


def check_policies():
    iam.put_role_policy(RoleName="e2e", PolicyName="inline", PolicyDocument=json.dumps(POLICY))
    found = iam.get_role_policy(RoleName="e2e", PolicyName="inline")
    assert document(found["PolicyDocument"]) == POLICY, found
    assert iam.list_role_policies(RoleName="e2e")["PolicyNames"] == ["inline"]
    refused(lambda: iam.delete_role(RoleName="e2e"), "DeleteConflict")
    iam.delete_role_policy(RoleName="e2e", PolicyName="inline")
    iam.delete_role(RoleName="e2e")
    refused(lambda: iam.get_role(RoleName="e2e"), "NoSuchEntity", "e2e")


main(globals())
