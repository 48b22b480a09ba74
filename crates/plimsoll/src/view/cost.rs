//! What was spent and will be, for people.

use ledger::{Forecast, Group, Month};
use units::Money;

use super::matrix::seconds;
use super::summary::{indent, table};

/// Money in dollars with six digits: local runs cost fractions of a cent.
fn dollars(amount: Money) -> String {
    format!("{:.6}", amount.nanos() as f64 / 1e9)
}

/// Sums by their key.
pub(crate) fn cost(groups: &[Group], runs: usize) -> String {
    let mut shown = table(&["", "jobs", "seconds", "USD"]);
    for group in groups {
        let missing = if group.unpriced > 0 {
            format!(" + {} without a price", group.unpriced)
        } else {
            String::new()
        };
        shown.add_row(vec![
            group.key.clone(),
            group.entries.to_string(),
            format!("{:.2}", group.duration.as_seconds()),
            format!("{}{missing}", dollars(group.amount)),
        ]);
    }
    let all = Money::sum(groups.iter().map(|group| group.amount))
        .map_or_else(|_| "unknown".to_owned(), dollars);
    let runs = if runs == 1 {
        "1 run".to_owned()
    } else {
        format!("{runs} runs")
    };
    format!(
        "{}\n\n  {all} USD for {runs}: local seconds at the price of each job's instance type, no bill",
        indent(&shown)
    )
}

/// What a month would cost.
pub(crate) fn month(found: &Month) -> String {
    let mut shown = table(&["", "USD/month", "10 % to 90 %"]);
    let text = |amount: units::MonthlyMoney| dollars(amount.a_month());
    let lines = found
        .lines
        .iter()
        .map(|line| (line.name.as_str(), &line.cost));
    for (name, cost) in lines.chain([("all", &found.total)]) {
        shown.add_row(vec![
            name.to_owned(),
            text(cost.mid),
            format!("{} to {}", text(cost.low), text(cost.high)),
        ]);
    }
    indent(&shown)
}

/// The forecast of a run under way: one line, and what it is without.
pub(crate) fn forecast(found: &Forecast) -> String {
    let mut lines = vec![format!(
        "  so far {} USD; at the end {} USD ({} to {}), in {} ({} to {}); 80 % intervals",
        dollars(found.spent),
        dollars(found.cost.mid),
        dollars(found.cost.low),
        dollars(found.cost.high),
        seconds(found.left.mid.as_seconds()),
        seconds(found.left.low.as_seconds()),
        seconds(found.left.high.as_seconds()),
    )];
    if !found.unknown.is_empty() {
        lines.push(format!(
            "  without {}, which no earlier run has done",
            found.unknown.join(", ")
        ));
    }
    if !found.unpriced.is_empty() {
        lines.push(format!(
            "  without the money of {}, which has no price",
            found.unpriced.join(", ")
        ));
    }
    lines.join("\n")
}
