//! The decisions about a source, and the draft that says them.

use std::collections::BTreeMap;

use learn::profile::{Leak, Profile};
use steps::SourceFormat;
use workload::{
    ColumnType, Draft, Encoding, Format, Ignored, Markers, Noted, TaskKind, WorkloadName,
};

use super::choose::{asked, none, one_column};
use super::hourly::{self, Series, Time};
use super::marks::{Marks, marks};
use super::roles::{not_a_feature, remark};
use super::target::{Candidate, candidates};
use super::view::{View, count, percent, quoted};
use crate::failure::Failure;

/// Columns that are written one by one, at most; of more the file says nothing that the source does not say itself.
const MANY: usize = 100;

/// What was decided.
#[derive(Debug)]
pub(crate) struct Plan<'a> {
    pub(crate) profile: &'a Profile,
    pub(crate) marks: Marks,
    pub(crate) views: Vec<View<'a>>,
    /// Why a column is no feature; none where it is one.
    pub(crate) ignored: BTreeMap<usize, String>,
    /// The best first.
    pub(crate) candidates: Vec<Candidate>,
    pub(crate) target: Candidate,
    /// What rows are by their time.
    pub(crate) time: Time,
}

/// Decides; `wanted` is the target that was asked for.
pub(crate) fn plan<'a>(
    profile: &'a Profile,
    wanted: Option<&str>,
    file: &str,
) -> Result<Plan<'a>, Failure> {
    let marks = marks(profile);
    let views: Vec<View> = profile
        .columns
        .iter()
        .enumerate()
        .map(|(place, facts)| View::new(facts, profile.rows, &marks.of(place)))
        .collect();
    if views.len() < 2 {
        return Err(one_column(profile, file));
    }
    let time = hourly::find(profile, &views);
    let mut candidates = candidates(&views, profile.copies);
    let class = wanted.is_some_and(|name| {
        let mut named = candidates
            .iter()
            .filter(|one| views[one.column].name() == name);
        named.any(|one| one.goal.kind == TaskKind::Classification)
    });
    let time = match time {
        // A class is asked for: its rows stand alone, whenever they are.
        Time::Hours(_) if class => Time::Unknown,
        Time::Hours(series) if !candidates.iter().any(is_number) => Time::Rows(
            series.time,
            "no column of numbers can be its target".to_owned(),
        ),
        time => time,
    };
    if matches!(time, Time::Hours(_)) {
        candidates.retain(is_number);
    }
    let target = match wanted {
        Some(name) => asked(&views, &candidates, name, profile.copies)?,
        None => candidates
            .first()
            .cloned()
            .ok_or_else(|| none(&views, profile.copies, file))?,
    };
    let mut ignored: BTreeMap<usize, String> = BTreeMap::new();
    for (place, view) in views
        .iter()
        .enumerate()
        .filter(|(place, _)| *place != target.column)
    {
        let why = match &time {
            Time::Hours(series) if series.time.contains(&place) => None,
            Time::Hours(_) => not_a_feature(view).or_else(|| no_number(view)),
            _ => not_a_feature(view),
        };
        ignored.extend(why.map(|why| (place, why)));
    }
    if ignored.len() + 1 == views.len() {
        let name = views[target.column].name();
        let first = ignored
            .iter()
            .next()
            .map(|(place, why)| format!("`{}`: {why}", views[*place].name()));
        return Err(
            Failure::input(format!("`{file}` has no column to predict `{name}` from"))
                .code("P0613")
                .hints(first),
        );
    }
    Ok(Plan {
        profile,
        marks,
        views,
        ignored,
        candidates,
        target,
        time,
    })
}

/// Whether a candidate is predicted as a number.
fn is_number(candidate: &Candidate) -> bool {
    candidate.goal.kind == TaskKind::Regression
}

/// Why a column has no place in a forecast.
fn no_number(view: &View) -> Option<String> {
    let why = "a category, and a forecast is made of numbers";
    (!view.is_number()).then(|| why.to_owned())
}

impl Plan<'_> {
    /// The hours of a series, where the rows are that.
    pub(crate) fn series(&self) -> Option<&Series> {
        match &self.time {
            Time::Hours(series) => Some(series),
            _ => None,
        }
    }

    /// What is predicted.
    pub(crate) fn kind(&self) -> TaskKind {
        match self.series() {
            Some(_) => TaskKind::Forecast,
            None => self.target.goal.kind,
        }
    }

    /// The draft that says it; `leaks` are columns that say the target, by place.
    pub(crate) fn draft(
        &self,
        name: WorkloadName,
        source: String,
        files: usize,
        leaks: &BTreeMap<usize, Leak>,
    ) -> Draft {
        let csv = &self.profile.csv;
        let target = self.views[self.target.column].name().to_owned();
        let mut draft = Draft::new(name, source, target);
        draft.format = self.profile_format();
        draft.summary = self.summary(&draft.source, files);
        (draft.header, draft.delimiter, draft.decimal) = (csv.header, csv.delimiter, csv.decimal);
        draft.encoding = encoding(csv.encoding);
        draft.missing = self.missing();
        draft.duplicates = self.duplicates();
        draft.columns = self.columns();
        draft.ignore = self.ignore(leaks);
        draft.kind = self.kind();
        draft.forecast = self.series().map(|series| series.draft(&self.views));
        draft.target.note = self.target.reasons.join(", ");
        draft.target_notes = self.target_notes();
        let goal = &self.target.goal;
        draft.positive = goal
            .positive
            .clone()
            .map(|positive| Noted::new(positive, goal.why.clone()));
        draft.split_notes = self.split_notes();
        draft.baseline = self.baseline();
        draft
    }

    fn profile_format(&self) -> Format {
        match self.profile.format {
            SourceFormat::Csv => Format::Csv,
            SourceFormat::Jsonl => Format::Jsonl,
            SourceFormat::Parquet => Format::Parquet,
        }
    }

    fn summary(&self, source: &str, files: usize) -> Vec<String> {
        let (rows, columns) = (self.profile.rows, self.views.len() as u64);
        let of = if files > 1 {
            format!("{files} files, ")
        } else {
            String::new()
        };
        let shape = format!(
            "{} and {}",
            count(rows, "row", "rows"),
            count(columns, "column", "columns")
        );
        vec![
            format!("Written by `plimsoll init` from {source}: {of}{shape}."),
            "What was found out stands in the comments. Change what you know better.".to_owned(),
        ]
    }

    fn missing(&self) -> Vec<Markers> {
        let mut listed: Vec<Markers> = self.marks.listed.clone();
        let target = self.views[self.target.column].name();
        listed.retain(|markers| markers.holds || markers.column != target);
        let dropped = &self.target.goal.dropped;
        if dropped.is_empty() {
            return listed;
        }
        let texts = dropped.iter().map(|(label, _)| label.clone());
        match listed.iter_mut().find(|markers| markers.column == target) {
            Some(known) => known.texts.extend(texts),
            None => listed.push(Markers {
                column: target.to_owned(),
                texts: texts.collect(),
                note: "classes with too few rows: see `task`".to_owned(),
                holds: true,
            }),
        }
        // What holds stands before what is suggested.
        listed.sort_by_key(|markers| !markers.holds);
        listed
    }

    fn duplicates(&self) -> String {
        let Profile {
            rows,
            copies,
            compared,
            ..
        } = self.profile;
        let among = if compared < rows {
            format!(" of the first {compared}")
        } else {
            String::new()
        };
        match copies {
            0 => format!("no row{among} is an exact copy of another"),
            1 => format!("1 row{among} is an exact copy of an earlier one"),
            copies => format!("{copies} rows{among} are exact copies of an earlier one"),
        }
    }

    fn columns(&self) -> Vec<(String, Noted<ColumnType>)> {
        if self.profile.csv.header && self.views.len() > MANY {
            return Vec::new();
        }
        let described = |(place, view): (usize, &View)| {
            let is_target = place == self.target.column;
            let goal = &self.target.goal;
            let is_class = goal.kind == TaskKind::Classification && goal.limit.is_none();
            let kind = if is_target && is_class {
                ColumnType::Category
            } else {
                view.kind
            };
            let note = if is_target {
                "the target".to_owned()
            } else if self
                .series()
                .is_some_and(|series| series.time.contains(&place))
            {
                "the time of a row".to_owned()
            } else if self.ignored.contains_key(&place) {
                "ignored below".to_owned()
            } else {
                remark(view)
            };
            (view.name().to_owned(), Noted::new(kind, note))
        };
        self.views.iter().enumerate().map(described).collect()
    }

    fn ignore(&self, leaks: &BTreeMap<usize, Leak>) -> Vec<Ignored> {
        let ignored = self
            .ignored
            .iter()
            .map(|(place, why)| (*place, why.clone(), true));
        let suspects = leaks
            .iter()
            .filter(|(place, _)| !self.ignored.contains_key(place));
        // What the checks of the data would refuse is left out, so that the file runs as it is.
        let leaks = suspects.map(|(place, leak)| (*place, said(leak), leak.proves()));
        ignored
            .chain(leaks)
            .map(|(place, note, holds)| Ignored {
                column: self.views[place].name().to_owned(),
                note,
                holds,
            })
            .collect()
    }

    fn target_notes(&self) -> Vec<String> {
        let goal = &self.target.goal;
        let series = self.series();
        let mut notes = series
            .map(|series| series.remarks(&self.views))
            .unwrap_or_default();
        if !goal.classes.is_empty() {
            let first: Vec<String> = goal
                .classes
                .iter()
                .take(8)
                .map(|(label, rows)| format!("{} {rows}", quoted(label)))
                .collect();
            let more = if goal.classes.len() > 8 { ", ..." } else { "" };
            notes.push(format!(
                "{} classes with their rows: {}{more}.",
                goal.classes.len(),
                first.join(", ")
            ));
        }
        if !goal.dropped.is_empty() || self.kind() == TaskKind::Regression {
            notes.push(goal.why.clone());
        }
        if goal.kind == TaskKind::Regression {
            notes.extend(hourly::note(&self.views, &self.time));
        }
        let view = &self.views[self.target.column];
        if view.missing() > 0 {
            let (rows, blank) = (count(view.missing(), "row", "rows"), self.profile.blank);
            let blank = if blank > 0 {
                format!(", {blank} of them wholly blank")
            } else {
                String::new()
            };
            let fate = match series {
                Some(_) => "are no targets; the last value before them is known in their place",
                None => "are left out",
            };
            notes.push(format!("{rows} without a target {fate}{blank}."));
        }
        let others: Vec<String> = self
            .candidates
            .iter()
            .filter(|other| other.column != self.target.column && other.score > 2.0)
            .take(3)
            .map(|other| quoted(self.views[other.column].name()))
            .collect();
        if !others.is_empty() {
            notes.push(format!(
                "Other columns that could be it: {} (`--target`).",
                others.join(", ")
            ));
        }
        notes
    }

    fn split_notes(&self) -> Vec<String> {
        if self.series().is_some() {
            return vec!["By time: learned from the first hours, tested on the last. A first date such as 2024-12-01 can stand in \
                         place of a share."
                .to_owned()];
        }
        if self.profile.rows >= 200 {
            return Vec::new();
        }
        vec![format!(
            "{} are few: the test score will have a wide interval.",
            count(self.profile.rows, "row", "rows")
        )]
    }

    fn baseline(&self) -> Option<String> {
        if self.series().is_some() {
            return Some("always saying the value of a day before has a mase of 1".to_owned());
        }
        if self.target.goal.kind == TaskKind::Regression {
            return Some("always saying the mean has an r2 of 0".to_owned());
        }
        let classes = &self.target.goal.classes;
        let all: u64 = classes.iter().map(|(_, rows)| rows).sum();
        let most = classes.iter().map(|(_, rows)| *rows).max()?;
        let share = percent(most, all);
        Some(format!(
            "always saying the largest class is right in {share} of the rows"
        ))
    }
}

/// What speaks for a leak.
pub(crate) fn said(leak: &Leak) -> String {
    match leak {
        Leak::Determines { levels, rows } => format!(
            "each of its {levels} values goes with one value of the target in all {rows} rows: is it known when you predict?"
        ),
        Leak::Line { correlation } => {
            format!(
                "its correlation with the target is {correlation:.5}: is it known when you predict?"
            )
        }
    }
}

fn encoding(encoding: steps::Encoding) -> Encoding {
    match encoding {
        steps::Encoding::Utf8 => Encoding::Utf8,
        steps::Encoding::Utf16le => Encoding::Utf16le,
        steps::Encoding::Utf16be => Encoding::Utf16be,
        steps::Encoding::Windows1252 => Encoding::Windows1252,
    }
}

#[cfg(test)]
pub(crate) mod tests;
