//! Names of clouds, regions and types: found, or with what was probably meant.

use catalog::{Catalog, Cloud, NotForRole, NotOffered, Pattern};

use crate::failure::{Failure, Kind};

/// Marks of a pattern.
const MARKS: [char; 3] = ['*', '?', '['];

/// The cloud of this name.
pub(super) fn cloud(text: &str) -> Result<Cloud, String> {
    text.parse().map_err(|_| {
        let all: Vec<&str> = Cloud::ALL.iter().map(|cloud| cloud.name()).collect();
        format!("the clouds are {}", all.join(", "))
    })
}

/// The pattern of a flag.
pub(super) fn pattern(text: &str) -> Result<Pattern, String> {
    Pattern::new(text).map_err(|error| error.msg.to_owned())
}

/// Whether a text is a name, not a pattern.
pub(super) fn is_plain(pattern: &Pattern) -> bool {
    !pattern.as_str().contains(MARKS)
}

/// A plain name must be one of these.
pub(super) fn check<'a>(
    what: &str,
    wanted: Option<&Pattern>,
    known: impl IntoIterator<Item = &'a str>,
) -> Result<(), Failure> {
    let Some(wanted) = wanted.filter(|wanted| is_plain(wanted)) else {
        return Ok(());
    };
    let known: Vec<&str> = known.into_iter().collect();
    if known
        .iter()
        .any(|name| name.eq_ignore_ascii_case(wanted.as_str()))
    {
        return Ok(());
    }
    Err(unknown(what, wanted.as_str(), known))
}

/// A name that nothing has.
pub(super) fn unknown(what: &str, wanted: &str, known: Vec<&str>) -> Failure {
    let near = workload::nearest(wanted, known).map(|near| format!("did you mean `{near}`?"));
    Failure::input(format!("no {what} `{wanted}` is in the catalog"))
        .code("P0720")
        .hints(near)
}

/// Why there is no offer, with what was probably meant.
pub(super) fn not_offered(catalog: &Catalog, error: &NotOffered) -> Failure {
    let snapshot = |cloud: &Cloud| catalog.snapshot(*cloud);
    let failure = Failure::input(error.to_string()).code("P0720");
    match error {
        NotOffered::Cloud(_) => failure,
        NotOffered::Region { cloud, region } => {
            let known: Option<Vec<&str>> =
                snapshot(cloud).map(|found| found.regions().iter().map(String::as_str).collect());
            failure.hints(
                workload::nearest(region, known.unwrap_or_default())
                    .map(|near| format!("did you mean `{near}`?")),
            )
        }
        NotOffered::Machine { cloud, machine } => {
            let known: Option<Vec<&str>> = snapshot(cloud).map(|found| {
                found
                    .machines()
                    .iter()
                    .map(|machine| machine.name.as_str())
                    .collect()
            });
            failure.hints(
                workload::nearest(machine, known.unwrap_or_default())
                    .map(|near| format!("did you mean `{near}`?")),
            )
        }
        NotOffered::Here { elsewhere, .. } => {
            failure.hint(format!("it has one in {}", elsewhere.join(", ")))
        }
    }
}

/// Why a type cannot be rented for a role, with the nearest that can.
pub(super) fn not_for_role(error: &NotForRole) -> Failure {
    let near: Vec<String> = error
        .nearest()
        .iter()
        .map(|offer| format!("`{}` at {}", offer.instance_type, offer.price))
        .collect();
    let near =
        (!near.is_empty()).then(|| format!("legal and sold, nearest first: {}", near.join(", ")));
    Failure::new(Kind::No, error.to_string())
        .code("P0721")
        .hints(near)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_slip_finds_what_was_meant_and_a_pattern_is_never_wrong() {
        let known = || ["us-east-1", "us-west-2"];
        let wanted = |text: &str| pattern(text).unwrap();
        assert!(check("region", None, known()).is_ok());
        assert!(check("region", Some(&wanted("us-*")), known()).is_ok());
        assert!(check("region", Some(&wanted("US-East-1")), known()).is_ok());
        let failure = check("region", Some(&wanted("us-esat-1")), known()).unwrap_err();
        assert_eq!(failure.message, "no region `us-esat-1` is in the catalog");
        assert_eq!(failure.hints, ["did you mean `us-east-1`?"]);
        let not = catalog::for_role(catalog::Component::Training, "ml.t2.medium", "us-east-1")
            .unwrap_err();
        assert!(
            not_for_role(&not).hints[0]
                .starts_with("legal and sold, nearest first: `ml.t3.medium` at 0.0499 USD/h")
        );
        assert!(pattern("[").is_err() && cloud("amazon").is_err());
    }
}
