//! The matrix: scores, costs, goals, what is refused.

use catalog::Catalog;
use workload::Workload;

use super::*;
use crate::design::{baseline, hybrid, optimized, own};
use crate::example::{AsHere, batch_demand, demand};

fn workload(more: &str) -> Workload {
    let file = format!(
        "plimsoll: 1\nname: heart\ndata: {{ source: a.csv }}\ntask: {{ target: num }}\n{more}"
    );
    workload::parse(&file).unwrap()
}

fn world() -> World<'static> {
    World {
        catalog: Catalog::shipped(),
        speeds: &AsHere,
    }
}

fn matrix(demand: &Demand, file: &Workload) -> Matrix<'static> {
    let mut designs = vec![baseline(demand), optimized(demand), hybrid(demand)];
    designs.extend(file.designs.iter().map(|design| own(design, demand)));
    let question = Question {
        demand,
        goals: file.goals.as_ref(),
        weights: file.score_weights,
    };
    compare(world(), question, &designs).unwrap()
}

#[test]
fn the_baseline_scores_one_in_every_column() {
    let matrix = matrix(&demand(), &workload(""));
    let baseline = &matrix.rows[0];
    for cell in &baseline.cells {
        assert_eq!(cell.score, Some(Range::exact(1.0)), "{:?}", cell.column);
    }
    assert!((baseline.total.unwrap().geometric.mid - 1.0).abs() < 1e-12);
    let names: Vec<&str> = matrix
        .rows
        .iter()
        .map(|row| row.outcome.design.name.as_str())
        .collect();
    assert_eq!(names, ["baseline", "optimized", "hybrid"]);
    assert_eq!(matrix.refused, []);
}

/// 730 h of ml.m5.xlarge at 0.23 USD and its volume for a month of 730 h are the floor of the baseline's cost.
#[test]
fn the_cost_is_the_sum_of_its_lines() {
    let matrix = matrix(&demand(), &workload(""));
    for row in &matrix.rows {
        let outcome = &row.outcome;
        assert_eq!(
            outcome.cost.range,
            crate::cost::sum(&outcome.lines).unwrap()
        );
        assert!(
            outcome
                .lines
                .iter()
                .all(|line| line.amount.low <= line.amount.high)
        );
    }
    let line = |row: usize, item: &str| {
        let lines = &matrix.rows[row].outcome.lines;
        let found = lines.iter().find(|line| line.item.starts_with(item));
        found.map(|line| line.amount.mid.to_string())
    };
    // 167.90 USD for the instance, and 30 GB at 0.14 USD for 730 of 720 hours.
    assert_eq!(
        line(0, "endpoint, 1.00 x ml.m5.xlarge").as_deref(),
        Some("172.158333334 USD")
    );
    // 20 requests a second of 1 kB in 730 h are 52.56 GB at 0.02 USD.
    assert_eq!(line(0, "endpoint data").as_deref(), Some("1.0512 USD"));
    assert_eq!(line(2, "cluster").as_deref(), Some("73 USD"));
    assert_eq!(line(0, "cluster"), None);
}

#[test]
fn a_design_that_breaks_a_goal_is_shown_and_not_ranked() {
    let file =
        workload("goals: { budget: 150 USD/month, availability: 99 %, train_within: 1 d }\n");
    let matrix = matrix(&demand(), &file);
    let [baseline, _, hybrid] = &matrix.rows[..] else {
        panic!("three designs");
    };
    assert!(!baseline.keeps_goals() && baseline.total.is_none() && !baseline.on_front);
    let budget = baseline
        .goals
        .iter()
        .find(|kept| kept.goal == crate::Goal::Budget)
        .unwrap();
    assert!(budget.limit == 150.0 && budget.chance < 0.01, "{budget:?}");
    assert!(hybrid.keeps_goals() && hybrid.total.is_some() && hybrid.on_front);
}

#[test]
fn what_cannot_be_built_says_why_and_the_others_stay() {
    let file = workload(
        "designs:\n  wrong: { train: sagemaker/ml.t2.medium }\n  mine: { train: ec2/c5.xlarge spot, store: s3/intelligent_tiering }\n",
    );
    let matrix = matrix(&demand(), &file);
    assert_eq!(matrix.rows.len(), 4);
    let refused = &matrix.refused[0];
    assert_eq!(refused.design.name, "wrong");
    assert_eq!(
        refused.why.to_string(),
        "`ml.t2.medium` is not legal for `Training`"
    );
}

#[test]
fn without_an_endpoint_latency_is_no_column_and_the_score_is_of_the_others() {
    let matrix = matrix(&batch_demand(), &workload(""));
    for row in &matrix.rows {
        assert_eq!((row.cells[1].figure, row.cells[1].score), (None, None));
        assert!(row.total.is_some());
    }
}

#[test]
fn the_same_question_has_the_same_answer() {
    let ask = || matrix(&demand(), &workload("compare: { weights: { cost: 3 } }\n"));
    assert_eq!(ask(), ask());
}
