//! Where the endpoint may run: each machine in each region, as many as the traffic and the goals need.

use std::collections::BTreeMap;

use catalog::{Cloud, Filter, Machine};
use units::{Bytes, HourlyPrice, Money};
use workload::{Goals, Host, Placement};

use super::Scope;
use super::jobs::host_of;
use crate::demand::{Demand, Serving};
use crate::outcome::{Unknown, World, availability_of, capacity};
use crate::speed::On;
use crate::{Role, front_of_two};

const SYSTEM: u64 = 512 << 20;
const HOURS_A_MONTH: u64 = 730;
/// Most replicas of one endpoint.
const MOST: u32 = 1_000;
/// Where no latency is asked for, one that is this many times the slowest answer alone.
const SLOWEST_TIMES: f64 = 10.0;

/// A place for the endpoint.
#[derive(Debug, Clone, PartialEq)]
pub struct ServingOption {
    /// Where its replicas run, and how many.
    pub place: Placement,
    /// In which region.
    pub region: String,
    /// Machines of a month.
    pub cost: Money,
    /// How many times as long an answer takes as here, at the 90 % end.
    pub slowdown: f64,
}

/// Every option of a scope that keeps the goals by the formula of its queue, reduced within each cloud to the front by money and
/// speed.
pub fn serving(
    world: World<'_>,
    demand: &Demand,
    goals: Option<&Goals>,
    scope: &Scope,
) -> Result<Vec<ServingOption>, Unknown> {
    let Some(serving) = &demand.serving else {
        return Ok(Vec::new());
    };
    let asked = Asked::new(serving, goals);
    let need = Bytes::new(demand.peak(Role::Serve).get().saturating_add(SYSTEM));
    let mut all = Vec::new();
    for cloud in [Cloud::Aws, Cloud::Azure, Cloud::Gcp, Cloud::Own] {
        if !scope.takes_cloud(cloud) {
            continue;
        }
        let mut options = Options {
            world,
            asked: &asked,
            known: BTreeMap::new(),
            found: Vec::new(),
        };
        options.machines(cloud, scope, need)?;
        if cloud == Cloud::Aws {
            options.managed(scope, need)?;
        }
        all.extend(front_of_two(options.found, |option| {
            (option.cost.nanos() as f64, option.slowdown)
        }));
    }
    Ok(all)
}

/// What is asked of an endpoint.
struct Asked<'s> {
    serving: &'s Serving,
    /// Requests a second in the busiest period.
    rate: f64,
    /// Limit of the 99 % quantile, seconds.
    limit: Option<f64>,
    /// Fewest replicas by the availability of one.
    fewest: u32,
}

impl<'s> Asked<'s> {
    fn new(serving: &'s Serving, goals: Option<&Goals>) -> Self {
        let most = serving.requests.iter().max().copied().unwrap_or_default();
        let wanted = goals.and_then(|goals| goals.availability);
        let fewest = wanted.map_or(1, |wanted| {
            (1..MOST)
                .find(|count| availability_of(f64::from(*count)) >= wanted.as_fraction())
                .unwrap_or(MOST)
        });
        Self {
            serving,
            rate: most as f64 / serving.period.as_seconds(),
            limit: goals
                .and_then(|goals| goals.latency.p99)
                .map(units::Span::as_seconds),
            fewest,
        }
    }

    /// Replicas that keep the limit at the busiest rate; none where no number does.
    fn replicas(&self, slots: u32, slowdown: f64) -> Option<u32> {
        let slowest = self
            .serving
            .service
            .last()
            .map_or(0.0, |(time, _)| time.as_seconds());
        let limit = self.limit.unwrap_or(slowest * slowdown * SLOWEST_TIMES);
        let answers =
            |count: &u32| capacity(self.serving, slots, *count, slowdown, limit) >= self.rate;
        let (mut low, mut high) = (self.fewest, self.fewest);
        while !answers(&high) {
            if high >= MOST {
                return None;
            }
            low = high + 1;
            high = (high * 2).min(MOST);
        }
        while low < high {
            let middle = u32::midpoint(low, high);
            if answers(&middle) {
                high = middle;
            } else {
                low = middle + 1;
            }
        }
        Some(high)
    }
}

struct Options<'a, 's> {
    world: World<'a>,
    asked: &'s Asked<'s>,
    /// Replicas and slowdown by type: the same in every region.
    known: BTreeMap<String, Option<(u32, f64)>>,
    found: Vec<ServingOption>,
}

impl Options<'_, '_> {
    fn machines(&mut self, cloud: Cloud, scope: &Scope, need: Bytes) -> Result<(), Unknown> {
        let Some(host) = host_of(cloud) else {
            return Ok(());
        };
        let filter = Filter {
            cloud: Some(cloud),
            min_memory: Some(need),
            max_vcpus: Some(128),
            ..Filter::default()
        };
        let catalog = self.world.catalog;
        for offer in catalog.offers(&filter) {
            let Some(price) = offer
                .prices
                .on_demand
                .filter(|_| scope.takes_region(offer.region) && scope.takes_source(offer.source))
            else {
                continue;
            };
            let place = Placement::one(host, &offer.machine.name);
            self.add(place, (cloud, offer.machine), offer.region, price)?;
        }
        Ok(())
    }

    fn managed(&mut self, scope: &Scope, need: Bytes) -> Result<(), Unknown> {
        let component = Role::Serve.component();
        for region in catalog::priced_regions(component) {
            if !scope.takes_region(region) {
                continue;
            }
            for offer in catalog::offers_for_role(component, region) {
                let Some(machine) = offer.machine() else {
                    continue;
                };
                let fits = machine.memory.is_some_and(|memory| memory >= need);
                if fits && scope.takes_source(&offer.source) {
                    let place = Placement::one(Host::SageMaker, &offer.instance_type);
                    self.add(place, (Cloud::Aws, machine), region, offer.price)?;
                }
            }
        }
        Ok(())
    }

    fn add(
        &mut self,
        place: Placement,
        (cloud, machine): (Cloud, &Machine),
        region: &str,
        price: HourlyPrice,
    ) -> Result<(), Unknown> {
        let known = match self.known.get(&machine.name) {
            Some(known) => *known,
            None => {
                let found = self.needed(cloud, machine);
                self.known.insert(machine.name.clone(), found);
                found
            }
        };
        if let Some((count, slowdown)) = known {
            let hours = HOURS_A_MONTH * u64::from(count);
            self.found.push(ServingOption {
                place: Placement { count, ..place },
                region: region.to_owned(),
                cost: price.an_hour().checked_times(hours)?,
                slowdown,
            });
        }
        Ok(())
    }

    fn needed(&self, cloud: Cloud, machine: &Machine) -> Option<(u32, f64)> {
        let on = On { cloud, machine };
        let slowdown = self
            .world
            .speeds
            .slowdown(self.asked.serving, on)?
            .range
            .high;
        let vcpus = machine.vcpus?;
        let cores = catalog::Server::find(cloud, &machine.name).and_then(catalog::Server::cores);
        let slots = cores.unwrap_or(vcpus / 2).max(1);
        Some((self.asked.replicas(slots, slowdown)?, slowdown))
    }
}
