//! Reading a metric: its samples gathered by period.

use std::collections::BTreeMap;

use rusqlite::params;
use serde_json::Value;

use super::record::canonical;
use crate::Fault;
use crate::services::request::{items, optional, pairs, text};
use crate::store::{Snapshot, StoreError};

/// Which samples to read. Times in milliseconds, the end not included.
#[derive(Debug, Clone)]
pub(super) struct Selection {
    pub(super) namespace: String,
    pub(super) name: String,
    pub(super) dimensions: BTreeMap<String, String>,
    pub(super) unit: Option<String>,
    pub(super) start: i64,
    pub(super) end: i64,
    /// Milliseconds of one data point.
    pub(super) period: i64,
}

impl Selection {
    /// Reads `Namespace`, `MetricName` and `Dimensions`; the caller sets the rest.
    pub(super) fn of(metric: &Value) -> Self {
        Self {
            namespace: text(metric, "Namespace").to_owned(),
            name: text(metric, "MetricName").to_owned(),
            dimensions: pairs(items(metric, "Dimensions"), "Name", "Value"),
            unit: optional(metric, "Unit").map(str::to_owned),
            start: 0,
            end: 0,
            period: 60_000,
        }
    }
}

/// The samples of one period and unit.
#[derive(Debug, Default)]
pub(super) struct Bucket {
    count: f64,
    sum: f64,
    minimum: f64,
    maximum: f64,
    /// Values with their counts; nothing where a statistic set hides them.
    values: Option<Vec<(f64, f64)>>,
}

/// A statistic of a bucket.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) enum Statistic {
    Average,
    Sum,
    Minimum,
    Maximum,
    SampleCount,
    Percentile(f64),
}

impl Statistic {
    /// By AWS's word: `Average`, `p99`, `p99.9`; other extended statistics are refused by name.
    pub(super) fn parse(word: &str) -> Result<Self, Fault> {
        match word {
            "Average" => return Ok(Self::Average),
            "Sum" => return Ok(Self::Sum),
            "Minimum" => return Ok(Self::Minimum),
            "Maximum" => return Ok(Self::Maximum),
            "SampleCount" => return Ok(Self::SampleCount),
            _ => {}
        }
        let rank = word
            .strip_prefix('p')
            .and_then(|rank| rank.parse::<f64>().ok());
        match rank.filter(|rank| (0.0..=100.0).contains(rank)) {
            Some(rank) => Ok(Self::Percentile(rank)),
            None => Err(invalid(&format!(
                "The statistic {word} is not implemented; use Average, Sum, Minimum, Maximum, SampleCount or pNN"
            ))),
        }
    }
}

impl Bucket {
    /// The statistic, if the samples tell it: AWS too gives no percentile of statistic sets.
    pub(super) fn value(&self, statistic: Statistic) -> Option<f64> {
        match statistic {
            Statistic::Average => Some(self.sum / self.count),
            Statistic::Sum => Some(self.sum),
            Statistic::Minimum => Some(self.minimum),
            Statistic::Maximum => Some(self.maximum),
            Statistic::SampleCount => Some(self.count),
            Statistic::Percentile(rank) => self.percentile(rank),
        }
    }

    /// The smallest value that at least this part of the samples does not exceed.
    fn percentile(&self, rank: f64) -> Option<f64> {
        let mut values = self.values.clone()?;
        values.sort_by(|a, b| a.0.total_cmp(&b.0));
        let wanted = self.count * rank / 100.0;
        let mut seen = 0.0;
        for (value, count) in &values {
            seen += count;
            if seen >= wanted {
                return Some(*value);
            }
        }
        values.last().map(|(value, _)| *value)
    }

    fn add(&mut self, count: f64, sum: f64, (minimum, maximum): (f64, f64)) {
        if self.count == 0.0 {
            (self.minimum, self.maximum) = (minimum, maximum);
            self.values = Some(Vec::new());
        }
        self.count += count;
        self.sum += sum;
        self.minimum = self.minimum.min(minimum);
        self.maximum = self.maximum.max(maximum);
        if minimum < maximum {
            self.values = None;
        } else if let Some(values) = &mut self.values {
            values.push((minimum, count));
        }
    }
}

/// The buckets by their start and unit, oldest first. Periods without samples are left out.
pub(super) fn read(
    snapshot: &Snapshot<'_>,
    selection: &Selection,
) -> Result<BTreeMap<(i64, String), Bucket>, StoreError> {
    let mut statement = snapshot.sql().prepare_cached(
        "SELECT at, unit, samples, sum, minimum, maximum FROM metric
         WHERE namespace = ? AND name = ? AND dimensions = ? AND at >= ? AND at < ? ORDER BY at, rowid",
    )?;
    let mut rows = statement.query(params![
        selection.namespace,
        selection.name,
        canonical(&selection.dimensions),
        selection.start,
        selection.end
    ])?;
    let mut buckets: BTreeMap<(i64, String), Bucket> = BTreeMap::new();
    while let Some(row) = rows.next()? {
        let (at, unit): (i64, String) = (row.get(0)?, row.get(1)?);
        if selection
            .unit
            .as_ref()
            .is_some_and(|wanted| *wanted != unit)
        {
            continue;
        }
        let place = (at - selection.start).div_euclid(selection.period);
        let start = selection.start + place * selection.period;
        let bucket = buckets.entry((start, unit)).or_default();
        bucket.add(row.get(2)?, row.get(3)?, (row.get(4)?, row.get(5)?));
    }
    Ok(buckets)
}

/// A period in milliseconds: 1, 5, 10, 30 seconds or a multiple of 60.
pub(super) fn period(seconds: Option<i64>) -> Result<i64, Fault> {
    match seconds {
        Some(seconds @ (1 | 5 | 10 | 30)) => Ok(seconds * 1000),
        Some(seconds) if seconds > 0 && seconds % 60 == 0 => Ok(seconds.saturating_mul(1000)),
        _ => Err(invalid(
            "The parameter Period must be 1, 5, 10, 30 or a multiple of 60 seconds.",
        )),
    }
}

/// Start and end of a request in milliseconds.
pub(super) fn times(request: &Value) -> Result<(i64, i64), Fault> {
    let at = |name: &str| aws_api::timestamp::from_value(&request[name]).unwrap_or_default();
    let (start, end) = (at("StartTime"), at("EndTime"));
    if start < end {
        return Ok((start, end));
    }
    Err(invalid(
        "The parameter StartTime must be less than the parameter EndTime.",
    ))
}

pub(super) fn invalid(message: &str) -> Fault {
    Fault::client("InvalidParameterValue", message)
}
