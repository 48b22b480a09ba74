//! All families on a small series, chosen and tested.

use std::collections::BTreeMap;

use super::made::{self, Place};

const FAMILIES: [(&str, &[(&str, &str)]); 7] = [
    ("persistence", &[]),
    ("seasonal_naive", &[]),
    ("ridge", &[]),
    ("linear_regression", &[]),
    ("random_forest", &[("n_estimators", "20")]),
    ("gradient_boosting", &[("n_estimators", "30")]),
    (
        "lstm",
        &[
            ("epochs", "3"),
            ("hidden_size", "16"),
            ("window", "24"),
            ("learning_rate", "0.01"),
        ],
    ),
];

fn prepared() -> Place {
    let place = Place::new(&made::text(&made::lines(600)));
    place.prepare(&made::spec()).unwrap();
    place
}

fn trained(place: &Place) -> BTreeMap<&'static str, steps::TrainSummary> {
    let one = |(name, own): &(&'static str, &[(&str, &str)])| {
        let mut told = vec![("algorithm", *name), ("seed", "3"), ("scale", "standard")];
        told.extend(*own);
        (*name, place.train(name, &told).unwrap())
    };
    FAMILIES.iter().map(one).collect()
}

#[test]
fn every_family_is_trained_chosen_and_tested() {
    let place = prepared();
    let summaries = trained(&place);
    // 600 hours: 360 to train on, of which 47 have no history and the target is missing in each 50th.
    assert_eq!(summaries["ridge"].rows, 360 - 48 - 7);
    assert_eq!(summaries["lstm"].iterations, 6);
    let names: Vec<&str> = FAMILIES.iter().map(|(name, _)| *name).collect();
    let selection = place.select(&names, "mase").unwrap();
    assert!(!["persistence", "seasonal_naive"].contains(&selection.selected.as_str()));
    let scores: BTreeMap<&str, &BTreeMap<String, f64>> = selection
        .candidates
        .iter()
        .map(|one| (one.name.as_str(), &one.scores))
        .collect();
    assert!(scores["ridge"]["rmse_1h"] < scores["persistence"]["rmse_1h"]);
    assert!(scores["seasonal_naive"]["mase"] < scores["persistence"]["mase"]);
    for own in scores.values() {
        assert!((own["rmse"] - f64::midpoint(own["rmse_1h"], own["rmse_6h"])).abs() < 1e-12);
        assert_eq!(own.len(), 4 * 3);
    }
    let lstm = selection
        .candidates
        .iter()
        .find(|one| one.name == "lstm")
        .unwrap();
    assert_eq!(lstm.one_row_p99_ns, Some(10_000_000));
    assert_eq!(
        lstm.scores["rmse"].to_bits(),
        summaries["lstm"].scores["validation:rmse"].to_bits()
    );
}

#[test]
fn intervals_are_of_days_and_differences_are_paired() {
    let place = prepared();
    place
        .train("ridge", &[("algorithm", "ridge"), ("refit", "")])
        .unwrap();
    let evaluation = place.evaluate("ridge", 400);
    let again = place.evaluate("ridge", 400);
    assert_eq!(evaluation, again);
    let forecast = evaluation.forecast.unwrap();
    // The test part begins at hour 480 and has 120 hours.
    assert_eq!((forecast.days, evaluation.rows), (5, 117));
    for own in &forecast.horizons {
        for (metric, interval) in &own.intervals {
            assert!(
                interval.low <= own.scores[metric] && own.scores[metric] <= interval.high,
                "{metric}"
            );
        }
        let seasonal = &own.baselines[1];
        assert_eq!(seasonal.name, "seasonal_naive");
        let difference = seasonal.differences["rmse"];
        let found = seasonal.scores["rmse"] - own.scores["rmse"];
        assert!(difference.low <= found && found <= difference.high);
        let last = own.last.last().unwrap();
        assert!((last.truth - made::y(598)).abs() < 1e-5);
        assert_eq!(last.at, own.last[own.last.len() - 2].at + 3600);
    }
    assert!(
        evaluation.intervals.contains_key("mase") && evaluation.intervals.contains_key("rmse_6h")
    );
}

#[test]
fn a_baseline_answers_the_value_that_its_name_says() {
    let place = prepared();
    place
        .train(
            "seasonal_naive",
            &[("algorithm", "seasonal_naive"), ("refit", "")],
        )
        .unwrap();
    let forecast = place.evaluate("seasonal_naive", 10).forecast.unwrap();
    for own in forecast.horizons {
        for (metric, value) in &own.scores {
            assert!(
                (own.baselines[1].scores[metric] - value).abs() < 1e-6,
                "{metric}"
            );
        }
        assert!(
            own.last
                .iter()
                .all(|point| (point.forecast - point.seasonal_naive).abs() < 1e-6)
        );
    }
}

#[test]
fn importance_finds_what_a_forecast_is_made_of() {
    let place = prepared();
    let found = |name: &str, told: &[(&str, &str)]| {
        let told = [&[("algorithm", name), ("refit", "")], told].concat();
        place.train(name, &told).unwrap();
        let evaluation = place.evaluate(name, 10);
        let importance = evaluation.importance.unwrap();
        assert_eq!(
            (importance.metric.as_str(), importance.repeats),
            ("rmse", 10)
        );
        assert_eq!((importance.rows, importance.left_out), (117, 0));
        let columns = importance.columns.into_iter();
        columns
            .map(|one| (one.column, one.mean))
            .collect::<Vec<(String, f64)>>()
    };
    // A naive forecast is the target's past and nothing else.
    let naive = found("seasonal_naive", &[]);
    assert_eq!(naive[0].0, "y");
    assert!(naive[0].1 > 0.1, "{naive:?}");
    assert!(naive[1..].iter().all(|(_, mean)| *mean == 0.0), "{naive:?}");
    let names = |found: &[(String, f64)]| {
        let mut names: Vec<String> = found.iter().map(|(name, _)| name.clone()).collect();
        names.sort();
        names
    };
    assert_eq!(names(&naive), ["(calendar)", "x", "y"]);
    for (name, told) in FAMILIES
        .iter()
        .filter(|(name, _)| *name == "ridge" || *name == "lstm")
    {
        let own = found(name, told);
        assert_eq!(names(&own), names(&naive));
        assert!(own.iter().any(|(_, mean)| *mean > 0.0), "{name}: {own:?}");
    }
}

#[test]
fn a_refit_learns_from_both_parts_whatever_their_order() {
    let place = prepared();
    let refit = place
        .train("refit", &[("algorithm", "ridge"), ("refit", "")])
        .unwrap();
    // 480 hours, 47 without history, and 9 of them have no target.
    assert_eq!(refit.rows, 480 - 48 - 9);
}

#[test]
fn one_seed_gives_the_same_files() {
    let place = prepared();
    let bytes = |name: &str| {
        trained(&place);
        let read = |horizon: u32| {
            std::fs::read(
                place
                    .path(name)
                    .join(steps::SchemaSeries::model_file(horizon)),
            )
            .unwrap()
        };
        [read(1), read(6)]
    };
    for name in ["lstm", "gradient_boosting"] {
        assert_eq!(bytes(name), bytes(name));
    }
}

#[test]
fn a_network_needs_no_more_hours_than_a_forecast_is_given() {
    let place = prepared();
    let error = place
        .train("lstm", &[("algorithm", "lstm"), ("window", "60")])
        .unwrap_err();
    let message = "hyperparameter `window` has the value `60`, expected at most 48, the hours that a forecast is given";
    assert_eq!(
        (error.to_string().as_str(), error.code()),
        (message, "P0225")
    );
    let error = place
        .train("x", &[("algorithm", "logistic_regression")])
        .unwrap_err();
    assert!(
        error
            .to_string()
            .contains("expected one of `persistence`, `seasonal_naive`, `lstm`, `mean`"),
        "{error}"
    );
}
