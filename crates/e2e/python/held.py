"""Tuning jobs that others defined: the definitions of five public notebooks, adapted by parameters alone.

Ranges, scaling, limits, strategy and objective are those of the source that each check names. What was changed: the image,
the names of hyperparameters where the algorithm of the source is one of AWS's, and the instance type where it has a GPU.

Argument: the folder of the workload, for its data.
"""

import pathlib
import tempfile

import boto3

import sdk

sdk.configured()

import sagemaker  # noqa: E402  after its configuration
from sagemaker.estimator import Estimator  # noqa: E402
from sagemaker.sklearn import SKLearn  # noqa: E402
from sagemaker.tuner import CategoricalParameter, ContinuousParameter, HyperparameterTuner, IntegerParameter  # noqa: E402

import prepared  # noqa: E402
from session import main, wait_for  # noqa: E402

session = sagemaker.Session()
client = boto3.client("sagemaker", region_name=sdk.REGION)
role = sdk.role()
AUC = [{"Name": "validation:auc", "Regex": "validation:roc_auc=([0-9.]+);"}]
PREPARED = {part: f"s3://{prepared.BUCKET}/prepared/{part}" for part in ("train", "validation")}

# Reads every hyperparameter by the names of the two sources that bring a program; scores without any training.
PROGRAM = """
    import argparse, os, time

    parser = argparse.ArgumentParser()
    parser.add_argument("--lr", type=float)
    parser.add_argument("--batch-size", type=int)
    parser.add_argument("--epochs", type=int, default=1)
    parser.add_argument("--backend")
    parser.add_argument("--target")
    parser.add_argument("--degree", type=int)
    parser.add_argument("--thresh", type=float)
    parser.add_argument("--prune")
    parser.add_argument("--learning_rate", type=float)
    parser.add_argument("--mini_batch_size", type=int)
    parser.add_argument("--optimizer")
    told = parser.parse_args()
    if told.lr is not None:
        assert told.backend == "gloo" and told.batch_size in (32, 64, 128, 256, 512), told
        print(f"Test set: Average loss: {abs(told.lr - 0.01) + told.batch_size / 1000:.4f}, Accuracy: 1/1")
    elif told.degree is not None:
        assert told.target == "Sepal.Length" and told.prune in ("TRUE", "FALSE"), told
        print(f"mse: {0.1 + told.thresh / told.degree:.6f}")
    else:
        assert told.optimizer in ("sgd", "adam", "rmsprop", "nag"), told
        for epoch in range(told.epochs):
            score = (1 - abs(told.learning_rate - 0.3)) * (epoch + 1) / told.epochs
            print(f"Epoch[{epoch}] Validation-accuracy={score:.4f}", flush=True)
            time.sleep(0.02)
    open(os.path.join(os.environ["SM_MODEL_DIR"], "model"), "w").close()
"""


def own(**hyperparameters):
    """An estimator of one of our families in place of an algorithm of AWS's."""
    return Estimator(
        prepared.IMAGE, role, 1, "ml.m4.xlarge", output_path=f"s3://{prepared.BUCKET}/output", sagemaker_session=session,
        hyperparameters={"algorithm": "gradient_boosting", **hyperparameters},
    )


def script(**hyperparameters):
    return SKLearn(
        entry_point=sdk.written("held.py", PROGRAM), role=role, framework_version="1.2-1", instance_type="ml.c5.2xlarge",
        hyperparameters=hyperparameters, sagemaker_session=session,
    )


def ended(name, jobs_of_it, stopped=False):
    """The tuning job, which must have completed with all of its training prepared."""
    state = lambda: client.describe_hyper_parameter_tuning_job(HyperParameterTuningJobName=name)
    described = wait_for(name, lambda: (found := state())["HyperParameterTuningJobStatus"] != "InProgress" and found, 120)
    assert described["HyperParameterTuningJobStatus"] == "Completed", described
    counters, objectives = described["TrainingJobStatusCounters"], described["ObjectiveStatusCounters"]
    assert counters["Completed"] + counters["Stopped"] == jobs_of_it and objectives["Succeeded"] == jobs_of_it, described
    assert stopped or counters["Stopped"] == 0, described
    return described


def check_the_data():
    prepared.prepared()
    path = pathlib.Path(tempfile.mkdtemp()) / "rows.csv"
    path.write_text("1\n")
    session.upload_data(str(path), bucket=prepared.BUCKET, key_prefix="rows")


def check_direct_marketing():
    """aws/amazon-sagemaker-examples, hyperparameter_tuning/xgboost_direct_marketing, the notebook of the API."""
    number = lambda name, low, high: {"Name": name, "MinValue": low, "MaxValue": high}
    config = {
        "ParameterRanges": {
            "CategoricalParameterRanges": [],
            # eta, min_child_weight, alpha and max_depth of the source.
            "ContinuousParameterRanges": [
                number("learning_rate", "0", "1"), number("min_child_weight", "1", "10"), number("reg_lambda", "0", "2"),
            ],
            "IntegerParameterRanges": [number("max_depth", "1", "10")],
        },
        "ResourceLimits": {"MaxNumberOfTrainingJobs": 20, "MaxParallelTrainingJobs": 3},
        "Strategy": "Bayesian",
        "HyperParameterTuningJobObjective": {"MetricName": "validation:auc", "Type": "Maximize"},
    }
    channel = lambda name: {
        "ChannelName": name, "CompressionType": "None", "ContentType": "csv",
        "DataSource": {"S3DataSource": {
            "S3DataDistributionType": "FullyReplicated", "S3DataType": "S3Prefix", "S3Uri": PREPARED[name],
        }},
    }
    definition = {
        "AlgorithmSpecification": {"TrainingImage": prepared.IMAGE, "TrainingInputMode": "File", "MetricDefinitions": AUC},
        "InputDataConfig": [channel("train"), channel("validation")],
        "OutputDataConfig": {"S3OutputPath": f"s3://{prepared.BUCKET}/output"},
        "ResourceConfig": {"InstanceCount": 1, "InstanceType": "ml.m4.xlarge", "VolumeSizeInGB": 10},
        "RoleArn": role,
        "StaticHyperParameters": {"algorithm": "gradient_boosting", "n_estimators": "100"},
        "StoppingCondition": {"MaxRuntimeInSeconds": 43200},
    }
    name = "xgboost-tuningjob-25-17-00-00"
    client.create_hyper_parameter_tuning_job(
        HyperParameterTuningJobName=name, HyperParameterTuningJobConfig=config, TrainingJobDefinition=definition,
    )
    described = ended(name, 20)
    best = described["BestTrainingJob"]
    assert best["FinalHyperParameterTuningJobObjectiveMetric"]["Value"] > 0.85, best
    listed = client.list_training_jobs_for_hyper_parameter_tuning_job(
        HyperParameterTuningJobName=name, MaxResults=100, SortBy="FinalObjectiveMetricValue", SortOrder="Descending",
    )["TrainingJobSummaries"]
    assert len(listed) == 20 and listed[0]["TrainingJobName"] == best["TrainingJobName"], listed[0]
    trial = client.describe_training_job(TrainingJobName=best["TrainingJobName"])
    assert trial["ModelArtifacts"]["S3ModelArtifacts"].endswith("model.tar.gz") and trial["TuningJobArn"], trial
    assert trial["HyperParameters"]["_tuning_objective_metric"] == "validation:auc", trial["HyperParameters"]
    said = prepared.lines("/aws/sagemaker/TrainingJobs", best["TrainingJobName"])
    assert sum("validation:roc_auc=" in line for line in said) == 1, said


def check_random_search_with_both_scalings():
    """aws/amazon-sagemaker-examples, hyperparameter_tuning/xgboost_random_log."""
    found = {}
    for scaling in ("Logarithmic", "Linear"):
        ranges = {
            # alpha and lambda of the source.
            "reg_lambda": ContinuousParameter(0.01, 10, scaling_type=scaling),
            "min_child_weight": ContinuousParameter(0.01, 10, scaling_type=scaling),
        }
        tuner = HyperparameterTuner(
            own(n_estimators=10), "validation:auc", ranges, AUC, max_jobs=5, max_parallel_jobs=5, strategy="Random",
            random_seed=1,
        )
        name = f"xgb-{scaling[:3].lower()}search-20261125-17"
        tuner.fit(PREPARED, include_cls_metadata=False, job_name=name)
        ended(name, 5)
        found[scaling] = sorted(tuner.analytics().dataframe()["reg_lambda"].astype(float))
    assert found["Logarithmic"][2] < found["Linear"][2], found


def check_a_program_of_the_users():
    """aws/amazon-sagemaker-examples, hyperparameter_tuning/pytorch_mnist."""
    ranges = {"lr": ContinuousParameter(0.001, 0.1), "batch-size": CategoricalParameter([32, 64, 128, 256, 512])}
    metrics = [{"Name": "average test loss", "Regex": "Test set: Average loss: ([0-9\\.]+)"}]
    tuner = HyperparameterTuner(
        script(epochs=1, backend="gloo"), "average test loss", ranges, metrics, max_jobs=9, max_parallel_jobs=3,
        objective_type="Minimize",
    )
    tuner.fit({"training": f"s3://{prepared.BUCKET}/rows"})
    described = ended(tuner.latest_tuning_job.name, 9)
    best = client.describe_training_job(TrainingJobName=described["BestTrainingJob"]["TrainingJobName"])
    # As AWS has it: the one hyperparameter of script mode that is no JSON.
    assert best["HyperParameters"]["_tuning_objective_metric"] == "average test loss", best["HyperParameters"]
    assert tuner.best_estimator().hyperparameters()["_tuning_objective_metric"] == '"average test loss"'


def check_a_container_of_the_users():
    """aws/amazon-sagemaker-examples, hyperparameter_tuning/r_bring_your_own."""
    ranges = {
        "degree": IntegerParameter(1, 3), "thresh": ContinuousParameter(0.001, 0.01),
        "prune": CategoricalParameter(["TRUE", "FALSE"]),
    }
    tuner = HyperparameterTuner(
        script(target="Sepal.Length"), "mse", ranges, [{"Name": "mse", "Regex": "mse: ([0-9\\.]+)"}],
        objective_type="Minimize", max_jobs=9, max_parallel_jobs=3, base_tuning_job_name="rmars",
    )
    tuner.fit({"train": f"s3://{prepared.BUCKET}/rows"})
    best = ended(tuner.latest_tuning_job.name, 9)["BestTrainingJob"]
    assert best["FinalHyperParameterTuningJobObjectiveMetric"]["Value"] < 0.11, best


def check_early_stopping():
    """aws/amazon-sagemaker-examples, hyperparameter_tuning/image_classification_early_stopping."""
    ranges = {
        "learning_rate": ContinuousParameter(0.00001, 1.0), "mini_batch_size": IntegerParameter(16, 64),
        "optimizer": CategoricalParameter(["sgd", "adam", "rmsprop", "nag"]),
    }
    tuner = HyperparameterTuner(
        script(epochs=10), "validation:accuracy", ranges,
        [{"Name": "validation:accuracy", "Regex": "Validation-accuracy=([0-9\\.]+)"}],
        objective_type="Maximize", max_jobs=20, max_parallel_jobs=2, early_stopping_type="Auto",
    )
    name = "imageclassif-job-25-17-00-00-es"
    tuner.fit({"train": f"s3://{prepared.BUCKET}/rows"}, job_name=name)
    described = ended(name, 20, stopped=True)
    assert described["TrainingJobStatusCounters"]["Stopped"] > 0, described


main(globals())
