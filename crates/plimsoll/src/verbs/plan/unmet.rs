//! Why there is no plan.

use plan::search::{CONFIDENCE, Found};

use crate::failure::{Failure, Kind};
use crate::project::Project;

/// No offer keeps the goals: the nearest, and which goal it breaks.
pub(super) fn unmet(project: &Project, found: &Found<'_>) -> Failure {
    let name = &project.workload.name;
    let failure = Failure::new(Kind::No, format!("no offer keeps the goals of `{name}`"));
    let Some(nearest) = found.missed.first() else {
        return failure
            .code("P0765")
            .hint("no machine of what was asked for has the memory and a known speed: widen `--cloud` or `--region`");
    };
    let design = &nearest.outcome.design;
    let broken = nearest
        .goals
        .iter()
        .filter(|kept| kept.chance < CONFIDENCE)
        .map(|kept| {
            format!(
                "`{}` is {:.4} to {:.4} where {:.4} is asked for: a chance of {:.0} %",
                kept.goal.key(),
                kept.figure.low,
                kept.figure.high,
                kept.limit,
                kept.chance * 100.0
            )
        });
    let broken: Vec<String> = broken.collect();
    failure
        .code("P0765")
        .hint(format!(
            "the nearest is {} in {}: {}",
            design.train,
            design.region,
            broken.join("; ")
        ))
        .hint("loosen a goal below `goals`, or ask `--what-if deadline=2h`")
}

/// A region that no list has.
pub(super) fn unknown_region(region: &str, known: &[&str]) -> Failure {
    let failure = Failure::input(format!("`{region}` is no region of any list")).code("P0764");
    match workload::nearest(region, known.iter().copied()) {
        Some(near) => failure.hint(format!("did you mean `{near}`?")),
        None => failure.hint("`plimsoll catalog list` shows them"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_slip_is_answered_with_the_nearest() {
        let known = ["us-east-1", "eu-west-1"];
        let hint = |region| unknown_region(region, &known).hints[0].clone();
        assert_eq!(hint("us-eats-1"), "did you mean `us-east-1`?");
        assert_eq!(hint("moon"), "`plimsoll catalog list` shows them");
    }
}
