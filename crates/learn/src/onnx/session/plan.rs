//! A graph as a list of steps over numbered slots.

use std::collections::BTreeMap;

use crate::onnx::constant;
use crate::onnx::error::Error;
use crate::onnx::node::Node;
use crate::onnx::operators::{Evaluate, Inputs, Versions, find, scan};
use crate::onnx::proto::GraphProto;
use crate::onnx::tensor::Tensor;

/// Elements that are held at a time at most.
const MAX_HELD: usize = 1 << 28;

/// Where a value lies.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Place {
    Constant(usize),
    Slot(usize),
}

struct Step {
    evaluate: Evaluate,
    inputs: Vec<Option<Place>>,
    outputs: Vec<Option<usize>>,
    /// Slots that no later step reads.
    last_of: Vec<usize>,
    node: String,
}

/// A graph that is ready to be run.
pub(in crate::onnx) struct Plan {
    constants: Vec<Tensor>,
    slots: usize,
    inputs: usize,
    /// Values of the outer graph that are read, and their slots; given after the inputs.
    captured: Vec<(String, usize)>,
    outputs: Vec<Place>,
    steps: Vec<Step>,
}

impl std::fmt::Debug for Plan {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Plan")
            .field("steps", &self.steps.len())
            .finish_non_exhaustive()
    }
}

/// What is known while a graph is compiled.
#[derive(Default)]
struct Names {
    places: BTreeMap<String, Place>,
    constants: Vec<Tensor>,
    slots: usize,
    captured: Vec<(String, usize)>,
}

impl Names {
    fn slot(&mut self, name: &str) -> usize {
        self.slots += 1;
        self.places
            .insert(name.to_owned(), Place::Slot(self.slots - 1));
        self.slots - 1
    }
}

impl Plan {
    /// Compiles a graph; `outer` says which names an outer graph has.
    pub(super) fn compile(
        graph: &GraphProto,
        versions: Versions,
        outer: &dyn Fn(&str) -> bool,
    ) -> Result<Self, Error> {
        let mut names = Names::default();
        for tensor in &graph.initializer {
            names
                .places
                .insert(tensor.name.clone(), Place::Constant(names.constants.len()));
            names.constants.push(constant::read(tensor)?);
        }
        let given = graph
            .input
            .iter()
            .filter(|input| !names.places.contains_key(&input.name));
        let given: Vec<&str> = given.map(|input| input.name.as_str()).collect();
        for name in &given {
            names.slot(name);
        }
        let mut steps = Vec::with_capacity(graph.node.len());
        for node in &graph.node {
            steps.push(step(&mut names, Node(node), (versions, outer))?);
        }
        let mut outputs = Vec::new();
        for output in &graph.output {
            let place = names.places.get(&output.name).copied();
            let place = place.or_else(|| capture(&mut names, &output.name, outer));
            outputs.push(place.ok_or_else(|| Error::Value {
                value: output.name.clone(),
                node: "output".to_owned(),
                expected: "a value that a node makes",
            })?);
        }
        let mut plan = Self {
            constants: names.constants,
            slots: names.slots,
            inputs: given.len(),
            captured: names.captured,
            outputs,
            steps,
        };
        plan.mark_last();
        Ok(plan)
    }

    /// Notes after which step each slot can be emptied.
    fn mark_last(&mut self) {
        let mut needed = vec![false; self.slots];
        for place in &self.outputs {
            if let Place::Slot(slot) = place {
                needed[*slot] = true;
            }
        }
        for step in self.steps.iter_mut().rev() {
            let read = step.inputs.iter().flatten();
            let mut slots: Vec<usize> = read
                .filter_map(|place| match place {
                    Place::Slot(slot) => Some(*slot),
                    Place::Constant(_) => None,
                })
                .chain(step.outputs.iter().flatten().copied())
                .collect();
            slots.sort_unstable();
            slots.dedup();
            slots.retain(|&slot| !std::mem::replace(&mut needed[slot], true));
            step.last_of = slots;
        }
    }

    /// How many values are given, captured ones apart.
    pub(in crate::onnx) fn inputs(&self) -> usize {
        self.inputs
    }

    /// How many values are answered.
    pub(in crate::onnx) fn outputs(&self) -> usize {
        self.outputs.len()
    }

    /// Runs the graph; captured values follow the inputs.
    pub(in crate::onnx) fn run(&self, given: Vec<Tensor>) -> Result<Vec<Tensor>, Error> {
        debug_assert_eq!(given.len(), self.inputs + self.captured.len());
        let mut slots: Vec<Option<Tensor>> = vec![None; self.slots];
        let mut held = given.iter().map(Tensor::len).sum::<usize>();
        let mut given = given.into_iter();
        for (slot, value) in (0..self.inputs).zip(given.by_ref()) {
            slots[slot] = Some(value);
        }
        for ((_, slot), value) in self.captured.iter().zip(given) {
            slots[*slot] = Some(value);
        }
        for step in &self.steps {
            let failed = |problem: String| Error::Run {
                node: step.node.clone(),
                problem,
            };
            let inputs: Vec<Option<&Tensor>> = step
                .inputs
                .iter()
                .map(|place| match place {
                    Some(Place::Constant(at)) => Some(&self.constants[*at]),
                    Some(Place::Slot(slot)) => slots[*slot].as_ref(),
                    None => None,
                })
                .collect();
            let answers = (step.evaluate)(Inputs(&inputs)).map_err(|fault| failed(fault.0))?;
            for (slot, value) in step.outputs.iter().zip(answers) {
                if let Some(slot) = slot {
                    held += value.len();
                    slots[*slot] = Some(value);
                }
            }
            if held > MAX_HELD {
                return Err(failed(format!("more than {MAX_HELD} elements at a time")));
            }
            for &slot in &step.last_of {
                held -= slots[slot].take().map_or(0, |value| value.len());
            }
        }
        let answer = |place: &Place| match place {
            Place::Constant(at) => Some(self.constants[*at].clone()),
            Place::Slot(slot) => slots[*slot].clone(),
        };
        let missing = || Error::Run {
            node: "output".to_owned(),
            problem: "a node made no value".to_owned(),
        };
        self.outputs
            .iter()
            .map(|place| answer(place).ok_or_else(missing))
            .collect()
    }
}

/// Takes a value of the outer graph.
fn capture(names: &mut Names, name: &str, outer: &dyn Fn(&str) -> bool) -> Option<Place> {
    outer(name).then(|| {
        let slot = names.slot(name);
        names.captured.push((name.to_owned(), slot));
        Place::Slot(slot)
    })
}

/// Compiles a node.
fn step(
    names: &mut Names,
    node: Node<'_>,
    (versions, outer): (Versions, &dyn Fn(&str) -> bool),
) -> Result<Step, Error> {
    let mut wanted: Vec<String> = node.0.input.clone();
    let evaluate = if node.operator() == "Scan" {
        let graph = node
            .graph("body")
            .ok_or_else(|| node.wrong("body", "a graph"))?;
        let known = |name: &str| names.places.contains_key(name) || outer(name);
        let body = Plan::compile(graph, versions, &known)?;
        wanted.extend(body.captured.iter().map(|(name, _)| name.clone()));
        scan(node, body)?
    } else {
        find(node).ok_or_else(|| node.unsupported())?(node, versions)?
    };
    let mut inputs = Vec::with_capacity(wanted.len());
    for (at, name) in wanted.iter().enumerate() {
        let place = match names.places.get(name) {
            _ if name.is_empty() => None,
            Some(place) => Some(*place),
            None => Some(
                capture(names, name, outer)
                    .ok_or_else(|| node.wrong_value(at, "a value made before"))?,
            ),
        };
        inputs.push(place);
    }
    let outputs = node
        .0
        .output
        .iter()
        .map(|name| (!name.is_empty()).then(|| names.slot(name)));
    Ok(Step {
        evaluate,
        inputs,
        outputs: outputs.collect(),
        last_of: Vec::new(),
        node: node.name(),
    })
}
