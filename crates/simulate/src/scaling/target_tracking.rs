//! AWS's target tracking, as Application Auto Scaling documents it for endpoints of SageMaker.
//!
//! A metric of one minute and two alarms. Above the target for 3 minutes in a row the number of instances rises to what would
//! meet the target; below 90 % of it for 15 minutes in a row it falls to that. Fractions of an instance are kept: rounded up
//! when adding, down when removing. While instances are starting nothing is changed, because an endpoint that is being updated
//! refuses changes, and a cooldown begins when a change is complete. In the cooldown after scaling out only a larger number than
//! the one that was decided has an effect; the cooldown after scaling in blocks further scaling in, never scaling out.
//!
//! A minute without a request has no datapoint of invocations, and an alarm without data does nothing: such an endpoint does
//! not scale in.

use std::collections::VecDeque;

use units::Span;

use super::{Observation, ScalingPolicy};

/// What is tracked, an instance.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum TrackedMetric {
    /// `SageMakerVariantInvocationsPerInstance`: requests a minute and instance.
    InvocationsPerInstance,
    /// `SageMakerVariantConcurrentRequestsPerModelHighResolution`, in minutes: requests being served or waiting an instance.
    ConcurrentRequests,
}

/// Target tracking. The defaults are AWS's; target and limits are the user's.
#[derive(Debug, Clone, PartialEq)]
pub struct TargetTracking {
    /// What is tracked.
    pub metric: TrackedMetric,
    /// Its value an instance that is aimed at.
    pub target: f64,
    /// Fewest instances.
    pub min: u32,
    /// Most instances.
    pub max: u32,
    /// After a change up.
    pub scale_out_cooldown: Span,
    /// After a change down.
    pub scale_in_cooldown: Span,
    /// Whether it scales in at all.
    pub scale_in: bool,
    state: State,
}

/// Minutes above the target before scaling out.
const HIGH: usize = 3;
/// Minutes below 90 % of it before scaling in.
const LOW: usize = 15;
const LOW_SHARE: f64 = 0.9;
const MINUTE: Span = Span::from_nanos(60_000_000_000);
const COOLDOWN: Span = Span::from_nanos(300_000_000_000);

#[derive(Debug, Clone, Default, PartialEq)]
struct State {
    /// The last datapoints, newest last; emptied where a minute has none.
    points: VecDeque<f64>,
    /// A change that is not complete, or whose cooldown runs.
    change: Option<Change>,
}

#[derive(Debug, Clone, Copy, PartialEq)]
struct Change {
    /// Instances before it.
    from: u32,
    out: bool,
    /// When all its instances served.
    complete: Option<Span>,
}

impl TargetTracking {
    /// With AWS's cooldowns of 300 s.
    pub fn new(metric: TrackedMetric, target: f64, min: u32, max: u32) -> Self {
        Self {
            metric,
            target,
            min,
            max,
            scale_out_cooldown: COOLDOWN,
            scale_in_cooldown: COOLDOWN,
            scale_in: true,
            state: State::default(),
        }
    }

    /// The datapoint of the last minute.
    fn point(&self, seen: &Observation) -> Option<f64> {
        if seen.serving <= 0.0 {
            return None;
        }
        match self.metric {
            TrackedMetric::InvocationsPerInstance if seen.arrivals == 0 => None,
            TrackedMetric::InvocationsPerInstance => {
                let minutes = seen.interval.as_seconds() / 60.0;
                Some(seen.arrivals as f64 / minutes / seen.serving)
            }
            TrackedMetric::ConcurrentRequests => Some((seen.busy + seen.waiting) / seen.serving),
        }
    }

    /// The change whose cooldown still runs.
    fn cooling(&mut self, seen: &Observation) -> Option<Change> {
        let change = self.state.change.as_mut()?;
        let complete = *change.complete.get_or_insert(seen.now);
        let cooldown = if change.out {
            self.scale_out_cooldown
        } else {
            self.scale_in_cooldown
        };
        if seen.now.nanos() - complete.nanos() >= cooldown.nanos() {
            self.state.change = None;
        }
        self.state.change
    }

    fn decide(&mut self, seen: &Observation) -> u32 {
        let current = seen.replicas;
        let updating = seen.ready < seen.replicas;
        if updating {
            return current;
        }
        let cooling = self.cooling(seen);
        let points = &self.state.points;
        let lasts = |count: usize, holds: &dyn Fn(f64) -> bool| {
            points.len() >= count && points.iter().rev().take(count).all(|&point| holds(point))
        };
        let Some(&last) = points.back() else {
            return current;
        };
        let meets = |from: u32| (f64::from(from) * last / self.target).ceil() as u32;
        let change = |out| Change {
            from: current,
            out,
            complete: None,
        };
        if lasts(HIGH, &|point| point > self.target) {
            let base = cooling.filter(|change| change.out);
            let wanted =
                meets(base.map_or(current, |change| change.from)).clamp(self.min, self.max);
            if wanted > current {
                let from = base.map_or(current, |change| change.from);
                self.state.change = Some(Change {
                    from,
                    ..change(true)
                });
                return wanted;
            }
        } else if self.scale_in
            && cooling.is_none()
            && lasts(LOW, &|point| point < LOW_SHARE * self.target)
        {
            // Rounding the removed number down is rounding the kept number up.
            let wanted = meets(current).clamp(self.min, self.max);
            if wanted < current {
                self.state.change = Some(change(false));
                return wanted;
            }
        }
        current
    }
}

impl ScalingPolicy for TargetTracking {
    fn name(&self) -> &'static str {
        "target tracking"
    }

    fn initial(&self) -> u32 {
        self.min
    }

    fn interval(&self) -> Span {
        MINUTE
    }

    fn desired(&mut self, seen: &Observation) -> u32 {
        match self.point(seen) {
            Some(point) => self.state.points.push_back(point),
            None => self.state.points.clear(),
        }
        if self.state.points.len() > LOW {
            self.state.points.pop_front();
        }
        self.decide(seen).clamp(self.min, self.max)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The numbers of instances that a row of minutes leads to, with instances that serve at once.
    fn replay(policy: &mut TargetTracking, requests: &[u64]) -> Vec<u32> {
        let mut replicas = policy.initial();
        let minutes = (1_u64..).zip(requests);
        let step = |(minute, &arrivals): (u64, &u64)| {
            let seen = Observation {
                now: Span::from_nanos(minute * MINUTE.nanos()),
                interval: MINUTE,
                replicas,
                ready: replicas,
                slots: 1,
                arrivals,
                answers: arrivals,
                busy: arrivals as f64 / 60.0,
                waiting: 0.0,
                serving: f64::from(replicas),
                busy_now: 0,
                waiting_now: 0,
            };
            replicas = policy.desired(&seen);
            replicas
        };
        minutes.map(step).collect()
    }

    fn policy() -> TargetTracking {
        TargetTracking::new(TrackedMetric::InvocationsPerInstance, 100.0, 1, 10)
    }

    #[test]
    fn three_minutes_above_the_target_scale_out_in_proportion() {
        assert_eq!(replay(&mut policy(), &[350, 350, 350]), [1, 1, 4]);
        assert_eq!(replay(&mut policy(), &[350, 350, 90, 350]), [1, 1, 1, 1]);
        assert_eq!(replay(&mut policy(), &[9_000; 3]), [1, 1, 10]);
    }

    #[test]
    fn in_the_cooldown_only_a_larger_step_counts() {
        // 4 for 350; a rise to 420 a minute, 105 each, asks for 5 only after 5 minutes.
        let requests = [350, 350, 350, 420, 420, 420, 420, 420, 420, 420];
        let found = replay(&mut policy(), &requests);
        assert_eq!(found, [1, 1, 4, 4, 4, 4, 4, 4, 5, 5]);
        // 450 each is more than was decided for one instance: ceil(1 * 450 / 100) = 5 at once.
        let requests = [350, 350, 350, 1_800, 1_800, 1_800];
        assert_eq!(replay(&mut policy(), &requests), [1, 1, 4, 5, 5, 5]);
    }

    #[test]
    fn fifteen_minutes_below_nine_tenths_scale_in_and_a_cooldown_follows() {
        let mut policy = TargetTracking { min: 1, ..policy() };
        let mut requests = vec![400; 3];
        requests.extend([150; 40]);
        let found = replay(&mut policy, &requests);
        assert_eq!(found[2], 4);
        // 150 over 4 is 37.5 each: ceil(4 * 37.5 / 100) = 2 after 15 minutes.
        assert_eq!((found[16], found[17]), (4, 2));
        // 75 each is below 90, and 2 * 75 / 100 rounds up to 2: it stays.
        assert!(found[18..].iter().all(|&count| count == 2), "{found:?}");
    }

    #[test]
    fn between_nine_tenths_and_the_target_and_without_traffic_nothing_changes() {
        let mut requests = vec![400; 3];
        requests.extend([370; 30]);
        assert_eq!(replay(&mut policy(), &requests).last(), Some(&4));
        let mut requests = vec![400; 3];
        requests.extend([0; 60]);
        assert_eq!(replay(&mut policy(), &requests).last(), Some(&4));
        let mut never = TargetTracking {
            scale_in: false,
            ..policy()
        };
        let mut requests = vec![400; 3];
        requests.extend([10; 60]);
        assert_eq!(replay(&mut never, &requests).last(), Some(&4));
    }

    #[test]
    fn an_endpoint_that_is_being_updated_is_left_alone() {
        let mut policy = policy();
        let seen = |minute: u64, ready| Observation {
            now: Span::from_nanos(minute * MINUTE.nanos()),
            interval: MINUTE,
            replicas: 4,
            ready,
            slots: 1,
            arrivals: 2_000,
            answers: 100,
            busy: 1.0,
            waiting: 30.0,
            serving: f64::from(ready),
            busy_now: 1,
            waiting_now: 30,
        };
        for minute in 1..10 {
            assert_eq!(policy.desired(&seen(minute, 1)), 4);
        }
        assert_eq!(policy.desired(&seen(10, 4)), 10);
        policy.metric = TrackedMetric::ConcurrentRequests;
        assert_eq!(policy.point(&seen(11, 4)), Some(31.0 / 4.0));
        assert_eq!(policy.point(&seen(11, 0)), None);
    }
}
