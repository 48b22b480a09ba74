//! Who an execution is: what the caller decides before it starts.

use serde::{Deserialize, Serialize};
use serde_json::Value;

/// The identity and the input of an execution.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Start {
    /// ARN of the execution.
    pub execution_arn: String,
    /// Its name.
    pub name: String,
    /// The role it runs with.
    pub role_arn: String,
    /// ARN of its state machine.
    pub state_machine_arn: String,
    /// Name of its state machine.
    pub state_machine_name: String,
    /// The region that task events report.
    pub region: String,
    /// The input, at most 262,144 bytes as text: the caller refuses more.
    pub input: Value,
    /// How often it was redriven.
    pub redrive_count: u32,
    /// Seed of its random stream (UUIDs, jitter, task tokens).
    pub seed: u64,
}

/// An execution without a name and with the input `{}`; handy in tests and examples.
impl Default for Start {
    fn default() -> Self {
        Start {
            execution_arn: "arn:aws:states:us-east-1:000000000000:execution:machine:run".to_owned(),
            name: "run".to_owned(),
            role_arn: "arn:aws:iam::000000000000:role/machine".to_owned(),
            state_machine_arn: "arn:aws:states:us-east-1:000000000000:stateMachine:machine"
                .to_owned(),
            state_machine_name: "machine".to_owned(),
            region: "us-east-1".to_owned(),
            input: Value::Object(serde_json::Map::new()),
            redrive_count: 0,
            seed: 0,
        }
    }
}
