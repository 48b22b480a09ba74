//! Configurations of buckets, and what objects say of encryption, classes and parts.

use std::fmt::Write;

use super::*;

const SSE: &str = "x-amz-server-side-encryption";

async fn bed() -> Bed {
    let bed = Bed::new().await;
    bed.s3("PUT", "/bucket", b"").await;
    bed
}

/// Name, document, what shows that it came back, and the error of its absence.
const DOCUMENTS: &[(&str, &str, &str, &str)] = &[
    (
        "lifecycle",
        "<LifecycleConfiguration><Rule><ID>old</ID><Filter><Prefix>tmp/</Prefix></Filter>\
         <Status>Enabled</Status><Expiration><Days>7</Days></Expiration></Rule></LifecycleConfiguration>",
        "<Days>7</Days>",
        "NoSuchLifecycleConfiguration",
    ),
    (
        "cors",
        "<CORSConfiguration><CORSRule><AllowedMethod>GET</AllowedMethod>\
         <AllowedOrigin>*</AllowedOrigin></CORSRule></CORSConfiguration>",
        "<AllowedMethod>GET</AllowedMethod>",
        "NoSuchCORSConfiguration",
    ),
    (
        "website",
        "<WebsiteConfiguration><IndexDocument><Suffix>i.html</Suffix></IndexDocument>\
         </WebsiteConfiguration>",
        "<Suffix>i.html</Suffix>",
        "NoSuchWebsiteConfiguration",
    ),
    (
        "tagging",
        "<Tagging><TagSet><Tag><Key>team</Key><Value>a</Value></Tag></TagSet></Tagging>",
        "<Key>team</Key>",
        "NoSuchTagSet",
    ),
    (
        "policy",
        r#"{"Version":"2012-10-17","Statement":[]}"#,
        r#""Statement":[]"#,
        "NoSuchBucketPolicy",
    ),
    (
        "publicAccessBlock",
        "<PublicAccessBlockConfiguration><BlockPublicAcls>false</BlockPublicAcls>\
         </PublicAccessBlockConfiguration>",
        "<BlockPublicAcls>false</BlockPublicAcls>",
        "NoSuchPublicAccessBlockConfiguration",
    ),
    (
        "ownershipControls",
        "<OwnershipControls><Rule><ObjectOwnership>BucketOwnerEnforced</ObjectOwnership></Rule>\
         </OwnershipControls>",
        "BucketOwnerEnforced",
        "OwnershipControlsNotFoundError",
    ),
];

#[tokio::test]
async fn configurations_are_stored_given_back_and_deleted() {
    let bed = bed().await;
    for (name, document, shown, absent) in DOCUMENTS {
        let path = format!("/bucket?{name}");
        let put = bed.s3("PUT", &path, document.as_bytes()).await;
        assert!(put.status.is_success(), "{name}: {}", put.text());
        let got = bed.s3("GET", &path, b"").await;
        assert!(got.text().contains(shown), "{name}: {}", got.text());
        assert_eq!(bed.s3("DELETE", &path, b"").await.status, 204, "{name}");
        let gone = bed.s3("GET", &path, b"").await;
        assert_eq!(gone.refusal(), (404, (*absent).to_owned()), "{name}");
        let nowhere = bed.s3("GET", &format!("/nowhere?{name}"), b"").await;
        assert_eq!(
            nowhere.refusal(),
            (404, "NoSuchBucket".to_owned()),
            "{name}"
        );
    }
    // A bucket takes its documents with it.
    bed.s3("PUT", "/bucket?tagging", DOCUMENTS[3].1.as_bytes())
        .await;
    assert_eq!(bed.s3("DELETE", "/bucket", b"").await.status, 204);
    bed.s3("PUT", "/bucket", b"").await;
    assert_eq!(
        bed.s3("GET", "/bucket?tagging", b"").await.refusal().1,
        "NoSuchTagSet"
    );
    bed.plane.shutdown().await;
}

#[tokio::test]
async fn a_new_bucket_is_configured_as_amazons_are() {
    let bed = bed().await;
    let get = async |query: &str| bed.s3("GET", &format!("/bucket?{query}"), b"").await.text();
    assert!(
        get("encryption")
            .await
            .contains("<SSEAlgorithm>AES256</SSEAlgorithm>")
    );
    assert!(
        get("publicAccessBlock")
            .await
            .contains("<RestrictPublicBuckets>true<")
    );
    assert!(
        get("ownershipControls")
            .await
            .contains("BucketOwnerEnforced")
    );
    assert!(get("requestPayment").await.contains("BucketOwner"));
    let list = get("acl").await;
    assert!(
        list.contains("FULL_CONTROL") && list.matches("<Grant>").count() == 1,
        "{list}"
    );
    let head = bed.s3("HEAD", "/bucket", b"").await;
    assert_eq!(head.header("x-amz-bucket-region"), "us-east-1");
    bed.plane.shutdown().await;
}

/// Name, document, and the refusal.
const MEANINGLESS: &[(&str, &str, u16, &str)] = &[
    (
        "lifecycle",
        "<LifecycleConfiguration></LifecycleConfiguration>",
        400,
        "MalformedXML",
    ),
    (
        "lifecycle",
        "<LifecycleConfiguration><Rule><Filter/><Status>Enabled</Status></Rule></LifecycleConfiguration>",
        400,
        "InvalidRequest",
    ),
    ("policy", "no json", 400, "MalformedPolicy"),
    (
        "ownershipControls",
        "<OwnershipControls><Rule><ObjectOwnership>ObjectWriter</ObjectOwnership></Rule></OwnershipControls>",
        501,
        "NotImplemented",
    ),
    (
        "notification",
        "<NotificationConfiguration><QueueConfiguration><Queue>arn:aws:sqs:us-east-1:1:q</Queue>\
         <Event>s3:ObjectCreated:*</Event></QueueConfiguration></NotificationConfiguration>",
        501,
        "NotImplemented",
    ),
    (
        "versioning",
        "<VersioningConfiguration><Status>Enabled</Status><MfaDelete>Enabled</MfaDelete></VersioningConfiguration>",
        501,
        "NotImplemented",
    ),
    (
        "versioning",
        "<VersioningConfiguration><Status>Maybe</Status></VersioningConfiguration>",
        400,
        "IllegalVersioningConfigurationException",
    ),
    (
        "encryption",
        "<ServerSideEncryptionConfiguration><Rule><ApplyServerSideEncryptionByDefault>\
         <SSEAlgorithm>ROT13</SSEAlgorithm></ApplyServerSideEncryptionByDefault></Rule>\
         </ServerSideEncryptionConfiguration>",
        400,
        "InvalidArgument",
    ),
    (
        "object-lock",
        "<ObjectLockConfiguration/>",
        501,
        "NotImplemented",
    ),
];

#[tokio::test]
async fn what_has_no_meaning_here_is_refused() {
    let bed = bed().await;
    for (query, body, status, code) in MEANINGLESS {
        let refused = bed
            .s3("PUT", &format!("/bucket?{query}"), body.as_bytes())
            .await;
        assert_eq!(
            refused.refusal(),
            (*status, (*code).to_owned()),
            "{body}: {}",
            refused.text()
        );
    }
    let empty = bed
        .s3(
            "PUT",
            "/bucket?notification",
            b"<NotificationConfiguration/>",
        )
        .await;
    assert_eq!(empty.status, 200, "{}", empty.text());
    bed.plane.shutdown().await;
}

#[tokio::test]
async fn encryption_and_classes_come_back_as_they_were_asked_for() {
    let bed = bed().await;
    let plain = bed.s3("PUT", "/bucket/plain", b"1").await;
    assert_eq!(plain.header(SSE), "AES256");
    let kms = [
        (SSE, "aws:kms"),
        ("x-amz-server-side-encryption-aws-kms-key-id", "key-1"),
    ];
    bed.s3_with("PUT", "/bucket/kms", &kms, b"1").await;
    let head = bed.s3("HEAD", "/bucket/kms", b"").await;
    assert_eq!(
        (
            head.header(SSE),
            head.header("x-amz-server-side-encryption-aws-kms-key-id")
        ),
        ("aws:kms", "key-1")
    );
    let default = "<ServerSideEncryptionConfiguration><Rule><ApplyServerSideEncryptionByDefault>\
        <SSEAlgorithm>aws:kms</SSEAlgorithm><KMSMasterKeyID>key-2</KMSMasterKeyID>\
        </ApplyServerSideEncryptionByDefault></Rule></ServerSideEncryptionConfiguration>";
    bed.s3("PUT", "/bucket?encryption", default.as_bytes())
        .await;
    let by_default = bed.s3("PUT", "/bucket/default", b"1").await;
    assert_eq!(
        by_default.header("x-amz-server-side-encryption-aws-kms-key-id"),
        "key-2"
    );
    assert_eq!(
        bed.s3("HEAD", "/bucket/plain", b"").await.header(SSE),
        "AES256"
    );
    for (class, status) in [("STANDARD_IA", 200), ("GLACIER", 200), ("ATTIC", 400)] {
        let put = [("x-amz-storage-class", class)];
        let put = bed
            .s3_with("PUT", &format!("/bucket/{class}"), &put, b"1")
            .await;
        assert_eq!(put.status, status, "{class}");
    }
    let head = bed.s3("HEAD", "/bucket/STANDARD_IA", b"").await;
    assert_eq!(head.header("x-amz-storage-class"), "STANDARD_IA");
    let list = bed.s3("GET", "/bucket?list-type=2", b"").await.text();
    assert!(
        list.contains("<StorageClass>STANDARD_IA</StorageClass>"),
        "{list}"
    );
    let closed = bed.s3("GET", "/bucket/GLACIER", b"").await;
    assert_eq!(closed.refusal(), (403, "InvalidObjectState".to_owned()));
    assert_eq!(bed.s3("HEAD", "/bucket/GLACIER", b"").await.status, 200);
    bed.plane.shutdown().await;
}

#[tokio::test]
async fn overrides_change_the_answer_and_nothing_else() {
    let bed = bed().await;
    let put = [
        ("content-type", "text/csv"),
        ("x-amz-website-redirect-location", "/new"),
    ];
    bed.s3_with("PUT", "/bucket/key", &put, b"1").await;
    let path = "/bucket/key?response-content-type=text%2Fplain\
        &response-content-disposition=attachment%3B%20filename%3Da&response-cache-control=no-store";
    let got = bed.s3("GET", path, b"").await;
    assert_eq!(
        (
            got.header("content-type"),
            got.header("content-disposition"),
            got.header("cache-control"),
            got.header("x-amz-website-redirect-location")
        ),
        ("text/plain", "attachment; filename=a", "no-store", "/new")
    );
    assert_eq!(
        bed.s3("GET", "/bucket/key", b"")
            .await
            .header("content-type"),
        "text/csv"
    );
    let odd = bed.s3("GET", "/bucket/key?response-server=x", b"").await;
    assert_eq!(odd.refusal(), (400, "InvalidArgument".to_owned()));
    bed.plane.shutdown().await;
}

#[tokio::test]
async fn attributes_and_parts_of_an_object_are_known() {
    let bed = bed().await;
    let begin = [("x-amz-checksum-algorithm", "SHA256")];
    let begun = bed
        .s3_with("POST", "/bucket/big?uploads", &begin, b"")
        .await;
    let id = begun.element("UploadId");
    let mut body = "<CompleteMultipartUpload>".to_owned();
    for (number, content) in [(1, vec![b'a'; 5 << 20]), (2, b"tail".to_vec())] {
        let path = format!("/bucket/big?partNumber={number}&uploadId={id}");
        let algorithm = [("x-amz-checksum-sha256", sha256(&content))];
        let headers: Vec<(&str, &str)> = algorithm.iter().map(|(n, v)| (*n, v.as_str())).collect();
        let put = bed.s3_with("PUT", &path, &headers, &content).await;
        assert_eq!(put.status, 200, "{}", put.text());
        write!(body, "<Part><PartNumber>{number}</PartNumber><ETag>{}</ETag><ChecksumSHA256>{}</ChecksumSHA256></Part>",
            put.header("etag"),
            put.header("x-amz-checksum-sha256")).unwrap();
    }
    body += "</CompleteMultipartUpload>";
    let path = format!("/bucket/big?uploadId={id}");
    let done = bed.s3("POST", &path, body.as_bytes()).await;
    assert_eq!(done.status, 200, "{}", done.text());
    let wanted = [(
        "x-amz-object-attributes",
        "ETag,Checksum,ObjectParts,ObjectSize,StorageClass",
    )];
    let found = bed
        .s3_with("GET", "/bucket/big?attributes", &wanted, b"")
        .await;
    assert_eq!(found.element("ObjectSize"), "5242884", "{}", found.text());
    assert_eq!(found.element("PartsCount"), "2", "{}", found.text());
    assert_eq!(found.element("ChecksumType"), "COMPOSITE");
    assert!(found.text().contains("<Size>4</Size>"), "{}", found.text());
    let odd = [("x-amz-object-attributes", "Colour")];
    let odd = bed
        .s3_with("GET", "/bucket/big?attributes", &odd, b"")
        .await;
    assert_eq!(odd.refusal(), (400, "InvalidArgument".to_owned()));
    let part = bed.s3("GET", "/bucket/big?partNumber=2", b"").await;
    assert_eq!(
        (
            part.status.as_u16(),
            part.text().as_str(),
            part.header("x-amz-mp-parts-count")
        ),
        (206, "tail", "2")
    );
    assert_eq!(
        part.header("content-range"),
        "bytes 5242880-5242883/5242884"
    );
    let none = bed.s3("GET", "/bucket/big?partNumber=3", b"").await;
    assert_eq!(none.refusal(), (416, "InvalidPartNumber".to_owned()));
    bed.plane.shutdown().await;
}

fn sha256(content: &[u8]) -> String {
    use base64::Engine;
    use sha2::{Digest, Sha256};
    base64::engine::general_purpose::STANDARD.encode(Sha256::digest(content))
}
