//! SageMaker: prices by component, and legal types.

use std::path::Path;

use anyhow::{Context, Result};
use catalog::{Component, Pack, Table};

use super::raw::{List, Row};

pub(super) fn pack(raw: &Path) -> Result<Pack> {
    Ok(Pack::default()
        .with("prices", prices(raw)?)
        .with("legal", legal(raw)?))
}

fn prices(raw: &Path) -> Result<Table> {
    let list = List::read(raw, "catalog/aws/sagemaker.csv")?;
    let mut rows: Vec<Row<'_>> = list.rows().collect();
    let key = |row: &Row<'_>| {
        [
            row.text("component"),
            row.text("instance_type"),
            row.text("region"),
        ]
        .map(str::to_owned)
    };
    rows.sort_by_key(key);
    let nanos = rows
        .iter()
        .map(|row| row.scaled("price_usd_per_hour", 9))
        .collect::<Result<Vec<_>>>()?;
    let mut table = Table::new(rows.len()).with_wholes("price", nanos);
    for name in [
        "component",
        "instance_type",
        "region",
        "status",
        "basis",
        "date",
    ] {
        table = table.with_texts(name, rows.iter().map(|row| row.text(name)));
    }
    // The list of EC2 prices is known under another name to a reader of the catalog.
    let source = |row: &Row<'_>| match row.text("source") {
        "aws/vms.csv" => {
            "EC2 price, AWS bulk price list via github.com/rhpds/parsec 28e2c407".to_owned()
        }
        other => other.to_owned(),
    };
    let sources: Vec<String> = rows.iter().map(source).collect();
    Ok(table.with_texts("source", sources.iter().map(String::as_str)))
}

fn legal(raw: &Path) -> Result<Table> {
    let list = List::read(raw, "catalog/aws/sagemaker_allowed.csv")?;
    let mut rows: Vec<Row<'_>> = list.rows().collect();
    rows.sort_by_key(|row| row.text("instance_type").to_owned());
    let mut table = Table::new(rows.len()).with_texts(
        "instance_type",
        rows.iter().map(|row| row.text("instance_type")),
    );
    for component in Component::ALL {
        let column = component.name().to_lowercase();
        let values = rows.iter().map(|row| {
            row.scaled(&column, 0)?
                .context("a type without its role")
                .map(Some)
        });
        table = table.with_wholes(component.name(), values.collect::<Result<Vec<_>>>()?);
    }
    Ok(table.with_texts(
        "botocore",
        rows.iter().map(|row| row.text("botocore_version")),
    ))
}
