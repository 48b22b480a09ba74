//! `plan`: the cheapest infrastructure that keeps the goals, and why.

mod check;
mod unmet;

use std::path::PathBuf;

use catalog::{Catalog, Cloud};
use clap::{Args, Subcommand};
use jiff::civil::Date;
use plan::demand::Demand;
use plan::design::baseline;
use plan::outcome::{World, judge};
use plan::search::{Aim, Found, Scope, search};
use plan::{PlanFile, Told, WHAT_IF_NAMES, WhatIf, explain, plan_of, price_lists};
use workload::{Goals, Minimize, Objective};

use super::Context;
use super::catalog::Prices;
use crate::failure::Failure;
use crate::planning::{Measured, measured, speeds};
use crate::project::Project;
use crate::state::State;
use crate::view;

/// Plan the cheapest infrastructure that keeps the goals of a workload
///
/// Every offer of every cloud is looked at, with times predicted from the newest run. The plan is written as a file that says
/// everything it rests on; planning changes nothing.
#[derive(Debug, Args)]
#[command(args_conflicts_with_subcommands = true)]
pub(crate) struct Plan {
    #[command(subcommand)]
    what: Option<What>,
    /// Folder with a workload
    #[arg(default_value = ".", value_name = "DIR", value_hint = clap::ValueHint::DirPath)]
    folder: PathBuf,
    /// Say why this plan, why not the next ones, which goal binds, and what a little more would buy
    #[arg(long)]
    explain: bool,
    /// Plan as if something were otherwise, such as `spot=+30%,traffic=2x,deadline=1h`
    #[arg(long, value_name = "CHANGES")]
    what_if: Option<String>,
    /// Clouds to look at: aws, azure, gcp, own; all unless given
    #[arg(long, value_name = "CLOUD", value_delimiter = ',')]
    cloud: Vec<String>,
    /// Regions to look at, as their clouds name them; all unless given
    #[arg(long, value_name = "REGION", value_delimiter = ',')]
    region: Vec<String>,
    /// Without spare capacity that may be taken back
    #[arg(long)]
    on_demand: bool,
    /// File to write; `-` is standard output [default: plan.json beside the workload]
    #[arg(long, value_name = "FILE", value_hint = clap::ValueHint::FilePath)]
    out: Option<PathBuf>,
    #[command(flatten)]
    prices: Prices,
}

#[derive(Debug, Subcommand)]
enum What {
    Check(check::Check),
}

/// What is asked.
struct Question {
    demand: Demand,
    goals: Option<Goals>,
    what_if: Option<WhatIf>,
    scope: Scope,
    run: String,
}

impl Plan {
    pub(crate) fn run(self, context: &Context) -> Result<(), Failure> {
        if let Some(What::Check(verb)) = self.what {
            return verb.run(context);
        }
        let catalog = self.prices.open(&context.common)?;
        let project = Project::load(&self.folder, context.printer)?;
        let records = State::find(&context.common)?.open()?;
        let Measured { mut known, run } = measured(&records, &project)?;
        known.notes.extend(left_out(&catalog, self.prices.since()));
        let speeds = speeds(&known)?;
        let question = self.question(&project, &known.demand, run, &catalog)?;
        let changed = question
            .what_if
            .as_ref()
            .and_then(|what| what.catalog(&catalog));
        let catalog = changed.as_ref().unwrap_or(&catalog);
        let world = World {
            catalog,
            speeds: &speeds,
        };
        let file = self.plan(world, &question, &project)?;
        let text = file.to_text();
        let out = self
            .out
            .clone()
            .unwrap_or_else(|| project.folder.join("plan.json"));
        let printer = context.printer;
        if out == std::path::Path::new("-") {
            printer.data(text.trim_end());
            return Ok(());
        }
        std::fs::write(&out, &text).map_err(|error| {
            Failure::environment(format!("cannot write `{}`: {error}", out.display()))
                .code("P0711")
                .hint("name another file with `--out FILE`; its folder must exist")
        })?;
        if printer.is_json() {
            printer.document(&serde_json::to_value(&file).unwrap_or_default());
        } else {
            printer.data(&view::plan(&file.plan, &known.notes));
            printer.say(&format!("\n  written to {}", out.display()));
        }
        Ok(())
    }

    fn question(
        &self,
        project: &Project,
        demand: &Demand,
        run: String,
        catalog: &Catalog,
    ) -> Result<Question, Failure> {
        let what_if: Option<WhatIf> = match &self.what_if {
            None => None,
            Some(text) => Some(text.parse().map_err(|error| {
                Failure::input(format!("`--what-if`: {error}"))
                    .code("P0763")
                    .hint(format!("what can be changed: {}", WHAT_IF_NAMES.join(", ")))
            })?),
        };
        let goals = project.workload.goals.clone();
        Ok(Question {
            demand: what_if
                .as_ref()
                .map_or_else(|| demand.clone(), |what| what.demand(demand)),
            // A goal that is asked for counts where the file has none, too.
            goals: match &what_if {
                Some(what) => Some(what.goals(&goals.unwrap_or_default())),
                None => goals,
            },
            what_if,
            scope: self.scope(catalog)?,
            run,
        })
    }

    fn scope(&self, catalog: &Catalog) -> Result<Scope, Failure> {
        let mut clouds = Vec::new();
        for name in &self.cloud {
            let cloud: Cloud = name.parse().map_err(|_| {
                Failure::input(format!("`{name}` is no cloud"))
                    .code("P0764")
                    .hint("clouds: aws, azure, gcp, own")
            })?;
            clouds.push(cloud);
        }
        let known: Vec<&str> = catalog
            .snapshots()
            .flat_map(|snapshot| snapshot.regions().iter().map(String::as_str))
            .collect();
        for region in &self.region {
            if !known.contains(&region.as_str()) {
                return Err(unmet::unknown_region(region, &known));
            }
        }
        Ok(Scope {
            clouds,
            regions: self.region.clone(),
            on_demand_only: self.on_demand,
            since: self.prices.since(),
        })
    }

    fn plan(
        &self,
        world: World<'_>,
        question: &Question,
        project: &Project,
    ) -> Result<PlanFile, Failure> {
        let impossible = |error: plan::outcome::Unknown| {
            Failure::input(format!("`{}`: {error}", project.workload.name)).code("P0760")
        };
        let demand = &question.demand;
        let goals = question.goals.as_ref();
        let base = judge(world, demand, &baseline(demand), None).map_err(impossible)?;
        let minimize = goals.map_or(Minimize::One(Objective::Cost), |goals| goals.minimize);
        let aim = Aim {
            minimize,
            baseline: &base,
        };
        let scope = (&question.scope, aim);
        let found: Found<'_> = search(world, demand, goals, scope).map_err(impossible)?;
        let Some(winner) = found.kept.first() else {
            return Err(unmet::unmet(project, &found));
        };
        let why = if self.explain {
            Some(explain(world, demand, goals, scope, &found).map_err(impossible)?)
        } else {
            None
        };
        Ok(PlanFile::new(plan_of(
            winner,
            Told {
                run: question.run.clone(),
                demand: demand.clone(),
                what_if: question.what_if.as_ref().map(ToString::to_string),
                catalogs: price_lists(world.catalog),
                minimize: words(minimize),
                why,
            },
        )))
    }
}

/// Lists that are too old to decide with.
fn left_out(catalog: &Catalog, since: Option<Date>) -> Vec<String> {
    let mut notes = Vec::new();
    for snapshot in catalog.snapshots() {
        let spot = snapshot
            .spot_source()
            .map(|spot| ("spot prices", &spot.source));
        for (what, source) in [("prices", snapshot.source())].into_iter().chain(spot) {
            if since.is_some_and(|since| source.date < since) {
                let cloud = snapshot.cloud();
                notes.push(format!(
                    "{what} of {cloud} are of {}, too old to decide with, and left out: `--allow-stale` takes them",
                    source.date
                ));
            }
        }
    }
    notes
}

/// What is minimized, in words.
fn words(minimize: Minimize) -> String {
    match minimize {
        Minimize::One(objective) => objective.name().to_owned(),
        Minimize::Weighted(weights) => format!(
            "cost {} + time {} + carbon {}, each over the baseline's",
            weights.cost, weights.time, weights.carbon
        ),
    }
}
