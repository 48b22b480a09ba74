"""What the checks of both SageMaker SDKs share: a role, the data, scripts as a user writes them.

Argument: the folder of the workload, for its data.
"""

import json
import os
import pathlib
import sys
import tempfile
import textwrap
import time

import boto3

REGION = os.environ.get("AWS_REGION", "us-east-1")
BUCKET = f"sagemaker-{REGION}-000000000000"
WORK = pathlib.Path(tempfile.mkdtemp(prefix="plimsoll-sdk-"))
COLUMNS = "age,sex,cp,trestbps,chol,fbs,restecg,thalach,exang,oldpeak,slope,ca,thal,num".split(",")
IMAGE = "683313688378.dkr.ecr.us-east-1.amazonaws.com/sagemaker-scikit-learn:1.2-1-cpu-py3"

TRAIN = """
    import argparse, os
    import joblib
    import numpy as np
    from sklearn.linear_model import LogisticRegression
    from sklearn.pipeline import make_pipeline
    from sklearn.preprocessing import StandardScaler

    def model_fn(model_dir):
        return joblib.load(os.path.join(model_dir, "model.joblib"))

    if __name__ == "__main__":
        parser = argparse.ArgumentParser()
        parser.add_argument("--strength", type=float, default=1.0)
        parser.add_argument("--model-dir", default=os.environ["SM_MODEL_DIR"])
        parser.add_argument("--train", default=os.environ["SM_CHANNEL_TRAIN"])
        arguments = parser.parse_args()
        table = np.genfromtxt(os.path.join(arguments.train, "heart.csv"), delimiter=",", skip_header=1)
        features, target = table[:, :-1], table[:, -1].astype(int)
        model = make_pipeline(StandardScaler(), LogisticRegression(C=arguments.strength))
        model.fit(features, target)
        score = model.score(features, target)
        print(f"accuracy={score:.4f};")
        joblib.dump(model, os.path.join(arguments.model_dir, "model.joblib"))
"""

# Scores without a training of its own, so that many trials take little time; the model is one all the same.
TRIAL = """
    import argparse, json, os, sys, time

    def model_fn(model_dir):
        return json.load(open(os.path.join(model_dir, "model.json")))

    def predict_fn(rows, model):
        return [model["depth"]] * len(rows)

    if __name__ == "__main__":
        parser = argparse.ArgumentParser()
        parser.add_argument("--rate", type=float)
        parser.add_argument("--depth", type=int)
        parser.add_argument("--kind")
        parser.add_argument("--epochs", type=int, default=1)
        parser.add_argument("--pause", type=float, default=0)
        arguments, _ = parser.parse_known_args()
        score = 0.9 - abs(arguments.depth - 7) / 50 - (arguments.kind == "b") / 10
        for epoch in range(1, arguments.epochs + 1):
            print(f"accuracy={score - 0.1 / epoch:.4f};", flush=True)
            time.sleep(arguments.pause)
        if arguments.kind == "broken":
            sys.exit("a kind that does not work")
        json.dump(vars(arguments), open(os.path.join(os.environ["SM_MODEL_DIR"], "model.json"), "w"))
"""


PAUSE = time.sleep


def hurried(seconds):
    """The SDK's pauses, up to 30 s before its first look at an endpoint, cut short; nothing else of it is touched."""
    PAUSE(min(seconds, 0.2))


time.sleep = hurried


def written(name, text):
    """A file of the user's, in the scratch folder."""
    path = WORK / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(textwrap.dedent(text))
    return str(path)


def rows():
    """The rows of heart-disease without a missing cell, the target as 0 or 1."""
    text = (pathlib.Path(sys.argv[1]) / "data/processed.cleveland.data").read_text()
    table = [line.split(",") for line in text.split() if "?" not in line]
    return [[float(cell) for cell in row[:-1]] + [int(float(row[-1]) > 0)] for row in table]


def data():
    """A CSV file with a header, as a user has it."""
    lines = [",".join(COLUMNS)] + [",".join(str(cell) for cell in row) for row in rows()]
    return written("heart.csv", "\n".join(lines) + "\n")


def role():
    """An execution role as AWS's console makes one."""
    iam = boto3.client("iam", region_name=REGION)
    trust = {
        "Version": "2012-10-17",
        "Statement": [
            {"Effect": "Allow", "Principal": {"Service": "sagemaker.amazonaws.com"}, "Action": "sts:AssumeRole"}
        ],
    }
    made = iam.create_role(RoleName="sagemaker-execution", AssumeRolePolicyDocument=json.dumps(trust))
    iam.attach_role_policy(
        RoleName="sagemaker-execution", PolicyArn="arn:aws:iam::aws:policy/AmazonSageMakerFullAccess"
    )
    return made["Role"]["Arn"]


def configured():
    """No configuration but what `plimsoll env` gives. To be called before the SDK is imported."""
    os.environ["SAGEMAKER_USER_CONFIG_OVERRIDE"] = written("config.yaml", "SchemaVersion: '1.0'\n")
    os.environ["SAGEMAKER_SUPPRESS_V2_WARNING"] = "1"
