//! Unit prices of services, and the figures among them that are no prices.

use std::path::Path;

use anyhow::{Context, Result};
use catalog::{Decimal, Pack, Table};

use super::raw::{List, Row};

/// Finest power of ten that a price is scaled by before it must be whole.
const FINEST: u32 = 18;

pub(super) fn pack(raw: &Path) -> Result<Pack> {
    let list = List::read(raw, "catalog/aws/services.csv")?;
    let (figures, prices): (Vec<Row<'_>>, Vec<Row<'_>>) =
        list.rows().partition(|row| is_figure(*row));
    let amounts = prices
        .iter()
        .map(|row| amount(*row))
        .collect::<Result<Vec<_>>>()?;
    let units: Vec<String> = prices.iter().map(|row| unit(row.text("unit")).1).collect();
    let table = rows(&prices)
        .with_texts("unit", units.iter().map(String::as_str))
        .with_wholes("nanos", amounts.iter().map(|(nanos, _)| Some(*nanos)))
        .with_wholes("per", amounts.iter().map(|(_, per)| Some(*per)));
    let values = figures
        .iter()
        .map(|row| row.scaled("price_usd", 3))
        .collect::<Result<Vec<_>>>()?;
    let others = rows(&figures)
        .with_texts("unit", figures.iter().map(|row| row.text("unit")))
        .with_wholes("thousandths", values);
    Ok(Pack::default()
        .with("prices", table)
        .with("figures", others))
}

fn is_figure(row: Row<'_>) -> bool {
    matches!(row.text("unit"), "days" | "ratio of VM price")
        || row.text("item").contains("free allowance")
}

/// `1000 requests` is a thousand of `requests`.
fn unit(text: &str) -> (i64, String) {
    match text
        .split_once(' ')
        .map(|(count, unit)| (count.parse(), unit))
    {
        Some((Ok(count), unit)) => (count, unit.to_owned()),
        _ => (1, text.to_owned()),
    }
}

/// Nano-dollars, and for how many units: of so many that the dollars are whole.
fn amount(row: Row<'_>) -> Result<(i64, i64)> {
    let text = row.text("price_usd");
    let number = Decimal::parse(text).with_context(|| format!("`{text}` is no price"))?;
    let (mut per, _) = unit(row.text("unit"));
    for power in 9..=FINEST {
        if let Some(nanos) = number.scaled(power) {
            return Ok((nanos, per));
        }
        per = per.checked_mul(10).context("units beyond counting")?;
    }
    anyhow::bail!("`{text}` is finer than any price")
}

fn rows(rows: &[Row<'_>]) -> Table {
    let mut table = Table::new(rows.len());
    for name in ["service", "item", "region", "source"] {
        table = table.with_texts(name, rows.iter().map(|row| row.text(name)));
    }
    let dates: Vec<String> = rows.iter().map(|row| date(row.text("date"))).collect();
    table.with_texts("date", dates.iter().map(String::as_str))
}

/// `2026 (day not known)` is the first day of that year.
fn date(text: &str) -> String {
    match text.split_once(' ') {
        Some((year, _)) => format!("{year}-01-01"),
        None => text.to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn units_and_dates_are_read() {
        assert_eq!(unit("1000 requests"), (1000, "requests".to_owned()));
        assert_eq!(
            unit("alarm metric-month"),
            (1, "alarm metric-month".to_owned())
        );
        assert_eq!(date("2026 (day not known)"), "2026-01-01");
        assert_eq!(date("2024-07-01"), "2024-07-01");
    }
}
