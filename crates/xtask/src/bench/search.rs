//! Searches on the priced types, by the protocol of `docs/concepts/prediction.md`.

use std::collections::BTreeSet;

use anyhow::{Context, Result};
use predict::evaluation::{SearchCase, SearchProtocol, candidates, search_cases};
use predict::{Kind, Suite};

use super::Row;

pub(super) fn run() -> Result<Vec<Row>> {
    let mut rows = vec![Row {
        measure: "priced types".to_owned(),
        value: candidates().len().to_string(),
        spread: String::new(),
    }];
    for (with_floor, with_credits, name) in [
        (true, false, "floor"),
        (false, false, "no floor"),
        (true, true, "floor, types on credits too"),
        (false, true, "no floor, types on credits too"),
    ] {
        let cases = search_cases(SearchProtocol {
            with_floor,
            with_credits,
            ..SearchProtocol::default()
        });
        rows.extend(of_floor(name, &cases)?);
    }
    Ok(rows)
}

fn of_floor(name: &str, cases: &[SearchCase]) -> Result<Vec<Row>> {
    let mut rows = Vec::new();
    for trials in [0, 1, 3, 6] {
        let measure = |policy: &str| format!("{name}, {trials} probes, {policy}");
        rows.push(above(&measure("planned"), cases, |case| {
            case.planned[trials]
        })?);
        if trials > 0 {
            rows.push(above(&measure("CherryPick"), cases, |case| {
                case.cherrypick[trials]
            })?);
            rows.push(above(&measure("random"), cases, |case| {
                case.random[trials]
            })?);
        }
    }
    let stopped = format!("{name}, CherryPick when it stops");
    let mut row = above(&stopped, cases, |case| case.cherrypick_stopped.0)?;
    let trials: usize = cases.iter().map(|case| case.cherrypick_stopped.1).sum();
    let probes = format!(
        ", {:.1} probes in the mean",
        trials as f64 / cases.len() as f64
    );
    row.spread.push_str(&probes);
    rows.push(row);
    rows.push(above(
        &format!("{name}, lowest price an hour"),
        cases,
        |case| case.cheapest,
    )?);
    rows.push(above(&format!("{name}, most vCPU"), cases, |case| {
        case.most_vcpus
    })?);
    for kind in [Kind::Serial, Kind::Parallel] {
        let of = cases.iter().filter(|case| case.class.kind() == kind);
        let of: Vec<SearchCase> = of.cloned().collect();
        for trials in [0, 3, 6] {
            let measure = format!("{name}, {trials} probes, planned: {kind:?}");
            rows.extend(above(&measure, &of, |case| case.planned[trials]));
        }
    }
    let suites: BTreeSet<Suite> = cases.iter().map(|case| case.class.suite()).collect();
    for suite in suites {
        let of = cases.iter().filter(|case| case.class.suite() == suite);
        let of: Vec<SearchCase> = of.cloned().collect();
        rows.push(above(
            &format!("{name}, 0 probes, planned: {suite}"),
            &of,
            |case| case.planned[0],
        )?);
    }
    Ok(rows)
}

/// Median and 90th percentile of what is paid above the cheapest.
fn above(measure: &str, cases: &[SearchCase], of: impl Fn(&SearchCase) -> f64) -> Result<Row> {
    let mut sorted: Vec<f64> = cases.iter().map(of).collect();
    sorted.sort_by(f64::total_cmp);
    let median = super::median(&sorted).context("nothing was searched")?;
    let ninth = sorted[(sorted.len() - 1) * 9 / 10];
    Ok(Row {
        measure: measure.to_owned(),
        value: format!("{:.1} %", median * 100.0),
        spread: format!(
            "nine of ten below {:.0} %, n = {}",
            ninth * 100.0,
            sorted.len()
        ),
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use predict::Class;

    #[test]
    fn policies_stand_side_by_side() {
        let case = |excess: f64| SearchCase {
            class: Class::of_column("stressng_all").unwrap(),
            planned: vec![excess; 7],
            cherrypick: vec![2.0 * excess; 7],
            cherrypick_stopped: (0.25, 8),
            random: vec![3.0; 7],
            cheapest: 1.0,
            most_vcpus: 4.0,
        };
        let rows = of_floor("floor", &[case(0.1), case(0.1), case(0.5)]).unwrap();
        let find = |measure: &str| rows.iter().find(|row| row.measure == measure).unwrap();
        assert_eq!(find("floor, 0 probes, planned").value, "10.0 %");
        assert_eq!(find("floor, 3 probes, CherryPick").value, "20.0 %");
        assert!(
            find("floor, CherryPick when it stops")
                .spread
                .ends_with("n = 3, 8.0 probes in the mean")
        );
        assert_eq!(find("floor, 0 probes, planned: stress-ng").value, "10.0 %");
        assert!(of_floor("floor", &[]).is_err());
    }
}
