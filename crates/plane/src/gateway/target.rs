//! Which part of the plane a request is for, read from its head alone.

use http::Method;
use http::request::Parts;

use aws_api::sigv4;

use crate::services::s3::tags::percent_decode;

/// Where a request goes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Target {
    /// The plane's own pages under `/_plimsoll/`.
    Admin,
    /// S3.
    S3,
    /// Any other service.
    Api,
}

/// The prefix of the plane's own pages; no bucket can have this name.
const ADMIN: &str = "/_plimsoll/";

impl Target {
    /// A signature names its service; what is unsigned is told apart by the marks of AWS's protocols, so that its
    /// refusal has the right form.
    pub(super) fn of(head: &Parts) -> Self {
        if head.uri.path().starts_with(ADMIN) {
            return Self::Admin;
        }
        if let Some(scope) = sigv4::scope(head) {
            return if scope.service == "s3" {
                Self::S3
            } else {
                Self::Api
            };
        }
        if is_v2_presigned(head) {
            return Self::S3;
        }
        if speaks_api(head) {
            Self::Api
        } else {
            Self::S3
        }
    }
}

fn speaks_api(head: &Parts) -> bool {
    let content_type = header(head, "content-type").unwrap_or_default();
    let is_form = content_type.starts_with("application/x-www-form-urlencoded");
    head.headers.contains_key("x-amz-target")
        || head.headers.contains_key("smithy-protocol")
        || (head.method == Method::POST && head.uri.path() == "/" && is_form)
        || query(head, "Action").is_some()
        || is_rest_json(head)
}

/// Whether the path is one of a rest-json service, such as `InvokeEndpoint`'s.
fn is_rest_json(head: &Parts) -> bool {
    head.uri.path().starts_with("/endpoints/") && aws_api::route(head, &[], None).is_ok()
}

/// Whether the request carries a presigned query of Signature Version 2.
pub(super) fn is_v2_presigned(head: &Parts) -> bool {
    query(head, "AWSAccessKeyId").is_some() && query(head, "Signature").is_some()
}

/// A header as text.
pub(super) fn header<'a>(head: &'a Parts, name: &str) -> Option<&'a str> {
    head.headers.get(name)?.to_str().ok()
}

/// The raw value of a query parameter, still escaped.
pub(super) fn query<'a>(head: &'a Parts, name: &str) -> Option<&'a str> {
    head.uri.query()?.split('&').find_map(|pair| {
        let (key, value) = pair.split_once('=').unwrap_or((pair, ""));
        (key == name).then_some(value)
    })
}

/// The value of a query parameter without its escapes; one that is not UTF-8 counts as missing.
pub(super) fn query_decoded(head: &Parts, name: &str) -> Option<String> {
    percent_decode(query(head, name)?)
}

#[cfg(test)]
mod tests {
    use super::*;

    type Case<'a> = (&'a str, &'a str, &'a [(&'a str, &'a str)], Target);

    fn head(method: &str, uri: &str, headers: &[(&str, &str)]) -> Parts {
        let mut request = http::Request::builder().method(method).uri(uri);
        for (name, value) in headers {
            request = request.header(*name, *value);
        }
        request.body(()).unwrap().into_parts().0
    }

    #[test]
    fn requests_find_their_part() {
        let scoped = |service: &str| {
            format!(
                "AWS4-HMAC-SHA256 Credential=A/20260101/us-east-1/{service}/aws4_request, \
                 SignedHeaders=host, Signature=00"
            )
        };
        let (s3, sagemaker) = (scoped("s3"), scoped("sagemaker"));
        let date = ("x-amz-date", "20260101T000000Z");
        let form = (
            "content-type",
            "application/x-www-form-urlencoded; charset=utf-8",
        );
        let cases: &[Case<'_>] = &[
            ("GET", "/_plimsoll/health", &[], Target::Admin),
            ("GET", "/", &[("authorization", &s3), date], Target::S3),
            (
                "POST",
                "/",
                &[("authorization", &sagemaker), date],
                Target::Api,
            ),
            ("GET", "/bucket/key", &[], Target::S3),
            (
                "PUT",
                "/bucket/key?AWSAccessKeyId=a&Signature=b&Expires=1",
                &[],
                Target::S3,
            ),
            (
                "GET",
                "/b/k?X-Amz-Algorithm=AWS4-HMAC-SHA256&X-Amz-Signature=0&X-Amz-Expires=9\
                 &X-Amz-Credential=A%2F20260101%2Fus-east-1%2Fs3%2Faws4_request\
                 &X-Amz-Date=20260101T000000Z&X-Amz-SignedHeaders=host",
                &[],
                Target::S3,
            ),
            (
                "POST",
                "/",
                &[("x-amz-target", "SageMaker.ListModels")],
                Target::Api,
            ),
            ("POST", "/", &[form], Target::Api),
            (
                "GET",
                "/?Action=GetCallerIdentity&Version=2011-06-15",
                &[],
                Target::Api,
            ),
            (
                "POST",
                "/service/X/operation/Y",
                &[("smithy-protocol", "rpc-v2-cbor")],
                Target::Api,
            ),
            ("POST", "/endpoints/e/invocations", &[], Target::Api),
            ("POST", "/bucket?delete", &[], Target::S3),
        ];
        for (method, uri, headers, expected) in cases {
            assert_eq!(
                Target::of(&head(method, uri, headers)),
                *expected,
                "{method} {uri}"
            );
        }
    }

    #[test]
    fn escapes_of_a_query_are_undone() {
        let head = head("GET", "/?a=b%2Fc+d&e=%ff&f=%2&g", &[]);
        assert_eq!(query_decoded(&head, "a").as_deref(), Some("b/c d"));
        assert_eq!(query_decoded(&head, "e"), None);
        assert_eq!(query_decoded(&head, "f").as_deref(), Some("%2"));
        assert_eq!(query_decoded(&head, "g").as_deref(), Some(""));
        assert_eq!(query_decoded(&head, "h"), None);
    }
}
