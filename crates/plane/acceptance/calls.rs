//! Calls that state machines leave to effects. The execution that asked is not there: its outcome is dropped, and what
//! the call did to the records is looked at.

use plane::store::Effect;
use serde_json::{Value, json};

use crate::bed::{Bed, Running};

async fn make(plane: &Running, operation: &str, parameters: Value) {
    let effect = Effect::CallService {
        execution: "arn:x".to_owned(),
        task: operation.to_owned(),
        service: "s3".to_owned(),
        operation: operation.to_owned(),
        parameters,
    };
    plane.run(move |tx| Ok(tx.emit(effect)?)).await.unwrap();
    plane
        .eventually("the call is settled", || plane.effects().is_empty())
        .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn objects_are_written_and_deleted() {
    let plane = Bed::new().start().await;
    let object = |key: &str, body: Value| json!({"Bucket": "data", "Key": key, "Body": body});
    make(&plane, "PutObject", object("a.json", json!({"x": [1, 2]}))).await;
    make(&plane, "PutObject", object("b.txt", json!("text"))).await;
    assert_eq!(plane.get("a.json"), br#"{"x":[1,2]}"#);
    assert_eq!(plane.get("b.txt"), b"text");
    make(
        &plane,
        "DeleteObject",
        json!({"Bucket": "data", "Key": "a.json"}),
    )
    .await;
    assert_eq!(plane.keys(""), ["b.txt"]);
    // Members that would be ignored and operations that are not there leave nothing.
    make(
        &plane,
        "DeleteObject",
        json!({"Bucket": "data", "Key": "b.txt", "VersionId": "1"}),
    )
    .await;
    make(
        &plane,
        "CopyObject",
        json!({"Bucket": "data", "Key": "b.txt"}),
    )
    .await;
    assert_eq!(plane.keys(""), ["b.txt"]);
    plane.executor.shutdown().await;
}
