//! `cargo xtask dist`: a static binary for Linux, with the licences of what is inside and checksums.
//!
//! The C library is linked in, so that the binary runs on any Linux of its architecture. The plane resolves loopback
//! addresses alone, which is why glibc's warning about name services in static programs does not touch it.

use std::collections::BTreeSet;
use std::fmt::Write as _;
use std::fs;
use std::path::Path;
use std::process::Command;

use anyhow::{Context, Result, bail, ensure};
use serde_json::Value;

use crate::ci::cargo;
use crate::parts::execute;
use crate::root::{root, target};

const TARGET: &str = "x86_64-unknown-linux-gnu";
const NOTICES: &str = "THIRD-PARTY-LICENSES.txt";
/// A binary above this is a mistake.
const LARGEST_BYTES: u64 = 60_000_000;

/// Builds, collects and prints the size.
pub(crate) fn run(arguments: &[String]) -> Result<()> {
    if !arguments.is_empty() {
        bail!("usage: cargo xtask dist");
    }
    let mut build = cargo("build --release --package plimsoll --target");
    build.arg(TARGET);
    execute(build.env("RUSTFLAGS", "-C target-feature=+crt-static"))?;
    let folder = target().join("dist");
    fs::create_dir_all(&folder).with_context(|| format!("cannot create `{}`", folder.display()))?;
    let built = target().join(TARGET).join("release/plimsoll");
    let name = format!("plimsoll-{}-{TARGET}", env!("CARGO_PKG_VERSION"));
    let binary = folder.join(&name);
    fs::copy(&built, &binary).with_context(|| format!("cannot copy `{}`", built.display()))?;
    let bytes = binary.metadata()?.len();
    ensure!(
        bytes <= LARGEST_BYTES,
        "the binary has {bytes} bytes, more than {LARGEST_BYTES}"
    );
    fs::copy(root().join("LICENSE"), folder.join("LICENSE"))?;
    fs::write(folder.join(NOTICES), notices()?)?;
    checksums(&folder, &[&name, "LICENSE", NOTICES])?;
    println!("`{}` has {:.1} MB", binary.display(), bytes as f64 / 1e6);
    Ok(())
}

/// `SHA256SUMS`, as `sha256sum --check` reads it.
fn checksums(folder: &Path, names: &[&str]) -> Result<()> {
    let output = Command::new("sha256sum")
        .args(names)
        .current_dir(folder)
        .output()
        .context("cannot start `sha256sum`")?;
    ensure!(output.status.success(), "`sha256sum` failed");
    fs::write(folder.join("SHA256SUMS"), output.stdout)?;
    Ok(())
}

/// Names, versions and licence texts of every package that is linked in.
fn notices() -> Result<String> {
    let output = cargo("metadata --format-version 1 --locked --filter-platform")
        .arg(TARGET)
        .output()
        .context("cannot start cargo")?;
    ensure!(output.status.success(), "`cargo metadata` failed");
    let metadata: Value = serde_json::from_slice(&output.stdout)?;
    let linked = linked(&metadata)?;
    let mut text =
        "Plimsoll contains the following packages, each under its own licence.\n".to_owned();
    for package in members(&metadata["packages"]) {
        let id = package["id"].as_str().unwrap_or_default();
        if !linked.contains(id) || package["source"].is_null() {
            continue;
        }
        let word = |member: &str| package[member].as_str().unwrap_or("unknown");
        let (name, version, licence) = (word("name"), word("version"), word("license"));
        let _ = writeln!(text, "\n{:=<78}\n{name} {version}: {licence}", "");
        let folder = Path::new(word("manifest_path")).parent();
        for file in folder.map(licence_texts).unwrap_or_default() {
            let _ = writeln!(text, "\n{file}");
        }
    }
    Ok(text)
}

/// Ids of what the binary's crate reaches through normal dependencies.
fn linked(metadata: &Value) -> Result<BTreeSet<&str>> {
    let nodes = members(&metadata["resolve"]["nodes"]);
    let own = members(&metadata["packages"])
        .iter()
        .find(|package| package["name"] == "plimsoll")
        .and_then(|package| package["id"].as_str())
        .context("the metadata has no `plimsoll`")?;
    let mut found = BTreeSet::new();
    let mut open = vec![own];
    while let Some(id) = open.pop() {
        if !found.insert(id) {
            continue;
        }
        let node = nodes.iter().find(|node| node["id"] == id);
        for dependency in node.map(|node| members(&node["deps"])).unwrap_or_default() {
            let kinds = members(&dependency["dep_kinds"]);
            if kinds.iter().any(|kind| kind["kind"].is_null()) {
                open.extend(dependency["pkg"].as_str());
            }
        }
    }
    Ok(found)
}

fn members(value: &Value) -> &[Value] {
    value.as_array().map(Vec::as_slice).unwrap_or_default()
}

/// Texts of the files of a package that are licences, in the order of their names.
fn licence_texts(folder: &Path) -> Vec<String> {
    let Ok(entries) = fs::read_dir(folder) else {
        return Vec::new();
    };
    let mut paths: Vec<_> = entries.flatten().map(|entry| entry.path()).collect();
    paths.sort();
    let is_licence = |path: &Path| {
        let name = path.file_name().unwrap_or_default().to_string_lossy();
        let name = name.to_uppercase();
        ["LICENSE", "LICENCE", "COPYING", "NOTICE", "UNLICENSE"]
            .iter()
            .any(|begin| name.starts_with(begin))
    };
    paths
        .iter()
        .filter(|path| is_licence(path))
        .filter_map(|path| fs::read_to_string(path).ok())
        .collect()
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn what_only_tests_and_build_scripts_need_is_not_linked() {
        let edge = |id: &str, kind: Value| json!({"pkg": id, "dep_kinds": [{"kind": kind}]});
        let metadata = json!({
            "packages": [{"name": "plimsoll", "id": "p"}],
            "resolve": {"nodes": [
                {"id": "p", "deps": [edge("a", Value::Null), edge("t", json!("dev")), edge("b", json!("build"))]},
                {"id": "a", "deps": [edge("c", Value::Null), edge("p", Value::Null)]},
            ]},
        });
        let expected: BTreeSet<&str> = ["p", "a", "c"].into();
        assert_eq!(linked(&metadata).unwrap(), expected);
        assert!(linked(&json!({})).is_err());
    }
}
