//! When the shim has to do what: pure times since the program was started.

use std::time::Duration;

/// The first sample; each later one at twice its time, until they are a second apart.
const FIRST_SAMPLE: Duration = Duration::from_millis(50);
const SAMPLE_EVERY: Duration = Duration::from_secs(1);
/// How often a limit is looked at that the kernel does not keep.
const WATCH_EVERY: Duration = Duration::from_millis(50);
/// How long the init process may take to end everything.
const FORCE_AFTER: Duration = Duration::from_secs(2);
/// Looking at the disk takes at most one part in this many of the time.
const DISK_SHARE: u32 = 20;

/// The times of a job.
#[derive(Debug)]
pub(super) struct Schedule {
    sample: Duration,
    watch: Option<Duration>,
    disk: Option<Duration>,
    stop: Option<Duration>,
    kill: Option<Duration>,
    force: Option<Duration>,
}

/// What is due.
#[expect(
    clippy::struct_excessive_bools,
    reason = "any of them may be due at once"
)]
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(super) struct Due {
    pub sample: bool,
    pub watch: bool,
    pub disk: bool,
    /// The job has reached its maximum runtime.
    pub stop: bool,
    /// The grace is over.
    pub kill: bool,
    /// The init process should have ended everything by now.
    pub force: bool,
}

impl Schedule {
    pub(super) fn new(watches: bool, has_disk_limit: bool, max_runtime: Option<Duration>) -> Self {
        Self {
            sample: FIRST_SAMPLE,
            watch: watches.then_some(WATCH_EVERY),
            disk: has_disk_limit.then_some(FIRST_SAMPLE),
            stop: max_runtime,
            kill: None,
            force: None,
        }
    }

    /// The next time at which something is due.
    pub(super) fn next(&self) -> Duration {
        [self.watch, self.disk, self.stop, self.kill, self.force]
            .into_iter()
            .flatten()
            .fold(self.sample, Duration::min)
    }

    /// Takes what is due, and plans its next time.
    pub(super) fn take(&mut self, now: Duration) -> Due {
        let passed = |time: Option<Duration>| time.is_some_and(|time| time <= now);
        let due = Due {
            sample: self.sample <= now,
            watch: passed(self.watch),
            disk: passed(self.disk),
            stop: passed(self.stop),
            kill: passed(self.kill),
            force: passed(self.force),
        };
        if due.sample {
            self.sample = now + now.clamp(FIRST_SAMPLE, SAMPLE_EVERY);
        }
        if due.watch {
            self.watch = Some(now + WATCH_EVERY);
        }
        if due.stop {
            self.stop = None;
        }
        if due.kill {
            self.kill = None;
        }
        if due.force {
            self.force = Some(now + FORCE_AFTER);
        }
        due
    }

    /// The disk was looked at until `now`, which took so long.
    pub(super) fn disk_seen(&mut self, now: Duration, took: Duration) {
        let pause = (took * DISK_SHARE).max(now.clamp(FIRST_SAMPLE, SAMPLE_EVERY));
        self.disk = Some(now + pause);
    }

    /// The job is being killed: watching it is over, and the kill has its own end.
    pub(super) fn killing(&mut self, now: Duration) {
        (self.watch, self.disk, self.stop, self.kill) = (None, None, None, None);
        self.force.get_or_insert(now + FORCE_AFTER);
    }

    /// The job was told to stop: there is a grace, and no second reason.
    pub(super) fn stopping(&mut self, now: Duration, grace: Duration) {
        self.stop = None;
        self.kill = Some(now.saturating_add(grace));
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const fn ms(millis: u64) -> Duration {
        Duration::from_millis(millis)
    }

    /// Lets time jump from due to due; what was due when.
    fn play(schedule: &mut Schedule, until: Duration) -> Vec<(u128, Due)> {
        let mut played = Vec::new();
        while schedule.next() <= until {
            let now = schedule.next();
            played.push((now.as_millis(), schedule.take(now)));
        }
        played
    }

    #[test]
    fn samples_are_dense_at_first_and_a_second_apart_later() {
        let mut schedule = Schedule::new(false, false, None);
        let times: Vec<u128> = play(&mut schedule, ms(5000))
            .into_iter()
            .map(|(at, _)| at)
            .collect();
        assert_eq!(times, [50, 100, 200, 400, 800, 1600, 2600, 3600, 4600]);
    }

    #[test]
    fn a_late_sample_does_not_bring_a_burst() {
        let mut schedule = Schedule::new(false, false, None);
        assert!(schedule.take(ms(10_000)).sample);
        assert_eq!(schedule.next(), ms(11_000));
    }

    #[test]
    fn watching_is_dense_all_the_time() {
        let mut schedule = Schedule::new(true, false, None);
        let watched = play(&mut schedule, ms(1000))
            .into_iter()
            .filter(|(_, due)| due.watch)
            .count();
        assert_eq!(watched, 20);
    }

    #[test]
    fn the_maximum_runtime_comes_once_and_the_grace_follows() {
        let mut schedule = Schedule::new(false, false, Some(ms(70)));
        assert_eq!(
            schedule.take(ms(69)),
            Due {
                sample: true,
                ..Due::default()
            }
        );
        assert_eq!(schedule.next(), ms(70));
        assert!(schedule.take(ms(70)).stop);
        schedule.stopping(ms(70), ms(5));
        assert_eq!(schedule.next(), ms(75));
        assert_eq!(
            schedule.take(ms(75)),
            Due {
                kill: true,
                ..Due::default()
            }
        );
        assert!(!schedule.take(ms(90)).kill && !schedule.take(ms(95)).stop);
    }

    #[test]
    fn stopping_before_the_maximum_runtime_forgets_it() {
        let mut schedule = Schedule::new(false, false, Some(ms(70)));
        schedule.stopping(ms(10), Duration::MAX);
        assert!(
            play(&mut schedule, ms(10_000))
                .iter()
                .all(|(_, due)| !due.stop && !due.kill)
        );
    }

    #[test]
    fn a_disk_that_is_slow_to_look_at_is_looked_at_less() {
        let mut schedule = Schedule::new(false, true, None);
        assert!(schedule.take(ms(50)).disk);
        schedule.disk_seen(ms(60), ms(1));
        assert_eq!(schedule.disk, Some(ms(120)));
        schedule.disk_seen(ms(2000), ms(1));
        assert_eq!(schedule.disk, Some(ms(3000)));
        schedule.disk_seen(ms(3000), ms(500));
        assert_eq!(schedule.disk, Some(ms(13_000)));
    }

    #[test]
    fn a_kill_that_does_not_come_through_is_repeated_and_all_else_is_over() {
        let mut schedule = Schedule::new(true, true, Some(ms(70)));
        schedule.stopping(ms(10), ms(5));
        schedule.killing(ms(20));
        schedule.killing(ms(30));
        let forced: Vec<(u128, Due)> = play(&mut schedule, ms(4500))
            .into_iter()
            .filter(|(_, due)| !due.sample)
            .collect();
        let due = Due {
            force: true,
            ..Due::default()
        };
        assert_eq!(forced, [(2020, due), (4020, due)]);
    }
}
