//! What a transition costs: twenty in one transaction beside twenty transactions, interleaved. Reported, not judged:
//! the machine is shared.

use std::time::{Duration, Instant};

use serde_json::{Map, Value, json};

use super::bed::Bed;

const STATES: usize = 20;
const ROUNDS: usize = 25;

fn chain() -> Value {
    let state = |place: usize| match place + 1 {
        STATES => json!({"Type": "Pass", "End": true}),
        next => json!({"Type": "Pass", "Next": format!("S{next}")}),
    };
    let states: Map<String, Value> = (0..STATES)
        .map(|place| (format!("S{place}"), state(place)))
        .collect();
    json!({"StartAt": "S0", "States": states})
}

fn median(mut times: Vec<Duration>) -> f64 {
    times.sort();
    times[times.len() / 2].as_secs_f64() * 1e6
}

#[test]
fn twenty_transitions_are_one_transaction() {
    let mut bed = Bed::new();
    let machine = bed.machine("chain", &chain());
    let (mut one, mut many) = (Vec::new(), Vec::new());
    for round in 0..ROUNDS {
        let started = Instant::now();
        let execution = bed.start(&machine, &format!("r{round}"), &json!({}));
        one.push(started.elapsed());
        let started = Instant::now();
        for place in 0..STATES {
            bed.transact(|tx| Ok(tx.set_meta(&format!("bare/{round}/{place}"), "x")?))
                .unwrap();
        }
        many.push(started.elapsed());
        assert_eq!(bed.described(&execution)["status"], "SUCCEEDED");
        assert_eq!(bed.history(&execution).len(), 2 + 2 * STATES);
    }
    let (one, many) = (median(one), median(many));
    println!(
        "{STATES} transitions in one transaction: {one:.0} us; {STATES} bare commits: {many:.0} us; ratio {:.2}",
        one / many
    );
}
