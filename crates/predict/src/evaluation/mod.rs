//! How good predictions are: every protocol of `docs/concepts/prediction.md`, computed from the catalog alone.
//!
//! CPU models are held out, not families: m5, c5 and r5 share processors. A class is never predicted from figures of its own suite.
//! Only types whose CPU model and micro-benchmarks are all known, and that have no credits, teach and are judged. Chance comes from
//! one seed.

mod case;
mod class;
mod limits;
mod local;
mod search;
mod sibling;

pub use case::{Case, Summary, summary};
pub use class::{class_cases, class_cases_of};
pub use limits::limits_cases;
pub use local::{LocalProtocol, local_cases};
pub use search::{SearchCase, SearchProtocol, candidates, search_cases};
pub use sibling::sibling_cases;
