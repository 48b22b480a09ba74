//! Groups of rows: how many there may be where each is left out once, and where they are written.

use std::io::Write as _;

use steps::{GroupScores, PrepareSpec};

use super::error::Error;
use super::survey::{Groups, Survey};
use crate::files::{FileError, Output};
use crate::rows::Opened;
use crate::split::Part;

/// Names of files without the folders that all of them lie in.
pub(super) fn file_names(opened: &Opened) -> Vec<String> {
    let names = || opened.files().iter().map(|file| file.name.as_str());
    let shared = names().fold(None, |shared: Option<&str>, name| {
        let folder = &name[..name.rfind('/').map_or(0, |end| end + 1)];
        let Some(shared) = shared else {
            return Some(folder);
        };
        let same = shared
            .bytes()
            .zip(folder.bytes())
            .take_while(|(a, b)| a == b);
        let same = &shared.as_bytes()[..same.count()];
        let end = same.iter().rposition(|&byte| byte == b'/');
        Some(&shared[..end.map_or(0, |end| end + 1)])
    });
    let shared = shared.map_or(0, str::len);
    names().map(|name| name[shared..].to_owned()).collect()
}

/// That a row has no group, in the words of the key that asks for one.
pub(super) fn unknown(spec: &PrepareSpec, problem: String) -> Error {
    let name = || spec.grouped_by().unwrap_or_default().to_owned();
    match &spec.group {
        Some(by) => Error::Group {
            by: by.clone(),
            problem,
        },
        None => Error::Split {
            column: name(),
            problem,
        },
    }
}

/// Refuses groups that were asked for and that cannot be left out one after the other.
pub(super) fn check(spec: &PrepareSpec, groups: Option<&Groups>) -> Result<(), Error> {
    let (Some(by), Some(groups)) = (&spec.group, groups) else {
        return Ok(());
    };
    let problem = match groups.names.as_slice() {
        [only] => format!("all rows are of `{only}`"),
        names if names.len() > GroupScores::MOST => format!(
            "there are {}, and each is a training without it; {} are the most",
            names.len(),
            GroupScores::MOST
        ),
        _ => return Ok(()),
    };
    Err(Error::Group {
        by: by.clone(),
        problem,
    })
}

/// Writes the group of each row of a part, in the order of its rows, where there are groups that can be left out.
pub(crate) fn write(
    survey: &Survey,
    (dealt, part): (&[Part], Part),
    output: &mut Output,
) -> Result<(), FileError> {
    let groups = survey.groups.as_ref();
    let Some(groups) = groups.filter(|groups| groups.names.len() <= GroupScores::MOST) else {
        return Ok(());
    };
    let names: Vec<String> = groups
        .names
        .iter()
        .map(|name| serde_json::Value::from(name.as_str()).to_string())
        .collect();
    let mut file = output.stream(GroupScores::FILE)?;
    for (group, _) in groups.of.iter().zip(dealt).filter(|(_, of)| **of == part) {
        writeln!(file, "{}", names[*group as usize])
            .map_err(|source| output.unwritten(GroupScores::FILE, source))?;
    }
    output.add(file)
}
