//! Uploads by HTML forms, with policies of Signature Version 2: their signature is short to write here. Those of
//! version 4 are boto3's to try.

use std::fmt::Write;

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use serde_json::json;

use super::presigned::hmac_sha1;
use super::*;

type Fields<'a> = &'a [(&'a str, &'a str)];

async fn bed() -> Bed {
    let bed = Bed::new().await;
    bed.s3("PUT", "/bucket", b"").await;
    bed
}

/// A form with these fields and this file, under a policy.
async fn post(bed: &Bed, policy: &Value, fields: &[(&str, &str)], file: &str) -> Answer {
    let policy = STANDARD.encode(policy.to_string());
    let signature = STANDARD.encode(hmac_sha1(b"test", policy.as_bytes()));
    let mut all = vec![
        ("AWSAccessKeyId", "test"),
        ("policy", &policy),
        ("signature", &signature),
    ];
    all.extend_from_slice(fields);
    let mut body = String::new();
    for (name, value) in all {
        write!(
            body,
            "--b\r\nContent-Disposition: form-data; name=\"{name}\"\r\n\r\n{value}\r\n"
        )
        .unwrap();
    }
    write!(
        body,
        "--b\r\nContent-Disposition: form-data; name=\"file\"; filename=\"f.txt\"\r\n\
         Content-Type: text/plain\r\n\r\n{file}\r\n--b--\r\n"
    )
    .unwrap();
    let request = bed
        .request("POST", "/bucket")
        .header("content-type", "multipart/form-data; boundary=b")
        .body(Bytes::from(body))
        .unwrap();
    bed.send(request).await
}

fn policy(expiration: &str) -> Value {
    json!({
        "expiration": expiration,
        "conditions": [
            {"bucket": "bucket"},
            ["starts-with", "$key", "up/"],
            ["content-length-range", 2, 10],
        ],
    })
}

const LATER: &str = "2099-01-01T00:00:00Z";

#[tokio::test]
async fn a_form_uploads_what_its_policy_allows() {
    let bed = bed().await;
    let done = post(&bed, &policy(LATER), &[("key", "up/a")], "hello").await;
    assert_eq!(done.status, 204, "{}", done.text());
    assert_eq!(bed.s3("GET", "/bucket/up/a", b"").await.text(), "hello");
    let fields = [("key", "up/b"), ("success_action_status", "201")];
    let mut open = policy(LATER);
    open["conditions"]
        .as_array_mut()
        .unwrap()
        .push(json!({"success_action_status": "201"}));
    let told = post(&bed, &open, &fields, "hello").await;
    assert_eq!(
        (told.status.as_u16(), told.element("Key").as_str()),
        (201, "up/b")
    );
    bed.plane.shutdown().await;
}

#[tokio::test]
async fn what_the_policy_does_not_allow_is_refused() {
    let bed = bed().await;
    let key = [("key", "up/a")];
    let cases: &[(&str, Fields<'_>, &str)] = &[
        (LATER, &[("key", "elsewhere")], "hello"),
        (LATER, &key, "1"),
        (LATER, &key, "much too long a file"),
        ("2020-01-01T00:00:00Z", &key, "hello"),
        (
            LATER,
            &[("key", "up/a"), ("x-amz-meta-extra", "1")],
            "hello",
        ),
    ];
    for (expiration, fields, file) in cases {
        let refused = post(&bed, &policy(expiration), fields, file).await;
        assert!(
            refused.status.is_client_error() && !refused.element("Code").is_empty(),
            "{fields:?}: {}",
            refused.text()
        );
    }
    let expired = post(&bed, &policy("2020-01-01T00:00:00Z"), &key, "hello").await;
    assert_eq!(
        (expired.refusal(), expired.element("Message")),
        (
            (403, "AccessDenied".to_owned()),
            "Request has expired".to_owned()
        )
    );
    let named = post(&bed, &policy(LATER), &[("key", "up/${filename}")], "hello").await;
    assert_eq!(named.refusal(), (501, "NotImplemented".to_owned()));
    assert_eq!(
        bed.s3("GET", "/bucket?list-type=2", b"")
            .await
            .element("KeyCount"),
        "0"
    );
    bed.plane.shutdown().await;
}

#[tokio::test]
async fn a_form_without_a_signature_or_with_a_false_one_is_refused() {
    let bed = bed().await;
    let form = |body: &str| {
        bed.request("POST", "/bucket")
            .header("content-type", "multipart/form-data; boundary=b")
            .body(Bytes::copy_from_slice(body.as_bytes()))
            .unwrap()
    };
    let anonymous = "--b\r\nContent-Disposition: form-data; name=\"key\"\r\n\r\nk\r\n\
        --b\r\nContent-Disposition: form-data; name=\"file\"; filename=\"f\"\r\n\r\nx\r\n--b--\r\n";
    assert_eq!(
        bed.send(form(anonymous)).await.refusal(),
        (403, "AccessDenied".to_owned())
    );
    let policy = STANDARD.encode(policy(LATER).to_string());
    let false_one = format!(
        "--b\r\nContent-Disposition: form-data; name=\"AWSAccessKeyId\"\r\n\r\ntest\r\n\
         --b\r\nContent-Disposition: form-data; name=\"policy\"\r\n\r\n{policy}\r\n\
         --b\r\nContent-Disposition: form-data; name=\"signature\"\r\n\r\nAAAA\r\n{anonymous}"
    );
    let false_one = bed.send(form(&false_one)).await;
    assert_eq!(
        false_one.refusal(),
        (403, "SignatureDoesNotMatch".to_owned())
    );
    let torn = bed.send(form("--b\r\nContent-Disposition: form-da")).await;
    assert!(torn.status.is_client_error(), "{}", torn.text());
    bed.plane.shutdown().await;
}
