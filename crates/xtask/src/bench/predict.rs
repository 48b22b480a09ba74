//! Predictions on CPU models that were held out, by the protocols of `docs/concepts/prediction.md`.

use std::collections::BTreeSet;

use anyhow::{Context, Result};
use predict::evaluation::{
    Case, LocalProtocol, Summary, class_cases, limits_cases, local_cases, sibling_cases, summary,
};
use predict::{Kind, Suite};

use super::Row;

const SEED: u64 = 1;
/// Models of so many million parameters and more are large.
const LARGE_FROM: u32 = 2_000;

pub(super) fn run() -> Result<Vec<Row>> {
    let mut rows = with_suites("(a) class published on other types", &class_cases())?;
    let siblings = sibling_cases(SEED);
    let (large, small): (Vec<Case>, Vec<Case>) = siblings.into_iter().partition(is_large);
    rows.extend(two("(b) siblings, models of 2B and more", &large)?);
    rows.extend(two("(b) siblings, smaller models", &small)?);
    for (name, probes, most_vcpus) in [
        ("(c) local runs, up to 32 vCPU", 0, 32),
        ("(c) local runs, all sizes", 0, u32::MAX),
        ("(d) 1 probe", 1, u32::MAX),
        ("(d) 3 probes", 3, u32::MAX),
        ("(d) 8 probes", 8, u32::MAX),
    ] {
        let cases = local_cases(LocalProtocol {
            probes,
            most_vcpus,
            seed: SEED,
        });
        rows.extend(with_suites(name, &cases)?);
        for kind in [Kind::Serial, Kind::Parallel] {
            let of_kind = cases.iter().filter(|case| case.class.kind() == kind);
            let of_kind: Vec<Case> = of_kind.copied().collect();
            rows.push(reach(&format!("{name}, {kind:?}"), &of_kind)?);
        }
    }
    rows.extend(two("CPU limit to its double", &limits_cases())?);
    Ok(rows)
}

fn is_large(case: &Case) -> bool {
    let model = case.class.language_model();
    model.is_some_and(|model| model.millions >= LARGE_FROM)
}

/// All cases, then each suite apart.
fn with_suites(name: &str, cases: &[Case]) -> Result<Vec<Row>> {
    let mut rows = two(name, cases)?.to_vec();
    let suites: BTreeSet<Suite> = cases.iter().map(|case| case.class.suite()).collect();
    for suite in suites {
        let of = cases.iter().filter(|case| case.class.suite() == suite);
        let of: Vec<Case> = of.copied().collect();
        rows.push(error(&format!("{name}: {suite}"), &sum(&of)?));
    }
    Ok(rows)
}

fn sum(cases: &[Case]) -> Result<Summary> {
    summary(cases).context("nothing was predicted")
}

/// Error, and coverage.
fn two(name: &str, cases: &[Case]) -> Result<[Row; 2]> {
    let found = sum(cases)?;
    let (low, high) = found.coverage_between;
    let coverage = Row {
        measure: format!("{name}, 90 % interval"),
        value: percent(found.coverage),
        spread: format!(
            "{} to {} by CPU model; reach {:.3}",
            percent(low),
            percent(high),
            found.reach
        ),
    };
    Ok([error(name, &found), coverage])
}

fn error(name: &str, found: &Summary) -> Row {
    let (low, high) = found.median_between;
    Row {
        measure: name.to_owned(),
        value: format!("{} / {}", percent(found.median), percent(found.mean)),
        spread: format!(
            "median {} to {} by CPU model, n = {}, {} models; by vCPU {} / {}",
            percent(low),
            percent(high),
            found.count,
            found.clusters,
            percent(found.by_vcpus.0),
            percent(found.by_vcpus.1)
        ),
    }
}

fn reach(name: &str, cases: &[Case]) -> Result<Row> {
    let found = sum(cases)?;
    Ok(Row {
        measure: format!("{name}, width of intervals"),
        value: format!("{:.3}", found.reach),
        spread: format!("standard deviations, n = {}", found.count),
    })
}

fn percent(share: f64) -> String {
    format!("{:.1} %", share * 100.0)
}

#[cfg(test)]
mod tests {
    use super::*;
    use predict::Class;

    #[test]
    fn a_row_has_errors_and_what_they_stand_beside() {
        let class = Class::of_column("stressng_all").unwrap();
        let case = |cluster, predicted| Case {
            class,
            cluster,
            predicted,
            deviation: 1.0,
            actual: 0.0,
            by_vcpus: 2.0_f64.ln(),
        };
        let cases: Vec<Case> = (0..20).map(|cluster| case(cluster, 1.1_f64.ln())).collect();
        let [errors, coverage] = two("all", &cases).unwrap();
        assert_eq!(
            (errors.measure.as_str(), errors.value.as_str()),
            ("all", "10.0 % / 10.0 %")
        );
        assert!(
            errors
                .spread
                .ends_with("n = 20, 20 models; by vCPU 100.0 % / 100.0 %"),
            "{}",
            errors.spread
        );
        assert_eq!(coverage.value, "100.0 %");
        assert!(two("none", &[]).is_err());
        assert!(!is_large(&cases[0]));
    }
}
