//! The catalog: a snapshot of each cloud, and what can be found in them.

use std::sync::OnceLock;

use crate::{Cloud, Filter, Offer, Prices, Snapshot, speeds};

/// A snapshot of each cloud. An imported one takes the place of the shipped one.
#[derive(Debug, Clone, Default)]
pub struct Catalog {
    /// Sorted by cloud.
    shelves: Vec<Shelf>,
}

#[derive(Debug, Clone)]
struct Shelf {
    snapshot: Snapshot,
    /// Physical cores of each machine.
    cores: Vec<Option<u32>>,
}

/// Why there is no offer.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum NotOffered {
    /// The cloud is not in the catalog.
    #[error("the catalog has no offers of `{0}`")]
    Cloud(Cloud),
    /// The cloud has no such region.
    #[error("`{cloud}` has no region `{region}`")]
    Region {
        /// Cloud.
        cloud: Cloud,
        /// What was asked for.
        region: String,
    },
    /// The cloud has no such type.
    #[error("`{cloud}` has no type `{machine}`")]
    Machine {
        /// Cloud.
        cloud: Cloud,
        /// What was asked for.
        machine: String,
    },
    /// The type has no price in the region.
    #[error("`{machine}` has no price in `{region}`")]
    Here {
        /// Type.
        machine: String,
        /// Region.
        region: String,
        /// Where it has one.
        elsewhere: Vec<String>,
    },
}

const SHIPPED: [&[u8]; 4] = [
    include_bytes!("../data/prices/aws.pack"),
    include_bytes!("../data/prices/azure.pack"),
    include_bytes!("../data/prices/gcp.pack"),
    include_bytes!("../data/prices/lambda.pack"),
];

impl Catalog {
    /// What this version ships.
    ///
    /// ```
    /// use catalog::{Catalog, Cloud};
    /// let offer = Catalog::shipped().offer(Cloud::Aws, "c5.large", "us-east-1").unwrap();
    /// assert_eq!(offer.prices.on_demand.unwrap().to_string(), "0.085 USD/h");
    /// assert_eq!((offer.machine.vcpus, offer.cores), (Some(2), Some(1)));
    /// ```
    pub fn shipped() -> &'static Self {
        static CATALOG: OnceLock<Catalog> = OnceLock::new();
        CATALOG.get_or_init(|| {
            let read =
                |bytes| Snapshot::decode(bytes).expect("a test reads every pack that is shipped");
            SHIPPED
                .into_iter()
                .map(read)
                .fold(Self::default(), Self::with)
        })
    }

    /// With this snapshot in the place of the one that its cloud had.
    pub fn with(mut self, snapshot: Snapshot) -> Self {
        let cloud = snapshot.cloud();
        let cores = snapshot
            .machines()
            .iter()
            .map(|machine| speeds::cores(cloud, &machine.name))
            .collect();
        self.shelves.retain(|shelf| shelf.snapshot.cloud() != cloud);
        self.shelves.push(Shelf { snapshot, cores });
        self.shelves.sort_by_key(|shelf| shelf.snapshot.cloud());
        self
    }

    /// The same offers at other prices.
    ///
    /// ```
    /// use catalog::{Catalog, Cloud, Prices};
    /// let free = Catalog::shipped().clone().with_prices(|prices| Prices { spot: None, ..prices });
    /// assert_eq!(free.offer(Cloud::Aws, "c5.large", "us-east-1").unwrap().prices.spot, None);
    /// ```
    #[must_use]
    pub fn with_prices(mut self, change: impl Fn(Prices) -> Prices) -> Self {
        for shelf in &mut self.shelves {
            shelf.snapshot = shelf.snapshot.clone().with_prices(&change);
        }
        self
    }

    /// Every snapshot, sorted by cloud.
    pub fn snapshots(&self) -> impl Iterator<Item = &Snapshot> {
        self.shelves.iter().map(|shelf| &shelf.snapshot)
    }

    /// The snapshot of a cloud.
    pub fn snapshot(&self, cloud: Cloud) -> Option<&Snapshot> {
        self.snapshots().find(|snapshot| snapshot.cloud() == cloud)
    }

    /// Number of offers.
    pub fn len(&self) -> usize {
        self.snapshots().map(Snapshot::len).sum()
    }

    /// Whether nothing is offered.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// The offer of a type in a region.
    pub fn offer(
        &self,
        cloud: Cloud,
        machine: &str,
        region: &str,
    ) -> Result<Offer<'_>, NotOffered> {
        let found = self
            .shelves
            .iter()
            .find(|shelf| shelf.snapshot.cloud() == cloud);
        let shelf = found.ok_or(NotOffered::Cloud(cloud))?;
        let unknown_region = || NotOffered::Region {
            cloud,
            region: region.to_owned(),
        };
        let unknown_machine = || NotOffered::Machine {
            cloud,
            machine: machine.to_owned(),
        };
        let regions = shelf.snapshot.regions();
        let here = regions
            .binary_search_by(|known| known.as_str().cmp(region))
            .map_err(|_| unknown_region())?;
        let place = shelf
            .snapshot
            .machine_place(machine)
            .ok_or_else(unknown_machine)?;
        let rows = shelf.snapshot.rows();
        let key = |row: &crate::snapshot::Row| (row.machine as usize, row.region as usize);
        match rows.binary_search_by(|row| key(row).cmp(&(place, here))) {
            Ok(row) => Ok(shelf.offer(row)),
            Err(_) => Err(NotOffered::Here {
                machine: machine.to_owned(),
                region: region.to_owned(),
                elsewhere: shelf
                    .of_machine(place)
                    .map(|offer| offer.region.to_owned())
                    .collect(),
            }),
        }
    }

    /// Every offer of a type, by region.
    pub fn offers_of(&self, cloud: Cloud, machine: &str) -> Vec<Offer<'_>> {
        let shelf = self
            .shelves
            .iter()
            .find(|shelf| shelf.snapshot.cloud() == cloud);
        let of = |shelf: &'_ Shelf| shelf.snapshot.machine_place(machine);
        shelf
            .and_then(|shelf| Some(shelf.of_machine(of(shelf)?).collect()))
            .unwrap_or_default()
    }

    /// Every offer that a filter lets through, by cloud, type and region.
    pub fn offers<'a>(&'a self, filter: &'a Filter) -> impl Iterator<Item = Offer<'a>> {
        self.shelves
            .iter()
            .filter(|shelf| filter.takes_cloud(shelf.snapshot.cloud()))
            .flat_map(move |shelf| shelf.offers(filter))
    }
}

impl Shelf {
    fn offer(&self, row: usize) -> Offer<'_> {
        let found = self.snapshot.rows()[row];
        Offer {
            cloud: self.snapshot.cloud(),
            machine: &self.snapshot.machines()[found.machine as usize],
            cores: self.cores[found.machine as usize],
            region: &self.snapshot.regions()[found.region as usize],
            prices: found.prices,
            source: self.snapshot.source(),
            spot_source: self.snapshot.spot_source(),
        }
    }

    fn of_machine(&self, place: usize) -> impl Iterator<Item = Offer<'_>> {
        let rows = self.snapshot.rows();
        let first = rows.partition_point(|row| (row.machine as usize) < place);
        let end = rows.partition_point(|row| row.machine as usize <= place);
        (first..end).map(|row| self.offer(row))
    }

    /// Patterns are matched once for each machine and region, not for each offer.
    fn offers<'a>(&'a self, filter: &'a Filter) -> impl Iterator<Item = Offer<'a>> {
        let machines = self.snapshot.machines().iter();
        let machines: Vec<bool> = machines
            .map(|machine| filter.takes_machine(machine))
            .collect();
        let regions = self.snapshot.regions().iter();
        let regions: Vec<bool> = regions.map(|region| filter.takes_region(region)).collect();
        let rows = self.snapshot.rows().iter().enumerate();
        rows.filter(move |(_, row)| machines[row.machine as usize] && regions[row.region as usize])
            .map(|(place, _)| self.offer(place))
            .filter(|offer| filter.takes_price(&offer.prices))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Purchase;

    #[test]
    fn every_shipped_pack_is_read_and_keeps_the_rules() {
        let shipped = Catalog::shipped();
        let clouds: Vec<&str> = shipped
            .snapshots()
            .map(|snapshot| snapshot.cloud().name())
            .collect();
        assert_eq!(clouds, ["aws", "azure", "gcp", "lambda"]);
        assert!(
            shipped.len() > 75_000 && !shipped.is_empty(),
            "{}",
            shipped.len()
        );
        for offer in shipped.offers(&Filter::default()) {
            let on_demand = offer
                .prices
                .on_demand
                .expect("every shipped offer has a price");
            assert!(on_demand.an_hour().nanos() > 0, "{offer:?}");
            if let Some(spot) = offer.prices.spot {
                assert!(spot.an_hour().nanos() > 0 && spot <= on_demand, "{offer:?}");
                assert!(offer.spot_source.is_some(), "{offer:?}");
            }
            assert_eq!(offer.price(Purchase::Reserved), None, "no source gives it");
        }
    }

    /// Prices of the published pages, type by type.
    #[test]
    fn known_prices_are_found() {
        let cases = [
            (Cloud::Aws, "t2.medium", "us-east-1", "0.0464 USD/h"),
            (Cloud::Aws, "p3.2xlarge", "us-east-1", "3.06 USD/h"),
            (Cloud::Azure, "Standard_D2s_v3", "eastus", "0.096 USD/h"),
            (Cloud::Gcp, "e2-standard-2", "us-central1", "0.06701 USD/h"),
        ];
        for (cloud, machine, region, price) in cases {
            let offer = Catalog::shipped().offer(cloud, machine, region).unwrap();
            assert_eq!(
                offer.prices.on_demand.unwrap().to_string(),
                price,
                "{machine}"
            );
        }
    }

    #[test]
    fn what_is_not_offered_says_why() {
        let shipped = Catalog::shipped();
        let why = |cloud, machine, region| {
            shipped
                .offer(cloud, machine, region)
                .unwrap_err()
                .to_string()
        };
        assert_eq!(
            why(Cloud::Aws, "c5.large", "us-east-9"),
            "`aws` has no region `us-east-9`"
        );
        assert_eq!(
            why(Cloud::Aws, "c5.enormous", "us-east-1"),
            "`aws` has no type `c5.enormous`"
        );
        assert_eq!(
            why(Cloud::Own, "c5.large", "us-east-1"),
            "the catalog has no offers of `own`"
        );
        let p3 = shipped
            .offer(Cloud::Aws, "a1.large", "ca-central-1")
            .unwrap_err();
        let NotOffered::Here { elsewhere, .. } = p3 else {
            panic!("{p3}")
        };
        assert!(elsewhere.contains(&"us-east-1".to_owned()), "{elsewhere:?}");
        assert_eq!(shipped.offers_of(Cloud::Aws, "c5.large").len(), 13);
        assert!(shipped.offers_of(Cloud::Aws, "c5.enormous").is_empty());
    }

    #[test]
    fn an_imported_snapshot_takes_the_place_of_its_cloud() {
        let lambda = Catalog::shipped().snapshot(Cloud::Lambda).unwrap().clone();
        let count = lambda.len();
        let catalog = Catalog::default().with(lambda.clone()).with(lambda);
        assert_eq!((catalog.snapshots().count(), catalog.len()), (1, count));
    }
}
