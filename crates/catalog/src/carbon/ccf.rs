//! Cloud Carbon Footprint's formulas: coefficients in, energy and emissions out.

/// Four years, over which the making of a server is spread.
pub const CCF_HOURS_OF_LIFE: f64 = 35_040.0;

/// Energy and emissions.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Footprint {
    /// Energy, with the overhead of the data centre.
    pub kilowatt_hours: f64,
    /// Emissions of that energy, grams of carbon dioxide and what equals it.
    pub operational_grams: f64,
    /// Share of the emissions of making the server, where they are known.
    pub embodied_grams: Option<f64>,
}

impl Footprint {
    fn of(kilowatt_hours: f64, grid_grams: f64) -> Self {
        Self {
            kilowatt_hours,
            operational_grams: kilowatt_hours * grid_grams,
            embodied_grams: None,
        }
    }
}

/// A machine at work.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Compute {
    /// Virtual CPUs.
    pub vcpus: f64,
    /// Hours.
    pub hours: f64,
    /// Mean share of its CPUs that is busy, 0 to 1.
    pub utilization: f64,
    /// Power of an idle virtual CPU.
    pub min_watts: f64,
    /// Power of a busy one.
    pub max_watts: f64,
    /// Power usage effectiveness of the data centre.
    pub pue: f64,
    /// Emissions of a kilowatt-hour.
    pub grid_grams: f64,
    /// Its accelerators.
    pub accelerator: Option<Accelerator>,
    /// The server that it is a part of.
    pub embodied: Option<Embodied>,
}

/// Accelerators at work.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Accelerator {
    /// How many.
    pub count: f64,
    /// Mean share that is busy, 0 to 1.
    pub utilization: f64,
    /// Power of an idle one.
    pub min_watts: f64,
    /// Power of a busy one.
    pub max_watts: f64,
}

/// What making a server emitted.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Embodied {
    /// Kilograms for the whole server.
    pub server_kilograms: f64,
    /// Virtual CPUs of the whole server.
    pub server_vcpus: f64,
}

impl Compute {
    /// Its energy and emissions.
    pub fn footprint(&self) -> Footprint {
        let between = |min: f64, max: f64, share: f64| min + share * (max - min);
        let cpus = self.vcpus * between(self.min_watts, self.max_watts, self.utilization);
        let accelerators = self.accelerator.map_or(0.0, |found| {
            found.count * between(found.min_watts, found.max_watts, found.utilization)
        });
        let kilowatt_hours = (cpus + accelerators) * self.hours / 1_000.0 * self.pue;
        let embodied = |found: Embodied| {
            found.server_kilograms
                * 1_000.0
                * (self.hours / CCF_HOURS_OF_LIFE)
                * (self.vcpus / found.server_vcpus)
        };
        Footprint {
            embodied_grams: self.embodied.map(embodied),
            ..Footprint::of(kilowatt_hours, self.grid_grams)
        }
    }
}

/// Memory beyond what the power of the CPUs includes.
pub fn memory(
    gigabyte_hours: f64,
    kilowatts_a_gigabyte: f64,
    pue: f64,
    grid_grams: f64,
) -> Footprint {
    Footprint::of(gigabyte_hours * kilowatts_a_gigabyte * pue, grid_grams)
}

/// Stored data, with its copies.
pub fn storage(terabyte_hours: f64, watts_a_terabyte: f64, pue: f64, grid_grams: f64) -> Footprint {
    Footprint::of(
        terabyte_hours * watts_a_terabyte / 1_000.0 * pue,
        grid_grams,
    )
}

/// Data over a network.
pub fn network(
    gigabytes: f64,
    kilowatt_hours_a_gigabyte: f64,
    pue: f64,
    grid_grams: f64,
) -> Footprint {
    Footprint::of(gigabytes * kilowatt_hours_a_gigabyte * pue, grid_grams)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    proptest! {
        #[test]
        fn more_work_never_takes_less(hours in 0.0_f64..1e4, busy in 0.0_f64..1.0, more in 0.0_f64..1.0) {
            let compute = Compute {
                vcpus: 4.0,
                hours,
                utilization: busy,
                min_watts: 0.74,
                max_watts: 3.5,
                pue: 1.135,
                grid_grams: 316.0,
                accelerator: None,
                embodied: Some(Embodied { server_kilograms: 1_200.0, server_vcpus: 96.0 }),
            };
            let busier = Compute { utilization: (busy + more).min(1.0), ..compute }.footprint();
            let longer = Compute { hours: hours + more, ..compute }.footprint();
            let base = compute.footprint();
            prop_assert!(busier.kilowatt_hours >= base.kilowatt_hours && longer.kilowatt_hours >= base.kilowatt_hours);
            prop_assert!(longer.embodied_grams >= base.embodied_grams && base.kilowatt_hours >= 0.0);
        }
    }
}
