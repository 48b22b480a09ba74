//! `compare`: designs of infrastructure for what was measured, scored against the baseline.

use std::path::PathBuf;

use clap::Args;
use jiff::civil::Date;
use plan::blend::{Blend, blends};
use plan::design::{Design, baseline, hybrid, optimized, own};
use plan::outcome::World;
use plan::{Matrix, Question, compare, providers};
use serde_json::json;

use super::Context;
use super::catalog::Prices;
use crate::failure::Failure;
use crate::planning::{Known, Measured, document, measured, speeds};
use crate::project::Project;
use crate::state::State;
use crate::view;

/// Compare designs of infrastructure for what was measured: baseline, optimized, hybrid and your own
///
/// Each figure is predicted from the newest run of a workload and from published prices and speeds, with its 10 and 90 % ends.
/// Designs that break a goal are shown and not ranked.
#[derive(Debug, Args)]
pub(crate) struct Compare {
    /// Folders with a workload, or a folder of such folders [default: .]
    #[arg(value_name = "DIR", value_hint = clap::ValueHint::DirPath)]
    folders: Vec<PathBuf>,
    /// Show every part of the cost
    #[arg(long)]
    breakdown: bool,
    /// Show blends of two designs, by quarters of the work: their names with a colon between
    #[arg(long, value_name = "DESIGN:DESIGN")]
    blend: Option<String>,
    /// Show providers beside one another: services, machines, scaling and prices out of the catalog
    #[arg(long)]
    clouds: bool,
    #[command(flatten)]
    prices: Prices,
}

impl Compare {
    pub(crate) fn run(self, context: &Context) -> Result<(), Failure> {
        let catalog = self.prices.open(&context.common)?;
        let state = State::find(&context.common)?;
        let records = state.open()?;
        let mut shown = Vec::new();
        let mut documents = Vec::new();
        let mut all = Vec::new();
        let mut prepared = Vec::new();
        for project in projects(&self.folders, context)? {
            let measured = measured(&records, &project)?;
            let speeds = speeds(&measured.known)?;
            prepared.push((project, measured, speeds));
        }
        for (project, measured, speeds) in &prepared {
            let Measured { mut known, run } = measured.clone();
            let world = World {
                catalog: &catalog,
                speeds,
            };
            let matrix = matrix(world, project, &known)?;
            known.notes.extend(stale(&matrix, self.prices.since()));
            let mut document = document::matrix(&run, &matrix, &known);
            shown.push(view::matrix(&run, &matrix, &known, self.breakdown));
            if let Some(names) = &self.blend {
                let (names, all) = blended(names, &matrix)?;
                document["blends"] = json!({"of": [names.0, names.1], "shares": all});
                shown.push(view::blends(names, &all));
            }
            documents.push(document);
            all.push((matrix, known));
        }
        shown.push(view::designs(&all));
        let clouds = self.clouds.then(|| providers(&catalog));
        shown.extend(clouds.as_deref().map(view::providers));
        let printer = context.printer;
        if printer.is_json() {
            printer.document(&json!({
                "schema": "plimsoll.compare/1",
                "workloads": documents,
                "clouds": clouds,
            }));
        } else {
            printer.data(&shown.join("\n\n"));
        }
        Ok(())
    }
}

/// Blends of two designs of the matrix.
fn blended<'n>(
    names: &'n str,
    matrix: &Matrix<'_>,
) -> Result<((&'n str, &'n str), Vec<Blend>), Failure> {
    let known = || {
        let names = matrix
            .rows
            .iter()
            .map(|row| format!("`{}`", row.outcome.design.name));
        names.collect::<Vec<_>>().join(", ")
    };
    let wrong = |text: String| {
        Failure::input(text)
            .code("P0768")
            .hint(format!("the designs are {}", known()))
    };
    let (a, b) = names.split_once(':').ok_or_else(|| {
        wrong(format!(
            "`--blend {names}` names no two designs with a colon between"
        ))
    })?;
    let find = |name: &str| {
        let found = matrix
            .rows
            .iter()
            .find(|row| row.outcome.design.name == name);
        found.ok_or_else(|| wrong(format!("there is no design `{name}`")))
    };
    let all = blends(&find(a)?.outcome, &find(b)?.outcome);
    Ok(((a, b), all))
}

/// Designs whose prices are too old to decide with: they are shown, and that is said.
fn stale(matrix: &Matrix<'_>, since: Option<Date>) -> Vec<String> {
    let mut notes = Vec::new();
    for row in &matrix.rows {
        let uses = row.outcome.run.uses.iter().map(|used| used.rented.source);
        let served = row
            .outcome
            .endpoint
            .iter()
            .flat_map(|endpoint| &endpoint.groups);
        let oldest = uses
            .chain(served.map(|(rented, _)| rented.source))
            .map(|source| source.date)
            .min();
        if let Some(date) = oldest.filter(|date| since.is_some_and(|since| *date < since)) {
            let name = &row.outcome.design.name;
            notes.push(format!(
                "{name}: prices of {date} are old; `plimsoll catalog import` takes newer ones"
            ));
        }
    }
    notes
}

/// The workloads of all folders; of the current one where none is named.
pub(super) fn projects(folders: &[PathBuf], context: &Context) -> Result<Vec<Project>, Failure> {
    let here = [PathBuf::from(".")];
    let folders = if folders.is_empty() {
        &here[..]
    } else {
        folders
    };
    let mut projects = Vec::new();
    for folder in folders {
        projects.extend(Project::load_all(folder, context.printer)?);
    }
    Ok(projects)
}

fn matrix<'a>(world: World<'a>, project: &Project, known: &Known) -> Result<Matrix<'a>, Failure> {
    let demand = &known.demand;
    let mut designs: Vec<Design> = vec![baseline(demand), optimized(demand), hybrid(demand)];
    designs.extend(
        project
            .workload
            .designs
            .iter()
            .map(|design| own(design, demand)),
    );
    let question = Question {
        demand,
        goals: project.workload.goals.as_ref(),
        weights: project.workload.score_weights,
    };
    compare(world, question, &designs).map_err(|error| {
        Failure::input(format!("`{}`: {error}", project.workload.name)).code("P0760")
    })
}
