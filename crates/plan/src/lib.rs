//! Plans: what a workload would take and cost on infrastructure that is not there yet, and which is the cheapest that keeps the goals.
//!
//! A design says where each part of a workload runs. It is judged by the same five figures whoever made it: training time, latency,
//! cost, utilization and scalability, each with its interval and its origin. Pure: no network, no clock, no randomness but seeds.

#![cfg_attr(
    test,
    expect(clippy::float_cmp, reason = "figures that are tested so are exact")
)]

pub mod blend;
pub mod cost;
pub mod demand;
pub mod design;
pub mod outcome;
pub mod search;

mod chance;
#[cfg(test)]
mod example;
mod explain;
mod file;
mod goal;
mod matrix;
mod pareto;
mod predicted;
mod providers;
mod range;
mod rent;
mod score;
mod speed;
mod start;
mod what_if;

pub use chance::chance_below;
pub use demand::{Demand, Role};
pub use explain::{Other, Why, Worth, explain};
pub use file::{
    PLAN_SCHEMA, Part, Plan, PlanFile, PlanFileError, PriceList, Told, parts, plan_of, price_lists,
};
pub use goal::{Goal, Kept, kept};
pub use matrix::{Cell, Column, Matrix, MatrixError, Question, Refused, Row, compare};
pub use pareto::{front_of_two, pareto_front};
pub use predicted::Predicted;
pub use providers::{Cheapest, Provider, SCALING, ServicePrice, providers};
pub use range::Range;
pub use rent::{NotRented, Rented, cloud_of, rent};
pub use score::{Better, Total, Weights, WeightsError, cell_score, total};
pub use speed::{Estimate, On, Origin, Speeds};
pub use start::start_time;
pub use what_if::{NAMES as WHAT_IF_NAMES, WhatIf, WhatIfError};
