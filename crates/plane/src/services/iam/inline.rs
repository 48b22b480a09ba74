//! Inline policies of roles.

use serde_json::{Value, json};

use super::document;
use super::record::Role;
use super::role::{conflict, page, require};
use crate::services::request::text;
use crate::store::{Snapshot, Tx};
use crate::{Ctx, Fault};

/// Characters of all inline policies of a role, white space not counted: AWS's quota.
const CHARACTERS: usize = 10_240;

/// `PutRolePolicy`.
pub(super) fn put(tx: &mut Tx<'_>, request: &Value) -> Result<Value, Fault> {
    let mut role = require(tx, text(request, "RoleName"))?;
    let policy = text(request, "PolicyDocument");
    document::check(policy)?;
    role.inline
        .insert(text(request, "PolicyName").to_owned(), policy.to_owned());
    let letters = |text: &String| text.chars().filter(|c| !c.is_whitespace()).count();
    if role.inline.values().map(letters).sum::<usize>() > CHARACTERS {
        return Err(conflict(
            "LimitExceeded",
            format!(
                "Maximum policy size of {CHARACTERS} bytes exceeded for role {}",
                role.name
            ),
        ));
    }
    tx.put(&role)?;
    Ok(json!({}))
}

/// `GetRolePolicy`.
pub(super) fn get(snapshot: &Snapshot<'_>, _: &Ctx, request: &Value) -> Result<Value, Fault> {
    let role = require(snapshot, text(request, "RoleName"))?;
    let name = text(request, "PolicyName");
    let policy = role.inline.get(name).ok_or_else(|| missing(name))?;
    Ok(json!({
        "RoleName": role.name,
        "PolicyName": name,
        "PolicyDocument": document::encode(policy),
    }))
}

/// `DeleteRolePolicy`.
pub(super) fn delete(tx: &mut Tx<'_>, request: &Value) -> Result<Value, Fault> {
    let mut role: Role = require(tx, text(request, "RoleName"))?;
    let name = text(request, "PolicyName");
    if role.inline.remove(name).is_none() {
        return Err(missing(name));
    }
    tx.put(&role)?;
    Ok(json!({}))
}

/// `ListRolePolicies`.
pub(super) fn list(snapshot: &Snapshot<'_>, _: &Ctx, request: &Value) -> Result<Value, Fault> {
    let role = require(snapshot, text(request, "RoleName"))?;
    let names: Vec<Value> = role
        .inline
        .keys()
        .map(|name| name.as_str().into())
        .collect();
    page("PolicyNames", &names, request)
}

fn missing(name: &str) -> Fault {
    Fault::not_found(
        "NoSuchEntity",
        format!("The role policy with name {name} cannot be found."),
    )
}
