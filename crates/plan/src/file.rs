//! A plan as a file: complete, versioned, and the same bytes for the same question.

use catalog::Catalog;
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};

use crate::cost::CostLine;
use crate::demand::Demand;
use crate::explain::Why;
use crate::goal::Kept;
use crate::outcome::Outcome;
use crate::search::Candidate;
use crate::{Range, Rented};

/// Version of the file.
pub const PLAN_SCHEMA: &str = "plimsoll.plan/1";

/// A plan.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct PlanFile {
    /// `plimsoll.plan/1`.
    pub schema: String,
    /// SHA-256 of everything below, so that a change by hand is seen.
    pub seal: String,
    /// The plan itself.
    pub plan: Plan,
}

/// What a plan says.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Plan {
    /// The run that it was measured in.
    pub run: String,
    /// What the workload asks.
    pub demand: Demand,
    /// What was changed, where the question was what would be if.
    pub what_if: Option<String>,
    /// Lists that prices were read from.
    pub catalogs: Vec<PriceList>,
    /// Goals, with the chance that each is kept.
    pub goals: Vec<Kept>,
    /// What is minimized, in words, and its figure.
    pub minimize: (String, f64),
    /// Where each part runs.
    pub parts: Vec<Part>,
    /// How data and models are kept.
    pub store: String,
    /// From the start to the tested model, seconds.
    pub training_seconds: Range<f64>,
    /// 99 % quantile of the latency, seconds.
    pub p99_seconds: Option<Range<f64>>,
    /// Share of the time in which the endpoint answers.
    pub availability: Option<f64>,
    /// Dollars a month.
    pub usd_a_month: Range<f64>,
    /// Its parts.
    pub cost: Vec<CostLine>,
    /// Estimated grams of CO2 equivalent a month: lower and higher of the methods.
    pub grams_a_month: (f64, f64),
    /// How times were predicted, and whether the coverage of their intervals was proven.
    pub prediction: (String, bool),
    /// Why it is so, where that was asked.
    pub why: Option<Why>,
}

/// A list that prices were read from.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct PriceList {
    /// Cloud.
    pub cloud: String,
    /// Publisher and the way to us.
    pub source: String,
    /// The day it held.
    pub date: String,
    /// SHA-256 of the offers.
    pub sha256: String,
}

/// A part of a plan and the price at which it was planned.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Part {
    /// `jobs` or `serve`.
    pub role: String,
    /// Where it runs.
    pub place: String,
    /// In which region.
    pub region: String,
    /// Price of one machine.
    pub price: units::HourlyPrice,
    /// Where it was read.
    pub source: String,
    /// When.
    pub date: String,
    /// Whether it was computed from another price.
    pub derived: bool,
    /// Whether its processor is an ARM; programs and images must be built for it.
    pub arm: bool,
}

/// Why a file is no plan.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum PlanFileError {
    /// It is no JSON, or has not the form of a plan.
    #[error("it is no plan: {0}")]
    Form(String),
    /// Another version.
    #[error("its schema is `{0}`, this version reads `plimsoll.plan/1`")]
    Schema(String),
    /// Something was changed after it was written.
    #[error("it was changed after it was written: its seal is that of another content")]
    Edited,
}

impl PlanFile {
    /// Seals a plan.
    pub fn new(plan: Plan) -> Self {
        Self {
            schema: PLAN_SCHEMA.to_owned(),
            seal: seal(&plan),
            plan,
        }
    }

    /// As text: JSON with one member a line, so that two plans can be compared line by line.
    pub fn to_text(&self) -> String {
        let mut text = serde_json::to_string_pretty(self).unwrap_or_default();
        text.push('\n');
        text
    }

    /// Reads a file of this version that nobody has changed.
    pub fn parse(text: &str) -> Result<Self, PlanFileError> {
        let value: serde_json::Value =
            serde_json::from_str(text).map_err(|error| PlanFileError::Form(error.to_string()))?;
        match value["schema"].as_str() {
            Some(PLAN_SCHEMA) => {}
            Some(other) => return Err(PlanFileError::Schema(other.to_owned())),
            None => return Err(PlanFileError::Form("it has no `schema`".to_owned())),
        }
        let file: Self =
            serde_json::from_str(text).map_err(|error| PlanFileError::Form(error.to_string()))?;
        if seal(&file.plan) == file.seal {
            Ok(file)
        } else {
            Err(PlanFileError::Edited)
        }
    }
}

fn seal(plan: &Plan) -> String {
    hex(&serde_json::to_vec(plan).unwrap_or_default())
}

fn hex(bytes: &[u8]) -> String {
    let digest = Sha256::digest(bytes);
    digest.iter().map(|byte| format!("{byte:02x}")).collect()
}

/// The lists that a plan's prices come from.
pub fn price_lists(catalog: &Catalog) -> Vec<PriceList> {
    let lists = catalog.snapshots().map(|snapshot| PriceList {
        cloud: snapshot.cloud().name().to_owned(),
        source: snapshot.source().name.clone(),
        date: snapshot.source().date.to_string(),
        sha256: hex(&snapshot.encode()),
    });
    lists.collect()
}

/// The parts of a design with their prices.
pub fn parts(outcome: &Outcome<'_>) -> Vec<Part> {
    let design = &outcome.design;
    let part = |role: &str, place: String, region: &str, rented: &Rented<'_>| Part {
        role: role.to_owned(),
        place,
        region: region.to_owned(),
        price: rented.price,
        source: rented.source.name.clone(),
        date: rented.source.date.to_string(),
        derived: rented.derived,
        arm: rented.is_arm(),
    };
    let mut all = Vec::new();
    if let Some(used) = outcome.run.uses.first() {
        all.push(part(
            "jobs",
            design.train.to_string(),
            &design.region,
            &used.rented,
        ));
    }
    for (group, (rented, _)) in design.serve.iter().zip(
        outcome
            .endpoint
            .iter()
            .flat_map(|endpoint| &endpoint.groups),
    ) {
        all.push(part(
            "serve",
            group.place.to_string(),
            &design.serve_region,
            rented,
        ));
    }
    all
}

/// The plan of a design that was chosen.
pub fn plan_of(candidate: &Candidate<'_>, question: Told) -> Plan {
    let outcome = &candidate.outcome;
    let endpoint = outcome.endpoint.as_ref();
    Plan {
        run: question.run,
        demand: question.demand,
        what_if: question.what_if,
        catalogs: question.catalogs,
        goals: candidate.goals.clone(),
        minimize: (question.minimize, candidate.objective),
        parts: parts(outcome),
        store: outcome.design.store.name().to_owned(),
        training_seconds: outcome.run.time.range.seconds(),
        p99_seconds: endpoint.map(|endpoint| endpoint.p99.range),
        availability: endpoint.map(|endpoint| endpoint.availability),
        usd_a_month: outcome.cost.range.dollars(),
        cost: outcome.lines.clone(),
        grams_a_month: (outcome.carbon.low, outcome.carbon.high),
        prediction: (outcome.run.time.method.clone(), outcome.run.time.calibrated),
        why: question.why,
    }
}

/// What a plan answers.
#[derive(Debug, Clone)]
pub struct Told {
    /// The run that it was measured in.
    pub run: String,
    /// What the workload asks.
    pub demand: Demand,
    /// What was changed.
    pub what_if: Option<String>,
    /// Lists that prices were read from.
    pub catalogs: Vec<PriceList>,
    /// What is minimized, in words.
    pub minimize: String,
    /// Why it is so.
    pub why: Option<Why>,
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::example::demand;

    fn plan() -> Plan {
        Plan {
            run: "r1".to_owned(),
            demand: demand(),
            what_if: None,
            catalogs: Vec::new(),
            goals: Vec::new(),
            minimize: ("cost".to_owned(), 12.25),
            parts: Vec::new(),
            store: "s3/standard".to_owned(),
            training_seconds: Range {
                low: 1.0,
                mid: 2.1,
                high: 3.0,
            },
            p99_seconds: None,
            availability: None,
            usd_a_month: Range::exact(12.25),
            cost: Vec::new(),
            grams_a_month: (1.0, 2.0),
            prediction: ("local runs alone".to_owned(), false),
            why: None,
        }
    }

    #[test]
    fn a_plan_is_read_as_it_was_written() {
        let file = PlanFile::new(plan());
        let text = file.to_text();
        let read = PlanFile::parse(&text).unwrap();
        assert_eq!(read, file);
        assert_eq!(read.to_text(), text);
    }

    #[test]
    fn what_was_edited_or_is_of_another_version_is_refused() {
        let text = PlanFile::new(plan()).to_text();
        let edited = text.replace("\"s3/standard\"", "\"s3/intelligent_tiering\"");
        assert_eq!(PlanFile::parse(&edited), Err(PlanFileError::Edited));
        let newer = text.replace("plimsoll.plan/1", "plimsoll.plan/2");
        assert_eq!(
            PlanFile::parse(&newer),
            Err(PlanFileError::Schema("plimsoll.plan/2".into()))
        );
        for form in ["", "{}", "[1]", "{\"schema\": \"plimsoll.plan/1\"}"] {
            assert!(
                matches!(PlanFile::parse(form), Err(PlanFileError::Form(_))),
                "{form}"
            );
        }
    }
}
