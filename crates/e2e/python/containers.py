"""Many models behind one container, and several containers behind one endpoint, with our own image.

Argument: the folder of the workload, for its data.
"""

import json

import jobs
from session import ROLE, client, main, refused, waiter

s3 = client("s3")
sagemaker = client("sagemaker")
runtime = client("sagemaker-runtime")
ROW = "63,1,1,145,233,1,2,150,0,2.3,3,0,6\n"
kept = {}


def deployed(name, **model):
    sagemaker.create_model(ModelName=name, ExecutionRoleArn=ROLE, **model)
    variant = {"VariantName": "all", "ModelName": name, "InitialInstanceCount": 1, "InstanceType": "ml.m5.large"}
    sagemaker.create_endpoint_config(EndpointConfigName=name, ProductionVariants=[variant])
    sagemaker.create_endpoint(EndpointName=name, EndpointConfigName=name)
    waiter(sagemaker, "endpoint_in_service")(EndpointName=name)


def invoke(endpoint, model=None, body=ROW, accept="text/csv"):
    more = {"TargetModel": model} if model else {}
    answer = runtime.invoke_endpoint(EndpointName=endpoint, ContentType="text/csv", Accept=accept, Body=body, **more)
    return answer["Body"].read().decode().strip()


def put(source, name):
    s3.copy_object(Bucket=jobs.BUCKET, Key=f"many/{name}", CopySource={"Bucket": jobs.BUCKET, "Key": source})


def check_models_are_loaded_when_they_are_named():
    jobs.prepared()
    for algorithm in ["majority", "random_forest"]:
        kept[algorithm] = jobs.trained(f"c-{algorithm.replace('_', '-')}", algorithm=algorithm).split("/", 3)[3]
    container = {"Image": jobs.IMAGE, "Mode": "MultiModel", "ModelDataUrl": f"s3://{jobs.BUCKET}/many/"}
    deployed("many", PrimaryContainer=container)
    put(kept["majority"], "majority.tar.gz")
    put(kept["random_forest"], "deep/er/forest.tar.gz")
    kept["a"], kept["b"] = invoke("many", "majority.tar.gz"), invoke("many", "deep/er/forest.tar.gz")
    assert kept["a"] != kept["b"], kept


def check_what_is_not_a_model():
    refused(lambda: invoke("many"), "ValidationError", "missing a target model header")
    words = ("Failed to download model data(bucket: e2e-jobs, key: many/x.tar.gz)",)
    refused(lambda: invoke("many", "x.tar.gz"), "ValidationError", *words)
    for name in ["../data/processed.cleveland.data", "/etc/passwd", "deep/../majority.tar.gz", "a//b"]:
        refused(lambda name=name: invoke("many", name), "ValidationError", "is not the name of an archive")
    s3.put_object(Bucket=jobs.BUCKET, Key="many/broken.tar.gz", Body=b"no archive")
    refused(lambda: invoke("many", "broken.tar.gz"), "ModelError", "broken.tar.gz", "cannot be unpacked", status=424)
    put(kept["majority"], "broken.tar.gz")
    assert invoke("many", "broken.tar.gz") == kept["a"], "it is loaded once it is an archive"


def check_a_replaced_archive_is_loaded_and_a_deleted_one_answers():
    put(kept["random_forest"], "majority.tar.gz")
    assert invoke("many", "majority.tar.gz") == kept["b"]
    s3.delete_object(Bucket=jobs.BUCKET, Key="many/majority.tar.gz")
    assert invoke("many", "majority.tar.gz") == kept["b"], "it is still loaded"


def check_the_longest_unused_makes_room():
    for index in range(18):
        put(kept["majority"], f"m{index}.tar.gz")
        assert invoke("many", f"m{index}.tar.gz") == kept["a"]
    refused(lambda: invoke("many", "majority.tar.gz"), "ValidationError", "Failed to download")
    assert invoke("many", "m0.tar.gz") == kept["a"], "it is loaded again"


def check_a_setting_keeps_nothing_loaded():
    container = {
        "Image": jobs.IMAGE, "Mode": "MultiModel", "ModelDataUrl": f"s3://{jobs.BUCKET}/many",
        "MultiModelConfig": {"ModelCacheSetting": "Disabled"},
    }
    deployed("uncached", PrimaryContainer=container)
    put(kept["majority"], "once.tar.gz")
    assert invoke("uncached", "once.tar.gz") == kept["a"]
    s3.delete_object(Bucket=jobs.BUCKET, Key="many/once.tar.gz")
    refused(lambda: invoke("uncached", "once.tar.gz"), "ValidationError", "Failed to download")


def single(**more):
    return {"Image": jobs.IMAGE, "ModelDataUrl": f"s3://{jobs.BUCKET}/{kept['random_forest']}", **more}


def check_the_answer_of_one_is_the_request_of_the_next():
    # The second model gets what the first one answers, which has not its columns: its refusal names it.
    deployed("chain", Containers=[single(), single()])
    error = refused(lambda: invoke("chain"), "ModelError", "from container-2 with message", status=424)
    assert error.response["OriginalStatusCode"] in (400, 415), error.response
    refused(lambda: invoke("chain", body="1\n"), "ModelError", "from container-1 with message")
    refused(lambda: invoke("chain", "x.tar.gz"), "ValidationError", "not a multi-model endpoint")
    named = [single(ContainerHostname="first"), single(ContainerHostname="last")]
    deployed("named", Containers=named)
    refused(lambda: invoke("named"), "ModelError", "from last with message")
    described = sagemaker.describe_endpoint(EndpointName="named")
    assert len(described["ProductionVariants"][0]["DeployedImages"]) == 2, described
    streams = client("logs").describe_log_streams(logGroupName="/aws/sagemaker/Endpoints/named")["logStreams"]
    assert sorted(stream["logStreamName"].split("/")[-1] for stream in streams) == ["first", "last"], streams


def check_what_a_model_cannot_be():
    def refuse(words, **model):
        refused(
            lambda: sagemaker.create_model(ModelName="no", ExecutionRoleArn=ROLE, **model), "ValidationException", words
        )

    many = {"Image": jobs.IMAGE, "Mode": "MultiModel", "ModelDataUrl": f"s3://{jobs.BUCKET}/many/"}
    refuse("Exactly one of PrimaryContainer and Containers")
    refuse("Exactly one of PrimaryContainer and Containers", PrimaryContainer=single(), Containers=[single()])
    refuse("More than one container in MultiModel mode is not supported", Containers=[many, many])
    refuse("every container of a pipeline, or for none", Containers=[single(ContainerHostname="a"), single()])
    refuse("ContainerHostname a is there twice", Containers=[single(ContainerHostname="a")] * 2)
    refuse("needs two or more Containers", Containers=[single()], InferenceExecutionConfig={"Mode": "Direct"})
    refuse("needs the prefix", PrimaryContainer={"Image": jobs.IMAGE, "Mode": "MultiModel"})
    refuse("Containers[2] has neither Image nor ModelPackageName", Containers=[single(), {}])
    refuse("length", Containers=[single()] * 16)


def check_files_in_place_of_an_archive():
    import io
    import tarfile

    archive = s3.get_object(Bucket=jobs.BUCKET, Key=kept["majority"])["Body"].read()
    with tarfile.open(fileobj=io.BytesIO(archive)) as files:
        for file in files.getmembers():
            if file.isfile():
                name = file.name.removeprefix("./")
                s3.put_object(Bucket=jobs.BUCKET, Key=f"files/{name}", Body=files.extractfile(file).read())
    source = {"S3Uri": f"s3://{jobs.BUCKET}/files/", "S3DataType": "S3Prefix", "CompressionType": "None"}
    container = {"Image": jobs.IMAGE, "ModelDataSource": {"S3DataSource": source}}
    deployed("files", PrimaryContainer=container)
    assert invoke("files") == kept["a"]


def check_weights_and_numbers_change():
    sagemaker.update_endpoint_weights_and_capacities(
        EndpointName="files", DesiredWeightsAndCapacities=[{"VariantName": "all", "DesiredInstanceCount": 2}]
    )
    waiter(sagemaker, "endpoint_in_service")(EndpointName="files")
    variant = sagemaker.describe_endpoint(EndpointName="files")["ProductionVariants"][0]
    assert (variant["CurrentInstanceCount"], variant["CurrentWeight"]) == (2, 1.0), variant
    for change, words in [({"VariantName": "x", "DesiredWeight": 1.0}, "x"), ({"VariantName": "all", "DesiredWeight": 0.0}, "zero")]:
        refused(
            lambda change=change: sagemaker.update_endpoint_weights_and_capacities(
                EndpointName="files", DesiredWeightsAndCapacities=[change]
            ),
            "ValidationException", words,
        )


def check_a_batch_with_filters():
    lines = [f"id{index},{ROW}" for index in range(3)]
    s3.put_object(Bucket=jobs.BUCKET, Key="batch/rows.csv", Body="".join(lines))

    def transform(name, processing, content_type="text/csv", model="files"):
        sagemaker.create_transform_job(
            TransformJobName=name, ModelName=model,
            TransformInput={
                "DataSource": {"S3DataSource": {"S3DataType": "S3Prefix", "S3Uri": f"s3://{jobs.BUCKET}/batch/"}},
                "ContentType": content_type, "SplitType": "Line",
            },
            TransformOutput={"S3OutputPath": f"s3://{jobs.BUCKET}/{name}", "Accept": "text/csv", "AssembleWith": "Line"},
            TransformResources={"InstanceType": "ml.m5.large", "InstanceCount": 1}, DataProcessing=processing,
        )
        waiter(sagemaker, "transform_job_completed_or_stopped")(TransformJobName=name)
        return s3.get_object(Bucket=jobs.BUCKET, Key=f"{name}/rows.csv.out")["Body"].read().decode()

    label = kept["a"].split(",")[0]
    joined = {"InputFilter": "$[1:]", "OutputFilter": "$[0,14]", "JoinSource": "Input"}
    assert transform("joined", joined).split() == [f"id{index},{label}" for index in range(3)]
    assert transform("whole", {"InputFilter": "$[1:]", "JoinSource": "Input"}).split()[0] == lines[0].strip() + "," + kept["a"]
    for processing, content_type, words in [
        ({"InputFilter": "$..x"}, "text/csv", "InputFilter"),
        ({"JoinSource": "Input"}, "image/png", "DataProcessing needs ContentType"),
    ]:
        refused(
            lambda p=processing, c=content_type: transform("no", p, c), "ValidationException", words
        )
    refused(lambda: transform("no", {}, model="many"), "ValidationException", "MultiModel")
    try:
        transform("missing", {"InputFilter": "$[1:]", "OutputFilter": "$[9]"})
        raise AssertionError("a column that is not there was written")
    except Exception as error:
        assert "TransformJobStatus" in str(error) or "terminal" in str(error), error
    reason = sagemaker.describe_transform_job(TransformJobName="missing")["FailureReason"]
    assert "ClientError: path `$[9]` selects nothing" in reason, reason


def check_deletion_leaves_nothing():
    for name in ["many", "uncached", "chain", "named", "files"]:
        sagemaker.delete_endpoint(EndpointName=name)
    for name in ["many", "uncached", "chain", "named", "files"]:
        waiter(sagemaker, "endpoint_deleted")(EndpointName=name)
    refused(lambda: sagemaker.delete_endpoint(EndpointName="many"), "ValidationException", "Could not find endpoint")
    assert json.dumps(sagemaker.list_endpoints()["Endpoints"]) == "[]"


main(globals())
