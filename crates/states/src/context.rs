//! What an expression may see besides its input: the context object (`$$`) and the random stream.

use std::cell::OnceCell;

use serde_json::{Value, json};

use crate::error::EvaluationError;
use crate::random::Random;
use crate::{Millis, Start, timestamp};

/// The surroundings in which the expressions of one state are evaluated.
#[derive(Debug)]
pub(crate) struct Environment<'e> {
    pub(crate) context: Context<'e>,
    pub(crate) random: &'e mut Random,
    /// Nodes of JSON that expressions may still make: a short template can ask for its input many thousand times.
    nodes: usize,
}

/// Nodes of JSON that the expressions of one field may make in all.
const NODES: usize = 8 * crate::limits::DATA_BYTES;

impl<'e> Environment<'e> {
    pub(crate) fn new(context: Context<'e>, random: &'e mut Random) -> Self {
        Environment {
            context,
            random,
            nodes: NODES,
        }
    }

    /// Accounts for a value that an expression made.
    pub(crate) fn spend(&mut self, value: &Value) -> Result<(), EvaluationError> {
        match self.nodes.checked_sub(weight(value)) {
            Some(left) => {
                self.nodes = left;
                Ok(())
            }
            None => Err(EvaluationError::TooMuchData),
        }
    }
}

/// The nodes of a value, a text counting one more for each 16 bytes.
fn weight(value: &Value) -> usize {
    match value {
        Value::String(text) => 1 + text.len() / 16,
        Value::Array(items) => 1 + items.iter().map(weight).sum::<usize>(),
        Value::Object(members) => {
            1 + members
                .values()
                .map(|member| 1 + weight(member))
                .sum::<usize>()
        }
        _ => 1,
    }
}

/// What the context object is made of. It is made when an expression first looks at it: most never do.
#[derive(Debug)]
pub(crate) struct Context<'e> {
    pub(crate) start: &'e Start,
    pub(crate) started_at: Millis,
    pub(crate) state_name: &'e str,
    pub(crate) entered_at: Millis,
    pub(crate) retry_count: u32,
    pub(crate) task_token: Option<String>,
    pub(crate) item: Option<&'e Item>,
    pub(crate) object: OnceCell<Value>,
}

/// The item that an iteration of a Map state works on.
#[derive(Debug, Clone, PartialEq, serde::Serialize, serde::Deserialize)]
pub(crate) struct Item {
    pub(crate) index: u64,
    pub(crate) value: Value,
}

impl Context<'_> {
    /// The context object.
    pub(crate) fn object(&self) -> &Value {
        self.object.get_or_init(|| {
            let mut object = json!({
                "Execution": {
                    "Id": self.start.execution_arn,
                    "Input": self.start.input,
                    "Name": self.start.name,
                    "RoleArn": self.start.role_arn,
                    "StartTime": timestamp::format(self.started_at),
                    "RedriveCount": self.start.redrive_count,
                },
                "State": {
                    "EnteredTime": timestamp::format(self.entered_at),
                    "Name": self.state_name,
                    "RetryCount": self.retry_count,
                },
                "StateMachine": {
                    "Id": self.start.state_machine_arn,
                    "Name": self.start.state_machine_name,
                },
            });
            if let Some(token) = &self.task_token {
                object["Task"] = json!({"Token": token});
            }
            if let Some(item) = self.item {
                object["Map"] = json!({"Item": {"Index": item.index, "Value": item.value}});
            }
            object
        })
    }
}

#[cfg(test)]
pub(crate) mod test_support {
    use super::*;

    /// Runs `work` in the surroundings of a state named `S`.
    pub(crate) fn with_environment<T>(work: impl FnOnce(&mut Environment<'_>) -> T) -> T {
        let start = Start::default();
        let context = Context {
            start: &start,
            started_at: 0,
            state_name: "S",
            entered_at: 1000,
            retry_count: 2,
            task_token: None,
            item: None,
            object: OnceCell::new(),
        };
        work(&mut Environment::new(context, &mut Random::new(1)))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_object_has_aws_shape() {
        let start = Start {
            input: json!({"a": 1}),
            redrive_count: 3,
            ..Start::default()
        };
        let item = Item {
            index: 4,
            value: json!("v"),
        };
        let context = Context {
            start: &start,
            started_at: 1_706_704_496_789,
            state_name: "S",
            entered_at: 0,
            retry_count: 1,
            task_token: Some("token".into()),
            item: Some(&item),
            object: OnceCell::new(),
        };
        assert_eq!(
            context.object(),
            &json!({
                "Execution": {
                    "Id": "arn:aws:states:us-east-1:000000000000:execution:machine:run",
                    "Input": {"a": 1},
                    "Name": "run",
                    "RoleArn": "arn:aws:iam::000000000000:role/machine",
                    "StartTime": "2024-01-31T12:34:56.789Z",
                    "RedriveCount": 3,
                },
                "State": {"EnteredTime": "1970-01-01T00:00:00.000Z", "Name": "S", "RetryCount": 1},
                "StateMachine": {
                    "Id": "arn:aws:states:us-east-1:000000000000:stateMachine:machine",
                    "Name": "machine",
                },
                "Task": {"Token": "token"},
                "Map": {"Item": {"Index": 4, "Value": "v"}},
            })
        );
    }
}
