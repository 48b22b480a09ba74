//! Types that run on credits: as published while they have some, a share of that when they are spent.

use catalog::{Cloud, Server};

/// Whether a type that runs on credits has some.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Credits {
    /// It has them for the whole run.
    Full,
    /// They are spent.
    Spent,
}

const DATA: &str = include_str!("../data/credits.csv");

/// Share of each virtual CPU that a type has without credits; `None` where it is not known.
///
/// ```
/// use catalog::{Cloud, Server};
/// let server = Server::find(Cloud::Aws, "t3.medium").unwrap();
/// assert_eq!(predict::baseline(server), Some(0.2));
/// ```
pub fn baseline(server: Server) -> Option<f64> {
    if server.cloud() != Some(Cloud::Aws) {
        return None;
    }
    let (family, size) = server.name().split_once('.')?;
    let family = match family {
        "t3a" | "t4g" => "t3",
        other => other,
    };
    let mut rows = DATA.lines().filter(|line| !line.starts_with('#')).skip(1);
    rows.find_map(|line| {
        let percent = line.strip_prefix(family)?.strip_prefix(',')?;
        let percent = percent.strip_prefix(size)?.strip_prefix(',')?;
        Some(percent.parse::<f64>().ok()? / 100.0)
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_type_of_aws_that_runs_on_credits_has_a_baseline() {
        let mut count = 0;
        for server in Server::all().filter(|server| server.cloud() == Some(Cloud::Aws)) {
            if server.text("cpu_allocation") == "BURSTABLE" {
                let share = baseline(server);
                assert!(
                    share.is_some_and(|share| (0.05..=0.4).contains(&share)),
                    "{}",
                    server.name()
                );
                count += 1;
            } else {
                assert_eq!(baseline(server), None, "{}", server.name());
            }
        }
        assert_eq!(count, 28);
        let azure = Server::find(Cloud::Azure, "Standard_B2s").unwrap();
        assert_eq!(baseline(azure), None);
    }
}
