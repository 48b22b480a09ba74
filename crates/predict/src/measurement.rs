//! What was measured of a step: runs on the local machine at several sizes and limits, and runs on rented types.

use catalog::Server;
use units::Bytes;

use crate::error::Unpredicted;

/// One run of a step on the local machine.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Run {
    /// Share of the whole data that it worked on; 1 is all of it.
    pub scale: f64,
    /// CPUs that it was allowed (its limit), in hardware threads.
    pub cpus: u32,
    /// Machines.
    pub machines: u32,
    /// Seconds on the clock.
    pub wall: f64,
    /// Seconds of CPU, of all threads.
    pub cpu: f64,
    /// Most memory at a time.
    pub peak: Bytes,
    /// Bytes read and written over the network in the cloud: the step's inputs and outputs.
    pub moved: Bytes,
}

impl Run {
    /// A run on one machine that was busy on all its CPUs.
    pub fn new(scale: f64, cpus: u32, wall: f64) -> Self {
        Self {
            scale,
            cpus,
            machines: 1,
            wall,
            cpu: wall * f64::from(cpus),
            peak: Bytes::new(0),
            moved: Bytes::new(0),
        }
    }

    /// On several machines.
    #[must_use]
    pub fn on(self, machines: u32) -> Self {
        Self { machines, ..self }
    }

    fn check(&self) -> Result<(), Unpredicted> {
        let figures = [
            ("scale", self.scale),
            ("cpus", f64::from(self.cpus)),
            ("machines", f64::from(self.machines)),
            ("wall", self.wall),
        ];
        figures
            .into_iter()
            .try_for_each(|(what, value)| positive(what, value))?;
        if self.cpu.is_finite() && self.cpu >= 0.0 {
            return Ok(());
        }
        Err(Unpredicted::Figure {
            what: "cpu",
            value: self.cpu,
        })
    }
}

/// A run of the whole step on a rented type, with all its CPUs and all the data.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Probe {
    /// The type.
    pub server: Server,
    /// Seconds on the clock.
    pub wall: f64,
}

/// A step, as far as it was measured.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Measurement {
    /// Runs on the local machine: at least one, at most [`MOST_RUNS`].
    pub runs: Vec<Run>,
    /// Runs on rented types, actuals of earlier predictions among them: at most [`MOST_PROBES`].
    pub probes: Vec<Probe>,
}

/// More runs than this are refused.
pub const MOST_RUNS: usize = 256;
/// More probes than this are refused.
pub const MOST_PROBES: usize = 64;

impl Measurement {
    pub(crate) fn check(&self) -> Result<(), Unpredicted> {
        if self.runs.is_empty() {
            return Err(Unpredicted::NoRuns);
        }
        let counts = [
            ("runs", self.runs.len(), MOST_RUNS),
            ("probes", self.probes.len(), MOST_PROBES),
        ];
        for (what, count, most) in counts {
            if count > most {
                return Err(Unpredicted::TooMany { what, count, most });
            }
        }
        self.runs.iter().try_for_each(Run::check)?;
        self.probes
            .iter()
            .try_for_each(|probe| positive("wall", probe.wall))
    }

    /// Memory that a share of the data needs: the most of any run with no more data, plus its growth with data beyond.
    ///
    /// ```
    /// use predict::{Measurement, Run};
    /// use units::Bytes;
    /// let run = |scale, mib| Run { peak: Bytes::from_mib(mib).unwrap(), ..Run::new(scale, 1, 1.0) };
    /// let measured = Measurement { runs: vec![run(0.5, 300), run(1.0, 500)], probes: vec![] };
    /// assert_eq!(measured.memory(2.0), Bytes::from_mib(900).unwrap());
    /// ```
    pub fn memory(&self, scale: f64) -> Bytes {
        grown(&self.runs, scale, |run| run.peak)
    }

    /// Bytes that a share of the data moves.
    pub fn moved(&self, scale: f64) -> Bytes {
        grown(&self.runs, scale, |run| run.moved)
    }
}

pub(crate) fn positive(what: &'static str, value: f64) -> Result<(), Unpredicted> {
    if value.is_finite() && value > 0.0 {
        Ok(())
    } else {
        Err(Unpredicted::Figure { what, value })
    }
}

/// The straight line through the smallest and the largest size; through zero where there is one size. Never less than any run of no
/// more data took.
fn grown(runs: &[Run], scale: f64, of: fn(&Run) -> Bytes) -> Bytes {
    let amount = |run: &Run| of(run).get() as f64;
    let most_at = |at: f64| {
        let there = runs.iter().filter(|run| (run.scale - at).abs() < 1e-9);
        there.map(amount).fold(0.0, f64::max)
    };
    let small = runs
        .iter()
        .map(|run| run.scale)
        .fold(f64::INFINITY, f64::min);
    let large = runs.iter().map(|run| run.scale).fold(0.0, f64::max);
    let slope = if large - small > 1e-9 {
        (most_at(large) - most_at(small)).max(0.0) / (large - small)
    } else {
        most_at(large) / large.max(f64::MIN_POSITIVE)
    };
    let line = most_at(large) + slope * (scale - large);
    let seen = runs
        .iter()
        .filter(|run| run.scale <= scale)
        .map(amount)
        .fold(0.0, f64::max);
    Bytes::new(line.max(seen).ceil() as u64)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn memory_grows_with_data_and_is_never_below_what_was_seen() {
        let run = |scale, peak| Run {
            peak: Bytes::new(peak),
            ..Run::new(scale, 1, 1.0)
        };
        let one = Measurement {
            runs: vec![run(0.5, 100)],
            probes: vec![],
        };
        assert_eq!(one.memory(1.0), Bytes::new(200));
        let three = Measurement {
            runs: vec![run(0.1, 50), run(0.5, 400), run(1.0, 300)],
            probes: vec![],
        };
        assert_eq!(three.memory(0.6), Bytes::new(400));
        assert_eq!(three.memory(1.0), Bytes::new(400));
        assert_eq!(three.moved(1.0), Bytes::new(0));
    }

    #[test]
    fn what_cannot_be_is_refused() {
        let of = |run: Run| Measurement {
            runs: vec![run],
            probes: vec![],
        };
        let good = Run::new(1.0, 2, 3.0);
        assert_eq!(of(good).check(), Ok(()));
        let cases = [
            (
                Run { scale: 0.0, ..good },
                "`scale` is 0, expected a number above zero",
            ),
            (
                Run { cpus: 0, ..good },
                "`cpus` is 0, expected a number above zero",
            ),
            (
                Run {
                    wall: f64::NAN,
                    ..good
                },
                "`wall` is NaN, expected a number above zero",
            ),
            (
                Run { cpu: -1.0, ..good },
                "`cpu` is -1, expected a number above zero",
            ),
        ];
        for (run, message) in cases {
            assert_eq!(of(run).check().unwrap_err().to_string(), message);
        }
        assert_eq!(Measurement::default().check(), Err(Unpredicted::NoRuns));
        let many = Measurement {
            runs: vec![good; MOST_RUNS + 1],
            probes: vec![],
        };
        assert_eq!(
            many.check().unwrap_err().to_string(),
            "257 runs were measured, at most 256 are used"
        );
    }
}
