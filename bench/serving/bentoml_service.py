"""BentoML in front of onnxruntime, one worker."""

import os

import bentoml
import numpy
import onnxruntime


@bentoml.service(workers=1)
class Classifier:
    def __init__(self):
        options = onnxruntime.SessionOptions()
        options.intra_op_num_threads = 1
        self.session = onnxruntime.InferenceSession(
            os.environ["BENCH_MODEL"], options, providers=["CPUExecutionProvider"]
        )

    @bentoml.api
    async def predict(self, instances: list[list[float]]) -> dict:
        labels, probabilities = self.session.run(None, {"X": numpy.asarray(instances, dtype=numpy.float32)})
        return {"labels": labels.tolist(), "probabilities": probabilities.tolist()}
