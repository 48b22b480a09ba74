//! What a call's answer looks like to a state machine: outputs with moments as the integration writes them, errors with
//! AWS's names and causes.

use aws_api::timestamp;
use aws_api::{Kind, Shape, TimestampFormat};
use serde_json::Value;
use states::{Event, TaskId};

use super::integration::{self, Form, Integration, Target, operation};
use crate::Fault;
use crate::store::Tx;

/// How moments stand in outputs.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Moments {
    /// Epoch milliseconds, as optimised integrations write them.
    Millis,
    /// `2024-01-31T12:34:56.789Z`, as aws-sdk integrations write them.
    Text,
}

/// Errors that the model of S3 declares, by their code; an error of any other code is `S3Exception`.
const S3_ERRORS: &[(&str, &str)] = &[
    ("NoSuchKey", "NoSuchKeyException"),
    ("NotFound", "NoSuchKeyException"),
    ("NoSuchBucket", "NoSuchBucketException"),
    ("NoSuchUpload", "NoSuchUploadException"),
    ("BucketAlreadyExists", "BucketAlreadyExistsException"),
    (
        "BucketAlreadyOwnedByYou",
        "BucketAlreadyOwnedByYouException",
    ),
    ("InvalidObjectState", "InvalidObjectStateException"),
];

/// The event for the outcome of a call that an effect made.
pub(super) fn of_call(
    tx: &mut Tx<'_>,
    task: TaskId,
    (service, action): (&str, &str),
    outcome: Result<Value, Fault>,
) -> Event {
    let Some(integration) = integration::find(service) else {
        let cause = Some(format!(
            "the integration {service}:{action} is not implemented"
        ));
        return Event::TaskFailed {
            task,
            error: "States.Runtime".to_owned(),
            cause,
        };
    };
    let operation = operation(action);
    match outcome {
        Ok(output) => success(task, integration, &operation, output),
        Err(fault) => failure(tx, task, integration, &operation, &fault),
    }
}

/// The event of a call that worked.
pub(super) fn success(
    task: TaskId,
    integration: &Integration,
    operation: &str,
    output: Value,
) -> Event {
    Event::TaskSucceeded {
        task,
        output: rendered(integration, operation, output),
    }
}

/// The output of a call as the integration writes it.
pub(super) fn rendered(integration: &Integration, operation: &str, output: Value) -> Value {
    let moments = match integration.form {
        Form::Optimised => Moments::Millis,
        Form::Sdk => Moments::Text,
    };
    let (Target::Records(model) | Target::Effect(model)) = integration.target;
    render(model, operation, output, moments)
}

/// An operation's output with its moments in another form.
pub(super) fn render(model: &str, operation: &str, output: Value, moments: Moments) -> Value {
    if model == "s3" {
        return render_object(output);
    }
    let operation = aws_api::service(model).and_then(|service| service.operation(operation));
    match operation.and_then(|operation| operation.output) {
        Some(shape) => walk(shape, output, moments),
        None => output,
    }
}

/// S3 has no table of its own here: `LastModified` is its one moment.
fn render_object(output: Value) -> Value {
    match output {
        Value::Object(members) => members
            .into_iter()
            .map(|(name, value)| {
                let value = match name.as_str() {
                    "LastModified" => moment(value, Moments::Text),
                    _ => render_object(value),
                };
                (name, value)
            })
            .collect(),
        Value::Array(items) => items.into_iter().map(render_object).collect(),
        other => other,
    }
}

fn walk(shape: &Shape, value: Value, moments: Moments) -> Value {
    match (shape.kind, value) {
        (Kind::Timestamp(_), value) => moment(value, moments),
        (Kind::Structure { .. }, Value::Object(members)) => members
            .into_iter()
            .map(|(name, value)| {
                let value = match shape.member(&name) {
                    Some(member) => walk(member.shape, value, moments),
                    None => value,
                };
                (name, value)
            })
            .collect(),
        (Kind::List { member, .. }, Value::Array(items)) => items
            .into_iter()
            .map(|item| walk(member, item, moments))
            .collect(),
        (Kind::Map { value: target, .. }, Value::Object(entries)) => entries
            .into_iter()
            .map(|(key, value)| (key, walk(target, value, moments)))
            .collect(),
        (_, value) => value,
    }
}

fn moment(value: Value, moments: Moments) -> Value {
    match (timestamp::from_value(&value), moments) {
        (Some(millis), Moments::Millis) => millis.into(),
        (Some(millis), Moments::Text) => timestamp::print(millis, TimestampFormat::Iso8601).into(),
        (None, _) => value,
    }
}

/// The event of a call that was refused.
pub(super) fn failure(
    tx: &mut Tx<'_>,
    task: TaskId,
    integration: &Integration,
    operation: &str,
    fault: &Fault,
) -> Event {
    if fault.code.starts_with("States.") {
        let cause = Some(fault.message.clone());
        return Event::TaskFailed {
            task,
            error: fault.code.clone(),
            cause,
        };
    }
    let name = error_name(integration, operation, &fault.code);
    Event::TaskFailed {
        task,
        error: format!("{}.{name}", integration.prefix),
        cause: Some(cause(tx, integration, fault)),
    }
}

/// `ResourceInUseException` where the operation declares the error, else the service's own name for all others.
fn error_name(integration: &Integration, operation: &str, code: &str) -> String {
    if integration.target == Target::Effect("s3") {
        let found = S3_ERRORS.iter().find(|(known, _)| *known == code);
        return found
            .map_or(integration.unmodelled, |(_, name)| name)
            .to_owned();
    }
    let (Target::Records(model) | Target::Effect(model)) = integration.target;
    let operation = aws_api::service(model).and_then(|service| service.operation(operation));
    let declared = operation.and_then(|operation| {
        let mut errors = operation.errors.iter();
        errors.find(|error| error.name == code || error.code == code)
    });
    match declared {
        Some(error) if error.name.ends_with("Exception") => error.name.to_owned(),
        Some(error) => format!("{}Exception", error.name),
        None => integration.unmodelled.to_owned(),
    }
}

fn cause(tx: &mut Tx<'_>, integration: &Integration, fault: &Fault) -> String {
    let (label, status, request) = (integration.label, fault.status, tx.uuid());
    let message = &fault.message;
    match integration.form {
        Form::Optimised => format!(
            "{message} (Service: {label}; Status Code: {status}; Error Code: {}; Request ID: {request}; Proxy: null)",
            fault.code
        ),
        Form::Sdk if integration.target == Target::Effect("s3") => {
            let extended = tx.uuid().simple().to_string();
            format!(
                "{message} (Service: {label}, Status Code: {status}, Request ID: {request}, Extended Request ID: {extended})"
            )
        }
        Form::Sdk => {
            format!("{message} (Service: {label}, Status Code: {status}, Request ID: {request})")
        }
    }
}
