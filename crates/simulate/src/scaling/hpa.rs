//! The Horizontal Pod Autoscaler of Kubernetes, version 2, as its documentation defines it.
//!
//! `desired = ceil(pods * metric / target)`; nothing happens while the ratio is within the tolerance of 1. The metric is the
//! number of requests a pod, served or waiting. Pods that are not ready count as meeting the target when the others ask for
//! fewer pods and as idle when they ask for more; a ratio that turns round by that, or falls within the tolerance, changes
//! nothing. Then the highest recommendation of the last five minutes counts when scaling down, and the speed of a change is
//! limited by rules over a window.

use std::collections::VecDeque;

use units::Span;

use super::{Observation, ScalingPolicy};

/// The autoscaler with its settings.
#[derive(Debug, Clone, PartialEq)]
pub struct HorizontalPodAutoscaler {
    /// Requests a pod that are aimed at.
    pub target: f64,
    /// Fewest pods.
    pub min: u32,
    /// Most pods.
    pub max: u32,
    /// Pods at the beginning.
    pub initial: u32,
    /// Distance of the ratio to 1 within which nothing happens.
    pub tolerance: f64,
    /// Time between two decisions.
    pub sync: Span,
    /// How it scales up.
    pub up: Behavior,
    /// How it scales down.
    pub down: Behavior,
    state: State,
}

/// How fast a direction may go.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Behavior {
    /// The most careful recommendation within it counts.
    pub stabilization: Span,
    /// Limits; none, no change.
    pub policies: Vec<RateLimit>,
    /// Which of several limits counts.
    pub select: Select,
}

/// A limit of change within a period.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum RateLimit {
    /// So many pods.
    Pods {
        /// How many.
        value: u32,
        /// Within this time.
        period: Span,
    },
    /// So many percent of the pods at its beginning.
    Percent {
        /// How many.
        value: u32,
        /// Within this time.
        period: Span,
    },
}

/// Which of several limits counts.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Select {
    /// The one that lets change most.
    Max,
    /// The one that lets change least.
    Min,
    /// No change in this direction.
    Disabled,
}

#[derive(Debug, Clone, Default, PartialEq, Eq)]
struct State {
    recommendations: VecDeque<(Span, u32)>,
    /// Moment and size of each change, up and down.
    ups: VecDeque<(Span, u32)>,
    downs: VecDeque<(Span, u32)>,
}

const SECOND: u64 = 1_000_000_000;
/// Longest window of Kubernetes; what is older is forgotten.
const LONGEST: u64 = 3_600 * SECOND;

impl HorizontalPodAutoscaler {
    /// With Kubernetes' defaults.
    pub fn new(target: f64, min: u32, max: u32) -> Self {
        let period = Span::from_nanos(15 * SECOND);
        let all = RateLimit::Percent { value: 100, period };
        Self {
            target,
            min,
            max,
            initial: min,
            tolerance: 0.1,
            sync: period,
            up: Behavior {
                stabilization: Span::ZERO,
                policies: vec![all, RateLimit::Pods { value: 4, period }],
                select: Select::Max,
            },
            down: Behavior {
                stabilization: Span::from_nanos(300 * SECOND),
                policies: vec![all],
                select: Select::Max,
            },
            state: State::default(),
        }
    }

    /// Pods for a metric summed over those that are ready; `pods` are all, ready or not.
    fn recommend(&self, pods: u32, ready: u32, total: f64) -> u32 {
        if ready == 0 {
            return pods;
        }
        let near = |ratio: f64| (ratio - 1.0).abs() <= self.tolerance + 1e-12;
        let ratio = total / f64::from(ready) / self.target;
        if near(ratio) {
            return pods;
        }
        if pods == ready {
            return ceil(ratio * f64::from(ready));
        }
        let starting = f64::from(pods - ready);
        let assumed = if ratio < 1.0 {
            starting * self.target
        } else {
            0.0
        };
        let again = (total + assumed) / f64::from(pods) / self.target;
        if near(again) || (again > 1.0) != (ratio > 1.0) {
            return pods;
        }
        ceil(again * f64::from(pods))
    }

    /// The most careful of the recommendations within the windows.
    fn stabilize(&mut self, now: Span, current: u32, wanted: u32) -> u32 {
        let state = &mut self.state.recommendations;
        if state.is_empty() {
            // What it finds is its first recommendation, so that a fresh endpoint is not scaled down at once.
            state.push_back((Span::ZERO, current));
        }
        state.push_back((now, wanted));
        state.retain(|(at, _)| now.nanos() - at.nanos() <= LONGEST);
        let within = |window: Span| {
            let recent = state.iter().filter(move |(at, _)| {
                // The newest counts whatever the window.
                *at == now || now.nanos() - at.nanos() < window.nanos()
            });
            recent.map(|(_, wanted)| *wanted)
        };
        let up = within(self.up.stabilization).min().unwrap_or(wanted);
        let down = within(self.down.stabilization).max().unwrap_or(wanted);
        current.max(up).min(down)
    }

    /// No faster than the rules of the direction allow.
    fn limit(&self, now: Span, current: u32, wanted: u32) -> u32 {
        if wanted > current {
            let allowed = |rule: &RateLimit| {
                let (value, period) = rule.parts();
                let start = current.saturating_sub(within(&self.state.ups, now, period));
                match rule {
                    RateLimit::Pods { .. } => start.saturating_add(value),
                    RateLimit::Percent { .. } => {
                        ceil(f64::from(start) * (1.0 + f64::from(value) / 100.0))
                    }
                }
            };
            let limits = self.up.policies.iter().map(allowed);
            let limit = match self.up.select {
                Select::Max => limits.max(),
                Select::Min => limits.min(),
                Select::Disabled => None,
            };
            return wanted.min(limit.unwrap_or(current).max(current));
        }
        let allowed = |rule: &RateLimit| {
            let (value, period) = rule.parts();
            let start = current.saturating_add(within(&self.state.downs, now, period));
            match rule {
                RateLimit::Pods { .. } => start.saturating_sub(value),
                // Rounded down, so that a share of a pod is a whole one.
                RateLimit::Percent { .. } => {
                    (f64::from(start) * (1.0 - f64::from(value.min(100)) / 100.0)) as u32
                }
            }
        };
        let limits = self.down.policies.iter().map(allowed);
        let limit = match self.down.select {
            Select::Max => limits.min(),
            Select::Min => limits.max(),
            Select::Disabled => None,
        };
        wanted.max(limit.unwrap_or(current).min(current))
    }
}

impl RateLimit {
    fn parts(self) -> (u32, Span) {
        match self {
            Self::Pods { value, period } | Self::Percent { value, period } => (value, period),
        }
    }
}

/// Rounded up, except for what arithmetic adds.
fn ceil(value: f64) -> u32 {
    (value - 1e-9).ceil().max(0.0) as u32
}

/// Sum of the changes within a period before now.
fn within(changes: &VecDeque<(Span, u32)>, now: Span, period: Span) -> u32 {
    let recent = changes
        .iter()
        .filter(|(at, _)| now.nanos() - at.nanos() < period.nanos());
    recent.map(|(_, size)| *size).sum()
}

impl ScalingPolicy for HorizontalPodAutoscaler {
    fn name(&self) -> &'static str {
        "horizontal pod autoscaler"
    }

    fn initial(&self) -> u32 {
        self.initial.clamp(self.min, self.max)
    }

    fn interval(&self) -> Span {
        self.sync
    }

    fn desired(&mut self, seen: &Observation) -> u32 {
        let now = seen.now;
        let total = seen.busy_now as f64 + seen.waiting_now as f64;
        let wanted = self.recommend(seen.replicas, seen.ready, total);
        let wanted = wanted.clamp(self.min, self.max);
        let wanted = self.stabilize(now, seen.replicas, wanted);
        let wanted = self
            .limit(now, seen.replicas, wanted)
            .clamp(self.min, self.max);
        let state = &mut self.state;
        if wanted > seen.replicas {
            state.ups.push_back((now, wanted - seen.replicas));
        } else if wanted < seen.replicas {
            state.downs.push_back((now, seen.replicas - wanted));
        }
        for changes in [&mut state.ups, &mut state.downs] {
            changes.retain(|(at, _)| now.nanos() - at.nanos() <= LONGEST);
        }
        wanted
    }
}

#[cfg(test)]
mod tests;
