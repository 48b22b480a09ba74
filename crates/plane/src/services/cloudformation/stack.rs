//! `CreateStack`, `UpdateStack`, `DeleteStack`.

use serde_json::{Value, json};

use super::apply::{self, Done};
use super::draft::{Draft, Failure, Halt};
use super::record::{Stack, StackEvent, StackResource};
use super::template::Template;
use super::{parameter, remove};
use crate::Fault;
use crate::services::request::{items, optional, pairs, text};
use crate::store::{Query, Snapshot, Tx};

/// Resources of this type need the caller's acknowledgement.
const ROLE: &str = "AWS::IAM::Role";
/// How long deleted stacks are remembered: AWS's 90 days.
const DELETED_KEPT_MS: i64 = 90 * 86_400_000;

/// `CreateStack`.
pub(super) fn create(tx: &mut Tx<'_>, request: &Value) -> Result<Value, Fault> {
    let name = text(request, "StackName");
    let token = optional(request, "ClientRequestToken");
    if let Some(present) = tx.get::<Stack>(name)? {
        if token.is_some() && present.token.as_deref() == token {
            return Ok(json!({"StackId": present.id}));
        }
        let message = format!("Stack [{name}] already exists");
        return Err(Fault::client("AlreadyExistsException", message));
    }
    let body = body(request)?;
    let template = Template::parse(body)?;
    check_capabilities(&template, request)?;
    let on_failure = optional(request, "OnFailure");
    let keep = on_failure == Some("DO_NOTHING") || request["DisableRollback"] == true;
    if on_failure.is_some() && !request["DisableRollback"].is_null() {
        return Err(invalid(
            "You cannot specify both OnFailure and DisableRollback.",
        ));
    }
    let id = format!("stack/{name}/{}", tx.uuid());
    let stack = Stack {
        name: name.to_owned(),
        id: tx.ctx().arn("cloudformation", &id),
        status: String::new(),
        reason: None,
        template: body.to_owned(),
        description: template.description.clone(),
        parameters: parameter::values(
            &template.parameters,
            request,
            &std::collections::BTreeMap::new(),
        )?,
        hidden: parameter::hidden(&template.parameters),
        tags: pairs(items(request, "Tags"), "Key", "Value"),
        capabilities: words(request, "Capabilities"),
        outputs: Vec::new(),
        resources: Vec::new(),
        disable_rollback: keep,
        protected: request["EnableTerminationProtection"] == true,
        created: tx.ctx().now,
        updated: None,
        deleted: None,
        token: token.map(str::to_owned),
        events: 0,
    };
    let mut draft = Draft::new(tx, stack);
    draft.status("CREATE_IN_PROGRESS", Some("User Initiated"));
    let mut done = Done::default();
    let outcome = tx.attempt(|tx| apply::apply(tx, &mut draft, &template, &mut done, keep));
    match (outcome, &done.failure) {
        (Ok(()), None) => draft.status("CREATE_COMPLETE", None),
        (Ok(()), Some(failure)) => draft.status("CREATE_FAILED", Some(&failed("create", failure))),
        (Err(Halt::Fault(fault)), _) => return Err(fault),
        (Err(Halt::Failed(failure)), _) => {
            let gone = on_failure == Some("DELETE");
            tell_rollback(&mut draft, &failure, &done, gone);
            if gone {
                draft.stack.deleted = Some(tx.ctx().now);
            }
        }
    }
    let id = draft.stack.id.clone();
    draft.store(tx)?;
    Ok(json!({"StackId": id}))
}

/// The events of a creation that was undone: what had been created is deleted, the last first.
fn tell_rollback(draft: &mut Draft, failure: &Failure, done: &Done, gone: bool) {
    let reason = format!("{} Rollback requested by user.", failed("create", failure));
    let (begin, end) = if gone {
        ("DELETE_IN_PROGRESS", "DELETE_COMPLETE")
    } else {
        ("ROLLBACK_IN_PROGRESS", "ROLLBACK_COMPLETE")
    };
    draft.status(begin, Some(&reason));
    for logical in done.created.iter().rev() {
        tell_deletion(draft, logical);
    }
    draft.stack.outputs.clear();
    draft.status(end, None);
}

fn tell_deletion(draft: &mut Draft, logical: &str) {
    let Some(resource) = draft.find(logical).map(|found| found.clone()) else {
        return;
    };
    let names = [logical, resource.physical.as_str(), resource.kind.as_str()];
    if !resource.physical.is_empty() {
        draft.resource(names, "DELETE_IN_PROGRESS", None);
    }
    draft.resource(names, "DELETE_COMPLETE", None);
}

/// `UpdateStack`.
pub(super) fn update(tx: &mut Tx<'_>, request: &Value) -> Result<Value, Fault> {
    let before = alive(tx, text(request, "StackName"))?;
    let token = optional(request, "ClientRequestToken");
    if token.is_some() && before.token.as_deref() == token {
        return Ok(json!({"StackId": before.id}));
    }
    let updatable = matches!(
        before.status.as_str(),
        "CREATE_COMPLETE" | "UPDATE_COMPLETE" | "UPDATE_ROLLBACK_COMPLETE" | "UPDATE_FAILED"
    );
    if !updatable {
        let (id, status) = (&before.id, &before.status);
        return Err(invalid(&format!(
            "Stack:{id} is in {status} state and can not be updated."
        )));
    }
    let body = match request["UsePreviousTemplate"] == true {
        true if !request["TemplateBody"].is_null() => {
            return Err(invalid(
                "Exactly one of TemplateBody and UsePreviousTemplate must be given.",
            ));
        }
        true => before.template.as_str(),
        false => body(request)?,
    };
    let template = Template::parse(body)?;
    check_capabilities(&template, request)?;
    let mut stack = before.clone();
    body.clone_into(&mut stack.template);
    stack.description.clone_from(&template.description);
    stack.parameters = parameter::values(&template.parameters, request, &before.parameters)?;
    stack.hidden = parameter::hidden(&template.parameters);
    stack.capabilities = words(request, "Capabilities");
    if !request["Tags"].is_null() {
        stack.tags = pairs(items(request, "Tags"), "Key", "Value");
    }
    stack.updated = Some(tx.ctx().now);
    stack.token = token.map(str::to_owned);
    let mut draft = Draft::new(tx, stack);
    draft.status("UPDATE_IN_PROGRESS", Some("User Initiated"));
    carry_out(
        tx,
        &mut draft,
        &before,
        (&template, request["DisableRollback"] == true),
    )?;
    draft.store(tx)?;
    Ok(json!({"StackId": before.id}))
}

fn carry_out(
    tx: &mut Tx<'_>,
    draft: &mut Draft,
    before: &Stack,
    (template, keep): (&Template, bool),
) -> Result<(), Fault> {
    let mut done = Done::default();
    let outcome = tx.attempt(|tx| apply::apply(tx, draft, template, &mut done, keep));
    match outcome {
        Err(Halt::Fault(fault)) => Err(fault),
        Err(Halt::Failed(failure)) => {
            tell_update_rollback(draft, before, &failure, &done);
            Ok(())
        }
        Ok(()) => match &done.failure {
            Some(failure) => {
                draft.status("UPDATE_FAILED", Some(&failed("update", failure)));
                Ok(())
            }
            None => clean_up(tx, draft, before, (template, done)),
        },
    }
}

/// The last part of an update that worked: what the template no longer has, and what was replaced, is deleted.
fn clean_up(
    tx: &mut Tx<'_>,
    draft: &mut Draft,
    before: &Stack,
    (template, done): (&Template, Done),
) -> Result<(), Fault> {
    let known = apply::Known::new(tx, draft, template)?;
    let is_wanted = |resource: &StackResource| {
        let mut wanted = template.resources.iter();
        wanted.any(|wanted| {
            wanted.logical == resource.logical && known.wants(wanted.condition.as_deref())
        })
    };
    let removed: Vec<StackResource> = draft
        .stack
        .resources
        .iter()
        .filter(|resource| !is_wanted(resource))
        .cloned()
        .collect();
    let unchanged = done.created.is_empty() && done.changed.is_empty() && removed.is_empty();
    let same = before.outputs == draft.stack.outputs
        && before.tags == draft.stack.tags
        && before.description == draft.stack.description;
    if unchanged && same {
        return Err(invalid("No updates are to be performed."));
    }
    draft.status("UPDATE_COMPLETE_CLEANUP_IN_PROGRESS", None);
    for resource in done.replaced.iter().rev().chain(removed.iter().rev()) {
        // One that cannot be deleted stays behind and is told of; the update stands, as on AWS.
        remove::one(tx, draft, resource)?;
        let replaced = done.replaced.contains(resource);
        if let Some(stored) = draft.find(&resource.logical).filter(|_| replaced) {
            "UPDATE_COMPLETE".clone_into(&mut stored.status);
            stored.reason = None;
        }
    }
    draft.stack.resources.retain(is_wanted);
    draft.status("UPDATE_COMPLETE", None);
    Ok(())
}

fn tell_update_rollback(draft: &mut Draft, before: &Stack, failure: &Failure, done: &Done) {
    draft.status(
        "UPDATE_ROLLBACK_IN_PROGRESS",
        Some(&failed("update", failure)),
    );
    for logical in &done.changed {
        let Some(resource) = before
            .resources
            .iter()
            .find(|resource| resource.logical == *logical)
        else {
            continue;
        };
        let names = [
            logical.as_str(),
            resource.physical.as_str(),
            resource.kind.as_str(),
        ];
        draft.resource(names, "UPDATE_IN_PROGRESS", None);
        draft.resource(names, "UPDATE_COMPLETE", None);
    }
    draft.status("UPDATE_ROLLBACK_COMPLETE_CLEANUP_IN_PROGRESS", None);
    for logical in done.created.iter().rev() {
        tell_deletion(draft, logical);
    }
    draft.restore(before);
    draft.status("UPDATE_ROLLBACK_COMPLETE", None);
}

/// `DeleteStack`; one that is not there is as good as deleted.
pub(super) fn delete(tx: &mut Tx<'_>, request: &Value) -> Result<Value, Fault> {
    let Some(stack) = find(tx, text(request, "StackName"))?.filter(|stack| stack.deleted.is_none())
    else {
        return Ok(json!({}));
    };
    if stack.protected {
        return Err(invalid(&format!(
            "Stack [{}] cannot be deleted while TerminationProtection is enabled",
            stack.name
        )));
    }
    let name = stack.name.clone();
    let mut draft = Draft::new(tx, stack);
    draft.status("DELETE_IN_PROGRESS", Some("User Initiated"));
    let failed = remove::all(tx, &mut draft)?;
    if failed.is_empty() {
        draft.status("DELETE_COMPLETE", None);
        draft.stack.deleted = Some(tx.ctx().now);
        tx.delete::<Stack>(&name)?;
        forget(tx)?;
    } else {
        let reason = format!(
            "The following resource(s) failed to delete: [{}]. ",
            failed.join(", ")
        );
        draft.status("DELETE_FAILED", Some(&reason));
    }
    draft.store(tx)?;
    Ok(json!({}))
}

/// Forgets stacks that were deleted long ago.
fn forget(tx: &mut Tx<'_>) -> Result<(), Fault> {
    let query = Query {
        status: Some("DELETE_COMPLETE".to_owned()),
        modified: (None, Some(tx.ctx().now - DELETED_KEPT_MS)),
        ..Query::default()
    };
    for stack in tx.list::<Stack>(&query)?.rows {
        for event in tx.children::<StackEvent>(&stack.id)? {
            tx.delete::<StackEvent>(&StackEvent::key_of(&stack.id, event.number))?;
        }
        tx.delete::<Stack>(&stack.id)?;
    }
    Ok(())
}

/// A stack by its name, or by its id.
pub(super) fn find(snapshot: &Snapshot<'_>, name: &str) -> Result<Option<Stack>, Fault> {
    if let Some(stack) = snapshot.get::<Stack>(name)? {
        return Ok(Some(stack));
    }
    let by_id = name
        .split_once(":stack/")
        .and_then(|(_, rest)| rest.split('/').next());
    let Some(by_id) = by_id else { return Ok(None) };
    Ok(snapshot
        .get::<Stack>(by_id)?
        .filter(|stack| stack.id == name))
}

fn alive(snapshot: &Snapshot<'_>, name: &str) -> Result<Stack, Fault> {
    let found = find(snapshot, name)?.filter(|stack| stack.deleted.is_none());
    found.ok_or_else(|| invalid(&format!("Stack [{name}] does not exist")))
}

fn body(request: &Value) -> Result<&str, Fault> {
    optional(request, "TemplateBody")
        .ok_or_else(|| invalid("Either Template URL or Template Body must be specified."))
}

/// Roles need `CAPABILITY_IAM`, roles with a name `CAPABILITY_NAMED_IAM`.
fn check_capabilities(template: &Template, request: &Value) -> Result<(), Fault> {
    let given = words(request, "Capabilities");
    let has = |word: &str| given.iter().any(|given| given == word);
    let mut roles = template
        .resources
        .iter()
        .filter(|resource| resource.kind == ROLE)
        .peekable();
    if roles.peek().is_none() || has("CAPABILITY_NAMED_IAM") {
        return Ok(());
    }
    let named = roles.any(|role| !role.properties["RoleName"].is_null());
    if !named && has("CAPABILITY_IAM") {
        return Ok(());
    }
    let wanted = if named {
        "CAPABILITY_NAMED_IAM"
    } else {
        "CAPABILITY_IAM"
    };
    Err(Fault::client(
        "InsufficientCapabilitiesException",
        format!("Requires capabilities : [{wanted}]"),
    ))
}

fn words(request: &Value, member: &str) -> Vec<String> {
    items(request, member)
        .iter()
        .filter_map(|word| word.as_str().map(str::to_owned))
        .collect()
}

fn failed(verb: &str, failure: &Failure) -> String {
    format!(
        "The following resource(s) failed to {verb}: [{}].",
        failure.logical
    )
}

fn invalid(message: &str) -> Fault {
    Fault::client("ValidationError", message)
}
