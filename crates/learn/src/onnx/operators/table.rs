//! The table of operators: what compiles a node of each.

use super::{
    Evaluate, Versions, arrange, cast, compare, elementwise, encode, index, linear, matrix,
    normalize, prepare, rank, reduce, shape, svm, trees, trees_v5,
};
use crate::onnx::build::ML;
use crate::onnx::error::Error;
use crate::onnx::node::Node;

/// Compiles a node.
pub(in crate::onnx) type Compile = fn(Node<'_>, Versions) -> Result<Evaluate, Error>;

/// Whether nodes of an operator are evaluated.
pub(in crate::onnx) fn is_supported(node: Node<'_>) -> bool {
    (node.domain(), node.0.op_type.as_str()) == ("", "Scan") || find(node).is_some()
}

/// What compiles a node; `Scan`, which has a graph inside, is compiled with the graph around it.
pub(in crate::onnx) fn find(node: Node<'_>) -> Option<Compile> {
    match node.domain() {
        "" => plain(&node.0.op_type),
        ML => learned(&node.0.op_type),
        "com.microsoft" if node.0.op_type == "CDist" => Some(matrix::distances),
        _ => None,
    }
}

/// Operators of `ai.onnx.ml`.
fn learned(operator: &str) -> Option<Compile> {
    Some(match operator {
        "ArrayFeatureExtractor" => index::extract,
        "Binarizer" => prepare::binarizer,
        "CategoryMapper" => encode::category_mapper,
        "FeatureVectorizer" => prepare::vectorizer,
        "Imputer" => prepare::imputer,
        "LabelEncoder" => encode::label_encoder,
        "LinearClassifier" => linear::classifier,
        "LinearRegressor" => linear::regressor,
        "Normalizer" => normalize::normalizer,
        "OneHotEncoder" => encode::one_hot,
        "Scaler" => prepare::scaler,
        "SVMClassifier" => svm::classifier,
        "SVMRegressor" => svm::regressor,
        "TreeEnsemble" => trees_v5::ensemble,
        "TreeEnsembleClassifier" => trees::classifier,
        "TreeEnsembleRegressor" => trees::regressor,
        // A list of dictionaries says nothing that labels and probabilities do not say.
        "ZipMap" => shape::identity,
        _ => return None,
    })
}

/// ONNX's own operators.
fn plain(operator: &str) -> Option<Compile> {
    elementwise::find(operator)
        .or_else(|| reduce::find(operator))
        .or_else(|| compare::find(operator))
        .or_else(|| {
            Some(match operator {
                "ArgMax" | "ArgMin" => rank::arg,
                "Cast" => cast::cast,
                "Concat" => arrange::concat,
                "Constant" => shape::constant,
                "ConstantOfShape" => shape::constant_of_shape,
                "CumSum" => rank::cumulate,
                "Dropout" | "Identity" => shape::identity,
                "Expand" => shape::expand,
                "Flatten" => shape::flatten,
                "Gather" => index::gather,
                "GatherElements" => index::gather_elements,
                "Gemm" => matrix::gemm,
                "LogSoftmax" => normalize::log_softmax,
                "LpNormalization" => normalize::lp,
                "MatMul" => matrix::product,
                "Reshape" => shape::reshape,
                "Shape" => shape::shape,
                "Slice" => arrange::slice,
                "Softmax" => normalize::softmax,
                "Split" => arrange::split,
                "Squeeze" => shape::squeeze,
                "Tile" => arrange::tile,
                "TopK" => rank::top,
                "Transpose" => arrange::transpose,
                "Unsqueeze" => shape::unsqueeze,
                _ => return None,
            })
        })
}
