//! Which shapes the implemented operations reach, and what each is called in Rust.

use std::collections::{BTreeMap, BTreeSet};

use anyhow::{Result, ensure};
use serde_json::Value;

use super::models::Service;

/// The shapes that the operations reach, by the model's name, with the name of their Rust static.
pub(crate) struct Reachable {
    pub(crate) names: BTreeMap<String, String>,
    /// The error shapes among them.
    pub(crate) errors: BTreeSet<String>,
}

/// Collects what the operations of a service reach.
pub(crate) fn reachable(service: &Service) -> Result<Reachable> {
    let mut found = BTreeSet::new();
    let mut errors = BTreeSet::new();
    for name in &service.operations {
        let operation = service.operation(name)?;
        for side in ["input", "output"] {
            if let Some(shape) = operation[side]["shape"].as_str() {
                visit(service, shape, &mut found)?;
            }
        }
        for error in operation["errors"].as_array().into_iter().flatten() {
            if let Some(shape) = error["shape"].as_str() {
                visit(service, shape, &mut found)?;
                errors.insert(shape.to_owned());
            }
        }
    }
    let mut names = BTreeMap::new();
    let mut taken = BTreeSet::new();
    for shape in found {
        let constant = screaming(&shape);
        ensure!(
            taken.insert(constant.clone()),
            "two shapes would be called `{constant}`"
        );
        names.insert(shape, constant);
    }
    Ok(Reachable { names, errors })
}

fn visit(service: &Service, name: &str, found: &mut BTreeSet<String>) -> Result<()> {
    if !found.insert(name.to_owned()) {
        return Ok(());
    }
    let shape = service.shape(name)?;
    for reference in references(shape) {
        visit(service, reference, found)?;
    }
    Ok(())
}

/// The shapes that a shape refers to.
fn references(shape: &Value) -> Vec<&str> {
    let members = shape["members"]
        .as_object()
        .into_iter()
        .flat_map(|members| members.values());
    members
        .chain(["member", "key", "value"].map(|part| &shape[part]))
        .filter_map(|reference| reference["shape"].as_str())
        .collect()
}

/// `TrainingJobARN` to `TRAINING_JOB_ARN`.
pub(crate) fn screaming(name: &str) -> String {
    let letters: Vec<char> = name.chars().collect();
    let mut constant = String::new();
    for (at, &letter) in letters.iter().enumerate() {
        let after_lower = at > 0 && !letters[at - 1].is_uppercase();
        let before_lower = letters.get(at + 1).is_some_and(|next| next.is_lowercase());
        if at > 0 && letter.is_uppercase() && (after_lower || before_lower) {
            constant.push('_');
        }
        constant.push(letter.to_ascii_uppercase());
    }
    constant.replace("__", "_")
}

#[cfg(test)]
mod tests {
    use super::screaming;

    #[test]
    fn shape_names_become_constants() {
        for (name, constant) in [
            ("TrainingJobARN", "TRAINING_JOB_ARN"),
            ("S3DataSource", "S3_DATA_SOURCE"),
            ("VPCConfig", "VPC_CONFIG"),
            ("Name", "NAME"),
            ("EnableSSMAccess", "ENABLE_SSM_ACCESS"),
            ("__string", "_STRING"),
        ] {
            assert_eq!(screaming(name), constant);
        }
    }
}
