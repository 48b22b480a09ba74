//! Values of a graph while it runs: a shape and elements of one kind.
//!
//! Kinds are fewer than ONNX's: every whole number is held in 64 bits, numbers of 16 bits are widened to single
//! precision. The product of a shape always equals the number of elements.

/// Elements of a value at most.
pub const MAX_ELEMENTS: usize = 1 << 26;
/// Dimensions of a value at most.
const MAX_RANK: usize = 8;

/// Why a node cannot be evaluated on the values that it was given.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Fault(pub String);

impl From<&str> for Fault {
    fn from(words: &str) -> Self {
        Self(words.to_owned())
    }
}

impl From<String> for Fault {
    fn from(words: String) -> Self {
        Self(words)
    }
}

/// The kind of a value's elements.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    /// Single precision.
    Floats,
    /// Double precision.
    Doubles,
    /// Whole numbers.
    Ints,
    /// Truth values.
    Bools,
    /// Texts.
    Texts,
}

/// Elements.
#[derive(Debug, Clone, PartialEq)]
pub enum Data {
    /// Single precision.
    Floats(Vec<f32>),
    /// Double precision.
    Doubles(Vec<f64>),
    /// Whole numbers.
    Ints(Vec<i64>),
    /// Truth values.
    Bools(Vec<bool>),
    /// Texts.
    Texts(Vec<String>),
}

/// Runs one expression for whatever kind the elements have.
macro_rules! for_each_kind {
    ($data:expr, $elements:ident => $body:expr) => {
        match $data {
            $crate::onnx::tensor::Data::Floats($elements) => $body,
            $crate::onnx::tensor::Data::Doubles($elements) => $body,
            $crate::onnx::tensor::Data::Ints($elements) => $body,
            $crate::onnx::tensor::Data::Bools($elements) => $body,
            $crate::onnx::tensor::Data::Texts($elements) => $body,
        }
    };
}

impl Data {
    /// How many elements there are.
    pub fn len(&self) -> usize {
        for_each_kind!(self, elements => elements.len())
    }

    /// Whether there are none.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// The kind.
    pub const fn kind(&self) -> Kind {
        match self {
            Self::Floats(_) => Kind::Floats,
            Self::Doubles(_) => Kind::Doubles,
            Self::Ints(_) => Kind::Ints,
            Self::Bools(_) => Kind::Bools,
            Self::Texts(_) => Kind::Texts,
        }
    }

    /// The elements at some places, all of which are there.
    pub(crate) fn pick(&self, places: impl Iterator<Item = usize>) -> Self {
        match self {
            Self::Floats(all) => Self::Floats(places.map(|place| all[place]).collect()),
            Self::Doubles(all) => Self::Doubles(places.map(|place| all[place]).collect()),
            Self::Ints(all) => Self::Ints(places.map(|place| all[place]).collect()),
            Self::Bools(all) => Self::Bools(places.map(|place| all[place]).collect()),
            Self::Texts(all) => Self::Texts(places.map(|place| all[place].clone()).collect()),
        }
    }

    /// Puts elements of the same kind after these.
    pub(super) fn append(&mut self, other: Self) -> Result<(), Fault> {
        match (self, other) {
            (Self::Floats(all), Self::Floats(more)) => all.extend(more),
            (Self::Doubles(all), Self::Doubles(more)) => all.extend(more),
            (Self::Ints(all), Self::Ints(more)) => all.extend(more),
            (Self::Bools(all), Self::Bools(more)) => all.extend(more),
            (Self::Texts(all), Self::Texts(more)) => all.extend(more),
            _ => return Err("values of different kinds".into()),
        }
        Ok(())
    }
}

/// A value.
#[derive(Debug, Clone, PartialEq)]
pub struct Tensor {
    shape: Vec<usize>,
    data: Data,
}

/// The number of elements of a shape, within the limits.
pub(super) fn room(shape: &[usize]) -> Result<usize, Fault> {
    if shape.len() > MAX_RANK {
        return Err(format!("more than {MAX_RANK} dimensions").into());
    }
    let mut count = 1_usize;
    for &size in shape {
        count = count
            .checked_mul(size)
            .filter(|&count| count <= MAX_ELEMENTS)
            .ok_or_else(|| Fault(format!("more than {MAX_ELEMENTS} elements")))?;
    }
    Ok(count)
}

impl Tensor {
    /// A value; refused where shape and elements do not fit.
    pub fn new(shape: Vec<usize>, data: Data) -> Result<Self, Fault> {
        if room(&shape)? != data.len() {
            return Err(format!("shape {shape:?} does not fit {} elements", data.len()).into());
        }
        Ok(Self { shape, data })
    }

    /// A list.
    pub(super) fn list(data: Data) -> Self {
        Self {
            shape: vec![data.len()],
            data,
        }
    }

    /// The shape.
    pub fn shape(&self) -> &[usize] {
        &self.shape
    }

    /// The elements.
    pub const fn data(&self) -> &Data {
        &self.data
    }

    /// The elements alone.
    pub fn into_data(self) -> Data {
        self.data
    }

    /// How many elements there are.
    pub fn len(&self) -> usize {
        self.data.len()
    }

    /// Whether there are none.
    pub fn is_empty(&self) -> bool {
        self.data.is_empty()
    }

    /// Rows and columns: a list is one row, further dimensions belong to the columns.
    pub(super) fn matrix(&self) -> (usize, usize) {
        match self.shape.as_slice() {
            [] => (1, 1),
            [columns] => (1, *columns),
            [rows, rest @ ..] => (*rows, rest.iter().product()),
        }
    }

    /// The rows of another value after those of this one.
    pub fn stacked(mut self, other: Self) -> Result<Self, Fault> {
        if self.shape.get(1..) != other.shape.get(1..) || self.shape.is_empty() {
            return Err("values of different shapes".into());
        }
        self.shape[0] += other.shape[0];
        room(&self.shape)?;
        self.data.append(other.data)?;
        Ok(self)
    }

    /// The same elements in another shape.
    pub(super) fn reshaped(&self, shape: Vec<usize>) -> Result<Self, Fault> {
        Self::new(shape, self.data.clone())
    }

    /// Single-precision numbers, whatever kind of number they are.
    pub(super) fn floats(&self) -> Result<std::borrow::Cow<'_, [f32]>, Fault> {
        Ok(match &self.data {
            Data::Floats(all) => all.into(),
            Data::Doubles(all) => all.iter().map(|&x| x as f32).collect(),
            Data::Ints(all) => all.iter().map(|&x| x as f32).collect(),
            Data::Bools(all) => all.iter().map(|&x| f32::from(u8::from(x))).collect(),
            Data::Texts(_) => return Err("texts where numbers are expected".into()),
        })
    }

    /// Whole numbers.
    pub(super) fn ints(&self) -> Result<&[i64], Fault> {
        match &self.data {
            Data::Ints(all) => Ok(all),
            _ => Err("expected whole numbers".into()),
        }
    }
}

/// Where an axis that may be counted from the end lies.
pub(super) fn axis(axis: i64, rank: usize) -> Result<usize, Fault> {
    let signed = i64::try_from(rank).unwrap_or(i64::MAX);
    let place = if axis < 0 {
        axis.saturating_add(signed)
    } else {
        axis
    };
    usize::try_from(place)
        .ok()
        .filter(|&place| place < rank)
        .ok_or_else(|| Fault(format!("axis {axis} of {rank} dimensions")))
}

/// Elements before, along and after an axis.
pub(super) fn around(shape: &[usize], axis: usize) -> (usize, usize, usize) {
    (
        shape[..axis].iter().product(),
        shape[axis],
        shape[axis + 1..].iter().product(),
    )
}

/// The shape to which several are stretched.
pub(super) fn broadcast(shapes: &[&[usize]]) -> Result<Vec<usize>, Fault> {
    let rank = shapes.iter().map(|shape| shape.len()).max().unwrap_or(0);
    let mut out = vec![1; rank];
    for shape in shapes {
        for (at, &size) in (rank - shape.len()..).zip(*shape) {
            if out[at] == 1 {
                out[at] = size;
            } else if size != 1 && size != out[at] {
                return Err(format!("shapes {shapes:?} cannot be stretched to one").into());
            }
        }
    }
    room(&out)?;
    Ok(out)
}

/// Visits all places of `out`, with the places in values of other shapes that are stretched to it.
pub(super) fn walk<const K: usize>(
    out: &[usize],
    shapes: [&[usize]; K],
    mut visit: impl FnMut([usize; K]),
) {
    let total: usize = out.iter().product();
    let steps = shapes.map(|shape| strides(shape, out.len()));
    let mut counter = vec![0_usize; out.len()];
    let mut places = [0_usize; K];
    for _ in 0..total {
        visit(places);
        for at in (0..out.len()).rev() {
            counter[at] += 1;
            for (place, step) in places.iter_mut().zip(&steps) {
                *place += step[at];
            }
            if counter[at] < out[at] {
                break;
            }
            for (place, step) in places.iter_mut().zip(&steps) {
                *place -= step[at] * out[at];
            }
            counter[at] = 0;
        }
    }
}

/// How far apart neighbours lie along each axis of a stretched shape; 0 where it is stretched.
pub(super) fn strides(shape: &[usize], rank: usize) -> Vec<usize> {
    let mut steps = vec![0; rank];
    let mut step = 1;
    for (at, &size) in shape.iter().enumerate().rev() {
        if size != 1 {
            steps[rank - shape.len() + at] = step;
        }
        step *= size;
    }
    steps
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn shapes_are_stretched_or_refused() {
        type Case = (&'static [usize], &'static [usize], Option<Vec<usize>>);
        let cases: [Case; 5] = [
            (&[2, 3], &[3], Some(vec![2, 3])),
            (&[2, 1], &[1, 4], Some(vec![2, 4])),
            (&[], &[5], Some(vec![5])),
            (&[0, 3], &[1, 3], Some(vec![0, 3])),
            (&[2], &[3], None),
        ];
        for (left, right, expected) in cases {
            assert_eq!(
                broadcast(&[left, right]).ok(),
                expected,
                "{left:?} {right:?}"
            );
        }
    }

    #[test]
    fn a_walk_repeats_the_places_of_what_is_stretched() {
        let mut seen = Vec::new();
        walk(&[2, 3], [&[3], &[2, 1]], |places| seen.push(places));
        assert_eq!(seen, [[0, 0], [1, 0], [2, 0], [0, 1], [1, 1], [2, 1]]);
    }

    #[test]
    fn a_shape_beyond_the_limits_is_refused_before_it_is_made() {
        assert!(room(&[usize::MAX, 2]).is_err());
        assert!(room(&[MAX_ELEMENTS + 1]).is_err());
        assert!(room(&[1; 9]).is_err());
        assert_eq!(room(&[0, usize::MAX / 2]).ok(), Some(0));
        assert!(Tensor::new(vec![2, 2], Data::Ints(vec![1, 2, 3])).is_err());
    }

    #[test]
    fn axes_are_counted_from_both_ends() {
        assert_eq!(axis(-1, 3).ok(), Some(2));
        assert_eq!(axis(0, 3).ok(), Some(0));
        assert!(axis(3, 3).is_err());
        assert!(axis(i64::MIN, 3).is_err());
    }
}
