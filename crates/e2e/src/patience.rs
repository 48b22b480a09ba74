//! Waiting for a condition with a deadline: the one place that sleeps.

use std::time::{Duration, Instant};

/// Pause between two looks.
const PAUSE: Duration = Duration::from_millis(5);

/// Looks until something is there, or the time is over.
pub fn eventually<T>(limit: Duration, mut look: impl FnMut() -> Option<T>) -> Option<T> {
    let deadline = Instant::now() + limit;
    loop {
        if let Some(found) = look() {
            return Some(found);
        }
        if Instant::now() >= deadline {
            return None;
        }
        pause();
    }
}

/// Waits for a condition.
///
/// # Panics
/// When the condition does not hold in time; `what` says which.
pub fn until(what: &str, limit: Duration, mut holds: impl FnMut() -> bool) {
    let held = eventually(limit, || holds().then_some(()));
    assert!(held.is_some(), "{what}: not within {limit:?}");
}

#[expect(
    clippy::disallowed_methods,
    reason = "another process cannot wake this one"
)]
fn pause() {
    std::thread::sleep(PAUSE);
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_first_find_ends_the_wait() {
        let mut looks = 0;
        let found = eventually(Duration::from_secs(5), || {
            looks += 1;
            (looks == 3).then_some(looks)
        });
        assert_eq!(found, Some(3));
    }

    #[test]
    #[should_panic(expected = "the door opens: not within 10ms")]
    fn a_condition_that_never_holds_is_named() {
        until("the door opens", Duration::from_millis(10), || false);
    }
}
