//! What a key may do. The owner's may do everything; a job's is as narrow as the role that our stacks give to jobs.

use aws_api::{ApiError, Operation, Service};

use crate::credentials::Holder;

/// Operations that jobs may call besides those of S3; an empty list is the whole service.
const OF_JOBS: &[(&str, &[&str])] = &[
    ("sagemaker-runtime", &["InvokeEndpoint"]),
    ("cloudwatch", &["PutMetricData"]),
    ("logs", &[]),
    // AWS answers this one to anybody.
    ("sts", &["GetCallerIdentity"]),
];

/// Refuses what the holder of a key may not call.
pub(super) fn check(
    holder: &Holder,
    service: &Service,
    operation: &Operation,
) -> Result<(), ApiError> {
    if !holder.is_job || jobs_may(service.name, operation.name) {
        return Ok(());
    }
    Err(ApiError::access_denied(format!(
        "User: {} is not authorized to perform: {}:{} because no identity-based policy allows it",
        holder.principal, service.signing_name, operation.name
    )))
}

fn jobs_may(service: &str, operation: &str) -> bool {
    OF_JOBS.iter().any(|(name, operations)| {
        *name == service && (operations.is_empty() || operations.contains(&operation))
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_job_may_do_little() {
        for (service, operation, allowed) in [
            ("sagemaker-runtime", "InvokeEndpoint", true),
            ("cloudwatch", "PutMetricData", true),
            ("cloudwatch", "GetMetricData", false),
            ("logs", "PutLogEvents", true),
            ("sts", "GetCallerIdentity", true),
            ("sagemaker", "CreateTrainingJob", false),
            ("iam", "CreateRole", false),
            ("states", "StartExecution", false),
        ] {
            assert_eq!(
                jobs_may(service, operation),
                allowed,
                "{service}:{operation}"
            );
        }
    }

    #[test]
    fn every_name_of_the_list_exists() {
        for (name, operations) in OF_JOBS {
            let service = aws_api::service(name).unwrap();
            for operation in *operations {
                assert!(service.operation(operation).is_some(), "{name}:{operation}");
            }
        }
    }
}
