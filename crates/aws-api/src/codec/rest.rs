//! rest-json: labels, headers, query parameters, status and payload around a JSON body.

use bytes::Bytes;
use http::request::Parts;
use http::{HeaderMap, HeaderName, HeaderValue, Request, Response, StatusCode, response};
use serde_json::{Map, Value};

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;

use super::{form, json, scalar};
use crate::error::ApiError;
use crate::table::{Kind, Location, Member, Operation, Shape, TimestampFormat};

/// The labels of a path by a template such as `/endpoints/{EndpointName}/invocations`; nothing when it does not match.
pub(crate) fn labels<'a>(template: &'a str, path: &str) -> Option<Vec<(&'a str, String)>> {
    let template = template.split('?').next().unwrap_or_default();
    let mut expected = template.trim_start_matches('/').split('/');
    let mut actual = path.trim_start_matches('/').split('/');
    let mut found = Vec::new();
    loop {
        match (expected.next(), actual.next()) {
            (None, None) => return Some(found),
            (Some(part), Some(text)) => match label(part) {
                Some(_) if text.is_empty() => return None,
                Some(name) => {
                    let text = form::percent_decode(text);
                    found.push((name, String::from_utf8_lossy(&text).into_owned()));
                }
                None if part == text => {}
                None => return None,
            },
            _ => return None,
        }
    }
}

fn label(part: &str) -> Option<&str> {
    part.strip_prefix('{')?.strip_suffix('}')
}

/// Reads a request.
pub(crate) fn read_request(
    operation: &Operation,
    input: &Shape,
    head: &Parts,
    body: &[u8],
) -> Result<Value, ApiError> {
    let labels = labels(operation.uri, head.uri.path()).unwrap_or_default();
    let parameters = form::parse(head.uri.query().unwrap_or_default());
    let mut members = read_body(input, body)?;
    for member in input.members() {
        let text = match member.location {
            Location::Uri => labels
                .iter()
                .find(|(name, _)| *name == member.wire())
                .map(|(_, text)| text.as_str()),
            Location::Query => parameters
                .iter()
                .find(|(name, _)| name == member.wire())
                .map(|(_, text)| text.as_str()),
            Location::Header => header_text(&head.headers, member)?,
            Location::Body | Location::Payload | Location::Status => None,
        };
        if let Some(text) = text {
            let value = scalar::parse(member.shape, member.name, text)?;
            members.insert(member.name.to_owned(), value);
        }
    }
    Ok(Value::Object(members))
}

/// Reads an answer.
pub(crate) fn read_response(
    output: &Shape,
    head: &response::Parts,
    body: &[u8],
) -> Result<Value, ApiError> {
    let mut members = read_body(output, body)?;
    for member in output.members() {
        let value = match member.location {
            Location::Status => Some(Value::from(head.status.as_u16())),
            Location::Header => match header_text(&head.headers, member)? {
                Some(text) => Some(scalar::parse(member.shape, member.name, text)?),
                None => None,
            },
            _ => None,
        };
        if let Some(value) = value {
            members.insert(member.name.to_owned(), value);
        }
    }
    Ok(Value::Object(members))
}

/// Writes a request, unsigned.
pub(crate) fn write_request(
    operation: &Operation,
    value: &Value,
    endpoint: &str,
) -> Result<Request<Bytes>, ApiError> {
    let members = operation.input.map(Shape::members).unwrap_or_default();
    let mut uri = endpoint.to_owned();
    for part in operation.uri.split('/').skip(1) {
        uri.push('/');
        match label(part) {
            Some(name) => {
                let member = members.iter().find(|member| member.wire() == name);
                let text = member
                    .and_then(|member| text_of(member, value))
                    .unwrap_or_default();
                if text.is_empty() {
                    return Err(ApiError::serialization(format!(
                        "`{name}` must not be empty"
                    )));
                }
                uri.push_str(&form::percent_encode(&text, false));
            }
            None => uri.push_str(part),
        }
    }
    let in_query = members
        .iter()
        .filter(|member| member.location == Location::Query);
    let parameters: Vec<_> = in_query
        .filter_map(|member| Some((member.wire().to_owned(), text_of(member, value)?)))
        .collect();
    if !parameters.is_empty() {
        uri = format!("{uri}?{}", form::print(&parameters));
    }
    let mut request = Request::builder()
        .method(operation.method)
        .uri(uri)
        .body(write_body(operation.input, value))
        .map_err(|error| ApiError::serialization(format!("cannot write the request: {error}")))?;
    write_headers(members, value, request.headers_mut());
    set_content_type(operation.input, request.headers_mut());
    Ok(request)
}

/// Writes an answer.
pub(crate) fn write_response(output: Option<&Shape>, value: &Value) -> Response<Bytes> {
    let members = output.map(Shape::members).unwrap_or_default();
    let mut response = Response::new(write_body(output, value));
    write_headers(members, value, response.headers_mut());
    set_content_type(output, response.headers_mut());
    let status = members
        .iter()
        .find(|member| member.location == Location::Status);
    let status = status.and_then(|member| value.get(member.name)?.as_u64());
    if let Some(status) = status.and_then(|code| StatusCode::from_u16(code as u16).ok()) {
        *response.status_mut() = status;
    }
    response
}

fn payload(shape: &Shape) -> Option<&'static Member> {
    shape
        .members()
        .iter()
        .find(|member| member.location == Location::Payload)
}

fn read_body(shape: &Shape, body: &[u8]) -> Result<Map<String, Value>, ApiError> {
    let (name, value) = match payload(shape) {
        None => match json::read(shape, body)? {
            Value::Object(members) => return Ok(members),
            _ => return Ok(Map::new()),
        },
        Some(member) => match member.shape.kind {
            Kind::Blob { .. } => (member.name, Value::from(STANDARD.encode(body))),
            Kind::String(_) => (member.name, Value::from(String::from_utf8_lossy(body))),
            _ => (member.name, json::read(member.shape, body)?),
        },
    };
    Ok(Map::from_iter([(name.to_owned(), value)]))
}

fn write_body(shape: Option<&Shape>, value: &Value) -> Bytes {
    let Some(shape) = shape else {
        return Bytes::from_static(b"{}");
    };
    let Some(member) = payload(shape) else {
        return json::write(Some(shape), value);
    };
    let value = value.get(member.name).unwrap_or(&Value::Null);
    match (member.shape.kind, value) {
        (Kind::Blob { .. }, Value::String(text)) => {
            Bytes::from(STANDARD.decode(text).unwrap_or_default())
        }
        (Kind::String(_), Value::String(text)) => Bytes::from(text.clone()),
        (_, Value::Null) => Bytes::new(),
        _ => json::write(Some(member.shape), value),
    }
}

fn header_text<'a>(headers: &'a HeaderMap, member: &Member) -> Result<Option<&'a str>, ApiError> {
    let Some(value) = headers.get(member.wire()) else {
        return Ok(None);
    };
    let message = || ApiError::serialization(format!("the header `{}` is not text", member.wire()));
    value.to_str().map(Some).map_err(|_| message())
}

fn text_of(member: &Member, value: &Value) -> Option<String> {
    scalar::print(
        member.shape,
        value.get(member.name)?,
        TimestampFormat::Rfc822,
    )
}

fn write_headers(members: &[Member], value: &Value, headers: &mut HeaderMap) {
    for member in members
        .iter()
        .filter(|member| member.location == Location::Header)
    {
        let name = HeaderName::from_bytes(member.wire().as_bytes()).ok();
        let text = text_of(member, value).and_then(|text| HeaderValue::from_str(&text).ok());
        if let Some((name, text)) = name.zip(text) {
            headers.insert(name, text);
        }
    }
}

/// The content type of the body, unless a member said it.
fn set_content_type(shape: Option<&Shape>, headers: &mut HeaderMap) {
    let payload = shape.and_then(payload);
    let kind = match payload.map(|member| member.shape.kind) {
        Some(Kind::Blob { .. }) => "application/octet-stream",
        Some(Kind::String(_)) => "text/plain",
        _ => "application/json",
    };
    headers
        .entry("content-type")
        .or_insert(HeaderValue::from_static(kind));
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::service;
    use serde_json::json;

    fn invoke() -> &'static Operation {
        service("sagemaker-runtime")
            .unwrap()
            .operation("InvokeEndpoint")
            .unwrap()
    }

    #[test]
    fn labels_match_whole_paths() {
        let template = "/endpoints/{EndpointName}/invocations";
        let found = labels(template, "/endpoints/a%20b/invocations").unwrap();
        assert_eq!(found, [("EndpointName", "a b".to_owned())]);
        for path in [
            "/endpoints//invocations",
            "/endpoints/a",
            "/endpoints/a/invocations/x",
            "/x/a/invocations",
        ] {
            assert!(labels(template, path).is_none(), "{path}");
        }
    }

    #[test]
    fn requests_are_read_back() {
        let value = json!({
            "Body": STANDARD.encode("1,2\n"), "EndpointName": "e-1", "ContentType": "text/csv",
            "Accept": "application/json", "TargetVariant": "All",
        });
        let request = write_request(invoke(), &value, "http://127.0.0.1:4566").unwrap();
        assert_eq!(
            request.uri(),
            "http://127.0.0.1:4566/endpoints/e-1/invocations"
        );
        assert_eq!(request.headers()["content-type"], "text/csv");
        assert_eq!(request.headers()["x-amzn-sagemaker-target-variant"], "All");
        assert_eq!(request.body(), "1,2\n");
        let (head, body) = request.into_parts();
        assert_eq!(
            read_request(invoke(), invoke().input.unwrap(), &head, &body).unwrap(),
            value
        );
    }

    #[test]
    fn answers_are_read_back() {
        let value = json!({
            "Body": STANDARD.encode([0, 159, 255]), "ContentType": "application/x-npy",
            "InvokedProductionVariant": "AllTraffic",
        });
        let (head, body) = write_response(invoke().output, &value).into_parts();
        assert_eq!(&body[..], [0, 159, 255]);
        assert_eq!(
            head.headers["x-amzn-invoked-production-variant"],
            "AllTraffic"
        );
        assert_eq!(
            read_response(invoke().output.unwrap(), &head, &body).unwrap(),
            value
        );
    }

    #[test]
    fn missing_labels_are_refused() {
        let error = write_request(invoke(), &json!({"Body": ""}), "http://h").unwrap_err();
        assert_eq!(error.message, "`EndpointName` must not be empty");
    }

    #[test]
    fn headers_must_be_text() {
        let mut request = Request::builder()
            .uri("/endpoints/e/invocations")
            .body(())
            .unwrap();
        let value = HeaderValue::from_bytes(b"\xff").unwrap();
        request.headers_mut().insert("accept", value);
        let (head, ()) = request.into_parts();
        let error = read_request(invoke(), invoke().input.unwrap(), &head, b"").unwrap_err();
        assert_eq!(error.message, "the header `Accept` is not text");
    }
}
