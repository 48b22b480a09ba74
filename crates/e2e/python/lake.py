"""Objects of a data lake, put and changed by boto3: `put FOLDER` uploads it, `churn BINARY FOLDER STATE` changes one while a run reads.

Keys are paths below the folder; the bucket is `lake`.
"""

import pathlib
import subprocess
import sys

from session import client

BUCKET = "lake"


def put(folder: str) -> None:
    s3 = client("s3")
    s3.create_bucket(Bucket=BUCKET)
    root = pathlib.Path(folder)
    for path in sorted(root.rglob("*")):
        if path.is_file():
            s3.upload_file(str(path), BUCKET, str(path.relative_to(root)))
    s3.put_object(Bucket=BUCKET, Key="parquet/_SUCCESS", Body=b"")
    pages = s3.get_paginator("list_objects_v2").paginate(Bucket=BUCKET)
    print(*[item["Key"] for page in pages for item in page["Contents"]])


def churn(binary: str, folder: str, state: str) -> None:
    """Writes another content to an object as long as the run reads, and says what became of the run."""
    s3 = client("s3")
    key = "csv/part-1.csv"
    body = s3.get_object(Bucket=BUCKET, Key=key)["Body"].read()
    run = subprocess.Popen(
        [binary, "run", folder, "--state", state], stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
    )
    times = 0
    while run.poll() is None:
        times += 1
        s3.put_object(Bucket=BUCKET, Key=key, Body=body + b"\n" * times)
    said = run.stderr.read()
    assert run.returncode == 2, f"{run.returncode}: {said}"
    for words in ("P0218", f"`s3://{BUCKET}/{key}` changed since the run began"):
        assert words in said, f"`{words}` is not in {said}"
    s3.put_object(Bucket=BUCKET, Key=key, Body=body)


if __name__ == "__main__":
    {"put": put, "churn": churn}[sys.argv[1]](*sys.argv[2:])
