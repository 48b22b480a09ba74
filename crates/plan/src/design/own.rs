//! Designs of the user's own: what they do not say is as in the baseline.

use workload::OwnDesign;

use super::{Design, Replicas, baseline};
use crate::Demand;

/// A design of the file.
pub fn own(design: &OwnDesign, demand: &Demand) -> Design {
    let mut made = baseline(demand);
    made.name.clone_from(&design.name);
    made.notes.clear();
    if let Some(region) = &design.region {
        made.region.clone_from(region);
        made.serve_region.clone_from(region);
    }
    if let Some(prepare) = &design.prepare {
        made.prepare = prepare.clone();
    }
    if let Some(train) = &design.train {
        made.train = train.clone();
    }
    if let (Some(serve), true) = (&design.serve, demand.serving.is_some()) {
        made.serve = vec![Replicas::fixed(serve.clone())];
    }
    if let Some(store) = design.store {
        made.store = store;
    }
    made
}
