//! Runs under known traces.

use proptest::prelude::*;

use super::*;
use crate::random::Stream;
use crate::spot::{Greedy, Means, OnDemand, SpotOnly, UniformProgress};

fn span(text: &str) -> Span {
    text.parse().unwrap()
}

/// A tick of ten minutes: `#` there, `.` gone.
fn trace(text: &str) -> Availability {
    let available = text.bytes().map(|byte| byte == b'#').collect();
    Availability::new(span("10 min"), available).unwrap()
}

fn job(work: &str, deadline: &str, delay: &str) -> Job {
    Job {
        work: span(work),
        deadline: span(deadline),
        delay: span(delay),
        saves: None,
    }
}

#[test]
fn on_demand_takes_its_work_and_one_start() {
    let taken = run(&job("48 h", "60 h", "12 min"), &trace("#"), &mut OnDemand).unwrap();
    assert_eq!(taken.on_demand, span("2892 min"));
    assert_eq!(taken.useful_on_demand, span("48 h"));
    assert_eq!(
        (taken.starts, taken.spot, taken.in_time),
        (1, Span::ZERO, true)
    );
    assert_eq!(taken.finished, Some(span("2892 min")));
}

#[test]
fn greedy_waits_until_the_safety_net_and_stays_on_demand() {
    // One hour of work in three, five minutes a start, no capacity: with two starts 70 min are 7 ticks, so at the
    // tick with 7 left, 110 min after the beginning.
    let dark = trace("..................");
    let taken = run(&job("60 min", "3 h", "5 min"), &dark, &mut Greedy).unwrap();
    assert_eq!(taken.finished, Some(span("175 min")));
    assert_eq!((taken.on_demand, taken.in_time), (span("65 min"), true));
    // Capacity that comes afterwards is not taken.
    let late = trace("............######");
    let taken = run(&job("60 min", "3 h", "5 min"), &late, &mut Greedy).unwrap();
    assert_eq!((taken.on_demand, taken.spot), (span("65 min"), Span::ZERO));
}

#[test]
fn a_lost_instance_is_started_again_and_its_delay_is_paid() {
    let taken = run(
        &job("60 min", "10 h", "5 min"),
        &trace("##..######"),
        &mut Greedy,
    )
    .unwrap();
    assert_eq!((taken.starts, taken.interruptions), (2, 1));
    assert_eq!(
        (taken.spot, taken.useful_spot),
        (span("70 min"), span("60 min"))
    );
    assert_eq!(taken.finished, Some(span("90 min")));
    let cost = taken.cost("3 USD/h".parse().unwrap(), "0.6 USD/h".parse().unwrap());
    assert_eq!(cost.unwrap().to_string(), "0.7 USD");
    assert_eq!(taken.paid(), span("70 min"));
}

#[test]
fn uniform_progress_goes_on_demand_when_behind_and_back_when_two_starts_ahead() {
    // Half of the time is work: after the first tick without capacity it is behind.
    let sparse = trace("..............................######");
    let taken = run(&job("3 h", "6 h", "5 min"), &sparse, &mut UniformProgress).unwrap();
    assert!(taken.in_time);
    assert_eq!((taken.starts, taken.spot), (1, Span::ZERO));
    // Capacity from the third tick on: on demand until cp >= ep + 5 min, then spot.
    let mut text = "..".to_owned();
    text.push_str(&"#".repeat(34));
    let taken = run(
        &job("3 h", "6 h", "5 min"),
        &trace(&text),
        &mut UniformProgress,
    )
    .unwrap();
    assert_eq!(taken.starts, 2);
    assert_eq!(taken.on_demand, span("30 min"));
    assert_eq!(taken.finished, Some(span("200 min")));
}

#[test]
fn the_last_start_is_on_demand_and_in_time() {
    let all = trace(&"#".repeat(12));
    let taken = run(&job("60 min", "90 min", "10 min"), &all, &mut Greedy).unwrap();
    assert_eq!((taken.spot, taken.on_demand), (span("70 min"), Span::ZERO));
    // Lost after half an hour: 40 min of work and two starts are the six ticks that are left.
    let part = trace("###.#####");
    let taken = run(&job("60 min", "90 min", "10 min"), &part, &mut Greedy).unwrap();
    assert_eq!(
        (taken.spot, taken.on_demand),
        (span("30 min"), span("50 min"))
    );
    assert_eq!(
        (taken.finished, taken.in_time),
        (Some(span("80 min")), true)
    );
}

#[test]
fn in_the_last_window_only_a_spot_instance_that_works_and_saves_is_kept() {
    let seen = Seen {
        elapsed: span("20 min"),
        time_left: span("70 min"),
        work_left: span("60 min"),
        current: Capacity::Spot,
        start_left: Span::ZERO,
        spot: true,
        loses_work: false,
        gap: span("10 min"),
        work: span("80 min"),
        deadline: span("90 min"),
        delay: span("10 min"),
    };
    let starting = Seen {
        start_left: span("1 s"),
        ..seen
    };
    let losing = Seen {
        loses_work: true,
        ..seen
    };
    let idle = Seen {
        current: Capacity::Idle,
        ..seen
    };
    let early = |time_left| Seen {
        time_left: span(time_left),
        ..seen
    };
    let cases = [
        (seen, Some(Capacity::Spot)),
        (starting, Some(Capacity::OnDemand)),
        (losing, Some(Capacity::OnDemand)),
        (idle, Some(Capacity::OnDemand)),
        (early("80 min"), None),
        (
            Seen {
                current: Capacity::Idle,
                ..early("80 min")
            },
            Some(Capacity::OnDemand),
        ),
        (
            Seen {
                current: Capacity::Idle,
                ..early("90 min")
            },
            None,
        ),
        (early("0 s"), Some(Capacity::Spot)),
    ];
    for (seen, expected) in cases {
        assert_eq!(seen.safety_net(), expected, "{seen:?}");
    }
}

#[test]
fn what_was_not_saved_is_done_again() {
    // Cycles of 20 min work and 5 min writing: 50 min are two cycles, of the third 10 min are lost.
    let job = Job {
        saves: Some(Saves {
            interval: span("20 min"),
            write: span("5 min"),
        }),
        ..job("60 min", "10 h", "0 s")
    };
    let taken = run(&job, &trace("######.######"), &mut SpotOnly).unwrap();
    assert_eq!(taken.lost, span("10 min"));
    // 60 min and three writes, and 10 min twice.
    assert_eq!(taken.spot, span("85 min"));
    assert_eq!(taken.useful_spot, span("75 min"));
}

#[test]
fn spot_alone_may_never_finish() {
    let taken = run(
        &job("60 min", "3 h", "5 min"),
        &trace("##...."),
        &mut SpotOnly,
    )
    .unwrap();
    assert_eq!((taken.finished, taken.in_time), (None, false));
    assert_eq!(taken.spot, span("20 min"));
}

#[test]
fn jobs_without_work_deadline_or_interval_are_refused() {
    let saves = Some(Saves {
        interval: Span::ZERO,
        write: Span::ZERO,
    });
    let bad = [
        job("0 s", "1 h", "0 s"),
        job("1 h", "0 s", "0 s"),
        Job {
            saves,
            ..job("1 h", "2 h", "0 s")
        },
    ];
    for job in bad {
        let error = run(&job, &trace("#"), &mut Greedy).unwrap_err();
        assert_eq!(error.code(), "P0755");
    }
    assert!(Availability::new(Span::ZERO, vec![true]).is_err());
    assert!(Availability::new(span("1 s"), Vec::new()).is_err());
}

#[test]
fn drawn_capacity_has_its_means() {
    let means = Means {
        up: span("3 h"),
        down: span("1 h"),
    };
    let drawn = Availability::drawn(span("1 min"), span("5000 h"), means, &mut Stream::new(1, 1));
    let drawn = drawn.unwrap();
    assert!((drawn.share() - 0.75).abs() < 0.03, "{}", drawn.share());
    assert_eq!(drawn.duration(), span("5000 h"));
    let counts = Availability::from_counts(span("1 s"), &[0, 3, 4], 4).unwrap();
    assert_eq!(
        [0, 1, 2, 3].map(|tick| counts.at(tick)),
        [false, false, true, false]
    );
    assert_eq!(counts.part(1, 9).unwrap().ticks(), 2);
}

proptest! {
    #[test]
    fn no_deadline_is_missed_and_nothing_is_done_twice_or_left(
        seed in any::<u64>(),
        up in 5_u64..600,
        down in 5_u64..600,
        work in 60_u64..3_000,
        slack in 41_u64..1_000,
        delay in 0_u64..20,
        saves in any::<bool>(),
    ) {
        let minutes = |count: u64| Span::from_seconds(count * 60).unwrap();
        let means = Means { up: minutes(up), down: minutes(down) };
        let saves = saves.then(|| Saves { interval: minutes(30), write: minutes(1) });
        let writes = if saves.is_some() { work / 30 } else { 0 };
        let job = Job {
            work: minutes(work),
            // Room for a start and for what rounding to ticks takes.
            deadline: minutes(work + writes + delay + slack),
            delay: minutes(delay),
            saves,
        };
        let stream = &mut Stream::new(seed, 0);
        let trace = Availability::drawn(minutes(10), job.deadline, means, stream).unwrap();
        for policy in [&mut Greedy as &mut dyn DeadlinePolicy, &mut UniformProgress, &mut OnDemand] {
            let taken = run(&job, &trace, policy).unwrap();
            prop_assert!(taken.in_time, "{} {taken:?}", policy.name());
            let useful = taken.useful_on_demand.nanos() + taken.useful_spot.nanos();
            prop_assert_eq!(useful, minutes(work + writes).nanos());
            let delays = u64::from(taken.starts) * job.delay.nanos();
            prop_assert!(taken.paid().nanos() <= useful + delays + taken.lost.nanos());
        }
    }
}
