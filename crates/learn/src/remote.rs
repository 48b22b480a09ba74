//! A model that somebody else evaluates, such as the inference functions of a script: rows go out as CSV without a header,
//! in the order of the schema; answers come back as JSON or CSV and become predictions.
//!
//! Each row is answered with its class, or with the probability of every class in the order of the schema; with two
//! classes the probability of the second is enough. Where the target is a number, each row is answered with one.

use serde_json::Value;
use steps::{ColumnType, Schema, TargetKind};

use crate::cell::canonical;
use crate::model::{ModelError, Predictions, Predictor};
use crate::outcome::Outcome;
use crate::table::Table;

/// Rows of one request.
const ROWS: usize = 5_000;
/// How far probabilities of a row may be from one together.
const TOLERANCE: f64 = 1e-2;

/// Who answers: CSV in, an answer with its content type out, or the reason why there is none.
pub trait Answers: Sync {
    /// Answers some rows.
    fn answer(&self, rows: &[u8]) -> Result<(String, Vec<u8>), String>;
}

/// A model behind somebody who answers.
#[derive(Debug)]
pub struct Remote<A> {
    schema: Schema,
    name: String,
    answers: A,
}

impl<A: Answers> Remote<A> {
    /// A model with the schema that it was trained on; `name` says in errors whose answers are wrong.
    pub fn new(schema: Schema, name: impl Into<String>, answers: A) -> Self {
        Self {
            schema,
            name: name.into(),
            answers,
        }
    }

    /// What was said of each of some rows.
    fn some(&self, table: &Table, rows: &[usize]) -> Result<Vec<Row>, String> {
        let (content_type, body) = self
            .answers
            .answer(&csv(&self.schema, &table.select(rows)))?;
        let found = rows_of(&content_type, &body)?;
        if found.len() == rows.len() {
            return Ok(found);
        }
        Err(format!(
            "{} rows were answered with {} predictions",
            rows.len(),
            found.len()
        ))
    }

    fn all(&self, table: &Table) -> Result<Outcome, String> {
        let rows: Vec<usize> = (0..table.rows()).collect();
        let mut said = Vec::with_capacity(rows.len());
        for part in rows.chunks(ROWS) {
            said.extend(self.some(table, part)?);
        }
        match self.schema.target.kind {
            TargetKind::Class => {
                classes_of(&self.schema.target.classes, &said).map(Outcome::Classes)
            }
            TargetKind::Number => numbers_of(&said),
        }
    }
}

impl<A: Answers> Predictor for Remote<A> {
    fn schema(&self) -> &Schema {
        &self.schema
    }

    fn answer(&self, table: &Table) -> Result<Outcome, ModelError> {
        self.all(table).map_err(|problem| ModelError::Answers {
            name: self.name.clone(),
            problem,
        })
    }
}

/// Rows as text, without a header; a missing number is an empty cell.
fn csv(schema: &Schema, table: &Table) -> Vec<u8> {
    let infallible = "a vector takes every row";
    let mut writer = csv::Writer::from_writer(Vec::new());
    for row in 0..table.rows() {
        let (mut numbers, mut categories) = (table.numbers(row).iter(), 0..);
        let cells = schema.columns.iter().map(|column| match column.kind {
            ColumnType::Number => match numbers.next() {
                Some(number) if !number.is_nan() => number.to_string(),
                _ => String::new(),
            },
            ColumnType::Category => {
                let place = categories.next().unwrap_or_default();
                table.category(row, place).to_owned()
            }
        });
        writer
            .write_record(cells.collect::<Vec<_>>())
            .expect(infallible);
    }
    writer.into_inner().expect(infallible)
}

/// What an answer says of each row.
fn rows_of(content_type: &str, body: &[u8]) -> Result<Vec<Row>, String> {
    let kind = content_type.split(';').next().unwrap_or_default().trim();
    match kind {
        "application/json" => of_json(body),
        "text/csv" => of_csv(body),
        other => Err(format!(
            "the answer is `{other}`, expected `application/json` or `text/csv`"
        )),
    }
}

/// One number a row.
fn numbers_of(rows: &[Row]) -> Result<Outcome, String> {
    let number = |row: &Row| match row.as_slice() {
        [one] => match one.trim().parse::<f32>() {
            Ok(number) if number.is_finite() => Ok(number),
            _ => Err(format!("`{one}` is no number")),
        },
        many => Err(format!(
            "a row has {} values, the target is one number",
            many.len()
        )),
    };
    Ok(Outcome::Values {
        width: 1,
        values: rows.iter().map(number).collect::<Result<_, _>>()?,
    })
}

/// Classes and probabilities of each row.
fn classes_of(classes: &[String], rows: &[Row]) -> Result<Predictions, String> {
    let mut found = Predictions {
        classes: classes.len(),
        labels: Vec::with_capacity(rows.len()),
        probabilities: Vec::with_capacity(rows.len() * classes.len()),
    };
    for row in rows {
        let probabilities = probabilities(classes, row)?;
        let mut best = 0;
        for (place, value) in probabilities.iter().enumerate() {
            if *value > probabilities[best] {
                best = place;
            }
        }
        found.labels.push(best as u32);
        found
            .probabilities
            .extend(probabilities.iter().map(|value| *value as f32));
    }
    Ok(found)
}

/// What was said of one row: a text for each value.
type Row = Vec<String>;

fn of_json(body: &[u8]) -> Result<Vec<Row>, String> {
    let document: Value =
        serde_json::from_slice(body).map_err(|error| format!("the answer is no JSON: {error}"))?;
    let list = match &document {
        Value::Array(rows) => rows,
        Value::Object(members) => members
            .get("predictions")
            .and_then(Value::as_array)
            .ok_or("the answer is an object without a list `predictions`")?,
        _ => return Err("the answer is no list".to_owned()),
    };
    list.iter().map(of_value).collect()
}

fn of_value(value: &Value) -> Result<Row, String> {
    match value {
        Value::Array(values) => values.iter().map(scalar).collect(),
        Value::Object(members) => ["probabilities", "label", "predicted_label", "prediction"]
            .iter()
            .find_map(|name| members.get(*name))
            .ok_or_else(|| {
                "a row is an object without `label`, `probabilities` or `prediction`".to_owned()
            })
            .and_then(of_value),
        other => Ok(vec![scalar(other)?]),
    }
}

fn scalar(value: &Value) -> Result<String, String> {
    match value {
        Value::String(text) => Ok(text.clone()),
        Value::Number(number) => Ok(number.to_string()),
        Value::Bool(truth) => Ok(truth.to_string()),
        other => Err(format!("a row holds `{other}`, which is no value")),
    }
}

fn of_csv(body: &[u8]) -> Result<Vec<Row>, String> {
    let mut reader = csv::ReaderBuilder::new()
        .has_headers(false)
        .flexible(true)
        .from_reader(body);
    let rows = reader.records().map(|record| match record {
        Ok(record) => Ok(record.iter().map(str::to_owned).collect()),
        Err(error) => Err(format!("the answer is no CSV: {error}")),
    });
    rows.collect()
}

/// The probability of every class.
fn probabilities(classes: &[String], row: &Row) -> Result<Vec<f64>, String> {
    let number = |text: &String| -> Result<f64, String> {
        match text.trim().parse::<f64>() {
            Ok(number) if (0.0..=1.0 + TOLERANCE).contains(&number) => Ok(number),
            _ => Err(format!("`{text}` is no probability")),
        }
    };
    match row.as_slice() {
        [one] => {
            if let Some(place) = class(classes, one) {
                let mut all = vec![0.0; classes.len()];
                all[place] = 1.0;
                return Ok(all);
            }
            let second = match classes.len() {
                2 => number(one).ok(),
                _ => None,
            };
            second
                .map(|second| vec![1.0 - second.min(1.0), second.min(1.0)])
                .ok_or_else(|| {
                    format!(
                        "`{one}` is neither a class of the target ({}) nor a probability for each",
                        classes.join(", ")
                    )
                })
        }
        many if many.len() == classes.len() => {
            let all = many.iter().map(number).collect::<Result<Vec<_>, _>>()?;
            let sum: f64 = all.iter().sum();
            if (sum - 1.0).abs() > TOLERANCE {
                return Err(format!("the probabilities of a row are {sum} together"));
            }
            Ok(all)
        }
        many => Err(format!(
            "a row has {} values, the target {} classes",
            many.len(),
            classes.len()
        )),
    }
}

/// The place of a class, given exactly or as another writing of the same number.
fn class(classes: &[String], text: &str) -> Option<usize> {
    let place = |text: &str| classes.iter().position(|class| class == text);
    place(text).or_else(|| place(&canonical(text.trim(), '.')))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::row::tests::schema;

    fn classes() -> Vec<String> {
        vec!["0".to_owned(), "1".to_owned()]
    }

    fn found(content_type: &str, body: &str) -> Result<(Vec<u32>, Vec<f32>), String> {
        let predictions = classes_of(&classes(), &rows_of(content_type, body.as_bytes())?)?;
        Ok((predictions.labels, predictions.probabilities))
    }

    #[test]
    fn classes_and_probabilities_are_read_in_every_form() {
        let expected = Ok((vec![1, 0], vec![0.0, 1.0, 1.0, 0.0]));
        for (kind, body) in [
            ("application/json", "[1, 0]"),
            ("application/json", "[1.0, 0.0]"),
            ("application/json; charset=utf-8", r#"["1", "0"]"#),
            ("application/json", "[[1], [0]]"),
            ("application/json", "[[0, 1], [1, 0]]"),
            (
                "application/json",
                r#"{"predictions": [{"label": 1}, {"label": 0}]}"#,
            ),
            (
                "application/json",
                r#"[{"probabilities": [0.0, 1.0]}, {"probabilities": [1, 0]}]"#,
            ),
            ("text/csv", "1\n0\n"),
            ("text/csv", "0.0,1.0\n1.0,0.0\n"),
        ] {
            assert_eq!(found(kind, body), expected, "{body}");
        }
        let second = Ok((vec![1, 0], vec![0.25, 0.75, 0.75, 0.25]));
        assert_eq!(found("application/json", "[0.75, 0.25]"), second);
    }

    #[test]
    fn answers_that_are_no_predictions_are_named() {
        for (kind, body, expected) in [
            (
                "image/png",
                "",
                "the answer is `image/png`, expected `application/json` or `text/csv`",
            ),
            ("application/json", "7", "the answer is no list"),
            (
                "application/json",
                r#"{"x": 1}"#,
                "the answer is an object without a list `predictions`",
            ),
            (
                "application/json",
                "[\"maybe\"]",
                "`maybe` is neither a class of the target (0, 1) nor a probability for each",
            ),
            (
                "application/json",
                "[1.5]",
                "`1.5` is neither a class of the target (0, 1) nor a probability for each",
            ),
            (
                "application/json",
                "[[0.1, 0.2, 0.7]]",
                "a row has 3 values, the target 2 classes",
            ),
            (
                "application/json",
                "[[0.9, 0.9]]",
                "the probabilities of a row are 1.8 together",
            ),
            ("application/json", "[[-1, 2]]", "`-1` is no probability"),
            (
                "application/json",
                "[null]",
                "a row holds `null`, which is no value",
            ),
        ] {
            assert_eq!(found(kind, body).unwrap_err(), expected, "{body}");
        }
    }

    #[test]
    fn numbers_are_read_and_others_are_named() {
        let found = |body: &str| numbers_of(&rows_of("application/json", body.as_bytes())?);
        let expected = Outcome::Values {
            width: 1,
            values: vec![1.5, -2.0],
        };
        for body in [
            "[1.5, -2]",
            "[[1.5], [-2.0]]",
            r#"[{"prediction": 1.5}, "-2"]"#,
        ] {
            assert_eq!(found(body).unwrap(), expected, "{body}");
        }
        assert_eq!(found("[\"high\"]").unwrap_err(), "`high` is no number");
        assert_eq!(
            found("[[1, 2]]").unwrap_err(),
            "a row has 2 values, the target is one number"
        );
    }

    struct Echo(&'static str);

    impl Answers for Echo {
        fn answer(&self, rows: &[u8]) -> Result<(String, Vec<u8>), String> {
            assert_eq!(String::from_utf8_lossy(rows), "63,\"a,b\",2.5\n,,\n");
            Ok(("text/csv".to_owned(), self.0.as_bytes().to_vec()))
        }
    }

    fn remote(answer: &'static str) -> Result<Vec<u32>, String> {
        let schema = schema();
        let mut table = Table::for_schema(&schema);
        table.push(&[63.0, 2.5], &["a,b"]);
        table.push(&[f32::NAN, f32::NAN], &[""]);
        Remote::new(schema, "predict_fn", Echo(answer))
            .answer(&table)
            .map(|outcome| match outcome {
                Outcome::Classes(predictions) => predictions.labels,
                _ => Vec::new(),
            })
            .map_err(|error| error.to_string())
    }

    #[test]
    fn rows_go_out_in_the_order_of_the_schema_and_each_has_an_answer() {
        assert_eq!(remote("yes\nno\n").map(|labels| labels.len()), Ok(2));
        assert_eq!(
            remote("yes\n").unwrap_err(),
            "the answers of `predict_fn` are no predictions: 2 rows were answered with 1 predictions"
        );
    }
}
