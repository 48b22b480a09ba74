//! Whatever a workload may be called, every name that is made of it is legal on AWS.
#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

use blueprint::{Blueprint, Place, Sources, compile};
use serde_json::Value;
use steps::{FileHash, Source};

/// Names at every edge of the rule, with the longest region.
fn names() -> Vec<String> {
    let long = "x".repeat(40);
    let hyphens = format!("a{}b", "-".repeat(38));
    let cut = format!("{}-{}", "y".repeat(19), "z".repeat(20));
    [
        "a",
        "7",
        "A",
        "0-0",
        "a--b",
        "Heart-Disease",
        "xn--a",
        "sthree-a",
    ]
    .map(str::to_owned)
    .into_iter()
    .chain([long, hyphens, cut])
    .collect()
}

fn compiled(name: &str) -> Blueprint {
    let text = format!(
        "plimsoll: 1\nname: \"{name}\"\ndata: {{ source: a.csv }}\ntask: {{ target: y }}\n\
         deploy: {{ endpoint: {{ load_test: {{}} }}, batch: {{ input: b.csv }} }}\n"
    );
    let workload = workload::parse(&text).unwrap();
    let source = |name: &str| {
        let FileHash { sha256, bytes } = FileHash::of(name.as_bytes());
        Source {
            name: name.to_owned(),
            sha256,
            bytes,
        }
    };
    let sources = Sources {
        data: vec![source("a.csv")],
        batch: vec![source("b.csv")],
        ..Sources::default()
    };
    let place = Place {
        account: "000000000000".to_owned(),
        region: "ap-southeast-2".to_owned(),
        image: "plimsoll:0.0.0".to_owned(),
        machine: "test".to_owned(),
        poll_seconds: 1,
        run: "r0000000".to_owned(),
    };
    compile(&workload, &sources, &place)
}

/// SageMaker's pattern of jobs, models, configurations, endpoints and groups: `^[a-zA-Z0-9](-*[a-zA-Z0-9]){0,62}$`.
fn is_sagemaker(name: &str) -> bool {
    let letters = |byte: u8| byte.is_ascii_alphanumeric();
    (1..=63).contains(&name.len())
        && name.bytes().all(|byte| letters(byte) || byte == b'-')
        && name.bytes().next().is_some_and(letters)
        && name.bytes().last().is_some_and(letters)
}

/// 3 to 63 lowercase letters, digits and hyphens, a letter or digit at either end, and none of the reserved ends.
fn is_bucket(name: &str) -> bool {
    let reserved = ["xn--", "sthree-", "amzn-s3-demo-"]
        .iter()
        .any(|start| name.starts_with(start))
        || ["-s3alias", "--ol-s3", "--x-s3", "--table-s3"]
            .iter()
            .any(|end| name.ends_with(end));
    name.len() >= 3
        && is_sagemaker(name)
        && !reserved
        && !name.bytes().any(|byte| byte.is_ascii_uppercase())
}

/// Jobs of the input: each name, with the run and the two counts of tries that the machine puts behind it.
fn jobs(input: &Value) -> Vec<String> {
    let mut found = Vec::new();
    let mut open = vec![&input["in"]];
    while let Some(value) = open.pop() {
        let Some(members) = value.as_object() else {
            continue;
        };
        if let Some(name) = members.get("name").and_then(Value::as_str) {
            found.push(format!(
                "{name}-{}-{}{}",
                input["run"].as_str().unwrap(),
                99,
                99
            ));
        }
        open.extend(members.values());
    }
    found
}

#[test]
fn every_name_of_every_workload_is_legal_on_aws() {
    for name in names() {
        let made = compiled(&name);
        assert!(is_bucket(&made.bucket), "bucket {}", made.bucket);
        let stack = &made.stack;
        assert!(
            stack.len() <= 80 && is_sagemaker(stack) && stack.as_bytes()[0].is_ascii_alphabetic(),
            "stack and state machine {stack}"
        );
        let jobs = jobs(&made.input);
        assert!(jobs.len() >= 8, "{jobs:?}");
        for job in jobs {
            assert!(is_sagemaker(&job), "job {job}");
        }
        let deploy = &made.input["in"]["Deploy"];
        for member in ["model", "config", "endpoint"] {
            // A model of a part of the work has the run behind it.
            let made = format!("{}-r0000000", deploy[member].as_str().unwrap());
            assert!(is_sagemaker(&made), "{member} {made}");
        }
        assert!(is_sagemaker(
            made.input["in"]["Register"]["group"].as_str().unwrap()
        ));
        let resources = made.template["Resources"].as_object().unwrap();
        for role in resources
            .values()
            .filter_map(|resource| resource["Properties"]["RoleName"].as_str())
        {
            assert!(role.len() <= 64, "role {role}");
        }
    }
}

#[test]
fn workloads_that_differ_in_capitals_alone_share_no_bucket() {
    let buckets = ["heart", "Heart", "HEART"].map(|name| compiled(name).bucket);
    assert_ne!(buckets[0], buckets[1]);
    assert_ne!(buckets[1], buckets[2]);
    assert_eq!(buckets[0], "plimsoll-heart-000000000000-ap-southeast-2");
}
