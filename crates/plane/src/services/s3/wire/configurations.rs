//! Configurations of buckets on the wire. They are checked, stored as XML or JSON and given back; what of them has no
//! effect here is on the reference page.

use s3s::dto::{
    BucketLifecycleConfiguration, CORSConfiguration, GetBucketCorsInput, GetBucketCorsOutput,
    GetBucketLifecycleConfigurationInput, GetBucketLifecycleConfigurationOutput,
    GetBucketNotificationConfigurationInput, GetBucketNotificationConfigurationOutput,
    GetBucketOwnershipControlsInput, GetBucketOwnershipControlsOutput, GetBucketPolicyInput,
    GetBucketPolicyOutput, GetBucketRequestPaymentInput, GetBucketRequestPaymentOutput,
    GetBucketTaggingInput, GetBucketTaggingOutput, GetBucketWebsiteInput, GetBucketWebsiteOutput,
    GetPublicAccessBlockInput, GetPublicAccessBlockOutput, LifecycleRule, ObjectOwnership,
    OwnershipControls, OwnershipControlsRule, Payer, PublicAccessBlockConfiguration,
    PutBucketCorsInput, PutBucketCorsOutput, PutBucketLifecycleConfigurationInput,
    PutBucketLifecycleConfigurationOutput, PutBucketNotificationConfigurationInput,
    PutBucketNotificationConfigurationOutput, PutBucketOwnershipControlsInput,
    PutBucketOwnershipControlsOutput, PutBucketPolicyInput, PutBucketPolicyOutput,
    PutBucketTaggingInput, PutBucketTaggingOutput, PutBucketWebsiteInput, PutBucketWebsiteOutput,
    PutPublicAccessBlockInput, PutPublicAccessBlockOutput, Tagging, WebsiteConfiguration,
};
use s3s::xml::{Deserialize, Deserializer, Serialize, Serializer};
use s3s::{S3Error, S3Request, S3Response, S3Result, s3_error};

use super::Shelf;
use super::shelf::s3_error as from_fault;
use crate::Fault;
use crate::services::s3::configuration::{self, Kind, Stored};
use crate::services::s3::{bucket, tags};

/// Most rules of a lifecycle.
const MOST_RULES: usize = 1000;
/// Most rules of a CORS configuration.
const MOST_CORS: usize = 100;
/// Most bytes of a policy.
const LONGEST_POLICY: usize = 20 * 1024;

async fn save(
    shelf: &Shelf,
    (bucket, kind): (String, Kind),
    text: Option<String>,
    principal: &str,
) -> S3Result<()> {
    shelf
        .command(principal, move |tx| {
            configuration::put(tx, &bucket, kind, text)
        })
        .await
}

async fn load(shelf: &Shelf, bucket: String, kind: Kind) -> S3Result<Stored> {
    shelf
        .ask(move |snapshot| configuration::get(snapshot, &bucket, kind))
        .await
}

fn to_xml(configuration: &impl Serialize) -> S3Result<String> {
    let mut bytes = Vec::new();
    configuration
        .serialize(&mut Serializer::new(&mut bytes))
        .map_err(S3Error::internal_error)?;
    String::from_utf8(bytes).map_err(S3Error::internal_error)
}

fn from_xml<T: for<'x> Deserialize<'x>>(text: &str) -> S3Result<T> {
    T::deserialize(&mut Deserializer::new(text.as_bytes())).map_err(S3Error::internal_error)
}

/// A document that is there, or the error of its absence.
async fn required<T: for<'x> Deserialize<'x>>(
    shelf: &Shelf,
    (bucket, kind): (String, Kind),
    absent: (&str, &str),
) -> S3Result<T> {
    match load(shelf, bucket, kind).await? {
        Stored::Is(text) => from_xml(&text),
        Stored::Default | Stored::Deleted => Err(from_fault(Fault::not_found(absent.0, absent.1))),
    }
}

fn malformed() -> S3Error {
    s3_error!(
        MalformedXML,
        "The XML you provided was not well-formed or did not validate against our published schema"
    )
}

/// The deletion of a kind of document: `name(Kind)`.
macro_rules! deletions {
    ($($name:ident($kind:ident): $input:ident -> $output:ident;)*) => {$(
        pub(super) async fn $name(
            shelf: &Shelf,
            request: S3Request<s3s::dto::$input>,
            principal: &str,
        ) -> S3Result<S3Response<s3s::dto::$output>> {
            save(shelf, (request.input.bucket, Kind::$kind), None, principal).await?;
            let status = http::StatusCode::NO_CONTENT;
            Ok(S3Response::with_status(s3s::dto::$output::default(), status))
        }
    )*};
}

deletions! {
    delete_tags(Tags): DeleteBucketTaggingInput -> DeleteBucketTaggingOutput;
    delete_lifecycle(Lifecycle): DeleteBucketLifecycleInput -> DeleteBucketLifecycleOutput;
    delete_cors(Cors): DeleteBucketCorsInput -> DeleteBucketCorsOutput;
    delete_website(Website): DeleteBucketWebsiteInput -> DeleteBucketWebsiteOutput;
    delete_policy(Policy): DeleteBucketPolicyInput -> DeleteBucketPolicyOutput;
    delete_public_access(PublicAccess): DeletePublicAccessBlockInput -> DeletePublicAccessBlockOutput;
    delete_ownership(Ownership): DeleteBucketOwnershipControlsInput ->
        DeleteBucketOwnershipControlsOutput;
}

pub(super) async fn put_tags(
    shelf: &Shelf,
    request: S3Request<PutBucketTaggingInput>,
    principal: &str,
) -> S3Result<S3Response<PutBucketTaggingOutput>> {
    let input = request.input;
    let pairs = input.tagging.tag_set.iter().map(|tag| {
        (
            tag.key.clone().unwrap_or_default(),
            tag.value.clone().unwrap_or_default(),
        )
    });
    tags::check_bucket(pairs).map_err(from_fault)?;
    let text = Some(to_xml(&input.tagging)?);
    save(shelf, (input.bucket, Kind::Tags), text, principal).await?;
    Ok(S3Response::with_status(
        PutBucketTaggingOutput::default(),
        http::StatusCode::NO_CONTENT,
    ))
}

pub(super) async fn get_tags(
    shelf: &Shelf,
    request: S3Request<GetBucketTaggingInput>,
    _principal: &str,
) -> S3Result<S3Response<GetBucketTaggingOutput>> {
    let absent = ("NoSuchTagSet", "The TagSet does not exist");
    let found: Tagging = required(shelf, (request.input.bucket, Kind::Tags), absent).await?;
    Ok(S3Response::new(GetBucketTaggingOutput {
        tag_set: found.tag_set,
    }))
}

pub(super) async fn put_lifecycle(
    shelf: &Shelf,
    request: S3Request<PutBucketLifecycleConfigurationInput>,
    principal: &str,
) -> S3Result<S3Response<PutBucketLifecycleConfigurationOutput>> {
    let input = request.input;
    let Some(lifecycle) = input.lifecycle_configuration else {
        return Err(malformed());
    };
    let acts = |rule: &LifecycleRule| {
        rule.expiration.is_some()
            || rule.transitions.is_some()
            || rule.noncurrent_version_expiration.is_some()
            || rule.noncurrent_version_transitions.is_some()
            || rule.abort_incomplete_multipart_upload.is_some()
    };
    let selects = |rule: &LifecycleRule| rule.filter.is_some() || rule.prefix.is_some();
    if !(1..=MOST_RULES).contains(&lifecycle.rules.len()) || !lifecycle.rules.iter().all(selects) {
        return Err(malformed());
    }
    if !lifecycle.rules.iter().all(acts) {
        return Err(s3_error!(
            InvalidRequest,
            "At least one action needs to be specified in a rule."
        ));
    }
    let text = Some(to_xml(&lifecycle)?);
    save(shelf, (input.bucket, Kind::Lifecycle), text, principal).await?;
    Ok(S3Response::new(
        PutBucketLifecycleConfigurationOutput::default(),
    ))
}

pub(super) async fn get_lifecycle(
    shelf: &Shelf,
    request: S3Request<GetBucketLifecycleConfigurationInput>,
    _principal: &str,
) -> S3Result<S3Response<GetBucketLifecycleConfigurationOutput>> {
    let absent = (
        "NoSuchLifecycleConfiguration",
        "The lifecycle configuration does not exist",
    );
    let wanted = (request.input.bucket, Kind::Lifecycle);
    let found: BucketLifecycleConfiguration = required(shelf, wanted, absent).await?;
    Ok(S3Response::new(GetBucketLifecycleConfigurationOutput {
        rules: Some(found.rules),
        transition_default_minimum_object_size: None,
    }))
}

pub(super) async fn put_cors(
    shelf: &Shelf,
    request: S3Request<PutBucketCorsInput>,
    principal: &str,
) -> S3Result<S3Response<PutBucketCorsOutput>> {
    let input = request.input;
    if !(1..=MOST_CORS).contains(&input.cors_configuration.cors_rules.len()) {
        return Err(malformed());
    }
    let text = Some(to_xml(&input.cors_configuration)?);
    save(shelf, (input.bucket, Kind::Cors), text, principal).await?;
    Ok(S3Response::new(PutBucketCorsOutput::default()))
}

pub(super) async fn get_cors(
    shelf: &Shelf,
    request: S3Request<GetBucketCorsInput>,
    _principal: &str,
) -> S3Result<S3Response<GetBucketCorsOutput>> {
    let absent = (
        "NoSuchCORSConfiguration",
        "The CORS configuration does not exist",
    );
    let wanted = (request.input.bucket, Kind::Cors);
    let found: CORSConfiguration = required(shelf, wanted, absent).await?;
    Ok(S3Response::new(GetBucketCorsOutput {
        cors_rules: Some(found.cors_rules),
    }))
}

pub(super) async fn put_website(
    shelf: &Shelf,
    request: S3Request<PutBucketWebsiteInput>,
    principal: &str,
) -> S3Result<S3Response<PutBucketWebsiteOutput>> {
    let input = request.input;
    let text = Some(to_xml(&input.website_configuration)?);
    save(shelf, (input.bucket, Kind::Website), text, principal).await?;
    Ok(S3Response::new(PutBucketWebsiteOutput::default()))
}

pub(super) async fn get_website(
    shelf: &Shelf,
    request: S3Request<GetBucketWebsiteInput>,
    _principal: &str,
) -> S3Result<S3Response<GetBucketWebsiteOutput>> {
    let absent = (
        "NoSuchWebsiteConfiguration",
        "The specified bucket does not have a website configuration",
    );
    let wanted = (request.input.bucket, Kind::Website);
    let found: WebsiteConfiguration = required(shelf, wanted, absent).await?;
    Ok(S3Response::new(GetBucketWebsiteOutput {
        error_document: found.error_document,
        index_document: found.index_document,
        redirect_all_requests_to: found.redirect_all_requests_to,
        routing_rules: found.routing_rules,
    }))
}

pub(super) async fn put_policy(
    shelf: &Shelf,
    request: S3Request<PutBucketPolicyInput>,
    principal: &str,
) -> S3Result<S3Response<PutBucketPolicyOutput>> {
    let input = request.input;
    let parsed: Option<serde_json::Value> = serde_json::from_str(&input.policy).ok();
    let is_policy = parsed.is_some_and(|policy| policy["Statement"].is_array());
    if !is_policy || input.policy.len() > LONGEST_POLICY {
        return Err(s3_error!(
            MalformedPolicy,
            "Policies must be valid JSON and the first byte must be '{{'"
        ));
    }
    let wanted = (input.bucket, Kind::Policy);
    save(shelf, wanted, Some(input.policy), principal).await?;
    Ok(S3Response::with_status(
        PutBucketPolicyOutput::default(),
        http::StatusCode::NO_CONTENT,
    ))
}

pub(super) async fn get_policy(
    shelf: &Shelf,
    request: S3Request<GetBucketPolicyInput>,
    _principal: &str,
) -> S3Result<S3Response<GetBucketPolicyOutput>> {
    match load(shelf, request.input.bucket, Kind::Policy).await? {
        Stored::Is(policy) => Ok(S3Response::new(GetBucketPolicyOutput {
            policy: Some(policy),
        })),
        Stored::Default | Stored::Deleted => Err(from_fault(Fault::not_found(
            "NoSuchBucketPolicy",
            "The bucket policy does not exist",
        ))),
    }
}

pub(super) async fn put_public_access(
    shelf: &Shelf,
    request: S3Request<PutPublicAccessBlockInput>,
    principal: &str,
) -> S3Result<S3Response<PutPublicAccessBlockOutput>> {
    let input = request.input;
    let text = Some(to_xml(&input.public_access_block_configuration)?);
    save(shelf, (input.bucket, Kind::PublicAccess), text, principal).await?;
    Ok(S3Response::new(PutPublicAccessBlockOutput::default()))
}

pub(super) async fn get_public_access(
    shelf: &Shelf,
    request: S3Request<GetPublicAccessBlockInput>,
    _principal: &str,
) -> S3Result<S3Response<GetPublicAccessBlockOutput>> {
    let found = match load(shelf, request.input.bucket, Kind::PublicAccess).await? {
        Stored::Is(text) => from_xml(&text)?,
        // What AWS gives a new bucket.
        Stored::Default => PublicAccessBlockConfiguration {
            block_public_acls: Some(true),
            block_public_policy: Some(true),
            ignore_public_acls: Some(true),
            restrict_public_buckets: Some(true),
        },
        Stored::Deleted => {
            return Err(from_fault(Fault::not_found(
                "NoSuchPublicAccessBlockConfiguration",
                "The public access block configuration was not found",
            )));
        }
    };
    Ok(S3Response::new(GetPublicAccessBlockOutput {
        public_access_block_configuration: Some(found),
    }))
}

pub(super) async fn put_ownership(
    shelf: &Shelf,
    request: S3Request<PutBucketOwnershipControlsInput>,
    principal: &str,
) -> S3Result<S3Response<PutBucketOwnershipControlsOutput>> {
    let input = request.input;
    let words = input.ownership_controls.rules.iter();
    let mut words = words.map(|rule| rule.object_ownership.as_str());
    // Where others own what they write there are access lists, which are not here.
    if words.len() != 1 || words.any(|word| word != ObjectOwnership::BUCKET_OWNER_ENFORCED) {
        return Err(s3_error!(
            NotImplemented,
            "ObjectOwnership other than BucketOwnerEnforced is not implemented here"
        ));
    }
    let text = Some(to_xml(&input.ownership_controls)?);
    save(shelf, (input.bucket, Kind::Ownership), text, principal).await?;
    Ok(S3Response::new(PutBucketOwnershipControlsOutput::default()))
}

pub(super) async fn get_ownership(
    shelf: &Shelf,
    request: S3Request<GetBucketOwnershipControlsInput>,
    _principal: &str,
) -> S3Result<S3Response<GetBucketOwnershipControlsOutput>> {
    let found = match load(shelf, request.input.bucket, Kind::Ownership).await? {
        Stored::Is(text) => from_xml(&text)?,
        Stored::Default => OwnershipControls {
            rules: vec![OwnershipControlsRule {
                object_ownership: ObjectOwnership::from_static(
                    ObjectOwnership::BUCKET_OWNER_ENFORCED,
                ),
            }],
        },
        Stored::Deleted => {
            return Err(from_fault(Fault::not_found(
                "OwnershipControlsNotFoundError",
                "The bucket ownership controls were not found",
            )));
        }
    };
    Ok(S3Response::new(GetBucketOwnershipControlsOutput {
        ownership_controls: Some(found),
    }))
}

pub(super) async fn put_notification(
    shelf: &Shelf,
    request: S3Request<PutBucketNotificationConfigurationInput>,
    _principal: &str,
) -> S3Result<S3Response<PutBucketNotificationConfigurationOutput>> {
    let input = request.input;
    let wanted = input.notification_configuration;
    let asked = [
        (
            "EventBridgeConfiguration",
            wanted.event_bridge_configuration.is_some(),
        ),
        (
            "LambdaFunctionConfigurations",
            wanted.lambda_function_configurations.is_some(),
        ),
        ("QueueConfigurations", wanted.queue_configurations.is_some()),
        ("TopicConfigurations", wanted.topic_configurations.is_some()),
    ];
    if let Some((name, _)) = asked.into_iter().find(|(_, is_asked)| *is_asked) {
        return Err(s3_error!(
            NotImplemented,
            "{name} is not implemented here: nothing is notified of objects"
        ));
    }
    shelf
        .ask(move |snapshot| bucket::require(snapshot, &input.bucket))
        .await?;
    Ok(S3Response::new(
        PutBucketNotificationConfigurationOutput::default(),
    ))
}

pub(super) async fn get_notification(
    shelf: &Shelf,
    request: S3Request<GetBucketNotificationConfigurationInput>,
    _principal: &str,
) -> S3Result<S3Response<GetBucketNotificationConfigurationOutput>> {
    shelf
        .ask(move |snapshot| bucket::require(snapshot, &request.input.bucket))
        .await?;
    Ok(S3Response::new(
        GetBucketNotificationConfigurationOutput::default(),
    ))
}

pub(super) async fn get_payer(
    shelf: &Shelf,
    request: S3Request<GetBucketRequestPaymentInput>,
    _principal: &str,
) -> S3Result<S3Response<GetBucketRequestPaymentOutput>> {
    shelf
        .ask(move |snapshot| bucket::require(snapshot, &request.input.bucket))
        .await?;
    Ok(S3Response::new(GetBucketRequestPaymentOutput {
        payer: Some(Payer::from_static(Payer::BUCKET_OWNER)),
    }))
}
