"""FastAPI in front of onnxruntime, one row at a time."""

import os

import numpy
import onnxruntime
from fastapi import FastAPI, Request
from fastapi.responses import Response
import orjson

options = onnxruntime.SessionOptions()
options.intra_op_num_threads = 1
session = onnxruntime.InferenceSession(os.environ["BENCH_MODEL"], options, providers=["CPUExecutionProvider"])
app = FastAPI()


@app.post("/invocations")
async def invocations(request: Request):
    rows = orjson.loads(await request.body())["instances"]
    labels, probabilities = session.run(None, {"X": numpy.asarray(rows, dtype=numpy.float32)})
    answer = {"labels": labels.tolist(), "probabilities": probabilities.tolist()}
    return Response(orjson.dumps(answer), media_type="application/json")
