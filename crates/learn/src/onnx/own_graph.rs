//! Reading back graphs of networks that this program wrote.
//!
//! What a graph computes is rebuilt from its constants alone, written again and compared: a file is one of ours exactly if
//! that gives the same graph. So no attribute has to be checked one by one, and a graph that differs in anything is left to
//! the evaluator of any graph.

use prost::Message;

use super::constant;
use super::error::Error;
use super::proto::{Dimension, DimensionProto, GraphProto, ModelProto};
use super::tensor::Data;

/// The graph of a file, with access to its constants.
pub(super) struct OwnGraph {
    graph: GraphProto,
    metadata: Vec<(String, String)>,
}

impl OwnGraph {
    /// The graph of a file, if it has this name.
    pub(super) fn open(bytes: &[u8], name: &str) -> Result<Self, Error> {
        let model = ModelProto::decode(bytes).map_err(|source| Error::Malformed { source })?;
        let metadata = model.metadata_props.into_iter();
        let graph = model.graph.filter(|graph| graph.name == name);
        Ok(Self {
            graph: graph.ok_or(Error::Incomplete {
                part: "form of a network of ours",
            })?,
            metadata: metadata.map(|entry| (entry.key, entry.value)).collect(),
        })
    }

    /// Shape and numbers of a constant.
    pub(super) fn numbers(&self, name: &str) -> Result<(Vec<usize>, Vec<f32>), Error> {
        let (shape, data) = self.constant(name)?;
        match data {
            Data::Floats(values) => Ok((shape, values)),
            _ => Err(wrong(name, "it has no numbers of single precision")),
        }
    }

    /// Numbers of a constant with this shape.
    pub(super) fn shaped(&self, name: &str, expected: &[usize]) -> Result<Vec<f32>, Error> {
        let (shape, values) = self.numbers(name)?;
        if shape == expected {
            Ok(values)
        } else {
            Err(wrong(
                name,
                &format!("shape {shape:?} and not {expected:?}"),
            ))
        }
    }

    /// Texts of a constant.
    pub(super) fn texts(&self, name: &str) -> Result<Vec<String>, Error> {
        match self.constant(name)?.1 {
            Data::Texts(texts) => Ok(texts),
            _ => Err(wrong(name, "it has no texts")),
        }
    }

    fn constant(&self, name: &str) -> Result<(Vec<usize>, Data), Error> {
        let mut constants = self.graph.initializer.iter();
        let found = constants.find(|tensor| tensor.name == name);
        let tensor = constant::read(found.ok_or_else(|| wrong(name, "it is not there"))?)?;
        Ok((tensor.shape().to_vec(), tensor.into_data()))
    }

    /// Sizes of an input behind that of its rows.
    pub(super) fn input(&self, name: &str) -> Result<Vec<usize>, Error> {
        let mut inputs = self.graph.input.iter();
        let tensor = inputs
            .find(|input| input.name == name)
            .and_then(|input| input.r#type.as_ref()?.tensor_type.as_ref());
        let shape = tensor.and_then(|tensor| tensor.shape.as_ref());
        let sizes = shape.map_or(&[][..], |shape| &shape.dim).iter().skip(1);
        let size = |dimension: &DimensionProto| match dimension.value {
            Some(Dimension::Value(size)) => usize::try_from(size).ok(),
            _ => None,
        };
        let sizes: Option<Vec<usize>> = sizes.map(size).collect();
        sizes.ok_or_else(|| wrong(name, "its size is not known"))
    }

    /// How many constants have names that begin so.
    pub(super) fn count(&self, prefix: &str) -> usize {
        let constants = self.graph.initializer.iter();
        constants
            .filter(|tensor| tensor.name.starts_with(prefix))
            .count()
    }

    /// The free texts, if `again` is the graph.
    pub(super) fn confirm(self, again: &GraphProto) -> Result<Vec<(String, String)>, Error> {
        if *again == self.graph {
            Ok(self.metadata)
        } else {
            Err(Error::Incomplete {
                part: "form of a network of ours",
            })
        }
    }
}

pub(super) fn wrong(tensor: &str, problem: &str) -> Error {
    Error::Tensor {
        tensor: tensor.to_owned(),
        problem: problem.to_owned(),
    }
}
