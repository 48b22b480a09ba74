//! What sets the ingredients of two keys apart, so that a step that is done again can say why.

use std::collections::BTreeSet;

use serde_json::{Map, Value};

use crate::{Ingredients, Key, Source};

/// One thing in which a step differs from an earlier one of the same name.
#[derive(Debug, Clone, PartialEq)]
pub enum Difference {
    /// The version of the algorithm.
    Algorithm {
        /// The earlier one.
        from: u32,
        /// This one.
        to: u32,
    },
    /// A file that is read from outside: new, gone, or with another content.
    Source {
        /// Its name.
        name: String,
        /// As it was.
        from: Option<Source>,
        /// As it is.
        to: Option<Source>,
    },
    /// The same files in another order.
    Order,
    /// A member of the definition.
    Definition {
        /// The names that lead to it.
        path: Vec<String>,
        /// As it was.
        from: Option<Value>,
        /// As it is.
        to: Option<Value>,
    },
    /// The result of another step that is read now and was not read then.
    Reads {
        /// Its key.
        key: Key,
    },
    /// The result of another step that was read then and is not read now.
    ReadsNoMore {
        /// Its key.
        key: Key,
    },
}

impl Ingredients {
    /// How these differ from earlier ones; empty exactly when both give the same key.
    ///
    /// ```
    /// # use steps::{Difference, Ingredients};
    /// # use serde_json::json;
    /// let of = |c: &str| Ingredients {
    ///     step: "Train.lr".to_owned(), algorithm: 1, definition: json!({"C": c}), reads: vec![], sources: vec![],
    /// };
    /// let expected = Difference::Definition {
    ///     path: vec!["C".to_owned()], from: Some(json!("1.0")), to: Some(json!("0.5")),
    /// };
    /// assert_eq!(of("0.5").differences(&of("1.0")), [expected]);
    /// ```
    pub fn differences(&self, earlier: &Self) -> Vec<Difference> {
        let mut found = Vec::new();
        if self.algorithm != earlier.algorithm {
            found.push(Difference::Algorithm {
                from: earlier.algorithm,
                to: self.algorithm,
            });
        }
        sources(&earlier.sources, &self.sources, &mut found);
        values(
            &mut Vec::new(),
            &earlier.definition,
            &self.definition,
            &mut found,
        );
        reads(&earlier.reads, &self.reads, &mut found);
        found
    }
}

fn sources(earlier: &[Source], own: &[Source], found: &mut Vec<Difference>) {
    let before = found.len();
    for source in own {
        let same_name = earlier.iter().find(|other| other.name == source.name);
        if same_name != Some(source) {
            found.push(Difference::Source {
                name: source.name.clone(),
                from: same_name.cloned(),
                to: Some(source.clone()),
            });
        }
    }
    for source in earlier {
        if !own.iter().any(|other| other.name == source.name) {
            found.push(Difference::Source {
                name: source.name.clone(),
                from: Some(source.clone()),
                to: None,
            });
        }
    }
    if found.len() == before && earlier != own {
        found.push(Difference::Order);
    }
}

fn reads(earlier: &[Key], own: &[Key], found: &mut Vec<Difference>) {
    let before = found.len();
    let only = |of: &[Key], not_in: &[Key]| -> Vec<Key> {
        let missing = of.iter().filter(|key| !not_in.contains(key));
        missing.cloned().collect()
    };
    let added = only(own, earlier).into_iter();
    found.extend(added.map(|key| Difference::Reads { key }));
    let removed = only(earlier, own).into_iter();
    found.extend(removed.map(|key| Difference::ReadsNoMore { key }));
    if found.len() == before && earlier != own {
        found.push(Difference::Order);
    }
}

/// Members one by one; what stands in a list is matched by its name, or by itself.
fn values(path: &mut Vec<String>, from: &Value, to: &Value, found: &mut Vec<Difference>) {
    if from == to {
        return;
    }
    match (from, to) {
        (Value::Object(from), Value::Object(to)) => members(path, from, to, found),
        (Value::Array(from_items), Value::Array(to_items)) => {
            let before = found.len();
            if let (Some(from), Some(to)) = (by_name(from_items), by_name(to_items)) {
                members(path, &from, &to, found);
            }
            if found.len() == before {
                found.push(definition(path, Some(from), Some(to)));
            }
        }
        _ => found.push(definition(path, Some(from), Some(to))),
    }
}

fn members(
    path: &mut Vec<String>,
    from: &Map<String, Value>,
    to: &Map<String, Value>,
    found: &mut Vec<Difference>,
) {
    let names: BTreeSet<&String> = from.keys().chain(to.keys()).collect();
    for name in names {
        path.push(name.clone());
        match (from.get(name), to.get(name)) {
            (Some(from), Some(to)) => values(path, from, to, found),
            (from, to) => found.push(definition(path, from, to)),
        }
        path.pop();
    }
}

/// A list as an object: texts lead to nothing, objects with a `name` to themselves. Other lists have no names.
fn by_name(items: &[Value]) -> Option<Map<String, Value>> {
    let named = items.iter().map(|item| match item {
        Value::String(name) => Some((name.clone(), Value::Null)),
        other => Some((other["name"].as_str()?.to_owned(), other.clone())),
    });
    named.collect()
}

fn definition(path: &[String], from: Option<&Value>, to: Option<&Value>) -> Difference {
    Difference::Definition {
        path: path.to_vec(),
        from: from.cloned(),
        to: to.cloned(),
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn key(digit: &str) -> Key {
        Key::from_hex(&digit.repeat(64)).unwrap()
    }

    fn source(name: &str, digit: &str) -> Source {
        Source {
            name: name.to_owned(),
            sha256: digit.repeat(64),
            bytes: 1,
        }
    }

    fn base() -> Ingredients {
        Ingredients {
            step: "Prepare".to_owned(),
            algorithm: 2,
            definition: json!({
                "split": {"seed": 42, "stratify": true},
                "columns": [{"name": "age", "kind": "number"}, {"name": "sex", "kind": "number"}],
                "ignore": ["id"],
                "marks": [0.5, 1],
            }),
            reads: vec![key("1"), key("2")],
            sources: vec![source("a", "a"), source("b", "b")],
        }
    }

    fn changed(path: &[&str], from: Value, to: Value) -> Difference {
        let some = |value: Value| Some(value).filter(|value| *value != json!("nothing"));
        Difference::Definition {
            path: path.iter().map(|name| (*name).to_owned()).collect(),
            from: some(from),
            to: some(to),
        }
    }

    type Case = (fn(&mut Ingredients), Vec<Difference>);

    fn of_the_definition() -> Vec<Case> {
        let nothing = || json!("nothing");
        vec![
            (|_| {}, vec![]),
            (
                |i| i.algorithm = 3,
                vec![Difference::Algorithm { from: 2, to: 3 }],
            ),
            (
                |i| i.definition["split"]["seed"] = json!(43),
                vec![changed(&["split", "seed"], json!(42), json!(43))],
            ),
            (
                |i| i.definition["columns"][1]["kind"] = json!("category"),
                vec![changed(
                    &["columns", "sex", "kind"],
                    json!("number"),
                    json!("category"),
                )],
            ),
            (
                |i| i.definition["ignore"] = json!(["id", "leak"]),
                vec![changed(&["ignore", "leak"], nothing(), Value::Null)],
            ),
            (
                |i| i.definition["ignore"] = json!([]),
                vec![changed(&["ignore", "id"], Value::Null, nothing())],
            ),
            (
                |i| i.definition["marks"] = json!([1]),
                vec![changed(&["marks"], json!([0.5, 1]), json!([1]))],
            ),
            (
                |i| i.definition["new"] = json!({"deep": 1}),
                vec![changed(&["new"], nothing(), json!({"deep": 1}))],
            ),
        ]
    }

    fn of_what_is_read() -> Vec<Case> {
        vec![
            (
                |i| i.reads[1] = key("3"),
                vec![
                    Difference::Reads { key: key("3") },
                    Difference::ReadsNoMore { key: key("2") },
                ],
            ),
            (|i| i.reads.swap(0, 1), vec![Difference::Order]),
            (|i| i.sources.swap(0, 1), vec![Difference::Order]),
            (
                |i| i.sources[0] = source("a", "c"),
                vec![Difference::Source {
                    name: "a".to_owned(),
                    from: Some(source("a", "a")),
                    to: Some(source("a", "c")),
                }],
            ),
            (
                |i| i.sources[1] = source("c", "b"),
                vec![
                    Difference::Source {
                        name: "c".to_owned(),
                        from: None,
                        to: Some(source("c", "b")),
                    },
                    Difference::Source {
                        name: "b".to_owned(),
                        from: Some(source("b", "b")),
                        to: None,
                    },
                ],
            ),
        ]
    }

    #[test]
    fn each_change_is_named_and_nothing_else() {
        let cases = of_the_definition().into_iter().chain(of_what_is_read());
        for (place, (change, expected)) in cases.enumerate() {
            let mut own = base();
            change(&mut own);
            assert_eq!(own.differences(&base()), expected, "case {place}");
            assert_eq!(
                own.key() == base().key(),
                expected.is_empty(),
                "case {place}"
            );
        }
    }

    #[test]
    fn a_list_whose_order_changed_is_a_change() {
        let mut own = base();
        own.definition["columns"].as_array_mut().unwrap().reverse();
        let found = own.differences(&base());
        assert!(
            matches!(&found[..], [Difference::Definition { path, .. }] if path == &["columns"]),
            "{found:?}"
        );
    }
}
