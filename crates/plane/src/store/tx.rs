//! Reading and writing records: [`Snapshot`] for anyone, [`Tx`] for the one writer.

use std::any::Any;
use std::ops::Deref;
use std::panic::{AssertUnwindSafe, catch_unwind};

use rusqlite::{Connection, OptionalExtension, params};
use uuid::Uuid;

use super::{Effect, EffectRow, IdStream, Page, Query, Record, StoreError, Timer, TimerRow};
use crate::Ctx;

/// A consistent view of the records.
#[derive(Debug)]
pub struct Snapshot<'a> {
    sql: &'a Connection,
}

impl<'a> Snapshot<'a> {
    /// A view through a connection that is inside a transaction.
    pub fn new(sql: &'a Connection) -> Self {
        Self { sql }
    }

    /// The connection, for tables that are not records. Outside [`Tx`] it must only read.
    pub fn sql(&self) -> &Connection {
        self.sql
    }

    /// One record.
    pub fn get<R: Record>(&self, key: &str) -> Result<Option<R>, StoreError> {
        let mut statement = self
            .sql
            .prepare_cached("SELECT body FROM record WHERE kind = ? AND key = ?")?;
        let body: Option<String> = statement
            .query_row(params![R::KIND, key], |row| row.get(0))
            .optional()?;
        body.map(|body| parse(R::KIND, key, &body)).transpose()
    }

    /// A filtered, sorted page of records.
    pub fn list<R: Record>(&self, query: &Query) -> Result<Page<R>, StoreError> {
        let limit = if query.limit == 0 { 100 } else { query.limit };
        let direction = if query.descending { "DESC" } else { "ASC" };
        let sql = format!(
            "SELECT key, body FROM record WHERE kind = ?1
               AND (?2 IS NULL OR parent = ?2) AND (?3 IS NULL OR status = ?3)
               AND (?4 IS NULL OR instr(key, ?4) > 0)
               AND (?5 IS NULL OR created >= ?5) AND (?6 IS NULL OR created < ?6)
               AND (?7 IS NULL OR modified >= ?7) AND (?8 IS NULL OR modified < ?8)
             ORDER BY {column} {direction}, key {direction} LIMIT ?9 OFFSET ?10",
            column = query.sort.column(),
        );
        let mut statement = self.sql.prepare_cached(&sql)?;
        let found = statement.query_map(
            params![
                R::KIND,
                query.parent,
                query.status,
                query.key_contains,
                query.created.0,
                query.created.1,
                query.modified.0,
                query.modified.1,
                i64::try_from(limit.saturating_add(1)).unwrap_or(i64::MAX),
                i64::try_from(query.offset).unwrap_or(i64::MAX),
            ],
            |row| Ok((row.get::<_, String>(0)?, row.get::<_, String>(1)?)),
        )?;
        let mut rows = Vec::new();
        for row in found {
            let (key, body) = row?;
            rows.push(parse(R::KIND, &key, &body)?);
        }
        let more = rows.len() as u64 > limit;
        rows.truncate(usize::try_from(limit).unwrap_or(usize::MAX));
        Ok(Page {
            rows,
            token: more.then(|| query.offset.saturating_add(limit).to_string()),
        })
    }

    /// Every record of a kind that belongs to a parent, oldest first; for sets that have a limit of their own.
    pub fn children<R: Record>(&self, parent: &str) -> Result<Vec<R>, StoreError> {
        // The last condition lets the index of parents serve, which leaves out records without one.
        let mut statement = self.sql.prepare_cached(
            "SELECT key, body FROM record WHERE kind = ?1 AND parent = ?2 AND parent <> ''
             ORDER BY created, key",
        )?;
        let mut rows = statement.query(params![R::KIND, parent])?;
        let mut found = Vec::new();
        while let Some(row) = rows.next()? {
            let key = row.get_ref(0)?.as_str().map_err(rusqlite::Error::from)?;
            let body = row.get_ref(1)?.as_str().map_err(rusqlite::Error::from)?;
            found.push(parse(R::KIND, key, body)?);
        }
        Ok(found)
    }

    /// A small fact of the state.
    pub fn meta(&self, name: &str) -> Result<Option<String>, StoreError> {
        let mut statement = self
            .sql
            .prepare_cached("SELECT value FROM meta WHERE name = ?")?;
        Ok(statement.query_row([name], |row| row.get(0)).optional()?)
    }

    /// Effects that nobody has settled, in the order of emission.
    pub fn effects(&self) -> Result<Vec<EffectRow>, StoreError> {
        let mut statement = self
            .sql
            .prepare_cached("SELECT sequence, key, body FROM effect ORDER BY sequence")?;
        let found = statement.query_map([], |row| {
            Ok((
                row.get::<_, i64>(0)?,
                row.get::<_, String>(1)?,
                row.get::<_, String>(2)?,
            ))
        })?;
        let mut rows = Vec::new();
        for row in found {
            let (sequence, key, body) = row?;
            let effect = parse("effect", &key, &body)?;
            rows.push(EffectRow {
                sequence,
                key,
                effect,
            });
        }
        Ok(rows)
    }

    /// The earliest moment at which a timer is due.
    pub fn next_due(&self) -> Result<Option<i64>, StoreError> {
        let mut statement = self.sql.prepare_cached("SELECT min(due) FROM timer")?;
        Ok(statement.query_row([], |row| row.get(0))?)
    }
}

fn parse<T: serde::de::DeserializeOwned>(
    kind: &str,
    key: &str,
    body: &str,
) -> Result<T, StoreError> {
    serde_json::from_str(body).map_err(|source| StoreError::Corrupt {
        kind: kind.to_owned(),
        key: key.to_owned(),
        source,
    })
}

fn panicked(panic: &(dyn Any + Send)) -> StoreError {
    let message = panic
        .downcast_ref::<String>()
        .cloned()
        .or_else(|| panic.downcast_ref::<&str>().map(|text| (*text).to_owned()))
        .unwrap_or_else(|| "no message".to_owned());
    StoreError::Panicked { message }
}

/// The writer's transaction, as one command sees it.
#[derive(Debug)]
pub struct Tx<'a> {
    snapshot: Snapshot<'a>,
    ctx: Ctx,
    ids: IdStream,
    emitted: Vec<EffectRow>,
}

impl<'a> Deref for Tx<'a> {
    type Target = Snapshot<'a>;
    fn deref(&self) -> &Snapshot<'a> {
        &self.snapshot
    }
}

impl<'a> Tx<'a> {
    /// A transaction on the writer's connection. Only the store makes one.
    pub(super) fn new(sql: &'a Connection, ctx: Ctx, ids: IdStream) -> Self {
        Self {
            snapshot: Snapshot::new(sql),
            ctx,
            ids,
            emitted: Vec::new(),
        }
    }

    /// The circumstances of the command.
    pub fn ctx(&self) -> &Ctx {
        &self.ctx
    }

    /// A fresh id.
    pub fn uuid(&mut self) -> Uuid {
        self.ids.next_uuid()
    }

    /// A fresh random number, for seeds and suffixes.
    pub fn random(&mut self) -> u64 {
        self.ids.next_u64()
    }

    /// Creates or replaces a record.
    pub fn put<R: Record>(&mut self, record: &R) -> Result<(), StoreError> {
        let key = record.key();
        let body = serde_json::to_string(record).map_err(|source| StoreError::Corrupt {
            kind: R::KIND.to_owned(),
            key: key.clone(),
            source,
        })?;
        let mut statement = self.sql().prepare_cached(
            "INSERT OR REPLACE INTO record (kind, key, parent, status, created, modified, body)
             VALUES (?, ?, ?, ?, ?, ?, ?)",
        )?;
        statement.execute(params![
            R::KIND,
            key,
            record.parent(),
            record.status(),
            record.created(),
            record.modified(),
            body
        ])?;
        Ok(())
    }

    /// Removes a record; true if there was one.
    pub fn delete<R: Record>(&mut self, key: &str) -> Result<bool, StoreError> {
        let mut statement = self
            .sql()
            .prepare_cached("DELETE FROM record WHERE kind = ? AND key = ?")?;
        Ok(statement.execute(params![R::KIND, key])? > 0)
    }

    /// Sets a small fact of the state.
    pub fn set_meta(&mut self, name: &str, value: &str) -> Result<(), StoreError> {
        let mut statement = self
            .sql()
            .prepare_cached("INSERT OR REPLACE INTO meta (name, value) VALUES (?, ?)")?;
        statement.execute([name, value])?;
        Ok(())
    }

    /// Asks the world for something after the commit; the same effect asked again while unsettled is one.
    pub fn emit(&mut self, effect: Effect) -> Result<(), StoreError> {
        let key = effect.key();
        let body = serde_json::to_string(&effect).expect("effects have string keys");
        let mut statement = self
            .sql()
            .prepare_cached("INSERT OR IGNORE INTO effect (key, body) VALUES (?, ?)")?;
        if statement.execute([&key, &body])? > 0 {
            let sequence = self.sql().last_insert_rowid();
            drop(statement);
            self.emitted.push(EffectRow {
                sequence,
                key,
                effect,
            });
        }
        Ok(())
    }

    /// Marks an effect as carried out; true the first time. Call it in the transaction that records the outcome, and
    /// drop the outcome when it answers false.
    pub fn settle(&mut self, key: &str) -> Result<bool, StoreError> {
        let mut statement = self
            .sql()
            .prepare_cached("DELETE FROM effect WHERE key = ?")?;
        Ok(statement.execute([key])? > 0)
    }

    /// Sets or moves a timer.
    pub fn set_timer(&mut self, timer: &Timer, due: i64) -> Result<(), StoreError> {
        let body = serde_json::to_string(timer).expect("timers have string keys");
        let mut statement = self
            .sql()
            .prepare_cached("INSERT OR REPLACE INTO timer (key, due, body) VALUES (?, ?, ?)")?;
        statement.execute(params![timer.key(), due, body])?;
        Ok(())
    }

    /// Removes a timer, if it is still there.
    pub fn cancel_timer(&mut self, timer: &Timer) -> Result<(), StoreError> {
        self.sql()
            .prepare_cached("DELETE FROM timer WHERE key = ?")?
            .execute([timer.key()])?;
        Ok(())
    }

    /// Removes and returns the earliest timer that is due.
    pub fn take_due_timer(&mut self) -> Result<Option<TimerRow>, StoreError> {
        let mut statement = self.sql().prepare_cached(
            "SELECT key, due, body FROM timer WHERE due <= ? ORDER BY due, key LIMIT 1",
        )?;
        let found: Option<(String, i64, String)> = statement
            .query_row([self.ctx.now], |row| {
                Ok((row.get(0)?, row.get(1)?, row.get(2)?))
            })
            .optional()?;
        drop(statement);
        let Some((key, due, body)) = found else {
            return Ok(None);
        };
        self.sql()
            .prepare_cached("DELETE FROM timer WHERE key = ?")?
            .execute([&key])?;
        Ok(Some(TimerRow {
            due,
            timer: parse("timer", &key, &body)?,
        }))
    }

    /// Runs something that may fail without leaving a trace: on an error or a panic its writes and effects are undone,
    /// and the transaction goes on.
    pub fn attempt<T, E: From<StoreError>>(
        &mut self,
        work: impl FnOnce(&mut Self) -> Result<T, E>,
    ) -> Result<T, E> {
        self.sql()
            .execute_batch("SAVEPOINT attempt")
            .map_err(StoreError::from)?;
        let emitted = self.emitted.len();
        // What the work touched is undone below, so that a panic leaves nothing half done.
        let outcome = catch_unwind(AssertUnwindSafe(|| work(self)));
        match outcome.unwrap_or_else(|panic| Err(panicked(panic.as_ref()).into())) {
            Ok(value) => {
                self.sql()
                    .execute_batch("RELEASE attempt")
                    .map_err(StoreError::from)?;
                Ok(value)
            }
            Err(error) => {
                self.sql()
                    .execute_batch("ROLLBACK TO attempt; RELEASE attempt")
                    .map_err(StoreError::from)?;
                self.emitted.truncate(emitted);
                Err(error)
            }
        }
    }

    /// Does something as another principal, such as the role of a state machine.
    pub fn as_principal<T>(&mut self, principal: &str, work: impl FnOnce(&mut Self) -> T) -> T {
        let caller = std::mem::replace(&mut self.ctx.principal, principal.to_owned());
        let value = work(self);
        self.ctx.principal = caller;
        value
    }

    pub(super) fn finish(self) -> (IdStream, Vec<EffectRow>) {
        (self.ids, self.emitted)
    }
}
