//! `catalog import`: a list of prices, or machines of the user's own, into the catalog.

use std::fs;
use std::path::{Path, PathBuf};

use catalog::{Cloud, ImportError, Imported, OwnMachine, Snapshot, Source, import_skypilot};
use clap::Args;
use jiff::civil::Date;
use serde_json::json;

use super::super::Context;
use super::name::cloud;
use super::shelf::{bytes, place};
use crate::failure::Failure;

/// Refused prices that are named before the rest is only counted.
const NAMED: usize = 10;

/// Take a list of prices, or a machine of your own, into the catalog
///
/// A CSV file has the columns of SkyPilot's catalog and needs `--cloud` and `--date`; a JSON file describes one machine of your
/// own, or an array of them. A file with wrong columns, prices that are no numbers or several currencies is refused whole.
#[derive(Debug, Args)]
pub(super) struct Import {
    /// List or machines
    #[arg(value_hint = clap::ValueHint::FilePath)]
    file: PathBuf,
    /// Whose prices these are: aws, azure, gcp or lambda
    #[arg(long, value_parser = cloud)]
    cloud: Option<Cloud>,
    /// The day on which they held, such as `2026-11-01`
    #[arg(long)]
    date: Option<Date>,
    /// Where they come from; the name of the file, unless given
    #[arg(long, value_name = "TEXT")]
    source: Option<String>,
    /// Write the catalog to this file instead of the state
    #[arg(long, value_name = "FILE", value_hint = clap::ValueHint::FilePath)]
    out: Option<PathBuf>,
}

impl Import {
    pub(super) fn run(self, context: &Context) -> Result<(), Failure> {
        let content = bytes(&self.file)?;
        let is_json = self
            .file
            .extension()
            .is_some_and(|end| end.eq_ignore_ascii_case("json"));
        let Imported { snapshot, refused } = if is_json {
            self.own(&content)?
        } else {
            self.list(&content)?
        };
        let path = match &self.out {
            Some(path) => path.clone(),
            None => place(&context.common, snapshot.cloud())?,
        };
        write(&path, &snapshot)?;
        if context.printer.is_json() {
            context.printer.document(&json!({
                "schema": "plimsoll.catalog-import/1",
                "cloud": snapshot.cloud().name(),
                "offers": snapshot.len(),
                "types": snapshot.machines().len(),
                "regions": snapshot.regions().len(),
                "refused": refused.iter().map(ToString::to_string).collect::<Vec<_>>(),
                "written": path.display().to_string(),
            }));
            return Ok(());
        }
        for refusal in refused.iter().take(NAMED) {
            context.printer.say(&format!("not taken: {refusal}"));
        }
        if refused.len() > NAMED {
            context.printer.say(&format!(
                "not taken: {} more prices; `--json` lists them",
                refused.len() - NAMED
            ));
        }
        context.printer.say(&format!(
            "{}: {} offers of {} types in {} regions, in the place of those that were known; {}",
            snapshot.cloud(),
            snapshot.len(),
            snapshot.machines().len(),
            snapshot.regions().len(),
            path.display()
        ));
        Ok(())
    }

    fn list(&self, content: &[u8]) -> Result<Imported, Failure> {
        let (Some(cloud), Some(date)) = (self.cloud, self.date) else {
            return Err(
                Failure::input("a list of prices needs `--cloud` and `--date`")
                    .hint("a price without its day means nothing"),
            );
        };
        if cloud == Cloud::Own {
            return Err(
                Failure::input("machines of your own are described in a JSON file")
                    .hint("`plimsoll explain P0723`"),
            );
        }
        let name = self
            .source
            .clone()
            .unwrap_or_else(|| self.file.display().to_string());
        import_skypilot(content, cloud, &Source { name, date })
            .map_err(|error| self.refused(&error.to_string(), Some(&error)))
    }

    fn own(&self, content: &[u8]) -> Result<Imported, Failure> {
        if self.cloud.is_some_and(|cloud| cloud != Cloud::Own)
            || self.date.is_some()
            || self.source.is_some()
        {
            return Err(Failure::input(
                "a machine of your own says its date itself, and is of no cloud",
            ));
        }
        let is_many = content.iter().find(|byte| !byte.is_ascii_whitespace()) == Some(&b'[');
        let machines: Vec<OwnMachine> = if is_many {
            serde_json::from_slice(content)
        } else {
            serde_json::from_slice(content).map(|machine| vec![machine])
        }
        .map_err(|error| self.refused(&error.to_string(), None))?;
        let made = OwnMachine::snapshot(&machines)
            .map_err(|error| self.refused(&error.to_string(), None))?;
        let snapshot = made.map_err(|error| self.refused(&error.to_string(), None))?;
        Ok(Imported {
            snapshot,
            refused: Vec::new(),
        })
    }

    fn refused(&self, why: &str, error: Option<&ImportError>) -> Failure {
        let failure = Failure::input(format!("`{}` is not taken:\n  {why}", self.file.display()))
            .code("P0723");
        match error {
            Some(ImportError::Columns { .. }) => failure.hint("columns: InstanceType, vCPUs, MemoryGiB, Price, Region; AcceleratorName, AcceleratorCount, SpotPrice, AvailabilityZone, GpuInfo, Generation, Arch, Currency may stand beside them"),
            _ => failure,
        }
    }
}

/// Written beside and moved into place: a reader finds the old one or the new one.
fn write(path: &Path, snapshot: &Snapshot) -> Result<(), Failure> {
    let unwritable = |error: std::io::Error| {
        Failure::environment(format!("cannot write `{}`: {error}", path.display()))
    };
    if let Some(folder) = path
        .parent()
        .filter(|folder| !folder.as_os_str().is_empty())
    {
        fs::create_dir_all(folder).map_err(unwritable)?;
    }
    let beside = path.with_extension("pack.new");
    fs::write(&beside, snapshot.encode()).map_err(unwritable)?;
    fs::rename(&beside, path).map_err(unwritable)
}
