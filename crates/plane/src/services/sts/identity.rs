//! `GetCallerIdentity`: the account's own keys are its root; keys of a job are a session of the job's role.

use serde_json::{Value, json};

use crate::services::iam::Role;
use crate::store::Snapshot;
use crate::{ACCOUNT, Ctx, Fault};

/// The session name of a job's keys.
const SESSION: &str = "plimsoll";

pub(super) fn get_caller_identity(
    snapshot: &Snapshot<'_>,
    ctx: &Ctx,
    _: &Value,
) -> Result<Value, Fault> {
    let role = ctx
        .principal
        .split_once(":role/")
        .filter(|_| ctx.principal.starts_with("arn:"));
    let Some((_, path)) = role else {
        let arn = format!("arn:aws:iam::{ACCOUNT}:root");
        return Ok(json!({"UserId": ACCOUNT, "Account": ACCOUNT, "Arn": arn}));
    };
    let name = path.rsplit('/').next().unwrap_or(path);
    // A role that nobody created may be used all the same: only its name is known of it.
    let id = snapshot
        .get::<Role>(name)?
        .map_or_else(|| name.to_owned(), |role| role.id);
    Ok(json!({
        "UserId": format!("{id}:{SESSION}"),
        "Account": ACCOUNT,
        "Arn": format!("arn:aws:sts::{ACCOUNT}:assumed-role/{name}/{SESSION}"),
    }))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn identity(principal: &str) -> Value {
        let folder = tempfile::tempdir().unwrap();
        let sql = crate::store::open_database(&folder.path().join("plane.db")).unwrap();
        let ctx = Ctx {
            now: 0,
            region: "us-east-1".into(),
            principal: principal.into(),
        };
        get_caller_identity(&Snapshot::new(&sql), &ctx, &json!({})).unwrap()
    }

    #[test]
    fn a_key_is_the_root_and_a_role_is_a_session() {
        assert_eq!(
            identity("AKIATEST"),
            json!({"UserId": "000000000000", "Account": "000000000000", "Arn": "arn:aws:iam::000000000000:root"})
        );
        assert_eq!(
            identity("arn:aws:iam::000000000000:role/team/jobs"),
            json!({
                "UserId": "jobs:plimsoll",
                "Account": "000000000000",
                "Arn": "arn:aws:sts::000000000000:assumed-role/jobs/plimsoll",
            })
        );
    }
}
