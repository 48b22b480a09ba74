//! Providers beside one another: what each offers and at which prices, out of the catalog.

use catalog::{Catalog, Cloud, Filter, UnitPrice};
use serde::Serialize;
use units::HourlyPrice;

use crate::cost::egress_price;

/// What a provider offers.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Provider {
    /// Cloud.
    pub cloud: String,
    /// Day of its prices.
    pub date: String,
    /// Types of machines.
    pub types: usize,
    /// Of these, with accelerators.
    pub accelerated_types: usize,
    /// Regions.
    pub regions: usize,
    /// Offers: a type in a region.
    pub offers: usize,
    /// The least price of two virtual CPUs and 4 GB or more on demand, with its type and region.
    pub cheapest: Option<Cheapest>,
    /// The same on spot.
    pub cheapest_spot: Option<Cheapest>,
    /// The least price with an accelerator.
    pub cheapest_accelerated: Option<Cheapest>,
    /// Services and their prices, where a list has them.
    pub services: Vec<ServicePrice>,
}

/// The least price of a kind.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Cheapest {
    /// Type.
    pub machine: String,
    /// Region.
    pub region: String,
    /// Price of an hour.
    pub price: HourlyPrice,
}

/// The price of a service.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct ServicePrice {
    /// What it is for.
    pub purpose: &'static str,
    /// The service and what of it.
    pub service: String,
    /// Price with its unit.
    pub price: String,
    /// Region of the price.
    pub region: String,
    /// Day of the price.
    pub date: String,
}

/// Services by purpose: service, item and region in the list.
type Wanted = (&'static str, &'static str, &'static str, &'static str);

const AWS: [Wanted; 4] = [
    ("storage", "S3", "Standard storage", "us-east-1"),
    (
        "functions",
        "Lambda",
        "duration x86, first 6 billion",
        "us-east-1",
    ),
    ("cluster", "EKS", "cluster", "us-east-1"),
    ("logs", "CloudWatch", "logs ingested", "us-east-1"),
];
const GCP: [Wanted; 4] = [
    (
        "storage",
        "GCP Cloud Storage",
        "Standard storage",
        "us-central1",
    ),
    (
        "functions",
        "GCP Cloud Functions (1st gen)",
        "memory",
        "us-central1",
    ),
    ("cluster", "GCP GKE", "cluster management", "us-central1"),
    ("logs", "GCP Cloud Logging", "ingested", "global"),
];
const AZURE: [Wanted; 1] = [("storage", "Azure Blob Storage", "Hot LRS storage", "eastus")];

/// How each provider scales, as its documentation names it.
pub const SCALING: [(Cloud, &str); 3] = [
    (
        Cloud::Aws,
        "EC2 Auto Scaling, Application Auto Scaling (target tracking), EKS",
    ),
    (
        Cloud::Azure,
        "Virtual Machine Scale Sets, autoscale of online endpoints, AKS",
    ),
    (
        Cloud::Gcp,
        "managed instance groups, autoscaling of Vertex endpoints, GKE",
    ),
];

/// The providers of a catalog, sorted by name.
pub fn providers(catalog: &Catalog) -> Vec<Provider> {
    let rented = [Cloud::Aws, Cloud::Azure, Cloud::Gcp];
    let found = rented
        .into_iter()
        .filter_map(|cloud| provider(catalog, cloud));
    found.collect()
}

fn provider(catalog: &Catalog, cloud: Cloud) -> Option<Provider> {
    let snapshot = catalog.snapshot(cloud)?;
    let machines = snapshot.machines();
    let small = Filter {
        cloud: Some(cloud),
        min_vcpus: Some(2),
        min_memory: units::Bytes::from_mib(3_800).ok(),
        ..Filter::default()
    };
    let any = Filter {
        cloud: Some(cloud),
        ..Filter::default()
    };
    let wanted: &[Wanted] = match cloud {
        Cloud::Aws => &AWS,
        Cloud::Gcp => &GCP,
        Cloud::Azure => &AZURE,
        Cloud::Lambda | Cloud::Own => &[],
    };
    let mut services: Vec<ServicePrice> = wanted
        .iter()
        .filter_map(|(purpose, service, item, region)| {
            let price = catalog::unit_price(service, item, region)?;
            Some(service_price(purpose, price))
        })
        .collect();
    services.extend(egress_price(cloud, "", true).map(|price| service_price("egress", price)));
    Some(Provider {
        cloud: cloud.name().to_owned(),
        date: snapshot.source().date.to_string(),
        types: machines.len(),
        accelerated_types: machines
            .iter()
            .filter(|one| one.accelerators.is_some())
            .count(),
        regions: snapshot.regions().len(),
        offers: snapshot.len(),
        cheapest: cheapest(catalog, &small, |offer| offer.prices.on_demand),
        cheapest_spot: cheapest(catalog, &small, |offer| offer.prices.spot),
        cheapest_accelerated: cheapest(catalog, &any, |offer| {
            let whole = offer
                .machine
                .accelerators
                .as_ref()
                .is_some_and(|a| a.thousandths >= 1_000);
            offer.prices.on_demand.filter(|_| whole)
        }),
        services,
    })
}

fn cheapest(
    catalog: &Catalog,
    filter: &Filter,
    price: impl Fn(&catalog::Offer<'_>) -> Option<HourlyPrice>,
) -> Option<Cheapest> {
    let priced = catalog
        .offers(filter)
        .filter_map(|offer| Some((price(&offer)?, offer)));
    // Of equal prices the first by name, so that the table is the same every time.
    let (price, offer) = priced.min_by_key(|(price, _)| *price)?;
    Some(Cheapest {
        machine: offer.machine.name.clone(),
        region: offer.region.to_owned(),
        price,
    })
}

fn service_price(purpose: &'static str, price: &UnitPrice) -> ServicePrice {
    let per = if price.per == 1 {
        String::new()
    } else {
        format!("{} ", price.per)
    };
    ServicePrice {
        purpose,
        service: price.service.clone(),
        price: format!("{} per {per}{}", price.amount, price.unit),
        region: price.region.clone(),
        date: price.source.date.to_string(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_provider_has_its_counts_and_prices() {
        let all = providers(Catalog::shipped());
        let names: Vec<&str> = all.iter().map(|one| one.cloud.as_str()).collect();
        assert_eq!(names, ["aws", "azure", "gcp"]);
        let offers: usize = all.iter().map(|one| one.offers).sum();
        assert!((70_000..=80_000).contains(&offers), "{offers}");
        for provider in &all {
            assert!(provider.accelerated_types > 0 && provider.accelerated_types < provider.types);
            let (cheap, spot) = (
                provider.cheapest.as_ref().unwrap(),
                provider.cheapest_spot.as_ref(),
            );
            assert!(
                spot.is_none_or(|spot| spot.price <= cheap.price),
                "{provider:?}"
            );
            assert!(
                provider.services.iter().any(|one| one.purpose == "storage"),
                "{}",
                provider.cloud
            );
            assert!(
                provider.services.iter().any(|one| one.purpose == "egress"),
                "{}",
                provider.cloud
            );
        }
        let storage = &all[0].services[0];
        assert_eq!(storage.price, "0.023 USD per GB-month");
    }
}
