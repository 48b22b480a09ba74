//! Writing a forest without a copy of it: the parallel lists in which the format wants trees are many times as large as the
//! trees, so each list is made by a walk over the forest while it is written, once to count its bytes and once to write them.

use std::io::{self, Write};

use prost::Message;

use super::build::index;
use super::estimators::LeafNames;
use super::proto::{GraphProto, ModelProto, NodeProto};
use crate::families::random_forest::{Forest, Node};

/// The trees of a forest as lists.
pub(super) struct ForestLists<'a> {
    /// The forest.
    pub forest: &'a Forest,
    /// The names of the lists of leaves.
    pub names: LeafNames,
    /// A leaf's weight of one of its values.
    pub weight: &'a dyn Fn(f64) -> f32,
}

/// The file of a model whose last node has its trees in these lists, before its other attributes.
pub(super) fn write(
    model: ModelProto,
    lists: &ForestLists<'_>,
    out: &mut dyn Write,
) -> io::Result<()> {
    let mut graph = model.graph.unwrap_or_default();
    let node = graph.node.pop().unwrap_or_default();
    let node_tail = NodeProto {
        attribute: node.attribute,
        domain: node.domain,
        ..NodeProto::default()
    };
    let node_head = NodeProto {
        input: node.input,
        output: node.output,
        name: node.name,
        op_type: node.op_type,
        ..NodeProto::default()
    };
    let graph_head = GraphProto {
        node: std::mem::take(&mut graph.node),
        ..GraphProto::default()
    };
    let model_head = ModelProto {
        ir_version: model.ir_version,
        producer_name: model.producer_name,
        producer_version: model.producer_version,
        ..ModelProto::default()
    };
    let model_tail = ModelProto {
        opset_import: model.opset_import,
        functions: model.functions,
        metadata_props: model.metadata_props,
        ..ModelProto::default()
    };
    let sizes: Vec<u64> = lists.all().iter().map(List::size).collect();
    let of_lists: u64 = sizes.iter().map(|&size| framed(size)).sum();
    let (head, tail) = (node_head.encode_to_vec(), node_tail.encode_to_vec());
    let of_node = (head.len() + tail.len()) as u64 + of_lists;
    let (graph_head, graph_tail) = (graph_head.encode_to_vec(), graph.encode_to_vec());
    let of_graph = (graph_head.len() + graph_tail.len()) as u64 + framed(of_node);
    let mut pen = Pen {
        out,
        held: Vec::new(),
        failed: None,
    };
    pen.bytes(&model_head.encode_to_vec());
    pen.frame(7, of_graph);
    pen.bytes(&graph_head);
    pen.frame(1, of_node);
    pen.bytes(&head);
    for (list, size) in lists.all().iter().zip(sizes) {
        pen.frame(5, size);
        list.write(&mut pen);
    }
    pen.bytes(&tail);
    pen.bytes(&graph_tail);
    pen.bytes(&model_tail.encode_to_vec());
    pen.finish()
}

/// A walk that gives the values of a list.
type Walk<'a, T> = Box<dyn Fn(&mut dyn FnMut(T)) + 'a>;

/// One list.
struct List<'a> {
    name: &'static str,
    values: Values<'a>,
}

enum Values<'a> {
    Ints(Walk<'a, i64>),
    Floats(Walk<'a, f32>),
    Texts(Walk<'a, &'static str>),
}

/// A node with the place of its tree and its own.
type Placed<'a> = (usize, usize, Node<'a>);

impl<'a> ForestLists<'a> {
    fn all(&self) -> Vec<List<'a>> {
        let &Self {
            forest,
            names: [trees, nodes, outputs, weights],
            weight,
        } = self;
        let left = |node: Node<'_>, right: u32| match node {
            Node::Split { left, .. } => i64::from(left + right),
            Node::Leaf { .. } => 0,
        };
        let list = |name, values| List { name, values };
        vec![
            list("nodes_treeids", of_nodes(forest, |(tree, ..)| index(tree))),
            list(
                "nodes_nodeids",
                of_nodes(forest, |(_, node, _)| index(node)),
            ),
            list(
                "nodes_featureids",
                of_nodes(forest, |(.., node)| match node {
                    Node::Split { feature, .. } => i64::from(feature),
                    Node::Leaf { .. } => 0,
                }),
            ),
            list(
                "nodes_modes",
                Values::Texts(Box::new(move |give| {
                    each_node(forest, |(.., node)| {
                        give(match node {
                            Node::Split { .. } => "BRANCH_LEQ",
                            Node::Leaf { .. } => "LEAF",
                        });
                    });
                })),
            ),
            list(
                "nodes_values",
                Values::Floats(Box::new(move |give| {
                    each_node(forest, |(.., node)| {
                        give(match node {
                            Node::Split { threshold, .. } => threshold,
                            Node::Leaf { .. } => 0.0,
                        });
                    });
                })),
            ),
            list(
                "nodes_truenodeids",
                of_nodes(forest, move |(.., node)| left(node, 0)),
            ),
            list(
                "nodes_falsenodeids",
                of_nodes(forest, move |(.., node)| left(node, 1)),
            ),
            list(trees, of_leaves(forest, |(tree, ..), _| index(tree))),
            list(nodes, of_leaves(forest, |(_, node, _), _| index(node))),
            list(outputs, of_leaves(forest, |_, output| index(output))),
            list(
                weights,
                Values::Floats(Box::new(move |give| {
                    each_leaf(forest, |_, _, value| give(weight(value)));
                })),
            ),
        ]
    }
}

fn each_node<'a>(forest: &'a Forest, mut visit: impl FnMut(Placed<'a>)) {
    for (tree, grown) in forest.trees.iter().enumerate() {
        for (place, node) in grown.nodes().enumerate() {
            visit((tree, place, node));
        }
    }
}

/// Gives each written value of each leaf with its output. Two classes are written as runtimes want them: one score, the second
/// class's share.
fn each_leaf<'a>(forest: &'a Forest, mut visit: impl FnMut(Placed<'a>, usize, f64)) {
    each_node(forest, |placed| {
        if let Node::Leaf { values } = placed.2 {
            let written = match values {
                [_, second] => std::slice::from_ref(second),
                all => all,
            };
            for (output, &value) in written.iter().enumerate() {
                visit(placed, output, value);
            }
        }
    });
}

fn of_nodes<'a>(forest: &'a Forest, of: impl Fn(Placed<'a>) -> i64 + 'a) -> Values<'a> {
    Values::Ints(Box::new(move |give| {
        each_node(forest, |placed| give(of(placed)));
    }))
}

fn of_leaves<'a>(forest: &'a Forest, of: impl Fn(Placed<'a>, usize) -> i64 + 'a) -> Values<'a> {
    Values::Ints(Box::new(move |give| {
        each_leaf(forest, |placed, output, _| give(of(placed, output)));
    }))
}

/// Numbers of the fields of an attribute, and of its types.
const NAME: u64 = 1;
const FLOATS: u64 = 7;
const INTS: u64 = 8;
const STRINGS: u64 = 9;
const TYPE: u64 = 20;

impl List<'_> {
    /// Bytes of the values, without the head before them.
    fn payload(&self) -> u64 {
        let mut bytes = 0;
        match &self.values {
            Values::Ints(walk) => walk(&mut |value| bytes += varint_size(value.cast_unsigned())),
            Values::Floats(walk) => walk(&mut |_| bytes += 4),
            Values::Texts(walk) => walk(&mut |text| bytes += framed(text.len() as u64)),
        }
        bytes
    }

    /// Bytes of the attribute.
    fn size(&self) -> u64 {
        let payload = self.payload();
        let values = match self.values {
            Values::Texts(_) => payload,
            _ => framed(payload),
        };
        // The number of its type takes three bytes.
        framed(self.name.len() as u64) + values + 3
    }

    fn write(&self, pen: &mut Pen<'_>) {
        pen.frame(NAME, self.name.len() as u64);
        pen.bytes(self.name.as_bytes());
        // Type numbers are those of `AttributeProto.AttributeType`.
        let kind = match &self.values {
            Values::Floats(walk) => {
                pen.frame(FLOATS, self.payload());
                walk(&mut |value| pen.bytes(&value.to_le_bytes()));
                6
            }
            Values::Ints(walk) => {
                pen.frame(INTS, self.payload());
                walk(&mut |value| pen.varint(value.cast_unsigned()));
                7
            }
            Values::Texts(walk) => {
                walk(&mut |text| {
                    pen.frame(STRINGS, text.len() as u64);
                    pen.bytes(text.as_bytes());
                });
                8
            }
        };
        pen.varint(TYPE << 3);
        pen.varint(kind);
    }
}

fn varint_size(value: u64) -> u64 {
    u64::from((64 - (value | 1).leading_zeros()).div_ceil(7))
}

/// Bytes of a field below number 16 that holds so many.
fn framed(bytes: u64) -> u64 {
    1 + varint_size(bytes) + bytes
}

/// What writes fields; the first error is told at the end.
struct Pen<'a> {
    out: &'a mut dyn Write,
    held: Vec<u8>,
    failed: Option<io::Error>,
}

impl Pen<'_> {
    fn bytes(&mut self, bytes: &[u8]) {
        self.held.extend_from_slice(bytes);
        if self.held.len() >= 1 << 16 {
            self.flush();
        }
    }

    fn varint(&mut self, mut value: u64) {
        while value >= 0x80 {
            self.held.push((value as u8) | 0x80);
            value >>= 7;
        }
        self.bytes(&[value as u8]);
    }

    /// The head of a field that holds so many bytes.
    fn frame(&mut self, field: u64, bytes: u64) {
        self.varint(field << 3 | 2);
        self.varint(bytes);
    }

    fn flush(&mut self) {
        if self.failed.is_none() {
            self.failed = self.out.write_all(&self.held).err();
        }
        self.held.clear();
    }

    fn finish(mut self) -> io::Result<()> {
        self.flush();
        self.failed.map_or(Ok(()), Err)
    }
}
