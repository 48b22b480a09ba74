//! Designs beside one another, for people.

use plan::{Cell, Column, Matrix, Range, Row};

use super::summary::{indent, table};
use crate::planning::Known;

/// The matrix of a workload: figures, broken goals, and each part of the cost where that is asked for.
pub(crate) fn matrix(run: &str, matrix: &Matrix<'_>, known: &Known, breakdown: bool) -> String {
    let mut parts = vec![format!("{}  run {run}", known.demand.workload)];
    parts.push(figures(matrix));
    parts.extend(goals(matrix));
    if breakdown {
        parts.extend(matrix.rows.iter().map(costs));
    }
    parts.join("\n\n")
}

/// What the designs of all matrices are, and what was assumed: what is true of several workloads is said once.
pub(crate) fn designs(all: &[(Matrix<'_>, Known)]) -> String {
    let mut lines: Vec<String> = Vec::new();
    let mut notes: Vec<(String, Vec<&str>)> = Vec::new();
    for (matrix, known) in all {
        let name = known.demand.workload.as_str();
        for line in described(matrix) {
            if !lines.contains(&line) {
                lines.push(line);
            }
        }
        for note in noted(matrix, known) {
            match notes.iter_mut().find(|(text, _)| *text == note) {
                Some((_, of)) => of.push(name),
                None => notes.push((note, vec![name])),
            }
        }
    }
    let notes = notes.iter().map(|(note, of)| {
        if of.len() == all.len() {
            format!("  - {note}")
        } else {
            format!("  - {}: {note}", of.join(", "))
        }
    });
    let notes: Vec<String> = notes.collect();
    format!(
        "{}\n\n{}\n  - speeds of machines: {}",
        lines.join("\n"),
        notes.join("\n"),
        catalog::ATTRIBUTION
    )
}

fn noted(matrix: &Matrix<'_>, known: &Known) -> Vec<String> {
    let mut notes: Vec<String> = known.notes.clone();
    notes.extend(
        matrix
            .refused
            .iter()
            .map(|refused| format!("{} cannot be built: {}", refused.design.name, refused.why)),
    );
    if matrix
        .rows
        .iter()
        .any(|row| !row.outcome.run.time.calibrated)
    {
        notes.push(
            "intervals are uncalibrated: their coverage is not proven for work like this"
                .to_owned(),
        );
    }
    notes
}

fn figures(matrix: &Matrix<'_>) -> String {
    let header = [
        "design",
        "training",
        "p99",
        "USD/month",
        "utilization",
        "scaling",
        "score",
    ];
    let mut shown = table(&header);
    for row in &matrix.rows {
        let mark = if row.on_front { " *" } else { "" };
        let mut cells = vec![format!("{}{mark}", row.outcome.design.name)];
        cells.extend(row.cells.iter().map(cell));
        cells.push(match row.total {
            Some(total) => format!("{:.2}", total.geometric.mid),
            None => "not ranked".to_owned(),
        });
        shown.add_row(cells);
        let mut spread = vec![String::new()];
        spread.extend(row.cells.iter().map(interval));
        spread.push(row.total.map_or_else(String::new, |total| {
            ends(total.geometric, |score| format!("{score:.2}"))
        }));
        shown.add_row(spread);
    }
    format!(
        "{}\n  * no other design is better in everything",
        indent(&shown)
    )
}

fn cell(cell: &Cell) -> String {
    cell.figure
        .map_or_else(|| "-".to_owned(), |figure| text(cell.column, figure.mid))
}

fn interval(cell: &Cell) -> String {
    cell.figure.map_or_else(String::new, |figure| {
        ends(figure, |value| text(cell.column, value))
    })
}

fn ends(range: Range<f64>, text: impl Fn(f64) -> String) -> String {
    let (low, high) = (text(range.low), text(range.high));
    if low == high {
        return String::new();
    }
    format!("{low} to {high}")
}

fn text(column: Column, value: f64) -> String {
    match column {
        Column::TrainingTime | Column::Latency => seconds(value),
        Column::Utilization => format!("{:.2} %", value * 100.0),
        Column::Cost | Column::Scalability => format!("{value:.2}"),
    }
}

/// Money with four digits after the point; what is less is said to be.
pub(super) fn cents(amount: units::Money) -> String {
    let dollars = amount.nanos() as f64 / 1e9;
    if dollars > 0.0 && dollars < 0.000_05 {
        "<0.0001".to_owned()
    } else {
        format!("{dollars:.4}")
    }
}

/// A time in the unit in which it has few digits.
pub(super) fn seconds(value: f64) -> String {
    match value {
        v if v < 0.001 => format!("{:.0} us", v * 1e6),
        v if v < 0.1 => format!("{:.1} ms", v * 1e3),
        v if v < 1.0 => format!("{:.0} ms", v * 1e3),
        v if v < 100.0 => format!("{v:.1} s"),
        v if v < 7_200.0 => format!("{v:.0} s"),
        v => format!("{:.1} h", v / 3_600.0),
    }
}

/// Goals that a design likely breaks.
fn goals(matrix: &Matrix<'_>) -> Option<String> {
    let lines = matrix.rows.iter().flat_map(|row| {
        let broken = row.goals.iter().filter(|kept| kept.chance < 0.5);
        broken.map(|kept| {
            format!(
                "  {} breaks `{}`: the chance to keep it is {:.0} %",
                row.outcome.design.name,
                kept.goal.key(),
                kept.chance * 100.0
            )
        })
    });
    let lines: Vec<String> = lines.collect();
    (!lines.is_empty()).then(|| lines.join("\n"))
}

fn described(matrix: &Matrix<'_>) -> Vec<String> {
    let mut lines = Vec::new();
    for row in &matrix.rows {
        let design = &row.outcome.design;
        let serve = design.serve.iter().map(|group| {
            if group.scales() {
                format!("{} to x{}", group.place, group.most)
            } else {
                group.place.to_string()
            }
        });
        let serve: Vec<String> = serve.collect();
        let serve = if serve.is_empty() {
            String::new()
        } else {
            format!(", serves on {}", serve.join(" and "))
        };
        lines.push(format!(
            "  {}: prepares on {}, trains on {}{serve}, {} in {}",
            design.name, design.prepare, design.train, design.store, design.region
        ));
        lines.extend(design.notes.iter().map(|note| format!("      {note}")));
    }
    lines
}

fn costs(row: &Row<'_>) -> String {
    let mut shown = table(&[&row.outcome.design.name, "USD/month"]);
    for line in &row.outcome.lines {
        shown.add_row(vec![
            format!("{}: {}", line.service, line.item),
            cents(line.amount.mid),
        ]);
    }
    indent(&shown)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn times_have_few_digits() {
        let cases = [
            (0.000_25, "250 us"),
            (0.0051, "5.1 ms"),
            (0.25, "250 ms"),
            (12.34, "12.3 s"),
            (321.4, "321 s"),
            (7_200.0, "2.0 h"),
        ];
        for (value, expected) in cases {
            assert_eq!(seconds(value), expected);
        }
    }
}
