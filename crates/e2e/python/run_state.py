"""What a run left, as any client of AWS sees it. Arguments: the folder of the workload, the run's JSON document."""

import csv
import datetime
import io
import json
import pathlib
import sys

import numpy

from model import Model
from session import ACCOUNT, REGION, client, main, waiter

FOLDER = pathlib.Path(sys.argv[1])
RUN = json.loads(pathlib.Path(sys.argv[2]).read_text())
BUCKET = f"plimsoll-heart-disease-{ACCOUNT}-{REGION}"
STACK = "plimsoll-heart-disease"

s3 = client("s3")
sagemaker = client("sagemaker")
runtime = client("sagemaker-runtime")
states = client("stepfunctions")
logs = client("logs")
cloudwatch = client("cloudwatch")
cloudformation = client("cloudformation")


def jobs():
    """Names of the jobs of the run by the operation that describes them."""
    found = {"processing": [], "training": [], "transform": []}
    for step in RUN["steps"]:
        kind = {"Train": "training", "Refit": "training", "BatchPredict": "transform"}.get(step["name"], "processing")
        found[kind] += [job["job"] for job in step["jobs"]]
    return found


def listed():
    pages = s3.get_paginator("list_objects_v2").paginate(Bucket=BUCKET, PaginationConfig={"PageSize": 10})
    return [entry for page in pages for entry in page.get("Contents", [])]


def read(uri):
    bucket, key = uri.removeprefix("s3://").split("/", 1)
    return s3.get_object(Bucket=bucket, Key=key)["Body"].read()


def step(name):
    return next(step for step in RUN["steps"] if step["name"] == name)


def raw_rows():
    """Rows of the four source files without their target."""
    rows = []
    for path in sorted(FOLDER.glob("data/processed.*.data")):
        rows += [row[:-1] for row in csv.reader(path.read_text().splitlines())]
    return rows


def invoke(body, content_type, accept):
    waiter(sagemaker, "endpoint_in_service")(EndpointName="heart-disease")
    answer = runtime.invoke_endpoint(
        EndpointName="heart-disease", ContentType=content_type, Accept=accept, Body=body
    )
    assert answer["ContentType"].startswith(accept), answer
    return answer["Body"].read()


def as_csv(rows):
    text = io.StringIO()
    csv.writer(text, lineterminator="\n").writerows(rows)
    return text.getvalue()


def refit_model():
    return Model(read(step("Refit")["outputs"]["model"]))


def check_the_bucket_is_listed_and_read():
    assert BUCKET in [bucket["Name"] for bucket in s3.list_buckets()["Buckets"]]
    entries = listed()
    keys = [entry["Key"] for entry in entries]
    assert keys == sorted(set(keys)), "keys come in order, each once"
    for entry in entries:
        content = read(f"s3://{BUCKET}/{entry['Key']}")
        assert len(content) == entry["Size"], entry
    sources = [key for key in keys if key.startswith("data/")]
    assert len(sources) == 4, sources
    for key in sources:
        source = FOLDER / "data" / key.rsplit("/", 1)[1]
        assert read(f"s3://{BUCKET}/{key}") == source.read_bytes(), key
    done = {key.split("/")[1] for key in keys if key.endswith("/complete.json")}
    assert done == {"Prepare", "Train", "Select", "Refit", "Test", "LoadTest", "BatchPredict"}, done


def check_the_manifests_hold():
    """Whatever a job of ours wrote has the content that its manifest says."""
    import hashlib

    manifests = [entry["Key"] for entry in listed() if entry["Key"].endswith("/manifest.json")]
    assert len(manifests) >= 4, manifests
    for key in manifests:
        for name, expected in json.loads(read(f"s3://{BUCKET}/{key}"))["files"].items():
            content = read(f"s3://{BUCKET}/{key.removesuffix('manifest.json')}{name}")
            assert hashlib.sha256(content).hexdigest() == expected["sha256"], (key, name)


def check_every_job_is_described():
    for kind, names in jobs().items():
        assert names, kind
        title = kind.capitalize()
        describe = getattr(sagemaker, f"describe_{kind}_job")
        member = "ProcessingJobStatus" if kind == "processing" else f"{title}JobStatus"
        for name in names:
            described = describe(**{f"{title}JobName": name})
            assert described[member] == "Completed", described
            created = described["CreationTime"]
            end = described.get("TrainingEndTime") or described.get("ProcessingEndTime") or described["TransformEndTime"]
            assert datetime.timedelta(0) < end - created < datetime.timedelta(minutes=2), described
            arn = described[f"{title}JobArn"]
            tags = {tag["Key"]: tag["Value"] for tag in sagemaker.list_tags(ResourceArn=arn)["Tags"]}
            assert tags["plimsoll:run"] == RUN["run"], tags
    training = sagemaker.describe_training_job(TrainingJobName=jobs()["training"][0])
    words = [change["Status"] for change in training["SecondaryStatusTransitions"]]
    assert words == ["Starting", "Downloading", "Training", "Uploading", "Completed"], words
    assert training["HyperParameters"]["algorithm"] == "majority", training
    names = {metric["MetricName"] for metric in training["FinalMetricDataList"]}
    assert {"train:accuracy", "validation:f1_macro"} <= names, names


def check_the_model_gives_the_endpoint_s_predictions():
    rows = raw_rows()[:300] + raw_rows()[-100:]
    model = refit_model()
    labels, probabilities = model.predict(rows)
    assert probabilities.shape == (400, 2), probabilities.shape
    assert numpy.allclose(probabilities.sum(axis=1), 1.0, atol=1e-5)
    assert set(labels) == {"0", "1"}, set(labels)
    served = [line.split(",") for line in invoke(as_csv(rows), "text/csv", "text/csv").decode().splitlines()]
    assert [row[0] for row in served] == labels
    shares = numpy.array([[float(cell) for cell in row[1:]] for row in served])
    assert numpy.abs(shares - probabilities).max() <= 1e-5, numpy.abs(shares - probabilities).max()


def check_every_candidate_is_a_valid_model():
    rows = raw_rows()[:100]
    for name in jobs()["training"]:
        described = sagemaker.describe_training_job(TrainingJobName=name)
        model = Model(read(described["ModelArtifacts"]["S3ModelArtifacts"]))
        labels, probabilities = model.predict(rows)
        chosen = [model.schema["target"]["classes"][place] for place in probabilities.argmax(axis=1)]
        assert labels == chosen, name


def check_the_endpoint_speaks_every_form():
    rows = raw_rows()[:120]
    model = refit_model()
    labels, probabilities = model.predict(rows)
    names = [column["name"] for column in model.schema["columns"]]
    by_name = json.dumps({"instances": [dict(zip(names, row)) for row in rows]})
    by_place = json.dumps({"instances": rows})
    for body in [by_name, by_place]:
        answer = json.loads(invoke(body, "application/json", "application/json"))["predictions"]
        assert [row["label"] for row in answer] == labels
    lines = "".join(json.dumps(dict(zip(names, row))) + "\n" for row in rows)
    answer = invoke(lines, "application/jsonlines", "application/jsonlines").decode().splitlines()
    assert [json.loads(line)["label"] for line in answer] == labels
    numbers = numpy.array([[float("nan") if cell == "?" else float(cell) for cell in row] for row in rows])
    body = io.BytesIO()
    numpy.save(body, numbers)
    array = numpy.load(io.BytesIO(invoke(body.getvalue(), "application/x-npy", "application/x-npy")))
    assert array.shape == (120, 2), array.shape
    assert numpy.abs(array - probabilities).max() <= 1e-5
    answer = invoke(as_csv(rows), "text/csv", "application/json")
    assert [row["label"] for row in json.loads(answer)["predictions"]] == labels


def check_the_batch_is_what_the_model_says():
    uri = RUN["batch"]["output"]
    bucket, prefix = uri.removeprefix("s3://").split("/", 1)
    found = s3.list_objects_v2(Bucket=bucket, Prefix=f"{prefix}/")["Contents"]
    assert [entry["Key"].rsplit(".", 1)[1] for entry in found] == ["out"], found
    lines = read(f"s3://{bucket}/{found[0]['Key']}").decode().splitlines()
    rows = list(csv.reader((FOLDER / "data/new.csv").read_text().splitlines()))
    labels, _ = refit_model().predict(rows)
    assert [line.split(",")[0] for line in lines] == labels


def check_the_history_is_dense():
    pages = states.get_paginator("get_execution_history").paginate(
        executionArn=RUN["execution"], PaginationConfig={"PageSize": 50}
    )
    events = [event for page in pages for event in page["events"]]
    assert [event["id"] for event in events] == list(range(1, len(events) + 1))
    assert all(event["previousEventId"] < event["id"] for event in events)
    moments = [event["timestamp"] for event in events]
    assert moments == sorted(moments)
    entered = {event["stateEnteredEventDetails"]["name"] for event in events if "stateEnteredEventDetails" in event}
    assert {"Prepare", "Select", "Refit", "Test", "Gate", "Register", "Done"} <= entered, entered
    backwards = states.get_execution_history(executionArn=RUN["execution"], reverseOrder=True, maxResults=1)
    assert backwards["events"][0] == events[-1]
    described = states.describe_execution(executionArn=RUN["execution"])
    assert described["status"] == "SUCCEEDED", described
    assert json.loads(described["input"])["run"] == RUN["run"]


def check_metrics_of_training_are_series():
    name = jobs()["training"][1]
    described = sagemaker.describe_training_job(TrainingJobName=name)
    final = {metric["MetricName"]: metric["Value"] for metric in described["FinalMetricDataList"]}
    validation = next(c for c in RUN["candidates"] if c["name"] == described["HyperParameters"]["algorithm"])["validation"]
    listed = cloudwatch.list_metrics(Namespace="/aws/sagemaker/TrainingJobs")["Metrics"]
    series = next(m for m in listed if m["MetricName"] == "validation:accuracy" and any(d["Value"] == name for d in m["Dimensions"]))
    now = described["TrainingEndTime"]
    answer = cloudwatch.get_metric_statistics(
        Namespace="/aws/sagemaker/TrainingJobs",
        MetricName="validation:accuracy",
        Dimensions=series["Dimensions"],
        StartTime=now - datetime.timedelta(hours=1),
        EndTime=now + datetime.timedelta(minutes=5),
        Period=60,
        Statistics=["Average", "SampleCount"],
    )
    assert len(answer["Datapoints"]) == 1, answer
    point = answer["Datapoints"][0]
    assert point["SampleCount"] == 1.0, point
    assert abs(point["Average"] - final["validation:accuracy"]) < 1e-6, (point, final)
    assert abs(point["Average"] - validation["accuracy"]) < 1e-5, (point, validation)


def check_logs_are_kept():
    for name in jobs()["training"]:
        streams = logs.describe_log_streams(
            logGroupName="/aws/sagemaker/TrainingJobs", logStreamNamePrefix=f"{name}/"
        )["logStreams"]
        assert len(streams) == 1, streams
        stream = streams[0]["logStreamName"]
        assert stream.startswith(f"{name}/algo-1-"), stream
        events = logs.get_log_events(
            logGroupName="/aws/sagemaker/TrainingJobs", logStreamName=stream, startFromHead=True
        )["events"]
        lines = [event["message"] for event in events]
        assert any(line.startswith("train:accuracy=") for line in lines), lines
    found = logs.filter_log_events(logGroupName="/aws/sagemaker/TrainingJobs", filterPattern='"random_forest on"')
    assert len(found["events"]) >= 1, found


def check_the_stack_is_described():
    stack = cloudformation.describe_stacks(StackName=STACK)["Stacks"][0]
    assert stack["StackStatus"] == "CREATE_COMPLETE", stack
    resources = cloudformation.describe_stack_resources(StackName=STACK)["StackResources"]
    types = sorted(resource["ResourceType"] for resource in resources)
    assert types == [
        "AWS::IAM::Role",
        "AWS::IAM::Role",
        "AWS::Logs::LogGroup",
        "AWS::S3::Bucket",
        "AWS::SageMaker::ModelPackageGroup",
        "AWS::StepFunctions::StateMachine",
    ], types
    assert {resource["ResourceStatus"] for resource in resources} == {"CREATE_COMPLETE"}
    by_type = {resource["ResourceType"]: resource["PhysicalResourceId"] for resource in resources}
    assert by_type["AWS::S3::Bucket"] == BUCKET
    machine = states.describe_state_machine(stateMachineArn=by_type["AWS::StepFunctions::StateMachine"])
    assert machine["status"] == "ACTIVE", machine
    assert json.loads(machine["definition"])["StartAt"] == "FindPrepare"
    pages = cloudformation.get_paginator("describe_stack_events").paginate(StackName=STACK)
    events = [event for page in pages for event in page["StackEvents"]]
    assert events[0]["ResourceStatus"] == "CREATE_COMPLETE", "newest first"
    assert events[-1]["ResourceStatus"] == "CREATE_IN_PROGRESS", "oldest last"
    assert events[-1]["LogicalResourceId"] == STACK


def check_the_registry_has_the_model():
    package = sagemaker.describe_model_package(ModelPackageName=RUN["package"])
    assert package["ModelApprovalStatus"] == "Approved", package
    assert package["ModelPackageVersion"] == 1, package
    container = package["InferenceSpecification"]["Containers"][0]
    assert container["ModelDataUrl"] == step("Refit")["outputs"]["model"], container
    endpoint = sagemaker.describe_endpoint(EndpointName="heart-disease")
    config = sagemaker.describe_endpoint_config(EndpointConfigName=endpoint["EndpointConfigName"])
    model = sagemaker.describe_model(ModelName=config["ProductionVariants"][0]["ModelName"])
    assert model["PrimaryContainer"]["ModelDataUrl"] == container["ModelDataUrl"], model


main(globals())
