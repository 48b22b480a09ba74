//! Drops metrics and log events beyond their limits, once an hour: where no more of them come, nobody else looks.

use std::sync::Arc;
use std::time::Duration;

use crate::Clock;
use crate::services::{cloudwatch, logs};
use crate::store::{StoreError, Tx, Writer};

/// Time between two looks.
const EVERY: Duration = Duration::from_hours(1);
/// The same in milliseconds.
const EVERY_MS: i64 = 3_600_000;
/// The principal of the command.
const PRINCIPAL: &str = "retention";
/// Where the moment of the last look is kept, so that short-lived planes look no more often than others.
const LAST: &str = "retention";

/// Looks until it is aborted or the writer is gone.
pub(super) async fn run(writer: Writer, clock: Arc<dyn Clock>) {
    loop {
        let now = clock.wall_ms();
        match writer.run(PRINCIPAL, move |tx| look(tx, now)).await {
            Ok(0) => {}
            Ok(dropped) => tracing::info!(dropped, "metrics and log events beyond their retention"),
            Err(StoreError::Closed) => return,
            Err(error) => tracing::error!(%error, "retention was not looked after"),
        }
        tokio::time::sleep(EVERY).await;
    }
}

fn look(tx: &mut Tx<'_>, now: i64) -> Result<u64, StoreError> {
    let last = tx.meta(LAST)?.and_then(|text| text.parse::<i64>().ok());
    if last.is_some_and(|last| (0..EVERY_MS).contains(&now.saturating_sub(last))) {
        return Ok(0);
    }
    tx.set_meta(LAST, &now.to_string())?;
    let points = cloudwatch::enforce(tx, cloudwatch::Limits::default())?;
    Ok(points + logs::enforce(tx, logs::Limits::default())?)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::simulation::bed::{Bed, EPOCH};

    #[test]
    fn a_look_an_hour_is_enough() {
        let mut bed = Bed::new();
        let event = [(EPOCH - 10 * 86_400_000, "old".to_owned())];
        let written = bed.transact(|tx| {
            let mut group = logs::create_group(tx, "g", std::collections::BTreeMap::new())?;
            group.retention_days = Some(1);
            tx.put(&group)?;
            logs::append(tx, "g", "s", &event)
        });
        written.unwrap();
        let mut at = |now: i64| bed.transact(|tx| Ok(look(tx, now)?)).unwrap();
        assert_eq!(at(EPOCH), 1);
        let written = bed.transact(|tx| logs::append(tx, "g", "s", &event));
        written.unwrap();
        let mut at = |now: i64| bed.transact(|tx| Ok(look(tx, now)?)).unwrap();
        assert_eq!(at(EPOCH + EVERY_MS - 1), 0);
        assert_eq!(at(EPOCH + EVERY_MS), 1);
    }
}
