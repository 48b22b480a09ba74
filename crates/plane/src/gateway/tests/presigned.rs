//! Presigned requests to S3, and requests to S3 that are signed wrongly or not at all.

use super::*;

async fn bed() -> Bed {
    let bed = Bed::new().await;
    bed.s3("PUT", "/bucket", b"").await;
    bed.s3("PUT", "/bucket/key", b"hello").await;
    bed
}

fn presigned(bed: &Bed, seconds: u32, now_ms: i64) -> Request<Bytes> {
    let mut request = bed
        .request("GET", "/bucket/key")
        .body(Bytes::new())
        .unwrap();
    let presign = sigv4::Presign {
        region: "us-east-1",
        signing_name: "s3",
        now_ms,
        expires_seconds: seconds,
    };
    sigv4::presign(&mut request, &keys(), &presign).unwrap();
    request
}

/// A presigned query of Signature Version 2; its signature covers method, moment and path.
fn presigned_v2(bed: &Bed, expires: i64) -> Request<Bytes> {
    use base64::Engine;
    let text = format!("GET\n\n\n{expires}\n/bucket/key");
    let signature =
        base64::engine::general_purpose::STANDARD.encode(hmac_sha1(b"test", text.as_bytes()));
    let signature = signature
        .replace('+', "%2B")
        .replace('/', "%2F")
        .replace('=', "%3D");
    let path = format!("/bucket/key?AWSAccessKeyId=test&Signature={signature}&Expires={expires}");
    bed.request("GET", &path).body(Bytes::new()).unwrap()
}

/// RFC 2104 over SHA-1, for keys of at most a block.
pub(super) fn hmac_sha1(key: &[u8], message: &[u8]) -> Vec<u8> {
    use sha1::{Digest, Sha1};
    let pad = |byte: u8| {
        let mut block = [byte; 64];
        for (place, part) in block.iter_mut().zip(key) {
            *place ^= part;
        }
        block
    };
    let inner = Sha1::new()
        .chain_update(pad(0x36))
        .chain_update(message)
        .finalize();
    Sha1::new()
        .chain_update(pad(0x5c))
        .chain_update(inner)
        .finalize()
        .to_vec()
}

#[tokio::test]
async fn a_presigned_request_works_for_its_time_and_a_week_at_most() {
    let bed = bed().await;
    let got = bed.send(presigned(&bed, 60, now())).await;
    assert_eq!((got.status.as_u16(), got.text().as_str()), (200, "hello"));
    let late = bed.send(presigned(&bed, 60, now() - 120_000)).await;
    assert_eq!(late.refusal(), (403, "AccessDenied".to_owned()));
    assert_eq!(bed.send(presigned(&bed, 604_800, now())).await.status, 200);
    let long = bed.send(presigned(&bed, 604_801, now())).await;
    assert_eq!(
        long.refusal(),
        (400, "AuthorizationQueryParametersError".to_owned())
    );
    let mut other = presigned(&bed, 60, now());
    *other.uri_mut() = other
        .uri()
        .to_string()
        .replace("/bucket/key", "/bucket/other")
        .parse()
        .unwrap();
    assert_eq!(
        bed.send(other).await.refusal(),
        (403, "SignatureDoesNotMatch".to_owned())
    );
    bed.plane.shutdown().await;
}

#[tokio::test]
async fn version_2_is_for_presigned_queries_alone() {
    let bed = bed().await;
    let soon = now() / 1000 + 60;
    let got = bed.send(presigned_v2(&bed, soon)).await;
    assert_eq!((got.status.as_u16(), got.text().as_str()), (200, "hello"));
    for (expires, code) in [
        (soon - 120, "AccessDenied"),
        (soon + 8 * 86_400, "AccessDenied"),
    ] {
        let refused = bed.send(presigned_v2(&bed, expires)).await;
        assert_eq!(refused.refusal(), (403, code.to_owned()), "{expires}");
    }
    let forged = bed.request(
        "GET",
        &format!("/bucket/key?AWSAccessKeyId=test&Signature=AAAA&Expires={soon}"),
    );
    let forged = bed.send(forged.body(Bytes::new()).unwrap()).await;
    assert_eq!(forged.refusal(), (403, "SignatureDoesNotMatch".to_owned()));
    let header = bed
        .request("GET", "/bucket/key")
        .header("authorization", "AWS test:AAAA");
    let header = bed.send(header.body(Bytes::new()).unwrap()).await;
    assert_eq!(header.refusal(), (400, "InvalidRequest".to_owned()));
    bed.plane.shutdown().await;
}

#[tokio::test]
async fn s3_refuses_strangers_in_its_own_form() {
    let bed = bed().await;
    let get = || {
        bed.request("GET", "/bucket/key")
            .body(Bytes::new())
            .unwrap()
    };
    assert_eq!(
        bed.send(get()).await.refusal(),
        (403, "AccessDenied".to_owned())
    );
    let wrong = sigv4::Credentials::new("test", "wrong");
    let wrong = bed.sign_and_send(get(), &wrong, "s3").await;
    assert_eq!(wrong.refusal(), (403, "SignatureDoesNotMatch".to_owned()));
    let unknown = sigv4::Credentials::new("nobody", "test");
    let unknown = bed.sign_and_send(get(), &unknown, "s3").await;
    assert_eq!(unknown.refusal(), (403, "InvalidAccessKeyId".to_owned()));
    let bogus = keys().with_token("bogus");
    let bogus = bed.sign_and_send(get(), &bogus, "s3").await;
    assert_eq!(bogus.refusal(), (400, "InvalidToken".to_owned()));
    let mut elsewhere = get();
    sigv4::sign(&mut elsewhere, &keys(), "eu-west-1", "s3", now());
    let elsewhere = bed.send(elsewhere).await;
    assert_eq!(
        elsewhere.refusal(),
        (400, "AuthorizationHeaderMalformed".to_owned())
    );
    bed.plane.shutdown().await;
}
