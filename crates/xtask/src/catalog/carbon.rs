//! Coefficients of Cloud Carbon Footprint and CodeCarbon.

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;

use anyhow::{Context, Result};
use catalog::{Pack, Table};

use super::raw::{List, Row};

/// Coefficients are kept in billionths.
const POWER: u32 = 9;

pub(super) fn pack(raw: &Path) -> Result<Pack> {
    Ok(Pack::default()
        .with("constants", constants(raw)?)
        .with("grids", grids(raw)?)
        .with("architectures", architectures(raw)?)
        .with("accelerators", accelerators(raw)?)
        .with("types", types(raw)?)
        .with("countries", countries(raw)?)
        .with("processors", processors(raw)?))
}

fn constants(raw: &Path) -> Result<Table> {
    let list = List::read(raw, "carbon/ccf-constants.csv")?;
    Ok(Table::new(list.rows().count())
        .with_texts("cloud", list.rows().map(|row| row.text("provider")))
        .with_texts("region", list.rows().map(|row| row.text("region")))
        .with_texts("constant", list.rows().map(|row| row.text("constant")))
        .with_wholes("value", numbers(&list, "value", POWER)?))
}

fn grids(raw: &Path) -> Result<Table> {
    let mut rows: Vec<[String; 4]> = Vec::new();
    let mut grams = Vec::new();
    for cloud in ["aws", "azure", "gcp"] {
        let list = List::read(raw, &format!("carbon/ccf-{cloud}-grid.csv"))?;
        for row in list.rows() {
            // Azure's names of regions are shown with spaces and used without.
            let region = row.text("Region").replace(' ', "").to_lowercase();
            rows.push([
                cloud.to_owned(),
                region,
                row.text("Country").to_owned(),
                row.text("Source").to_owned(),
            ]);
            // Tonnes to grams is a million.
            grams.push(row.scaled("CO2e (metric ton/kWh)", POWER + 6)?);
        }
    }
    let texts = |at: usize| rows.iter().map(move |row| row[at].as_str());
    Ok(Table::new(rows.len())
        .with_texts("cloud", texts(0))
        .with_texts("region", texts(1))
        .with_texts("country", texts(2))
        .with_texts("publisher", texts(3))
        .with_wholes("grams", grams))
}

fn architectures(raw: &Path) -> Result<Table> {
    let mut rows: Vec<(&str, String)> = Vec::new();
    let (mut min, mut max) = (Vec::new(), Vec::new());
    for cloud in ["aws", "azure", "gcp"] {
        let list = List::read(raw, &format!("carbon/ccf-{cloud}-use.csv"))?;
        rows.extend(
            list.rows()
                .map(|row| (cloud, row.text("Architecture").to_owned())),
        );
        min.extend(numbers(&list, "Min Watts", POWER)?);
        max.extend(numbers(&list, "Max Watts", POWER)?);
    }
    Ok(Table::new(rows.len())
        .with_texts("cloud", rows.iter().map(|row| row.0))
        .with_texts("architecture", rows.iter().map(|row| row.1.as_str()))
        .with_wholes("min", min)
        .with_wholes("max", max))
}

fn accelerators(raw: &Path) -> Result<Table> {
    let list = List::read(raw, "carbon/ccf-accelerator-watts.csv")?;
    let name = |row: Row<'_>| {
        let text = row.text("accelerator");
        ["NVIDIA Tesla ", "NVIDIA ", "AMD ", "Xilinx "]
            .iter()
            .find_map(|maker| text.strip_prefix(maker))
            .unwrap_or(text)
            .to_owned()
    };
    let names: Vec<String> = list.rows().map(name).collect();
    Ok(Table::new(names.len())
        .with_texts("model", names.iter().map(String::as_str))
        .with_wholes("min", numbers(&list, "min_watts", POWER)?)
        .with_wholes("max", numbers(&list, "max_watts", POWER)?))
}

/// What the lists say of a type.
#[derive(Default)]
struct Known {
    architectures: BTreeSet<String>,
    kilograms: Option<i64>,
    server_vcpus: Option<i64>,
}

type Types = BTreeMap<(&'static str, String), Known>;

fn types(raw: &Path) -> Result<Table> {
    let mut types = Types::new();
    aws(raw, &mut types)?;
    azure(raw, &mut types)?;
    gcp(raw, &mut types)?;
    types.retain(|_, known| !known.architectures.is_empty() || known.kilograms.is_some());
    let names: Vec<String> = types
        .values()
        .map(|known| {
            known
                .architectures
                .iter()
                .cloned()
                .collect::<Vec<_>>()
                .join(";")
        })
        .collect();
    // The emissions of a server mean nothing without its size.
    let kilograms = types
        .values()
        .map(|known| known.kilograms.filter(|_| known.server_vcpus.is_some()));
    Ok(Table::new(types.len())
        .with_texts("cloud", types.keys().map(|key| key.0))
        .with_texts("type", types.keys().map(|key| key.1.as_str()))
        .with_texts("architectures", names.iter().map(String::as_str))
        .with_wholes("server_kilograms", kilograms)
        .with_wholes(
            "server_vcpus",
            types.values().map(|known| known.server_vcpus),
        ))
}

/// Architecture of a processor by its name, where the coefficients have one.
fn architecture(cpu: &str) -> Option<&'static str> {
    const NAMES: [(&str, &str); 37] = [
        ("Graviton4", "Graviton4"),
        ("Graviton3E", "Graviton3E"),
        ("Graviton3", "Graviton3"),
        ("Graviton2", "Graviton2"),
        ("Granite Rapids", "Granite Rapids"),
        ("Emerald Rapids", "Emerald Rapids"),
        ("Sapphire Rapids", "Sapphire Rapids"),
        ("Ice Lake", "Ice Lake"),
        ("Cascade Lake", "Cascade Lake"),
        ("8375C", "Ice Lake"),
        ("8259", "Cascade Lake"),
        ("8252C", "Cascade Lake"),
        ("8275CL", "Cascade Lake"),
        ("8280L", "Cascade Lake"),
        ("8175", "Skylake"),
        ("8124M", "Skylake"),
        ("8151", "Skylake"),
        ("8176M", "Skylake"),
        ("E5-2686 v4", "Broadwell"),
        ("E5-2676 v3", "Haswell"),
        ("E5-2676 V3", "Haswell"),
        ("E5-2666 v3", "Haswell"),
        ("E5-2666 V3", "Haswell"),
        ("8880 v3", "Haswell"),
        ("8880v3", "Haswell"),
        ("E5-2670 v2", "Ivy Bridge"),
        ("E5-2680 v2", "Ivy Bridge"),
        ("E5-2680 V2", "Ivy Bridge"),
        ("E5-2651 v2", "Ivy Bridge"),
        ("E5-2651 V2", "Ivy Bridge"),
        ("E5-26", "Sandy Bridge"),
        ("8700B", "Coffee Lake"),
        ("EPYC 7571", "EPYC 1st Gen"),
        ("7R32", "EPYC 2nd Gen"),
        ("7R13", "EPYC 3rd Gen"),
        ("9R14", "EPYC 4th Gen"),
        ("9R45", "EPYC 5th Gen"),
    ];
    NAMES
        .iter()
        .find(|(part, _)| cpu.contains(part))
        .map(|(_, name)| *name)
}

fn aws(raw: &Path, types: &mut Types) -> Result<()> {
    // The older list is measured and has the size of the server; the newer one has the newer types.
    let newer = List::read(raw, "carbon/ccf-aws-instances-2026.csv")?;
    for row in newer.rows() {
        let known = types
            .entry(("aws", row.text("Instance Type").to_owned()))
            .or_default();
        known
            .architectures
            .extend(architecture(row.text("Platform CPU Name")).map(str::to_owned));
    }
    let older = List::read(raw, "carbon/ccf-aws-instances.csv")?;
    for row in older.rows() {
        let known = types
            .entry(("aws", row.text("Instance type").to_owned()))
            .or_default();
        if let Some(name) = architecture(row.text("Platform CPU Name")) {
            known.architectures = BTreeSet::from([name.to_owned()]);
        }
        known.server_vcpus = row.scaled("Platform Total Number of vCPU", 0)?;
    }
    let embodied = List::read(raw, "carbon/ccf-aws-embodied.csv")?;
    for row in embodied.rows() {
        types
            .entry(("aws", row.text("type").to_owned()))
            .or_default()
            .kilograms = row.scaled("total", POWER)?;
    }
    Ok(())
}

fn azure(raw: &Path, types: &mut Types) -> Result<()> {
    let name = |text: &str| format!("Standard_{}", text.replace(' ', "_"));
    let list = List::read(raw, "carbon/ccf-azure-instances.csv")?;
    for row in list.rows() {
        let known = types
            .entry(("azure", name(row.text("Virtual Machine"))))
            .or_default();
        known.architectures.extend(
            Some(row.text("Microarchitecture"))
                .filter(|name| *name != "Unknown")
                .map(str::to_owned),
        );
        known.server_vcpus = row
            .scaled("Platform vCPUs (highest vCPU possible)", 0)
            .unwrap_or(None);
    }
    let embodied = List::read(raw, "carbon/ccf-azure-embodied.csv")?;
    for row in embodied.rows() {
        types
            .entry(("azure", name(row.text("type"))))
            .or_default()
            .kilograms = row.scaled("total", POWER)?;
    }
    Ok(())
}

fn gcp(raw: &Path, types: &mut Types) -> Result<()> {
    let newer = List::read(raw, "carbon/ccf-gcp-instances-2026.csv")?;
    let mut largest: BTreeMap<String, i64> = BTreeMap::new();
    for row in newer.rows() {
        let known = types
            .entry(("gcp", row.text("Instance Type").to_owned()))
            .or_default();
        known.architectures.extend(
            Some(row.text("Microarchitecture"))
                .filter(|name| !name.is_empty())
                .map(str::to_owned),
        );
        let vcpus = row.scaled("Instance vCPU", 0).unwrap_or(None).unwrap_or(0);
        let most = largest.entry(row.text("Platform").to_owned()).or_default();
        *most = vcpus.max(*most);
    }
    let embodied = List::read(raw, "carbon/ccf-gcp-embodied-mean.csv")?;
    for row in embodied.rows() {
        let name = row.text("type");
        let known = types.entry(("gcp", name.to_owned())).or_default();
        known.kilograms = row.scaled("total_mean", POWER)?;
        // The largest type of a family is the whole server.
        let family = name.rsplit_once('-').map_or(name, |(family, _)| family);
        known.server_vcpus = largest.get(family).copied().filter(|&vcpus| vcpus > 0);
    }
    Ok(())
}

fn countries(raw: &Path) -> Result<Table> {
    let path = super::path(raw, "carbon/codecarbon-global-energy-mix.json");
    let text = std::fs::read_to_string(&path)
        .with_context(|| format!("cannot read `{}`", path.display()))?;
    let mix: BTreeMap<String, serde_json::Value> = serde_json::from_str(&text)?;
    let grams = |country: &serde_json::Value| {
        country["carbon_intensity"]
            .as_f64()
            .map(|grams| (grams * 1e9).round() as i64)
    };
    Ok(Table::new(mix.len())
        .with_texts("code", mix.keys().map(String::as_str))
        .with_texts(
            "name",
            mix.values()
                .map(|country| country["country_name"].as_str().unwrap_or_default()),
        )
        .with_wholes("grams", mix.values().map(grams)))
}

fn processors(raw: &Path) -> Result<Table> {
    let list = List::read(raw, "carbon/codecarbon-cpu-tdp.csv")?;
    Ok(Table::new(list.rows().count())
        .with_texts("name", list.rows().map(|row| row.text("Name")))
        // A few cells are slips such as `27.29.5`: unknown.
        .with_wholes(
            "tdp",
            list.rows()
                .map(|row| row.scaled("TDP", POWER).unwrap_or(None)),
        ))
}

fn numbers(list: &List, name: &str, power: u32) -> Result<Vec<Option<i64>>> {
    list.rows().map(|row| row.scaled(name, power)).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn processors_have_their_architecture() {
        let cases = [
            ("Intel Xeon Platinum 8175M", Some("Skylake")),
            ("Xeon E5-2670 v2", Some("Ivy Bridge")),
            ("Xeon E5-2670", Some("Sandy Bridge")),
            ("Intel Broadwell E5-2686 v4", Some("Broadwell")),
            ("2nd Gen AMD EPYC 7R32", Some("EPYC 2nd Gen")),
            ("AWS Graviton3E Processor", Some("Graviton3E")),
            ("AWS Graviton3 Processor", Some("Graviton3")),
            ("Apple M1 Ultra", None),
            ("Annapurna Labs Graviton", None),
        ];
        for (cpu, expected) in cases {
            assert_eq!(architecture(cpu), expected, "{cpu}");
        }
    }
}
