//! Where the model goes once it has passed the gate.

use units::{Rate, Span};

use super::{EndpointName, WorkloadName, words};
use crate::check::Section;

words! {
    /// What runs a batch.
    pub enum BatchBy {
        /// A transform job.
        Transform = "transform",
    }
}

/// What is deployed: an endpoint, a batch prediction, or both.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct Deploy {
    /// A served model.
    pub endpoint: Option<Endpoint>,
    /// Predictions for a file.
    pub batch: Option<Batch>,
}

/// A served model.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct Endpoint {
    /// Its name; the workload's unless given.
    pub name: EndpointName,
    /// Instances that serve, at least one.
    pub replicas: u32,
    /// A short load after it is in service.
    pub load_test: Option<LoadTest>,
}

/// An open-loop load on the endpoint.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct LoadTest {
    /// Requests sent, whatever the answers do.
    pub rate: Rate,
    /// How long.
    pub duration: Span,
}

/// Predictions for a file.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct Batch {
    /// Rows without the target, relative to the workload file.
    pub input: String,
    /// What runs it.
    pub by: BatchBy,
}

impl Deploy {
    pub(crate) fn read(section: &Section, workload: &WorkloadName) -> Option<Self> {
        let endpoint = match section.section("endpoint") {
            None => None,
            Some(endpoint) => Some(Endpoint::read(endpoint, workload)?),
        };
        let batch = match section.section("batch") {
            None => None,
            Some(batch) => Some(Batch {
                input: batch.parsed("input")?,
                by: batch.parsed("by")?,
            }),
        };
        Some(Self { endpoint, batch })
    }
}

impl Endpoint {
    fn read(section: &Section, workload: &WorkloadName) -> Option<Self> {
        let load_test = match section.section("load_test") {
            None => None,
            Some(load) => Some(LoadTest {
                rate: load.parsed("rate")?,
                duration: load.parsed("for")?,
            }),
        };
        Some(Self {
            name: section.parsed("name").unwrap_or_else(|| workload.into()),
            replicas: section.integer("replicas")?,
            load_test,
        })
    }
}

#[cfg(test)]
mod tests {
    use crate::parse;

    #[test]
    fn an_endpoint_has_the_name_of_its_workload_unless_it_has_its_own() {
        let head = "plimsoll: 1\nname: heart\ndata: { source: a.csv }\ntask: { target: b }\n";
        let name = |endpoint: &str| {
            let text = format!("{head}deploy: {{ endpoint: {endpoint} }}\n");
            let deploy = parse(&text).unwrap().deploy.unwrap();
            deploy.endpoint.unwrap().name.to_string()
        };
        assert_eq!(name("{}"), "heart");
        assert_eq!(name("{ name: other }"), "other");
        assert_eq!(parse(head).unwrap().deploy, None);
    }
}
