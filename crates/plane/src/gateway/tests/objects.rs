//! Objects over HTTP: put, get, conditions, checksums, lists, copies, tags.

use base64::Engine;
use base64::engine::general_purpose::STANDARD;

use super::*;

/// CRC-32 of "hello" in base 64.
const HELLO_CRC32: &str = "NhCmhg==";

async fn filled(objects: &[(&str, &[u8])]) -> Bed {
    let bed = Bed::new().await;
    assert_eq!(bed.s3("PUT", "/bucket", b"").await.status, 200);
    for (key, content) in objects {
        let put = bed.s3("PUT", &format!("/bucket/{key}"), content).await;
        assert_eq!(put.status, 200, "{}", put.text());
    }
    bed
}

#[tokio::test]
async fn what_is_put_is_got_with_what_was_said_of_it() {
    let bed = filled(&[]).await;
    let headers = [
        ("content-type", "text/csv"),
        ("cache-control", "max-age=60"),
        ("content-encoding", "gzip,aws-chunked"),
        ("expires", "Tue, 14 Jul 2026 03:33:20 GMT"),
        ("x-amz-meta-who", "me"),
        ("x-amz-tagging", "a=1&b=2"),
    ];
    let put = bed
        .s3_with("PUT", "/bucket/a/b.csv", &headers, b"hello")
        .await;
    assert_eq!(put.header("etag"), "\"5d41402abc4b2a76b9719d911017c592\"");
    let got = bed.s3("GET", "/bucket/a/b.csv", b"").await;
    assert_eq!((got.status.as_u16(), &got.body[..]), (200, &b"hello"[..]));
    for (name, value) in [
        ("content-type", "text/csv"),
        ("cache-control", "max-age=60"),
        ("content-encoding", "gzip"),
        ("expires", "Tue, 14 Jul 2026 03:33:20 GMT"),
        ("x-amz-meta-who", "me"),
        ("x-amz-tagging-count", "2"),
        ("accept-ranges", "bytes"),
        ("content-length", "5"),
        ("etag", "\"5d41402abc4b2a76b9719d911017c592\""),
    ] {
        assert_eq!(got.header(name), value, "{name}");
    }
    assert_eq!(got.header("x-amz-request-id").len(), 36);
    let head = bed.s3("HEAD", "/bucket/a/b.csv", b"").await;
    assert_eq!(
        (head.status.as_u16(), head.header("content-length")),
        (200, "5")
    );
    let other = bed
        .s3(
            "GET",
            "/bucket/a/b.csv?response-content-type=text%2Fplain",
            b"",
        )
        .await;
    assert_eq!(other.header("content-type"), "text/plain");
    bed.plane.shutdown().await;
}

#[tokio::test]
async fn ranges_are_parts_of_the_content() {
    let large: Vec<u8> = (0..3_000_000_u32).map(|n| (n % 251) as u8).collect();
    let bed = filled(&[("small", b"0123456789"), ("large", &large), ("empty", b"")]).await;
    let get = |key: &'static str, range: &'static str| {
        let bed = &bed;
        async move {
            bed.s3_with("GET", &format!("/bucket/{key}"), &[("range", range)], b"")
                .await
        }
    };
    for (range, body, content_range) in [
        ("bytes=2-4", "234", "bytes 2-4/10"),
        ("bytes=7-", "789", "bytes 7-9/10"),
        ("bytes=-3", "789", "bytes 7-9/10"),
        ("bytes=8-99", "89", "bytes 8-9/10"),
    ] {
        let got = get("small", range).await;
        assert_eq!(
            (got.status.as_u16(), got.text().as_str()),
            (206, body),
            "{range}"
        );
        assert_eq!(got.header("content-range"), content_range);
    }
    for (key, range) in [
        ("small", "bytes=10-"),
        ("small", "bytes=-0"),
        ("empty", "bytes=0-0"),
    ] {
        let refused = get(key, range).await;
        assert_eq!(
            refused.refusal(),
            (416, "InvalidRange".to_owned()),
            "{key} {range}"
        );
    }
    assert!(get("large", "bytes=1000-2000999").await.body == large[1000..2_001_000]);
    let whole = bed.s3("GET", "/bucket/large", b"").await;
    assert_eq!(whole.header("content-length"), "3000000");
    assert!(whole.body == large);
    assert_eq!(bed.s3("GET", "/bucket/empty", b"").await.body.len(), 0);
    bed.plane.shutdown().await;
}

#[tokio::test]
async fn conditions_decide_reads_and_writes() {
    let bed = filled(&[("key", b"hello")]).await;
    let etag = "\"5d41402abc4b2a76b9719d911017c592\"";
    let past = ("if-modified-since", "Tue, 14 Jul 2020 03:33:20 GMT");
    let future = ("if-modified-since", "Tue, 14 Jul 2099 03:33:20 GMT");
    let cases = [
        ("GET", ("if-match", etag), 200),
        ("GET", ("if-match", "\"other\""), 412),
        ("GET", ("if-none-match", etag), 304),
        ("HEAD", ("if-none-match", etag), 304),
        ("GET", past, 200),
        ("GET", future, 304),
        ("GET", ("if-unmodified-since", past.1), 412),
        ("PUT", ("if-none-match", "*"), 412),
        ("PUT", ("if-match", "\"other\""), 412),
        ("DELETE", ("if-match", "\"other\""), 412),
        ("PUT", ("if-match", etag), 200),
    ];
    for (method, condition, status) in cases {
        let answer = bed.s3_with(method, "/bucket/key", &[condition], b"").await;
        assert_eq!(answer.status, status, "{method} {condition:?}");
    }
    let create = bed
        .s3_with("PUT", "/bucket/new", &[("if-none-match", "*")], b"1")
        .await;
    assert_eq!(create.status, 200);
    bed.plane.shutdown().await;
}

#[tokio::test]
async fn checksums_are_verified_and_given_back() {
    let bed = filled(&[]).await;
    let right = [("x-amz-checksum-crc32", HELLO_CRC32)];
    let put = bed.s3_with("PUT", "/bucket/right", &right, b"hello").await;
    assert_eq!(put.header("x-amz-checksum-crc32"), HELLO_CRC32);
    let mode = [("x-amz-checksum-mode", "ENABLED")];
    let head = bed.s3_with("HEAD", "/bucket/right", &mode, b"").await;
    assert_eq!(head.header("x-amz-checksum-crc32"), HELLO_CRC32);
    assert_eq!(head.header("x-amz-checksum-type"), "FULL_OBJECT");
    let ranged = [mode[0], ("range", "bytes=0-1")];
    let ranged = bed.s3_with("GET", "/bucket/right", &ranged, b"").await;
    assert_eq!(ranged.header("x-amz-checksum-crc32"), "", "not of a part");
    let md5 = STANDARD.encode([0; 16]);
    let cases: &[(&[(&str, &str)], &str)] = &[
        (&[("x-amz-checksum-crc32", "AAAAAA==")], "BadDigest"),
        (&[("x-amz-checksum-sha256", "AAAA")], "InvalidRequest"),
        (&[("content-md5", &md5)], "BadDigest"),
        (&[("content-md5", "AAAA")], "InvalidDigest"),
        (
            &[
                ("x-amz-checksum-crc32", HELLO_CRC32),
                ("x-amz-checksum-sha1", "AAAA"),
            ],
            "InvalidRequest",
        ),
    ];
    for (headers, code) in cases {
        let refused = bed.s3_with("PUT", "/bucket/wrong", headers, b"hello").await;
        assert_eq!(refused.refusal(), (400, (*code).to_owned()), "{headers:?}");
    }
    assert_eq!(bed.s3("HEAD", "/bucket/wrong", b"").await.status, 404);
    // The hash that the signature covers is compared at the end of the body.
    let mut put = bed
        .request("PUT", "/bucket/wrong")
        .body(Bytes::from_static(b"hello"))
        .unwrap();
    sigv4::sign(&mut put, &keys(), "us-east-1", "s3", now());
    *put.body_mut() = Bytes::from_static(b"jello");
    let refused = bed.send(put).await;
    assert_eq!(
        refused.refusal(),
        (400, "XAmzContentSHA256Mismatch".to_owned())
    );
    assert_eq!(bed.s3("HEAD", "/bucket/wrong", b"").await.status, 404);
    let pending = bed.folder.path().join("objects/pending");
    assert_eq!(std::fs::read_dir(pending).unwrap().count(), 0);
    bed.plane.shutdown().await;
}

/// A body in chunks with a trailer, as AWS's newer clients send it. The signature covers the head alone.
async fn put_in_chunks(bed: &Bed, crc32: &str, announced: &str) -> Answer {
    let trailer = format!("x-amz-checksum-crc32:{crc32}\r\n");
    put_in_chunks_with(bed, &trailer, announced).await
}

async fn put_in_chunks_with(bed: &Bed, trailer: &str, announced: &str) -> Answer {
    let body = format!("3\r\nhel\r\n2\r\nlo\r\n0\r\n{trailer}\r\n");
    let mut request = bed
        .request("PUT", "/bucket/chunked")
        .header("content-encoding", "aws-chunked")
        .header("x-amz-trailer", "x-amz-checksum-crc32")
        .header("x-amz-decoded-content-length", announced)
        .body(Bytes::from(body))
        .unwrap();
    sign_with_payload(&mut request, "STREAMING-UNSIGNED-PAYLOAD-TRAILER");
    bed.send(request).await
}

/// Signs a head for a body that is not covered. The signer hashes bodies, so the signature is computed here.
pub(super) fn sign_with_payload(request: &mut Request<Bytes>, payload: &str) {
    use sha2::{Digest, Sha256};
    let mut empty = Request::new(Bytes::new());
    sigv4::sign(&mut empty, &keys(), "us-east-1", "s3", now());
    let moment = empty.headers()["x-amz-date"].clone();
    let (day, date) = (
        moment.to_str().unwrap()[..8].to_owned(),
        moment.to_str().unwrap().to_owned(),
    );
    request.headers_mut().insert("x-amz-date", moment);
    request
        .headers_mut()
        .insert("x-amz-content-sha256", payload.parse().unwrap());
    let mut names: Vec<&str> = request
        .headers()
        .keys()
        .map(http::HeaderName::as_str)
        .collect();
    names.sort_unstable();
    let signed = names.join(";");
    let lines: String = names
        .iter()
        .map(|name| format!("{name}:{}\n", request.headers()[*name].to_str().unwrap()))
        .collect();
    let canonical = format!(
        "PUT\n{}\n\n{lines}\n{signed}\n{payload}",
        request.uri().path()
    );
    let scope = format!("{day}/us-east-1/s3/aws4_request");
    let hex = |bytes: &[u8]| {
        bytes
            .iter()
            .map(|byte| format!("{byte:02x}"))
            .collect::<String>()
    };
    let text = format!(
        "AWS4-HMAC-SHA256\n{date}\n{scope}\n{}",
        hex(&Sha256::digest(canonical))
    );
    let mut key = b"AWS4test".to_vec();
    for part in [day.as_str(), "us-east-1", "s3", "aws4_request"] {
        key = hmac(&key, part.as_bytes());
    }
    let signature = hex(&hmac(&key, text.as_bytes()));
    let value = format!(
        "AWS4-HMAC-SHA256 Credential=test/{scope}, SignedHeaders={signed}, Signature={signature}"
    );
    request
        .headers_mut()
        .insert("authorization", value.parse().unwrap());
}

/// RFC 2104 over SHA-256, for keys of at most a block.
fn hmac(key: &[u8], message: &[u8]) -> Vec<u8> {
    use sha2::{Digest, Sha256};
    let pad = |byte: u8| {
        let mut block = [byte; 64];
        for (place, part) in block.iter_mut().zip(key) {
            *place ^= part;
        }
        block
    };
    let inner = Sha256::new()
        .chain_update(pad(0x36))
        .chain_update(message)
        .finalize();
    Sha256::new()
        .chain_update(pad(0x5c))
        .chain_update(inner)
        .finalize()
        .to_vec()
}

#[tokio::test]
async fn chunks_with_a_trailer_are_taken_apart_and_verified() {
    let bed = filled(&[]).await;
    let put = put_in_chunks(&bed, HELLO_CRC32, "5").await;
    assert_eq!(put.status, 200, "{}", put.text());
    assert_eq!(put.header("x-amz-checksum-crc32"), HELLO_CRC32);
    let got = bed.s3("GET", "/bucket/chunked", b"").await;
    assert_eq!(
        (&got.body[..], got.header("content-encoding")),
        (&b"hello"[..], "")
    );
    let wrong = put_in_chunks(&bed, "AAAAAA==", "5").await;
    assert_eq!(wrong.refusal(), (400, "BadDigest".to_owned()));
    let absent = put_in_chunks_with(&bed, "", "5").await;
    assert_eq!(absent.refusal(), (400, "InvalidRequest".to_owned()));
    let other = "x-amz-checksum-crc32:NhCmhg==\r\nx-amz-checksum-crc32c:AAAAAA==\r\n";
    let other = put_in_chunks_with(&bed, other, "5").await;
    assert_eq!(other.refusal(), (400, "InvalidRequest".to_owned()));
    let short = put_in_chunks(&bed, HELLO_CRC32, "6").await;
    assert_eq!(short.refusal(), (400, "IncompleteBody".to_owned()));
    bed.plane.shutdown().await;
}

#[tokio::test]
async fn lists_have_prefixes_pages_and_escapes() {
    let keys: Vec<String> = (0..5).map(|n| format!("d{}/k%20{n}", n % 2)).collect();
    let objects: Vec<(&str, &[u8])> = keys.iter().map(|key| (key.as_str(), &b"x"[..])).collect();
    let bed = filled(&objects).await;
    let rolled = bed
        .s3("GET", "/bucket?list-type=2&delimiter=%2F", b"")
        .await;
    assert_eq!(rolled.text().matches("<CommonPrefixes>").count(), 2);
    assert_eq!(rolled.element("KeyCount"), "2");
    let first = bed
        .s3(
            "GET",
            "/bucket?list-type=2&max-keys=2&prefix=d0%2F&encoding-type=url",
            b"",
        )
        .await;
    assert_eq!(first.element("Key"), "d0/k%200");
    assert_eq!(first.element("IsTruncated"), "true");
    let token = first.element("NextContinuationToken");
    let next = format!("/bucket?continuation-token={token}&list-type=2&max-keys=2&prefix=d0%2F");
    let next = bed.s3("GET", &next, b"").await;
    assert_eq!(
        (next.element("Key"), next.element("IsTruncated")),
        ("d0/k 4".into(), "false".into())
    );
    let after = bed
        .s3("GET", "/bucket?list-type=2&start-after=d1%2Fk%201", b"")
        .await;
    assert_eq!(
        (after.element("Key"), after.element("KeyCount")),
        ("d1/k 3".into(), "1".into())
    );
    let old = bed.s3("GET", "/bucket?delimiter=%2F&max-keys=1", b"").await;
    assert_eq!(
        (old.element("NextMarker"), old.element("IsTruncated")),
        ("d0/".into(), "true".into())
    );
    let old = bed
        .s3("GET", "/bucket?delimiter=%2F&marker=d0%2F", b"")
        .await;
    assert!(
        old.text().contains("<Prefix>d1/</Prefix>") && !old.text().contains("<Prefix>d0/</Prefix>")
    );
    let missing = bed.s3("GET", "/nowhere?list-type=2", b"").await;
    assert_eq!(missing.refusal(), (404, "NoSuchBucket".to_owned()));
    bed.plane.shutdown().await;
}

#[tokio::test]
async fn copies_tags_and_deletions() {
    let bed = filled(&[("from", b"hello")]).await;
    let copy = bed
        .s3_with(
            "PUT",
            "/bucket/to",
            &[("x-amz-copy-source", "/bucket/from")],
            b"",
        )
        .await;
    assert_eq!(copy.status, 200, "{}", copy.text());
    assert_eq!(bed.s3("GET", "/bucket/to", b"").await.text(), "hello");
    let itself = bed
        .s3_with(
            "PUT",
            "/bucket/to",
            &[("x-amz-copy-source", "bucket/to")],
            b"",
        )
        .await;
    assert_eq!(itself.refusal(), (400, "InvalidRequest".to_owned()));
    let missing = bed
        .s3_with(
            "PUT",
            "/bucket/to",
            &[("x-amz-copy-source", "bucket/none")],
            b"",
        )
        .await;
    assert_eq!(missing.refusal(), (404, "NoSuchKey".to_owned()));

    let tags = b"<Tagging><TagSet><Tag><Key>k</Key><Value>v</Value></Tag></TagSet></Tagging>";
    assert_eq!(bed.s3("PUT", "/bucket/to?tagging", tags).await.status, 200);
    assert_eq!(
        bed.s3("GET", "/bucket/to?tagging", b"")
            .await
            .element("Value"),
        "v"
    );
    assert_eq!(
        bed.s3("DELETE", "/bucket/to?tagging", b"").await.status,
        204
    );
    assert_eq!(
        bed.s3("GET", "/bucket/to?tagging", b"")
            .await
            .element("Value"),
        ""
    );

    let many = b"<Delete><Object><Key>to</Key></Object><Object><Key>none</Key></Object>\
        <Object><Key>from</Key><VersionId>7</VersionId></Object></Delete>";
    let deleted = bed.s3("POST", "/bucket?delete", many).await;
    assert_eq!(
        deleted.text().matches("<Deleted>").count(),
        2,
        "{}",
        deleted.text()
    );
    assert!(deleted.text().contains("NoSuchVersion"));
    let full = bed.s3("DELETE", "/bucket", b"").await;
    assert_eq!(full.refusal(), (409, "BucketNotEmpty".to_owned()));
    assert_eq!(bed.s3("DELETE", "/bucket/from", b"").await.status, 204);
    assert_eq!(bed.s3("DELETE", "/bucket/from", b"").await.status, 204);
    assert_eq!(bed.s3("DELETE", "/bucket", b"").await.status, 204);
    assert_eq!(bed.s3("HEAD", "/bucket", b"").await.status, 404);
    bed.plane.shutdown().await;
}

#[tokio::test]
async fn what_s3_can_and_this_plane_cannot_is_refused_by_name() {
    let bed = filled(&[("key", b"hello")]).await;
    for (query, operation) in [
        ("replication", "GetBucketReplication"),
        ("object-lock", "GetObjectLockConfiguration"),
        ("inventory&id=1", "GetBucketInventoryConfiguration"),
    ] {
        let named = bed.s3("GET", &format!("/bucket?{query}"), b"").await;
        assert_eq!(named.refusal(), (501, "NotImplemented".to_owned()));
        let message = named.element("Message");
        assert!(message.contains(operation), "{message}");
    }
    for (name, value, refusal) in [
        (
            "x-amz-acl",
            "public-read",
            (400, "AccessControlListNotSupported"),
        ),
        (
            "x-amz-grant-read",
            "id=1",
            (400, "AccessControlListNotSupported"),
        ),
        (
            "x-amz-server-side-encryption-customer-algorithm",
            "AES256",
            (501, "NotImplemented"),
        ),
        (
            "x-amz-object-lock-mode",
            "GOVERNANCE",
            (501, "NotImplemented"),
        ),
    ] {
        let refused = bed
            .s3_with("PUT", "/bucket/key", &[(name, value)], b"")
            .await;
        assert_eq!(
            refused.refusal(),
            (refusal.0, refusal.1.to_owned()),
            "{name}"
        );
        let message = refused.element("Message");
        assert!(message.contains(&format!("{name}: {value}")), "{message}");
    }
    let version = bed.s3("GET", "/bucket/key?versionId=abc", b"").await;
    assert_eq!(version.refusal(), (400, "InvalidArgument".to_owned()));
    bed.plane.shutdown().await;
}

#[tokio::test]
async fn a_host_may_name_the_bucket() {
    let bed = filled(&[("key", b"hello")]).await;
    for host in ["bucket.s3.localhost:4566", "bucket.localhost"] {
        let request = Request::builder()
            .method("GET")
            .uri("/key")
            .header("host", host);
        let request = request.body(Bytes::new()).unwrap();
        let got = bed.sign_and_send(request, &keys(), "s3").await;
        assert_eq!(
            (got.status.as_u16(), got.text().as_str()),
            (200, "hello"),
            "{host}"
        );
    }
    bed.plane.shutdown().await;
}

#[tokio::test]
async fn an_answer_that_no_body_was_waited_for_ends_the_connection() {
    let bed = filled(&[]).await;
    let expecting = [("expect", "100-continue")];
    let empty = bed.s3_with("PUT", "/bucket/empty", &expecting, b"").await;
    assert_eq!(
        (empty.status.as_u16(), empty.header("connection")),
        (200, "close")
    );
    let full = bed
        .s3_with("PUT", "/bucket/full", &expecting, b"hello")
        .await;
    assert_eq!((full.status.as_u16(), full.header("connection")), (200, ""));
    let refused = bed
        .s3_with("PUT", "/nowhere/full", &expecting, b"hello")
        .await;
    assert_eq!(
        (refused.status.as_u16(), refused.header("connection")),
        (404, "close")
    );
    bed.plane.shutdown().await;
}
