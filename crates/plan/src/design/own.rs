//! Designs of the user's own: what they do not say is as in the baseline.

use workload::{Host, OwnDesign};

use super::baseline::REGION;
use super::{Design, Replicas, baseline};
use crate::Demand;

/// A design of the file.
pub fn own(design: &OwnDesign, demand: &Demand) -> Design {
    let mut made = baseline(demand);
    made.name.clone_from(&design.name);
    made.notes.clear();
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
    let region = |host| {
        design
            .region
            .clone()
            .unwrap_or_else(|| home(host).to_owned())
    };
    made.region = region(made.train.host);
    made.serve_region = region(
        made.serve
            .first()
            .map_or(made.train.host, |group| group.place.host),
    );
    made
}

/// Region of a host where the file gives none.
fn home(host: Host) -> &'static str {
    match host {
        Host::Gcp => "us-east1",
        Host::Azure => "eastus",
        Host::Ec2 | Host::SageMaker | Host::Eks | Host::Own => REGION,
    }
}
