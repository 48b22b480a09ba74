//! Spare Cores: servers, how their throughput grows with busy cores, language models, and starts.

use std::collections::BTreeMap;
use std::path::Path;

use anyhow::{Context, Result};
use catalog::{Pack, Table};

use super::raw::{List, Row};

/// Columns of servers that are words; all others are numbers.
const WORDS: [&str; 9] = [
    "provider",
    "instance_type",
    "family",
    "status",
    "cpu_allocation",
    "arch",
    "cpu_vendor",
    "cpu_model",
    "gpu_model",
];

pub(super) fn pack(raw: &Path) -> Result<Pack> {
    let list = List::read(raw, "hardware/servers.csv")?;
    let mut servers = Table::new(list.rows().count());
    for name in list.header() {
        servers = if WORDS.contains(&name.as_str()) {
            servers.with_texts(name, list.rows().map(|row| row.text(name)))
        } else {
            let values = list
                .rows()
                .map(|row| row.scaled(name, 2))
                .collect::<Result<Vec<_>>>()?;
            servers.with_wholes(name, values)
        };
    }
    let places = list
        .rows()
        .map(|row| (row.text("provider"), row.text("instance_type")))
        .zip(0..)
        .collect();
    Ok(Pack::default()
        .with("servers", servers)
        .with("scaling", scaling(raw, &places)?)
        .with("language_models", language_models(raw, &places)?)
        .with("starts", starts(raw)?))
}

/// Rows of servers by cloud and type.
type Places<'a> = BTreeMap<(&'a str, &'a str), i64>;

fn place(row: Row<'_>, places: &Places<'_>) -> Option<i64> {
    places
        .get(&(row.text("provider"), row.text("instance_type")))
        .copied()
}

/// Points of the curve that are kept: powers of two, and the last one.
fn scaling(raw: &Path, places: &Places<'_>) -> Result<Table> {
    let list = List::read(raw, "hardware/cpu_scaling.csv")?;
    let mut points = Vec::new();
    for row in list.rows() {
        let (Some(server), Some(busy), Some(ops)) = (
            place(row, places),
            row.scaled("busy_cores", 0)?,
            row.scaled("stressng_cpu_ops_per_s", 2)?,
        ) else {
            continue;
        };
        points.push((server, busy, ops));
    }
    points.sort_unstable();
    let is_last = |at: usize| points.get(at + 1).is_none_or(|next| next.0 != points[at].0);
    let kept: Vec<_> = (0..points.len())
        .filter(|&at| points[at].1.unsigned_abs().is_power_of_two() || is_last(at))
        .map(|at| points[at])
        .collect();
    Ok(Table::new(kept.len())
        .with_wholes("server", kept.iter().map(|point| Some(point.0)))
        .with_wholes("busy_cores", kept.iter().map(|point| Some(point.1)))
        .with_wholes("ops", kept.iter().map(|point| Some(point.2))))
}

fn language_models(raw: &Path, places: &Places<'_>) -> Result<Table> {
    let list = List::read(raw, "hardware/llm_speed.csv")?;
    let mut rows: Vec<(i64, Row<'_>)> = list
        .rows()
        .filter_map(|row| Some((place(row, places)?, row)))
        .collect();
    rows.sort_by_key(|(server, row)| {
        (
            *server,
            row.text("model").to_owned(),
            row.text("backend").to_owned(),
        )
    });
    let numbers = |name: &str, power: u32| {
        rows.iter()
            .map(|(_, row)| row.scaled(name, power))
            .collect::<Result<Vec<_>>>()
    };
    Ok(Table::new(rows.len())
        .with_wholes("server", rows.iter().map(|(server, _)| Some(*server)))
        .with_texts("model", rows.iter().map(|(_, row)| row.text("model")))
        .with_texts("backend", rows.iter().map(|(_, row)| row.text("backend")))
        .with_wholes("prompt_tokens", numbers("prompt_tokens", 0)?)
        .with_wholes("generated_tokens", numbers("generated_tokens", 0)?)
        .with_wholes("speed", numbers("tokens_per_s", 3)?))
}

fn starts(raw: &Path) -> Result<Table> {
    let list = List::read(raw, "hardware/boot_times.csv")?;
    let mut starts = Vec::new();
    for row in list.rows() {
        if let Some(seconds) = row.scaled("request_to_container_s", 0)? {
            starts.push((row.text("provider"), seconds));
        }
    }
    starts.sort_unstable();
    let first = starts.first().context("a list of starts")?;
    anyhow::ensure!(!first.0.is_empty(), "a start without its cloud");
    Ok(Table::new(starts.len())
        .with_texts("provider", starts.iter().map(|start| start.0))
        .with_wholes("seconds", starts.iter().map(|start| Some(start.1))))
}
