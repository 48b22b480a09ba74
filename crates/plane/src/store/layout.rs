//! The database's tables and their versions. Older layouts migrate forward in one transaction after a backup; newer
//! ones are refused by name.

use std::path::Path;
use std::time::Duration;

use rusqlite::{Connection, OpenFlags};

use super::StoreError;

/// The layout that this version writes.
pub const LAYOUT_VERSION: i64 = 2;

/// Migrations by the version they lead to. Never edited once released: a change is a further entry.
const MIGRATIONS: [&str; 2] = [include_str!("layout_1.sql"), include_str!("layout_2.sql")];

const _: () = assert!(
    MIGRATIONS.len() == LAYOUT_VERSION as usize,
    "one migration a version"
);

/// Opens the writer's connection, creating or migrating the tables.
pub fn open_database(path: &Path) -> Result<Connection, StoreError> {
    let mut connection = Connection::open(path)?;
    connection.busy_timeout(Duration::from_secs(5))?;
    connection.pragma_update(None, "journal_mode", "WAL")?;
    connection.pragma_update(None, "synchronous", "FULL")?;
    connection.pragma_update(None, "foreign_keys", "ON")?;
    connection.set_prepared_statement_cache_capacity(128);
    let found = version(&connection)?;
    refuse_newer(path, found)?;
    if found > 0 && found < LAYOUT_VERSION {
        let backup = path.with_extension(format!("db.layout-{found}"));
        std::fs::copy(path, &backup).map_err(|source| StoreError::file(&backup, source))?;
    }
    let transaction = connection.transaction()?;
    for (step, migration) in (1_i64..).zip(MIGRATIONS) {
        if step > found {
            transaction.execute_batch(migration)?;
            transaction.pragma_update(None, "user_version", step)?;
        }
    }
    transaction.commit()?;
    Ok(connection)
}

/// Opens a connection that cannot write, for readers beside a running plane or without one.
pub fn open_read_only(path: &Path) -> Result<Connection, StoreError> {
    let flags = OpenFlags::SQLITE_OPEN_READ_ONLY | OpenFlags::SQLITE_OPEN_NO_MUTEX;
    let connection = Connection::open_with_flags(path, flags)?;
    connection.busy_timeout(Duration::from_secs(5))?;
    connection.set_prepared_statement_cache_capacity(64);
    refuse_newer(path, version(&connection)?)?;
    Ok(connection)
}

fn version(connection: &Connection) -> Result<i64, StoreError> {
    Ok(connection.pragma_query_value(None, "user_version", |row| row.get(0))?)
}

fn refuse_newer(path: &Path, found: i64) -> Result<(), StoreError> {
    if found <= LAYOUT_VERSION {
        return Ok(());
    }
    Err(StoreError::Newer {
        path: path.to_owned(),
        found,
        known: LAYOUT_VERSION,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_new_database_has_the_current_layout_and_opens_again() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("plane.db");
        drop(open_database(&path).unwrap());
        assert_eq!(
            version(&open_database(&path).unwrap()).unwrap(),
            LAYOUT_VERSION
        );
        assert_eq!(
            version(&open_read_only(&path).unwrap()).unwrap(),
            LAYOUT_VERSION
        );
    }

    #[test]
    fn an_older_layout_migrates_after_a_backup() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("plane.db");
        let old = Connection::open(&path).unwrap();
        old.execute_batch(MIGRATIONS[0]).unwrap();
        old.execute(
            "INSERT INTO object VALUES ('b', 'k', 1, 5, 'sum', 'tag', '{}')",
            [],
        )
        .unwrap();
        old.pragma_update(None, "user_version", 1).unwrap();
        drop(old);
        let new = open_database(&path).unwrap();
        assert_eq!(version(&new).unwrap(), LAYOUT_VERSION);
        let kept = "SELECT count(*) FROM object WHERE key = 'k'";
        let count = |sql: &str| new.query_row(sql, [], |row| row.get::<_, i64>(0)).unwrap();
        assert_eq!(count(kept), 1);
        assert_eq!(count("SELECT count(*) FROM object_version"), 0);
        assert!(folder.path().join("plane.db.layout-1").exists());
    }

    #[test]
    fn a_newer_layout_is_refused_by_name() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("plane.db");
        let connection = open_database(&path).unwrap();
        connection
            .pragma_update(None, "user_version", LAYOUT_VERSION + 1)
            .unwrap();
        drop(connection);
        for refused in [open_database(&path).err(), open_read_only(&path).err()] {
            assert!(
                matches!(refused, Some(StoreError::Newer { found, .. }) if found == LAYOUT_VERSION + 1)
            );
        }
    }
}
