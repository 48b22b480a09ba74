//! `catalog list`: offers that fit.

use catalog::{Catalog, Cloud, Component, Filter, Machine, Purchase, Source, Wanted};
use clap::{Args, ValueEnum};
use serde_json::json;
use units::{Bytes, HourlyPrice};

use super::super::Context;
use super::footer;
use super::line::{HEADER, Line};
use super::name::{check, cloud, is_plain, not_for_role, pattern};
use super::range::Range;
use super::shelf::Prices;
use crate::failure::{Failure, Kind};
use crate::state::REGION;
use crate::view::table;

/// Lines, and the sources that they are from, by cloud.
type Listed = (Vec<Line>, Vec<(&'static str, Source)>);

/// List offers that fit, cheapest first
///
/// Names may be patterns: `--type 'c5.*'`, `--region 'us-*'`. A price that is not known is left empty, and an offer without it
/// never passes a limit. Prices of SageMaker are listed with `--role`.
#[derive(Debug, Args)]
pub(super) struct List {
    /// Of this cloud: aws, azure, gcp, lambda or own
    #[arg(long, value_parser = cloud)]
    cloud: Option<Cloud>,
    /// In this region
    #[arg(long, value_name = "PATTERN", value_parser = pattern)]
    region: Option<catalog::Pattern>,
    /// Of this type
    #[arg(long = "type", value_name = "PATTERN", value_parser = pattern)]
    machine: Option<catalog::Pattern>,
    /// Virtual CPUs: `4`, `4..16`, `4..`
    #[arg(long, value_name = "RANGE")]
    vcpus: Option<Range>,
    /// Memory at least, such as `16GiB`
    #[arg(long, value_name = "SIZE")]
    memory: Option<Bytes>,
    /// With accelerators of this model, such as `T4` or `*`; `none` for those without
    #[arg(long, value_name = "PATTERN")]
    accelerator: Option<String>,
    /// Price at most, such as `0.5USD/h`
    #[arg(long, value_name = "PRICE")]
    max_price: Option<HourlyPrice>,
    /// With a spot price, which is then what is limited and sorted
    #[arg(long)]
    spot: bool,
    /// What SageMaker sells for a role: training, processing, transform, hosting or notebook
    #[arg(long, value_name = "ROLE", value_parser = role, conflicts_with = "spot")]
    role: Option<Component>,
    /// Order
    #[arg(long, value_enum, default_value = "price")]
    sort: Sort,
    /// Offers to show
    #[arg(long, value_name = "N", default_value_t = 30)]
    limit: usize,
    #[command(flatten)]
    prices: Prices,
}

#[derive(Debug, Clone, Copy, ValueEnum)]
enum Sort {
    Price,
    Vcpus,
    Memory,
    Type,
}

fn role(text: &str) -> Result<Component, String> {
    Component::parse(text).ok_or_else(|| {
        "the roles are training, processing, transform, hosting, notebook".to_owned()
    })
}

impl List {
    pub(super) fn run(self, context: &Context) -> Result<(), Failure> {
        let catalog = self.prices.open(&context.common)?;
        let filter = self.filter()?;
        let (mut lines, sources) = match self.role {
            Some(role) => self.of_sagemaker(role, &filter)?,
            None => self.of_clouds(&catalog, &filter)?,
        };
        if lines.is_empty() {
            return Err(Failure::new(Kind::No, "no offer of the catalog fits")
                .code("P0725")
                .hint("leave out one of the flags"));
        }
        self.prices.check_age(
            sources
                .iter()
                .filter(|(what, _)| *what != "spot (~ estimated)")
                .map(|(_, source)| source),
        )?;
        self.sort(&mut lines);
        let (found, shown) = (lines.len(), &lines[..lines.len().min(self.limit)]);
        let sources = sources.iter().map(|(what, source)| (*what, source));
        if context.printer.is_json() {
            context.printer.document(&json!({
                "schema": "plimsoll.catalog-list/1",
                "found": found,
                "offers": shown.iter().map(Line::json).collect::<Vec<_>>(),
                "sources": footer::json(sources),
            }));
            return Ok(());
        }
        context.printer.data(&text(shown));
        if found > shown.len() {
            context.printer.say(&format!(
                "\n  {} of {found} offers; `--limit N` shows more",
                shown.len()
            ));
        }
        context
            .printer
            .say(&format!("\n{}", footer::lines(sources)));
        Ok(())
    }

    fn filter(&self) -> Result<Filter, Failure> {
        let accelerator = match self.accelerator.as_deref() {
            None => None,
            Some("none") => Some(Wanted::Without),
            Some(text) => {
                Some(Wanted::Model(pattern(text).map_err(|error| {
                    Failure::input(format!("`--accelerator`: {error}"))
                })?))
            }
        };
        Ok(Filter {
            cloud: self.cloud,
            region: self.region.clone(),
            machine: self.machine.clone(),
            min_vcpus: self.vcpus.and_then(|range| range.least),
            max_vcpus: self.vcpus.and_then(|range| range.most),
            min_memory: self.memory,
            accelerator,
            max_price: self.max_price,
            purchase: self.spot.then_some(Purchase::Spot),
        })
    }

    fn of_clouds(&self, catalog: &Catalog, filter: &Filter) -> Result<Listed, Failure> {
        let snapshots: Vec<_> = catalog
            .snapshots()
            .filter(|snapshot| filter.takes_cloud(snapshot.cloud()))
            .collect();
        if let Some(cloud) = self.cloud.filter(|_| snapshots.is_empty()) {
            return Err(
                Failure::input(format!("the catalog has no offers of `{cloud}`"))
                    .code("P0720")
                    .hint("`plimsoll catalog import` takes a list, or a machine of your own"),
            );
        }
        check(
            "region",
            self.region.as_ref(),
            snapshots
                .iter()
                .flat_map(|found| found.regions())
                .map(String::as_str),
        )?;
        check(
            "type",
            self.machine.as_ref(),
            snapshots
                .iter()
                .flat_map(|found| found.machines())
                .map(|machine| machine.name.as_str()),
        )?;
        let lines: Vec<Line> = catalog
            .offers(filter)
            .map(|offer| Line::of(&offer))
            .collect();
        let used = snapshots
            .iter()
            .filter(|found| lines.iter().any(|line| line.cloud == found.cloud().name()));
        let sources = used
            .flat_map(|found| footer::of(found))
            .map(|(what, source)| (what, source.clone()));
        let sources = sources.collect();
        Ok((lines, sources))
    }

    fn of_sagemaker(&self, role: Component, filter: &Filter) -> Result<Listed, Failure> {
        if self.cloud.is_some_and(|cloud| cloud != Cloud::Aws) {
            return Err(Failure::input(
                "`--role` lists prices of SageMaker, which is of `aws`",
            ));
        }
        let regions = catalog::priced_regions(role);
        check("region", self.region.as_ref(), regions.iter().copied())?;
        check("type", self.machine.as_ref(), catalog::sagemaker_types())?;
        let unknown = Machine {
            name: String::new(),
            vcpus: None,
            memory: None,
            accelerators: None,
        };
        let offers = regions
            .into_iter()
            .filter(|region| filter.takes_region(region))
            .flat_map(|region| catalog::offers_for_role(role, region));
        let fits = |offer: &&catalog::SageMakerOffer| {
            let machine = Machine {
                name: offer.instance_type.clone(),
                ..offer.machine().cloned().unwrap_or_else(|| unknown.clone())
            };
            let prices = catalog::Prices {
                on_demand: Some(offer.price),
                ..catalog::Prices::default()
            };
            filter.takes_machine(&machine) && filter.takes_price(&prices)
        };
        let offers: Vec<_> = offers.filter(fits).collect();
        if let Some(wanted) = self
            .machine
            .as_ref()
            .filter(|wanted| offers.is_empty() && is_plain(wanted))
        {
            let region = self
                .region
                .as_ref()
                .filter(|region| is_plain(region))
                .map_or(REGION, |region| region.as_str());
            catalog::for_role(role, wanted.as_str(), region)
                .map_err(|error| not_for_role(&error))?;
        }
        let what = |offer: &catalog::SageMakerOffer| {
            if offer.status == catalog::Status::Listed {
                "listed"
            } else {
                "derived from"
            }
        };
        let sources = offers
            .iter()
            .map(|offer| (what(offer), offer.source.clone()))
            .collect();
        let cores = |offer: &catalog::SageMakerOffer| {
            catalog::Server::find(Cloud::Aws, offer.instance_type.strip_prefix("ml.")?)?.cores()
        };
        Ok((
            offers
                .iter()
                .map(|offer| Line::of_sagemaker(offer, cores(offer)))
                .collect(),
            sources,
        ))
    }

    fn sort(&self, lines: &mut [Line]) {
        let price = |line: &Line| {
            let price = if self.spot { line.spot } else { line.price };
            price.map_or(i64::MAX, |price| price.an_hour().nanos())
        };
        let first = |line: &Line| match self.sort {
            Sort::Price => price(line),
            Sort::Vcpus => line.vcpus.map_or(i64::MAX, i64::from),
            Sort::Memory => line
                .memory
                .map_or(i64::MAX, |memory| memory.get().cast_signed()),
            Sort::Type => 0,
        };
        let is_by_name = matches!(self.sort, Sort::Type);
        lines.sort_by_cached_key(|line| {
            let name = (line.name.clone(), line.cloud, line.region.clone());
            if is_by_name {
                (0, name, price(line))
            } else {
                (first(line), (String::new(), "", String::new()), price(line))
            }
        });
    }
}

/// A table without the columns that are empty; what is the same in every row stands above it.
pub(super) fn text(lines: &[Line]) -> String {
    let rows: Vec<Vec<String>> = lines.iter().map(Line::cells).collect();
    let same = |place: usize| rows.iter().all(|row| row[place] == rows[0][place]);
    let above: Vec<&str> = [1, 2]
        .into_iter()
        .filter(|&place| same(place))
        .map(|place| rows[0][place].as_str())
        .collect();
    let is_kept = |place: usize| match place {
        1 | 2 => !same(place),
        _ => rows.iter().any(|row| !row[place].is_empty()),
    };
    let kept: Vec<usize> = (0..HEADER.len()).filter(|&place| is_kept(place)).collect();
    let mut table = table(&kept.iter().map(|&place| HEADER[place]).collect::<Vec<_>>());
    for row in &rows {
        table.add_row(
            kept.iter()
                .map(|&place| row[place].clone())
                .collect::<Vec<_>>(),
        );
    }
    let body: Vec<String> = table
        .to_string()
        .lines()
        .map(|line| line.trim_end().to_owned())
        .collect();
    let title = above.join(" ");
    if title.is_empty() {
        body.join("\n")
    } else {
        format!("{title}\n\n{}", body.join("\n"))
    }
}
