//! The `Resource` of a Task state: what it calls, and how it waits.

use serde::{Deserialize, Serialize};

use crate::history::Integration;

/// What a Task state calls.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub enum Resource {
    /// An action of a service, by an optimised integration or through `aws-sdk`.
    Service {
        /// The service as it stands in the ARN, such as `sagemaker` or `aws-sdk:s3`.
        service: String,
        /// The action, such as `createTrainingJob`.
        action: String,
        /// How the state waits for it.
        pattern: Pattern,
    },
    /// A function, by its ARN.
    Lambda(String),
    /// An activity, by its ARN.
    Activity(String),
}

/// How a state waits for a service.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub enum Pattern {
    /// The answer to the call is the result.
    RequestResponse,
    /// `.sync`: until the job that the call started has ended.
    Sync,
    /// `.sync:2`: as `.sync`, with the output as JSON.
    Sync2,
    /// `.waitForTaskToken`: until somebody answers with the task's token.
    WaitForTaskToken,
}

impl Pattern {
    fn suffix(self) -> &'static str {
        match self {
            Pattern::RequestResponse => "",
            Pattern::Sync => ".sync",
            Pattern::Sync2 => ".sync:2",
            Pattern::WaitForTaskToken => ".waitForTaskToken",
        }
    }
}

impl Resource {
    /// The family of history events that tells of it.
    pub(crate) fn integration(&self) -> Integration {
        match self {
            Resource::Service {
                service,
                action,
                pattern,
            } => Integration::Service {
                resource_type: service.clone(),
                resource: format!("{action}{}", pattern.suffix()),
            },
            Resource::Lambda(arn) => Integration::Lambda {
                resource: arn.clone(),
            },
            Resource::Activity(arn) => Integration::Activity {
                resource: arn.clone(),
            },
        }
    }

    /// Whether its call is first accepted and then awaited: only then there is a `TaskSubmitted`.
    pub(crate) fn is_submitted(&self) -> bool {
        match self {
            Resource::Service { pattern, .. } => *pattern != Pattern::RequestResponse,
            Resource::Lambda(_) | Resource::Activity(_) => false,
        }
    }

    /// Whether the state waits for somebody who answers with the task's token.
    pub(crate) fn waits_for_token(&self) -> bool {
        matches!(
            self,
            Resource::Service {
                pattern: Pattern::WaitForTaskToken,
                ..
            }
        )
    }
}

/// Reads a resource; the error says what is wrong with it.
pub(crate) fn resource(arn: &str) -> Result<Resource, String> {
    let parts: Vec<&str> = arn.splitn(6, ':').collect();
    let ["arn", partition, service, region, account, rest] = parts[..] else {
        return Err(not_recognized(arn));
    };
    if partition.is_empty() || rest.is_empty() {
        return Err(not_recognized(arn));
    }
    match (service, region, account) {
        ("states", "", "") => integration(rest).ok_or_else(|| not_recognized(arn)),
        ("states", _, _) if rest.starts_with("activity:") => Ok(Resource::Activity(arn.to_owned())),
        ("lambda", _, _) if rest.starts_with("function:") => Ok(Resource::Lambda(arn.to_owned())),
        _ => Err(not_recognized(arn)),
    }
}

fn not_recognized(arn: &str) -> String {
    format!(
        "The resource provided {arn} is not recognized. The value is not a valid resource ARN, or the resource is \
         not available in this region."
    )
}

/// `TYPE:ACTION[.PATTERN]`, where the type of `aws-sdk` names the service behind another colon.
fn integration(text: &str) -> Option<Resource> {
    let (text, pattern) = [Pattern::Sync2, Pattern::Sync, Pattern::WaitForTaskToken]
        .into_iter()
        .find_map(|pattern| Some((text.strip_suffix(pattern.suffix())?, pattern)))
        .unwrap_or((text, Pattern::RequestResponse));
    let (service, action) = text.rsplit_once(':')?;
    let is_word = |word: &str| {
        !word.is_empty() && word.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'-')
    };
    let service_name = service.strip_prefix("aws-sdk:").unwrap_or(service);
    if !is_word(service_name) || service_name == "aws-sdk" || !is_word(action) {
        return None;
    }
    Some(Resource::Service {
        service: service.to_owned(),
        action: action.to_owned(),
        pattern,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn reads_every_form_of_resource() {
        let service = |service: &str, action: &str, pattern| Resource::Service {
            service: service.into(),
            action: action.into(),
            pattern,
        };
        let function = "arn:aws:lambda:us-east-1:000000000000:function:f:PROD";
        let activity = "arn:aws:states:us-east-1:000000000000:activity:never";
        for (arn, expected) in [
            (
                "arn:aws:states:::sagemaker:createTrainingJob.sync",
                service("sagemaker", "createTrainingJob", Pattern::Sync),
            ),
            (
                "arn:aws:states:::aws-sdk:s3:getObject",
                service("aws-sdk:s3", "getObject", Pattern::RequestResponse),
            ),
            (
                "arn:aws:states:::lambda:invoke.waitForTaskToken",
                service("lambda", "invoke", Pattern::WaitForTaskToken),
            ),
            (
                "arn:aws:states:::states:startExecution.sync:2",
                service("states", "startExecution", Pattern::Sync2),
            ),
            (function, Resource::Lambda(function.into())),
            (activity, Resource::Activity(activity.into())),
        ] {
            assert_eq!(resource(arn), Ok(expected), "{arn}");
        }
    }

    #[test]
    fn refuses_what_is_no_resource() {
        for arn in [
            "",
            "f",
            "arn:aws:lambda",
            "arn:aws:states:::",
            "arn:aws:states:::lambda",
            "arn:aws:states:::aws-sdk:getObject",
            "arn:aws:states:::lambda:invoke.later",
            "arn:aws:s3:::bucket",
            "arn:aws:lambda:us-east-1:000000000000:layer:f",
        ] {
            assert!(resource(arn).is_err(), "{arn}");
        }
    }

    #[test]
    fn the_event_names_action_and_pattern() {
        let call = resource("arn:aws:states:::sagemaker:createTrainingJob.sync").unwrap();
        assert_eq!(
            call.integration(),
            Integration::Service {
                resource_type: "sagemaker".into(),
                resource: "createTrainingJob.sync".into()
            }
        );
        assert!(!call.waits_for_token());
    }
}
