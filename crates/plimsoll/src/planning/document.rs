//! A comparison as JSON: `plimsoll.compare/1`.

use plan::outcome::Outcome;
use plan::{Estimate, Matrix, Range, Row};
use serde::Serialize;
use serde_json::{Value, json};

use super::Known;

/// The matrix of a workload.
pub(crate) fn matrix(run: &str, matrix: &Matrix<'_>, known: &Known) -> Value {
    let refused = matrix
        .refused
        .iter()
        .map(|refused| json!({"design": refused.design.name, "why": refused.why.to_string()}));
    json!({
        "workload": known.demand.workload,
        "run": run,
        "designs": matrix.rows.iter().map(row).collect::<Vec<_>>(),
        "refused": refused.collect::<Vec<_>>(),
        "notes": known.notes,
        "attribution": catalog::ATTRIBUTION,
    })
}

fn row(row: &Row<'_>) -> Value {
    let cells = row.cells.iter().map(|cell| {
        let value = json!({"figure": cell.figure, "score": cell.score});
        (cell.column.key().to_owned(), value)
    });
    let outcome = &row.outcome;
    json!({
        "design": outcome.design.name,
        "region": outcome.design.region,
        "places": places(outcome),
        "notes": outcome.design.notes,
        "columns": cells.collect::<serde_json::Map<_, _>>(),
        "training_time": estimate(&outcome.run.time),
        "stages": outcome.run.stages.iter().map(|stage| json!({
            "name": stage.name, "seconds": stage.time.seconds(), "start_seconds": stage.start.seconds(),
        })).collect::<Vec<_>>(),
        "endpoint": outcome.endpoint.as_ref().map(|endpoint| json!({
            "p50_seconds": estimate(&endpoint.p50),
            "p90_seconds": estimate(&endpoint.p90),
            "p99_seconds": estimate(&endpoint.p99),
            "availability": endpoint.availability,
            "lost_share": endpoint.lost,
            "replicas": endpoint.groups.iter().map(|(rented, replicas)| json!({
                "type": rented.machine.name, "mean": replicas, "price_an_hour": rented.price,
            })).collect::<Vec<_>>(),
        })),
        "cost": {"usd_a_month": outcome.cost.range.dollars(), "lines": outcome.lines},
        "carbon": {
            "meaning": "estimated grams of CO2 equivalent a month, by two methods",
            "low": outcome.carbon.low, "high": outcome.carbon.high, "unknown_machines": outcome.carbon.unknown,
        },
        "goals": row.goals,
        "keeps_goals": row.keeps_goals(),
        "on_front": row.on_front,
        "score": row.total.map(|total| json!({"geometric": total.geometric, "arithmetic": total.arithmetic})),
    })
}

fn places(outcome: &Outcome<'_>) -> Value {
    let design = &outcome.design;
    let serve = design
        .serve
        .iter()
        .map(|group| json!({"place": group.place.to_string(), "most": group.most}));
    json!({
        "prepare": design.prepare.to_string(),
        "train": design.train.to_string(),
        "serve": serve.collect::<Vec<_>>(),
        "store": design.store.name(),
    })
}

fn estimate<T: Serialize + Copy>(estimate: &Estimate<T>) -> Value
where
    Range<T>: Serialize,
{
    json!({
        "range": estimate.range, "origin": estimate.origin, "method": estimate.method,
        "calibrated": estimate.calibrated,
    })
}
