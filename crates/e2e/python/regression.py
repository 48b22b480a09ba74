"""A run that predicts numbers: what onnxruntime says of its models. Arguments: the workload's folder, the run's document."""

import csv
import json
import pathlib
import sys

import numpy

from model import Model
from session import client, main, waiter

FOLDER = pathlib.Path(sys.argv[1])
RUN = json.loads(pathlib.Path(sys.argv[2]).read_text())

s3 = client("s3")
sagemaker = client("sagemaker")
runtime = client("sagemaker-runtime")


def read(uri):
    bucket, key = uri.removeprefix("s3://").split("/", 1)
    return s3.get_object(Bucket=bucket, Key=key)["Body"].read()


def step(name):
    return next(step for step in RUN["steps"] if step["name"] == name)


def part(name):
    """Rows of texts and targets of a prepared part."""
    prefix = step("Prepare")["outputs"]["output"].rstrip("/")
    lines = list(csv.reader(read(f"{prefix}/{name}/{name}.csv").decode().splitlines()))
    return [line[:-1] for line in lines[1:]], numpy.array([float(line[-1]) for line in lines[1:]])


def answers(model, rows):
    prediction = model.session.run(["prediction"], model.tensors(rows))[0]
    assert prediction.shape == (len(rows), 1), prediction.shape
    return prediction[:, 0].astype(float)


def check_every_candidate_has_the_scores_that_onnxruntime_gives():
    rows, truth = part("validation")
    kinds = {
        "mean": "LinearRegressor",
        "linear_regression": "LinearRegressor",
        "ridge": "LinearRegressor",
        "random_forest": "TreeEnsembleRegressor",
        "gradient_boosting": "TreeEnsembleRegressor",
    }
    found = {}
    for job in step("Train")["jobs"]:
        described = sagemaker.describe_training_job(TrainingJobName=job["job"])
        name = described["HyperParameters"]["algorithm"]
        if name == "random_forest":
            # A third of the columns, never the root that classes have.
            assert described["HyperParameters"]["max_features"] == "0.3333333333333333", described
        metrics = {metric["MetricName"] for metric in described["FinalMetricDataList"]}
        assert {"train:rmse", "validation:rmse", "validation:mae", "validation:r2"} <= metrics, metrics
        model = Model(read(described["ModelArtifacts"]["S3ModelArtifacts"]))
        assert model.schema["target"]["kind"] == "number", model.schema["target"]
        assert kinds[name] in {node.op_type for node in model.proto.graph.node}, name
        errors = truth - answers(model, rows)
        found[name] = {
            "rmse": numpy.sqrt(numpy.mean(errors**2)),
            "mae": numpy.mean(numpy.abs(errors)),
            "r2": 1 - numpy.sum(errors**2) / numpy.sum((truth - truth.mean()) ** 2),
        }
    assert sorted(found) == sorted(kinds), found
    for candidate in RUN["candidates"]:
        for metric, value in found[candidate["name"]].items():
            said = candidate["validation"][metric]
            assert abs(value - said) <= 1e-4 * max(1.0, abs(said)), (candidate["name"], metric, value, said)


def check_the_endpoint_and_the_batch_answer_what_onnxruntime_does():
    model = Model(read(step("Refit")["outputs"]["model"]))
    rows, _ = part("test")
    expected = answers(model, rows)
    body = "".join(",".join(row) + "\n" for row in rows)
    waiter(sagemaker, "endpoint_in_service")(EndpointName=RUN["endpoint"]["name"])
    for accept, numbers in [
        ("text/csv", lambda body: [float(line) for line in body.decode().splitlines()]),
        ("application/json", lambda body: [row["prediction"] for row in json.loads(body)["predictions"]]),
    ]:
        answer = runtime.invoke_endpoint(
            EndpointName=RUN["endpoint"]["name"], ContentType="text/csv", Accept=accept, Body=body
        )
        served = numpy.array(numbers(answer["Body"].read()))
        assert numpy.allclose(served, expected, rtol=1e-5), numpy.abs(served - expected).max()
    batch = (FOLDER / "new.csv").read_text(encoding="utf-8").replace(",", ".").replace(";", ",").splitlines()[1:]
    expected = answers(model, [line.split(",") for line in batch])
    output = read(RUN["batch"]["output"].rstrip("/") + "/input.csv.out").decode().splitlines()
    assert numpy.allclose([float(line) for line in output], expected, rtol=1e-5)


main(globals())
