//! Which protocol a client speaks, read from the head of its request; the answer mirrors it.

use http::request::Parts;

use crate::table::{Protocol, Service};

/// The value of the `smithy-protocol` header of rpc-v2-cbor.
pub(crate) const RPC_V2_CBOR: &str = "rpc-v2-cbor";

/// A header as text; absent when it is not readable.
pub(crate) fn header<'a>(head: &'a Parts, name: &str) -> Option<&'a str> {
    head.headers.get(name)?.to_str().ok()
}

/// Whether the head is one of rpc-v2-cbor.
pub(crate) fn is_cbor(head: &Parts) -> bool {
    header(head, "smithy-protocol") == Some(RPC_V2_CBOR)
}

/// What the head says by itself; Query when it says nothing.
pub(crate) fn guess(head: &Parts) -> Protocol {
    if is_cbor(head) {
        return Protocol::Cbor;
    }
    let content_type = header(head, "content-type").unwrap_or_default();
    if content_type.starts_with("application/x-amz-json-1.0") {
        return Protocol::Json10;
    }
    if head.headers.contains_key("x-amz-target") {
        return Protocol::Json11;
    }
    if head.uri.path().len() > 1 {
        return Protocol::RestJson;
    }
    Protocol::Query
}

/// The protocol that the client used with this service: one that the service speaks.
pub(crate) fn spoken(service: &Service, head: &Parts) -> Protocol {
    let guessed = guess(head);
    let speaks = |protocol| service.protocols.contains(&protocol);
    let alike = match guessed {
        Protocol::Json10 => Protocol::Json11,
        Protocol::Json11 => Protocol::Json10,
        Protocol::Query => Protocol::Ec2,
        other => other,
    };
    [guessed, alike]
        .into_iter()
        .find(|&protocol| speaks(protocol))
        .unwrap_or(service.protocol)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::service;

    fn head(uri: &str, headers: &[(&str, &str)]) -> Parts {
        let mut builder = http::Request::builder().uri(uri);
        for (name, value) in headers {
            builder = builder.header(*name, *value);
        }
        builder.body(()).unwrap().into_parts().0
    }

    #[test]
    fn the_answer_mirrors_the_client() {
        let cloudwatch = service("cloudwatch").unwrap();
        for (headers, protocol) in [
            (&[("smithy-protocol", "rpc-v2-cbor")][..], Protocol::Cbor),
            (
                &[
                    ("content-type", "application/x-amz-json-1.0"),
                    ("x-amz-target", "G.X"),
                ],
                Protocol::Json10,
            ),
            (&[("x-amz-target", "G.X")], Protocol::Json10),
            (
                &[("content-type", "application/x-www-form-urlencoded")],
                Protocol::Query,
            ),
        ] {
            assert_eq!(spoken(cloudwatch, &head("/", headers)), protocol);
        }
    }

    #[test]
    fn a_service_answers_in_a_protocol_that_it_speaks() {
        let anything = head("/", &[]);
        for (name, protocol) in [
            ("sagemaker", Protocol::Json11),
            ("states", Protocol::Json10),
            ("iam", Protocol::Query),
            ("sagemaker-runtime", Protocol::RestJson),
        ] {
            assert_eq!(
                spoken(service(name).unwrap(), &anything),
                protocol,
                "{name}"
            );
        }
        let states_in_1_1 = head(
            "/",
            &[
                ("content-type", "application/x-amz-json-1.1"),
                ("x-amz-target", "S.X"),
            ],
        );
        assert_eq!(
            spoken(service("states").unwrap(), &states_in_1_1),
            Protocol::Json10
        );
        assert_eq!(
            guess(&head("/endpoints/e/invocations", &[])),
            Protocol::RestJson
        );
    }
}
