//! `Scan`: a graph once for each element along the first axis, as skl2onnx writes distances between rows.

use super::{Evaluate, Inputs};
use crate::onnx::error::Error;
use crate::onnx::node::Node;
use crate::onnx::session::Plan;
use crate::onnx::tensor::{Data, Fault, Tensor, room};

/// Compiles a node around the plan of its body; values of the outer graph that the body reads come as further inputs.
pub(in crate::onnx) fn scan(node: Node<'_>, body: Plan) -> Result<Evaluate, Error> {
    let scanned = usize::try_from(node.int("num_scan_inputs", 0)).unwrap_or(0);
    for name in [
        "scan_input_axes",
        "scan_input_directions",
        "scan_output_axes",
        "scan_output_directions",
    ] {
        if node.ints(name).iter().any(|&value| value != 0) {
            return Err(node.wrong("scan_input_axes", "0, as all axes and directions"));
        }
    }
    let outputs = node.0.output.len();
    let states = node
        .0
        .input
        .len()
        .checked_sub(scanned)
        .filter(|_| scanned > 0);
    let states = states.filter(|&states| {
        states <= outputs && body.outputs() == outputs && body.inputs() == states + scanned
    });
    let states =
        states.ok_or_else(|| node.wrong("num_scan_inputs", "as many values as the body has"))?;
    Ok(Box::new(move |inputs| {
        run(&body, inputs, (states, scanned))
    }))
}

fn run(
    body: &Plan,
    inputs: Inputs<'_>,
    (states, scanned): (usize, usize),
) -> Result<Vec<Tensor>, Fault> {
    let given = |place: usize| inputs.get(place).cloned();
    let mut state: Vec<Tensor> = (0..states).map(given).collect::<Result<_, _>>()?;
    let captured: Vec<Tensor> = (states + scanned..inputs.0.len())
        .map(given)
        .collect::<Result<_, _>>()?;
    let sequences: Vec<&Tensor> = (states..states + scanned)
        .map(|place| inputs.get(place))
        .collect::<Result<_, _>>()?;
    let length = sequences[0]
        .shape()
        .first()
        .copied()
        .ok_or("a sequence without an axis")?;
    if sequences
        .iter()
        .any(|sequence| sequence.shape().first() != Some(&length))
    {
        return Err("sequences of different lengths".into());
    }
    let mut collected: Vec<Option<(Vec<usize>, Data)>> = vec![None; body.outputs() - states];
    for at in 0..length {
        let mut values = state.clone();
        for sequence in &sequences {
            let size = sequence.len() / length;
            let part = sequence.data().pick(at * size..(at + 1) * size);
            values.push(Tensor::new(sequence.shape()[1..].to_vec(), part)?);
        }
        values.extend(captured.iter().cloned());
        let mut answers = body.run(values).map_err(|error| Fault(error.to_string()))?;
        let parts = answers.split_off(states);
        state = answers;
        for (collected, part) in collected.iter_mut().zip(parts) {
            match collected {
                None => *collected = Some((part.shape().to_vec(), part.into_data())),
                Some((shape, data)) if shape == part.shape() => {
                    data.append(part.into_data())?;
                    room(&[data.len()])?;
                }
                Some(_) => return Err("parts of different shapes".into()),
            }
        }
    }
    for parts in collected {
        let (shape, data) = parts.ok_or("a sequence without elements")?;
        state.push(Tensor::new([&[length], shape.as_slice()].concat(), data)?);
    }
    Ok(state)
}
