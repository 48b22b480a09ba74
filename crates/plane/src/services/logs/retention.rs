//! How many log events are kept: as long as their group says, and within limits of number and size. What goes beyond is
//! dropped, oldest first.

use super::record::{LogGroup, LogStream};
use crate::store::{Query, Record, StoreError, Tx};

/// Events between two looks: so many may be above a limit for a while.
pub(super) const EVERY: i64 = 10_000;
/// Milliseconds of a day.
const DAY_MS: i64 = 86_400_000;

/// A limit of number and size.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Room {
    /// Events.
    pub events: u64,
    /// Bytes of their messages.
    pub bytes: u64,
}

/// The limits.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Limits {
    /// Of one group.
    pub group: Room,
    /// Of all groups.
    pub total: Room,
}

impl Default for Limits {
    fn default() -> Self {
        Self {
            group: Room {
                events: 500_000,
                bytes: 256 << 20,
            },
            total: Room {
                events: 1_000_000,
                bytes: 512 << 20,
            },
        }
    }
}

/// Drops what is beyond the retention of its group or the limits, and says how many events that were.
pub fn enforce(tx: &mut Tx<'_>, limits: Limits) -> Result<u64, StoreError> {
    let query = Query {
        limit: i64::MAX as u64 - 1,
        ..Query::default()
    };
    let mut dropped = 0;
    for group in tx.list::<LogGroup>(&query)?.rows {
        if let Some(days) = group.retention_days {
            dropped += expire(tx, &group.name, days)?;
        }
        dropped += shorten(tx, Some(&group.name), limits.group)?;
    }
    dropped += shorten(tx, None, limits.total)?;
    Ok(dropped)
}

/// Drops events beyond a group's retention, and streams of which none is younger.
fn expire(tx: &mut Tx<'_>, group: &str, days: i64) -> Result<u64, StoreError> {
    let oldest = tx.ctx().now.saturating_sub(days.saturating_mul(DAY_MS));
    let dropped = tx
        .sql()
        .prepare_cached("DELETE FROM log_event WHERE log_group = ? AND at < ?")?
        .execute(rusqlite::params![group, oldest])?;
    for mut stream in tx.children::<LogStream>(group)? {
        let (first, last) = stream.events.unwrap_or((stream.created, stream.created));
        if last.max(stream.created) < oldest {
            tx.delete::<LogStream>(&stream.key())?;
        } else if first < oldest && last >= oldest {
            stream.events = Some((oldest, last));
            tx.put(&stream)?;
        }
    }
    Ok(dropped as u64)
}

/// Drops the events of a group, or of all, that came before the newest that there is room for.
fn shorten(tx: &mut Tx<'_>, group: Option<&str>, room: Room) -> Result<u64, StoreError> {
    let Some(last) = last_beyond(tx, group, room)? else {
        return Ok(0);
    };
    let dropped = tx
        .sql()
        .prepare_cached(
            "DELETE FROM log_event WHERE (?1 IS NULL OR log_group = ?1) AND sequence <= ?2",
        )?
        .execute(rusqlite::params![group, last])?;
    Ok(dropped as u64)
}

/// The newest event that there is no room for.
fn last_beyond(tx: &Tx<'_>, group: Option<&str>, room: Room) -> Result<Option<i64>, StoreError> {
    let sql = "SELECT sequence, octet_length(message) FROM log_event";
    let sql = match group {
        Some(_) => format!("{sql} WHERE log_group = ? ORDER BY sequence DESC"),
        None => format!("{sql} ORDER BY sequence DESC"),
    };
    let mut statement = tx.sql().prepare_cached(&sql)?;
    let mut rows = match group {
        Some(group) => statement.query([group])?,
        None => statement.query([])?,
    };
    let (mut events, mut bytes) = (0_u64, 0_u64);
    while let Some(row) = rows.next()? {
        let length: i64 = row.get(1)?;
        events += 1;
        bytes = bytes.saturating_add(length.unsigned_abs());
        if events > room.events || bytes > room.bytes {
            return Ok(Some(row.get(0)?));
        }
    }
    Ok(None)
}

#[cfg(test)]
mod tests {
    use super::super::{append, create_group};
    use super::*;
    use crate::simulation::bed::{Bed, EPOCH};

    const WIDE: Limits = Limits {
        group: Room {
            events: 100,
            bytes: 1_000,
        },
        total: Room {
            events: 100,
            bytes: 1_000,
        },
    };

    fn write(bed: &mut Bed, stream: (&str, &str), moments: std::ops::Range<i64>) {
        let events: Vec<(i64, String)> = moments
            .map(|at| (EPOCH + at * DAY_MS, format!("line {at}")))
            .collect();
        let written = bed.transact(|tx| append(tx, stream.0, stream.1, &events));
        written.unwrap();
    }

    fn left(bed: &Bed, group: &str) -> Vec<String> {
        let snapshot = bed.store.snapshot();
        let mut statement = snapshot
            .sql()
            .prepare("SELECT message FROM log_event WHERE log_group = ? ORDER BY sequence")
            .unwrap();
        let found = statement.query_map([group], |row| row.get(0)).unwrap();
        found.map(Result::unwrap).collect()
    }

    fn enforced(bed: &mut Bed, limits: Limits) -> u64 {
        bed.transact(|tx| Ok(enforce(tx, limits)?)).unwrap()
    }

    #[test]
    fn a_group_keeps_what_its_retention_says() {
        let mut bed = Bed::new();
        let made = bed.transact(|tx| {
            let mut group = create_group(tx, "short", std::collections::BTreeMap::new())?;
            group.retention_days = Some(3);
            Ok(tx.put(&group)?)
        });
        made.unwrap();
        write(&mut bed, ("short", "old"), 0..2);
        write(&mut bed, ("short", "long"), 0..6);
        write(&mut bed, ("for ever", "old"), 0..2);
        bed.clock.advance_to(EPOCH + 5 * DAY_MS);
        assert_eq!(enforced(&mut bed, WIDE), 4);
        assert_eq!(
            left(&bed, "short"),
            ["line 2", "line 3", "line 4", "line 5"]
        );
        assert_eq!(left(&bed, "for ever").len(), 2);
        let streams = bed.store.snapshot().children::<LogStream>("short").unwrap();
        assert_eq!(streams.len(), 1);
        let kept = (EPOCH + 2 * DAY_MS, EPOCH + 5 * DAY_MS);
        assert_eq!(
            (streams[0].name.as_str(), streams[0].events),
            ("long", Some(kept))
        );
        assert_eq!(enforced(&mut bed, WIDE), 0);
    }

    #[test]
    fn the_oldest_go_where_a_group_or_all_are_full() {
        let mut bed = Bed::new();
        write(&mut bed, ("a", "s"), 0..5);
        write(&mut bed, ("b", "s"), 0..5);
        assert_eq!(enforced(&mut bed, WIDE), 0);
        let few = Limits {
            group: Room {
                events: 4,
                ..WIDE.group
            },
            ..WIDE
        };
        assert_eq!(enforced(&mut bed, few), 2);
        assert_eq!(left(&bed, "a"), ["line 1", "line 2", "line 3", "line 4"]);
        // Six bytes a line: three fit into 20.
        let small = Limits {
            group: Room {
                bytes: 20,
                ..WIDE.group
            },
            ..WIDE
        };
        assert_eq!(enforced(&mut bed, small), 2);
        assert_eq!(left(&bed, "b"), ["line 2", "line 3", "line 4"]);
        let total = Limits {
            total: Room {
                events: 4,
                ..WIDE.total
            },
            ..WIDE
        };
        assert_eq!(enforced(&mut bed, total), 2);
        assert_eq!((left(&bed, "a").len(), left(&bed, "b").len()), (1, 3));
    }
}
