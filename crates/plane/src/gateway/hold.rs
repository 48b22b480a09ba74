//! Descriptions of what is on its way: the answer is held until there is news, for some seconds.
//!
//! A client that waits asks again only after its own pause, 30 or 60 seconds in the SageMaker SDK and in boto3's waiters,
//! and what takes minutes on AWS is done here after less than that. What is answered is true at the moment of the answer;
//! clients do not depend on how long it takes.

use std::time::Duration;

use serde_json::Value;

/// How long an answer is held; well below the read timeout of clients.
pub(super) const PATIENCE: Duration = Duration::from_secs(5);
/// Between two looks.
pub(super) const PAUSE: Duration = Duration::from_millis(20);
/// A job that is older, in seconds, will not end in a moment: who asks wants to see it run.
const YOUNG: f64 = 5.0;

/// Whether a later answer to the same question is worth waiting for; `now` is in seconds since the epoch.
pub(super) fn is_on_its_way(operation: &str, answer: &Value, now: f64) -> bool {
    let is = |member: &str, words: &[&str]| {
        answer[member]
            .as_str()
            .is_some_and(|word| words.contains(&word))
    };
    let young = || {
        answer["CreationTime"]
            .as_f64()
            .is_some_and(|created| now - created < YOUNG)
    };
    match operation {
        "DescribeEndpoint" => is("EndpointStatus", &["Creating", "Updating"]),
        "DescribeTrainingJob" => is("TrainingJobStatus", &["InProgress"]) && young(),
        "DescribeProcessingJob" => is("ProcessingJobStatus", &["InProgress"]) && young(),
        "DescribeTransformJob" => is("TransformJobStatus", &["InProgress"]) && young(),
        _ => false,
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn endpoints_that_come_are_waited_for() {
        for (operation, status, expected) in [
            ("DescribeEndpoint", "Creating", true),
            ("DescribeEndpoint", "Updating", true),
            ("DescribeEndpoint", "InService", false),
            ("DescribeEndpoint", "Deleting", false),
            ("DescribeEndpoint", "Failed", false),
            ("ListEndpoints", "Creating", false),
        ] {
            let answer = json!({"EndpointStatus": status});
            assert_eq!(
                is_on_its_way(operation, &answer, 0.0),
                expected,
                "{operation} {status}"
            );
        }
    }

    #[test]
    fn jobs_are_waited_for_while_they_are_young() {
        for (status, now, expected) in [
            ("InProgress", 100.5, true),
            ("InProgress", 104.9, true),
            ("InProgress", 105.0, false),
            ("Stopping", 100.5, false),
            ("Completed", 100.5, false),
        ] {
            for kind in ["Training", "Processing", "Transform"] {
                let mut answer = json!({"CreationTime": 100.0});
                answer[format!("{kind}JobStatus")] = status.into();
                let operation = format!("Describe{kind}Job");
                assert_eq!(
                    is_on_its_way(&operation, &answer, now),
                    expected,
                    "{operation} {status} {now}"
                );
            }
        }
    }
}
