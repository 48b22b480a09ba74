//! Endpoints: creation, invocation, updates that work and that do not, deaths of replicas, restarts of the plane.

use serde_json::{Value, json};

use crate::bed::{Bed, Running};

const SETTLED: [&str; 2] = ["InService", "Failed"];

async fn config(plane: &Running, name: &str, model: &str, replicas: u32) {
    let request = json!({
        "EndpointConfigName": name,
        "ProductionVariants": [{
            "VariantName": "AllTraffic", "ModelName": model, "InstanceType": "ml.m5.large",
            "InitialInstanceCount": replicas, "InitialVariantWeight": 1.0,
        }],
    });
    plane.call("CreateEndpointConfig", request).await.unwrap();
}

fn of(name: &str, config: &str) -> Value {
    json!({"EndpointName": name, "EndpointConfigName": config})
}

async fn settled(plane: &Running, name: &str) -> Value {
    let request = json!({"EndpointName": name});
    plane
        .until("DescribeEndpoint", request, "EndpointStatus", &SETTLED)
        .await
}

#[tokio::test(flavor = "multi_thread")]
async fn an_endpoint_answers_and_goes() {
    let plane = Bed::new().start().await;
    plane.model("one", json!({})).await;
    config(&plane, "c-one", "one", 2).await;
    assert_eq!(
        plane.invoke("e", "x").await.unwrap_err().message,
        "Endpoint e of account 000000000000 not found."
    );
    plane
        .call("CreateEndpoint", of("e", "c-one"))
        .await
        .unwrap();
    let found = settled(&plane, "e").await;
    assert_eq!(found["EndpointStatus"], "InService", "{found}");
    assert_eq!(found["ProductionVariants"][0]["CurrentInstanceCount"], 2);
    assert_eq!(plane.invoke("e", "1,2").await.unwrap(), "one(1,2)");
    let fault = plane.invoke("e", "bad").await.unwrap_err();
    assert_eq!((fault.code.as_str(), fault.status), ("ModelError", 424));
    assert!(
        fault
            .message
            .contains("client error (400) from primary with message \"a bad row\"")
    );

    plane
        .call("DeleteEndpoint", json!({"EndpointName": "e"}))
        .await
        .unwrap();
    plane
        .eventually("the endpoint is gone", || plane.effects().is_empty())
        .await;
    let gone = plane
        .call("DescribeEndpoint", json!({"EndpointName": "e"}))
        .await
        .unwrap_err();
    assert!(gone.message.starts_with("Could not find endpoint"));
    assert_eq!(
        plane.invoke("e", "5").await.unwrap_err().code,
        "ValidationError"
    );
    plane.executor.shutdown().await;
    let metrics = plane.metrics("AWS/SageMaker");
    assert!(
        metrics.contains(&"Invocations".to_owned()) && metrics.contains(&"ModelLatency".to_owned())
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn an_update_that_fails_keeps_what_answers_and_one_that_works_replaces_it() {
    let plane = Bed::new().start().await;
    plane.model("one", json!({})).await;
    plane.model("two", json!({})).await;
    plane.model("broken", json!({"behaviour": "refuse"})).await;
    config(&plane, "c-one", "one", 2).await;
    config(&plane, "c-two", "two", 1).await;
    config(&plane, "c-broken", "broken", 1).await;
    plane
        .call("CreateEndpoint", of("e", "c-one"))
        .await
        .unwrap();
    settled(&plane, "e").await;
    plane
        .call("UpdateEndpoint", of("e", "c-broken"))
        .await
        .unwrap();
    let found = settled(&plane, "e").await;
    assert_eq!(
        (&found["EndpointStatus"], &found["EndpointConfigName"]),
        (&json!("InService"), &json!("c-one"))
    );
    let reason = found["FailureReason"].as_str().unwrap();
    assert!(
        reason.contains("did not pass the ping health check"),
        "{reason}"
    );
    assert!(
        reason.ends_with("exit code 7: no such model family"),
        "{reason}"
    );
    assert_eq!(plane.invoke("e", "3").await.unwrap(), "one(3)");

    plane
        .call("UpdateEndpoint", of("e", "c-two"))
        .await
        .unwrap();
    let found = settled(&plane, "e").await;
    assert_eq!(
        (&found["EndpointConfigName"], found.get("FailureReason")),
        (&json!("c-two"), None)
    );
    assert_eq!(plane.invoke("e", "4").await.unwrap(), "two(4)");
    plane.executor.shutdown().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn endpoints_that_cannot_start_say_why() {
    let plane = Bed::new().start().await;
    plane.model("broken", json!({"behaviour": "refuse"})).await;
    config(&plane, "c", "broken", 1).await;
    plane.call("CreateEndpoint", of("e", "c")).await.unwrap();
    let found = settled(&plane, "e").await;
    assert_eq!(found["EndpointStatus"], "Failed");
    assert!(
        found["FailureReason"]
            .as_str()
            .unwrap()
            .contains("no such model family")
    );
    let lines = plane.lines("/aws/sagemaker/Endpoints/e");
    assert!(
        lines.contains(&"no such model family".to_owned()),
        "{lines:?}"
    );
    assert!(
        plane
            .invoke("e", "1")
            .await
            .unwrap_err()
            .message
            .contains("in status Failed")
    );

    let foreign = json!({
        "ModelName": "foreign", "ExecutionRoleArn": crate::bed::ROLE,
        "PrimaryContainer": {"Image": "pytorch:2"},
    });
    plane.call("CreateModel", foreign).await.unwrap();
    config(&plane, "d", "foreign", 1).await;
    plane.call("CreateEndpoint", of("f", "d")).await.unwrap();
    let found = settled(&plane, "f").await;
    assert!(
        found["FailureReason"]
            .as_str()
            .unwrap()
            .starts_with("image pytorch:2 is not available")
    );
    plane.executor.shutdown().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_replica_that_dies_is_started_again() {
    let plane = Bed::new().start().await;
    plane.model("one", json!({})).await;
    config(&plane, "c", "one", 1).await;
    plane.call("CreateEndpoint", of("e", "c")).await.unwrap();
    settled(&plane, "e").await;
    assert_eq!(
        plane.invoke("e", "die").await.unwrap_err().code,
        "ModelError"
    );
    // The call waits for the replica that takes its place.
    assert_eq!(plane.invoke("e", "1").await.unwrap(), "one(1)");
    plane.executor.shutdown().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn endpoints_answer_again_after_a_restart_of_the_plane() {
    let bed = Bed::new();
    let plane = bed.start().await;
    plane.model("one", json!({})).await;
    config(&plane, "c", "one", 1).await;
    plane.call("CreateEndpoint", of("e", "c")).await.unwrap();
    settled(&plane, "e").await;
    plane.executor.shutdown().await;
    let left = |bed: &Bed| {
        let names = std::fs::read_dir(bed.path("jobs")).unwrap();
        names
            .flatten()
            .filter(|e| e.file_name().to_string_lossy().starts_with("endpoint-"))
            .count()
    };
    assert_eq!(left(&bed), 0);
    drop(plane);
    let plane = bed.start().await;
    assert_eq!(plane.invoke("e", "2").await.unwrap(), "one(2)");
    assert_eq!(left(&bed), 1);
    plane.executor.shutdown().await;
}
