//! `Task`: has work done outside.

use super::amount::amount;
use super::resource::resource;
use super::{Amount, Fields, Resource};
use crate::limits;
use crate::template::Template;

/// The fields of a Task state.
#[derive(Debug)]
pub(crate) struct Task {
    pub(crate) resource: Resource,
    pub(crate) timeout: Option<Amount>,
    pub(crate) heartbeat: Option<Amount>,
    /// The template of `Credentials`, an object with `RoleArn`.
    pub(crate) credentials: Option<Template>,
}

pub(super) fn task(fields: &mut Fields<'_>) -> Option<Task> {
    let resource = fields
        .require_string("Resource")
        .and_then(|arn| match resource(arn) {
            Ok(resource) => Some(resource),
            Err(message) => {
                fields.wrong("Resource", message);
                None
            }
        });
    let timeout = amount(fields, "TimeoutSeconds", 1, limits::FIELD_SECONDS);
    let heartbeat = amount(fields, "HeartbeatSeconds", 1, limits::FIELD_SECONDS);
    if let (Some(Amount::Literal(timeout)), Some(Amount::Literal(heartbeat))) =
        (&timeout, &heartbeat)
        && heartbeat >= timeout
    {
        fields.wrong(
            "HeartbeatSeconds",
            "HeartbeatSeconds must be smaller than TimeoutSeconds",
        );
    }
    let credentials = credentials(fields);
    Some(Task {
        resource: resource?,
        timeout,
        heartbeat,
        credentials,
    })
}

fn credentials(fields: &mut Fields<'_>) -> Option<Template> {
    let template = fields.template("Credentials");
    let value = fields.take("Credentials")?;
    let mut inner = Fields::new(value, fields.at("Credentials"), fields.problems())?;
    inner.exclude("RoleArn", "RoleArn.$");
    if inner.string("RoleArn").is_none() && inner.string("RoleArn.$").is_none() {
        let message = "The field 'RoleArn' is required but was missing";
        inner.problems().schema(inner.pointer(), message);
    }
    inner.finish();
    template
}
