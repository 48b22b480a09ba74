//! `AWS::S3::Bucket`.

use serde_json::Value;

use super::{Created, Property, ResourceType, accepted, replacing};
use crate::Fault;
use crate::services::request::optional;
use crate::services::s3::{self, bucket};
use crate::store::Tx;

pub(super) struct Bucket;

impl ResourceType for Bucket {
    fn name(&self) -> &'static str {
        "AWS::S3::Bucket"
    }

    fn properties(&self) -> &'static [Property] {
        const PROPERTIES: &[Property] = &[
            replacing("BucketName"),
            accepted(
                "BucketEncryption",
                "objects lie on the disk of this machine as they are",
            ),
            accepted("PublicAccessBlockConfiguration", "nothing here is public"),
            accepted("OwnershipControls", "there is one account"),
            accepted("Tags", "tags of buckets are not stored"),
        ];
        PROPERTIES
    }

    fn create(&self, tx: &mut Tx<'_>, fresh: &str, properties: &Value) -> Result<Created, Fault> {
        let fresh = fresh.to_lowercase();
        let name = optional(properties, "BucketName").unwrap_or(&fresh);
        if tx.get::<s3::Bucket>(name)?.is_some() {
            return Err(Fault::new(
                409,
                "AlreadyExists",
                format!("{name} already exists"),
            ));
        }
        bucket::create(tx, name)?;
        let domain = format!("{name}.s3.amazonaws.com");
        let regional = format!("{name}.s3.{}.amazonaws.com", tx.ctx().region);
        let arn = format!("arn:aws:s3:::{name}");
        Ok(Created::new(
            name,
            &[
                ("Arn", &arn),
                ("DomainName", &domain),
                ("RegionalDomainName", &regional),
            ],
        ))
    }

    fn update(&self, _: &mut Tx<'_>, _: &str, _: &Value) -> Result<(), Fault> {
        Ok(())
    }

    fn delete(&self, tx: &mut Tx<'_>, physical: &str) -> Result<(), Fault> {
        match bucket::delete(tx, physical) {
            Err(fault) if fault.code == "NoSuchBucket" => Ok(()),
            outcome => outcome,
        }
    }
}
