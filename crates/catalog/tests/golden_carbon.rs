//! The formulas of energy and carbon against golden vectors, to a millionth.

use catalog::carbon::{
    Accelerator, Compute, CpuLoad, Embodied, Footprint, constant_watts, memory, network,
    ram_watts_by_capacity, ram_watts_by_slots, storage,
};
use serde_json::Value;

fn footprint(method: &str, id: &str, given: &Value) -> Footprint {
    let number = |name: &str| {
        given[name]
            .as_f64()
            .unwrap_or_else(|| panic!("row {id} has no `{name}`"))
    };
    let maybe = |name: &str| given[name].as_f64();
    let (pue, grid) = (number("pue"), number("grid_g_per_kwh"));
    match method {
        "ccf-compute" => Compute {
            vcpus: number("vcpus"),
            hours: number("hours"),
            utilization: number("utilisation"),
            min_watts: number("min_watts"),
            max_watts: number("max_watts"),
            pue,
            grid_grams: grid,
            accelerator: maybe("accelerators").map(|count| Accelerator {
                count,
                utilization: number("accelerator_utilisation"),
                min_watts: number("accelerator_min_watts"),
                max_watts: number("accelerator_max_watts"),
            }),
            embodied: maybe("server_embodied_kg").map(|server_kilograms| Embodied {
                server_kilograms,
                server_vcpus: number("server_vcpus"),
            }),
        }
        .footprint(),
        "ccf-memory" => memory(
            number("gb") * number("hours"),
            number("coefficient"),
            pue,
            grid,
        ),
        "ccf-storage" => storage(
            number("tb") * number("hours"),
            number("wh_per_tbh") * number("replication"),
            pue,
            grid,
        ),
        "ccf-network" => network(number("gb"), number("coefficient"), pue, grid),
        "codecarbon-cpu-load" => {
            let ram_watts = maybe("ram_slots").map_or(number("ram_watts"), |slots| {
                ram_watts_by_slots(slots as u32)
            });
            assert!((ram_watts - number("ram_watts")).abs() < 1e-9);
            CpuLoad {
                tdp_watts: number("tdp"),
                load: number("load"),
                ram_watts,
                hours: number("hours"),
                pue,
                grid_grams: grid,
            }
            .footprint()
        }
        "codecarbon-constant" => {
            let watts = constant_watts() + ram_watts_by_capacity(number("ram_gb"));
            let kilowatt_hours = watts * number("hours") / 1000.0 * pue;
            Footprint {
                kilowatt_hours,
                operational_grams: kilowatt_hours * grid,
                embodied_grams: None,
            }
        }
        other => panic!("row {id} has the unknown method `{other}`"),
    }
}

#[test]
fn every_golden_vector_is_met_to_a_millionth() {
    let mut reader = csv::Reader::from_path("tests/golden.csv").unwrap();
    let rows: Vec<csv::StringRecord> = reader.records().collect::<Result<_, _>>().unwrap();
    assert_eq!(rows.len(), 12);
    for row in rows {
        let found = footprint(&row[1], &row[0], &serde_json::from_str(&row[3]).unwrap());
        let expected = [
            (found.kilowatt_hours, &row[4]),
            (found.operational_grams, &row[5]),
            (
                found.embodied_grams.unwrap_or_default(),
                if row[6].is_empty() { "0" } else { &row[6] },
            ),
        ];
        for (found, expected) in expected {
            let expected: f64 = expected.parse().unwrap();
            assert!(
                (found - expected).abs() <= 1e-6 * expected.abs(),
                "row {}: {found} is not {expected}",
                &row[0]
            );
        }
    }
}
