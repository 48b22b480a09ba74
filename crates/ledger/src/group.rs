//! What was spent, by service, step or workload.

use std::collections::BTreeMap;

use units::{Money, Overflow, Span};

/// One thing that was paid, or would be.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Entry {
    /// The workload.
    pub workload: String,
    /// The run.
    pub run: String,
    /// The step.
    pub step: String,
    /// What of which service, such as `SageMaker training`.
    pub service: String,
    /// Time that was billed, all instances together.
    pub duration: Span,
    /// `None` where no price is known.
    pub amount: Option<Money>,
}

/// What entries are summed by.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum By {
    /// The service.
    Service,
    /// The step, of all runs of all workloads.
    Step,
    /// The workload.
    Workload,
}

/// A sum.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Group {
    /// The service, step or workload.
    pub key: String,
    /// What its priced entries cost.
    pub amount: Money,
    /// Time that was billed, with that of entries without a price.
    pub duration: Span,
    /// Entries.
    pub entries: u64,
    /// Entries without a price, whose money is missing.
    pub unpriced: u64,
}

/// Sums, the dearest first, equal ones by name.
///
/// ```
/// use ledger::{By, Entry, group};
///
/// let entry = |step: &str, amount: &str| Entry {
///     workload: "heart-disease".to_owned(),
///     run: "a1".to_owned(),
///     step: step.to_owned(),
///     service: "SageMaker training".to_owned(),
///     duration: "60 s".parse().unwrap_or_default(),
///     amount: amount.parse().ok(),
/// };
/// let groups = group(&[entry("Prepare", "0.1 USD"), entry("Train", "0.2 USD"), entry("Train", "?")], By::Step)?;
/// assert_eq!((groups[0].key.as_str(), groups[0].unpriced), ("Train", 1));
/// # Ok::<(), units::Overflow>(())
/// ```
pub fn group(entries: &[Entry], by: By) -> Result<Vec<Group>, Overflow> {
    let mut sums: BTreeMap<&str, Group> = BTreeMap::new();
    for entry in entries {
        let key = match by {
            By::Service => &entry.service,
            By::Step => &entry.step,
            By::Workload => &entry.workload,
        };
        let sum = sums.entry(key).or_insert_with(|| Group {
            key: key.clone(),
            amount: Money::ZERO,
            duration: Span::ZERO,
            entries: 0,
            unpriced: 0,
        });
        sum.amount = sum
            .amount
            .checked_add(entry.amount.unwrap_or(Money::ZERO))?;
        sum.duration = sum.duration.checked_add(entry.duration)?;
        sum.entries += 1;
        sum.unpriced += u64::from(entry.amount.is_none());
    }
    let mut groups: Vec<Group> = sums.into_values().collect();
    // The sort is stable: equal amounts stay in the order of their names.
    groups.sort_by_key(|group| std::cmp::Reverse(group.amount));
    Ok(groups)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn entry(workload: &str, step: &str, service: &str, amount: Option<&str>) -> Entry {
        Entry {
            workload: workload.to_owned(),
            run: "r".to_owned(),
            step: step.to_owned(),
            service: service.to_owned(),
            duration: "30 s".parse().unwrap(),
            amount: amount.map(|amount| amount.parse().unwrap()),
        }
    }

    #[test]
    fn entries_are_summed_by_each_of_their_names() {
        let entries = [
            entry("heart", "Prepare", "processing", Some("0.10 USD")),
            entry("heart", "Train", "training", Some("0.25 USD")),
            entry("air", "Train", "training", Some("0.15 USD")),
            entry("air", "Prepare", "processing", None),
            entry("air", "Batch", "transform", Some("0.05 USD")),
        ];
        let shown = |by| {
            let groups = group(&entries, by).unwrap();
            let line = |one: &Group| {
                format!(
                    "{} {} {} {}",
                    one.key, one.amount, one.entries, one.unpriced
                )
            };
            groups.iter().map(line).collect::<Vec<_>>()
        };
        let services = [
            "training 0.4 USD 2 0",
            "processing 0.1 USD 2 1",
            "transform 0.05 USD 1 0",
        ];
        assert_eq!(shown(By::Service), services);
        let steps = [
            "Train 0.4 USD 2 0",
            "Prepare 0.1 USD 2 1",
            "Batch 0.05 USD 1 0",
        ];
        assert_eq!(shown(By::Step), steps);
        assert_eq!(
            shown(By::Workload),
            ["heart 0.35 USD 2 0", "air 0.2 USD 3 1"]
        );
        let durations = group(&entries, By::Workload).unwrap();
        assert_eq!(durations[1].duration, "90 s".parse().unwrap());
    }

    #[test]
    fn equal_sums_stand_by_name_and_nothing_is_no_group() {
        let entries = [
            entry("b", "x", "s", Some("1 USD")),
            entry("a", "x", "s", Some("1 USD")),
        ];
        let keys: Vec<String> = group(&entries, By::Workload)
            .unwrap()
            .into_iter()
            .map(|g| g.key)
            .collect();
        assert_eq!(keys, ["a", "b"]);
        assert_eq!(group(&[], By::Step).unwrap(), []);
    }

    #[test]
    fn a_sum_beyond_any_amount_is_an_error() {
        let much = Entry {
            amount: Some(Money::from_nanos(i64::MAX)),
            ..entry("a", "x", "s", None)
        };
        assert!(group(&[much.clone(), much], By::Step).is_err());
    }
}
