//! How long pure transitions take; the figure is printed, not judged.

use serde_json::json;
use states::{Execution, Machine, Start, Status};

/// A chain of 20 Pass states from start to end, once per round.
#[test]
fn twenty_pure_transitions() {
    const ROUNDS: u32 = 200;
    let mut states = serde_json::Map::new();
    for n in 0..20 {
        let mut state = json!({"Type": "Pass", "Result": n, "ResultPath": format!("$.r{n}")});
        match n {
            19 => state["End"] = json!(true),
            _ => state["Next"] = json!(format!("S{}", n + 1)),
        }
        states.insert(format!("S{n}"), state);
    }
    let machine = Machine::parse(&json!({"StartAt": "S0", "States": states}).to_string()).unwrap();
    let mut times = Vec::new();
    for _ in 0..ROUNDS {
        let begin = std::time::Instant::now();
        let (execution, outcome) = Execution::start(&machine, Start::default(), 0);
        times.push(begin.elapsed());
        assert!(matches!(execution.status(), Status::Succeeded { .. }));
        assert_eq!(outcome.history.len(), 42);
    }
    times.sort();
    println!(
        "20 pure transitions: median {:?} of {ROUNDS}",
        times[times.len() / 2]
    );
}
