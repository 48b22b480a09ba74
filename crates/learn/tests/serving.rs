//! Requests and answers in every form, and what is said about wrong ones.

#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

use learn::families::Family;
use learn::serve::{Request, Service};
use learn::train::{Fit, fit};
use learn::{Labelled, Model, Recipe, Table, Truth};
use proptest::prelude::*;
use serde_json::{Value, json};
use steps::{ColumnType, CsvFormat, Hyperparameters, Schema, SchemaColumn, SchemaTarget};

/// `age` (number, 0 is missing), `city` (category, `?` is missing), `ca` (number); classes `no` and `yes, sick`.
fn schema() -> Schema {
    let column = |name: &str, kind, missing: &[&str]| SchemaColumn {
        name: name.to_owned(),
        kind,
        missing: missing.iter().map(|&text| text.to_owned()).collect(),
        levels: Vec::new(),
        minimum: None,
        maximum: None,
    };
    Schema {
        csv: CsvFormat {
            header: false,
            delimiter: ',',
            decimal: '.',
            encoding: steps::Encoding::default(),
        },
        columns: vec![
            column("age", ColumnType::Number, &["0"]),
            column("city", ColumnType::Category, &["?"]),
            column("ca", ColumnType::Number, &[]),
        ],
        target: SchemaTarget {
            kind: steps::TargetKind::Class,
            naive_error: None,
            name: "sick".to_owned(),
            classes: vec!["no".to_owned(), "yes, sick".to_owned()],
            positive: None,
        },
        series: None,
        image: None,
    }
}

fn service() -> Service {
    let mut table = Table::new(2, 1);
    let mut labels = Vec::new();
    for row in 0..40_u8 {
        let city = ["1", "2", "north"][usize::from(row) % 3];
        table.push(&[f32::from(row) + 20.0, f32::from(row % 4)], &[city]);
        labels.push(u32::from(row > 18 || row == 3));
    }
    let rows = Labelled {
        table,
        truth: Truth::Classes(labels),
    };
    let given = [("algorithm".to_owned(), "logistic_regression".to_owned())].into();
    let family = Family::parse(&Hyperparameters(given), &[]).unwrap();
    let what = Fit {
        family: &family,
        recipe: Recipe::default(),
        seed: 1,
    };
    let trained = fit(&what, &schema(), rows).unwrap();
    Service::new(Model::from_bytes(&trained.bytes, trained.schema, "model.onnx").unwrap())
}

fn answer(
    service: &Service,
    content_type: &str,
    accept: Option<&str>,
    body: &[u8],
) -> Result<Vec<u8>, String> {
    service
        .invoke(&Request {
            content_type,
            accept,
            body,
        })
        .map(|answer| answer.body)
        .map_err(|error| format!("{} {}: {error}", error.status(), error.code()))
}

/// First bytes of a NumPy array of version 1.
fn magic() -> Vec<u8> {
    [&[0x93], b"NUMPY".as_slice(), &[1, 0]].concat()
}

/// A NumPy array as `numpy.save` writes it.
fn npy(descr: &str, fortran: &str, shape: &str, data: &[u8]) -> Vec<u8> {
    let header =
        format!("{{'descr': '{descr}', 'fortran_order': {fortran}, 'shape': {shape}, }}\n");
    let length = u16::try_from(header.len()).unwrap().to_le_bytes();
    [
        magic().as_slice(),
        length.as_slice(),
        header.as_bytes(),
        data,
    ]
    .concat()
}

fn bytes(values: &[f64]) -> Vec<u8> {
    values
        .iter()
        .flat_map(|value| value.to_le_bytes())
        .collect()
}

#[test]
fn categories_that_training_has_not_seen_are_counted_by_column() {
    let service = service();
    let unseen = |content_type: &str, body: &[u8]| {
        let request = Request {
            content_type,
            accept: None,
            body,
        };
        service.invoke(&request).unwrap().unseen
    };
    let csv = "text/csv";
    assert_eq!(unseen(csv, b"30,north,1\n31,2,0\n"), []);
    // Another writing of a known number is known, and a missing value is no category.
    assert_eq!(unseen(csv, b"30,2.0,1\n31,,0\n32,?,0\n"), []);
    let two = [("city".to_owned(), 2)];
    assert_eq!(unseen(csv, b"30,south,1\n31,2,0\n32,North,0\n"), two);
    let json = br#"{"instances": [[30, "south", 1], [31, "south", 0], [32, 1, 0]]}"#;
    assert_eq!(unseen("application/json", json), two);
}

#[test]
fn every_form_of_the_same_rows_gives_the_same_answer() {
    const NAN: f64 = f64::NAN;
    let service = service();
    let expected = answer(&service, "text/csv", None, b"30,2.0,1\n0,?,\n").unwrap();
    let named = r#"{"instances": [{"city": "2", "ca": 1.0, "age": "30"}, {"ca": null, "age": null, "city": null}]}"#;
    let bodies: [(&str, Vec<u8>); 8] = [
        (
            "text/csv; header=present",
            b"ca,age,city\n1,30.0,2\n,0.0,\n".to_vec(),
        ),
        (
            "application/json",
            br#"{"instances": [[30, 2, 1], [0, "?", null]]}"#.to_vec(),
        ),
        ("application/json; charset=utf-8", named.as_bytes().to_vec()),
        (
            "application/jsonlines",
            b"[30, 2.0, 1]\n\n{\"age\": 0.0, \"city\": \"?\", \"ca\": \"\"}\n".to_vec(),
        ),
        (
            "application/x-npy",
            npy(
                "<f8",
                "False",
                "(2, 3)",
                &bytes(&[30.0, 2.0, 1.0, NAN, NAN, NAN]),
            ),
        ),
        (
            "application/x-npy",
            npy(
                "<f8",
                "True",
                "(2, 3)",
                &bytes(&[30.0, 0.0, 2.0, NAN, 1.0, NAN]),
            ),
        ),
        ("text/csv", b"30,2,1\r\n0,,\r\n".to_vec()),
        ("text/csv", b"\"30\", 2 ,1\n0.0, ? ,".to_vec()),
    ];
    for (content_type, body) in bodies {
        let found = answer(&service, content_type, Some("text/csv"), &body).unwrap();
        let text = |bytes: &[u8]| String::from_utf8_lossy(bytes).into_owned();
        assert_eq!(text(&found), text(&expected), "{content_type}");
    }
    let one = npy("<f8", "False", "(3,)", &bytes(&[30.0, 2.0, 1.0]));
    let first = answer(&service, "application/x-npy", Some("text/csv"), &one).unwrap();
    assert!(expected.starts_with(&first));
}

#[test]
fn answers_hold_label_and_probabilities_in_every_form() {
    let service = service();
    let body = b"25,1,0\n55,2,3\n";
    let text = String::from_utf8(answer(&service, "text/csv", None, body).unwrap()).unwrap();
    let lines: Vec<&str> = text.lines().collect();
    assert!(
        lines[0].starts_with("no,0.") && lines[1].starts_with("\"yes, sick\",0."),
        "{text}"
    );

    let document = answer(&service, "text/csv", Some("application/json"), body).unwrap();
    let document: Value = serde_json::from_slice(&document).unwrap();
    let second = &document["predictions"][1];
    assert_eq!(second["label"], json!("yes, sick"));
    let shares = second["probabilities"].as_object().unwrap();
    assert_eq!(shares.keys().collect::<Vec<_>>(), ["no", "yes, sick"]);
    let sum: f64 = shares.values().map(|share| share.as_f64().unwrap()).sum();
    assert!((sum - 1.0).abs() < 1e-6 && shares["yes, sick"].as_f64().unwrap() > 0.9);

    let lines = answer(&service, "text/csv", Some("application/jsonlines"), body).unwrap();
    let lines: Vec<Value> = lines
        .split(|&byte| byte == b'\n')
        .filter(|line| !line.is_empty())
        .map(|line| serde_json::from_slice(line).unwrap())
        .collect();
    assert_eq!(&lines, document["predictions"].as_array().unwrap());

    let array = answer(&service, "text/csv", Some("application/x-npy"), body).unwrap();
    assert!(
        array.starts_with(&magic()) && array.len() == 128 + 16,
        "{}",
        array.len()
    );
    let header = String::from_utf8_lossy(&array[10..128]).into_owned();
    let expected = "{'descr': '<f4', 'fortran_order': False, 'shape': (2, 2), }";
    assert!(header.starts_with(expected), "{header}");
    let last = f32::from_le_bytes(array[140..144].try_into().unwrap());
    assert!((f64::from(last) - shares["yes, sick"].as_f64().unwrap()).abs() < 1e-7);
}

#[test]
fn the_answer_has_the_form_of_the_request_unless_asked() {
    let service = service();
    let cases = [
        (None, "application/json"),
        (Some("*/*"), "application/json"),
        (
            Some("text/csv;q=0.5, application/x-npy"),
            "application/x-npy",
        ),
    ];
    for (accept, expected) in cases {
        let body = br#"{"instances": [[1, 2, 3]]}"#;
        let request = Request {
            content_type: "application/json",
            accept,
            body,
        };
        let answer = service.invoke(&request).unwrap();
        assert_eq!((answer.content_type, answer.rows), (expected, 1));
    }
}

#[test]
fn wrong_lines_name_row_and_column() {
    let service = service();
    let not_utf8 = [&[0xFF], b",2,3\n".as_slice()].concat();
    let cases: &[(&str, &[u8], &str)] = &[
        (
            "text/csv",
            b"1,2,3\n1,2\n",
            "400 P0240: row 2: 2 cells, expected 3",
        ),
        (
            "text/csv",
            b"old,2,3\n",
            "400 P0240: row 1, column `age`: `old` is not a number",
        ),
        (
            "text/csv",
            b"1,2,3\n1,2,nan\n",
            "400 P0240: row 2, column `ca`: `nan` is not a number",
        ),
        ("text/csv", &not_utf8, "400 P0240: row 1: not UTF-8 text"),
        (
            "text/csv",
            b"",
            "400 P0241: the body cannot be read: it has no rows",
        ),
        (
            "text/csv; header=present",
            b"age,city\n1,2\n",
            "400 P0241: the body cannot be read: column `ca` is not in the header",
        ),
        (
            "text/csv; header=present",
            b"age,city,ca,x\n",
            "400 P0241: the body cannot be read: column `x` of the header is not one of the model's",
        ),
        (
            "text/csv; header=present",
            b"age,city,ca,ca\n",
            "400 P0241: the body cannot be read: a column stands twice in the header",
        ),
        (
            "image/png",
            b"",
            "415 P0242: content type `image/png` is not one of `text/csv`, ",
        ),
    ];
    for (content_type, body, message) in cases {
        let found = answer(&service, content_type, None, body).unwrap_err();
        assert!(found.starts_with(message), "{found}\n{message}");
    }
    let found = answer(&service, "text/csv", Some("image/png"), b"1,2,3\n").unwrap_err();
    assert!(
        found.starts_with("406 P0243: accept `image/png` names none of"),
        "{found}"
    );
}

#[test]
fn wrong_json_names_row_and_column() {
    let service = service();
    let instances = |rows: &str| format!("{{\"instances\": [{rows}]}}");
    let expected = "expected an object with the one member `instances`, a list of rows";
    let body = |problem: &str| format!("400 P0241: the body cannot be read: {problem}");
    let row = |problem: &str| format!("400 P0240: row {problem}");
    let cases = [
        (instances("[1, 2, 3], [1]"), row("2: 1 cells, expected 3")),
        (
            instances("[1, [], 3]"),
            row("1, column `city`: a cell is a number, a text or `null`"),
        ),
        (instances("[1e39, 2, 3]"), row("1, column `age`: 1")),
        (
            instances("{\"age\": 1, \"ca\": 2}"),
            row("1: column `city` is not given; `null` says that it is missing"),
        ),
        (
            instances("{\"age\": 1, \"sex\": 2}"),
            row("1: `sex` is not a column of the model"),
        ),
        (instances("7"), row("1: not a list and not an object")),
        (instances(""), body("it has no rows")),
        ("{\"rows\": []}".to_owned(), body(expected)),
        (
            "{\"instances\": [], \"more\": 1}".to_owned(),
            body(expected),
        ),
        ("[]".to_owned(), body(expected)),
        ("{".to_owned(), body("EOF")),
    ];
    for (text, message) in cases {
        let found = answer(&service, "application/json", None, text.as_bytes()).unwrap_err();
        assert!(found.starts_with(&message), "{found}\n{message}");
    }
    let lines = answer(
        &service,
        "application/jsonlines",
        None,
        b"[1, 2, 3]\n[1, 2\n",
    );
    assert!(lines.unwrap_err().starts_with("400 P0240: row 2: EOF"));
}

#[test]
fn arrays_that_do_not_fit_are_refused() {
    let service = service();
    let data = bytes(&[1.0, 2.0, 3.0]);
    let huge = "(6148914691236517206, 3)";
    let cases = [
        (
            npy("<f8", "False", "(1, 4)", &data),
            "shape `(1, 4)`, expected (rows, 3)",
        ),
        (
            npy("<f8", "False", "(2, 3)", &data),
            "shape `(2, 3)` does not fit 24 bytes of data",
        ),
        (
            npy("<f8", "False", huge, &data),
            "shape `(6148914691236517206, 3)` does not fit 24 bytes of data",
        ),
        (
            npy(">f8", "False", "(1, 3)", &data),
            "elements of type `>f8`, expected little-endian numbers",
        ),
        (
            npy("|O", "False", "(1, 3)", &data),
            "elements of type `|O`, expected little-endian numbers",
        ),
        (
            npy("<f8", "Maybe", "(1, 3)", &data),
            "`fortran_order` is neither True nor False",
        ),
        (
            [magic(), vec![0xFF, 0xFF, b'{']].concat(),
            "not a NumPy array",
        ),
        (b"NUMPY".to_vec(), "not a NumPy array"),
    ];
    for (body, problem) in cases {
        let found = answer(&service, "application/x-npy", None, &body).unwrap_err();
        assert_eq!(
            found,
            format!("400 P0241: the body cannot be read: {problem}")
        );
    }
    let whole = [
        ("<i8", 30_i64.to_le_bytes().repeat(3)),
        ("|u1", vec![30; 3]),
        ("<f4", 30_f32.to_le_bytes().repeat(3)),
    ];
    let answers: Vec<Vec<u8>> = whole
        .iter()
        .map(|(descr, data)| npy(descr, "False", "(1, 3)", data))
        .map(|body| answer(&service, "application/x-npy", Some("text/csv"), &body).unwrap())
        .collect();
    assert!(answers[0] == answers[1] && answers[1] == answers[2]);
}

proptest! {
    #[test]
    fn no_body_makes_it_panic(
        noise in proptest::collection::vec(any::<u8>(), 0..120),
        text in "[\\[\\]{}\",:a-e0-9.?\n -]{0,80}",
        media in proptest::sample::select(vec![
            "text/csv",
            "text/csv; header=present",
            "application/json",
            "application/jsonlines",
            "application/x-npy",
        ]),
    ) {
        thread_local!(static SERVICE: Service = service());
        let array = [magic().as_slice(), noise.as_slice()].concat();
        let document = format!("{{\"instances\":[{text}]}}");
        for body in [noise.as_slice(), text.as_bytes(), &array, document.as_bytes()] {
            let request = Request { content_type: media, accept: None, body };
            if let Ok(answer) = SERVICE.with(|service| service.invoke(&request)) {
                prop_assert!(answer.rows > 0);
            }
        }
    }
}
