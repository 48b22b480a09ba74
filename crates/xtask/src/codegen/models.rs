//! Fetches the pinned wheel and reads the models in it.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{Context, Result, bail, ensure};
use serde::Deserialize;
use serde_json::Value;

const READER: &str = include_str!("models.py");

/// What the tables are made of.
pub(crate) struct Models {
    pub(crate) botocore: String,
    pub(crate) services: Vec<Service>,
    /// Our files with their SHA-256.
    pub(crate) sources: BTreeMap<String, String>,
}

/// One service: its model and what we say of it.
pub(crate) struct Service {
    pub(crate) name: String,
    pub(crate) validation: String,
    /// The implemented operations in alphabetical order.
    pub(crate) operations: Vec<String>,
    pub(crate) model: Value,
    /// By operation: the section of `support.toml`.
    pub(crate) support: BTreeMap<String, Section>,
}

/// One section of `support.toml`.
#[derive(Deserialize, Default)]
#[serde(deny_unknown_fields, default)]
pub(crate) struct Section {
    pub(crate) honoured: Vec<String>,
    pub(crate) accepted: BTreeMap<String, String>,
    pub(crate) refused: BTreeMap<String, String>,
}

impl Service {
    /// The name of the Rust module.
    pub(crate) fn module(&self) -> String {
        self.name.replace('-', "_")
    }

    /// A shape of the model.
    pub(crate) fn shape(&self, name: &str) -> Result<&Value> {
        self.model["shapes"]
            .get(name)
            .with_context(|| format!("{}: no shape `{name}`", self.name))
    }

    /// An operation of the model.
    pub(crate) fn operation(&self, name: &str) -> Result<&Value> {
        let found = self.model["operations"].get(name);
        found.with_context(|| format!("{}: AWS has no operation `{name}`", self.name))
    }

    /// A text of the model's metadata, empty when it is not there.
    pub(crate) fn metadata(&self, key: &str) -> &str {
        self.model["metadata"][key].as_str().unwrap_or_default()
    }
}

#[derive(Deserialize)]
struct Printed {
    botocore: String,
    services: BTreeMap<String, PrintedService>,
    support: BTreeMap<String, BTreeMap<String, Section>>,
    sources: BTreeMap<String, String>,
}

#[derive(Deserialize)]
struct PrintedService {
    validation: String,
    operations: Vec<String>,
    model: Value,
}

/// Reads the models for the operations named in the folder of `aws-api`.
pub(crate) fn load(api: &Path) -> Result<Models> {
    let operations = api.join("operations.toml");
    let wheel = wheel(&operations)?;
    let output = Command::new("python3")
        .args(["-c", READER])
        .args([&wheel, &operations, &api.join("support.toml")])
        .output()
        .context("cannot start python3")?;
    ensure!(
        output.status.success(),
        "models.py: {}",
        String::from_utf8_lossy(&output.stderr)
    );
    let mut printed: Printed = serde_json::from_slice(&output.stdout)?;
    let mut services = Vec::new();
    for (name, service) in printed.services {
        let mut operations = service.operations;
        operations.sort();
        let support = printed.support.remove(&name).unwrap_or_default();
        services.push(Service {
            name,
            validation: service.validation,
            operations,
            model: service.model,
            support,
        });
    }
    if let Some(name) = printed.support.keys().next() {
        bail!("support.toml names the service `{name}`, operations.toml does not");
    }
    Ok(Models {
        botocore: printed.botocore,
        services,
        sources: printed.sources,
    })
}

/// The path of the wheel, which pip fetches at the first use.
fn wheel(operations: &Path) -> Result<PathBuf> {
    let text = std::fs::read_to_string(operations)
        .with_context(|| format!("cannot read `{}`", operations.display()))?;
    let version = text
        .lines()
        .find_map(|line| line.strip_prefix("botocore = \"")?.strip_suffix('"'))
        .context("operations.toml does not name a version of botocore")?;
    let target = std::env::var_os("CARGO_TARGET_DIR").map_or_else(
        || Path::new(env!("CARGO_MANIFEST_DIR")).join("../../target"),
        PathBuf::from,
    );
    let cache = target.join("codegen");
    let wheel = cache.join(format!("botocore-{version}-py3-none-any.whl"));
    if !wheel.exists() {
        let status = Command::new("python3")
            .args(["-m", "pip", "download", "--quiet", "--no-deps", "--dest"])
            .arg(&cache)
            .arg(format!("botocore=={version}"))
            .status()
            .context("cannot start python3")?;
        ensure!(
            status.success() && wheel.exists(),
            "pip could not fetch botocore {version}"
        );
    }
    Ok(wheel)
}
