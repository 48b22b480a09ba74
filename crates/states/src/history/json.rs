//! An event in the shape of `GetExecutionHistory`.

use serde_json::{Map, Value, json};

use super::{EventKind, Fault, HistoryEvent, Integration, TaskPhase};

impl HistoryEvent {
    /// The event as `GetExecutionHistory` answers it: AWS's member names, the timestamp in epoch seconds.
    ///
    /// ```
    /// use states::{EventKind, HistoryEvent};
    /// let kind = EventKind::MapStarted { length: 2 };
    /// let event = HistoryEvent { id: 3, previous_event_id: 2, timestamp: 1500, kind };
    /// assert_eq!(
    ///     event.to_json(),
    ///     serde_json::json!({
    ///         "timestamp": 1.5, "type": "MapStateStarted", "id": 3, "previousEventId": 2,
    ///         "mapStateStartedEventDetails": {"length": 2},
    ///     })
    /// );
    /// ```
    pub fn to_json(&self) -> Value {
        let mut event = Map::new();
        event.insert("timestamp".into(), json!(self.timestamp as f64 / 1000.0));
        event.insert("type".into(), self.event_type().into());
        event.insert("id".into(), self.id.into());
        event.insert("previousEventId".into(), self.previous_event_id.into());
        if let Some((name, details)) = details(&self.kind) {
            event.insert(name.to_owned(), Value::Object(details.0));
        }
        Value::Object(event)
    }
}

/// The members of one details object, in order.
#[derive(Default)]
struct Details(Map<String, Value>);

impl Details {
    fn with(mut self, name: &str, value: impl Into<Value>) -> Self {
        self.0.insert(name.to_owned(), value.into());
        self
    }

    fn with_some(self, name: &str, value: Option<impl Into<Value>>) -> Self {
        match value {
            Some(value) => self.with(name, value),
            None => self,
        }
    }

    /// A data member and the note beside it that it is whole.
    fn with_data(self, name: &str, note: &str, text: &str) -> Self {
        self.with(name, text)
            .with(note, json!({"truncated": false}))
    }

    fn with_input(self, text: &str) -> Self {
        self.with_data("input", "inputDetails", text)
    }

    fn with_output(self, text: &str) -> Self {
        self.with_data("output", "outputDetails", text)
    }

    fn with_fault(self, fault: &Fault) -> Self {
        self.with_some("error", fault.error.clone())
            .with_some("cause", fault.cause.clone())
    }
}

fn details(kind: &EventKind) -> Option<(&'static str, Details)> {
    let empty = Details::default();
    let iteration = |name: &String, index: &u64| {
        Details::default()
            .with("name", name.clone())
            .with("index", *index)
    };
    Some(match kind {
        EventKind::ExecutionStarted { input, role_arn } => (
            "executionStartedEventDetails",
            empty.with_input(input).with("roleArn", role_arn.clone()),
        ),
        EventKind::ExecutionSucceeded { output } => {
            ("executionSucceededEventDetails", empty.with_output(output))
        }
        EventKind::ExecutionFailed(fault) => {
            ("executionFailedEventDetails", empty.with_fault(fault))
        }
        EventKind::ExecutionTimedOut(fault) => {
            ("executionTimedOutEventDetails", empty.with_fault(fault))
        }
        EventKind::ExecutionAborted(fault) => {
            ("executionAbortedEventDetails", empty.with_fault(fault))
        }
        EventKind::StateEntered { name, input, .. } => (
            "stateEnteredEventDetails",
            empty.with("name", name.clone()).with_input(input),
        ),
        EventKind::StateExited { name, output, .. } => (
            "stateExitedEventDetails",
            empty.with("name", name.clone()).with_output(output),
        ),
        EventKind::MapStarted { length } => {
            ("mapStateStartedEventDetails", empty.with("length", *length))
        }
        EventKind::IterationStarted { name, index } => {
            ("mapIterationStartedEventDetails", iteration(name, index))
        }
        EventKind::IterationSucceeded { name, index } => {
            ("mapIterationSucceededEventDetails", iteration(name, index))
        }
        EventKind::IterationFailed { name, index } => {
            ("mapIterationFailedEventDetails", iteration(name, index))
        }
        EventKind::IterationAborted { name, index } => {
            ("mapIterationAbortedEventDetails", iteration(name, index))
        }
        EventKind::Task { integration, phase } => return task(integration, phase),
        EventKind::StateAborted { .. }
        | EventKind::ParallelStarted
        | EventKind::ParallelSucceeded
        | EventKind::ParallelFailed
        | EventKind::MapSucceeded
        | EventKind::MapFailed => return None,
    })
}

fn task(integration: &Integration, phase: &TaskPhase) -> Option<(&'static str, Details)> {
    match integration {
        Integration::Service {
            resource_type,
            resource,
        } => Some(service_task(phase, resource_type, resource)),
        Integration::Lambda { resource } => function_task(phase, resource),
        Integration::Activity { resource } => activity_task(phase, resource),
    }
}

fn service_task(phase: &TaskPhase, resource_type: &str, resource: &str) -> (&'static str, Details) {
    let base = Details::default()
        .with("resourceType", resource_type)
        .with("resource", resource);
    match phase {
        TaskPhase::Scheduled {
            parameters,
            region,
            timeout_seconds,
            heartbeat_seconds,
            role_arn,
        } => (
            "taskScheduledEventDetails",
            base.with("region", region.clone())
                .with("parameters", parameters.clone())
                .with_some("timeoutInSeconds", *timeout_seconds)
                .with_some("heartbeatInSeconds", *heartbeat_seconds)
                .with_some(
                    "taskCredentials",
                    role_arn.as_ref().map(|arn| json!({"roleArn": arn})),
                ),
        ),
        TaskPhase::Started { .. } => ("taskStartedEventDetails", base),
        TaskPhase::Submitted { output } => ("taskSubmittedEventDetails", base.with_output(output)),
        TaskPhase::Succeeded { output } => ("taskSucceededEventDetails", base.with_output(output)),
        TaskPhase::Failed(fault) => ("taskFailedEventDetails", base.with_fault(fault)),
        TaskPhase::TimedOut(fault) => ("taskTimedOutEventDetails", base.with_fault(fault)),
    }
}

fn function_task(phase: &TaskPhase, resource: &str) -> Option<(&'static str, Details)> {
    let empty = Details::default();
    Some(match phase {
        TaskPhase::Scheduled {
            parameters,
            timeout_seconds,
            role_arn,
            ..
        } => (
            "lambdaFunctionScheduledEventDetails",
            empty
                .with("resource", resource)
                .with_input(parameters)
                .with_some("timeoutInSeconds", *timeout_seconds)
                .with_some(
                    "taskCredentials",
                    role_arn.as_ref().map(|arn| json!({"roleArn": arn})),
                ),
        ),
        TaskPhase::Started { .. } | TaskPhase::Submitted { .. } => return None,
        TaskPhase::Succeeded { output } => (
            "lambdaFunctionSucceededEventDetails",
            empty.with_output(output),
        ),
        TaskPhase::Failed(fault) => ("lambdaFunctionFailedEventDetails", empty.with_fault(fault)),
        TaskPhase::TimedOut(fault) => (
            "lambdaFunctionTimedOutEventDetails",
            empty.with_fault(fault),
        ),
    })
}

fn activity_task(phase: &TaskPhase, resource: &str) -> Option<(&'static str, Details)> {
    let empty = Details::default();
    Some(match phase {
        TaskPhase::Scheduled {
            parameters,
            timeout_seconds,
            heartbeat_seconds,
            ..
        } => (
            "activityScheduledEventDetails",
            empty
                .with("resource", resource)
                .with_input(parameters)
                .with_some("timeoutInSeconds", *timeout_seconds)
                .with_some("heartbeatInSeconds", *heartbeat_seconds),
        ),
        TaskPhase::Started { worker } => (
            "activityStartedEventDetails",
            empty.with_some("workerName", worker.clone()),
        ),
        TaskPhase::Submitted { .. } => return None,
        TaskPhase::Succeeded { output } => {
            ("activitySucceededEventDetails", empty.with_output(output))
        }
        TaskPhase::Failed(fault) => ("activityFailedEventDetails", empty.with_fault(fault)),
        TaskPhase::TimedOut(fault) => ("activityTimedOutEventDetails", empty.with_fault(fault)),
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::StateType;

    fn json_of(kind: EventKind) -> Value {
        HistoryEvent {
            id: 5,
            previous_event_id: 4,
            timestamp: 1_706_704_496_789,
            kind,
        }
        .to_json()
    }

    #[test]
    fn data_carries_the_note_that_it_is_whole() {
        let kind = EventKind::StateEntered {
            state_type: StateType::Task,
            name: "Train".into(),
            input: "{}".into(),
        };
        assert_eq!(
            json_of(kind),
            json!({
                "timestamp": 1_706_704_496.789, "type": "TaskStateEntered", "id": 5, "previousEventId": 4,
                "stateEnteredEventDetails": {"name": "Train", "input": "{}", "inputDetails": {"truncated": false}},
            })
        );
    }

    #[test]
    fn absent_error_and_cause_stay_absent() {
        let event = json_of(EventKind::ExecutionFailed(Fault::default()));
        assert_eq!(event["executionFailedEventDetails"], json!({}));
        let fault = Fault {
            error: Some("E".into()),
            cause: None,
        };
        let event = json_of(EventKind::ExecutionAborted(fault));
        assert_eq!(event["executionAbortedEventDetails"], json!({"error": "E"}));
    }

    #[test]
    fn each_integration_has_its_own_family_of_events() {
        let scheduled = || TaskPhase::Scheduled {
            parameters: "{}".into(),
            region: "us-east-1".into(),
            timeout_seconds: Some(5),
            heartbeat_seconds: Some(2),
            role_arn: Some("arn:r".into()),
        };
        let service = Integration::Service {
            resource_type: "lambda".into(),
            resource: "invoke".into(),
        };
        let event = json_of(EventKind::Task {
            integration: service,
            phase: scheduled(),
        });
        assert_eq!(event["type"], "TaskScheduled");
        assert_eq!(
            event["taskScheduledEventDetails"],
            json!({
                "resourceType": "lambda", "resource": "invoke", "region": "us-east-1", "parameters": "{}",
                "timeoutInSeconds": 5, "heartbeatInSeconds": 2, "taskCredentials": {"roleArn": "arn:r"},
            })
        );
        let function = Integration::Lambda {
            resource: "arn:f".into(),
        };
        let event = json_of(EventKind::Task {
            integration: function,
            phase: scheduled(),
        });
        assert_eq!(event["type"], "LambdaFunctionScheduled");
        assert_eq!(
            event["lambdaFunctionScheduledEventDetails"]["timeoutInSeconds"],
            5
        );
        assert_eq!(
            event["lambdaFunctionScheduledEventDetails"].get("heartbeatInSeconds"),
            None
        );
        let activity = || Integration::Activity {
            resource: "arn:a".into(),
        };
        let event = json_of(EventKind::Task {
            integration: activity(),
            phase: scheduled(),
        });
        assert_eq!(
            event["activityScheduledEventDetails"]["heartbeatInSeconds"],
            2
        );
        let phase = TaskPhase::Started {
            worker: Some("w".into()),
        };
        let event = json_of(EventKind::Task {
            integration: activity(),
            phase,
        });
        assert_eq!(
            event["activityStartedEventDetails"],
            json!({"workerName": "w"})
        );
    }
}
