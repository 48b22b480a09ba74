//! Data and models in S3, or in the store of another cloud.

use catalog::Cloud;
use units::{Bytes, Money, Overflow};
use workload::StorageClass;

use super::CostLine;
use crate::{Range, demand::Storage};

/// Objects below this are kept as frequently used and not watched.
const LEAST_WATCHED: u64 = 128 * 1024;
const GIGABYTE: u128 = 1_000_000_000;

/// Lines of a month of storage and the requests of so many runs a year. Nothing where the region has no price: the caller says so.
///
/// Of a tiered store, what has not been read for 30 days goes to the infrequent tier. `cold` thousandths of the bytes have.
pub fn storage(
    kept: &Storage,
    class: StorageClass,
    cold: u64,
    region: &str,
    runs_a_year: u32,
) -> Result<Vec<CostLine>, Overflow> {
    let price = |item: &str| catalog::unit_price("S3", item, region);
    let amount = |item: &str, thousandths: u128| -> Result<Option<Money>, Overflow> {
        let thousandths = u64::try_from(thousandths).map_err(|_| Overflow { quantity: "Money" })?;
        price(item).map(|price| price.cost(thousandths)).transpose()
    };
    let bytes = u128::from(kept.data.get()) + u128::from(kept.artifacts.get());
    let gigabytes = (bytes * 1_000).div_ceil(GIGABYTE);
    let parts = match class {
        StorageClass::Standard => vec![("Standard storage", gigabytes)],
        StorageClass::IntelligentTiering => {
            let cold = if is_watched(kept) {
                gigabytes * u128::from(cold.min(1_000)) / 1_000
            } else {
                0
            };
            let watched = if is_watched(kept) {
                u128::from(kept.objects) * 1_000
            } else {
                0
            };
            vec![
                ("Intelligent-Tiering frequent storage", gigabytes - cold),
                ("Intelligent-Tiering infrequent storage", cold),
                ("Intelligent-Tiering monitoring and automation", watched),
            ]
        }
    };
    let mut lines = Vec::new();
    for (item, thousandths) in parts
        .into_iter()
        .filter(|(_, thousandths)| *thousandths > 0)
    {
        lines.extend(amount(item, thousandths)?.map(|money| line(item, money)));
    }
    let a_month = |count: u64| (u128::from(count) * u128::from(runs_a_year) * 1_000).div_ceil(12);
    let prefix = match class {
        StorageClass::Standard => "Standard",
        StorageClass::IntelligentTiering => "Intelligent-Tiering frequent",
    };
    for (verbs, count) in [
        ("PUT, COPY, POST, LIST", kept.puts_a_run),
        ("GET, SELECT and other", kept.gets_a_run),
    ] {
        let money = amount(&format!("{prefix} {verbs}"), a_month(count))?;
        lines.extend(money.map(|money| line(verbs, money)));
    }
    Ok(lines)
}

/// The line of a month in the standard store of a cloud that is not AWS; none where no price of it is known. Requests are not
/// counted there: at the counts of a pipeline they are below a cent.
pub fn storage_elsewhere(
    kept: &Storage,
    cloud: Cloud,
    region: &str,
) -> Result<Option<CostLine>, Overflow> {
    let (service, item, reference) = match cloud {
        Cloud::Gcp => ("GCP Cloud Storage", "Standard storage", "us-central1"),
        Cloud::Azure => ("Azure Blob Storage", "Hot LRS storage", "eastus"),
        Cloud::Aws | Cloud::Lambda | Cloud::Own => return Ok(None),
    };
    let price = catalog::unit_price(service, item, region)
        .or_else(|| catalog::unit_price(service, item, reference));
    let Some(price) = price else {
        return Ok(None);
    };
    let bytes = u128::from(kept.data.get()) + u128::from(kept.artifacts.get());
    let thousandths = u64::try_from((bytes * 1_000).div_ceil(GIGABYTE)).unwrap_or(u64::MAX);
    Ok(Some(CostLine {
        service: service.to_owned(),
        item: item.to_owned(),
        amount: Range::exact(price.cost(thousandths)?),
    }))
}

fn line(item: &str, money: Money) -> CostLine {
    CostLine {
        service: "S3".to_owned(),
        item: item.to_owned(),
        amount: Range::exact(money),
    }
}

fn is_watched(kept: &Storage) -> bool {
    let bytes = kept.data.get() + kept.artifacts.get();
    kept.objects > 0 && bytes / kept.objects >= LEAST_WATCHED
}

/// Whether tiering pays for objects of this mean size when a share of them (thousandths) goes cold: what is saved on storage is
/// more than what watching costs.
///
/// ```
/// use plan::cost::pays_tiering;
/// assert_eq!(pays_tiering("0.23 MB".parse()?, 1_000, "us-east-1"), Some(false));
/// assert_eq!(pays_tiering("0.24 MB".parse()?, 1_000, "us-east-1"), Some(true));
/// assert_eq!(pays_tiering("0.24 MB".parse()?, 500, "us-east-1"), Some(false));
/// # Ok::<(), units::ParseError>(())
/// ```
pub fn pays_tiering(mean: Bytes, cold: u64, region: &str) -> Option<bool> {
    let price = |item| catalog::unit_price("S3", item, region);
    let frequent = price("Intelligent-Tiering frequent storage")?;
    let infrequent = price("Intelligent-Tiering infrequent storage")?;
    let watching = price("Intelligent-Tiering monitoring and automation")?;
    let saved = frequent.amount.checked_sub(infrequent.amount).ok()?;
    if mean.get() < LEAST_WATCHED {
        return Some(false);
    }
    // Of one object: saved * bytes / GB * cold against watching / per.
    let saved = i128::from(saved.nanos()) * i128::from(mean.get()) * i128::from(cold.min(1_000));
    let watched = i128::from(watching.amount.nanos()) * 1_000_000_000_000;
    Some(saved * i128::from(watching.per) > watched)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn kept(data: &str, objects: u64) -> Storage {
        Storage {
            data: data.parse().unwrap(),
            artifacts: "0 B".parse().unwrap(),
            objects,
            puts_a_run: 1_000,
            gets_a_run: 1_000,
            logs: "0 B".parse().unwrap(),
        }
    }

    fn total(data: &str, objects: u64, class: StorageClass) -> String {
        let lines = storage(&kept(data, objects), class, 1_000, "us-east-1", 12).unwrap();
        super::super::sum(&lines).unwrap().mid.to_string()
    }

    #[test]
    fn a_terabyte_costs_what_the_list_says() {
        // 23 USD, and 0.005 and 0.0004 USD for a thousand requests each.
        assert_eq!(total("1 TB", 1_000, StorageClass::Standard), "23.0054 USD");
        // All of it cold: 12.50 USD, a thousand objects watched, and the same requests.
        assert_eq!(
            total("1 TB", 1_000, StorageClass::IntelligentTiering),
            "12.5079 USD"
        );
    }

    #[test]
    fn small_objects_are_neither_watched_nor_cold() {
        assert_eq!(
            total("1 GB", 1_000_000, StorageClass::IntelligentTiering),
            total("1 GB", 1_000_000, StorageClass::Standard)
        );
    }

    #[test]
    fn an_unknown_region_has_no_lines() {
        let lines = storage(&kept("1 GB", 1), StorageClass::Standard, 0, "moon-1", 12).unwrap();
        assert_eq!(lines, []);
    }
}
