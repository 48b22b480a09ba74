//! `events`: the history of an execution, or the events of its stack.

use clap::Args;
use serde_json::{Value, json};

use super::Context;
use super::status::{find_run, moment};
use crate::failure::Failure;
use crate::state::{Records, State};

/// Print the history of a run as Step Functions records it
#[derive(Debug, Args)]
pub(crate) struct Events {
    /// Name of the run; the newest unless given
    run: Option<String>,
    /// The events of the workload's stack instead
    #[arg(long)]
    stack: bool,
}

impl Events {
    pub(crate) fn run(self, context: &Context) -> Result<(), Failure> {
        let state = State::find(&context.common)?;
        let records = state.open()?;
        if self.stack {
            return stack(context, &records);
        }
        let run = find_run(&records, self.run.as_deref())?;
        let mut token = Value::Null;
        loop {
            let mut request = json!({"executionArn": run.execution, "maxResults": 1000});
            if token.is_string() {
                request["nextToken"] = token.clone();
            }
            let answer = records.ask("states", "GetExecutionHistory", &request)?;
            for event in answer["events"].as_array().into_iter().flatten() {
                show(context, event);
            }
            token = answer["nextToken"].clone();
            if !token.is_string() {
                return Ok(());
            }
        }
    }
}

fn show(context: &Context, event: &Value) {
    if context.printer.is_json() {
        context.printer.event(event);
        return;
    }
    let details = event
        .as_object()
        .into_iter()
        .flatten()
        .find(|(name, _)| name.ends_with("EventDetails"));
    let details = details.map(|(_, value)| value).cloned().unwrap_or_default();
    let words = ["name", "resource", "error", "cause"]
        .map(|member| details[member].as_str().unwrap_or_default());
    let text = words
        .into_iter()
        .filter(|word| !word.is_empty())
        .collect::<Vec<_>>()
        .join("  ");
    let line = format!(
        "{:>5} {:>5}  {:<26} {text}",
        event["id"].as_u64().unwrap_or_default(),
        event["previousEventId"].as_u64().unwrap_or_default(),
        event["type"].as_str().unwrap_or_default()
    );
    context.printer.data(line.trim_end());
}

fn stack(context: &Context, records: &Records) -> Result<(), Failure> {
    let stacks = records.ask("cloudformation", "DescribeStacks", &json!({}))?;
    for stack in stacks["Stacks"].as_array().into_iter().flatten() {
        let request = json!({"StackName": stack["StackName"]});
        let answer = records.ask("cloudformation", "DescribeStackEvents", &request)?;
        for event in answer["StackEvents"].as_array().into_iter().flatten().rev() {
            if context.printer.is_json() {
                context.printer.event(event);
                continue;
            }
            let text = |member: &str| event[member].as_str().unwrap_or_default();
            let line = format!(
                "{}  {:<24} {:<34} {:<30} {}",
                moment(event["Timestamp"].as_f64().unwrap_or_default()),
                text("LogicalResourceId"),
                text("ResourceType"),
                text("ResourceStatus"),
                text("ResourceStatusReason")
            );
            context.printer.data(line.trim_end());
        }
    }
    Ok(())
}
