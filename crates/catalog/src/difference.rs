//! What differs between two snapshots of a cloud.

use std::cmp::Ordering;

use units::HourlyPrice;

use crate::snapshot::Row;
use crate::{Purchase, Snapshot};

/// What differs between two snapshots, each list by type and region.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Difference {
    /// Offers that only the newer one has.
    pub added: Vec<Place>,
    /// Offers that only the older one has.
    pub removed: Vec<Place>,
    /// Prices that changed.
    pub changed: Vec<Change>,
    /// Offers that are the same in both.
    pub same: usize,
}

/// A type in a region.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Place {
    /// Type.
    pub machine: String,
    /// Region.
    pub region: String,
}

/// A price that changed, or became known or unknown.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Change {
    /// Where.
    pub place: Place,
    /// Of which way to buy.
    pub purchase: Purchase,
    /// What it was.
    pub before: Option<HourlyPrice>,
    /// What it is.
    pub after: Option<HourlyPrice>,
}

impl Change {
    /// How much more it costs, in per cent, where both prices are known.
    pub fn percent(&self) -> Option<f64> {
        let nanos = |price: HourlyPrice| price.an_hour().nanos() as f64;
        let (before, after) = (nanos(self.before?), nanos(self.after?));
        (before > 0.0).then(|| (after / before - 1.0) * 100.0)
    }
}

/// Compares an older snapshot with a newer one.
pub fn difference(older: &Snapshot, newer: &Snapshot) -> Difference {
    let place = |snapshot: &Snapshot, row: &Row| Place {
        machine: snapshot.machines()[row.machine as usize].name.clone(),
        region: snapshot.regions()[row.region as usize].clone(),
    };
    let mut found = Difference::default();
    let (mut before, mut after) = (older.rows(), newer.rows());
    loop {
        let (left, right) = (before.first(), after.first());
        let order = match (left, right) {
            (None, None) => return found,
            (Some(_), None) => Ordering::Less,
            (None, Some(_)) => Ordering::Greater,
            (Some(left), Some(right)) => place(older, left).cmp(&place(newer, right)),
        };
        match (order, left, right) {
            (Ordering::Less, Some(left), _) => found.removed.push(place(older, left)),
            (Ordering::Greater, _, Some(right)) => found.added.push(place(newer, right)),
            (_, Some(left), Some(right)) => found.compare(&place(newer, right), left, right),
            _ => return found,
        }
        before = &before[usize::from(order != Ordering::Greater)..];
        after = &after[usize::from(order != Ordering::Less)..];
    }
}

impl Difference {
    fn compare(&mut self, place: &Place, before: &Row, after: &Row) {
        let ways = [
            (
                Purchase::OnDemand,
                before.prices.on_demand,
                after.prices.on_demand,
            ),
            (Purchase::Spot, before.prices.spot, after.prices.spot),
            (
                Purchase::Reserved,
                before.prices.reserved,
                after.prices.reserved,
            ),
        ];
        let changes = ways
            .into_iter()
            .filter(|(_, before, after)| before != after);
        let earlier = self.changed.len();
        self.changed
            .extend(changes.map(|(purchase, before, after)| Change {
                place: place.clone(),
                purchase,
                before,
                after,
            }));
        self.same += usize::from(self.changed.len() == earlier);
    }

    /// Whether nothing differs.
    pub fn is_empty(&self) -> bool {
        self.added.is_empty() && self.removed.is_empty() && self.changed.is_empty()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{Catalog, Cloud, Source, import_skypilot};

    fn snapshot(rows: &str) -> Snapshot {
        let source = Source {
            name: "a list".into(),
            date: "2026-11-01".parse().unwrap(),
        };
        let text = format!("InstanceType,vCPUs,MemoryGiB,Price,SpotPrice,Region\n{rows}");
        import_skypilot(text.as_bytes(), Cloud::Lambda, &source)
            .unwrap()
            .snapshot
    }

    #[test]
    fn what_came_went_and_changed_is_listed() {
        let older =
            snapshot("a,2,8,0.1,,east\nb,2,8,0.2,0.1,east\nc,2,8,0.3,,east\nd,2,8,1,,east\n");
        let newer =
            snapshot("b,2,8,0.25,,east\nb,2,8,0.2,,north\nc,2,8,0.3,,east\nd,2,8,1,0.5,east\n");
        let found = difference(&older, &newer);
        let names = |places: &[Place]| {
            places
                .iter()
                .map(|place| format!("{} {}", place.machine, place.region))
                .collect::<Vec<_>>()
        };
        assert_eq!(names(&found.removed), ["a east"]);
        assert_eq!(names(&found.added), ["b north"]);
        assert_eq!(found.same, 1);
        let changed: Vec<(&str, Purchase, Option<f64>)> = found
            .changed
            .iter()
            .map(|change| {
                (
                    change.place.machine.as_str(),
                    change.purchase,
                    change.percent(),
                )
            })
            .collect();
        assert_eq!(
            changed,
            [
                ("b", Purchase::OnDemand, Some(25.0)),
                ("b", Purchase::Spot, None),
                ("d", Purchase::Spot, None)
            ]
        );
        assert_eq!(found.changed[1].after, None);
    }

    #[test]
    fn a_snapshot_does_not_differ_from_itself() {
        for snapshot in Catalog::shipped().snapshots() {
            let found = difference(snapshot, snapshot);
            assert!(found.is_empty());
            assert_eq!(found.same, snapshot.len());
        }
    }
}
