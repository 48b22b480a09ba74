//! The name of a workload: given, or from the name of its source, and legal wherever it goes.

use std::path::Path;

use workload::WorkloadName;

use crate::failure::Failure;

/// The name that was given, or one made from a path.
pub(crate) fn workload_name(given: Option<&str>, source: &Path) -> Result<WorkloadName, Failure> {
    let Some(given) = given else {
        let stem = source.file_stem().unwrap_or_default().to_string_lossy();
        return Ok(legal(&stem));
    };
    given.parse().map_err(|error| {
        let likely = legal(given);
        Failure::input(format!("{error}"))
            .code("P0612")
            .hint("stacks, buckets, jobs and endpoints on AWS are named after it, and none of them takes other characters")
            .hint(format!("`--name {likely}`"))
    })
}

/// The nearest legal name.
fn legal(text: &str) -> WorkloadName {
    let mut name = String::new();
    for c in text.chars() {
        if c.is_ascii_alphanumeric() {
            name.push(c.to_ascii_lowercase());
        } else if !name.is_empty() && !name.ends_with('-') {
            name.push('-');
        }
        if name.len() == 40 {
            break;
        }
    }
    let name = match name.trim_matches('-') {
        "" => "workload",
        name => name,
    };
    name.parse()
        .expect("letters, digits and inner hyphens are a name")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_comes_from_the_source() {
        let cases = [
            ("data/Bank Marketing (2014).csv", "bank-marketing-2014"),
            ("AirQualityUCI.csv", "airqualityuci"),
            ("processed.cleveland.data", "processed-cleveland"),
            ("\u{4e2d}.csv", "workload"),
            ("--.csv", "workload"),
            (
                "aaaaaaaaaabbbbbbbbbbccccccccccddddddddd-eeee.csv",
                "aaaaaaaaaabbbbbbbbbbccccccccccddddddddd",
            ),
        ];
        for (path, expected) in cases {
            assert_eq!(
                workload_name(None, Path::new(path)).unwrap().as_str(),
                expected
            );
        }
    }

    #[test]
    fn a_given_name_is_never_changed() {
        let path = Path::new("x.csv");
        assert_eq!(
            workload_name(Some("My-Name"), path).unwrap().as_str(),
            "My-Name"
        );
        for (name, likely) in [
            ("my_name", "--name my-name"),
            (&"x".repeat(41), "--name xxx"),
        ] {
            let failure = workload_name(Some(name), path).unwrap_err();
            assert_eq!(failure.code, Some("P0612"));
            assert!(failure.to_string().contains(likely), "{failure}");
        }
    }
}
