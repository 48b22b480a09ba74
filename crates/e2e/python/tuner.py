"""Tuning with the SageMaker SDK, version 2, unmodified: fit, analytics, the best job, deploy, attach, warm start, stop."""

import contextlib
import io

import boto3
from botocore.exceptions import ClientError

import sdk
from session import main

sdk.configured()

import sagemaker  # noqa: E402  after its configuration
from sagemaker.analytics import HyperparameterTuningJobAnalytics  # noqa: E402
from sagemaker.estimator import Estimator  # noqa: E402
from sagemaker.sklearn import SKLearn  # noqa: E402
from sagemaker.tuner import (  # noqa: E402
    CategoricalParameter,
    ContinuousParameter,
    HyperparameterTuner,
    IntegerParameter,
    WarmStartConfig,
    WarmStartTypes,
    create_identical_dataset_and_algorithm_tuner,
    create_transfer_learning_tuner,
)

session = sagemaker.Session()
client = boto3.client("sagemaker", region_name=sdk.REGION)
role = sdk.role()
kept = {}
METRICS = [{"Name": "accuracy", "Regex": "accuracy=([0-9.]+);"}]
RANGES = {
    "rate": ContinuousParameter(0.001, 1, scaling_type="Logarithmic"),
    "depth": IntegerParameter(1, 12),
    "kind": CategoricalParameter(["a", "b"]),
}


def refused(call, *words):
    try:
        answer = call()
    except ClientError as error:
        for word in words:
            assert word in str(error), f"`{word}` is not in `{error}`"
        return
    raise AssertionError(f"{words} was expected, the answer is {answer}")


def estimator(**more):
    return SKLearn(
        entry_point=sdk.written("trial.py", sdk.TRIAL), role=role, framework_version="1.2-1", instance_type="ml.m5.large",
        sagemaker_session=session, base_job_name="trial", **more,
    )


def tuner(**more):
    # The SDK's names differ by minutes alone.
    kept["made"] = kept.get("made", 0) + 1
    name = f"tuned-{kept['made']}"
    options = {"max_jobs": 6, "max_parallel_jobs": 2, "base_tuning_job_name": name, "random_seed": 5, **more}
    made = options.pop("estimator", None) or estimator()
    return HyperparameterTuner(made, "accuracy", options.pop("ranges", RANGES), METRICS, **options)


def check_fit_finds_the_best():
    kept["data"] = session.upload_data(sdk.data(), key_prefix="heart")
    made = tuner(tags=[{"Key": "team", "Value": "a"}])
    said = io.StringIO()
    with contextlib.redirect_stdout(said):
        made.fit({"train": kept["data"]})
    assert said.getvalue().strip().endswith("!"), said.getvalue()
    kept["tuner"], name = made, made.latest_tuning_job.name
    described = made.describe()
    assert described["HyperParameterTuningJobStatus"] == "Completed", described
    assert described["TrainingJobStatusCounters"]["Completed"] == 6, described
    best = made.best_training_job()
    assert best == described["BestTrainingJob"]["TrainingJobName"] and best.startswith(f"{name}-00"), best
    job = session.describe_training_job(best)
    assert job["TuningJobArn"] == described["HyperParameterTuningJobArn"], job
    assert job["HyperParameters"]["_tuning_objective_metric"] == "accuracy", job["HyperParameters"]
    assert job["ModelArtifacts"]["S3ModelArtifacts"].endswith(f"{best}/output/model.tar.gz"), job
    names = [one["TrainingJobName"] for one in client.list_training_jobs(NameContains=name, MaxResults=100)["TrainingJobSummaries"]]
    assert len(names) == 6 and best in names, names


def check_analytics():
    name = kept["tuner"].latest_tuning_job.name
    table = kept["tuner"].analytics().dataframe()
    assert len(table) == 6 and set(table["TrainingJobStatus"]) == {"Completed"}, table
    best = table.sort_values("FinalObjectiveValue", ascending=False).iloc[0]
    assert best["TrainingJobName"] == kept["tuner"].best_training_job(), table
    expected = 0.8 - abs(best["depth"] - 7) / 50 - (best["kind"] == '"b"') / 10
    assert abs(best["FinalObjectiveValue"] - expected) < 1e-4, best
    named = HyperparameterTuningJobAnalytics(name, sagemaker_session=session)
    assert named.tuning_ranges["depth"]["MaxValue"] == "12", named.tuning_ranges
    assert len(named.training_job_summaries()) == 6


def check_deploy_and_predict():
    predictor = kept["tuner"].deploy(1, "ml.m5.large", endpoint_name="tuned")
    answer = predictor.predict([[1, 2], [3, 4]])
    depth = kept["tuner"].describe()["BestTrainingJob"]["TunedHyperParameters"]["depth"]
    assert [int(value) for value in answer] == [int(depth)] * 2, answer
    predictor.delete_endpoint()
    attached = kept["tuner"].best_estimator()
    assert attached.model_data.endswith("model.tar.gz"), attached.model_data


def check_attach():
    attached = HyperparameterTuner.attach(kept["tuner"].latest_tuning_job.name, sagemaker_session=session)
    assert attached.best_training_job() == kept["tuner"].best_training_job()
    assert attached.hyperparameter_ranges()["IntegerParameterRanges"][0]["Name"] == "depth"


def check_one_seed_gives_one_result():
    tuned = lambda one: one.analytics().dataframe().sort_values("TrainingJobName")[["rate", "depth", "kind"]].values.tolist()
    alone = None
    for parallel in (1, 2, 4, 8):
        made = tuner(max_jobs=8, max_parallel_jobs=parallel)
        made.fit({"train": kept["data"]}, wait=False)
        made.wait()
        alone = alone or tuned(made)
        assert tuned(made) == alone, parallel


def check_warm_start():
    parent = kept["tuner"].latest_tuning_job.name
    again = create_identical_dataset_and_algorithm_tuner(parent, sagemaker_session=session)
    # The SDK leaves the metrics of a tuner behind.
    again.metric_definitions, again.base_tuning_job_name = METRICS, "again"
    again.max_jobs, again.max_parallel_jobs = 3, 1
    again.fit({"train": kept["data"]})
    described = again.describe()
    assert described["WarmStartConfig"]["WarmStartType"] == "IdenticalDataAndAlgorithm", described
    value = lambda one: one["FinalHyperParameterTuningJobObjectiveMetric"]["Value"]
    overall = value(described["OverallBestTrainingJob"])
    assert overall == max(value(described["BestTrainingJob"]), value(kept["tuner"].describe()["BestTrainingJob"]))
    assert set(WarmStartConfig(WarmStartTypes.TRANSFER_LEARNING, {parent}).parents) == {parent}
    other = create_transfer_learning_tuner(parent, estimator=estimator(), sagemaker_session=session)
    other.metric_definitions, other.base_tuning_job_name, other.max_jobs = METRICS, "other", 1
    other.max_parallel_jobs = 1
    other.fit({"train": kept["data"]})
    assert other.describe()["HyperParameterTuningJobStatus"] == "Completed"
    config = WarmStartConfig(WarmStartTypes.IDENTICAL_DATA_AND_ALGORITHM, {"not-there"})
    refused(lambda: tuner(warm_start_config=config).fit({"train": kept["data"]}), "ValidationException", "not-there")


def check_strategies_and_early_stopping():
    grid = {"kind": CategoricalParameter(["a", "b"]), "depth": CategoricalParameter(["3", "7"])}
    whole = tuner(ranges=grid, strategy="Grid", max_jobs=4)
    whole.fit({"train": kept["data"]})
    assert whole.describe()["TrainingJobStatusCounters"]["Completed"] == 4, whole.describe()
    slow = estimator(hyperparameters={"epochs": 9, "pause": 0.05})
    early = tuner(estimator=slow, early_stopping_type="Auto", strategy="Random", max_jobs=12, max_parallel_jobs=2)
    early.fit({"train": kept["data"]})
    counters = early.describe()["TrainingJobStatusCounters"]
    assert counters["Stopped"] >= 1 and counters["Stopped"] + counters["Completed"] == 12, counters
    assert early.describe()["ObjectiveStatusCounters"]["Succeeded"] == 12, early.describe()


def check_trials_that_fail_and_a_metric_that_never_comes():
    ranges = {**RANGES, "kind": CategoricalParameter(["a", "broken"])}
    some = tuner(ranges=ranges, max_jobs=8)
    some.fit({"train": kept["data"]})
    described = some.describe()
    failed = described["TrainingJobStatusCounters"]["NonRetryableError"]
    assert described["HyperParameterTuningJobStatus"] == "Completed" and 1 <= failed < 8, described
    reasons = [one.get("FailureReason", "") for one in some.analytics().training_job_summaries()]
    assert sum("a kind that does not work" in reason for reason in reasons) == failed, reasons
    silent = HyperparameterTuner(
        estimator(), "loss", RANGES, [{"Name": "loss", "Regex": "loss=([0-9.]+)"}], objective_type="Minimize",
        max_jobs=20, max_parallel_jobs=2, base_tuning_job_name="silent",
    )
    silent.fit({"train": kept["data"]}, wait=False)
    try:
        silent.wait()
    except sagemaker.exceptions.UnexpectedStatusException as error:
        assert "No objective metrics found after running 5 training jobs" in str(error), error
    else:
        raise AssertionError("the tuning job has not failed")


def check_a_value_that_is_no_number():
    """The last number counts; without any there is no objective."""
    script = sdk.written("nan.py", """
        import argparse, os
        parser = argparse.ArgumentParser()
        parser.add_argument("--first")
        parser.add_argument("--rate")
        first = parser.parse_args().first
        print(f"loss={first};", flush=True)
        print("loss=nan;", flush=True)
        open(os.path.join(os.environ["SM_MODEL_DIR"], "model"), "w").close()
    """)
    for first, status in (("0.25", "Completed"), ("nan", "Failed")):
        made = SKLearn(
            entry_point=script, role=role, framework_version="1.2-1", instance_type="ml.m5.large",
            sagemaker_session=session, hyperparameters={"first": first},
        )
        search = HyperparameterTuner(
            made, "loss", {"rate": RANGES["rate"]}, [{"Name": "loss", "Regex": "loss=(.*?);"}],
            objective_type="Minimize", max_jobs=3, base_tuning_job_name=f"nan-{status}",
        )
        search.fit({"train": kept["data"]}, wait=False)
        with contextlib.suppress(sagemaker.exceptions.UnexpectedStatusException):
            search.wait()
        described = search.describe()
        assert described["HyperParameterTuningJobStatus"] == status, described
        if status == "Completed":
            best = described["BestTrainingJob"]["FinalHyperParameterTuningJobObjectiveMetric"]["Value"]
            assert best == 0.25, described


def check_a_budget_that_is_smaller_than_one_trial():
    slow = estimator(hyperparameters={"epochs": 600, "pause": 0.1})
    made = tuner(estimator=slow, tags=[{"Key": "plimsoll:max-cost", "Value": "0.0000001 USD"}])
    made.fit({"train": kept["data"]}, wait=False)
    with contextlib.suppress(sagemaker.exceptions.UnexpectedStatusException):
        made.wait()
    described = made.describe()
    assert described["HyperParameterTuningJobStatus"] == "Failed", described
    assert "before any training job had an objective metric" in described["FailureReason"], described
    assert described["TrainingJobStatusCounters"]["Completed"] == 0, described


def check_a_stop_in_the_middle():
    slow = estimator(hyperparameters={"epochs": 600, "pause": 0.1})
    made = tuner(estimator=slow)
    made.fit({"train": kept["data"]}, wait=False)
    name = made.latest_tuning_job.name
    refused(lambda: client.delete_hyper_parameter_tuning_job(HyperParameterTuningJobName=name), "InProgress")
    made.stop_tuning_job()
    while client.describe_hyper_parameter_tuning_job(HyperParameterTuningJobName=name)["HyperParameterTuningJobStatus"] == "Stopping":
        sdk.PAUSE(0.1)
    described = made.describe()
    assert described["HyperParameterTuningJobStatus"] == "Stopped", described
    assert described["TrainingJobStatusCounters"]["InProgress"] == 0, described
    client.delete_hyper_parameter_tuning_job(HyperParameterTuningJobName=name)
    refused(lambda: client.describe_hyper_parameter_tuning_job(HyperParameterTuningJobName=name), "ResourceNotFound")


def check_what_is_refused():
    # The SDK refuses a range that is upside down itself; other clients do not.
    request = client.describe_hyper_parameter_tuning_job(HyperParameterTuningJobName=kept["tuner"].latest_tuning_job.name)
    config, definition = request["HyperParameterTuningJobConfig"], request["TrainingJobDefinition"]
    definition["StaticHyperParameters"].pop("_tuning_objective_metric")
    definition.pop("ResourceConfig") if "HyperParameterTuningResourceConfig" in definition else None
    definition["OutputDataConfig"].pop("KmsKeyId", None)
    config["ParameterRanges"]["IntegerParameterRanges"][0].update(MinValue="12", MaxValue="1")
    refused(
        lambda: client.create_hyper_parameter_tuning_job(
            HyperParameterTuningJobName="upside-down", HyperParameterTuningJobConfig=config, TrainingJobDefinition=definition,
        ),
        "ValidationException", "upside down",
    )
    from_zero = {"rate": ContinuousParameter(0, 1, "Logarithmic")}
    refused(lambda: tuner(ranges=from_zero).fit({"train": kept["data"]}), "ValidationException", "greater than 0")
    refused(lambda: tuner(max_parallel_jobs=7).fit({"train": kept["data"]}), "ValidationException", "MaxParallelTrainingJobs, [7]")
    long = "n" * 33
    refused(lambda: tuner().fit({"train": kept["data"]}, job_name=long), "ValidationException", "less than or equal to 32")
    name = kept["tuner"].latest_tuning_job.name
    refused(lambda: tuner().fit({"train": kept["data"]}, job_name=name), "ResourceInUse", name)
    generic = Estimator(sdk.IMAGE, role, 1, "ml.m5.large", sagemaker_session=session)
    bare = HyperparameterTuner(generic, "accuracy", RANGES, [{"Name": "other", "Regex": "x=(.)"}])
    refused(lambda: bare.fit({"train": kept["data"]}), "ValidationException", "accuracy")


main(globals())
