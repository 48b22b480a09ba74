//! The loop that fires timers: it sleeps until the earliest is due and takes what is due, one command each.

use std::sync::Arc;
use std::time::Duration;

use crate::store::{StoreError, Tx, Writer};
use crate::{Clock, services};

/// Longest sleep: wall time may jump, when the machine wakes up or its clock is set.
const LONGEST_SLEEP: Duration = Duration::from_millis(250);
/// Pause after a command that the store did not take.
const PAUSE: Duration = Duration::from_secs(1);
/// The principal of what timers cause.
const PRINCIPAL: &str = "timers";

/// Fires timers until it is aborted or the writer is gone.
pub(super) async fn run(writer: Writer, clock: Arc<dyn Clock>) {
    let mut next_due = writer.next_due();
    loop {
        let due = *next_due.borrow_and_update();
        let wait = due.map(|due| u64::try_from(due - clock.wall_ms()).unwrap_or(0));
        match wait {
            Some(0) => match writer.run(PRINCIPAL, fire).await {
                Ok(()) => {}
                Err(StoreError::Closed) => return,
                Err(error) => {
                    tracing::error!(%error, "timers were not fired");
                    tokio::time::sleep(PAUSE).await;
                }
            },
            Some(millis) => {
                let sleep = Duration::from_millis(millis).min(LONGEST_SLEEP);
                // Either the sleep ends or an earlier timer came: both lead to another look.
                let _ = tokio::time::timeout(sleep, next_due.changed()).await;
            }
            None => {
                if next_due.changed().await.is_err() {
                    return;
                }
            }
        }
    }
}

/// Takes the earliest due timer and hands it to whom it belongs. One that fails leaves nothing but its end.
fn fire(tx: &mut Tx<'_>) -> Result<(), StoreError> {
    let Some(row) = tx.take_due_timer()? else {
        return Ok(());
    };
    if let Err(error) = tx.attempt(|tx| services::timer_fired(tx, &row.timer)) {
        tracing::error!(%error, timer = row.timer.key(), "a timer failed");
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::ManualClock;
    use crate::store::{Readers, Snapshot, Store, Timer};

    fn timer(name: &str) -> Timer {
        Timer::Execution {
            execution: "none".to_owned(),
            timer: name.to_owned(),
        }
    }

    async fn until_next_due(writer: &Writer, expected: Option<i64>) {
        let mut due = writer.next_due();
        let reached = due.wait_for(|due| *due == expected);
        tokio::time::timeout(Duration::from_secs(5), reached)
            .await
            .unwrap()
            .unwrap();
    }

    #[tokio::test]
    async fn timers_fire_when_they_are_due_and_only_then() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("plane.db");
        let clock = Arc::new(ManualClock::at(1_000));
        let store = Store::open(&path, clock.clone(), "us-east-1", 1).unwrap();
        let writer = Writer::start(store, |_| {}).unwrap();
        let task = tokio::spawn(run(writer.clone(), clock.clone()));
        let set = |tx: &mut Tx<'_>| {
            tx.set_timer(&timer("late"), 9_000)?;
            tx.set_timer(&timer("soon"), 2_000)?;
            tx.set_timer(&timer("past"), 500)
        };
        writer.run("test", set).await.unwrap();
        until_next_due(&writer, Some(2_000)).await;
        clock.advance_to(3_000);
        until_next_due(&writer, Some(9_000)).await;
        clock.advance_to(9_000);
        until_next_due(&writer, None).await;
        task.abort();
        let left = |snapshot: &Snapshot<'_>| snapshot.next_due();
        assert_eq!(Readers::open(&path).unwrap().read(left).unwrap(), None);
    }
}
