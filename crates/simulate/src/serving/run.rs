//! One repetition or many.

use super::endpoint::Endpoint;
use super::outcome::{Outcome, Repetitions};
use super::setting::Serving;
use crate::error::SimulateError;
use crate::random::Stream;
use crate::scaling::ScalingPolicy;
use crate::trace::Trace;

/// Most repetitions of one simulation.
pub const REPETITIONS: u32 = 1_000;

/// An endpoint under traffic.
#[derive(Debug, Clone)]
pub struct Simulation<'a> {
    /// The endpoint.
    pub serving: &'a Serving,
    /// The traffic.
    pub trace: &'a Trace,
    /// How many times the trace's traffic.
    pub traffic: f64,
}

impl Simulation<'_> {
    /// One repetition. The same seed and policy give the same outcome.
    ///
    /// ```
    /// use simulate::{Fixed, ServiceTimes, Serving, Simulation, Trace};
    ///
    /// let times = ServiceTimes::Constant("20 ms".parse()?);
    /// let serving = Serving::new(times, 1, "60 s".parse()?, "100 ms".parse()?);
    /// let trace = Trace::constant("10 /s".parse()?, "1 h".parse()?)?;
    /// let simulation = Simulation { serving: &serving, trace: &trace, traffic: 1.0 };
    /// let outcome = simulation.run(&mut Fixed(1), 42)?;
    /// assert!((outcome.utilization - 0.2).abs() < 0.01);
    /// assert_eq!(outcome.paid_on_demand.to_string(), "1 h");
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    pub fn run(&self, policy: &mut dyn ScalingPolicy, seed: u64) -> Result<Outcome, SimulateError> {
        self.serving.check(self.trace.duration())?;
        let arrivals = self
            .trace
            .arrivals(self.traffic, &mut Stream::new(seed, 0))?;
        let end = self.trace.duration().nanos();
        let endpoint = Endpoint::new(self.serving, &arrivals, end, seed);
        Ok(endpoint.run(policy))
    }

    /// Repetitions with one seed after the other, each with a policy of its own.
    pub fn repeat(
        &self,
        policy: impl Fn() -> Box<dyn ScalingPolicy>,
        seed: u64,
        repetitions: u32,
    ) -> Result<Repetitions, SimulateError> {
        if !(1..=REPETITIONS).contains(&repetitions) {
            return Err(SimulateError::Setting {
                setting: "repetitions",
                found: repetitions.to_string(),
                expected: "a number from 1 to 1000",
            });
        }
        let seeds = (0..u64::from(repetitions)).map(|nth| seed.wrapping_add(nth));
        let outcomes = seeds.map(|seed| self.run(policy().as_mut(), seed));
        Ok(Repetitions(outcomes.collect::<Result<_, _>>()?))
    }
}
