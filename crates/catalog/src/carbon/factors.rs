//! Coefficients: power of processors and accelerators, emissions of grids and of making servers.

use std::sync::OnceLock;

use super::Embodied;
use crate::Cloud;
use crate::columns::{Error, Pack, Table};

const DATA: &[u8] = include_bytes!("../../data/carbon/factors.pack");

/// Power of a virtual CPU.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct WattsPerVcpu {
    /// Idle.
    pub min: f64,
    /// Busy.
    pub max: f64,
}

/// Emissions of a grid.
#[derive(Debug, Clone, PartialEq)]
pub struct Grid {
    /// Grams of carbon dioxide, and what equals it, a kilowatt-hour.
    pub grams: f64,
    /// The country, where the data names it.
    pub country: String,
    /// Who published it.
    pub publisher: String,
}

/// What is known of a type.
#[derive(Debug, Clone, PartialEq)]
pub struct TypeFactors {
    /// Processors that it may stand on; empty where they are unknown.
    pub architectures: Vec<String>,
    /// The server that it is a part of.
    pub embodied: Option<Embodied>,
}

/// Every coefficient of the data.
#[derive(Debug)]
pub struct Factors {
    pack: Pack,
}

/// The coefficients that this version ships.
pub fn factors() -> &'static Factors {
    static FACTORS: OnceLock<Factors> = OnceLock::new();
    FACTORS.get_or_init(|| Factors {
        pack: Pack::decode(DATA).expect("a test reads the pack"),
    })
}

/// Coefficients are kept in billionths.
const BILLION: f64 = 1e9;

impl Factors {
    /// Power usage effectiveness of a region, else of its cloud.
    pub fn pue(&self, cloud: Cloud, region: &str) -> Option<f64> {
        let of = |region: &str| self.constant(cloud.name(), region, "pue");
        of(region).or_else(|| of(""))
    }

    /// A constant such as `memory`, for a cloud or `all`.
    pub fn constant(&self, cloud: &str, region: &str, name: &str) -> Option<f64> {
        let wanted = [("cloud", cloud), ("region", region), ("constant", name)];
        self.number("constants", &wanted, "value")
    }

    /// Emissions of the grid of a region.
    pub fn grid(&self, cloud: Cloud, region: &str) -> Option<Grid> {
        let table = self.pack.table("grids").ok()?;
        let row = find(table, &[("cloud", cloud.name()), ("region", region)]).ok()??;
        Some(Grid {
            grams: number(table, "grams", row)?,
            country: text(table, "country", row)?,
            publisher: text(table, "publisher", row)?,
        })
    }

    /// Power of an architecture in a cloud.
    pub fn architecture(&self, cloud: Cloud, name: &str) -> Option<WattsPerVcpu> {
        let wanted = [("cloud", cloud.name()), ("architecture", name)];
        Some(WattsPerVcpu {
            min: self.number("architectures", &wanted, "min")?,
            max: self.number("architectures", &wanted, "max")?,
        })
    }

    /// What is known of a type.
    pub fn of_type(&self, cloud: Cloud, name: &str) -> Option<TypeFactors> {
        let table = self.pack.table("types").ok()?;
        let row = find(table, &[("cloud", cloud.name()), ("type", name)]).ok()??;
        let names = text(table, "architectures", row)?;
        let kilograms = number(table, "server_kilograms", row);
        let vcpus = table.wholes("server_vcpus").ok()?.count(row);
        Some(TypeFactors {
            architectures: names
                .split(';')
                .filter(|name| !name.is_empty())
                .map(str::to_owned)
                .collect(),
            embodied: kilograms
                .zip(vcpus)
                .map(|(server_kilograms, vcpus)| Embodied {
                    server_kilograms,
                    server_vcpus: f64::from(vcpus),
                }),
        })
    }

    /// Power of a virtual CPU of a type: the mean of the processors it may stand on, else that of its cloud.
    pub fn watts(&self, cloud: Cloud, name: &str) -> Option<WattsPerVcpu> {
        let known = self
            .of_type(cloud, name)
            .map(|found| found.architectures)
            .unwrap_or_default();
        let watts: Vec<WattsPerVcpu> = known
            .iter()
            .filter_map(|name| self.architecture(cloud, name))
            .collect();
        if watts.is_empty() {
            let constant = |kinds: [&str; 2]| {
                kinds
                    .iter()
                    .find_map(|kind| self.constant(cloud.name(), "", kind))
            };
            return Some(WattsPerVcpu {
                min: constant(["min_watts_avg", "min_watts_median"])?,
                max: constant(["max_watts_avg", "max_watts_median"])?,
            });
        }
        let count = watts.len() as f64;
        Some(WattsPerVcpu {
            min: watts.iter().map(|found| found.min).sum::<f64>() / count,
            max: watts.iter().map(|found| found.max).sum::<f64>() / count,
        })
    }

    /// Power of an accelerator, idle and busy; one of more memory is taken for the plain one.
    pub fn accelerator(&self, model: &str) -> Option<WattsPerVcpu> {
        let plain = model
            .strip_suffix("-80GB")
            .or_else(|| model.strip_suffix("-32GB"));
        let wanted = [("model", plain.unwrap_or(model))];
        Some(WattsPerVcpu {
            min: self.number("accelerators", &wanted, "min")?,
            max: self.number("accelerators", &wanted, "max")?,
        })
    }

    fn number(&self, table: &str, wanted: &[(&str, &str)], column: &str) -> Option<f64> {
        let table = self.pack.table(table).ok()?;
        number(table, column, find(table, wanted).ok()??)
    }
}

/// Emissions of a kilowatt-hour in a country, by its name or its three letters, as CodeCarbon takes them from Our World in Data.
pub fn country_grid(country: &str) -> Option<f64> {
    let of = |column: &str| factors().number("countries", &[(column, country)], "grams");
    of("code").or_else(|| of("name"))
}

/// Thermal design power of a processor, as CodeCarbon lists it.
pub fn cpu_tdp_watts(name: &str) -> Option<f64> {
    factors().number("processors", &[("name", name)], "tdp")
}

fn find(table: &Table, wanted: &[(&str, &str)]) -> Result<Option<usize>, Error> {
    let columns = wanted
        .iter()
        .map(|(name, value)| Ok((table.texts(name)?, *value)))
        .collect::<Result<Vec<_>, Error>>()?;
    Ok((0..table.rows()).find(|&row| {
        columns
            .iter()
            .all(|(column, value)| column.get(row) == *value)
    }))
}

fn number(table: &Table, column: &str, row: usize) -> Option<f64> {
    let billionths = table.wholes(column).ok()?.get(row)?;
    Some(billionths as f64 / BILLION)
}

fn text(table: &Table, column: &str, row: usize) -> Option<String> {
    Some(table.texts(column).ok()?.get(row).to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn near(found: Option<f64>, expected: f64) {
        let found = found.expect("it is known");
        assert!(
            (found - expected).abs() <= 1e-6 * expected.abs(),
            "{found} is not {expected}"
        );
    }

    #[test]
    fn the_published_coefficients_are_found() {
        let factors = factors();
        near(factors.pue(Cloud::Aws, "us-east-1"), 1.135);
        near(factors.pue(Cloud::Gcp, "us-central1"), 1.11);
        near(factors.pue(Cloud::Gcp, "europe-west3"), 1.1);
        near(factors.constant("all", "", "memory"), 0.000_392);
        near(
            factors.grid(Cloud::Aws, "us-east-1").map(|grid| grid.grams),
            415.755,
        );
        near(
            factors.grid(Cloud::Azure, "eastus").map(|grid| grid.grams),
            415.755,
        );
        near(factors.accelerator("T4").map(|watts| watts.max), 71.0);
        near(country_grid("FRA"), 56.039);
        near(country_grid("United States"), 369.473);
        near(cpu_tdp_watts("Intel Xeon E5-2686 v4"), 145.0);
        assert_eq!(factors.accelerator("H100"), None);
        assert_eq!(factors.grid(Cloud::Aws, "mars-1"), None);
        assert_eq!(factors.pue(Cloud::Lambda, "us-east-1"), None);
    }

    #[test]
    fn a_type_has_its_processor_or_the_mean_of_its_cloud() {
        let factors = factors();
        near(
            factors
                .watts(Cloud::Aws, "t2.medium")
                .map(|watts| watts.max),
            5.595_383_986_928_105,
        );
        near(
            factors
                .watts(Cloud::Aws, "c5.enormous")
                .map(|watts| watts.max),
            3.5,
        );
        let embodied = factors
            .of_type(Cloud::Aws, "c5.large")
            .unwrap()
            .embodied
            .unwrap();
        near(Some(embodied.server_kilograms), 1_344.29);
        near(Some(embodied.server_vcpus), 72.0);
    }

    #[test]
    fn the_constants_of_the_ledger_are_those_of_the_data() {
        let average = factors().watts(Cloud::Aws, "").unwrap();
        let watts = crate::WATTS_PER_BUSY_VCPU;
        near(
            Some(watts.low.micros() as f64),
            (average.max - average.min) * 1e6,
        );
        near(
            Some(watts.high.micros() as f64),
            average.max * 1e6 * factors().pue(Cloud::Aws, "").unwrap(),
        );
    }
}
