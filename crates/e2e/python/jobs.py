"""Jobs created by hand: a processing job, training jobs and a transform job with our image, and jobs that fail.

Argument: the folder of the workload, for its data. As a module it gives other checks prepared data and a model.
"""

import csv
import json
import pathlib
import sys

from botocore.exceptions import WaiterError

from model import Model
from prepared import (  # noqa: F401  as a module it gives them to other checks
    BUCKET, COLUMNS, FOLDER, IMAGE, lines, logs, prepared, prepare_spec, processing_job, read, s3, sagemaker, upload,
)
from session import ROLE, main, refused, wait_for, waiter

def training_job(name, algorithm="random_forest", image=IMAGE, **more):
    def channel(part):
        return {
            "ChannelName": part,
            "ContentType": "text/csv",
            "DataSource": {"S3DataSource": {
                "S3DataType": "S3Prefix", "S3Uri": f"s3://{BUCKET}/prepared/{part}",
                "S3DataDistributionType": "FullyReplicated",
            }},
        }

    rules = [{"Name": "validation:accuracy", "Regex": "validation:accuracy=([0-9.]+);"}]
    request = {
        "TrainingJobName": name,
        "RoleArn": ROLE,
        "AlgorithmSpecification": {
            "TrainingImage": image, "TrainingInputMode": "File", "MetricDefinitions": rules,
        },
        "HyperParameters": {"algorithm": algorithm, "seed": "7"},
        "InputDataConfig": [channel("train"), channel("validation")],
        "OutputDataConfig": {"S3OutputPath": f"s3://{BUCKET}/models"},
        "ResourceConfig": {"InstanceCount": 1, "InstanceType": "ml.m5.large", "VolumeSizeInGB": 1},
        "StoppingCondition": {"MaxRuntimeInSeconds": 600},
    }
    return sagemaker.create_training_job(**{**request, **more})


def trained(name, **settings):
    """Trains a model and gives the URI of its archive."""
    training_job(name, **settings)
    waiter(sagemaker, "training_job_completed_or_stopped")(TrainingJobName=name)
    return sagemaker.describe_training_job(TrainingJobName=name)["ModelArtifacts"]["S3ModelArtifacts"]


def rows():
    text = (FOLDER / "data/processed.cleveland.data").read_text()
    return [row[:-1] for row in csv.reader(text.splitlines())]


def check_a_processing_job():
    prepared()
    described = sagemaker.describe_processing_job(ProcessingJobName="e2e-prepare")
    assert described["ProcessingJobStatus"] == "Completed", described
    summary = json.loads(read(f"s3://{BUCKET}/prepared/summary.json"))
    assert summary["read"] == 303, summary
    assert summary["train"] + summary["validation"] + summary["test"] == 303 - summary["duplicates"], summary
    assert summary["classes"] == {"0": 164, "1": 139}, summary


def check_a_training_job():
    uri = trained("e2e-train")
    described = sagemaker.describe_training_job(TrainingJobName="e2e-train")
    assert described["TrainingJobStatus"] == "Completed", described
    assert described["SecondaryStatus"] == "Completed", described
    assert described["TrainingTimeInSeconds"] >= 0, described
    assert described["BillableTimeInSeconds"] >= 0, described
    accuracy = {m["MetricName"]: m["Value"] for m in described["FinalMetricDataList"]}["validation:accuracy"]
    assert 0.65 < accuracy <= 1.0, accuracy
    said = lines("/aws/sagemaker/TrainingJobs", "e2e-train")
    assert any(line.startswith("validation:accuracy=") for line in said), said
    assert uri == f"s3://{BUCKET}/models/e2e-train/output/model.tar.gz", uri
    labels, probabilities = Model(read(uri)).predict(rows())
    assert len(labels) == 303 and probabilities.shape == (303, 2)


def check_the_same_job_again_gives_the_same_model():
    again = trained("e2e-train-again")
    first = read(f"s3://{BUCKET}/models/e2e-train/output/model.tar.gz")
    assert read(again) == first, "same data, seed and version: same bytes"
    refused(lambda: training_job("e2e-train"), "ResourceInUse", "e2e-train")


def check_a_transform_job():
    text = "".join(",".join(row) + "\n" for row in rows())
    s3.put_object(Bucket=BUCKET, Key="batch/in.csv", Body=text)
    sagemaker.create_model(
        ModelName="e2e-model", ExecutionRoleArn=ROLE,
        PrimaryContainer={"Image": IMAGE, "ModelDataUrl": f"s3://{BUCKET}/models/e2e-train/output/model.tar.gz"},
    )
    sagemaker.create_transform_job(
        TransformJobName="e2e-transform",
        ModelName="e2e-model",
        BatchStrategy="MultiRecord",
        TransformInput={
            "DataSource": {"S3DataSource": {"S3DataType": "S3Prefix", "S3Uri": f"s3://{BUCKET}/batch/"}},
            "ContentType": "text/csv", "SplitType": "Line",
        },
        TransformOutput={"S3OutputPath": f"s3://{BUCKET}/answers", "Accept": "text/csv", "AssembleWith": "Line"},
        TransformResources={"InstanceCount": 1, "InstanceType": "ml.m5.large"},
    )
    waiter(sagemaker, "transform_job_completed_or_stopped")(TransformJobName="e2e-transform")
    answers = read(f"s3://{BUCKET}/answers/in.csv.out").decode().splitlines()
    labels, _ = Model(read(f"s3://{BUCKET}/models/e2e-train/output/model.tar.gz")).predict(rows())
    assert [line.split(",")[0] for line in answers] == labels


def failed_training(name):
    try:
        waiter(sagemaker, "training_job_completed_or_stopped")(TrainingJobName=name)
    except WaiterError:
        return sagemaker.describe_training_job(TrainingJobName=name)
    raise AssertionError(f"{name} did not fail")


def check_an_image_that_does_not_exist():
    image = f"{'0' * 12}.dkr.ecr.us-east-1.amazonaws.com/no-such-image:1"
    training_job("e2e-no-image", image=image)
    described = failed_training("e2e-no-image")
    assert described["TrainingJobStatus"] == "Failed", described
    assert image in described["FailureReason"], described["FailureReason"]


def check_a_wrong_hyperparameter():
    training_job("e2e-wrong", algorithm="crystal_ball")
    described = failed_training("e2e-wrong")
    assert "AlgorithmError" in described["FailureReason"], described["FailureReason"]
    assert "crystal_ball" in described["FailureReason"], described["FailureReason"]
    said = lines("/aws/sagemaker/TrainingJobs", "e2e-wrong")
    assert any("crystal_ball" in line for line in said), said


def check_data_that_is_not_there():
    sources = [{
        "ChannelName": "train",
        "DataSource": {"S3DataSource": {"S3DataType": "S3Prefix", "S3Uri": f"s3://{BUCKET}/nothing/"}},
    }]
    training_job("e2e-no-data", InputDataConfig=sources)
    described = failed_training("e2e-no-data")
    assert "nothing" in described["FailureReason"], described["FailureReason"]


def check_a_command_that_the_image_has_not():
    processing_job("e2e-no-command", entrypoint=("python3", "x.py"))
    wait_for("the job fails", lambda: status("e2e-no-command") == "Failed")
    described = sagemaker.describe_processing_job(ProcessingJobName="e2e-no-command")
    assert "python3" in described["FailureReason"], described


def status(name):
    return sagemaker.describe_processing_job(ProcessingJobName=name)["ProcessingJobStatus"]


def check_a_job_is_stopped():
    """A plane within a job: it runs until somebody ends it."""
    name = "e2e-long"
    command = ("plimsoll", "up", "--port", "0", "--state", "/opt/ml/processing/state")
    processing_job(name, entrypoint=command)
    wait_for("the job runs", lambda: "ProcessingStartTime" in sagemaker.describe_processing_job(ProcessingJobName=name))
    wait_for("it says so", lambda: said_anything("/aws/sagemaker/ProcessingJobs", name))
    assert status(name) == "InProgress"
    sagemaker.stop_processing_job(ProcessingJobName=name)
    wait_for("the job stops", lambda: status(name) == "Stopped")
    refused(lambda: sagemaker.stop_processing_job(ProcessingJobName=name), "ValidationException", "Stopped")


def said_anything(group, job):
    try:
        return logs.describe_log_streams(logGroupName=group, logStreamNamePrefix=f"{job}/")["logStreams"]
    except logs.exceptions.ResourceNotFoundException:
        return []


def check_a_job_that_takes_too_long():
    name = "e2e-slow"
    command = ("plimsoll", "up", "--port", "0", "--state", "/opt/ml/processing/state")
    processing_job(name, entrypoint=command, StoppingCondition={"MaxRuntimeInSeconds": 1})
    wait_for("the job ends", lambda: status(name) == "Stopped")
    described = sagemaker.describe_processing_job(ProcessingJobName=name)
    assert "MaxRuntimeInSeconds" in described["FailureReason"], described


def check_jobs_that_are_not_there():
    refused(
        lambda: sagemaker.describe_training_job(TrainingJobName="e2e-none"), "ValidationException", "not found"
    )
    refused(
        lambda: sagemaker.describe_processing_job(ProcessingJobName="e2e-none"), "ValidationException", "not find"
    )


if __name__ == "__main__":
    main(globals())
