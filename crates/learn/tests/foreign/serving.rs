//! Foreign models answer requests: without a schema in the order of the graph, with one by its names.

use learn::Model;
use learn::serve::{Request, Service};
use serde_json::{Value, json};
use steps::{ColumnType, CsvFormat, Encoding, Schema, SchemaColumn, SchemaTarget};

use crate::folder;

fn bytes(name: &str) -> Vec<u8> {
    std::fs::read(folder().join(format!("{name}.onnx"))).unwrap()
}

fn record(name: &str) -> Value {
    let path = folder().join(format!("{name}.json"));
    serde_json::from_str(&std::fs::read_to_string(path).unwrap()).unwrap()
}

fn service(name: &str) -> Service {
    Service::new(Model::from_file(&bytes(name), None, name, 1).unwrap())
}

/// Sends a body and reads the answer as JSON.
fn ask(service: &Service, content_type: &str, body: &[u8]) -> Value {
    let request = Request {
        content_type,
        accept: Some("application/json"),
        body,
    };
    serde_json::from_slice(&service.invoke(&request).unwrap().body).unwrap()
}

fn refusal(service: &Service, content_type: &str, body: &[u8]) -> String {
    let request = Request {
        content_type,
        accept: None,
        body,
    };
    let error = service.invoke(&request).unwrap_err();
    format!("{}: {error}", error.code())
}

/// Rows of a recorded model with one tensor, or one column an input.
fn rows(record: &Value, order: &[&str]) -> Vec<Vec<Value>> {
    let inputs: Vec<&Value> = order.iter().map(|name| &record["inputs"][name]).collect();
    let count = inputs[0]["shape"][0].as_u64().unwrap() as usize;
    let row = |row: usize| {
        let part = |input: &&Value| {
            let data = input["data"].as_array().unwrap();
            let width = data.len() / count;
            data[row * width..(row + 1) * width].to_vec()
        };
        inputs.iter().flat_map(part).collect()
    };
    (0..count).map(row).collect()
}

fn near(found: &Value, expected: &Value) {
    let (found, expected) = (found.as_f64().unwrap(), expected.as_f64().unwrap());
    assert!(
        (found - expected).abs() < 1e-4,
        "{found}, expected {expected}"
    );
}

fn csv(rows: &[Vec<Value>]) -> String {
    let cell = |cell: &Value| match cell {
        Value::Null => String::new(),
        Value::String(text) => text.clone(),
        other => other.to_string(),
    };
    let line = |row: &Vec<Value>| row.iter().map(cell).collect::<Vec<_>>().join(",") + "\n";
    rows.iter().map(line).collect()
}

#[test]
fn a_pipeline_of_columns_answers_every_form_of_request() {
    let names = ["age", "fare", "city", "size"];
    for (name, label) in [
        ("pipeline_columns", "int"),
        ("pipeline_text_labels", "text"),
    ] {
        let (record, service) = (record(name), service(name));
        let rows = rows(&record, &names);
        let by_name: Vec<Value> = rows
            .iter()
            .map(|row| {
                names
                    .iter()
                    .map(|&name| name.to_owned())
                    .zip(row.clone())
                    .collect()
            })
            .collect();
        let lines: String = by_name.iter().map(|row| format!("{row}\n")).collect();
        let answers = [
            ask(&service, "text/csv", csv(&rows).as_bytes()),
            ask(
                &service,
                "text/csv; header=present",
                format!("age,fare,city,size\n{}", csv(&rows)).as_bytes(),
            ),
            ask(
                &service,
                "application/json",
                json!({"instances": rows}).to_string().as_bytes(),
            ),
            ask(
                &service,
                "application/json",
                json!({"instances": by_name}).to_string().as_bytes(),
            ),
            ask(&service, "application/jsonlines", lines.as_bytes()),
        ];
        let outputs = record["outputs"].as_array().unwrap();
        assert_eq!(outputs[0]["type"], label);
        for answer in answers {
            let predictions = answer["predictions"].as_array().unwrap();
            assert_eq!(predictions.len(), rows.len());
            let classes = predictions[0]["probabilities"].as_object().unwrap().len();
            for (row, prediction) in predictions.iter().enumerate() {
                let expected = &outputs[0]["data"][row];
                let expected = expected
                    .as_str()
                    .map_or_else(|| expected.to_string(), str::to_owned);
                assert_eq!(prediction["label"], expected);
                for (place, share) in prediction["probabilities"]
                    .as_object()
                    .unwrap()
                    .values()
                    .enumerate()
                {
                    near(share, &outputs[1]["data"][row * classes + place]);
                }
            }
        }
    }
}

#[test]
fn a_regressor_answers_a_prediction_in_every_type() {
    let (record, service) = (record("forest_regressor"), service("forest_regressor"));
    let rows = rows(&record, &["X"]);
    let expected = &record["outputs"][0]["data"];
    let answer = ask(&service, "text/csv", csv(&rows).as_bytes());
    for (row, prediction) in answer["predictions"].as_array().unwrap().iter().enumerate() {
        near(&prediction["prediction"], &expected[row]);
    }
    let send = |accept| {
        let body = csv(&rows[..2]);
        let request = Request {
            content_type: "text/csv",
            accept: Some(accept),
            body: body.as_bytes(),
        };
        service.invoke(&request).unwrap().body
    };
    let lines = String::from_utf8(send("text/csv")).unwrap();
    assert_eq!(lines.lines().count(), 2);
    near(
        &json!(lines.lines().next().unwrap().parse::<f64>().unwrap()),
        &expected[0],
    );
    let array = send("application/x-npy");
    assert!(String::from_utf8_lossy(&array).contains("'shape': (2, 1), }"));
    assert_eq!(array.len() % 64, 8);
}

#[test]
fn networks_take_nested_lists_flat_cells_and_arrays() {
    for name in [
        "torch_cnn",
        "torch_lstm",
        "torch_lstm_dynamo",
        "torch_mlp",
        "torch_mlp_dynamo",
    ] {
        let (record, service) = (record(name), service(name));
        let input = record["inputs"].as_object().unwrap().iter().next().unwrap();
        let flat = rows(&record, &[input.0]);
        let shape: Vec<usize> = input.1["shape"]
            .as_array()
            .unwrap()
            .iter()
            .map(|size| size.as_u64().unwrap() as usize)
            .collect();
        let nested: Vec<Value> = flat.iter().map(|row| nest(row, &shape[1..])).collect();
        let named: Vec<Value> = nested.iter().map(|row| json!({input.0: row})).collect();
        let mut bodies = vec![
            json!({"instances": nested}).to_string(),
            json!({"instances": flat}).to_string(),
        ];
        if shape.len() > 2 {
            bodies.push(json!({"instances": named}).to_string());
        }
        let outputs = &record["outputs"][0]["data"];
        let width = outputs.as_array().unwrap().len() / flat.len();
        let mut answers: Vec<Value> = bodies
            .iter()
            .map(|body| ask(&service, "application/json", body.as_bytes()))
            .collect();
        answers.push(ask(&service, "text/csv", csv(&flat).as_bytes()));
        answers.push(ask(&service, "application/x-npy", &npy(&shape, &flat)));
        for answer in answers {
            for (row, prediction) in answer["predictions"].as_array().unwrap().iter().enumerate() {
                let found = &prediction["prediction"];
                for place in 0..width {
                    near(
                        if width == 1 { found } else { &found[place] },
                        &outputs[row * width + place],
                    );
                }
            }
        }
    }
}

fn nest(row: &[Value], shape: &[usize]) -> Value {
    match shape {
        [] => row[0].clone(),
        [_, rest @ ..] => row
            .chunks(rest.iter().product::<usize>())
            .map(|part| nest(part, rest))
            .collect(),
    }
}

/// An array of double precision.
fn npy(shape: &[usize], rows: &[Vec<Value>]) -> Vec<u8> {
    let sizes: Vec<String> = shape.iter().map(usize::to_string).collect();
    let header = format!(
        "{{'descr': '<f8', 'fortran_order': False, 'shape': ({}), }}\n",
        sizes.join(", ")
    );
    let mut array = b"\x93NUMPY\x01\x00".to_vec();
    array.extend((header.len() as u16).to_le_bytes());
    array.extend(header.as_bytes());
    array.extend(
        rows.iter()
            .flatten()
            .flat_map(|cell| cell.as_f64().unwrap().to_le_bytes()),
    );
    array
}

#[test]
fn outputs_of_another_kind_are_answered_by_name() {
    let (record, service) = (record("forest_columns"), service("forest_columns"));
    let answer = ask(&service, "text/csv", csv(&rows(&record, &["X"])).as_bytes());
    for (row, prediction) in answer["predictions"].as_array().unwrap().iter().enumerate() {
        for output in record["outputs"].as_array().unwrap() {
            let found = &prediction[output["name"].as_str().unwrap()];
            let found = found.as_array().map_or(found, |all| &all[0]);
            near(found, &output["data"][row]);
        }
    }
    let request = Request {
        content_type: "text/csv",
        accept: Some("application/x-npy"),
        body: b"1,2,3,4\n",
    };
    let error = service.invoke(&request).unwrap_err();
    assert_eq!((error.code(), error.status()), ("P0653", 400));
}

#[test]
fn rows_that_do_not_fit_are_refused_with_their_place() {
    let cases = [
        (
            "forest_regressor",
            "text/csv",
            "1,2,3,4\n1,2\n",
            "P0240: row 2: 2 cells, expected 4",
        ),
        (
            "forest_regressor",
            "text/csv",
            "1,2,x,4\n",
            "P0240: row 1, column `X_2`: `x` is not a number",
        ),
        (
            "int_columns",
            "text/csv",
            "1.5,2\n",
            "P0653: the model cannot answer: row 1, input `kind`: `1.5` is not a whole number up to 16777216",
        ),
        (
            "torch_lstm",
            "application/json",
            r#"{"instances": [[[1, 2], [3, 4]]]}"#,
            "P0240: row 1: shape [2, 2] does not fit the input `series float[?, ?, 3]`",
        ),
        (
            "torch_lstm",
            "text/csv",
            "1,2,3,4\n",
            "P0240: row 1: shape [4] does not fit the input `series float[?, ?, 3]`",
        ),
        (
            "torch_lstm",
            "text/csv",
            "1,2,3\n1,2,3,4,5,6\n",
            "P0240: row 2: shape [2, 3], the rows before it have [1, 3]",
        ),
        (
            "torch_cnn",
            "application/json",
            r#"{"instances": []}"#,
            "P0241: the body cannot be read: it has no rows",
        ),
        (
            "torch_cnn",
            "text/csv; header=present",
            "a\n1\n",
            "P0241: the body cannot be read: the cells of a tensor have no names; send it without a header",
        ),
    ];
    for (name, content_type, body, expected) in cases {
        assert_eq!(
            refusal(&service(name), content_type, body.as_bytes()),
            expected
        );
    }
}

/// A schema of four numbers and these classes.
fn schema(classes: &[&str]) -> Schema {
    let column = |name: &str| SchemaColumn {
        name: name.to_owned(),
        kind: ColumnType::Number,
        missing: vec!["?".to_owned()],
        levels: Vec::new(),
        minimum: None,
        maximum: None,
    };
    Schema {
        csv: CsvFormat {
            header: false,
            delimiter: ',',
            decimal: '.',
            encoding: Encoding::Utf8,
        },
        columns: ["a", "b", "c", "d"].map(column).to_vec(),
        target: SchemaTarget {
            name: "y".to_owned(),
            kind: steps::TargetKind::Class,
            naive_error: None,
            classes: classes.iter().map(|&class| class.to_owned()).collect(),
            positive: None,
        },
        series: None,
        image: None,
    }
}

#[test]
fn a_schema_names_the_columns_and_orders_the_classes() {
    let record = record("lightgbm_3");
    let rows = rows(&record, &["X"]);
    let model =
        Model::from_file(&bytes("lightgbm_3"), Some(schema(&["2", "0", "1"])), "m", 1).unwrap();
    let service = Service::new(model);
    let body = csv(&rows).replace(",,", ",?,");
    let answer = ask(
        &service,
        "text/csv; header=present",
        format!("a,b,c,d\n{body}").as_bytes(),
    );
    for (row, prediction) in answer["predictions"].as_array().unwrap().iter().enumerate() {
        assert_eq!(
            prediction["label"],
            record["outputs"][0]["data"][row].to_string()
        );
        for class in 0..3 {
            near(
                &prediction["probabilities"][class.to_string()],
                &record["outputs"][1]["data"][row * 3 + class],
            );
        }
    }
}

#[test]
fn scores_of_a_network_become_probabilities_of_the_classes() {
    let record = record("torch_mlp");
    let rows = rows(&record, &["x"]);
    let model = Model::from_file(
        &bytes("torch_mlp"),
        Some(schema(&["low", "middle", "high"])),
        "m",
        1,
    )
    .unwrap();
    assert!(model.is_classifier());
    let answer = ask(&Service::new(model), "text/csv", csv(&rows).as_bytes());
    near(
        &answer["predictions"][1]["probabilities"]["high"],
        &record["outputs"][0]["data"][5],
    );
}

#[test]
fn a_model_of_other_classes_or_columns_is_refused_by_name() {
    let refused = |name: &str, schema: Schema| {
        let error = Model::from_file(&bytes(name), Some(schema), "m", 1).unwrap_err();
        let source = std::error::Error::source(&error).unwrap().to_string();
        format!("{}: {source}", error.code())
    };
    assert_eq!(
        refused("lightgbm_3", schema(&["0", "1"])),
        "P0652: it answers the classes 0, 1, 2, the task has 0, 1"
    );
    let mut narrow = schema(&["0", "1", "2"]);
    narrow.columns.pop();
    assert_eq!(
        refused("lightgbm_3", narrow),
        "P0652: its inputs (X float[?, 4]) do not fit the columns (a, b, c): 4 columns are taken, 3 are there"
    );
    assert_eq!(
        refused("one_class_svm", schema(&["0", "1"])),
        "P0652: it answers label int64[?, 1], scores float[?, 1], expected labels with probabilities, or one output of scores"
    );
}
