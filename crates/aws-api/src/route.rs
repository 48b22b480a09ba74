//! From the head of a request to the service and the operation.

use http::request::Parts;

use crate::codec::{form, rest};
use crate::error::ApiError;
use crate::protocol::{header, is_cbor};
use crate::table::{Operation, Protocol, Service};

type Routed = (&'static Service, &'static Operation);

/// Finds the service and the operation that a request means.
///
/// `signing_name` is the service of the credential scope; it decides between services that share a path and is not
/// needed otherwise. Operations that are not implemented are refused by name.
pub fn route(head: &Parts, body: &[u8], signing_name: Option<&str>) -> Result<Routed, ApiError> {
    if is_cbor(head) {
        return by_cbor_path(head.uri.path());
    }
    if let Some(target) = header(head, "x-amz-target") {
        return by_target(target);
    }
    if let Some(action) = form::action(head, body) {
        return by_action(&action, signing_name);
    }
    by_path(head, signing_name)
}

fn by_cbor_path(path: &str) -> Result<Routed, ApiError> {
    let mut parts = path.trim_start_matches('/').split('/');
    let words = [
        parts.next(),
        parts.next(),
        parts.next(),
        parts.next(),
        parts.next(),
    ];
    let [
        Some("service"),
        Some(prefix),
        Some("operation"),
        Some(name),
        None,
    ] = words
    else {
        return Err(unknown(format!("`{path}` is not a path of rpc-v2-cbor")));
    };
    let speaks = |service: &&Service| service.protocols.contains(&Protocol::Cbor);
    by_prefix(prefix, name, speaks)
}

fn by_target(target: &str) -> Result<Routed, ApiError> {
    let Some((prefix, name)) = target.rsplit_once('.') else {
        return Err(unknown(format!("`{target}` is not a target")));
    };
    by_prefix(prefix, name, |_| true)
}

fn by_prefix(
    prefix: &str,
    name: &str,
    speaks: impl Fn(&&Service) -> bool,
) -> Result<Routed, ApiError> {
    let mut services = crate::services().iter().filter(speaks);
    let found = services.find(|service| service.target_prefix == prefix && !prefix.is_empty());
    let Some(service) = found else {
        return Err(unknown(format!(
            "no service here has the target `{prefix}`"
        )));
    };
    operation(service, name)
}

fn by_action(action: &form::Action, signing_name: Option<&str>) -> Result<Routed, ApiError> {
    let speaks_query = |service: &&Service| {
        service
            .protocols
            .iter()
            .any(|&p| p == Protocol::Query || p == Protocol::Ec2)
    };
    let meant = |service: &&Service| match signing_name {
        Some(signing_name) => service.signing_name == signing_name,
        None => Some(service.api_version) == action.version.as_deref(),
    };
    let found = crate::services().iter().filter(speaks_query).find(meant);
    let Some(service) = found else {
        let version = action.version.as_deref().unwrap_or_default();
        let message = format!(
            "Could not find operation {} for version {version}",
            action.name
        );
        return Err(ApiError::new(400, "InvalidAction", message));
    };
    operation(service, &action.name).map_err(|error| ApiError {
        code: "InvalidAction".to_owned(),
        ..error
    })
}

fn by_path(head: &Parts, signing_name: Option<&str>) -> Result<Routed, ApiError> {
    let path = head.uri.path();
    let services = crate::services().iter().filter(|service| {
        service.protocols.contains(&Protocol::RestJson)
            && signing_name.is_none_or(|name| name == service.signing_name)
    });
    for service in services {
        let meant = |operation: &&Operation| {
            operation.method == head.method.as_str() && rest::labels(operation.uri, path).is_some()
        };
        if let Some(operation) = service.operations.iter().find(meant) {
            return Ok((service, operation));
        }
    }
    let message = format!("`{} {path}` is not implemented here", head.method);
    Err(ApiError::new(404, "UnknownOperationException", message))
}

fn operation(service: &'static Service, name: &str) -> Result<Routed, ApiError> {
    match service.operation(name) {
        Some(operation) => Ok((service, operation)),
        None => Err(unknown(format!(
            "`{name}` of {} is not implemented here",
            service.full_name
        ))),
    }
}

fn unknown(message: String) -> ApiError {
    ApiError::unknown_operation(message)
}

#[cfg(test)]
mod tests {
    use super::*;
    use http::Request;
    use proptest::prelude::*;

    fn head(method: &str, uri: &str, headers: &[(&str, &str)]) -> Parts {
        let mut builder = Request::builder().method(method).uri(uri);
        for (name, value) in headers {
            builder = builder.header(*name, *value);
        }
        builder.body(()).unwrap().into_parts().0
    }

    fn found(head: &Parts, body: &str, signing_name: Option<&str>) -> String {
        match route(head, body.as_bytes(), signing_name) {
            Ok((service, operation)) => format!("{}.{}", service.name, operation.name),
            Err(error) => format!("{} {}: {}", error.status, error.code, error.message),
        }
    }

    const FORM: (&str, &str) = ("content-type", "application/x-www-form-urlencoded");

    #[test]
    fn every_protocol_finds_its_operation() {
        let target = |value| head("POST", "/", &[("x-amz-target", value)]);
        let cbor = |path| head("POST", path, &[("smithy-protocol", "rpc-v2-cbor")]);
        let form = head("POST", "/", &[FORM]);
        for (head, body, signing_name, expected) in [
            (
                target("SageMaker.CreateModel"),
                "{}",
                None,
                "sagemaker.CreateModel",
            ),
            (
                target("AWSStepFunctions.StartExecution"),
                "{}",
                Some("states"),
                "states.StartExecution",
            ),
            (
                target("GraniteServiceVersion20100801.ListMetrics"),
                "",
                None,
                "cloudwatch.ListMetrics",
            ),
            (
                cbor("/service/GraniteServiceVersion20100801/operation/PutMetricData"),
                "",
                None,
                "cloudwatch.PutMetricData",
            ),
            (
                form.clone(),
                "Action=ListMetrics&Version=2010-08-01",
                None,
                "cloudwatch.ListMetrics",
            ),
            (
                form.clone(),
                "Version=2010-05-08&Action=GetRole",
                None,
                "iam.GetRole",
            ),
            (
                form.clone(),
                "Action=DescribeStacks",
                Some("cloudformation"),
                "cloudformation.DescribeStacks",
            ),
            (
                head("GET", "/?Action=GetCallerIdentity&Version=2011-06-15", &[]),
                "",
                Some("sts"),
                "sts.GetCallerIdentity",
            ),
            (
                head("POST", "/endpoints/e/invocations", &[]),
                "",
                Some("sagemaker"),
                "sagemaker-runtime.InvokeEndpoint",
            ),
            (
                head("POST", "/endpoints/e/invocations", &[]),
                "",
                None,
                "sagemaker-runtime.InvokeEndpoint",
            ),
        ] {
            assert_eq!(found(&head, body, signing_name), expected);
        }
    }

    #[test]
    fn what_is_not_implemented_is_refused_by_name() {
        let target = |value| head("POST", "/", &[("x-amz-target", value)]);
        let cbor = |path| head("POST", path, &[("smithy-protocol", "rpc-v2-cbor")]);
        let form = head("POST", "/", &[FORM]);
        for (head, body, signing_name, expected) in [
            (
                target("SageMaker.CreateHub"),
                "",
                None,
                "400 UnknownOperationException: `CreateHub` of Amazon SageMaker Service is not implemented here",
            ),
            (
                target("DynamoDB_20120810.PutItem"),
                "",
                None,
                "400 UnknownOperationException: no service here has the target `DynamoDB_20120810`",
            ),
            (
                target("PutItem"),
                "",
                None,
                "400 UnknownOperationException: `PutItem` is not a target",
            ),
            (
                cbor("/service/X"),
                "",
                None,
                "400 UnknownOperationException: `/service/X` is not a path of rpc-v2-cbor",
            ),
            (
                cbor("/service/SageMaker/operation/ListModels"),
                "",
                None,
                "400 UnknownOperationException: no service here has the target `SageMaker`",
            ),
            (
                form.clone(),
                "Action=CreateUser",
                Some("iam"),
                "400 InvalidAction: `CreateUser` of AWS Identity and Access Management is not implemented here",
            ),
            (
                form,
                "Action=SendMessage&Version=2012-11-05",
                None,
                "400 InvalidAction: Could not find operation SendMessage for version 2012-11-05",
            ),
            (
                head("POST", "/endpoints/e/async-invocations", &[]),
                "",
                Some("sagemaker"),
                "404 UnknownOperationException: `POST /endpoints/e/async-invocations` is not implemented here",
            ),
            (
                head("GET", "/endpoints/e/invocations", &[]),
                "",
                None,
                "404 UnknownOperationException: `GET /endpoints/e/invocations` is not implemented here",
            ),
        ] {
            assert_eq!(found(&head, body, signing_name), expected);
        }
    }

    proptest! {
        /// Whatever is routed is decoded or refused, never a panic.
        #[test]
        fn any_body_is_decoded_or_refused(
            place in 0_usize..1000,
            body in prop::collection::vec(any::<u8>(), 0..80),
            text in "[\\[\\]{}\":,a-z0-9. ]{0,60}",
        ) {
            let all: Vec<_> = crate::services()
                .iter()
                .flat_map(|service| service.operations.iter().map(move |operation| (service, operation)))
                .collect();
            let (service, operation) = all[place % all.len()];
            let target = format!("{}.{}", service.target_prefix, operation.name);
            let path = operation.uri.replace("{EndpointName}", "e");
            for body in [&body[..], text.as_bytes()] {
                for headers in [&[("x-amz-target", target.as_str())][..], &[FORM], &[("smithy-protocol", "rpc-v2-cbor")]] {
                    let head = head("POST", &path, headers);
                    let _ = route(&head, body, None);
                    if let Ok(value) = crate::decode(service, operation, &head, body) {
                        let _ = crate::validate(service, operation, &value);
                    }
                }
            }
        }
    }
}
