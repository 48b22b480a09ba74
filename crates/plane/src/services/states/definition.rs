//! Definitions: checked, stored by the hash of their text, parsed once.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, OnceLock, PoisonError};

use serde_json::{Value, json};
use sha2::{Digest, Sha256};
use states::{Machine, Problem, ProblemCode, Severity};

use super::integration;
use super::record::Definition;
use crate::services::request::{optional, text};
use crate::store::{Snapshot, Tx};
use crate::{Ctx, Fault};

/// Machines that stay parsed. Beyond it all are forgotten: parsing again gives the same.
const CACHED: usize = 64;

/// Parses a definition and checks that everything it calls exists here.
pub(super) fn parse(text: &str) -> Result<Machine, Vec<Problem>> {
    let machine = Machine::parse(text)?;
    let problems: Vec<Problem> = machine
        .states()
        .filter_map(|state| {
            let reason = integration::check(state.resource()?).err()?;
            Some(Problem {
                severity: Severity::Error,
                code: ProblemCode::NotSupported,
                pointer: format!("{}/Resource", state.pointer()),
                message: reason,
            })
        })
        .collect();
    if problems.is_empty() {
        Ok(machine)
    } else {
        Err(problems)
    }
}

/// Checks a definition and stores it; the answer is its key.
pub(super) fn store(tx: &mut Tx<'_>, text: &str) -> Result<String, Fault> {
    let hash = hash(text);
    let known = cached(&hash).is_some() && tx.get::<Definition>(&hash)?.is_some();
    if known {
        return Ok(hash);
    }
    let machine = parse(text).map_err(|problems| refused(&problems))?;
    cache(&hash, machine);
    if tx.get::<Definition>(&hash)?.is_none() {
        tx.put(&Definition {
            hash: hash.clone(),
            text: text.to_owned(),
            created: tx.ctx().now,
        })?;
    }
    Ok(hash)
}

/// The text of a stored definition.
pub(super) fn text_of(snapshot: &Snapshot<'_>, hash: &str) -> Result<String, Fault> {
    let found = snapshot.get::<Definition>(hash)?;
    Ok(found.ok_or_else(|| lost(hash))?.text)
}

/// A stored definition, parsed.
pub(super) fn machine(snapshot: &Snapshot<'_>, hash: &str) -> Result<Arc<Machine>, Fault> {
    if let Some(machine) = cached(hash) {
        return Ok(machine);
    }
    let text = text_of(snapshot, hash)?;
    match Machine::parse(&text) {
        Ok(machine) => Ok(cache(hash, machine)),
        Err(_) => Err(Fault::internal(format!(
            "the stored definition `{hash}` is no longer accepted"
        ))),
    }
}

fn lost(hash: &str) -> Fault {
    Fault::internal(format!("the definition `{hash}` is not stored"))
}

fn hash(text: &str) -> String {
    Sha256::digest(text.as_bytes())
        .iter()
        .map(|byte| format!("{byte:02x}"))
        .collect()
}

type Parsed = Mutex<HashMap<String, Arc<Machine>>>;

fn parsed() -> &'static Parsed {
    static PARSED: OnceLock<Parsed> = OnceLock::new();
    PARSED.get_or_init(Parsed::default)
}

fn cached(hash: &str) -> Option<Arc<Machine>> {
    parsed()
        .lock()
        .unwrap_or_else(PoisonError::into_inner)
        .get(hash)
        .map(Arc::clone)
}

fn cache(hash: &str, machine: Machine) -> Arc<Machine> {
    let machine = Arc::new(machine);
    let mut parsed = parsed().lock().unwrap_or_else(PoisonError::into_inner);
    if parsed.len() >= CACHED {
        parsed.clear();
    }
    parsed.insert(hash.to_owned(), Arc::clone(&machine));
    machine
}

/// AWS names the first problem.
fn refused(problems: &[Problem]) -> Fault {
    let reason = problems
        .first()
        .map(ToString::to_string)
        .unwrap_or_default();
    Fault::client(
        "InvalidDefinition",
        format!("Invalid State Machine Definition: '{reason}'"),
    )
}

/// `ValidateStateMachineDefinition`: every problem, none of which is stored.
pub(super) fn validate(_: &Snapshot<'_>, _: &Ctx, request: &Value) -> Result<Value, Fault> {
    if optional(request, "type") == Some("EXPRESS") {
        return Err(Fault::validation(
            "EXPRESS state machines are not implemented",
        ));
    }
    let problems = parse(text(request, "definition")).err().unwrap_or_default();
    let most = match request["maxResults"].as_u64() {
        None | Some(0) => 100,
        Some(most) => most as usize,
    };
    let diagnostics: Vec<Value> = problems
        .iter()
        .take(most)
        .map(|problem| {
            json!({
                "severity": problem.severity.to_string(),
                "code": problem.code.to_string(),
                "message": problem.message,
                "location": problem.pointer,
            })
        })
        .collect();
    Ok(json!({
        "result": if problems.is_empty() { "OK" } else { "FAIL" },
        "diagnostics": diagnostics,
        "truncated": problems.len() > most,
    }))
}
