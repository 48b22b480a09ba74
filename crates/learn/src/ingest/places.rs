//! The columns that a workload names, in the source.

use steps::{PrepareSpec, SplitBy};

use super::columns::find;
use super::error::Error;
use super::survey::GroupedBy;
use crate::rows::{self, Opened};

/// Where the columns are that the workload names.
pub(super) struct Places {
    pub(super) target: usize,
    /// The column of times that rows are dealt by.
    pub(super) time: Option<usize>,
    /// What names the group of a row, where something does.
    pub(super) group: Option<GroupedBy>,
    pub(super) is_feature: Vec<bool>,
}

impl Places {
    pub(super) fn find(opened: &Opened, spec: &PrepareSpec) -> Result<Self, Error> {
        let names = || opened.columns().iter().map(|column| &column.name);
        let find = |name: &str| find(opened, name);
        let target = find(&spec.target)?;
        let time = match &spec.split.by {
            SplitBy::Time(column) => Some(find(column)?),
            SplitBy::Random | SplitBy::Group(_) => None,
        };
        if let (Some(by), SplitBy::Group(dealt)) = (&spec.group, &spec.split.by)
            && by != dealt
        {
            return Err(Error::Group {
                by: by.clone(),
                problem: format!("rows are dealt by the groups of `{dealt}`"),
            });
        }
        let group = match spec.grouped_by() {
            Some(PrepareSpec::BY_FILE) if opened.find(PrepareSpec::BY_FILE).is_none() => {
                Some(GroupedBy::File)
            }
            Some(column) => Some(GroupedBy::Column(find(column)?)),
            None => None,
        };
        let columns = spec.columns.iter().map(|column| &column.name);
        let marked = spec.missing.keys().filter(|name| *name != "*");
        for name in columns.chain(&spec.ignore).chain(marked) {
            find(name)?;
        }
        let names_groups = |place| group == Some(GroupedBy::Column(place));
        let is_feature: Vec<bool> = names()
            .enumerate()
            .map(|(place, name)| {
                let is_role = place == target || Some(place) == time || names_groups(place);
                !is_role && !spec.ignore.contains(name)
            })
            .collect();
        if !is_feature.contains(&true) {
            let files: Vec<&str> = opened.files().iter().map(|file| &*file.name).collect();
            return Err(rows::Error::Header {
                file: files.join("`, `"),
                problem: "no column but the target is left".to_owned(),
            }
            .into());
        }
        Ok(Self {
            target,
            time,
            group,
            is_feature,
        })
    }
}
