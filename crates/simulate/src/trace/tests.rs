//! Traces: forms, files, patterns.

use proptest::prelude::*;

use super::*;
use crate::random::Stream;

fn span(text: &str) -> Span {
    text.parse().unwrap()
}

fn read(text: &str) -> Result<Trace, SimulateError> {
    read_trace(text, &Columns::default())
}

#[test]
fn files_of_each_form_are_read() {
    let dates =
        "minute,count\n1995-07-01 00:00:00,42\n1995-07-01 00:01:00,61\n1995-07-01 00:02:00,0\n";
    let trace = read(dates).unwrap();
    assert_eq!((trace.duration(), trace.requests()), (span("3 min"), 103.0));

    let instants =
        "\u{feff}Time,Requests\r\n2026-03-01T00:00:00Z,5\r\n2026-03-01T01:00:00+00:00,7.0\r\n";
    let trace = read(instants).unwrap();
    assert_eq!((trace.duration(), trace.requests()), (span("2 h"), 12.0));

    let columns = Columns {
        period: Some(span("1 s")),
        ..Columns::default()
    };
    let trace = read_trace("count\n5\n0\n7\n", &columns).unwrap();
    assert_eq!((trace.duration(), trace.peak_rate()), (span("3 s"), 7.0));

    let events = "TIMESTAMP,ContextTokens\n2023-11-16 18:17:03.9799600,4808\n2023-11-16 18:17:04.0319600,3180\n";
    let trace = read(events).unwrap();
    assert_eq!((trace.duration(), trace.requests()), (span("52 ms"), 2.0));

    let columns = Columns {
        time: Some("end".to_owned()),
        ..Columns::default()
    };
    let timed = "end,service_seconds\n10.5,0.25\n12,0.5\n";
    let trace = read_trace(timed, &columns).unwrap();
    let arrivals = trace.arrivals(1.0, &mut Stream::new(1, 0)).unwrap();
    assert_eq!(arrivals[1].at, span("1500 ms"));
    assert_eq!(arrivals[0].service, Some(span("250 ms")));
}

/// Text, code and message.
const REFUSED: [(&str, &str, &str); 16] = [
    (
        "a,b\n1,2\n",
        "P0750",
        "the trace has no column `time` or `count`, it has `a`, `b`",
    ),
    (
        "count\n1\n",
        "P0755",
        "`period` is not said, expected the length of a period, since the trace has counts without times",
    ),
    (
        "time,count\n0,5\n60,-3\n",
        "P0751",
        "line 3: `-3` in column `count` is not a whole number of requests, 0 or more",
    ),
    (
        "time,count\n0,5\n60,\n",
        "P0751",
        "line 3: `` in column `count` is not a whole number of requests, 0 or more",
    ),
    (
        "time,count\n0,5\n60,NaN\n",
        "P0751",
        "line 3: `NaN` in column `count` is not a whole number of requests, 0 or more",
    ),
    (
        "time,count\n0,5\n60,2.5\n",
        "P0751",
        "line 3: `2.5` in column `count` is not a whole number of requests, 0 or more",
    ),
    (
        "time,count\n0,5\nnoon,5\n",
        "P0751",
        "line 3: `noon` in column `time` is not a moment of the form of the first line: seconds, or a date with time",
    ),
    (
        "time,count\n0,5\n2026-01-01 00:00,5\n",
        "P0751",
        "line 3: `2026-01-01 00:00` in column `time` is not a moment of the form of the first line: seconds, or a date with time",
    ),
    (
        "time,count\n0,5\n60,5\n30,5\n",
        "P0752",
        "line 4: `30` lies before the time of the line above",
    ),
    (
        "time,count\n0,5\n0,5\n",
        "P0752",
        "line 3: `0` lies before the time of the line above",
    ),
    (
        "time,count\n0,5\n60,5\n\n180,5\n",
        "P0753",
        "line 5: `180` is 2 min after the line above where a period is 1 min",
    ),
    (
        "time\n5\n4\n",
        "P0752",
        "line 3: `4` lies before the time of the line above",
    ),
    (
        "time,count\n0,5\n",
        "P0754",
        "the trace has 1 periods, expected at least 2, or the length of a period",
    ),
    (
        "time\n",
        "P0754",
        "the trace has no request and no period, expected at least one",
    ),
    (
        "",
        "P0750",
        "the trace has no column `time` or `count`, it has ``",
    ),
    (
        "time,service_seconds\n0,-1\n",
        "P0751",
        "line 2: `-1` in column `service_seconds` is not a number of seconds, 0 or more",
    ),
];

#[test]
fn what_is_wrong_is_refused_with_its_line() {
    for (text, code, message) in REFUSED {
        let error = read(text).unwrap_err();
        assert_eq!((error.code(), error.to_string().as_str()), (code, message));
    }
    let named = Columns {
        count: Some("hits".to_owned()),
        ..Columns::default()
    };
    let error = read_trace("time,count\n0,5\n", &named).unwrap_err();
    assert_eq!(
        error.to_string(),
        "the trace has no column `hits`, it has `time`, `count`"
    );
}

#[test]
fn a_period_that_is_said_must_be_that_of_the_file() {
    let columns = Columns {
        period: Some(span("1 min")),
        ..Columns::default()
    };
    let error = read_trace("time,count\n0,5\n3600,5\n", &columns).unwrap_err();
    assert_eq!(error.code(), "P0753");
}

#[test]
fn a_daily_pattern_has_its_mean_and_its_peak() {
    for factor in [1.0, 1.5, 3.0, 10.0, 20.0] {
        let daily = Daily {
            mean: "2 /s".parse().unwrap(),
            peak_factor: factor,
            peak_at: span("14 h"),
            days: 2,
        };
        let trace = daily.trace().unwrap();
        assert_eq!(trace.duration(), span("2 d"));
        assert!((trace.mean_rate() - 2.0).abs() < 1e-6, "{factor}");
        assert!(
            (trace.peak_rate() / 2.0 - factor).abs() < 0.01 * factor,
            "{factor}"
        );
        let hour = trace.busiest(span("1 h")).unwrap();
        assert_eq!(hour.duration(), span("1 h"));
        assert!(hour.mean_rate() >= 2.0 - 1e-6);
    }
    for (peak_factor, days) in [(0.5, 1), (f64::NAN, 1), (21.0, 1), (2.0, 0), (2.0, 400)] {
        let daily = Daily {
            mean: "2 /s".parse().unwrap(),
            peak_factor,
            peak_at: span("14 h"),
            days,
        };
        assert_eq!(daily.trace().unwrap_err().code(), "P0755");
    }
}

#[test]
fn windows_begin_at_zero_and_the_busiest_is_found() {
    let minute = span("1 min");
    let trace = Trace::from_counts(minute, vec![1, 5, 9, 2, 8, 8, 0]).unwrap();
    assert_eq!(
        trace.busiest(span("2 min")).unwrap(),
        Trace::from_counts(minute, vec![8, 8]).unwrap()
    );
    assert_eq!(
        trace.busiest(minute).unwrap(),
        Trace::from_counts(minute, vec![9]).unwrap()
    );
    assert_eq!(trace.busiest(span("1 d")).unwrap(), trace);
    let part = trace.window(span("90 s"), span("150 s")).unwrap();
    assert_eq!(part, Trace::from_counts(minute, vec![5, 9]).unwrap());
    assert!(trace.window(span("1 h"), span("2 h")).is_err());

    let events = "time\n0\n10\n11\n12\n50\n51\n";
    let busiest = read(events).unwrap().busiest(span("5 s")).unwrap();
    assert_eq!((busiest.requests(), busiest.duration()), (3.0, span("2 s")));
}

#[test]
fn too_much_traffic_and_none_are_refused() {
    let trace = Trace::from_counts(span("1 min"), vec![8_000_000]).unwrap();
    let arrivals = |factor| {
        trace
            .arrivals(factor, &mut Stream::new(1, 0))
            .map(|made| made.len())
    };
    assert_eq!(arrivals(1.0).unwrap_err().code(), "P0754");
    for factor in [0.0, -1.0, f64::INFINITY] {
        assert_eq!(arrivals(factor).unwrap_err().code(), "P0755");
    }
    assert_eq!(
        Trace::from_counts(Span::ZERO, vec![1]).unwrap_err().code(),
        "P0755"
    );
    let late = |text| Request {
        at: span(text),
        service: None,
    };
    assert!(Trace::from_requests(vec![late("2 s"), late("1 s")]).is_err());
}

#[test]
fn a_constant_rate_has_the_spread_of_independent_requests() {
    let trace = Trace::constant("5 /s".parse().unwrap(), span("10 min")).unwrap();
    let counts = (0..400).map(|seed| {
        let made = trace.arrivals(1.0, &mut Stream::new(seed, 0)).unwrap();
        made.len() as f64
    });
    let counts: Vec<f64> = counts.collect();
    let mean = counts.iter().sum::<f64>() / 400.0;
    let variance = counts
        .iter()
        .map(|count| (count - mean).powi(2))
        .sum::<f64>()
        / 399.0;
    assert!((mean - 3_000.0).abs() < 9.0, "{mean}");
    assert!((variance / 3_000.0 - 1.0).abs() < 0.25, "{variance}");
}

proptest! {
    #[test]
    fn arrivals_are_in_order_within_the_trace_and_as_many_as_asked(
        counts in prop::collection::vec(0_u64..50, 1..40),
        factor in 0.1_f64..4.0,
        seed in any::<u64>(),
    ) {
        let trace = Trace::from_counts(span("1 min"), counts).unwrap();
        let made = trace.arrivals(factor, &mut Stream::new(seed, 0)).unwrap();
        prop_assert!(made.windows(2).all(|pair| pair[0].at <= pair[1].at));
        prop_assert!(made.iter().all(|arrival| arrival.at < trace.duration()));
        let periods = trace.duration().whole_seconds() as f64 / 60.0;
        prop_assert!((made.len() as f64 - trace.requests() * factor).abs() <= periods);
    }

    #[test]
    fn single_requests_are_repeated_in_order(seconds in prop::collection::vec(0_u32..10_000, 1..50), seed in any::<u64>()) {
        let mut seconds = seconds;
        seconds.sort_unstable();
        let text: String = seconds.iter().map(|second| format!("{second}\n")).collect();
        let trace = read(&format!("time\n{text}")).unwrap();
        let made = trace.arrivals(2.0, &mut Stream::new(seed, 0)).unwrap();
        prop_assert_eq!(made.len(), seconds.len() * 2);
        prop_assert!(made.windows(2).all(|pair| pair[0].at <= pair[1].at));
    }

    #[test]
    fn any_text_is_read_or_refused(text in "[a-z0-9,:\\-\\. \n]{0,200}") {
        let _ = read(&text);
        let _ = read(&format!("time,count\n{text}"));
        let _ = read(&format!("time\n{text}"));
    }
}
