//! All figures of a design.

use catalog::Cloud;
use units::{Money, Overflow, Span};
use workload::Host;

use super::bill::{Busy, bill, busy, service};
use super::pipeline::{PipelineRun, Use, World, pipeline};
use super::serving::{Endpoint, capacity, endpoint};
use super::{Carbon, Unknown};
use crate::cost::{CostLine, instances, logs, monthly, storage, storage_elsewhere, sum, transfer};
use crate::demand::Demand;
use crate::design::Design;
use crate::speed::{Estimate, On, Origin};
use crate::{Range, Role, cloud_of};

const HOURS_A_MONTH: f64 = 730.0;
/// Machines and replicas by which scalability is measured.
const SCALED: u32 = 4;
/// Where no latency is asked for, replicas count up to ten times the slowest answer alone.
const SLOWEST_TIMES: f64 = 10.0;
/// Share of the bytes that a store in regular use has not read for 30 days, thousandths: old runs, not data.
const COLD: u64 = 500;

/// What a design would take and cost in a month.
#[derive(Debug, Clone, PartialEq)]
pub struct Outcome<'a> {
    /// The design.
    pub design: Design,
    /// A run of its pipeline.
    pub run: PipelineRun<'a>,
    /// Its endpoint, where the workload has one.
    pub endpoint: Option<Endpoint<'a>>,
    /// Parts of the cost of a month.
    pub lines: Vec<CostLine>,
    /// Their sum.
    pub cost: Estimate<Money>,
    /// Virtual CPU seconds of a month at work and paid.
    pub busy: Busy,
    /// Share of the paid virtual CPU seconds that work.
    pub utilization: Option<f64>,
    /// What four machines bring over one, a fourth of it each; 1 is all.
    pub scalability: Option<f64>,
    /// Estimated emissions of a month.
    pub carbon: Carbon,
}

/// Judges a design. A latency limit decides how many requests replicas can answer.
pub fn judge<'a>(
    world: World<'a>,
    demand: &Demand,
    design: &Design,
    p99_limit: Option<Span>,
) -> Result<Outcome<'a>, Unknown> {
    let run = pipeline(world, demand, design, None)?;
    let endpoint = endpoint(world, demand, design)?;
    let floor = floor(design);
    let is_paid = |used: &Use<'_>| {
        floor.is_some_and(|machine| {
            used.rented.host == Host::Eks && used.rented.machine.name == machine
        }) && !used.rented.spot
    };
    let mut lines = bill(&run, demand.runs_a_year, &design.region, is_paid)?;
    lines.extend(serving_lines(endpoint.as_ref(), demand, design)?);
    lines.extend(cluster_line(design, &run, demand.runs_a_year)?);
    lines.extend(storage_lines(demand, design)?);
    let runs_a_month = f64::from(demand.runs_a_year) / 12.0;
    let mut all = busy(&run, is_paid).times(runs_a_month);
    if let Some(endpoint) = &endpoint {
        all = all.plus(endpoint.busy.times(HOURS_A_MONTH));
    }
    let cost = Estimate {
        range: sum(&lines)?,
        origin: Origin::Predicted,
        method: "seconds times prices".to_owned(),
        calibrated: run.time.calibrated,
    };
    Ok(Outcome {
        carbon: carbon(&run, endpoint.as_ref(), design, runs_a_month),
        scalability: scalability(world, demand, design, p99_limit)?,
        design: design.clone(),
        run,
        endpoint,
        lines,
        cost,
        busy: all,
        utilization: all.share(),
    })
}

/// The machine of the cluster's floor, which the endpoint pays for.
fn floor(design: &Design) -> Option<&str> {
    let mut groups = design.serve.iter();
    let floor = groups.find(|group| group.place.host == Host::Eks && !group.place.spot)?;
    Some(&floor.place.machine)
}

fn serving_lines(
    endpoint: Option<&Endpoint<'_>>,
    demand: &Demand,
    design: &Design,
) -> Result<Vec<CostLine>, Unknown> {
    let (Some(endpoint), Some(serving)) = (endpoint, &demand.serving) else {
        return Ok(Vec::new());
    };
    let mut lines = Vec::new();
    for (rented, replicas) in &endpoint.groups {
        let hours = replicas * HOURS_A_MONTH;
        let span = Range::exact(Span::from_nanos((hours * 3_600e9) as u64));
        if hours > 0.0 {
            lines.push(CostLine {
                service: service(rented.host).to_owned(),
                item: format!("endpoint, {replicas:.2} x {}", rented.type_name()),
                amount: instances(rented, 1, span, &design.serve_region)?.total()?,
            });
        }
    }
    let managed = endpoint
        .groups
        .iter()
        .any(|(rented, _)| rented.host == Host::SageMaker);
    let price = catalog::unit_price("SageMaker", "endpoint data in or out", &design.serve_region);
    if let (true, Some(price)) = (managed, price) {
        let bytes = u128::from(serving.requests_a_month()) * u128::from(serving.payload.get());
        let thousandths = u64::try_from(bytes / 1_000_000).unwrap_or(u64::MAX);
        lines.push(CostLine {
            service: "SageMaker".to_owned(),
            item: "endpoint data in and out".to_owned(),
            amount: Range::exact(price.cost(thousandths)?),
        });
    }
    Ok(lines)
}

/// Data, models and logs, and the models on their way to where they serve.
fn storage_lines(demand: &Demand, design: &Design) -> Result<Vec<CostLine>, Overflow> {
    let (kept, runs, region) = (&demand.storage, demand.runs_a_year, &design.region);
    let cloud = cloud_of(design.prepare.host);
    let mut lines = if cloud == Cloud::Aws {
        storage(kept, design.store, COLD, region, runs)?
    } else {
        storage_elsewhere(kept, cloud, region)?
            .into_iter()
            .collect()
    };
    if cloud == Cloud::Aws {
        lines.extend(logs(kept.logs, runs, region)?);
    }
    if let Some(group) = design.serve.first() {
        let bytes = u128::from(kept.artifacts.get()) * u128::from(runs) / 12;
        let to = (cloud_of(group.place.host), design.serve_region.as_str());
        lines.extend(transfer(bytes, (cloud, region), to)?);
    }
    Ok(lines)
}

/// A cluster costs by the hour while it is there: always with an endpoint, else while a run lasts.
fn cluster_line(
    design: &Design,
    run: &PipelineRun<'_>,
    runs_a_year: u32,
) -> Result<Option<CostLine>, Overflow> {
    let serves = design
        .serve
        .iter()
        .any(|group| group.place.host == Host::Eks);
    let trains = [&design.prepare, &design.train]
        .iter()
        .any(|place| place.host == Host::Eks);
    let price = catalog::unit_price("EKS", "cluster", &design.region);
    let Some(price) = price.filter(|_| serves || trains) else {
        return Ok(None);
    };
    let amount = if serves {
        Range::exact(price.cost(730_000)?)
    } else {
        let once = run
            .time
            .range
            .try_map(|time| price.cost(time.whole_millis() / 3_600))?;
        monthly(once, runs_a_year)?
    };
    Ok(Some(CostLine {
        service: "EKS".to_owned(),
        item: "cluster".to_owned(),
        amount,
    }))
}

fn carbon(
    run: &PipelineRun<'_>,
    endpoint: Option<&Endpoint<'_>>,
    design: &Design,
    runs_a_month: f64,
) -> Carbon {
    let mut carbon = Carbon::default();
    for used in &run.uses {
        let seconds = used.paid.mid.as_seconds() * f64::from(used.count);
        let cpus = f64::from(used.rented.machine.vcpus.unwrap_or(1));
        let share = if seconds > 0.0 {
            used.busy / (seconds * cpus)
        } else {
            0.0
        };
        let hours = seconds / 3_600.0 * runs_a_month;
        carbon = carbon.with(&used.rented, &design.region, hours, share);
    }
    for (rented, replicas) in endpoint.iter().flat_map(|endpoint| &endpoint.groups) {
        let share = endpoint
            .and_then(|endpoint| endpoint.busy.share())
            .unwrap_or_default();
        carbon = carbon.with(
            rented,
            &design.serve_region,
            replicas * HOURS_A_MONTH,
            share,
        );
    }
    carbon
}

/// What more machines bring: of trainings the time of one over that of four, a fourth of it; of replicas the highest rate of four
/// over that of one, a fourth of it. Of both the geometric mean.
fn scalability(
    world: World<'_>,
    demand: &Demand,
    design: &Design,
    p99_limit: Option<Span>,
) -> Result<Option<f64>, Unknown> {
    let mut found = Vec::new();
    if demand.stages.iter().any(|stage| stage.role == Role::Train) {
        let time = |machines| -> Result<f64, Unknown> {
            let run = pipeline(world, demand, design, Some(machines))?;
            Ok(run.time.range.mid.as_seconds())
        };
        found.push(time(1)? / time(SCALED)? / f64::from(SCALED));
    }
    if let (Some(serving), Some(group)) = (&demand.serving, design.serve.first()) {
        let rented = crate::rent(
            world.catalog,
            &group.place,
            Role::Serve,
            &design.serve_region,
        )?;
        let on = On {
            cloud: rented.cloud,
            machine: rented.machine,
        };
        let slowdown = world
            .speeds
            .slowdown(serving, on)
            .map_or(1.0, |found| found.range.mid);
        let slowest = serving
            .service
            .last()
            .map_or(0.0, |(time, _)| time.as_seconds())
            * slowdown;
        let limit = p99_limit.map_or(slowest * SLOWEST_TIMES, Span::as_seconds);
        let rate = |replicas| capacity(serving, rented.slots(), replicas, slowdown, limit);
        let one = rate(1);
        if one > 0.0 {
            found.push(rate(SCALED) / one / f64::from(SCALED));
        }
    }
    if found.is_empty() {
        return Ok(None);
    }
    let logarithm: f64 = found.iter().map(|share| share.ln()).sum();
    Ok(Some((logarithm / found.len() as f64).exp()))
}
