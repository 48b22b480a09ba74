"""One-row requests to the same exported models behind several servers on one machine, in turns.

Arguments: the release binary. Variables name the Python of each server that takes part: BENCH_FASTAPI (fastapi, uvicorn,
uvloop, httptools, orjson, onnxruntime), BENCH_BENTOML (bentoml, onnxruntime), BENCH_MLSERVER (mlserver, onnxruntime); one
that is not named is left out. The Python that runs this needs scikit-learn, skl2onnx and onnxruntime; `wrk` makes the load.

Every server has one CPU, the load has another. Before it is measured, each server answers rows as onnxruntime does.
Prints one JSON document.
"""

import json
import os
import pathlib
import resource
import signal
import statistics
import subprocess
import sys
import tempfile
import time
import urllib.request

import numpy
import onnxruntime
from skl2onnx import to_onnx
from skl2onnx.common.data_types import FloatTensorType
from sklearn.ensemble import RandomForestClassifier
from sklearn.impute import SimpleImputer
from sklearn.linear_model import LogisticRegression
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler

HERE = pathlib.Path(__file__).parent
COLUMNS, ROUNDS, SECONDS, CONNECTIONS = 13, int(os.environ.get("BENCH_ROUNDS", "7")), 4, 16
SERVER_CPU, LOAD_CPU = "0", "1"


def models(folder):
    random = numpy.random.default_rng(1)
    rows = random.normal(size=(1000, COLUMNS)).astype(numpy.float32)
    labels = (rows[:, 0] + rows[:, 1] * rows[:, 2] + random.normal(size=1000) > 0).astype(int)
    made = {}
    for name, model in [
        ("forest", RandomForestClassifier(100, random_state=0)),
        ("logistic", make_pipeline(SimpleImputer(strategy="median"), StandardScaler(), LogisticRegression())),
    ]:
        model.fit(rows, labels)
        types = [("X", FloatTensorType([None, COLUMNS]))]
        proto = to_onnx(model, initial_types=types, options={"zipmap": False}, target_opset={"": 17, "ai.onnx.ml": 3})
        made[name] = folder / name / "model.onnx"
        made[name].parent.mkdir()
        made[name].write_bytes(proto.SerializeToString())
    return made, rows[:32]


def plain(row):
    return {"instances": [row]}


def open_inference(row):
    return {"inputs": [{"name": "X", "shape": [1, COLUMNS], "datatype": "FP32", "data": row}]}


def own_share(answer):
    return answer["predictions"][0]["probabilities"]["1"]


def plain_share(answer):
    return answer["probabilities"][0][1]


def open_inference_share(answer):
    return next(output for output in answer["outputs"] if output["name"] == "probabilities")["data"][1]


class Server:
    """A running server: how it is asked, and its processes."""

    def __init__(self, name, command, port, path, body, share, folder, **variables):
        self.name, self.body, self.share = name, body, share
        self.url = f"http://127.0.0.1:{port}{path}"
        environment = {**os.environ, **{name: str(value) for name, value in variables.items()}}
        log = open(folder / f"{name}-{port}.log", "w")
        command = ["taskset", "--cpu-list", SERVER_CPU, *map(str, command)]
        self.process = subprocess.Popen(
            command, env=environment, cwd=folder, stdout=log, stderr=log, start_new_session=True
        )

    def ask(self, row):
        body = json.dumps(self.body([float(x) for x in row])).encode()
        request = urllib.request.Request(self.url, body, {"Content-Type": "application/json"})
        with urllib.request.urlopen(request, timeout=5) as answer:
            return self.share(json.load(answer))

    def wait(self, row):
        deadline = time.monotonic() + 90
        while True:
            try:
                return self.ask(row)
            except OSError:
                if time.monotonic() > deadline or self.process.poll() is not None:
                    raise
                time.sleep(0.2)

    def memory(self):
        """Proportional set size of all its processes, MiB."""
        sizes = [proportional(pid) for pid in processes(self.process.pid)]
        return sum(sizes) / 1024

    def stop(self):
        os.killpg(self.process.pid, signal.SIGTERM)
        try:
            self.process.wait(10)
        except subprocess.TimeoutExpired:
            os.killpg(self.process.pid, signal.SIGKILL)


def processes(session):
    """Processes of a session that we started."""
    for entry in pathlib.Path("/proc").iterdir():
        if entry.name.isdigit():
            try:
                if int((entry / "stat").read_text().rsplit(")", 1)[1].split()[3]) == session:
                    yield entry.name
            except (FileNotFoundError, ProcessLookupError):
                pass


def proportional(pid):
    try:
        lines = pathlib.Path(f"/proc/{pid}/smaps_rollup").read_text().splitlines()
    except (FileNotFoundError, ProcessLookupError):
        return 0
    return next((int(line.split()[1]) for line in lines if line.startswith("Pss:")), 0)


def servers(binary, model, folder, port):
    """Starts every server that takes part."""
    root = folder / f"ml-{port}"
    (root / "model").mkdir(parents=True)
    (root / "model/model.onnx").write_bytes(model.read_bytes())
    own = {"PLIMSOLL_ML_ROOT": root, "SAGEMAKER_BIND_TO_PORT": port, "SM_NUM_CPUS": 1, "AWS_ENDPOINT_URL": "http://127.0.0.1"}
    yield Server("plimsoll", [binary, "serve"], port, "/invocations", plain, own_share, folder, **own)
    told = {"BENCH_MODEL": model, "PYTHONPATH": HERE}
    if python := os.environ.get("BENCH_FASTAPI"):
        command = [python, "-m", "uvicorn", "fastapi_app:app", "--port", port + 1, "--no-access-log", "--log-level", "warning"]
        yield Server("fastapi", command, port + 1, "/invocations", plain, plain_share, folder, **told)
    if python := os.environ.get("BENCH_BENTOML"):
        command = [python, "-m", "bentoml", "serve", "bentoml_service:Classifier", "--port", port + 2, "--working-dir", HERE]
        more = {"BENTOML_HOME": folder / "bentoml", "BENTOML_DO_NOT_TRACK": "True", "BENTOML_CONFIG": HERE / "bentoml.yaml"}
        yield Server("bentoml", command, port + 2, "/predict", plain, plain_share, folder, **told, **more)
    if python := os.environ.get("BENCH_MLSERVER"):
        settings = folder / f"mlserver-{port}"
        settings.mkdir()
        server = {
            "http_port": port + 3, "grpc_port": port + 4, "metrics_port": port + 5, "parallel_workers": 0,
            "host": "127.0.0.1", "debug": False,
        }
        (settings / "settings.json").write_text(json.dumps(server))
        model_settings = {"name": "m", "implementation": "mlserver_runtime.Onnx", "parameters": {"uri": str(model)}}
        (settings / "model-settings.json").write_text(json.dumps(model_settings))
        command = [pathlib.Path(python).parent / "mlserver", "start", settings]
        yield Server(
            "mlserver", command, port + 3, "/v2/models/m/infer", open_inference, open_inference_share, folder, **told
        )


def load(server, row, folder):
    """Requests a second and the 99th percentile in milliseconds, and the share of its CPU that the load took."""
    script = folder / "post.lua"
    body = json.dumps(server.body([round(float(x), 4) for x in row]))
    script.write_text(
        f"wrk.method = 'POST'\nwrk.headers['Content-Type'] = 'application/json'\nwrk.body = [==[{body}]==]\n"
        "done = function(summary, latency)\n"
        "  local failed = summary.errors.status + summary.errors.read + summary.errors.timeout + summary.errors.connect\n"
        "  io.write(string.format('%f %f %d\\n', summary.requests / summary.duration * 1e6, latency:percentile(99) / 1000, failed))\n"
        "end\n"
    )
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    command = ["taskset", "--cpu-list", LOAD_CPU, "wrk", "-t1", f"-c{CONNECTIONS}", f"-d{SECONDS}s", "-s", script, server.url]
    said = subprocess.run(list(map(str, command)), check=True, capture_output=True, text=True).stdout
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    rate, p99, failed = said.strip().splitlines()[-1].split()
    assert failed == "0", f"{server.name}: {failed} requests failed"
    busy = (after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime) / SECONDS
    return {"rate": float(rate), "p99": float(p99), "busy": busy}


def measure(binary, model, rows, folder, port):
    started = list(servers(binary, model, folder, port))
    try:
        expected = onnxruntime.InferenceSession(str(model)).run(None, {"X": rows})[1][:, 1]
        for server in started:
            server.wait(rows[0])
            found = [server.ask(row) for row in rows]
            assert numpy.allclose(found, expected, atol=1e-4), f"{server.name}: {found}"
        rounds = {server.name: [] for server in started}
        for turn in range(ROUNDS):
            first = turn % len(started)
            for server in started[first:] + started[:first]:
                rounds[server.name].append(load(server, rows[1], folder))
        return {
            server.name: {
                **{key: statistics.median(one[key] for one in rounds[server.name]) for key in ("rate", "p99", "busy")},
                "rates": [round(one["rate"]) for one in rounds[server.name]],
                "memory": server.memory(),
            }
            for server in started
        }
    finally:
        for server in started:
            server.stop()


def main(binary):
    with tempfile.TemporaryDirectory(prefix="plimsoll-bench-") as folder:
        folder = pathlib.Path(folder)
        made, rows = models(folder)
        ports = {name: 18_080 + 10 * place for place, name in enumerate(made)}
        figures = {name: measure(binary, model, rows, folder, ports[name]) for name, model in made.items()}
    print(json.dumps(figures))


main(pathlib.Path(sys.argv[1]).resolve())
