//! Reading members of requests and writing members of answers.

use serde_json::{Map, Value};

use crate::store::{Query, Sort};

/// Rows of a page where the request does not say.
const PAGE: u64 = 10;

/// A text by JSON pointer; empty where it is missing.
pub(super) fn text<'a>(request: &'a Value, pointer: &str) -> &'a str {
    optional(request, pointer).unwrap_or_default()
}

/// A text by JSON pointer.
pub(super) fn optional<'a>(request: &'a Value, pointer: &str) -> Option<&'a str> {
    request.pointer(pointer).and_then(Value::as_str)
}

/// The elements of a list by JSON pointer; none where it is missing.
pub(super) fn items<'a>(request: &'a Value, pointer: &str) -> &'a [Value] {
    request
        .pointer(pointer)
        .and_then(Value::as_array)
        .map_or(&[], Vec::as_slice)
}

/// A moment in AWS's JSON form.
pub(super) fn seconds(millis: i64) -> Value {
    Value::from(millis as f64 / 1000.0)
}

/// The request as a Describe gives it back.
pub(super) fn described(request: &Value) -> Map<String, Value> {
    let mut members = request.as_object().cloned().unwrap_or_default();
    members.shift_remove("Tags");
    members.shift_remove("ClientToken");
    members
}

/// Adds a member that has a value.
pub(super) fn set(members: &mut Map<String, Value>, name: &str, value: Option<impl Into<Value>>) {
    if let Some(value) = value {
        members.insert(name.to_owned(), value.into());
    }
}

/// The filters, order and page of a List request. `descending` is the operation's default.
pub(super) fn query(request: &Value, descending: bool) -> Query {
    let member = |name: &str| request.get(name).and_then(Value::as_str);
    let moment = |name: &str| {
        request
            .get(name)
            .and_then(Value::as_f64)
            .map(|seconds| (seconds * 1000.0).round() as i64)
    };
    let limit = request.get("MaxResults").and_then(Value::as_u64);
    Query {
        parent: None,
        status: member("StatusEquals").map(str::to_owned),
        key_contains: member("NameContains").map(str::to_owned),
        created: (
            moment("CreationTimeAfter").map(|after| after.saturating_add(1)),
            moment("CreationTimeBefore"),
        ),
        modified: (
            moment("LastModifiedTimeAfter").map(|after| after.saturating_add(1)),
            moment("LastModifiedTimeBefore"),
        ),
        sort: match member("SortBy") {
            Some("Name") => Sort::Key,
            Some("Status") => Sort::Status,
            Some("LastModifiedTime") => Sort::Modified,
            _ => Sort::Created,
        },
        descending: member("SortOrder").map_or(descending, |order| order == "Descending"),
        ..Query::default()
    }
    .page(member("NextToken"), Some(limit.unwrap_or(PAGE)))
}

/// A List answer.
pub(super) fn page(member: &str, summaries: Vec<Value>, token: Option<String>) -> Value {
    let mut answer = Map::new();
    answer.insert(member.to_owned(), Value::from(summaries));
    set(&mut answer, "NextToken", token);
    Value::from(answer)
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn a_list_request_becomes_a_query() {
        let request = json!({
            "CreationTimeAfter": 1.5, "CreationTimeBefore": 2, "StatusEquals": "Failed",
            "NameContains": "x", "SortBy": "Name", "SortOrder": "Ascending",
            "MaxResults": 3, "NextToken": "6",
        });
        let found = query(&request, true);
        assert_eq!(found.created, (Some(1501), Some(2000)));
        assert_eq!(found.status.as_deref(), Some("Failed"));
        assert_eq!(found.key_contains.as_deref(), Some("x"));
        assert_eq!((found.sort, found.descending), (Sort::Key, false));
        assert_eq!((found.limit, found.offset), (3, 6));
        let empty = query(&json!({}), true);
        assert_eq!(
            (empty.sort, empty.descending, empty.limit),
            (Sort::Created, true, PAGE)
        );
    }

    #[test]
    fn a_description_leaves_out_what_aws_leaves_out() {
        let members = described(&json!({"A": 1, "Tags": [], "ClientToken": "t"}));
        assert_eq!(Value::from(members), json!({"A": 1}));
    }
}
