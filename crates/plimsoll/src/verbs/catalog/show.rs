//! `catalog show`: all that is known of one type.

use catalog::{ATTRIBUTION, Catalog, Cloud, Component, NotForRole, Offer, Server, carbon};
use clap::Args;
use serde_json::{Value, json};
use units::Share;

use super::super::Context;
use super::line::{Line, dollars, gibibytes};
use super::name::{cloud, not_offered, unknown};
use super::shelf::Prices;
use super::{footer, list};
use crate::failure::Failure;
use crate::state::REGION;

/// Show what is known of a type: prices by region, speeds, energy, sources
///
/// A type of SageMaker, such as `ml.m5.large`, is shown with its prices by role.
#[derive(Debug, Args)]
pub(super) struct Show {
    /// Type
    #[arg(value_name = "TYPE")]
    machine: String,
    /// Of this cloud, where several have the type
    #[arg(long, value_parser = cloud)]
    cloud: Option<Cloud>,
    /// In this region alone
    #[arg(long)]
    region: Option<String>,
    #[command(flatten)]
    prices: Prices,
}

/// What is known of a type.
struct Known<'a> {
    cloud: Cloud,
    /// Name of the machine, without SageMaker's prefix.
    name: &'a str,
    /// Region that energy and roles are shown for.
    region: &'a str,
    offers: Vec<Offer<'a>>,
}

impl Show {
    pub(super) fn run(self, context: &Context) -> Result<(), Failure> {
        let catalog = self.prices.open(&context.common)?;
        let known = self.known(&catalog)?;
        let snapshot = catalog
            .snapshot(known.cloud)
            .expect("the type was found in it");
        self.prices.check_age([snapshot.source()])?;
        let roles = self
            .machine
            .starts_with("ml.")
            .then(|| roles(&self.machine, known.region));
        if context.printer.is_json() {
            context.printer.document(&json!({
                "schema": "plimsoll.catalog-show/1",
                "type": self.machine,
                "offers": known.offers.iter().map(|offer| Line::of(offer).json()).collect::<Vec<_>>(),
                "sagemaker": roles.as_ref().map(|roles| roles.iter().map(Role::json).collect::<Vec<_>>()),
                "speeds": speeds_json(&known),
                "energy_of_an_hour": energy_json(&known),
                "sources": footer::json(footer::of(snapshot)),
            }));
            return Ok(());
        }
        let lines: Vec<Line> = known.offers.iter().map(Line::of).collect();
        let mut parts = vec![title(&self.machine, &known)];
        if let Some(roles) = &roles {
            let shown: Vec<String> = roles.iter().map(Role::text).collect();
            parts.push(format!(
                "SageMaker, {}, USD/h\n{}",
                known.region,
                shown.join("\n")
            ));
        }
        parts.push(format!(
            "{}{}",
            if roles.is_some() {
                "EC2 machine behind it: "
            } else {
                ""
            },
            list::text(&lines)
        ));
        parts.extend(speeds(&known));
        parts.extend(energy(&known));
        context.printer.data(&parts.join("\n\n"));
        context
            .printer
            .say(&format!("\n{}", footer::lines(footer::of(snapshot))));
        Ok(())
    }

    fn known<'a>(&'a self, catalog: &'a Catalog) -> Result<Known<'a>, Failure> {
        let name = self.machine.strip_prefix("ml.").unwrap_or(&self.machine);
        let has = |cloud: &Cloud| {
            catalog
                .snapshot(*cloud)
                .is_some_and(|found| found.machine(name).is_some())
        };
        let cloud = match self.cloud {
            Some(cloud) => cloud,
            None => Cloud::ALL.into_iter().find(has).ok_or_else(|| {
                let all = catalog.snapshots().flat_map(catalog::Snapshot::machines);
                unknown(
                    "type",
                    name,
                    all.map(|machine| machine.name.as_str()).collect(),
                )
            })?,
        };
        let offers = match &self.region {
            Some(region) => vec![
                catalog
                    .offer(cloud, name, region)
                    .map_err(|error| not_offered(catalog, &error))?,
            ],
            None => catalog.offers_of(cloud, name),
        };
        let first = offers.first().ok_or_else(|| {
            not_offered(
                catalog,
                &catalog::NotOffered::Machine {
                    cloud,
                    machine: name.to_owned(),
                },
            )
        })?;
        let usual = offers
            .iter()
            .find(|offer| offer.region == REGION)
            .unwrap_or(first);
        Ok(Known {
            cloud,
            name,
            region: usual.region,
            offers,
        })
    }
}

fn title(shown: &str, known: &Known<'_>) -> String {
    let offer = known.offers[0];
    let machine = offer.machine;
    let mut parts = Vec::new();
    match (machine.vcpus, offer.cores) {
        (Some(vcpus), Some(cores)) => parts.push(format!(
            "{vcpus} vCPU on {cores} core{}",
            if cores == 1 { "" } else { "s" }
        )),
        (Some(vcpus), None) => parts.push(format!("{vcpus} vCPU, cores unknown")),
        (None, _) => parts.push("size unknown".to_owned()),
    }
    parts.extend(
        machine
            .memory
            .map(|memory| format!("{} GiB", gibibytes(memory))),
    );
    parts.extend(machine.accelerators.as_ref().map(ToString::to_string));
    let server = Server::find(known.cloud, known.name);
    parts.extend(
        server
            .map(|server| server.text("cpu_model").to_owned())
            .filter(|model| !model.is_empty()),
    );
    if catalog::is_burstable(known.cloud, known.name) {
        parts.push("runs on credits".to_owned());
    }
    format!("{shown}: {}", parts.join(", "))
}

/// A role of SageMaker and what can be said of the type in it.
struct Role {
    component: Component,
    found: Result<&'static catalog::SageMakerOffer, NotForRole>,
}

fn roles(name: &str, region: &str) -> Vec<Role> {
    let of = |component| Role {
        component,
        found: catalog::for_role(component, name, region),
    };
    Component::ALL.into_iter().map(of).collect()
}

impl Role {
    fn text(&self) -> String {
        let name = self.component.name();
        match &self.found {
            Ok(offer) => {
                let basis = if offer.basis.is_empty() {
                    String::new()
                } else {
                    format!(" ({})", offer.basis)
                };
                format!(
                    "  {name:<11} {:<8} {}, {}{basis}",
                    dollars(offer.price),
                    offer.status.name(),
                    offer.source.date
                )
            }
            Err(error) => {
                let near: Vec<String> = error
                    .nearest()
                    .iter()
                    .map(|offer| format!("{} at {}", offer.instance_type, dollars(offer.price)))
                    .collect();
                let near = if near.is_empty() {
                    String::new()
                } else {
                    format!("; nearest: {}", near.join(", "))
                };
                let why = match error {
                    NotForRole::Illegal { .. } => "not legal".to_owned(),
                    NotForRole::Unpriced {
                        last_known: Some(last),
                        ..
                    } => format!(
                        "not sold, was {} on {}",
                        dollars(last.price),
                        last.source.date
                    ),
                    NotForRole::Unpriced { .. } => "legal, not sold".to_owned(),
                    NotForRole::Region { .. } => "no prices of this region are known".to_owned(),
                    NotForRole::Unknown { .. } => "no such type".to_owned(),
                };
                format!("  {name:<11} -        {why}{near}")
            }
        }
    }

    fn json(&self) -> Value {
        let name = self.component.name();
        match &self.found {
            Ok(offer) => json!({
                "role": name, "price": offer.price, "status": offer.status.name(), "basis": offer.basis,
                "date": offer.source.date.to_string(), "source": offer.source.name,
            }),
            Err(error) => json!({
                "role": name, "price": null, "why": error.to_string(),
                "nearest": error.nearest().iter().map(|offer| json!({"type": offer.instance_type, "price": offer.price})).collect::<Vec<_>>(),
            }),
        }
    }
}

/// Figures of a server that are shown.
const SCORES: [(&str, &str); 5] = [
    ("gb6_single_score", "Geekbench 6, one core"),
    ("gb6_multi_score", "Geekbench 6, all cores"),
    ("stressng_1", "stress-ng operations/s, one core"),
    ("stressng_all", "stress-ng operations/s, all cores"),
    ("bw_mem_rd_mbps", "memory read, MB/s"),
];

fn speeds(known: &Known<'_>) -> Option<String> {
    let server = Server::find(known.cloud, known.name)?;
    let scores = SCORES
        .iter()
        .filter_map(|(column, what)| Some(format!("  {:>12}  {what}", server.score(column)?)));
    let lines: Vec<String> = scores.collect();
    (!lines.is_empty()).then(|| format!("measured by {ATTRIBUTION}\n{}", lines.join("\n")))
}

fn speeds_json(known: &Known<'_>) -> Value {
    let Some(server) = Server::find(known.cloud, known.name) else {
        return Value::Null;
    };
    let scores: serde_json::Map<String, Value> = SCORES
        .iter()
        .map(|(column, _)| ((*column).to_owned(), json!(server.score(column))))
        .collect();
    json!({"source": ATTRIBUTION, "cpu_model": server.text("cpu_model"), "scores": scores})
}

fn estimate(known: &Known<'_>) -> carbon::Estimate {
    let half = Share::from_ppm(500_000).expect("half of the whole");
    let hour = units::Span::from_seconds(3_600).expect("an hour fits");
    let usage = carbon::Usage {
        span: hour,
        utilization: half,
        accelerator_utilization: half,
    };
    carbon::estimate(known.offers[0].machine, known.cloud, known.region, usage)
}

fn energy(known: &Known<'_>) -> Option<String> {
    let found = estimate(known);
    let method = |name: &str, footprint: Option<carbon::Footprint>| {
        let found = footprint?;
        let made = found
            .embodied_grams
            .map(|grams| format!(", {grams:.2} g of making it"))
            .unwrap_or_default();
        Some(format!(
            "  {name:<23} {:>8.2} Wh {:>8.2} gCO2e{made}",
            found.kilowatt_hours * 1000.0,
            found.operational_grams
        ))
    };
    let mut lines: Vec<String> = [
        method("Cloud Carbon Footprint", found.ccf),
        method("CodeCarbon", found.codecarbon),
    ]
    .into_iter()
    .flatten()
    .collect();
    lines.extend(found.notes.iter().map(|note| format!("  {note}")));
    (!lines.is_empty()).then(|| {
        format!(
            "an hour at half load in {}, estimated\n{}",
            known.region,
            lines.join("\n")
        )
    })
}

fn energy_json(known: &Known<'_>) -> Value {
    let found = estimate(known);
    let method = |footprint: Option<carbon::Footprint>| {
        footprint.map(|found| json!({"kwh": found.kilowatt_hours, "operational_gco2e": found.operational_grams, "embodied_gco2e": found.embodied_grams}))
    };
    json!({
        "region": known.region, "utilization": "50 %", "estimated": true,
        "cloud_carbon_footprint": method(found.ccf), "codecarbon": method(found.codecarbon), "notes": found.notes,
    })
}
