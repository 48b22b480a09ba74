//! Energy and emissions of a machine for a time: both methods, and the range between them.

use units::{GramsCo2, Joules, Share, Span};

use super::{
    Accelerator, Compute, CpuLoad, Footprint, country_grid, factors, ram_watts_by_capacity,
};
use crate::{Cloud, Machine};

/// What CodeCarbon takes for a thread of a processor that it does not know.
const UNKNOWN_WATTS_A_THREAD: f64 = 4.0;
const JOULES_A_KILOWATT_HOUR: f64 = 3_600_000.0;
const SECONDS_AN_HOUR: f64 = 3_600.0;

/// How a machine is used.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Usage {
    /// For how long.
    pub span: Span,
    /// Mean share of its CPUs that is busy.
    pub utilization: Share,
    /// Mean share of its accelerators that is busy.
    pub accelerator_utilization: Share,
}

/// Both methods. What one of them has no coefficient for is unknown, and said.
#[derive(Debug, Clone, PartialEq)]
pub struct Estimate {
    /// Cloud Carbon Footprint.
    pub ccf: Option<Footprint>,
    /// CodeCarbon, for a processor that it does not know: 4 W a thread.
    pub codecarbon: Option<Footprint>,
    /// What is assumed or missing.
    pub notes: Vec<String>,
}

impl Estimate {
    /// The lower and the higher energy, where a method knows it.
    pub fn energy(&self) -> Option<(Joules, Joules)> {
        let (low, high) = self.range(|found| found.kilowatt_hours)?;
        let joules = |kilowatt_hours: f64| {
            Joules::from_micros((kilowatt_hours * JOULES_A_KILOWATT_HOUR * 1e6).round() as u64)
        };
        Some((joules(low), joules(high)))
    }

    /// The lower and the higher emissions of that energy.
    pub fn operational(&self) -> Option<(GramsCo2, GramsCo2)> {
        let (low, high) = self.range(|found| found.operational_grams)?;
        let grams = |grams: f64| GramsCo2::from_micros((grams * 1e6).round() as u64);
        Some((grams(low), grams(high)))
    }

    fn range(&self, of: impl Fn(&Footprint) -> f64) -> Option<(f64, f64)> {
        let known: Vec<f64> = [&self.ccf, &self.codecarbon]
            .into_iter()
            .flatten()
            .map(of)
            .collect();
        let low = known.iter().copied().reduce(f64::min)?;
        Some((low, known.into_iter().fold(low, f64::max)))
    }
}

/// Estimates a machine of a cloud in a region.
///
/// ```
/// use catalog::{Catalog, Cloud, carbon};
/// let machine = Catalog::shipped().snapshot(Cloud::Aws).unwrap().machine("c5.large").unwrap();
/// let usage = carbon::Usage { span: "730 h".parse()?, utilization: "50 %".parse()?, accelerator_utilization: "0 %".parse()? };
/// let estimate = carbon::estimate(machine, Cloud::Aws, "us-east-1", usage);
/// assert!((estimate.ccf.unwrap().kilowatt_hours - 3.908_402_260_85).abs() < 1e-6);
/// # Ok::<(), units::ParseError>(())
/// ```
pub fn estimate(machine: &Machine, cloud: Cloud, region: &str, usage: Usage) -> Estimate {
    let mut notes = Vec::new();
    let grid = factors().grid(cloud, region);
    if grid.is_none() {
        notes.push(format!("no emissions of the grid of `{region}` are known"));
    }
    let grams = grid.as_ref().map(|grid| grid.grams);
    let ccf = compute(machine, cloud, region, usage, &mut notes)
        .zip(grams)
        .map(|(compute, grid_grams)| {
            Compute {
                grid_grams,
                ..compute
            }
            .footprint()
        });
    let country = grid
        .as_ref()
        .and_then(|grid| country_grid(&grid.country))
        .or(grams);
    let codecarbon = load(machine, usage, &mut notes)
        .zip(country)
        .map(|(load, grid_grams)| CpuLoad { grid_grams, ..load }.footprint());
    Estimate {
        ccf,
        codecarbon,
        notes,
    }
}

fn compute(
    machine: &Machine,
    cloud: Cloud,
    region: &str,
    usage: Usage,
    notes: &mut Vec<String>,
) -> Option<Compute> {
    let watts = factors().watts(cloud, &machine.name);
    let (Some(watts), Some(pue)) = (watts, factors().pue(cloud, region)) else {
        notes.push(format!(
            "Cloud Carbon Footprint has no coefficients of `{cloud}`"
        ));
        return None;
    };
    let known = factors().of_type(cloud, &machine.name);
    if known
        .as_ref()
        .is_none_or(|known| known.architectures.is_empty())
    {
        notes.push(format!(
            "the processor of `{}` is not in its list: the mean of `{cloud}` is taken",
            machine.name
        ));
    }
    let accelerator = match &machine.accelerators {
        None => None,
        Some(found) => {
            let Some(power) = factors().accelerator(&found.model) else {
                notes.push(format!(
                    "no power of `{}` is published: not estimated without it",
                    found.model
                ));
                return None;
            };
            Some(Accelerator {
                count: found.count(),
                utilization: usage.accelerator_utilization.as_fraction(),
                min_watts: power.min,
                max_watts: power.max,
            })
        }
    };
    Some(Compute {
        vcpus: f64::from(machine.vcpus?),
        hours: usage.span.as_seconds() / SECONDS_AN_HOUR,
        utilization: usage.utilization.as_fraction(),
        min_watts: watts.min,
        max_watts: watts.max,
        pue,
        grid_grams: 0.0,
        accelerator,
        embodied: known.and_then(|known| known.embodied),
    })
}

fn load(machine: &Machine, usage: Usage, notes: &mut Vec<String>) -> Option<CpuLoad> {
    if machine.accelerators.is_some() {
        notes.push("CodeCarbon measures accelerators, it has no formula for them".to_owned());
        return None;
    }
    let gigabytes = machine
        .memory
        .map(|memory| memory.get() as f64 / f64::from(1 << 30))?;
    Some(CpuLoad {
        tdp_watts: f64::from(machine.vcpus?) * UNKNOWN_WATTS_A_THREAD,
        load: usage.utilization.as_fraction(),
        ram_watts: ram_watts_by_capacity(gigabytes),
        hours: usage.span.as_seconds() / SECONDS_AN_HOUR,
        pue: 1.0,
        grid_grams: 0.0,
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Catalog;

    fn of(cloud: Cloud, name: &str, region: &str) -> Estimate {
        let machine = Catalog::shipped()
            .snapshot(cloud)
            .unwrap()
            .machine(name)
            .unwrap();
        let usage = Usage {
            span: "10 h".parse().unwrap(),
            utilization: "35 %".parse().unwrap(),
            accelerator_utilization: "90 %".parse().unwrap(),
        };
        estimate(machine, cloud, region, usage)
    }

    #[test]
    fn the_shipped_coefficients_give_the_golden_figures() {
        let p3 = of(Cloud::Aws, "p3.2xlarge", "us-west-2");
        let ccf = p3.ccf.unwrap();
        assert!(
            (ccf.kilowatt_hours - 3.324_706_185_16).abs() < 1e-5,
            "{ccf:?}"
        );
        assert!(
            (ccf.operational_grams - 1_166.509_736_83).abs() < 1e-3,
            "{ccf:?}"
        );
        assert!(
            (ccf.embodied_grams.unwrap() - 112.372_843_734).abs() < 1e-4,
            "{ccf:?}"
        );
        assert_eq!(p3.codecarbon, None);
        assert_eq!(
            p3.notes,
            ["CodeCarbon measures accelerators, it has no formula for them"]
        );
    }

    #[test]
    fn both_methods_make_a_range() {
        let both = of(Cloud::Aws, "c5.large", "us-east-1");
        let (low, high) = both.energy().unwrap();
        assert!(low < high, "{both:?}");
        let (least, most) = both.operational().unwrap();
        assert!(least < most && both.notes.is_empty(), "{both:?}");
    }

    #[test]
    fn what_is_not_published_is_unknown_and_said() {
        let p5 = of(Cloud::Aws, "p5.48xlarge", "us-east-1");
        assert_eq!((&p5.ccf, &p5.codecarbon, p5.energy()), (&None, &None, None));
        assert!(
            p5.notes
                .iter()
                .any(|note| note == "no power of `H100` is published: not estimated without it"),
            "{:?}",
            p5.notes
        );
        let lambda = of(Cloud::Lambda, "cpu_4x_generalx", "us-east-1");
        assert_eq!(lambda.ccf, None);
    }
}
