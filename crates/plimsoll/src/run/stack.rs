//! The stack of a workload, through CloudFormation's own operations.

use serde_json::{Value, json};

use crate::client::{Aws, ClientError};
use crate::failure::{Failure, Kind, chain};

/// Creates or updates the stack and waits until it is as the template says.
pub(super) async fn converge(aws: &Aws, name: &str, template: &Value) -> Result<(), Failure> {
    let request = json!({
        "StackName": name,
        "TemplateBody": template.to_string(),
        "Capabilities": ["CAPABILITY_NAMED_IAM"],
    });
    let mut exists = status(aws, name).await?;
    if exists.as_deref().is_some_and(|status| {
        matches!(
            status,
            "ROLLBACK_COMPLETE" | "ROLLBACK_FAILED" | "DELETE_FAILED"
        )
    }) {
        // A stack whose creation failed can only be deleted.
        aws.call("cloudformation", "DeleteStack", json!({"StackName": name}))
            .await
            .map_err(|error| failed(name, &error))?;
        exists = None;
    }
    let operation = if exists.is_some() {
        "UpdateStack"
    } else {
        "CreateStack"
    };
    match aws.call("cloudformation", operation, request).await {
        Ok(_) => {}
        Err(ClientError::Refused { message, .. })
            if message.contains("No updates are to be performed") =>
        {
            return Ok(());
        }
        // Another run of the same workload was quicker: its stack is this one.
        Err(error) if error.code() == Some("AlreadyExistsException") => {}
        Err(error) => return Err(failed(name, &error)),
    }
    settle(aws, name).await
}

/// Status of the stack, if there is one.
async fn status(aws: &Aws, name: &str) -> Result<Option<String>, Failure> {
    match aws
        .call(
            "cloudformation",
            "DescribeStacks",
            json!({"StackName": name}),
        )
        .await
    {
        Ok(answer) => Ok(answer["Stacks"][0]["StackStatus"]
            .as_str()
            .map(str::to_owned)),
        Err(error) if error.code() == Some("ValidationError") => Ok(None),
        Err(error) => Err(failed(name, &error)),
    }
}

async fn settle(aws: &Aws, name: &str) -> Result<(), Failure> {
    loop {
        let answer = aws
            .call(
                "cloudformation",
                "DescribeStacks",
                json!({"StackName": name}),
            )
            .await
            .map_err(|error| failed(name, &error))?;
        let stack = &answer["Stacks"][0];
        let status = stack["StackStatus"].as_str().unwrap_or_default();
        match status {
            "CREATE_COMPLETE" | "UPDATE_COMPLETE" => return Ok(()),
            _ if status.ends_with("_IN_PROGRESS") => {
                tokio::time::sleep(std::time::Duration::from_millis(50)).await;
            }
            _ => {
                let reason = first_failure(aws, name).await.unwrap_or_default();
                return Err(Failure::new(
                    Kind::No,
                    format!("the stack `{name}` is {status}{reason}"),
                )
                .code("P0405"));
            }
        }
    }
}

/// The first event that says why.
async fn first_failure(aws: &Aws, name: &str) -> Option<String> {
    let answer = aws
        .call(
            "cloudformation",
            "DescribeStackEvents",
            json!({"StackName": name}),
        )
        .await
        .ok()?;
    let events = answer["StackEvents"].as_array()?;
    // Newest first.
    let event = events.iter().rev().find(|event| {
        event["ResourceStatus"]
            .as_str()
            .is_some_and(|status| status.ends_with("_FAILED"))
    })?;
    let reason = event["ResourceStatusReason"].as_str()?;
    Some(format!(
        ": {} failed: {reason}",
        event["LogicalResourceId"].as_str().unwrap_or("a resource")
    ))
}

fn failed(name: &str, error: &ClientError) -> Failure {
    Failure::new(
        Kind::No,
        format!("the stack `{name}` cannot be made: {}", chain(error)),
    )
    .code("P0405")
}
