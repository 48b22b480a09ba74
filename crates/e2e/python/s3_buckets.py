"""S3 beyond objects, as boto3 uses it: versions, forms, virtual hosts, configurations, attributes, clocks."""

import base64
import hashlib
import http.client
import os
import socket
import urllib.parse
from unittest import mock

import boto3
from botocore.config import Config

from session import REGION, client, main, refused

BUCKET = "e2e-versions"
s3 = client("s3")
ENDPOINT = os.environ["AWS_ENDPOINT_URL"]


def check_versions():
    s3.create_bucket(Bucket=BUCKET)
    assert "Status" not in s3.get_bucket_versioning(Bucket=BUCKET)
    s3.put_object(Bucket=BUCKET, Key="k", Body=b"before")
    s3.put_bucket_versioning(Bucket=BUCKET, VersioningConfiguration={"Status": "Enabled"})
    assert s3.get_bucket_versioning(Bucket=BUCKET)["Status"] == "Enabled"
    ids = [s3.put_object(Bucket=BUCKET, Key="k", Body=body)["VersionId"] for body in [b"one", b"two"]]
    marker = s3.delete_object(Bucket=BUCKET, Key="k")
    assert marker["DeleteMarker"] is True, marker
    refused(lambda: s3.get_object(Bucket=BUCKET, Key="k"), "NoSuchKey", status=404)
    assert s3.get_object(Bucket=BUCKET, Key="k", VersionId=ids[0])["Body"].read() == b"one"
    assert s3.get_object(Bucket=BUCKET, Key="k", VersionId="null")["Body"].read() == b"before"
    refused(lambda: s3.head_object(Bucket=BUCKET, Key="k", VersionId=marker["VersionId"]), "405", status=405)
    pages = list(s3.get_paginator("list_object_versions").paginate(Bucket=BUCKET, PaginationConfig={"PageSize": 1}))
    versions = [v["VersionId"] for page in pages for v in page.get("Versions", [])]
    markers = [m["VersionId"] for page in pages for m in page.get("DeleteMarkers", [])]
    assert versions == [ids[1], ids[0], "null"] and markers == [marker["VersionId"]], pages
    latest = [v["IsLatest"] for page in pages for v in page.get("Versions", []) + page.get("DeleteMarkers", [])]
    assert latest == [True, False, False, False], latest
    s3.put_object_tagging(Bucket=BUCKET, Key="k", VersionId=ids[0], Tagging={"TagSet": [{"Key": "a", "Value": "1"}]})
    assert s3.get_object_tagging(Bucket=BUCKET, Key="k", VersionId=ids[1])["TagSet"] == []
    copied = s3.copy_object(
        Bucket=BUCKET, Key="copy", CopySource={"Bucket": BUCKET, "Key": "k", "VersionId": ids[0]}
    )
    assert copied["CopySourceVersionId"] == ids[0] and copied["VersionId"], copied
    refused(lambda: s3.delete_bucket(Bucket=BUCKET), "BucketNotEmpty", status=409)


def check_boto3s_own_cleaning_of_versions():
    boto3.resource("s3", region_name=REGION).Bucket(BUCKET).object_versions.delete()
    listed = s3.list_object_versions(Bucket=BUCKET)
    assert "Versions" not in listed and "DeleteMarkers" not in listed, listed
    s3.delete_bucket(Bucket=BUCKET)


def post_form(form, content):
    """Posts a form as a browser does."""
    boundary = "boundary"
    parts = [
        f'--{boundary}\r\nContent-Disposition: form-data; name="{name}"\r\n\r\n{value}\r\n'
        for name, value in form["fields"].items()
    ]
    parts.append(f'--{boundary}\r\nContent-Disposition: form-data; name="file"; filename="f"\r\n\r\n')
    body = "".join(parts).encode() + content + f"\r\n--{boundary}--\r\n".encode()
    url = urllib.parse.urlsplit(form["url"])
    connection = http.client.HTTPConnection("127.0.0.1", url.port, timeout=30)
    connection.request(
        "POST", url.path or "/", body, {"Host": url.netloc, "Content-Type": f"multipart/form-data; boundary={boundary}"}
    )
    answer = connection.getresponse()
    return answer.status, answer.read()


def check_presigned_posts():
    s3.create_bucket(Bucket=BUCKET)
    for version in ["s3v4", "s3"]:
        signer = boto3.client("s3", region_name=REGION, config=Config(signature_version=version))
        form = signer.generate_presigned_post(
            BUCKET, f"up/{version}", Conditions=[["content-length-range", 1, 8]], ExpiresIn=3600
        )
        assert post_form(form, b"by form")[0] == 204, version
        assert s3.get_object(Bucket=BUCKET, Key=f"up/{version}")["Body"].read() == b"by form"
        status, text = post_form(form, b"much too long")
        assert status == 400 and b"EntityTooLarge" in text, (status, text)
        form["fields"]["key"] = "elsewhere"
        assert post_form(form, b"by form")[0] in (400, 403), version
        late = signer.generate_presigned_post(BUCKET, "late", ExpiresIn=-1)
        status, text = post_form(late, b"late")
        assert status == 403 and b"expired" in text, (status, text)


def check_a_week_is_the_longest():
    signer = boto3.client("s3", region_name=REGION, config=Config(signature_version="s3v4"))
    url = signer.generate_presigned_url("get_object", Params={"Bucket": BUCKET, "Key": "up/s3"}, ExpiresIn=604801)
    parts = urllib.parse.urlsplit(url)
    connection = http.client.HTTPConnection(parts.hostname, parts.port, timeout=30)
    connection.request("GET", f"{parts.path}?{parts.query}")
    answer = connection.getresponse()
    assert answer.status == 400 and b"X-Amz-Expires" in answer.read()


def check_virtual_hosts_and_the_endpoint_of_one_service():
    port = urllib.parse.urlsplit(ENDPOINT).port
    resolve = socket.getaddrinfo

    def resolve_local(host, *rest, **more):
        return resolve("127.0.0.1" if str(host).endswith("localhost") else host, *rest, **more)

    elsewhere = {"AWS_ENDPOINT_URL": "http://127.0.0.1:1", "AWS_ENDPOINT_URL_S3": f"http://localhost:{port}"}
    with mock.patch.object(socket, "getaddrinfo", resolve_local), mock.patch.dict(os.environ, elsewhere):
        for name in ["localhost", "s3.localhost", f"s3.{REGION}.localhost"]:
            os.environ["AWS_ENDPOINT_URL_S3"] = f"http://{name}:{port}"
            virtual = client("s3", s3={"addressing_style": "virtual"})
            assert virtual.get_object(Bucket=BUCKET, Key="up/s3")["Body"].read() == b"by form", name
            url = virtual.generate_presigned_url("get_object", Params={"Bucket": BUCKET, "Key": "up/s3"})
            assert urllib.parse.urlsplit(url).hostname == f"{BUCKET}.{name}", url
        path = client("s3", s3={"addressing_style": "path"})
        assert path.head_bucket(Bucket=BUCKET)["BucketRegion"] == REGION


def check_configurations():
    rules = [{"ID": "old", "Filter": {"Prefix": "tmp/"}, "Status": "Enabled", "Expiration": {"Days": 7}}]
    s3.put_bucket_lifecycle_configuration(Bucket=BUCKET, LifecycleConfiguration={"Rules": rules})
    assert s3.get_bucket_lifecycle_configuration(Bucket=BUCKET)["Rules"] == rules
    s3.delete_bucket_lifecycle(Bucket=BUCKET)
    refused(lambda: s3.get_bucket_lifecycle_configuration(Bucket=BUCKET), "NoSuchLifecycleConfiguration")
    tags = [{"Key": "team", "Value": "a<b"}]
    s3.put_bucket_tagging(Bucket=BUCKET, Tagging={"TagSet": tags})
    assert s3.get_bucket_tagging(Bucket=BUCKET)["TagSet"] == tags
    cors = [{"AllowedMethods": ["GET"], "AllowedOrigins": ["*"]}]
    s3.put_bucket_cors(Bucket=BUCKET, CORSConfiguration={"CORSRules": cors})
    assert s3.get_bucket_cors(Bucket=BUCKET)["CORSRules"] == cors
    policy = '{"Version":"2012-10-17","Statement":[]}'
    s3.put_bucket_policy(Bucket=BUCKET, Policy=policy)
    assert s3.get_bucket_policy(Bucket=BUCKET)["Policy"] == policy
    assert "QueueConfigurations" not in s3.get_bucket_notification_configuration(Bucket=BUCKET)
    rule = s3.get_bucket_encryption(Bucket=BUCKET)["ServerSideEncryptionConfiguration"]["Rules"][0]
    assert rule["ApplyServerSideEncryptionByDefault"]["SSEAlgorithm"] == "AES256", rule
    s3.put_bucket_acl(Bucket=BUCKET, ACL="private")
    refused(lambda: s3.put_bucket_acl(Bucket=BUCKET, ACL="public-read"), "AccessControlListNotSupported")
    assert s3.get_bucket_acl(Bucket=BUCKET)["Grants"][0]["Permission"] == "FULL_CONTROL"
    refused(lambda: s3.get_object_lock_configuration(Bucket=BUCKET), "NotImplemented", status=501)


def check_encryption_classes_and_attributes():
    put = s3.put_object(
        Bucket=BUCKET, Key="kms", Body=b"1", ServerSideEncryption="aws:kms", SSEKMSKeyId="k", StorageClass="STANDARD_IA"
    )
    assert (put["ServerSideEncryption"], put["SSEKMSKeyId"]) == ("aws:kms", "k"), put
    head = s3.head_object(Bucket=BUCKET, Key="kms")
    assert (head["ServerSideEncryption"], head["StorageClass"]) == ("aws:kms", "STANDARD_IA"), head
    key = os.urandom(32)
    refused(
        lambda: s3.put_object(Bucket=BUCKET, Key="c", Body=b"1", SSECustomerAlgorithm="AES256", SSECustomerKey=key),
        "NotImplemented",
        "customer-algorithm",
        status=501,
    )
    s3.put_object(Bucket=BUCKET, Key="cold", Body=b"1", StorageClass="DEEP_ARCHIVE")
    refused(lambda: s3.get_object(Bucket=BUCKET, Key="cold"), "InvalidObjectState", status=403)
    for algorithm in ["CRC32", "SHA1", "SHA256"]:
        s3.put_object(Bucket=BUCKET, Key=algorithm, Body=b"sum", ChecksumAlgorithm=algorithm)
        found = s3.get_object_attributes(
            Bucket=BUCKET, Key=algorithm, ObjectAttributes=["Checksum", "ObjectSize", "StorageClass"]
        )
        assert f"Checksum{algorithm}" in found["Checksum"] and found["ObjectSize"] == 3, found
    digest = base64.b64encode(hashlib.sha256(b"sum").digest()).decode()
    found = s3.get_object_attributes(Bucket=BUCKET, Key="SHA256", ObjectAttributes=["Checksum"])
    assert found["Checksum"]["ChecksumSHA256"] == digest, found


def check_what_refusals_say():
    wrong = boto3.client("s3", region_name=REGION, aws_secret_access_key="wrong", aws_access_key_id="nobody")
    refused(lambda: wrong.list_buckets(), "InvalidAccessKeyId", "does not exist in our records", status=403)
    known = os.environ["AWS_ACCESS_KEY_ID"]
    wrong = boto3.client("s3", region_name=REGION, aws_access_key_id=known, aws_secret_access_key="wrong")
    refused(lambda: wrong.list_buckets(), "SignatureDoesNotMatch", "request signature we calculated", status=403)
    keys = {"aws_access_key_id": known, "aws_secret_access_key": os.environ["AWS_SECRET_ACCESS_KEY"]}
    bogus = boto3.client("s3", region_name=REGION, aws_session_token="bogus", **keys)
    refused(lambda: bogus.list_buckets(), "InvalidToken", status=400)


def check_deletion():
    boto3.resource("s3", region_name=REGION).Bucket(BUCKET).objects.delete()
    s3.delete_bucket(Bucket=BUCKET)
    assert s3.list_buckets()["Buckets"] == []


main(globals())
