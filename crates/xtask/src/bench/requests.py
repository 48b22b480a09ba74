"""Requests of one unmodified client: a mix of what people call, each answered with success. Argument: how many."""

import sys

import boto3

s3, states, sagemaker, logs = map(boto3.client, ["s3", "stepfunctions", "sagemaker", "logs"])
s3.create_bucket(Bucket="bench")
calls = [
    lambda turn: s3.put_object(Bucket="bench", Key=f"rows/{turn % 100}", Body=b"1,2,3\n" * 100),
    lambda turn: s3.get_object(Bucket="bench", Key=f"rows/{(turn - 1) % 100}")["Body"].read(),
    lambda turn: states.list_state_machines(),
    lambda turn: sagemaker.list_training_jobs(),
    lambda turn: logs.describe_log_groups(),
]
for turn in range(int(sys.argv[1])):
    # Every key that is read was written in the turn before.
    calls[turn % len(calls)](turn)
