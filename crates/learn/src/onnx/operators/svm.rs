//! `SVMClassifier` and `SVMRegressor`: scores of support vectors as libsvm computes them.

use super::scores::{Labels, Transform, largest};
use super::{Evaluate, Versions, one};
use crate::onnx::error::Error;
use crate::onnx::node::Node;
use crate::onnx::tensor::{Data, Fault, Tensor, room};

#[derive(Debug, Clone, Copy)]
enum Kernel {
    Linear,
    Polynomial { gamma: f32, start: f32, degree: f32 },
    Radial { gamma: f32 },
    Sigmoid { gamma: f32, start: f32 },
}

impl Kernel {
    fn of(node: Node<'_>) -> Result<Self, Error> {
        let parameters = node.floats("kernel_params");
        let at = |place: usize| parameters.get(place).copied().unwrap_or(0.0);
        let [gamma, start, degree] = [0, 1, 2].map(at);
        Ok(match node.text("kernel_type", "LINEAR")? {
            "LINEAR" => Self::Linear,
            "POLY" => Self::Polynomial {
                gamma,
                start,
                degree,
            },
            "RBF" => Self::Radial { gamma },
            "SIGMOID" => Self::Sigmoid { gamma, start },
            _ => return Err(node.wrong("kernel_type", "`LINEAR`, `POLY`, `RBF` or `SIGMOID`")),
        })
    }

    fn apply(self, x: &[f32], y: &[f32]) -> f32 {
        let dot = || x.iter().zip(y).map(|(x, y)| x * y).sum::<f32>();
        match self {
            Self::Linear => dot(),
            Self::Polynomial {
                gamma,
                start,
                degree,
            } => (gamma * dot() + start).powf(degree),
            Self::Radial { gamma } => {
                (-gamma * x.iter().zip(y).map(|(x, y)| (x - y) * (x - y)).sum::<f32>()).exp()
            }
            Self::Sigmoid { gamma, start } => (gamma * dot() + start).tanh(),
        }
    }
}

/// Vectors of equal length, and a kernel.
#[derive(Debug, Clone)]
struct Vectors {
    all: Vec<f32>,
    count: usize,
    kernel: Kernel,
}

impl Vectors {
    fn of(node: Node<'_>, count: usize) -> Result<Self, Error> {
        let all = node.floats("support_vectors").to_vec();
        if count == 0 || all.is_empty() || !all.len().is_multiple_of(count) {
            return Err(node.wrong("support_vectors", format!("{count} vectors of one length")));
        }
        Ok(Self {
            all,
            count,
            kernel: Kernel::of(node)?,
        })
    }

    fn width(&self) -> usize {
        self.all.len() / self.count
    }

    fn check(&self, value: &Tensor) -> Result<(), Fault> {
        let columns = value.matrix().1;
        if columns == self.width() {
            return Ok(());
        }
        Err(format!("{columns} columns, expected {}", self.width()).into())
    }

    /// The kernel of a row and each vector.
    fn near(&self, row: &[f32], near: &mut [f32]) {
        for (to, vector) in near.iter_mut().zip(self.all.chunks_exact(self.width())) {
            *to = self.kernel.apply(row, vector);
        }
    }
}

fn dot(x: &[f32], y: &[f32]) -> f32 {
    x.iter().zip(y).map(|(x, y)| x * y).sum()
}

pub(super) fn regressor(node: Node<'_>, _: Versions) -> Result<Evaluate, Error> {
    let transform = Transform::of(node)?;
    if transform != Transform::None {
        return Err(node.wrong("post_transform", "`NONE`"));
    }
    let supports = usize::try_from(node.int("n_supports", 0)).unwrap_or(0);
    if supports == 0 {
        return Err(node.wrong("n_supports", "a number above 0"));
    }
    let vectors = Vectors::of(node, supports)?;
    let coefficients = node.floats("coefficients").to_vec();
    let &[rho] = node.floats("rho") else {
        return Err(node.wrong("rho", "one number"));
    };
    if coefficients.len() != supports {
        return Err(node.wrong("coefficients", "one number a support vector"));
    }
    let one_class = node.int("one_class", 0) != 0;
    Ok(one(move |inputs| {
        let value = inputs.get(0)?;
        vectors.check(value)?;
        let mut near = vec![0.0; supports];
        let mut scores = Vec::with_capacity(value.matrix().0);
        for row in value.floats()?.chunks_exact(vectors.width()) {
            vectors.near(row, &mut near);
            let score = dot(&near, &coefficients) + rho;
            scores.push(match one_class {
                true if score > 0.0 => 1.0,
                true => -1.0,
                false => score,
            });
        }
        Tensor::new(vec![scores.len(), 1], Data::Floats(scores))
    }))
}

/// A machine for each pair of classes.
struct Pairs {
    vectors: Vectors,
    /// First vector of each class, and the end.
    starts: Vec<usize>,
    coefficients: Vec<f32>,
    rho: Vec<f32>,
    /// Slope and offset of each pair's probability, where there are any.
    platt: Vec<(f32, f32)>,
}

impl Pairs {
    fn of(node: Node<'_>, classes: usize) -> Result<Self, Error> {
        let mut starts = vec![0_usize];
        for &count in node.ints("vectors_per_class") {
            let end = usize::try_from(count)
                .ok()
                .and_then(|count| count.checked_add(starts[starts.len() - 1]));
            starts.push(end.ok_or_else(|| node.wrong("vectors_per_class", "counts"))?);
        }
        if starts.len() != classes + 1 {
            return Err(node.wrong("vectors_per_class", "one count a class"));
        }
        let vectors = Vectors::of(node, starts[classes])?;
        let pairs = classes * (classes - 1) / 2;
        let coefficients = node.floats("coefficients").to_vec();
        if Some(coefficients.len()) != vectors.count.checked_mul(classes - 1) {
            return Err(node.wrong(
                "coefficients",
                "one number a support vector and other class",
            ));
        }
        let rho = node.floats("rho").to_vec();
        let (slopes, offsets) = (node.floats("prob_a"), node.floats("prob_b"));
        if rho.len() != pairs
            || slopes.len() != offsets.len()
            || ![0, pairs].contains(&slopes.len())
        {
            return Err(node.wrong(
                "rho",
                "one number a pair of classes, as `prob_a` and `prob_b`",
            ));
        }
        let platt = slopes
            .iter()
            .copied()
            .zip(offsets.iter().copied())
            .collect();
        Ok(Self {
            vectors,
            starts,
            coefficients,
            rho,
            platt,
        })
    }

    fn classes(&self) -> usize {
        self.starts.len() - 1
    }

    /// Scores of the pairs, and votes for the classes.
    fn scores(&self, near: &[f32]) -> (Vec<f32>, Vec<u32>) {
        let mut scores = Vec::with_capacity(self.rho.len());
        let mut votes = vec![0; self.classes()];
        for i in 0..self.classes() {
            for j in i + 1..self.classes() {
                let part = |set: usize, class: usize| {
                    let range = self.starts[class]..self.starts[class + 1];
                    let set = &self.coefficients[self.vectors.count * set..][..self.vectors.count];
                    dot(&set[range.clone()], &near[range])
                };
                let score = part(j - 1, i) + part(i, j) + self.rho[scores.len()];
                votes[if score > 0.0 { i } else { j }] += 1;
                scores.push(score);
            }
        }
        (scores, votes)
    }

    /// Probabilities of the classes from those of the pairs.
    fn probabilities(&self, scores: &[f32]) -> Vec<f32> {
        let classes = self.classes();
        let mut pair = vec![vec![0.0; classes]; classes];
        let mut given = scores.iter().zip(&self.platt);
        let pairs = (0..classes).flat_map(|i| (i + 1..classes).map(move |j| (i, j)));
        for (i, j) in pairs {
            let share = given.next().map_or(0.5, |(&score, &(slope, offset))| {
                super::elementwise::sigmoid(-f64::from(score * slope + offset))
                    .clamp(1e-7, 1.0 - 1e-7)
            });
            (pair[i][j], pair[j][i]) = (share, 1.0 - share);
        }
        couple(&pair)
            .into_iter()
            .map(|share| share as f32)
            .collect()
    }
}

/// Coupling of pairwise probabilities, the second method of Wu, Lin and Weng (2004), as in libsvm.
fn couple(pair: &[Vec<f64>]) -> Vec<f64> {
    let classes = pair.len();
    let mut q = vec![vec![0.0; classes]; classes];
    for t in 0..classes {
        for j in (0..classes).filter(|&j| j != t) {
            q[t][t] += pair[j][t] * pair[j][t];
            q[t][j] = -pair[j][t] * pair[t][j];
        }
    }
    let mut shares = vec![1.0 / classes as f64; classes];
    for _ in 0..classes.max(100) {
        let mut product: Vec<f64> = q
            .iter()
            .map(|row| row.iter().zip(&shares).map(|(q, p)| q * p).sum())
            .collect();
        let mut whole: f64 = product.iter().zip(&shares).map(|(x, p)| x * p).sum();
        let error = product
            .iter()
            .map(|x| (x - whole).abs())
            .fold(0.0, f64::max);
        if error < 0.005 / classes as f64 {
            break;
        }
        for t in 0..classes {
            let change = (whole - product[t]) / q[t][t];
            shares[t] += change;
            let scale = 1.0 + change;
            whole = (whole + change * (change * q[t][t] + 2.0 * product[t])) / (scale * scale);
            for j in 0..classes {
                product[j] = (product[j] + change * q[t][j]) / scale;
                shares[j] /= scale;
            }
        }
    }
    shares
}

pub(super) fn classifier(node: Node<'_>, _: Versions) -> Result<Evaluate, Error> {
    let labels = Labels::of(node)?;
    let transform = Transform::of(node)?;
    if node.floats("support_vectors").is_empty() {
        return linear(node, labels, transform);
    }
    if !(2..=1000).contains(&labels.count()) {
        return Err(node.wrong("classlabels_strings", "2 to 1000 classes"));
    }
    let pairs = Pairs::of(node, labels.count())?;
    Ok(Box::new(move |inputs| {
        let value = inputs.get(0)?;
        pairs.vectors.check(value)?;
        let columns = if pairs.platt.is_empty() {
            pairs.rho.len().max(2)
        } else {
            labels.count()
        };
        let mut all = Vec::with_capacity(room(&[value.matrix().0, columns])?);
        let mut best = Vec::with_capacity(value.matrix().0);
        let mut near = vec![0.0; pairs.vectors.count];
        for row in value.floats()?.chunks_exact(pairs.vectors.width()) {
            pairs.vectors.near(row, &mut near);
            let (mut scores, votes) = pairs.scores(&near);
            // The votes decide even where there are probabilities, as in scikit-learn.
            let votes: Vec<f32> = votes.into_iter().map(|votes| votes as f32).collect();
            best.push(largest(&votes));
            if !pairs.platt.is_empty() {
                scores = pairs.probabilities(&scores);
            } else if let [score] = scores[..] {
                scores = if transform == Transform::None {
                    vec![-score, score]
                } else {
                    vec![1.0 - score, score]
                };
            }
            transform.apply(&mut scores);
            all.extend(scores);
        }
        labels.answer(&best, all)
    }))
}

/// Without support vectors there is a set of weights for each class.
fn linear(node: Node<'_>, labels: Labels, transform: Transform) -> Result<Evaluate, Error> {
    let classes = labels.count();
    let kernel = Kernel::of(node)?;
    let all = node.floats("coefficients").to_vec();
    let rho = node.floats("rho").first().copied().unwrap_or(0.0);
    if all.is_empty() || !all.len().is_multiple_of(classes) {
        return Err(node.wrong("coefficients", "as many numbers for each class"));
    }
    let weights = Vectors {
        all,
        count: classes,
        kernel,
    };
    Ok(Box::new(move |inputs| {
        let value = inputs.get(0)?;
        weights.check(value)?;
        let rows = value.matrix().0;
        let mut scores = vec![0.0; room(&[rows, classes])?];
        let mut best = Vec::with_capacity(rows);
        for (row, scores) in value
            .floats()?
            .chunks_exact(weights.width())
            .zip(scores.chunks_exact_mut(classes))
        {
            weights.near(row, scores);
            for score in scores.iter_mut() {
                *score += rho;
            }
            best.push(largest(scores));
            transform.apply(scores);
        }
        labels.answer(&best, scores)
    }))
}
