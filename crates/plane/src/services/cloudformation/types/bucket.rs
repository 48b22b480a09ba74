//! `AWS::S3::Bucket`.

use serde_json::Value;

use super::{Created, Property, ResourceType, accepted, replacing, updatable};
use crate::Fault;
use crate::services::request::{items, optional, pairs};
use crate::services::s3::bucket::Versioning;
use crate::services::s3::configuration::{self, Kind};
use crate::services::s3::object::Encryption;
use crate::services::s3::{self, bucket, tags};
use crate::store::Tx;

pub(super) struct Bucket;

impl ResourceType for Bucket {
    fn name(&self) -> &'static str {
        "AWS::S3::Bucket"
    }

    fn properties(&self) -> &'static [Property] {
        const PROPERTIES: &[Property] = &[
            replacing("BucketName"),
            updatable("VersioningConfiguration"),
            updatable("BucketEncryption"),
            updatable("Tags"),
            accepted(
                "LifecycleConfiguration",
                "nothing expires here; rules that S3 itself is given come back",
            ),
            accepted("PublicAccessBlockConfiguration", "nothing here is public"),
            accepted("OwnershipControls", "there is one account"),
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
        configure(tx, name, properties)?;
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

    fn update(&self, tx: &mut Tx<'_>, physical: &str, properties: &Value) -> Result<(), Fault> {
        configure(tx, physical, properties)
    }

    fn delete(&self, tx: &mut Tx<'_>, physical: &str) -> Result<(), Fault> {
        match bucket::delete(tx, physical) {
            Err(fault) if fault.code == "NoSuchBucket" => Ok(()),
            outcome => outcome,
        }
    }
}

/// Makes a bucket what its properties say. Versions that are kept once are suspended when the property goes.
fn configure(tx: &mut Tx<'_>, name: &str, properties: &Value) -> Result<(), Fault> {
    let wanted = match optional(&properties["VersioningConfiguration"], "Status") {
        Some(word) => Some(Versioning::parse(word).ok_or_else(|| {
            invalid(&format!("`{word}` is no Status of VersioningConfiguration"))
        })?),
        None => None,
    };
    let encryption = encryption(&properties["BucketEncryption"])?;
    bucket::change(tx, name, |bucket| {
        bucket.versioning = match (wanted, bucket.versioning) {
            (Some(wanted), _) => wanted,
            (None, Versioning::Never) => Versioning::Never,
            (None, _) => Versioning::Suspended,
        };
        bucket.encryption = encryption;
    })?;
    let given = pairs(items(properties, "Tags"), "Key", "Value");
    tags::check_bucket(given.clone())?;
    let document = (!given.is_empty()).then(|| tags::document(&given));
    configuration::put(tx, name, Kind::Tags, document)
}

/// The default encryption of the one rule that AWS takes.
fn encryption(property: &Value) -> Result<Option<Encryption>, Fault> {
    let Some(rule) = property["ServerSideEncryptionConfiguration"].get(0) else {
        return Ok(None);
    };
    let default = &rule["ServerSideEncryptionByDefault"];
    let algorithm = optional(default, "SSEAlgorithm").unwrap_or_default();
    if !["AES256", "aws:kms", "aws:kms:dsse"].contains(&algorithm) {
        return Err(invalid(&format!("`{algorithm}` is no SSEAlgorithm")));
    }
    Ok(Some(Encryption {
        algorithm: algorithm.to_owned(),
        key: optional(default, "KMSMasterKeyID").map(str::to_owned),
        bucket_key: rule["BucketKeyEnabled"].as_bool().unwrap_or(false),
    }))
}

fn invalid(message: &str) -> Fault {
    Fault::client("InvalidRequest", message)
}
