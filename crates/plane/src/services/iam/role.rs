//! Roles: create, get, list, delete.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::{Value, json};

use super::document;
use super::record::Role;
use crate::services::request::{items, optional, pair_list, pairs, text};
use crate::store::{Query, Record, Snapshot, Sort, Tx};
use crate::{ACCOUNT, Ctx, Fault};

/// Roles of one account, AWS's quota.
const ROLES: usize = 1000;

/// `CreateRole`.
pub(super) fn create(tx: &mut Tx<'_>, request: &Value) -> Result<Value, Fault> {
    let name = text(request, "RoleName").to_owned();
    let trust = text(request, "AssumeRolePolicyDocument").to_owned();
    document::check(&trust)?;
    if tx.get::<Role>(&name)?.is_some() {
        let message = format!("Role with name {name} already exists.");
        return Err(conflict("EntityAlreadyExists", message));
    }
    if all(tx)?.len() >= ROLES {
        let message = format!("Cannot exceed quota for RolesPerAccount: {ROLES}");
        return Err(conflict("LimitExceeded", message));
    }
    let path = optional(request, "Path").unwrap_or("/").to_owned();
    let role = Role {
        // ARNs of IAM have no region.
        arn: format!("arn:aws:iam::{ACCOUNT}:role{path}{name}"),
        id: role_id(tx),
        name,
        path,
        trust,
        description: optional(request, "Description").map(str::to_owned),
        max_session: request["MaxSessionDuration"].as_i64().unwrap_or(3600),
        tags: pairs(items(request, "Tags"), "Key", "Value"),
        inline: BTreeMap::new(),
        attached: BTreeSet::new(),
        created: tx.ctx().now,
    };
    tx.put(&role)?;
    Ok(json!({"Role": shown(&role)}))
}

/// `AROA` and 17 characters of base 32.
fn role_id(tx: &mut Tx<'_>) -> String {
    let mut id = "AROA".to_owned();
    let (mut bits, alphabet) = (tx.uuid().as_u128(), b"ABCDEFGHIJKLMNOPQRSTUVWXYZ234567");
    for _ in 0..17 {
        id.push(char::from(alphabet[(bits % 32) as usize]));
        bits /= 32;
    }
    id
}

/// `GetRole`.
pub(super) fn get(snapshot: &Snapshot<'_>, _: &Ctx, request: &Value) -> Result<Value, Fault> {
    let role = require(snapshot, text(request, "RoleName"))?;
    Ok(json!({"Role": shown(&role)}))
}

/// `ListRoles`, by name.
pub(super) fn list(snapshot: &Snapshot<'_>, _: &Ctx, request: &Value) -> Result<Value, Fault> {
    let prefix = optional(request, "PathPrefix").unwrap_or("/");
    let found: Vec<Value> = all(snapshot)?
        .iter()
        .filter(|role| role.path.starts_with(prefix))
        .map(shown)
        .collect();
    page("Roles", &found, request)
}

/// `DeleteRole`: without policies only.
pub(super) fn delete(tx: &mut Tx<'_>, request: &Value) -> Result<Value, Fault> {
    let role = require(tx, text(request, "RoleName"))?;
    let reason = match (role.inline.is_empty(), role.attached.is_empty()) {
        (true, true) => {
            tx.delete::<Role>(&role.key())?;
            return Ok(json!({}));
        }
        (false, _) => "Cannot delete entity, must delete policies first.",
        (true, false) => "Cannot delete entity, must detach all policies first.",
    };
    Err(conflict("DeleteConflict", reason.to_owned()))
}

/// A refusal because of what is there.
pub(super) fn conflict(code: &str, message: String) -> Fault {
    Fault::new(409, code.to_owned(), message)
}

/// The role, or AWS's refusal.
pub(super) fn require(snapshot: &Snapshot<'_>, name: &str) -> Result<Role, Fault> {
    snapshot.get(name)?.ok_or_else(|| {
        Fault::not_found(
            "NoSuchEntity",
            format!("The role with name {name} cannot be found."),
        )
    })
}

/// One page of a list that is short enough to be read whole.
pub(super) fn page(member: &str, all: &[Value], request: &Value) -> Result<Value, Fault> {
    let skip: usize = match optional(request, "Marker") {
        None => 0,
        Some(marker) => marker
            .parse()
            .map_err(|_| Fault::client("ValidationError", "Invalid Marker."))?,
    };
    let limit = request["MaxItems"]
        .as_u64()
        .map_or(100, |limit| limit as usize);
    let rows: Vec<&Value> = all.iter().skip(skip).take(limit).collect();
    let more = all.len() > skip + rows.len();
    let mut answer = json!({member: rows, "IsTruncated": more});
    if more {
        answer["Marker"] = (skip + limit).to_string().into();
    }
    Ok(answer)
}

fn all(snapshot: &Snapshot<'_>) -> Result<Vec<Role>, Fault> {
    let query = Query {
        sort: Sort::Key,
        limit: ROLES as u64,
        ..Query::default()
    };
    Ok(snapshot.list::<Role>(&query)?.rows)
}

fn shown(role: &Role) -> Value {
    let mut shown = json!({
        "Path": role.path,
        "RoleName": role.name,
        "RoleId": role.id,
        "Arn": role.arn,
        "CreateDate": aws_api::timestamp::to_value(role.created),
        "AssumeRolePolicyDocument": document::encode(&role.trust),
        "MaxSessionDuration": role.max_session,
    });
    if let Some(description) = &role.description {
        shown["Description"] = description.as_str().into();
    }
    if !role.tags.is_empty() {
        shown["Tags"] = pair_list(&role.tags, "Key", "Value");
    }
    shown
}
