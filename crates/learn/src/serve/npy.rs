//! Rows as a NumPy array of numbers, and answers as one: the `.npy` format, versions 1 to 3, C or Fortran order.

use super::error::Error;
use crate::row::RowEncoder;
use crate::table::Table;

const MAGIC: &[u8] = b"\x93NUMPY";

/// Type of an element.
#[derive(Debug, Clone, Copy)]
struct Element {
    size: usize,
    read: fn(&[u8]) -> f64,
}

/// A reader of little-endian elements.
macro_rules! element {
    ($type:ty) => {
        Element {
            size: size_of::<$type>(),
            read: |bytes| {
                let number =
                    <[u8; size_of::<$type>()]>::try_from(bytes).map(<$type>::from_le_bytes);
                number.map_or(f64::NAN, |number| number as f64)
            },
        }
    };
}

impl Element {
    #[expect(
        clippy::cast_lossless,
        reason = "one macro serves exact and rounded types"
    )]
    fn named(descr: &str) -> Option<Self> {
        Some(match descr {
            "<f4" => element!(f32),
            "<f8" => element!(f64),
            "<i8" => element!(i64),
            "<i4" => element!(i32),
            "<i2" => element!(i16),
            "|i1" => element!(i8),
            "<u8" => element!(u64),
            "<u4" => element!(u32),
            "<u2" => element!(u16),
            "|u1" => element!(u8),
            _ => return None,
        })
    }
}

/// Reads an array of `[rows, columns]`, or of `[columns]` for one row. NaN is missing.
pub(super) fn read(encoder: &RowEncoder, table: &mut Table, body: &[u8]) -> Result<(), Error> {
    let columns = encoder.columns();
    let (header, data) = split(body).ok_or_else(|| Error::body("not a NumPy array"))?;
    let member = |name: &str| {
        value(header, name).ok_or_else(|| Error::body(format!("the header has no `{name}`")))
    };
    let descr = member("descr")?.trim_matches(['\'', '"']);
    let element = Element::named(descr).ok_or_else(|| {
        Error::body(format!(
            "elements of type `{descr}`, expected little-endian numbers"
        ))
    })?;
    let fortran = match member("fortran_order")? {
        "True" => true,
        "False" => false,
        _ => return Err(Error::body("`fortran_order` is neither True nor False")),
    };
    let shape = member("shape")?;
    let rows = match dimensions(shape).as_deref() {
        Some([all]) if *all == columns => 1,
        Some([rows, all]) if *all == columns => *rows,
        _ => {
            return Err(Error::body(format!(
                "shape `{shape}`, expected (rows, {columns})"
            )));
        }
    };
    let length = rows
        .checked_mul(columns)
        .and_then(|cells| cells.checked_mul(element.size));
    if length != Some(data.len()) {
        return Err(Error::body(format!(
            "shape `{shape}` does not fit {} bytes of data",
            data.len()
        )));
    }
    for row in 0..rows {
        for column in 0..columns {
            let place = if fortran {
                column * rows + row
            } else {
                row * columns + column
            };
            let bytes = &data[place * element.size..(place + 1) * element.size];
            encoder
                .number(table, column, (element.read)(bytes))
                .map_err(|bad| Error::cell(row, bad))?;
        }
        table.end_row();
    }
    Ok(())
}

/// Header text and data.
fn split(body: &[u8]) -> Option<(&str, &[u8])> {
    let rest = body.strip_prefix(MAGIC)?;
    let (version, rest) = rest.split_first_chunk::<2>()?;
    let (length, rest) = match version[0] {
        1 => {
            let (length, rest) = rest.split_first_chunk()?;
            (usize::from(u16::from_le_bytes(*length)), rest)
        }
        2 | 3 => {
            let (length, rest) = rest.split_first_chunk()?;
            (u32::from_le_bytes(*length) as usize, rest)
        }
        _ => return None,
    };
    let (header, data) = rest.split_at_checked(length)?;
    Some((std::str::from_utf8(header).ok()?, data))
}

/// The text of a member of the header, a Python dictionary.
fn value<'a>(header: &'a str, name: &str) -> Option<&'a str> {
    let (_, rest) = header.split_once(&format!("'{name}'"))?;
    let rest = rest.trim_start().strip_prefix(':')?.trim_start();
    let end = if rest.starts_with('(') {
        rest.find(')')? + 1
    } else {
        rest.find([',', '}'])?
    };
    Some(rest[..end].trim())
}

fn dimensions(shape: &str) -> Option<Vec<usize>> {
    let inner = shape.strip_prefix('(')?.strip_suffix(')')?;
    let parts = inner
        .split(',')
        .map(str::trim)
        .filter(|part| !part.is_empty());
    parts.map(|part| part.parse().ok()).collect()
}

/// An array of single-precision numbers, row by row.
pub(super) fn write(rows: usize, columns: usize, values: &[f32]) -> Vec<u8> {
    /// Data starts at a multiple of this.
    const ALIGNMENT: usize = 64;
    let mut header =
        format!("{{'descr': '<f4', 'fortran_order': False, 'shape': ({rows}, {columns}), }}");
    let before = MAGIC.len() + 2 + size_of::<u16>();
    let padding = ALIGNMENT - (before + header.len() + 1) % ALIGNMENT;
    header.extend(std::iter::repeat_n(' ', padding % ALIGNMENT));
    header.push('\n');
    let mut array = Vec::with_capacity(before + header.len() + size_of_val(values));
    array.extend_from_slice(MAGIC);
    array.extend_from_slice(&[1, 0]);
    array.extend_from_slice(&(header.len() as u16).to_le_bytes());
    array.extend_from_slice(header.as_bytes());
    array.extend(values.iter().flat_map(|value| value.to_le_bytes()));
    array
}
