//! Commands, effects, timers and groups of the store.

use std::sync::{Arc, Mutex};

use serde::{Deserialize, Serialize};

use super::*;
use crate::{Fault, ManualClock};

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
struct Thing {
    name: String,
    owner: String,
    status: String,
    created: i64,
}

impl Record for Thing {
    const KIND: &'static str = "test.thing";
    fn key(&self) -> String {
        self.name.clone()
    }
    fn created(&self) -> i64 {
        self.created
    }
    fn status(&self) -> &str {
        &self.status
    }
    fn parent(&self) -> &str {
        &self.owner
    }
}

fn thing(name: &str, owner: &str, status: &str, created: i64) -> Thing {
    Thing {
        name: name.into(),
        owner: owner.into(),
        status: status.into(),
        created,
    }
}

fn stop(name: &str) -> Effect {
    Effect::StopEndpoint { name: name.into() }
}

struct Bed {
    folder: tempfile::TempDir,
    clock: Arc<ManualClock>,
}

impl Bed {
    fn new() -> Self {
        Self {
            folder: tempfile::tempdir().unwrap(),
            clock: Arc::new(ManualClock::at(1_000)),
        }
    }
    fn store(&self) -> Store {
        Store::open(
            &self.folder.path().join("plane.db"),
            self.clock.clone(),
            "us-east-1",
            7,
        )
        .unwrap()
    }
}

#[test]
fn what_is_committed_survives_and_what_failed_leaves_nothing() {
    let bed = Bed::new();
    let mut store = bed.store();
    store
        .transact("me", |tx| -> Result<(), Fault> {
            Ok(tx.put(&thing("a", "", "New", 1))?)
        })
        .unwrap();
    let refused = store.transact("me", |tx| -> Result<(), Fault> {
        tx.put(&thing("b", "", "New", 1))?;
        tx.emit(stop("b"))?;
        Err(Fault::validation("no"))
    });
    assert_eq!(refused.unwrap_err(), Fault::validation("no"));
    drop(store);
    let store = bed.store();
    assert_eq!(
        store.snapshot().get::<Thing>("a").unwrap(),
        Some(thing("a", "", "New", 1))
    );
    assert_eq!(store.snapshot().get::<Thing>("b").unwrap(), None);
    assert_eq!(store.snapshot().effects().unwrap(), vec![]);
}

#[test]
fn an_attempt_that_fails_is_undone_while_the_rest_stays() {
    let mut store = Bed::new().store();
    let ((), emitted) = store
        .transact("me", |tx| -> Result<(), Fault> {
            tx.emit(stop("a"))?;
            let inner: Result<(), Fault> = tx.attempt(|tx| {
                tx.put(&thing("x", "", "", 1))?;
                tx.emit(stop("b"))?;
                Err(Fault::validation("inner"))
            });
            assert_eq!(inner.unwrap_err().message, "inner");
            assert_eq!(tx.get::<Thing>("x")?, None);
            Ok(())
        })
        .unwrap();
    assert_eq!(
        emitted
            .iter()
            .map(|row| row.key.as_str())
            .collect::<Vec<_>>(),
        ["stop/endpoint/a"]
    );
}

#[test]
fn an_effect_is_asked_once_settled_once_and_may_be_asked_again() {
    let mut store = Bed::new().store();
    let emit = |store: &mut Store| {
        store
            .transact("me", |tx| tx.emit(stop("a")))
            .map(|((), emitted)| emitted.len())
            .unwrap()
    };
    assert_eq!((emit(&mut store), emit(&mut store)), (1, 0));
    let settle = |store: &mut Store| {
        store
            .transact("me", |tx| tx.settle("stop/endpoint/a"))
            .map(|(settled, _)| settled)
            .unwrap()
    };
    assert_eq!((settle(&mut store), settle(&mut store)), (true, false));
    assert_eq!(emit(&mut store), 1);
}

#[test]
#[expect(
    clippy::redundant_closure_for_method_calls,
    reason = "the method alone has one lifetime too few"
)]
fn timers_fire_in_order_of_time_once() {
    let bed = Bed::new();
    let mut store = bed.store();
    let timer = |name: &str| Timer::Execution {
        execution: "e".into(),
        timer: name.into(),
    };
    store
        .transact("me", |tx| -> Result<(), StoreError> {
            tx.set_timer(&timer("late"), 3_000)?;
            tx.set_timer(&timer("early"), 2_000)?;
            tx.set_timer(&timer("moved"), 2_500)?;
            tx.set_timer(&timer("moved"), 9_000)?;
            tx.set_timer(&timer("gone"), 1_500)?;
            tx.cancel_timer(&timer("gone"))
        })
        .unwrap();
    assert_eq!(store.snapshot().next_due().unwrap(), Some(2_000));
    let mut take = || {
        store
            .transact("timers", |tx| tx.take_due_timer())
            .unwrap()
            .0
            .map(|row| row.timer)
    };
    assert_eq!(take(), None);
    bed.clock.advance_to(3_000);
    assert_eq!(
        [take(), take(), take()],
        [Some(timer("early")), Some(timer("late")), None]
    );
}

#[test]
fn lists_filter_sort_and_page() {
    let mut store = Bed::new().store();
    let rows = [
        ("a", "p", "Done", 3),
        ("b", "p", "New", 2),
        ("ab", "q", "New", 1),
        ("c", "p", "New", 4),
    ];
    store
        .transact("me", |tx| -> Result<(), StoreError> {
            rows.iter().try_for_each(|(name, owner, status, created)| {
                tx.put(&thing(name, owner, status, *created))
            })
        })
        .unwrap();
    let names = |query: Query| {
        let page = store.snapshot().list::<Thing>(&query).unwrap();
        (
            page.rows.into_iter().map(|t| t.name).collect::<Vec<_>>(),
            page.token,
        )
    };
    let query = Query::default;
    assert_eq!(names(query()).0, ["ab", "b", "a", "c"]);
    assert_eq!(
        names(Query {
            sort: Sort::Key,
            descending: true,
            ..query()
        })
        .0,
        ["c", "b", "ab", "a"]
    );
    assert_eq!(
        names(Query {
            parent: Some("p".into()),
            status: Some("New".into()),
            ..query()
        })
        .0,
        ["b", "c"]
    );
    assert_eq!(
        names(Query {
            key_contains: Some("b".into()),
            ..query()
        })
        .0,
        ["ab", "b"]
    );
    assert_eq!(
        names(Query {
            created: (Some(2), Some(4)),
            ..query()
        })
        .0,
        ["b", "a"]
    );
    let (first, token) = names(query().page(None, Some(3)));
    assert_eq!((first.len(), token.as_deref()), (3, Some("3")));
    assert_eq!(
        names(query().page(token.as_deref(), Some(3))),
        (vec!["c".to_owned()], None)
    );
    assert_eq!(store.snapshot().children::<Thing>("p").unwrap().len(), 3);
}

#[test]
fn ids_continue_after_a_restart_and_repeat_with_the_seed() {
    let draw = |store: &mut Store| {
        store
            .transact("me", |tx| Ok::<_, StoreError>(tx.uuid()))
            .unwrap()
            .0
    };
    let bed = Bed::new();
    let (first, second) = (draw(&mut bed.store()), draw(&mut bed.store()));
    assert_ne!(first, second);
    let other = Bed::new();
    let mut store = other.store();
    assert_eq!((draw(&mut store), draw(&mut store)), (first, second));
}

#[tokio::test]
async fn the_writer_answers_after_the_commit_and_releases_effects() {
    let bed = Bed::new();
    let released = Arc::new(Mutex::new(Vec::new()));
    let sink = released.clone();
    let writer = Writer::start(bed.store(), move |rows| {
        sink.lock().unwrap().extend(rows.into_iter().map(|r| r.key));
    })
    .unwrap();
    let mut tasks = Vec::new();
    for n in 0..50 {
        let writer = writer.clone();
        tasks.push(tokio::spawn(async move {
            writer
                .run("me", move |tx| -> Result<(), Fault> {
                    tx.put(&thing(&format!("t{n}"), "", "", n))?;
                    tx.emit(stop(&n.to_string()))?;
                    if n % 10 == 0 {
                        Err(Fault::validation("tenth"))
                    } else {
                        Ok(())
                    }
                })
                .await
        }));
    }
    let mut refused = 0;
    for task in tasks {
        refused += usize::from(task.await.unwrap().is_err());
    }
    assert_eq!(refused, 5);
    let readers = Readers::open(&bed.folder.path().join("plane.db")).unwrap();
    let page = readers
        .read(|s| s.list::<Thing>(&Query::default()))
        .unwrap();
    assert_eq!(page.rows.len(), 45);
    // The release follows the answers; a last command comes after every release.
    writer.run("me", |_| Ok::<(), Fault>(())).await.unwrap();
    assert_eq!(released.lock().unwrap().len(), 45);
}

#[test]
fn a_panic_undoes_its_attempt_and_nothing_else() {
    let bed = Bed::new();
    let mut store = bed.store();
    let (inner, _) = store
        .transact("me", |tx| {
            tx.put(&thing("kept", "", "", 1))?;
            let inner: Result<(), StoreError> = tx.attempt(|tx| {
                tx.put(&thing("outer", "", "", 2))?;
                tx.attempt::<(), StoreError>(|tx| {
                    tx.put(&thing("inner", "", "", 3))?;
                    tx.emit(stop("inner"))?;
                    panic!("slipped on {}", 7)
                })
            });
            Ok::<_, StoreError>(inner)
        })
        .unwrap();
    assert!(matches!(inner, Err(StoreError::Panicked { message }) if message == "slipped on 7"));
    let names: Vec<String> = store
        .snapshot()
        .list::<Thing>(&Query::default())
        .unwrap()
        .rows
        .into_iter()
        .map(|thing| thing.name)
        .collect();
    assert_eq!(names, ["kept"]);
    assert_eq!(store.snapshot().effects().unwrap(), []);
}

#[test]
fn the_second_owner_is_told_who_holds_the_state() {
    let folder = tempfile::tempdir().unwrap();
    let lock = StateLock::acquire(folder.path()).unwrap();
    let owner = Owner {
        pid: 42,
        started: 1,
        url: Some("http://127.0.0.1:1".into()),
        version: "1".into(),
    };
    lock.publish(&owner).unwrap();
    let second = StateLock::acquire(folder.path());
    assert!(matches!(second, Err(StoreError::Held { pid: 42, .. })));
    assert_eq!(StateLock::owner(folder.path()), Some(owner));
    drop(lock);
    assert_eq!(StateLock::owner(folder.path()), None);
    StateLock::acquire(folder.path()).unwrap();
}
