//! What a model runs: pipelines, many models, forms of data, and what is refused of them.

use serde_json::{Value, json};

use super::super::{Endpoint, Model, ModelData, containers, endpoint};
use super::{Bed, ROLE, config, endpoint_of, model, with};

fn of(name: &str, members: &Value) -> Value {
    let mut request = json!({"ModelName": name, "ExecutionRoleArn": ROLE});
    let target = request.as_object_mut().unwrap();
    target.extend(members.as_object().unwrap().clone());
    request
}

fn image(more: &Value) -> Value {
    let mut container = json!({"Image": "plimsoll:0.1.0"});
    container
        .as_object_mut()
        .unwrap()
        .extend(more.as_object().unwrap().clone());
    container
}

#[test]
fn containers_keep_their_order_and_have_names() {
    let mut bed = Bed::new();
    let cases = [
        (
            json!({"PrimaryContainer": image(&json!({}))}),
            vec!["primary"],
        ),
        (
            json!({"PrimaryContainer": image(&json!({"ContainerHostname": "mine"}))}),
            vec!["mine"],
        ),
        (
            json!({"Containers": [image(&json!({})), image(&json!({}))]}),
            vec!["container-1", "container-2"],
        ),
        (
            json!({"Containers": [
                image(&json!({"ContainerHostname": "b"})), image(&json!({"ContainerHostname": "a"})),
            ]}),
            vec!["b", "a"],
        ),
    ];
    for (index, (members, expected)) in cases.into_iter().enumerate() {
        let name = format!("m{index}");
        bed.call("CreateModel", of(&name, &members)).unwrap();
        let snapshot = bed.store.snapshot();
        let record = snapshot.get::<Model>(&name).unwrap().unwrap();
        let found = containers(&snapshot, &record).unwrap();
        let names: Vec<&str> = found
            .iter()
            .map(|container| container.hostname.as_str())
            .collect();
        assert_eq!(names, expected);
        assert!(
            found
                .iter()
                .all(|container| container.role == ROLE && container.model == name)
        );
        // A description gives back what was asked for.
        let described = bed
            .call("DescribeModel", json!({"ModelName": name}))
            .unwrap();
        for (member, value) in members.as_object().unwrap() {
            assert_eq!(&described[member], value);
        }
    }
}

#[test]
fn data_have_three_forms() {
    let mut bed = Bed::new();
    let prefix = || "s3://b/many/".to_owned();
    let many = |cached| {
        Some(ModelData::Archives {
            prefix: prefix(),
            cached,
        })
    };
    let source = |kind: &str, compression: &str| {
        json!({"ModelDataSource": {"S3DataSource": {
            "S3Uri": prefix(), "S3DataType": kind, "CompressionType": compression,
        }}})
    };
    for (index, (more, expected)) in [
        (json!({}), None),
        (
            json!({"ModelDataUrl": prefix()}),
            Some(ModelData::Archive(prefix())),
        ),
        (
            json!({"ModelDataUrl": prefix(), "Mode": "SingleModel"}),
            Some(ModelData::Archive(prefix())),
        ),
        (
            json!({"ModelDataUrl": prefix(), "Mode": "MultiModel"}),
            many(true),
        ),
        (
            json!({
                "ModelDataUrl": prefix(), "Mode": "MultiModel",
                "MultiModelConfig": {"ModelCacheSetting": "Disabled"},
            }),
            many(false),
        ),
        (
            source("S3Object", "Gzip"),
            Some(ModelData::Archive(prefix())),
        ),
        (source("S3Prefix", "None"), Some(ModelData::Files(prefix()))),
    ]
    .into_iter()
    .enumerate()
    {
        let name = format!("m{index}");
        bed.call(
            "CreateModel",
            of(&name, &json!({"PrimaryContainer": image(&more)})),
        )
        .unwrap();
        let snapshot = bed.store.snapshot();
        let record = snapshot.get::<Model>(&name).unwrap().unwrap();
        let found = containers(&snapshot, &record).unwrap().remove(0).data;
        assert_eq!(found, expected);
        assert_eq!(
            found.as_ref().map(ModelData::uri),
            expected.as_ref().map(ModelData::uri)
        );
    }
}

#[test]
fn what_cannot_run_is_refused_with_the_reason() {
    let mut bed = Bed::new();
    let many = image(&json!({"Mode": "MultiModel", "ModelDataUrl": "s3://b/p/"}));
    let named = |name: &str| image(&json!({"ContainerHostname": name}));
    let one = image(&json!({}));
    let source = json!({"S3DataSource": {"S3Uri": "s3://b/x", "S3DataType": "S3Prefix", "CompressionType": "Gzip"}});
    for (members, words) in [
        (json!({}), "Exactly one of PrimaryContainer and Containers"),
        (
            json!({"PrimaryContainer": one, "Containers": [one]}),
            "Exactly one of PrimaryContainer and Containers",
        ),
        (
            json!({"Containers": [many, many]}),
            "More than one container in MultiModel mode is not supported",
        ),
        (
            json!({"Containers": [named("a"), one]}),
            "for every container of a pipeline, or for none",
        ),
        (
            json!({"Containers": [named("a"), named("a")]}),
            "ContainerHostname a is there twice",
        ),
        (
            json!({"Containers": [one, {}]}),
            "Containers[2] has neither Image nor ModelPackageName",
        ),
        (
            json!({"Containers": [one, one], "InferenceExecutionConfig": {"Mode": "Direct"}}),
            "needs two or more Containers, each with a ContainerHostname",
        ),
        (
            json!({"PrimaryContainer": image(&json!({"Mode": "MultiModel"}))}),
            "needs the prefix of the archives",
        ),
        (
            json!({"PrimaryContainer": image(&json!({"ModelDataUrl": "https://x"}))}),
            "ModelDataUrl",
        ),
        (
            json!({"PrimaryContainer": image(&json!({"ModelDataUrl": "s3://b/x", "ModelDataSource": source.clone()}))}),
            "cannot be given together",
        ),
        (
            json!({"PrimaryContainer": image(&json!({"ModelDataSource": source}))}),
            "S3DataType S3Prefix with CompressionType Gzip is not supported",
        ),
    ] {
        let (code, message) = bed.refusal("CreateModel", of("m", &members));
        assert_eq!(code, "ValidationException");
        assert!(message.contains(words), "{message} instead of {words}");
    }
    assert_eq!(
        bed.call("ListModels", json!({})).unwrap(),
        json!({"Models": []})
    );
}

#[test]
fn a_batch_needs_one_model_and_filters_that_are_paths() {
    let mut bed = Bed::new();
    let many = image(&json!({"Mode": "MultiModel", "ModelDataUrl": "s3://b/p/"}));
    bed.call(
        "CreateModel",
        of("many", &json!({"PrimaryContainer": many})),
    )
    .unwrap();
    bed.call("CreateModel", model("m")).unwrap();
    let transform = |model: &str, content_type: &str, processing: Value| {
        json!({
            "TransformJobName": "t", "ModelName": model,
            "TransformInput": {
                "DataSource": {"S3DataSource": {"S3DataType": "S3Prefix", "S3Uri": "s3://b/in"}},
                "ContentType": content_type, "SplitType": "Line",
            },
            "TransformOutput": {"S3OutputPath": "s3://b/out"},
            "TransformResources": {"InstanceType": "ml.m5.large", "InstanceCount": 1},
            "DataProcessing": processing,
        })
    };
    for (request, words) in [
        (
            transform("many", "text/csv", json!({})),
            "MultiModel mode cannot be used",
        ),
        (
            transform("m", "text/csv", json!({"InputFilter": "x"})),
            "InputFilter: `x` is not a path",
        ),
        (
            transform("m", "text/csv", json!({"OutputFilter": "$["})),
            "OutputFilter: `$[` is not a path",
        ),
        (
            transform("m", "image/png", json!({"JoinSource": "Input"})),
            "DataProcessing needs ContentType",
        ),
    ] {
        let (code, message) = bed.refusal("CreateTransformJob", request);
        assert_eq!(code, "ValidationException");
        assert!(message.contains(words), "{message} instead of {words}");
    }
    let processing = json!({"InputFilter": "$[1:]", "JoinSource": "Input"});
    bed.call("CreateTransformJob", transform("m", "text/csv", processing))
        .unwrap();
}

#[test]
fn weights_and_numbers_change_without_another_configuration() {
    let mut bed = Bed::new();
    bed.call("CreateModel", model("m")).unwrap();
    bed.call("CreateEndpointConfig", config("c", "m")).unwrap();
    bed.call("CreateEndpoint", endpoint_of("e", "c")).unwrap();
    let change = json!({
        "EndpointName": "e",
        "DesiredWeightsAndCapacities": [
            {"VariantName": "AllTraffic", "DesiredWeight": 0.5, "DesiredInstanceCount": 3},
        ],
    });
    let operation = "UpdateEndpointWeightsAndCapacities";
    assert!(
        bed.refusal(operation, &change)
            .1
            .starts_with("Cannot update in-progress endpoint")
    );
    bed.run(|tx| endpoint::deployed(tx, "e")).unwrap();
    for (pointer, value, words) in [
        (
            "/DesiredWeightsAndCapacities/0/VariantName",
            json!("x"),
            "Could not find variant \"x\".",
        ),
        (
            "/DesiredWeightsAndCapacities/0/DesiredWeight",
            json!(0.0),
            "weights of all variants are zero",
        ),
        (
            "/DesiredWeightsAndCapacities/0/DesiredInstanceCount",
            json!(33),
            "33 replicas, at most 32",
        ),
    ] {
        let (_, message) = bed.refusal(operation, with(change.clone(), pointer, value));
        assert!(message.contains(words), "{message}");
    }
    bed.call(operation, &change).unwrap();
    bed.run(|tx| endpoint::deployed(tx, "e")).unwrap();
    let record: Endpoint = bed.store.snapshot().get("e").unwrap().unwrap();
    let active = record.active.unwrap();
    let variant = &active.variants[0];
    assert_eq!(
        (active.config.as_str(), variant.instances, variant.weight),
        ("c", 3, 0.5)
    );
}
