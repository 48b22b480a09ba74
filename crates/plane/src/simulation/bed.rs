//! A store in a folder of its own with a clock that tests move, and the services called as clients call them.

use std::path::{Path, PathBuf};
use std::sync::Arc;

use rusqlite::types::ValueRef;
use serde_json::{Value, json};

use crate::services::{self, request};
use crate::store::{EffectRow, Store, StoreError, Tx};
use crate::{Clock, Fault, ManualClock};

/// The moment at which tests start.
pub(crate) const EPOCH: i64 = 1_764_000_000_000;
/// A role that machines and jobs run with.
pub(crate) const ROLE: &str = "arn:aws:iam::000000000000:role/machine";

/// The bed.
pub(crate) struct Bed {
    folder: tempfile::TempDir,
    pub(crate) clock: Arc<ManualClock>,
    pub(crate) store: Store,
    /// Effects that commits released and nobody has taken.
    pub(crate) released: Vec<EffectRow>,
    seed: u64,
}

impl Bed {
    pub(crate) fn new() -> Self {
        Self::seeded(7)
    }

    pub(crate) fn seeded(seed: u64) -> Self {
        Self::within(tempfile::tempdir().unwrap(), seed)
    }

    /// A bed on the file system in memory where there is one: flushing costs nothing there.
    pub(crate) fn in_memory(seed: u64) -> Self {
        let shared = Path::new("/dev/shm");
        let folder = tempfile::tempdir_in(shared).or_else(|_| tempfile::tempdir());
        Self::within(folder.unwrap(), seed)
    }

    fn within(folder: tempfile::TempDir, seed: u64) -> Self {
        let clock = Arc::new(ManualClock::at(EPOCH));
        let store = open(&database(folder.path()), &clock, seed);
        Self {
            folder,
            clock,
            store,
            released: Vec::new(),
            seed,
        }
    }

    /// The state's folder.
    pub(crate) fn folder(&self) -> &Path {
        self.folder.path()
    }

    /// Drops everything that is in memory and opens the state anew.
    pub(crate) fn crash(&mut self) {
        self.store = open(&database(self.folder.path()), &self.clock, self.seed);
        self.released = self.store.snapshot().effects().unwrap();
    }

    /// Runs a transaction, as the plane itself.
    pub(crate) fn transact<T>(
        &mut self,
        work: impl FnOnce(&mut Tx<'_>) -> Result<T, Fault>,
    ) -> Result<T, Fault> {
        self.transact_as("plane", work)
    }

    /// Runs a transaction as somebody.
    pub(crate) fn transact_as<T>(
        &mut self,
        principal: &str,
        work: impl FnOnce(&mut Tx<'_>) -> Result<T, Fault>,
    ) -> Result<T, Fault> {
        let (value, emitted) = self.store.transact(principal, work)?;
        self.released.extend(emitted);
        Ok(value)
    }

    /// Calls an operation as a client does: validated, in a transaction of its own.
    pub(crate) fn call(
        &mut self,
        service: &str,
        operation: &str,
        request: &Value,
    ) -> Result<Value, Fault> {
        let model = aws_api::service(service).unwrap();
        let found = model
            .operation(operation)
            .unwrap_or_else(|| panic!("no operation {operation}"));
        aws_api::validate(model, found, request)
            .map_err(|error| Fault::new(error.status, error.code, error.message))?;
        let request = request.clone();
        self.transact_as("client", |tx| {
            services::call(tx, service, operation, &request)
        })
    }

    /// Calls an operation that must work.
    pub(crate) fn ok(&mut self, service: &str, operation: &str, request: &Value) -> Value {
        self.call(service, operation, request)
            .unwrap_or_else(|fault| panic!("{operation}: {fault}"))
    }

    /// Calls an operation that must be refused; the answer is code and message.
    pub(crate) fn refused(
        &mut self,
        service: &str,
        operation: &str,
        request: &Value,
    ) -> (String, String) {
        match self.call(service, operation, request) {
            Ok(answer) => panic!("{operation} was not refused: {answer}"),
            Err(fault) => (fault.code, fault.message),
        }
    }

    /// Creates a state machine and answers its ARN.
    pub(crate) fn machine(&mut self, name: &str, definition: &Value) -> String {
        let wanted = json!({"name": name, "definition": definition.to_string(), "roleArn": ROLE});
        let answer = self.ok("states", "CreateStateMachine", &wanted);
        request::text(&answer, "stateMachineArn").to_owned()
    }

    /// Starts an execution and answers its ARN.
    pub(crate) fn start(&mut self, machine: &str, name: &str, input: &Value) -> String {
        let wanted = json!({"stateMachineArn": machine, "name": name, "input": input.to_string()});
        let answer = self.ok("states", "StartExecution", &wanted);
        request::text(&answer, "executionArn").to_owned()
    }

    /// `DescribeExecution`.
    pub(crate) fn described(&mut self, execution: &str) -> Value {
        self.ok(
            "states",
            "DescribeExecution",
            &json!({"executionArn": execution}),
        )
    }

    /// The types of an execution's events.
    pub(crate) fn history(&mut self, execution: &str) -> Vec<String> {
        let wanted = json!({"executionArn": execution, "maxResults": 1000});
        let answer = self.ok("states", "GetExecutionHistory", &wanted);
        request::items(&answer, "events")
            .iter()
            .map(|event| request::text(event, "type").to_owned())
            .collect()
    }

    /// Fires the earliest timer that is due; false if there is none.
    pub(crate) fn fire_due(&mut self) -> bool {
        self.transact(|tx| match tx.take_due_timer()? {
            None => Ok(false),
            Some(row) => services::timer_fired(tx, &row.timer).map(|()| true),
        })
        .unwrap()
    }

    /// The moment that the clock shows.
    pub(crate) fn clock_now(&self) -> i64 {
        self.clock.wall_ms()
    }

    /// Moves the clock to the next timer; false if there is none.
    pub(crate) fn sleep(&mut self) -> bool {
        match self.store.snapshot().next_due().unwrap() {
            None => false,
            Some(due) => {
                self.clock.advance_to(due);
                true
            }
        }
    }

    /// Every row of every table, for comparisons.
    pub(crate) fn dump(&self) -> Vec<String> {
        dump(&self.store).unwrap()
    }
}

pub(crate) fn database(folder: &Path) -> PathBuf {
    folder.join("plane.db")
}

pub(crate) fn open(path: &Path, clock: &Arc<ManualClock>, seed: u64) -> Store {
    let clock = Arc::clone(clock);
    Store::open(path, clock, "us-east-1", seed).unwrap()
}

/// Every row of every table as text.
pub(crate) fn dump(store: &Store) -> Result<Vec<String>, StoreError> {
    let snapshot = store.snapshot();
    let sql = snapshot.sql();
    let mut tables =
        sql.prepare("SELECT name FROM sqlite_schema WHERE type = 'table' ORDER BY name")?;
    let names = tables
        .query_map([], |row| row.get::<_, String>(0))?
        .collect::<Result<Vec<_>, _>>()?;
    let mut rows = Vec::new();
    for name in names {
        let mut statement = sql.prepare(&format!("SELECT * FROM {name}"))?;
        let columns = statement.column_count();
        let mut found = statement.query([])?;
        let mut of_table = Vec::new();
        while let Some(row) = found.next()? {
            let cells = (0..columns).map(|column| row.get_ref(column).map(cell));
            of_table.push(format!(
                "{name}: {}",
                cells.collect::<Result<Vec<_>, _>>()?.join(" | ")
            ));
        }
        of_table.sort();
        rows.extend(of_table);
    }
    Ok(rows)
}

fn cell(value: ValueRef<'_>) -> String {
    match value {
        ValueRef::Text(text) => String::from_utf8_lossy(text).into_owned(),
        other => format!("{other:?}"),
    }
}
