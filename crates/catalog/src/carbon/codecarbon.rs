//! CodeCarbon's formulas for machines whose power cannot be read.

use super::Footprint;

/// Power of an unknown processor, and the share of it that is taken to be used.
const UNKNOWN_TDP_WATTS: f64 = 85.0;
const UNKNOWN_SHARE: f64 = 0.5;
/// Power of a memory module in version 3 of its rule.
const MODULE_WATTS: f64 = 5.0;

/// A processor under a load.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct CpuLoad {
    /// Thermal design power.
    pub tdp_watts: f64,
    /// Mean load, 0 to 1.
    pub load: f64,
    /// Power of the memory.
    pub ram_watts: f64,
    /// Hours.
    pub hours: f64,
    /// Power usage effectiveness; 1 unless the user says otherwise.
    pub pue: f64,
    /// Emissions of a kilowatt-hour in the country.
    pub grid_grams: f64,
}

impl CpuLoad {
    /// Power of the processor: a tenth of its design power idle, rising with the cube of the load.
    pub fn cpu_watts(&self) -> f64 {
        self.tdp_watts * (0.1 + 0.9 * self.load.powi(3))
    }

    /// Its energy and emissions.
    pub fn footprint(&self) -> Footprint {
        let kilowatt_hours = (self.cpu_watts() + self.ram_watts) * self.hours / 1_000.0 * self.pue;
        Footprint {
            kilowatt_hours,
            operational_grams: kilowatt_hours * self.grid_grams,
            embodied_grams: None,
        }
    }
}

/// Power of a processor of which nothing is known.
pub fn constant_watts() -> f64 {
    UNKNOWN_TDP_WATTS * UNKNOWN_SHARE
}

/// Power of memory by its size: 3 W for 8 GB (version 2 of its rule).
pub fn ram_watts_by_capacity(gigabytes: f64) -> f64 {
    gigabytes * 3.0 / 8.0
}

/// Power of memory by its modules: 5 W each, of many the later ones less.
pub fn ram_watts_by_slots(slots: u32) -> f64 {
    let part = |from: u32, to: u32, share: f64| f64::from(slots.clamp(from, to) - from) * share;
    MODULE_WATTS * (part(0, 4, 1.0) + part(4, 8, 0.9) + part(8, 16, 0.8) + part(16, u32::MAX, 0.7))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn modules_take_less_the_more_there_are() {
        let cases = [(0, 0.0), (4, 20.0), (8, 38.0), (16, 70.0), (32, 126.0)];
        for (slots, watts) in cases {
            assert!((ram_watts_by_slots(slots) - watts).abs() < 1e-9, "{slots}");
        }
        assert!((ram_watts_by_capacity(16.0) - 6.0).abs() < 1e-12);
        assert!((constant_watts() - 42.5).abs() < 1e-12);
    }
}
