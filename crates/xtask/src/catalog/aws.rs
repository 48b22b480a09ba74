//! EC2: prices on demand, and spot prices estimated from the published mean saving.

use std::path::Path;

use anyhow::Result;
use catalog::{
    Accelerators, Cloud, Draft, Interruptions, Machine, Prices, Refusal, Snapshot, SpotSource,
    screen,
};
use units::{Bytes, HourlyPrice, Money};

use super::raw::{List, Row, source};

pub(super) fn snapshot(raw: &Path) -> Result<(Snapshot, Vec<Refusal>)> {
    let list = List::read(raw, "catalog/aws/vms.csv")?;
    let drafts = list.rows().map(draft).collect::<Result<Vec<_>>>()?;
    let (taken, refused) = screen(drafts);
    let on_demand = source(
        "AWS bulk price list via github.com/rhpds/parsec 28e2c407",
        "2026-02-17",
    )?;
    let saving = source(
        "mean saving of the AWS Spot Instance Advisor via github.com/alexei-led/spotinfo 05e93313",
        "2025-06-28",
    )?;
    let spot = SpotSource {
        source: saving,
        estimated: true,
    };
    Ok((
        Snapshot::new(Cloud::Aws, on_demand, Some(spot), taken)?,
        refused,
    ))
}

fn draft(row: Row<'_>) -> Result<Draft> {
    let price = |name| -> Result<Option<HourlyPrice>> {
        let nanos = row.scaled(name, 9)?;
        Ok(nanos.map(|nanos| HourlyPrice::new(Money::from_nanos(nanos))))
    };
    let thousandths = row.scaled("AcceleratorCount", 3)?;
    let bytes = row
        .scaled("MemoryGiB", 6)?
        .map(|millionths| (u64::try_from(millionths).unwrap_or(0) << 30) / 1_000_000);
    Ok(Draft {
        machine: Machine {
            name: row.text("InstanceType").to_owned(),
            vcpus: row
                .scaled("vCPUs", 0)?
                .and_then(|vcpus| u32::try_from(vcpus).ok()),
            memory: bytes.map(Bytes::new),
            accelerators: thousandths.and_then(|count| u32::try_from(count).ok()).map(
                |thousandths| Accelerators {
                    model: row.text("AcceleratorName").to_owned(),
                    thousandths,
                },
            ),
        },
        region: row.text("Region").to_owned(),
        prices: Prices {
            on_demand: price("Price")?,
            spot: price("SpotPriceEstimate")?,
            reserved: None,
            interruptions: Interruptions::parse(row.text("InterruptionRange")),
        },
        line: row.line(),
    })
}
