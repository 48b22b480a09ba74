//! The error document of S3, which is the one piece of rest-xml that is written here.

use bytes::Bytes;
use http::{HeaderValue, Response, StatusCode};

use super::xml::Writer;
use crate::error::ApiError;

/// Writes an error as S3 does; `resource` is the path of the bucket or object.
pub fn encode_s3_error(error: &ApiError, resource: &str, request_id: &str) -> Response<Bytes> {
    let mut writer = Writer::document();
    writer.open("Error", "");
    writer.text("Code", &error.code);
    writer.text("Message", &error.message);
    writer.text("Resource", resource);
    writer.text("RequestId", request_id);
    writer.close("Error");
    let mut response = Response::new(writer.finish());
    *response.status_mut() =
        StatusCode::from_u16(error.status).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
    let headers = response.headers_mut();
    headers.insert("content-type", HeaderValue::from_static("application/xml"));
    if let Ok(id) = HeaderValue::from_str(request_id) {
        headers.insert("x-amz-request-id", id);
    }
    response
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn s3_errors_have_no_wrapper() {
        let error = ApiError::new(404, "NoSuchKey", "no object `a&b`");
        let response = encode_s3_error(&error, "/bucket/a&b", "r-1");
        assert_eq!(response.status(), 404);
        assert_eq!(response.headers()["x-amz-request-id"], "r-1");
        let text = "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<Error><Code>NoSuchKey</Code>\
                    <Message>no object `a&amp;b`</Message><Resource>/bucket/a&amp;b</Resource>\
                    <RequestId>r-1</RequestId></Error>";
        assert_eq!(response.body(), text);
    }
}
