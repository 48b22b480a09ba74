//! Managed policies attached to roles. There are no managed policies here: an ARN of AWS's own is kept as it is.

use serde_json::{Value, json};

use super::role::{conflict, page, require};
use crate::services::request::{optional, text};
use crate::store::{Snapshot, Tx};
use crate::{Ctx, Fault};

/// Managed policies of one role, AWS's quota.
const ATTACHED: usize = 10;

/// `AttachRolePolicy`; attaching twice is attaching once.
pub(super) fn attach(tx: &mut Tx<'_>, request: &Value) -> Result<Value, Fault> {
    let mut role = require(tx, text(request, "RoleName"))?;
    let arn = text(request, "PolicyArn");
    if !arn.starts_with("arn:aws:iam::aws:policy/") {
        return Err(Fault::not_found(
            "NoSuchEntity",
            format!("Policy {arn} does not exist or is not attachable."),
        ));
    }
    role.attached.insert(arn.to_owned());
    if role.attached.len() > ATTACHED {
        let message = format!("Cannot exceed quota for PoliciesPerRole: {ATTACHED}");
        return Err(conflict("LimitExceeded", message));
    }
    tx.put(&role)?;
    Ok(json!({}))
}

/// `DetachRolePolicy`.
pub(super) fn detach(tx: &mut Tx<'_>, request: &Value) -> Result<Value, Fault> {
    let mut role = require(tx, text(request, "RoleName"))?;
    let arn = text(request, "PolicyArn");
    if !role.attached.remove(arn) {
        return Err(Fault::not_found(
            "NoSuchEntity",
            format!("Policy {arn} was not found."),
        ));
    }
    tx.put(&role)?;
    Ok(json!({}))
}

/// `ListAttachedRolePolicies`.
pub(super) fn list(snapshot: &Snapshot<'_>, _: &Ctx, request: &Value) -> Result<Value, Fault> {
    let role = require(snapshot, text(request, "RoleName"))?;
    let prefix = optional(request, "PathPrefix").unwrap_or("/");
    let found: Vec<Value> = role
        .attached
        .iter()
        .filter_map(|arn| {
            let (_, path) = arn.split_once(":policy")?;
            let name = path.rsplit('/').next()?;
            path.starts_with(prefix)
                .then(|| json!({"PolicyName": name, "PolicyArn": arn}))
        })
        .collect();
    page("AttachedPolicies", &found, request)
}
