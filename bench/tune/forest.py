"""Forty trials of a forest on mobile price through a plane: CPU of the plane and everything below it, beside that of the same
trainings as processes of their own. Prints one JSON document.

    python forest.py PLIMSOLL TRAIN_CSV
"""

import json
import os
import pathlib
import resource
import subprocess
import sys
import tempfile
import time

import boto3

BINARY, DATA = sys.argv[1:3]
TRIALS, PARALLEL, ROUNDS = 40, 2, 3
KEY, SECRET = "AKIAFORESTBENCH00000", "s" * 40
BUCKET, IMAGE, ROLE = "forest", "plimsoll:0.1.0", "arn:aws:iam::000000000000:role/bench"
RESOURCES = {"InstanceCount": 1, "InstanceType": "ml.m5.large", "VolumeSizeInGB": 1}
RANGES = {"n_estimators": ("50", "400"), "max_depth": ("2", "24"), "min_samples_leaf": ("1", "64")}


def spec():
    names = open(DATA).readline().strip().split(",")
    kind = lambda name: "category" if name == "price_range" else "number"
    return {
        "schema": "plimsoll.prepare-spec/1", "files": ["train.csv"], "missing": {}, "duplicates": "drop", "ignore": [],
        "csv": {"header": True, "delimiter": ",", "decimal": "."}, "target": "price_range",
        "columns": [{"name": name, "kind": kind(name)} for name in names],
        "split": {"test_ppm": 200000, "validation_ppm": 200000, "stratify": True, "seed": 1},
    }


def prepare(s3, sagemaker):
    s3.create_bucket(Bucket=BUCKET)
    s3.upload_file(DATA, BUCKET, "data/train.csv")
    s3.put_object(Bucket=BUCKET, Key="spec/spec.json", Body=json.dumps(spec()))
    place = lambda name: {"InputName": name, "S3Input": {
        "S3Uri": f"s3://{BUCKET}/{name}/", "LocalPath": f"/opt/ml/processing/input/{name}", "S3DataType": "S3Prefix",
        "S3InputMode": "File",
    }}
    output = {"S3Uri": f"s3://{BUCKET}/prepared", "LocalPath": "/opt/ml/processing/output", "S3UploadMode": "EndOfJob"}
    sagemaker.create_processing_job(
        ProcessingJobName="prepare", RoleArn=ROLE, ProcessingInputs=[place("spec"), place("data")],
        AppSpecification={"ImageUri": IMAGE, "ContainerEntrypoint": ["plimsoll", "process", "prepare"]},
        ProcessingOutputConfig={"Outputs": [{"OutputName": "output", "S3Output": output}]},
        ProcessingResources={"ClusterConfig": RESOURCES},
    )
    while (status := sagemaker.describe_processing_job(ProcessingJobName="prepare")["ProcessingJobStatus"]) == "InProgress":
        time.sleep(0.1)
    assert status == "Completed", status


def tune(sagemaker):
    channel = lambda name: {"ChannelName": name, "DataSource": {"S3DataSource": {
        "S3DataType": "S3Prefix", "S3Uri": f"s3://{BUCKET}/prepared/{name}", "S3DataDistributionType": "FullyReplicated",
    }}}
    sagemaker.create_hyper_parameter_tuning_job(
        HyperParameterTuningJobName="forest",
        HyperParameterTuningJobConfig={
            "Strategy": "Bayesian", "RandomSeed": 7,
            "HyperParameterTuningJobObjective": {"Type": "Maximize", "MetricName": "validation:accuracy"},
            "ResourceLimits": {"MaxNumberOfTrainingJobs": TRIALS, "MaxParallelTrainingJobs": PARALLEL},
            "ParameterRanges": {"IntegerParameterRanges": [
                {"Name": name, "MinValue": low, "MaxValue": high} for name, (low, high) in RANGES.items()
            ]},
        },
        TrainingJobDefinition={
            "AlgorithmSpecification": {
                "TrainingImage": IMAGE, "TrainingInputMode": "File",
                "MetricDefinitions": [{"Name": "validation:accuracy", "Regex": "validation:accuracy=([0-9.]+);"}],
            },
            "StaticHyperParameters": {"algorithm": "random_forest", "seed": "7"},
            "InputDataConfig": [channel("train"), channel("validation")],
            "OutputDataConfig": {"S3OutputPath": f"s3://{BUCKET}/models"}, "ResourceConfig": RESOURCES,
            "StoppingCondition": {"MaxRuntimeInSeconds": 600}, "RoleArn": ROLE,
        },
    )
    look = lambda: sagemaker.describe_hyper_parameter_tuning_job(HyperParameterTuningJobName="forest")
    while (found := look())["HyperParameterTuningJobStatus"] == "InProgress":
        time.sleep(1)
    assert found["TrainingJobStatusCounters"]["Completed"] == TRIALS, found


def used(root):
    """CPU seconds of a process, of the children that it has waited for, and of everything below that lives."""
    ticks, left = 0, [root]
    while left:
        process = pathlib.Path(f"/proc/{left.pop()}")
        try:
            ticks += sum(map(int, (process / "stat").read_text().rsplit(")", 1)[1].split()[11:15]))
            for children in process.glob("task/*/children"):
                left += map(int, children.read_text().split())
        except (FileNotFoundError, ProcessLookupError):
            pass
    return ticks / os.sysconf("SC_CLK_TCK")


def trainings(folder, s3, told):
    """CPU seconds of all trainings, each a bare process, in each of several rounds."""
    for part in ("train", "validation"):
        place = folder / "input/data" / part
        place.mkdir(parents=True)
        for item in s3.list_objects_v2(Bucket=BUCKET, Prefix=f"prepared/{part}/")["Contents"]:
            s3.download_file(BUCKET, item["Key"], str(place / item["Key"].rsplit("/", 1)[1]))
    (folder / "input/config").mkdir()
    (folder / "model").mkdir()
    environment = {"PLIMSOLL_ML_ROOT": str(folder), "SM_NUM_CPUS": str(os.cpu_count()), "PATH": os.environ["PATH"]}
    children = lambda: sum(resource.getrusage(resource.RUSAGE_CHILDREN)[:2])
    rounds = []
    for _ in range(ROUNDS):
        before = children()
        for hyperparameters in told:
            (folder / "input/config/hyperparameters.json").write_text(json.dumps(hyperparameters))
            subprocess.run([BINARY, "train"], env=environment, check=True, capture_output=True)
        rounds.append(children() - before)
    return rounds


def measured(url, plane, folder):
    settings = {"region_name": "us-east-1", "endpoint_url": url, "aws_access_key_id": KEY, "aws_secret_access_key": SECRET}
    s3, sagemaker = boto3.client("s3", **settings), boto3.client("sagemaker", **settings)
    prepare(s3, sagemaker)
    before, started = used(plane.pid), time.monotonic()
    tune(sagemaker)
    wall = time.monotonic() - started
    # Its workers end when nobody needs them for a while.
    time.sleep(4)
    spent = used(plane.pid) - before
    names = sagemaker.list_training_jobs_for_hyper_parameter_tuning_job(HyperParameterTuningJobName="forest", MaxResults=100)
    told = [
        sagemaker.describe_training_job(TrainingJobName=one["TrainingJobName"])["HyperParameters"]
        for one in names["TrainingJobSummaries"]
    ]
    return {"trials": len(told), "plane_and_workers": spent, "trainings": trainings(folder, s3, told), "wall": wall}


def main():
    with tempfile.TemporaryDirectory() as folder:
        folder = pathlib.Path(folder)
        command = [BINARY, "up", "--port", "0", "--state", str(folder / "state"), "--access-key", KEY, "--secret-key", SECRET]
        with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True) as plane:
            try:
                url = next(word for line in plane.stdout for word in line.split() if word.startswith("http://"))
                figures = measured(url, plane, folder / "bare")
            finally:
                plane.terminate()
    print(json.dumps(figures))


main()
