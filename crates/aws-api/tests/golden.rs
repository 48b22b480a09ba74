//! What botocore sends and reads, replayed; `golden/README.md` says how the files are made.

#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

use aws_api::sigv4::{Credentials, scope, verify};
use aws_api::{
    ApiError, decode, decode_response, encode, encode_error, encode_request, plain_body, route,
    service, validate,
};
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use bytes::Bytes;
use http::request::Parts;
use http::{Request, Response};
use serde_json::Value;

fn cases(name: &str) -> Vec<Value> {
    let path = format!("{}/tests/golden/{name}.json", env!("CARGO_MANIFEST_DIR"));
    serde_json::from_slice(&std::fs::read(path).unwrap()).unwrap()
}

fn text<'a>(value: &'a Value, name: &str) -> &'a str {
    value[name].as_str().unwrap()
}

fn bytes(value: &Value) -> Bytes {
    Bytes::from(STANDARD.decode(text(value, "body")).unwrap())
}

fn request(case: &Value) -> (Parts, Bytes) {
    let sent = &case["request"];
    let mut builder = Request::builder()
        .method(text(sent, "method"))
        .uri(text(sent, "uri"));
    for (name, value) in sent["headers"].as_object().unwrap() {
        builder = builder.header(name, value.as_str().unwrap());
    }
    builder.body(bytes(sent)).unwrap().into_parts()
}

/// The moment that a request was signed at.
fn signed_ms(head: &Parts) -> i64 {
    let in_header = head
        .headers
        .get("x-amz-date")
        .map(|value| value.to_str().unwrap().to_owned());
    let moment = in_header.unwrap_or_else(|| {
        let query = head.uri.query().unwrap();
        query.split("X-Amz-Date=").nth(1).unwrap()[..16].to_owned()
    });
    let (date, time) = moment.split_at(9);
    let iso = format!(
        "{}-{}-{}T{}:{}:{}Z",
        &date[..4],
        &date[4..6],
        &date[6..8],
        &time[..2],
        &time[2..4],
        &time[4..6]
    );
    aws_api::timestamp::parse(&iso).unwrap()
}

#[test]
fn what_botocore_sends_is_verified_routed_decoded_and_valid() {
    let credentials = Credentials::new("AKIDEXAMPLE", "wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY");
    let cases = cases("requests");
    assert!(cases.len() >= 35, "{}", cases.len());
    for case in &cases {
        let place = format!(
            "{}.{} {}",
            case["service"], case["operation"], case["protocol"]
        );
        let (head, body) = request(case);
        verify(&head, &body, &credentials, signed_ms(&head))
            .unwrap_or_else(|error| panic!("{place}: {error}"));
        let claimed = scope(&head).unwrap();
        let body = plain_body(&head, body).unwrap();
        let (service, operation) = route(&head, &body, Some(&claimed.service)).unwrap();
        assert_eq!(
            (service.name, operation.name),
            (text(case, "service"), text(case, "operation"))
        );
        assert_eq!(claimed.service, service.signing_name, "{place}");
        let value = decode(service, operation, &head, &body).unwrap();
        assert_eq!(value, case["parameters"], "{place}");
        validate(service, operation, &value).unwrap_or_else(|error| panic!("{place}: {error}"));
    }
}

/// The scope is not needed where the request itself says the service.
#[test]
fn requests_are_routed_without_a_scope() {
    for case in cases("requests") {
        let (head, body) = request(&case);
        let body = plain_body(&head, body).unwrap();
        let (service, operation) = route(&head, &body, None).unwrap();
        assert_eq!(
            (service.name, operation.name),
            (text(&case, "service"), text(&case, "operation"))
        );
    }
}

/// A changed body of a real request does not verify.
#[test]
fn changed_requests_of_botocore_are_refused() {
    let credentials = Credentials::new("AKIDEXAMPLE", "wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY");
    for case in cases("requests") {
        let (head, body) = request(&case);
        let changed = [&body[..], b" "].concat();
        let error = verify(&head, &changed, &credentials, signed_ms(&head)).unwrap_err();
        assert_eq!(error.status, 403);
    }
}

/// Our own client's requests mean the same as botocore's.
#[test]
fn our_requests_are_decoded_to_the_same() {
    for case in cases("requests") {
        let service = service(text(&case, "service")).unwrap();
        let operation = service.operation(text(&case, "operation")).unwrap();
        let sent = encode_request(
            service,
            operation,
            &case["parameters"],
            "http://127.0.0.1:4566",
        )
        .unwrap();
        let (head, body) = sent.into_parts();
        let (routed, found) = route(&head, &body, Some(service.signing_name)).unwrap();
        assert_eq!((routed.name, found.name), (service.name, operation.name));
        assert_eq!(
            decode(service, operation, &head, &body).unwrap(),
            case["parameters"],
            "{case}"
        );
    }
}

fn head(protocol: &str) -> Parts {
    let (path, name, value) = match protocol {
        "json" => ("/", "x-amz-target", "Service.Operation"),
        "query" => ("/", "content-type", "application/x-www-form-urlencoded"),
        "smithy-rpc-v2-cbor" => ("/service/S/operation/O", "smithy-protocol", "rpc-v2-cbor"),
        _ => ("/endpoints/e/invocations", "accept", "*/*"),
    };
    Request::builder()
        .uri(path)
        .header(name, value)
        .body(())
        .unwrap()
        .into_parts()
        .0
}

fn made_error(case: &Value) -> ApiError {
    let error = &case["error"];
    let service = service(text(case, "service")).unwrap();
    let mut made = ApiError::declared(service, text(error, "code"), text(error, "message"));
    made.members
        .extend(error["members"].as_object().unwrap().clone());
    made
}

fn answer(case: &Value) -> Response<Bytes> {
    let service = service(text(case, "service")).unwrap();
    let head = head(text(case, "protocol"));
    if case.get("error").is_some() {
        return encode_error(service, &head, &made_error(case), "request-1");
    }
    let operation = service.operation(text(case, "operation")).unwrap();
    encode(service, operation, &head, &case["value"], "request-1")
}

#[test]
fn answers_are_those_that_botocore_read() {
    let cases = cases("responses");
    assert!(cases.len() >= 35, "{}", cases.len());
    for case in &cases {
        let response = answer(case);
        let place = format!(
            "{} {} {}",
            case["service"], case["operation"], case["protocol"]
        );
        assert_eq!(
            response.status().as_u16(),
            case["answer"]["status"],
            "{place}"
        );
        for (name, value) in case["answer"]["headers"].as_object().unwrap() {
            assert_eq!(response.headers()[name], value.as_str().unwrap(), "{place}");
        }
        assert_eq!(response.body(), &bytes(&case["answer"]), "{place}");
        match case.get("error") {
            Some(error) => assert_eq!(error["message"], case["parsed"]["Message"], "{place}"),
            None => assert_eq!(case["value"], case["parsed"], "{place}"),
        }
    }
}

/// The codes that a caller of boto3 compares with.
#[test]
fn botocore_reads_the_codes_of_the_models() {
    let code = |service: &str, code: &str| {
        let cases = cases("responses");
        let of_code = |case: &&Value| case["service"] == service && case["error"]["code"] == code;
        let found: Vec<String> = cases
            .iter()
            .filter(of_code)
            .map(|case| text(&case["parsed"], "Code").to_owned())
            .collect();
        assert!(
            !found.is_empty() && found.iter().all(|code| *code == found[0]),
            "{found:?}"
        );
        found[0].clone()
    };
    assert_eq!(code("iam", "NoSuchEntity"), "NoSuchEntity");
    assert_eq!(
        code("states", "StateMachineDoesNotExist"),
        "StateMachineDoesNotExist"
    );
    assert_eq!(code("sagemaker-runtime", "ModelError"), "ModelError");
    assert_eq!(
        code("cloudwatch", "InvalidParameterValue"),
        "InvalidParameterValue"
    );
    assert_eq!(
        code("cloudformation", "AlreadyExistsException"),
        "AlreadyExistsException"
    );
}

/// Our own client reads what botocore reads, where the answer is in its protocol.
#[test]
fn our_client_reads_the_answers() {
    for case in cases("responses") {
        let service = service(text(&case, "service")).unwrap();
        let primary = text(&case, "protocol") != "query" && text(&case, "protocol") != "json";
        if service.name == "cloudwatch" && !primary {
            continue;
        }
        let (head, body) = answer(&case).into_parts();
        let operation = case["operation"]
            .as_str()
            .unwrap_or(service.operations[0].name);
        let operation = service.operation(operation).unwrap();
        let read = decode_response(service, operation, &head, &body);
        if case.get("error").is_some() {
            assert_eq!(read.unwrap_err(), made_error(&case), "{case}");
        } else {
            assert_eq!(read.unwrap(), case["value"], "{case}");
        }
    }
}
