//! What a model file is, for people and for programs.

use std::fmt::Write as _;

use learn::onnx::{Port, Session};
use serde_json::{Value, json};

/// Lines for people.
pub(super) fn text(name: &str, session: &Session) -> String {
    let mut text = format!("{name}: supported, engine {}\n", session.engine().name());
    let mut line = |what: &str, words: &str| {
        let _ = writeln!(text, "  {what:<10} {words}");
    };
    if !session.producer().is_empty() {
        line("made by", session.producer());
    }
    let versions: Vec<String> = session
        .versions()
        .iter()
        .map(|(name, version)| format!("{name} {version}"))
        .collect();
    line("operators", &versions.join(", "));
    for port in session.inputs() {
        line("input", &port.to_string());
    }
    for (at, port) in session.outputs().iter().enumerate() {
        match session.classes(at) {
            Some(classes) => line("output", &format!("{port}: classes {}", classes.join(", "))),
            None => line("output", &port.to_string()),
        }
    }
    let nodes: Vec<String> = session
        .operators()
        .iter()
        .map(|(operator, count)| format!("{operator} {count}"))
        .collect();
    line("nodes", &nodes.join(", "));
    text.truncate(text.trim_end().len());
    text
}

/// The same as a document, `plimsoll.model/1`.
pub(super) fn document(name: &str, session: &Session) -> Value {
    let port =
        |port: &Port| json!({"name": port.name, "type": port.element.name(), "shape": port.dims});
    let output = |(at, one): (usize, &Port)| {
        let mut output = port(one);
        output["classes"] = json!(session.classes(at));
        output
    };
    json!({
        "schema": "plimsoll.model/1",
        "model": name,
        "engine": session.engine().name(),
        "producer": session.producer(),
        "operator_sets": session.versions().iter().map(|(name, version)| json!({"domain": name, "version": version})).collect::<Vec<_>>(),
        "inputs": session.inputs().iter().map(port).collect::<Vec<_>>(),
        "outputs": session.outputs().iter().enumerate().map(output).collect::<Vec<_>>(),
        "operators": session.operators(),
    })
}
