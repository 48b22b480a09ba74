//! What the generated tables must be: complete, ordered, current.

use std::collections::BTreeSet;

use sha2::{Digest as _, Sha256};

use super::*;
use crate::generated::SOURCES;

/// Every shape of a service, each once.
fn shapes(service: &Service) -> Vec<&'static Shape> {
    let mut found: Vec<&'static Shape> = Vec::new();
    let mut seen = BTreeSet::new();
    let errors = service.errors.iter().map(|error| error.shape);
    let sides = service
        .operations
        .iter()
        .flat_map(|operation| [operation.input, operation.output]);
    let mut open: Vec<&'static Shape> = sides.flatten().chain(errors).collect();
    while let Some(shape) = open.pop() {
        if !seen.insert(shape.name) {
            continue;
        }
        found.push(shape);
        match shape.kind {
            Kind::Structure { members, .. } => {
                open.extend(members.iter().map(|member| member.shape));
            }
            Kind::List { member, .. } => open.push(member),
            Kind::Map { key, value, .. } => open.extend([key, value]),
            _ => {}
        }
    }
    found
}

fn operations() -> impl Iterator<Item = (&'static Service, &'static Operation)> {
    crate::services().iter().flat_map(|service| {
        service
            .operations
            .iter()
            .map(move |operation| (service, operation))
    })
}

#[test]
fn tables_are_generated_from_the_present_files() {
    for (file, hash) in SOURCES {
        let path = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join(file);
        let present = Sha256::digest(std::fs::read(path).unwrap());
        let present: String = present.iter().map(|byte| format!("{byte:02x}")).collect();
        assert_eq!(
            present, *hash,
            "`{file}` has changed: run `cargo xtask codegen`"
        );
    }
}

#[test]
fn services_are_the_planned_ones() {
    let names: Vec<&str> = crate::services()
        .iter()
        .map(|service| service.name)
        .collect();
    let expected = [
        "cloudformation",
        "cloudwatch",
        "iam",
        "logs",
        "sagemaker",
        "sagemaker-runtime",
        "states",
        "sts",
    ];
    assert_eq!(names, expected);
    assert_eq!(operations().count(), 101);
}

#[test]
fn facts_of_the_services() {
    let facts = |name: &str| {
        let service = crate::service(name).unwrap();
        (
            service.signing_name,
            service.protocol,
            service.target_prefix,
            service.api_version,
        )
    };
    assert_eq!(
        facts("states"),
        ("states", Protocol::Json10, "AWSStepFunctions", "2016-11-23")
    );
    assert_eq!(
        facts("sagemaker"),
        ("sagemaker", Protocol::Json11, "SageMaker", "2017-07-24")
    );
    assert_eq!(
        facts("sagemaker-runtime"),
        ("sagemaker", Protocol::RestJson, "", "2017-05-13")
    );
    assert_eq!(
        facts("cloudformation"),
        ("cloudformation", Protocol::Query, "", "2010-05-15")
    );
    assert_eq!(
        facts("logs"),
        ("logs", Protocol::Json11, "Logs_20140328", "2014-03-28")
    );
    let cloudwatch = crate::service("cloudwatch").unwrap();
    assert_eq!(cloudwatch.signing_name, "monitoring");
    assert_eq!(
        cloudwatch.protocols,
        [Protocol::Cbor, Protocol::Json10, Protocol::Query]
    );
    assert!(cloudwatch.query_compatible);
}

#[test]
fn operations_are_ordered_for_the_search() {
    for service in crate::services() {
        assert!(
            service
                .operations
                .is_sorted_by_key(|operation| operation.name),
            "{}",
            service.name
        );
        for operation in service.operations {
            assert_eq!(
                service.operation(operation.name).unwrap().name,
                operation.name
            );
        }
    }
    assert!(
        crate::service("sagemaker")
            .unwrap()
            .operation("CreateHub")
            .is_none()
    );
}

#[test]
fn every_pattern_compiles() {
    for service in crate::services() {
        for shape in shapes(service) {
            if let Kind::String(Text {
                pattern: Some(pattern),
                ..
            }) = shape.kind
            {
                let place = format!("{} {}: {}", service.name, shape.name, pattern.text());
                assert!(pattern.compiles(), "{place}");
            }
        }
    }
}

#[test]
fn patterns_match_the_whole_value() {
    let input = crate::service("sagemaker")
        .unwrap()
        .operation("CreateTrainingJob")
        .unwrap()
        .input
        .unwrap();
    let Kind::String(Text {
        pattern: Some(pattern),
        max,
        ..
    }) = input.member("TrainingJobName").unwrap().shape.kind
    else {
        panic!("a name has a pattern");
    };
    assert_eq!(max, Some(63));
    for name in ["a", "job-1", "A--b", "0"] {
        assert!(pattern.matches(name), "{name}");
    }
    for name in ["", "-a", "a-", "a b", "a\n", "a_b", "\u{e9}"] {
        assert!(!pattern.matches(name), "{name:?}");
    }
}

/// A support entry for each top-level member, none for a member that is not there, none without a reason.
#[test]
fn every_member_of_every_request_is_classified() {
    for (service, operation) in operations() {
        let members: Vec<&str> = operation
            .input
            .map(Shape::members)
            .unwrap_or_default()
            .iter()
            .map(|member| member.name)
            .collect();
        let entries: Vec<&str> = operation.support.iter().map(|entry| entry.member).collect();
        assert_eq!(entries, members, "{}.{}", service.name, operation.name);
        let place = format!("{}.{}", service.name, operation.name);
        check_entries(operation.support, operation.input, &place);
    }
}

fn check_entries(entries: &[Support], shape: Option<&Shape>, place: &str) {
    for entry in entries {
        let place = format!("{place}.{}", entry.member);
        let member = shape.and_then(|shape| through(shape).member(entry.member));
        let member = member.unwrap_or_else(|| panic!("{place} is not a member"));
        assert_eq!(
            entry.note.is_empty(),
            entry.level == Level::Honoured,
            "{place}"
        );
        let absurd = member.required && entry.level == Level::Refused;
        assert!(!absurd, "{place} is required and refused");
        check_entries(entry.nested, Some(member.shape), &place);
    }
}

fn through(shape: &Shape) -> &Shape {
    match shape.kind {
        Kind::List { member, .. } => through(member),
        Kind::Map { value, .. } => through(value),
        _ => shape,
    }
}

#[test]
fn bounds_are_in_order() {
    for shape in crate::services().iter().flat_map(shapes) {
        let ordered = match shape.kind {
            Kind::String(Text { min, max, .. })
            | Kind::List { min, max, .. }
            | Kind::Map { min, max, .. }
            | Kind::Blob { min, max } => min.zip(max).is_none_or(|(min, max)| min <= max),
            Kind::Integer { min, max } => min.zip(max).is_none_or(|(min, max)| min <= max),
            Kind::Float { min, max } => min.zip(max).is_none_or(|(min, max)| min <= max),
            _ => true,
        };
        assert!(ordered, "{}", shape.name);
    }
}

#[test]
fn errors_have_codes_of_both_kinds() {
    let iam = crate::service("iam").unwrap();
    let error = iam.error("NoSuchEntity").unwrap();
    assert_eq!(
        (error.name, error.code, error.status),
        ("NoSuchEntityException", "NoSuchEntity", 404)
    );
    let runtime = crate::service("sagemaker-runtime").unwrap();
    assert_eq!(runtime.error("ModelError").unwrap().status, 424);
    let states = crate::service("states").unwrap();
    assert_eq!(states.error("InvalidDefinition").unwrap().status, 400);
    for service in crate::services() {
        for operation in service.operations {
            for error in operation.errors {
                assert!(
                    service.error(error.name).is_some(),
                    "{} {}",
                    operation.name,
                    error.name
                );
            }
        }
    }
}

#[test]
fn builders_set_what_they_say() {
    static TEXT: Shape = Shape::string("T");
    static EITHER: Shape = Shape::union("U", &[Member::optional("A", &TEXT)]);
    assert!(matches!(EITHER.kind, Kind::Structure { union: true, .. }));
    let moment = Shape::timestamp("M").written(TimestampFormat::Rfc822);
    assert!(matches!(
        moment.kind,
        Kind::Timestamp(Some(TimestampFormat::Rfc822))
    ));
    let blob = Shape::blob("B").length(None, Some(5)).sensitive();
    assert!(
        blob.sensitive
            && matches!(
                blob.kind,
                Kind::Blob {
                    min: None,
                    max: Some(5)
                }
            )
    );
    let number = Shape::float("F").float_range(Some(0.5), None);
    assert!(matches!(number.kind, Kind::Float { min: Some(min), max: None } if min > 0.4));
}
