//! Forecasts of known runs.

use proptest::prelude::*;

use super::*;

fn span(text: &str) -> Span {
    text.parse().unwrap()
}

fn money(text: &str) -> Money {
    text.parse().unwrap()
}

fn step(name: &str, state: StepState, history: &[&str], after: &[usize]) -> StepFacts {
    StepFacts {
        name: name.to_owned(),
        state,
        price: Some("3.6 USD/h".parse().unwrap()),
        history: history.iter().map(|text| text.parse().ok()).collect(),
        predicted: None,
        after: after.to_vec(),
    }
}

const STEADY: [&str; 6] = ["100 s", "101 s", "99 s", "100 s", "102 s", "98 s"];

fn done(took: &str) -> StepState {
    StepState::Done {
        took: span(took),
        cost: Some(money("0.1 USD")),
    }
}

fn seconds(range: Range<Span>) -> [f64; 3] {
    [range.low, range.mid, range.high].map(Span::as_seconds)
}

#[test]
fn a_run_that_is_over_has_no_interval() {
    let found = forecast(&[
        step("A", done("100 s"), &STEADY, &[]),
        step("B", done("90 s"), &[], &[0]),
    ]);
    let found = found.unwrap();
    let end = money("0.2 USD");
    assert_eq!(found.spent, end);
    assert_eq!(
        found.cost,
        Range {
            low: end,
            mid: end,
            high: end
        }
    );
    assert_eq!(found.left.high, Span::ZERO);
    assert_eq!((found.unpriced, found.unknown), (vec![], vec![]));
    let nothing = forecast(&[]).unwrap();
    assert_eq!((nothing.spent, nothing.left.mid), (Money::ZERO, Span::ZERO));
}

#[test]
fn steady_history_gives_a_narrow_interval_around_it() {
    let waiting = step("A", StepState::Waiting, &STEADY, &[]);
    let found = forecast(&[waiting]).unwrap();
    let [low, mid, high] = seconds(found.left);
    assert!((mid - 100.0).abs() < 1.5, "{mid}");
    assert!(
        low > 75.0 && low < 95.0 && high > 105.0 && high < 130.0,
        "{low} {high}"
    );
    assert!((found.cost.mid.nanos() as f64 / 1e9 - 0.1).abs() < 0.0015);
}

#[test]
fn a_slow_beginning_moves_the_rest() {
    // Runs differ by a factor that all steps share: a first step of twice the usual time says so.
    let slow = ["100 s", "200 s", "50 s", "100 s", "180 s", "60 s"];
    let at = |took: &str| {
        let steps = [
            step("A", done(took), &slow, &[]),
            step("B", StepState::Waiting, &slow, &[0]),
        ];
        seconds(forecast(&steps).unwrap().left)
    };
    let [usual, twice] = [at("100 s"), at("200 s")];
    assert!((usual[1] - 102.0).abs() < 8.0, "{usual:?}");
    assert!(twice[1] > 1.5 * usual[1], "{twice:?} {usual:?}");
}

#[test]
fn a_step_that_runs_takes_longer_than_what_has_passed() {
    let running = |elapsed: &str, progress: Option<&str>| {
        let state = StepState::Running {
            elapsed: span(elapsed),
            progress: progress.map(|share| share.parse().unwrap()),
        };
        let found = forecast(&[step("A", state, &STEADY, &[])]).unwrap();
        assert_eq!(
            found.spent,
            ("3.6 USD/h".parse::<HourlyPrice>().unwrap() * span(elapsed)).unwrap()
        );
        assert!(found.cost.low >= found.spent);
        seconds(found.left)
    };
    let half = running("50 s", None);
    assert!((half[1] - 50.0).abs() < 3.0, "{half:?}");
    // Beyond anything known, the rest is a share of what has passed.
    let overdue = running("1000 s", None);
    assert!(overdue[1] > 10.0 && overdue[2] < 1_000.0, "{overdue:?}");
    // Progress says twice the usual time, and counts more the later it says so.
    let early = running("100 s", Some("50 %"));
    let late = running("190 s", Some("95 %"));
    assert!(early[1] > 20.0 && early[1] < 100.0, "{early:?}");
    assert!((late[1] - 10.0).abs() < 7.0, "{late:?}");
}

#[test]
fn steps_side_by_side_count_once_in_time_and_each_in_money() {
    let waiting = |after: &[usize]| step("x", StepState::Waiting, &STEADY, after);
    let serial = forecast(&[waiting(&[]), waiting(&[0]), waiting(&[1])]).unwrap();
    let parallel = forecast(&[waiting(&[]), waiting(&[0]), waiting(&[0])]).unwrap();
    assert!((seconds(serial.left)[1] - 300.0).abs() < 8.0);
    assert!(
        (seconds(parallel.left)[1] - 205.0).abs() < 12.0,
        "{:?}",
        parallel.left
    );
    let apart = (serial.cost.mid.nanos() - parallel.cost.mid.nanos()) as f64 / 1e9;
    assert!(apart.abs() < 0.005, "{apart}");
}

#[test]
fn predictions_stand_in_for_history() {
    let predicted = |state, after: &[usize]| StepFacts {
        predicted: Some(Predicted {
            mid: span("100 s"),
            factor: 1.5,
        }),
        ..step("A", state, &[], after)
    };
    let found = forecast(&[predicted(StepState::Waiting, &[])]).unwrap();
    let [low, mid, high] = seconds(found.left);
    // Four of five within a factor of 1.5.
    assert!((mid - 100.0).abs() < 5.0, "{mid}");
    assert!(
        (low - 66.7).abs() < 5.0 && (high - 150.0).abs() < 10.0,
        "{low} {high}"
    );
    // Three steps that took half of what was predicted halve most of the rest.
    let half = || predicted(done("50 s"), &[]);
    let found = forecast(&[half(), half(), half(), predicted(StepState::Waiting, &[2])]).unwrap();
    assert!(seconds(found.left)[1] < 75.0, "{:?}", found.left);
}

#[test]
fn what_is_not_known_is_named() {
    let mut unpriced = step("A", StepState::Waiting, &STEADY, &[]);
    unpriced.price = None;
    let unknown = step("B", StepState::Waiting, &[], &[0]);
    let lost = StepState::Done {
        took: span("1 s"),
        cost: None,
    };
    let found = forecast(&[
        unpriced,
        unknown,
        step("C", lost, &[], &[]),
        step("D", StepState::Found, &[], &[]),
    ]);
    let found = found.unwrap();
    assert_eq!(found.unpriced, ["A", "C"]);
    assert_eq!(found.unknown, ["B", "C"].map(str::to_owned)[..1].to_vec());
    assert_eq!((found.spent, found.cost.high), (Money::ZERO, Money::ZERO));
    assert!(seconds(found.left)[1] > 90.0);
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(40))]

    #[test]
    fn ends_are_in_order_and_never_below_what_was_spent(
        elapsed in 0_u64..10_000,
        history in prop::collection::vec(prop::option::of(1_u64..5_000), 0..6),
        progress in prop::option::of(0_u32..=1_000_000),
        price in 0_i64..10_000_000_000,
    ) {
        let state = StepState::Running {
            elapsed: Span::from_seconds(elapsed).unwrap(),
            progress: progress.and_then(Share::from_ppm),
        };
        let facts = |state, after: &[usize]| StepFacts {
            price: Some(HourlyPrice::new(Money::from_nanos(price))),
            history: history.iter().map(|span| span.map(|s| Span::from_seconds(s).unwrap())).collect(),
            ..step("A", state, &[], after)
        };
        let steps = [facts(state, &[]), facts(StepState::Waiting, &[0])];
        let found = forecast(&steps).unwrap();
        prop_assert_eq!(&found, &forecast(&steps).unwrap());
        prop_assert!(found.spent <= found.cost.low);
        prop_assert!(found.cost.low <= found.cost.mid && found.cost.mid <= found.cost.high);
        prop_assert!(found.left.low <= found.left.mid && found.left.mid <= found.left.high);
    }
}
