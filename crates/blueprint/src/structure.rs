//! What of a workload shapes the state machine. Everything else arrives in the execution input, so that two workloads
//! of one structure share one definition.

use steps::Comparison;

/// A rule of the gate without its threshold, which is in the input.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct GateShape {
    /// Metric of the evaluation.
    pub metric: String,
    /// How it is compared with the threshold.
    pub comparison: Comparison,
}

/// A candidate as the machine knows it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CandidateShape {
    /// Unique name, `[a-z0-9_]`.
    pub name: String,
    /// Whether it is only there for comparison.
    pub baseline: bool,
    /// Whether it is a model that exists, which is checked in place of being trained.
    pub exists: bool,
    /// Whether its hyperparameters are searched.
    pub tuned: bool,
}

/// What the rows are.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum DataShape {
    /// Rows of a table.
    #[default]
    Table,
    /// Images.
    Images,
    /// Hours of a series.
    Series,
}

/// The structure of a workload.
#[expect(
    clippy::struct_excessive_bools,
    reason = "each says whether a step is there"
)]
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Structure {
    /// What the rows are.
    pub data: DataShape,
    /// Branches of Train, in order.
    pub candidates: Vec<CandidateShape>,
    /// Whether the chosen one is trained again on train and validation rows.
    pub refit: bool,
    /// Whether rows have groups, each of which is left out once.
    pub groups: bool,
    /// Rules of the gate; empty: no gate.
    pub gate: Vec<GateShape>,
    /// Whether an endpoint is deployed.
    pub endpoint: bool,
    /// Whether it is loaded.
    pub load_test: bool,
    /// Whether a batch is predicted.
    pub batch: bool,
}

impl Structure {
    /// Whether the chosen candidate may be a model that exists.
    pub(crate) fn may_choose_existing(&self) -> bool {
        self.candidates.iter().any(|candidate| candidate.exists)
    }

    /// JSONPath of the URI of the final model.
    pub(crate) fn model_path(&self) -> &'static str {
        if self.refit {
            "$.out.Refit.complete.outputs.model"
        } else {
            "$.out.Select.answer.model"
        }
    }

    /// Whether a SageMaker model is made.
    pub(crate) fn serves(&self) -> bool {
        self.endpoint || self.batch
    }
}
