"""The AWS CLI, unmodified, on the plane: what a person would try first."""

import json
import os
import pathlib
import subprocess
import sys
import tempfile

from session import ACCOUNT, main

AWS = pathlib.Path(sys.executable).with_name("aws")


def aws(*words, code=0):
    """Runs the CLI and gives what it printed."""
    done = subprocess.run([AWS, *words], capture_output=True, text=True, timeout=60, check=False)
    assert done.returncode == code, (words, done.returncode, done.stdout, done.stderr)
    return done.stdout if code == 0 else done.stderr


def check_who_calls():
    assert json.loads(aws("sts", "get-caller-identity"))["Account"] == ACCOUNT


def check_files_go_up_and_come_down():
    aws("s3", "mb", "s3://e2e-cli")
    with tempfile.TemporaryDirectory() as folder:
        source, target = pathlib.Path(folder, "source"), pathlib.Path(folder, "target")
        source.joinpath("below").mkdir(parents=True)
        content = {"one.txt": os.urandom(10), "below/two.txt": os.urandom(9 << 20)}
        for name, data in content.items():
            source.joinpath(name).write_bytes(data)
        aws("s3", "cp", "--recursive", str(source), "s3://e2e-cli/copy")
        listed = aws("s3", "ls", "--recursive", "s3://e2e-cli/")
        assert "copy/below/two.txt" in listed and "copy/one.txt" in listed, listed
        aws("s3", "sync", "s3://e2e-cli/copy", str(target))
        for name, data in content.items():
            assert target.joinpath(name).read_bytes() == data, name
        assert aws("s3", "sync", "s3://e2e-cli/copy", str(target)) == "", "nothing is left to do"
    aws("s3", "rb", "--force", "s3://e2e-cli")
    assert aws("s3", "ls") == ""


def check_versions_of_a_file():
    aws("s3", "mb", "s3://e2e-cli")
    aws("s3api", "put-bucket-versioning", "--bucket", "e2e-cli", "--versioning-configuration", "Status=Enabled")
    with tempfile.TemporaryDirectory() as folder:
        file = pathlib.Path(folder, "file")
        for text in ["one", "two"]:
            file.write_text(text)
            aws("s3", "cp", str(file), "s3://e2e-cli/file")
        aws("s3", "rm", "s3://e2e-cli/file")
        listed = json.loads(aws("s3api", "list-object-versions", "--bucket", "e2e-cli"))
        assert len(listed["Versions"]) == 2 and listed["DeleteMarkers"][0]["IsLatest"], listed
        first = ["--bucket", "e2e-cli", "--key", "file", "--version-id", listed["Versions"][1]["VersionId"]]
        aws("s3api", "get-object", *first, str(file))
        assert file.read_text() == "one"
    said = aws("s3", "rb", "s3://e2e-cli", code=1)
    assert "BucketNotEmpty" in said, said
    for entry in listed["Versions"] + listed["DeleteMarkers"]:
        version = ["--key", entry["Key"], "--version-id", entry["VersionId"]]
        aws("s3api", "delete-object", "--bucket", "e2e-cli", *version)
    aws("s3", "rb", "s3://e2e-cli")


def check_a_machine():
    definition = json.dumps({"StartAt": "A", "States": {"A": {"Type": "Succeed"}}})
    role = f"arn:aws:iam::{ACCOUNT}:role/e2e"
    made = json.loads(aws(
        "stepfunctions", "create-state-machine", "--name", "cli", "--role-arn", role, "--definition", definition,
    ))
    begun = json.loads(aws(
        "stepfunctions", "start-execution", "--state-machine-arn", made["stateMachineArn"], "--input", '{"a": 1}',
    ))
    arn = begun["executionArn"]
    described = json.loads(aws("stepfunctions", "describe-execution", "--execution-arn", arn))
    assert json.loads(described["output"]) == {"a": 1}, described


def check_errors_are_shown():
    said = aws("sagemaker", "describe-endpoint", "--endpoint-name", "none", code=255)
    assert "ValidationException" in said, said
    said = aws("cloudformation", "describe-stacks", "--stack-name", "none", code=255)
    assert "none" in said and "does not exist" in said, said


main(globals())
