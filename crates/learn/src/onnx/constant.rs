//! Constants of a file as values. Elements that lie in other files are refused: a model is one file.

use super::error::Error;
use super::proto::TensorProto;
use super::tensor::{Data, Tensor, room};

/// Reads a constant; sizes are checked before anything is made.
pub(super) fn read(tensor: &TensorProto) -> Result<Tensor, Error> {
    let wrong = |problem: String| Error::Tensor {
        tensor: tensor.name.clone(),
        problem,
    };
    check(tensor)?;
    let size =
        |&size: &i64| usize::try_from(size).map_err(|_| wrong(format!("a dimension of {size}")));
    let shape = tensor
        .dims
        .iter()
        .map(size)
        .collect::<Result<Vec<_>, _>>()?;
    let count = room(&shape).map_err(|fault| wrong(fault.0))?;
    let data = if tensor.raw_data.is_empty() {
        typed(tensor)
    } else {
        raw(tensor)
    };
    let data = data.ok_or_else(|| wrong(format!("elements of type {}", tensor.data_type)))?;
    if data.len() != count {
        return Err(wrong(format!(
            "shape {shape:?} does not fit {} elements",
            data.len()
        )));
    }
    Tensor::new(shape, data).map_err(|fault| wrong(fault.0))
}

/// Refuses constants whose elements lie elsewhere.
pub(super) fn check(tensor: &TensorProto) -> Result<(), Error> {
    if tensor.data_location == 0 && tensor.external_data.is_empty() {
        return Ok(());
    }
    let location = tensor
        .external_data
        .iter()
        .find(|entry| entry.key == "location");
    Err(Error::External {
        tensor: tensor.name.clone(),
        location: location
            .map(|entry| entry.value.clone())
            .unwrap_or_default(),
    })
}

/// Elements of the typed members.
fn typed(tensor: &TensorProto) -> Option<Data> {
    let small = || tensor.int32_data.iter().copied();
    Some(match tensor.data_type {
        1 => Data::Floats(tensor.float_data.clone()),
        2..=6 => Data::Ints(small().map(i64::from).collect()),
        7 => Data::Ints(tensor.int64_data.clone()),
        8 => {
            let text = |bytes: &Vec<u8>| String::from_utf8_lossy(bytes).into_owned();
            Data::Texts(tensor.string_data.iter().map(text).collect())
        }
        9 => Data::Bools(small().map(|x| x != 0).collect()),
        10 => Data::Floats(small().map(|x| half(x as u16)).collect()),
        11 => Data::Doubles(tensor.double_data.clone()),
        _ => return None,
    })
}

/// Little-endian elements.
fn raw(tensor: &TensorProto) -> Option<Data> {
    /// All elements of a type; none where the bytes do not come out even.
    macro_rules! elements {
        ($type:ty, $convert:expr) => {{
            let (chunks, rest) = tensor.raw_data.as_chunks::<{ size_of::<$type>() }>();
            if !rest.is_empty() {
                return None;
            }
            chunks
                .iter()
                .map(|bytes| $convert(<$type>::from_le_bytes(*bytes)))
                .collect()
        }};
    }
    Some(match tensor.data_type {
        1 => Data::Floats(elements!(f32, |x| x)),
        2 => Data::Ints(elements!(u8, i64::from)),
        3 => Data::Ints(elements!(i8, i64::from)),
        4 => Data::Ints(elements!(u16, i64::from)),
        5 => Data::Ints(elements!(i16, i64::from)),
        6 => Data::Ints(elements!(i32, i64::from)),
        7 => Data::Ints(elements!(i64, |x| x)),
        9 => Data::Bools(elements!(u8, |x| x != 0)),
        10 => Data::Floats(elements!(u16, half)),
        11 => Data::Doubles(elements!(f64, |x| x)),
        _ => return None,
    })
}

/// A number of 16 bits.
fn half(bits: u16) -> f32 {
    let sign = if bits >> 15 == 0 { 1.0 } else { -1.0 };
    let (exponent, fraction) = (i32::from(bits >> 10 & 31), f32::from(bits & 1023));
    sign * match exponent {
        0 => fraction * 2_f32.powi(-24),
        31 if fraction == 0.0 => f32::INFINITY,
        31 => f32::NAN,
        _ => (1.0 + fraction / 1024.0) * 2_f32.powi(exponent - 15),
    }
}

#[cfg(test)]
mod tests {
    use super::super::proto::StringStringEntryProto;
    use super::*;

    #[test]
    fn sizes_that_lie_are_refused() {
        let floats = |dims: &[i64], raw: usize| TensorProto {
            dims: dims.to_vec(),
            data_type: 1,
            raw_data: vec![0; raw],
            name: "w".to_owned(),
            ..TensorProto::default()
        };
        assert_eq!(read(&floats(&[2, 1], 8)).unwrap().shape(), [2, 1]);
        let cases = [
            (
                floats(&[2, 2], 8),
                "constant `w`: shape [2, 2] does not fit 2 elements",
            ),
            (floats(&[-1], 4), "constant `w`: a dimension of -1"),
            (
                floats(&[1 << 40, 1 << 40], 4),
                "constant `w`: more than 67108864 elements",
            ),
            (floats(&[1], 3), "constant `w`: elements of type 1"),
        ];
        for (tensor, expected) in cases {
            assert_eq!(read(&tensor).unwrap_err().to_string(), expected);
        }
    }

    #[test]
    fn elements_of_other_files_are_refused() {
        let entry = StringStringEntryProto {
            key: "location".to_owned(),
            value: "../../etc/passwd".to_owned(),
        };
        let tensor = TensorProto {
            external_data: vec![entry],
            data_location: 1,
            ..TensorProto::default()
        };
        let error = read(&tensor).unwrap_err();
        assert_eq!(
            error.to_string(),
            "constant `` lies in another file, `../../etc/passwd`; a model must be one file"
        );
        assert_eq!(error.code(), "P0651");
    }

    #[test]
    fn numbers_of_16_bits_are_widened() {
        let cases = [
            (0x3c00, 1.0),
            (0xc000, -2.0),
            (0x0001, 5.960_464_5e-8),
            (0x7bff, 65504.0),
            (0x7c00, f32::INFINITY),
        ];
        for (bits, expected) in cases {
            assert_eq!(half(bits).to_bits(), f32::to_bits(expected), "{bits:x}");
        }
        assert!(half(0x7e00).is_nan());
    }
}
