//! How networks were trained, from the lines that their jobs wrote.

use std::collections::BTreeMap;

use report::{LearningCurve, LearningEpoch};

use super::report::RunReport;

/// The curves of the candidates, then that of Refit; `log` answers the lines of a job.
pub(crate) fn curves(
    report: &RunReport,
    log: impl Fn(&str) -> Vec<(f64, String)>,
) -> Vec<LearningCurve> {
    let mut curves = Vec::new();
    for row in &report.steps {
        let mut by_name: BTreeMap<String, BTreeMap<u32, LearningEpoch>> = BTreeMap::new();
        for facts in &row.facts {
            let name = match row.name.as_str() {
                "Train" => candidate(report, &facts.job),
                "Refit" => Some("Refit".to_owned()),
                _ => None,
            };
            let Some(name) = name else { continue };
            // A training that went on from a checkpoint has its epochs in two logs.
            for (which, epoch) in log(&facts.job).iter().filter_map(|(_, line)| read(line)) {
                let name = match which.as_str() {
                    "" => name.clone(),
                    hours => format!("{name}, {} h ahead", hours.trim_matches(['_', 'h'])),
                };
                by_name.entry(name).or_default().insert(epoch.epoch, epoch);
            }
        }
        let found = by_name.into_iter().filter(|(_, epochs)| !epochs.is_empty());
        curves.extend(found.map(|(name, epochs)| LearningCurve {
            name,
            epochs: epochs.into_values().collect(),
        }));
    }
    curves
}

/// The candidate that a training job is of, by what its name begins with.
fn candidate(report: &RunReport, job: &str) -> Option<String> {
    let mut candidates = report.input["in"]["Train"].as_object()?.iter();
    let of_job = |compiled: &serde_json::Value| {
        let name = compiled["name"].as_str()?;
        job.strip_prefix(name)?.strip_prefix('-')
    };
    candidates
        .find(|(_, compiled)| of_job(compiled).is_some())
        .map(|(name, _)| name.clone())
}

/// A line such as `epoch=3; train:loss=0.31; validation:loss=0.4;`. Where a model has several networks, `loss` is followed by
/// which it is, such as `_6h`: that comes first.
fn read(line: &str) -> Option<(String, LearningEpoch)> {
    let value = |name: &str| {
        let (_, rest) = line.split_once(name)?;
        let (value, _) = rest.split_once(';')?;
        value.split_once('=')
    };
    if !line.starts_with("epoch=") {
        return None;
    }
    let (which, training) = value("train:loss")?;
    let epoch = LearningEpoch {
        epoch: value("epoch")?.1.parse().ok()?,
        training: training.parse().ok()?,
        validation: value("validation:loss").and_then(|(_, text)| text.parse().ok()),
    };
    Some((which.to_owned(), epoch))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lines_of_epochs_are_read_and_others_passed_over() {
        let epoch = |epoch, training, validation| LearningEpoch {
            epoch,
            training,
            validation,
        };
        let cases = [
            (
                "epoch=3; train:loss=0.310000; validation:loss=0.400000;",
                Some(("", epoch(3, 0.31, Some(0.4)))),
            ),
            (
                "epoch=3; train:loss_24h=0.31; validation:loss_24h=0.4;",
                Some(("_24h", epoch(3, 0.31, Some(0.4)))),
            ),
            (
                "epoch=12; train:loss=1.5;",
                Some(("", epoch(12, 1.5, None))),
            ),
            ("train:accuracy=0.9;", None),
            ("epoch=x; train:loss=1;", None),
            ("goes on from its checkpoint after 4 epochs", None),
        ];
        for (line, expected) in cases {
            let expected = expected.map(|(which, epoch)| (which.to_owned(), epoch));
            assert_eq!(read(line), expected, "{line}");
        }
    }
}
