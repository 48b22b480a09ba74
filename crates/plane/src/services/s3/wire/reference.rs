//! What of S3 works here, by operation: the page `docs/reference/s3.md` is made of this table, and the table is checked
//! against the methods that are implemented, so that neither can say what is not so.

use std::fmt::Write;

use super::access::{ACCESS_LISTS, REFUSED};
use super::operations::METHODS;

/// Operations with a note: what of them has no effect, and why.
const NOTES: &[(&str, &str)] = &[
    (
        "complete_multipart_upload",
        "conditions `If-Match` and `If-None-Match: *`",
    ),
    ("copy_object", "up to 5 GiB; by version; all directives"),
    ("create_bucket", "the location is the plane's region"),
    ("delete_object", "by version; condition `If-Match`"),
    ("delete_objects", "by version; `ETag` is the one condition"),
    ("get_bucket_acl", "the owner has full control"),
    ("get_object_acl", "the owner has full control"),
    (
        "get_object",
        "by version, range and part; classes `GLACIER` and `DEEP_ARCHIVE` answer `InvalidObjectState`",
    ),
    (
        "post_object",
        "forms with policies of version 4 and 2; files up to 64 MiB, for they are held in memory; `${filename}` in the key is refused",
    ),
    (
        "put_bucket_acl",
        "lists that keep a bucket private; others answer `AccessControlListNotSupported`",
    ),
    (
        "put_object_acl",
        "lists that keep an object private; others answer `AccessControlListNotSupported`",
    ),
    (
        "put_bucket_cors",
        "accepted: stored, but no answer carries its headers",
    ),
    (
        "put_bucket_encryption",
        "accepted: objects lie on the disk as they are, and answers name the encryption",
    ),
    (
        "put_bucket_lifecycle_configuration",
        "accepted: stored, but nothing expires or moves here",
    ),
    (
        "put_bucket_notification_configuration",
        "an empty one; any destination is refused by name, for nothing is notified",
    ),
    (
        "put_bucket_ownership_controls",
        "`BucketOwnerEnforced`; others are refused by name",
    ),
    (
        "put_bucket_policy",
        "accepted: stored, but not evaluated; a key may do what its holder's role may",
    ),
    ("put_bucket_versioning", "`MfaDelete` is refused by name"),
    (
        "put_bucket_website",
        "accepted: stored, but no site is served",
    ),
    (
        "put_public_access_block",
        "accepted: stored; nothing here is public",
    ),
    (
        "put_object",
        "every checksum, `Content-MD5`; conditions `If-Match` and `If-None-Match: *`; encryption and storage classes come back as they were given",
    ),
];

/// Operations that are not implemented; `s3s` answers `NotImplemented` to each by its name.
const ABSENT: &[&str] = &[
    "create_bucket_metadata_table_configuration",
    "create_session",
    "delete_bucket_analytics_configuration",
    "delete_bucket_intelligent_tiering_configuration",
    "delete_bucket_inventory_configuration",
    "delete_bucket_metadata_table_configuration",
    "delete_bucket_metrics_configuration",
    "delete_bucket_replication",
    "get_bucket_accelerate_configuration",
    "get_bucket_analytics_configuration",
    "get_bucket_intelligent_tiering_configuration",
    "get_bucket_inventory_configuration",
    "get_bucket_logging",
    "get_bucket_metadata_table_configuration",
    "get_bucket_metrics_configuration",
    "get_bucket_policy_status",
    "get_bucket_replication",
    "get_object_legal_hold",
    "get_object_lock_configuration",
    "get_object_retention",
    "get_object_torrent",
    "list_bucket_analytics_configurations",
    "list_bucket_intelligent_tiering_configurations",
    "list_bucket_inventory_configurations",
    "list_bucket_metrics_configurations",
    "list_directory_buckets",
    "put_bucket_accelerate_configuration",
    "put_bucket_analytics_configuration",
    "put_bucket_intelligent_tiering_configuration",
    "put_bucket_inventory_configuration",
    "put_bucket_logging",
    "put_bucket_metrics_configuration",
    "put_bucket_replication",
    "put_bucket_request_payment",
    "put_object_legal_hold",
    "put_object_lock_configuration",
    "put_object_retention",
    "restore_object",
    "select_object_content",
    "write_get_object_response",
];

const HEAD: &str = "# What of S3 works here

Made by a test of the plane from its own tables of operations; `PLIMSOLL_WRITE_REFERENCE=1` writes it anew. The other services
are on [their page](aws.md).

Every operation answers as AWS's does, or `NotImplemented` with its name. Requests are signed with Version 4, in a header, a
query or a form; queries and forms of Version 2 are accepted too, as boto3 makes them in us-east-1. A signature counts within
15 minutes of the plane's clock, and as on AWS the same signed request counts again within them. A presigned URL lives 7 days
at most. What may not be in a header or a query:
";

const LIMITS: &str = "
## Limits

| what | limit | answer |
|---|---|---|
| a key | 1,024 bytes of UTF-8 | `KeyTooLongError` |
| an object or part in one request | 5 GiB | `EntityTooLarge` |
| a signed chunk of a body | 16 MiB, for it is held in memory until its signature is checked; unsigned chunks have no limit | `InvalidRequest` |
| an XML or JSON document | 4 MiB | `MaxMessageLengthExceeded` |
| a file of a form | 64 MiB | `EntityTooLarge` |
| silence within a body | 60 s | `RequestTimeout` |
| the head of a request | 16 KiB | 431 |
| user metadata | 2 KiB | `MetadataTooLarge` |
| tags | 10 of an object, 50 of a bucket | `BadRequest` |
";

/// AWS's name of a method.
fn name(method: &str) -> String {
    let mut name = String::new();
    for word in method.split('_') {
        let (first, rest) = word.split_at(1);
        name += &first.to_uppercase();
        name += rest;
    }
    name
}

fn page() -> String {
    let mut page = HEAD.to_owned();
    page += "\n| header or parameter | unless | answer |\n|---|---|---|\n";
    for (table, code) in [
        (ACCESS_LISTS, "AccessControlListNotSupported"),
        (REFUSED, "NotImplemented"),
    ] {
        for (header, harmless) in table {
            let harmless: Vec<String> = harmless.iter().map(|word| format!("`{word}`")).collect();
            writeln!(page, "| `{header}` | {} | `{code}` |", harmless.join(", ")).unwrap();
        }
    }
    page += LIMITS;
    page += "\n## Operations\n\n| operation | | |\n|---|---|---|\n";
    let mut all: Vec<(&str, bool)> = METHODS.iter().map(|method| (*method, true)).collect();
    all.extend(ABSENT.iter().map(|method| (*method, false)));
    all.sort_unstable();
    for (method, is_here) in all {
        let note = NOTES.iter().find(|(noted, _)| *noted == method);
        let note = note.map_or("", |(_, note)| note);
        let word = if is_here { "honoured" } else { "refused" };
        writeln!(page, "| `{}` | {word} | {note} |", name(method)).unwrap();
    }
    page
}

#[test]
fn the_page_is_what_the_tables_say() {
    let path = concat!(env!("CARGO_MANIFEST_DIR"), "/../../docs/reference/s3.md");
    if std::env::var_os("PLIMSOLL_WRITE_REFERENCE").is_some() {
        std::fs::write(path, page()).unwrap();
    }
    let found = std::fs::read_to_string(path).unwrap();
    assert!(
        found == page(),
        "docs/reference/s3.md is stale: run this test with PLIMSOLL_WRITE_REFERENCE=1"
    );
}

#[test]
fn every_operation_is_either_here_or_absent() {
    for method in ABSENT {
        assert!(!METHODS.contains(method), "{method} is implemented");
    }
    for (method, _) in NOTES {
        assert!(
            METHODS.contains(method),
            "{method} has a note and is not implemented"
        );
    }
    // The operations of the trait: a new version of it may have more.
    assert_eq!(METHODS.len() + ABSENT.len(), 99);
}
