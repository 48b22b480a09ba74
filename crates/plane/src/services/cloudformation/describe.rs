//! What reads stacks: DescribeStacks, events, resources, lists, templates.

use serde_json::{Map, Value, json};

use super::function::printed;
use super::record::{Stack, StackEvent, StackResource};
use super::stack;
use super::template::Template;
use crate::services::request::{items, optional, pair_list, text};
use crate::store::{Query, Snapshot, Sort};
use crate::{Ctx, Fault};

/// Rows of a page of events, stacks and resources.
const PAGE: u64 = 100;

/// DescribeStacks: one by name or id, or all that are not deleted.
pub(super) fn stacks(snapshot: &Snapshot<'_>, _: &Ctx, request: &Value) -> Result<Value, Fault> {
    if let Some(name) = optional(request, "StackName") {
        let stack = require(snapshot, name)?;
        return Ok(json!({"Stacks": [shown(&stack)]}));
    }
    let all = every(snapshot)?;
    let alive: Vec<Value> = all
        .iter()
        .filter(|stack| stack.deleted.is_none())
        .map(shown)
        .collect();
    page("Stacks", alive, request)
}

/// `ListStacks`, deleted ones included.
pub(super) fn list(snapshot: &Snapshot<'_>, _: &Ctx, request: &Value) -> Result<Value, Fault> {
    let wanted = items(request, "StackStatusFilter");
    let found = every(snapshot)?
        .iter()
        .filter(|stack| {
            wanted.is_empty() || wanted.iter().any(|status| *status == stack.status.as_str())
        })
        .map(|stack| {
            let mut summary = times(stack);
            summary.insert("StackId".to_owned(), stack.id.as_str().into());
            summary.insert("StackName".to_owned(), stack.name.as_str().into());
            if let Some(description) = &stack.description {
                summary.insert(
                    "TemplateDescription".to_owned(),
                    description.as_str().into(),
                );
            }
            Value::Object(summary)
        })
        .collect();
    page("StackSummaries", found, request)
}

fn every(snapshot: &Snapshot<'_>) -> Result<Vec<Stack>, Fault> {
    let query = Query {
        descending: true,
        limit: i64::MAX as u64 - 1,
        ..Query::default()
    };
    Ok(snapshot.list::<Stack>(&query)?.rows)
}

/// Status and times, which every answer about a stack has.
fn times(stack: &Stack) -> Map<String, Value> {
    let mut members = Map::new();
    let mut at = |name: &str, millis: Option<i64>| {
        if let Some(millis) = millis {
            members.insert(name.to_owned(), aws_api::timestamp::to_value(millis));
        }
    };
    at("CreationTime", Some(stack.created));
    at("LastUpdatedTime", stack.updated);
    at("DeletionTime", stack.deleted);
    members.insert("StackStatus".to_owned(), stack.status.as_str().into());
    if let Some(reason) = &stack.reason {
        members.insert("StackStatusReason".to_owned(), reason.as_str().into());
    }
    members
}

fn shown(stack: &Stack) -> Value {
    let parameters: Vec<Value> = stack
        .parameters
        .iter()
        .map(|(key, value)| {
            let value = if stack.hidden.contains(key) {
                "****"
            } else {
                value
            };
            json!({"ParameterKey": key, "ParameterValue": value})
        })
        .collect();
    let outputs: Vec<Value> = stack
        .outputs
        .iter()
        .map(|output| {
            let mut shown = json!({"OutputKey": output.key, "OutputValue": output.value});
            if let Some(description) = &output.description {
                shown["Description"] = description.as_str().into();
            }
            shown
        })
        .collect();
    let mut members = times(stack);
    let more = json!({
        "StackId": stack.id,
        "StackName": stack.name,
        "Parameters": parameters,
        "DisableRollback": stack.disable_rollback,
        "NotificationARNs": [],
        "Capabilities": stack.capabilities,
        "Outputs": outputs,
        "Tags": pair_list(&stack.tags, "Key", "Value"),
        "EnableTerminationProtection": stack.protected,
        "DriftInformation": {"StackDriftStatus": "NOT_CHECKED"},
    });
    members.extend(more.as_object().cloned().unwrap_or_default());
    if let Some(description) = &stack.description {
        members.insert("Description".to_owned(), description.as_str().into());
    }
    Value::Object(members)
}

/// `DescribeStackEvents`: the newest first.
pub(super) fn events(snapshot: &Snapshot<'_>, _: &Ctx, request: &Value) -> Result<Value, Fault> {
    let Some(name) = optional(request, "StackName") else {
        return Err(invalid("StackName must be given."));
    };
    let stack = require(snapshot, name)?;
    let query = Query {
        parent: Some(stack.id),
        sort: Sort::Key,
        descending: true,
        ..Query::default()
    }
    .page(optional(request, "NextToken"), Some(PAGE));
    let found = snapshot.list::<StackEvent>(&query)?;
    let events: Vec<Value> = found.rows.iter().map(event).collect();
    let mut answer = json!({"StackEvents": events});
    if let Some(token) = found.token {
        answer["NextToken"] = token.into();
    }
    Ok(answer)
}

fn event(event: &StackEvent) -> Value {
    let mut shown = json!({
        "StackId": event.stack,
        "EventId": event.id,
        "StackName": event.stack_name,
        "LogicalResourceId": event.logical,
        "PhysicalResourceId": event.physical,
        "ResourceType": event.kind,
        "Timestamp": aws_api::timestamp::to_value(event.at),
        "ResourceStatus": event.status,
    });
    if let Some(reason) = &event.reason {
        shown["ResourceStatusReason"] = reason.as_str().into();
    }
    shown
}

/// `DescribeStackResources`.
pub(super) fn resources(snapshot: &Snapshot<'_>, _: &Ctx, request: &Value) -> Result<Value, Fault> {
    let logical = optional(request, "LogicalResourceId");
    let stack = match (
        optional(request, "StackName"),
        optional(request, "PhysicalResourceId"),
    ) {
        (Some(name), None) => require(snapshot, name)?,
        (None, Some(physical)) => {
            let all = every(snapshot)?;
            let mut alive = all.into_iter().filter(|stack| stack.deleted.is_none());
            let found = alive.find(|stack| {
                stack
                    .resources
                    .iter()
                    .any(|resource| resource.physical == physical)
            });
            found.ok_or_else(|| invalid(&format!("Stack for {physical} does not exist")))?
        }
        _ => {
            return Err(invalid(
                "Exactly one of StackName and PhysicalResourceId must be given.",
            ));
        }
    };
    let found: Vec<Value> = stack
        .resources
        .iter()
        .filter(|resource| logical.is_none_or(|logical| resource.logical == logical))
        .map(|resource| described(&stack, resource, "Timestamp"))
        .collect();
    Ok(json!({"StackResources": found}))
}

/// `DescribeStackResource`.
pub(super) fn resource(snapshot: &Snapshot<'_>, _: &Ctx, request: &Value) -> Result<Value, Fault> {
    let stack = require(snapshot, text(request, "StackName"))?;
    let logical = text(request, "LogicalResourceId");
    let found = stack
        .resources
        .iter()
        .find(|resource| resource.logical == logical);
    let found = found.ok_or_else(|| {
        invalid(&format!(
            "Resource {logical} does not exist for stack {}",
            stack.name
        ))
    })?;
    Ok(json!({"StackResourceDetail": described(&stack, found, "LastUpdatedTimestamp")}))
}

fn described(stack: &Stack, resource: &StackResource, at: &str) -> Value {
    let mut shown = summary(resource, at);
    shown.insert("StackName".to_owned(), stack.name.as_str().into());
    shown.insert("StackId".to_owned(), stack.id.as_str().into());
    Value::Object(shown)
}

fn summary(resource: &StackResource, at: &str) -> Map<String, Value> {
    let mut shown = Map::new();
    let mut set = |name: &str, value: Value| drop(shown.insert(name.to_owned(), value));
    set("LogicalResourceId", resource.logical.as_str().into());
    if !resource.physical.is_empty() {
        set("PhysicalResourceId", resource.physical.as_str().into());
    }
    set("ResourceType", resource.kind.as_str().into());
    set(at, aws_api::timestamp::to_value(resource.updated));
    set("ResourceStatus", resource.status.as_str().into());
    if let Some(reason) = &resource.reason {
        set("ResourceStatusReason", reason.as_str().into());
    }
    shown
}

/// `ListStackResources`.
pub(super) fn list_resources(
    snapshot: &Snapshot<'_>,
    _: &Ctx,
    request: &Value,
) -> Result<Value, Fault> {
    let stack = require(snapshot, text(request, "StackName"))?;
    let all = stack
        .resources
        .iter()
        .map(|resource| Value::Object(summary(resource, "LastUpdatedTimestamp")));
    page("StackResourceSummaries", all.collect(), request)
}

/// `GetTemplate`. `Processed` and `Original` are the same: there are no macros.
pub(super) fn template(snapshot: &Snapshot<'_>, _: &Ctx, request: &Value) -> Result<Value, Fault> {
    let Some(name) = optional(request, "StackName") else {
        return Err(invalid("StackName must be given."));
    };
    let stack = require(snapshot, name)?;
    Ok(json!({"TemplateBody": stack.template, "StagesAvailable": ["Original", "Processed"]}))
}

/// `ValidateTemplate`.
pub(super) fn validate(_: &Snapshot<'_>, _: &Ctx, request: &Value) -> Result<Value, Fault> {
    let Some(body) = optional(request, "TemplateBody") else {
        return Err(invalid(
            "Either Template URL or Template Body must be specified.",
        ));
    };
    let template = Template::parse(body)?;
    let parameters: Vec<Value> = template
        .parameters
        .iter()
        .map(|(key, declaration)| {
            let mut shown = json!({"ParameterKey": key, "NoEcho": declaration["NoEcho"] == true});
            if let Some(default) = declaration.get("Default") {
                shown["DefaultValue"] = printed(default).into();
            }
            if let Some(description) = optional(declaration, "Description") {
                shown["Description"] = description.into();
            }
            shown
        })
        .collect();
    let mut answer = json!({"Parameters": parameters});
    if let Some(description) = template.description {
        answer["Description"] = description.into();
    }
    let roles = || {
        template
            .resources
            .iter()
            .filter(|resource| resource.kind == "AWS::IAM::Role")
    };
    if roles().next().is_some() {
        let named = roles().any(|role| !role.properties["RoleName"].is_null());
        let capability = if named {
            "CAPABILITY_NAMED_IAM"
        } else {
            "CAPABILITY_IAM"
        };
        answer["Capabilities"] = json!([capability]);
        answer["CapabilitiesReason"] =
            "The following resource(s) require capabilities: [AWS::IAM::Role]".into();
    }
    Ok(answer)
}

fn require(snapshot: &Snapshot<'_>, name: &str) -> Result<Stack, Fault> {
    stack::find(snapshot, name)?
        .ok_or_else(|| invalid(&format!("Stack with id {name} does not exist")))
}

fn page(member: &str, all: Vec<Value>, request: &Value) -> Result<Value, Fault> {
    let skip: usize = match optional(request, "NextToken") {
        None => 0,
        Some(token) => token
            .parse()
            .map_err(|_| invalid("The specified token is invalid"))?,
    };
    let size = PAGE as usize;
    let more = all.len() > skip + size;
    let rows: Vec<Value> = all.into_iter().skip(skip).take(size).collect();
    let mut answer = json!({member: rows});
    if more {
        answer["NextToken"] = (skip + size).to_string().into();
    }
    Ok(answer)
}

fn invalid(message: &str) -> Fault {
    Fault::client("ValidationError", message)
}
