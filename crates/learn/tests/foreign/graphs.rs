//! Graphs that scikit-learn's and PyTorch's exporters wrote answer what onnxruntime answers, to 1e-4. `make.py` beside the
//! data makes the files and many more; a folder of those is tried with `PLIMSOLL_FOREIGN_MODELS`.

use std::path::{Path, PathBuf};

use learn::onnx::Session;
use learn::onnx::tensor::{Data, Tensor};
use serde_json::Value;

use crate::folder;

/// Files of a folder that have an answer beside them.
fn recorded(folder: &Path) -> Vec<PathBuf> {
    let entries = std::fs::read_dir(folder)
        .unwrap()
        .map(|entry| entry.unwrap().path());
    let mut files: Vec<PathBuf> = entries
        .filter(|path| {
            path.extension().is_some_and(|end| end == "onnx")
                && path.with_extension("json").exists()
        })
        .collect();
    files.sort();
    files
}

fn tensor(value: &Value) -> Tensor {
    let sizes = value["shape"]
        .as_array()
        .unwrap()
        .iter()
        .map(|size| size.as_u64().unwrap() as usize);
    let all = value["data"].as_array().unwrap();
    let data = match value["type"].as_str().unwrap() {
        "float" => Data::Floats(
            all.iter()
                .map(|x| x.as_f64().map_or(f32::NAN, |x| x as f32))
                .collect(),
        ),
        "int" => Data::Ints(all.iter().map(|x| x.as_i64().unwrap()).collect()),
        "bool" => Data::Bools(all.iter().map(|x| x.as_bool().unwrap()).collect()),
        _ => Data::Texts(all.iter().map(|x| x.as_str().unwrap().to_owned()).collect()),
    };
    Tensor::new(sizes.collect(), data).unwrap()
}

/// What differs, in words.
fn difference(found: &Tensor, expected: &Tensor) -> Option<String> {
    if found.shape() != expected.shape() {
        return Some(format!(
            "shape {:?}, expected {:?}",
            found.shape(),
            expected.shape()
        ));
    }
    let near = |x: f32, y: f32| {
        (x - y).abs() <= 1e-4 * y.abs().max(1.0)
            || (x.is_nan() && y.is_nan())
            || x.to_bits() == y.to_bits()
    };
    let same = match (found.data(), expected.data()) {
        (Data::Floats(x), Data::Floats(y)) => x.iter().zip(y).all(|(x, y)| near(*x, *y)),
        (Data::Doubles(x), Data::Floats(y)) => x.iter().zip(y).all(|(x, y)| near(*x as f32, *y)),
        (x, y) => x == y,
    };
    (!same).then(|| format!("{:?}, expected {:?}", found.data(), expected.data()))
}

/// Runs a file on its recorded rows, all at once and one by one.
fn check(path: &Path) -> Result<(), String> {
    let record: Value =
        serde_json::from_str(&std::fs::read_to_string(path.with_extension("json")).unwrap())
            .unwrap();
    let session =
        Session::load(&std::fs::read(path).unwrap(), 1).map_err(|error| error.to_string())?;
    let given = session
        .inputs()
        .iter()
        .map(|port| tensor(&record["inputs"][&port.name]))
        .collect();
    let answers = session.run(given).map_err(|error| error.to_string())?;
    for ((port, answer), expected) in session
        .outputs()
        .iter()
        .zip(&answers)
        .zip(record["outputs"].as_array().unwrap())
    {
        assert_eq!(port.name, expected["name"].as_str().unwrap());
        if let Some(words) = difference(answer, &tensor(expected)) {
            return Err(format!("{}: {words}", port.name));
        }
    }
    Ok(())
}

fn check_all(folder: &Path) -> usize {
    let files = recorded(folder);
    let failed: Vec<String> = files
        .iter()
        .filter_map(|path| {
            check(path)
                .err()
                .map(|words| format!("{}: {words}", path.file_stem().unwrap().display()))
        })
        .collect();
    assert!(
        failed.is_empty(),
        "{} of {}:\n{}",
        failed.len(),
        files.len(),
        failed.join("\n")
    );
    files.len()
}

#[test]
fn exported_graphs_answer_as_in_onnxruntime() {
    assert!(check_all(&folder()) >= 20);
}

#[test]
#[ignore = "needs a folder made by make.py"]
fn a_folder_of_graphs_answers_as_in_onnxruntime() {
    let folder = std::env::var_os("PLIMSOLL_FOREIGN_MODELS").unwrap();
    assert!(check_all(Path::new(&folder)) > 0);
}
