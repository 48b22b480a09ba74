//! Predictions as bytes.

use std::io::Write as _;

use serde::ser::{Serialize, SerializeMap, Serializer};

use super::media::Media;
use super::npy;
use crate::model::Predictions;

/// Writes predictions: CSV has the label, then the probability of each class in schema order; an array has the
/// probabilities alone.
pub(super) fn write(media: Media, classes: &[String], predictions: &Predictions) -> Vec<u8> {
    let rows = || {
        (0..predictions.labels.len()).map(|row| Row {
            classes,
            predictions,
            place: row,
        })
    };
    let infallible = "a vector takes every answer";
    match media {
        Media::Npy => npy::write(
            predictions.labels.len(),
            classes.len(),
            &predictions.probabilities,
        ),
        Media::Json => {
            let rows: Vec<Row<'_>> = rows().collect();
            serde_json::to_vec(&Document { predictions: rows }).expect(infallible)
        }
        Media::JsonLines => {
            let mut body = Vec::new();
            for row in rows() {
                serde_json::to_writer(&mut body, &row).expect(infallible);
                body.push(b'\n');
            }
            body
        }
        Media::Csv => {
            let mut body = Vec::new();
            for row in rows() {
                body.extend_from_slice(quoted(row.label()).as_bytes());
                for share in predictions.row(row.place) {
                    write!(body, ",{share}").expect(infallible);
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
struct Document<'a> {
    predictions: Vec<Row<'a>>,
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
