//! A plan, for people.

use plan::{Plan, Range};

use super::matrix::{cents, seconds};
use super::summary::{indent, table};

/// The plan and, where it was asked for, why.
pub(crate) fn plan(plan: &Plan, notes: &[String]) -> String {
    let mut parts = vec![head(plan), figures(plan), costs(plan)];
    parts.extend(goals(plan));
    parts.extend(why(plan));
    let mut notes = notes.to_vec();
    let (method, calibrated) = &plan.prediction;
    let proven = if *calibrated {
        ""
    } else {
        "; its intervals are uncalibrated"
    };
    notes.push(format!("times are predicted by: {method}{proven}"));
    if plan.parts.iter().any(|part| part.arm) {
        notes.push(
            "a processor here is an ARM: programs and images must be built for it".to_owned(),
        );
    }
    notes.push(format!("speeds of machines: {}", catalog::ATTRIBUTION));
    let notes = notes.iter().map(|note| format!("  - {note}"));
    parts.push(notes.collect::<Vec<_>>().join("\n"));
    parts.join("\n\n")
}

fn head(plan: &Plan) -> String {
    let mut lines = vec![format!(
        "{}  measured in run {}",
        plan.demand.workload, plan.run
    )];
    if let Some(what_if) = &plan.what_if {
        lines.push(format!("  as if {what_if}"));
    }
    lines.push(String::new());
    for part in &plan.parts {
        let what = if part.role == "serve" {
            "endpoint"
        } else {
            "jobs"
        };
        let derived = if part.derived { ", estimated" } else { "" };
        lines.push(format!(
            "  {what:<9} {} in {}, {} each ({}{derived})",
            part.place, part.region, part.price, part.date
        ));
    }
    lines.push(format!("  storage   {}", plan.store));
    lines.join("\n")
}

fn figures(plan: &Plan) -> String {
    let mut shown = table(&["", "figure", "10 % to 90 %"]);
    let mut row = |name: &str, range: Range<f64>, text: &dyn Fn(f64) -> String| {
        let ends = format!("{} to {}", text(range.low), text(range.high));
        shown.add_row(vec![name.to_owned(), text(range.mid), ends]);
    };
    row("training", plan.training_seconds, &seconds);
    if let Some(p99) = plan.p99_seconds {
        row("p99", p99, &seconds);
    }
    row("USD a month", plan.usd_a_month, &|dollars| {
        format!("{dollars:.4}")
    });
    if let Some(availability) = plan.availability {
        shown.add_row(vec![
            "availability".to_owned(),
            format!("{:.3} %", availability * 100.0),
            String::new(),
        ]);
    }
    let (low, high) = plan.grams_a_month;
    shown.add_row(vec![
        "CO2e a month, estimated".to_owned(),
        String::new(),
        format!("{low:.0} g to {high:.0} g"),
    ]);
    indent(&shown)
}

fn costs(plan: &Plan) -> String {
    let mut shown = table(&["cost", "USD/month"]);
    for line in &plan.cost {
        shown.add_row(vec![
            format!("{}: {}", line.service, line.item),
            cents(line.amount.mid),
        ]);
    }
    indent(&shown)
}

fn goals(plan: &Plan) -> Option<String> {
    let lines = plan.goals.iter().map(|kept| {
        format!(
            "  keeps `{}` with a chance of {:.0} %",
            kept.goal.key(),
            kept.chance * 100.0
        )
    });
    let lines: Vec<String> = lines.collect();
    (!lines.is_empty()).then(|| lines.join("\n"))
}

fn why(plan: &Plan) -> Option<String> {
    let why = plan.why.as_ref()?;
    let (minimize, best) = &plan.minimize;
    let mut lines = vec![format!(
        "  why: least {minimize} ({best:.4}) of the designs that keep the goals"
    )];
    for other in &why.others {
        let serve = other
            .serve
            .as_ref()
            .map_or_else(String::new, |serve| format!(", {serve}"));
        lines.push(format!("    not {}{serve}: {}", other.jobs, other.why));
    }
    for worth in &why.goals {
        let key = worth.goal.key();
        let amount =
            |value: Option<f64>| value.map_or_else(|| "nothing".to_owned(), |v| format!("{v:.4}"));
        if worth.binds {
            lines.push(format!(
                "  `{key}` binds: without it {}; {} more of it {}",
                amount(worth.without),
                worth.step,
                amount(worth.loosened)
            ));
        } else {
            lines.push(format!("  `{key}` does not bind"));
        }
    }
    Some(lines.join("\n"))
}
