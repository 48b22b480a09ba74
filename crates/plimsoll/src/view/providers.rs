//! Providers beside one another, for people.

use plan::{Cheapest, Provider, SCALING};

use super::summary::{indent, table};

/// The table of providers: services, compute, scaling and cost, each out of the catalog.
pub(crate) fn providers(all: &[Provider]) -> String {
    let mut header = vec![""];
    header.extend(all.iter().map(|provider| provider.cloud.as_str()));
    let mut shown = table(&header);
    let mut row = |name: &str, of: &dyn Fn(&Provider) -> String| {
        let mut cells = vec![name.to_owned()];
        cells.extend(all.iter().map(of));
        shown.add_row(cells);
    };
    row("prices of", &|provider| provider.date.clone());
    row("types, with accelerators", &|provider| {
        format!("{}, {}", provider.types, provider.accelerated_types)
    });
    row("regions, offers", &|provider| {
        format!("{}, {}", provider.regions, provider.offers)
    });
    row("2 vCPU and 4 GB from", &|provider| {
        cheapest(provider.cheapest.as_ref())
    });
    row("the same on spot", &|provider| {
        cheapest(provider.cheapest_spot.as_ref())
    });
    row("accelerator from", &|provider| {
        cheapest(provider.cheapest_accelerated.as_ref())
    });
    for purpose in ["storage", "functions", "cluster", "logs", "egress"] {
        row(purpose, &|provider| {
            let found = provider
                .services
                .iter()
                .find(|service| service.purpose == purpose);
            found.map_or_else(|| "unknown".to_owned(), |service| service.price.clone())
        });
    }
    let scaling = SCALING
        .iter()
        .map(|(cloud, how)| format!("  {cloud} scales by {how}"));
    format!(
        "{}\n\n{}",
        indent(&shown),
        scaling.collect::<Vec<_>>().join("\n")
    )
}

fn cheapest(found: Option<&Cheapest>) -> String {
    found.map_or_else(
        || "unknown".to_owned(),
        |cheapest| format!("{} ({})", cheapest.price, cheapest.machine),
    )
}
