//! The job that ended a run, as the cause of the execution tells it.

use serde_json::Value;

use super::RunReport;

/// A job that failed, with its reason.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct FailedJob {
    pub(crate) job: String,
    pub(crate) reason: String,
}

/// The job behind the end of a run, where it was one.
pub(crate) fn failed_job(report: &RunReport) -> Option<FailedJob> {
    let described: Value = serde_json::from_str(report.cause.as_deref()?).ok()?;
    let job = ["ProcessingJobName", "TrainingJobName", "TransformJobName"]
        .iter()
        .find_map(|name| described[*name].as_str())?;
    let reason = described["FailureReason"].as_str();
    Some(FailedJob {
        job: job.to_owned(),
        reason: reason.unwrap_or("no reason was given").trim().to_owned(),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn of(cause: &str) -> Option<FailedJob> {
        failed_job(&RunReport {
            cause: Some(cause.to_owned()),
            ..RunReport::empty()
        })
    }

    #[test]
    fn the_cause_of_a_failed_job_names_it_and_other_causes_do_not() {
        let failed =
            of(r#"{"TrainingJobName": "a-train", "FailureReason": " AlgorithmError: x\n"}"#)
                .unwrap();
        assert_eq!(
            (failed.job.as_str(), failed.reason.as_str()),
            ("a-train", "AlgorithmError: x")
        );
        let silent = of(r#"{"ProcessingJobName": "p"}"#).unwrap();
        assert_eq!(silent.reason, "no reason was given");
        assert_eq!(of("the data path matched nothing"), None);
        assert_eq!(of(r#"{"Cause": 1}"#), None);
    }
}
