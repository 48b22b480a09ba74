//! Runs of a pipeline: what is beside one another, what waits, what is paid.

use super::*;
use crate::design::{baseline, hybrid, optimized};
use crate::example::{AsHere, batch_demand as demand};

fn world() -> World<'static> {
    World {
        catalog: Catalog::shipped(),
        speeds: &AsHere,
    }
}

fn mids(run: &PipelineRun<'_>) -> Vec<(String, f64)> {
    let stages = run.stages.iter();
    stages
        .map(|stage| {
            (
                stage.name.clone(),
                stage.time.mid.as_seconds() - stage.start.mid.as_seconds(),
            )
        })
        .collect()
}

#[test]
fn jobs_of_sagemaker_run_beside_one_another_each_on_its_own_instance() {
    let demand = demand();
    let run = pipeline(world(), &demand, &baseline(&demand), None).unwrap();
    // t2.medium has two virtual CPUs, ml.m5.xlarge four; the longest training decides.
    assert_eq!(
        mids(&run),
        [
            ("Prepare".to_owned(), 10.0),
            ("Train".to_owned(), 100.0),
            ("Test".to_owned(), 10.0)
        ]
    );
    let start = start_time(catalog::Cloud::Aws).unwrap().mid.as_seconds();
    // One start of the machine that prepares, one of the trainings.
    assert_eq!(run.time.range.mid.as_seconds(), 120.0 + 2.0 * start);
    let paid: Vec<(&str, f64)> = run
        .uses
        .iter()
        .map(|used| (used.item.as_str(), used.paid.mid.as_seconds()))
        .collect();
    assert_eq!(
        paid,
        [
            ("Prepare", 120.0 + 2.0 * start),
            ("Train", 100.0),
            ("Train", 25.0),
            ("Train", 20.0)
        ]
    );
    assert_eq!(run.uses[0].busy, 40.0);
}

#[test]
fn one_machine_trains_one_after_the_other_and_more_share() {
    let demand = demand();
    let design = optimized(&demand);
    let train = |machines| {
        let run = pipeline(world(), &demand, &design, Some(machines)).unwrap();
        mids(&run)[1].1
    };
    assert_eq!((train(1), train(2), train(4)), (145.0, 100.0, 100.0));
}

#[test]
fn the_floor_of_a_cluster_is_up_before_the_run() {
    let demand = demand();
    let run = pipeline(world(), &demand, &hybrid(&demand), None).unwrap();
    let starts: Vec<f64> = run
        .stages
        .iter()
        .map(|stage| stage.start.mid.as_seconds())
        .collect();
    assert!(
        starts[0] == 0.0 && starts[1] > 0.0 && starts[2] == 0.0,
        "{starts:?}"
    );
    // One spot machine trains all three, two virtual CPUs at a time; that it may be taken back adds half a millisecond.
    let training = mids(&run)[1].1;
    assert!(290.0 < training && training < 290.01, "{training}");
}

#[test]
fn what_is_unknown_or_not_sold_is_an_error_that_names_it() {
    let demand = demand();
    let mut design = baseline(&demand);
    design.train = "ec2/c5.9xlarge".parse().unwrap();
    let error = pipeline(world(), &demand, &design, None).unwrap_err();
    assert_eq!(error.to_string(), "no speed of `c5.9xlarge` is known");
    design.train = "sagemaker/ml.t2.medium".parse().unwrap();
    let error = pipeline(world(), &demand, &design, None).unwrap_err();
    assert_eq!(
        error.to_string(),
        "`ml.t2.medium` is not legal for `Training`"
    );
}
