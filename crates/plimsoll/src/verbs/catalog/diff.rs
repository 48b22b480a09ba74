//! `catalog diff`: what differs between two catalogs of a cloud.

use std::path::{Path, PathBuf};

use catalog::{Catalog, Change, Place, Purchase, Snapshot, difference};
use clap::Args;
use serde_json::{Value, json};

use super::super::Context;
use super::footer;
use super::shelf::read;
use crate::failure::Failure;

/// Compare two catalogs of a cloud: offers that came or went, prices that changed
#[derive(Debug, Args)]
pub(super) struct Diff {
    /// The newer one: a file that `catalog import --out` wrote
    #[arg(value_hint = clap::ValueHint::FilePath)]
    newer: PathBuf,
    /// The older one; what is shipped, unless given
    #[arg(value_hint = clap::ValueHint::FilePath)]
    older: Option<PathBuf>,
    /// Differences to show of each kind
    #[arg(long, value_name = "N", default_value_t = 20)]
    limit: usize,
}

impl Diff {
    pub(super) fn run(self, context: &Context) -> Result<(), Failure> {
        let newer = read(&self.newer)?;
        let older = match &self.older {
            Some(path) => read(path)?,
            None => shipped(&newer, &self.newer)?,
        };
        if older.cloud() != newer.cloud() {
            return Err(Failure::input(format!(
                "one is of `{}`, the other of `{}`",
                older.cloud(),
                newer.cloud()
            ))
            .code("P0724"));
        }
        let found = difference(&older, &newer);
        if context.printer.is_json() {
            context.printer.document(&json!({
                "schema": "plimsoll.catalog-diff/1",
                "cloud": newer.cloud().name(),
                "same": found.same,
                "added": found.added.iter().map(place_json).collect::<Vec<_>>(),
                "removed": found.removed.iter().map(place_json).collect::<Vec<_>>(),
                "changed": found.changed.iter().map(change_json).collect::<Vec<_>>(),
                "older": footer::json(footer::of(&older)),
                "newer": footer::json(footer::of(&newer)),
            }));
            return Ok(());
        }
        let mut lines = vec![format!(
            "{}: {} changed, {} added, {} removed, {} the same",
            newer.cloud(),
            found.changed.len(),
            found.added.len(),
            found.removed.len(),
            found.same
        )];
        self.part(&mut lines, &found.changed, change_text);
        self.part(&mut lines, &found.added, |place| {
            format!("  + {} in {}", place.machine, place.region)
        });
        self.part(&mut lines, &found.removed, |place| {
            format!("  - {} in {}", place.machine, place.region)
        });
        context.printer.data(&lines.join("\n"));
        context.printer.say(&format!(
            "\nolder\n{}\nnewer\n{}",
            footer::lines(footer::of(&older)),
            footer::lines(footer::of(&newer))
        ));
        Ok(())
    }

    fn part<T>(&self, lines: &mut Vec<String>, all: &[T], text: impl Fn(&T) -> String) {
        lines.extend(all.iter().take(self.limit).map(text));
        if all.len() > self.limit {
            lines.push(format!(
                "  ... and {} more; `--limit N` shows more",
                all.len() - self.limit
            ));
        }
    }
}

fn shipped(newer: &Snapshot, path: &Path) -> Result<Snapshot, Failure> {
    Catalog::shipped()
        .snapshot(newer.cloud())
        .cloned()
        .ok_or_else(|| {
            let text = format!(
                "`{}` is of `{}`, of which nothing is shipped",
                path.display(),
                newer.cloud()
            );
            Failure::input(text)
                .code("P0724")
                .hint("name the older catalog as well")
        })
}

fn way(purchase: Purchase) -> &'static str {
    match purchase {
        Purchase::OnDemand => "on demand",
        Purchase::Spot => "spot",
        Purchase::Reserved => "reserved",
    }
}

fn change_text(change: &Change) -> String {
    let price = |price: Option<units::HourlyPrice>| {
        price.map_or_else(|| "unknown".to_owned(), |price| price.to_string())
    };
    let percent = change
        .percent()
        .map(|percent| format!(" ({percent:+.1} %)"))
        .unwrap_or_default();
    let Place { machine, region } = &change.place;
    format!(
        "  ~ {machine} in {region}, {}: {} -> {}{percent}",
        way(change.purchase),
        price(change.before),
        price(change.after)
    )
}

fn place_json(place: &Place) -> Value {
    json!({"type": place.machine, "region": place.region})
}

fn change_json(change: &Change) -> Value {
    json!({
        "type": change.place.machine, "region": change.place.region, "purchase": way(change.purchase),
        "before": change.before, "after": change.after, "percent": change.percent(),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_change_says_how_much() {
        let change = |before: Option<&str>, after: Option<&str>| {
            let price = |text: &str| text.parse().unwrap();
            change_text(&Change {
                place: Place {
                    machine: "c5.large".into(),
                    region: "us-east-1".into(),
                },
                purchase: Purchase::Spot,
                before: before.map(price),
                after: after.map(price),
            })
        };
        assert_eq!(
            change(Some("0.1 USD/h"), Some("0.08 USD/h")),
            "  ~ c5.large in us-east-1, spot: 0.1 USD/h -> 0.08 USD/h (-20.0 %)"
        );
        assert_eq!(
            change(None, Some("0.08 USD/h")),
            "  ~ c5.large in us-east-1, spot: unknown -> 0.08 USD/h"
        );
    }
}
