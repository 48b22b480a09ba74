//! What is signed verifies, what is changed does not.

use bytes::Bytes;
use http::{HeaderName, HeaderValue, Request};
use proptest::prelude::*;

use super::*;

fn any_request() -> impl Strategy<Value = Request<Bytes>> {
    let method = prop::sample::select(vec!["GET", "POST", "PUT", "DELETE"]);
    let path = "(/[a-zA-Z0-9._~%$ -]{0,8}){0,3}"
        .prop_map(|path| path.replace('%', "%25").replace(' ', "%20"));
    let query = "([a-zA-Z]{1,4}=[a-zA-Z0-9+_-]{0,6}&){0,3}";
    let target = "[A-Za-z.]{1,12}";
    (method, path, query, target, "\\PC{0,40}").prop_map(|(method, path, query, target, body)| {
        let uri = format!("/{}?{query}", path.trim_start_matches('/'));
        request(
            method,
            &uri,
            &[("x-amz-target", &target), ("content-type", "text/plain")],
            &body,
        )
    })
}

/// Changes one part of a signed request.
fn tamper(request: &mut Request<Bytes>, part: usize) {
    let set = |request: &mut Request<Bytes>, name: &'static str, value: &'static str| {
        let name = HeaderName::from_static(name);
        request
            .headers_mut()
            .insert(name, HeaderValue::from_static(value));
    };
    match part {
        0 => *request.method_mut() = http::Method::PATCH,
        1 => *request.uri_mut() = format!("/changed{}", request.uri()).parse().unwrap(),
        2 => *request.uri_mut() = format!("{}&Extra=1", request.uri()).parse().unwrap(),
        3 => set(request, "host", "other.example.com"),
        4 => set(request, "x-amz-target", "Other.Target"),
        5 => set(request, "x-amz-date", "20150830T123601Z"),
        6 => set(request, "content-type", "text/html"),
        7 => set(request, "x-amz-extra", "1"),
        8 => *request.body_mut() = Bytes::from([request.body().as_ref(), b"x"].concat()),
        _ => {
            let changed = authorization(request).replace("/us-east-1/", "/us-east-2/");
            request
                .headers_mut()
                .insert("authorization", HeaderValue::try_from(changed).unwrap());
        }
    }
}

proptest! {
    #[test]
    fn what_is_signed_verifies_and_what_is_changed_does_not(
        original in any_request(),
        service in prop::sample::select(vec!["sagemaker", "s3"]),
        token in prop::option::of("[a-zA-Z0-9/+=]{1,20}"),
        part in 0_usize..10,
    ) {
        let mut credentials = credentials();
        credentials.session_token = token;
        let mut request = original;
        sign(&mut request, &credentials, "us-east-1", service, VECTORS_MS);
        prop_assert!(check(&request, &credentials, VECTORS_MS).is_ok());
        tamper(&mut request, part);
        prop_assert!(check(&request, &credentials, VECTORS_MS).is_err(), "part {}", part);
    }

    #[test]
    fn presigned_requests_verify(mut request in any_request(), token in prop::option::of("[a-zA-Z0-9/+=]{1,20}")) {
        let mut credentials = credentials();
        credentials.session_token = token;
        let options =
            Presign { region: "us-east-1", signing_name: "sts", now_ms: VECTORS_MS, expires_seconds: 900 };
        presign(&mut request, &credentials, &options).unwrap();
        prop_assert!(check(&request, &credentials, VECTORS_MS + 899_000).is_ok());
        *request.uri_mut() = request.uri().to_string().replace("Expires=900", "Expires=901").parse().unwrap();
        prop_assert!(check(&request, &credentials, VECTORS_MS).is_err());
    }

    #[test]
    fn any_header_is_read(value in "[ -~]{0,80}", query in "[a-zA-Z0-9=&%/;-]{0,80}") {
        let value = format!("AWS4-HMAC-SHA256 {value}");
        let request = request("GET", &format!("/?{query}"), &[("authorization", &value)], "");
        let _ = scope(&request.clone().into_parts().0);
        prop_assert!(check(&request, &credentials(), VECTORS_MS).is_err());
    }
}
