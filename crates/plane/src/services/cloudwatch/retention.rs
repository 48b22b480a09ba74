//! How many data points are kept: by age, in each series, and in all. What goes beyond is dropped, oldest first.

use rusqlite::params;

use crate::store::{StoreError, Tx};

/// Points between two looks: so many may be above a limit for a while.
pub(super) const EVERY: i64 = 10_000;

/// The limits.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Limits {
    /// Milliseconds that a point is kept: AWS's 455 days.
    pub age_ms: i64,
    /// Points of one metric with its dimensions.
    pub series: u64,
    /// Points of all.
    pub total: u64,
}

impl Default for Limits {
    fn default() -> Self {
        Self {
            age_ms: 455 * 86_400_000,
            series: 100_000,
            total: 500_000,
        }
    }
}

/// Drops what is beyond the limits, and says how many points that were.
pub fn enforce(tx: &mut Tx<'_>, limits: Limits) -> Result<u64, StoreError> {
    let oldest = tx.ctx().now.saturating_sub(limits.age_ms);
    let sql = tx.sql();
    let mut dropped = sql
        .prepare_cached("DELETE FROM metric WHERE at < ?")?
        .execute([oldest])?;
    let full: Vec<(String, String, String, i64)> = {
        let mut statement = sql.prepare_cached(
            "SELECT namespace, name, dimensions, count(*) FROM metric GROUP BY 1, 2, 3 HAVING count(*) > ?",
        )?;
        let found = statement.query_map([signed(limits.series)], |row| {
            Ok((row.get(0)?, row.get(1)?, row.get(2)?, row.get(3)?))
        })?;
        found.collect::<Result<_, _>>()?
    };
    for (namespace, name, dimensions, points) in full {
        dropped += sql
            .prepare_cached(
                "DELETE FROM metric WHERE rowid IN (SELECT rowid FROM metric
                   WHERE namespace = ? AND name = ? AND dimensions = ? ORDER BY at, rowid LIMIT ?)",
            )?
            .execute(params![
                namespace,
                name,
                dimensions,
                points - signed(limits.series)
            ])?;
    }
    let points: i64 = sql
        .prepare_cached("SELECT count(*) FROM metric")?
        .query_row([], |row| row.get(0))?;
    // In the order in which they came: of all series that is as good as by time, and needs no sorting.
    let beyond = (points - signed(limits.total)).max(0);
    dropped += sql
        .prepare_cached(
            "DELETE FROM metric WHERE rowid IN (SELECT rowid FROM metric ORDER BY rowid LIMIT ?)",
        )?
        .execute([beyond])?;
    Ok(dropped as u64)
}

fn signed(count: u64) -> i64 {
    i64::try_from(count).unwrap_or(i64::MAX)
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use super::super::record::{Datum, record};
    use super::*;
    use crate::simulation::bed::{Bed, EPOCH};

    fn put(bed: &mut Bed, name: &str, moments: std::ops::Range<i64>) {
        let put = bed.transact(|tx| {
            for at in moments {
                let datum = Datum {
                    namespace: "n".to_owned(),
                    name: name.to_owned(),
                    dimensions: BTreeMap::new(),
                    at: EPOCH + at,
                    value: at as f64,
                    unit: String::new(),
                };
                record(tx, &datum)?;
            }
            Ok(())
        });
        put.unwrap();
    }

    fn left(bed: &Bed, name: &str) -> Vec<i64> {
        let snapshot = bed.store.snapshot();
        let mut statement = snapshot
            .sql()
            .prepare("SELECT at FROM metric WHERE name = ? ORDER BY at")
            .unwrap();
        let found = statement
            .query_map([name], |row| row.get::<_, i64>(0))
            .unwrap();
        found.map(|at| at.unwrap() - EPOCH).collect()
    }

    fn enforced(bed: &mut Bed, limits: Limits) -> u64 {
        bed.transact(|tx| Ok(enforce(tx, limits)?)).unwrap()
    }

    #[test]
    fn the_oldest_go_by_age_by_series_and_in_all() {
        let mut bed = Bed::new();
        put(&mut bed, "a", 0..6);
        put(&mut bed, "b", 3..5);
        let wide = Limits {
            age_ms: 100,
            series: 10,
            total: 10,
        };
        assert_eq!(enforced(&mut bed, wide), 0);
        assert_eq!(enforced(&mut bed, Limits { series: 4, ..wide }), 2);
        assert_eq!(left(&bed, "a"), [2, 3, 4, 5]);
        assert_eq!(enforced(&mut bed, Limits { total: 5, ..wide }), 1);
        assert_eq!(
            (left(&bed, "a"), left(&bed, "b")),
            (vec![3, 4, 5], vec![3, 4])
        );
        bed.clock.advance_to(EPOCH + 104);
        assert_eq!(enforced(&mut bed, wide), 2);
        assert_eq!((left(&bed, "a"), left(&bed, "b")), (vec![4, 5], vec![4]));
    }

    #[test]
    fn points_that_keep_coming_stay_within_the_limit_by_themselves() {
        let mut bed = Bed::in_memory(1);
        let most = signed(Limits::default().series);
        for start in (0..most + 2 * EVERY).step_by(EVERY as usize) {
            put(&mut bed, "a", start..start + EVERY);
        }
        let left = left(&bed, "a");
        assert_eq!(left.len() as u64, Limits::default().series);
        assert_eq!(left[0], 2 * EVERY);
    }
}
