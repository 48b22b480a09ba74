//! `AWS::SageMaker::ModelPackageGroup`.

use serde_json::{Value, json};

use super::{Created, Property, ResourceType, accepted, call, replacing, request, required};
use crate::Fault;
use crate::services::request::text;
use crate::store::Tx;

pub(super) struct ModelPackageGroup;

impl ResourceType for ModelPackageGroup {
    fn name(&self) -> &'static str {
        "AWS::SageMaker::ModelPackageGroup"
    }

    fn properties(&self) -> &'static [Property] {
        const PROPERTIES: &[Property] = &[
            required(replacing("ModelPackageGroupName")),
            replacing("ModelPackageGroupDescription"),
            accepted("ModelPackageGroupPolicy", "there is one account"),
            accepted("Tags", "tags of a group are set when it is created"),
        ];
        PROPERTIES
    }

    fn create(&self, tx: &mut Tx<'_>, _: &str, properties: &Value) -> Result<Created, Fault> {
        let names = [
            "ModelPackageGroupName",
            "ModelPackageGroupDescription",
            "Tags",
        ];
        let wanted = request(properties, &names.map(|name| (name, name)));
        let answer = call(tx, "sagemaker", "CreateModelPackageGroup", &wanted)?;
        let arn = text(&answer, "ModelPackageGroupArn");
        Ok(Created::new(
            arn,
            &[
                ("ModelPackageGroupArn", arn),
                ("ModelPackageGroupStatus", "Completed"),
            ],
        ))
    }

    fn update(&self, _: &mut Tx<'_>, _: &str, _: &Value) -> Result<(), Fault> {
        Ok(())
    }

    fn delete(&self, tx: &mut Tx<'_>, physical: &str) -> Result<(), Fault> {
        let name = physical.rsplit('/').next().unwrap_or(physical);
        let group = json!({"ModelPackageGroupName": name});
        if call(tx, "sagemaker", "DescribeModelPackageGroup", &group).is_err() {
            return Ok(());
        }
        call(tx, "sagemaker", "DeleteModelPackageGroup", &group)?;
        Ok(())
    }
}
