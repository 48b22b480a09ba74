//! Putting a graph together: nodes, attributes, constants, inputs and outputs.

use super::proto::{
    AttributeProto, Dimension, DimensionProto, FLOAT, GraphProto, INT64, NodeProto, STRING,
    TensorProto, TensorShapeProto, TensorTypeProto, TypeProto, ValueInfoProto,
};

/// Operator set of machine-learning operators.
pub(super) const ML: &str = "ai.onnx.ml";

/// A count or place as the format writes it.
pub(super) fn index(count: usize) -> i64 {
    i64::try_from(count).expect("what fits in memory has a 63-bit count")
}

/// Value of an attribute.
#[derive(Debug, Clone)]
pub(super) enum Attribute {
    Float(f32),
    Int(i64),
    Text(&'static str),
    Floats(Vec<f32>),
    Ints(Vec<i64>),
    Texts(Vec<String>),
}

impl Attribute {
    fn named(self, name: &str) -> AttributeProto {
        let mut attribute = AttributeProto {
            name: name.to_owned(),
            ..AttributeProto::default()
        };
        // The type numbers are those of `AttributeProto.AttributeType`.
        match self {
            Self::Float(value) => (attribute.r#type, attribute.f) = (1, value),
            Self::Int(value) => (attribute.r#type, attribute.i) = (2, value),
            Self::Text(value) => (attribute.r#type, attribute.s) = (3, value.as_bytes().to_vec()),
            Self::Floats(values) => (attribute.r#type, attribute.floats) = (6, values),
            Self::Ints(values) => (attribute.r#type, attribute.ints) = (7, values),
            Self::Texts(values) => {
                let bytes = values.into_iter().map(String::into_bytes).collect();
                (attribute.r#type, attribute.strings) = (8, bytes);
            }
        }
        attribute
    }
}

/// A graph that grows node by node; each node is named by its first output.
#[derive(Debug, Default)]
pub(super) struct Builder {
    graph: GraphProto,
}

impl Builder {
    /// Adds a node and returns the name of its output.
    pub(super) fn node(
        &mut self,
        operator: (&str, &str),
        inputs: &[&str],
        output: &str,
        attributes: Vec<(&str, Attribute)>,
    ) -> String {
        self.nodes(operator, inputs, &[output], attributes);
        output.to_owned()
    }

    /// Adds a node with several outputs.
    pub(super) fn nodes(
        &mut self,
        (domain, operator): (&str, &str),
        inputs: &[&str],
        outputs: &[&str],
        attributes: Vec<(&str, Attribute)>,
    ) {
        let owned = |names: &[&str]| {
            names
                .iter()
                .map(|&name| name.to_owned())
                .collect::<Vec<_>>()
        };
        self.graph.node.push(NodeProto {
            input: owned(inputs),
            output: owned(outputs),
            name: format!("{operator}:{}", outputs[0]),
            op_type: operator.to_owned(),
            attribute: attributes
                .into_iter()
                .map(|(name, value)| value.named(name))
                .collect(),
            domain: domain.to_owned(),
        });
    }

    /// Adds a constant list of whole numbers.
    pub(super) fn constant(&mut self, name: &str, values: Vec<i64>) {
        self.graph.initializer.push(TensorProto {
            dims: vec![index(values.len())],
            data_type: INT64,
            int64_data: values,
            name: name.to_owned(),
            ..TensorProto::default()
        });
    }

    /// Adds a constant of numbers.
    pub(super) fn numbers(&mut self, name: &str, shape: &[usize], values: &[f32]) -> String {
        self.graph.initializer.push(TensorProto {
            dims: shape.iter().copied().map(index).collect(),
            data_type: FLOAT,
            raw_data: values
                .iter()
                .flat_map(|value| value.to_le_bytes())
                .collect(),
            name: name.to_owned(),
            ..TensorProto::default()
        });
        name.to_owned()
    }

    /// Adds a constant list of texts.
    pub(super) fn texts(&mut self, name: &str, values: &[String]) -> String {
        self.graph.initializer.push(TensorProto {
            dims: vec![index(values.len())],
            data_type: STRING,
            string_data: values
                .iter()
                .map(|text| text.clone().into_bytes())
                .collect(),
            name: name.to_owned(),
            ..TensorProto::default()
        });
        name.to_owned()
    }

    /// Declares an input of numbers; the first dimension is the number of rows, the others are these.
    pub(super) fn block(&mut self, name: &str, shape: &[usize]) {
        self.graph.input.push(shaped(name, FLOAT, shape));
    }

    /// Declares an input of so many columns.
    pub(super) fn input(&mut self, name: &str, element: i32, columns: usize) {
        self.graph.input.push(tensor(name, element, Some(columns)));
    }

    /// Declares an output; without columns it is a list.
    pub(super) fn output(&mut self, name: &str, element: i32, columns: Option<usize>) {
        self.graph.output.push(tensor(name, element, columns));
    }

    /// The finished graph.
    pub(super) fn finish(mut self, name: &str) -> GraphProto {
        name.clone_into(&mut self.graph.name);
        self.graph
    }
}

fn tensor(name: &str, elem_type: i32, columns: Option<usize>) -> ValueInfoProto {
    shaped(name, elem_type, columns.as_slice())
}

fn shaped(name: &str, elem_type: i32, shape: &[usize]) -> ValueInfoProto {
    let rows = Dimension::Param("N".to_owned());
    let known = shape.iter().map(|&size| Dimension::Value(index(size)));
    let dim = std::iter::once(rows)
        .chain(known)
        .map(|value| DimensionProto { value: Some(value) });
    let shape = Some(TensorShapeProto { dim: dim.collect() });
    let tensor_type = Some(TensorTypeProto { elem_type, shape });
    ValueInfoProto {
        name: name.to_owned(),
        r#type: Some(TypeProto {
            tensor_type,
            sequence_type: None,
        }),
    }
}
