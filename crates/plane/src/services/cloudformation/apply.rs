//! Bringing a stack's resources into the form of a template, one after the other in the order of their dependencies.

use std::collections::BTreeMap;

use serde_json::Value;

use super::draft::{Draft, Failure, Halt};
use super::function::{Scope, printed};
use super::record::{Output, StackResource};
use super::template::{Resource, Template};
use super::types::{self, ResourceType, Support};
use super::{change, parameter};
use crate::Fault;
use crate::store::Tx;

/// What functions see of the stack, as far as it is known before any resource is.
#[derive(Debug)]
pub(super) struct Known {
    region: String,
    parameters: BTreeMap<String, Value>,
    conditions: BTreeMap<String, bool>,
}

impl Known {
    /// Types the parameters and decides the conditions, which may refer to each other.
    pub(super) fn new(tx: &Tx<'_>, draft: &Draft, template: &Template) -> Result<Self, Fault> {
        let parameters = parameter::typed(&template.parameters, &draft.stack.parameters);
        let mut known = Self {
            region: tx.ctx().region.clone(),
            parameters,
            conditions: BTreeMap::new(),
        };
        let mut rest: Vec<(&String, &Value)> = template.conditions.iter().collect();
        while !rest.is_empty() {
            let mut failed = Vec::new();
            let before = rest.len();
            for (name, condition) in rest {
                match known.scope(draft).condition(condition, 0) {
                    Ok(holds) => drop(known.conditions.insert(name.clone(), holds)),
                    Err(reason) => failed.push((name, condition, reason)),
                }
            }
            if failed.len() == before {
                let reason = failed.swap_remove(0).2;
                return Err(super::template::format_error(&reason));
            }
            rest = failed
                .into_iter()
                .map(|(name, condition, _)| (name, condition))
                .collect();
        }
        Ok(known)
    }

    fn scope<'s>(&'s self, draft: &'s Draft) -> Scope<'s> {
        Scope {
            region: &self.region,
            stack_name: &draft.stack.name,
            stack_id: &draft.stack.id,
            parameters: &self.parameters,
            conditions: &self.conditions,
            resources: &draft.stack.resources,
        }
    }

    /// Whether a resource or an output is wanted at all.
    pub(super) fn wants(&self, condition: Option<&str>) -> bool {
        condition.is_none_or(|name| self.conditions.get(name).copied().unwrap_or(false))
    }
}

/// What an operation did, beside what the draft tells.
#[derive(Debug, Default)]
pub(super) struct Done {
    /// Resources that were created.
    pub(super) created: Vec<String>,
    /// Resources that were changed in place or replaced.
    pub(super) changed: Vec<String>,
    /// What was replaced and is to be deleted.
    pub(super) replaced: Vec<StackResource>,
    /// The failure at which it stopped, where what was done is kept.
    pub(super) failure: Option<Failure>,
}

/// Creates, changes and replaces resources until all are as the template says; removes none. At a failure it stops:
/// with `keep` what was done stays, otherwise the caller's savepoint undoes it.
pub(super) fn apply(
    tx: &mut Tx<'_>,
    draft: &mut Draft,
    template: &Template,
    done: &mut Done,
    keep: bool,
) -> Result<(), Halt> {
    let known = Known::new(tx, draft, template).map_err(Halt::Fault)?;
    for resource in &template.resources {
        if !known.wants(resource.condition.as_deref()) {
            continue;
        }
        // A failing resource leaves nothing of itself, even where the others are kept.
        let outcome = tx.attempt(|tx| one(tx, draft, &known, resource, done));
        match outcome {
            Err(Halt::Failed(failure)) if keep => {
                done.failure = Some(failure);
                return Ok(());
            }
            outcome => outcome?,
        }
    }
    let outputs = outputs(&known, draft, template);
    draft.stack.outputs = outputs.map_err(|reason| {
        Halt::Fault(Fault::client(
            "ValidationError",
            format!("Template error: {reason}"),
        ))
    })?;
    Ok(())
}

fn one(
    tx: &mut Tx<'_>,
    draft: &mut Draft,
    known: &Known,
    resource: &Resource,
    done: &mut Done,
) -> Result<(), Halt> {
    let present = draft.find(&resource.logical).map(|present| present.clone());
    let fail = |draft: &mut Draft, reason: String| {
        let physical = present
            .as_ref()
            .map_or("", |present| present.physical.as_str());
        let status = if present.is_some() {
            "UPDATE_FAILED"
        } else {
            "CREATE_FAILED"
        };
        draft.resource(
            [&resource.logical, physical, &resource.kind],
            status,
            Some(&reason),
        );
        Halt::Failed(Failure {
            logical: resource.logical.clone(),
        })
    };
    let Some(kind) = types::find(&resource.kind) else {
        if present.is_none() {
            begin_creation(draft, done, resource, Value::Null);
        }
        return Err(fail(
            draft,
            format!("Unrecognized resource type: {}", resource.kind),
        ));
    };
    let evaluated = known.scope(draft).evaluate(&resource.properties);
    let properties = match evaluated.and_then(|value| {
        let value = value.unwrap_or_default();
        types::check(kind, &value).map(|()| value)
    }) {
        Ok(properties) => properties,
        Err(reason) => {
            if present.is_none() {
                begin_creation(draft, done, resource, Value::Null);
            }
            return Err(fail(draft, reason));
        }
    };
    let outcome = match &present {
        None => {
            begin_creation(draft, done, resource, properties.clone());
            create(tx, draft, (kind, resource), &properties)
        }
        Some(present) if present.kind != resource.kind => Err(Fault::validation(format!(
            "Update of resource type is not permitted. The new template modifies resource type of [{}]",
            resource.logical
        ))),
        Some(present) => change::one(tx, draft, (kind, resource), present, (properties, done)),
    };
    outcome.map_err(|fault| match fault.status {
        500.. => Halt::Fault(fault),
        _ => fail(draft, handler_message(&fault)),
    })
}

fn begin_creation(draft: &mut Draft, done: &mut Done, resource: &Resource, properties: Value) {
    done.created.push(resource.logical.clone());
    draft.stack.resources.push(StackResource {
        logical: resource.logical.clone(),
        kind: resource.kind.clone(),
        physical: String::new(),
        status: String::new(),
        reason: None,
        properties,
        attributes: BTreeMap::new(),
        depends: resource.depends.clone(),
        retain: resource.retain,
        updated: 0,
    });
    draft.resource(
        [&resource.logical, "", &resource.kind],
        "CREATE_IN_PROGRESS",
        None,
    );
}

fn create(
    tx: &mut Tx<'_>,
    draft: &mut Draft,
    (kind, resource): (&dyn ResourceType, &Resource),
    properties: &Value,
) -> Result<(), Fault> {
    let fresh = fresh_name(tx, draft, &resource.logical);
    let created = kind.create(tx, &fresh, properties)?;
    let names = [
        resource.logical.as_str(),
        created.physical.as_str(),
        resource.kind.as_str(),
    ];
    draft.resource(
        names,
        "CREATE_IN_PROGRESS",
        Some("Resource creation Initiated"),
    );
    draft.resource(names, "CREATE_COMPLETE", None);
    if let Some(stored) = draft.find(&resource.logical) {
        stored.physical.clone_from(&created.physical);
        stored.attributes = created.attributes;
    }
    Ok(())
}

/// A name for a resource that has none of its own: stack, logical name, random characters.
pub(super) fn fresh_name(tx: &mut Tx<'_>, draft: &Draft, logical: &str) -> String {
    let random = tx.uuid().simple().to_string().to_uppercase();
    let cut = |text: &str, most: usize| text.chars().take(most).collect::<String>();
    format!(
        "{}-{}-{}",
        cut(&draft.stack.name, 24),
        cut(logical, 24),
        &random[..12]
    )
}

/// Whether a change of a property has an effect, and which.
pub(super) fn support_of(kind: &dyn ResourceType, property: &str) -> Option<Support> {
    let found = kind
        .properties()
        .iter()
        .find(|known| known.name == property);
    found.map(|known| known.support)
}

/// The reason of a failed resource in the form of AWS's resource handlers.
pub(super) fn handler_message(fault: &Fault) -> String {
    let code = match fault.code.as_str() {
        code if code.contains("Already") || code.contains("InUse") => "AlreadyExists",
        code if code.contains("NotFound")
            || code.contains("NoSuch")
            || code.contains("DoesNotExist") =>
        {
            "NotFound"
        }
        code if code.contains("Validation")
            || code.contains("Invalid")
            || code.contains("Malformed") =>
        {
            "InvalidRequest"
        }
        _ => "GeneralServiceException",
    };
    format!(
        "Resource handler returned message: \"{}\" (HandlerErrorCode: {code})",
        fault.message
    )
}

fn outputs(known: &Known, draft: &Draft, template: &Template) -> Result<Vec<Output>, String> {
    let mut outputs = Vec::new();
    for (key, body) in &template.outputs {
        if let Some(other) = body
            .as_object()
            .into_iter()
            .flatten()
            .find(|(name, _)| !matches!(name.as_str(), "Value" | "Description" | "Condition"))
        {
            return Err(format!("[/Outputs/{key}] {} is not implemented", other.0));
        }
        if !known.wants(body["Condition"].as_str()) {
            continue;
        }
        let value = known.scope(draft).evaluate(&body["Value"])?;
        outputs.push(Output {
            key: key.clone(),
            value: printed(&value.unwrap_or_default()),
            description: body["Description"].as_str().map(str::to_owned),
        });
    }
    Ok(outputs)
}
