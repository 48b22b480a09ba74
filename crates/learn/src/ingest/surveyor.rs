//! Takes the rows of a source one after the other, and keeps a few bytes of each.

use std::collections::HashMap;

use steps::{ColumnType, Duplicates, PrepareSpec, SplitBy, TargetKind};

use super::columns::Asked;
use super::copies::Copies;
use super::error::Error;
use super::facts::{Facts, Seen, Value, count};
use super::groups;
use super::moment::moment;
use super::places::Places;
use super::survey::{GroupedBy, Groups, Survey, Times};
use super::target;
use crate::cell::{Markers, is_endless, parse_boolean, parse_number};
use crate::profile::{is_named_id, is_sentence, is_time};
use crate::rows::{self, Declared, Opened, Row};
use crate::truth::Truth;

/// Classes, and groups, that the checks count apart.
const COUNTED: usize = 50;
/// Rows among which a column of times is looked for.
const LOOKED_AT: usize = 100;
/// Columns of identifiers whose values are followed over the parts.
const FOLLOWED_IDS: usize = 2;

/// Reads a source row by row.
pub(super) struct Surveyor<'a> {
    spec: &'a PrepareSpec,
    decimal: char,
    survey: Survey,
    is_feature: Vec<bool>,
    /// Whether the workload says that a column holds numbers: words of truth are then 0 and 1.
    is_number: Vec<bool>,
    labels: Labels,
    numbers: Vec<f64>,
    copies: Copies,
    keeps_keys: bool,
    file_names: Vec<String>,
    most_levels: usize,
}

/// What is known before the first row.
fn nothing_yet(opened: &Opened, spec: &PrepareSpec, places: &Places) -> Survey {
    let names = || opened.columns().iter().map(|column| &column.name);
    let is_role = |place: usize| {
        place == places.target
            || Some(place) == places.time
            || places.group == Some(GroupedBy::Column(place))
    };
    let ids = names()
        .enumerate()
        .filter(|(place, name)| !is_role(*place) && is_named_id(name))
        .take(FOLLOWED_IDS)
        .map(|(place, _)| (place, Vec::new()));
    let missing: Vec<Vec<String>> = names().map(|name| missing_texts(spec, name)).collect();
    let features = places.is_feature.iter().enumerate();
    Survey {
        markers: missing
            .iter()
            .map(|texts| Markers::new(texts, opened.decimal()))
            .collect(),
        kinds: Vec::new(),
        facts: names().map(|_| Facts::default()).collect(),
        features: features
            .filter(|(_, is_feature)| **is_feature)
            .map(|(place, _)| place)
            .collect(),
        target: places.target,
        classes: Vec::new(),
        class_first: Vec::new(),
        truth: Truth::Classes(Vec::new()),
        kept: Vec::new(),
        groups: places.group.map(Groups::new),
        times: places.time.map(|column| Times {
            column,
            of: Vec::new(),
        }),
        keys: Vec::new(),
        ids: ids.collect(),
        group_rows: Vec::new(),
        group_names: Vec::new(),
        duplicates: 0,
        without_target: 0,
        missing,
        opened: opened.clone(),
    }
}

/// Class labels in the order in which they first came.
#[derive(Default)]
struct Labels {
    names: Vec<String>,
    places: HashMap<String, u32>,
    of: Vec<u32>,
    /// File and number of the first row of each.
    first: Vec<(usize, u64)>,
}

impl<'a> Surveyor<'a> {
    pub(super) fn new(opened: &Opened, spec: &'a PrepareSpec) -> Result<Self, Error> {
        let places = Places::find(opened, spec)?;
        let given_number = |name: &String| {
            let given = spec.columns.iter().find(|given| given.name == *name);
            given.is_some_and(|given| given.kind == ColumnType::Number)
        };
        let names = || opened.columns().iter().map(|column| &column.name);
        Ok(Self {
            decimal: opened.decimal(),
            is_number: names().map(given_number).collect(),
            labels: Labels::default(),
            numbers: Vec::new(),
            copies: Copies::new(spec.duplicates),
            file_names: groups::file_names(opened),
            keeps_keys: spec.duplicates == Duplicates::Keep || opened.files().len() > 1,
            // All columns together stay below some tens of megabytes.
            most_levels: (1_000_000 / opened.columns().len().max(1)).clamp(2_000, 100_000),
            survey: nothing_yet(opened, spec, &places),
            is_feature: places.is_feature,
            spec,
        })
    }

    fn value<'c>(&self, column: usize, cell: &'c str) -> Value<'c> {
        if self.survey.markers[column].mark(cell) {
            return Value::Missing;
        }
        let number = parse_number(cell, self.decimal);
        match number.or_else(|| parse_boolean(cell).filter(|_| self.is_number[column])) {
            Some(number) => Value::Number(number, cell),
            None => Value::Text(cell),
        }
    }

    pub(super) fn row(&mut self, row: &Row<'_>) -> Result<(), Error> {
        let values: Vec<Value<'_>> = row
            .cells
            .iter()
            .enumerate()
            .map(|(column, cell)| self.value(column, cell))
            .collect();
        for (facts, value) in self.survey.facts.iter_mut().zip(&values) {
            kinds(facts, *value, row);
        }
        let key = (self.keeps_keys || self.spec.duplicates != Duplicates::Keep)
            .then(|| self.copies.key(&values));
        let copy = match &key {
            Some(key) => self.copies.is_copy(&self.survey.opened, key, row)?,
            None => false,
        };
        let target = row.cells.get(self.survey.target).unwrap_or_default();
        let without = values[self.survey.target] == Value::Missing;
        self.survey.duplicates += usize::from(copy);
        self.survey.without_target += usize::from(!copy && without);
        let stays = !copy && !without;
        self.survey.kept.push(stays);
        if !stays {
            return Ok(());
        }
        if let Some(key) = key.filter(|_| self.keeps_keys) {
            let [a, b, c, d, e, f, g, h, ..] = key;
            self.survey
                .keys
                .push(u64::from_le_bytes([a, b, c, d, e, f, g, h]));
        }
        let truth = self.take_target(target, row)?;
        let group = self.take_group(&values, row)?;
        self.take_time(&values, row)?;
        for (place, hashes) in &mut self.survey.ids {
            hashes.push(values[*place].hash());
        }
        for (column, value) in values.iter().enumerate() {
            self.take(column, *value, truth, group);
        }
        Ok(())
    }

    fn place(&self, row: &Row<'_>) -> rows::Place {
        self.survey.opened.place(row.file, row.number)
    }

    /// The class, or the number, of a row.
    fn take_target(&mut self, cell: &str, row: &Row<'_>) -> Result<Truths, Error> {
        let wrong = |surveyor: &Self, problem: String| Error::Target {
            target: surveyor.spec.target.clone(),
            problem: format!("{}: {problem}", surveyor.place(row)),
        };
        if self.spec.target_kind == TargetKind::Number {
            let number = target::number(cell, self.decimal).map_err(|why| wrong(self, why))?;
            self.numbers.push(number);
            return Ok(Truths::Number(number));
        }
        let label = target::label(cell, self.spec.positive.as_ref(), self.decimal);
        let label = label.map_err(|why| wrong(self, why))?;
        let next = self.labels.names.len() as u32;
        let place = match self.labels.places.get(&label) {
            Some(&place) => place,
            None => {
                self.labels.names.push(label.clone());
                self.labels.first.push((row.file, row.number));
                self.labels.places.insert(label, next);
                if self.labels.names.len() > target::MAX_CLASSES {
                    let many = self.labels.names.len();
                    return Err(Error::Target {
                        target: self.spec.target.clone(),
                        problem: target::too_many(many),
                    });
                }
                next
            }
        };
        self.labels.of.push(place);
        Ok(Truths::Class(place))
    }

    /// The group that missing values are counted by: the one that is named, else the file.
    fn take_group(&mut self, values: &[Value<'_>], row: &Row<'_>) -> Result<usize, Error> {
        let mut group = row.file;
        if let Some(groups) = &mut self.survey.groups {
            let opened = &self.survey.opened;
            let name = match groups.by {
                GroupedBy::Column(column) if values[column] == Value::Missing => {
                    let problem = format!("{} has no value", opened.place(row.file, row.number));
                    return Err(groups::unknown(self.spec, problem));
                }
                GroupedBy::Column(column) => values[column].shown(self.decimal),
                GroupedBy::File => self.file_names[row.file].clone(),
            };
            groups.push(name);
            group = groups.of.last().map_or(0, |&group| group as usize);
        }
        count(&mut self.survey.group_rows, group, COUNTED);
        Ok(group)
    }

    fn take_time(&mut self, values: &[Value<'_>], row: &Row<'_>) -> Result<(), Error> {
        let kept = self.labels.of.len().max(self.numbers.len());
        let given = matches!(self.spec.split.by, SplitBy::Time(_));
        if self.survey.times.is_none() && kept <= LOOKED_AT {
            let target = self.survey.target;
            let is_moment = |(column, value): (usize, &Value<'_>)| {
                let declared = &self.survey.opened.columns()[column].declared;
                let Value::Text(text) = value else {
                    return false;
                };
                let is_time = *declared == Some(Declared::Time) || is_time(text);
                column != target && is_time && moment(text, self.decimal).is_some()
            };
            let column = (0..).zip(values).position(is_moment);
            self.survey.times = column.map(|column| Times {
                column,
                of: vec![f64::NAN; kept - 1],
            });
        }
        let Some(times) = &mut self.survey.times else {
            return Ok(());
        };
        let found = match values[times.column] {
            Value::Number(number, _) if given => Some(number),
            Value::Text(text) => moment(text, self.decimal),
            Value::Number(..) | Value::Missing => None,
        };
        times.of.push(found.unwrap_or(f64::NAN));
        if given && found.is_none() {
            let column = times.column;
            let cell = row.cells.get(column).unwrap_or_default();
            return Err(Error::Split {
                column: self.survey.opened.columns()[column].name.clone(),
                problem: format!(
                    "{}: `{cell}` is no ISO date or moment such as `2024-02-01T18:00`, and no number",
                    self.place(row)
                ),
            });
        }
        Ok(())
    }

    /// What a cell of a row that stays says of its column.
    fn take(&mut self, column: usize, value: Value<'_>, truth: Truths, group: usize) {
        let (decimal, most) = (self.decimal, self.most_levels);
        let facts = &mut self.survey.facts[column];
        // Of numbers it is enough to know that they are many.
        let most = if facts.texts == 0 {
            most.min(2_000)
        } else {
            most
        };
        if value == Value::Missing {
            facts.missing += 1;
            if let Truths::Class(class) = truth {
                count(&mut facts.missing_by_class, class as usize, COUNTED);
            }
            count(&mut facts.missing_by_group, group, COUNTED);
            return;
        }
        facts.present += 1;
        facts.distinct.push(value.hash(), most);
        if let Value::Text(text) = value {
            facts.times += u64::from(is_time(text));
            facts.sentences += u64::from(is_sentence(text));
        }
        if !self.is_feature[column] {
            return;
        }
        match (truth, value) {
            (Truths::Class(class), value) => facts.pairs.push(value, class, decimal),
            (Truths::Number(y), Value::Number(x, _)) => facts.line.push(x, y),
            (Truths::Number(_), _) => {}
        }
    }

    pub(super) fn finish(mut self) -> Result<Survey, Error> {
        let spec = self.spec;
        self.finish_target()?;
        let kept = self.survey.truth.len();
        let survey = &mut self.survey;
        survey.group_names = match &survey.groups {
            Some(groups) => groups.names.clone(),
            None => survey
                .opened
                .files()
                .iter()
                .map(|file| file.name.clone())
                .collect(),
        };
        let asked = |place: usize| {
            let name = &survey.opened.columns()[place].name;
            Asked {
                opened: &survey.opened,
                place,
                facts: &survey.facts[place],
                given: spec.columns.iter().find(|given| given.name == *name),
            }
        };
        let kinds = (0..survey.facts.len())
            .map(|place| asked(place).kind())
            .collect();
        for &place in &survey.features {
            asked(place).check(kept)?;
        }
        groups::check(spec, survey.groups.as_ref())?;
        self.survey.kinds = kinds;
        Ok(self.survey)
    }

    fn finish_target(&mut self) -> Result<(), Error> {
        let wrong = |problem: String| Error::Target {
            target: self.spec.target.clone(),
            problem,
        };
        let kept = self.labels.of.len().max(self.numbers.len());
        if kept == 0 {
            return Err(rows::Error::NoRows {
                what: format!("the source with a value of `{}`", self.spec.target),
            }
            .into());
        }
        if self.spec.target_kind == TargetKind::Number {
            let numbers = std::mem::take(&mut self.numbers);
            target::check_numbers(&numbers).map_err(wrong)?;
            self.survey.truth = Truth::Numbers(numbers);
            return Ok(());
        }
        let classes = target::classes(&self.labels.names, kept).map_err(wrong)?;
        // Classes were numbered as they came; from here on they are numbered as they are sorted.
        let place = |name: &String| classes.iter().position(|class| class == name).unwrap_or(0);
        let places: Vec<usize> = self.labels.names.iter().map(place).collect();
        let labels = self
            .labels
            .of
            .iter()
            .map(|&label| places[label as usize] as u32);
        self.survey.truth = Truth::Classes(labels.collect());
        for facts in &mut self.survey.facts {
            for (class, _) in facts.pairs.classes.values_mut() {
                *class = places[*class as usize] as u32;
            }
            let mut counts = vec![0; classes.len()];
            for (came, count) in facts.missing_by_class.iter().enumerate() {
                counts[places[came]] = *count;
            }
            facts.missing_by_class = counts;
        }
        let first = |class: &String| {
            let came = self.labels.names.iter().position(|name| name == class);
            self.labels.first[came.unwrap_or(0)]
        };
        self.survey.class_first = classes.iter().map(first).collect();
        self.survey.classes = classes;
        Ok(())
    }
}

/// What is to be predicted of a row.
#[derive(Clone, Copy)]
enum Truths {
    Class(u32),
    Number(f64),
}

/// What a cell says of the type of its column.
fn kinds(facts: &mut Facts, value: Value<'_>, row: &Row<'_>) {
    let seen = |cell: &str| Seen {
        file: row.file,
        row: row.number,
        cell: cell.to_owned(),
    };
    match value {
        Value::Missing => {}
        Value::Number(..) => facts.numbers += 1,
        Value::Text(text) => {
            facts.texts += 1;
            if is_endless(text) {
                facts.first_endless.get_or_insert_with(|| seen(text));
            } else {
                facts.first_text.get_or_insert_with(|| seen(text));
            }
        }
    }
}

/// Markers of a column: those of all columns, then its own.
pub(crate) fn missing_texts(spec: &PrepareSpec, name: &str) -> Vec<String> {
    let of = |key: &str| spec.missing.get(key).into_iter().flatten().cloned();
    of("*").chain(of(name)).collect()
}
