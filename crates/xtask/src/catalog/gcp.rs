//! Google's list prices the host and its accelerators apart: here they are put together again.
//!
//! A type that comes with accelerators costs its host and them, and where a region prices only one of both it is left out.
//! Accelerators that one attaches to any N1 host are left out: they are no type. TPUs are types of their own.

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::path::Path;

use anyhow::{Context, Result};
use catalog::{Cloud, Decimal, Refusal, Snapshot, import_skypilot};

use super::raw::{List, Row, source};
use super::skypilot::ANYCLOUD;

pub(super) fn snapshot(raw: &Path) -> Result<(Snapshot, Vec<Refusal>)> {
    let list = List::read(raw, "catalog/gcp/vms.csv")?;
    let text = whole(&list)?;
    let origin = source(
        &format!("Google Cloud price list via {ANYCLOUD}"),
        "2026-05-20",
    )?;
    let mut imported = import_skypilot(text.as_bytes(), Cloud::Gcp, &origin)?;
    // Lines of the text that was put together mean nothing to a reader of the list.
    let parts = parts(&list);
    let lines: Vec<u64> = list
        .rows()
        .filter(|row| is_taken(*row, &parts))
        .map(Row::line)
        .collect();
    for refusal in &mut imported.refused {
        let place = usize::try_from(refusal.line).unwrap_or(0).saturating_sub(2);
        refusal.line = lines.get(place).copied().unwrap_or(0);
    }
    Ok((imported.snapshot, imported.refused))
}

/// The accelerators of a type, by its name.
fn accelerators(name: &str) -> Option<(&'static str, u32)> {
    let (family, size) = name.rsplit_once('-')?;
    let count = |size: &str| size.strip_suffix('g').and_then(|count| count.parse().ok());
    match family {
        "a2-highgpu" | "a2-megagpu" => Some(("A100", count(size)?)),
        "a2-ultragpu" => Some(("A100-80GB", count(size)?)),
        "a3-highgpu" | "a3-edgegpu" => Some(("H100", count(size)?)),
        "a3-megagpu" => Some(("H100-MEGA", count(size)?)),
        "a3-ultragpu" => Some(("H200", count(size)?)),
        "a4-highgpu" => Some(("B200", count(size)?)),
        "a3-edgegpu-8g" => Some(("H100", 8)),
        "a3-ultragpu-8g" => Some(("H200", 8)),
        "g2-standard" => Some((
            "L4",
            match size {
                "24" => 2,
                "48" => 4,
                "96" => 8,
                _ => 1,
            },
        )),
        _ => None,
    }
}

/// Prices of accelerators by model, count and zone.
type Parts<'a> = BTreeMap<(&'a str, u32, &'a str), (&'a str, &'a str)>;

fn parts(list: &List) -> Parts<'_> {
    let named = list
        .rows()
        .filter(|row| row.text("InstanceType").is_empty());
    named
        .filter_map(|row| {
            let count = row.text("AcceleratorCount").parse().ok()?;
            Some((
                (
                    row.text("AcceleratorName"),
                    count,
                    row.text("AvailabilityZone"),
                ),
                (row.text("Price"), row.text("SpotPrice")),
            ))
        })
        .collect()
}

fn is_taken(row: Row<'_>, parts: &Parts<'_>) -> bool {
    match (
        row.text("InstanceType"),
        accelerators(row.text("InstanceType")),
    ) {
        ("", _) => row.text("AcceleratorName").starts_with("tpu-"),
        (_, None) => true,
        (_, Some((model, count))) => {
            parts.contains_key(&(model, count, row.text("AvailabilityZone")))
        }
    }
}

fn whole(list: &List) -> Result<String> {
    let parts = parts(list);
    let mut text = String::from(
        "InstanceType,AcceleratorName,AcceleratorCount,vCPUs,MemoryGiB,Price,SpotPrice,Region,AvailabilityZone\n",
    );
    for row in list.rows().filter(|row| is_taken(*row, &parts)) {
        let name = row.text("InstanceType");
        let (region, zone) = (row.text("Region"), row.text("AvailabilityZone"));
        let (mut price, mut spot) = (
            row.text("Price").to_owned(),
            row.text("SpotPrice").to_owned(),
        );
        let (mut model, mut count) = (
            row.text("AcceleratorName"),
            row.text("AcceleratorCount").to_owned(),
        );
        if let Some((attached, number)) = accelerators(name) {
            let (more, more_spot) = parts[&(attached, number, zone)];
            price = sum(&price, more)?;
            spot = if spot.is_empty() || more_spot.is_empty() {
                String::new()
            } else {
                sum(&spot, more_spot)?
            };
            (model, count) = (attached, number.to_string());
        }
        let (vcpus, memory) = (row.text("vCPUs"), row.text("MemoryGiB"));
        writeln!(
            text,
            "{name},{model},{count},{vcpus},{memory},{price},{spot},{region},{zone}"
        )?;
    }
    Ok(text)
}

/// The sum of two prices, exact to the nano-dollar.
fn sum(left: &str, right: &str) -> Result<String> {
    let nanos = |text: &str| {
        let number = Decimal::parse(text).and_then(|number| number.scaled_half_even(9));
        number.with_context(|| format!("`{text}` is no price"))
    };
    let total = nanos(left)? + nanos(right)?;
    Ok(format!(
        "{}.{:09}",
        total / 1_000_000_000,
        total % 1_000_000_000
    ))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_type_says_its_accelerators() {
        let cases = [
            ("a2-highgpu-4g", Some(("A100", 4))),
            ("a2-megagpu-16g", Some(("A100", 16))),
            ("a3-ultragpu-8g-nolssd", Some(("H200", 8))),
            ("a3-edgegpu-8g-nolssd", Some(("H100", 8))),
            ("g2-standard-12", Some(("L4", 1))),
            ("g2-standard-96", Some(("L4", 8))),
            ("n1-standard-8", None),
        ];
        for (name, expected) in cases {
            assert_eq!(accelerators(name), expected, "{name}");
        }
        assert_eq!(sum("0.94803", "1.70586").unwrap(), "2.653890000");
        assert!(sum("0.1", "free").is_err());
    }
}
