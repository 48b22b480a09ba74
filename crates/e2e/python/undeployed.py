"""Nothing is deployed: no package, no model, no endpoint."""

from session import client, main

sagemaker = client("sagemaker")


def check_nothing_is_deployed():
    assert sagemaker.list_endpoints()["Endpoints"] == []
    assert sagemaker.list_endpoint_configs()["EndpointConfigs"] == []
    assert sagemaker.list_models()["Models"] == []
    for group in sagemaker.list_model_package_groups()["ModelPackageGroupSummaryList"]:
        found = sagemaker.list_model_packages(ModelPackageGroupName=group["ModelPackageGroupName"])
        assert found["ModelPackageSummaryList"] == [], found


main(globals())
