"""The SageMaker SDK, version 2, unmodified: train, log, attach, deploy, predict, process, transform, clean up."""

import contextlib
import io

import numpy
from botocore.exceptions import ClientError

import sdk
from session import main

sdk.configured()

import sagemaker  # noqa: E402  after its configuration
from sagemaker import image_uris  # noqa: E402
from sagemaker.analytics import TrainingJobAnalytics  # noqa: E402
from sagemaker.deserializers import CSVDeserializer, JSONDeserializer, NumpyDeserializer  # noqa: E402
from sagemaker.estimator import Estimator  # noqa: E402
from sagemaker.exceptions import UnexpectedStatusException  # noqa: E402
from sagemaker.inputs import TrainingInput  # noqa: E402
from sagemaker.multidatamodel import MultiDataModel  # noqa: E402
from sagemaker.pipeline import PipelineModel  # noqa: E402
from sagemaker.predictor import Predictor  # noqa: E402
from sagemaker.processing import ProcessingInput, ProcessingOutput, ScriptProcessor  # noqa: E402
from sagemaker.serializers import CSVSerializer, JSONSerializer, NumpySerializer  # noqa: E402
from sagemaker.sklearn import SKLearn, SKLearnModel, SKLearnProcessor  # noqa: E402
from sagemaker.transformer import Transformer  # noqa: E402

session = sagemaker.Session()
role = sdk.role()
kept = {}
FEATURES = [row[:-1] for row in sdk.rows()[:4]]
METRICS = [{"Name": "train:accuracy", "Regex": "accuracy=([0-9.]+);"}]


def refused(call, *words):
    try:
        answer = call()
    except ClientError as error:
        for word in words:
            assert word in str(error), f"`{word}` is not in `{error}`"
        return
    raise AssertionError(f"{words} was expected, the answer is {answer}")


def text_of(uri):
    bucket, key = uri.removeprefix("s3://").split("/", 1)
    return session.read_s3_file(bucket, key)


def check_the_session():
    assert session.default_bucket() == sdk.BUCKET
    kept["data"] = session.upload_data(sdk.data(), key_prefix="heart")
    assert kept["data"] == f"s3://{sdk.BUCKET}/heart/heart.csv", kept
    assert session.list_s3_files(sdk.BUCKET, "heart") == ["heart/heart.csv"]
    assert session.expand_role("sagemaker-execution") == role
    assert image_uris.retrieve("sklearn", "us-east-1", version="1.2-1") == sdk.IMAGE


def check_fit_prints_the_log_of_the_job():
    script = sdk.written("train.py", sdk.TRAIN)
    estimator = SKLearn(
        entry_point=script, role=role, framework_version="1.2-1", instance_type="ml.m5.large",
        hyperparameters={"strength": 0.5}, metric_definitions=METRICS, base_job_name="heart", max_run=600,
        environment={"MINE": "1"}, tags=[{"Key": "team", "Value": "a"}], sagemaker_session=session,
    )
    said = io.StringIO()
    with contextlib.redirect_stdout(said):
        estimator.fit({"train": TrainingInput(kept["data"], content_type="text/csv")})
    assert "accuracy=0." in said.getvalue(), said.getvalue()
    assert "Training job completed" in said.getvalue(), said.getvalue()
    kept["estimator"], kept["job"] = estimator, estimator.latest_training_job.name
    assert estimator.model_data.endswith(f"{kept['job']}/output/model.tar.gz"), estimator.model_data
    table = estimator.training_job_analytics.dataframe()
    assert list(table["metric_name"]) == ["train:accuracy"] and 0.8 < table["value"][0] < 1, table
    named = TrainingJobAnalytics(kept["job"], metric_names=["train:accuracy"], sagemaker_session=session)
    assert named.dataframe()["value"][0] == table["value"][0]


def check_attach_rebuilds_the_estimator():
    attached = SKLearn.attach(kept["job"], sagemaker_session=session)
    assert attached.model_data == kept["estimator"].model_data
    assert attached.hyperparameters()["strength"] == "0.5", attached.hyperparameters()
    assert (attached.instance_type, attached.instance_count, attached.max_run) == ("ml.m5.large", 1, 600)
    generic = Estimator.attach(kept["job"], sagemaker_session=session)
    assert generic.training_image_uri() == sdk.IMAGE


def check_the_generic_estimator():
    estimator = Estimator(
        image_uri=sdk.IMAGE, role=role, instance_count=1, instance_type="ml.m5.large", entry_point="train.py",
        source_dir=str(sdk.WORK / "source"), hyperparameters={"strength": 1}, disable_profiler=True, debugger_hook_config=False,
        enable_network_isolation=False, keep_alive_period_in_seconds=60, sagemaker_session=session,
    )
    sdk.written("source/train.py", sdk.TRAIN)
    estimator.fit({"train": kept["data"]}, wait=False, job_name="generic-1")
    session.wait_for_job("generic-1", poll=1)
    assert session.describe_training_job("generic-1")["TrainingJobStatus"] == "Completed"
    refused(lambda: estimator.fit({"train": kept["data"]}, wait=False, job_name="generic-1"), "ResourceInUse", "generic-1")


def check_a_job_that_fails_says_why():
    def failing(image, inputs, words, **more):
        estimator = Estimator(image, role, 1, "ml.m5.large", sagemaker_session=session, **more)
        estimator.fit(inputs, wait=False)
        try:
            session.wait_for_job(estimator.latest_training_job.name, poll=1)
            session._check_job_status(
                estimator.latest_training_job.name, estimator.latest_training_job.describe(), "TrainingJobStatus"
            )
        except UnexpectedStatusException as error:
            assert words in str(error), error
            return
        raise AssertionError("the job has not failed")

    broken = sdk.written("broken.py", "raise ValueError('no such column')\n")
    failing(sdk.IMAGE, {"train": kept["data"]}, "no such column", entry_point=broken)
    failing("xgboost:9", {"train": kept["data"]}, "image xgboost:9 is not available here")
    missing = f"s3://{sdk.BUCKET}/no/such/prefix"
    failing(sdk.IMAGE, {"train": missing}, f'No S3 objects found under S3 URL "{missing}"', entry_point=broken)


def check_a_job_can_be_stopped():
    slow = sdk.written("slow.py", "import time\ntime.sleep(60)\n")
    estimator = SKLearn(
        slow, framework_version="1.2-1", role=role, instance_type="ml.m5.large", sagemaker_session=session
    )
    estimator.fit(wait=False, job_name="slow-1")
    session.stop_training_job("slow-1")
    session.wait_for_job("slow-1", poll=1)
    assert session.describe_training_job("slow-1")["TrainingJobStatus"] == "Stopped"


def check_deploy_and_predict():
    predictor = kept["estimator"].deploy(1, "ml.m5.large", endpoint_name="heart")
    answer = predictor.predict(FEATURES)
    assert isinstance(answer, numpy.ndarray) and answer.shape == (4,) and set(answer) <= {0, 1}, answer
    expected = [str(label) for label in answer]
    for serializer, deserializer, read in [
        (CSVSerializer(), CSVDeserializer(), lambda rows: [row[0] for row in rows]),
        (JSONSerializer(), JSONDeserializer(), lambda labels: [str(label) for label in labels]),
        (NumpySerializer(), NumpyDeserializer(), lambda labels: [str(label) for label in labels]),
    ]:
        client = Predictor("heart", session, serializer, deserializer)
        assert read(client.predict(FEATURES)) == expected, type(serializer)
    kept["predictor"], kept["labels"] = predictor, expected


def check_the_same_names_again():
    model = kept["estimator"].create_model(name="heart-again")
    refused(lambda: model.deploy(1, "ml.m5.large", endpoint_name="heart"), "Cannot create already existing endpoint")
    refused(lambda: kept["predictor"].predict([[1.0]]), "ModelError", "features")
    refused(lambda: kept["predictor"].predict(FEATURES, target_model="x.tar.gz"), "is not a multi-model endpoint")


def check_a_batch_keeps_its_ids():
    model = SKLearnModel(
        kept["estimator"].model_data, role, str(sdk.WORK / "train.py"), framework_version="1.2-1",
        sagemaker_session=session, name="heart-batch",
    )
    model._create_sagemaker_model("ml.m5.large")
    lines = [",".join(["id%d" % index] + [str(cell) for cell in row]) for index, row in enumerate(FEATURES)]
    batch = session.upload_data(sdk.written("batch.csv", "\n".join(lines) + "\n"), key_prefix="batch")
    transformer = Transformer(
        "heart-batch", 1, "ml.m5.large", strategy="MultiRecord", assemble_with="Line", accept="text/csv",
        output_path=f"s3://{sdk.BUCKET}/scored", base_transform_job_name="heart", sagemaker_session=session,
    )
    transformer.transform(
        batch, content_type="text/csv", split_type="Line", join_source="Input", input_filter="$[1:]",
        output_filter="$[0,-1]", wait=False,
    )
    session.wait_for_transform_job(transformer.latest_transform_job.name, poll=1)
    scored = text_of(f"s3://{sdk.BUCKET}/scored/batch.csv.out").split()
    assert scored == [f"id{index},{label}" for index, label in enumerate(kept["labels"])], scored


def check_processors():
    code = sdk.written(
        "split.py",
        """
        import argparse, pathlib
        parser = argparse.ArgumentParser()
        parser.add_argument("--rows", type=int)
        rows = parser.parse_args().rows
        lines = pathlib.Path("/opt/ml/processing/input/heart.csv").read_text().splitlines()
        pathlib.Path("/opt/ml/processing/train/train.csv").write_text("\\n".join(lines[:rows]))
        """,
    )
    given = [ProcessingInput(source=kept["data"], destination="/opt/ml/processing/input")]
    own = SKLearnProcessor(
        "1.2-1", role, instance_count=1, instance_type="ml.m5.large", base_job_name="split", sagemaker_session=session
    )
    other = ScriptProcessor(
        image_uri=sdk.IMAGE, command=["python3"], role=role, instance_type="ml.m5.large", instance_count=1,
        base_job_name="script", sagemaker_session=session,
    )
    for name, processor in [("a", own), ("b", other)]:
        uri = f"s3://{sdk.BUCKET}/split-{name}"
        left = [ProcessingOutput(source="/opt/ml/processing/train", destination=uri, output_name="train")]
        processor.run(code=code, inputs=given, outputs=left, arguments=["--rows", "3"], wait=False, logs=False)
        session.wait_for_processing_job(processor.latest_job.job_name, poll=1)
        assert len(text_of(f"{uri}/train.csv").splitlines()) == 3


def check_many_models_behind_one_endpoint():
    many = MultiDataModel(
        name="many", model_data_prefix=f"s3://{sdk.BUCKET}/many/", sagemaker_session=session,
        model=SKLearnModel(
            kept["estimator"].model_data, role, str(sdk.WORK / "train.py"), framework_version="1.2-1",
            sagemaker_session=session,
        ),
    )
    predictor = many.deploy(1, "ml.m5.large", endpoint_name="many")
    refused(lambda: predictor.predict(FEATURES), "missing a target model header")
    missing = lambda: predictor.predict(FEATURES, target_model="a/heart.tar.gz")  # noqa: E731
    refused(missing, "ValidationError", "Failed to download model data(bucket: ", "key: many/a/heart.tar.gz)")
    many.add_model(kept["estimator"].model_data, "a/heart.tar.gz")
    assert list(many.list_models()) == ["a/heart.tar.gz"]
    answer = predictor.predict(FEATURES, target_model="a/heart.tar.gz")
    assert [str(label) for label in answer] == kept["labels"], answer
    refused(lambda: predictor.predict(FEATURES, target_model="../heart/heart.csv"), "ValidationError")
    predictor.delete_endpoint()


def check_a_pipeline_of_containers():
    doubles = sdk.written(
        "halve.py",
        """
        import json
        def model_fn(folder): return None
        def input_fn(body, content_type): return json.loads(body)
        def predict_fn(rows, model): return [[cell / 2 for cell in row] for row in rows]
        def output_fn(rows, accept): return json.dumps(rows), "application/json"
        """,
    )
    def model(script):
        return SKLearnModel(
            kept["estimator"].model_data, role, script, framework_version="1.2-1", sagemaker_session=session
        )

    chain = PipelineModel([model(doubles), model(str(sdk.WORK / "train.py"))], role, name="chain", sagemaker_session=session)
    chain.deploy(1, "ml.m5.large", endpoint_name="chain")
    predictor = Predictor("chain", session, JSONSerializer(), JSONDeserializer())
    doubled = [[cell * 2 for cell in row] for row in FEATURES]
    assert [str(label) for label in predictor.predict(doubled)] == kept["labels"]
    refused(lambda: predictor.predict([[1.0]]), "ModelError", "from container-2 with message")
    predictor.delete_endpoint()
    chain.delete_model()


def check_cleaning_up():
    kept["predictor"].delete_model()
    kept["predictor"].delete_endpoint()
    refused(lambda: kept["predictor"].predict(FEATURES), "ValidationError", "heart")
    refused(lambda: session.delete_endpoint("heart"), "Could not find endpoint") if gone("heart") else None


def gone(name):
    """Waits until an endpoint is away."""
    session.sagemaker_client.get_waiter("endpoint_deleted").wait(
        EndpointName=name, WaiterConfig={"Delay": 1, "MaxAttempts": 60}
    )
    return True


main(globals())
