//! A run of the pipeline on a design: when each stage ends, and what is paid for how long.

use catalog::Catalog;
use simulate::checkpoint::{self, Checkpointed};
use units::Span;
use workload::{Host, Placement};

use super::Unknown;
use crate::demand::{Demand, Stage, Work};
use crate::design::Design;
use crate::speed::{Estimate, On, Origin, Speeds};
use crate::{Range, Rented, Role, cloud_of, rent, start_time};

/// Machines that a run pays for.
#[derive(Debug, Clone, PartialEq)]
pub struct Use<'a> {
    /// For what.
    pub item: String,
    /// The machine.
    pub rented: Rented<'a>,
    /// How many.
    pub count: u32,
    /// How long each is paid.
    pub paid: Range<Span>,
    /// CPU seconds of work on all of them.
    pub busy: f64,
}

/// A stage as it is predicted.
#[derive(Debug, Clone, PartialEq)]
pub struct StageTime {
    /// Name of the step.
    pub name: String,
    /// From the end of the one before to its own.
    pub time: Range<Span>,
    /// Of it the wait for a machine.
    pub start: Range<Span>,
}

/// A run of the pipeline.
#[derive(Debug, Clone, PartialEq)]
pub struct PipelineRun<'a> {
    /// Stages in their order.
    pub stages: Vec<StageTime>,
    /// From the start to the trained and tested model.
    pub time: Estimate<Span>,
    /// What is paid.
    pub uses: Vec<Use<'a>>,
}

/// What designs are judged with.
#[derive(Clone, Copy)]
pub struct World<'a> {
    /// Prices.
    pub catalog: &'a Catalog,
    /// Speeds.
    pub speeds: &'a dyn Speeds,
}

impl std::fmt::Debug for World<'_> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("World").finish_non_exhaustive()
    }
}

/// A run of the pipeline on a design; with so many machines for trainings, or as many as the design gives them: SageMaker starts
/// one for each job, others share those of the placement.
pub fn pipeline<'a>(
    world: World<'a>,
    demand: &Demand,
    design: &Design,
    training_machines: Option<u32>,
) -> Result<PipelineRun<'a>, Unknown> {
    let mut run = Builder {
        world,
        design,
        stages: Vec::new(),
        uses: Vec::new(),
        now: Range::exact(Span::ZERO),
        up: Vec::new(),
        calibrated: true,
        methods: Vec::new(),
    };
    for stage in &demand.stages {
        run.stage(stage, training_machines)?;
    }
    Ok(run.finish())
}

struct Builder<'a, 'd> {
    world: World<'a>,
    design: &'d Design,
    stages: Vec<StageTime>,
    uses: Vec<Use<'a>>,
    now: Range<Span>,
    /// Machines that stay up between stages: their placement and the place of their use.
    up: Vec<(Placement, usize)>,
    calibrated: bool,
    methods: Vec<String>,
}

impl<'a> Builder<'a, '_> {
    fn stage(&mut self, stage: &Stage, training_machines: Option<u32>) -> Result<(), Unknown> {
        let place = self
            .design
            .place(stage.role)
            .unwrap_or(&self.design.prepare);
        let rented = rent(self.world.catalog, place, stage.role, &self.design.region)?;
        let on = On {
            cloud: rented.cloud,
            machine: rented.machine,
        };
        let mut times = Vec::new();
        let mut busy = Vec::new();
        for job in &stage.jobs {
            let time = self.time(job, on)?;
            times.push(with_restarts(time, &rented)?);
            busy.push(self.busy(job, on)?);
        }
        let own = if place.host == Host::SageMaker {
            times.len() as u32
        } else {
            place.count.max(1)
        };
        let asked = training_machines.filter(|_| stage.role == Role::Train);
        let count = asked.unwrap_or(own);
        let start = self.start(place, stage.role);
        let time = start.plus(makespan(&times, count))?;
        self.now = self.now.plus(time)?;
        self.stages.push(StageTime {
            name: stage.name.clone(),
            time,
            start,
        });
        if place.host != Host::SageMaker {
            let used = Use {
                item: stage.name.clone(),
                rented,
                count,
                paid: time,
                busy: busy.iter().sum(),
            };
            return self.keep(place, used);
        }
        // Each job is billed from the start of its work, on an instance of its own.
        let jobs = times.into_iter().zip(busy);
        self.uses.extend(jobs.map(|(paid, busy)| Use {
            item: stage.name.clone(),
            rented,
            count: 1,
            paid,
            busy,
        }));
        Ok(())
    }

    /// How long the stage waits for a machine: a job of SageMaker always, others unless one is up.
    fn start(&self, place: &Placement, role: Role) -> Range<Span> {
        let is_up = self.up.iter().any(|(up, _)| up == place);
        // The floor of a cluster is up before the run.
        let floor = place.host == Host::Eks && !place.spot && role != Role::Train;
        let own = place.host == Host::Own;
        if own || floor || (is_up && place.host != Host::SageMaker) {
            return Range::exact(Span::ZERO);
        }
        start_time(cloud_of(place.host)).unwrap_or(Range::exact(Span::ZERO))
    }

    /// Machines that are not SageMaker's stay up for later stages.
    fn keep(&mut self, place: &Placement, used: Use<'a>) -> Result<(), Unknown> {
        if let Some((_, at)) = self.up.iter().find(|(up, _)| up == place) {
            let before = &mut self.uses[*at];
            before.busy += used.busy;
            before.paid = before.paid.plus(used.paid)?;
            before.count = before.count.max(used.count);
            return Ok(());
        }
        self.up.push((place.clone(), self.uses.len()));
        self.uses.push(used);
        Ok(())
    }

    fn time(&mut self, job: &Work, on: On<'_>) -> Result<Range<Span>, Unknown> {
        let found = self
            .world
            .speeds
            .time(job, on)
            .ok_or_else(|| Unknown::Speed {
                machine: on.machine.name.clone(),
            })?;
        self.calibrated &= found.calibrated;
        if !self.methods.contains(&found.method) {
            self.methods.push(found.method);
        }
        Ok(found.range)
    }

    fn busy(&self, job: &Work, on: On<'_>) -> Result<f64, Unknown> {
        let ratio = self.world.speeds.cpu_ratio(job, on);
        let ratio = ratio.ok_or_else(|| Unknown::Speed {
            machine: on.machine.name.clone(),
        })?;
        Ok(job.cpu.as_seconds() * ratio)
    }

    fn finish(mut self) -> PipelineRun<'a> {
        // What prepares is up for the whole run.
        let prepares = self.up.iter().find(|(up, _)| *up == self.design.prepare);
        if let Some((_, at)) = prepares {
            self.uses[*at].paid = self.now;
        }
        PipelineRun {
            stages: self.stages,
            time: Estimate {
                range: self.now,
                origin: Origin::Predicted,
                method: self.methods.join("; "),
                calibrated: self.calibrated,
            },
            uses: self.uses,
        }
    }
}

/// Time to write a checkpoint: models of ours have a few megabytes.
const WRITE: Span = Span::from_nanos(1_000_000_000);

/// The time of a job on capacity that may be taken back: checkpoints by Young's interval, and what interruptions cost by Daly's
/// formula. A job that is shorter than the interval writes none.
fn with_restarts(time: Range<Span>, rented: &Rented<'_>) -> Result<Range<Span>, Unknown> {
    let Some(between) = rented.between_interruptions() else {
        return Ok(time);
    };
    let restart = start_time(rented.cloud).map_or(Span::ZERO, |start| start.mid);
    let interval = checkpoint::young(WRITE, between);
    time.try_map(|work| {
        if work == Span::ZERO {
            return Ok(work);
        }
        let run = Checkpointed {
            work,
            write: if work > interval { WRITE } else { Span::ZERO },
            interval: interval.min(work),
            restart,
            between_interruptions: between,
            wait: Span::ZERO,
        };
        Ok(run.expected()?.wall)
    })
}

/// The time of jobs on so many machines, longest first onto the machine that is free first; end by end.
fn makespan(times: &[Range<Span>], machines: u32) -> Range<Span> {
    let of = |end: fn(&Range<Span>) -> Span| {
        let mut jobs: Vec<u64> = times.iter().map(|time| end(time).nanos()).collect();
        jobs.sort_unstable_by(|a, b| b.cmp(a));
        let mut free = vec![0_u64; (machines.max(1) as usize).min(jobs.len().max(1))];
        for job in jobs {
            if let Some(first) = free.iter_mut().min() {
                *first = first.saturating_add(job);
            }
        }
        Span::from_nanos(free.into_iter().max().unwrap_or_default())
    };
    Range {
        low: of(|time| time.low),
        mid: of(|time| time.mid),
        high: of(|time| time.high),
    }
}

#[cfg(test)]
mod tests;
