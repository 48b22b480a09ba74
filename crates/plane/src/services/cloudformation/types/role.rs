//! `AWS::IAM::Role`.

use serde_json::{Value, json};

use super::{
    Created, Property, ResourceType, accepted, call, replacing, request, required, updatable,
};
use crate::Fault;
use crate::services::iam;
use crate::services::request::{items, optional, text};
use crate::store::Tx;

pub(super) struct Role;

impl ResourceType for Role {
    fn name(&self) -> &'static str {
        "AWS::IAM::Role"
    }

    fn properties(&self) -> &'static [Property] {
        const PROPERTIES: &[Property] = &[
            replacing("RoleName"),
            replacing("Path"),
            required(updatable("AssumeRolePolicyDocument")),
            updatable("Policies"),
            updatable("ManagedPolicyArns"),
            updatable("Description"),
            accepted("MaxSessionDuration", "keys of a job end with the job"),
            accepted("Tags", "tags of a role are set when it is created"),
        ];
        PROPERTIES
    }

    fn create(&self, tx: &mut Tx<'_>, fresh: &str, properties: &Value) -> Result<Created, Fault> {
        let name = optional(properties, "RoleName").unwrap_or(fresh);
        let mut wanted = request(
            properties,
            &["Path", "Description", "Tags"].map(|name| (name, name)),
        );
        wanted["RoleName"] = name.into();
        wanted["AssumeRolePolicyDocument"] =
            document(&properties["AssumeRolePolicyDocument"]).into();
        let answer = call(tx, "iam", "CreateRole", &wanted)?;
        put_policies(tx, name, properties)?;
        let role = &answer["Role"];
        Ok(Created::new(
            name,
            &[("Arn", text(role, "Arn")), ("RoleId", text(role, "RoleId"))],
        ))
    }

    fn update(&self, tx: &mut Tx<'_>, physical: &str, properties: &Value) -> Result<(), Fault> {
        let Some(mut role) = tx.get::<iam::Role>(physical)? else {
            return Err(Fault::not_found(
                "NotFound",
                format!("The role {physical} cannot be found."),
            ));
        };
        role.trust = document(&properties["AssumeRolePolicyDocument"]);
        role.description = optional(properties, "Description").map(str::to_owned);
        role.inline.clear();
        role.attached.clear();
        tx.put(&role)?;
        put_policies(tx, physical, properties)
    }

    fn delete(&self, tx: &mut Tx<'_>, physical: &str) -> Result<(), Fault> {
        tx.delete::<iam::Role>(physical)?;
        Ok(())
    }
}

fn put_policies(tx: &mut Tx<'_>, role: &str, properties: &Value) -> Result<(), Fault> {
    for policy in items(properties, "Policies") {
        let wanted = json!({
            "RoleName": role,
            "PolicyName": policy["PolicyName"],
            "PolicyDocument": document(&policy["PolicyDocument"]),
        });
        call(tx, "iam", "PutRolePolicy", &wanted)?;
    }
    for arn in items(properties, "ManagedPolicyArns") {
        call(
            tx,
            "iam",
            "AttachRolePolicy",
            &json!({"RoleName": role, "PolicyArn": arn}),
        )?;
    }
    Ok(())
}

/// A policy document as the text that IAM takes.
fn document(value: &Value) -> String {
    match value {
        Value::String(text) => text.clone(),
        value => value.to_string(),
    }
}
