//! Densities against known values, and draws against densities.

use super::*;

#[test]
fn tails_are_those_of_the_normal_distribution() {
    for (value, expected) in [
        (0.0, 0.5),
        (1.0, 0.158_655_253_931_457),
        (-1.0, 0.841_344_746_068_543),
        (1.959_963_984_540_054, 0.025),
        (6.0, 9.865_876_450_376_98e-10),
    ] {
        let found = upper_tail(value);
        assert!(
            (found - expected).abs() <= 2e-7 * expected,
            "{value}: {found}"
        );
    }
}

fn place(value: f64) -> Vec<Spot> {
    vec![Spot::Place(value)]
}

#[test]
fn a_density_has_the_mass_one() {
    let line = Axis::of(&crate::Parameter {
        name: "x".into(),
        domain: crate::Domain::Continuous {
            low: 0.0,
            high: 1.0,
            scale: crate::Scale::Linear,
        },
    });
    for points in [vec![], vec![0.0], vec![0.02, 0.5, 0.51, 0.99]] {
        let axes = [line.clone()];
        let kernels = points.iter().map(|point| (place(*point), 1.0)).collect();
        let density = Parzen::new(&axes, kernels);
        let steps = 4_000;
        let mass: f64 = (0..steps)
            .map(|step| (f64::from(step) + 0.5) / f64::from(steps))
            .map(|x| density.log_density(&place(x)).exp() / f64::from(steps))
            .sum();
        assert!((mass - 1.0).abs() < 1e-4, "{points:?}: {mass}");
    }
}

#[test]
fn cells_and_words_have_the_mass_one() {
    let whole = Axis::of(&crate::Parameter {
        name: "n".into(),
        domain: crate::Domain::Integer {
            low: 1,
            high: 7,
            scale: crate::Scale::Logarithmic,
        },
    });
    let axes = [whole, Axis::Words { count: 3 }];
    let spots = |n: i64, category: usize| {
        vec![
            axes[0].spot(&crate::Value::Integer(n)),
            Spot::Word(category),
        ]
    };
    let density = Parzen::new(&axes, vec![(spots(2, 0), 1.0), (spots(6, 2), 0.5)]);
    let mut mass = 0.0;
    for n in 1..=7 {
        for category in 0..3 {
            mass += density.log_density(&spots(n, category)).exp();
        }
    }
    assert!((mass - 1.0).abs() < 1e-6, "{mass}");
    let at = |n, category| density.log_density(&spots(n, category));
    assert!(at(2, 0) > at(2, 1) && at(2, 0) > at(4, 0) && at(2, 0) > at(6, 2));
}

#[test]
fn draws_follow_the_density() {
    let axes = [Axis::Words { count: 4 }];
    let kernels = vec![(vec![Spot::Word(1)], 3.0), (vec![Spot::Word(2)], 1.0)];
    let density = Parzen::new(&axes, kernels);
    let mut stream = Stream::new(5, 1);
    let mut counts = [0.0; 4];
    let draws = 20_000;
    for _ in 0..draws {
        counts[(density.sample(&mut stream)[0] * 4.0) as usize] += 1.0 / f64::from(draws);
    }
    for (word, found) in counts.iter().enumerate() {
        let expected = density.log_density(&[Spot::Word(word)]).exp();
        assert!(
            (found - expected).abs() < 0.012,
            "{word}: {found} and {expected}"
        );
    }
}
