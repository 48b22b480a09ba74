//! What a Task state may call here: one table. Everything else is refused by name when a machine is created.

use states::{Pattern, Resource};

use super::job::{self, JobCall};

/// Where a call goes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Target {
    /// A service of records, by its model's name: called in the same transaction.
    Records(&'static str),
    /// A service that needs more than records, by its name: called by an effect.
    Effect(&'static str),
}

/// How AWS names errors and writes causes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Form {
    /// `SageMaker.AmazonSageMakerException`.
    Optimised,
    /// `SageMaker.SageMakerException`.
    Sdk,
}

/// One service that tasks may call.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Integration {
    /// As it stands in the resource's ARN.
    pub(super) service: &'static str,
    /// Where calls go.
    pub(super) target: Target,
    /// What precedes the dot in an error's name.
    pub(super) prefix: &'static str,
    /// The error's name where the model has none.
    pub(super) unmodelled: &'static str,
    /// The service as causes name it.
    pub(super) label: &'static str,
    /// How errors are named.
    pub(super) form: Form,
    /// Actions that work, where it is not every operation of the model.
    actions: Option<&'static [&'static str]>,
}

const fn sdk(
    service: &'static str,
    target: Target,
    label: &'static str,
    unmodelled: &'static str,
) -> Integration {
    Integration {
        service,
        target,
        prefix: label,
        unmodelled,
        label,
        form: Form::Sdk,
        actions: None,
    }
}

const INTEGRATIONS: &[Integration] = &[
    Integration {
        service: "sagemaker",
        target: Target::Records("sagemaker"),
        prefix: "SageMaker",
        unmodelled: "AmazonSageMakerException",
        label: "AmazonSageMaker",
        form: Form::Optimised,
        actions: Some(&[
            "createTrainingJob",
            "createProcessingJob",
            "createTransformJob",
            "createHyperParameterTuningJob",
            "createModel",
            "createEndpointConfig",
            "createEndpoint",
            "updateEndpoint",
        ]),
    },
    sdk(
        "aws-sdk:sagemaker",
        Target::Records("sagemaker"),
        "SageMaker",
        "SageMakerException",
    ),
    sdk(
        "aws-sdk:cloudwatch",
        Target::Records("cloudwatch"),
        "CloudWatch",
        "CloudWatchException",
    ),
    sdk("aws-sdk:iam", Target::Records("iam"), "Iam", "IamException"),
    sdk("aws-sdk:sts", Target::Records("sts"), "Sts", "StsException"),
    Integration {
        actions: Some(&[
            "getObject",
            "putObject",
            "headObject",
            "deleteObject",
            "listObjectsV2",
        ]),
        ..sdk("aws-sdk:s3", Target::Effect("s3"), "S3", "S3Exception")
    },
    sdk(
        "aws-sdk:sagemakerruntime",
        Target::Effect("sagemaker-runtime"),
        "SageMakerRuntime",
        "SageMakerRuntimeException",
    ),
];

/// The integration of a service as it stands in an ARN.
pub(super) fn find(service: &str) -> Option<&'static Integration> {
    INTEGRATIONS
        .iter()
        .find(|integration| integration.service == service)
}

/// The operation behind an action: `createModel` calls `CreateModel`.
pub(super) fn operation(action: &str) -> String {
    let mut letters = action.chars();
    let first = letters.next().map(|first| first.to_ascii_uppercase());
    first.into_iter().chain(letters).collect()
}

/// Whether a resource works here; the error says which part of it does not.
pub(super) fn check(resource: &Resource) -> Result<(), String> {
    let (service, action, pattern) = match resource {
        Resource::Activity(_) => return Ok(()),
        Resource::Lambda(arn) => return Err(format!("functions are not implemented: {arn}")),
        Resource::Service {
            service,
            action,
            pattern,
        } => (service, action, *pattern),
    };
    let Some(integration) = find(service) else {
        return Err(format!(
            "the integration {service}:{action} is not implemented"
        ));
    };
    let known = match (integration.actions, integration.target) {
        (Some(actions), _) => actions.contains(&action.as_str()),
        (None, Target::Records(model) | Target::Effect(model)) => {
            let starts_small = action.starts_with(|c: char| c.is_ascii_lowercase());
            let service = aws_api::service(model);
            starts_small
                && service.is_some_and(|service| service.operation(&operation(action)).is_some())
        }
    };
    if !known {
        return Err(format!(
            "the integration {service}:{action} is not implemented"
        ));
    }
    match pattern {
        Pattern::RequestResponse => Ok(()),
        Pattern::Sync if job_of(integration, action).is_some() => Ok(()),
        Pattern::Sync => Err(format!("{service}:{action} has no form .sync")),
        Pattern::Sync2 => Err(format!("{service}:{action} has no form .sync:2")),
        Pattern::WaitForTaskToken => Err(format!(
            "{service}:{action}.waitForTaskToken: task tokens are not implemented"
        )),
    }
}

/// The job that an action's `.sync` form waits for.
pub(super) fn job_of(integration: &Integration, action: &str) -> Option<&'static JobCall> {
    (integration.form == Form::Optimised)
        .then(|| job::of_action(action))
        .flatten()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn call(service: &str, action: &str, pattern: Pattern) -> Resource {
        Resource::Service {
            service: service.into(),
            action: action.into(),
            pattern,
        }
    }

    #[test]
    fn what_the_machine_of_a_workload_calls_is_there() {
        for (service, action, pattern) in [
            ("sagemaker", "createProcessingJob", Pattern::Sync),
            ("sagemaker", "createTrainingJob", Pattern::Sync),
            ("sagemaker", "createTransformJob", Pattern::Sync),
            ("sagemaker", "createHyperParameterTuningJob", Pattern::Sync),
            ("sagemaker", "createModel", Pattern::RequestResponse),
            ("sagemaker", "updateEndpoint", Pattern::RequestResponse),
            (
                "aws-sdk:sagemaker",
                "listEndpoints",
                Pattern::RequestResponse,
            ),
            (
                "aws-sdk:sagemaker",
                "createModelPackage",
                Pattern::RequestResponse,
            ),
            ("aws-sdk:s3", "getObject", Pattern::RequestResponse),
            (
                "aws-sdk:sagemakerruntime",
                "invokeEndpoint",
                Pattern::RequestResponse,
            ),
        ] {
            assert_eq!(
                check(&call(service, action, pattern)),
                Ok(()),
                "{service}:{action}"
            );
        }
        assert_eq!(check(&Resource::Activity("arn:a".into())), Ok(()));
    }

    #[test]
    fn anything_else_is_refused_by_name() {
        for (resource, reason) in [
            (
                call("sqs", "sendMessage", Pattern::RequestResponse),
                "the integration sqs:sendMessage is not implemented",
            ),
            (
                call(
                    "aws-sdk:sagemaker",
                    "createPipeline",
                    Pattern::RequestResponse,
                ),
                "the integration aws-sdk:sagemaker:createPipeline is not implemented",
            ),
            (
                call(
                    "aws-sdk:sagemaker",
                    "ListEndpoints",
                    Pattern::RequestResponse,
                ),
                "the integration aws-sdk:sagemaker:ListEndpoints is not implemented",
            ),
            (
                call("sagemaker", "createModel", Pattern::Sync),
                "sagemaker:createModel has no form .sync",
            ),
            (
                call("aws-sdk:sagemaker", "createTrainingJob", Pattern::Sync),
                "aws-sdk:sagemaker:createTrainingJob has no form .sync",
            ),
            (
                call("sagemaker", "createTrainingJob", Pattern::WaitForTaskToken),
                "sagemaker:createTrainingJob.waitForTaskToken: task tokens are not implemented",
            ),
            (
                Resource::Lambda("arn:f".into()),
                "functions are not implemented: arn:f",
            ),
        ] {
            assert_eq!(check(&resource), Err(reason.to_owned()));
        }
    }

    #[test]
    fn operations_start_with_a_capital() {
        assert_eq!(operation("listObjectsV2"), "ListObjectsV2");
        assert_eq!(operation(""), "");
    }
}
