//! Writes answers as they go on the wire: reads a JSON array of `{service, operation, protocol, value | error}`, prints
//! one of `{status, headers, body}` with the body in base64.

use std::io::Read as _;

use aws_api::{ApiError, encode, encode_error, service};
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use http::request::Parts;
use serde_json::{Map, Value, json};

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let mut text = String::new();
    std::io::stdin().read_to_string(&mut text)?;
    let cases: Vec<Value> = serde_json::from_str(&text)?;
    let answers = cases
        .iter()
        .map(answer)
        .collect::<Option<Vec<_>>>()
        .ok_or("a case is not complete")?;
    #[expect(clippy::print_stdout, reason = "this is what the example is for")]
    {
        println!("{}", Value::Array(answers));
    }
    Ok(())
}

fn answer(case: &Value) -> Option<Value> {
    let service = service(case["service"].as_str()?)?;
    let head = head(case["protocol"].as_str()?)?;
    let response = if let Some(error) = case.get("error") {
        let (code, message) = (error["code"].as_str()?, error["message"].as_str()?);
        let mut made = ApiError::declared(service, code, message);
        made.members
            .extend(error["members"].as_object().cloned().unwrap_or_default());
        encode_error(service, &head, &made, "request-1")
    } else {
        let operation = service.operation(case["operation"].as_str()?)?;
        encode(service, operation, &head, &case["value"], "request-1")
    };
    let headers: Map<String, Value> = response
        .headers()
        .iter()
        .map(|(name, value)| (name.to_string(), json!(value.to_str().unwrap_or_default())))
        .collect();
    let body = STANDARD.encode(response.body());
    Some(json!({"status": response.status().as_u16(), "headers": headers, "body": body}))
}

/// The head of a request in a protocol.
fn head(protocol: &str) -> Option<Parts> {
    let (path, name, value) = match protocol {
        "json" => ("/", "x-amz-target", "Service.Operation"),
        "query" => ("/", "content-type", "application/x-www-form-urlencoded"),
        "smithy-rpc-v2-cbor" => ("/service/S/operation/O", "smithy-protocol", "rpc-v2-cbor"),
        _ => ("/endpoints/e/invocations", "accept", "*/*"),
    };
    let request = http::Request::builder()
        .uri(path)
        .header(name, value)
        .body(())
        .ok()?;
    Some(request.into_parts().0)
}
