//! Groups, streams, tokens.

use serde_json::{Value, json};

use super::{LogStream, append};
use crate::services::request::{items, text};
use crate::simulation::bed::{Bed, EPOCH};

const GROUP: &str = "/aws/sagemaker/TrainingJobs";

fn with_events(count: i64) -> Bed {
    let mut bed = Bed::new();
    let events: Vec<(i64, String)> = (0..count)
        .map(|place| (EPOCH + place, format!("line {place}")))
        .collect();
    bed.transact(|tx| append(tx, GROUP, "job/algo-1-1", &events))
        .unwrap();
    bed
}

fn read(bed: &mut Bed, more: &Value) -> (Vec<String>, String, String) {
    let mut request = json!({"logGroupName": GROUP, "logStreamName": "job/algo-1-1"});
    request
        .as_object_mut()
        .unwrap()
        .extend(more.as_object().unwrap().clone());
    let page = bed.ok("logs", "GetLogEvents", &request);
    let messages = items(&page, "events")
        .iter()
        .map(|event| text(event, "message").to_owned())
        .collect();
    (
        messages,
        text(&page, "nextForwardToken").to_owned(),
        text(&page, "nextBackwardToken").to_owned(),
    )
}

#[test]
fn reading_forward_ends_with_the_same_token_and_goes_on_with_what_comes_later() {
    let mut bed = with_events(5);
    let (first, token, _) = read(&mut bed, &json!({"startFromHead": true, "limit": 3}));
    assert_eq!(first, ["line 0", "line 1", "line 2"]);
    let (rest, token, _) = read(
        &mut bed,
        &json!({"startFromHead": true, "nextToken": token}),
    );
    assert_eq!(rest, ["line 3", "line 4"]);
    let (none, same, _) = read(
        &mut bed,
        &json!({"startFromHead": true, "nextToken": token}),
    );
    assert_eq!((none.len(), &same), (0, &token));
    bed.transact(|tx| append(tx, GROUP, "job/algo-1-1", &[(EPOCH + 9, "late".into())]))
        .unwrap();
    let (late, next, _) = read(
        &mut bed,
        &json!({"startFromHead": true, "nextToken": token}),
    );
    assert_eq!(late, ["late"]);
    assert_ne!(next, token);
}

#[test]
fn without_a_start_the_tail_is_read_and_goes_back() {
    let mut bed = with_events(5);
    let (tail, _, back) = read(&mut bed, &json!({"limit": 2}));
    assert_eq!(tail, ["line 3", "line 4"]);
    let (before, forward, back) = read(&mut bed, &json!({"nextToken": back, "limit": 2}));
    assert_eq!(before, ["line 1", "line 2"]);
    let (first, _, back) = read(&mut bed, &json!({"nextToken": back}));
    assert_eq!(first, ["line 0"]);
    let (none, _, same) = read(&mut bed, &json!({"nextToken": back}));
    assert_eq!((none.len(), same), (0, back));
    let (again, _, _) = read(&mut bed, &json!({"nextToken": forward}));
    assert_eq!(again, ["line 3", "line 4"]);
}

#[test]
fn times_bound_a_page_and_bad_tokens_are_refused() {
    let mut bed = with_events(5);
    let (some, ..) = read(
        &mut bed,
        &json!({"startTime": EPOCH + 1, "endTime": EPOCH + 3, "startFromHead": true}),
    );
    assert_eq!(some, ["line 1", "line 2"]);
    for token in ["x", "f/1", "f/1/2/3", "q/1/2"] {
        let request =
            json!({"logGroupName": GROUP, "logStreamName": "job/algo-1-1", "nextToken": token});
        let (code, message) = bed.refused("logs", "GetLogEvents", &request);
        assert_eq!(
            (code.as_str(), message.as_str()),
            (
                "InvalidParameterException",
                "The specified nextToken is invalid."
            )
        );
    }
    let missing = json!({"logGroupName": GROUP, "logStreamName": "none"});
    assert_eq!(
        bed.refused("logs", "GetLogEvents", &missing).0,
        "ResourceNotFoundException"
    );
}

#[test]
fn a_page_holds_a_mebibyte() {
    let mut bed = Bed::new();
    let events: Vec<(i64, String)> = (0..5)
        .map(|place| (EPOCH + place, "x".repeat(300_000)))
        .collect();
    bed.transact(|tx| append(tx, GROUP, "job/algo-1-1", &events))
        .unwrap();
    let (first, token, _) = read(&mut bed, &json!({"startFromHead": true}));
    let (rest, ..) = read(&mut bed, &json!({"nextToken": token}));
    assert_eq!((first.len(), rest.len()), (3, 2));
}

#[test]
fn streams_are_listed_by_name_or_by_their_last_event() {
    let mut bed = Bed::new();
    for (stream, at) in [("b/1", 5), ("a/1", 9), ("b/2", 1)] {
        bed.transact(|tx| append(tx, GROUP, stream, &[(EPOCH + at, "m".into())]))
            .unwrap();
    }
    let mut names = |more: Value| {
        let mut request = json!({"logGroupName": GROUP});
        request
            .as_object_mut()
            .unwrap()
            .extend(more.as_object().unwrap().clone());
        let page = bed.ok("logs", "DescribeLogStreams", &request);
        let names: Vec<String> = items(&page, "logStreams")
            .iter()
            .map(|stream| text(stream, "logStreamName").to_owned())
            .collect();
        (names, page["nextToken"].clone())
    };
    assert_eq!(names(json!({})).0, ["a/1", "b/1", "b/2"]);
    assert_eq!(
        names(json!({"logStreamNamePrefix": "b/"})).0,
        ["b/1", "b/2"]
    );
    assert_eq!(
        names(json!({"orderBy": "LastEventTime", "descending": true})).0,
        ["a/1", "b/1", "b/2"]
    );
    assert_eq!(
        names(json!({"orderBy": "LastEventTime"})).0,
        ["b/2", "b/1", "a/1"]
    );
    let (page, token) = names(json!({"limit": 2}));
    assert_eq!(
        (page.len(), names(json!({"nextToken": token})).0),
        (2, vec!["b/2".to_owned()])
    );
    let by_both =
        json!({"logGroupName": GROUP, "orderBy": "LastEventTime", "logStreamNamePrefix": "b"});
    assert_eq!(
        bed.refused("logs", "DescribeLogStreams", &by_both).0,
        "InvalidParameterException"
    );
    let named = json!({"logGroupIdentifier": format!("arn:aws:logs:us-east-1:000000000000:log-group:{GROUP}")});
    let page = bed.ok("logs", "DescribeLogStreams", &named);
    assert_eq!(page["logStreams"][0]["lastEventTimestamp"], EPOCH + 9);
}

#[test]
fn groups_are_created_described_kept_and_deleted_with_what_is_in_them() {
    let mut bed = Bed::new();
    bed.ok(
        "logs",
        "CreateLogGroup",
        &json!({"logGroupName": "/a", "tags": {"k": "v"}}),
    );
    assert_eq!(
        bed.refused("logs", "CreateLogGroup", &json!({"logGroupName": "/a"}))
            .0,
        "ResourceAlreadyExistsException"
    );
    bed.ok(
        "logs",
        "PutRetentionPolicy",
        &json!({"logGroupName": "/a", "retentionInDays": 30}),
    );
    bed.ok(
        "logs",
        "CreateLogStream",
        &json!({"logGroupName": "/a", "logStreamName": "s"}),
    );
    assert_eq!(
        bed.refused(
            "logs",
            "CreateLogStream",
            &json!({"logGroupName": "/a", "logStreamName": "s"})
        )
        .0,
        "ResourceAlreadyExistsException"
    );
    bed.transact(|tx| append(tx, "/a", "s", &[(EPOCH, "four".into())]))
        .unwrap();
    let page = bed.ok(
        "logs",
        "DescribeLogGroups",
        &json!({"logGroupNamePrefix": "/"}),
    );
    assert_eq!(
        page["logGroups"],
        json!([{
            "logGroupName": "/a", "creationTime": EPOCH, "metricFilterCount": 0,
            "arn": "arn:aws:logs:us-east-1:000000000000:log-group:/a:*", "storedBytes": 4, "logGroupClass": "STANDARD",
            "logGroupArn": "arn:aws:logs:us-east-1:000000000000:log-group:/a", "retentionInDays": 30,
        }])
    );
    bed.ok("logs", "DeleteLogGroup", &json!({"logGroupName": "/a"}));
    assert_eq!(
        bed.store.snapshot().children::<LogStream>("/a").unwrap(),
        []
    );
    assert!(!bed.dump().iter().any(|row| row.starts_with("log_event")));
    assert_eq!(
        bed.refused("logs", "DeleteLogGroup", &json!({"logGroupName": "/a"}))
            .0,
        "ResourceNotFoundException"
    );
}

#[test]
fn put_events_are_in_order_and_neither_old_nor_new() {
    let mut bed = with_events(0);
    let put = |events: Value| json!({"logGroupName": GROUP, "logStreamName": "job/algo-1-1", "logEvents": events});
    let event = |at: i64| json!({"timestamp": at, "message": "m"});
    let day = 86_400_000;
    let answer = bed.ok(
        "logs",
        "PutLogEvents",
        &put(json!([
            event(EPOCH - 15 * day),
            event(EPOCH),
            event(EPOCH + day)
        ])),
    );
    assert_eq!(
        answer,
        json!({"rejectedLogEventsInfo": {"tooOldLogEventEndIndex": 1, "tooNewLogEventStartIndex": 2}})
    );
    assert_eq!(
        bed.ok("logs", "PutLogEvents", &put(json!([event(EPOCH)]))),
        json!({})
    );
    assert_eq!(read(&mut bed, &json!({})).0.len(), 2);
    let (code, message) = bed.refused(
        "logs",
        "PutLogEvents",
        &put(json!([event(EPOCH + 1), event(EPOCH)])),
    );
    assert_eq!(code, "InvalidParameterException");
    assert!(message.contains("chronological order"));
}

#[test]
fn a_filter_searches_all_streams_in_order() {
    let mut bed = Bed::new();
    for (stream, at, message) in [
        ("a", 2, "ERROR one"),
        ("b", 1, "ERROR two"),
        ("b", 3, "fine"),
        ("c", 4, "ERROR three"),
    ] {
        bed.transact(|tx| append(tx, GROUP, stream, &[(EPOCH + at, message.into())]))
            .unwrap();
    }
    let mut found = |more: Value| {
        let mut request = json!({"logGroupName": GROUP});
        request
            .as_object_mut()
            .unwrap()
            .extend(more.as_object().unwrap().clone());
        let page = bed.ok("logs", "FilterLogEvents", &request);
        let messages: Vec<String> = items(&page, "events")
            .iter()
            .map(|event| text(event, "message").to_owned())
            .collect();
        (messages, page["nextToken"].clone())
    };
    assert_eq!(
        found(json!({"filterPattern": "ERROR"})).0,
        ["ERROR two", "ERROR one", "ERROR three"]
    );
    assert_eq!(
        found(json!({"logStreamNames": ["b"]})).0,
        ["ERROR two", "fine"]
    );
    assert_eq!(
        found(json!({"logStreamNamePrefix": "c"})).0,
        ["ERROR three"]
    );
    let (first, token) = found(json!({"filterPattern": "ERROR", "limit": 2}));
    assert_eq!(first, ["ERROR two", "ERROR one"]);
    let (rest, token) = found(json!({"filterPattern": "ERROR", "limit": 2, "nextToken": token}));
    assert_eq!((rest, token), (vec!["ERROR three".to_owned()], Value::Null));
}
