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

/// An array: what its header says, and its bytes.
struct Array<'a> {
    element: Element,
    fortran: bool,
    shape: Vec<usize>,
    data: &'a [u8],
}

impl<'a> Array<'a> {
    fn parse(body: &'a [u8]) -> Result<Self, Error> {
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
        let text = member("shape")?;
        let shape = dimensions(text);
        let shape = shape.ok_or_else(|| Error::body(format!("shape `{text}` is not a list")))?;
        Ok(Self {
            element,
            fortran,
            shape,
            data,
        })
    }

    /// Refuses a shape that does not fit the bytes.
    fn check(&self) -> Result<(), Error> {
        let cells = self
            .shape
            .iter()
            .try_fold(1_usize, |product, &size| product.checked_mul(size));
        let length = cells.and_then(|cells| cells.checked_mul(self.element.size));
        if length == Some(self.data.len()) {
            return Ok(());
        }
        Err(Error::body(format!(
            "shape `{}` does not fit {} bytes of data",
            self.words(),
            self.data.len()
        )))
    }

    /// The shape as Python writes it.
    fn words(&self) -> String {
        match self.shape.as_slice() {
            [only] => format!("({only},)"),
            all => format!(
                "({})",
                all.iter()
                    .map(usize::to_string)
                    .collect::<Vec<_>>()
                    .join(", ")
            ),
        }
    }

    /// The element at a place of the order in which C lays it out.
    fn at(&self, place: usize) -> f64 {
        let place = if self.fortran {
            self.turned(place)
        } else {
            place
        };
        let start = place * self.element.size;
        (self.element.read)(&self.data[start..start + self.element.size])
    }

    /// The place in Fortran's order of a place in C's.
    fn turned(&self, place: usize) -> usize {
        let mut rest = place;
        let mut step: usize = self.shape.iter().product();
        let mut turned = 0;
        for &size in self.shape.iter().rev() {
            step /= size;
            turned += rest % size * step;
            rest /= size;
        }
        turned
    }
}

/// Reads an array of `[rows, columns]`, or of `[columns]` for one row. NaN is missing.
pub(super) fn read(encoder: &RowEncoder, table: &mut Table, body: &[u8]) -> Result<(), Error> {
    let columns = encoder.columns();
    let array = Array::parse(body)?;
    let rows = match array.shape.as_slice() {
        [all] if *all == columns => 1,
        [rows, all] if *all == columns => *rows,
        _ => {
            return Err(Error::body(format!(
                "shape `{}`, expected (rows, {columns})",
                array.words()
            )));
        }
    };
    array.check()?;
    for row in 0..rows {
        for column in 0..columns {
            encoder
                .number(table, column, array.at(row * columns + column))
                .map_err(|bad| Error::cell(row, bad))?;
        }
        table.end_row();
    }
    Ok(())
}

/// Reads an array of any shape as single-precision numbers.
pub(super) fn read_all(body: &[u8]) -> Result<(Vec<usize>, Vec<f32>), Error> {
    let array = Array::parse(body)?;
    array.check()?;
    let cells = array.data.len() / array.element.size;
    let numbers = (0..cells).map(|place| array.at(place) as f32).collect();
    Ok((array.shape, numbers))
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

/// What stands before the elements of an array: the type of its elements, and its shape.
pub(crate) fn header(descr: &str, shape: &[usize]) -> Vec<u8> {
    /// Data starts at a multiple of this.
    const ALIGNMENT: usize = 64;
    let sizes: Vec<String> = shape.iter().map(usize::to_string).collect();
    let comma = if sizes.len() == 1 { "," } else { "" };
    let mut text = format!(
        "{{'descr': '{descr}', 'fortran_order': False, 'shape': ({}{comma}), }}",
        sizes.join(", ")
    );
    let before = MAGIC.len() + 2 + size_of::<u16>();
    let padding = ALIGNMENT - (before + text.len() + 1) % ALIGNMENT;
    text.extend(std::iter::repeat_n(' ', padding % ALIGNMENT));
    text.push('\n');
    let mut header = Vec::with_capacity(before + text.len());
    header.extend_from_slice(MAGIC);
    header.extend_from_slice(&[1, 0]);
    header.extend_from_slice(&(text.len() as u16).to_le_bytes());
    header.extend_from_slice(text.as_bytes());
    header
}

/// An array of single-precision numbers, row by row.
pub(super) fn write(shape: &[usize], values: &[f32]) -> Vec<u8> {
    let mut array = header("<f4", shape);
    array.reserve(size_of_val(values));
    array.extend(values.iter().flat_map(|value| value.to_le_bytes()));
    array
}
