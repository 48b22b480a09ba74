//! The one writer. [`Store`] runs commands in a transaction, synchronously and deterministically; [`Writer`] is the
//! thread in front of it that gathers what has queued into one commit.

use std::fmt;
use std::path::Path;
use std::sync::Arc;
use std::sync::mpsc;

use rusqlite::Connection;
use tokio::sync::{oneshot, watch};

use super::{EffectRow, IdStream, Snapshot, StoreError, Tx, open_database};
use crate::{Clock, Ctx};

/// Most commands of one commit. Larger groups are slower a row and delay the first answer.
const GROUP_LIMIT: usize = 100;
/// Commands that may wait; beyond it callers wait to enqueue.
const QUEUE_LIMIT: usize = 10_000;

/// Work of one command: true if it left something to commit.
type Work = Box<dyn FnOnce(&mut Tx<'_>) -> Box<dyn FnOnce(Result<(), &str>) + Send> + Send>;

/// The database with its clock and id stream.
pub struct Store {
    sql: Connection,
    clock: Arc<dyn Clock>,
    region: String,
    seed: u64,
}

impl fmt::Debug for Store {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Store")
            .field("region", &self.region)
            .finish_non_exhaustive()
    }
}

impl Store {
    /// Opens or creates the database. The seed of the id stream is kept from the first opening.
    pub fn open(
        path: &Path,
        clock: Arc<dyn Clock>,
        region: &str,
        seed: u64,
    ) -> Result<Self, StoreError> {
        let sql = open_database(path)?;
        let seed = match Snapshot::new(&sql)
            .meta("seed")?
            .and_then(|text| text.parse().ok())
        {
            Some(stored) => stored,
            None => {
                sql.execute(
                    "INSERT OR REPLACE INTO meta (name, value) VALUES ('seed', ?)",
                    [seed.to_string()],
                )?;
                seed
            }
        };
        Ok(Self {
            sql,
            clock,
            region: region.to_owned(),
            seed,
        })
    }

    /// Runs one command in one transaction and returns what it emitted.
    pub fn transact<T, E: From<StoreError>>(
        &mut self,
        principal: &str,
        work: impl FnOnce(&mut Tx<'_>) -> Result<T, E>,
    ) -> Result<(T, Vec<EffectRow>), E> {
        self.begin()?;
        let outcome = self.with_tx(principal, |tx| tx.attempt(work));
        match outcome {
            Ok((value, emitted)) => match self.commit() {
                Ok(()) => Ok((value?, emitted)),
                Err(error) => Err(error.into()),
            },
            Err(error) => {
                self.rollback();
                Err(error.into())
            }
        }
    }

    /// A view of what is committed.
    pub fn snapshot(&self) -> Snapshot<'_> {
        Snapshot::new(&self.sql)
    }

    fn begin(&self) -> Result<(), StoreError> {
        Ok(self.sql.execute_batch("BEGIN IMMEDIATE")?)
    }

    fn commit(&self) -> Result<(), StoreError> {
        let committed = self.sql.execute_batch("COMMIT");
        if committed.is_err() {
            self.rollback();
        }
        Ok(committed?)
    }

    fn rollback(&self) {
        if !self.sql.is_autocommit()
            && let Err(error) = self.sql.execute_batch("ROLLBACK")
        {
            tracing::error!(%error, "rollback failed");
        }
    }

    fn with_tx<T>(
        &self,
        principal: &str,
        work: impl FnOnce(&mut Tx<'_>) -> T,
    ) -> Result<(T, Vec<EffectRow>), StoreError> {
        let position = self
            .snapshot()
            .meta("position")?
            .and_then(|text| text.parse().ok())
            .unwrap_or(0);
        let ctx = Ctx {
            now: self.clock.wall_ms(),
            region: self.region.clone(),
            principal: principal.to_owned(),
        };
        let mut tx = Tx::new(&self.sql, ctx, IdStream::new(self.seed, position));
        let value = work(&mut tx);
        let (ids, emitted) = tx.finish();
        if ids.position() != position {
            let mut statement = self.sql.prepare_cached(
                "INSERT OR REPLACE INTO meta (name, value) VALUES ('position', ?)",
            )?;
            statement.execute([ids.position().to_string()])?;
        }
        Ok((value, emitted))
    }
}

struct Command {
    principal: String,
    work: Work,
}

/// A handle on the writer's thread; clones are the same writer.
#[derive(Debug, Clone)]
pub struct Writer {
    queue: mpsc::SyncSender<Command>,
    next_due: watch::Receiver<Option<i64>>,
}

impl Writer {
    /// Starts the thread. `release` is called after each commit with the effects that it released.
    pub fn start(
        store: Store,
        mut release: impl FnMut(Vec<EffectRow>) + Send + 'static,
    ) -> std::io::Result<Self> {
        let (queue, commands) = mpsc::sync_channel::<Command>(QUEUE_LIMIT);
        let (due_sender, next_due) = watch::channel(store.snapshot().next_due().ok().flatten());
        std::thread::Builder::new()
            .name("store-writer".to_owned())
            .spawn(move || {
                while let Ok(first) = commands.recv() {
                    let mut group = vec![first];
                    while group.len() < GROUP_LIMIT
                        && let Ok(next) = commands.try_recv()
                    {
                        group.push(next);
                    }
                    let released = run_group(&store, group);
                    if !released.is_empty() {
                        release(released);
                    }
                    due_sender.send_replace(store.snapshot().next_due().ok().flatten());
                }
            })?;
        Ok(Self { queue, next_due })
    }

    /// Runs a command and answers when it is durable. On an error nothing of the command remains.
    pub async fn run<T, E>(
        &self,
        principal: &str,
        work: impl FnOnce(&mut Tx<'_>) -> Result<T, E> + Send + 'static,
    ) -> Result<T, E>
    where
        T: Send + 'static,
        E: From<StoreError> + Send + 'static,
    {
        let (answer, answered) = oneshot::channel();
        let work: Work = Box::new(move |tx| {
            let outcome = tx.attempt(work);
            Box::new(move |committed: Result<(), &str>| {
                let outcome = match committed {
                    Ok(()) => outcome,
                    // A refusal does not depend on the commit; a success does.
                    Err(reason) => outcome.and_then(|_| {
                        Err(StoreError::NotCommitted {
                            reason: reason.to_owned(),
                        }
                        .into())
                    }),
                };
                // A caller that went away needs no answer.
                let _ = answer.send(outcome);
            })
        });
        let command = Command {
            principal: principal.to_owned(),
            work,
        };
        if let Err(refused) = self.queue.try_send(command) {
            match refused {
                mpsc::TrySendError::Full(command) => {
                    let queue = self.queue.clone();
                    let sent = tokio::task::spawn_blocking(move || queue.send(command)).await;
                    if !matches!(sent, Ok(Ok(()))) {
                        return Err(StoreError::Closed.into());
                    }
                }
                mpsc::TrySendError::Disconnected(_) => return Err(StoreError::Closed.into()),
            }
        }
        match answered.await {
            Ok(outcome) => outcome,
            Err(_) => Err(StoreError::Closed.into()),
        }
    }

    /// The earliest due timer after each commit.
    pub fn next_due(&self) -> watch::Receiver<Option<i64>> {
        self.next_due.clone()
    }
}

/// One transaction for a group of commands, each in a savepoint of its own; answers after the commit.
fn run_group(store: &Store, group: Vec<Command>) -> Vec<EffectRow> {
    let mut replies = Vec::with_capacity(group.len());
    let mut released = Vec::new();
    let mut failure = store.begin().err().map(|error| error.to_string());
    for command in group {
        if failure.is_some() {
            // Dropping the work drops its answer channel: the caller sees a closed store.
            continue;
        }
        match store.with_tx(&command.principal, command.work) {
            Ok((reply, emitted)) => {
                replies.push(reply);
                released.extend(emitted);
            }
            Err(error) => failure = Some(error.to_string()),
        }
    }
    if failure.is_none() {
        failure = store.commit().err().map(|error| error.to_string());
    } else {
        store.rollback();
    }
    if let Some(reason) = &failure {
        tracing::error!(reason, "transaction failed");
        released.clear();
    }
    for reply in replies {
        reply(failure.as_deref().map_or(Ok(()), Err));
    }
    released
}
