//! Designs: legal and sold, by the kind of the work, and what the user's own leave open.

use catalog::Catalog;

use super::*;
use crate::example::{batch_demand, demand as example};
use crate::rent;

fn demand(accelerated: bool) -> Demand {
    let mut demand = example();
    for job in demand.stages.iter_mut().flat_map(|stage| &mut stage.jobs) {
        job.accelerated = accelerated;
    }
    if let Some(serving) = &mut demand.serving {
        serving.accelerated = accelerated;
    }
    demand
}

#[test]
fn every_part_of_every_default_design_is_legal_and_sold() {
    for accelerated in [false, true] {
        let demand = demand(accelerated);
        for design in [baseline(&demand), optimized(&demand), hybrid(&demand)] {
            let jobs = [Role::Prepare, Role::Train].map(|role| (role, design.place(role).unwrap()));
            let serving = design.serve.iter().map(|group| (Role::Serve, &group.place));
            for (role, place) in jobs.into_iter().chain(serving) {
                let rented = rent(Catalog::shipped(), place, role, &design.region);
                assert!(rented.is_ok(), "{} {place}: {rented:?}", design.name);
            }
        }
    }
}

#[test]
fn networks_get_a_graphics_processor_and_trees_do_not() {
    let train = |accelerated| optimized(&demand(accelerated)).train.machine;
    assert_eq!(
        (train(false).as_str(), train(true).as_str()),
        ("ml.c5.2xlarge", "ml.g6.2xlarge")
    );
}

#[test]
fn what_a_design_of_ones_own_does_not_say_is_as_in_the_baseline() {
    let file = "plimsoll: 1\nname: heart\ndata: { source: a.csv }\ntask: { target: num }\n\
                designs: { mine: { train: ec2/c5.xlarge spot } }\n";
    let workload = workload::parse(file).unwrap();
    let demand = demand(false);
    let made = own(&workload.designs[0], &demand);
    assert_eq!(made.name, "mine");
    assert_eq!(made.train.to_string(), "ec2/c5.xlarge spot");
    assert_eq!(
        (made.prepare, made.serve),
        (baseline(&demand).prepare, baseline(&demand).serve)
    );
}

#[test]
fn a_workload_without_an_endpoint_has_no_replicas() {
    let demand = batch_demand();
    for design in [baseline(&demand), optimized(&demand), hybrid(&demand)] {
        assert_eq!(design.serve, []);
    }
}

#[test]
fn each_host_has_a_region_of_its_own_where_the_file_gives_none() {
    let file = "plimsoll: 1\nname: heart\ndata: { source: a.csv }\ntask: { target: num }\n\
                designs:\n  g: { prepare: gcp/n2-standard-2, train: gcp/n2-standard-4 }\n  \
                a: { serve: azure/Standard_D2s_v5 }\n  f: { train: ec2/c5.large, region: us-west-2 }\n";
    let workload = workload::parse(file).unwrap();
    let demand = demand(false);
    let regions = |place: usize| {
        let made = own(&workload.designs[place], &demand);
        (made.region, made.serve_region)
    };
    let pair = |jobs: &str, serve: &str| (jobs.to_owned(), serve.to_owned());
    assert_eq!(regions(0), pair("us-east1", "us-east-1"));
    assert_eq!(regions(1), pair("us-east-1", "eastus"));
    assert_eq!(regions(2), pair("us-west-2", "us-west-2"));
}
