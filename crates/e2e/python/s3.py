"""S3 as boto3 uses it: transfers in parts, ranges, checksums, copies, listings, presigned URLs, deletion."""

import base64
import hashlib
import io
import os
import tempfile
import time
import urllib.error
import urllib.request
import zlib

import boto3
from boto3.s3.transfer import TransferConfig
from botocore.config import Config

from session import REGION, client, main, refused

BUCKET = "e2e-objects"
s3 = client("s3")
BIG = os.urandom(1 << 20) * 20


def fetch(url, method="GET", body=None, headers=None):
    request = urllib.request.Request(url, data=body, method=method, headers=headers or {})
    try:
        with urllib.request.urlopen(request, timeout=30) as answer:
            return answer.status, answer.read()
    except urllib.error.HTTPError as error:
        return error.code, error.read()


def check_buckets():
    s3.create_bucket(Bucket=BUCKET)
    s3.create_bucket(Bucket=BUCKET)
    assert [bucket["Name"] for bucket in s3.list_buckets()["Buckets"]] == [BUCKET]
    s3.head_bucket(Bucket=BUCKET)
    refused(lambda: s3.create_bucket(Bucket="No_Such-Name"), "InvalidBucketName")
    refused(lambda: s3.put_object(Bucket="no-such-bucket", Key="a", Body=b""), "NoSuchBucket", status=404)


def check_objects_and_metadata():
    put = s3.put_object(
        Bucket=BUCKET, Key="a/\u00e9 +%&.txt", Body=b"hello", ContentType="text/x-e2e", Metadata={"who": "me"}
    )
    assert put["ETag"] == f'"{hashlib.md5(b"hello").hexdigest()}"', put
    head = s3.head_object(Bucket=BUCKET, Key="a/\u00e9 +%&.txt")
    assert (head["ContentLength"], head["ContentType"], head["Metadata"]) == (5, "text/x-e2e", {"who": "me"}), head
    assert s3.get_object(Bucket=BUCKET, Key="a/\u00e9 +%&.txt")["Body"].read() == b"hello"
    refused(lambda: s3.get_object(Bucket=BUCKET, Key="none"), "NoSuchKey", status=404)
    refused(lambda: s3.head_object(Bucket=BUCKET, Key="none"), "404", status=404)
    s3.put_object(Bucket=BUCKET, Key="empty", Body=b"")
    assert s3.get_object(Bucket=BUCKET, Key="empty")["Body"].read() == b""


def check_conditions():
    etag = s3.head_object(Bucket=BUCKET, Key="empty")["ETag"]
    refused(lambda: s3.get_object(Bucket=BUCKET, Key="empty", IfNoneMatch=etag), "304", status=304)
    refused(lambda: s3.get_object(Bucket=BUCKET, Key="empty", IfMatch='"other"'), "PreconditionFailed", status=412)
    refused(
        lambda: s3.put_object(Bucket=BUCKET, Key="empty", Body=b"x", IfNoneMatch="*"), "PreconditionFailed", status=412
    )
    assert s3.head_object(Bucket=BUCKET, Key="empty")["ContentLength"] == 0


def check_files_of_20_mib_in_parts():
    settings = TransferConfig(multipart_threshold=6 << 20, multipart_chunksize=6 << 20, max_concurrency=4)
    with tempfile.TemporaryDirectory() as folder:
        path = os.path.join(folder, "big")
        with open(path, "wb") as file:
            file.write(BIG)
        s3.upload_file(path, BUCKET, "big", Config=settings)
        head = s3.head_object(Bucket=BUCKET, Key="big")
        assert head["ContentLength"] == len(BIG), head
        digests = b"".join(hashlib.md5(BIG[i : i + (6 << 20)]).digest() for i in range(0, len(BIG), 6 << 20))
        assert head["ETag"] == f'"{hashlib.md5(digests).hexdigest()}-4"', head
        s3.download_file(BUCKET, "big", path, Config=settings)
        with open(path, "rb") as file:
            assert file.read() == BIG


def check_parts_by_hand():
    upload = s3.create_multipart_upload(Bucket=BUCKET, Key="parts")["UploadId"]
    first = s3.upload_part(Bucket=BUCKET, Key="parts", UploadId=upload, PartNumber=1, Body=BIG[: 5 << 20])
    second = s3.upload_part(Bucket=BUCKET, Key="parts", UploadId=upload, PartNumber=2, Body=b"end")
    listed = s3.list_parts(Bucket=BUCKET, Key="parts", UploadId=upload)["Parts"]
    assert [part["Size"] for part in listed] == [5 << 20, 3], listed
    assert [u["UploadId"] for u in s3.list_multipart_uploads(Bucket=BUCKET)["Uploads"]] == [upload]
    parts = [{"PartNumber": 1, "ETag": first["ETag"]}, {"PartNumber": 2, "ETag": second["ETag"]}]
    wrong = [parts[0], {"PartNumber": 2, "ETag": '"0"'}]

    def complete(listed):
        return s3.complete_multipart_upload(
            Bucket=BUCKET, Key="parts", UploadId=upload, MultipartUpload={"Parts": listed}
        )

    refused(lambda: complete(wrong), "InvalidPart")
    refused(lambda: complete(parts[::-1]), "InvalidPartOrder")
    refused(lambda: s3.head_object(Bucket=BUCKET, Key="parts"), "404")
    complete(parts)
    assert s3.get_object(Bucket=BUCKET, Key="parts")["Body"].read() == BIG[: 5 << 20] + b"end"
    gone = s3.create_multipart_upload(Bucket=BUCKET, Key="gone")["UploadId"]
    s3.abort_multipart_upload(Bucket=BUCKET, Key="gone", UploadId=gone)
    refused(lambda: s3.list_parts(Bucket=BUCKET, Key="gone", UploadId=gone), "NoSuchUpload")


def check_ranges():
    for given, expected in [
        ("bytes=0-0", BIG[:1]), ("bytes=100-199", BIG[100:200]), ("bytes=-7", BIG[-7:]),
        (f"bytes={len(BIG) - 3}-", BIG[-3:]), (f"bytes=5-{len(BIG) * 2}", BIG[5:]),
    ]:
        answer = s3.get_object(Bucket=BUCKET, Key="big", Range=given)
        assert answer["ResponseMetadata"]["HTTPStatusCode"] == 206, given
        assert answer["Body"].read() == expected, given
    refused(lambda: s3.get_object(Bucket=BUCKET, Key="big", Range=f"bytes={len(BIG)}-"), "InvalidRange", status=416)


def check_checksums():
    body = b"checked"
    digest = base64.b64encode(hashlib.sha256(body).digest()).decode()
    s3.put_object(Bucket=BUCKET, Key="sum", Body=body, ChecksumSHA256=digest)
    answer = s3.get_object(Bucket=BUCKET, Key="sum", ChecksumMode="ENABLED")
    assert answer["ChecksumSHA256"] == digest, answer
    crc = base64.b64encode(zlib.crc32(body).to_bytes(4, "big")).decode()
    answer = s3.put_object(Bucket=BUCKET, Key="sum", Body=body, ChecksumAlgorithm="CRC32")
    assert answer["ChecksumCRC32"] == crc, answer
    wrong = base64.b64encode(hashlib.sha256(b"other").digest()).decode()
    refused(lambda: s3.put_object(Bucket=BUCKET, Key="bad", Body=body, ChecksumSHA256=wrong), "BadDigest", status=400)
    md5 = base64.b64encode(hashlib.md5(b"other").digest()).decode()
    refused(lambda: s3.put_object(Bucket=BUCKET, Key="bad", Body=body, ContentMD5=md5), "BadDigest", status=400)
    refused(lambda: s3.head_object(Bucket=BUCKET, Key="bad"), "404")


def check_copies():
    s3.copy_object(Bucket=BUCKET, Key="copy", CopySource={"Bucket": BUCKET, "Key": "a/\u00e9 +%&.txt"})
    head = s3.head_object(Bucket=BUCKET, Key="copy")
    assert (head["ContentType"], head["Metadata"]) == ("text/x-e2e", {"who": "me"}), head
    s3.copy_object(
        Bucket=BUCKET, Key="copy", CopySource=f"{BUCKET}/sum", MetadataDirective="REPLACE", Metadata={"new": "1"}
    )
    assert s3.head_object(Bucket=BUCKET, Key="copy")["Metadata"] == {"new": "1"}
    s3.copy(
        {"Bucket": BUCKET, "Key": "big"}, BUCKET, "big-copy",
        Config=TransferConfig(multipart_threshold=8 << 20, multipart_chunksize=8 << 20),
    )
    assert s3.get_object(Bucket=BUCKET, Key="big-copy")["Body"].read() == BIG
    refused(lambda: s3.copy_object(Bucket=BUCKET, Key="x", CopySource=f"{BUCKET}/none"), "NoSuchKey")


def check_listings():
    for key in ["l/1", "l/2/a", "l/2/b", "l/3/a", "l/4"]:
        s3.put_object(Bucket=BUCKET, Key=key, Body=b"")
    answer = s3.list_objects_v2(Bucket=BUCKET, Prefix="l/", Delimiter="/")
    assert [entry["Key"] for entry in answer["Contents"]] == ["l/1", "l/4"], answer
    assert [entry["Prefix"] for entry in answer["CommonPrefixes"]] == ["l/2/", "l/3/"], answer
    pages = list(
        s3.get_paginator("list_objects_v2").paginate(
            Bucket=BUCKET, Prefix="l/", Delimiter="/", PaginationConfig={"PageSize": 1}
        )
    )
    found = [e["Key"] for p in pages for e in p.get("Contents", [])]
    found += [e["Prefix"] for p in pages for e in p.get("CommonPrefixes", [])]
    assert sorted(found) == ["l/1", "l/2/", "l/3/", "l/4"] and len(pages) == 4, pages
    after = s3.list_objects_v2(Bucket=BUCKET, Prefix="l/", StartAfter="l/2/b")
    assert [entry["Key"] for entry in after["Contents"]] == ["l/3/a", "l/4"], after
    old = s3.list_objects(Bucket=BUCKET, Prefix="l/2/")
    assert [entry["Key"] for entry in old["Contents"]] == ["l/2/a", "l/2/b"], old
    keys = [entry["Key"] for entry in s3.list_objects_v2(Bucket=BUCKET)["Contents"]]
    assert "a/\u00e9 +%&.txt" in keys, keys


def check_presigned_urls():
    for version in ["s3v4", "s3"]:
        signer = boto3.client("s3", region_name=REGION, config=Config(signature_version=version))

        def presigned(operation, seconds=60, **arguments):
            return signer.generate_presigned_url(operation, Params={"Bucket": BUCKET, **arguments}, ExpiresIn=seconds)

        # Version 2 signs the type of the content: none was signed, so none is sent.
        status, text = fetch(presigned("put_object", Key="signed"), "PUT", b"by url", {"Content-Type": ""})
        assert status == 200, (version, text)
        assert fetch(presigned("get_object", Key="signed")) == (200, b"by url"), version
        url = presigned("get_object", Key="signed")
        status, text = fetch(url.replace("/signed?", "/sum?"))
        assert status == 403 and b"SignatureDoesNotMatch" in text, (version, status, text)
        short = presigned("get_object", Key="signed", seconds=1)
        time.sleep(2.1)
        status, text = fetch(short)
        assert status == 403 and b"expired" in text, (version, status, text)


def check_deletion():
    s3.delete_object(Bucket=BUCKET, Key="none")
    refused(lambda: s3.delete_bucket(Bucket=BUCKET), "BucketNotEmpty", status=409)
    while entries := s3.list_objects_v2(Bucket=BUCKET).get("Contents"):
        keys = [{"Key": entry["Key"]} for entry in entries]
        deleted = s3.delete_objects(Bucket=BUCKET, Delete={"Objects": keys})["Deleted"]
        assert len(deleted) == len(keys), deleted
    s3.delete_bucket(Bucket=BUCKET)
    refused(lambda: s3.head_bucket(Bucket=BUCKET), "404")
    assert s3.list_buckets()["Buckets"] == []


def check_streams():
    s3.create_bucket(Bucket=BUCKET)
    s3.upload_fileobj(io.BytesIO(b"stream"), BUCKET, "stream")
    got = io.BytesIO()
    s3.download_fileobj(BUCKET, "stream", got)
    assert got.getvalue() == b"stream"


main(globals())
