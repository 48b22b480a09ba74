//! rpc-v2-cbor: CBOR bodies with definite or indefinite lengths, moments under tag 1.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use bytes::Bytes;
use minicbor::data::{Tag, Type};
use minicbor::{Decoder, Encoder};
use serde_json::{Map, Value};

use super::{MAX_DEPTH, scalar};
use crate::error::ApiError;
use crate::table::{Kind, Shape};
use crate::timestamp;

/// Tag of epoch seconds.
const EPOCH: u64 = 1;

/// Reads a body of a structure; an empty body has no members.
pub(crate) fn read(shape: &Shape, body: &[u8]) -> Result<Value, ApiError> {
    if body.is_empty() {
        return Ok(Value::Object(Map::new()));
    }
    let plain = read_any(body)?;
    if !plain.is_object() {
        return Err(malformed("it is not a map"));
    }
    super::json::coerce_root(shape, plain)
}

/// Reads any value: byte strings become base64, moments numbers.
pub(crate) fn read_any(body: &[u8]) -> Result<Value, ApiError> {
    let mut decoder = Decoder::new(body);
    let value = value(&mut decoder, MAX_DEPTH)?;
    if decoder.position() == body.len() {
        Ok(value)
    } else {
        Err(malformed("it goes on after its end"))
    }
}

/// Writes the members of a structure.
pub(crate) fn write(shape: Option<&Shape>, value: &Value) -> Bytes {
    let mut encoder = Encoder::new(Vec::new());
    match shape {
        Some(shape) => emit(&mut encoder, shape, value),
        None => infallible(encoder.map(0)),
    }
    Bytes::from(encoder.into_writer())
}

/// Writes an error, which is a map of texts, numbers and flags.
pub(crate) fn write_error(value: &Value) -> Bytes {
    let mut encoder = Encoder::new(Vec::new());
    emit_plain(&mut encoder, value);
    Bytes::from(encoder.into_writer())
}

fn malformed(what: impl std::fmt::Display) -> ApiError {
    ApiError::serialization(format!("the body is not the expected CBOR: {what}"))
}

/// Unwraps a write into memory, which cannot fail.
fn infallible<T>(result: Result<T, minicbor::encode::Error<std::convert::Infallible>>) {
    result.map(drop).expect("a vector takes any bytes");
}

fn value(decoder: &mut Decoder<'_>, depth: usize) -> Result<Value, ApiError> {
    if depth == 0 {
        return Err(malformed(format!(
            "it is nested deeper than {MAX_DEPTH} levels"
        )));
    }
    Ok(match decoder.datatype().map_err(malformed)? {
        Type::Bool => Value::from(decoder.bool().map_err(malformed)?),
        Type::U8
        | Type::U16
        | Type::U32
        | Type::U64
        | Type::I8
        | Type::I16
        | Type::I32
        | Type::I64
        | Type::Int => Value::from(decoder.i64().map_err(malformed)?),
        Type::F16 => scalar::float(half(decoder)?),
        Type::F32 => scalar::float(f64::from(decoder.f32().map_err(malformed)?)),
        Type::F64 => scalar::float(decoder.f64().map_err(malformed)?),
        Type::String | Type::StringIndef => Value::from(text(decoder)?),
        Type::Bytes | Type::BytesIndef => {
            let chunks = decoder.bytes_iter().map_err(malformed)?;
            let parts: Vec<&[u8]> = chunks.collect::<Result<_, _>>().map_err(malformed)?;
            Value::from(STANDARD.encode(parts.concat()))
        }
        Type::Array | Type::ArrayIndef => array(decoder, depth)?,
        Type::Map | Type::MapIndef => map(decoder, depth)?,
        Type::Tag => {
            let tag = decoder.tag().map_err(malformed)?;
            let tagged = value(decoder, depth - 1)?;
            match timestamp::from_value(&tagged) {
                Some(millis) if tag.as_u64() == EPOCH => timestamp::to_value(millis),
                None if tag.as_u64() == EPOCH => return Err(malformed("a moment is no number")),
                _ => tagged,
            }
        }
        Type::Null | Type::Undefined => {
            decoder.skip().map_err(malformed)?;
            Value::Null
        }
        other => return Err(malformed(format!("it has a {other}"))),
    })
}

fn text(decoder: &mut Decoder<'_>) -> Result<String, ApiError> {
    let chunks = decoder.str_iter().map_err(malformed)?;
    chunks.collect::<Result<String, _>>().map_err(malformed)
}

fn array(decoder: &mut Decoder<'_>, depth: usize) -> Result<Value, ApiError> {
    let length = decoder.array().map_err(malformed)?;
    let mut items = Vec::new();
    while !ended(decoder, length, items.len())? {
        items.push(value(decoder, depth - 1)?);
    }
    Ok(Value::Array(items))
}

fn map(decoder: &mut Decoder<'_>, depth: usize) -> Result<Value, ApiError> {
    let length = decoder.map().map_err(malformed)?;
    let mut entries = Map::new();
    let mut count = 0;
    while !ended(decoder, length, count)? {
        let key = text(decoder)?;
        let item = value(decoder, depth - 1)?;
        entries.insert(key, item);
        count += 1;
    }
    Ok(Value::Object(entries))
}

/// Whether an array or a map is complete; takes the break of one without a length.
fn ended(decoder: &mut Decoder<'_>, length: Option<u64>, count: usize) -> Result<bool, ApiError> {
    match length {
        Some(length) => Ok(count as u64 == length),
        None if decoder.datatype().map_err(malformed)? == Type::Break => {
            decoder.skip().map_err(malformed)?;
            Ok(true)
        }
        None => Ok(false),
    }
}

/// A number of 16 bits: sign, 5 bits of exponent, 10 of fraction.
fn half(decoder: &mut Decoder<'_>) -> Result<f64, ApiError> {
    let at = decoder.position();
    let Some(&[_, high, low]) = decoder.input().get(at..at + 3) else {
        return Err(malformed("it ends early"));
    };
    decoder.set_position(at + 3);
    let bits = u16::from_be_bytes([high, low]);
    let fraction = f64::from(bits & 0x3ff) / 1024.0;
    let exponent = i32::from(bits >> 10 & 0x1f);
    let magnitude = match exponent {
        0 => fraction * 2_f64.powi(-14),
        31 if fraction == 0.0 => f64::INFINITY,
        31 => f64::NAN,
        _ => (1.0 + fraction) * 2_f64.powi(exponent - 15),
    };
    Ok(if bits >> 15 == 1 {
        -magnitude
    } else {
        magnitude
    })
}

type Writer = Encoder<Vec<u8>>;

fn emit(encoder: &mut Writer, shape: &Shape, value: &Value) {
    match (shape.kind, value) {
        (Kind::Structure { members, .. }, Value::Object(values)) => {
            let present: Vec<_> = members
                .iter()
                .filter_map(|member| Some((member, values.get(member.name)?)))
                .filter(|(_, value)| !value.is_null())
                .collect();
            infallible(encoder.map(present.len() as u64));
            for (member, value) in present {
                infallible(encoder.str(member.wire()));
                emit(encoder, member.shape, value);
            }
        }
        (Kind::List { member, .. }, Value::Array(items)) => {
            infallible(encoder.array(items.len() as u64));
            for item in items {
                emit(encoder, member, item);
            }
        }
        (Kind::Map { value: target, .. }, Value::Object(entries)) => {
            infallible(encoder.map(entries.len() as u64));
            for (key, value) in entries {
                infallible(encoder.str(key));
                emit(encoder, target, value);
            }
        }
        _ => emit_scalar(encoder, shape, value),
    }
}

fn emit_scalar(encoder: &mut Writer, shape: &Shape, value: &Value) {
    match (shape.kind, value) {
        (Kind::Blob { .. }, Value::String(text)) => {
            infallible(encoder.bytes(&STANDARD.decode(text).unwrap_or_default()));
        }
        (Kind::Timestamp(_), _) => match timestamp::from_value(value) {
            Some(millis) => {
                infallible(encoder.tag(Tag::new(EPOCH)));
                infallible(encoder.f64(millis as f64 / 1000.0));
            }
            None => infallible(encoder.null()),
        },
        (Kind::Float { .. }, _) => match scalar::to_float(value) {
            Some(number) => infallible(encoder.f64(number)),
            None => infallible(encoder.null()),
        },
        _ => emit_plain(encoder, value),
    }
}

fn emit_plain(encoder: &mut Writer, value: &Value) {
    match value {
        Value::Null => infallible(encoder.null()),
        Value::Bool(flag) => infallible(encoder.bool(*flag)),
        Value::String(text) => infallible(encoder.str(text)),
        Value::Number(number) => match (number.as_i64(), number.as_f64()) {
            (Some(number), _) => infallible(encoder.i64(number)),
            (None, number) => infallible(encoder.f64(number.unwrap_or_default())),
        },
        Value::Array(items) => {
            infallible(encoder.array(items.len() as u64));
            for item in items {
                emit_plain(encoder, item);
            }
        }
        Value::Object(entries) => {
            infallible(encoder.map(entries.len() as u64));
            for (key, value) in entries {
                infallible(encoder.str(key));
                emit_plain(encoder, value);
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::service;
    use proptest::prelude::*;
    use serde_json::json;

    fn input(operation: &str) -> &'static Shape {
        service("cloudwatch")
            .unwrap()
            .operation(operation)
            .unwrap()
            .input
            .unwrap()
    }

    #[test]
    fn requests_are_read_back() {
        let value = json!({
            "Namespace": "N",
            "MetricData": [{
                "MetricName": "M", "Timestamp": 1_795_514_400.25, "Value": 0.1, "Unit": "Seconds",
                "Dimensions": [{"Name": "D", "Value": "d"}], "Values": [1.5, "NaN"], "StorageResolution": 60,
            }],
        });
        let bytes = write(Some(input("PutMetricData")), &value);
        assert_eq!(read(input("PutMetricData"), &bytes).unwrap(), value);
    }

    #[test]
    fn lengths_may_be_indefinite_and_numbers_short() {
        // {_ "Namespace": (_ "N", "S"), "MetricData": [_ {"Value": 1.5_f16, "MetricName": "M"}], "X": undefined}
        let bytes =
            b"\xbf\x69Namespace\x7f\x61N\x61S\xff\x6aMetricData\x9f\xa2\x65Value\xf9\x3e\x00\
                      \x6aMetricName\x61M\xff\x61X\xf7\xff";
        let value = read(input("PutMetricData"), bytes).unwrap();
        assert_eq!(
            value,
            json!({"Namespace": "NS", "MetricData": [{"Value": 1.5, "MetricName": "M"}]})
        );
    }

    #[test]
    fn half_numbers() {
        for (bits, number) in [
            (0x0000_u16, 0.0),
            (0x0001, 5.960_464_477_539_063e-8),
            (0x3c00, 1.0),
            (0xc000, -2.0),
            (0x7bff, 65504.0),
            (0x7c00, f64::INFINITY),
        ] {
            let [high, low] = bits.to_be_bytes();
            let bytes = [0xf9, high, low];
            assert_eq!(
                half(&mut Decoder::new(&bytes)).unwrap().to_bits(),
                f64::to_bits(number)
            );
        }
        assert!(half(&mut Decoder::new(&[0xf9, 0x7e, 0])).unwrap().is_nan());
        assert!(half(&mut Decoder::new(&[0xf9, 0x7e])).is_err());
    }

    #[test]
    fn malformed_bodies_are_refused() {
        for body in [
            &b"\x80"[..],                                     // an array
            b"\xa1",                                          // ends early
            b"\xa0\xa0",                                      // goes on
            b"\xa1\x01\x02",                                  // a key that is no text
            b"\xa1\x61a\xc1\x61b",                            // a moment that is no number
            b"\xa1\x61a\x1b\xff\xff\xff\xff\xff\xff\xff\xff", // beyond 64 bits
        ] {
            let error = read(input("ListMetrics"), body).unwrap_err();
            assert_eq!(error.code, "SerializationException", "{body:x?}");
        }
        assert_eq!(read(input("ListMetrics"), b"").unwrap(), json!({}));
        let deep = [&b"\xa1\x61a"[..], &[0x81; 60], b"\xf6"].concat();
        assert!(
            read(input("ListMetrics"), &deep)
                .unwrap_err()
                .message
                .contains("nested deeper")
        );
    }

    proptest! {
        #[test]
        fn any_bytes_are_read_or_refused(bytes in proptest::collection::vec(any::<u8>(), 0..60)) {
            let _ = read(input("PutMetricData"), &bytes);
        }
    }
}
