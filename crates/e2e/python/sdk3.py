"""The SageMaker SDK, version 3, unmodified: `ModelTrainer`, the resources of sagemaker-core, processing, model builder."""

import io

import boto3
from botocore.exceptions import ClientError

import sdk
from session import main

sdk.configured()

from sagemaker.core.helper.session_helper import Session  # noqa: E402  after its configuration
from sagemaker.core.processing import ScriptProcessor  # noqa: E402
from sagemaker.core.resources import Endpoint, EndpointConfig, Model, ProcessingJob, TrainingJob, TransformJob  # noqa: E402
from sagemaker.core.shapes import (  # noqa: E402
    ContainerDefinition, DataProcessing, DesiredWeightAndCapacity, InferenceExecutionConfig,
    ProcessingInput, ProcessingOutput, ProcessingS3Input, ProcessingS3Output, ProductionVariant, TransformDataSource,
    TransformInput, TransformOutput, TransformResources, TransformS3DataSource,
)
from sagemaker.train import ModelTrainer  # noqa: E402
from sagemaker.train.tuner import HyperparameterTuner  # noqa: E402
from sagemaker.core.parameter import ContinuousParameter, IntegerParameter  # noqa: E402
from sagemaker.train.configs import Compute, InputData, SourceCode, StoppingCondition  # noqa: E402

session = Session(boto_session=boto3.Session(region_name=sdk.REGION))
role = sdk.role()
kept = {}
FEATURES = [row[:-1] for row in sdk.rows()[:4]]
BODY = "\n".join(",".join(str(cell) for cell in row) for row in FEATURES)
SERVE = {"SAGEMAKER_PROGRAM": "train.py"}


def refused(call, code, *words):
    try:
        answer = call()
    except ClientError as error:
        assert error.response["Error"]["Code"] == code, error
        for word in words:
            assert word in str(error), f"`{word}` is not in `{error}`"
        return
    raise AssertionError(f"{code} was expected, the answer is {answer}")


def trainer(name, script="train.py", **more):
    return ModelTrainer(
        sagemaker_session=session, role=role, training_image=sdk.IMAGE, base_job_name=name,
        source_code=SourceCode(source_dir=str(sdk.WORK / "source"), entry_script=script),
        compute=Compute(instance_type="ml.m5.large", instance_count=1, volume_size_in_gb=10),
        stopping_condition=StoppingCondition(max_runtime_in_seconds=600), **more,
    )


def check_train():
    sdk.written("source/train.py", sdk.TRAIN)
    kept["data"] = session.upload_data(sdk.data(), key_prefix="heart")
    given = [InputData(channel_name="train", data_source=kept["data"], content_type="text/csv")]
    made = trainer("heart", hyperparameters={"strength": 0.5}, environment={"MINE": "1"})
    made.train(input_data_config=given)
    job = kept["job"] = made._latest_training_job
    job.refresh()
    assert job.training_job_status == "Completed", job
    assert [channel.channel_name for channel in job.input_data_config] == ["train", "code", "sm_drivers"], job
    assert job.hyper_parameters["strength"] == "0.5", job
    again = TrainingJob.get(job.training_job_name)
    assert again.model_artifacts.s3_model_artifacts == job.model_artifacts.s3_model_artifacts
    assert job.training_job_name in [found.training_job_name for found in TrainingJob.get_all(name_contains="heart")]


def check_tune():
    sdk.written("source/trial.py", sdk.TRIAL)
    made = trainer("trial", "trial.py", hyperparameters={"epochs": 1})
    ranges = {"rate": ContinuousParameter(0.001, 1, scaling_type="Logarithmic"), "depth": IntegerParameter(1, 12)}
    metrics = [{"Name": "accuracy", "Regex": "accuracy=([0-9.]+);"}]
    tuner = HyperparameterTuner(
        made, "accuracy", ranges, metrics, max_jobs=4, max_parallel_jobs=2, base_tuning_job_name="tuned", random_seed=5
    )
    tuner.tune({"train": kept["data"]}, wait=False)
    tuner.latest_tuning_job.wait(poll=1)
    described = tuner.describe()
    assert described.hyper_parameter_tuning_job_status == "Completed", described
    assert described.training_job_status_counters.completed == 4, described
    best = TrainingJob.get(tuner.best_training_job())
    assert best.tuning_job_arn == described.hyper_parameter_tuning_job_arn, best
    assert best.model_artifacts.s3_model_artifacts.endswith("model.tar.gz"), best


def check_local_data_is_uploaded():
    made = trainer("local")
    made.train(input_data_config=[InputData(channel_name="train", data_source=sdk.data())])
    assert made._latest_training_job.training_job_status == "Completed"


def check_a_job_that_fails_and_one_that_is_stopped():
    sdk.written("source/broken.py", "raise ValueError('no such column')\n")
    made = trainer("broken", "broken.py")
    made.train(wait=False)
    try:
        made._latest_training_job.wait(poll=1)
        raise AssertionError("the job has not failed")
    except Exception as error:  # the SDK's own class has moved between its versions
        assert "broken" in str(error) or "Failed" in str(error), error
    # The SDK's own driver in the container writes the reason.
    reason = TrainingJob.get(made._latest_training_job.training_job_name).failure_reason
    assert "'broken.py']' returned non-zero exit status 1" in reason, reason
    sdk.written("source/slow.py", "import time\ntime.sleep(60)\n")
    made = trainer("slow", "slow.py")
    made.train(wait=False)
    job = made._latest_training_job
    job.stop()
    job.wait(poll=1)
    assert job.training_job_status == "Stopped", job


def variant(model, **more):
    return ProductionVariant(
        variant_name="all", model_name=model, initial_instance_count=1, instance_type="ml.m5.large", **more
    )


def serving(**more):
    return ContainerDefinition(
        image=sdk.IMAGE, model_data_url=kept["archive"], environment={**SERVE, "SAGEMAKER_SUBMIT_DIRECTORY": kept["source"]},
        **more,
    )


def source(name, files):
    """A source archive as the SDK packs it, uploaded."""
    import tarfile

    packed = io.BytesIO()
    with tarfile.open(fileobj=packed, mode="w:gz") as archive:
        for file in files:
            archive.add(sdk.WORK / "source" / file, file)
    boto3.client("s3", region_name=sdk.REGION).put_object(Bucket=sdk.BUCKET, Key=f"{name}/sourcedir.tar.gz", Body=packed.getvalue())
    return f"s3://{sdk.BUCKET}/{name}/sourcedir.tar.gz"


def served(name, **model):
    Model.create(model_name=name, execution_role_arn=role, **model)
    EndpointConfig.create(endpoint_config_name=name, production_variants=[variant(name)])
    endpoint = Endpoint.create(endpoint_name=name, endpoint_config_name=name)
    endpoint.wait_for_status("InService")
    return endpoint


def asked(endpoint, body=BODY, **more):
    answer = endpoint.invoke(body=body, content_type="text/csv", accept="text/csv", **more)
    return answer.body.read().decode().split()


def check_resources_serve():
    kept["archive"] = kept["job"].model_artifacts.s3_model_artifacts
    kept["source"] = source("serve", ["train.py"])
    endpoint = kept["endpoint"] = served("heart", primary_container=serving())
    kept["labels"] = asked(endpoint)
    assert len(kept["labels"]) == 4 and set(kept["labels"]) <= {"0", "1"}, kept["labels"]
    refused(
        lambda: Endpoint.create(endpoint_name="heart", endpoint_config_name="heart"),
        "ValidationException", "Cannot create already existing endpoint",
    )
    endpoint.update_weights_and_capacities([DesiredWeightAndCapacity(variant_name="all", desired_instance_count=2)])
    endpoint.wait_for_status("InService")
    endpoint.refresh()
    assert endpoint.production_variants[0].current_instance_count == 2, endpoint
    assert asked(endpoint) == kept["labels"]


def check_containers_are_called_one_by_one():
    endpoint = served(
        "direct", inference_execution_config=InferenceExecutionConfig(mode="Direct"),
        containers=[serving(container_hostname="first"), serving(container_hostname="second")],
    )
    assert asked(endpoint, target_container_hostname="second") == kept["labels"]
    refused(lambda: asked(endpoint), "ValidationError", "target container hostname")
    refused(lambda: asked(endpoint, target_container_hostname="third"), "ValidationError", "third")
    error = "from second with message"
    refused(lambda: asked(endpoint, body="1,2", target_container_hostname="second"), "ModelError", error)
    endpoint.delete()


def check_a_model_that_is_not_there():
    refused(
        lambda: EndpointConfig.create(endpoint_config_name="none", production_variants=[variant("none")]),
        "ValidationException", "Could not find model",
    )
    Model.create(
        model_name="empty", execution_role_arn=role,
        primary_container=ContainerDefinition(image=sdk.IMAGE, model_data_url=f"s3://{sdk.BUCKET}/no/model.tar.gz"),
    )
    EndpointConfig.create(endpoint_config_name="empty", production_variants=[variant("empty")])
    endpoint = Endpoint.create(endpoint_name="empty", endpoint_config_name="empty")
    try:
        endpoint.wait_for_status("InService")
        raise AssertionError("an endpoint without a model is in service")
    except Exception as error:
        assert "no/model.tar.gz" in str(error), error
    endpoint.delete()


def check_a_pipeline_transforms_a_batch():
    sdk.written(
        "source/pass.py",
        """
        def model_fn(folder): return None
        def input_fn(body, content_type): return body
        def predict_fn(body, model): return body
        def output_fn(body, accept): return body, "text/csv"
        """,
    )
    passing = ContainerDefinition(
        image=sdk.IMAGE, model_data_url=kept["archive"],
        environment={"SAGEMAKER_PROGRAM": "pass.py", "SAGEMAKER_SUBMIT_DIRECTORY": source("pass", ["pass.py"])},
    )
    Model.create(model_name="chain", execution_role_arn=role, containers=[passing, serving()])
    lines = [f"id{index},{row}" for index, row in enumerate(BODY.split())]
    batch = session.upload_data(sdk.written("batch.csv", "\n".join(lines) + "\n"), key_prefix="batch")
    job = TransformJob.create(
        transform_job_name="chain-1", model_name="chain", batch_strategy="MultiRecord",
        transform_input=TransformInput(
            data_source=TransformDataSource(s3_data_source=TransformS3DataSource(s3_data_type="S3Prefix", s3_uri=batch)),
            content_type="text/csv", split_type="Line",
        ),
        transform_output=TransformOutput(s3_output_path=f"s3://{sdk.BUCKET}/scored", accept="text/csv", assemble_with="Line"),
        transform_resources=TransformResources(instance_type="ml.m5.large", instance_count=1),
        data_processing=DataProcessing(input_filter="$[1:]", output_filter="$[0,-1]", join_source="Input"),
    )
    job.wait(poll=1)
    scored = session.read_s3_file(sdk.BUCKET, "scored/batch.csv.out").split()
    assert scored == [f"id{index},{label}" for index, label in enumerate(kept["labels"])], scored


def check_a_script_processor():
    code = sdk.written(
        "count.py",
        """
        import pathlib
        lines = pathlib.Path("/opt/ml/processing/input/heart.csv").read_text().splitlines()
        pathlib.Path("/opt/ml/processing/output/count.txt").write_text(str(len(lines)))
        """,
    )
    processor = ScriptProcessor(
        image_uri=sdk.IMAGE, command=["python3"], role=role, instance_type="ml.m5.large", instance_count=1,
        base_job_name="count", sagemaker_session=session,
    )
    given = ProcessingS3Input(
        s3_uri=kept["data"], s3_data_type="S3Prefix", s3_input_mode="File", local_path="/opt/ml/processing/input"
    )
    left = ProcessingS3Output(
        s3_uri=f"s3://{sdk.BUCKET}/count", local_path="/opt/ml/processing/output", s3_upload_mode="EndOfJob"
    )
    processor.run(
        code=code, inputs=[ProcessingInput(input_name="data", s3_input=given)],
        outputs=[ProcessingOutput(output_name="count", s3_output=left)], wait=False, logs=False,
    )
    job = ProcessingJob.get(processor.latest_job.processing_job_name)
    job.wait(poll=1)
    assert session.read_s3_file(sdk.BUCKET, "count/count.txt") == str(len(sdk.rows()) + 1)


def check_deletion():
    endpoint = kept["endpoint"]
    endpoint.delete()
    endpoint.wait_for_delete()
    refused(lambda: Endpoint.get("heart"), "ValidationException", "Could not find endpoint")
    EndpointConfig.get("heart").delete()
    Model.get("heart").delete()
    refused(lambda: Model.get("heart"), "ValidationException", "Could not find model")


main(globals())
