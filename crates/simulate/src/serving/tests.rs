//! Endpoints beside the closed forms of queueing theory, and the life of replicas.

use proptest::prelude::*;
use units::Span;

use super::*;
use crate::queueing::{erlang_c, mg1_wait, mmc_wait, mmc_wait_quantile};
use crate::scaling::{Fixed, HorizontalPodAutoscaler, Observation, ScalingPolicy};
use crate::service::ServiceTimes;
use crate::trace::{Request, Trace};

fn span(text: &str) -> Span {
    text.parse().unwrap()
}

fn serving(service: ServiceTimes, slots: u32) -> Serving {
    Serving::new(service, slots, span("60 s"), span("1 s"))
}

fn run(serving: &Serving, trace: &Trace, policy: &mut dyn ScalingPolicy, seed: u64) -> Outcome {
    let simulation = Simulation {
        serving,
        trace,
        traffic: 1.0,
    };
    simulation.run(policy, seed).unwrap()
}

/// Mean over 20 seeds, and its standard error.
fn over_seeds(of: impl Fn(u64) -> f64) -> (f64, f64) {
    let values: Vec<f64> = (0..20).map(of).collect();
    let mean = values.iter().sum::<f64>() / 20.0;
    let square = values
        .iter()
        .map(|value| (value - mean).powi(2))
        .sum::<f64>()
        / 19.0;
    (mean, (square / 20.0).sqrt())
}

#[test]
fn waits_are_those_of_erlang_and_pollaczek() {
    let one = span("100 ms");
    // Rate, slots, service times, mean wait of theory in seconds.
    let cases = [
        (
            "5 /s",
            1,
            ServiceTimes::Exponential(one),
            mmc_wait(1, 0.5, 0.1),
        ),
        (
            "8 /s",
            1,
            ServiceTimes::Exponential(one),
            mmc_wait(1, 0.8, 0.1),
        ),
        (
            "35 /s",
            4,
            ServiceTimes::Exponential(one),
            mmc_wait(4, 3.5, 0.1),
        ),
        (
            "180 /s",
            20,
            ServiceTimes::Exponential(one),
            mmc_wait(20, 18.0, 0.1),
        ),
        (
            "5 /s",
            1,
            ServiceTimes::Constant(one),
            mg1_wait(0.5, 0.1, 0.0),
        ),
        (
            "8 /s",
            1,
            ServiceTimes::Constant(one),
            mg1_wait(0.8, 0.1, 0.0),
        ),
    ];
    for (rate, slots, times, expected) in cases {
        let mut serving = serving(times.clone(), slots);
        serving.warm_up = span("2 min");
        let trace = Trace::constant(rate.parse().unwrap(), span("1 h")).unwrap();
        let found = |seed| {
            run(&serving, &trace, &mut Fixed(1), seed)
                .wait
                .mean
                .as_seconds()
        };
        let (mean, error) = over_seeds(found);
        assert!(
            (mean - expected).abs() < 3.5 * error && error < 0.06 * expected,
            "{rate} {slots} {times:?}: {mean} of {expected}, standard error {error}"
        );
    }
}

#[test]
fn the_quantile_of_the_wait_is_that_of_theory() {
    let serving = serving(ServiceTimes::Exponential(span("100 ms")), 4);
    let trace = Trace::constant("35 /s".parse().unwrap(), span("1 h")).unwrap();
    let found = |seed| {
        run(&serving, &trace, &mut Fixed(1), seed)
            .wait
            .p99
            .as_seconds()
    };
    let (p99, error) = over_seeds(found);
    let expected = mmc_wait_quantile(4, 3.5, 0.1, 0.99);
    assert!(
        (p99 - expected).abs() < 3.5 * error,
        "{p99} of {expected}, {error}"
    );
    assert!(
        (erlang_c(4, 3.5) - 0.737_861).abs() < 1e-6,
        "{}",
        erlang_c(4, 3.5)
    );
}

#[test]
fn replicas_of_several_slots_are_one_row_of_slots() {
    let trace = Trace::constant("35 /s".parse().unwrap(), span("10 min")).unwrap();
    let times = ServiceTimes::Exponential(span("100 ms"));
    let one = run(&serving(times.clone(), 4), &trace, &mut Fixed(1), 5);
    let four = run(&serving(times, 1), &trace, &mut Fixed(4), 5);
    assert_eq!((one.latency, one.wait), (four.latency, four.wait));
    assert_eq!(one.paid_on_demand, span("10 min"));
    assert_eq!(four.paid_on_demand, span("40 min"));
    assert!((one.utilization - four.utilization).abs() < 1e-12);
}

#[test]
fn a_full_queue_refuses_and_an_endpoint_without_replicas_never_answers() {
    let trace = Trace::constant("20 /s".parse().unwrap(), span("10 min")).unwrap();
    let mut serving = serving(ServiceTimes::Constant(span("100 ms")), 1);
    serving.queue = 5;
    let full = run(&serving, &trace, &mut Fixed(1), 1);
    assert!((full.refused as f64 / full.requests as f64 - 0.5).abs() < 0.02);
    assert!(full.latency.max <= span("600 ms") && full.latency.max > span("599 ms"));
    assert_eq!(full.violations, full.refused);
    assert!(full.utilization > 0.999, "{}", full.utilization);

    serving.queue = 100_000;
    let none = run(&serving, &trace, &mut Fixed(0), 1);
    assert_eq!(
        (none.unanswered, none.violations),
        (none.requests, none.requests)
    );
    assert_eq!((none.availability, none.answered_share()), (0.0, 0.0));
    assert_eq!((none.utilization, none.mean_replicas), (0.0, 0.0));
}

/// Wants what it is told, minute by minute.
struct Script(Vec<u32>);

impl ScalingPolicy for Script {
    fn name(&self) -> &'static str {
        "script"
    }
    fn initial(&self) -> u32 {
        self.0[0]
    }
    fn interval(&self) -> Span {
        span("1 min")
    }
    fn desired(&mut self, seen: &Observation) -> u32 {
        let minute = (seen.now.whole_seconds() / 60) as usize;
        self.0[minute.min(self.0.len() - 1)]
    }
}

fn requests(seconds: &[(u64, u64)]) -> Trace {
    let at = |&(at, service): &(u64, u64)| Request {
        at: Span::from_seconds(at).unwrap(),
        service: Some(Span::from_seconds(service).unwrap()),
    };
    Trace::from_requests(seconds.iter().map(at).collect()).unwrap()
}

#[test]
fn a_replica_is_paid_from_its_launch_and_serves_after_its_cold_start() {
    let serving = Serving {
        cold_start: span("90 s"),
        ..serving(ServiceTimes::Constant(span("1 s")), 1)
    };
    // One replica is busy for 5 minutes; a second one is asked for at minute 1 and serves at 150 s.
    let trace = requests(&[(0, 300), (10, 10), (20, 10), (600, 1)]);
    let found = run(&serving, &trace, &mut Script(vec![1, 2]), 1);
    assert_eq!(found.wait.max, span("140 s"));
    assert_eq!(found.paid_on_demand, span("1140 s"));
    assert_eq!(
        (found.scale_outs, found.scale_ins, found.max_replicas),
        (1, 0, 2)
    );
    assert!((found.mean_serving - 1_050.0 / 600.0).abs() < 1e-9);
    assert!((found.utilization - 320.0 / 1_140.0).abs() < 1e-9);
}

#[test]
fn a_replica_that_is_taken_away_drains_and_one_that_starts_is_dropped_at_once() {
    let serving = Serving {
        cold_start: span("90 s"),
        ..serving(ServiceTimes::Constant(span("1 s")), 1)
    };
    // Two busy for 200 s; at minute 1 one is wanted: the youngest ends with its request.
    let trace = requests(&[(0, 200), (1, 200), (500, 1)]);
    let found = run(&serving, &trace, &mut Script(vec![2, 1]), 1);
    assert_eq!(found.paid_on_demand, span("701 s"));
    assert_eq!((found.scale_ins, found.unanswered), (1, 0));
    // Three are wanted for a minute: two start and are gone before they serve.
    let found = run(&serving, &trace, &mut Script(vec![1, 3, 1]), 1);
    assert_eq!(found.paid_on_demand, span("620 s"));
    assert!((found.mean_serving - 1.0).abs() < 1e-9);
}

#[test]
fn the_warm_up_counts_in_no_figure() {
    let mut serving = serving(ServiceTimes::Constant(span("1 s")), 1);
    serving.warm_up = span("100 s");
    let trace = requests(&[(0, 50), (10, 1), (100, 2), (200, 1)]);
    let found = run(&serving, &trace, &mut Fixed(1), 1);
    assert_eq!((found.requests, found.latency.max), (2, span("2 s")));
    assert_eq!(
        (found.paid_on_demand, found.mean_busy),
        (span("100 s"), 0.02)
    );
    serving.warm_up = span("200 s");
    let simulation = Simulation {
        serving: &serving,
        trace: &trace,
        traffic: 1.0,
    };
    assert_eq!(
        simulation.run(&mut Fixed(1), 1).unwrap_err().code(),
        "P0755"
    );
}

#[test]
fn interrupted_replicas_are_replaced_at_the_notice_and_lose_their_requests() {
    let trace = Trace::constant("2 /s".parse().unwrap(), span("100 h")).unwrap();
    let spot = |hours: &str, notice: &str, wait: &str, on_demand| SpotReplicas {
        on_demand,
        between_interruptions: span(hours),
        notice: span(notice),
        drain: span("5 s"),
        wait: span(wait),
    };
    let case = |spot| {
        let serving = Serving {
            spot: Some(spot),
            ..serving(ServiceTimes::Constant(span("400 ms")), 2)
        };
        run(&serving, &trace, &mut Fixed(1), 3)
    };
    // One replica with 60 s of cold start, replaced at a notice of 2 minutes: always one serves, unless it was young.
    let told = case(spot("2 h", "2 min", "0 s", 0));
    assert!(
        (told.interruptions as f64 - 50.0).abs() < 22.0,
        "{}",
        told.interruptions
    );
    assert_eq!((told.unanswered, told.paid_on_demand), (0, Span::ZERO));
    // Two minutes twice, once a little over two hours.
    assert!(
        (told.mean_replicas - 1.0 - 120.0 / 7_140.0).abs() < 0.01,
        "{}",
        told.mean_replicas
    );
    assert!(
        told.availability > 0.9995 && told.repeated == 0,
        "{}",
        told.availability
    );
    // Without a notice there is a hole of the cold start for each.
    let untold = case(spot("2 h", "0 s", "0 s", 0));
    assert!(
        (untold.availability - 7_140.0 / 7_200.0).abs() < 0.005,
        "{}",
        untold.availability
    );
    assert!(
        untold.repeated > 0 && untold.availability < told.availability,
        "{untold:?} {told:?}"
    );
    // With an hour until there is capacity again a third is lost.
    let scarce = case(spot("2 h", "0 s", "1 h", 0));
    assert!(
        (scarce.availability - 0.66).abs() < 0.1,
        "{}",
        scarce.availability
    );
    // The first one on demand is never interrupted.
    let floor = case(spot("2 h", "0 s", "1 h", 1));
    assert_eq!((floor.availability, floor.paid_spot), (1.0, Span::ZERO));
}

#[test]
fn one_seed_is_one_outcome_and_repetitions_are_an_interval() {
    let serving = serving(ServiceTimes::Exponential(span("300 ms")), 2);
    let trace = Trace::constant("10 /s".parse().unwrap(), span("20 min")).unwrap();
    let simulation = Simulation {
        serving: &serving,
        trace: &trace,
        traffic: 1.5,
    };
    let policy =
        || -> Box<dyn ScalingPolicy> { Box::new(HorizontalPodAutoscaler::new(1.4, 2, 20)) };
    let found = simulation.repeat(policy, 7, 30).unwrap();
    assert_eq!(found, simulation.repeat(policy, 7, 30).unwrap());
    let p99 = found.interval(|one| one.latency.p99.as_seconds());
    assert!(p99.low < p99.mid && p99.mid < p99.high);
    let within = found.share(|one| one.latency.p99.as_seconds() <= p99.mid);
    assert!((within - 0.5).abs() < 0.05, "{within}");
    assert_eq!(simulation.repeat(policy, 7, 0).unwrap_err().code(), "P0755");
}

#[test]
fn settings_without_meaning_are_refused() {
    let trace = requests(&[(0, 1), (10, 1)]);
    let good = serving(ServiceTimes::Constant(span("1 s")), 1);
    let spot = SpotReplicas {
        on_demand: 0,
        between_interruptions: Span::ZERO,
        notice: Span::ZERO,
        drain: Span::ZERO,
        wait: Span::ZERO,
    };
    let bad = [
        Serving {
            slots: 0,
            ..good.clone()
        },
        Serving {
            queue: 20_000_000,
            ..good.clone()
        },
        Serving {
            spot: Some(spot),
            ..good
        },
    ];
    for serving in bad {
        let simulation = Simulation {
            serving: &serving,
            trace: &trace,
            traffic: 1.0,
        };
        assert_eq!(
            simulation.run(&mut Fixed(1), 1).unwrap_err().code(),
            "P0755"
        );
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    /// L = lambda W for queue and slots alike, whatever the policy; busy slots are rate times service time.
    #[test]
    fn littles_law_and_the_utilization_law_hold(
        seed in any::<u64>(),
        rate in 1_u64..40,
        service in 10_u64..400,
        slots in 1_u32..6,
        most in 1_u32..12,
    ) {
        let trace = Trace::constant(format!("{rate} /s").parse().unwrap(), span("10 min")).unwrap();
        let times = ServiceTimes::Exponential(Span::from_millis(service).unwrap());
        let serving = Serving { cold_start: span("20 s"), ..serving(times, slots) };
        let mut policy = HorizontalPodAutoscaler::new(f64::from(slots) * 0.7, 1, most);
        let found = run(&serving, &trace, &mut policy, seed);
        prop_assert_eq!(found.unanswered + found.refused, 0);
        // What waits or is served at the end of the trace lies beyond the sums: requests that do not fit are left out.
        let load = rate as f64 * service as f64 / 1_000.0;
        prop_assume!(load < 0.8 * f64::from(slots * most));
        let seconds = 600.0;
        let arrived = found.requests as f64 / seconds;
        let waiting = arrived * found.wait.mean.as_seconds();
        let edge = (found.wait.max.as_seconds() + found.latency.max.as_seconds()) / seconds;
        prop_assert!((found.mean_waiting - waiting).abs() <= edge * (1.0 + arrived * edge * seconds) + 0.02,
            "{} {waiting}", found.mean_waiting);
        let times = found.latency.mean.as_seconds() - found.wait.mean.as_seconds();
        let busy = arrived * times;
        prop_assert!((found.mean_busy / busy - 1.0).abs() < 0.05, "{} {busy}", found.mean_busy);
        let paid = found.paid_on_demand.as_seconds() * f64::from(slots);
        prop_assert!((found.utilization - found.mean_busy * seconds / paid).abs() < 1e-9);
        prop_assert!(found.mean_serving <= found.mean_replicas + 1e-9);
        prop_assert!(found.max_replicas <= u64::from(most) * 2);
    }

    /// More replicas never make a wait longer.
    #[test]
    fn more_replicas_wait_less(seed in any::<u64>(), rate in 5_u64..30) {
        let trace = Trace::constant(format!("{rate} /s").parse().unwrap(), span("5 min")).unwrap();
        let serving = serving(ServiceTimes::Constant(span("100 ms")), 1);
        let waits: Vec<Span> = (1..6).map(|count| run(&serving, &trace, &mut Fixed(count), seed).wait.mean).collect();
        prop_assert!(waits.windows(2).all(|pair| pair[1] <= pair[0]), "{waits:?}");
    }
}
