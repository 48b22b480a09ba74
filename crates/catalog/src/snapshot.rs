//! The offers of one cloud at one moment: what is shipped, imported, stored with a plan and compared.

use std::collections::BTreeMap;

use units::{Bytes, HourlyPrice, Money};

use crate::columns::{Error, Pack, Table};
use crate::offer::{Interruptions, Prices, SpotSource};
use crate::sanity::Draft;
use crate::{Accelerators, Cloud, Machine, Source};

/// The offers of one cloud at one moment. Sorted by type, then region; each pair once.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Snapshot {
    cloud: Cloud,
    source: Source,
    spot_source: Option<SpotSource>,
    machines: Vec<Machine>,
    regions: Vec<String>,
    rows: Vec<Row>,
}

/// An offer by the places of its machine and its region.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Row {
    pub(crate) machine: u32,
    pub(crate) region: u32,
    pub(crate) prices: Prices,
}

/// Two rows that cannot both be true.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum Contradiction {
    /// A type has two sizes.
    #[error("lines {first} and {second}: `{machine}` has two sizes")]
    Sizes {
        /// Type.
        machine: String,
        /// Line of the first.
        first: u64,
        /// Line of the other.
        second: u64,
    },
    /// A type has two prices in a region.
    #[error("lines {first} and {second}: `{machine}` has two prices in `{region}`")]
    Prices {
        /// Type.
        machine: String,
        /// Region.
        region: String,
        /// Line of the first.
        first: u64,
        /// Line of the other.
        second: u64,
    },
}

impl Snapshot {
    /// Puts drafts in order. Rows that say the same count once; rows that contradict each other are errors.
    pub fn new(
        cloud: Cloud,
        source: Source,
        spot_source: Option<SpotSource>,
        mut drafts: Vec<Draft>,
    ) -> Result<Self, Contradiction> {
        drafts.sort_by(|left, right| {
            (&left.machine.name, &left.region, left.line).cmp(&(
                &right.machine.name,
                &right.region,
                right.line,
            ))
        });
        let mut names: Vec<&str> = drafts.iter().map(|draft| draft.region.as_str()).collect();
        names.sort_unstable();
        names.dedup();
        let places: BTreeMap<&str, u32> = names.iter().copied().zip(0..).collect();
        let mut machines: Vec<Machine> = Vec::new();
        let mut rows: Vec<Row> = Vec::new();
        let mut earlier: Option<&Draft> = None;
        let mut first_line = 0;
        for draft in &drafts {
            let known = machines
                .last()
                .is_some_and(|last| last.name == draft.machine.name);
            if !known {
                machines.push(draft.machine.clone());
                first_line = draft.line;
            } else if machines.last() != Some(&draft.machine) {
                return Err(Contradiction::Sizes {
                    machine: draft.machine.name.clone(),
                    first: first_line,
                    second: draft.line,
                });
            }
            let again = earlier.filter(|earlier| known && earlier.region == draft.region);
            match again {
                Some(earlier) if earlier.prices == draft.prices => {}
                Some(earlier) => {
                    return Err(Contradiction::Prices {
                        machine: draft.machine.name.clone(),
                        region: draft.region.clone(),
                        first: earlier.line,
                        second: draft.line,
                    });
                }
                None => rows.push(Row {
                    machine: machines.len() as u32 - 1,
                    region: places[draft.region.as_str()],
                    prices: draft.prices,
                }),
            }
            earlier = Some(draft);
        }
        let regions = names.into_iter().map(str::to_owned).collect();
        Ok(Self {
            cloud,
            source,
            spot_source,
            machines,
            regions,
            rows,
        })
    }

    /// Who rents.
    pub fn cloud(&self) -> Cloud {
        self.cloud
    }

    /// Where the prices on demand were read.
    pub fn source(&self) -> &Source {
        &self.source
    }

    /// Where the spot prices were read, if there are any.
    pub fn spot_source(&self) -> Option<&SpotSource> {
        self.spot_source.as_ref()
    }

    /// Types, sorted by name.
    pub fn machines(&self) -> &[Machine] {
        &self.machines
    }

    /// Regions, sorted.
    pub fn regions(&self) -> &[String] {
        &self.regions
    }

    /// Number of offers.
    pub fn len(&self) -> usize {
        self.rows.len()
    }

    /// Whether it has no offers.
    pub fn is_empty(&self) -> bool {
        self.rows.is_empty()
    }

    /// The same offers at other prices, such as those of a question what would be if.
    #[must_use]
    pub fn with_prices(mut self, change: impl Fn(Prices) -> Prices) -> Self {
        for row in &mut self.rows {
            row.prices = change(row.prices);
        }
        self
    }

    pub(crate) fn rows(&self) -> &[Row] {
        &self.rows
    }

    /// The type of this name.
    pub fn machine(&self, name: &str) -> Option<&Machine> {
        let place = self.machine_place(name)?;
        Some(&self.machines[place])
    }

    pub(crate) fn machine_place(&self, name: &str) -> Option<usize> {
        self.machines
            .binary_search_by(|machine| machine.name.as_str().cmp(name))
            .ok()
    }

    /// The bytes of a file that holds it.
    pub fn encode(&self) -> Vec<u8> {
        let spot = self.spot_source.as_ref();
        let date = |source: &Source| source.date.to_string();
        let about = Table::new(1)
            .with_texts("cloud", [self.cloud.name()])
            .with_texts("source", [self.source.name.as_str()])
            .with_texts("date", [date(&self.source).as_str()])
            .with_texts("spot_source", [spot.map_or("", |spot| &spot.source.name)])
            .with_texts(
                "spot_date",
                [spot
                    .map_or(String::new(), |spot| date(&spot.source))
                    .as_str()],
            )
            .with_wholes(
                "spot_estimated",
                [spot.map(|spot| i64::from(spot.estimated))],
            );
        Pack::default()
            .with("about", about)
            .with("machines", self.machine_table())
            .with("offers", self.offer_table())
            .encode()
    }

    fn machine_table(&self) -> Table {
        let all = || self.machines.iter();
        Table::new(self.machines.len())
            .with_texts("name", all().map(|machine| machine.name.as_str()))
            .with_wholes("vcpus", all().map(|machine| machine.vcpus.map(i64::from)))
            .with_wholes(
                "memory",
                all().map(|machine| {
                    machine
                        .memory
                        .and_then(|memory| i64::try_from(memory.get()).ok())
                }),
            )
            .with_texts(
                "accelerator",
                all().map(|machine| {
                    machine
                        .accelerators
                        .as_ref()
                        .map_or("", |found| &found.model)
                }),
            )
            .with_wholes(
                "thousandths",
                all().map(|machine| {
                    machine
                        .accelerators
                        .as_ref()
                        .map(|found| i64::from(found.thousandths))
                }),
            )
    }

    fn offer_table(&self) -> Table {
        let all = || self.rows.iter();
        let nanos = |price: Option<HourlyPrice>| price.map(|price| price.an_hour().nanos());
        Table::new(self.rows.len())
            .with_wholes("machine", all().map(|row| Some(i64::from(row.machine))))
            .with_texts(
                "region",
                all().map(|row| self.regions[row.region as usize].as_str()),
            )
            .with_wholes("on_demand", all().map(|row| nanos(row.prices.on_demand)))
            .with_wholes("spot", all().map(|row| nanos(row.prices.spot)))
            .with_wholes("reserved", all().map(|row| nanos(row.prices.reserved)))
            .with_wholes(
                "interruptions",
                all().map(|row| row.prices.interruptions.map(|class| class as i64)),
            )
    }

    /// Reads the bytes of a file.
    pub fn decode(bytes: &[u8]) -> Result<Self, Error> {
        let pack = Pack::decode(bytes)?;
        let about = pack.table("about")?;
        if about.rows() != 1 {
            return Err(Error::Damaged("it is not about one cloud"));
        }
        let text = |name: &str| about.texts(name).map(|texts| texts.get(0).to_owned());
        let spot = match text("spot_source")? {
            name if name.is_empty() => None,
            name => Some(SpotSource {
                source: Source::parse(&name, &text("spot_date")?)?,
                estimated: about.wholes("spot_estimated")?.get(0) == Some(1),
            }),
        };
        let machines = read_machines(pack.table("machines")?)?;
        let (regions, rows) = read_offers(pack.table("offers")?, machines.len())?;
        Ok(Self {
            cloud: text("cloud")?.parse()?,
            source: Source::parse(&text("source")?, &text("date")?)?,
            spot_source: spot,
            machines,
            regions,
            rows,
        })
    }
}

fn read_machines(table: &Table) -> Result<Vec<Machine>, Error> {
    let (name, vcpus, memory) = (
        table.texts("name")?,
        table.wholes("vcpus")?,
        table.wholes("memory")?,
    );
    let (model, count) = (table.texts("accelerator")?, table.wholes("thousandths")?);
    let machine = |row: usize| Machine {
        name: name.get(row).to_owned(),
        vcpus: vcpus.count(row),
        memory: memory
            .get(row)
            .and_then(|bytes| u64::try_from(bytes).ok())
            .map(Bytes::new),
        accelerators: count.count(row).map(|thousandths| Accelerators {
            model: model.get(row).to_owned(),
            thousandths,
        }),
    };
    let machines: Vec<Machine> = (0..table.rows()).map(machine).collect();
    if !machines.is_sorted_by(|left, right| left.name < right.name) {
        return Err(Error::Damaged("types out of order"));
    }
    Ok(machines)
}

fn read_offers(table: &Table, machines: usize) -> Result<(Vec<String>, Vec<Row>), Error> {
    let (machine, region) = (table.wholes("machine")?, table.texts("region")?);
    let mut regions = region.words().to_vec();
    regions.sort_unstable();
    regions.dedup();
    let place = |word: &String| regions.binary_search(word).map_or(0, |place| place as u32);
    let places: Vec<u32> = region.words().iter().map(place).collect();
    let columns = [
        table.wholes("on_demand")?,
        table.wholes("spot")?,
        table.wholes("reserved")?,
    ];
    let class = table.wholes("interruptions")?;
    let price = |column: usize, row: usize| {
        columns[column]
            .get(row)
            .map(|nanos| HourlyPrice::new(Money::from_nanos(nanos)))
    };
    let mut rows: Vec<Row> = Vec::with_capacity(table.rows());
    for row in 0..table.rows() {
        let known = machine
            .count(row)
            .filter(|&place| (place as usize) < machines);
        rows.push(Row {
            machine: known.ok_or(Error::Damaged("an offer of no machine"))?,
            region: places[region.place(row)],
            prices: Prices {
                on_demand: price(0, row),
                spot: price(1, row),
                reserved: price(2, row),
                interruptions: class.get(row).and_then(Interruptions::from_place),
            },
        });
    }
    if !rows.is_sorted_by(|left, right| (left.machine, left.region) < (right.machine, right.region))
    {
        return Err(Error::Damaged("offers out of order"));
    }
    Ok((regions, rows))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn draft(name: &str, region: &str, cents: i32) -> Draft {
        let price = HourlyPrice::new(Money::from_cents(cents));
        Draft {
            machine: Machine {
                name: name.into(),
                vcpus: Some(4),
                memory: Some("16 GiB".parse().unwrap()),
                accelerators: Some(Accelerators {
                    model: "T4".into(),
                    thousandths: 1000,
                }),
            },
            region: region.into(),
            prices: Prices {
                on_demand: Some(price),
                interruptions: Some(Interruptions::To10),
                ..Prices::default()
            },
            line: u64::try_from(cents).unwrap(),
        }
    }

    fn snapshot(drafts: Vec<Draft>) -> Result<Snapshot, Contradiction> {
        Snapshot::new(
            Cloud::Aws,
            Source::parse("a list", "2026-01-02").unwrap(),
            None,
            drafts,
        )
    }

    #[test]
    fn drafts_are_sorted_counted_once_and_kept() {
        let made = snapshot(vec![
            draft("b", "west", 3),
            draft("a", "west", 2),
            draft("a", "east", 1),
            draft("a", "east", 1),
        ])
        .unwrap();
        assert_eq!((made.len(), made.machines().len()), (3, 2));
        assert_eq!(made.regions(), ["east", "west"]);
        assert_eq!(Snapshot::decode(&made.encode()).unwrap(), made);
        assert_eq!(made.machine("b").unwrap().vcpus, Some(4));
        assert_eq!(made.machine("c"), None);
        assert!(!made.is_empty() && made.spot_source().is_none());
    }

    #[test]
    fn contradictions_name_both_lines() {
        let two = snapshot(vec![draft("a", "east", 1), draft("a", "east", 2)]).unwrap_err();
        assert_eq!(
            two.to_string(),
            "lines 1 and 2: `a` has two prices in `east`"
        );
        let mut other = draft("a", "west", 5);
        other.machine.vcpus = Some(8);
        let sizes = snapshot(vec![draft("a", "east", 1), other]).unwrap_err();
        assert_eq!(sizes.to_string(), "lines 1 and 5: `a` has two sizes");
    }

    #[test]
    fn a_pack_of_something_else_is_refused() {
        let other = Pack::default().with("servers", Table::new(0)).encode();
        assert_eq!(Snapshot::decode(&other), Err(Error::Table("about".into())));
    }
}
