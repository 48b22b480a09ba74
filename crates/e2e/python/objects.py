"""Changes objects of the workload's bucket as any client of S3 can: `delete END`, `replace END TEXT`.

END is the end of the keys that are meant; at least one must be there.
"""

import sys

import boto3

BUCKET = "plimsoll-heart-disease-000000000000-us-east-1"


def main(verb: str, end: str, text: str = "") -> None:
    s3 = boto3.client("s3")
    pages = s3.get_paginator("list_objects_v2").paginate(Bucket=BUCKET)
    keys = [item["Key"] for page in pages for item in page.get("Contents", [])]
    meant = [key for key in keys if key.endswith(end)]
    assert meant, f"no key ends with {end}: {keys}"
    for key in meant:
        if verb == "delete":
            s3.delete_object(Bucket=BUCKET, Key=key)
        else:
            s3.put_object(Bucket=BUCKET, Key=key, Body=text.encode())
        print(key)


main(*sys.argv[1:])
