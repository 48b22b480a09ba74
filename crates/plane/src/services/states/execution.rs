//! Executions: start, describe, list, stop.

use serde_json::{Value, json};
use states::Event;

use super::record::{Execution, Live};
use super::{advance, definition, history, machine, name};
use crate::services::request::{optional, text};
use crate::store::{Query, Snapshot, Sort, Tx};
use crate::{Ctx, Fault};

/// How long the name of a closed execution stays taken: AWS's 90 days.
const NAME_KEPT_MS: i64 = 90 * 86_400_000;

/// `StartExecution`.
pub(super) fn start(tx: &mut Tx<'_>, request: &Value) -> Result<Value, Fault> {
    let machine = machine::require(tx, &tx.ctx().clone(), text(request, "stateMachineArn"))?;
    if machine.deleting {
        return Err(Fault::client(
            "StateMachineDeleting",
            format!("State Machine is being deleted: '{}'", machine.arn),
        ));
    }
    let input = optional(request, "input").unwrap_or("{}");
    let parsed = serde_json::from_str(input).map_err(|error| {
        Fault::client(
            "InvalidExecutionInput",
            format!("Invalid State Machine Execution Input: '{error}'"),
        )
    })?;
    let name = match optional(request, "name") {
        Some(given) => {
            name::check(given)?;
            given.to_owned()
        }
        None => tx.uuid().to_string(),
    };
    let arn = tx
        .ctx()
        .arn("states", &format!("execution:{}:{name}", machine.name));
    if let Some(earlier) = tx.get::<Execution>(&arn)? {
        if earlier.status == Execution::RUNNING && earlier.input == input {
            return Ok(started(&earlier));
        }
        let closed = earlier.stopped.unwrap_or(i64::MAX);
        if closed > tx.ctx().now - NAME_KEPT_MS {
            return Err(Fault::client(
                "ExecutionAlreadyExists",
                format!("Execution Already Exists: '{arn}'"),
            ));
        }
        history::delete(tx, &arn)?;
    }
    let execution = Execution {
        arn,
        name,
        machine: machine.arn.clone(),
        definition: machine.definition.clone(),
        revision: machine.revision.clone(),
        role_arn: machine.role_arn.clone(),
        input: input.to_owned(),
        status: Execution::RUNNING.to_owned(),
        started: tx.ctx().now,
        stopped: None,
        output: None,
        error: None,
        cause: None,
    };
    tx.put(&execution)?;
    advance::start(tx, &machine, &execution, parsed)?;
    Ok(started(&execution))
}

fn started(execution: &Execution) -> Value {
    json!({"executionArn": execution.arn, "startDate": seconds(execution.started)})
}

/// `StopExecution`; a closed execution stays as it is.
pub(super) fn stop(tx: &mut Tx<'_>, request: &Value) -> Result<Value, Fault> {
    let ctx = tx.ctx().clone();
    let execution = require(tx, &ctx, text(request, "executionArn"))?;
    if let Some(live) = tx.get::<Live>(&execution.arn)? {
        let word = |member: &str| optional(request, member).map(str::to_owned);
        let event = Event::Stop {
            error: word("error"),
            cause: word("cause"),
        };
        advance::deliver(tx, live, event)?;
    }
    Ok(json!({"stopDate": seconds(execution.stopped.unwrap_or(ctx.now))}))
}

/// `DescribeExecution`.
pub(super) fn describe(
    snapshot: &Snapshot<'_>,
    ctx: &Ctx,
    request: &Value,
) -> Result<Value, Fault> {
    let execution = require(snapshot, ctx, text(request, "executionArn"))?;
    let reason = match execution.status.as_str() {
        status @ (Execution::RUNNING | "SUCCEEDED") => {
            format!("Execution is {status} and cannot be redriven")
        }
        _ => "RedriveExecution is not implemented".to_owned(),
    };
    let mut answer = summary(&execution);
    let more = json!({
        "input": execution.input,
        "inputDetails": {"included": true},
        "redriveStatus": "NOT_REDRIVABLE",
        "redriveStatusReason": reason,
    });
    extend(&mut answer, more);
    if let Some(output) = execution.output {
        extend(
            &mut answer,
            json!({"output": output, "outputDetails": {"included": true}}),
        );
    }
    for (member, word) in [("error", execution.error), ("cause", execution.cause)] {
        if let Some(word) = word {
            answer[member] = word.into();
        }
    }
    Ok(answer)
}

fn extend(answer: &mut Value, more: Value) {
    if let (Value::Object(answer), Value::Object(more)) = (answer, more) {
        answer.extend(more);
    }
}

fn summary(execution: &Execution) -> Value {
    let mut shown = json!({
        "executionArn": execution.arn,
        "stateMachineArn": execution.machine,
        "name": execution.name,
        "status": execution.status,
        "startDate": seconds(execution.started),
    });
    if let Some(stopped) = execution.stopped {
        shown["stopDate"] = seconds(stopped);
    }
    shown["redriveCount"] = 0.into();
    shown
}

/// `ListExecutions`: newest first.
pub(super) fn list(snapshot: &Snapshot<'_>, ctx: &Ctx, request: &Value) -> Result<Value, Fault> {
    let Some(arn) = optional(request, "stateMachineArn") else {
        return Err(Fault::validation(
            "stateMachineArn is required: distributed maps are not implemented",
        ));
    };
    let machine = machine::require(snapshot, ctx, arn)?;
    let query = Query {
        parent: Some(machine.arn),
        status: optional(request, "statusFilter").map(str::to_owned),
        sort: Sort::Created,
        descending: true,
        offset: offset(request)?,
        limit: page_size(request),
        ..Query::default()
    };
    let page = snapshot.list::<Execution>(&query)?;
    let mut answer = json!({"executions": page.rows.iter().map(summary).collect::<Vec<_>>()});
    if let Some(token) = page.token {
        answer["nextToken"] = token.into();
    }
    Ok(answer)
}

/// `DescribeStateMachineForExecution`: what the execution started with.
pub(super) fn describe_machine(
    snapshot: &Snapshot<'_>,
    ctx: &Ctx,
    request: &Value,
) -> Result<Value, Fault> {
    let execution = require(snapshot, ctx, text(request, "executionArn"))?;
    let name = name::resource(ctx, &execution.machine, "stateMachine")?;
    Ok(json!({
        "stateMachineArn": execution.machine,
        "name": name,
        "definition": definition::text_of(snapshot, &execution.definition)?,
        "roleArn": execution.role_arn,
        "updateDate": seconds(execution.started),
        "loggingConfiguration": {"level": "OFF", "includeExecutionData": false},
        "tracingConfiguration": {"enabled": false},
        "revisionId": execution.revision,
    }))
}

/// The execution, or AWS's refusal.
pub(super) fn require(snapshot: &Snapshot<'_>, ctx: &Ctx, arn: &str) -> Result<Execution, Fault> {
    name::resource(ctx, arn, "execution")?;
    snapshot.get(arn)?.ok_or_else(|| {
        Fault::client(
            "ExecutionDoesNotExist",
            format!("Execution Does Not Exist: '{arn}'"),
        )
    })
}

/// A moment of an answer.
pub(super) fn seconds(millis: i64) -> Value {
    aws_api::timestamp::to_value(millis)
}

/// Rows of a page; 0 means AWS's default.
pub(super) fn page_size(request: &Value) -> u64 {
    match request["maxResults"].as_u64() {
        None | Some(0) => 100,
        Some(size) => size.min(1000),
    }
}

/// Rows that an earlier page showed.
pub(super) fn offset(request: &Value) -> Result<u64, Fault> {
    match optional(request, "nextToken") {
        None => Ok(0),
        Some(token) => token.parse().map_err(|_| invalid_token()),
    }
}

pub(super) fn invalid_token() -> Fault {
    Fault::client("InvalidToken", "Invalid Token: 'Invalid token'")
}
