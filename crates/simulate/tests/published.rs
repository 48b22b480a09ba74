//! Published figures on real traces, which are too large to be kept here.
//!
//! `PLIMSOLL_DATA=FOLDER cargo test --release -p simulate --test published -- --ignored --nocapture`, where the folder holds
//! `spot/` and `traces/` as docs/concepts/simulation.md describes them.
#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::path::PathBuf;
use std::time::Instant;

use simulate::spot::{
    Availability, DeadlinePolicy, Greedy, Job, OnDemand, SpotRun, UniformProgress, run,
};
use simulate::{
    HorizontalPodAutoscaler, Outcome, ServiceTimes, Serving, Simulation, Slo, SloMeasure, Trace,
};
use units::Span;

fn span(text: &str) -> Span {
    text.parse().unwrap()
}

fn data(path: &str) -> String {
    let folder =
        std::env::var_os("PLIMSOLL_DATA").expect("`PLIMSOLL_DATA` names the folder of the data");
    std::fs::read_to_string(PathBuf::from(folder).join(path)).unwrap()
}

/// The 2,400 traces of "Can't Be Late": 8 places with 300 starts each.
fn starts() -> Vec<Availability> {
    let folder = "spot/skypilot-spot-traces/availability/1-node/aws-10-26-2022";
    let mut whole: BTreeMap<String, Availability> = BTreeMap::new();
    let text = data("spot/cant-be-late-starts.csv");
    let mut rows = csv::Reader::from_reader(text.as_bytes());
    let rows = rows.records().map(Result::unwrap);
    rows.map(|row| {
        let trace = whole.entry(row[0].to_owned()).or_insert_with(|| {
            let text = data(&format!("{folder}/{}.json", &row[0]));
            let file: serde_json::Value = serde_json::from_str(&text).unwrap();
            let gap = file["metadata"]["gap_seconds"].as_u64().unwrap();
            let counts = file["data"].as_array().unwrap().iter();
            let counts: Vec<u32> = counts.map(|count| count.as_u64().unwrap() as u32).collect();
            Availability::from_counts(Span::from_seconds(gap).unwrap(), &counts, 1).unwrap()
        });
        trace
            .part(row[2].parse().unwrap(), row[3].parse().unwrap())
            .unwrap()
    })
    .collect()
}

fn hours(span: Span) -> f64 {
    span.as_seconds() / 3_600.0
}

fn mean(runs: &[SpotRun], of: impl Fn(&SpotRun) -> f64) -> (f64, f64) {
    let count = runs.len() as f64;
    let mean = runs.iter().map(&of).sum::<f64>() / count;
    let square = runs.iter().map(|one| (of(one) - mean).powi(2)).sum::<f64>() / count;
    (mean, square.sqrt())
}

fn all(traces: &[Availability], job: &Job, policy: &mut dyn DeadlinePolicy) -> Vec<SpotRun> {
    let runs = traces.iter().map(|trace| run(job, trace, policy).unwrap());
    runs.collect()
}

#[test]
#[ignore = "needs the traces"]
fn table_3_of_cant_be_late() {
    let began = Instant::now();
    let traces = starts();
    assert_eq!(traces.len(), 2_400);
    let share = traces.iter().map(Availability::share).sum::<f64>() / 2_400.0;
    println!(
        "2,400 traces, capacity in {:.1} % of all ticks",
        share * 100.0
    );
    let job = Job {
        work: span("48 h"),
        deadline: span("60 h"),
        delay: span("12 min"),
        saves: None,
    };
    // Hours on demand and on spot capacity, as published.
    let policies: [(&mut dyn DeadlinePolicy, f64, f64); 3] = [
        (&mut OnDemand, 48.0, 0.0),
        (&mut Greedy, 30.8, 17.2),
        (&mut UniformProgress, 25.1, 22.9),
    ];
    for (policy, on_demand, spot) in policies {
        let runs = all(&traces, &job, policy);
        assert!(runs.iter().all(|one| one.in_time), "{}", policy.name());
        let (found_on_demand, deviation) = mean(&runs, |one| hours(one.useful_on_demand));
        let (found_spot, _) = mean(&runs, |one| hours(one.useful_spot));
        let (cost, _) = mean(&runs, |one| {
            hours(one.on_demand) * 3.06 + hours(one.spot) * 0.9731
        });
        println!(
            "{:<17} on demand {found_on_demand:5.2} h (+-{deviation:.1}, published {on_demand}), spot {found_spot:5.2} h \
             (published {spot}), {cost:7.2} USD",
            policy.name()
        );
        assert!(
            (found_on_demand - on_demand).abs() <= 1.5,
            "{}",
            policy.name()
        );
        assert!((found_spot - spot).abs() <= 1.5, "{}", policy.name());
    }
    println!("{:.2} s", began.elapsed().as_secs_f64());
}

#[test]
#[ignore = "needs the traces"]
fn no_deadline_is_missed_on_the_whole_grid() {
    let began = Instant::now();
    let traces = starts();
    let mut cells = 0;
    for delay in [
        "72 s", "180 s", "360 s", "720 s", "1080 s", "1440 s", "1800 s",
    ] {
        for deadline in (52..=92_u64).step_by(4) {
            let job = Job {
                work: span("48 h"),
                deadline: Span::from_seconds(deadline * 3_600).unwrap(),
                delay: span(delay),
                saves: None,
            };
            let greedy = all(&traces, &job, &mut Greedy);
            let uniform = all(&traces, &job, &mut UniformProgress);
            let in_time = greedy.iter().chain(&uniform).all(|one| one.in_time);
            assert!(in_time, "{delay} {deadline} h");
            cells += 1;
        }
    }
    println!(
        "{cells} cells, 2 policies, 0 missed of {}; {:.1} s",
        cells * 4_800,
        began.elapsed().as_secs_f64()
    );
}

/// The Azure traces with the service time `0.1 + context / 8000 + 0.03 * generated` seconds.
fn azure(name: &str) -> Trace {
    let text = data(&format!("traces/azure-llm-2023-{name}.csv"));
    let mut made = "time,service_seconds\n".to_owned();
    for line in text.lines().skip(1) {
        let cells: Vec<&str> = line.trim().split(',').collect();
        let [context, generated] = [1, 2].map(|place| cells[place].parse::<f64>().unwrap());
        let service = 0.1 + context / 8_000.0 + 0.03 * generated;
        writeln!(made, "{},{service}", cells[0]).unwrap();
    }
    simulate::read_trace(&made, &simulate::Columns::default()).unwrap()
}

fn endpoint() -> Serving {
    Serving {
        slo: Slo {
            measure: SloMeasure::Wait,
            limit: span("5 s"),
        },
        warm_up: span("300 s"),
        ..Serving::new(
            ServiceTimes::Constant(span("1 s")),
            8,
            span("183 s"),
            span("5 s"),
        )
    }
}

fn under_hpa(trace: &Trace, initial: u32) -> Outcome {
    let serving = endpoint();
    let simulation = Simulation {
        serving: &serving,
        trace,
        traffic: 1.0,
    };
    let mut policy = HorizontalPodAutoscaler::new(8.0 * 0.7, 1, 100);
    policy.initial = initial;
    simulation.run(&mut policy, 1).unwrap()
}

#[test]
#[ignore = "needs the traces"]
fn the_autoscaler_of_kubernetes_on_the_azure_traces() {
    for (name, violations, replicas) in [("conv", 0.0, 9.7), ("code", 0.04, 6.2)] {
        let trace = azure(name);
        println!(
            "{name}: an earlier simulation in ticks of a second: {violations} %, {replicas} replicas"
        );
        for initial in [1, 2, 4, 5, 6, 8] {
            let began = Instant::now();
            let found = under_hpa(&trace, initial);
            let millis = began.elapsed().as_secs_f64() * 1e3;
            println!(
                "  {initial} at the beginning: violations {:.2} %, mean replicas {:.2}, at most {}, p99 wait {:.1} s, \
                 utilization {:.2}; {} requests in {millis:.1} ms",
                found.violation_share() * 100.0,
                found.mean_replicas,
                found.max_replicas,
                found.wait.p99.as_seconds(),
                found.utilization,
                found.requests,
            );
        }
    }
    // How many replicas there were at the beginning is not said there. From the best fixed number (6) and from one:
    let conv = under_hpa(&azure("conv"), 6);
    assert_eq!(conv.violations, 0);
    assert!(
        (conv.mean_replicas - 9.7).abs() < 0.3,
        "{}",
        conv.mean_replicas
    );
    let code = under_hpa(&azure("code"), 1);
    assert!(
        (code.violation_share() - 0.0004).abs() < 0.0001,
        "{}",
        code.violation_share()
    );
    assert!(
        (code.mean_replicas - 6.2).abs() < 0.5,
        "{}",
        code.mean_replicas
    );
}

#[test]
#[ignore = "needs the traces"]
fn the_real_traces_are_read_or_refused_with_their_gap() {
    let counts = simulate::Columns::default();
    for (name, line) in [
        ("nasa-http-1995-per-minute.csv", "line 39695: "),
        ("worldcup98-per-minute.csv", "line 10434: "),
    ] {
        let error = simulate::read_trace(&data(&format!("traces/{name}")), &counts).unwrap_err();
        println!("{name}: {error}");
        assert_eq!(error.code(), "P0753");
        assert!(error.to_string().starts_with(line), "{error}");
    }
    let seconds = simulate::Columns {
        period: Some(span("1 s")),
        ..counts
    };
    let trace =
        simulate::read_trace(&data("traces/twitter-2021-08-per-second.csv"), &seconds).unwrap();
    println!(
        "twitter: {} requests in {}",
        trace.requests(),
        trace.duration()
    );
}
