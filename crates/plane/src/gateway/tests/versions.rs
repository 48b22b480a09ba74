//! Versions over HTTP.

use super::*;

async fn versioned() -> Bed {
    let bed = Bed::new().await;
    bed.s3("PUT", "/bucket", b"").await;
    assert_eq!(
        bed.s3("GET", "/bucket?versioning", b"")
            .await
            .element("Status"),
        ""
    );
    switch(&bed, "Enabled").await;
    bed
}

async fn switch(bed: &Bed, status: &str) {
    let body =
        format!("<VersioningConfiguration><Status>{status}</Status></VersioningConfiguration>");
    let put = bed.s3("PUT", "/bucket?versioning", body.as_bytes()).await;
    assert_eq!(put.status, 200, "{}", put.text());
    assert_eq!(
        bed.s3("GET", "/bucket?versioning", b"")
            .await
            .element("Status"),
        status
    );
}

async fn put(bed: &Bed, content: &str) -> String {
    let put = bed.s3("PUT", "/bucket/key", content.as_bytes()).await;
    assert_eq!(put.status, 200, "{}", put.text());
    put.header("x-amz-version-id").to_owned()
}

fn named(id: &str) -> String {
    format!("/bucket/key?versionId={id}")
}

#[tokio::test]
async fn versions_are_read_copied_and_deleted_by_id() {
    let bed = versioned().await;
    let (first, second) = (put(&bed, "one").await, put(&bed, "two").await);
    assert!(first.len() == 32 && first != second);
    let current = bed.s3("GET", "/bucket/key", b"").await;
    assert_eq!(
        (current.text().as_str(), current.header("x-amz-version-id")),
        ("two", second.as_str())
    );
    assert_eq!(bed.s3("GET", &named(&first), b"").await.text(), "one");
    let head = bed.s3("HEAD", &named(&first), b"").await;
    assert_eq!(
        (
            head.status.as_u16(),
            head.header("content-length"),
            head.header("x-amz-version-id")
        ),
        (200, "3", first.as_str())
    );
    let source = format!("/bucket/key?versionId={first}");
    let copy = [("x-amz-copy-source", source.as_str())];
    let copy = bed.s3_with("PUT", "/bucket/copy", &copy, b"").await;
    assert_eq!(copy.header("x-amz-copy-source-version-id"), first);
    assert_eq!(copy.header("x-amz-version-id").len(), 32);
    assert_eq!(bed.s3("GET", "/bucket/copy", b"").await.text(), "one");
    let gone = bed.s3("DELETE", &named(&second), b"").await;
    assert_eq!(
        (
            gone.status.as_u16(),
            gone.header("x-amz-version-id"),
            gone.header("x-amz-delete-marker")
        ),
        (204, second.as_str(), "")
    );
    assert_eq!(bed.s3("GET", "/bucket/key", b"").await.text(), "one");
    let missing = bed.s3("GET", &named(&second), b"").await;
    assert_eq!(missing.refusal(), (404, "NoSuchVersion".to_owned()));
    bed.plane.shutdown().await;
}

#[tokio::test]
async fn a_deletion_leaves_a_marker_that_says_so() {
    let bed = versioned().await;
    let first = put(&bed, "one").await;
    let deleted = bed.s3("DELETE", "/bucket/key", b"").await;
    let marker = deleted.header("x-amz-version-id").to_owned();
    assert_eq!(deleted.header("x-amz-delete-marker"), "true");
    for method in ["GET", "HEAD"] {
        let gone = bed.s3(method, "/bucket/key", b"").await;
        assert_eq!(
            (
                gone.status.as_u16(),
                gone.header("x-amz-delete-marker"),
                gone.header("x-amz-version-id")
            ),
            (404, "true", marker.as_str()),
            "{method}"
        );
        let closed = bed.s3(method, &named(&marker), b"").await;
        assert_eq!(
            (
                closed.status.as_u16(),
                closed.header("x-amz-delete-marker"),
                closed.header("allow")
            ),
            (405, "true", "DELETE"),
            "{method}"
        );
    }
    assert_eq!(
        bed.s3("GET", "/bucket?list-type=2", b"")
            .await
            .element("KeyCount"),
        "0"
    );
    let list = bed.s3("GET", "/bucket?versions", b"").await.text();
    assert!(
        list.contains("<DeleteMarker>") && list.contains(&first),
        "{list}"
    );
    // A new object is possible where none is.
    let fresh = [("if-none-match", "*")];
    assert_eq!(
        bed.s3_with("PUT", "/bucket/key", &fresh, b"two")
            .await
            .status,
        200
    );
    let back = bed.s3("DELETE", &named(&marker), b"").await;
    assert_eq!(back.header("x-amz-delete-marker"), "true");
    assert_eq!(bed.s3("GET", "/bucket/key", b"").await.text(), "two");
    let full = bed.s3("DELETE", "/bucket", b"").await;
    assert_eq!(full.refusal(), (409, "BucketNotEmpty".to_owned()));
    bed.plane.shutdown().await;
}

#[tokio::test]
async fn a_suspended_bucket_keeps_what_it_has() {
    let bed = versioned().await;
    let first = put(&bed, "one").await;
    switch(&bed, "Suspended").await;
    assert_eq!(put(&bed, "two").await, "null");
    assert_eq!(put(&bed, "three").await, "null");
    assert_eq!(bed.s3("GET", &named("null"), b"").await.text(), "three");
    let list = bed.s3("GET", "/bucket?versions", b"").await.text();
    assert_eq!(list.matches("<Version>").count(), 2, "{list}");
    let deleted = bed.s3("DELETE", "/bucket/key", b"").await;
    assert_eq!(deleted.header("x-amz-version-id"), "null");
    assert_eq!(bed.s3("GET", &named(&first), b"").await.text(), "one");
    bed.plane.shutdown().await;
}

#[tokio::test]
async fn many_are_deleted_by_version_and_each_says_what_it_did() {
    let bed = versioned().await;
    let first = put(&bed, "one").await;
    let body = format!(
        "<Delete><Object><Key>key</Key></Object>\
         <Object><Key>key</Key><VersionId>{first}</VersionId></Object></Delete>"
    );
    let deleted = bed
        .s3("POST", "/bucket?delete", body.as_bytes())
        .await
        .text();
    assert_eq!(deleted.matches("<Deleted>").count(), 2, "{deleted}");
    assert!(
        deleted.contains("<DeleteMarkerVersionId>") && deleted.contains(&first),
        "{deleted}"
    );
    let missing = bed.s3("GET", &named(&first), b"").await;
    assert_eq!(missing.refusal().1, "NoSuchVersion");
    bed.plane.shutdown().await;
}

#[tokio::test]
async fn versions_survive_a_restart_and_their_contents_too() {
    let bed = versioned().await;
    let first = put(&bed, "one").await;
    put(&bed, "two").await;
    let Bed { folder, plane } = bed;
    plane.shutdown().await;
    let plane = Plane::start(options(folder.path().to_owned(), Limits::default()))
        .await
        .unwrap();
    let bed = Bed { folder, plane };
    assert_eq!(bed.s3("GET", &named(&first), b"").await.text(), "one");
    assert_eq!(bed.s3("GET", "/bucket/key", b"").await.text(), "two");
    bed.plane.shutdown().await;
}
