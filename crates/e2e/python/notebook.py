"""Runs the code cells of a notebook of the examples, in their order and one namespace, in the folder that it lies in.

Arguments: the folder of the workload (not used), the notebook.
"""

import json
import os
import pathlib
import sys
import time

import sdk

sdk.configured()
path = pathlib.Path(sys.argv[2]).resolve()
os.chdir(path.parent)
cells = json.loads(path.read_text())["cells"]
names = {"__name__": "__main__"}
for cell in cells:
    if cell["cell_type"] == "code":
        source = "".join(cell["source"])
        started = time.monotonic()
        exec(compile(source, cell["id"], "exec"), names)
        print(f"{cell['id']} ok, {time.monotonic() - started:.2f} s")

# The jobs have learnt what the notebook has: the same data, the same seed, the same Python.
assert names["heart_remote"] == names["heart_local"] > 0.75, (names["heart_remote"], names["heart_local"])
assert names["mobile_remote"] == names["mobile_local"] > 0.8, (names["mobile_remote"], names["mobile_local"])
client = names["session"].sagemaker_client
assert client.list_models()["Models"] == [] and client.list_endpoint_configs()["EndpointConfigs"] == []
print(f"heart {names['heart_remote']:.3f}, mobile {names['mobile_remote']:.3f}")
