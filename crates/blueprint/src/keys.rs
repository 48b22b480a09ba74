//! The keys of all steps of one workload on one set of data.

use std::collections::BTreeMap;

use serde_json::{Value, json};
use steps::{Document, Ingredients, Key, PrepareSpec, Source};

use crate::candidate::Candidate;
use crate::steps as machine_steps;

/// What enters the keys.
pub(crate) struct Facts<'a> {
    pub(crate) prepare: &'a PrepareSpec,
    pub(crate) data: &'a [Source],
    pub(crate) candidates: &'a [Candidate],
    pub(crate) metric: &'a str,
    pub(crate) refit: bool,
    pub(crate) bootstrap: Value,
    pub(crate) serve: Value,
    pub(crate) load_test: Option<Value>,
    pub(crate) batch: &'a [Source],
}

/// Ingredients by step; `Train.<name>` for each candidate.
pub(crate) fn ingredients(facts: &Facts<'_>) -> BTreeMap<String, Ingredients> {
    let mut made = Made::default();
    // The names of the files are in the sources; where they lie is not an ingredient.
    let mut definition = facts.prepare.to_value();
    if let Some(members) = definition.as_object_mut() {
        members.remove("files");
        members.remove("objects");
        if let Some(images) = members.get_mut("images").and_then(Value::as_object_mut) {
            images.remove("folder");
        }
    }
    let prepare = made.add(
        "Prepare",
        machine_steps::prepare::ALGORITHM,
        definition,
        &[],
        facts.data,
    );
    let select = choose(&mut made, facts, &prepare);
    let model = if facts.refit {
        made.add(
            "Refit",
            machine_steps::refit::ALGORITHM,
            json!({}),
            &[&prepare, &select],
            &[],
        )
    } else {
        select
    };
    let mut test = facts.bootstrap.clone();
    if let Some(by) = facts.prepare.grouped_by() {
        test["groups"] = json!(by);
    }
    made.add(
        "Test",
        machine_steps::test::ALGORITHM,
        test,
        &[&prepare, &model],
        &[],
    );
    // Not jobs: these keys name the model, and the configuration that serves it.
    made.add("Model", 1, json!({}), &[&model], &[]);
    made.add("Deploy", 1, facts.serve.clone(), &[&model], &[]);
    if let Some(load_test) = &facts.load_test {
        let algorithm = machine_steps::load_test::ALGORITHM;
        made.add(
            "LoadTest",
            algorithm,
            load_test.clone(),
            &[&prepare, &model],
            &[],
        );
    }
    if !facts.batch.is_empty() {
        let algorithm = machine_steps::batch_predict::ALGORITHM;
        made.add("BatchPredict", algorithm, json!({}), &[&model], facts.batch);
    }
    made.0
}

/// Every candidate's training, and the selection among them.
fn choose(made: &mut Made, facts: &Facts<'_>, prepare: &Key) -> Key {
    let mut reads = vec![prepare.clone()];
    for candidate in facts.candidates {
        let step = format!("Train.{}", candidate.name);
        reads.push(made.add(
            &step,
            machine_steps::train::ALGORITHM,
            candidate.definition.clone(),
            &[prepare],
            &candidate.sources,
        ));
    }
    let names: Vec<&str> = facts
        .candidates
        .iter()
        .map(|candidate| candidate.name.as_str())
        .collect();
    let definition = json!({"metric": facts.metric, "candidates": names});
    let reads: Vec<&Key> = reads.iter().collect();
    made.add(
        "Select",
        machine_steps::select::ALGORITHM,
        definition,
        &reads,
        &[],
    )
}

/// What was made so far.
#[derive(Default)]
struct Made(BTreeMap<String, Ingredients>);

impl Made {
    #[expect(
        clippy::too_many_arguments,
        reason = "one for each member of the ingredients"
    )]
    fn add(
        &mut self,
        step: &str,
        algorithm: u32,
        definition: Value,
        reads: &[&Key],
        sources: &[Source],
    ) -> Key {
        let made = Ingredients {
            step: step.to_owned(),
            algorithm,
            definition,
            reads: reads.iter().map(|&key| key.clone()).collect(),
            sources: sources.to_vec(),
        };
        let key = made.key();
        self.0.insert(step.to_owned(), made);
        key
    }
}
