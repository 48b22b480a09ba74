//! From the end of a program to the end of its job, in AWS's words.

use jobs::ExitReason;

use super::evidence::Evidence;
use crate::executor::objects::Stored;
use crate::services::sagemaker::job::End;
use crate::services::sagemaker::{JobStatus, JobWords, Secondary};

/// AWS's limit of a failure reason, in characters.
const LIMIT: usize = 1024;

/// How a job that is a program has ended.
pub(crate) fn of_exit(words: &JobWords, reason: ExitReason, evidence: &Evidence) -> End {
    let mut end = match reason {
        ExitReason::Code(0) => End::new(JobStatus::Completed, Secondary::Completed),
        ExitReason::Stopped => End::new(JobStatus::Stopped, Secondary::Stopped),
        ExitReason::TimedOut => {
            let mut end = End::new(JobStatus::Stopped, Secondary::MaxRuntimeExceeded);
            // A training job says it by its secondary status.
            if words.kind != "sagemaker.training-job" {
                end.failure = Some("Job runtime exceeded MaxRuntimeInSeconds".to_owned());
            }
            end
        }
        failed => End::failed(&failure(failed, evidence)),
    };
    end.exit_message.clone_from(&evidence.message);
    end
}

/// How a transform job has ended: by what came of its batch, unless it was stopped.
pub(crate) fn of_batch(result: &Result<Vec<Stored>, String>, reason: ExitReason) -> End {
    match (result, reason) {
        (Ok(_), _) => End::new(JobStatus::Completed, Secondary::Completed),
        (Err(reason), _) => End::failed(reason),
    }
}

fn failure(reason: ExitReason, evidence: &Evidence) -> String {
    let memory = "ClientError: Please use an instance type with more memory, or reduce the size of \
                  job data processed on an instance.";
    match reason {
        ExitReason::OutOfMemory => memory.to_owned(),
        ExitReason::DiskFull => {
            "ClientError: The job wrote more than its disk may hold.".to_owned()
        }
        ExitReason::TooManyProcesses => {
            "ClientError: The job had more processes than it may have.".to_owned()
        }
        ExitReason::Lost => {
            "InternalServerError: The supervisor of the job was killed. Please try again."
                .to_owned()
        }
        _ => {
            let suffix = format!(", exit code: {}", reason.status());
            let text = [&evidence.failure, &evidence.message, &evidence.last_line]
                .into_iter()
                .flatten()
                .next()
                .map_or("See job logs for more information", String::as_str);
            let prefix = "AlgorithmError: ";
            let room = LIMIT - prefix.len() - suffix.len();
            let shown: String = text.chars().take(room).collect();
            format!("{prefix}{shown}{suffix}")
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::services::sagemaker::{JobKind, Processing, Training};

    fn evidence(failure: &str, last_line: &str) -> Evidence {
        let text = |text: &str| (!text.is_empty()).then(|| text.to_owned());
        Evidence {
            failure: text(failure),
            message: None,
            last_line: text(last_line),
        }
    }

    #[test]
    fn ends_follow_from_exits() {
        for (reason, status, secondary, failure) in [
            (ExitReason::Code(0), "Completed", "Completed", None),
            (ExitReason::Stopped, "Stopped", "Stopped", None),
            (ExitReason::TimedOut, "Stopped", "MaxRuntimeExceeded", None),
            (
                ExitReason::Code(3),
                "Failed",
                "Failed",
                Some("AlgorithmError: why, exit code: 3"),
            ),
            (
                ExitReason::Signal(11),
                "Failed",
                "Failed",
                Some("AlgorithmError: why, exit code: 139"),
            ),
            (
                ExitReason::OutOfMemory,
                "Failed",
                "Failed",
                Some(
                    "ClientError: Please use an instance type with more memory, or reduce the size \
                     of job data processed on an instance.",
                ),
            ),
            (
                ExitReason::Lost,
                "Failed",
                "Failed",
                Some(
                    "InternalServerError: The supervisor of the job was killed. Please try again.",
                ),
            ),
        ] {
            let end = of_exit(Training::WORDS, reason, &evidence("why", "last"));
            assert_eq!(end.status.as_str(), status, "{reason}");
            assert_eq!(end.secondary.as_str(), secondary, "{reason}");
            assert_eq!(end.failure.as_deref(), failure, "{reason}");
        }
    }

    #[test]
    fn the_reason_is_the_failure_file_else_the_last_line() {
        for (failure, last_line, expected) in [
            ("file", "line", "AlgorithmError: file, exit code: 1"),
            ("", "line", "AlgorithmError: line, exit code: 1"),
            (
                "",
                "",
                "AlgorithmError: See job logs for more information, exit code: 1",
            ),
        ] {
            let end = of_exit(
                Training::WORDS,
                ExitReason::Code(1),
                &evidence(failure, last_line),
            );
            assert_eq!(end.failure.as_deref(), Some(expected));
        }
        let long = of_exit(
            Training::WORDS,
            ExitReason::Code(1),
            &evidence(&"\u{e9}".repeat(2_000), ""),
        );
        let reason = long.failure.unwrap();
        assert_eq!(reason.chars().count(), 1024);
        assert!(reason.ends_with("\u{e9}, exit code: 1"));
    }

    #[test]
    fn a_processing_job_says_that_its_time_was_over() {
        let end = of_exit(
            Processing::WORDS,
            ExitReason::TimedOut,
            &Evidence::default(),
        );
        assert_eq!(
            end.failure.as_deref(),
            Some("Job runtime exceeded MaxRuntimeInSeconds")
        );
        assert_eq!(end.status, JobStatus::Stopped);
    }

    #[test]
    fn a_batch_decides_for_its_job() {
        assert_eq!(
            of_batch(&Ok(vec![]), ExitReason::Stopped).status,
            JobStatus::Completed
        );
        let failed = of_batch(&Err("no".to_owned()), ExitReason::Stopped);
        assert_eq!(
            (failed.status, failed.failure.as_deref()),
            (JobStatus::Failed, Some("no"))
        );
    }
}
