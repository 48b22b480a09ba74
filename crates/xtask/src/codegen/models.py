# Prints, as one JSON object, the service models of a botocore wheel for the operations in operations.toml.
# Arguments: the wheel, operations.toml, support.toml. Needs Python 3.11 for its reader of TOML.

import gzip
import hashlib
import json
import pathlib
import sys
import tomllib
import zipfile


def strip(node):
    """Removes the prose, which is nine tenths of a model."""
    if isinstance(node, dict):
        return {k: strip(v) for k, v in node.items() if not (k == "documentation" and isinstance(v, str))}
    return [strip(item) for item in node] if isinstance(node, list) else node


wheel, operations, support = (pathlib.Path(argument).read_bytes() for argument in sys.argv[1:4])
wanted = tomllib.loads(operations.decode())
if hashlib.sha256(wheel).hexdigest() != wanted["source"]["sha256"]:
    sys.exit("the wheel is not the one named in operations.toml")
archive = zipfile.ZipFile(sys.argv[1])
for service in wanted["services"].values():
    path = f"botocore/data/{service['model']}/{service['version']}/service-2.json.gz"
    service["model"] = strip(json.loads(gzip.decompress(archive.read(path))))
json.dump(
    {
        "botocore": wanted["source"]["botocore"],
        "services": wanted["services"],
        "support": tomllib.loads(support.decode()),
        "sources": {
            "operations.toml": hashlib.sha256(operations).hexdigest(),
            "support.toml": hashlib.sha256(support).hexdigest(),
        },
    },
    sys.stdout,
)
