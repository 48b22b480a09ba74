//! An unknown step: from runs here, and maybe on rented types, to any machine.
//!
//! Ernest's form splits the step into what runs on one core and what runs on all; each part is carried to the machine by what is
//! published of both, as one more draw from the published workloads of its kind.

use crate::class_model::NORMAL;
use crate::columns::Kind;
use crate::credits::{Credits, baseline};
use crate::ernest::Ernest;
use crate::error::Unpredicted;
use crate::hardware::Hardware;
use crate::measurement::{Measurement, Probe, positive};
use crate::prediction::{Method, Prediction};
use crate::prior::{Observation, Place, Posterior, Prior};
use crate::process::Normal;
use crate::reach::{LIMITS, reach};

/// Up to here predictions from local runs alone were proven.
pub const MOST_LOCAL_VCPUS: u32 = 32;
/// A probe's wall time less the other part's prediction is at least this share of it.
const LEAST_LEFT: f64 = 0.2;

/// What is to be predicted.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Wanted {
    /// Share of the data.
    pub scale: f64,
    /// Hardware threads of each machine; all of them if none is given.
    pub cpus: Option<u32>,
    /// Machines.
    pub machines: u32,
    /// The state of a type that runs on credits, which must be named.
    pub credits: Option<Credits>,
}

impl Default for Wanted {
    fn default() -> Self {
        Self {
            scale: 1.0,
            cpus: None,
            machines: 1,
            credits: None,
        }
    }
}

/// Predicts a step that nobody published.
#[derive(Debug, Clone)]
pub struct Predictor {
    measured: Measurement,
    local: Hardware,
    step: Ernest,
    serial: Posterior,
    parallel: Posterior,
    /// Something of the local machine itself was not measured.
    is_local_known: bool,
}

impl Predictor {
    /// From what was measured on this machine.
    ///
    /// ```
    /// use catalog::Cloud;
    /// use predict::{Hardware, Measurement, Predictor, Run, Wanted};
    ///
    /// let local = Hardware::published(Cloud::Aws, "m5.xlarge").unwrap();
    /// let runs = vec![Run::new(1.0, 1, 38.0), Run::new(1.0, 2, 20.0)];
    /// let predictor = Predictor::new(&Measurement { runs, probes: vec![] }, &local)?;
    /// let larger = Hardware::published(Cloud::Aws, "c6i.4xlarge").unwrap();
    /// let time = predictor.time(&larger, &Wanted::default())?;
    /// assert!(time.low < time.mid && time.mid < 10.0 && time.calibrated);
    /// # Ok::<(), predict::Unpredicted>(())
    /// ```
    pub fn new(measured: &Measurement, local: &Hardware) -> Result<Self, Unpredicted> {
        measured.check()?;
        let most = measured.runs.iter().map(|run| run.cpus).max();
        if let Some(wanted) = most.filter(|cpus| *cpus > local.vcpus) {
            let has = local.vcpus;
            return Err(Unpredicted::Cpus { wanted, has });
        }
        let step = Ernest::fit(&measured.runs, |cpus| local.capacity(cpus));
        let here = |kind, speed| Observation {
            place: Prior::all(kind).of(local),
            speed,
        };
        // Speeds are counted in cores of the local machine.
        let serial = here(Kind::Serial, 0.0);
        let parallel = here(Kind::Parallel, local.capacity(local.vcpus).ln());
        let is_local_known = serial.place.doubt == 0.0 && parallel.place.doubt == 0.0;
        let mut predictor = Self {
            serial: Posterior::of(vec![serial.clone()]),
            parallel: Posterior::of(vec![parallel.clone()]),
            measured: measured.clone(),
            local: local.clone(),
            is_local_known,
            step,
        };
        let seen = measured
            .probes
            .iter()
            .filter_map(|probe| predictor.probe(probe));
        let (mut serials, mut parallels) = (vec![serial], vec![parallel]);
        for (kind, observation) in seen {
            match kind {
                Kind::Serial => serials.push(observation),
                Kind::Parallel => parallels.push(observation),
            }
        }
        predictor.serial = Posterior::of(serials);
        predictor.parallel = Posterior::of(parallels);
        Ok(predictor)
    }

    /// How the step grows with data, cores and machines, on this machine.
    pub const fn step(&self) -> &Ernest {
        &self.step
    }

    /// What a probe says of the step's larger part.
    fn probe(&self, probe: &Probe) -> Option<(Kind, Observation)> {
        let machine = Hardware::of_server(probe.server)?;
        let (serial, parallel) = self.parts(1.0, 1);
        let kind = if parallel >= serial {
            Kind::Parallel
        } else {
            Kind::Serial
        };
        let [serials, parallels] = self.at(&machine);
        let (own, other) = match kind {
            Kind::Serial => (serial, parallel * (-parallels.mean).exp()),
            Kind::Parallel => (parallel, serial * (-serials.mean).exp()),
        };
        let left = (probe.wall - other).max(LEAST_LEFT * probe.wall);
        let observation = Observation {
            place: Prior::all(kind).of(&machine),
            speed: (own / left).ln(),
        };
        observation.speed.is_finite().then_some((kind, observation))
    }

    /// Seconds on one core, and core seconds on all.
    fn parts(&self, scale: f64, machines: u32) -> (f64, f64) {
        let serial = self.step.fixed + self.step.serial * scale;
        (serial, self.step.parallel * scale / f64::from(machines))
    }

    fn at(&self, machine: &Hardware) -> [Normal; 2] {
        let at = |kind, posterior: &Posterior| posterior.at(&Prior::all(kind).of(machine));
        [
            at(Kind::Serial, &self.serial),
            at(Kind::Parallel, &self.parallel),
        ]
    }

    /// Seconds on the clock.
    pub fn time(&self, machine: &Hardware, wanted: &Wanted) -> Result<Prediction, Unpredicted> {
        let cpus = self.check(machine, wanted)?;
        let moved = self.measured.moved(wanted.scale).get() as f64 * 8.0;
        let transfer = machine
            .network_gbps
            .map_or(0.0, |gbps| moved / (gbps * 1e9));
        let mut time = if *machine == self.local {
            self.on_this_machine(cpus, wanted)
        } else {
            self.elsewhere(machine, cpus, wanted)
        };
        if machine.is_burstable {
            time = with_credits(time, machine, wanted)?;
        }
        // Nothing is faster than its data arrives.
        Ok(Prediction {
            low: time.low.max(transfer),
            mid: time.mid.max(transfer),
            high: time.high.max(transfer),
            ..time
        })
    }

    /// Whole steps a second.
    pub fn throughput(
        &self,
        machine: &Hardware,
        wanted: &Wanted,
    ) -> Result<Prediction, Unpredicted> {
        Ok(self.time(machine, wanted)?.dividing(wanted.scale))
    }

    /// Seconds of one request that took `here` seconds on this machine: it runs on one thread.
    pub fn latency(
        &self,
        machine: &Hardware,
        here: f64,
        credits: Option<Credits>,
    ) -> Result<Prediction, Unpredicted> {
        positive("here", here)?;
        let wanted = Wanted {
            credits,
            ..Wanted::default()
        };
        if machine.is_burstable && credits.is_none() {
            return Err(Unpredicted::Credits);
        }
        let place = Prior::all(Kind::Serial).of(machine);
        let found = self.serial.at(&place);
        let half = reach(Kind::Serial, self.measured.probes.len()) * found.deviation;
        let calibrated = self.is_local_known && place.doubt == 0.0;
        let half = half.hypot(NORMAL * place.doubt);
        let latency =
            Prediction::of_logarithm(here.ln() - found.mean, half, self.method(), calibrated);
        if machine.is_burstable {
            return with_credits(latency, machine, &wanted);
        }
        Ok(latency)
    }

    fn method(&self) -> Method {
        if self.measured.probes.is_empty() {
            Method::Local
        } else {
            Method::Probes
        }
    }

    fn check(&self, machine: &Hardware, wanted: &Wanted) -> Result<u32, Unpredicted> {
        positive("scale", wanted.scale)?;
        positive("machines", f64::from(wanted.machines))?;
        let cpus = wanted.cpus.unwrap_or(machine.vcpus);
        positive("cpus", f64::from(cpus))?;
        if cpus > machine.vcpus {
            return Err(Unpredicted::Cpus {
                wanted: cpus,
                has: machine.vcpus,
            });
        }
        let needs = self.measured.memory(wanted.scale);
        if needs > machine.memory {
            let has = machine.memory;
            return Err(Unpredicted::Memory { needs, has });
        }
        if machine.is_burstable && wanted.credits.is_none() {
            return Err(Unpredicted::Credits);
        }
        Ok(cpus)
    }

    fn on_this_machine(&self, cpus: u32, wanted: &Wanted) -> Prediction {
        let capacity = self.local.capacity(cpus);
        let seconds = self.step.seconds(wanted.scale, capacity, wanted.machines);
        let limits = self.measured.runs.iter().map(|run| run.cpus);
        // Proven from one limit to its double or half.
        let near = |limit: u32| limit <= cpus * 2 && cpus <= limit * 2;
        let calibrated = limits.into_iter().any(near) && self.is_proven(wanted);
        Prediction::of_logarithm(seconds.ln(), LIMITS, Method::Limits, calibrated)
    }

    fn elsewhere(&self, machine: &Hardware, cpus: u32, wanted: &Wanted) -> Prediction {
        let places: [Place; 2] =
            [Kind::Serial, Kind::Parallel].map(|kind| Prior::all(kind).of(machine));
        let found = [self.serial.at(&places[0]), self.parallel.at(&places[1])];
        let probes = self.measured.probes.len();
        let reach_of = |kind: Kind, slot: usize| {
            (reach(kind, probes) * found[slot].deviation).hypot(NORMAL * places[slot].doubt)
        };
        let halves = [reach_of(Kind::Serial, 0), reach_of(Kind::Parallel, 1)];
        let limit = machine.capacity(machine.vcpus) / machine.capacity(cpus);
        let (serial, parallel) = self.parts(wanted.scale, wanted.machines);
        let together = self.step.seconds(0.0, 1.0, wanted.machines) - self.step.fixed;
        // Both parts err together at worst.
        let at = |side: f64| {
            serial * (side * halves[0] - found[0].mean).exp()
                + parallel * limit * (side * halves[1] - found[1].mean).exp()
                + together
        };
        let known = self.is_local_known && places.iter().all(|place| place.doubt == 0.0);
        let small = probes > 0 || machine.vcpus <= MOST_LOCAL_VCPUS;
        Prediction {
            low: at(-1.0),
            mid: at(0.0),
            high: at(1.0),
            level: crate::prediction::LEVEL,
            method: self.method(),
            calibrated: known && small && cpus == machine.vcpus && self.is_proven(wanted),
        }
    }

    /// One machine, and no more data than was measured.
    fn is_proven(&self, wanted: &Wanted) -> bool {
        let scales = self.measured.runs.iter().map(|run| run.scale);
        wanted.machines == 1 && wanted.scale <= scales.fold(0.0, f64::max)
    }
}

/// As long as the credits last, or at the share that is left without.
fn with_credits(
    time: Prediction,
    machine: &Hardware,
    wanted: &Wanted,
) -> Result<Prediction, Unpredicted> {
    let time = Prediction {
        calibrated: false,
        ..time
    };
    match wanted.credits {
        None => Err(Unpredicted::Credits),
        Some(Credits::Full) => Ok(time),
        Some(Credits::Spent) => {
            let share = machine.server.and_then(baseline);
            let share = share.ok_or(Unpredicted::Baseline)?;
            Ok(time.times(1.0 / share))
        }
    }
}

#[cfg(test)]
mod tests;
