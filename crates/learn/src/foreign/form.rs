//! What the outputs of a graph mean: classes, numbers, or tensors.

use networks::functions::exp_single;
use steps::{SchemaTarget, TargetKind};

use super::binding::{BindingError, label};
use crate::model::Predictions;
use crate::onnx::tensor::{Data, Tensor};
use crate::onnx::{Element, Session};

/// How the one output of a network becomes probabilities.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Scores {
    /// They are probabilities.
    Shares,
    /// They are logarithms of probabilities.
    Logarithms,
    /// They are any numbers.
    Logits,
}

/// The meaning of the outputs.
#[derive(Debug, Clone, PartialEq)]
pub(super) enum Form {
    /// An output of labels and one of probabilities; `order` has the place of each class among the columns.
    Labelled {
        label: usize,
        probabilities: usize,
        order: Vec<usize>,
    },
    /// One output of scores.
    Scored { scores: Scores },
    /// One output of numbers.
    Values,
    /// Anything else.
    Tensors,
}

/// Outputs of a label and of probabilities, and the labels.
fn labelled(session: &Session) -> Option<(usize, usize, Vec<String>)> {
    let outputs = session.outputs();
    let at = (0..outputs.len()).find(|&at| session.classes(at).is_some())?;
    let classes: Vec<String> = session
        .classes(at)?
        .iter()
        .map(|text| label(text))
        .collect();
    let is_wide = |place: usize| {
        outputs[place]
            .dims
            .get(1)
            .copied()
            .flatten()
            .is_none_or(|width| width == classes.len())
    };
    let fits = |&place: &usize| {
        place != at
            && matches!(
                outputs[place].element,
                Element::Float | Element::Double | Element::List
            )
            && is_wide(place)
    };
    let mut others = (0..outputs.len()).filter(fits);
    let probabilities = others.next()?;
    others
        .next()
        .is_none()
        .then_some((at, probabilities, classes))
}

/// The meaning of a graph's outputs and its classes, which have to be those of the target where there is one.
pub(super) fn form(
    session: &Session,
    target: Option<&SchemaTarget>,
) -> Result<(Form, Vec<String>), BindingError> {
    match target {
        None => form_of_classes(session, &[], false),
        Some(target) if target.kind == TargetKind::Number => {
            check_regressor(session).map(|()| (Form::Values, Vec::new()))
        }
        Some(target) => form_of_classes(session, &target.classes, target.positive.is_some()),
    }
}

/// Refuses a graph whose outputs no regression can use.
pub(crate) fn check_regressor(session: &Session) -> Result<(), BindingError> {
    match unlabelled(session, &[])? {
        (Form::Values, _) if session.outputs()[0].width().is_none_or(|width| width == 1) => Ok(()),
        _ => Err(outputs(session, "one output with one number a row")),
    }
}

/// `wanted` are the classes of a schema, `positive` whether its second class was made by a rule, so that a model has 1 for it.
fn form_of_classes(
    session: &Session,
    wanted: &[String],
    positive: bool,
) -> Result<(Form, Vec<String>), BindingError> {
    let Some((at, probabilities, classes)) = labelled(session) else {
        return unlabelled(session, wanted);
    };
    if wanted.is_empty() {
        let order = (0..classes.len()).collect();
        return Ok((
            Form::Labelled {
                label: at,
                probabilities,
                order,
            },
            classes,
        ));
    }
    let places = |names: &[String]| -> Option<Vec<usize>> {
        names
            .iter()
            .map(|name| classes.iter().position(|class| *class == label(name)))
            .collect()
    };
    let numbered = ["0".to_owned(), "1".to_owned()];
    let order = places(wanted)
        .or_else(|| {
            (positive && wanted.len() == 2)
                .then(|| places(&numbered))
                .flatten()
        })
        .filter(|order| order.len() == classes.len());
    let order = order.ok_or_else(|| BindingError::Classes {
        found: classes.join(", "),
        expected: wanted.join(", "),
    })?;
    Ok((
        Form::Labelled {
            label: at,
            probabilities,
            order,
        },
        wanted.to_vec(),
    ))
}

/// Refuses a graph whose outputs no classification can use.
pub(crate) fn check_classifier(session: &Session) -> Result<(), BindingError> {
    if labelled(session).is_some() {
        return Ok(());
    }
    unlabelled(session, &[String::new(), String::new()]).map(|_| ())
}

fn unlabelled(session: &Session, wanted: &[String]) -> Result<(Form, Vec<String>), BindingError> {
    let outputs = session.outputs();
    let numbers =
        |port: &crate::onnx::Port| matches!(port.element, Element::Float | Element::Double);
    let is_flat = |port: &crate::onnx::Port| !port.shaped || port.dims.len() <= 2;
    if let [only] = outputs
        && numbers(only)
        && is_flat(only)
    {
        if wanted.is_empty() {
            return Ok((Form::Values, Vec::new()));
        }
        let scores = match session.maker(0) {
            "Softmax" | "Sigmoid" => Scores::Shares,
            "LogSoftmax" => Scores::Logarithms,
            _ => Scores::Logits,
        };
        return Ok((Form::Scored { scores }, wanted.to_vec()));
    }
    if wanted.is_empty() {
        return Ok((Form::Tensors, Vec::new()));
    }
    Err(self::outputs(
        session,
        "labels with probabilities, or one output of scores",
    ))
}

fn outputs(session: &Session, expected: &'static str) -> BindingError {
    let found: Vec<String> = session.outputs().iter().map(ToString::to_string).collect();
    BindingError::Outputs {
        found: found.join(", "),
        expected,
    }
}

/// Numbers of an output, row by row, and how many a row has.
pub(super) fn numbers(tensor: &Tensor, rows: usize) -> Result<(Vec<f32>, usize), String> {
    let all: Vec<f32> = match tensor.data() {
        Data::Floats(all) => all.clone(),
        Data::Doubles(all) => all.iter().map(|&x| x as f32).collect(),
        Data::Ints(all) => all.iter().map(|&x| x as f32).collect(),
        _ => return Err("the model answered no numbers".to_owned()),
    };
    if rows == 0
        || !all.len().is_multiple_of(rows)
        || tensor.shape().first().is_some_and(|&first| first != rows)
    {
        return Err(format!(
            "the model answered the shape {:?} for {rows} rows",
            tensor.shape()
        ));
    }
    let width = all.len() / rows;
    Ok((all, width))
}

/// Labels and probabilities of a classifier.
pub(super) fn labelled_answer(
    (labels, shares): (&Tensor, &Tensor),
    (classes, order): (&[String], &[usize]),
    rows: usize,
) -> Result<Predictions, String> {
    let (all, width) = numbers(shares, rows)?;
    if width != classes.len() {
        return Err(format!(
            "the model answered {width} probabilities for {} classes",
            classes.len()
        ));
    }
    let texts: Vec<String> = crate::onnx::texts(labels.data())
        .iter()
        .map(|text| label(text))
        .collect();
    if texts.len() != rows {
        return Err(format!(
            "the model answered {} labels for {rows} rows",
            texts.len()
        ));
    }
    let place = |text: &String| {
        let found = classes.iter().position(|class| label(class) == *text);
        // A class that a rule made is 1 in the model.
        let found = found.or_else(|| {
            text.parse::<usize>()
                .ok()
                .and_then(|column| order.iter().position(|&at| at == column))
        });
        found
            .map(|at| at as u32)
            .ok_or_else(|| format!("the model answered the class `{text}`"))
    };
    Ok(Predictions {
        classes: classes.len(),
        labels: texts.iter().map(place).collect::<Result<_, _>>()?,
        probabilities: all
            .chunks_exact(width)
            .flat_map(|row| order.iter().map(move |&at| row[at]))
            .collect(),
    })
}

/// Probabilities from the scores of a network, and the best class.
pub(super) fn scored_answer(
    tensor: &Tensor,
    scores: Scores,
    (classes, rows): (usize, usize),
) -> Result<Predictions, String> {
    let (all, width) = numbers(tensor, rows)?;
    if width != classes && !(width == 1 && classes == 2) {
        return Err(format!(
            "the model answered {width} scores for {classes} classes"
        ));
    }
    let mut probabilities = Vec::with_capacity(rows * classes);
    for row in all.chunks_exact(width) {
        let shares: Vec<f32> = match (row, scores) {
            ([share], Scores::Shares) => vec![1.0 - share, *share],
            ([score], Scores::Logarithms) => vec![1.0 - exp_single(*score), exp_single(*score)],
            ([score], Scores::Logits) => {
                let share = 1.0 / (1.0 + exp_single(-score));
                vec![1.0 - share, share]
            }
            (row, Scores::Shares) => row.to_vec(),
            (row, Scores::Logarithms) => row.iter().map(|&x| exp_single(x)).collect(),
            (row, Scores::Logits) => {
                let most = row.iter().copied().fold(f32::NEG_INFINITY, f32::max);
                let powers: Vec<f32> = row.iter().map(|x| exp_single(x - most)).collect();
                let sum: f32 = powers.iter().sum();
                powers.into_iter().map(|power| power / sum).collect()
            }
        };
        probabilities.extend(shares);
    }
    let best = |row: &[f32]| {
        let best = row.iter().enumerate().fold(
            0,
            |best, (place, share)| if *share > row[best] { place } else { best },
        );
        best as u32
    };
    let labels = probabilities.chunks_exact(classes).map(best).collect();
    Ok(Predictions {
        classes,
        labels,
        probabilities,
    })
}
