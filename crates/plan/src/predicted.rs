//! Speeds by prediction: from what was measured on this machine to any machine of the catalog.

use std::collections::BTreeMap;
use std::sync::{Mutex, PoisonError};

use catalog::{Cloud, Machine, Server};
use predict::{Credits, Hardware, Measurement, Prediction, Predictor, Run, Unpredicted, Wanted};
use units::{Bytes, Span};

use crate::Range;
use crate::demand::{Demand, Serving, Work};
use crate::speed::{Estimate, On, Origin, Speeds};

/// From the 90 % interval of a prediction (5 and 95 %) to the ends of a range (10 and 90 %), in logarithms.
const NARROWER: f64 = 1.281_551_6 / 1.644_853_6;
/// A shorter time is not told apart from the start of a process.
const LEAST_SECONDS: f64 = 0.001;

/// Times by job, cloud and type.
type Times = BTreeMap<(usize, Cloud, String), Option<Estimate<Span>>>;

/// Speeds by prediction.
#[derive(Debug)]
pub struct Predicted {
    local: Hardware,
    /// One for each job, by its times.
    jobs: Vec<(Work, Predictor)>,
    /// One for the endpoint: a request runs on one thread.
    request: Option<Predictor>,
    /// Times by job and type: the same in every region.
    times: Mutex<Times>,
}

impl Predicted {
    /// From what a workload asked for on this machine.
    pub fn new(demand: &Demand, local: Hardware) -> Result<Self, Unpredicted> {
        let mut jobs: Vec<(Work, Predictor)> = Vec::new();
        for work in demand.stages.iter().flat_map(|stage| &stage.jobs) {
            if !jobs.iter().any(|(known, _)| known == work) {
                jobs.push((work.clone(), predictor(run_of(work, &local), &local)?));
            }
        }
        let request = demand
            .serving
            .as_ref()
            .map(|serving| {
                let mean = serving.mean_service_seconds().max(LEAST_SECONDS);
                predictor(Run::new(1.0, 1, mean), &local)
            })
            .transpose()?;
        Ok(Self {
            local,
            jobs,
            request,
            times: Mutex::new(BTreeMap::new()),
        })
    }

    fn predict(&self, job: usize, on: On<'_>) -> Option<Estimate<Span>> {
        let hardware = hardware(on)?;
        let wanted = Wanted {
            credits: hardware.is_burstable.then_some(Credits::Full),
            ..Wanted::default()
        };
        let (_, predictor) = &self.jobs[job];
        let found = predictor.time(&hardware, &wanted).ok()?;
        Some(estimate(&found).map(Range::from_seconds))
    }
}

impl<T> Estimate<T> {
    /// The same estimate in another form.
    fn map<U>(self, change: impl Fn(Range<T>) -> Range<U>) -> Estimate<U> {
        Estimate {
            range: change(self.range),
            origin: self.origin,
            method: self.method,
            calibrated: self.calibrated,
        }
    }
}

impl Speeds for Predicted {
    fn time(&self, work: &Work, on: On<'_>) -> Option<Estimate<Span>> {
        let job = self.jobs.iter().position(|(known, _)| known == work)?;
        let key = (job, on.cloud, on.machine.name.clone());
        let mut times = self.times.lock().unwrap_or_else(PoisonError::into_inner);
        times
            .entry(key)
            .or_insert_with(|| self.predict(job, on))
            .clone()
    }

    fn slowdown(&self, serving: &Serving, on: On<'_>) -> Option<Estimate<f64>> {
        let hardware = hardware(on)?;
        let mean = serving.mean_service_seconds().max(LEAST_SECONDS);
        let busy = serving.rate_a_second() * mean / f64::from(hardware.vcpus);
        let credits = hardware.is_burstable.then(|| {
            let kept = hardware.server.and_then(predict::baseline).unwrap_or(0.0);
            // Below its baseline a machine earns credits faster than it spends them.
            if busy < kept {
                Credits::Full
            } else {
                Credits::Spent
            }
        });
        let found = self
            .request
            .as_ref()?
            .latency(&hardware, mean, credits)
            .ok()?;
        Some(estimate(&found.times(1.0 / mean)))
    }

    fn cpu_ratio(&self, work: &Work, on: On<'_>) -> Option<f64> {
        let here = run_of(work, &self.local);
        let found = self.time(work, on)?;
        // CPU seconds of the same work follow the speed of a thread; where it runs on several, their number is the local one's.
        let hardware = hardware(on)?;
        let threads = (here.cpu / here.wall).clamp(1.0, f64::from(hardware.vcpus));
        Some(found.range.mid.as_seconds() * threads / here.cpu.max(LEAST_SECONDS))
    }
}

fn predictor(run: Run, local: &Hardware) -> Result<Predictor, Unpredicted> {
    let measured = Measurement {
        runs: vec![run],
        probes: Vec::new(),
    };
    Predictor::new(&measured, local)
}

/// A job as one run: what waited for others or for a disk is not its own time, so that a job of one thread counts by its CPU.
fn run_of(work: &Work, local: &Hardware) -> Run {
    let (wall, cpu) = (work.wall.as_seconds(), work.cpu.as_seconds());
    Run {
        wall: wall.min(cpu).max(LEAST_SECONDS),
        cpu: cpu.max(LEAST_SECONDS),
        peak: work.peak,
        moved: Bytes::new(work.read.get().saturating_add(work.written.get())),
        ..Run::new(1.0, work.cpus.clamp(1, local.vcpus), LEAST_SECONDS)
    }
}

/// A machine of the catalog, or one of which only sizes are known.
fn hardware(on: On<'_>) -> Option<Hardware> {
    match Server::find(on.cloud, &on.machine.name) {
        Some(server) => Hardware::of_server(server),
        None => described(on.machine),
    }
}

/// A machine of which nothing was measured: its speeds are put in their place by its sizes, and its interval is wider.
fn described(machine: &Machine) -> Option<Hardware> {
    let vcpus = machine.vcpus?;
    Some(Hardware {
        server: None,
        vcpus,
        cores: vcpus.div_ceil(2),
        memory: machine.memory?,
        cache_mib: None,
        is_arm: false,
        is_amd: false,
        cpu_model: String::new(),
        is_burstable: false,
        network_gbps: None,
        accelerators: 0,
        speeds: [None; predict::MICRO.len()],
    })
}

fn estimate(found: &Prediction) -> Estimate<f64> {
    let end = |end: f64| found.mid * (end / found.mid).powf(NARROWER);
    Estimate {
        range: Range {
            low: end(found.low),
            mid: found.mid,
            high: end(found.high),
        },
        origin: Origin::Predicted,
        method: found.method.name().to_owned(),
        calibrated: found.calibrated,
    }
}

#[cfg(test)]
mod tests {
    use catalog::Catalog;

    use super::*;
    use crate::example::demand;

    fn on(cloud: Cloud, name: &str) -> On<'static> {
        let machine = Catalog::shipped()
            .snapshot(cloud)
            .and_then(|all| all.machine(name));
        On {
            cloud,
            machine: machine.unwrap(),
        }
    }

    fn speeds() -> Predicted {
        let local = Hardware::published(Cloud::Aws, "c5.large").unwrap();
        Predicted::new(&demand(), local).unwrap()
    }

    #[test]
    fn a_newer_processor_is_faster_and_its_interval_holds_the_figure() {
        let (speeds, demand) = (speeds(), demand());
        let work = &demand.stages[1].jobs[0];
        let time = |name| speeds.time(work, on(Cloud::Aws, name)).unwrap();
        let (older, newer) = (time("c4.large"), time("c7i.large"));
        assert!(newer.range.mid < older.range.mid, "{newer:?} {older:?}");
        for found in [older, newer] {
            assert!(found.range.low < found.range.mid && found.range.mid < found.range.high);
            assert_eq!(found.method, "local runs alone");
        }
    }

    #[test]
    fn an_endpoint_on_the_machine_that_was_measured_is_as_fast_as_here() {
        let (speeds, demand) = (speeds(), demand());
        let serving = demand.serving.as_ref().unwrap();
        let slowdown = speeds
            .slowdown(serving, on(Cloud::Aws, "c5.large"))
            .unwrap();
        assert!((slowdown.range.mid - 1.0).abs() < 0.1, "{slowdown:?}");
    }
}
