//! `AWS::Logs::LogGroup`.

use serde_json::{Value, json};

use super::{Created, Property, ResourceType, accepted, call, replacing, updatable};
use crate::Fault;
use crate::services::logs;
use crate::services::request::{items, optional, pairs};
use crate::store::Tx;

pub(super) struct LogGroup;

impl ResourceType for LogGroup {
    fn name(&self) -> &'static str {
        "AWS::Logs::LogGroup"
    }

    fn properties(&self) -> &'static [Property] {
        const PROPERTIES: &[Property] = &[
            replacing("LogGroupName"),
            updatable("RetentionInDays"),
            accepted("LogGroupClass", "there is one class of storage"),
            accepted("Tags", "tags of a group are set when it is created"),
        ];
        PROPERTIES
    }

    fn create(&self, tx: &mut Tx<'_>, fresh: &str, properties: &Value) -> Result<Created, Fault> {
        let name = optional(properties, "LogGroupName").unwrap_or(fresh);
        let tags = pairs(items(properties, "Tags"), "Key", "Value");
        let mut request = json!({"logGroupName": name});
        if !tags.is_empty() {
            // The model wants at least one where the member is given.
            request["tags"] = json!(tags);
        }
        call(tx, "logs", "CreateLogGroup", &request)?;
        self.update(tx, name, properties)?;
        let arn = tx.ctx().arn("logs", &format!("log-group:{name}:*"));
        Ok(Created::new(name, &[("Arn", &arn)]))
    }

    fn update(&self, tx: &mut Tx<'_>, physical: &str, properties: &Value) -> Result<(), Fault> {
        let days = &properties["RetentionInDays"];
        if days.is_null() {
            let mut group = tx.get::<logs::LogGroup>(physical)?;
            if let Some(group) = &mut group {
                group.retention_days = None;
                tx.put(group)?;
            }
            return Ok(());
        }
        let days = days.as_i64().or_else(|| days.as_str()?.parse().ok());
        let request = json!({"logGroupName": physical, "retentionInDays": days});
        call(tx, "logs", "PutRetentionPolicy", &request)?;
        Ok(())
    }

    fn delete(&self, tx: &mut Tx<'_>, physical: &str) -> Result<(), Fault> {
        match logs::delete_group(tx, physical) {
            Err(fault) if fault.code == "ResourceNotFoundException" => Ok(()),
            outcome => outcome,
        }
    }
}
