//! Models that other programs exported give what onnxruntime gives, and broken files are refused without a panic.

use learn::Table;
use learn::onnx::compile;
use proptest::prelude::*;
use serde_json::Value;

use crate::folder;

const MODELS: [&str; 5] = [
    "forest_binary_zipmap",
    "forest_3_classes",
    "boosting_binary",
    "logistic_pipeline",
    "logistic_normalizer",
];

fn model(name: &str) -> Vec<u8> {
    std::fs::read(folder().join(format!("{name}.onnx"))).unwrap()
}

fn numbers(row: &Value) -> Vec<f32> {
    row.as_array()
        .unwrap()
        .iter()
        .map(|cell| cell.as_f64().map_or(f32::NAN, |x| x as f32))
        .collect()
}

#[test]
fn exported_models_answer_as_in_onnxruntime() {
    let text = std::fs::read_to_string(folder().join("expected.json")).unwrap();
    let expected: Value = serde_json::from_str(&text).unwrap();
    for name in MODELS {
        let program = compile(&model(name)).unwrap();
        let mut table = Table::new(3, 0);
        for row in expected[name]["rows"].as_array().unwrap() {
            table.push(&numbers(row), &[]);
        }
        let predictions = program.run(&table);
        assert_eq!(predictions.labels.len(), 12);
        for (row, &label) in predictions.labels.iter().enumerate() {
            let found = &program.classes()[label as usize];
            assert_eq!(
                found,
                expected[name]["labels"][row].as_str().unwrap(),
                "{name}, row {row}"
            );
            let probabilities = numbers(&expected[name]["probabilities"][row]);
            for (own, reference) in predictions.row(row).iter().zip(&probabilities) {
                assert!(
                    (own - reference).abs() < 2e-6,
                    "{name}, row {row}: {own}, {reference}"
                );
            }
        }
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(400))]

    #[test]
    fn changed_bytes_are_refused_or_run_but_never_panic(
        name in proptest::sample::select(MODELS.to_vec()),
        changes in proptest::collection::vec((any::<prop::sample::Index>(), any::<u8>()), 1..8),
        keep in any::<prop::sample::Index>(),
        cut in any::<bool>(),
    ) {
        let mut bytes = model(name);
        for (place, value) in changes {
            let place = place.index(bytes.len());
            bytes[place] = value;
        }
        if cut {
            bytes.truncate(keep.index(bytes.len()));
        }
        if let Ok(program) = compile(&bytes) {
            let mut table = Table::new(program.numeric_columns(), program.categorical_columns());
            table.push(&vec![0.5; program.numeric_columns()], &vec!["x"; program.categorical_columns()]);
            let predictions = program.run(&table);
            prop_assert!((predictions.labels[0] as usize) < program.classes().len());
        }
    }

    #[test]
    fn any_bytes_are_refused(bytes in proptest::collection::vec(any::<u8>(), 0..200)) {
        prop_assert!(compile(&bytes).is_err());
    }
}
