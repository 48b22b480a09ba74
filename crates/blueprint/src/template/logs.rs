//! Where the machine logs its failures.

use serde_json::{Value, json};

pub(super) fn resource(stack: &str) -> Value {
    json!({
        "Type": "AWS::Logs::LogGroup",
        "Properties": {"LogGroupName": format!("/aws/vendedlogs/states/{stack}"), "RetentionInDays": 30},
    })
}
