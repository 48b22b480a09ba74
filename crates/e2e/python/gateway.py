"""What the gateway refuses: signatures, clocks, regions, operations and members that it does not know."""

import datetime
import json
import os
import urllib.error
import urllib.request

import boto3
import botocore.auth
import botocore.awsrequest
import botocore.credentials
import botocore.exceptions
from botocore import UNSIGNED
from botocore.config import Config

from session import REGION, client, main, refused

URL = os.environ["AWS_ENDPOINT_URL"]
KEY, SECRET = os.environ["AWS_ACCESS_KEY_ID"], os.environ["AWS_SECRET_ACCESS_KEY"]
TARGET = {"Content-Type": "application/x-amz-json-1.1", "X-Amz-Target": "SageMaker.ListModels"}


def raw(method="POST", path="/", headers=None, body=b""):
    """Status and text of a request that no SDK would send."""
    request = urllib.request.Request(URL + path, data=body, method=method, headers=headers or {})
    try:
        with urllib.request.urlopen(request, timeout=30) as answer:
            return answer.status, answer.read().decode()
    except urllib.error.HTTPError as error:
        return error.code, error.read().decode()


def signed(key=KEY, secret=SECRET, service="sagemaker", region=REGION, target=TARGET, body=b"{}", shift=0):
    """Headers of a signed request; its clock is `shift` minutes off."""
    now = datetime.datetime.now(datetime.timezone.utc) + datetime.timedelta(minutes=shift)
    request = botocore.awsrequest.AWSRequest("POST", URL + "/", data=body, headers=dict(target))
    signer = botocore.auth.SigV4Auth(botocore.credentials.Credentials(key, secret), service, region)
    # botocore signs with the machine's clock; this is the same procedure with another one.
    request.context["timestamp"] = now.strftime("%Y%m%dT%H%M%SZ")
    signer._modify_request_before_signing(request)
    text = signer.string_to_sign(request, signer.canonical_request(request))
    signer._inject_signature_to_request(request, signer.signature(text, request))
    return dict(request.headers.items())


def check_health_needs_no_key():
    status, text = raw("GET", "/_plimsoll/health", body=None)
    assert status == 200, text
    health = json.loads(text)
    assert health["status"] == "ready" and "s3" in health["services"], health


def check_a_signed_request_passes():
    status, text = raw(headers=signed(), body=b"{}")
    assert (status, json.loads(text)) == (200, {"Models": []}), text


def check_unsigned_requests():
    for headers, body in [
        (TARGET, b"{}"),
        ({"Content-Type": "application/x-www-form-urlencoded"}, b"Action=DescribeStacks&Version=2010-05-15"),
    ]:
        status, text = raw(headers=headers, body=body)
        assert status == 403 and "MissingAuthenticationToken" in text, (status, text)
    status, text = raw("GET", "/some-bucket/key", body=None)
    assert status == 403 and "<Code>AccessDenied</Code>" in text, (status, text)
    unsigned = boto3.client("s3", region_name=REGION, config=Config(signature_version=UNSIGNED))
    refused(unsigned.list_buckets, "AccessDenied", status=403)


def check_wrong_signatures():
    status, text = raw(headers=signed(secret="wrong"), body=b"{}")
    assert status == 403 and "InvalidSignatureException" in text, (status, text)
    status, text = raw(headers=signed(key="AKIANOBODY0000000000"), body=b"{}")
    assert status == 403, (status, text)
    assert "UnrecognizedClientException" in text or "InvalidClientTokenId" in text, text
    status, text = raw(headers=signed(body=b"{}"), body=b'{"MaxResults": 1}')
    assert status == 403 and "InvalidSignatureException" in text, "another body than was signed"
    for service, call, code in [
        ("s3", "list_buckets", "SignatureDoesNotMatch"),
        ("sagemaker", "list_models", "InvalidSignatureException"),
        ("stepfunctions", "list_state_machines", "InvalidSignatureException"),
        ("logs", "describe_log_groups", "InvalidSignatureException"),
        ("cloudformation", "list_stacks", "SignatureDoesNotMatch"),
        ("iam", "list_roles", "SignatureDoesNotMatch"),
        ("sts", "get_caller_identity", "SignatureDoesNotMatch"),
    ]:
        other = boto3.client(
            service, region_name=REGION, aws_access_key_id=KEY, aws_secret_access_key="wrong",
            config=Config(retries={"total_max_attempts": 1}),
        )
        refused(getattr(other, call), code, status=403)


def caught(call):
    try:
        answer = call()
    except botocore.exceptions.ClientError as error:
        return error.response
    raise AssertionError(f"not refused: {answer}")


def check_clocks_that_are_off():
    for shift in [-20, 20]:
        status, text = raw(headers=signed(shift=shift), body=b"{}")
        assert status == 403, (shift, status, text)
        assert "expired" in text or "not yet current" in text, text
    status, text = raw(headers=signed(shift=-10), body=b"{}")
    assert status == 200, "AWS allows 15 minutes: " + text


def check_another_region():
    status, text = raw(headers=signed(region="eu-central-1"), body=b"{}")
    assert status == 403, (status, text)
    assert REGION in text, text


def check_unknown_operations():
    status, text = raw(headers=signed(target={**TARGET, "X-Amz-Target": "SageMaker.CreateSpaceship"}), body=b"{}")
    assert status in (400, 404), (status, text)
    sagemaker = client("sagemaker")
    error = caught(lambda: sagemaker.list_notebook_instances())
    assert "ListNotebookInstances" in error["Error"]["Message"], error
    error = caught(lambda: client("stepfunctions").list_map_runs(executionArn="arn:aws:states:us-east-1:0:execution:a:b"))
    assert "ListMapRuns" in error["Error"]["Message"], error
    error = caught(lambda: client("cloudformation").list_exports())
    assert "ListExports" in error["Error"]["Message"], error
    error = caught(lambda: client("s3").get_bucket_replication(Bucket="b-b-b"))
    assert error["Error"]["Code"] == "NotImplemented", error
    error = caught(lambda: client("lambda").list_functions())
    assert error["ResponseMetadata"]["HTTPStatusCode"] >= 400, error


def check_refused_members():
    sagemaker = client("sagemaker")
    refused(
        lambda: sagemaker.create_model(
            ModelName="m", ExecutionRoleArn="arn:aws:iam::000000000000:role/r",
            Containers=[{"Image": "a:1", "ImageConfig": {"RepositoryAccessMode": "Vpc"}}],
        ),
        "ValidationException", "imageConfig", status=400,
    )
    refused(
        lambda: sagemaker.create_endpoint_config(
            EndpointConfigName="c",
            ProductionVariants=[{"VariantName": "v", "ModelName": "m", "ServerlessConfig": {"MemorySizeInMB": 1024, "MaxConcurrency": 1}}],
        ),
        "ValidationException", "serverlessConfig",
    )
    refused(
        lambda: client("cloudformation").create_stack(StackName="s", TemplateURL="https://example.com/t"),
        "ValidationError", "templateURL",
    )
    refused(
        lambda: client("stepfunctions").create_state_machine(
            name="m", definition="{}", roleArn="arn:aws:iam::000000000000:role/r", publish=True
        ),
        "ValidationException", "publish",
    )


def check_validation_by_the_model():
    """What boto3 itself would catch is sent past it."""
    loose = client("sagemaker", parameter_validation=False)
    refused(lambda: loose.create_model(), "ValidationException", "modelName", status=400)
    refused(lambda: loose.list_models(MaxResults=1000), "ValidationException", "maxResults")
    refused(lambda: loose.describe_model(ModelName="a b"), "ValidationException", "modelName")
    refused(lambda: loose.list_endpoints(StatusEquals="Dancing"), "ValidationException", "statusEquals")


def check_bodies_that_are_no_requests():
    for body in [b"{", b"[]", b"\xff\xfe"]:
        status, text = raw(headers=signed(body=body), body=body)
        assert status == 400 and "SerializationException" in text, (body, status, text)


main(globals())
