"""What checks of jobs share: the data of heart disease, prepared by a processing job with our image.

Argument: the folder of the workload, for its data.
"""

import json
import pathlib
import sys

from session import ROLE, client, waiter

FOLDER = pathlib.Path(sys.argv[1])
IMAGE = "plimsoll:0.1.0"
BUCKET = "e2e-jobs"
COLUMNS = {
    "age": "number", "sex": "category", "cp": "category", "trestbps": "number", "chol": "number",
    "fbs": "category", "restecg": "category", "thalach": "number", "exang": "category",
    "oldpeak": "number", "slope": "category", "ca": "number", "thal": "category", "num": "category",
}

s3 = client("s3")
sagemaker = client("sagemaker")
logs = client("logs")


def prepare_spec():
    return {
        "schema": "plimsoll.prepare-spec/1",
        "files": ["processed.cleveland.data"],
        "csv": {"header": False, "delimiter": ",", "decimal": "."},
        "missing": {"*": ["?"]},
        "duplicates": "drop",
        "columns": [{"name": name, "kind": kind} for name, kind in COLUMNS.items()],
        "ignore": [],
        "target": "num",
        "positive": {"compare": {"comparison": "greater", "value": 0.0}},
        "split": {"test_ppm": 200000, "validation_ppm": 200000, "stratify": True, "seed": 1},
    }


def upload():
    s3.create_bucket(Bucket=BUCKET)
    s3.upload_file(str(FOLDER / "data/processed.cleveland.data"), BUCKET, "data/processed.cleveland.data")
    s3.put_object(Bucket=BUCKET, Key="spec/spec.json", Body=json.dumps(prepare_spec()))


def processing_job(name, entrypoint=("plimsoll", "process", "prepare"), **more):
    def given(place):
        return {
            "InputName": place,
            "S3Input": {
                "S3Uri": f"s3://{BUCKET}/{place}/", "LocalPath": f"/opt/ml/processing/input/{place}",
                "S3DataType": "S3Prefix", "S3InputMode": "File",
            },
        }

    output = {
        "S3Uri": f"s3://{BUCKET}/prepared", "LocalPath": "/opt/ml/processing/output", "S3UploadMode": "EndOfJob",
    }
    request = {
        "ProcessingJobName": name,
        "RoleArn": ROLE,
        "AppSpecification": {"ImageUri": IMAGE, "ContainerEntrypoint": list(entrypoint)},
        "ProcessingInputs": [given("spec"), given("data")],
        "ProcessingOutputConfig": {"Outputs": [{"OutputName": "output", "S3Output": output}]},
        "ProcessingResources": {
            "ClusterConfig": {"InstanceCount": 1, "InstanceType": "ml.m5.large", "VolumeSizeInGB": 1}
        },
    }
    return sagemaker.create_processing_job(**{**request, **more})


def prepared():
    upload()
    processing_job("e2e-prepare")
    waiter(sagemaker, "processing_job_completed_or_stopped")(ProcessingJobName="e2e-prepare")


def read(uri):
    bucket, key = uri.removeprefix("s3://").split("/", 1)
    return s3.get_object(Bucket=bucket, Key=key)["Body"].read()


def lines(group, job):
    found = logs.describe_log_streams(logGroupName=group, logStreamNamePrefix=f"{job}/")["logStreams"]
    assert len(found) == 1, found
    stream = found[0]["logStreamName"]
    answer = logs.get_log_events(logGroupName=group, logStreamName=stream, startFromHead=True)
    return [event["message"] for event in answer["events"]]
