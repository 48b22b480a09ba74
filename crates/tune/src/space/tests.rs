//! Refusals, points and texts; every proposal lies in its space.

use std::collections::BTreeMap;

use proptest::prelude::*;

use super::*;
use crate::{Ask, Goal, Search, Strategy as How, Trial};

fn real(name: &str, low: f64, high: f64, scale: Scale) -> Parameter {
    Parameter {
        name: name.into(),
        domain: Domain::Continuous { low, high, scale },
    }
}

fn whole(name: &str, low: i64, high: i64, scale: Scale) -> Parameter {
    Parameter {
        name: name.into(),
        domain: Domain::Integer { low, high, scale },
    }
}

fn words(name: &str, values: &[&str]) -> Parameter {
    Parameter {
        name: name.into(),
        domain: Domain::Categorical {
            values: values.iter().map(ToString::to_string).collect(),
        },
    }
}

#[test]
fn ranges_that_cannot_be_searched_are_refused() {
    for (parameters, message) in [
        (vec![], "there is no parameter to search"),
        (
            vec![whole("a", 1, 2, Scale::Auto), words("a", &["x"])],
            "the parameter `a` is there twice",
        ),
        (
            vec![real("a", 2.0, 1.0, Scale::Auto)],
            "the range of `a` is upside down or not finite: 2 to 1",
        ),
        (
            vec![real("a", 0.0, f64::NAN, Scale::Auto)],
            "the range of `a` is upside down or not finite: 0 to NaN",
        ),
        (
            vec![real("a", 0.0, 1.0, Scale::Logarithmic)],
            "the range of `a` cannot have the scale Logarithmic: it needs values greater than 0",
        ),
        (
            vec![real("a", 0.0, 1.0, Scale::ReverseLogarithmic)],
            "the range of `a` cannot have the scale ReverseLogarithmic: it needs values in 0 <= x < 1",
        ),
        (
            vec![whole("a", 0, 9, Scale::ReverseLogarithmic)],
            "the range of `a` cannot have the scale ReverseLogarithmic: whole numbers are not below 1",
        ),
        (
            vec![words("a", &["x", "x"])],
            "the values of `a` are empty or not distinct",
        ),
        (
            (0..31)
                .map(|n| whole(&format!("p{n}"), 0, 1, Scale::Auto))
                .collect(),
            "31 parameters are searched, at most 30 may be",
        ),
    ] {
        assert_eq!(Space::new(parameters).unwrap_err().to_string(), message);
    }
}

#[test]
fn points_are_counted_where_they_can_be() {
    let count = |parameters| Space::new(parameters).unwrap().points();
    assert_eq!(
        count(vec![words("a", &["x", "y"]), whole("b", 3, 5, Scale::Auto)]),
        Some(6)
    );
    assert_eq!(count(vec![real("a", 0.0, 1.0, Scale::Auto)]), None);
    assert_eq!(count(vec![real("a", 1.0, 1.0, Scale::Auto)]), Some(1));
    assert_eq!(
        count(vec![whole("a", i64::MIN, i64::MAX, Scale::Auto)]),
        None
    );
}

#[test]
fn hyperparameters_outside_the_space_are_no_point() {
    let space = Space::new(vec![
        real("rate", 0.0, 1.0, Scale::Auto),
        whole("depth", 1, 9, Scale::Auto),
        words("kind", &["a", "b"]),
    ])
    .unwrap();
    let texts = |rate: &str, depth: &str, kind: &str| -> BTreeMap<String, String> {
        [("rate", rate), ("depth", depth), ("kind", kind)]
            .map(|(name, value)| (name.to_owned(), value.to_owned()))
            .into()
    };
    let point = space.point(&texts("0.25", "3", "b")).unwrap();
    assert_eq!(
        point,
        [
            Value::Real(0.25),
            Value::Integer(3),
            Value::Category { category: 1 }
        ]
    );
    for (rate, depth, kind) in [
        ("1.5", "3", "b"),
        ("0.5", "3.5", "b"),
        ("0.5", "10", "a"),
        ("0.5", "3", "c"),
    ] {
        assert_eq!(
            space.point(&texts(rate, depth, kind)),
            None,
            "{rate} {depth} {kind}"
        );
    }
    assert_eq!(space.point(&BTreeMap::new()), None);
}

fn parameter() -> impl Strategy<Value = Domain> {
    let scale = prop_oneof![Just(Scale::Auto), Just(Scale::Linear)];
    prop_oneof![
        (-1e6..1e6_f64, 0.0..1e6_f64, scale.clone()).prop_map(|(low, width, scale)| {
            Domain::Continuous {
                low,
                high: low + width,
                scale,
            }
        }),
        (1e-9..1.0_f64, 1.0..1e6_f64).prop_map(|(low, times)| Domain::Continuous {
            low,
            high: low * times,
            scale: Scale::Logarithmic,
        }),
        (0.0..0.5_f64, 0.0..0.49_f64).prop_map(|(low, width)| Domain::Continuous {
            low,
            high: low + width,
            scale: Scale::ReverseLogarithmic,
        }),
        (-1000..1000_i64, 0..1000_i64, scale).prop_map(|(low, width, scale)| Domain::Integer {
            low,
            high: low + width,
            scale,
        }),
        (1..100_i64, 0..1000_i64).prop_map(|(low, width)| Domain::Integer {
            low,
            high: low + width,
            scale: Scale::Logarithmic,
        }),
        (1..6_usize).prop_map(|count| Domain::Categorical {
            values: (0..count).map(|n| format!("w{n}")).collect(),
        }),
    ]
}

proptest! {
    #[test]
    fn every_proposal_lies_in_the_space_and_comes_back_from_its_texts(
        domains in prop::collection::vec(parameter(), 1..6),
        seed: u64,
        bayesian: bool,
    ) {
        let parameters = domains.into_iter().enumerate().map(|(place, domain)| Parameter {
            name: format!("p{place}"),
            domain,
        });
        let space = Space::new(parameters.collect()).unwrap();
        let strategy = if bayesian { How::Bayesian } else { How::Random };
        let search = Search::new(space.clone(), strategy, Goal::Minimize, seed, crate::WINDOW);
        let mut trials: Vec<Trial> = Vec::new();
        for number in 0..14 {
            let Ask::Point(point) = search.ask(&trials) else { panic!("no point") };
            let texts = space.texts(&point);
            let back = space.point(&texts);
            prop_assert_eq!(back.as_ref(), Some(&point), "{:?}", texts);
            let outcome = match number % 5 {
                3 => crate::Outcome::Failed,
                _ => crate::Outcome::Scored(f64::from(number) * 0.37 % 1.0),
            };
            trials.push(Trial { point, outcome });
        }
    }
}
