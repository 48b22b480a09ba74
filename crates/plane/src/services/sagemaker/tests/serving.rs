//! Models, endpoint configurations and endpoints.

use serde_json::json;

use super::super::{Endpoint, endpoint};
use super::{Bed, config, endpoint_of, model};

#[test]
fn models_and_configurations_come_and_go() {
    let mut bed = Bed::new();
    bed.call("CreateModel", model("m")).unwrap();
    bed.call("CreateEndpointConfig", config("c", "m")).unwrap();
    let described = bed
        .call("DescribeModel", json!({"ModelName": "m"}))
        .unwrap();
    assert_eq!(described["PrimaryContainer"]["Image"], "plimsoll:0.1.0");
    assert_eq!(
        described["ModelArn"],
        "arn:aws:sagemaker:us-east-1:000000000000:model/m"
    );
    bed.call("DeleteModel", json!({"ModelName": "m"})).unwrap();
    bed.call("DeleteEndpointConfig", json!({"EndpointConfigName": "c"}))
        .unwrap();
    let left = bed.call("ListModels", json!({})).unwrap();
    assert_eq!(left, json!({"Models": []}));
}

#[test]
fn models_and_configurations_say_what_aws_says() {
    let mut bed = Bed::new();
    let arn =
        |kind: &str, name: &str| format!("arn:aws:sagemaker:us-east-1:000000000000:{kind}/{name}");
    bed.call("CreateModel", model("m")).unwrap();
    bed.call("CreateEndpointConfig", config("c", "m")).unwrap();
    let cases = [
        (
            "CreateModel",
            model("m"),
            format!(
                "Cannot create already existing model \"{}\".",
                arn("model", "m")
            ),
        ),
        (
            "DescribeModel",
            json!({"ModelName": "x"}),
            format!("Could not find model \"{}\".", arn("model", "x")),
        ),
        (
            "DeleteModel",
            json!({"ModelName": "x"}),
            format!("Could not find model \"{}\".", arn("model", "x")),
        ),
        (
            "CreateEndpointConfig",
            config("c", "m"),
            format!(
                "Cannot create already existing endpoint configuration \"{}\".",
                arn("endpoint-config", "c")
            ),
        ),
        (
            "CreateEndpointConfig",
            config("d", "x"),
            format!("Could not find model \"{}\".", arn("model", "x")),
        ),
        (
            "DescribeEndpointConfig",
            json!({"EndpointConfigName": "x"}),
            format!(
                "Could not find endpoint configuration \"{}\".",
                arn("endpoint-config", "x")
            ),
        ),
        (
            "CreateEndpoint",
            endpoint_of("e", "x"),
            format!(
                "Could not find endpoint configuration \"{}\".",
                arn("endpoint-config", "x")
            ),
        ),
        (
            "DescribeEndpoint",
            json!({"EndpointName": "x"}),
            format!("Could not find endpoint \"{}\".", arn("endpoint", "x")),
        ),
    ];
    for (operation, request, expected) in cases {
        assert_eq!(
            bed.refusal(operation, request),
            ("ValidationException".to_owned(), expected),
            "{operation}"
        );
    }
}

#[test]
fn an_endpoint_lives_through_its_statuses() {
    let mut bed = Bed::new();
    for name in ["one", "two"] {
        bed.call("CreateModel", model(name)).unwrap();
        bed.call("CreateEndpointConfig", config(name, name))
            .unwrap();
    }
    let name = json!({"EndpointName": "e"});
    let status = |bed: &mut Bed| {
        let found = bed.call("DescribeEndpoint", name.clone()).unwrap();
        let text = |member: &str| found[member].as_str().unwrap_or("").to_owned();
        (
            text("EndpointStatus"),
            text("EndpointConfigName"),
            text("FailureReason"),
        )
    };
    let shown = |status: &str, config: &str, reason: &str| {
        (status.to_owned(), config.to_owned(), reason.to_owned())
    };
    bed.call("CreateEndpoint", endpoint_of("e", "one")).unwrap();
    assert_eq!(status(&mut bed), shown("Creating", "one", ""));
    for operation in ["UpdateEndpoint", "DeleteEndpoint"] {
        let request = if operation == "UpdateEndpoint" {
            endpoint_of("e", "two")
        } else {
            name.clone()
        };
        assert_eq!(
            bed.refusal(operation, request).1,
            "Cannot update in-progress endpoint \"arn:aws:sagemaker:us-east-1:000000000000:endpoint/e\"."
        );
    }
    bed.run(|tx| endpoint::deployed(tx, "e")).unwrap();
    assert_eq!(status(&mut bed), shown("InService", "one", ""));
    // A configuration that is in use may go, as notebooks do it.
    bed.call("DeleteEndpointConfig", json!({"EndpointConfigName": "one"}))
        .unwrap();

    bed.call("UpdateEndpoint", endpoint_of("e", "two")).unwrap();
    assert_eq!(status(&mut bed), shown("Updating", "one", ""));
    let found = bed.call("DescribeEndpoint", name.clone()).unwrap();
    assert_eq!(
        found["PendingDeploymentSummary"]["EndpointConfigName"],
        "two"
    );
    bed.run(|tx| endpoint::not_deployed(tx, "e", "ping"))
        .unwrap();
    assert_eq!(status(&mut bed), shown("InService", "one", "ping"));
    bed.call("UpdateEndpoint", endpoint_of("e", "two")).unwrap();
    bed.run(|tx| endpoint::deployed(tx, "e")).unwrap();
    assert_eq!(status(&mut bed), shown("InService", "two", ""));

    bed.call("DeleteEndpoint", name.clone()).unwrap();
    assert_eq!(status(&mut bed).0, "Deleting");
    bed.run(|tx| endpoint::removed(tx, "e")).unwrap();
    assert!(
        bed.refusal("DescribeEndpoint", name.clone())
            .1
            .starts_with("Could not find endpoint")
    );
    assert_eq!(
        bed.effects(),
        [
            "start/endpoint/e/one",
            "start/endpoint/e/two",
            "stop/endpoint/e"
        ]
    );
}

#[test]
fn a_new_endpoint_whose_replicas_fail_can_only_be_deleted() {
    let mut bed = Bed::new();
    bed.call("CreateModel", model("m")).unwrap();
    bed.call("CreateEndpointConfig", config("c", "m")).unwrap();
    bed.call("CreateEndpoint", endpoint_of("e", "c")).unwrap();
    bed.run(|tx| endpoint::not_deployed(tx, "e", "no")).unwrap();
    let record: Endpoint = bed.store.snapshot().get("e").unwrap().unwrap();
    assert_eq!(record.status.as_str(), "Failed");
    assert!(
        bed.refusal("UpdateEndpoint", endpoint_of("e", "c"))
            .1
            .contains("in status Failed")
    );
    bed.call("DeleteEndpoint", json!({"EndpointName": "e"}))
        .unwrap();
}
