//! The columns that a workload names, in the source.

use steps::PrepareSpec;

use super::columns::find;
use super::error::Error;
use crate::rows::{self, Opened};

/// Where the columns are that the workload names.
pub(super) struct Places {
    pub(super) target: usize,
    pub(super) split: Option<usize>,
    pub(super) is_feature: Vec<bool>,
}

impl Places {
    pub(super) fn find(opened: &Opened, spec: &PrepareSpec) -> Result<Self, Error> {
        let names = || opened.columns().iter().map(|column| &column.name);
        let find = |name: &str| find(opened, name);
        let target = find(&spec.target)?;
        let split = spec.split.by.column().map(find).transpose()?;
        let columns = spec.columns.iter().map(|column| &column.name);
        let marked = spec.missing.keys().filter(|name| *name != "*");
        for name in columns.chain(&spec.ignore).chain(marked) {
            find(name)?;
        }
        let is_feature: Vec<bool> = names()
            .enumerate()
            .map(|(place, name)| {
                place != target && Some(place) != split && !spec.ignore.contains(name)
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
            split,
            is_feature,
        })
    }
}
