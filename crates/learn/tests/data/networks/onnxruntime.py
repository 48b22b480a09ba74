"""What onnxruntime says of the two saved networks beside this file. Run: python onnxruntime.py (onnxruntime 1.32.0)"""

import json
import pathlib
import sys

# The folder of this file would hide the package of the same name.
sys.path.pop(0)
import numpy as np  # noqa: E402
import onnxruntime  # noqa: E402

HERE = pathlib.Path(__file__).resolve().parent


def run(name, **inputs):
    return onnxruntime.InferenceSession(HERE / f"{name}.onnx").run(None, inputs)


pixels = np.arange(4 * 256, dtype=np.int64)
images = (pixels * pixels % 251).reshape(4, 1, 16, 16).astype(np.float32)
label, probabilities = run("image_classifier", image=images)
classes = np.array(["crack", "good", "scratch"])
assert list(label) == list(classes[probabilities.argmax(axis=1)])

steps = np.arange(72, dtype=np.int64)
series = ((steps * 37 % 23 - 11) / 8.0).astype(np.float32).reshape(24, 3)
window = np.stack([series[end - 4 : end + 1] for end in range(4, 24)])
extra = (np.arange(40) * 0.25 - 4.0).astype(np.float32).reshape(20, 2)
(forecast,) = run("forecaster", window=window, extra=extra)

expected = {"image_classifier": probabilities, "forecaster": forecast}
text = json.dumps({name: [float(x) for x in values.reshape(-1)] for name, values in expected.items()}, indent=0)
(HERE / "expected.json").write_text(text + "\n")
