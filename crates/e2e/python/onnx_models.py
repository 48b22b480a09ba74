"""Exported models through the API alone: archives that hold a `model.onnx` and nothing else, ours or not.

Arguments: the folder of the workload, for its rows; the folder with the models and what onnxruntime predicts.
"""

import io
import json
import pathlib
import sys
import tarfile

from session import ROLE, client, main, refused, wait_for, waiter

FOLDER, MODELS = (pathlib.Path(argument) for argument in sys.argv[1:3])
IMAGE = "plimsoll:0.1.0"
BUCKET = "e2e-onnx"
EXPECTED = json.loads((MODELS / "expected.json").read_text())

s3 = client("s3")
sagemaker = client("sagemaker")
runtime = client("sagemaker-runtime")


def rows():
    """The rows as the models were asked: what is impossible is missing."""
    lines = []
    for line in (FOLDER / "data/new.csv").read_text().splitlines():
        cells = ["" if cell == "?" else f"{float(cell):g}" for cell in line.split(",")]
        cells[3:5] = ["" if cell == "0" else cell for cell in cells[3:5]]
        lines.append(",".join(cells))
    return lines


def archive(content, name="model.onnx"):
    stream = io.BytesIO()
    with tarfile.open(fileobj=stream, mode="w:gz") as packed:
        entry = tarfile.TarInfo(name)
        entry.size = len(content)
        packed.addfile(entry, io.BytesIO(content))
    return stream.getvalue()


def create(name, content):
    s3.put_object(Bucket=BUCKET, Key=f"{name}/model.tar.gz", Body=archive(content))
    container = {"Image": IMAGE, "ModelDataUrl": f"s3://{BUCKET}/{name}/model.tar.gz"}
    sagemaker.create_model(ModelName=name, ExecutionRoleArn=ROLE, PrimaryContainer=container)


def deploy(name):
    variant = {"VariantName": "all", "ModelName": name, "InitialInstanceCount": 1, "InstanceType": "ml.m5.large"}
    sagemaker.create_endpoint_config(EndpointConfigName=name, ProductionVariants=[variant])
    sagemaker.create_endpoint(EndpointName=name, EndpointConfigName=name)


def ask(name, body, kind="text/csv", accept="application/json"):
    answer = runtime.invoke_endpoint(EndpointName=name, ContentType=kind, Accept=accept, Body=body)
    return json.loads(answer["Body"].read())


def compare(name, predictions):
    expected = EXPECTED[name]
    assert [row["label"] for row in predictions] == expected["labels"], name
    for row, share in zip(predictions, expected["shares"], strict=True):
        assert abs(row["probabilities"]["1"] - share) < 1e-4, (name, row, share)


def check_endpoints_answer_what_onnxruntime_does():
    s3.create_bucket(Bucket=BUCKET)
    lines = rows()
    for name in EXPECTED:
        create(name, (MODELS / f"{name}.onnx").read_bytes())
        deploy(name)
    for name in EXPECTED:
        waiter(sagemaker, "endpoint_in_service")(EndpointName=name)
        compare(name, ask(name, "\n".join(lines))["predictions"])
        one = [ask(name, line)["predictions"][0] for line in lines]
        compare(name, one)
    cells = [[None if cell == "" else float(cell) for cell in line.split(",")] for line in lines]
    compare("forest", ask("forest", json.dumps({"instances": cells}), "application/json")["predictions"])
    named = ask("logistic", json.dumps({"instances": [dict(zip(columns(), line.split(","))) for line in lines]}), "application/json")
    compare("logistic", named["predictions"])


def columns():
    return "age sex cp trestbps chol fbs restecg thalach exang oldpeak slope ca thal".split()


def check_rows_that_do_not_fit():
    for name, body in [("forest", "1,2,3\n"), ("forest", "a,b,c,d,e,f,g,h,i,j,k,l,m\n"), ("logistic", "1,2\n")]:
        refused(lambda: ask(name, body), "ModelError", status=424)
    compare("forest", ask("forest", "\n".join(rows()))["predictions"])


def check_a_transform_job():
    s3.put_object(Bucket=BUCKET, Key="rows/new.csv", Body="\n".join(rows()) + "\n")
    for name in EXPECTED:
        source = {"S3DataSource": {"S3DataType": "S3Prefix", "S3Uri": f"s3://{BUCKET}/rows/"}}
        sagemaker.create_transform_job(
            TransformJobName=f"t-{name}",
            ModelName=name,
            BatchStrategy="MultiRecord",
            TransformInput={"DataSource": source, "ContentType": "text/csv", "SplitType": "Line"},
            TransformOutput={
                "S3OutputPath": f"s3://{BUCKET}/out/{name}", "Accept": "application/jsonlines", "AssembleWith": "Line",
            },
            TransformResources={"InstanceType": "ml.m5.large", "InstanceCount": 1},
        )
    for name in EXPECTED:
        waiter(sagemaker, "transform_job_completed_or_stopped")(TransformJobName=f"t-{name}")
        text = s3.get_object(Bucket=BUCKET, Key=f"out/{name}/new.csv.out")["Body"].read().decode()
        compare(name, [json.loads(line) for line in text.splitlines()])


def check_models_that_are_refused():
    said_of = {"unsupported": "Frobnicate", "cut": "model.onnx", "text": "model.onnx"}
    for name in said_of:
        create(name, (MODELS / f"{name}.onnx").read_bytes())
        deploy(name)
    for name, words in said_of.items():
        def look(name=name):
            found = sagemaker.describe_endpoint(EndpointName=name)
            return found if found["EndpointStatus"] in ("Failed", "InService") else None

        found = wait_for(name, look)
        assert found["EndpointStatus"] == "Failed", (name, found)
        streams = client("logs").describe_log_streams(logGroupName=f"/aws/sagemaker/Endpoints/{name}")["logStreams"]
        said = [
            event["message"]
            for stream in streams
            for event in client("logs").get_log_events(
                logGroupName=f"/aws/sagemaker/Endpoints/{name}", logStreamName=stream["logStreamName"], startFromHead=True
            )["events"]
        ]
        assert any(words in line for line in said), (name, said)


main(dict(globals()))
