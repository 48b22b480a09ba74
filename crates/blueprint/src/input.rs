//! The input of an execution: everything that the machine's states look up under `$.in`.

use std::collections::BTreeMap;

use serde_json::{Map, Value, json};
use steps::{BATCH_SOURCE, Bootstrap, FileHash, Ingredients, Key, PrepareSpec, canonical_json};
use workload::{TaskKind, Workload};

use crate::candidate::{Candidate, candidates};
use crate::keys::{Facts, ingredients};
use crate::prepare_spec::prepare_spec;
use crate::{Place, Sources, names, script, tuning};

/// Longest job, seconds: SageMaker's default of a day.
const MAX_SECONDS: u64 = 86_400;
/// Resamples of an interval; the end of a 95 % interval then rests on 50 of them.
const RESAMPLES: u32 = 2_000;
/// Metrics of a training job at most, by AWS's limit.
const METRICS: usize = 40;
/// Requests that a load test keeps in flight at most.
const IN_FLIGHT_LIMIT: u32 = 256;

/// Where the data lie: below a prefix that they are uploaded to, or where they are already.
fn data_uri(workload: &Workload, sources: &Sources, uploaded: &str) -> String {
    match (workload.data.object(), sources.objects.as_slice()) {
        (Some(_), [only]) => only.uri.clone(),
        (Some((bucket, prefix)), _) => format!("s3://{bucket}/{}", folder(prefix)),
        (None, _) => uploaded.to_owned(),
    }
}

/// A prefix as that of a folder, so that `sales` does not select `sales-old`.
fn folder(prefix: &str) -> String {
    match prefix {
        "" => String::new(),
        prefix => format!("{}/", prefix.trim_end_matches('/')),
    }
}

/// What compiling gives besides the template and the machine.
pub(crate) struct Compiled {
    pub(crate) input: Value,
    pub(crate) prepare: PrepareSpec,
    pub(crate) ingredients: BTreeMap<String, Ingredients>,
    pub(crate) data_prefix: String,
    pub(crate) batch_keys: Vec<String>,
}

pub(crate) fn compile(
    workload: &Workload,
    sources: &Sources,
    place: &Place,
    bucket: &str,
) -> Compiled {
    let prepare = prepare_spec(workload, sources);
    let candidates = candidates(workload, sources, (bucket, &place.run));
    let bootstrap = Bootstrap {
        resamples: RESAMPLES,
        level: 0.95,
        seed: workload.split.seed,
    };
    let bootstrap = serde_json::to_value(bootstrap).expect("a bootstrap has finite numbers");
    let metric = workload.select.metric.to_string();
    let load_test = load_test(workload);
    let ingredients = ingredients(&Facts {
        prepare: &prepare,
        data: &sources.data,
        candidates: &candidates,
        metric: &metric,
        refit: workload.select.refit,
        bootstrap: bootstrap.clone(),
        serve: serve(workload),
        load_test: load_test
            .as_ref()
            .map(|load| json!({"load": load, "machine": place.machine})),
        batch: &sources.batch,
    });
    let listed = serde_json::to_value(&sources.data).expect("sources have string keys");
    let digest = FileHash::of(canonical_json(&listed).as_bytes()).sha256;
    let data_prefix = format!("data/{}/", &digest[..16]);
    let (batch_prefix, batch_keys) = batch(workload, sources);
    let tags = tags(workload, place);
    let mut steps = Steps {
        workload,
        ingredients: &ingredients,
        inputs: Map::new(),
    };
    steps.learn(
        &data_uri(workload, sources, &format!("s3://{bucket}/{data_prefix}")),
        (&candidates, &tags),
        &metric,
        &bootstrap,
    );
    steps.release();
    steps.deploy(place.poll_seconds);
    let batch_prefix = batch_prefix.map(|prefix| format!("s3://{bucket}/{prefix}"));
    steps.exercise(load_test, batch_prefix);
    let input = json!({
        "workload": workload.name.as_str(),
        "run": place.run,
        "bucket": bucket,
        "role": format!("arn:aws:iam::{}:role/{}-jobs", place.account, names::stack(workload)),
        "image": place.image,
        "partial": {"suffix": ""},
        "tags": tags,
        "metrics": metrics(workload),
        "about": about(workload),
        "in": steps.inputs,
        "out": {},
    });
    Compiled {
        input,
        prepare,
        ingredients,
        data_prefix,
        batch_keys,
    }
}

/// The tags of every job.
fn tags(workload: &Workload, place: &Place) -> [Value; 2] {
    [
        json!({"Key": "plimsoll:workload", "Value": workload.name.as_str()}),
        json!({"Key": "plimsoll:run", "Value": place.run}),
    ]
}

/// Collects the compiled values of the steps.
struct Steps<'a> {
    workload: &'a Workload,
    ingredients: &'a BTreeMap<String, Ingredients>,
    inputs: Map<String, Value>,
}

impl Steps<'_> {
    fn key(&self, step: &str) -> Key {
        self.ingredients[step].key()
    }

    fn members(&self, step: &str, label: &str, instance: &str, more: Value) -> Value {
        let key = self.key(step);
        let mut members = json!({
            "key": key,
            "name": names::job(self.workload.name.as_str(), label, &key),
            "instance_type": instance,
            "max_seconds": MAX_SECONDS,
        });
        if let (Some(members), Value::Object(more)) = (members.as_object_mut(), more) {
            members.extend(more);
        }
        members
    }

    fn job(&mut self, step: &str, instance: &str, more: Value) {
        let members = self.members(step, step, instance, more);
        self.inputs.insert(step.to_owned(), members);
    }

    /// Prepare to Test.
    fn learn(
        &mut self,
        data: &str,
        (candidates, tags): (&[Candidate], &[Value]),
        metric: &str,
        bootstrap: &Value,
    ) {
        let instances = &self.workload.instances;
        let (prepare, train) = (instances.prepare.as_str(), instances.train.as_str());
        self.job("Prepare", prepare, json!({"data": data}));
        let mut branches = Map::new();
        for candidate in candidates {
            let mut more = json!({"hyperparameters": candidate.hyperparameters});
            if let Some(model) = &candidate.model {
                more["model"] = json!(model);
            }
            let step = format!("Train.{}", candidate.name);
            if let Some(tuning) = &candidate.tuning {
                let workload = self.workload.name.as_str();
                more["tuning_name"] = json!(names::tuning(workload, &self.key(&step)));
                more["tuning"] = tuning.config.clone();
                let mut tags = tags.to_vec();
                tags.extend(tuning.cost.as_deref().map(tuning::cost_tag));
                more["tags"] = json!(tags);
            }
            branches.insert(
                candidate.name.clone(),
                self.members(&step, "train", train, more),
            );
        }
        self.inputs
            .insert("Train".to_owned(), Value::Object(branches));
        self.job("Select", prepare, json!({"metric": metric}));
        if self.workload.select.refit {
            self.job("Refit", train, json!({}));
        }
        let mut test = json!({"bootstrap": bootstrap});
        if let Some(by) = self.workload.grouped_by() {
            test["groups"] = json!(by);
        }
        self.job("Test", prepare, test);
    }

    /// Gate and Register.
    fn release(&mut self) {
        let thresholds: Vec<f64> = self
            .workload
            .gate
            .iter()
            .map(|rule| rule.threshold)
            .collect();
        self.inputs
            .insert("Gate".to_owned(), json!({"thresholds": thresholds}));
        let token = &self.key("Test").as_str()[..24].to_owned();
        let register = json!({"group": names::stack(self.workload), "token": token});
        self.inputs.insert("Register".to_owned(), register);
    }

    /// LoadTest and BatchPredict.
    fn exercise(&mut self, load: Option<Value>, batch: Option<String>) {
        let instances = &self.workload.instances;
        if let Some(load) = load {
            self.job("LoadTest", instances.prepare.as_str(), load);
        }
        if let Some(prefix) = batch {
            self.job(
                "BatchPredict",
                instances.batch.as_str(),
                json!({"data": prefix}),
            );
        }
    }

    fn deploy(&mut self, poll_seconds: u32) {
        let Some(deploy) = &self.workload.deploy else {
            return;
        };
        let name = self.workload.name.as_str();
        let mut members = json!({"model": names::keyed(name, &self.key("Model"))});
        if let Some(endpoint) = &deploy.endpoint {
            members["config"] = json!(names::keyed(name, &self.key("Deploy")));
            members["endpoint"] = json!(endpoint.name.as_str());
            members["replicas"] = json!(endpoint.replicas);
            members["instance_type"] = json!(self.workload.instances.serve.as_str());
            members["poll_seconds"] = json!(poll_seconds);
        }
        self.inputs.insert("Deploy".to_owned(), members);
    }
}

fn serve(workload: &Workload) -> Value {
    let endpoint = workload
        .deploy
        .as_ref()
        .and_then(|deploy| deploy.endpoint.as_ref());
    json!({
        "instance_type": workload.instances.serve.as_str(),
        "replicas": endpoint.map(|endpoint| endpoint.replicas),
    })
}

fn load_test(workload: &Workload) -> Option<Value> {
    let endpoint = workload.deploy.as_ref()?.endpoint.as_ref()?;
    let load = endpoint.load_test.as_ref()?;
    Some(json!({
        "rate_per_second": load.rate.per_second(),
        "seconds": load.duration.as_seconds(),
        "in_flight_limit": IN_FLIGHT_LIMIT,
    }))
}

/// Where the files of the batch input lie in the bucket: their prefix and the key of each.
fn batch(workload: &Workload, sources: &Sources) -> (Option<String>, Vec<String>) {
    let images = workload.data.format == workload::Format::ImageFolder;
    match sources.batch.as_slice() {
        [] => (None, Vec::new()),
        [rows] if !images => {
            let prefix = format!("batch/{}/", &rows.sha256[..16]);
            let key = format!("{prefix}{BATCH_SOURCE}");
            (Some(prefix), vec![key])
        }
        all => {
            let listed = serde_json::to_value(all).expect("sources have string keys");
            let digest = FileHash::of(canonical_json(&listed).as_bytes()).sha256;
            let prefix = format!("batch/{}/", &digest[..16]);
            let keys = all.iter().map(|file| format!("{prefix}{}", file.name));
            let keys = keys.collect();
            (Some(prefix), keys)
        }
    }
}

/// What reports tell of a workload besides its figures. No state reads it and no key depends on it.
fn about(workload: &Workload) -> Value {
    let references = workload.references.iter().map(|published| {
        json!({
            "metric": published.metric.to_string(),
            "value": published.value,
            "model": published.model,
            "source": published.source,
        })
    });
    json!({
        "license": workload.data.license,
        "provenance": workload.data.provenance,
        "target": workload.task.target,
        "seed": workload.split.seed,
        "references": references.collect::<Vec<_>>(),
    })
}

/// What SageMaker reads from a training job's log, as CloudWatch metrics.
fn metrics(workload: &Workload) -> Value {
    let parts = ["train", "validation"];
    let names: &[&str] = match (workload.data.format, workload.task.kind) {
        (workload::Format::ImageFolder, _) => {
            &["accuracy", "f1_macro", "log_loss", "roc_auc", "loss"]
        }
        (_, TaskKind::Classification) => &["accuracy", "f1_macro", "log_loss", "roc_auc"],
        (_, TaskKind::Regression) => &["rmse", "mae", "r2"],
        (_, TaskKind::Forecast) => &["rmse", "mae", "r2", "mase"],
    };
    let mut names: Vec<String> = names.iter().map(|&name| name.to_owned()).collect();
    for hours in workload
        .task
        .forecast
        .iter()
        .flat_map(|forecast| &forecast.horizons)
    {
        let at = |metric: &&str| steps::SchemaSeries::metric_at(metric, *hours);
        names.extend(["rmse", "mase", "loss"].iter().map(at));
    }
    names.truncate(METRICS / parts.len());
    let mut all: Vec<Value> = parts
        .iter()
        .flat_map(|part| names.iter().map(move |name| format!("{part}:{name}")))
        .map(|name| json!({"Name": name, "Regex": format!("{name}=([-+0-9.eE]+);")}))
        .collect();
    let scripts = workload
        .models
        .iter()
        .filter_map(|model| model.family.script());
    // AWS takes forty, each name once.
    for metric in scripts.flat_map(script::metrics) {
        if all.len() < METRICS && all.iter().all(|known| known["Name"] != metric["Name"]) {
            all.push(metric);
        }
    }
    Value::from(all)
}
