//! Values of one kind as another.

use super::{Evaluate, Versions, one};
use crate::onnx::error::Error;
use crate::onnx::node::Node;
use crate::onnx::tensor::{Data, Fault, Tensor};

/// Compiles `Cast`. Element types are numbered as in `TensorProto.DataType`.
pub(super) fn cast(node: Node<'_>, _: Versions) -> Result<Evaluate, Error> {
    let to = node.int("to", 0);
    if !matches!(to, 1..=13) {
        return Err(node.wrong("to", "a type of number, text or truth value"));
    }
    Ok(one(move |inputs| {
        let value = inputs.get(0)?;
        Tensor::new(value.shape().to_vec(), convert(value.data(), to)?)
    }))
}

fn convert(data: &Data, to: i64) -> Result<Data, Fault> {
    Ok(match to {
        1 | 10 => Data::Floats(match data {
            // A text is read once, not through double precision.
            Data::Texts(all) => parsed(all)?,
            Data::Floats(all) => all.clone(),
            _ => doubles(data)?.into_iter().map(|x| x as f32).collect(),
        }),
        11 => Data::Doubles(doubles(data)?),
        8 => Data::Texts(texts(data)),
        9 => Data::Bools(doubles(data)?.into_iter().map(|x| x != 0.0).collect()),
        _ => Data::Ints(whole(data, to)?),
    })
}

fn parsed<T: std::str::FromStr>(texts: &[String]) -> Result<Vec<T>, Fault> {
    let read = |text: &String| {
        let refused = || Fault(format!("`{text}` is not a number"));
        text.trim().parse().map_err(|_| refused())
    };
    texts.iter().map(read).collect()
}

fn doubles(data: &Data) -> Result<Vec<f64>, Fault> {
    Ok(match data {
        Data::Floats(all) => all.iter().map(|&x| f64::from(x)).collect(),
        Data::Doubles(all) => all.clone(),
        Data::Ints(all) => all.iter().map(|&x| x as f64).collect(),
        Data::Bools(all) => all.iter().map(|&x| f64::from(u8::from(x))).collect(),
        Data::Texts(all) => parsed(all)?,
    })
}

/// Whole numbers in the width of their type; fractions are cut off.
fn whole(data: &Data, to: i64) -> Result<Vec<i64>, Fault> {
    let mut all: Vec<i64> = match data {
        Data::Ints(all) => all.clone(),
        Data::Bools(all) => all.iter().map(|&x| i64::from(x)).collect(),
        Data::Texts(all) => parsed(all)?,
        _ => doubles(data)?.into_iter().map(|x| x as i64).collect(),
    };
    let narrow: Option<fn(i64) -> i64> = match to {
        2 => Some(|x| i64::from(x as u8)),
        3 => Some(|x| i64::from(x as i8)),
        4 => Some(|x| i64::from(x as u16)),
        5 => Some(|x| i64::from(x as i16)),
        6 => Some(|x| i64::from(x as i32)),
        12 => Some(|x| i64::from(x as u32)),
        _ => None,
    };
    if let Some(narrow) = narrow {
        for x in &mut all {
            *x = narrow(*x);
        }
    }
    Ok(all)
}

/// Elements as texts; a number in its shortest form.
pub(crate) fn texts(data: &Data) -> Vec<String> {
    match data {
        Data::Floats(all) => all.iter().map(f32::to_string).collect(),
        Data::Doubles(all) => all.iter().map(f64::to_string).collect(),
        Data::Ints(all) => all.iter().map(i64::to_string).collect(),
        Data::Bools(all) => all.iter().map(|x| i64::from(*x).to_string()).collect(),
        Data::Texts(all) => all.clone(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn kinds_are_turned_into_each_other() {
        let floats = Data::Floats(vec![1.0, -2.7, f32::NAN]);
        assert_eq!(convert(&floats, 7).unwrap(), Data::Ints(vec![1, -2, 0]));
        assert_eq!(
            convert(&floats, 9).unwrap(),
            Data::Bools(vec![true, true, true])
        );
        assert_eq!(
            convert(&Data::Ints(vec![300]), 2).unwrap(),
            Data::Ints(vec![44])
        );
        assert_eq!(texts(&floats), ["1", "-2.7", "NaN"]);
        let words = Data::Texts(vec![" 0.1".to_owned()]);
        assert_eq!(convert(&words, 1).unwrap(), Data::Floats(vec![0.1]));
        let problem = convert(&Data::Texts(vec!["old".to_owned()]), 1).unwrap_err();
        assert_eq!(problem.0, "`old` is not a number");
    }
}
