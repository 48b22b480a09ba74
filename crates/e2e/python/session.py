"""Clients of the plane that the environment names, and small tools of the checks.

A script defines functions `check_*`; `main` runs them in the order in which they stand. boto3 is unmodified.
"""

import os
import sys
import time

import boto3
from botocore.config import Config
from botocore.exceptions import ClientError

ACCOUNT = "000000000000"
REGION = os.environ.get("AWS_REGION", "us-east-1")
ROLE = f"arn:aws:iam::{ACCOUNT}:role/e2e"


def client(service, **settings):
    """A client with one try, so that a fault is seen and not retried away."""
    settings.setdefault("retries", {"total_max_attempts": 1})
    return boto3.client(service, region_name=REGION, config=Config(**settings))


def refused(call, code, *words, status=None):
    """The error of a call that must be refused with this code and these words."""
    try:
        answer = call()
    except ClientError as error:
        said = error.response["Error"]
        assert said["Code"] == code, f"{said} instead of {code}"
        for word in words:
            assert word in said["Message"], f"`{word}` is not in `{said['Message']}`"
        if status is not None:
            found = error.response["ResponseMetadata"]["HTTPStatusCode"]
            assert found == status, f"status {found} instead of {status}: {said}"
        return error
    raise AssertionError(f"{code} was expected, the answer is {answer}")


def wait_for(what, look, limit=60.0):
    """Looks until the result is true."""
    deadline = time.monotonic() + limit
    while True:
        found = look()
        if found:
            return found
        if time.monotonic() > deadline:
            raise AssertionError(f"{what}: not within {limit} s")
        time.sleep(0.02)


def waiter(source, name, delay=0.1, attempts=600):
    """boto3's own waiter with a short pause."""

    def wait(**arguments):
        settings = {"Delay": delay, "MaxAttempts": attempts}
        source.get_waiter(name).wait(WaiterConfig=settings, **arguments)

    return wait


def main(names):
    checks = [item for name, item in names.items() if name.startswith("check_")]
    assert checks, "a script without checks shows nothing"
    for check in checks:
        started = time.monotonic()
        print(f"{check.__name__} ... ", end="")
        check()
        print(f"ok, {time.monotonic() - started:.2f} s")
    sys.stdout.flush()
