//! One column of a row group: values of a physical type, and how each becomes a cell.

use std::fmt::Write as _;

use parquet::basic::{ConvertedType, LogicalType, TimeUnit, Type as Physical};
use parquet::column::reader::{ColumnReader, ColumnReaderImpl};
use parquet::data_type::{ByteArray, DataType, FixedLenByteArray, Int96};
use parquet::errors::Result;
use parquet::schema::types::Type;

use super::calendar;
use super::source::Declared;

/// How values become cells.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Cell {
    /// `true` or `false`.
    Boolean,
    /// A signed whole number.
    Int,
    /// An unsigned whole number.
    Unsigned,
    /// A whole number with so many digits after the mark.
    Decimal(usize),
    /// A number.
    Float,
    /// A number of two bytes.
    Half,
    /// UTF-8.
    Text,
    /// Sixteen bytes, in hexadecimal digits.
    Uuid,
    /// Days.
    Date,
    /// A time of day in such parts of a second.
    Time(i64),
    /// A moment in such parts of a second, of Greenwich where it says so.
    Timestamp(i64, bool),
    /// A moment as it was written long ago.
    Int96,
    /// Nothing: every value is missing.
    Null,
}

const fn units(unit: TimeUnit) -> i64 {
    match unit {
        TimeUnit::MILLIS => 1_000,
        TimeUnit::MICROS => 1_000_000,
        TimeUnit::NANOS => 1_000_000_000,
    }
}

impl Cell {
    /// How the values of a column become cells, or what they are instead.
    pub(super) fn of(field: &Type) -> std::result::Result<Self, String> {
        let info = field.get_basic_info();
        let physical = field.get_physical_type();
        if let Some(logical) = info.logical_type_ref() {
            return Self::logical(logical, physical)
                .ok_or_else(|| format!("{logical:?}").to_lowercase());
        }
        let scale = || Self::decimal(field.get_scale());
        let converted = match info.converted_type() {
            ConvertedType::UTF8 | ConvertedType::ENUM | ConvertedType::JSON => Some(Self::Text),
            ConvertedType::DECIMAL => scale(),
            ConvertedType::DATE => Some(Self::Date),
            ConvertedType::TIME_MILLIS => Some(Self::Time(1_000)),
            ConvertedType::TIME_MICROS => Some(Self::Time(1_000_000)),
            ConvertedType::TIMESTAMP_MILLIS => Some(Self::Timestamp(1_000, true)),
            ConvertedType::TIMESTAMP_MICROS => Some(Self::Timestamp(1_000_000, true)),
            ConvertedType::UINT_8
            | ConvertedType::UINT_16
            | ConvertedType::UINT_32
            | ConvertedType::UINT_64 => Some(Self::Unsigned),
            ConvertedType::INTERVAL | ConvertedType::BSON => None,
            _ => Self::physical(physical),
        };
        converted.ok_or_else(|| match info.converted_type() {
            ConvertedType::NONE => "binary".to_owned(),
            other => other.to_string().to_lowercase(),
        })
    }

    fn logical(logical: &LogicalType, physical: Physical) -> Option<Self> {
        match logical {
            LogicalType::String | LogicalType::Enum | LogicalType::Json => Some(Self::Text),
            LogicalType::Decimal(decimal) => Self::decimal(decimal.scale),
            LogicalType::Date => Some(Self::Date),
            LogicalType::Time(time) => Some(Self::Time(units(time.unit))),
            LogicalType::Timestamp(moment) => Some(Self::Timestamp(
                units(moment.unit),
                moment.is_adjusted_to_u_t_c,
            )),
            LogicalType::Integer(integer) if integer.is_signed => Some(Self::Int),
            LogicalType::Integer(_) => Some(Self::Unsigned),
            LogicalType::Unknown => Some(Self::Null),
            LogicalType::Uuid => Some(Self::Uuid),
            LogicalType::Float16 => Some(Self::Half),
            LogicalType::Bson
            | LogicalType::Map
            | LogicalType::List
            | LogicalType::Variant(_)
            | LogicalType::Geometry(_)
            | LogicalType::Geography(_) => None,
            _ => Self::physical(physical),
        }
    }

    fn physical(physical: Physical) -> Option<Self> {
        match physical {
            Physical::BOOLEAN => Some(Self::Boolean),
            Physical::INT32 | Physical::INT64 => Some(Self::Int),
            Physical::INT96 => Some(Self::Int96),
            Physical::FLOAT | Physical::DOUBLE => Some(Self::Float),
            Physical::BYTE_ARRAY | Physical::FIXED_LEN_BYTE_ARRAY => None,
        }
    }

    fn decimal(scale: i32) -> Option<Self> {
        usize::try_from(scale).ok().map(Self::Decimal)
    }

    /// What it says of the column.
    pub(super) fn declared(self) -> Option<Declared> {
        match self {
            Self::Boolean => Some(Declared::Boolean),
            Self::Int | Self::Unsigned | Self::Decimal(_) | Self::Float | Self::Half => {
                Some(Declared::Number)
            }
            Self::Text | Self::Uuid => Some(Declared::Text),
            Self::Date | Self::Time(_) | Self::Timestamp(..) | Self::Int96 => Some(Declared::Time),
            Self::Null => None,
        }
    }
}

/// Values of one physical type, and the reader that brings more.
struct Values<T: DataType> {
    reader: ColumnReaderImpl<T>,
    values: Vec<T::T>,
}

impl<T: DataType> Values<T> {
    fn new(reader: ColumnReaderImpl<T>) -> Self {
        Self {
            reader,
            values: Vec::new(),
        }
    }

    fn fill(&mut self, rows: usize, levels: Option<&mut Vec<i16>>) -> Result<usize> {
        self.values.clear();
        let (read, _, _) = self
            .reader
            .read_records(rows, levels, None, &mut self.values)?;
        Ok(read)
    }
}

enum Typed {
    Bool(Values<parquet::data_type::BoolType>),
    Int32(Values<parquet::data_type::Int32Type>),
    Int64(Values<parquet::data_type::Int64Type>),
    Int96(Values<parquet::data_type::Int96Type>),
    Float(Values<parquet::data_type::FloatType>),
    Double(Values<parquet::data_type::DoubleType>),
    Bytes(Values<parquet::data_type::ByteArrayType>),
    Fixed(Values<parquet::data_type::FixedLenByteArrayType>),
}

/// A column that is being read.
pub(super) struct Column {
    typed: Typed,
    cell: Cell,
    /// One of each row where a value can be missing; 0 says that it is.
    levels: Option<Vec<i16>>,
    row: usize,
    next: usize,
}

impl Column {
    /// A column; none where the values are of a type that such cells are not made of.
    pub(super) fn new(reader: ColumnReader, cell: Cell, optional: bool) -> Option<Self> {
        let typed = match reader {
            ColumnReader::BoolColumnReader(reader) => Typed::Bool(Values::new(reader)),
            ColumnReader::Int32ColumnReader(reader) => Typed::Int32(Values::new(reader)),
            ColumnReader::Int64ColumnReader(reader) => Typed::Int64(Values::new(reader)),
            ColumnReader::Int96ColumnReader(reader) => Typed::Int96(Values::new(reader)),
            ColumnReader::FloatColumnReader(reader) => Typed::Float(Values::new(reader)),
            ColumnReader::DoubleColumnReader(reader) => Typed::Double(Values::new(reader)),
            ColumnReader::ByteArrayColumnReader(reader) => Typed::Bytes(Values::new(reader)),
            ColumnReader::FixedLenByteArrayColumnReader(reader) => {
                Typed::Fixed(Values::new(reader))
            }
        };
        let fits = matches!(
            (&typed, cell),
            (_, Cell::Null)
                | (Typed::Bool(_), Cell::Boolean)
                | (
                    Typed::Int32(_) | Typed::Int64(_),
                    Cell::Int | Cell::Unsigned | Cell::Decimal(_) | Cell::Time(_),
                )
                | (Typed::Int32(_), Cell::Date)
                | (Typed::Int64(_), Cell::Timestamp(..))
                | (Typed::Int96(_), Cell::Int96)
                | (Typed::Float(_) | Typed::Double(_), Cell::Float)
                | (Typed::Bytes(_), Cell::Text | Cell::Decimal(_))
                | (
                    Typed::Fixed(_),
                    Cell::Text | Cell::Decimal(_) | Cell::Half | Cell::Uuid
                )
        );
        fits.then(|| Self {
            typed,
            cell,
            levels: optional.then(Vec::new),
            row: 0,
            next: 0,
        })
    }

    /// Decodes so many rows; answers how many there were.
    pub(super) fn fill(&mut self, rows: usize) -> Result<usize> {
        (self.row, self.next) = (0, 0);
        if let Some(levels) = &mut self.levels {
            levels.clear();
        }
        let levels = self.levels.as_mut();
        match &mut self.typed {
            Typed::Bool(values) => values.fill(rows, levels),
            Typed::Int32(values) => values.fill(rows, levels),
            Typed::Int64(values) => values.fill(rows, levels),
            Typed::Int96(values) => values.fill(rows, levels),
            Typed::Float(values) => values.fill(rows, levels),
            Typed::Double(values) => values.fill(rows, levels),
            Typed::Bytes(values) => values.fill(rows, levels),
            Typed::Fixed(values) => values.fill(rows, levels),
        }
    }

    /// Writes the cell of the next row; nothing where it is missing.
    pub(super) fn take(&mut self, out: &mut String) -> std::result::Result<(), String> {
        let row = self.row;
        self.row += 1;
        if let Some(levels) = &self.levels
            && levels.get(row).is_none_or(|&level| level == 0)
        {
            return Ok(());
        }
        let next = self.next;
        self.next += 1;
        self.write(next, out)
            .unwrap_or_else(|| Err("it has fewer values than its levels say".to_owned()))
    }

    /// Writes a value; none where there is none.
    fn write(&self, place: usize, out: &mut String) -> Option<std::result::Result<(), String>> {
        match &self.typed {
            Typed::Bool(values) => {
                out.push_str(if *values.values.get(place)? {
                    "true"
                } else {
                    "false"
                });
            }
            Typed::Int32(values) => {
                let value = *values.values.get(place)?;
                match self.cell {
                    Cell::Unsigned => put(out, value.cast_unsigned()),
                    _ => self.whole(i64::from(value), out),
                }
            }
            Typed::Int64(values) => {
                let value = *values.values.get(place)?;
                match self.cell {
                    Cell::Unsigned => put(out, value.cast_unsigned()),
                    _ => self.whole(value, out),
                }
            }
            Typed::Int96(values) => int96(values.values.get(place)?, out),
            Typed::Float(values) => put(out, *values.values.get(place)?),
            Typed::Double(values) => put(out, *values.values.get(place)?),
            Typed::Bytes(values) => {
                let value: &ByteArray = values.values.get(place)?;
                return Some(self.bytes(value.data(), out));
            }
            Typed::Fixed(values) => {
                let value: &FixedLenByteArray = values.values.get(place)?;
                return Some(self.bytes(value.data(), out));
            }
        }
        Some(Ok(()))
    }

    fn whole(&self, value: i64, out: &mut String) {
        match self.cell {
            Cell::Decimal(scale) => decimal(i128::from(value), scale, out),
            Cell::Date => calendar::date(value, out),
            Cell::Time(units) => calendar::time(value, units, out),
            Cell::Timestamp(units, utc) => calendar::timestamp(value, units, utc, out),
            Cell::Null => {}
            _ => put(out, value),
        }
    }

    fn bytes(&self, bytes: &[u8], out: &mut String) -> std::result::Result<(), String> {
        match self.cell {
            Cell::Text => {
                let text = std::str::from_utf8(bytes).map_err(|_| "it is not UTF-8".to_owned())?;
                out.push_str(text);
            }
            Cell::Decimal(scale) => {
                let value = big_endian(bytes)
                    .ok_or_else(|| format!("a decimal of {} bytes", bytes.len()))?;
                decimal(value, scale, out);
            }
            Cell::Half => {
                let half = <[u8; 2]>::try_from(bytes);
                let half = half.map_err(|_| "a half number is not of two bytes".to_owned())?;
                put(out, half_to_f32(u16::from_le_bytes(half)));
            }
            _ => {
                for (place, byte) in bytes.iter().enumerate() {
                    if matches!(place, 4 | 6 | 8 | 10) {
                        out.push('-');
                    }
                    put(out, format_args!("{byte:02x}"));
                }
            }
        }
        Ok(())
    }
}

fn put(out: &mut String, value: impl std::fmt::Display) {
    write!(out, "{value}").expect("writing to a string never fails");
}

/// A signed number of up to sixteen bytes, the highest first.
fn big_endian(bytes: &[u8]) -> Option<i128> {
    let first = *bytes.first()?;
    if bytes.len() > 16 {
        return None;
    }
    let fill = if first & 0x80 == 0 { 0 } else { 0xFF };
    let mut wide = [fill; 16];
    wide[16 - bytes.len()..].copy_from_slice(bytes);
    Some(i128::from_be_bytes(wide))
}

fn decimal(value: i128, scale: usize, out: &mut String) {
    if value < 0 {
        out.push('-');
    }
    let digits = format!("{:0width$}", value.unsigned_abs(), width = scale + 1);
    let (whole, fraction) = digits.split_at(digits.len() - scale);
    out.push_str(whole);
    if scale > 0 {
        put(out, format_args!(".{fraction}"));
    }
}

fn half_to_f32(bits: u16) -> f32 {
    let sign = if bits & 0x8000 == 0 { 1.0 } else { -1.0 };
    let (exponent, fraction) = (i32::from(bits >> 10 & 0x1F), f32::from(bits & 0x3FF));
    sign * match exponent {
        0 => fraction * 2_f32.powi(-24),
        31 if fraction == 0.0 => f32::INFINITY,
        31 => f32::NAN,
        _ => (1.0 + fraction / 1024.0) * 2_f32.powi(exponent - 15),
    }
}

/// Nanoseconds of the day in eight bytes, then the Julian day in four.
fn int96(value: &Int96, out: &mut String) {
    const EPOCH: i64 = 2_440_588;
    let [low, high, day] = [0, 1, 2].map(|place| value.data().get(place).copied().unwrap_or(0));
    let nanos = (u64::from(high) << 32 | u64::from(low)).cast_signed();
    calendar::date(i64::from(day) - EPOCH, out);
    out.push('T');
    calendar::time(nanos, 1_000_000_000, out);
}

#[cfg(test)]
mod tests {
    use super::*;

    fn written(write: impl Fn(&mut String)) -> String {
        let mut out = String::new();
        write(&mut out);
        out
    }

    #[test]
    fn decimals_keep_their_digits() {
        let cases = [
            (12_345, 2, "123.45"),
            (-5, 3, "-0.005"),
            (0, 2, "0.00"),
            (7, 0, "7"),
            (-100, 2, "-1.00"),
        ];
        for (value, scale, expected) in cases {
            assert_eq!(written(|out| decimal(value, scale, out)), expected);
        }
        assert_eq!(big_endian(&[0xFF, 0x38]), Some(-200));
        assert_eq!(big_endian(&[0x00, 0xC8]), Some(200));
        assert_eq!((big_endian(&[]), big_endian(&[1; 17])), (None, None));
    }

    #[test]
    fn numbers_of_two_bytes() {
        let cases = [
            (0x3C00, 1.0),
            (0xC000, -2.0),
            (0x3555, 0.333_251_95),
            (0x0001, 5.960_464_5e-8),
            (0x7BFF, 65_504.0),
        ];
        for (bits, expected) in cases {
            assert_eq!(half_to_f32(bits).to_bits(), f32::to_bits(expected));
        }
        assert!(half_to_f32(0x7E00).is_nan() && half_to_f32(0xFC00) == f32::NEG_INFINITY);
    }

    #[test]
    fn moments_of_old_writers() {
        let mut value = Int96::new();
        let nanos: u64 = 65_100_000_000_000;
        value.set_data(nanos as u32, (nanos >> 32) as u32, 2_440_588 + 19_782);
        assert_eq!(written(|out| int96(&value, out)), "2024-02-29T18:05:00");
    }
}
