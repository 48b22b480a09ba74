//! Answers as bytes.

use std::io::Write as _;

use serde::ser::{Serialize, SerializeMap, Serializer};

use super::error::Error;
use super::media::Media;
use super::npy;
use crate::foreign::Nested;
use crate::model::Predictions;
use crate::onnx::tensor::{Data, Tensor};
use crate::outcome::Outcome;

/// Writes an answer. Classes are a label and the probability of each; a model of other outputs answers `prediction`, or each
/// output by its name.
pub(super) fn write(media: Media, classes: &[String], outcome: &Outcome) -> Result<Vec<u8>, Error> {
    match outcome {
        Outcome::Classes(predictions) => Ok(write_classes(media, classes, predictions)),
        Outcome::Values { width, values } if media == Media::Npy => {
            Ok(npy::write(&[values.len() / width.max(&1), *width], values))
        }
        Outcome::Values { width, values } => {
            let rows: Vec<_> = values
                .chunks((*width).max(1))
                .map(|values| Values { values })
                .collect();
            Ok(write_rows(media, &rows, |row, body| {
                cells(row.values.iter(), body);
            }))
        }
        Outcome::Tensors(outputs) if media == Media::Npy => array(outputs),
        Outcome::Tensors(outputs) => {
            let count = outputs.first().map_or(0, |(_, tensor)| tensor.shape()[0]);
            let rows: Vec<_> = (0..count).map(|row| Outputs { outputs, row }).collect();
            Ok(write_rows(media, &rows, |row, body| {
                let all = row.outputs.iter().flat_map(|(_, tensor)| {
                    let width = tensor.len() / count;
                    let part = tensor.data().pick(row.row * width..(row.row + 1) * width);
                    crate::onnx::texts(&part)
                });
                cells(all.map(|text| quoted(&text).into_owned()), body);
            }))
        }
    }
}

const INFALLIBLE: &str = "a vector takes every answer";

/// Cells of one line.
fn cells<T: std::fmt::Display>(cells: impl Iterator<Item = T>, body: &mut Vec<u8>) {
    for (place, cell) in cells.enumerate() {
        let comma = if place == 0 { "" } else { "," };
        write!(body, "{comma}{cell}").expect(INFALLIBLE);
    }
    body.push(b'\n');
}

/// Rows as a document, or a line each.
fn write_rows<T: Serialize>(media: Media, rows: &[T], csv: impl Fn(&T, &mut Vec<u8>)) -> Vec<u8> {
    let mut body = Vec::new();
    if media == Media::Json {
        return serde_json::to_vec(&Document { predictions: rows }).expect(INFALLIBLE);
    }
    for row in rows {
        if media == Media::Csv {
            csv(row, &mut body);
        } else {
            serde_json::to_writer(&mut body, row).expect(INFALLIBLE);
            body.push(b'\n');
        }
    }
    body
}

/// The only output as an array.
fn array(outputs: &[(String, Tensor)]) -> Result<Vec<u8>, Error> {
    let refused = |problem: &str| Error::Model {
        problem: problem.to_owned(),
    };
    let [(_, tensor)] = outputs else {
        return Err(refused(
            "an array holds one output, the model has several; accept `application/json`",
        ));
    };
    match tensor.data() {
        Data::Texts(_) => Err(refused(
            "an array holds numbers, the model answers texts; accept `application/json`",
        )),
        Data::Floats(all) => Ok(npy::write(tensor.shape(), all)),
        Data::Doubles(all) => Ok(npy::write(
            tensor.shape(),
            &all.iter().map(|&x| x as f32).collect::<Vec<_>>(),
        )),
        Data::Ints(all) => Ok(npy::write(
            tensor.shape(),
            &all.iter().map(|&x| x as f32).collect::<Vec<_>>(),
        )),
        Data::Bools(all) => Ok(npy::write(
            tensor.shape(),
            &all.iter()
                .map(|&x| f32::from(u8::from(x)))
                .collect::<Vec<_>>(),
        )),
    }
}

/// Numbers of one row.
struct Values<'a> {
    values: &'a [f32],
}

impl Serialize for Values<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut map = serializer.serialize_map(Some(1))?;
        match self.values {
            [only] => map.serialize_entry("prediction", only)?,
            several => map.serialize_entry("prediction", several)?,
        }
        map.end()
    }
}

/// One row of all outputs.
struct Outputs<'a> {
    outputs: &'a [(String, Tensor)],
    row: usize,
}

impl Serialize for Outputs<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_map(
            self.outputs
                .iter()
                .map(|(name, tensor)| (name, Nested::row(tensor, self.row))),
        )
    }
}

/// Writes predictions: CSV has the label, then the probability of each class in schema order; an array has the
/// probabilities alone.
fn write_classes(media: Media, classes: &[String], predictions: &Predictions) -> Vec<u8> {
    let rows = || {
        (0..predictions.labels.len()).map(|row| Row {
            classes,
            predictions,
            place: row,
        })
    };
    match media {
        Media::Npy => npy::write(
            &[predictions.labels.len(), classes.len()],
            &predictions.probabilities,
        ),
        Media::Json => {
            let rows: Vec<Row<'_>> = rows().collect();
            serde_json::to_vec(&Document { predictions: &rows }).expect(INFALLIBLE)
        }
        Media::JsonLines => {
            let mut body = Vec::new();
            for row in rows() {
                serde_json::to_writer(&mut body, &row).expect(INFALLIBLE);
                body.push(b'\n');
            }
            body
        }
        Media::Csv => {
            let mut body = Vec::new();
            for row in rows() {
                body.extend_from_slice(quoted(row.label()).as_bytes());
                for share in predictions.row(row.place) {
                    write!(body, ",{share}").expect(INFALLIBLE);
                }
                body.push(b'\n');
            }
            body
        }
    }
}

/// A text as a cell of CSV.
fn quoted(text: &str) -> std::borrow::Cow<'_, str> {
    if text.contains([',', '"', '\n', '\r']) {
        format!("\"{}\"", text.replace('"', "\"\"")).into()
    } else {
        text.into()
    }
}

#[derive(serde::Serialize)]
struct Document<'a, T> {
    predictions: &'a [T],
}

/// One prediction; written as `{"label": ..., "probabilities": {...}}`.
struct Row<'a> {
    classes: &'a [String],
    predictions: &'a Predictions,
    place: usize,
}

impl<'a> Row<'a> {
    fn label(&self) -> &'a str {
        &self.classes[self.predictions.labels[self.place] as usize]
    }
}

impl Serialize for Row<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut map = serializer.serialize_map(Some(2))?;
        map.serialize_entry("label", self.label())?;
        map.serialize_entry("probabilities", &Shares(self))?;
        map.end()
    }
}

struct Shares<'a>(&'a Row<'a>);

impl Serialize for Shares<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let shares = self.0.predictions.row(self.0.place);
        serializer.collect_map(self.0.classes.iter().zip(shares))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_are_written_in_every_type() {
        let text = |media, width| {
            let outcome = Outcome::Values {
                width,
                values: vec![1.5, -2.0],
            };
            String::from_utf8_lossy(&write(media, &[], &outcome).unwrap()).into_owned()
        };
        assert_eq!(text(Media::Csv, 1), "1.5\n-2\n");
        assert_eq!(
            text(Media::Json, 1),
            r#"{"predictions":[{"prediction":1.5},{"prediction":-2.0}]}"#
        );
        assert_eq!(
            text(Media::JsonLines, 1),
            "{\"prediction\":1.5}\n{\"prediction\":-2.0}\n"
        );
        assert_eq!(text(Media::Csv, 2), "1.5,-2\n");
        assert!(text(Media::Npy, 1).contains("(2, 1)"));
    }
}
