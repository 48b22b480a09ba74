//! The example with four classes, made by `init`.

use e2e::{Binary, Scratch};

use super::document::{number, run};

#[test]
fn four_classes_are_told_apart_and_the_terms_of_the_data_are_shown() {
    let (binary, scratch) = (Binary::find(), Scratch::new());
    let workload = scratch
        .example("mobile-price")
        .with("rate: 100 /s, for: 2 s", "rate: 50 /s, for: 200 ms")
        .with("n_estimators: 100", "n_estimators: 10");
    let document = run(&binary, &workload, &scratch.state(), &[]);
    assert_eq!(document["status"], "succeeded");
    let prepare = &document["prepare"];
    for (member, expected) in [
        ("read", 2000),
        ("duplicates", 0),
        ("train", 1200),
        ("columns", 20),
    ] {
        assert_eq!(prepare[member], expected, "{member}");
    }
    assert_eq!(prepare["missing"]["sc_w"], 180);
    assert_eq!(prepare["missing"]["px_height"], 2);
    assert_eq!(prepare["classes"].as_object().unwrap().len(), 4);
    assert_eq!(document["selected"], "logistic_regression");
    assert!(
        number(&document["test"]["scores"]["accuracy"]) > 0.93,
        "{document:#}"
    );
    assert_eq!(document["batch"]["rows"], 20);
    assert_eq!(document["data"]["license"], "none stated (Kaggle)");
    assert_eq!(document["data"]["provenance"], "data/PROVENANCE.md");
}
