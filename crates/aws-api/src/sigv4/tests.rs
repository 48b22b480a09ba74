//! AWS's published vectors, and what a verifier insists on.

use bytes::Bytes;
use http::Request;
use serde_json::Value;

use super::canonical::{canonical_path, parse_moment, print_moment};
use super::*;

/// 2015-08-30T12:36:00Z, the moment of the published vectors.
const VECTORS_MS: i64 = 1_440_938_160_000;
const SECRET: &str = "wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY";

fn credentials() -> Credentials {
    Credentials::new("AKIDEXAMPLE", SECRET)
}

fn request(method: &str, uri: &str, headers: &[(&str, &str)], body: &str) -> Request<Bytes> {
    let mut builder = Request::builder().method(method).uri(uri);
    for (name, value) in [("host", "example.amazonaws.com")].iter().chain(headers) {
        builder = builder.header(*name, *value);
    }
    builder.body(Bytes::from(body.to_owned())).unwrap()
}

fn authorization(request: &Request<Bytes>) -> &str {
    request.headers()["authorization"].to_str().unwrap()
}

fn check(
    request: &Request<Bytes>,
    credentials: &Credentials,
    now_ms: i64,
) -> Result<(), crate::ApiError> {
    let (head, body) = request.clone().into_parts();
    verify(&head, &body, credentials, now_ms)
}

/// The vectors that AWS publishes for the service `service` in us-east-1.
#[test]
fn published_vectors() {
    let vectors: Vec<Value> = serde_json::from_str(include_str!("vectors.json")).unwrap();
    for vector in &vectors {
        let text = |name: &str| vector[name].as_str().unwrap();
        let headers: Vec<(&str, &str)> = vector["headers"]
            .as_array()
            .unwrap()
            .iter()
            .map(|header| (header[0].as_str().unwrap(), header[1].as_str().unwrap()))
            .collect();
        let mut request = request(text("method"), text("uri"), &headers, text("body"));
        sign(
            &mut request,
            &credentials(),
            "us-east-1",
            "service",
            VECTORS_MS,
        );
        let expected = format!(
            "AWS4-HMAC-SHA256 Credential=AKIDEXAMPLE/20150830/us-east-1/service/aws4_request, \
             SignedHeaders={}, Signature={}",
            text("signed"),
            text("signature")
        );
        assert_eq!(authorization(&request), expected, "{vector}");
        check(&request, &credentials(), VECTORS_MS).unwrap();
    }
}

/// S3 encodes a path once, every other service twice.
#[test]
fn encoded_paths_differ_by_service() {
    let covered = |service: &str| canonical_path("/a%20b//./c", service);
    assert_eq!(covered("s3"), "/a%20b//./c");
    assert_eq!(covered("states"), "/a%2520b/c");
    assert_eq!(canonical_path("", "s3"), "/");
    assert_eq!(canonical_path("/../a/", "states"), "/a/");
}

#[test]
fn session_tokens_are_signed() {
    let token = "AQoDYXdzEPT//////////wEXAMPLEtc764bNrC9SAPBSM22wDOk4x4HIZ8j4FZTwdQWLWsKWHGBuFqwAeMicRXmxfpSPfIeoIYRqT\
                 flfKD8YUuwthAx7mSEI/qkPpKPi/kMcGdQrmGdeehM4IC1NtBmUpp2wUE8phUZampKsburEDy0KPkyQDYwT7WZ0wq5VSXDvp75YU9\
                 HFvlRd8Tx6q6fE8YQcHNVXAkiY9q6d+xo0rKwT38xVqr7ZD0u0iPPkUL64lIZbqBAz+scqKmlzm8FDrypNC9Yjc8fPOLn9FX9KSYv\
                 KTr4rvx3iSIlTJabIQwj2ICCR/oLxBA==";
    let temporary = credentials().with_token(token);
    let mut request = request("POST", "/", &[], "");
    sign(&mut request, &temporary, "us-east-1", "service", VECTORS_MS);
    let signature = "Signature=85d96828115b5dc0cfc3bd16ad9e210dd772bbebba041836c64533a82be05ead";
    assert!(
        authorization(&request).ends_with(signature),
        "{}",
        authorization(&request)
    );
    check(&request, &temporary, VECTORS_MS).unwrap();
    let error = check(&request, &credentials(), VECTORS_MS).unwrap_err();
    assert_eq!(error.code, "InvalidClientTokenId");
    request.headers_mut().remove("x-amz-security-token");
    assert_eq!(
        check(&request, &temporary, VECTORS_MS).unwrap_err().code,
        "InvalidClientTokenId"
    );
}

/// The example of S3's documentation: a presigned GET, good for a day.
#[test]
fn published_presigned_url() {
    let credentials = Credentials::new("AKIAIOSFODNN7EXAMPLE", SECRET.replace("+b", "/b"));
    let now_ms = parse_moment("20130524T000000Z").unwrap();
    let mut request = Request::builder()
        .uri("https://examplebucket.s3.amazonaws.com/test.txt")
        .body(Bytes::new())
        .unwrap();
    let options = Presign {
        region: "us-east-1",
        signing_name: "s3",
        now_ms,
        expires_seconds: 86400,
    };
    presign(&mut request, &credentials, &options).unwrap();
    let expected = "https://examplebucket.s3.amazonaws.com/test.txt?X-Amz-Algorithm=AWS4-HMAC-SHA256\
        &X-Amz-Credential=AKIAIOSFODNN7EXAMPLE%2F20130524%2Fus-east-1%2Fs3%2Faws4_request\
        &X-Amz-Date=20130524T000000Z&X-Amz-Expires=86400&X-Amz-SignedHeaders=host\
        &X-Amz-Signature=aeeed9bbccd4d02ee5c0109b86d86835f995330da4c265957d157751f604d404";
    assert_eq!(request.uri().to_string(), expected);
    check(&request, &credentials, now_ms + 86_400_000).unwrap();
    let error = check(&request, &credentials, now_ms + 86_401_000).unwrap_err();
    assert_eq!((error.status, error.code.as_str()), (403, "AccessDenied"));
}

/// The example of S3's documentation: a GET of a range, the body's hash in a header.
#[test]
fn published_s3_request() {
    let credentials = Credentials::new("AKIAIOSFODNN7EXAMPLE", SECRET.replace("+b", "/b"));
    let mut request = Request::builder()
        .uri("/test.txt")
        .header("host", "examplebucket.s3.amazonaws.com")
        .header("range", "bytes=0-9")
        .body(Bytes::new())
        .unwrap();
    let now_ms = parse_moment("20130524T000000Z").unwrap();
    sign(&mut request, &credentials, "us-east-1", "s3", now_ms);
    let expected = "SignedHeaders=host;range;x-amz-content-sha256;x-amz-date, \
                    Signature=f0e8bdb87c964420e857bd35b5d6ed310bd44f0170aba48dd91039c6036bdb41";
    assert!(
        authorization(&request).ends_with(expected),
        "{}",
        authorization(&request)
    );
}

#[test]
fn scopes_are_read_unverified() {
    let mut signed = request("POST", "/", &[], "");
    sign(
        &mut signed,
        &credentials().with_token("t"),
        "eu-west-1",
        "states",
        VECTORS_MS,
    );
    let found = scope(&signed.into_parts().0).unwrap();
    let expected = Scope {
        access_key: "AKIDEXAMPLE".to_owned(),
        date: "20150830".to_owned(),
        region: "eu-west-1".to_owned(),
        service: "states".to_owned(),
        presigned: false,
        session_token: Some("t".to_owned()),
    };
    assert_eq!(found, expected);
    for value in [
        "",
        "Basic abc",
        "AWS4-HMAC-SHA256 Credential=a/b/c, SignedHeaders=host, Signature=00",
    ] {
        let request = request(
            "GET",
            "/",
            &[("authorization", value), ("x-amz-date", "20150830T123600Z")],
            "",
        );
        assert_eq!(scope(&request.into_parts().0), None, "{value}");
    }
}

#[test]
fn clocks_may_be_fifteen_minutes_apart() {
    let minute = 60_000;
    let mut request = request(
        "POST",
        "/",
        &[("x-amz-target", "SageMaker.ListModels")],
        "{}",
    );
    sign(
        &mut request,
        &credentials(),
        "us-east-1",
        "sagemaker",
        VECTORS_MS,
    );
    for minutes in [-15, 0, 15] {
        check(&request, &credentials(), VECTORS_MS + minutes * minute).unwrap();
    }
    for (minutes, words) in [
        (16, "Signature expired: 20150830T123600Z"),
        (-16, "Signature not yet current"),
    ] {
        let error = check(&request, &credentials(), VECTORS_MS + minutes * minute).unwrap_err();
        assert_eq!(
            (error.status, error.code.as_str()),
            (403, "InvalidSignatureException")
        );
        assert!(error.message.starts_with(words), "{}", error.message);
    }
}

#[test]
fn codes_follow_the_family() {
    let json: &[(&str, &str)] = &[("x-amz-target", "SageMaker.ListModels")];
    let query: &[(&str, &str)] = &[("content-type", "application/x-www-form-urlencoded")];
    let wrong = Credentials::new("AKIDEXAMPLE", "other");
    for (headers, service, codes) in [
        (
            json,
            "sagemaker",
            [
                "MissingAuthenticationTokenException",
                "InvalidSignatureException",
                "UnrecognizedClientException",
            ],
        ),
        (
            query,
            "iam",
            [
                "MissingAuthenticationToken",
                "SignatureDoesNotMatch",
                "InvalidClientTokenId",
            ],
        ),
    ] {
        let mut request = request("POST", "/", headers, "x");
        let missing = check(&request, &wrong, VECTORS_MS).unwrap_err();
        sign(
            &mut request,
            &credentials(),
            "us-east-1",
            service,
            VECTORS_MS,
        );
        let mismatch = check(&request, &wrong, VECTORS_MS).unwrap_err();
        let unknown = unknown_key(&request.clone().into_parts().0);
        assert_eq!([&missing.code, &mismatch.code, &unknown.code], codes);
        assert!(
            [missing, mismatch, unknown]
                .iter()
                .all(|error| error.status == 403)
        );
    }
}

#[test]
fn what_must_be_signed_is() {
    let base = [("x-amz-date", "20150830T123600Z")];
    let with = |fields: &str, extra: (&'static str, &'static str)| {
        let value = format!("AWS4-HMAC-SHA256 {fields}");
        let headers = [base[0], ("authorization", value.as_str()), extra];
        let request = request("GET", "/", &headers, "");
        check(&request, &credentials(), VECTORS_MS).unwrap_err()
    };
    let credential = "Credential=AKIDEXAMPLE/20150830/us-east-1/service/aws4_request";
    for (fields, extra, message) in [
        (
            "SignedHeaders=x-amz-date",
            ("a", "b"),
            "`host` must be a signed header",
        ),
        (
            "SignedHeaders=host;x-amz-date",
            ("x-amz-extra", "b"),
            "`x-amz-extra` must be a signed header",
        ),
        (
            "SignedHeaders=host;x-amz-date;range",
            ("a", "b"),
            "the signed header `range` is missing",
        ),
    ] {
        let error = with(&format!("{credential}, {fields}, Signature=00"), extra);
        assert_eq!(
            (error.code.as_str(), error.message.as_str()),
            ("IncompleteSignature", message)
        );
    }
    let error = with(&format!("{credential}, Signature=00"), ("a", "b"));
    assert_eq!(
        error.message,
        "the Authorization header requires `SignedHeaders`"
    );
    let dated = "Credential=AKIDEXAMPLE/20150831/us-east-1/service/aws4_request, SignedHeaders=host;x-amz-date";
    let error = with(&format!("{dated}, Signature=00"), ("a", "b"));
    assert!(
        error.message.starts_with("Date in Credential scope"),
        "{}",
        error.message
    );
}

#[test]
fn bodies_are_covered_but_for_s3s_unsigned_ones() {
    let signed = |service: &str| {
        let headers = [("x-amz-content-sha256", "UNSIGNED-PAYLOAD")];
        let mut request = request("PUT", "/key", &headers, "");
        sign(
            &mut request,
            &credentials(),
            "us-east-1",
            service,
            VECTORS_MS,
        );
        *request.body_mut() = Bytes::from_static(b"other");
        request
    };
    assert_eq!(
        check(&signed("s3"), &credentials(), VECTORS_MS)
            .unwrap_err()
            .code,
        "SignatureDoesNotMatch"
    );
    assert!(check(&signed("service"), &credentials(), VECTORS_MS).is_err());
    let mut presigned = request("PUT", "/key", &[], "");
    let mut options = Presign {
        region: "us-east-1",
        signing_name: "s3",
        now_ms: VECTORS_MS,
        expires_seconds: 60,
    };
    presign(&mut presigned, &credentials(), &options).unwrap();
    *presigned.body_mut() = Bytes::from_static(b"any");
    check(&presigned, &credentials(), VECTORS_MS).unwrap();
    options.signing_name = "sts";
    let mut presigned = request("GET", "/?Action=GetCallerIdentity", &[], "");
    presign(&mut presigned, &credentials(), &options).unwrap();
    check(&presigned, &credentials(), VECTORS_MS).unwrap();
    let late = check(&presigned, &credentials(), VECTORS_MS + 61_000).unwrap_err();
    assert_eq!(late.code, "RequestExpired");
    *presigned.body_mut() = Bytes::from_static(b"any");
    assert!(check(&presigned, &credentials(), VECTORS_MS).is_err());
}

#[test]
fn presigned_lives_are_bounded() {
    for seconds in [0, 604_801] {
        let mut request = request("GET", "/", &[], "");
        let options = Presign {
            region: "us-east-1",
            signing_name: "sts",
            now_ms: VECTORS_MS,
            expires_seconds: seconds,
        };
        presign(&mut request, &credentials(), &options).unwrap();
        let error = check(&request, &credentials(), VECTORS_MS).unwrap_err();
        assert_eq!(
            error.message,
            "X-Amz-Expires must be from 1 to 604800 seconds"
        );
    }
}

#[test]
fn moments_have_one_form() {
    assert_eq!(print_moment(VECTORS_MS), "20150830T123600Z");
    assert_eq!(parse_moment("20150830T123600Z"), Some(VECTORS_MS));
    for text in [
        "",
        "20150830",
        "2015-08-30T12:36:00Z",
        "20151330T123600Z",
        "20150830T123600+",
        "TTTTTTTTTTTTTTTT",
    ] {
        assert_eq!(parse_moment(text), None, "{text}");
    }
}

#[test]
fn two_signatures_are_one_too_many() {
    let mut twice = request("GET", "/?X-Amz-Algorithm=AWS4-HMAC-SHA256", &[], "");
    sign(
        &mut twice,
        &credentials(),
        "us-east-1",
        "service",
        VECTORS_MS,
    );
    assert!(
        check(&twice, &credentials(), VECTORS_MS)
            .unwrap_err()
            .message
            .contains("signed twice")
    );
    let mut double = request("GET", "/", &[], "");
    sign(
        &mut double,
        &credentials(),
        "us-east-1",
        "service",
        VECTORS_MS,
    );
    let value = double.headers()["authorization"].clone();
    double.headers_mut().append("authorization", value);
    assert!(
        check(&double, &credentials(), VECTORS_MS)
            .unwrap_err()
            .message
            .contains("two Authorization")
    );
}

mod properties;
