"""Writes requests.json and responses.json with botocore 1.44.8; see README.md."""

import base64
import copy
import datetime
import io
import json
import pathlib
import subprocess
import sys
import tempfile

import botocore
import botocore.awsrequest
import botocore.loaders
import botocore.parsers
import botocore.session
from botocore.config import Config

HERE = pathlib.Path(__file__).parent
MODELS = {"states": "stepfunctions"}
PROTOCOLS = ["smithy-rpc-v2-cbor", "json", "query"]
MOMENT = datetime.datetime(2026, 11, 24, 10, 0, 0, 250000, tzinfo=datetime.timezone.utc)
ROLE = "arn:aws:iam::123456789012:role/plimsoll-job"
POLICY = json.dumps({"Version": "2012-10-17", "Statement": [{"Effect": "Allow", "Action": "s3:*", "Resource": "*"}]})

assert botocore.__version__ == "1.44.8", botocore.__version__


def plain(value):
    """Our form of a value: epoch seconds, base64."""
    if isinstance(value, datetime.datetime):
        seconds = round(value.timestamp(), 3)
        return int(seconds) if seconds == int(seconds) else seconds
    if isinstance(value, bytes):
        return base64.b64encode(value).decode()
    if hasattr(value, "read"):
        return base64.b64encode(value.read()).decode()
    if isinstance(value, dict):
        return {key: plain(item) for key, item in value.items()}
    return [plain(item) for item in value] if isinstance(value, list) else value


def session(service, protocol):
    """A session whose model of the service speaks the protocol alone."""
    made = botocore.session.Session()
    made.set_credentials("AKIDEXAMPLE", "wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY")
    if protocol:
        model = copy.deepcopy(made.get_component("data_loader").load_service_model(service, "service-2"))
        model["metadata"].update(protocol=protocol, protocols=[protocol])
        folder = tempfile.mkdtemp()
        path = pathlib.Path(folder, service, model["metadata"]["apiVersion"])
        path.mkdir(parents=True)
        (path / "service-2.json").write_text(json.dumps(model))
        made.get_component("data_loader").search_paths.insert(0, folder)
    return made


REQUESTS = [
    ("sagemaker", "CreateTrainingJob", {
        "TrainingJobName": "heart-train-1",
        "HyperParameters": {"eta": "0.1", "name": "a&b <c> \u00e4"},
        "AlgorithmSpecification": {
            "TrainingImage": "plimsoll:0.1.0", "TrainingInputMode": "File",
            "ContainerEntrypoint": ["plimsoll", "train"],
            "MetricDefinitions": [{"Name": "validation:auc", "Regex": "auc=([0-9.]+)"}],
        },
        "RoleArn": ROLE,
        "InputDataConfig": [{
            "ChannelName": "train", "ContentType": "text/csv",
            "DataSource": {"S3DataSource": {
                "S3DataType": "S3Prefix", "S3Uri": "s3://b/train/", "S3DataDistributionType": "FullyReplicated"}},
        }],
        "OutputDataConfig": {"S3OutputPath": "s3://b/output"},
        "ResourceConfig": {"InstanceType": "ml.m5.large", "InstanceCount": 1, "VolumeSizeInGB": 10},
        "StoppingCondition": {"MaxRuntimeInSeconds": 3600},
        "EnableNetworkIsolation": False,
        "Tags": [{"Key": "team", "Value": ""}],
    }),
    ("sagemaker", "CreateProcessingJob", {
        "ProcessingJobName": "heart-prepare-1",
        "ProcessingResources": {
            "ClusterConfig": {"InstanceCount": 1, "InstanceType": "ml.t3.medium", "VolumeSizeInGB": 1}},
        "AppSpecification": {"ImageUri": "plimsoll:0.1.0", "ContainerArguments": ["prepare"]},
        "ProcessingInputs": [{"InputName": "raw", "S3Input": {
            "S3Uri": "s3://b/raw", "LocalPath": "/opt/ml/processing/input/raw", "S3DataType": "S3Prefix",
            "S3InputMode": "File"}}],
        "ProcessingOutputConfig": {"Outputs": [{"OutputName": "out", "S3Output": {
            "S3Uri": "s3://b/out", "LocalPath": "/opt/ml/processing/out", "S3UploadMode": "EndOfJob"}}]},
        "Environment": {"A": "1"},
        "RoleArn": ROLE,
    }),
    ("sagemaker", "CreateTransformJob", {
        "TransformJobName": "heart-batch-1", "ModelName": "heart",
        "TransformInput": {
            "DataSource": {"S3DataSource": {"S3DataType": "S3Prefix", "S3Uri": "s3://b/in"}},
            "ContentType": "text/csv", "SplitType": "Line"},
        "TransformOutput": {"S3OutputPath": "s3://b/out", "AssembleWith": "Line"},
        "TransformResources": {"InstanceType": "ml.m5.large", "InstanceCount": 1},
        "MaxPayloadInMB": 6,
    }),
    ("sagemaker", "CreateModel", {
        "ModelName": "heart", "ExecutionRoleArn": ROLE,
        "PrimaryContainer": {"Image": "plimsoll:0.1.0", "ModelDataUrl": "s3://b/model.tar.gz", "Environment": {}},
    }),
    ("sagemaker", "CreateEndpointConfig", {
        "EndpointConfigName": "heart", "ProductionVariants": [{
            "VariantName": "AllTraffic", "ModelName": "heart", "InitialInstanceCount": 1,
            "InstanceType": "ml.m5.large", "InitialVariantWeight": 1.0}],
    }),
    ("sagemaker", "ListTrainingJobs", {
        "CreationTimeAfter": MOMENT, "MaxResults": 10, "SortBy": "CreationTime", "SortOrder": "Descending"}),
    ("sagemaker", "CreateModelPackage", {
        "ModelPackageGroupName": "heart", "ModelApprovalStatus": "Approved", "ClientToken": "token-1",
        "InferenceSpecification": {
            "Containers": [{"Image": "plimsoll:0.1.0", "ModelDataUrl": "s3://b/model.tar.gz"}],
            "SupportedContentTypes": ["text/csv"], "SupportedResponseMIMETypes": ["application/json"]},
        "ModelMetrics": {"ModelQuality": {"Statistics": {
            "ContentType": "application/json", "S3Uri": "s3://b/evaluation.json"}}},
        "CustomerMetadataProperties": {"key": "abc"},
    }),
    ("sagemaker", "DeleteTags", {
        "ResourceArn": "arn:aws:sagemaker:us-east-1:123456789012:model/heart", "TagKeys": ["a", "b"]}),
    ("states", "CreateStateMachine", {
        "name": "heart", "definition": "{\"StartAt\":\"A\",\"States\":{\"A\":{\"Type\":\"Succeed\"}}}",
        "roleArn": ROLE, "type": "STANDARD", "tags": [{"key": "k", "value": "v"}]}),
    ("states", "StartExecution", {
        "stateMachineArn": "arn:aws:states:us-east-1:123456789012:stateMachine:heart", "name": "run-1",
        "input": "{\"text\":\"\u20ac\"}"}),
    ("states", "GetExecutionHistory", {
        "executionArn": "arn:aws:states:us-east-1:123456789012:execution:heart:run-1", "maxResults": 100,
        "reverseOrder": True, "includeExecutionData": False}),
    ("logs", "PutLogEvents", {
        "logGroupName": "/aws/sagemaker/TrainingJobs", "logStreamName": "job/algo-1",
        "logEvents": [{"timestamp": 1795514400250, "message": "epoch 1\n"}]}),
    ("logs", "GetLogEvents", {
        "logGroupName": "/aws/sagemaker/TrainingJobs", "logStreamName": "job/algo-1", "startFromHead": True}),
    ("logs", "FilterLogEvents", {"logGroupName": "g", "filterPattern": "auc", "startTime": 0, "limit": 5}),
    ("cloudwatch", "PutMetricData", {
        "Namespace": "Plimsoll", "MetricData": [
            {"MetricName": "Seconds", "Timestamp": MOMENT, "Value": 1.5, "Unit": "Seconds",
             "Dimensions": [{"Name": "Step", "Value": "Train"}]},
            {"MetricName": "Many", "Values": [1.0, 2.5], "Counts": [3.0, 4.0]}]}),
    ("cloudwatch", "GetMetricData", {
        "StartTime": MOMENT, "EndTime": MOMENT + datetime.timedelta(hours=1), "ScanBy": "TimestampAscending",
        "MetricDataQueries": [{"Id": "m1", "ReturnData": True, "MetricStat": {
            "Metric": {"Namespace": "Plimsoll", "MetricName": "Seconds", "Dimensions": []},
            "Period": 60, "Stat": "Average"}}]}),
    ("cloudwatch", "GetMetricStatistics", {
        "Namespace": "Plimsoll", "MetricName": "Seconds", "StartTime": MOMENT,
        "EndTime": MOMENT + datetime.timedelta(hours=1), "Period": 60, "Statistics": ["Average", "Maximum"],
        "Dimensions": [{"Name": "Step", "Value": "Train"}]}),
    ("cloudwatch", "ListMetrics", {"Namespace": "Plimsoll", "Dimensions": [{"Name": "Step"}]}),
    ("iam", "CreateRole", {
        "RoleName": "plimsoll-job", "Path": "/", "AssumeRolePolicyDocument": POLICY,
        "Description": "runs jobs & more", "Tags": [{"Key": "a", "Value": "b c"}, {"Key": "d", "Value": ""}]}),
    ("iam", "PutRolePolicy", {"RoleName": "r", "PolicyName": "p", "PolicyDocument": POLICY}),
    ("iam", "ListRoles", {"MaxItems": 5}),
    ("cloudformation", "CreateStack", {
        "StackName": "heart", "TemplateBody": "{\"Resources\": {}}\n", "Capabilities": ["CAPABILITY_NAMED_IAM"],
        "Parameters": [{"ParameterKey": "Image", "ParameterValue": "plimsoll:0.1.0"},
                       {"ParameterKey": "Old", "UsePreviousValue": True}],
        "DisableRollback": False, "Tags": [], "ClientRequestToken": "token-1"}),
    ("cloudformation", "DescribeStackResources", {"StackName": "heart"}),
    ("cloudformation", "ListStacks", {"StackStatusFilter": ["CREATE_COMPLETE", "UPDATE_COMPLETE"]}),
    ("sts", "GetCallerIdentity", {}),
    ("sagemaker-runtime", "InvokeEndpoint", {
        "EndpointName": "heart-1", "Body": b"63,1,,\xc3\xa4\n", "ContentType": "text/csv", "Accept": "application/json",
        "CustomAttributes": "trace=1"}),
]
LARGE = ("cloudwatch", "PutMetricData", {
    "Namespace": "Plimsoll", "MetricData": [
        {"MetricName": f"Metric{at}", "Value": float(at), "Dimensions": [{"Name": "Step", "Value": "Train"}]}
        for at in range(200)]})


def capture(service, operation, parameters, protocol=None):
    model = MODELS.get(service, service)
    made = session(model, protocol)
    client = made.create_client(model, region_name="us-east-1", config=Config(retries={"max_attempts": 0}))
    found = []

    def send(request, **_):
        found.append(request)
        return botocore.awsrequest.AWSResponse(request.url, 200, {}, None)

    client.meta.events.register("before-send", send)
    try:
        client._make_api_call(operation, parameters)
    except Exception:
        pass  # the empty answer is no answer
    request = found[0]
    body = request.body or b""
    body = body.encode() if isinstance(body, str) else body
    url = botocore.compat.urlsplit(request.url)
    headers = {key.lower(): value.decode() if isinstance(value, bytes) else value
               for key, value in request.headers.items()}
    headers.pop("user-agent", None)
    headers.setdefault("host", url.netloc)
    return {
        "service": service, "operation": operation, "protocol": protocol, "parameters": plain(parameters),
        "request": {"method": request.method, "uri": url.path + (f"?{url.query}" if url.query else ""),
                    "headers": headers, "body": base64.b64encode(body).decode()},
    }


def presigned():
    client = session("sts", None).create_client("sts", region_name="us-east-1")
    url = botocore.compat.urlsplit(client.generate_presigned_url("get_caller_identity", {}, 900, "GET"))
    return {
        "service": "sts", "operation": "GetCallerIdentity", "protocol": "presigned", "parameters": {},
        "request": {"method": "GET", "uri": f"{url.path}?{url.query}", "headers": {"host": url.netloc}, "body": ""},
    }


JOB = {
    "TrainingJobName": "heart-train-1", "TrainingJobArn": "arn:aws:sagemaker:us-east-1:123456789012:training-job/h",
    "ModelArtifacts": {"S3ModelArtifacts": "s3://b/output/model.tar.gz"}, "TrainingJobStatus": "Completed",
    "SecondaryStatus": "Completed", "CreationTime": 1795514400.25, "TrainingEndTime": 1795514405,
    "AlgorithmSpecification": {"TrainingImage": "plimsoll:0.1.0", "TrainingInputMode": "File"},
    "FinalMetricDataList": [{"MetricName": "auc", "Value": 0.9, "Timestamp": 1795514404}],
    "BillableTimeInSeconds": 5, "EnableNetworkIsolation": False, "HyperParameters": {"eta": "0.1"},
}
STACK = {
    "StackId": "arn:aws:cloudformation:us-east-1:123456789012:stack/heart/1", "StackName": "heart",
    "CreationTime": 1795514400.25, "StackStatus": "CREATE_COMPLETE", "DisableRollback": False, "Tags": [],
    "Parameters": [{"ParameterKey": "Image", "ParameterValue": "a & <b>"}],
    "Outputs": [{"OutputKey": "Bucket", "OutputValue": "heart-1"}],
}
ROLE_RECORD = {
    "Path": "/", "RoleName": "r", "RoleId": "AROAEXAMPLEEXAMPLE", "Arn": ROLE, "CreateDate": 1795514400,
    "MaxSessionDuration": 3600,
}
RESPONSES = [
    ("sagemaker", "DescribeTrainingJob", JOB),
    ("sagemaker", "ListTrainingJobs", {"TrainingJobSummaries": [], "NextToken": "n"}),
    ("sagemaker", "DeleteModel", {}),
    ("states", "DescribeExecution", {
        "executionArn": "arn:e", "stateMachineArn": "arn:m", "name": "run-1", "status": "RUNNING",
        "startDate": 1795514400.25, "input": "{\"a\":\"\u20ac\"}"}),
    ("states", "GetExecutionHistory", {"events": [
        {"timestamp": 1795514400.25, "type": "ExecutionStarted", "id": 1, "previousEventId": 0,
         "executionStartedEventDetails": {"input": "{}", "roleArn": ROLE}}]}),
    ("logs", "GetLogEvents", {
        "events": [{"timestamp": 1795514400250, "message": "a\tb", "ingestionTime": 1795514400251}],
        "nextForwardToken": "f/1", "nextBackwardToken": "b/1"}),
    ("logs", "DescribeLogStreams", {"logStreams": [{"logStreamName": "job/algo-1", "creationTime": 1795514400250}]}),
    ("cloudwatch", "GetMetricData", {"MetricDataResults": [
        {"Id": "m1", "Label": "Seconds", "Timestamps": [1795514400, 1795514460], "Values": [1.5, 2.0],
         "StatusCode": "Complete"}], "Messages": []}),
    ("cloudwatch", "GetMetricStatistics", {"Label": "Seconds", "Datapoints": [
        {"Timestamp": 1795514400, "Average": 0.1, "Maximum": 2.0, "Unit": "Seconds"}]}),
    ("cloudwatch", "PutMetricData", {}),
    ("iam", "GetRole", {"Role": {**ROLE_RECORD, "AssumeRolePolicyDocument": POLICY, "Tags": [{"Key": "a", "Value": ""}]}}),
    ("iam", "ListRoles", {"Roles": [ROLE_RECORD, ROLE_RECORD], "IsTruncated": True, "Marker": "m"}),
    ("iam", "DeleteRole", {}),
    ("cloudformation", "CreateStack", {"StackId": STACK["StackId"]}),
    ("cloudformation", "DescribeStacks", {"Stacks": [STACK]}),
    ("cloudformation", "DescribeStackEvents", {"StackEvents": [
        {"StackId": "s", "EventId": "e", "StackName": "heart", "ResourceStatus": "CREATE_FAILED",
         "ResourceStatusReason": "line 1\nline 2 \"quoted\"", "Timestamp": 1795514400.25}]}),
    ("cloudformation", "GetTemplate", {"TemplateBody": "Resources: {}\n", "StagesAvailable": ["Original"]}),
    ("cloudformation", "ListStackResources", {"StackResourceSummaries": [
        {"LogicalResourceId": "B", "PhysicalResourceId": "heart-1", "ResourceType": "AWS::S3::Bucket",
         "LastUpdatedTimestamp": 1795514400, "ResourceStatus": "CREATE_COMPLETE"}]}),
    ("cloudformation", "DeleteStack", {}),
    ("sts", "GetCallerIdentity", {
        "UserId": "AIDAEXAMPLE", "Account": "123456789012", "Arn": "arn:aws:iam::123456789012:root"}),
    ("sagemaker-runtime", "InvokeEndpoint", {
        "Body": base64.b64encode(b"{\"label\": \"1\"}\x00\xff").decode(), "ContentType": "application/json",
        "InvokedProductionVariant": "AllTraffic"}),
]
ERRORS = [
    ("sagemaker", "ValidationException", "Could not find training job", {}),
    ("sagemaker", "ResourceInUse", "the name is taken", {}),
    ("states", "StateMachineDoesNotExist", "State Machine Does Not Exist: 'arn'", {}),
    ("logs", "ResourceNotFoundException", "The specified log group does not exist.", {}),
    ("cloudwatch", "InvalidParameterValue", "no such statistic", {}),
    ("iam", "NoSuchEntity", "The role with name r cannot be found.", {}),
    ("cloudformation", "ValidationError", "Stack with id heart does not exist", {}),
    ("cloudformation", "AlreadyExistsException", "Stack [heart] already exists", {}),
    ("sagemaker-runtime", "ModelError", "Received server error (500) from model", {
        "OriginalStatusCode": 500, "OriginalMessage": "sorry", "LogStreamArn": "arn:log"}),
    ("sts", "InvalidClientTokenId", "The security token included in the request is invalid.", {}),
]


def protocols(service, model):
    return PROTOCOLS if service == "cloudwatch" else [model.metadata["protocol"]]


def responses(program):
    loaded = botocore.session.Session()
    cases = []
    for service, operation, value in RESPONSES:
        model = loaded.get_service_model(MODELS.get(service, service))
        for protocol in protocols(service, model):
            cases.append({"service": service, "operation": operation, "protocol": protocol, "value": value})
    for service, code, message, members in ERRORS:
        model = loaded.get_service_model(MODELS.get(service, service))
        for protocol in protocols(service, model):
            error = {"code": code, "message": message, "members": members}
            cases.append({"service": service, "protocol": protocol, "error": error})
    answered = subprocess.run([program], input=json.dumps(cases).encode(), stdout=subprocess.PIPE, check=True)
    for case, answer in zip(cases, json.loads(answered.stdout), strict=True):
        case["answer"] = answer
        model = loaded.get_service_model(MODELS.get(case["service"], case["service"]))
        parser = botocore.parsers.create_parser(case["protocol"])
        headers = botocore.awsrequest.HeadersDict(answer["headers"])
        wire = {"status_code": answer["status"], "headers": headers, "body": base64.b64decode(answer["body"]),
                "context": {"operation_name": case.get("operation", "Any")}}
        operation = case.get("operation")
        shape = model.operation_model(operation).output_shape if operation else None
        if operation and model.operation_model(operation).has_streaming_output:
            wire["body"] = io.BytesIO(wire["body"])
        if "error" in case:
            parsed = parser.parse(wire, model.operation_model(model.operation_names[0]).output_shape)
            assert parsed["Error"]["Message"] == case["error"]["message"], (case, parsed)
            case["parsed"] = {"Code": parsed["Error"]["Code"], "Message": parsed["Error"]["Message"],
                              "Status": parsed["ResponseMetadata"]["HTTPStatusCode"]}
        else:
            parsed = plain(parser.parse(wire, shape))
            metadata = parsed.pop("ResponseMetadata")
            assert metadata.get("RequestId", "request-1") == "request-1", metadata
            assert parsed == case["value"], (parsed, case)
            case["parsed"] = parsed
    return cases


requests = []
for service, operation, parameters in REQUESTS:
    for protocol in PROTOCOLS if service == "cloudwatch" else [None]:
        requests.append(capture(service, operation, parameters, protocol))
requests += [capture(*LARGE), presigned()]
for name, cases in {"requests": requests, "responses": responses(sys.argv[1])}.items():
    lines = ",\n".join(json.dumps(case, ensure_ascii=True) for case in cases)
    (HERE / f"{name}.json").write_text(f"[\n{lines}\n]\n")
    print(f"{name}: {len(cases)}")
