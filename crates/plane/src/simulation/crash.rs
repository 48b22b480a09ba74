//! Crashes at every boundary of a run.

use super::pipeline::Candidates;
use super::world::{Crash, Ran, World};

/// Odd seeds have a candidate that fails.
const SEEDS: [u64; 2] = [2, 3];

fn run(seed: u64, candidates: Candidates, crash: Crash) -> Ran {
    World::new(seed, crash).run(candidates, "run")
}

/// The parts of a run that no crash may change.
fn came_to(ran: &Ran) -> (&str, &serde_json::Value, &[String]) {
    (&ran.status, &ran.output, &ran.history)
}

#[test]
fn the_pipeline_runs_and_a_second_run_finds_everything_done() {
    for seed in SEEDS {
        let mut world = World::new(seed, Crash::Never);
        let first = world.run(Candidates::Caught, "first");
        assert_eq!(first.status, "SUCCEEDED");
        let trained = first.output["trained"].as_array().unwrap().clone();
        let expected = [
            ("linear", true),
            ("forest", seed % 2 == 0),
            ("baseline", true),
        ];
        for (one, (name, works)) in trained.iter().zip(expected) {
            assert_eq!(
                (&one["name"], &one["trained"]),
                (&name.into(), &works.into())
            );
        }
        assert!(
            first.performed.values().all(|times| *times == 1),
            "{:?}",
            first.performed
        );
        world.forget_history();
        let second = world.run(Candidates::Caught, "second");
        assert_eq!(second.output, first.output);
        let jobs = |ran: &Ran| {
            ran.performed
                .keys()
                .filter(|key| key.starts_with("start/sagemaker"))
                .count()
        };
        // A candidate that failed was not kept and is tried again; nothing else is.
        let again = usize::from(seed % 2 == 1);
        assert_eq!(jobs(&second) - jobs(&first), again);
    }
}

#[test]
fn a_strict_failure_stops_the_neighbours() {
    let ran = run(3, Candidates::Strict, Crash::Never);
    assert_eq!(ran.status, "FAILED");
    assert!(ran.history.iter().any(|kind| kind == "ParallelStateFailed"));
    assert_eq!(ran.history.last().unwrap(), "ExecutionFailed");
    assert!(
        !ran.dump
            .iter()
            .any(|row| row.starts_with("effect:") || row.starts_with("timer:")),
        "something is left"
    );
}

#[test]
fn a_crash_at_any_boundary_changes_nothing_of_what_a_run_comes_to() {
    let mut cases = 0;
    for (seed, candidates) in [
        (2, Candidates::Caught),
        (3, Candidates::Caught),
        (3, Candidates::Strict),
    ] {
        let whole = run(seed, candidates, Crash::Never);
        for place in 1..=whole.boundaries {
            let struck = run(seed, candidates, Crash::At(place));
            let again = run(seed, candidates, Crash::At(place));
            assert_eq!(
                struck, again,
                "seed {seed}, {candidates:?}, twice at {place}"
            );
            assert_eq!(
                came_to(&struck),
                came_to(&whole),
                "seed {seed}, {candidates:?}, crash at {place}"
            );
            assert_eq!(struck.crashes, 1);
            let repeated: u64 = struck.performed.values().map(|times| times - 1).sum();
            assert!(
                repeated <= 1,
                "seed {seed}, crash at {place}: {:?}",
                struck.performed
            );
            cases += 1;
        }
    }
    println!("{cases} crashes");
    assert!(cases > 100);
}

#[test]
fn every_seed_gives_the_same_bytes_twice() {
    for seed in SEEDS {
        for crash in [
            Crash::Never,
            Crash::At(9),
            Crash::At(20),
            Crash::Every(5),
            Crash::Every(4),
        ] {
            let (first, second) = (
                run(seed, Candidates::Caught, crash),
                run(seed, Candidates::Caught, crash),
            );
            assert_eq!(first, second, "seed {seed}, {crash:?}");
            assert!(first.dump.len() > 100);
        }
    }
    assert_ne!(
        run(2, Candidates::Caught, Crash::Never).dump,
        run(4, Candidates::Caught, Crash::Never).dump
    );
}

#[test]
fn a_run_that_crashes_again_and_again_ends_all_the_same() {
    for seed in SEEDS {
        let whole = run(seed, Candidates::Caught, Crash::Never);
        // A job has three boundaries before it is settled: fewer between crashes would never let one end.
        for places in [4, 5, 7] {
            let struck = run(seed, Candidates::Caught, Crash::Every(places));
            assert_eq!(
                came_to(&struck),
                came_to(&whole),
                "seed {seed}, every {places}"
            );
            assert!(struck.crashes > 5);
        }
    }
}

/// The machine that a workload compiles to, in the stack that it compiles to.
fn workload(crash: Crash) -> Ran {
    World::new(2, crash).run_workload()
}

#[test]
fn the_machine_of_a_workload_survives_a_crash_at_any_boundary() {
    let whole = workload(Crash::Never);
    assert_eq!(
        whole.status, "SUCCEEDED",
        "{}: {:?}",
        whole.reason, whole.history
    );
    let jobs = whole
        .performed
        .keys()
        .filter(|key| key.starts_with("start/sagemaker."))
        .count();
    // Prepare, three candidates, Select, Refit, Test, LoadTest, BatchPredict.
    assert_eq!(jobs, 9, "{:?}", whole.performed);
    for place in 1..=whole.boundaries {
        let struck = workload(Crash::At(place));
        assert_eq!(struck, workload(Crash::At(place)), "twice at {place}");
        assert_eq!(
            came_to(&struck),
            came_to(&whole),
            "crash at {place}: {}",
            struck.reason
        );
        let repeated: u64 = struck.performed.values().map(|times| times - 1).sum();
        assert!(repeated <= 1, "crash at {place}: {:?}", struck.performed);
    }
    println!("{} crashes of a workload's machine", whole.boundaries);
}
