//! Parts of graphs that a test writes itself.

use learn::onnx::proto::{
    AttributeProto, Dimension, DimensionProto, INT64, NodeProto, TensorProto, TensorShapeProto,
    TensorTypeProto, TypeProto, ValueInfoProto,
};

/// A number of rows that is left open.
pub(crate) const ROWS: Option<i64> = None;

/// An input or output: its element type and its sizes.
pub(crate) fn value(name: &str, element: i32, sizes: &[Option<i64>]) -> ValueInfoProto {
    let size = |size: &Option<i64>| match size {
        Some(size) => Dimension::Value(*size),
        None => Dimension::Param("N".to_owned()),
    };
    let dim = sizes
        .iter()
        .map(|one| DimensionProto {
            value: Some(size(one)),
        })
        .collect();
    let tensor_type = Some(TensorTypeProto {
        elem_type: element,
        shape: Some(TensorShapeProto { dim }),
    });
    ValueInfoProto {
        name: name.to_owned(),
        r#type: Some(TypeProto {
            tensor_type,
            sequence_type: None,
        }),
    }
}

/// A node; the domain stands before the last dot of the operator.
pub(crate) fn node(
    operator: &str,
    inputs: &[&str],
    outputs: &[&str],
    attribute: Vec<AttributeProto>,
) -> NodeProto {
    let (domain, op_type) = operator.rsplit_once('.').unwrap_or(("", operator));
    let owned = |names: &[&str]| names.iter().map(|&name| name.to_owned()).collect();
    NodeProto {
        input: owned(inputs),
        output: owned(outputs),
        name: String::new(),
        op_type: op_type.to_owned(),
        attribute,
        domain: domain.to_owned(),
    }
}

/// A constant list of whole numbers.
pub(crate) fn whole(name: &str, values: &[i64]) -> TensorProto {
    TensorProto {
        dims: vec![i64::try_from(values.len()).unwrap()],
        data_type: INT64,
        int64_data: values.to_vec(),
        name: name.to_owned(),
        ..TensorProto::default()
    }
}
