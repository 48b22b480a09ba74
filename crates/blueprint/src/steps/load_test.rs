//! LoadTest: open-loop load on the endpoint. Its key holds the machine's fingerprint, since it is a measurement.

use serde_json::json;

use crate::state::{Input, States, find, keep, object_uri, processing};
use crate::steps::prepare::part;

pub(crate) const FIRST: &str = "FindLoadTest";
/// Bumped when the same endpoint would be measured in another way.
pub(crate) const ALGORITHM: u32 = 2;

pub(crate) fn states() -> States {
    let inputs = [
        Input {
            name: "spec",
            uri: object_uri("LoadTest", "spec.json"),
        },
        Input {
            name: "data",
            uri: part("test"),
        },
    ];
    vec![
        (
            FIRST.to_owned(),
            find("LoadTest", "$.out.LoadTest", "LoadTested", "TellLoadTest"),
        ),
        (
            "TellLoadTest".to_owned(),
            crate::state::put(
                &crate::state::object_key("LoadTest", "spec.json"),
                &json!({
                    "schema": "plimsoll.load-test-spec/1",
                    "endpoint.$": "$.in.Deploy.endpoint",
                    "rate_per_second.$": "$.in.LoadTest.rate_per_second",
                    "seconds.$": "$.in.LoadTest.seconds",
                    "in_flight_limit.$": "$.in.LoadTest.in_flight_limit",
                }),
                "LoadTest",
            ),
        ),
        (
            "LoadTest".to_owned(),
            processing("LoadTest", "load-test", &inputs, "KeepLoadTest"),
        ),
        (
            "KeepLoadTest".to_owned(),
            keep("LoadTest", "$.out.LoadTest", "LoadTested"),
        ),
        (
            "LoadTested".to_owned(),
            json!({
                "Type": "Pass",
                "Parameters": {"step": "LoadTest", "complete.$": "$.out.LoadTest.complete"},
                "End": true,
            }),
        ),
    ]
}
