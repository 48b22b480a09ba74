//! Graphs of ONNX's own operators alone, run by `rten` on a pool of its own with so many threads as the container has.

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::Arc;

use rten::{Model, ModelOptions, NodeId, RunOptions, ThreadPool, Value, ValueOrView};

use super::port::{Element, Port};
use crate::onnx::error::Error;
use crate::onnx::node::Node;
use crate::onnx::tensor::{Data, Tensor};

/// Operators that `rten` 0.27 reads with the features that are built in. `If` and `Loop` have graphs inside.
pub(super) const OPERATORS: &[&str] = &[
    "Abs",
    "Acos",
    "Acosh",
    "Add",
    "And",
    "ArgMax",
    "ArgMin",
    "Asin",
    "Asinh",
    "Atan",
    "Atanh",
    "Attention",
    "AveragePool",
    "BatchNormalization",
    "Cast",
    "CastLike",
    "Ceil",
    "Clip",
    "Concat",
    "Constant",
    "ConstantOfShape",
    "Conv",
    "ConvInteger",
    "ConvTranspose",
    "Cos",
    "Cosh",
    "CumSum",
    "DepthToSpace",
    "DequantizeLinear",
    "Div",
    "DynamicQuantizeLinear",
    "Einsum",
    "Elu",
    "Equal",
    "Erf",
    "Exp",
    "Expand",
    "EyeLike",
    "Flatten",
    "Floor",
    "GRU",
    "Gather",
    "GatherElements",
    "GatherND",
    "Gelu",
    "Gemm",
    "GlobalAveragePool",
    "GlobalMaxPool",
    "Greater",
    "GreaterOrEqual",
    "GridSample",
    "HardSigmoid",
    "HardSwish",
    "Identity",
    "If",
    "InstanceNormalization",
    "IsInf",
    "IsNaN",
    "LSTM",
    "LayerNormalization",
    "LeakyRelu",
    "Less",
    "LessOrEqual",
    "Log",
    "LogSoftmax",
    "Loop",
    "LpNormalization",
    "MatMul",
    "MatMulInteger",
    "Max",
    "MaxPool",
    "Mean",
    "Min",
    "Mod",
    "Mul",
    "Neg",
    "NonMaxSuppression",
    "NonZero",
    "Not",
    "OneHot",
    "Or",
    "PRelu",
    "Pad",
    "Pow",
    "QuantizeLinear",
    "RMSNormalization",
    "Range",
    "Reciprocal",
    "ReduceL1",
    "ReduceL2",
    "ReduceLogSum",
    "ReduceLogSumExp",
    "ReduceMax",
    "ReduceMean",
    "ReduceMin",
    "ReduceProd",
    "ReduceSum",
    "ReduceSumSquare",
    "Relu",
    "Reshape",
    "Resize",
    "ReverseSequence",
    "RotaryEmbedding",
    "Round",
    "Scatter",
    "ScatterElements",
    "ScatterND",
    "Shape",
    "Sigmoid",
    "Sign",
    "Sin",
    "Sinh",
    "Size",
    "Slice",
    "Softmax",
    "Softplus",
    "Softsign",
    "Split",
    "Sqrt",
    "Squeeze",
    "Sub",
    "Sum",
    "Swish",
    "Tan",
    "Tanh",
    "Tile",
    "TopK",
    "Transpose",
    "Trilu",
    "Unsqueeze",
    "Upsample",
    "Where",
    "Xor",
];

/// Whether `rten` reads nodes of an operator.
pub(super) fn is_supported(node: Node<'_>) -> bool {
    node.domain().is_empty() && OPERATORS.binary_search(&node.0.op_type.as_str()).is_ok()
}

/// A graph in `rten`.
#[derive(Clone)]
pub(super) struct Neural {
    model: Arc<Model>,
    pool: Arc<ThreadPool>,
    inputs: Vec<NodeId>,
    outputs: Vec<NodeId>,
}

impl std::fmt::Debug for Neural {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Neural").finish_non_exhaustive()
    }
}

impl Neural {
    /// Loads a file whose limits were checked.
    pub(super) fn load(
        bytes: &[u8],
        (inputs, outputs): (&[Port], &[Port]),
        threads: usize,
    ) -> Result<Self, Error> {
        let refused = |problem: String| Error::Neural { problem };
        let load = || {
            ModelOptions::with_all_ops()
                .prepack_weights(true)
                .load(bytes.to_vec())
        };
        let model = caught(load)
            .map_err(refused)?
            .map_err(|error| refused(error.to_string()))?;
        let ids = |ports: &[Port]| {
            let id = |port: &Port| {
                model
                    .node_id(&port.name)
                    .map_err(|error| refused(error.to_string()))
            };
            ports.iter().map(id).collect::<Result<Vec<_>, _>>()
        };
        Ok(Self {
            inputs: ids(inputs)?,
            outputs: ids(outputs)?,
            pool: Arc::new(ThreadPool::with_num_threads(threads.max(1))),
            model: Arc::new(model),
        })
    }

    /// Runs the graph on one value an input.
    pub(super) fn run(&self, given: Vec<Tensor>, outputs: &[Port]) -> Result<Vec<Tensor>, Error> {
        let failed = |problem: String| Error::Run {
            node: "graph".to_owned(),
            problem,
        };
        let mut inputs = Vec::with_capacity(given.len());
        for (&id, tensor) in self.inputs.iter().zip(given) {
            inputs.push((id, ValueOrView::Value(value(tensor).map_err(failed)?)));
        }
        let mut options = RunOptions::default();
        options.thread_pool = Some(Arc::clone(&self.pool));
        let run = || self.model.run(inputs, &self.outputs, Some(options));
        let answers = caught(run)
            .map_err(failed)?
            .map_err(|error| failed(error.to_string()))?;
        answers
            .into_iter()
            .zip(outputs)
            .map(|(answer, port)| tensor(answer, port.element).map_err(failed))
            .collect()
    }
}

/// A file that makes `rten` panic is a file that cannot be used.
fn caught<T>(work: impl FnOnce() -> T) -> Result<T, String> {
    catch_unwind(AssertUnwindSafe(work)).map_err(|_| "the engine gave up on the graph".to_owned())
}

fn value(tensor: Tensor) -> Result<Value, String> {
    let shape = tensor.shape().to_vec();
    match tensor.into_data() {
        Data::Floats(all) => Value::from_shape(&shape, all).map_err(|error| error.to_string()),
        Data::Ints(all) => {
            let narrow = all
                .into_iter()
                .map(|x| i32::try_from(x).map_err(|_| format!("{x} is beyond 32 bits")));
            let narrow = narrow.collect::<Result<Vec<i32>, _>>()?;
            Value::from_shape(&shape, narrow).map_err(|error| error.to_string())
        }
        Data::Bools(all) => {
            let narrow: Vec<i32> = all.into_iter().map(i32::from).collect();
            Value::from_shape(&shape, narrow).map_err(|error| error.to_string())
        }
        Data::Doubles(_) | Data::Texts(_) => {
            Err("neither texts nor double precision can be given".to_owned())
        }
    }
}

fn tensor(value: Value, element: Element) -> Result<Tensor, String> {
    use rten_tensor::prelude::*;
    let (shape, data) = match value {
        Value::FloatTensor(all) => (all.shape().to_vec(), Data::Floats(all.to_vec())),
        Value::Int32Tensor(all) if element == Element::Bool => (
            all.shape().to_vec(),
            Data::Bools(all.iter().map(|&x| x != 0).collect()),
        ),
        Value::Int32Tensor(all) => (
            all.shape().to_vec(),
            Data::Ints(all.iter().map(|&x| i64::from(x)).collect()),
        ),
        Value::Int8Tensor(all) => (
            all.shape().to_vec(),
            Data::Ints(all.iter().map(|&x| i64::from(x)).collect()),
        ),
        Value::UInt8Tensor(all) => (
            all.shape().to_vec(),
            Data::Ints(all.iter().map(|&x| i64::from(x)).collect()),
        ),
        _ => return Err("an answer that is no tensor".to_owned()),
    };
    Tensor::new(shape, data).map_err(|fault| fault.0)
}

#[cfg(test)]
mod tests {
    use super::OPERATORS;

    #[test]
    fn the_operators_are_in_order() {
        assert!(OPERATORS.is_sorted());
    }
}
