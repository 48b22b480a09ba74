//! Uploads in parts over HTTP.

use std::fmt::Write;

use super::*;

const PART: usize = 5 << 20;

async fn begun(bed: &Bed, headers: &[(&str, &str)]) -> String {
    bed.s3("PUT", "/bucket", b"").await;
    let begun = bed
        .s3_with("POST", "/bucket/key?uploads", headers, b"")
        .await;
    assert_eq!(begun.status, 200, "{}", begun.text());
    begun.element("UploadId")
}

async fn put(bed: &Bed, id: &str, number: i32, content: &[u8]) -> Answer {
    bed.s3(
        "PUT",
        &format!("/bucket/key?partNumber={number}&uploadId={id}"),
        content,
    )
    .await
}

async fn complete(bed: &Bed, id: &str, parts: &[(i32, &str)]) -> Answer {
    let mut body = "<CompleteMultipartUpload>".to_owned();
    for (number, etag) in parts {
        write!(
            body,
            "<Part><PartNumber>{number}</PartNumber><ETag>{etag}</ETag></Part>"
        )
        .unwrap();
    }
    body.push_str("</CompleteMultipartUpload>");
    bed.s3(
        "POST",
        &format!("/bucket/key?uploadId={id}"),
        body.as_bytes(),
    )
    .await
}

#[tokio::test]
async fn parts_become_one_object() {
    let bed = Bed::new().await;
    let id = begun(
        &bed,
        &[("content-type", "text/plain"), ("x-amz-meta-who", "me")],
    )
    .await;
    let large = vec![b'a'; PART];
    let first = put(&bed, &id, 1, &large).await;
    let second = put(&bed, &id, 2, b"tail").await;
    let list = bed
        .s3(
            "GET",
            &format!("/bucket/key?max-parts=1&uploadId={id}"),
            b"",
        )
        .await;
    assert_eq!(list.element("PartNumber"), "1");
    assert_eq!(
        (
            list.element("IsTruncated"),
            list.element("NextPartNumberMarker")
        ),
        ("true".into(), "1".into())
    );
    let uploads = bed.s3("GET", "/bucket?uploads", b"").await;
    assert_eq!(
        (uploads.element("Key"), uploads.element("UploadId")),
        ("key".into(), id.clone())
    );
    let etags = (
        first.header("etag").to_owned(),
        second.header("etag").to_owned(),
    );
    let swapped = complete(&bed, &id, &[(2, &etags.1), (1, &etags.0)]).await;
    assert_eq!(swapped.refusal(), (400, "InvalidPartOrder".to_owned()));
    let wrong = complete(&bed, &id, &[(1, &etags.1)]).await;
    assert_eq!(wrong.refusal(), (400, "InvalidPart".to_owned()));
    let done = complete(&bed, &id, &[(1, &etags.0), (2, &etags.1)]).await;
    assert_eq!(done.status, 200, "{}", done.text());
    assert!(done.element("ETag").ends_with("-2\""), "{}", done.text());
    let got = bed.s3("GET", "/bucket/key", b"").await;
    assert!(got.body[..PART] == large && &got.body[PART..] == b"tail");
    assert_eq!(
        (got.header("content-type"), got.header("x-amz-meta-who")),
        ("text/plain", "me")
    );
    let again = complete(&bed, &id, &[(1, &etags.0), (2, &etags.1)]).await;
    assert_eq!(again.refusal(), (404, "NoSuchUpload".to_owned()));
    bed.plane.shutdown().await;
}

#[tokio::test]
async fn small_parts_and_foreign_checksums_are_refused() {
    let bed = Bed::new().await;
    let id = begun(&bed, &[("x-amz-checksum-algorithm", "CRC32")]).await;
    let first = put(&bed, &id, 1, b"small").await;
    let second = put(&bed, &id, 2, b"tail").await;
    assert_eq!(first.status, 200);
    let named = |answer: &Answer, number: i32| {
        let (etag, crc) = (answer.header("etag"), answer.header("x-amz-checksum-crc32"));
        format!(
            "<Part><PartNumber>{number}</PartNumber><ETag>{etag}</ETag><ChecksumCRC32>{crc}</ChecksumCRC32></Part>"
        )
    };
    let body = format!(
        "<CompleteMultipartUpload>{}{}</CompleteMultipartUpload>",
        named(&first, 1),
        named(&second, 2)
    );
    let refused = bed
        .s3(
            "POST",
            &format!("/bucket/key?uploadId={id}"),
            body.as_bytes(),
        )
        .await;
    assert_eq!(refused.refusal(), (400, "EntityTooSmall".to_owned()));
    let bare = complete(&bed, &id, &[(2, second.header("etag"))]).await;
    assert_eq!(bare.refusal(), (400, "InvalidRequest".to_owned()));
    let path = format!("/bucket/key?partNumber=3&uploadId={id}");
    let sha1 = [("x-amz-checksum-sha1", "qvTGHdzF6KLavt4PO0gs2a6pQ00=")];
    let foreign = bed.s3_with("PUT", &path, &sha1, b"hello").await;
    assert_eq!(foreign.refusal(), (400, "InvalidRequest".to_owned()));
    assert_eq!(
        put(&bed, &id, 10_001, b"x").await.refusal().1,
        "InvalidArgument"
    );
    bed.plane.shutdown().await;
}

#[tokio::test]
async fn an_aborted_upload_is_gone() {
    let bed = Bed::new().await;
    let id = begun(&bed, &[]).await;
    put(&bed, &id, 1, b"x").await;
    let path = format!("/bucket/key?uploadId={id}");
    assert_eq!(bed.s3("DELETE", &path, b"").await.status, 204);
    for answer in [
        bed.s3("GET", &path, b"").await,
        put(&bed, &id, 2, b"x").await,
    ] {
        assert_eq!(answer.refusal(), (404, "NoSuchUpload".to_owned()));
    }
    bed.plane.shutdown().await;
}

#[tokio::test]
async fn a_part_may_be_copied() {
    let bed = Bed::new().await;
    let id = begun(&bed, &[]).await;
    bed.s3("PUT", "/bucket/source", b"0123456789").await;
    let path = format!("/bucket/key?partNumber=1&uploadId={id}");
    let source = ("x-amz-copy-source", "bucket/source");
    let range = ("x-amz-copy-source-range", "bytes=2-5");
    let copied = bed.s3_with("PUT", &path, &[source, range], b"").await;
    assert_eq!(copied.status, 200, "{}", copied.text());
    let beyond = ("x-amz-copy-source-range", "bytes=2-10");
    let beyond = bed.s3_with("PUT", &path, &[source, beyond], b"").await;
    assert_eq!(beyond.refusal(), (400, "InvalidArgument".to_owned()));
    let etag = copied.element("ETag");
    assert_eq!(complete(&bed, &id, &[(1, &etag)]).await.status, 200);
    assert_eq!(bed.s3("GET", "/bucket/key", b"").await.text(), "2345");
    // A copy of what came in parts is of one piece again.
    let whole = bed
        .s3_with(
            "PUT",
            "/bucket/whole",
            &[("x-amz-copy-source", "bucket/key")],
            b"",
        )
        .await;
    assert_eq!(whole.element("ETag").len(), 34, "{}", whole.text());
    bed.plane.shutdown().await;
}
