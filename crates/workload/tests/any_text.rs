//! Whatever the text, the parser answers, and every place that it names is in the text.

use proptest::prelude::*;
use workload::{Color, parse, render};

/// Answers for the text, or panics; returns whether it is a workload.
fn answers(text: &str) -> bool {
    let Err(problems) = parse(text) else {
        return true;
    };
    assert!(!problems.is_empty());
    for problem in &problems {
        let ranges = problem
            .range
            .into_iter()
            .chain(problem.related.iter().map(|(range, _)| *range));
        for range in ranges {
            assert!(
                text.get(range.start..range.end).is_some(),
                "{range:?} of {text:?}"
            );
        }
    }
    assert!(render(&problems, "w.yaml", text, Color::Never).starts_with("error[P01"));
    false
}

const WHOLE: &str = include_str!("data/good/everything.yaml");

/// Pieces that YAML and the schema give a meaning to.
fn piece() -> impl Strategy<Value = String> {
    let words = [
        "plimsoll: 1",
        "name: a",
        "data:",
        "task:",
        "source: a.csv",
        "target: b",
        "split:",
        "models:",
        "gate:",
        "\n",
        "\n  ",
        "\n    ",
        "- ",
        ": ",
        ", ",
        "{",
        "}",
        "[",
        "]",
        "\"",
        "'",
        "#",
        "&a ",
        "*a",
        "!!str ",
        "---\n",
        "...\n",
        "? ",
        "| \n",
        ">\n",
        "%",
        "20 %",
        "200 /s",
        "\t",
        "\r\n",
        "~",
        "<<: ",
        "\u{feff}",
        "\u{e9}",
        "\u{1f600}",
        "\0",
        "random_forest",
        "{}",
        ">= 0.7",
        "@",
        "`",
        "1",
        "true",
    ];
    prop_oneof![
        8 => prop::sample::select(words.to_vec()).prop_map(str::to_owned),
        1 => any::<char>().prop_map(String::from),
    ]
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(2_000))]

    #[test]
    fn any_characters(text in any::<String>()) {
        answers(&text);
    }

    #[test]
    fn any_pieces(pieces in prop::collection::vec(piece(), 0..60)) {
        answers(&pieces.concat());
    }

    #[test]
    fn a_good_file_with_a_stretch_replaced(at in 0..WHOLE.len(), length in 0_usize..20, put in piece()) {
        let end = (at + length).min(WHOLE.len());
        answers(&[&WHOLE[..at], &put, &WHOLE[end..]].concat());
    }

    #[test]
    fn a_good_file_cut_anywhere(at in 0..WHOLE.len()) {
        answers(&WHOLE[..at]);
    }
}

#[test]
fn the_good_file_is_good() {
    assert!(answers(WHOLE));
}

#[test]
fn large_files_are_refused_and_long_ones_take_no_long_time() {
    assert!(!answers(&"a".repeat((1 << 20) + 1)));
    for unit in [
        "[",
        "{",
        "- ",
        "a: ",
        "\"",
        "a: &a b\n",
        "? ",
        "k: v\n",
        "#\n",
        "x: *a\n",
        "\u{e9}: 1\n",
    ] {
        answers(&unit.repeat((1 << 16) / unit.len()));
    }
}

#[test]
fn of_very_many_problems_the_first_hundred_are_reported_and_the_rest_counted() {
    let text = (0..250).fold(String::new(), |text, n| text + &format!("key{n}: 1\n"));
    let problems = parse(&text).expect_err("no key is known");
    assert_eq!(problems.len(), 100);
    // Besides the 250 keys the four that are required are reported.
    let last = problems.last().expect("there are a hundred");
    assert_eq!(
        last.hints.last().map(String::as_str),
        Some("154 more problems follow and are not shown")
    );
}
