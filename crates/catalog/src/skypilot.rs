//! SkyPilot's catalog files: one cloud's types, a line for each type and zone.
//!
//! A file is taken whole or not at all. Columns may stand in any order; those that are not known are refused, since they may
//! change what a price means. Zones of a region have one price, or the file is refused.

use std::collections::BTreeMap;

use csv::StringRecord;
use units::{Bytes, HourlyPrice, Money};

use crate::offer::SpotSource;
use crate::sanity::{Draft, Refusal, screen};
use crate::{Accelerators, Cloud, Contradiction, Decimal, Machine, Prices, Snapshot, Source};

/// Columns that a file must have.
const NEEDED: [&str; 5] = ["InstanceType", "vCPUs", "MemoryGiB", "Price", "Region"];
/// Columns that a file may have.
const KNOWN: [&str; 8] = [
    "AcceleratorName",
    "AcceleratorCount",
    "GpuInfo",
    "SpotPrice",
    "AvailabilityZone",
    "Generation",
    "Arch",
    "Currency",
];
/// Accelerators that a list counts and does not name: Azure's boards of programmable logic.
const UNNAMED: &str = "unnamed";
/// Faults that are named before the rest is only counted.
const MOST_FAULTS: usize = 20;

/// A file that was read, with what the rules of sanity left out.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Imported {
    /// Its offers.
    pub snapshot: Snapshot,
    /// Prices that were not taken.
    pub refused: Vec<Refusal>,
}

/// Why a file was refused.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum ImportError {
    /// Columns are missing or unknown.
    #[error("{}", columns(missing, unknown))]
    Columns {
        /// Needed, and not there.
        missing: Vec<String>,
        /// There, and not known.
        unknown: Vec<String>,
    },
    /// Lines are wrong.
    #[error("{}", lines(faults, *more))]
    Lines {
        /// What is wrong with which line.
        faults: Vec<Fault>,
        /// Faults beyond those that are named.
        more: usize,
    },
    /// Two lines cannot both be true.
    #[error(transparent)]
    Contradiction(#[from] Contradiction),
    /// There is nothing in it.
    #[error("no offer is left: it has {lines} lines, of which the rules refused {refused} prices")]
    Empty {
        /// Lines.
        lines: usize,
        /// Refused prices.
        refused: usize,
    },
}

/// What is wrong with a line.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Fault {
    /// Line of the file, the header being 1.
    pub line: u64,
    /// What is wrong.
    pub what: String,
}

fn columns(missing: &[String], unknown: &[String]) -> String {
    let list = |names: &[String]| {
        names
            .iter()
            .map(|name| format!("`{name}`"))
            .collect::<Vec<_>>()
            .join(", ")
    };
    match (missing.is_empty(), unknown.is_empty()) {
        (false, true) => format!("columns are missing: {}", list(missing)),
        (true, _) => format!("columns are not known: {}", list(unknown)),
        (false, false) => format!(
            "columns are missing: {}; and not known: {}",
            list(missing),
            list(unknown)
        ),
    }
}

fn lines(faults: &[Fault], more: usize) -> String {
    let mut said: Vec<String> = faults
        .iter()
        .map(|fault| format!("line {}: {}", fault.line, fault.what))
        .collect();
    if more > 0 {
        said.push(format!("and {more} more lines"));
    }
    said.join("\n  ")
}

/// Reads a file as the offers of a cloud.
///
/// ```
/// use catalog::{Cloud, Source, import_skypilot};
/// let csv = "InstanceType,vCPUs,MemoryGiB,Price,SpotPrice,Region\nm1,2,8,0.1,0.03,north\n";
/// let source = Source { name: "my list".into(), date: "2026-11-01".parse().unwrap() };
/// let read = import_skypilot(csv.as_bytes(), Cloud::Aws, &source)?;
/// assert_eq!((read.snapshot.len(), read.refused.len()), (1, 0));
/// # Ok::<(), catalog::ImportError>(())
/// ```
pub fn import_skypilot(
    bytes: &[u8],
    cloud: Cloud,
    source: &Source,
) -> Result<Imported, ImportError> {
    let bytes = bytes.strip_prefix("\u{feff}".as_bytes()).unwrap_or(bytes);
    // A row of Azure's lists has a comma in its last cell, unquoted.
    let mut reader = csv::ReaderBuilder::new().flexible(true).from_reader(bytes);
    let fault = |error: &csv::Error| ImportError::Lines {
        faults: vec![Fault {
            line: error.position().map_or(1, csv::Position::line),
            what: "it is no line of CSV".to_owned(),
        }],
        more: 0,
    };
    let header = reader.headers().map_err(|error| fault(&error))?.clone();
    let places = places(&header)?;
    let (mut drafts, mut faults, mut more) = (Vec::new(), Vec::new(), 0);
    let mut currencies = Currencies::default();
    for record in reader.records() {
        let record = record.map_err(|error| fault(&error))?;
        let line = record.position().map_or(0, csv::Position::line);
        let row = Row {
            record: &record,
            places: &places,
            width: header.len(),
        };
        match row.draft(line, &mut currencies) {
            Ok(draft) => drafts.push(draft),
            Err(what) if faults.len() < MOST_FAULTS => faults.push(Fault { line, what }),
            Err(_) => more += 1,
        }
    }
    if !faults.is_empty() {
        return Err(ImportError::Lines { faults, more });
    }
    let lines = drafts.len();
    let (taken, refused) = screen(drafts);
    if taken.is_empty() {
        return Err(ImportError::Empty {
            lines,
            refused: refused.len(),
        });
    }
    let has_spot = taken.iter().any(|draft| draft.prices.spot.is_some());
    let spot_source = has_spot.then(|| SpotSource {
        source: source.clone(),
        estimated: false,
    });
    let snapshot = Snapshot::new(cloud, source.clone(), spot_source, taken)?;
    Ok(Imported { snapshot, refused })
}

fn places(header: &StringRecord) -> Result<BTreeMap<String, usize>, ImportError> {
    let mut places = BTreeMap::new();
    let mut unknown = Vec::new();
    for (place, name) in header.iter().enumerate() {
        let is_known = NEEDED.contains(&name) || KNOWN.contains(&name);
        if !is_known || places.insert(name.to_owned(), place).is_some() {
            unknown.push(name.to_owned());
        }
    }
    let missing: Vec<String> = NEEDED
        .iter()
        .filter(|name| !places.contains_key(**name))
        .map(ToString::to_string)
        .collect();
    if missing.is_empty() && unknown.is_empty() {
        return Ok(places);
    }
    Err(ImportError::Columns { missing, unknown })
}

/// The currency of the lines before.
#[derive(Default)]
struct Currencies(Option<(String, u64)>);

impl Currencies {
    /// All lines are in US dollars, and so is the catalog.
    fn check(&mut self, currency: &str, line: u64) -> Result<(), String> {
        let (first, where_) = self.0.get_or_insert_with(|| (currency.to_owned(), line));
        if first != currency {
            return Err(format!(
                "its price is in `{currency}`, that of line {where_} in `{first}`"
            ));
        }
        if !matches!(currency, "" | "USD") {
            return Err(format!("its price is in `{currency}`, only `USD` is taken"));
        }
        Ok(())
    }
}

struct Row<'a> {
    record: &'a StringRecord,
    places: &'a BTreeMap<String, usize>,
    width: usize,
}

impl Row<'_> {
    fn cell(&self, name: &str) -> &str {
        let cell = self
            .places
            .get(name)
            .and_then(|&place| self.record.get(place));
        cell.unwrap_or_default().trim()
    }

    fn draft(&self, line: u64, currencies: &mut Currencies) -> Result<Draft, String> {
        if self.record.len() < self.width {
            return Err(format!(
                "it has {} cells, the header has {}",
                self.record.len(),
                self.width
            ));
        }
        currencies.check(self.cell("Currency"), line)?;
        let count = self.accelerators()?;
        let model = Some(self.cell("AcceleratorName"))
            .filter(|name| !name.is_empty())
            .unwrap_or(UNNAMED);
        let accelerators = count.map(|thousandths| Accelerators {
            model: model.to_owned(),
            thousandths,
        });
        let name = match (self.cell("InstanceType"), &accelerators) {
            ("", Some(found)) => found.model.clone(),
            ("", None) => return Err("it names no type".to_owned()),
            (name, _) => name.to_owned(),
        };
        let region = self.cell("Region");
        if region.is_empty() {
            return Err("it names no region".to_owned());
        }
        let on_demand = self.price("Price")?;
        Ok(Draft {
            machine: Machine {
                name,
                vcpus: self.vcpus()?,
                memory: self.memory()?,
                accelerators,
            },
            region: region.to_owned(),
            prices: Prices {
                on_demand,
                spot: self.price("SpotPrice")?,
                ..Prices::default()
            },
            line,
        })
    }

    fn number(&self, name: &str, power: u32) -> Result<Option<i64>, String> {
        let cell = self.cell(name);
        if cell.is_empty() {
            return Ok(None);
        }
        let number = Decimal::parse(cell).and_then(|number| number.scaled_half_even(power));
        number
            .map(Some)
            .ok_or_else(|| format!("`{cell}` in `{name}` is no number"))
    }

    /// A price in nano-dollars; what is finer is rounded.
    fn price(&self, name: &str) -> Result<Option<HourlyPrice>, String> {
        let nanos = self.number(name, 9)?;
        Ok(nanos.map(|nanos| HourlyPrice::new(Money::from_nanos(nanos))))
    }

    fn vcpus(&self) -> Result<Option<u32>, String> {
        let Some(thousandths) = self.number("vCPUs", 3)? else {
            return Ok(None);
        };
        let whole = u32::try_from(thousandths / 1_000)
            .ok()
            .filter(|&whole| whole > 0 && thousandths % 1_000 == 0);
        whole
            .map(Some)
            .ok_or_else(|| format!("`{}` in `vCPUs` is no number of CPUs", self.cell("vCPUs")))
    }

    fn memory(&self) -> Result<Option<Bytes>, String> {
        let Some(millionths) = self.number("MemoryGiB", 6)? else {
            return Ok(None);
        };
        let wrong = || {
            format!(
                "`{}` in `MemoryGiB` is no amount of memory",
                self.cell("MemoryGiB")
            )
        };
        let millionths = u64::try_from(millionths)
            .ok()
            .filter(|&found| found > 0)
            .ok_or_else(wrong)?;
        let bytes = (u128::from(millionths) << 30) / 1_000_000;
        u64::try_from(bytes)
            .map(|bytes| Some(Bytes::new(bytes)))
            .map_err(|_| wrong())
    }

    fn accelerators(&self) -> Result<Option<u32>, String> {
        let count = self.number("AcceleratorCount", 3)?;
        match (self.cell("AcceleratorName"), count) {
            ("", None) => Ok(None),
            (name, None) => Err(format!("it has no count of `{name}`")),
            (_, Some(count)) => {
                let found = u32::try_from(count).ok().filter(|&count| count > 0);
                found.map(Some).ok_or_else(|| {
                    format!(
                        "`{}` in `AcceleratorCount` is no count",
                        self.cell("AcceleratorCount")
                    )
                })
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn read(text: &str) -> Result<Imported, ImportError> {
        let source = Source {
            name: "a list".into(),
            date: "2026-11-01".parse().unwrap(),
        };
        import_skypilot(text.as_bytes(), Cloud::Azure, &source)
    }

    const HEADER: &str = "InstanceType,AcceleratorName,AcceleratorCount,vCPUs,MemoryGiB,Price,SpotPrice,Region,AvailabilityZone\n";

    #[test]
    fn zones_of_one_price_are_one_offer() {
        let text = format!(
            "\u{feff}{HEADER}g1,T4,0.5,8,27.5,0.40,,east,east-a\ng1,T4,0.5,8.0,27.5,0.4,,east,east-b\n,tpu-v5,1,,,1.2,0.5,east,east-a\n"
        );
        let made = read(&text).unwrap();
        assert_eq!((made.snapshot.len(), made.refused.len()), (2, 0));
        let g1 = made.snapshot.machine("g1").unwrap();
        assert_eq!(
            (g1.vcpus, g1.memory.unwrap().to_string()),
            (Some(8), "27.5 GiB".to_owned())
        );
        assert_eq!(g1.accelerators.as_ref().unwrap().thousandths, 500);
        assert_eq!(made.snapshot.machine("tpu-v5").unwrap().vcpus, None);
        assert!(!made.snapshot.spot_source().unwrap().estimated);
    }

    #[test]
    fn wrong_columns_are_named() {
        let cases = [
            (
                "InstanceType,vCPUs,MemoryGiB,Region\n",
                "columns are missing: `Price`",
            ),
            (
                "InstanceType,vCPUs,MemoryGiB,Price,Region,Discount\n",
                "columns are not known: `Discount`",
            ),
            (
                "type,price\n",
                "columns are missing: `InstanceType`, `vCPUs`, `MemoryGiB`, `Price`, `Region`; and not known: `type`, `price`",
            ),
            (
                "InstanceType,vCPUs,MemoryGiB,Price,Price,Region\n",
                "columns are not known: `Price`",
            ),
        ];
        for (text, expected) in cases {
            assert_eq!(read(text).unwrap_err().to_string(), expected);
        }
    }

    #[test]
    fn wrong_lines_refuse_the_file() {
        let cases = [
            (
                "a,,,2,8,NaN,,east,",
                "line 3: `NaN` in `Price` is no number",
            ),
            (
                "a,,,2,8,0.1,inf,east,",
                "line 3: `inf` in `SpotPrice` is no number",
            ),
            (
                "a,,,0,8,0.1,,east,",
                "line 3: `0` in `vCPUs` is no number of CPUs",
            ),
            (
                "a,,,2,-8,0.1,,east,",
                "line 3: `-8` in `MemoryGiB` is no amount of memory",
            ),
            ("a,T4,,2,8,0.1,,east,", "line 3: it has no count of `T4`"),
            (
                "a,T4,-1,2,8,0.1,,east,",
                "line 3: `-1` in `AcceleratorCount` is no count",
            ),
            (",,,2,8,0.1,,east,", "line 3: it names no type"),
            ("a,,,2,8,0.1,,,", "line 3: it names no region"),
            ("a,,,2,8", "line 3: it has 5 cells, the header has 9"),
            (
                "ok,,,2,8,0.2,,east,",
                "lines 2 and 3: `ok` has two prices in `east`",
            ),
            ("ok,,,4,8,0.1,,west,", "lines 2 and 3: `ok` has two sizes"),
        ];
        for (line, expected) in cases {
            let error = read(&format!("{HEADER}ok,,,2,8,0.1,,east,\n{line}\n")).unwrap_err();
            assert_eq!(error.to_string(), expected, "{line}");
        }
    }

    #[test]
    fn currencies_are_not_mixed() {
        let read = |first: &str, second: &str| {
            read(&format!(
                "InstanceType,vCPUs,MemoryGiB,Price,Region,Currency\na,2,8,0.1,east,{first}\nb,2,8,0.1,east,{second}\n"
            ))
        };
        assert!(read("USD", "USD").is_ok());
        assert_eq!(
            read("USD", "EUR").unwrap_err().to_string(),
            "line 3: its price is in `EUR`, that of line 2 in `USD`"
        );
        let euros = read("EUR", "EUR").unwrap_err().to_string();
        assert_eq!(
            euros,
            "line 2: its price is in `EUR`, only `USD` is taken\n  line 3: its price is in `EUR`, only `USD` is taken"
        );
    }

    #[test]
    fn a_file_of_nothing_but_faults_names_some_and_counts_the_rest() {
        let text = format!("{HEADER}{}", "a,,,2,8,NaN,,east,\n".repeat(25));
        let ImportError::Lines { faults, more } = read(&text).unwrap_err() else {
            panic!()
        };
        assert_eq!((faults.len(), more, faults[0].line), (20, 5, 2));
        let free = read(&format!("{HEADER}a,,,2,8,0,,east,\n")).unwrap_err();
        assert_eq!(
            free.to_string(),
            "no offer is left: it has 1 lines, of which the rules refused 1 prices"
        );
    }

    proptest! {
        #[test]
        fn no_file_makes_it_panic(text in "[-0-9a-zA,.\n\"]{0,200}") {
            let _ = read(&text);
            let _ = read(&format!("{HEADER}{text}"));
        }

        #[test]
        fn an_import_keeps_its_prices(prices in prop::collection::btree_map("[a-d]{1,3}", 1_i64..4_000_000_000, 1..20)) {
            let lines = prices.iter().map(|(name, nanos)| {
                format!("{name},,,2,8,{}.{:09},,east,\n", nanos / 1_000_000_000, nanos % 1_000_000_000)
            });
            let text = HEADER.to_owned() + &lines.collect::<String>();
            let made = read(&text).unwrap();
            let again = Snapshot::decode(&made.snapshot.encode()).unwrap();
            let catalog = crate::Catalog::default().with(again);
            for (name, nanos) in prices {
                let offer = catalog.offer(Cloud::Azure, &name, "east").unwrap();
                prop_assert_eq!(offer.prices.on_demand.unwrap().an_hour().nanos(), nanos);
            }
        }
    }
}
