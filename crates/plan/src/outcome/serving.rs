//! An endpoint of a design under the workload's traffic: latency, replicas, availability.

use simulate::{
    Fixed, HorizontalPodAutoscaler, Repetitions, ScalingPolicy, ServiceTimes, Simulation,
    SpotReplicas, TargetTracking, Trace, TrackedMetric,
};
use units::Span;
use workload::Host;

use super::Unknown;
use super::bill::Busy;
use super::pipeline::World;
use crate::demand::{Demand, Serving};
use crate::design::{Design, Replicas};
use crate::speed::{Estimate, On, Origin};
use crate::{Range, Rented, Role, cloud_of, rent, start_time};

/// Repetitions of a simulation, each with a seed of its own.
const REPETITIONS: u32 = 3;
/// Longest part of the traffic that is simulated: its busiest hour decides the tail.
const WINDOW: Span = Span::from_nanos(HOUR);
/// Most requests of such a part: fifty are above a 99 % quantile.
const MOST_REQUESTS: f64 = 5_000.0;
/// Share of its slots that a replica is meant to have busy where their number follows the load.
const TARGET: f64 = 0.7;
/// AWS gives two minutes of notice before it takes an instance back.
const NOTICE: Span = Span::from_nanos(120 * 1_000_000_000);
const HOUR: u64 = 3_600 * 1_000_000_000;
/// One instance, by AWS's Compute Service Level Agreement: 99.5 %.
const ONE_INSTANCE: f64 = 0.995;
/// Instances in several zones, by the same agreement: 99.99 %. More of them do not make it more.
const SEVERAL_ZONES: f64 = 0.9999;

/// An endpoint as it is predicted.
#[derive(Debug, Clone, PartialEq)]
pub struct Endpoint<'a> {
    /// Median of the latency, seconds.
    pub p50: Estimate<f64>,
    /// 90 % quantile of the latency, seconds.
    pub p90: Estimate<f64>,
    /// 99 % quantile of the latency, seconds.
    pub p99: Estimate<f64>,
    /// Groups of replicas, with how many of each are paid on average.
    pub groups: Vec<(Rented<'a>, f64)>,
    /// Share of the time in which it answers.
    pub availability: f64,
    /// Virtual CPU seconds of an hour.
    pub busy: Busy,
    /// Share of the requests that are refused or never answered.
    pub lost: f64,
}

/// The endpoint of a design; none where the workload or the design has none.
pub fn endpoint<'a>(
    world: World<'a>,
    demand: &Demand,
    design: &Design,
) -> Result<Option<Endpoint<'a>>, Unknown> {
    let Some(serving) = &demand.serving else {
        return Ok(None);
    };
    let rent = |group: &Replicas| {
        rent(
            world.catalog,
            &group.place,
            Role::Serve,
            &design.serve_region,
        )
    };
    let rented: Vec<Rented<'a>> = design.serve.iter().map(rent).collect::<Result<_, _>>()?;
    let Some(first) = rented.first().copied() else {
        return Ok(None);
    };
    let on = On {
        cloud: first.cloud,
        machine: first.machine,
    };
    let slowdown = world.speeds.slowdown(serving, on);
    let slowdown = slowdown.ok_or_else(|| Unknown::Speed {
        machine: first.machine.name.clone(),
    })?;
    let pool = Pool::new(serving, design, &rented)?;
    let fast = pool.simulate(slowdown.range.low)?;
    let middle = pool.simulate(slowdown.range.mid)?;
    let slow = pool.simulate(slowdown.range.high)?;
    let latency = |of: fn(&simulate::Outcome) -> Span| {
        let seconds = |one: &simulate::Outcome| of(one).as_seconds();
        Estimate {
            range: Range {
                low: fast.interval(seconds).low,
                mid: middle.interval(seconds).mid,
                high: slow.interval(seconds).high,
            },
            origin: Origin::Predicted,
            method: format!("{}; queue simulated", slowdown.method),
            calibrated: false,
        }
    };
    let paid = pool.paid(serving, slowdown.range.mid);
    let replicas: f64 = paid.iter().sum();
    let vcpus = f64::from(first.machine.vcpus.unwrap_or(1));
    Ok(Some(Endpoint {
        p50: latency(|one| one.latency.p50),
        p90: latency(|one| one.latency.p90),
        p99: latency(|one| one.latency.p99),
        groups: rented.into_iter().zip(paid).collect(),
        availability: availability(&middle, replicas),
        busy: Busy {
            busy: serving.rate_a_second()
                * serving.mean_service_seconds()
                * slowdown.range.mid
                * 3_600.0,
            paid: replicas * vcpus * 3_600.0,
        },
        lost: 1.0 - middle.interval(simulate::Outcome::answered_share).mid,
    }))
}

/// The highest rate, requests a second, that so many replicas of a machine answer with the 99 % quantile of the latency below a
/// limit: by the formula of a queue with as many servers as slots, whose service times vary as those that were measured.
pub fn capacity(serving: &Serving, slots: u32, replicas: u32, slowdown: f64, limit: f64) -> f64 {
    let service = serving.mean_service_seconds() * slowdown;
    let servers = slots.saturating_mul(replicas).max(1);
    let slowest = serving
        .service
        .last()
        .map_or(0.0, |(time, _)| time.as_seconds())
        * slowdown;
    if service <= 0.0 || slowest >= limit {
        return 0.0;
    }
    // Bisection over the load: the wait at the quantile grows with it.
    let (mut low, mut high) = (0.0, f64::from(servers));
    for _ in 0..40 {
        let load = f64::midpoint(low, high);
        let wait = simulate::queueing::mmc_wait_quantile(servers, load, service, 0.99);
        if slowest + wait <= limit {
            low = load;
        } else {
            high = load;
        }
    }
    low / service
}

/// The replicas of an endpoint as one pool before one queue.
struct Pool<'p> {
    design: &'p Design,
    times: ServiceTimes,
    trace: Trace,
    /// The trace is too short for a policy to act in it: the number of replicas is the one that the policy settles on.
    is_settled: bool,
    /// Time to answer a request alone here, seconds.
    mean: f64,
    slots: u32,
    cold: Span,
    spot: Option<SpotReplicas>,
}

impl<'p> Pool<'p> {
    fn new(serving: &Serving, design: &'p Design, rented: &[Rented<'_>]) -> Result<Self, Unknown> {
        let all = Trace::from_counts(serving.period, serving.requests.clone())?;
        let window = if all.duration() > WINDOW {
            all.busiest(WINDOW)?
        } else {
            all
        };
        // A shorter part at the rate of the busiest period has the same tail.
        let is_settled = window.requests() > MOST_REQUESTS;
        let trace = if is_settled {
            let seconds = MOST_REQUESTS / window.peak_rate();
            let length = Span::from_nanos((seconds * 1e9) as u64);
            Trace::from_counts(length, vec![MOST_REQUESTS as u64])?
        } else {
            window
        };
        let cloud = cloud_of(design.serve[0].place.host);
        Ok(Self {
            design,
            times: service_times(serving)?,
            trace,
            is_settled,
            mean: serving.mean_service_seconds(),
            slots: rented[0].slots(),
            cold: start_time(cloud).map_or(Span::ZERO, |start| start.mid),
            spot: spot(design, rented),
        })
    }

    fn simulate(&self, slowdown: f64) -> Result<Repetitions, Unknown> {
        let times = self.times.scaled(slowdown)?;
        let mut serving = simulate::Serving::new(times, self.slots, self.cold, WINDOW);
        serving.spot = self.spot;
        let simulation = Simulation {
            serving: &serving,
            trace: &self.trace,
            traffic: 1.0,
        };
        Ok(simulation.repeat(|| self.policy(slowdown), 0, REPETITIONS)?)
    }

    /// Fewest and most replicas of all groups.
    fn limits(&self) -> (u32, u32) {
        let groups = || self.design.serve.iter();
        let fewest: u32 = groups().map(|group| group.place.count).sum();
        let most: u32 = groups().map(|group| group.most).sum();
        (fewest.max(1), most.max(fewest).max(1))
    }

    /// Replicas that both policies settle on at a rate: so many that their slots are busy to the target.
    fn settled(&self, rate: f64, slowdown: f64) -> u32 {
        let (fewest, most) = self.limits();
        let wanted = rate * self.mean * slowdown / (TARGET * f64::from(self.slots));
        (wanted.ceil() as u32).clamp(fewest, most)
    }

    fn policy(&self, slowdown: f64) -> Box<dyn ScalingPolicy> {
        let (fewest, most) = self.limits();
        if most == fewest || self.is_settled {
            return Box::new(Fixed(self.settled(self.trace.peak_rate(), slowdown)));
        }
        let busy = TARGET * f64::from(self.slots);
        if self.design.serve[0].place.host == Host::Eks {
            return Box::new(HorizontalPodAutoscaler::new(busy, fewest, most));
        }
        Box::new(TargetTracking::new(
            TrackedMetric::ConcurrentRequests,
            busy,
            fewest,
            most,
        ))
    }

    /// Replicas that are paid on average over the whole traffic, by group: those on demand first, the rest on spot.
    fn paid(&self, serving: &Serving, slowdown: f64) -> Vec<f64> {
        let seconds = serving.period.as_seconds();
        let periods = serving.requests.iter();
        let all: f64 = periods
            .map(|count| f64::from(self.settled(*count as f64 / seconds, slowdown)))
            .sum();
        let mean = all / serving.requests.len().max(1) as f64;
        let mut left = mean;
        let groups = self.design.serve.iter();
        groups
            .map(|group| {
                let most = f64::from(group.most.max(group.place.count));
                let taken = left.min(most);
                left -= taken;
                taken
            })
            .collect()
    }
}

/// The distribution of the measured times.
fn service_times(serving: &Serving) -> Result<ServiceTimes, Unknown> {
    let count: u64 = serving.service.iter().map(|(_, count)| count).sum();
    let mut below = 0;
    let points = serving.service.iter().map(|(time, seen)| {
        below += seen;
        (below as f64 / count.max(1) as f64, *time)
    });
    Ok(ServiceTimes::quantiles(points.collect())?)
}

fn spot(design: &Design, rented: &[Rented<'_>]) -> Option<SpotReplicas> {
    let mut groups = design.serve.iter().zip(rented);
    let (_, taken) = groups.find(|(group, _)| group.place.spot)?;
    let on_demand = design.serve.iter().filter(|group| !group.place.spot);
    Some(SpotReplicas {
        on_demand: on_demand.map(|group| group.place.count).sum(),
        between_interruptions: taken.between_interruptions()?,
        notice: NOTICE,
        drain: NOTICE,
        wait: Span::ZERO,
    })
}

/// What a simulation finds, and what the machines themselves keep by the provider's agreement.
fn availability(found: &Repetitions, replicas: f64) -> f64 {
    found.interval(|one| one.availability).mid * availability_of(replicas)
}

/// Share of the time in which one of so many machines is there, by the provider's agreement: 99.5 % of one, and never more than
/// the 99.99 % of machines in several zones.
pub fn availability_of(replicas: f64) -> f64 {
    (1.0 - (1.0 - ONE_INSTANCE).powf(replicas.max(1.0))).min(SEVERAL_ZONES)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::example::serving;

    #[test]
    fn more_replicas_answer_more_and_a_limit_below_the_service_time_answers_nothing() {
        let serving = serving();
        let rate = |replicas, limit| capacity(&serving, 2, replicas, 1.0, limit);
        let (one, four) = (rate(1, 0.02), rate(4, 0.02));
        // Together they answer more than four alone: their queue is one.
        assert!(one > 500.0 && four > 4.0 * one, "{one} {four}");
        assert_eq!(rate(1, 0.004), 0.0);
        assert!(capacity(&serving, 2, 1, 2.0, 0.02) < one / 1.9);
    }

    #[test]
    fn replicas_follow_the_rate_of_each_period_and_the_floor_is_paid_first() {
        use crate::design::{hybrid, optimized};
        use crate::example::{AsHere, demand};

        let world = World {
            catalog: catalog::Catalog::shipped(),
            speeds: &AsHere,
        };
        let mut demand = demand();
        let serving = demand.serving.as_mut().unwrap();
        // Half of the time nothing, half of the time 2,000 requests a second of 1.5 ms: three slots are busy.
        serving.requests = vec![0, 2_000 * 3_600];
        let paid = |design| -> Vec<f64> {
            let found = endpoint(world, &demand, &design).unwrap().unwrap();
            found.groups.iter().map(|(_, replicas)| *replicas).collect()
        };
        // Four cores a machine: 3.1 slots over 2.8 are two replicas, else one.
        assert_eq!(paid(optimized(&demand)), [1.5]);
        // One core a machine: 3.1 over 0.7 are five, one of them on demand.
        assert_eq!(paid(hybrid(&demand)), [1.0, 2.0]);
    }
}
