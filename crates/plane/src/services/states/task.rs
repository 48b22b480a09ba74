//! Running and cancelling the work of Task states.

use serde_json::Value;
use states::{Event, Pattern, Resource, TaskId};

use super::integration::{self, Integration, Target, job_of, operation};
use super::job::{self, JobCall};
use super::record::{Activity, Live, Watch};
use super::result;
use crate::Fault;
use crate::services;
use crate::store::{Effect, Tx};

/// A task that the interpreter asks for.
#[derive(Debug)]
pub(super) struct Call {
    pub(super) task: TaskId,
    pub(super) resource: Resource,
    pub(super) parameters: Value,
    pub(super) role_arn: String,
}

/// Runs a task and answers with what is known of it at once.
pub(super) fn run(tx: &mut Tx<'_>, live: &mut Live, call: Call) -> Result<Vec<Event>, Fault> {
    let task = call.task;
    match &call.resource {
        Resource::Activity(arn) => {
            if tx.get::<Activity>(arn)?.is_some() {
                return Ok(Vec::new());
            }
            Ok(vec![runtime(
                task,
                format!("Activity Does Not Exist: '{arn}'"),
            )])
        }
        Resource::Lambda(_) => Ok(vec![not_implemented(&call)]),
        Resource::Service {
            service,
            action,
            pattern,
        } => {
            let Some(found) = integration::find(service) else {
                return Ok(vec![not_implemented(&call)]);
            };
            let sync = match pattern {
                Pattern::RequestResponse => None,
                Pattern::Sync => job_of(found, action),
                Pattern::Sync2 | Pattern::WaitForTaskToken => {
                    return Ok(vec![not_implemented(&call)]);
                }
            };
            match (found.target, sync) {
                (Target::Records(model), None) => {
                    Ok(vec![request_response(tx, found, model, action, &call)])
                }
                (Target::Records(model), Some(job)) => {
                    let action = (found, model, action.as_str());
                    start_job(tx, &live.arn, job, action, &call)
                }
                (Target::Effect(name), _) => {
                    let action = action.clone();
                    by_effect(tx, live, (found, name), &action, call)
                }
            }
        }
    }
}

/// A task that is no longer wanted: its job is stopped, its call forgotten.
pub(super) fn cancel(tx: &mut Tx<'_>, live: &mut Live, task: TaskId) -> Result<(), Fault> {
    if live.calls.remove(&task.0).is_some() {
        tx.settle(&call_effect(live, task, "", "", Value::Null).key())?;
    }
    for watch in tx.children::<Watch>(&live.arn)? {
        if watch.task == task.0 {
            tx.delete::<Watch>(&Watch::key_of(&watch.kind, &watch.name))?;
            job::stop(tx, &live.role_arn, &watch);
        }
    }
    Ok(())
}

fn request_response(
    tx: &mut Tx<'_>,
    integration: &Integration,
    model: &'static str,
    action: &str,
    call: &Call,
) -> Event {
    let operation = operation(action);
    match invoke(tx, model, &operation, call) {
        Ok(output) => result::success(call.task, integration, &operation, output),
        Err(fault) => result::failure(tx, call.task, integration, &operation, &fault),
    }
}

/// Starts a job and watches it. One that is over at once, such as a job that is refused a place, ends the task at once.
fn start_job(
    tx: &mut Tx<'_>,
    execution: &str,
    job: &JobCall,
    (integration, model, action): (&Integration, &'static str, &str),
    call: &Call,
) -> Result<Vec<Event>, Fault> {
    let operation = operation(action);
    let output = match invoke(tx, model, &operation, call) {
        Ok(output) => result::rendered(integration, &operation, output),
        Err(fault) => {
            return Ok(vec![result::failure(
                tx,
                call.task,
                integration,
                &operation,
                &fault,
            )]);
        }
    };
    let watch = Watch {
        kind: job.kind.to_owned(),
        name: call.parameters[job.name]
            .as_str()
            .unwrap_or_default()
            .to_owned(),
        execution: execution.to_owned(),
        task: call.task.0,
    };
    let mut events = vec![Event::TaskSubmitted {
        task: call.task,
        output,
    }];
    match job::ended(tx, &call.role_arn, &watch)? {
        Some(event) => events.push(event),
        None => tx.put(&watch)?,
    }
    Ok(events)
}

/// Calls an operation of a service of records as the machine's role.
fn invoke(tx: &mut Tx<'_>, model: &str, operation: &str, call: &Call) -> Result<Value, Fault> {
    validate(model, operation, &call.parameters)?;
    tx.as_principal(&call.role_arn, |tx| {
        services::call(tx, model, operation, &call.parameters)
    })
}

fn validate(model: &str, operation: &str, parameters: &Value) -> Result<(), Fault> {
    let known =
        aws_api::service(model).and_then(|service| Some((service, service.operation(operation)?)));
    let Some((service, operation)) = known else {
        return Err(Fault::internal(format!(
            "{model} has no operation {operation}"
        )));
    };
    aws_api::validate(service, operation, parameters)
        .map_err(|error| Fault::new(error.status, error.code, error.message))
}

/// Leaves a call to an effect; its answer comes by `call_finished`.
fn by_effect(
    tx: &mut Tx<'_>,
    live: &mut Live,
    (integration, name): (&Integration, &str),
    action: &str,
    call: Call,
) -> Result<Vec<Event>, Fault> {
    let operation = operation(action);
    let mut parameters = call.parameters;
    // An object is written as JSON text; a text is written as it is.
    if let Some(body) = parameters.get_mut("Body")
        && !body.is_string()
    {
        *body = Value::String(body.to_string());
    }
    if let Some(missing) = missing_member(&operation, &parameters) {
        let fault = Fault::validation(format!(
            "The parameter {missing} is required and must be a text"
        ));
        return Ok(vec![result::failure(
            tx,
            call.task,
            integration,
            &operation,
            &fault,
        )]);
    }
    live.calls.insert(
        call.task.0,
        (integration.service.to_owned(), action.to_owned()),
    );
    tx.emit(call_effect(live, call.task, name, &operation, parameters))?;
    Ok(vec![Event::TaskStarted { task: call.task }])
}

/// The first member that an operation cannot do without and does not have.
fn missing_member(operation: &str, parameters: &Value) -> Option<&'static str> {
    let required: &[&str] = match operation {
        "InvokeEndpoint" => &["EndpointName", "Body"],
        "ListObjectsV2" => &["Bucket"],
        _ => &["Bucket", "Key"],
    };
    required
        .iter()
        .find(|member| !parameters[**member].is_string())
        .copied()
}

fn call_effect(
    live: &Live,
    task: TaskId,
    service: &str,
    operation: &str,
    parameters: Value,
) -> Effect {
    Effect::CallService {
        execution: live.arn.clone(),
        task: task.0.to_string(),
        service: service.to_owned(),
        operation: operation.to_owned(),
        parameters,
    }
}

fn not_implemented(call: &Call) -> Event {
    let reason = integration::check(&call.resource).err();
    runtime(
        call.task,
        reason.unwrap_or_else(|| "the integration is not implemented".to_owned()),
    )
}

fn runtime(task: TaskId, cause: String) -> Event {
    Event::TaskFailed {
        task,
        error: "States.Runtime".to_owned(),
        cause: Some(cause),
    }
}
