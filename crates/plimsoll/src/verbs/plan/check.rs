//! `plan check`: whether a plan still holds.

use std::path::PathBuf;

use catalog::Catalog;
use clap::Args;
use plan::{Part, PlanFile, PlanFileError, Role, price_lists, rent};
use serde_json::json;

use crate::failure::{Failure, Kind};
use crate::verbs::Context;
use crate::verbs::catalog::Prices;

/// Check a plan: its form, whether somebody changed it, whether its machines are still sold at its prices
#[derive(Debug, Args)]
pub(super) struct Check {
    /// The plan
    #[arg(default_value = "plan.json", value_hint = clap::ValueHint::FilePath)]
    file: PathBuf,
    #[command(flatten)]
    prices: Prices,
}

impl Check {
    pub(super) fn run(self, context: &Context) -> Result<(), Failure> {
        let shown = self.file.display();
        let text = std::fs::read_to_string(&self.file).map_err(|error| {
            Failure::input(format!("cannot read `{shown}`: {error}")).code("P0501")
        })?;
        let file = PlanFile::parse(&text).map_err(|error| refused(&shown.to_string(), &error))?;
        let catalog = self.prices.open(&context.common)?;
        let problems: Vec<String> = file
            .plan
            .parts
            .iter()
            .filter_map(|part| problem(part, &catalog))
            .collect();
        let newer = price_lists(&catalog) != file.plan.catalogs;
        let printer = context.printer;
        if printer.is_json() {
            printer.document(&json!({
                "schema": "plimsoll.plan-check/1", "file": shown.to_string(), "holds": problems.is_empty(),
                "problems": problems, "same_price_lists": !newer,
            }));
        }
        if !problems.is_empty() {
            let mut failure =
                Failure::new(Kind::No, format!("`{shown}` no longer holds")).code("P0767");
            for problem in problems {
                failure = failure.hint(problem);
            }
            return Err(failure);
        }
        if !printer.is_json() {
            let lists = if newer {
                "; the price lists are others, but these prices are the same"
            } else {
                ""
            };
            printer.data(&format!("{shown}: holds{lists}"));
        }
        Ok(())
    }
}

fn refused(shown: &str, error: &PlanFileError) -> Failure {
    let failure = Failure::input(format!("`{shown}`: {error}")).code("P0766");
    match error {
        PlanFileError::Edited => {
            failure.hint("`plimsoll plan` writes it anew; change the workload file in its place")
        }
        PlanFileError::Schema(_) => failure.hint("use the version that wrote it, or plan anew"),
        PlanFileError::Form(_) => failure.hint("`plimsoll plan` writes one"),
    }
}

/// What has become of a part.
fn problem(part: &Part, catalog: &Catalog) -> Option<String> {
    let Ok(place) = part.place.parse::<workload::Placement>() else {
        return Some(format!("`{}` is no place", part.place));
    };
    let role = if part.role == "serve" {
        Role::Serve
    } else {
        Role::Train
    };
    match rent(catalog, &place, role, &part.region) {
        Err(error) => Some(error.to_string()),
        Ok(rented) if rented.price != part.price => Some(format!(
            "`{}` in `{}` costs {} now, it was planned at {}",
            part.place, part.region, rented.price, part.price
        )),
        Ok(_) => None,
    }
}
