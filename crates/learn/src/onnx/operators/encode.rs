//! Categories: `OneHotEncoder`, `LabelEncoder`, `CategoryMapper`.

use std::collections::BTreeMap;

use super::{Evaluate, Versions, one};
use crate::onnx::constant;
use crate::onnx::error::Error;
use crate::onnx::node::Node;
use crate::onnx::tensor::{Data, Fault, Tensor, room};

/// A category: a text, a whole number, or the bits of a number.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
enum Category<'a> {
    Text(std::borrow::Cow<'a, str>),
    Whole(i64),
    Number(u64),
}

impl Category<'_> {
    fn number(x: f64) -> Self {
        // Zeros of both signs are one, and so is everything that is no number.
        let plain = if x.is_nan() { f64::NAN } else { x + 0.0 };
        Self::Number(plain.to_bits())
    }

    fn owned(self) -> Category<'static> {
        match self {
            Self::Text(text) => Category::Text(text.into_owned().into()),
            Self::Whole(x) => Category::Whole(x),
            Self::Number(x) => Category::Number(x),
        }
    }
}

/// The categories of a value, in its order.
fn categories(data: &Data) -> Vec<Category<'_>> {
    match data {
        Data::Texts(all) => all
            .iter()
            .map(|text| Category::Text(text.as_str().into()))
            .collect(),
        Data::Ints(all) => all.iter().map(|&x| Category::Whole(x)).collect(),
        Data::Bools(all) => all.iter().map(|&x| Category::Whole(i64::from(x))).collect(),
        Data::Floats(all) => all
            .iter()
            .map(|&x| Category::number(f64::from(x)))
            .collect(),
        Data::Doubles(all) => all.iter().map(|&x| Category::number(x)).collect(),
    }
}

pub(super) fn one_hot(node: Node<'_>, _: Versions) -> Result<Evaluate, Error> {
    let texts = node.texts("cats_strings")?;
    let whole = node.ints("cats_int64s").to_vec();
    let zeros = node.int("zeros", 1) != 0;
    let width = texts.len().max(whole.len());
    if width == 0 || !(texts.is_empty() || whole.is_empty()) {
        return Err(node.wrong("cats_strings", "categories, or `cats_int64s`"));
    }
    // Of equal categories the first one counts.
    let words = texts.into_iter().enumerate().rev();
    let words: BTreeMap<_, _> = words.map(|(n, text)| (text, n)).collect();
    let numbers = whole.into_iter().enumerate().rev();
    let numbers: BTreeMap<_, _> = numbers.map(|(n, x)| (x, n)).collect();
    Ok(one(move |inputs| {
        let value = inputs.get(0)?;
        let places: Vec<Option<usize>> = match value.data() {
            Data::Texts(all) => all.iter().map(|text| words.get(text).copied()).collect(),
            Data::Ints(all) => all.iter().map(|x| numbers.get(x).copied()).collect(),
            // The fraction is cut off, as onnxruntime does.
            _ => value
                .floats()?
                .iter()
                .map(|&x| numbers.get(&(x as i64)).copied())
                .collect(),
        };
        if !zeros && places.contains(&None) {
            return Err("a category that the model does not know".into());
        }
        let shape = [value.shape(), &[width]].concat();
        let mut hot = vec![0.0; room(&shape)?];
        for (row, place) in places.into_iter().enumerate() {
            if let Some(place) = place {
                hot[row * width + place] = 1.0;
            }
        }
        Tensor::new(shape, Data::Floats(hot))
    }))
}

/// The attribute of one of several kinds that is given.
fn list(node: Node<'_>, part: &'static str) -> Result<Option<Data>, Error> {
    let name = |kind: &str| format!("{part}_{kind}");
    if let Some(tensor) = node.tensor(&name("tensor")) {
        return Ok(Some(constant::read(tensor)?.into_data()));
    }
    if node.has(&name("int64s")) {
        return Ok(Some(Data::Ints(node.ints(&name("int64s")).to_vec())));
    }
    if node.has(&name("floats")) {
        return Ok(Some(Data::Floats(node.floats(&name("floats")).to_vec())));
    }
    let texts = node.texts(if part == "keys" {
        "keys_strings"
    } else {
        "values_strings"
    })?;
    Ok((!texts.is_empty()).then_some(Data::Texts(texts)))
}

pub(super) fn label_encoder(node: Node<'_>, _: Versions) -> Result<Evaluate, Error> {
    // The first version had only a list of classes, the places of which are the numbers.
    let classes = node.texts("classes_strings")?;
    let (keys, mut values) = if classes.is_empty() {
        let both = list(node, "keys")?.zip(list(node, "values")?);
        both.ok_or_else(|| node.wrong("keys_strings", "keys and values"))?
    } else {
        let places = Data::Ints((0..classes.len() as i64).collect());
        (Data::Texts(classes), places)
    };
    if keys.len() != values.len() {
        return Err(node.wrong("keys_strings", "as many keys as values"));
    }
    let otherwise = values.len();
    let default = match node.tensor("default_tensor") {
        Some(tensor) => constant::read(tensor)?.into_data(),
        None => match values {
            Data::Texts(_) => Data::Texts(vec![node.text("default_string", "_Unused")?.to_owned()]),
            Data::Ints(_) => Data::Ints(vec![node.int("default_int64", -1)]),
            _ => Data::Floats(vec![node.float("default_float", -0.0)]),
        },
    };
    let fits = default.len() == 1 && values.append(default).is_ok();
    if !fits {
        return Err(node.wrong("default_tensor", "one element of the kind of the values"));
    }
    let places: BTreeMap<Category<'static>, usize> = categories(&keys)
        .into_iter()
        .enumerate()
        .map(|(place, key)| (key.owned(), place))
        .rev()
        .collect();
    Ok(one(move |inputs| {
        exchange(inputs.get(0)?, &places, (&values, otherwise))
    }))
}

fn exchange(
    value: &Tensor,
    places: &BTreeMap<Category<'static>, usize>,
    (values, otherwise): (&Data, usize),
) -> Result<Tensor, Fault> {
    let found = categories(value.data())
        .into_iter()
        .map(|category| places.get(&category).copied().unwrap_or(otherwise));
    Tensor::new(value.shape().to_vec(), values.pick(found))
}

/// Texts to whole numbers, or whole numbers to texts.
pub(super) fn category_mapper(node: Node<'_>, _: Versions) -> Result<Evaluate, Error> {
    let texts = node.texts("cats_strings")?;
    let whole = node.ints("cats_int64s").to_vec();
    if texts.len() != whole.len() {
        return Err(node.wrong("cats_strings", "as many texts as `cats_int64s`"));
    }
    let places = |data: &Data| -> BTreeMap<Category<'static>, usize> {
        let numbered = categories(data).into_iter().enumerate();
        numbered.map(|(place, key)| (key.owned(), place)).collect()
    };
    let (by_text, by_number) = (
        places(&Data::Texts(texts.clone())),
        places(&Data::Ints(whole.clone())),
    );
    let end = texts.len();
    let texts = [
        texts,
        vec![node.text("default_string", "_Unused")?.to_owned()],
    ]
    .concat();
    let whole = [whole, vec![node.int("default_int64", -1)]].concat();
    Ok(one(move |inputs| {
        let value = inputs.get(0)?;
        match value.data() {
            Data::Texts(_) => exchange(value, &by_text, (&Data::Ints(whole.clone()), end)),
            _ => exchange(value, &by_number, (&Data::Texts(texts.clone()), end)),
        }
    }))
}
