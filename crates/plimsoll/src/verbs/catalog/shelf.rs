//! The catalog in use: what is shipped, with what was imported into the state in its place.

use std::fs;
use std::path::{Path, PathBuf};

use catalog::{Catalog, Cloud, STALE_AFTER_DAYS, Snapshot, Source};
use clap::Args;
use jiff::civil::Date;

use crate::cli::Common;
use crate::clock::wall_ms;
use crate::failure::{Failure, Kind};
use crate::state::State;

/// Folder of the state that imports go to.
const FOLDER: &str = "catalog";
/// A larger file is no catalog.
const LARGEST_BYTES: u64 = 64 << 20;

/// Which prices are looked at.
#[derive(Debug, Args)]
pub(crate) struct Prices {
    /// Prices of this file in the place of those of its cloud
    #[arg(long, value_name = "FILE", value_hint = clap::ValueHint::FilePath)]
    catalog: Option<PathBuf>,
    /// What is shipped alone, without what was imported into the state
    #[arg(long)]
    shipped: bool,
    /// Take prices that are too old to decide with
    #[arg(long)]
    allow_stale: bool,
}

impl Prices {
    /// The catalog that the flags name.
    pub(crate) fn open(&self, common: &Common) -> Result<Catalog, Failure> {
        let mut catalog = Catalog::shipped().clone();
        if !self.shipped {
            for snapshot in imported(common)? {
                catalog = catalog.with(snapshot);
            }
        }
        if let Some(path) = &self.catalog {
            catalog = catalog.with(read(path)?);
        }
        Ok(catalog)
    }

    /// The first day whose prices decide; none where every price does.
    pub(crate) fn since(&self) -> Option<Date> {
        let days = jiff::Span::new().days(i64::from(STALE_AFTER_DAYS));
        (!self.allow_stale).then(|| today().saturating_sub(days))
    }

    /// Refuses sources that are too old, unless that is allowed.
    pub(crate) fn check_age<'a>(
        &self,
        sources: impl IntoIterator<Item = &'a Source>,
    ) -> Result<(), Failure> {
        let today = today();
        for source in sources {
            if self.allow_stale {
                continue;
            }
            source.check_age(today, STALE_AFTER_DAYS).map_err(|stale| {
                Failure::new(Kind::No, format!("{stale}: {}", stale.source_name))
                    .code("P0722")
                    .hint(
                        "`plimsoll catalog import` takes a newer list; `--allow-stale` takes these",
                    )
            })?;
        }
        Ok(())
    }
}

/// Where an import of a cloud lies.
pub(super) fn place(common: &Common, cloud: Cloud) -> Result<PathBuf, Failure> {
    let state = State::find(common)?;
    Ok(state.folder.join(FOLDER).join(format!("{cloud}.pack")))
}

fn imported(common: &Common) -> Result<Vec<Snapshot>, Failure> {
    let mut found = Vec::new();
    for cloud in Cloud::ALL {
        let path = place(common, cloud)?;
        if path.is_file() {
            found.push(read(&path)?);
        }
    }
    Ok(found)
}

/// The snapshot in a file.
pub(super) fn read(path: &Path) -> Result<Snapshot, Failure> {
    let bytes = bytes(path)?;
    Snapshot::decode(&bytes).map_err(|error| {
        Failure::input(format!("`{}` is no catalog: {error}", path.display()))
            .code("P0724")
            .hint("`plimsoll catalog import FILE --out CATALOG` makes one out of a list")
    })
}

/// The bytes of a file that a user named.
pub(super) fn bytes(path: &Path) -> Result<Vec<u8>, Failure> {
    let unreadable = |error: std::io::Error| {
        Failure::input(format!("cannot read `{}`: {error}", path.display())).code("P0501")
    };
    let length = fs::metadata(path).map_err(unreadable)?.len();
    if length > LARGEST_BYTES {
        let text = format!(
            "`{}` has {length} bytes, at most {LARGEST_BYTES} are read",
            path.display()
        );
        return Err(Failure::input(text).code("P0724"));
    }
    fs::read(path).map_err(unreadable)
}

/// The day, in UTC.
pub(super) fn today() -> Date {
    let now = jiff::Timestamp::from_millisecond(wall_ms()).unwrap_or_default();
    jiff::tz::TimeZone::UTC.to_datetime(now).date()
}
