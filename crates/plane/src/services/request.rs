//! Reading a request. It was validated against AWS's model before, so that a required member is there and of its type.

use std::collections::BTreeMap;

use serde_json::Value;

/// A required text; empty where the model did not require it after all.
pub(crate) fn text<'r>(request: &'r Value, member: &str) -> &'r str {
    request[member].as_str().unwrap_or_default()
}

/// An optional text.
pub(crate) fn optional<'r>(request: &'r Value, member: &str) -> Option<&'r str> {
    request[member].as_str()
}

/// The elements of an optional list.
pub(crate) fn items<'r>(request: &'r Value, member: &str) -> &'r [Value] {
    request[member].as_array().map_or(&[], Vec::as_slice)
}

/// A list of names and values as a map, such as tags: `[{"Key": "a", "Value": "b"}]`. The last of equal names counts.
pub(crate) fn pairs(list: &[Value], name: &str, value: &str) -> BTreeMap<String, String> {
    list.iter()
        .map(|entry| (text(entry, name).to_owned(), text(entry, value).to_owned()))
        .collect()
}

/// The list form of a map.
pub(crate) fn pair_list(map: &BTreeMap<String, String>, name: &str, value: &str) -> Value {
    map.iter()
        .map(|(key, text)| serde_json::json!({name: key, value: text}))
        .collect()
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn pairs_go_both_ways_and_the_last_counts() {
        let request = json!({"Tags": [{"Key": "a", "Value": "1"}, {"Key": "a", "Value": "2"}]});
        let map = pairs(items(&request, "Tags"), "Key", "Value");
        assert_eq!(map, BTreeMap::from([("a".to_owned(), "2".to_owned())]));
        assert_eq!(
            pair_list(&map, "Key", "Value"),
            json!([{"Key": "a", "Value": "2"}])
        );
        assert_eq!(items(&request, "Other"), &[] as &[Value]);
        assert_eq!((text(&request, "x"), optional(&request, "x")), ("", None));
    }
}
