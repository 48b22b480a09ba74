//! Scores on groups that a training never saw: each group is left out once, the candidate trained on all other rows of all
//! parts, written as a model, and the group scored through it.
//!
//! The random split asks how good the model is on more rows of the same groups; this asks how good it is on rows of a new one.

use std::path::Path;

use steps::{GroupScore, GroupScores, GroupsSpec, Hyperparameters, Schema};

use crate::families::Family;
use crate::files::Input;
use crate::metrics::compare;
use crate::model::{Model, ModelError};
use crate::outcome::Outcome;
use crate::part::{self, Labelled, PartError};
use crate::train::{self, Fit, SHARED, fit, recipe};

/// A file of groups at most.
const GROUPS_LIMIT: u64 = 1 << 30;

/// Leaves each group of the rows of `parts` out once, with the threads of the pool that it runs in.
pub(crate) fn left_out(spec: &GroupsSpec, parts: &[&Path]) -> Result<GroupScores, train::Error> {
    let not_done = |problem: &str| Ok(GroupScores::not_done(&spec.by, problem.to_owned()));
    match spec.hyperparameters.text(Hyperparameters::ALGORITHM) {
        None => return not_done("a script is trained by its own jobs alone"),
        Some(crate::import::ALGORITHM) => {
            return not_done("a model that exists is not trained again");
        }
        Some(_) => {}
    }
    let mut groups = Vec::new();
    for folder in parts {
        match read_groups(folder)? {
            Some(of) => groups.extend(of),
            None => {
                let most = GroupScores::MOST;
                return not_done(&format!("there are more than {most} groups"));
            }
        }
    }
    let (schema, rows) = part::read(parts)?;
    if rows.truth.len() != groups.len() {
        return Err(PartError::Row {
            file: GroupScores::FILE.to_owned(),
            line: groups.len() as u64,
            problem: format!("{} groups for {} rows", groups.len(), rows.truth.len()),
        }
        .into());
    }
    let mut names: Vec<&String> = groups.iter().collect();
    names.sort();
    names.dedup();
    if names.len() < 2 {
        return not_done("all rows are of one group");
    }
    let family = Family::parse(&spec.hyperparameters, SHARED)?;
    let what = Fit {
        family: &family,
        recipe: recipe(&spec.hyperparameters, &family)?,
        seed: spec.hyperparameters.parsed("seed", 0, "a whole number")?,
    };
    let mut scored = Vec::new();
    for name in names {
        let (of, others): (Vec<usize>, Vec<usize>) =
            (0..groups.len()).partition(|&row| groups[row] == *name);
        let (of, others) = (rows.select(&of), rows.select(&others));
        scored.push(one(&what, &schema, (name, &of), others)?);
    }
    Ok(GroupScores::new(&spec.by, scored))
}

/// One group: trained on the others, scored through the written model.
fn one(
    what: &Fit<'_>,
    schema: &Schema,
    (name, of): (&str, &Labelled),
    others: Labelled,
) -> Result<GroupScore, train::Error> {
    let mut score = GroupScore {
        group: name.to_owned(),
        rows: of.truth.len() as u64,
        trained_on: others.truth.len() as u64,
        scores: std::collections::BTreeMap::new(),
        problem: None,
    };
    let trained = match fit(what, schema, others) {
        Ok(trained) => trained,
        // What the other groups do not hold cannot be learned of them: that is an answer, not a defect.
        Err(error @ (train::Error::EmptyClass { .. } | train::Error::NoFeatures)) => {
            score.problem = Some(format!("{error} without this group"));
            return Ok(score);
        }
        Err(error) => return Err(error),
    };
    let model = Model::from_bytes(&trained.bytes, trained.schema, name)?;
    let outcome: Outcome = model.answer(&of.table)?;
    let found = compare(&of.truth, &outcome, schema).ok_or_else(|| ModelError::Answers {
        name: schema.target.name.clone(),
        problem: "they are of another kind than the target".to_owned(),
    })?;
    let named = found.scores().into_iter();
    score.scores = named
        .map(|(metric, value)| (metric.to_string(), value))
        .collect();
    Ok(score)
}

/// The group of each row of a part; none where it was not written.
fn read_groups(folder: &Path) -> Result<Option<Vec<String>>, PartError> {
    let input = Input::open(folder)?;
    if !input.path(GroupScores::FILE).exists() {
        return Ok(None);
    }
    let bytes = input.read(GroupScores::FILE, GROUPS_LIMIT)?;
    let lines = bytes
        .split(|&byte| byte == b'\n')
        .filter(|line| !line.is_empty());
    let group = |(place, line): (usize, &[u8])| {
        serde_json::from_slice(line).map_err(|error| PartError::Row {
            file: input.path(GroupScores::FILE).display().to_string(),
            line: place as u64 + 1,
            problem: error.to_string(),
        })
    };
    let groups: Result<Vec<String>, PartError> = lines.enumerate().map(group).collect();
    Ok(Some(groups?))
}
