//! The page of a run: as it was, well-formed in every state of a run, and harmless whatever stands in a name.

#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

mod html;
mod states;

use std::fs;
use std::path::{Path, PathBuf};

use html::Page;
use report::page;
use serde_json::{Value, json};
use states::{run, states};

fn data(name: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR"))
        .join("tests/data")
        .join(name)
}

#[test]
fn the_page_of_a_fixed_run_is_as_it_was() {
    let made = page(&run());
    let path = data("run.html");
    #[expect(clippy::disallowed_methods, reason = "a test's own switch")]
    let update = std::env::var("UPDATE_GOLDEN").is_ok();
    if update {
        fs::write(&path, &made).unwrap();
    }
    let golden = fs::read_to_string(&path).unwrap_or_default();
    assert!(
        golden == made,
        "the page differs from run.html; UPDATE_GOLDEN=1 rewrites it"
    );
    assert_eq!(made, page(&run()));
}

#[test]
fn every_state_gives_a_well_formed_page_that_asks_nothing_of_the_network() {
    for (name, run) in states() {
        let text = page(&run);
        let page = Page::parse(&text).unwrap_or_else(|problem| panic!("{name}: {problem}"));
        page.check_ids()
            .unwrap_or_else(|problem| panic!("{name}: {problem}"));
        page.check_self_contained()
            .unwrap_or_else(|problem| panic!("{name}: {problem}"));
    }
}

#[test]
fn a_page_can_be_read_without_seeing_it() {
    for (name, run) in states() {
        let text = page(&run);
        let page = Page::parse(&text).unwrap();
        assert_eq!(page.count("h1"), 1, "{name}");
        assert_eq!(page.count("h2"), page.count("section"), "{name}");
        assert_eq!(page.attribute("html", "lang"), ["en"], "{name}");
        for table in page.elements("table") {
            assert!(
                table.contains("<caption")
                    || table.contains("aria-label")
                    || table.contains("class=\"key\""),
                "{name}: a table without a caption: {table:.120}"
            );
        }
        for picture in page.elements("svg") {
            let head = picture.split('>').next().unwrap();
            let described = head.contains("aria-hidden") || picture.contains("<title>");
            let inner = head.contains("class=\"at\"") || head.contains("preserveAspectRatio");
            assert!(
                described || inner,
                "{name}: a picture without words: {head}"
            );
        }
    }
}

#[test]
fn every_figure_says_where_it_comes_from() {
    for (name, run) in states() {
        let text = page(&run);
        let page = Page::parse(&text).unwrap();
        let captions = page.elements("caption").chain(page.elements("figcaption"));
        for caption in captions {
            assert!(caption.contains("class=\"tag "), "{name}: {caption}");
        }
        for word in ["measured", "computed", "published", "estimated", "given"] {
            assert!(
                text.contains(&format!("<dt><span class=\"tag {word}\">")),
                "{name}: {word}"
            );
        }
    }
}

/// Every text of a document replaced, but for those that choose a form.
fn poison(value: &mut Value, text: &str) {
    match value {
        Value::String(old) => text.clone_into(old),
        Value::Array(items) => items.iter_mut().for_each(|item| poison(item, text)),
        Value::Object(members) => {
            for (name, member) in members.iter_mut() {
                let typed = [
                    "schema",
                    "status",
                    "state",
                    "energy",
                    "charge",
                    "scores",
                    "intervals",
                ];
                if !typed.contains(&name.as_str()) {
                    poison(member, text);
                }
            }
        }
        _ => {}
    }
}

#[test]
fn hostile_names_stay_text() {
    let hostile = [
        "<script>alert(1)</script>",
        "\"><img src=x onerror=alert(1)>",
        "' onload='alert(1)",
        "</style><script>x</script>",
        "</title></svg><script>x</script>&amp;",
    ];
    let before = Page::parse(&page(&run())).unwrap().count("script");
    for text in hostile {
        for (name, run) in states() {
            let mut document = serde_json::to_value(&run).unwrap();
            poison(&mut document, text);
            let run: report::Run = serde_json::from_value(document).unwrap();
            let text = page(&run);
            let page = Page::parse(&text).unwrap_or_else(|problem| panic!("{name}: {problem}"));
            assert_eq!((page.count("script"), before), (0, 0), "{name}");
            assert_eq!(page.count("img"), 0, "{name}");
            page.check_ids().unwrap();
            page.check_self_contained().unwrap();
        }
    }
}

#[test]
fn what_a_run_does_not_have_is_left_out_and_never_zero() {
    let sections = |name: &str| -> Vec<String> {
        let all = states();
        let (_, run) = all.iter().find(|(known, _)| *known == name).unwrap();
        Page::parse(&page(run)).unwrap().attribute("section", "id")
    };
    assert_eq!(sections("nothing yet"), ["environment", "origins"]);
    let failed = sections("failed");
    assert_eq!(failed[..2], ["failure", "pipeline"]);
    assert!(!failed.contains(&"scores".to_owned()), "{failed:?}");
    let earlier = sections("an evaluation of an earlier version");
    assert!(
        earlier.contains(&"confusion".to_owned()) && !earlier.contains(&"curves".to_owned()),
        "{earlier:?}"
    );
    assert!(!sections("no endpoint").contains(&"endpoint".to_owned()));
    let numbers = sections("a regression");
    assert!(
        numbers.contains(&"residuals".to_owned()) && !numbers.contains(&"confusion".to_owned()),
        "{numbers:?}"
    );
    assert!(!sections("whole").contains(&"residuals".to_owned()));
}

#[test]
fn numbers_are_shown_beside_the_truth_with_their_errors() {
    let all = states();
    let (_, run) = all
        .iter()
        .find(|(name, _)| *name == "a regression")
        .unwrap();
    let text = page(run);
    for words in [
        "Errors in the unit of the target, lower is better",
        "1 is perfect, 0 is what the mean gives",
        "<strong>2104.5</strong>",
        "mean \u{2212}0.500, standard deviation 4.000",
        "Test rmse",
    ] {
        assert!(text.contains(words), "{words}");
    }
    assert_eq!(text.matches("<circle class=\"row\"").count(), 3);
    assert!(!text.contains("<th class=\"num\" scope=\"col\">accuracy</th>"));
}

#[test]
fn the_verdict_is_in_words() {
    let expected = [
        ("whole", "The gate is met: accuracy 0.804 \u{2265} 0.7."),
        (
            "gate not met",
            "The gate is not met: accuracy 0.804, asked for \u{2265} 0.95. Nothing was deployed.",
        ),
        ("failed", "The run failed: job heart-prepare."),
        (
            "running",
            "The run is under way; what follows is what it has so far.",
        ),
        (
            "interrupted",
            "The run was interrupted; the same command continues it.",
        ),
        (
            "stopped",
            "The run was stopped; what follows is what it had by then.",
        ),
        ("no gate", "Every step is done. The workload has no gate."),
    ];
    let all = states();
    for (name, words) in expected {
        let (_, run) = all.iter().find(|(known, _)| *known == name).unwrap();
        assert!(page(run).contains(words), "{name}: {words}");
    }
}

#[test]
fn figures_that_an_earlier_run_measured_say_so() {
    let all = states();
    let (_, run) = all.iter().find(|(known, _)| *known == "all hits").unwrap();
    let text = page(run);
    let note = "These figures were measured in run <code>earlier1</code>";
    assert!(
        text.matches(note).count() >= 4,
        "{}",
        text.matches(note).count()
    );
    assert!(text.contains("This run computed nothing: every step was found."));
    assert!(text.contains("nothing computed"));
}

#[test]
fn a_published_score_stands_beside_ours_with_its_source() {
    let text = page(&run());
    assert!(text.contains("scikit-learn 1.9.1 on the same 918 rows, mean of 25 splits"));
    assert!(text.contains("published is within the interval"));
}

#[test]
fn a_left_out_group_stands_beside_the_test_rows() {
    let mut run = run();
    let made = page(&run);
    for text in [
        "Each file left out once",
        "data/processed.switzerland.data",
        "Mean of them",
        "Test rows of the split",
        "0.699",
    ] {
        assert!(made.contains(text), "{text}");
    }
    let groups = run
        .evaluation
        .as_mut()
        .and_then(|found| found.groups.as_mut());
    groups.unwrap().groups[2].problem = Some("no training row is of class `1`".to_owned());
    assert!(page(&run).contains("no training row is of class `1`"));
    let groups = run.evaluation.as_mut().unwrap().groups.as_mut();
    *groups.unwrap() = steps::GroupScores::not_done("hospital", "it is a script".to_owned());
    assert!(page(&run).contains("No hospital was left out: it is a script."));
}

#[test]
fn a_document_of_a_run_reads_back() {
    use steps::Document;
    let value = run().to_value();
    assert_eq!(value["schema"], "plimsoll.report/1");
    assert_eq!(report::Run::from_value(value).unwrap(), run());
    let other = json!({"schema": "plimsoll.report/2"});
    assert!(report::Run::from_value(other).is_err());
}
