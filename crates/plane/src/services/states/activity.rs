//! Activities: named, listed, deleted. Workers cannot poll them yet.

use serde_json::{Value, json};

use super::execution::{offset, page_size, seconds};
use super::name;
use super::record::Activity;
use crate::services::request::{items, pairs, text};
use crate::store::{Query, Snapshot, Sort, Tx};
use crate::{Ctx, Fault};

/// `CreateActivity`; the same name again is the same activity.
pub(super) fn create(tx: &mut Tx<'_>, request: &Value) -> Result<Value, Fault> {
    let given = text(request, "name");
    name::check(given)?;
    let arn = tx.ctx().arn("states", &format!("activity:{given}"));
    let mut created = tx.ctx().now;
    if let Some(present) = tx.get::<Activity>(&arn)? {
        created = present.created;
    } else {
        tx.put(&Activity {
            arn: arn.clone(),
            name: given.to_owned(),
            tags: pairs(items(request, "tags"), "key", "value"),
            created,
        })?;
    }
    Ok(json!({"activityArn": arn, "creationDate": seconds(created)}))
}

/// `DescribeActivity`.
pub(super) fn describe(
    snapshot: &Snapshot<'_>,
    ctx: &Ctx,
    request: &Value,
) -> Result<Value, Fault> {
    let arn = text(request, "activityArn");
    name::resource(ctx, arn, "activity")?;
    let activity = snapshot.get::<Activity>(arn)?.ok_or_else(|| {
        Fault::client(
            "ActivityDoesNotExist",
            format!("Activity Does Not Exist: '{arn}'"),
        )
    })?;
    Ok(shown(&activity))
}

/// `ListActivities`, by name.
pub(super) fn list(snapshot: &Snapshot<'_>, _: &Ctx, request: &Value) -> Result<Value, Fault> {
    let query = Query {
        sort: Sort::Key,
        offset: offset(request)?,
        limit: page_size(request),
        ..Query::default()
    };
    let page = snapshot.list::<Activity>(&query)?;
    let mut answer = json!({"activities": page.rows.iter().map(shown).collect::<Vec<_>>()});
    if let Some(token) = page.token {
        answer["nextToken"] = token.into();
    }
    Ok(answer)
}

/// `DeleteActivity`; an unknown one is as good as deleted.
pub(super) fn delete(tx: &mut Tx<'_>, request: &Value) -> Result<Value, Fault> {
    let arn = text(request, "activityArn");
    name::resource(tx.ctx(), arn, "activity")?;
    tx.delete::<Activity>(arn)?;
    Ok(json!({}))
}

fn shown(activity: &Activity) -> Value {
    json!({
        "activityArn": activity.arn,
        "name": activity.name,
        "creationDate": seconds(activity.created),
    })
}
