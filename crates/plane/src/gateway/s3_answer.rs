//! The last touch on answers of S3: every error has a message and the request's id, whoever wrote it, and every refusal
//! names the region, by which clients find their way.

use bytes::Bytes;
use http::{HeaderValue, Response};
use s3s::Body;

/// What an error says whose writer said nothing.
const MESSAGES: &[(&str, &str)] = &[
    (
        "SignatureDoesNotMatch",
        "The request signature we calculated does not match the signature you provided. Check your key and signing method.",
    ),
    (
        "InvalidAccessKeyId",
        "The AWS Access Key Id you provided does not exist in our records.",
    ),
    (
        "MalformedXML",
        "The XML you provided was not well-formed or did not validate against our published schema",
    ),
    ("InvalidBucketName", "The specified bucket is not valid."),
    ("InvalidURI", "Couldn't parse the specified URI."),
    ("KeyTooLongError", "Your key is too long"),
    (
        "MethodNotAllowed",
        "The specified method is not allowed against this resource.",
    ),
    (
        "MissingContentLength",
        "You must provide the Content-Length HTTP header.",
    ),
    ("MaxMessageLengthExceeded", "Your request was too big."),
    (
        "IncompleteBody",
        "You did not provide the number of bytes specified by the Content-Length HTTP header",
    ),
    (
        "MalformedPOSTRequest",
        "The body of your POST request is not well-formed multipart/form-data.",
    ),
    (
        "NotImplemented",
        "This operation of S3 is not implemented here.",
    ),
    (
        "InternalError",
        "We encountered an internal error. Please try again.",
    ),
];

/// Finishes the answer to one request.
pub(super) struct Finish<'a> {
    pub(super) id: &'a str,
    pub(super) region: &'a str,
}

impl Finish<'_> {
    pub(super) fn finish(&self, mut response: Response<Body>) -> Response<Body> {
        if response.status().is_success() || response.status().is_redirection() {
            return response;
        }
        if let Ok(region) = HeaderValue::from_str(self.region) {
            response.headers_mut().insert("x-amz-bucket-region", region);
        }
        let Some(bytes) = response.body().bytes() else {
            return response;
        };
        let Some(completed) = std::str::from_utf8(&bytes)
            .ok()
            .and_then(|text| self.complete(text))
        else {
            return response;
        };
        response.headers_mut().remove("content-length");
        *response.body_mut() = Body::from(Bytes::from(completed));
        response
    }

    /// An error document with what it lacks; nothing where it is none.
    fn complete(&self, text: &str) -> Option<String> {
        let code = text.split_once("<Code>")?.1.split_once("</Code>")?.0;
        let (start, end) = text.split_once("</Error>")?;
        let mut completed = start.to_owned();
        let mut add = |name: &str, value: &str| {
            if !completed.contains(&format!("<{name}>")) {
                completed.extend(["<", name, ">", value, "</", name, ">"]);
            }
        };
        let said = MESSAGES.iter().find(|(name, _)| *name == code);
        add("Message", said.map_or(code, |(_, message)| message));
        if code == "AuthorizationHeaderMalformed" {
            add("Region", self.region);
        }
        add("RequestId", self.id);
        Some(format!("{completed}</Error>{end}"))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const FINISH: Finish<'_> = Finish {
        id: "7",
        region: "us-east-1",
    };

    #[test]
    fn errors_get_what_they_lack() {
        let bare = "<Error><Code>SignatureDoesNotMatch</Code></Error>";
        let full = FINISH.complete(bare).unwrap();
        assert!(
            full.contains("<Message>The request signature we calculated"),
            "{full}"
        );
        assert!(full.ends_with("<RequestId>7</RequestId></Error>"), "{full}");
        let said = "<Error><Code>NoSuchKey</Code><Message>gone</Message></Error>";
        assert_eq!(
            FINISH.complete(said).unwrap(),
            "<Error><Code>NoSuchKey</Code><Message>gone</Message><RequestId>7</RequestId></Error>"
        );
        let region = "<Error><Code>AuthorizationHeaderMalformed</Code></Error>";
        assert!(
            FINISH
                .complete(region)
                .unwrap()
                .contains("<Region>us-east-1</Region>")
        );
        assert_eq!(FINISH.complete("<Result/>"), None);
    }
}
