//! A state with a history of runs, and what is left of it under each policy.

use std::collections::BTreeMap;

use serde_json::{Value, json};

use super::collect::{either, everything};
use super::policy::DAY_MS;
use super::*;
use crate::Fault;
use crate::services::cloudwatch::{Datum, record};
use crate::services::logs;
use crate::services::s3::{Object, ObjectMeta, bucket, object};
use crate::services::sagemaker::{Job, JobStatus, Model, ModelPackage, Training, Transform};
use crate::services::states::{Definition, Execution, StateMachine};
use crate::simulation::bed::{Bed, EPOCH};
use crate::store::{Blob, Record, StoreError, Tx};

const BUCKET: &str = "plimsoll-w-000000000000-us-east-1";

fn key(digit: char) -> String {
    std::iter::repeat_n(digit, 64).collect()
}

/// A run on a day, with the keys of its steps.
fn run(day: i64, name: &str, steps: &[(&str, char)]) -> Execution {
    let mut inputs =
        json!({"Deploy": {"model": format!("w-{name}"), "config": format!("c-{name}")}});
    for (step, digit) in steps {
        inputs[step] = json!({"key": key(*digit), "data": format!("s3://{BUCKET}/data/{digit}/")});
    }
    let input = json!({"workload": "w", "run": name, "bucket": BUCKET, "in": inputs});
    Execution {
        arn: format!("arn:{name}"),
        name: name.to_owned(),
        machine: "machine".to_owned(),
        definition: format!("definition-{name}"),
        revision: String::new(),
        role_arn: String::new(),
        input: input.to_string(),
        status: "SUCCEEDED".to_owned(),
        started: EPOCH + day * DAY_MS,
        stopped: Some(EPOCH + day * DAY_MS + 1),
        output: None,
        error: None,
        cause: None,
    }
}

fn put(tx: &mut Tx<'_>, bucket: &str, key: &str, bytes: u64) -> Result<(), Fault> {
    let object = Object {
        bucket: bucket.to_owned(),
        key: key.to_owned(),
        modified: EPOCH,
        blob: Blob {
            sha256: key.to_owned(),
            bytes,
        },
        etag: String::new(),
        meta: ObjectMeta::default(),
    };
    object::put(tx, &object)
}

/// Three runs of a workload on days 1, 2 and 3: the first and the last share the preparation.
fn bed() -> Bed {
    let mut bed = Bed::new();
    bed.clock.advance_to(EPOCH + 4 * DAY_MS);
    let filled = bed.transact(|tx| {
        bucket::create(tx, BUCKET)?;
        bucket::create(tx, "mine")?;
        let runs = [
            run(1, "aaaaaaaa", &[("Prepare", '1'), ("Refit", '2')]),
            run(2, "bbbbbbbb", &[("Prepare", '3'), ("Refit", '4')]),
            run(3, "cccccccc", &[("Prepare", '1'), ("Refit", '5')]),
        ];
        for run in &runs {
            tx.put(run)?;
            put(tx, BUCKET, &format!("runs/{}/cache.json", run.name), 1)?;
            tx.put(&Definition {
                hash: run.definition.clone(),
                text: String::new(),
                created: EPOCH,
            })?;
            tx.sql()
                .execute(
                    "INSERT INTO history (execution, id, body) VALUES (?, 1, '{}')",
                    [&run.arn],
                )
                .map_err(StoreError::from)?;
        }
        for (step, digit) in [
            ("Prepare", '1'),
            ("Refit", '2'),
            ("Prepare", '3'),
            ("Refit", '4'),
            ("Refit", '5'),
        ] {
            let folder = format!("steps/{step}/{}", key(digit));
            for (file, bytes) in [
                ("key.json", 1),
                ("complete.json", 1),
                ("output/model.tar.gz", 98),
            ] {
                put(tx, BUCKET, &format!("{folder}/{file}"), bytes)?;
            }
            put(tx, BUCKET, &format!("data/{digit}/a.csv"), 10)?;
        }
        // A run in which a candidate failed leaves entries with its name.
        put(
            tx,
            BUCKET,
            &format!("steps/Refit/{}-bbbbbbbb/complete.json", key('4')),
            1,
        )?;
        put(
            tx,
            BUCKET,
            &format!("steps/Refit/{}-cccccccc/complete.json", key('5')),
            1,
        )?;
        put(tx, BUCKET, "notes/mine.txt", 5)?;
        put(
            tx,
            "mine",
            &format!("steps/Prepare/{}/key.json", key('9')),
            5,
        )
    });
    filled.unwrap();
    bed
}

fn policy(keep_runs: u64) -> Policy {
    Policy {
        keep_runs: Some(keep_runs),
        ..Policy::default()
    }
}

fn freed_again(bed: &mut Bed) -> Freed {
    freed(bed, policy(1))
}

fn freed(bed: &mut Bed, policy: Policy) -> Freed {
    bed.transact(|tx| either(tx, &policy)).unwrap().freed
}

/// What is left, with short keys.
fn left(bed: &Bed) -> Vec<String> {
    let listing = object::list(&bed.store.snapshot(), BUCKET, "", None, 1_000).unwrap();
    let shorten = |key: String| {
        let mut parts: Vec<String> = key.split('/').map(str::to_owned).collect();
        for part in &mut parts {
            if part.len() >= 64 {
                part.replace_range(1..64, "");
            }
        }
        parts.join("/")
    };
    listing
        .objects
        .into_iter()
        .map(|object| shorten(object.key))
        .collect()
}

fn runs(bed: &Bed) -> Vec<String> {
    let all = everything::<Execution>(&bed.store.snapshot()).unwrap();
    all.into_iter().map(|run| run.name).collect()
}

#[test]
fn what_the_kept_runs_need_stays_and_the_rest_goes() {
    let mut bed = bed();
    let freed = freed(&mut bed, policy(1));
    assert_eq!(runs(&bed), ["cccccccc"]);
    let expected = [
        "data/1/a.csv",
        "data/5/a.csv",
        "notes/mine.txt",
        "runs/cccccccc/cache.json",
        "steps/Prepare/1/complete.json",
        "steps/Prepare/1/key.json",
        "steps/Prepare/1/output/model.tar.gz",
        "steps/Refit/5-cccccccc/complete.json",
        "steps/Refit/5/complete.json",
        "steps/Refit/5/key.json",
        "steps/Refit/5/output/model.tar.gz",
    ];
    assert_eq!(left(&bed), expected);
    let counts = (
        freed.runs,
        freed.history_events,
        freed.definitions,
        freed.step_entries,
    );
    assert_eq!(counts, (2, 2, 2, 4));
    assert_eq!((freed.objects, freed.object_bytes), (15, 333));
    assert_eq!((freed.runs_kept, freed.bytes_needed), (1, 222));
    let mine = object::list(&bed.store.snapshot(), "mine", "", None, 10).unwrap();
    assert_eq!(
        mine.objects.len(),
        1,
        "a bucket that is no workload's is left alone"
    );
    let again = Freed {
        runs_kept: 1,
        bytes_needed: 222,
        ..Freed::default()
    };
    assert_eq!(freed_again(&mut bed), again);
}

#[test]
fn a_trial_says_the_same_and_leaves_everything() {
    let mut bed = bed();
    let before = (left(&bed), runs(&bed));
    let dry = Policy {
        dry_run: true,
        ..policy(1)
    };
    let told = freed(&mut bed, dry);
    assert_eq!((left(&bed), runs(&bed)), before);
    assert_eq!(told, freed(&mut bed, policy(1)));
}

#[test]
fn runs_stay_by_number_by_age_and_while_they_run() {
    let age = |days: i64, keep: Option<u64>| Policy {
        keep_runs: keep,
        older_than_ms: Some(days * DAY_MS),
        ..Policy::default()
    };
    let all = ["aaaaaaaa", "bbbbbbbb", "cccccccc"];
    for (policy, expected) in [
        (Policy::default(), &all[..]),
        (policy(2), &all[1..]),
        (policy(0), &[]),
        (age(3, None), &all),
        (age(2, None), &all[1..]),
        (age(1, None), &all[2..]),
        (age(0, None), &all[2..]),
        (age(0, Some(2)), &all[1..]),
        (age(30, Some(0)), &all),
    ] {
        let mut bed = bed();
        freed(&mut bed, policy);
        assert_eq!(runs(&bed), expected, "{policy:?}");
    }
    let mut bed = bed();
    let mut running = run(1, "aaaaaaaa", &[("Prepare", '1'), ("Refit", '2')]);
    (running.status, running.stopped) = (Execution::RUNNING.to_owned(), None);
    bed.transact(|tx| Ok(tx.put(&running)?)).unwrap();
    freed(&mut bed, policy(0));
    assert_eq!(runs(&bed), ["aaaaaaaa"]);
    assert!(left(&bed).contains(&"steps/Refit/2/key.json".to_owned()));
}

#[test]
fn a_limit_of_size_removes_the_fewest_oldest_runs() {
    let limit = |max_bytes: u64| Policy {
        max_bytes: Some(max_bytes),
        ..Policy::default()
    };
    // All: three runs of 1, five entries of 100, five data files of 10, two proofs of 1.
    for (most, expected, over) in [
        (555, &["aaaaaaaa", "bbbbbbbb", "cccccccc"][..], 0),
        (554, &["bbbbbbbb", "cccccccc"], 0),
        (444, &["bbbbbbbb", "cccccccc"], 0),
        (443, &["cccccccc"], 0),
        (100, &["cccccccc"], 122),
    ] {
        let mut bed = bed();
        let freed = freed(&mut bed, limit(most));
        assert_eq!(runs(&bed), expected, "{most}");
        assert_eq!(freed.bytes_over, Some(over), "{most}");
    }
}

fn uri(step: &str, digit: char) -> String {
    format!(
        "s3://{BUCKET}/steps/{step}/{}/output/model.tar.gz",
        key(digit)
    )
}

fn model(name: &str, digit: char) -> Model {
    Model {
        name: name.to_owned(),
        arn: format!("arn:model/{name}"),
        request: json!({"PrimaryContainer": {"ModelDataUrl": uri("Refit", digit)}}),
        created: EPOCH,
    }
}

#[test]
fn packages_models_of_others_and_jobs_under_way_keep_what_they_name() {
    let mut bed = bed();
    let filled = bed.transact(|tx| {
        tx.put(&ModelPackage {
            key: "w/1".to_owned(),
            arn: "arn:package/w/1".to_owned(),
            group: "w".to_owned(),
            version: Some(1),
            request: json!({"InferenceSpecification": {"Containers": [{"ModelDataUrl": uri("Refit", '2')}]}}),
            approval: "Approved".to_owned(),
            approval_description: None,
            created: EPOCH,
            modified: EPOCH,
        })?;
        // Of a removed run: goes. Of a client: stays, with what it names. Of a removed run, used by a job: stays.
        tx.put(&model("w-aaaaaaaa", '2'))?;
        tx.put(&model("client", '4'))?;
        tx.put(&model("w-bbbbbbbb", '4'))?;
        let request = json!({"ModelName": "w-bbbbbbbb", "Input": format!("s3://{BUCKET}/data/3/")});
        let job = Job::<Transform>::new("t", "arn:t", request, "me".to_owned(), EPOCH);
        Ok(tx.put(&job)?)
    });
    filled.unwrap();
    let freed = freed(&mut bed, policy(1));
    assert_eq!(freed.models, 1);
    let models = everything::<Model>(&bed.store.snapshot()).unwrap();
    let names: Vec<&str> = models.iter().map(|model| model.name.as_str()).collect();
    assert_eq!(names, ["client", "w-bbbbbbbb"]);
    let left = left(&bed);
    for stays in [
        "steps/Refit/2/output/model.tar.gz",
        "steps/Refit/4/output/model.tar.gz",
        "data/3/a.csv",
    ] {
        assert!(left.contains(&stays.to_owned()), "{stays} in {left:?}");
    }
    for goes in [
        "steps/Refit/2/complete.json",
        "steps/Refit/4/key.json",
        "data/2/a.csv",
    ] {
        assert!(!left.contains(&goes.to_owned()), "{goes} in {left:?}");
    }
}

fn job(name: &str, run: Option<&str>, day: i64) -> Job<Training> {
    let at = EPOCH + day * DAY_MS;
    let tags: Value = run.map_or_else(
        || json!([]),
        |run| json!([{"Key": "plimsoll:run", "Value": run}]),
    );
    let owner = run.unwrap_or("me").to_owned();
    let mut job = Job::<Training>::new(
        name,
        &format!("arn:{name}"),
        json!({"Tags": tags}),
        owner,
        at,
    );
    (job.status, job.ended) = (JobStatus::Completed, Some(at));
    job
}

#[test]
fn jobs_go_with_their_logs_and_metrics_unless_what_they_made_is_needed() {
    let mut bed = bed();
    let made = format!("w-prepare-{}-aaaaaaaa-00", "1".repeat(8));
    let gone = format!("w-refit-{}-aaaaaaaa-00", "2".repeat(8));
    let kept = format!("w-refit-{}-cccccccc-00", "5".repeat(8));
    let jobs = [
        job(&made, Some("aaaaaaaa"), 1),
        job(&gone, Some("aaaaaaaa"), 1),
        job(&kept, Some("cccccccc"), 3),
        job("mine-old", None, -40),
        job("mine-new", None, 1),
    ];
    let group = "/aws/sagemaker/TrainingJobs";
    let filled = bed.transact(|tx| {
        for job in &jobs {
            tx.put(job)?;
            let stream = format!("{}/algo-1-1", job.name);
            logs::append(tx, group, &stream, &[(EPOCH, "line".to_owned())])?;
            for (dimension, value) in [
                ("TrainingJobName", job.name.clone()),
                ("Host", format!("{}/algo-1", job.name)),
            ] {
                let datum = Datum {
                    namespace: group.to_owned(),
                    name: "m".to_owned(),
                    dimensions: BTreeMap::from([(dimension.to_owned(), value)]),
                    at: EPOCH,
                    value: 1.0,
                    unit: String::new(),
                };
                record(tx, &datum)?;
            }
        }
        Ok(())
    });
    filled.unwrap();
    let freed = freed(&mut bed, policy(1));
    assert_eq!((freed.jobs, freed.log_streams, freed.log_events), (2, 2, 2));
    assert_eq!(freed.metric_points, 4);
    let mut expected = [made.as_str(), kept.as_str(), "mine-new"];
    expected.sort_unstable();
    let snapshot = bed.store.snapshot();
    let mut left: Vec<String> = everything::<Job<Training>>(&snapshot)
        .unwrap()
        .iter()
        .map(Record::key)
        .collect();
    left.sort_unstable();
    assert_eq!(left, expected);
    assert_eq!(
        snapshot.children::<logs::LogStream>(group).unwrap().len(),
        3
    );
}

#[test]
fn a_definition_stays_while_a_machine_or_a_kept_run_has_it() {
    let mut bed = bed();
    let machine = StateMachine {
        arn: "machine".to_owned(),
        name: "plimsoll-w".to_owned(),
        definition: "definition-aaaaaaaa".to_owned(),
        role_arn: String::new(),
        deleting: false,
        tags: BTreeMap::new(),
        revision: String::new(),
        logging: None,
        tracing: None,
        created: EPOCH,
        modified: EPOCH,
    };
    bed.transact(|tx| Ok(tx.put(&machine)?)).unwrap();
    assert_eq!(freed(&mut bed, policy(1)).definitions, 1);
    let left = everything::<Definition>(&bed.store.snapshot()).unwrap();
    let mut hashes: Vec<&str> = left
        .iter()
        .map(|definition| definition.hash.as_str())
        .collect();
    hashes.sort_unstable();
    assert_eq!(hashes, ["definition-aaaaaaaa", "definition-cccccccc"]);
}

#[test]
fn a_collection_survives_a_crash_whole() {
    let mut bed = bed();
    freed(&mut bed, policy(1));
    let after = (left(&bed), runs(&bed));
    bed.crash();
    assert_eq!((left(&bed), runs(&bed)), after);
}

#[test]
fn a_state_without_a_plane_is_collected_and_one_with_an_owner_is_not() {
    let folder = tempfile::tempdir().unwrap();
    let clock = std::sync::Arc::new(crate::ManualClock::at(EPOCH));
    let blobs = crate::store::BlobStore::open(&folder.path().join("objects")).unwrap();
    let kept = blobs.put(b"kept").unwrap();
    blobs.put(b"orphan").unwrap();
    std::fs::create_dir_all(folder.path().join("jobs/training-job-x/ml")).unwrap();
    {
        let database = folder.path().join("plane.db");
        let mut store =
            crate::store::Store::open(&database, clock.clone(), "us-east-1", 1).unwrap();
        let filled = store.transact("test", |tx| {
            bucket::create(tx, "mine")?;
            let object = Object {
                bucket: "mine".to_owned(),
                key: "k".to_owned(),
                modified: EPOCH,
                blob: kept.clone(),
                etag: String::new(),
                meta: ObjectMeta::default(),
            };
            object::put(tx, &object)
        });
        filled.unwrap();
    }
    let collect = |dry_run: bool| {
        let policy = Policy {
            dry_run,
            ..Policy::default()
        };
        offline(folder.path(), clock.clone(), "us-east-1", &policy)
    };
    for dry_run in [true, false] {
        let freed = collect(dry_run).unwrap();
        assert_eq!(
            (freed.contents, freed.content_bytes, freed.job_folders),
            (1, 6, 1),
            "{dry_run}"
        );
    }
    assert_eq!(blobs.get(&kept.sha256).unwrap(), b"kept");
    assert_eq!(collect(false).unwrap().contents, 0);
    let _lock = crate::store::StateLock::acquire(folder.path()).unwrap();
    let held = collect(false).unwrap_err();
    assert!(
        matches!(held, OfflineError::Store(StoreError::Held { .. })),
        "{held:?}"
    );
}
