//! Rows of a model whose one input is a tensor of its own shape: images, series.
//!
//! A row is a nested list of its shape, or a flat list of as many cells; in an array rows are the first dimension.

use serde_json::Value;

use super::error::Error;
use super::media::{ContentType, Media};
use super::npy;
use crate::cell::parse_number;
use crate::foreign::{flatten, resolve};
use crate::onnx::Port;

/// Numbers of a request at most.
const MAX_NUMBERS: usize = 1 << 25;

/// Rows of one shape.
#[derive(Debug, Default)]
pub(super) struct Rows {
    pub count: usize,
    pub shape: Vec<usize>,
    pub numbers: Vec<f32>,
}

impl Rows {
    /// Adds a row whose numbers were appended already.
    fn end(&mut self, port: &Port, given: &[usize]) -> Result<(), Error> {
        let declared = port.shaped.then(|| port.dims.get(1..).unwrap_or_default());
        let shape = resolve(declared, given);
        let shape = shape.ok_or_else(|| {
            Error::row(
                self.count,
                format!("shape {given:?} does not fit the input `{port}`"),
            )
        })?;
        if self.count > 0 && shape != self.shape {
            let problem = format!("shape {shape:?}, the rows before it have {:?}", self.shape);
            return Err(Error::row(self.count, problem));
        }
        if self.numbers.len() > MAX_NUMBERS {
            return Err(Error::body(format!("more than {MAX_NUMBERS} numbers")));
        }
        self.shape = shape;
        self.count += 1;
        Ok(())
    }
}

/// Reads the rows of a body.
pub(super) fn read(content: ContentType, body: &[u8], port: &Port) -> Result<Rows, Error> {
    let mut rows = Rows::default();
    match content.media {
        Media::Csv if content.header => {
            return Err(Error::body(
                "the cells of a tensor have no names; send it without a header",
            ));
        }
        Media::Csv => csv(body, port, &mut rows)?,
        Media::Json => {
            let value: Value =
                serde_json::from_slice(body).map_err(|error| Error::body(error.to_string()))?;
            let Some(Value::Array(all)) = value.get("instances") else {
                return Err(Error::body(
                    "expected an object with the one member `instances`, a list of rows",
                ));
            };
            all.iter().try_for_each(|row| add(row, port, &mut rows))?;
        }
        Media::JsonLines => {
            for line in body.split(|&byte| byte == b'\n').map(<[u8]>::trim_ascii) {
                if !line.is_empty() {
                    let row = serde_json::from_slice(line)
                        .map_err(|error| Error::row(rows.count, error.to_string()))?;
                    add(&row, port, &mut rows)?;
                }
            }
        }
        Media::Npy => {
            let (shape, numbers) = npy::read_all(body)?;
            let Some((&count, rest)) = shape.split_first() else {
                return Err(Error::body("an array without rows"));
            };
            rows.numbers = numbers;
            for _ in 0..count {
                rows.end(port, rest)?;
            }
        }
    }
    if rows.count == 0 {
        return Err(Error::body("it has no rows"));
    }
    Ok(rows)
}

/// Adds a nested list, or an object with one by the name of the input.
fn add(row: &Value, port: &Port, rows: &mut Rows) -> Result<(), Error> {
    let value = match row {
        Value::Object(members) if members.len() == 1 => members.get(&port.name),
        Value::Object(_) => None,
        other => Some(other),
    };
    let value = value.ok_or_else(|| {
        Error::row(
            rows.count,
            format!("expected a list, or the one member `{}`", port.name),
        )
    })?;
    let count = rows.count;
    let given = flatten(value, &mut rows.numbers).map_err(|problem| Error::row(count, problem))?;
    rows.end(port, &given)
}

fn csv(body: &[u8], port: &Port, rows: &mut Rows) -> Result<(), Error> {
    let mut reader = csv::ReaderBuilder::new()
        .has_headers(false)
        .flexible(true)
        .from_reader(body);
    let mut record = csv::StringRecord::new();
    while reader
        .read_record(&mut record)
        .map_err(|_| Error::row(rows.count, "not UTF-8 text"))?
    {
        for cell in record.iter().map(str::trim) {
            let number = if cell.is_empty() {
                Some(f64::NAN)
            } else {
                parse_number(cell, '.')
            };
            let refused = || Error::row(rows.count, format!("`{cell}` is not a number"));
            rows.numbers.push(number.ok_or_else(refused)? as f32);
        }
        rows.end(port, &[record.len()])?;
    }
    Ok(())
}
