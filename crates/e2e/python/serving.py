"""Models, endpoint configurations and endpoints by hand. Argument: the folder of the workload, for its data."""

import json

from botocore.exceptions import WaiterError

import jobs
from session import ROLE, client, main, refused, waiter

sagemaker = client("sagemaker")
runtime = client("sagemaker-runtime")
ROW = "63,1,1,145,233,1,2,150,0,2.3,3,0,6\n"


def model(name, uri, image=jobs.IMAGE):
    container = {"Image": image, "ModelDataUrl": uri}
    return sagemaker.create_model(ModelName=name, ExecutionRoleArn=ROLE, PrimaryContainer=container)


def config(name, model_name, count=1):
    variant = {
        "VariantName": "all", "ModelName": model_name, "InitialInstanceCount": count,
        "InstanceType": "ml.m5.large", "InitialVariantWeight": 1.0,
    }
    return sagemaker.create_endpoint_config(EndpointConfigName=name, ProductionVariants=[variant])


def invoke(body, content_type="text/csv", accept="application/json", endpoint="e2e"):
    answer = runtime.invoke_endpoint(EndpointName=endpoint, ContentType=content_type, Accept=accept, Body=body)
    return answer, answer["Body"].read()


def share():
    """The probability of the class 1 for one row."""
    return json.loads(invoke(ROW)[1])["predictions"][0]["probabilities"]["1"]


def check_models():
    jobs.prepared()
    for name, algorithm in [("e2e-majority", "majority"), ("e2e-forest", "random_forest")]:
        model(name, jobs.trained(name, algorithm=algorithm))
    names = [found["ModelName"] for found in sagemaker.list_models()["Models"]]
    assert sorted(names) == ["e2e-forest", "e2e-majority"], names
    described = sagemaker.describe_model(ModelName="e2e-forest")
    assert described["PrimaryContainer"]["Image"] == jobs.IMAGE, described
    refused(lambda: model("e2e-forest", described["PrimaryContainer"]["ModelDataUrl"]), "ValidationException", "e2e-forest")


def check_an_endpoint():
    config("e2e-1", "e2e-majority")
    refused(lambda: config("e2e-x", "no-such-model"), "ValidationException", "no-such-model")
    sagemaker.create_endpoint(EndpointName="e2e", EndpointConfigName="e2e-1")
    waiter(sagemaker, "endpoint_in_service")(EndpointName="e2e")
    described = sagemaker.describe_endpoint(EndpointName="e2e")
    assert described["EndpointConfigName"] == "e2e-1", described
    variant = described["ProductionVariants"][0]
    assert variant["CurrentInstanceCount"] == 1, variant
    answer, body = invoke(ROW, accept="text/csv")
    assert answer["InvokedProductionVariant"] == "all", answer
    assert body.decode().startswith("0,0.5"), body


def check_an_update_replaces_the_model():
    before = share()
    config("e2e-2", "e2e-forest", count=2)
    sagemaker.update_endpoint(EndpointName="e2e", EndpointConfigName="e2e-2")
    while sagemaker.describe_endpoint(EndpointName="e2e")["EndpointStatus"] == "Updating":
        share()
    described = sagemaker.describe_endpoint(EndpointName="e2e")
    assert described["EndpointStatus"] == "InService", described
    assert described["EndpointConfigName"] == "e2e-2", described
    assert described["ProductionVariants"][0]["CurrentInstanceCount"] == 2, described
    assert share() != before, "another model answers"


def check_a_bad_row_is_the_model_s_error():
    error = refused(lambda: invoke("1,2,3\n"), "ModelError", "3 cells", status=424)
    assert error.response["OriginalStatusCode"] == 400, error.response
    assert "expected 13" in error.response["OriginalMessage"], error.response
    refused(lambda: invoke("x", content_type="application/json"), "ModelError")
    refused(lambda: invoke(ROW, content_type="image/png"), "ModelError", "image/png")
    share()


def check_unknown_endpoints():
    refused(lambda: invoke(ROW, endpoint="no-such-endpoint"), "ValidationError", "no-such-endpoint")
    refused(lambda: sagemaker.describe_endpoint(EndpointName="no-such"), "ValidationException", "no-such")
    refused(
        lambda: sagemaker.create_endpoint(EndpointName="e2e-y", EndpointConfigName="no-such"),
        "ValidationException", "no-such",
    )


def check_a_model_that_cannot_start():
    model("e2e-nowhere", f"s3://{jobs.BUCKET}/no/model.tar.gz")
    config("e2e-3", "e2e-nowhere")
    sagemaker.create_endpoint(EndpointName="e2e-bad", EndpointConfigName="e2e-3")
    try:
        waiter(sagemaker, "endpoint_in_service")(EndpointName="e2e-bad")
        raise AssertionError("an endpoint without a model is in service")
    except WaiterError:
        described = sagemaker.describe_endpoint(EndpointName="e2e-bad")
    assert described["EndpointStatus"] == "Failed", described
    assert "no/model.tar.gz" in described["FailureReason"], described


def check_deletion():
    for name in ["e2e", "e2e-bad"]:
        sagemaker.delete_endpoint(EndpointName=name)
        waiter(sagemaker, "endpoint_deleted")(EndpointName=name)
    refused(lambda: invoke(ROW), "ValidationError", "e2e")
    for name in ["e2e-1", "e2e-2", "e2e-3"]:
        sagemaker.delete_endpoint_config(EndpointConfigName=name)
    for name in ["e2e-majority", "e2e-forest", "e2e-nowhere"]:
        sagemaker.delete_model(ModelName=name)
    assert sagemaker.list_models()["Models"] == []
    assert sagemaker.list_endpoint_configs()["EndpointConfigs"] == []
    assert sagemaker.list_endpoints()["Endpoints"] == []


main(globals())
