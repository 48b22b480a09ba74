//! Lists in SkyPilot's form, through the importer that users have.

use std::path::Path;

use anyhow::{Context, Result};
use catalog::{Cloud, Refusal, Snapshot, import_skypilot};

use super::raw::source;

/// The way of both lists to us.
pub(super) const ANYCLOUD: &str = "github.com/anycloud-sh/catalog 62ff0a98";

pub(super) fn azure(raw: &Path) -> Result<(Snapshot, Vec<Refusal>)> {
    read(
        raw,
        "catalog/azure/vms.csv",
        Cloud::Azure,
        ("Azure price list", "2026-05-20"),
    )
}

pub(super) fn lambda(raw: &Path) -> Result<(Snapshot, Vec<Refusal>)> {
    read(
        raw,
        "catalog/lambda/vms.csv",
        Cloud::Lambda,
        ("Lambda price list", "2026-05-07"),
    )
}

fn read(
    raw: &Path,
    name: &str,
    cloud: Cloud,
    (list, date): (&str, &str),
) -> Result<(Snapshot, Vec<Refusal>)> {
    let path = super::path(raw, name);
    let bytes =
        std::fs::read(&path).with_context(|| format!("cannot read `{}`", path.display()))?;
    let imported = import_skypilot(
        &bytes,
        cloud,
        &source(&format!("{list} via {ANYCLOUD}"), date)?,
    )?;
    Ok((imported.snapshot, imported.refused))
}
