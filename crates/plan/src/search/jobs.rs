//! Where the pipeline may run: each way to buy each machine in each region.

use std::collections::BTreeMap;

use catalog::{Catalog, Cloud, Filter, Machine, Offer, Purchase};
use units::{Bytes, HourlyPrice, Money, Span};
use workload::{Host, Placement, StorageClass};

use super::Scope;
use crate::cost::{instances, monthly};
use crate::demand::Demand;
use crate::design::Design;
use crate::outcome::{PipelineRun, Unknown, World, pipeline};
use crate::{Range, Rented, Role, front_of_two};

/// Memory that the system takes beside the work.
const SYSTEM: u64 = 512 << 20;

/// A place for the pipeline.
#[derive(Debug, Clone, PartialEq)]
pub struct JobsOption {
    /// Where all its jobs run.
    pub place: Placement,
    /// In which region.
    pub region: String,
    /// From the start to the tested model.
    pub time: Range<Span>,
    /// Machines and volumes of a month.
    pub cost: Range<Money>,
}

/// Every option of a scope, reduced to the front by time and money at their 90 % ends, within each cloud.
pub fn jobs(world: World<'_>, demand: &Demand, scope: &Scope) -> Result<Vec<JobsOption>, Unknown> {
    let need = need(demand);
    let mut all = Vec::new();
    for cloud in [Cloud::Aws, Cloud::Azure, Cloud::Gcp, Cloud::Own] {
        if !scope.takes_cloud(cloud) {
            continue;
        }
        let mut of_cloud = Vec::new();
        let filter = Filter {
            cloud: Some(cloud),
            min_memory: Some(need),
            ..Filter::default()
        };
        machines(world, demand, scope, &filter, &mut of_cloud)?;
        if cloud == Cloud::Aws {
            managed(world, demand, scope, need, &mut of_cloud)?;
        }
        all.extend(front(of_cloud));
    }
    Ok(all)
}

/// Options that are no slower and no dearer than another of the same cloud, by their 90 % ends.
fn front(options: Vec<JobsOption>) -> Vec<JobsOption> {
    front_of_two(options, |option| {
        let cost = option.cost.high.nanos() as f64;
        (option.time.high.as_seconds(), cost)
    })
}

fn need(demand: &Demand) -> Bytes {
    let peaks = [Role::Prepare, Role::Train, Role::Batch].map(|role| demand.peak(role));
    let most = peaks.into_iter().max().unwrap_or_default();
    Bytes::new(most.get().saturating_add(SYSTEM))
}

/// The host of virtual machines of a cloud.
pub(super) fn host_of(cloud: Cloud) -> Option<Host> {
    match cloud {
        Cloud::Aws => Some(Host::Ec2),
        Cloud::Azure => Some(Host::Azure),
        Cloud::Gcp => Some(Host::Gcp),
        Cloud::Own => Some(Host::Own),
        Cloud::Lambda => None,
    }
}

/// Virtual machines. The time of a type is the same in every region, so that it is predicted once.
fn machines(
    world: World<'_>,
    demand: &Demand,
    scope: &Scope,
    filter: &Filter,
    all: &mut Vec<JobsOption>,
) -> Result<(), Unknown> {
    let mut runs: BTreeMap<(&str, bool), Option<PipelineRun<'_>>> = BTreeMap::new();
    let catalog: &Catalog = world.catalog;
    for offer in catalog.offers(filter) {
        if !scope.takes_region(offer.region) || is_too_big(offer.machine) {
            continue;
        }
        for purchase in [Purchase::OnDemand, Purchase::Spot] {
            let spot = purchase == Purchase::Spot;
            let source = offer.spot_source.filter(|_| spot).map(|spot| &spot.source);
            let taken = scope.takes_source(source.unwrap_or(offer.source))
                && !(spot && scope.on_demand_only);
            let price = offer.price(purchase).filter(|_| taken);
            let (Some(price), Some(place)) = (price, placement(&offer, spot)) else {
                continue;
            };
            let key = (offer.machine.name.as_str(), spot);
            let known = runs
                .entry(key)
                .or_insert_with(|| run(world, demand, &place, offer.region).ok());
            if let Some(run) = known {
                let priced = Priced { run, price };
                all.push(priced.at(place, offer.region, demand.runs_a_year)?);
            }
        }
    }
    Ok(())
}

/// More than 128 virtual CPUs are for work that was measured on more than this machine has.
fn is_too_big(machine: &Machine) -> bool {
    machine.vcpus.is_none_or(|vcpus| vcpus > 128)
}

fn placement(offer: &Offer<'_>, spot: bool) -> Option<Placement> {
    Some(Placement {
        spot,
        ..Placement::one(host_of(offer.cloud)?, &offer.machine.name)
    })
}

fn run<'a>(
    world: World<'a>,
    demand: &Demand,
    place: &Placement,
    region: &str,
) -> Result<PipelineRun<'a>, Unknown> {
    pipeline(world, demand, &all_on(place, region), None)
}

/// A design with all jobs in one place and no endpoint.
fn all_on(place: &Placement, region: &str) -> Design {
    Design {
        name: String::new(),
        region: region.to_owned(),
        serve_region: region.to_owned(),
        prepare: place.clone(),
        train: place.clone(),
        serve: Vec::new(),
        store: StorageClass::Standard,
        notes: Vec::new(),
    }
}

/// A run of known times at the price of a region.
struct Priced<'r, 'a> {
    run: &'r PipelineRun<'a>,
    price: HourlyPrice,
}

impl Priced<'_, '_> {
    fn at(&self, place: Placement, region: &str, runs: u32) -> Result<JobsOption, Unknown> {
        let mut once = Range::FREE;
        for used in &self.run.uses {
            let rented = Rented {
                price: self.price,
                ..used.rented
            };
            let bill = instances(&rented, used.count, used.paid, region)?;
            once = once.plus(bill.total()?)?;
        }
        Ok(JobsOption {
            place,
            region: region.to_owned(),
            time: self.run.time.range,
            cost: monthly(once, runs)?,
        })
    }
}

/// Types of SageMaker that are legal and sold for jobs of both kinds.
fn managed(
    world: World<'_>,
    demand: &Demand,
    scope: &Scope,
    need: Bytes,
    all: &mut Vec<JobsOption>,
) -> Result<(), Unknown> {
    for region in catalog::priced_regions(Role::Train.component()) {
        if !scope.takes_region(region) {
            continue;
        }
        for offer in catalog::offers_for_role(Role::Train.component(), region) {
            let memory = offer.machine().and_then(|machine| machine.memory);
            if memory.is_none_or(|memory| memory < need) || !scope.takes_source(&offer.source) {
                continue;
            }
            let place = Placement::one(Host::SageMaker, &offer.instance_type);
            if let Ok(run) = run(world, demand, &place, region) {
                let price = offer.price;
                all.push(Priced { run: &run, price }.at(place, region, demand.runs_a_year)?);
            }
        }
    }
    Ok(())
}
