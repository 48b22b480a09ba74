//! `support.toml` against the models: nothing missing, nothing stale, one tree of entries an operation.

use std::collections::BTreeMap;

use anyhow::{Result, bail, ensure};
use serde_json::Value;

use super::models::{Section, Service};

/// What a member does, as written in `support.toml`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Level {
    Honoured,
    Accepted(String),
    Refused(String),
}

/// A classified member with the members below it that differ.
#[derive(Debug)]
pub(crate) struct Entry {
    pub(crate) member: String,
    pub(crate) level: Level,
    pub(crate) nested: Vec<Entry>,
}

/// The classified input of each operation.
pub(crate) fn classify(service: &Service) -> Result<BTreeMap<String, Vec<Entry>>> {
    for name in service.support.keys() {
        ensure!(
            service.operations.contains(name),
            "support.toml: {}.{name} is not implemented",
            service.name
        );
    }
    let mut classified = BTreeMap::new();
    for name in &service.operations {
        let place = format!("support.toml: {}.{name}", service.name);
        let Some(section) = service.support.get(name) else {
            bail!("{place} is missing");
        };
        let levels = levels(section, &place)?;
        let input = service.operation(name)?["input"]["shape"]
            .as_str()
            .unwrap_or_default();
        classified.insert(name.clone(), entries(service, input, &levels, &place)?);
    }
    Ok(classified)
}

/// Every dotted name of a section with its level.
fn levels(section: &Section, place: &str) -> Result<BTreeMap<String, Level>> {
    let honoured = section.honoured.iter().map(|name| (name, Level::Honoured));
    let accepted = section
        .accepted
        .iter()
        .map(|(name, why)| (name, Level::Accepted(why.clone())));
    let refused = section
        .refused
        .iter()
        .map(|(name, why)| (name, Level::Refused(why.clone())));
    let mut levels = BTreeMap::new();
    for (name, level) in honoured.chain(accepted).chain(refused) {
        ensure!(
            levels.insert(name.clone(), level).is_none(),
            "{place} names `{name}` twice"
        );
    }
    Ok(levels)
}

/// The entries of a structure's members, in the model's order.
fn entries(
    service: &Service,
    shape: &str,
    levels: &BTreeMap<String, Level>,
    place: &str,
) -> Result<Vec<Entry>> {
    let mut below: BTreeMap<&str, BTreeMap<String, Level>> = BTreeMap::new();
    for (name, level) in levels {
        if let Some((first, rest)) = name.split_once('.') {
            below
                .entry(first)
                .or_default()
                .insert(rest.to_owned(), level.clone());
        }
    }
    let members = members(service, shape)?;
    let firsts = levels.keys().filter_map(|name| name.split('.').next());
    for first in firsts {
        let known = members.is_some_and(|members| members.contains_key(first));
        ensure!(known, "{place} names `{first}`, AWS does not");
    }
    let mut found = Vec::new();
    for (member, reference) in members.into_iter().flatten() {
        let Some(level) = levels.get(member) else {
            bail!("{place} lacks `{member}`");
        };
        let nested = match below.get(member.as_str()) {
            Some(rest) => {
                let target = reference["shape"].as_str().unwrap_or_default();
                partial(service, target, rest, level, &format!("{place}.{member}"))?
            }
            None => Vec::new(),
        };
        found.push(Entry {
            member: member.clone(),
            level: level.clone(),
            nested,
        });
    }
    Ok(found)
}

/// Entries below a classified member: what is not named follows its parent.
fn partial(
    service: &Service,
    shape: &str,
    levels: &BTreeMap<String, Level>,
    parent: &Level,
    place: &str,
) -> Result<Vec<Entry>> {
    let mut complete = levels.clone();
    for member in members(service, shape)?
        .into_iter()
        .flatten()
        .map(|(member, _)| member)
    {
        complete
            .entry(member.clone())
            .or_insert_with(|| parent.clone());
    }
    let mut found = entries(service, shape, &complete, place)?;
    found.retain(|entry| entry.level != *parent || !entry.nested.is_empty());
    Ok(found)
}

/// The members of a structure, seen through lists and maps.
pub(crate) fn members<'a>(
    service: &'a Service,
    shape: &str,
) -> Result<Option<&'a serde_json::Map<String, Value>>> {
    if shape.is_empty() {
        return Ok(None);
    }
    let shape = service.shape(shape)?;
    let through = match shape["type"].as_str() {
        Some("list") => &shape["member"],
        Some("map") => &shape["value"],
        _ => return Ok(shape["members"].as_object()),
    };
    members(service, through["shape"].as_str().unwrap_or_default())
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    fn classified(section: &Value) -> Result<Vec<Entry>> {
        let model = json!({
            "operations": {"Create": {"input": {"shape": "In"}}},
            "shapes": {
                "In": {"type": "structure", "members": {"Name": {"shape": "S"}, "Parts": {"shape": "L"}}},
                "L": {"type": "list", "member": {"shape": "Part"}},
                "Part": {"type": "structure", "members": {"A": {"shape": "S"}, "B": {"shape": "S"}}},
                "S": {"type": "string"},
            },
        });
        let service = Service {
            name: "things".to_owned(),
            validation: "Invalid".to_owned(),
            operations: vec!["Create".to_owned()],
            model,
            support: BTreeMap::from([(
                "Create".to_owned(),
                serde_json::from_value(section.clone())?,
            )]),
        };
        Ok(classify(&service)?.remove("Create").unwrap_or_default())
    }

    #[test]
    fn members_below_differ_where_named() {
        let section = json!({"honoured": ["Name", "Parts"], "refused": {"Parts.B": "no"}});
        let entries = classified(&section).unwrap();
        assert_eq!(entries[0].level, Level::Honoured);
        assert_eq!(entries[1].nested.len(), 1);
        assert_eq!(entries[1].nested[0].member, "B");
        assert_eq!(entries[1].nested[0].level, Level::Refused("no".to_owned()));
    }

    #[test]
    fn gaps_and_leftovers_are_named() {
        for (section, message) in [
            (
                json!({"honoured": ["Name"]}),
                "support.toml: things.Create lacks `Parts`",
            ),
            (
                json!({"honoured": ["Name", "Parts", "Colour"]}),
                "support.toml: things.Create names `Colour`, AWS does not",
            ),
            (
                json!({"honoured": ["Name", "Parts", "Parts.C"]}),
                "support.toml: things.Create.Parts names `C`, AWS does not",
            ),
            (
                json!({"honoured": ["Name", "Parts"], "accepted": {"Name": "why"}}),
                "support.toml: things.Create names `Name` twice",
            ),
        ] {
            assert_eq!(classified(&section).unwrap_err().to_string(), message);
        }
    }
}
