//! `cargo xtask codegen [--check]`: AWS's service models to static Rust tables and the reference page.
//!
//! The models come from a pinned botocore wheel, fetched once into the target folder. What is written depends on the
//! wheel, `operations.toml` and `support.toml` alone, so `--check` compares bytes.

mod literal;
mod models;
mod reference;
mod shapes;
mod statics;
mod support;
mod tables;

use std::fs;
use std::path::{Path, PathBuf};

use anyhow::{Context, Result, bail};

/// Writes the generated files; with `--check` compares them and fails when one is not current.
pub(crate) fn run(arguments: &[String]) -> Result<()> {
    let check = match arguments {
        [] => false,
        [flag] if flag == "--check" => true,
        _ => bail!("usage: cargo xtask codegen [--check]"),
    };
    let root = Path::new(env!("CARGO_MANIFEST_DIR"))
        .ancestors()
        .nth(2)
        .context("no workspace root")?;
    let files = generate(root)?;
    let stale: Vec<&PathBuf> = files
        .iter()
        .filter(|(path, text)| fs::read_to_string(path).ok().as_ref() != Some(text))
        .map(|(path, _)| path)
        .collect();
    if check {
        if let Some(first) = stale.first() {
            bail!(
                "`{}` is not current: run `cargo xtask codegen`",
                first.display()
            );
        }
        println!("{} generated files are current", files.len());
        return Ok(());
    }
    for (path, text) in &files {
        let folder = path.parent().context("a generated file has a folder")?;
        fs::create_dir_all(folder)
            .with_context(|| format!("cannot create `{}`", folder.display()))?;
        fs::write(path, text).with_context(|| format!("cannot write `{}`", path.display()))?;
    }
    println!(
        "{} generated files written, {} of them changed",
        files.len(),
        stale.len()
    );
    Ok(())
}

/// Every generated file with its text.
fn generate(root: &Path) -> Result<Vec<(PathBuf, String)>> {
    let api = root.join("crates/aws-api");
    let models = models::load(&api)?;
    let folder = api.join("src/generated");
    let mut files = vec![(folder.join("mod.rs"), tables::index(&models))];
    for service in &models.services {
        let support = support::classify(service)?;
        let text = tables::service(&models.botocore, service, &support)?;
        files.push((folder.join(format!("{}.rs", service.module())), text));
    }
    files.push((
        root.join("docs/reference/aws.md"),
        reference::page(&models)?,
    ));
    Ok(files)
}
