//! The client's side: a value to a request on the wire, an answer back to a value.

use bytes::Bytes;
use http::{Method, Request, response};
use serde_json::{Map, Value};

use crate::codec::{cbor, form, json, query, rest, xml};
use crate::error::ApiError;
use crate::protocol::RPC_V2_CBOR;
use crate::table::{Operation, Protocol, Service};

/// Writes a request in the service's first protocol, unsigned. `endpoint` is scheme and authority, such as
/// `http://127.0.0.1:4566`.
pub fn encode_request(
    service: &Service,
    operation: &Operation,
    value: &Value,
    endpoint: &str,
) -> Result<Request<Bytes>, ApiError> {
    let endpoint = endpoint.trim_end_matches('/');
    let builder = Request::builder().method(Method::POST);
    let built = match service.protocol {
        Protocol::Json10 | Protocol::Json11 => {
            let version = if service.protocol == Protocol::Json10 {
                "1.0"
            } else {
                "1.1"
            };
            builder
                .uri(format!("{endpoint}/"))
                .header("content-type", format!("application/x-amz-json-{version}"))
                .header(
                    "x-amz-target",
                    format!("{}.{}", service.target_prefix, operation.name),
                )
                .body(json::write(operation.input, value))
        }
        Protocol::Cbor => builder
            .uri(format!(
                "{endpoint}/service/{}/operation/{}",
                service.target_prefix, operation.name
            ))
            .header("content-type", "application/cbor")
            .header("accept", "application/cbor")
            .header("smithy-protocol", RPC_V2_CBOR)
            .body(cbor::write(operation.input, value)),
        Protocol::Query | Protocol::Ec2 => {
            let dialect = query::Dialect::of(service.protocol);
            let mut parameters = vec![
                ("Action".to_owned(), operation.name.to_owned()),
                ("Version".to_owned(), service.api_version.to_owned()),
            ];
            query::write(operation.input, value, dialect, &mut parameters);
            builder
                .uri(format!("{endpoint}/"))
                .header("content-type", form::CONTENT_TYPE)
                .body(Bytes::from(form::print(&parameters)))
        }
        Protocol::RestJson | Protocol::RestXml => {
            return rest::write_request(operation, value, endpoint);
        }
    };
    built.map_err(|error| ApiError::serialization(format!("cannot write the request: {error}")))
}

/// Reads an answer to a request of [`encode_request`]; an answer with an error status becomes the error.
pub fn decode_response(
    service: &Service,
    operation: &Operation,
    head: &response::Parts,
    body: &[u8],
) -> Result<Value, ApiError> {
    if head.status.as_u16() >= 300 {
        return Err(read_error(service, head, body));
    }
    let Some(output) = operation.output else {
        return Ok(Value::Object(Map::new()));
    };
    match service.protocol {
        Protocol::Json10 | Protocol::Json11 => json::read(output, body),
        Protocol::Cbor => cbor::read(output, body),
        Protocol::RestJson | Protocol::RestXml => rest::read_response(output, head, body),
        Protocol::Query | Protocol::Ec2 => xml::read_answer(operation, output, body),
    }
}

fn read_error(service: &Service, head: &response::Parts, body: &[u8]) -> ApiError {
    let status = head.status.as_u16();
    let found = match service.protocol {
        Protocol::Query | Protocol::Ec2 | Protocol::RestXml => xml::read_error(status, body),
        Protocol::Cbor => cbor::read_any(body)
            .ok()
            .and_then(|value| from_members(status, value)),
        Protocol::Json10 | Protocol::Json11 | Protocol::RestJson => serde_json::from_slice(body)
            .ok()
            .and_then(|value| from_members(status, value)),
    };
    let mut error = found.unwrap_or_else(|| {
        let message = String::from_utf8_lossy(&body[..body.len().min(1000)]).into_owned();
        ApiError::new(status, "", message)
    });
    let header = head
        .headers
        .get("x-amzn-errortype")
        .and_then(|code| code.to_str().ok());
    if let Some(code) = header.filter(|_| error.code.is_empty()) {
        code_name(code).clone_into(&mut error.code);
    }
    if error.code.is_empty() {
        error.code = status.to_string();
    }
    if let Some(declared) = service.error(&error.code) {
        declared.name.clone_into(&mut error.code);
    }
    error
}

fn from_members(status: u16, value: Value) -> Option<ApiError> {
    let Value::Object(mut members) = value else {
        return None;
    };
    let mut take = |names: [&str; 2]| {
        let found = names.iter().find_map(|name| members.shift_remove(*name));
        found
            .and_then(|value| value.as_str().map(str::to_owned))
            .unwrap_or_default()
    };
    let code = take(["__type", "code"]);
    let message = take(["message", "Message"]);
    Some(ApiError {
        status,
        code: code_name(&code).to_owned(),
        message,
        members: Box::new(members),
    })
}

/// `com.amazonaws.sfn#Name:http://...` to `Name`.
fn code_name(code: &str) -> &str {
    let code = code.split(':').next().unwrap_or_default();
    code.rsplit('#').next().unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::service;
    use http::Response;
    use serde_json::json;

    fn read(service_name: &str, status: u16, headers: &[(&str, &str)], body: &str) -> ApiError {
        let service = service(service_name).unwrap();
        let mut builder = Response::builder().status(status);
        for (name, value) in headers {
            builder = builder.header(*name, *value);
        }
        let (head, ()) = builder.body(()).unwrap().into_parts();
        decode_response(service, &service.operations[0], &head, body.as_bytes()).unwrap_err()
    }

    #[test]
    fn errors_of_every_form_are_read() {
        for (service_name, headers, body, code, message) in [
            (
                "states",
                &[][..],
                r#"{"__type":"com.amazonaws.sfn#ExecutionDoesNotExist","message":"no"}"#,
                "ExecutionDoesNotExist",
                "no",
            ),
            (
                "sagemaker",
                &[],
                r#"{"__type":"ResourceNotFound","Message":"gone"}"#,
                "ResourceNotFound",
                "gone",
            ),
            (
                "sagemaker-runtime",
                &[("x-amzn-errortype", "ValidationError:http://internal/")],
                r#"{"Message":"no endpoint"}"#,
                "ValidationError",
                "no endpoint",
            ),
            (
                "iam",
                &[],
                "<ErrorResponse><Error><Code>NoSuchEntity</Code><Message>m</Message></Error></ErrorResponse>",
                "NoSuchEntityException",
                "m",
            ),
            ("iam", &[], "gateway down", "502", "gateway down"),
            ("states", &[], "gateway down", "502", "gateway down"),
        ] {
            let error = read(service_name, 502, headers, body);
            assert_eq!(
                (error.status, error.code.as_str(), error.message.as_str()),
                (502, code, message)
            );
        }
    }

    #[test]
    fn requests_name_their_operation() {
        let build = |name: &str, operation: &str, value: &Value| {
            let service = service(name).unwrap();
            let operation = service.operation(operation).unwrap();
            encode_request(service, operation, value, "http://127.0.0.1:4566/").unwrap()
        };
        let request = build(
            "states",
            "StopExecution",
            &json!({"executionArn": "arn", "cause": null}),
        );
        assert_eq!(request.uri(), "http://127.0.0.1:4566/");
        assert_eq!(
            request.headers()["x-amz-target"],
            "AWSStepFunctions.StopExecution"
        );
        assert_eq!(
            request.headers()["content-type"],
            "application/x-amz-json-1.0"
        );
        assert_eq!(request.body(), r#"{"executionArn":"arn"}"#);
        let request = build("iam", "GetRole", &json!({"RoleName": "a b"}));
        assert_eq!(
            request.body(),
            "Action=GetRole&Version=2010-05-08&RoleName=a%20b"
        );
        let request = build("cloudwatch", "ListMetrics", &json!({}));
        let path =
            "http://127.0.0.1:4566/service/GraniteServiceVersion20100801/operation/ListMetrics";
        assert_eq!(request.uri(), path);
        assert_eq!(&request.body()[..], [0xa0]);
    }

    #[test]
    fn impossible_endpoints_are_refused() {
        let states = service("states").unwrap();
        let error =
            encode_request(states, &states.operations[0], &json!({}), "http://a b").unwrap_err();
        assert!(
            error.message.starts_with("cannot write the request"),
            "{}",
            error.message
        );
    }
}
