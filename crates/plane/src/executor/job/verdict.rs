//! From the end of a program to the end of its job, in AWS's words.

use jobs::ExitReason;

use super::Driven;
use super::evidence::Evidence;
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
            if words.kind != crate::services::sagemaker::TRAINING_JOB {
                end.failure = Some("Job runtime exceeded MaxRuntimeInSeconds".to_owned());
            }
            end
        }
        failed => End::failed(&failure(failed, evidence)),
    };
    end.exit_message.clone_from(&evidence.message);
    end
}

/// How a transform job has ended: by what came of its batch; where its server ended before that, by the server's end.
pub(crate) fn of_batch(
    result: Option<&Driven>,
    words: &JobWords,
    reason: ExitReason,
    evidence: &Evidence,
) -> End {
    match result {
        Some(Ok(_)) => End::new(JobStatus::Completed, Secondary::Completed),
        Some(Err(reason)) => End::failed(reason),
        None if reason.is_success() => {
            End::failed("AlgorithmError: The model's server ended before the last record")
        }
        None => of_exit(words, reason, evidence),
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
    use crate::services::sagemaker::{JobKind, Processing, Training, Transform};

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
        let of = |result: Option<Driven>, reason: ExitReason| {
            let end = of_batch(
                result.as_ref(),
                Transform::WORDS,
                reason,
                &evidence("", "bye"),
            );
            (end.status, end.failure)
        };
        let early = "AlgorithmError: The model's server ended before the last record".to_owned();
        let died = "AlgorithmError: bye, exit code: 9".to_owned();
        for (result, reason, status, failure) in [
            (
                Some(Ok(vec![])),
                ExitReason::Stopped,
                JobStatus::Completed,
                None,
            ),
            (
                Some(Err("no".into())),
                ExitReason::Stopped,
                JobStatus::Failed,
                Some("no".to_owned()),
            ),
            (None, ExitReason::Stopped, JobStatus::Stopped, None),
            (None, ExitReason::Code(0), JobStatus::Failed, Some(early)),
            (None, ExitReason::Code(9), JobStatus::Failed, Some(died)),
        ] {
            assert_eq!(of(result, reason), (status, failure));
        }
    }
}
