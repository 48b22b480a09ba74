//! The workload of the tests, and speeds that a reader can check by hand.

use units::Span;

use crate::Range;
use crate::demand::{Demand, Role, Serving, Stage, Storage, Work};
use crate::speed::{Estimate, On, Origin, Speeds};

/// Each virtual CPU up to the fourth is as fast as here; of c5.9xlarge nothing is known.
pub(crate) struct AsHere;

impl Speeds for AsHere {
    fn time(&self, work: &Work, on: On<'_>) -> Option<Estimate<Span>> {
        let cpus = u64::from(on.machine.vcpus?.min(4));
        let half = |nanos: u64| Span::from_nanos(nanos / cpus);
        let nanos = work.cpu.nanos();
        Some(estimate(Range {
            low: half(nanos * 9 / 10),
            mid: half(nanos),
            high: half(nanos * 12 / 10),
        }))
    }

    fn slowdown(&self, _: &Serving, on: On<'_>) -> Option<Estimate<f64>> {
        on.machine.vcpus?;
        Some(estimate(Range {
            low: 0.8,
            mid: 1.0,
            high: 1.3,
        }))
    }

    fn cpu_ratio(&self, _: &Work, on: On<'_>) -> Option<f64> {
        (on.machine.name != "c5.9xlarge").then_some(1.0)
    }
}

fn estimate<T>(range: Range<T>) -> Estimate<T> {
    Estimate {
        range,
        origin: Origin::Predicted,
        method: "as here".to_owned(),
        calibrated: false,
    }
}

/// A job of so many CPU seconds.
pub(crate) fn work(name: &str, seconds: u64) -> Work {
    let time = Span::from_seconds(seconds).unwrap();
    Work {
        name: name.to_owned(),
        cpu: time,
        wall: time,
        cpus: 1,
        peak: "100 MB".parse().unwrap(),
        read: "1 MB".parse().unwrap(),
        written: "1 MB".parse().unwrap(),
        accelerated: false,
    }
}

/// Three candidates, weekly; an endpoint of 1 to 4 ms with 20 requests a second.
pub(crate) fn demand() -> Demand {
    let stage = |name: &str, role, jobs| Stage {
        name: name.to_owned(),
        role,
        jobs,
    };
    Demand {
        workload: "heart".to_owned(),
        stages: vec![
            stage("Prepare", Role::Prepare, vec![work("Prepare", 20)]),
            stage(
                "Train",
                Role::Train,
                vec![work("a", 400), work("b", 100), work("c", 80)],
            ),
            stage("Test", Role::Prepare, vec![work("Test", 20)]),
        ],
        serving: Some(serving()),
        storage: Storage {
            data: "1 MB".parse().unwrap(),
            artifacts: "1 MB".parse().unwrap(),
            objects: 10,
            puts_a_run: 10,
            gets_a_run: 10,
            logs: "1 kB".parse().unwrap(),
        },
        runs_a_year: 52,
    }
}

/// The same without an endpoint.
pub(crate) fn batch_demand() -> Demand {
    Demand {
        serving: None,
        ..demand()
    }
}

/// Half of the requests take up to 1 ms, nearly all up to 2, the slowest 4.
pub(crate) fn serving() -> Serving {
    let milliseconds = |count: u64| Span::from_nanos(count * 1_000_000);
    Serving {
        service: vec![
            (milliseconds(1), 50),
            (milliseconds(2), 49),
            (milliseconds(4), 1),
        ],
        peak: "20 MB".parse().unwrap(),
        payload: "1 kB".parse().unwrap(),
        requests: vec![20 * 3_600],
        period: "1 h".parse().unwrap(),
        accelerated: false,
    }
}
