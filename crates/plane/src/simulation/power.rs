//! Power cuts: what a commit flushed is there when only that is left, and half of a later commit is as good as none.

use std::fs;
use std::path::Path;
use std::sync::Arc;

use serde_json::json;

use super::bed::{Bed, EPOCH, database, dump, open};
use crate::ManualClock;

/// The database and its log, cut to a length.
fn cut(from: &Path, to: &Path, length: u64) {
    fs::copy(database(from), database(to)).unwrap();
    let log = |folder: &Path| folder.join("plane.db-wal");
    let bytes = fs::read(log(from)).unwrap();
    fs::write(log(to), &bytes[..length as usize]).unwrap();
}

fn length(folder: &Path) -> u64 {
    fs::metadata(folder.join("plane.db-wal")).unwrap().len()
}

fn reopened(folder: &Path) -> Vec<String> {
    let clock = Arc::new(ManualClock::at(EPOCH));
    dump(&open(&database(folder), &clock, 7)).unwrap()
}

#[test]
fn every_commit_is_whole_in_what_it_flushed() {
    let mut bed = Bed::new();
    let synchronous: i64 = bed
        .store
        .snapshot()
        .sql()
        .pragma_query_value(None, "synchronous", |row| row.get(0))
        .unwrap();
    assert_eq!(synchronous, 2, "each commit is flushed");
    let chain = json!({"StartAt": "A", "States": {
        "A": {"Type": "Pass", "Next": "B"},
        "B": {"Type": "Wait", "Seconds": 5, "Next": "C"},
        "C": {"Type": "Succeed"},
    }});
    let machine = bed.machine("m", &chain);
    let mut commits = vec![(length(bed.folder()), bed.dump())];
    for place in 0..12 {
        if place % 3 == 2 {
            assert!(bed.sleep() && bed.fire_due());
        } else {
            bed.start(&machine, &format!("r{place}"), &json!({"place": place}));
        }
        commits.push((length(bed.folder()), bed.dump()));
    }
    for (place, (flushed, expected)) in commits.iter().enumerate() {
        let copy = tempfile::tempdir().unwrap();
        cut(bed.folder(), copy.path(), *flushed);
        assert_eq!(&reopened(copy.path()), expected, "commit {place}");
        // Half of what came after was never acknowledged: nothing of it may show.
        if let Some((next, _)) = commits.get(place + 1) {
            for half in [flushed + 1, flushed.midpoint(*next), next - 1] {
                let copy = tempfile::tempdir().unwrap();
                cut(bed.folder(), copy.path(), half);
                assert_eq!(
                    &reopened(copy.path()),
                    expected,
                    "commit {place} and {half} bytes"
                );
            }
        }
    }
}
