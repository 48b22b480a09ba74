//! From a value to an answer on the wire, in the protocol that the client used.

use bytes::Bytes;
use http::request::Parts;
use http::{HeaderValue, Response, StatusCode};
use serde_json::{Map, Value, json};

use crate::codec::{cbor, json as json_codec, rest, xml};
use crate::error::ApiError;
use crate::protocol::{RPC_V2_CBOR, guess, spoken};
use crate::table::{ErrorShape, Operation, Protocol, Service};

/// Writes the answer of an operation. Members that the output's shape does not have are left out, so that a stored
/// request can serve as the answer of a Describe.
pub fn encode(
    service: &Service,
    operation: &Operation,
    head: &Parts,
    value: &Value,
    request_id: &str,
) -> Response<Bytes> {
    let protocol = spoken(service, head);
    let mut response = match protocol {
        Protocol::RestJson | Protocol::RestXml => rest::write_response(operation.output, value),
        Protocol::Json10 | Protocol::Json11 => {
            Response::new(json_codec::write(operation.output, value))
        }
        Protocol::Cbor => Response::new(cbor::write(operation.output, value)),
        Protocol::Query => Response::new(xml::query_answer(service, operation, value, request_id)),
        Protocol::Ec2 => Response::new(xml::ec2_answer(service, operation, value, request_id)),
    };
    mark(&mut response, protocol, request_id);
    response
}

/// Writes an error of a service.
pub fn encode_error(
    service: &Service,
    head: &Parts,
    error: &ApiError,
    request_id: &str,
) -> Response<Bytes> {
    let protocol = spoken(service, head);
    let declared = service.error(&error.code);
    let mut response = error_in(protocol, declared, service.xml_namespace, error, request_id);
    if service.query_compatible && protocol.names_exceptions() {
        let blame = if error.is_fault() {
            "Receiver"
        } else {
            "Sender"
        };
        let code = declared.map_or(error.code.as_str(), |declared| declared.code);
        insert(
            &mut response,
            "x-amzn-query-error",
            &format!("{code};{blame}"),
        );
    }
    response
}

/// Writes an error of a request that no service was found for, in the protocol that its head suggests.
pub fn encode_unrouted_error(head: &Parts, error: &ApiError, request_id: &str) -> Response<Bytes> {
    error_in(guess(head), None, "", error, request_id)
}

fn error_in(
    protocol: Protocol,
    declared: Option<&ErrorShape>,
    namespace: &str,
    error: &ApiError,
    request_id: &str,
) -> Response<Bytes> {
    let code = match declared {
        Some(declared) if protocol.names_exceptions() => declared.name,
        Some(declared) => declared.code,
        None => error.code.as_str(),
    };
    let body = match protocol {
        Protocol::Query | Protocol::RestXml => xml::query_error(code, error, namespace, request_id),
        Protocol::Ec2 => xml::ec2_error(code, error, request_id),
        Protocol::Cbor => cbor::write_error(&error_value(code, declared, error)),
        Protocol::Json10 | Protocol::Json11 | Protocol::RestJson => {
            Bytes::from(error_value(code, declared, error).to_string())
        }
    };
    let mut response = Response::new(body);
    *response.status_mut() =
        StatusCode::from_u16(error.status).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
    mark(&mut response, protocol, request_id);
    if protocol == Protocol::RestJson {
        insert(&mut response, "x-amzn-errortype", code);
    }
    response
}

/// The members of an error: its type, its message under the name that the model gives it, and the others.
fn error_value(code: &str, declared: Option<&ErrorShape>, error: &ApiError) -> Value {
    let message_name = declared
        .and_then(|declared| {
            let mut members = declared.shape.members().iter();
            members.find(|member| member.name.eq_ignore_ascii_case("message"))
        })
        .map_or("message", |member| member.name);
    let mut members = Map::new();
    members.insert("__type".to_owned(), json!(code));
    members.insert(message_name.to_owned(), json!(error.message));
    members.extend((*error.members).clone());
    Value::Object(members)
}

/// Sets the content type of the protocol, unless the codec did, and the request's id.
fn mark(response: &mut Response<Bytes>, protocol: Protocol, request_id: &str) {
    let content_type = match protocol {
        Protocol::Json10 => "application/x-amz-json-1.0",
        Protocol::Json11 => "application/x-amz-json-1.1",
        Protocol::RestJson => "application/json",
        Protocol::Cbor => "application/cbor",
        Protocol::Query | Protocol::Ec2 => "text/xml",
        Protocol::RestXml => "application/xml",
    };
    if !response.headers().contains_key("content-type") {
        insert(response, "content-type", content_type);
    }
    if protocol == Protocol::Cbor {
        insert(response, "smithy-protocol", RPC_V2_CBOR);
    }
    insert(response, "x-amzn-requestid", request_id);
}

fn insert(response: &mut Response<Bytes>, name: &'static str, value: &str) {
    if let Ok(value) = HeaderValue::from_str(value) {
        response.headers_mut().insert(name, value);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::service;

    fn head(headers: &[(&str, &str)]) -> Parts {
        let mut builder = http::Request::builder().uri("/");
        for (name, value) in headers {
            builder = builder.header(*name, *value);
        }
        builder.body(()).unwrap().into_parts().0
    }

    #[test]
    fn json_errors_have_a_type_and_the_models_message() {
        let error = ApiError::new(400, "ValidationException", "1 validation error detected");
        let response = encode_error(service("sagemaker").unwrap(), &head(&[]), &error, "r-1");
        assert_eq!(response.status(), 400);
        assert_eq!(
            response.headers()["content-type"],
            "application/x-amz-json-1.1"
        );
        assert_eq!(response.headers()["x-amzn-requestid"], "r-1");
        let body = r#"{"__type":"ValidationException","message":"1 validation error detected"}"#;
        assert_eq!(response.body(), body);
        let taken = ApiError::declared(service("sagemaker").unwrap(), "ResourceInUse", "taken");
        let response = encode_error(service("sagemaker").unwrap(), &head(&[]), &taken, "r-1");
        assert_eq!(
            response.body(),
            r#"{"__type":"ResourceInUse","Message":"taken"}"#
        );
    }

    #[test]
    fn cloudwatch_repeats_the_code_of_query() {
        let cloudwatch = service("cloudwatch").unwrap();
        let error = ApiError::declared(cloudwatch, "InvalidParameterValueException", "no");
        let json = head(&[
            ("content-type", "application/x-amz-json-1.0"),
            ("x-amz-target", "G.X"),
        ]);
        let response = encode_error(cloudwatch, &json, &error, "r-1");
        assert_eq!(
            response.headers()["x-amzn-query-error"],
            "InvalidParameterValue;Sender"
        );
        assert_eq!(
            response.body(),
            r#"{"__type":"InvalidParameterValueException","message":"no"}"#
        );
        let query = head(&[("content-type", "application/x-www-form-urlencoded")]);
        let response = encode_error(cloudwatch, &query, &error, "r-1");
        assert!(!response.headers().contains_key("x-amzn-query-error"));
        assert_eq!(response.headers()["content-type"], "text/xml");
        let text = String::from_utf8(response.body().to_vec()).unwrap();
        assert!(
            text.contains("<Type>Sender</Type><Code>InvalidParameterValue</Code>"),
            "{text}"
        );
    }

    #[test]
    fn rest_errors_have_their_type_in_a_header() {
        let runtime = service("sagemaker-runtime").unwrap();
        let error =
            ApiError::declared(runtime, "ModelError", "sorry").with("OriginalStatusCode", 500);
        let response = encode_error(runtime, &head(&[]), &error, "r-1");
        assert_eq!(response.status(), 424);
        assert_eq!(response.headers()["x-amzn-errortype"], "ModelError");
        assert_eq!(
            response.body(),
            r#"{"__type":"ModelError","Message":"sorry","OriginalStatusCode":500}"#
        );
    }

    #[test]
    fn unrouted_errors_follow_the_head() {
        let error = ApiError::unknown_operation("no");
        let json = head(&[("x-amz-target", "X.Y")]);
        assert_eq!(
            encode_unrouted_error(&json, &error, "r-1").body(),
            r#"{"__type":"UnknownOperationException","message":"no"}"#
        );
        let text = "<ErrorResponse><Error><Type>Sender</Type><Code>UnknownOperationException</Code>\
                    <Message>no</Message></Error><RequestId>r-1</RequestId></ErrorResponse>";
        assert_eq!(
            encode_unrouted_error(&head(&[]), &error, "r-1").body(),
            text
        );
        let cbor =
            encode_unrouted_error(&head(&[("smithy-protocol", "rpc-v2-cbor")]), &error, "r-1");
        assert_eq!(cbor.headers()["smithy-protocol"], "rpc-v2-cbor");
        assert_eq!(cbor.headers()["content-type"], "application/cbor");
    }

    #[test]
    fn impossible_statuses_are_failures() {
        let error = ApiError::new(42, "Odd", "no");
        assert_eq!(
            encode_unrouted_error(&head(&[]), &error, "r-1").status(),
            500
        );
    }
}
