//! State machines: create, update, describe, list, delete.

use serde_json::{Value, json};

use super::execution::{offset, page_size, seconds};
use super::record::StateMachine;
use super::{advance, definition, name};
use crate::services::request::{items, optional, pairs, text};
use crate::store::{Query, Snapshot, Sort, Tx};
use crate::{Ctx, Fault};

/// `CreateStateMachine`. The same machine again is the same success; role and tags of the second are not looked at.
pub(super) fn create(tx: &mut Tx<'_>, request: &Value) -> Result<Value, Fault> {
    let given = text(request, "name");
    name::check(given)?;
    if optional(request, "type") == Some("EXPRESS") {
        return Err(Fault::client(
            "StateMachineTypeNotSupported",
            "EXPRESS state machines are not implemented; use STANDARD",
        ));
    }
    name::check_role(text(request, "roleArn"))?;
    let definition = definition::store(tx, text(request, "definition"))?;
    let arn = tx.ctx().arn("states", &format!("stateMachine:{given}"));
    if let Some(machine) = tx.get::<StateMachine>(&arn)? {
        if machine.deleting {
            return Err(Fault::client(
                "StateMachineDeleting",
                format!("State Machine is being deleted: '{arn}'"),
            ));
        }
        let same = machine.definition == definition
            && machine.logging == given_object(request, "loggingConfiguration")
            && machine.tracing == given_object(request, "tracingConfiguration");
        if same {
            return Ok(json!({"stateMachineArn": arn, "creationDate": seconds(machine.created)}));
        }
        return Err(Fault::client(
            "StateMachineAlreadyExists",
            format!("State Machine Already Exists: '{arn}'"),
        ));
    }
    let now = tx.ctx().now;
    let machine = StateMachine {
        arn: arn.clone(),
        name: given.to_owned(),
        definition,
        role_arn: text(request, "roleArn").to_owned(),
        deleting: false,
        tags: pairs(items(request, "tags"), "key", "value"),
        revision: tx.uuid().to_string(),
        logging: given_object(request, "loggingConfiguration"),
        tracing: given_object(request, "tracingConfiguration"),
        created: now,
        modified: now,
    };
    tx.put(&machine)?;
    Ok(json!({"stateMachineArn": arn, "creationDate": seconds(now)}))
}

/// An object as the request gave it.
fn given_object(request: &Value, member: &str) -> Option<Value> {
    Some(&request[member])
        .filter(|value| value.is_object())
        .cloned()
}

/// `UpdateStateMachine`. Running executions keep what they started with.
pub(super) fn update(tx: &mut Tx<'_>, request: &Value) -> Result<Value, Fault> {
    let mut machine = require(tx, &tx.ctx().clone(), text(request, "stateMachineArn"))?;
    if machine.deleting {
        return Err(Fault::client(
            "StateMachineDeleting",
            format!("State Machine is being deleted: '{}'", machine.arn),
        ));
    }
    let (text, role) = (
        optional(request, "definition"),
        optional(request, "roleArn"),
    );
    let settings = [
        "loggingConfiguration",
        "tracingConfiguration",
        "encryptionConfiguration",
    ];
    if text.is_none() && role.is_none() && settings.iter().all(|member| request[*member].is_null())
    {
        return Err(Fault::client(
            "MissingRequiredParameter",
            "Either the definition, the role ARN, the LoggingConfiguration, or the TracingConfiguration must be \
             specified",
        ));
    }
    if let Some(text) = text {
        machine.definition = definition::store(tx, text)?;
    }
    if let Some(role) = role {
        name::check_role(role)?;
        role.clone_into(&mut machine.role_arn);
    }
    let (logging, tracing) = ("loggingConfiguration", "tracingConfiguration");
    machine.logging = given_object(request, logging).or(machine.logging);
    machine.tracing = given_object(request, tracing).or(machine.tracing);
    machine.modified = tx.ctx().now;
    machine.revision = tx.uuid().to_string();
    tx.put(&machine)?;
    Ok(json!({"updateDate": seconds(machine.modified), "revisionId": machine.revision}))
}

/// `DescribeStateMachine`.
pub(super) fn describe(
    snapshot: &Snapshot<'_>,
    ctx: &Ctx,
    request: &Value,
) -> Result<Value, Fault> {
    let machine = require(snapshot, ctx, text(request, "stateMachineArn"))?;
    Ok(json!({
        "stateMachineArn": machine.arn,
        "name": machine.name,
        "status": if machine.deleting { "DELETING" } else { "ACTIVE" },
        "definition": definition::text_of(snapshot, &machine.definition)?,
        "roleArn": machine.role_arn,
        "type": "STANDARD",
        "creationDate": seconds(machine.created),
        "loggingConfiguration": machine.logging.unwrap_or_else(|| json!({"level": "OFF", "includeExecutionData": false})),
        "tracingConfiguration": machine.tracing.unwrap_or_else(|| json!({"enabled": false})),
        "revisionId": machine.revision,
    }))
}

/// `ListStateMachines`, by name.
pub(super) fn list(snapshot: &Snapshot<'_>, _: &Ctx, request: &Value) -> Result<Value, Fault> {
    let query = Query {
        sort: Sort::Key,
        offset: offset(request)?,
        limit: page_size(request),
        ..Query::default()
    };
    let page = snapshot.list::<StateMachine>(&query)?;
    let shown: Vec<Value> = page
        .rows
        .iter()
        .map(|machine| {
            json!({
                "stateMachineArn": machine.arn,
                "name": machine.name,
                "type": "STANDARD",
                "creationDate": seconds(machine.created),
            })
        })
        .collect();
    let mut answer = json!({"stateMachines": shown});
    if let Some(token) = page.token {
        answer["nextToken"] = token.into();
    }
    Ok(answer)
}

/// `DeleteStateMachine`: at once, or after its last running execution, each of which ends at its next transition.
pub(super) fn delete(tx: &mut Tx<'_>, request: &Value) -> Result<Value, Fault> {
    let arn = text(request, "stateMachineArn");
    name::resource(tx.ctx(), arn, "stateMachine")?;
    if let Some(mut machine) = tx.get::<StateMachine>(arn)? {
        machine.deleting = true;
        tx.put(&machine)?;
        advance::bury(tx, arn)?;
    }
    Ok(json!({}))
}

/// The machine, or AWS's refusal.
pub(super) fn require(
    snapshot: &Snapshot<'_>,
    ctx: &Ctx,
    arn: &str,
) -> Result<StateMachine, Fault> {
    name::resource(ctx, arn, "stateMachine")?;
    snapshot.get(arn)?.ok_or_else(|| {
        Fault::client(
            "StateMachineDoesNotExist",
            format!("State Machine Does Not Exist: '{arn}'"),
        )
    })
}
