//! The types of resources that a stack may hold: one file each behind a small trait. Any other type fails its stack.

mod bucket;
mod log_group;
mod model_package_group;
mod role;
mod state_machine;

use std::collections::BTreeMap;

use serde_json::Value;

use crate::Fault;
use crate::services;
use crate::store::Tx;

/// A type of resource.
pub(super) trait ResourceType: Sync {
    /// AWS's name of it.
    fn name(&self) -> &'static str;
    /// Its properties; any other fails the resource by name.
    fn properties(&self) -> &'static [Property];
    /// Creates a resource. `fresh` is a name for one that has none.
    fn create(&self, tx: &mut Tx<'_>, fresh: &str, properties: &Value) -> Result<Created, Fault>;
    /// Changes properties that need no other resource.
    fn update(&self, tx: &mut Tx<'_>, physical: &str, properties: &Value) -> Result<(), Fault>;
    /// Deletes a resource.
    fn delete(&self, tx: &mut Tx<'_>, physical: &str) -> Result<(), Fault>;
}

/// What a type does with a property.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Support {
    /// Changing it changes the resource.
    Updatable,
    /// Changing it needs a new resource.
    Replacing,
    /// It has no effect here; the text says why.
    Accepted(&'static str),
}

/// A property of a type.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Property {
    pub(super) name: &'static str,
    pub(super) support: Support,
    pub(super) required: bool,
}

const fn updatable(name: &'static str) -> Property {
    Property {
        name,
        support: Support::Updatable,
        required: false,
    }
}

const fn replacing(name: &'static str) -> Property {
    Property {
        name,
        support: Support::Replacing,
        required: false,
    }
}

const fn accepted(name: &'static str, reason: &'static str) -> Property {
    Property {
        name,
        support: Support::Accepted(reason),
        required: false,
    }
}

const fn required(property: Property) -> Property {
    Property {
        required: true,
        ..property
    }
}

/// A resource that was created.
#[derive(Debug)]
pub(super) struct Created {
    /// What `Ref` gives.
    pub(super) physical: String,
    /// What `Fn::GetAtt` gives.
    pub(super) attributes: BTreeMap<String, Value>,
}

impl Created {
    fn new(physical: &str, attributes: &[(&str, &str)]) -> Self {
        let attributes = attributes
            .iter()
            .map(|(name, value)| ((*name).to_owned(), Value::from(*value)));
        Self {
            physical: physical.to_owned(),
            attributes: attributes.collect(),
        }
    }
}

const TYPES: [&dyn ResourceType; 5] = [
    &bucket::Bucket,
    &log_group::LogGroup,
    &model_package_group::ModelPackageGroup,
    &role::Role,
    &state_machine::StateMachine,
];

/// A type by its name.
pub(super) fn find(name: &str) -> Option<&'static dyn ResourceType> {
    TYPES.into_iter().find(|kind| kind.name() == name)
}

/// Refuses properties that are not the type's, and missing ones. The error says which.
pub(super) fn check(kind: &dyn ResourceType, properties: &Value) -> Result<(), String> {
    let Value::Object(members) = properties else {
        return Err("Properties must be an object".to_owned());
    };
    let known = kind.properties();
    if let Some(unknown) = members
        .keys()
        .find(|name| known.iter().all(|property| property.name != *name))
    {
        return Err(format!(
            "Encountered unsupported property {unknown} of {}",
            kind.name()
        ));
    }
    match known
        .iter()
        .find(|property| property.required && !members.contains_key(property.name))
    {
        Some(missing) => Err(format!("Property {} cannot be empty.", missing.name)),
        None => Ok(()),
    }
}

/// Calls another service's operation as a client would, validation included.
fn call(tx: &mut Tx<'_>, service: &str, operation: &str, request: &Value) -> Result<Value, Fault> {
    let model = aws_api::service(service);
    let known = model.and_then(|model| Some((model, model.operation(operation)?)));
    if let Some((model, operation)) = known {
        aws_api::validate(model, operation, request)
            .map_err(|error| Fault::new(error.status, error.code, error.message))?;
    }
    services::call(tx, service, operation, request)
}

/// The members of an object that are there, under other names.
fn request(properties: &Value, names: &[(&str, &str)]) -> Value {
    let found = names
        .iter()
        .filter_map(|(from, to)| Some(((*to).to_owned(), properties.get(from)?.clone())));
    Value::Object(found.collect())
}
