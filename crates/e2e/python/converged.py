"""After RUNS runs of one workload: one of each thing that is deployed, and JOBS times the jobs of one run."""

import sys

from session import client, main

RUNS, ROUNDS = int(sys.argv[1]), int(sys.argv[2])
sagemaker = client("sagemaker")
states = client("stepfunctions")


def check_runs():
    machines = states.list_state_machines()["stateMachines"]
    assert len(machines) == 1, machines
    listed = states.list_executions(stateMachineArn=machines[0]["stateMachineArn"])["executions"]
    assert len(listed) == RUNS, listed
    assert {execution["status"] for execution in listed} == {"SUCCEEDED"}, listed


def check_jobs():
    for operation, member, once in [
        ("list_processing_jobs", "ProcessingJobSummaries", 4),
        ("list_training_jobs", "TrainingJobSummaries", 4),
        ("list_transform_jobs", "TransformJobSummaries", 1),
    ]:
        found = getattr(sagemaker, operation)(MaxResults=100)[member]
        assert len(found) == once * ROUNDS, (operation, found)


def check_one_of_each():
    groups = sagemaker.list_model_package_groups()["ModelPackageGroupSummaryList"]
    assert len(groups) == 1, groups
    name = groups[0]["ModelPackageGroupName"]
    packages = sagemaker.list_model_packages(ModelPackageGroupName=name)
    assert len(packages["ModelPackageSummaryList"]) == 1, packages
    configs = sagemaker.list_endpoint_configs()["EndpointConfigs"]
    assert len(configs) == 1, configs
    assert len(sagemaker.list_models()["Models"]) == 1
    endpoints = sagemaker.list_endpoints()["Endpoints"]
    assert len(endpoints) == 1, endpoints
    endpoint = sagemaker.describe_endpoint(EndpointName=endpoints[0]["EndpointName"])
    assert endpoint["EndpointConfigName"] == configs[0]["EndpointConfigName"], endpoint


main(globals())
