//! Steps that were made up, on published machines.

use catalog::{Cloud, Server};
use proptest::prelude::*;
use units::Bytes;

use super::*;
use crate::measurement::Run;

fn machine(name: &str) -> Hardware {
    Hardware::published(Cloud::Aws, name).unwrap()
}

/// A step of 2 s on one core and 30 core seconds, on m5.2xlarge.
fn step() -> Measurement {
    let local = machine("m5.2xlarge");
    let runs = [1, 2, 4].map(|cpus| Run {
        peak: Bytes::from_mib(2_000).unwrap(),
        ..Run::new(1.0, cpus, 2.0 + 30.0 / local.capacity(cpus))
    });
    Measurement {
        runs: runs.to_vec(),
        probes: vec![],
    }
}

fn predictor() -> Predictor {
    Predictor::new(&step(), &machine("m5.2xlarge")).unwrap()
}

#[test]
fn the_parts_of_the_step_are_found() {
    let predictor = predictor();
    let step = predictor.step();
    assert!(
        (step.serial - 2.0).abs() < 1e-3 && (step.parallel - 30.0).abs() < 1e-3,
        "{step:?}"
    );
}

#[test]
fn larger_and_newer_machines_are_faster() {
    let predictor = predictor();
    let of = |name| predictor.time(&machine(name), &Wanted::default()).unwrap();
    let (same, double, newer) = (of("m5.2xlarge"), of("m5.4xlarge"), of("m7i.4xlarge"));
    assert_eq!(
        (same.method, double.method),
        (Method::Limits, Method::Local)
    );
    assert!(
        double.mid < 0.75 * same.mid && newer.mid < double.mid,
        "{same:?} {double:?}"
    );
    assert!(double.calibrated && newer.calibrated && same.calibrated);
    let huge = of("m5.24xlarge");
    assert!(!huge.calibrated && huge.mid < double.mid);
    assert!(huge.mid > 1.5, "what runs on one core stays: {huge:?}");
}

#[test]
fn a_probe_moves_the_machine_and_its_relatives() {
    let mut measured = step();
    let server = Server::find(Cloud::Aws, "c6i.4xlarge").unwrap();
    let before = predictor()
        .time(&machine("c6i.4xlarge"), &Wanted::default())
        .unwrap();
    let wall = before.mid * 1.5;
    measured.probes.push(Probe { server, wall });
    let after = Predictor::new(&measured, &machine("m5.2xlarge")).unwrap();
    let found = after
        .time(&machine("c6i.4xlarge"), &Wanted::default())
        .unwrap();
    assert!((found.mid / wall - 1.0).abs() < 0.1, "{found:?} {wall}");
    assert_eq!(found.method, Method::Probes);
    let relative = after
        .time(&machine("c6i.2xlarge"), &Wanted::default())
        .unwrap();
    let without = predictor()
        .time(&machine("c6i.2xlarge"), &Wanted::default())
        .unwrap();
    assert!(relative.mid > 1.1 * without.mid, "{relative:?} {without:?}");
}

#[test]
fn half_the_data_and_twice_the_machines_take_half() {
    let predictor = predictor();
    let target = machine("c5.4xlarge");
    let whole = predictor.time(&target, &Wanted::default()).unwrap();
    let half = Wanted {
        scale: 0.5,
        ..Wanted::default()
    };
    let found = predictor.time(&target, &half).unwrap();
    assert!((found.mid / whole.mid - 0.5).abs() < 1e-9 && found.calibrated);
    let rate = predictor.throughput(&target, &half).unwrap();
    assert!((rate.mid * whole.mid - 1.0).abs() < 1e-9 && rate.low < rate.mid);
    let two = Wanted {
        machines: 2,
        ..Wanted::default()
    };
    let found = predictor.time(&target, &two).unwrap();
    assert!(found.mid < whole.mid && found.mid > whole.mid / 2.0 && !found.calibrated);
    let more = Wanted {
        scale: 3.0,
        ..Wanted::default()
    };
    assert!(
        !predictor
            .time(&machine("c5.9xlarge"), &more)
            .unwrap()
            .calibrated
    );
}

#[test]
fn credits_must_be_named() {
    let predictor = predictor();
    let burstable = machine("t3.2xlarge");
    let of = |credits| {
        let wanted = Wanted {
            credits,
            ..Wanted::default()
        };
        predictor.time(&burstable, &wanted)
    };
    assert_eq!(of(None), Err(Unpredicted::Credits));
    let (full, spent) = (
        of(Some(Credits::Full)).unwrap(),
        of(Some(Credits::Spent)).unwrap(),
    );
    assert!((spent.mid / full.mid - 2.5).abs() < 1e-9);
    assert!(!full.calibrated && !spent.calibrated);
    assert_eq!(
        predictor.latency(&burstable, 0.1, None),
        Err(Unpredicted::Credits)
    );
    let azure = Hardware::published(Cloud::Azure, "Standard_B8ms").unwrap();
    let wanted = Wanted {
        credits: Some(Credits::Spent),
        ..Wanted::default()
    };
    assert_eq!(predictor.time(&azure, &wanted), Err(Unpredicted::Baseline));
}

#[test]
fn what_does_not_fit_is_refused() {
    let predictor = predictor();
    let small = machine("c7i.large");
    let tight = Wanted {
        scale: 3.0,
        ..Wanted::default()
    };
    let error = predictor.time(&small, &tight).unwrap_err().to_string();
    assert!(
        error.starts_with("the step needs ") && error.contains("memory"),
        "{error}"
    );
    let many = Wanted {
        cpus: Some(3),
        ..Wanted::default()
    };
    let error = predictor.time(&small, &many).unwrap_err().to_string();
    assert_eq!(error, "3 CPUs are more than the machine's 2");
    let none = Wanted {
        machines: 0,
        ..Wanted::default()
    };
    assert!(predictor.time(&small, &none).is_err());
    let too_large = Measurement {
        runs: vec![Run::new(1.0, 9, 1.0)],
        probes: vec![],
    };
    assert!(Predictor::new(&too_large, &machine("m5.2xlarge")).is_err());
}

#[test]
fn data_arrive_no_faster_than_the_network() {
    let mut measured = step();
    for run in &mut measured.runs {
        run.moved = Bytes::new(100_000_000_000);
    }
    let predictor = Predictor::new(&measured, &machine("m5.2xlarge")).unwrap();
    let target = machine("c5.4xlarge");
    let time = predictor.time(&target, &Wanted::default()).unwrap();
    let gbps = target.network_gbps.unwrap();
    assert!((time.mid - 800.0 / gbps).abs() < 1e-6, "{time:?}");
}

#[test]
fn requests_follow_the_speed_of_one_thread() {
    let predictor = predictor();
    let of = |name| predictor.latency(&machine(name), 0.010, None).unwrap();
    let (small, large) = (of("m7i.large"), of("m7i.8xlarge"));
    assert!(
        (small.mid / large.mid - 1.0).abs() < 0.1,
        "{small:?} {large:?}"
    );
    assert!(small.mid < 0.010 && small.low < small.mid && small.calibrated);
    assert!(predictor.latency(&machine("m5.large"), 0.0, None).is_err());
}

/// A machine that nobody published, of which little is known.
#[test]
fn a_machine_of_ones_own_needs_no_figures() {
    let mut own = machine("m5.2xlarge");
    own.server = None;
    own.speeds = [None; crate::MICRO.len()];
    let predictor = Predictor::new(&step(), &own).unwrap();
    let time = predictor
        .time(&machine("m5.4xlarge"), &Wanted::default())
        .unwrap();
    assert!(
        !time.calibrated && (2.0..9.0).contains(&time.mid),
        "{time:?}"
    );
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(32))]

    #[test]
    fn more_cpus_are_never_slower_and_intervals_hold_their_figure(
        walls in prop::collection::vec(0.1_f64..1e3, 1..4),
        place in 0_usize..3_000,
    ) {
        let runs = walls.iter().zip([1, 2, 4]).map(|(wall, cpus)| Run::new(1.0, cpus, *wall));
        let measured = Measurement { runs: runs.collect(), probes: vec![] };
        let predictor = Predictor::new(&measured, &machine("m5.2xlarge")).unwrap();
        let server = Server::all().nth(place).unwrap();
        let target = Hardware::of_server(server).unwrap();
        let mut last = f64::INFINITY;
        for cpus in [1, 2, 4, 8, 16, 64].into_iter().filter(|cpus| *cpus <= target.vcpus) {
            let wanted = Wanted { cpus: Some(cpus), credits: Some(Credits::Full), ..Wanted::default() };
            let time = predictor.time(&target, &wanted).unwrap();
            prop_assert!(time.low <= time.mid && time.mid <= time.high && time.high.is_finite());
            prop_assert!(time.mid <= last * (1.0 + 1e-12), "{} at {cpus}", time.mid);
            prop_assert_eq!(time, predictor.time(&target, &wanted).unwrap());
            last = time.mid;
        }
    }
}
