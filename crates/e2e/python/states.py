"""State machines by hand: Pass, Choice, Map, Parallel, Wait, Fail; executions, histories, ends, errors."""

import json

from session import ROLE, client, main, refused, wait_for

states = client("stepfunctions")
MACHINES = {}


def machine(name, definition):
    answer = states.create_state_machine(name=name, definition=json.dumps(definition), roleArn=ROLE)
    MACHINES[name] = answer["stateMachineArn"]
    return answer


def start(machine_name, name, given):
    return states.start_execution(stateMachineArn=MACHINES[machine_name], name=name, input=json.dumps(given))


def ended(arn):
    def look():
        described = states.describe_execution(executionArn=arn)
        return described if described["status"] != "RUNNING" else None

    return wait_for("the execution ends", look)


def history(arn):
    pages = states.get_paginator("get_execution_history").paginate(executionArn=arn)
    return [event for page in pages for event in page["events"]]


SQUARES = {
    "StartAt": "Sort",
    "States": {
        "Sort": {
            "Type": "Choice",
            "Choices": [{"Variable": "$.numbers[0]", "NumericGreaterThan": 100, "Next": "TooLarge"}],
            "Default": "Each",
        },
        "Each": {
            "Type": "Map",
            "ItemsPath": "$.numbers",
            "MaxConcurrency": 2,
            "ItemProcessor": {
                "StartAt": "Double",
                "States": {
                    "Double": {
                        "Type": "Pass",
                        "Parameters": {"n.$": "$", "twice.$": "States.MathAdd($, $)"},
                        "End": True,
                    }
                },
            },
            "ResultPath": "$.doubled",
            "Next": "Rest",
        },
        "Rest": {"Type": "Wait", "Seconds": 1, "Next": "Done"},
        "Done": {"Type": "Succeed"},
        "TooLarge": {"Type": "Fail", "Error": "TooLarge", "Cause": "more than a hundred"},
    },
}
SLEEP = {"StartAt": "Sleep", "States": {"Sleep": {"Type": "Wait", "SecondsPath": "$.seconds", "End": True}}}


def check_a_machine():
    created = machine("e2e", SQUARES)
    again = machine("e2e", SQUARES)
    assert again["stateMachineArn"] == created["stateMachineArn"], "the same request again is the same machine"
    refused(lambda: machine("e2e", SLEEP), "StateMachineAlreadyExists", "e2e")
    machine("e2e-sleep", SLEEP)
    described = states.describe_state_machine(stateMachineArn=MACHINES["e2e"])
    assert json.loads(described["definition"]) == SQUARES and described["type"] == "STANDARD", described
    listed = [found["name"] for found in states.list_state_machines()["stateMachines"]]
    assert sorted(listed) == ["e2e", "e2e-sleep"], listed


def check_an_execution():
    arn = start("e2e", "one", {"numbers": [1, 2, 3]})["executionArn"]
    described = ended(arn)
    assert described["status"] == "SUCCEEDED", described
    expected = [{"n": n, "twice": 2 * n} for n in [1, 2, 3]]
    assert json.loads(described["output"])["doubled"] == expected, described
    waited = described["stopDate"] - described["startDate"]
    assert 1.0 <= waited.total_seconds() < 5.0, waited
    events = history(arn)
    assert [event["id"] for event in events] == list(range(1, len(events) + 1))
    assert all(event["previousEventId"] < event["id"] for event in events)
    kinds = [event["type"] for event in events]
    assert kinds[0] == "ExecutionStarted" and kinds[-1] == "ExecutionSucceeded", kinds
    for kind, count in [
        ("ChoiceStateEntered", 1), ("MapStateStarted", 1), ("MapIterationStarted", 3), ("PassStateEntered", 3),
        ("MapIterationSucceeded", 3), ("MapStateSucceeded", 1), ("WaitStateExited", 1), ("SucceedStateExited", 1),
    ]:
        assert kinds.count(kind) == count, (kind, kinds)


def check_a_start_is_idempotent_while_it_runs():
    first = start("e2e-sleep", "same", {"seconds": 300})
    again = start("e2e-sleep", "same", {"seconds": 300})
    assert again["executionArn"] == first["executionArn"]
    assert again["startDate"] == first["startDate"]
    refused(lambda: start("e2e-sleep", "same", {"seconds": 1}), "ExecutionAlreadyExists", "same")
    stopped = states.stop_execution(executionArn=first["executionArn"], error="Enough", cause="by hand")
    described = ended(first["executionArn"])
    assert described["status"] == "ABORTED", described
    assert described["stopDate"] == stopped["stopDate"], described
    assert (described["error"], described["cause"]) == ("Enough", "by hand"), described
    assert history(first["executionArn"])[-1]["type"] == "ExecutionAborted"
    refused(lambda: start("e2e-sleep", "same", {"seconds": 300}), "ExecutionAlreadyExists", "same")


def check_failures():
    described = ended(start("e2e", "large", {"numbers": [101]})["executionArn"])
    assert described["status"] == "FAILED", described
    assert (described["error"], described["cause"]) == ("TooLarge", "more than a hundred"), described
    described = ended(start("e2e", "none", {})["executionArn"])
    assert described["status"] == "FAILED" and described["error"] == "States.Runtime", described
    caught = {
        "StartAt": "Try",
        "States": {
            "Try": {
                "Type": "Task", "Resource": "arn:aws:states:::aws-sdk:s3:getObject",
                "Parameters": {"Bucket": "no-such-bucket", "Key": "k"},
                "Catch": [{"ErrorEquals": ["S3.NoSuchBucketException"], "ResultPath": "$.error", "Next": "Caught"}],
                "End": True,
            },
            "Caught": {"Type": "Pass", "End": True},
        },
    }
    machine("e2e-catch", caught)
    described = ended(start("e2e-catch", "one", {})["executionArn"])
    assert described["status"] == "SUCCEEDED", described
    assert json.loads(described["output"])["error"]["Error"] == "S3.NoSuchBucketException", described


def check_tasks_of_services():
    client("s3").create_bucket(Bucket="e2e-states")
    calls = {
        "StartAt": "Both",
        "States": {
            "Both": {
                "Type": "Parallel",
                "Branches": [
                    {"StartAt": f"Put{n}", "States": {f"Put{n}": {
                        "Type": "Task", "Resource": "arn:aws:states:::aws-sdk:s3:putObject",
                        "Parameters": {"Bucket": "e2e-states", "Key": f"k{n}", "Body": {"n.$": "$.n"}},
                        "ResultPath": None, "End": True,
                    }}}
                    for n in [1, 2]
                ],
                "ResultPath": None,
                "Next": "List",
            },
            "List": {
                "Type": "Task", "Resource": "arn:aws:states:::aws-sdk:s3:listObjectsV2",
                "Parameters": {"Bucket": "e2e-states"},
                "ResultSelector": {"keys.$": "$.Contents[*].Key"}, "End": True,
            },
        },
    }
    machine("e2e-calls", calls)
    described = ended(start("e2e-calls", "one", {"n": 7})["executionArn"])
    assert described["status"] == "SUCCEEDED", (described, history(described["executionArn"])[-3:])
    assert json.loads(described["output"]) == {"keys": ["k1", "k2"]}, described
    assert json.loads(client("s3").get_object(Bucket="e2e-states", Key="k1")["Body"].read()) == {"n": 7}


def check_definitions_that_are_none():
    for definition, word in [
        ({"StartAt": "A", "States": {"A": {"Type": "Pass", "Next": "Nowhere"}}}, "Nowhere"),
        ({"StartAt": "A", "States": {"A": {"Type": "Dance", "End": True}}}, "/States/A/Type"),
        ({"States": {"A": {"Type": "Succeed"}}}, "StartAt"),
    ]:
        error = refused(lambda: machine("e2e-none", definition), "InvalidDefinition")
        assert word in error.response["Error"]["Message"], (word, error)
        verdict = states.validate_state_machine_definition(definition=json.dumps(definition))
        assert verdict["result"] == "FAIL" and verdict["diagnostics"], verdict
    assert states.validate_state_machine_definition(definition=json.dumps(SQUARES))["result"] == "OK"


def check_what_is_not_there():
    arn = MACHINES["e2e"].replace(":e2e", ":none")
    refused(lambda: states.describe_state_machine(stateMachineArn=arn), "StateMachineDoesNotExist", "none")
    refused(lambda: states.start_execution(stateMachineArn=arn), "StateMachineDoesNotExist")
    gone = arn.replace("stateMachine", "execution") + ":x"
    refused(lambda: states.describe_execution(executionArn=gone), "ExecutionDoesNotExist")
    refused(lambda: states.start_execution(stateMachineArn=MACHINES["e2e"], input="{"), "InvalidExecutionInput")


def check_lists_and_deletion():
    listed = states.list_executions(stateMachineArn=MACHINES["e2e"])["executions"]
    assert [found["name"] for found in listed] == ["none", "large", "one"], "newest first"
    failed = states.list_executions(stateMachineArn=MACHINES["e2e"], statusFilter="FAILED")["executions"]
    assert len(failed) == 2, failed
    for arn in MACHINES.values():
        states.delete_state_machine(stateMachineArn=arn)
    wait_for("the machines are gone", lambda: not states.list_state_machines()["stateMachines"])


main(globals())
