//! The whole.

use super::{
    Candidate, Data, Deploy, GateRule, Goals, Instances, OwnDesign, Prepare, Published, Retrain,
    ScoreWeights, Select, Split, SplitBy, Task, Traffic, Tune, WorkloadName,
};
use crate::check::Section;

/// A workload: what a checked file means.
#[derive(Debug, Clone, PartialEq)]
#[non_exhaustive]
pub struct Workload {
    /// Its name.
    pub name: WorkloadName,
    /// Its data.
    pub data: Data,
    /// What is learned.
    pub task: Task,
    /// How rows are dealt.
    pub split: Split,
    /// The preparation inside the model.
    pub prepare: Prepare,
    /// Candidates in the order of the file, at least one, no two alike.
    pub models: Vec<Candidate>,
    /// The search for hyperparameters.
    pub tune: Option<Tune>,
    /// How one is chosen.
    pub select: Select,
    /// What test scores must keep; all of it.
    pub gate: Vec<GateRule>,
    /// Where the model goes, if anywhere.
    pub deploy: Option<Deploy>,
    /// Instance types of the jobs.
    pub instances: Instances,
    /// What a plan must keep.
    pub goals: Option<Goals>,
    /// What the endpoint will see.
    pub traffic: Option<Traffic>,
    /// How often the pipeline runs.
    pub retrain: Option<Retrain>,
    /// Designs of the user's own, in the order of the file.
    pub designs: Vec<OwnDesign>,
    /// What each column of a comparison counts.
    pub score_weights: ScoreWeights,
    /// Published scores on the same data, for reports.
    pub references: Vec<Published>,
}

impl Workload {
    /// What names the group of a row: a column, or `file`; none where nothing does.
    ///
    /// ```
    /// # let text = "plimsoll: 1\nname: a\ndata: { source: a.csv, group: hospital }\ntask: { target: b }\n";
    /// let workload = workload::parse(text).unwrap();
    /// assert_eq!(workload.grouped_by(), Some("hospital"));
    /// ```
    pub fn grouped_by(&self) -> Option<&str> {
        let dealt = match &self.split.by {
            SplitBy::Group(column) => Some(column),
            _ => None,
        };
        self.data.group.as_ref().or(dealt).map(String::as_str)
    }

    pub(crate) fn read(root: &Section) -> Option<Self> {
        let name = root.parsed("name")?;
        let deploy = match root.section("deploy") {
            None => None,
            Some(section) => Some(Deploy::read(section, &name)?),
        };
        let goals = match root.section("goals") {
            None => None,
            Some(section) => Some(Goals::read(section)?),
        };
        let traffic = match root.section("traffic") {
            None => None,
            Some(section) => Some(Traffic::read(section)?),
        };
        let tune = match root.section("tune") {
            None => None,
            Some(section) => Some(Tune::read(section)?),
        };
        Some(Self {
            name,
            data: Data::read(root.section("data")?)?,
            task: Task::read(root.section("task")?)?,
            split: Split::read(root.section("split")?)?,
            prepare: Prepare::read(root.section("prepare")?)?,
            models: Candidate::read_all(root)?,
            tune,
            select: Select::read(root.section("select")?)?,
            gate: GateRule::read_all(root)?,
            deploy,
            instances: Instances::read(root.section("instances")?)?,
            goals,
            traffic,
            retrain: root.parsed("retrain"),
            designs: OwnDesign::read_all(root)?,
            score_weights: ScoreWeights::read(root)?,
            references: Published::read_all(root)?,
        })
    }
}
