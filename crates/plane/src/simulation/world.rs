//! The world outside the records: performers of effects that do the same for the same effect, and crashes.
//!
//! A crash drops everything in memory and opens the database anew. It strikes at a boundary: before an effect is
//! performed, after it was performed and before it is settled, after it was settled, and after every timer.

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;

use serde_json::{Value, json};
use sha2::{Digest, Sha256};

use super::bed::Bed;
use super::pipeline::{BUCKET, Candidates, definition};
use super::work;
use crate::Fault;
use crate::services::s3::bucket;
use crate::services::s3::object::{self, Object, ObjectMeta};
use crate::services::sagemaker::{Job, JobStatus, Training, endpoint, tuning};
use crate::services::states;
use crate::store::{BlobStore, Effect, EffectRow, Tx};

/// When to crash.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Crash {
    Never,
    /// At one boundary.
    At(u64),
    /// At every so many boundaries.
    Every(u64),
}

/// What a run came to.
#[derive(Debug, PartialEq)]
pub(crate) struct Ran {
    pub(crate) status: String,
    /// Why it failed, in words.
    pub(crate) reason: String,
    pub(crate) output: Value,
    pub(crate) history: Vec<String>,
    pub(crate) boundaries: u64,
    pub(crate) crashes: u64,
    /// How often each effect was performed.
    pub(crate) performed: BTreeMap<String, u64>,
    pub(crate) dump: Vec<String>,
}

/// The world.
pub(crate) struct World {
    bed: Bed,
    blobs: BlobStore,
    /// The bucket that the pipeline works on.
    bucket: String,
    seed: u64,
    crash: Crash,
    queue: Vec<EffectRow>,
    boundaries: u64,
    crashes: u64,
    performed: BTreeMap<String, u64>,
    settled: BTreeSet<String>,
    /// Objects that were acknowledged: key to content.
    objects: BTreeMap<String, Vec<u8>>,
    /// Events that were committed, with their types.
    events: Vec<(String, String)>,
    /// Crashes after which they were compared.
    checked: u64,
}

impl World {
    pub(crate) fn new(seed: u64, crash: Crash) -> Self {
        let mut bed = Bed::in_memory(seed);
        flush_nothing(&bed);
        let blobs = BlobStore::open(&bed.folder().join("objects")).unwrap();
        bed.transact(|tx| bucket::create(tx, BUCKET)).unwrap();
        Self {
            bed,
            blobs,
            bucket: BUCKET.to_owned(),
            seed,
            crash,
            queue: Vec::new(),
            boundaries: 0,
            crashes: 0,
            performed: BTreeMap::new(),
            settled: BTreeSet::new(),
            objects: BTreeMap::new(),
            events: Vec::new(),
            checked: 0,
        }
    }

    /// Runs the pipeline to its end.
    pub(crate) fn run(&mut self, candidates: Candidates, name: &str) -> Ran {
        let machine = self.bed.machine("pipeline", &definition(candidates));
        self.finish(&machine, name, &json!({"reports": ["a", "b", "c"]}))
    }

    /// Runs a definition to its end.
    pub(crate) fn run_definition(&mut self, definition: &Value) -> Ran {
        let machine = self.bed.machine("machine", definition);
        self.finish(&machine, "run", &json!({}))
    }

    /// `ListTrainingJobsForHyperParameterTuningJob`, all of them.
    pub(crate) fn trials(&mut self, tuning: &str) -> Vec<Value> {
        let wanted = json!({"HyperParameterTuningJobName": tuning, "MaxResults": 100});
        let listed = "ListTrainingJobsForHyperParameterTuningJob";
        let answer = self.bed.ok("sagemaker", listed, &wanted);
        answer["TrainingJobSummaries"].as_array().unwrap().clone()
    }

    /// Creates the stack of a compiled workload and runs its machine to the end.
    pub(crate) fn run_workload(&mut self) -> Ran {
        let golden = |file: &str| -> Value {
            let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../blueprint/tests/golden");
            serde_json::from_str(&std::fs::read_to_string(folder.join(file)).unwrap()).unwrap()
        };
        let (template, input) = (golden("template.json"), golden("input.json"));
        let stack = json!({
            "StackName": "workload",
            "TemplateBody": template.to_string(),
            "Capabilities": ["CAPABILITY_NAMED_IAM"],
        });
        self.bed.ok("cloudformation", "CreateStack", &stack);
        let named = json!({"StackName": "workload"});
        let stacks = self.bed.ok("cloudformation", "DescribeStacks", &named);
        let stack = &stacks["Stacks"][0];
        assert_eq!(stack["StackStatus"], "CREATE_COMPLETE", "{stack}");
        let outputs = stack["Outputs"].as_array().unwrap();
        let output = |key: &str| {
            let found = outputs
                .iter()
                .find(|output| output["OutputKey"] == key)
                .unwrap();
            found["OutputValue"].as_str().unwrap().to_owned()
        };
        self.bucket = output("BucketName");
        assert_eq!(input["bucket"], self.bucket.as_str());
        self.finish(&output("MachineArn"), "run", &input)
    }

    fn finish(&mut self, machine: &str, name: &str, input: &Value) -> Ran {
        let execution = self.bed.start(machine, name, input);
        self.boundary();
        self.check_history(&execution);
        while self.step() {
            self.check_history(&execution);
        }
        let described = self.bed.described(&execution);
        let output = described["output"]
            .as_str()
            .map_or(Value::Null, |text| serde_json::from_str(text).unwrap());
        Ran {
            status: described["status"].as_str().unwrap().to_owned(),
            reason: described["cause"].as_str().unwrap_or_default().to_owned(),
            output,
            history: self.events.iter().map(|(_, kind)| kind.clone()).collect(),
            boundaries: self.boundaries,
            crashes: self.crashes,
            performed: self.performed.clone(),
            dump: self.bed.dump(),
        }
    }

    /// Does the next thing; false when nothing is left to do.
    fn step(&mut self) -> bool {
        self.queue.append(&mut self.bed.released);
        let due = self.bed.store.snapshot().next_due().unwrap();
        if due.is_some_and(|due| due <= self.bed.clock_now()) {
            assert!(self.bed.fire_due());
            self.boundary();
            return true;
        }
        // The order in which effects are performed depends on the seed, and not on crashes.
        let next = (0..self.queue.len()).min_by_key(|place| self.rank(&self.queue[*place].key));
        match next {
            Some(place) => {
                let row = self.queue.remove(place);
                self.perform(row);
                true
            }
            None => self.bed.sleep(),
        }
    }

    fn rank(&self, key: &str) -> [u8; 32] {
        Sha256::new()
            .chain_update(self.seed.to_be_bytes())
            .chain_update(key)
            .finalize()
            .into()
    }

    /// A point at which a crash may strike; true if it did.
    fn boundary(&mut self) -> bool {
        self.boundaries += 1;
        let strikes = match self.crash {
            Crash::Never => false,
            Crash::At(place) => self.boundaries == place,
            Crash::Every(places) => self.boundaries.is_multiple_of(places),
        };
        if strikes {
            self.crashes += 1;
            self.bed.crash();
            flush_nothing(&self.bed);
            self.blobs = BlobStore::open(&self.bed.folder().join("objects")).unwrap();
            self.queue = std::mem::take(&mut self.bed.released);
            self.check_objects();
        }
        strikes
    }

    fn perform(&mut self, row: EffectRow) {
        if self.boundary() {
            return;
        }
        assert!(
            !self.settled.contains(&row.key),
            "{} was committed and is performed again",
            row.key
        );
        *self.performed.entry(row.key.clone()).or_default() += 1;
        match row.effect {
            Effect::StartJob { kind, name } => self.start_job(&row.key, &kind, &name),
            Effect::StopJob { kind, name } => {
                let start = Effect::StartJob {
                    kind: kind.clone(),
                    name: name.clone(),
                }
                .key();
                self.queue.retain(|row| row.key != start);
                self.settle(&[&row.key, &start], |tx| {
                    work::finish(tx, (&kind, &name), JobStatus::Stopped, None)
                });
            }
            Effect::StartEndpoint { name, .. } => {
                self.settle(&[&row.key], |tx| endpoint::deployed(tx, &name));
            }
            Effect::StopEndpoint { name } => {
                self.settle(&[&row.key], |tx| endpoint::removed(tx, &name));
            }
            Effect::CallService {
                execution,
                task,
                operation,
                parameters,
                ..
            } => {
                let outcome = self.object_call(&operation, &parameters);
                self.settle(&[&row.key], |tx| {
                    let outcome = outcome.and_then(|object| match object {
                        Called::Read(output) => Ok(output),
                        Called::Write(object) => {
                            let modified = tx.ctx().now;
                            object::put(
                                tx,
                                &Object {
                                    modified,
                                    ..*object
                                },
                            )?;
                            Ok(json!({}))
                        }
                    });
                    states::call_finished(tx, &execution, &task, outcome)
                });
            }
        }
    }

    fn start_job(&mut self, key: &str, kind: &str, name: &str) {
        let request = self.bed.transact(|tx| work::begin(tx, kind, name)).unwrap();
        if self.boundary() {
            return;
        }
        let fails = name.starts_with("forest") && self.seed % 2 == 1
            || request.as_ref().is_some_and(work::breaks);
        let mut status = if fails {
            JobStatus::Failed
        } else {
            JobStatus::Completed
        };
        let runs = request.is_some();
        let printed = request.as_ref().map(work::printed).unwrap_or_default();
        for value in &printed {
            match self.print(name, *value) {
                None => return,
                Some(JobStatus::Stopping) => status = JobStatus::Stopped,
                Some(_) => {}
            }
        }
        let loss = printed.last().copied();
        let product = request
            .map(|request| work::product(name, &request))
            .unwrap_or_default();
        let objects: Vec<Object> = product
            .objects
            .iter()
            .map(|(uri, content)| {
                let key = uri.strip_prefix(&format!("s3://{}/", self.bucket)).unwrap();
                self.object(key, content.as_bytes())
            })
            .collect();
        self.settle(&[key], |tx| {
            if !runs {
                return Ok(());
            }
            let modified = tx.ctx().now;
            for object in objects {
                object::put(tx, &Object { modified, ..object })?;
            }
            work::finish_with(tx, (kind, name), status, (product.artifact, loss))
        });
    }

    /// A trial prints its objective; answers with what became of it, and nothing after a crash.
    fn print(&mut self, name: &str, value: f64) -> Option<JobStatus> {
        let said = self.bed.transact(|tx| {
            tuning::observed(tx, name, &[work::metric(value)])?;
            Ok(tx.get::<Job<Training>>(name)?.map(|job| job.status))
        });
        let status = said.unwrap();
        (!self.boundary()).then_some(status?)
    }

    /// Records an outcome unless the effect was settled before, with a boundary on either side.
    fn settle(&mut self, keys: &[&str], record: impl FnOnce(&mut Tx<'_>) -> Result<(), Fault>) {
        if self.boundary() {
            return;
        }
        let done = self.bed.transact(|tx| {
            let first = tx.settle(keys[0])?;
            for other in &keys[1..] {
                tx.settle(other)?;
            }
            if first {
                record(tx)?;
            }
            Ok(first)
        });
        // One that was cancelled meanwhile is settled already: its outcome is dropped.
        if done.unwrap() {
            self.settled
                .extend(keys.iter().map(|key| (*key).to_owned()));
        }
        self.note_objects();
        self.boundary();
    }

    fn object_call(&mut self, operation: &str, parameters: &Value) -> Result<Called, Fault> {
        let text = |member: &str| parameters[member].as_str().unwrap_or_default().to_owned();
        if operation == "PutObject" {
            let object = self.object(&text("Key"), text("Body").as_bytes());
            return Ok(Called::Write(Box::new(object)));
        }
        let found = object::require(&self.bed.store.snapshot(), &text("Bucket"), &text("Key"))?;
        let body = String::from_utf8(self.blobs.get(&found.blob.sha256)?).unwrap();
        Ok(Called::Read(json!({"Body": body, "ETag": found.etag})))
    }

    fn object(&self, key: &str, content: &[u8]) -> Object {
        let blob = self.blobs.put(content).unwrap();
        Object {
            bucket: self.bucket.clone(),
            key: key.to_owned(),
            modified: 0,
            etag: blob.sha256[..32].to_owned(),
            blob,
            meta: ObjectMeta::default(),
        }
    }

    /// What the last commit acknowledged must be there from now on.
    fn note_objects(&mut self) {
        let listing =
            object::list(&self.bed.store.snapshot(), &self.bucket, "", None, 1000).unwrap();
        for object in listing.objects {
            self.objects
                .insert(object.key, self.blobs.get(&object.blob.sha256).unwrap());
        }
    }

    fn check_objects(&self) {
        for (key, content) in &self.objects {
            let found = object::require(&self.bed.store.snapshot(), &self.bucket, key).unwrap();
            assert_eq!(
                &self.blobs.get(&found.blob.sha256).unwrap(),
                content,
                "{key}"
            );
        }
    }

    /// New events have dense ids and point back; after a crash the old ones are still what they were.
    fn check_history(&mut self, execution: &str) {
        let known = if self.crashes == self.checked {
            self.events.len()
        } else {
            0
        };
        self.checked = self.crashes;
        // The database reads the members: events carry a whole state each, and this runs after every step.
        let sql =
            "SELECT body, body ->> 'id', body ->> 'previousEventId', body ->> 'type' FROM history
                   WHERE execution = ? AND id > ? ORDER BY id";
        let snapshot = self.bed.store.snapshot();
        let mut statement = snapshot.sql().prepare_cached(sql).unwrap();
        let after = i64::try_from(known).unwrap();
        let mut rows = statement
            .query(rusqlite::params![execution, after])
            .unwrap();
        let mut place = known;
        while let Some(row) = rows.next().unwrap() {
            let body: String = row.get(0).unwrap();
            if let Some((old, _)) = self.events.get(place) {
                assert_eq!(&body, old, "an event changed");
            } else {
                let (id, previous): (i64, i64) = (row.get(1).unwrap(), row.get(2).unwrap());
                assert_eq!(usize::try_from(id), Ok(place + 1));
                assert!(previous < id);
                self.events.push((body, row.get(3).unwrap()));
            }
            place += 1;
        }
        assert_eq!(place, self.events.len(), "events were lost");
    }

    /// Another execution has another history.
    pub(crate) fn forget_history(&mut self) {
        self.events.clear();
    }
}

enum Called {
    Read(Value),
    Write(Box<Object>),
}

/// A crash here is the death of a process: what was written stays, flushed or not. Power cuts have a test of their own.
fn flush_nothing(bed: &Bed) {
    let snapshot = bed.store.snapshot();
    snapshot
        .sql()
        .pragma_update(None, "synchronous", "OFF")
        .unwrap();
}
