"""Script mode: programs of a user in framework images, each as a real process, against SageMaker's own contract."""

import io
import json
import tarfile
import textwrap
import time

from session import ROLE, client, main, refused, wait_for

BUCKET = "e2e-scripts"
SKLEARN = "683313688378.dkr.ecr.us-east-1.amazonaws.com/sagemaker-scikit-learn:1.2-1-cpu-py3"
PYTORCH = "763104351884.dkr.ecr.us-east-1.amazonaws.com/pytorch-training:2.3-cpu-py311"

s3 = client("s3")
sagemaker = client("sagemaker")
runtime = client("sagemaker-runtime")
logs = client("logs")
s3.create_bucket(Bucket=BUCKET)


def packed(files):
    stream = io.BytesIO()
    with tarfile.open(fileobj=stream, mode="w:gz") as archive:
        for name, text in files.items():
            content = textwrap.dedent(text).encode() if isinstance(text, str) else text
            entry = tarfile.TarInfo(name)
            entry.size = len(content)
            archive.addfile(entry, io.BytesIO(content))
    return stream.getvalue()


def train(name, source, program="train.py", hyperparameters=None, image=SKLEARN, channels=(), wait=True, **more):
    """Starts a training job in script mode; its description once it has ended."""
    s3.put_object(Bucket=BUCKET, Key=f"{name}/sourcedir.tar.gz", Body=source if isinstance(source, bytes) else packed(source))
    told = {
        "sagemaker_program": json.dumps(program),
        "sagemaker_submit_directory": json.dumps(f"s3://{BUCKET}/{name}/sourcedir.tar.gz"),
        "sagemaker_container_log_level": "20",
        "sagemaker_job_name": json.dumps(name),
        "sagemaker_region": json.dumps("us-east-1"),
    }
    request = {
        "TrainingJobName": name,
        "AlgorithmSpecification": {"TrainingImage": image, "TrainingInputMode": "File", **more.pop("algorithm", {})},
        "RoleArn": ROLE,
        "HyperParameters": {**told, **(hyperparameters or {})},
        "OutputDataConfig": {"S3OutputPath": f"s3://{BUCKET}/out"},
        "ResourceConfig": {"InstanceType": "ml.m5.large", "InstanceCount": 1, "VolumeSizeInGB": 10},
        "StoppingCondition": {"MaxRuntimeInSeconds": 60},
    }
    if channels:
        request["InputDataConfig"] = [
            {"ChannelName": channel, "DataSource": {"S3DataSource": {
                "S3DataType": "S3Prefix", "S3Uri": f"s3://{BUCKET}/{name}/{channel}/",
                "S3DataDistributionType": "FullyReplicated"}}}
            for channel in channels
        ]
    sagemaker.create_training_job(**{**request, **more})
    return ended(name) if wait else None


def ended(name):
    def look():
        job = sagemaker.describe_training_job(TrainingJobName=name)
        return job if job["TrainingJobStatus"] in ("Completed", "Failed", "Stopped") else None

    return wait_for(name, look)


def completed(name, *arguments, **more):
    job = train(name, *arguments, **more)
    assert job["TrainingJobStatus"] == "Completed", job.get("FailureReason")
    return job


def failed(name, *arguments, words=(), **more):
    job = train(name, *arguments, **more)
    reason = job.get("FailureReason", "")
    assert job["TrainingJobStatus"] == "Failed", job
    for word in words:
        assert word in reason, f"`{word}` is not in `{reason}`"
    return reason


def archive(uri):
    bucket, key = uri.removeprefix("s3://").split("/", 1)
    with tarfile.open(fileobj=io.BytesIO(s3.get_object(Bucket=bucket, Key=key)["Body"].read())) as found:
        return {entry.name: found.extractfile(entry).read() for entry in found.getmembers() if entry.isfile()}


def printed(name):
    streams = logs.describe_log_streams(logGroupName="/aws/sagemaker/TrainingJobs", logStreamNamePrefix=f"{name}/")
    stream = streams["logStreams"][0]["logStreamName"]
    events = logs.get_log_events(logGroupName="/aws/sagemaker/TrainingJobs", logStreamName=stream, startFromHead=True)
    return [event["message"] for event in events["events"]]


TELLS = """
    import json, os, sys
    told = {name: value for name, value in os.environ.items() if name.startswith(("SM_", "TRAINING_JOB_"))}
    told["argv"] = sys.argv[1:]
    told["cwd"] = os.getcwd()
    told["train"] = sorted(os.listdir("/opt/ml/input/data/train"))
    told["hyperparameters.json"] = json.load(open("/opt/ml/input/config/hyperparameters.json"))
    told["resourceconfig.json"] = json.load(open("/opt/ml/input/config/resourceconfig.json"))
    import beside
    told["beside"] = beside.VALUE
    with open(os.path.join(os.environ["SM_MODEL_DIR"], "told.json"), "w") as file:
        json.dump(told, file)
    with open(os.path.join(os.environ["SM_OUTPUT_DATA_DIR"], "extra.txt"), "w") as file:
        file.write("more")
    print("accuracy = 0.75;", flush=True)
    print("loss: 1.5", file=sys.stderr)
"""


def check_a_program_is_told_what_the_contract_says():
    name = "scripts-tells"
    s3.put_object(Bucket=BUCKET, Key=f"{name}/train/a.csv", Body=b"1,2\n")
    job = completed(
        name, {"train.py": TELLS, "beside.py": "VALUE = 7\n"}, channels=["train"],
        hyperparameters={"n-estimators": "10", "alpha": "0.5", "kernel": '"rbf"', "flag": "true"},
        algorithm={"MetricDefinitions": [
            {"Name": "accuracy", "Regex": "accuracy = ([0-9.]+);"}, {"Name": "loss", "Regex": "loss: ([0-9.]+)"}]},
    )
    told = json.loads(archive(job["ModelArtifacts"]["S3ModelArtifacts"])["told.json"])
    for variable, expected in {
        "SM_MODEL_DIR": "/opt/ml/model", "SM_INPUT_DIR": "/opt/ml/input", "SM_INPUT_DATA_DIR": "/opt/ml/input/data",
        "SM_INPUT_CONFIG_DIR": "/opt/ml/input/config", "SM_OUTPUT_DIR": "/opt/ml/output",
        "SM_OUTPUT_DATA_DIR": "/opt/ml/output/data", "SM_OUTPUT_FAILURE": "/opt/ml/output/failure",
        "SM_OUTPUT_INTERMEDIATE_DIR": "/opt/ml/output/intermediate", "SM_CHANNEL_TRAIN": "/opt/ml/input/data/train",
        "SM_CHANNELS": '["train"]', "SM_HP_N-ESTIMATORS": "10", "SM_HP_KERNEL": "rbf", "SM_HP_FLAG": "true",
        "SM_CURRENT_HOST": "algo-1", "SM_HOSTS": '["algo-1"]', "SM_HOST_COUNT": "1", "SM_CURRENT_HOST_RANK": "0",
        "SM_CURRENT_INSTANCE_TYPE": "ml.m5.large", "SM_NUM_GPUS": "0", "SM_NUM_NEURONS": "0", "SM_LOG_LEVEL": "20",
        "SM_MASTER_PORT": "7777", "SM_MODULE_NAME": "train", "SM_USER_ENTRY_POINT": "train.py",
        "SM_MODULE_DIR": f"s3://{BUCKET}/{name}/sourcedir.tar.gz", "TRAINING_JOB_NAME": name,
        "TRAINING_JOB_ARN": job["TrainingJobArn"],
    }.items():
        assert told.get(variable) == expected, f"{variable}: {told.get(variable)!r}"
    assert json.loads(told["SM_HPS"]) == {"n-estimators": 10, "alpha": 0.5, "kernel": "rbf", "flag": True}
    arguments = ["--alpha", "0.5", "--flag", "True", "--kernel", "rbf", "--n-estimators", "10"]
    assert told["argv"] == arguments and json.loads(told["SM_USER_ARGS"]) == arguments, told["argv"]
    environment = json.loads(told["SM_TRAINING_ENV"])
    assert environment["job_name"] == name and environment["hyperparameters"]["alpha"] == 0.5
    assert environment["channel_input_dirs"] == {"train": "/opt/ml/input/data/train"}
    assert json.loads(told["SM_INPUT_DATA_CONFIG"])["train"]["TrainingInputMode"] == "File"
    assert told["cwd"] == "/opt/ml/code" and told["beside"] == 7 and told["train"] == ["a.csv"]
    assert told["hyperparameters.json"]["alpha"] == "0.5"
    assert told["resourceconfig.json"]["hosts"] == ["algo-1"]
    metrics = {metric["MetricName"]: metric["Value"] for metric in job["FinalMetricDataList"]}
    assert metrics == {"accuracy": 0.75, "loss": 1.5}, metrics
    assert archive(f"s3://{BUCKET}/out/{name}/output/output.tar.gz") == {"extra.txt": b"more"}


def check_concurrent_jobs_have_trees_of_their_own():
    source = """
        import sys, time
        open("/opt/ml/model/mine", "w").write(sys.argv[2])
        time.sleep(0.5)
        assert open("/opt/ml/model/mine").read() == sys.argv[2]
    """
    for k in "ab":
        train(f"scripts-tree-{k}", {"train.py": source}, hyperparameters={"value": k}, wait=False)
    for k in "ab":
        job = ended(f"scripts-tree-{k}")
        assert archive(job["ModelArtifacts"]["S3ModelArtifacts"]) == {"mine": k.encode()}, job.get("FailureReason")


def check_shell_programs_run():
    job = completed("scripts-shell", {"go.sh": 'echo "$2" > /opt/ml/model/x\n'}, program="go.sh", hyperparameters={"size": "3"})
    assert archive(job["ModelArtifacts"]["S3ModelArtifacts"])["x"] == b"3\n"


def check_requirements_are_installed_once_and_stay_out_of_the_users_packages():
    wheel = {
        "tinypkg/__init__.py": "VALUE = 42\n",
        "setup.py": "from setuptools import setup\nsetup(name='tinypkg', version='1', packages=['tinypkg'])\n",
        "requirements.txt": "./\n",
        "train.py": """
            import sys, tinypkg
            open("/opt/ml/model/x", "w").write(str(tinypkg.VALUE) + " " + tinypkg.__file__)
            import sklearn
        """,
    }
    times = []
    for k in (1, 2):
        started = time.monotonic()
        job = completed(f"scripts-requirements-{k}", wheel)
        times.append(time.monotonic() - started)
        value, place = archive(job["ModelArtifacts"]["S3ModelArtifacts"])["x"].decode().split()
        assert value == "42" and "/environments/" in place or place.startswith("/opt/ml/code"), place
    print(f"with requirements: {times[0]:.1f} s, again {times[1]:.1f} s")


def check_requirements_that_do_not_resolve_fail_with_what_pip_said():
    failed(
        "scripts-unresolved", {"train.py": "", "requirements.txt": "scikit-learn==0.0.0.dev99\n"},
        words=["P0621", "requirements", "scikit-learn==0.0.0.dev99"],
    )


def check_failures_name_their_reason():
    for name, source, words in (
        ("exit", "import sys; print('last words', file=sys.stderr); sys.exit(1)", ["last words", "exit code: 1"]),
        ("raise", "raise ValueError('no rows')", ["ExecuteUserScriptError", "ValueError: no rows", "train.py"]),
        ("own", "open('/opt/ml/output/failure', 'w').write('my reason'); raise SystemExit(3)", ["my reason", "exit code: 3"]),
        ("signal", "import os; os.kill(os.getpid(), 9)", ["exit code: 137"]),
    ):
        failed(f"scripts-fails-{name}", {"train.py": source}, words=words)
    failed("scripts-no-entry", {"other.py": ""}, words=["P0622", "train.py", "other.py"])
    failed("scripts-no-module", {"train.py": "import torch"}, image=PYTORCH, words=["torch"])
    failed("scripts-no-image", {"train.py": ""}, image="acme/own-image:1", words=["acme/own-image:1", "not available here"])


def check_an_empty_model_directory_is_an_empty_archive():
    job = completed("scripts-empty", {"train.py": "pass"})
    assert archive(job["ModelArtifacts"]["S3ModelArtifacts"]) == {}


def check_archives_that_lead_out_are_refused():
    def hostile(entry):
        stream = io.BytesIO()
        with tarfile.open(fileobj=stream, mode="w:gz") as archive:
            archive.addfile(entry, io.BytesIO(b"abc") if entry.isreg() else None)
        return stream.getvalue()

    up, link = tarfile.TarInfo("../../up"), tarfile.TarInfo("link")
    up.size, link.type, link.linkname = 3, tarfile.SYMTYPE, "/etc/passwd"
    failed("scripts-traversal", hostile(up), words=["../../up", "outside the folder"])
    failed("scripts-link", hostile(link), words=["link", "neither a file nor a folder"])
    failed("scripts-no-archive", b"no gzip", words=["cannot be unpacked"])
    large = tarfile.TarInfo("zeros")
    large.size = 70 << 30
    stream = io.BytesIO()
    with tarfile.open(fileobj=stream, mode="w:gz") as bomb:
        bomb.fileobj.write(large.tobuf())
    failed("scripts-large", stream.getvalue(), words=["more than", "bytes"])


def check_sigterm_reaches_the_program_and_what_it_leaves_is_kept():
    source = """
        import signal, sys, time
        def stop(*_):
            open("/opt/ml/model/stopped", "w").write("in time")
            sys.exit(0)
        signal.signal(signal.SIGTERM, stop)
        print("waiting", flush=True)
        time.sleep(60)
    """
    train("scripts-stop", {"train.py": source}, wait=False)
    wait_for("the program", lambda: "Training" == sagemaker.describe_training_job(TrainingJobName="scripts-stop")["SecondaryStatus"]
             and "waiting" in (printed("scripts-stop") if streams("scripts-stop") else []))
    sagemaker.stop_training_job(TrainingJobName="scripts-stop")
    job = ended("scripts-stop")
    assert job["TrainingJobStatus"] == "Stopped", job
    assert archive(job["ModelArtifacts"]["S3ModelArtifacts"]) == {"stopped": b"in time"}


def streams(name):
    return logs.describe_log_streams(
        logGroupName="/aws/sagemaker/TrainingJobs", logStreamNamePrefix=f"{name}/")["logStreams"]


def check_a_program_that_hangs_is_stopped_at_its_limit():
    source = {"train.py": "import time; open('/opt/ml/model/part', 'w').write('x'); time.sleep(60)"}
    job = train("scripts-hangs", source, StoppingCondition={"MaxRuntimeInSeconds": 1})
    assert (job["TrainingJobStatus"], job["SecondaryStatus"]) == ("Stopped", "MaxRuntimeExceeded"), job
    assert "part" in archive(job["ModelArtifacts"]["S3ModelArtifacts"])


def check_checkpoints_follow_the_job_and_are_there_for_the_next():
    source = """
        import os, time
        folder = "/opt/ml/checkpoints"
        print("found", sorted(os.listdir(folder)), flush=True)
        os.remove(folder + "/old")
        os.makedirs(folder + "/epoch")
        open(folder + "/epoch/1", "w").write("one")
        while not os.path.exists(folder + "/epoch/1.seen"):
            # What the plane has stored is told by the test through a metric of time alone.
            time.sleep(0.1)
            if time.monotonic() > limit: break
        open(folder + "/last", "w").write("end")
    """.replace("import os, time", "import os, time; limit = time.monotonic() + 5")
    place = {"S3Uri": f"s3://{BUCKET}/kept", "LocalPath": "/opt/ml/checkpoints"}
    s3.put_object(Bucket=BUCKET, Key="kept/old", Body=b"restored")
    train("scripts-kept", {"train.py": source}, wait=False, CheckpointConfig=place)
    wait_for("the first checkpoint", lambda: keys("kept/") == ["kept/epoch/1"])
    job = sagemaker.describe_training_job(TrainingJobName="scripts-kept")
    assert job["TrainingJobStatus"] == "InProgress", "checkpoints come while the job runs"
    assert job["CheckpointConfig"] == place
    job = ended("scripts-kept")
    assert job["TrainingJobStatus"] == "Completed", job.get("FailureReason")
    assert "found ['old']" in printed("scripts-kept")
    assert keys("kept/") == ["kept/epoch/1", "kept/last"]
    again = "import os; print(sorted(os.listdir('/opt/ml/ckpt')))"
    completed("scripts-kept-again", {"train.py": again},
              CheckpointConfig={"S3Uri": f"s3://{BUCKET}/kept", "LocalPath": "/opt/ml/ckpt"})
    assert "['epoch', 'last']" in printed("scripts-kept-again")
    for path in ("/opt/ml/model", "/opt/ml", "/tmp/x", "/opt/ml/a/../model", "/opt/mlx/a"):
        refused(lambda: train("scripts-kept-wrong", {"train.py": ""},
                CheckpointConfig={"S3Uri": f"s3://{BUCKET}/kept", "LocalPath": path}), "ValidationException", "LocalPath")


def keys(prefix):
    return [entry["Key"] for entry in s3.list_objects_v2(Bucket=BUCKET, Prefix=prefix).get("Contents", [])]


def check_checkpoints_of_a_job_that_fails_are_kept():
    source = "open('/opt/ml/checkpoints/half', 'w').write('x'); raise SystemExit(1)"
    failed("scripts-kept-failed", {"train.py": source}, CheckpointConfig={"S3Uri": f"s3://{BUCKET}/half"})
    assert keys("half/") == ["half/half"]


def check_spot_training_is_accepted_with_its_limits():
    spot = {"EnableManagedSpotTraining": True, "RetryStrategy": {"MaximumRetryAttempts": 2}}
    limits = {"MaxRuntimeInSeconds": 60, "MaxWaitTimeInSeconds": 120}
    job = completed("scripts-spot", {"train.py": ""}, StoppingCondition=limits, **spot)
    assert job["EnableManagedSpotTraining"] and job["BillableTimeInSeconds"] >= 1, job
    for wrong in ({"MaxRuntimeInSeconds": 60}, {"MaxRuntimeInSeconds": 60, "MaxWaitTimeInSeconds": 59}):
        refused(lambda: train("scripts-spot-wrong", {"train.py": ""}, StoppingCondition=wrong, **spot),
                "ValidationException", "MaxWaitTimeInSeconds")


def check_a_program_that_fills_the_disk_is_ended():
    source = """
        import os, time
        for number in range(40):
            with open(f"/opt/ml/model/{number}", "wb") as file:
                os.posix_fallocate(file.fileno(), 0, 100 << 20)
            time.sleep(0.05)
        time.sleep(30)
    """
    small = {"InstanceType": "ml.m5.large", "InstanceCount": 1, "VolumeSizeInGB": 1}
    failed("scripts-disk", {"train.py": source}, ResourceConfig=small, words=["disk"])
    one = "open('/opt/ml/model/x', 'wb').truncate(2 << 30)"
    failed("scripts-file", {"train.py": one}, ResourceConfig=small, words=["File too large"])


def check_children_end_with_the_program():
    source = "import subprocess; print(subprocess.Popen(['sleep', '300']).pid)"
    started = time.monotonic()
    completed("scripts-children", {"train.py": source})
    assert time.monotonic() - started < 20


def check_a_flood_of_output_is_bounded():
    source = "import sys\nfor _ in range(300000): sys.stdout.write('x' * 1000 + '\\n')\n"
    completed("scripts-flood", {"train.py": source})
    stream = streams("scripts-flood")[0]["logStreamName"]
    last = logs.get_log_events(logGroupName="/aws/sagemaker/TrainingJobs", logStreamName=stream, limit=1)["events"][-1]
    assert "further output is dropped" in last["message"], last


def check_processing_scripts_run():
    s3.put_object(Bucket=BUCKET, Key="processing/code/prep.py", Body=textwrap.dedent("""
        import sys
        text = open("/opt/ml/processing/input/data/rows.csv").read()
        open("/opt/ml/processing/output/rows.csv", "w").write(text.upper() + sys.argv[1])
    """))
    s3.put_object(Bucket=BUCKET, Key="processing/data/rows.csv", Body=b"a,b\n")

    def given(name):
        return {"InputName": name, "S3Input": {
            "S3Uri": f"s3://{BUCKET}/processing/{name}", "LocalPath": f"/opt/ml/processing/input/{name}",
            "S3DataType": "S3Prefix", "S3InputMode": "File"}}

    sagemaker.create_processing_job(
        ProcessingJobName="scripts-processing", RoleArn=ROLE,
        AppSpecification={"ImageUri": SKLEARN, "ContainerEntrypoint": ["python3", "/opt/ml/processing/input/code/prep.py"],
                          "ContainerArguments": ["!"]},
        ProcessingInputs=[given("code"), given("data")],
        ProcessingOutputConfig={"Outputs": [{"OutputName": "out", "S3Output": {
            "S3Uri": f"s3://{BUCKET}/processing/out", "LocalPath": "/opt/ml/processing/output", "S3UploadMode": "EndOfJob"}}]},
        ProcessingResources={"ClusterConfig": {"InstanceType": "ml.m5.large", "InstanceCount": 1, "VolumeSizeInGB": 10}},
    )

    def look():
        job = sagemaker.describe_processing_job(ProcessingJobName="scripts-processing")
        return job if job["ProcessingJobStatus"] in ("Completed", "Failed") else None

    job = wait_for("the processing job", look)
    assert job["ProcessingJobStatus"] == "Completed", job.get("FailureReason")
    assert s3.get_object(Bucket=BUCKET, Key="processing/out/rows.csv")["Body"].read() == b"A,B\n!"


SERVED = """
    import joblib, json, os
    import numpy

    def model_fn(folder):
        if os.path.exists(os.path.join(folder, "broken")):
            raise RuntimeError("no such weights")
        return joblib.load(os.path.join(folder, "model.joblib"))

    def predict_fn(data, model):
        if data.shape[1] == 3:
            raise ValueError("three columns")
        if data.shape[1] == 5:
            os._exit(9)
        return model.predict_proba(data)

    if __name__ == "__main__":
        from sklearn.linear_model import LogisticRegression
        rows = numpy.array([[0.0, 0.0], [1.0, 1.0]] * 5)
        model = LogisticRegression().fit(rows, [0, 1] * 5)
        joblib.dump(model, os.path.join(os.environ["SM_MODEL_DIR"], "model.joblib"))
"""


def deploy(name, data, **environment):
    sagemaker.create_model(ModelName=name, ExecutionRoleArn=ROLE, PrimaryContainer={
        "Image": SKLEARN, "ModelDataUrl": data,
        "Environment": {"SAGEMAKER_PROGRAM": "train.py", "SAGEMAKER_MODEL_SERVER_WORKERS": "1", **environment}})
    sagemaker.create_endpoint_config(EndpointConfigName=name, ProductionVariants=[{
        "VariantName": "AllTraffic", "ModelName": name, "InstanceType": "ml.m5.large", "InitialInstanceCount": 1}])
    sagemaker.create_endpoint(EndpointName=name, EndpointConfigName=name)

    def look():
        endpoint = sagemaker.describe_endpoint(EndpointName=name)
        return endpoint if endpoint["EndpointStatus"] in ("InService", "Failed") else None

    return wait_for(name, look)


def invoke(name, body, content_type="text/csv", accept=None):
    more = {"Accept": accept} if accept else {}
    answer = runtime.invoke_endpoint(EndpointName=name, Body=body, ContentType=content_type, **more)
    return answer["ContentType"], answer["Body"].read()


def check_inference_functions_serve():
    name = "scripts-served"
    job = completed(name, {"train.py": SERVED})
    data = job["ModelArtifacts"]["S3ModelArtifacts"]
    source = f"s3://{BUCKET}/{name}/sourcedir.tar.gz"
    endpoint = deploy(name, data, SAGEMAKER_SUBMIT_DIRECTORY=source)
    assert endpoint["EndpointStatus"] == "InService", endpoint.get("FailureReason")
    kind, body = invoke(name, "0,0\n1,1\n")
    rows = json.loads(body)
    assert kind == "application/json" and rows[0][0] > 0.5 > rows[1][0], body
    kind, body = invoke(name, json.dumps([[0, 0]]), "application/json", "text/csv")
    assert kind == "text/csv" and abs(float(body.split(b",")[0]) - rows[0][0]) < 1e-6, body
    import numpy

    stream = io.BytesIO()
    numpy.save(stream, numpy.array([[1.0, 1.0]]))
    kind, body = invoke(name, stream.getvalue(), "application/x-npy", "application/x-npy")
    found = numpy.load(io.BytesIO(body))
    assert kind == "application/x-npy" and abs(found[0][0] - rows[1][0]) < 1e-6
    error = refused(lambda: invoke(name, "1,2,3\n"), "ModelError", "three columns")
    assert error.response["OriginalStatusCode"] == 500, error.response
    refused(lambda: invoke(name, "x", "image/png"), "ModelError", "image/png")
    refused(lambda: invoke(name, "1,2,3,4,5\n"), "ModelError", "ended")
    assert json.loads(invoke(name, "0,0\n")[1])[0] == rows[0], "the worker that died is replaced"
    sagemaker.delete_endpoint(EndpointName=name)


def check_answers_of_the_wrong_type_name_the_function():
    source = """
        def model_fn(folder): return 1
        def predict_fn(data, model): return float(data.ravel()[0])
        def output_fn(value, accept):
            if value < 0:
                return object()
            return 7 if value == 0 else str(value)
    """
    key = "wrong/model.tar.gz"
    s3.put_object(Bucket=BUCKET, Key=key, Body=packed({"code/train.py": source}))
    name = "scripts-wrong-type"
    endpoint = deploy(name, f"s3://{BUCKET}/{key}")
    assert endpoint["EndpointStatus"] == "InService", endpoint.get("FailureReason")
    refused(lambda: invoke(name, "0\n"), "ModelError", "output_fn returned int")
    refused(lambda: invoke(name, "-1\n"), "ModelError", "output_fn returned object")
    assert invoke(name, "2\n")[1] == b"2.0"
    sagemaker.delete_endpoint(EndpointName=name)


def check_a_model_that_does_not_load_fails_its_endpoint():
    key = "broken/model.tar.gz"
    s3.put_object(Bucket=BUCKET, Key=key, Body=packed({"broken": "x", "code/train.py": SERVED}))
    endpoint = deploy("scripts-broken", f"s3://{BUCKET}/{key}", SAGEMAKER_SUBMIT_DIRECTORY="/opt/ml/model/code")
    assert endpoint["EndpointStatus"] == "Failed", endpoint
    assert "no such weights" in endpoint["FailureReason"], endpoint["FailureReason"]


if __name__ == "__main__":
    main(globals())
