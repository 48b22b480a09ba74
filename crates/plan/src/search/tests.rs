//! The search: what it keeps, what it misses, and that it gets no worse with cheaper prices and looser goals.

use catalog::{Catalog, Cloud, Draft, Machine, Prices, Snapshot, Source};
use proptest::prelude::*;
use units::HourlyPrice;
use workload::Goals;

use super::*;
use crate::demand::Demand;
use crate::design::baseline;
use crate::example::{AsHere, batch_demand, demand};
use crate::outcome::{World, judge};

fn goals(text: &str) -> Goals {
    let file = format!(
        "plimsoll: 1\nname: heart\ndata: {{ source: a.csv }}\ntask: {{ target: num }}\ngoals: {text}\n"
    );
    workload::parse(&file).unwrap().goals.unwrap()
}

fn best<'a>(catalog: &'a Catalog, demand: &Demand, goals: &Goals, scope: &Scope) -> Found<'a> {
    let world = World {
        catalog,
        speeds: &AsHere,
    };
    let base = judge(world, demand, &baseline(demand), None).unwrap();
    let aim = Aim {
        minimize: goals.minimize,
        baseline: &base,
    };
    search(world, demand, Some(goals), (scope, aim)).unwrap()
}

fn virginia() -> Scope {
    Scope {
        clouds: vec![Cloud::Aws],
        regions: vec!["us-east-1".to_owned()],
        on_demand_only: true,
        ..Scope::default()
    }
}

#[test]
fn the_cheapest_that_keeps_the_goals_is_cheaper_than_the_baseline_and_keeps_them() {
    let goals = goals("{ train_within: 1 h, latency: { p99: 50 ms }, budget: 50 USD/month }");
    let found = best(Catalog::shipped(), &demand(), &goals, &virginia());
    let winner = &found.kept[0];
    assert!(winner.keeps(CONFIDENCE), "{:?}", winner.goals);
    assert!(winner.objective < 20.0, "{}", winner.objective);
    assert!(found.kept.is_sorted_by(|a, b| a.objective <= b.objective));
}

#[test]
fn no_offer_that_keeps_the_goals_leaves_the_nearest() {
    let goals = goals("{ train_within: 1 s, budget: 1 USD/month }");
    let found = best(Catalog::shipped(), &demand(), &goals, &virginia());
    assert!(found.kept.is_empty() && !found.missed.is_empty());
    let broken = found.missed[0]
        .goals
        .iter()
        .find(|kept| kept.chance < CONFIDENCE);
    assert_eq!(broken.unwrap().goal.key(), "train_within");
}

#[test]
fn availability_asks_for_a_second_machine() {
    let count = |availability: &str| {
        let goals = goals(&format!("{{ availability: {availability} }}"));
        let found = best(Catalog::shipped(), &demand(), &goals, &virginia());
        found.kept[0].outcome.design.serve[0].place.count
    };
    assert_eq!((count("99 %"), count("99.9 %")), (1, 2));
}

#[test]
fn prices_that_are_too_old_and_spare_capacity_that_is_not_wanted_decide_nothing() {
    let goals = goals("{ train_within: 2 h }");
    let place = |scope: &Scope| {
        let found = best(Catalog::shipped(), &batch_demand(), &goals, scope);
        found.kept[0].outcome.design.train.clone()
    };
    let any = Scope {
        on_demand_only: false,
        ..virginia()
    };
    assert!(place(&any).spot);
    assert!(!place(&virginia()).spot);
    // AWS's spot prices are of June 2025.
    let since = Some("2025-10-01".parse().unwrap());
    assert!(!place(&Scope { since, ..any }).spot);
}

/// A catalog of a few machines of one's own at these prices, thousandths of a dollar an hour.
fn catalog(prices: &[u32]) -> Catalog {
    let machine = |(place, price): (usize, &u32)| Draft {
        machine: Machine {
            name: format!("m{place}"),
            vcpus: Some(2 << (place % 4)),
            memory: Some("64 GiB".parse().unwrap()),
            accelerators: None,
        },
        region: "office".to_owned(),
        prices: Prices {
            on_demand: Some(HourlyPrice::new(units::Money::from_nanos(
                i64::from(*price) * 1_000_000,
            ))),
            ..Prices::default()
        },
        line: place as u64 + 1,
    };
    let drafts = prices.iter().enumerate().map(machine).collect();
    let source = Source {
        name: "test".to_owned(),
        date: "2026-11-01".parse().unwrap(),
    };
    let own = Snapshot::new(Cloud::Own, source, None, drafts).unwrap();
    Catalog::shipped().clone().with(own)
}

fn office() -> Scope {
    Scope {
        clouds: vec![Cloud::Own],
        ..Scope::default()
    }
}

fn objective(prices: &[u32], goals: &Goals) -> Option<f64> {
    let catalog = catalog(prices);
    let found = best(&catalog, &batch_demand(), goals, &office());
    found.kept.first().map(|winner| winner.objective)
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(24))]

    #[test]
    fn a_cheaper_price_never_makes_a_plan_dearer(
        prices in prop::collection::vec(10_u32..5_000, 2..6), which in 0_usize..6, less in 0.1_f64..1.0,
    ) {
        let goals = goals("{ train_within: 20 min }");
        let mut cheaper = prices.clone();
        let place = which % prices.len();
        cheaper[place] = (f64::from(cheaper[place]) * less) as u32 + 1;
        prop_assume!(cheaper[place] <= prices[place]);
        let (before, after) = (objective(&prices, &goals), objective(&cheaper, &goals));
        prop_assert!(after.unwrap_or(f64::INFINITY) <= before.unwrap_or(f64::INFINITY) + 1e-9);
    }

    #[test]
    fn a_looser_goal_never_makes_a_plan_worse(
        prices in prop::collection::vec(10_u32..5_000, 2..6), minutes in 1_u32..20, more in 1_u32..20,
    ) {
        let within = |minutes: u32| goals(&format!("{{ train_within: {minutes} min }}"));
        let tight = objective(&prices, &within(minutes)).unwrap_or(f64::INFINITY);
        let loose = objective(&prices, &within(minutes + more)).unwrap_or(f64::INFINITY);
        prop_assert!(loose <= tight + 1e-9);
    }
}

#[test]
fn the_same_search_finds_the_same() {
    let goals = goals("{ budget: 100 USD/month, minimize: time }");
    let ask = || {
        let found = best(Catalog::shipped(), &demand(), &goals, &virginia());
        found
            .kept
            .iter()
            .map(|one| format!("{:?}", one.outcome.design))
            .collect::<Vec<_>>()
    };
    assert_eq!(ask(), ask());
}
