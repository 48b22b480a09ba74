//! The decisions about a source, and the draft that says them.

use std::collections::BTreeMap;

use learn::profile::{Leak, Profile};
use workload::{ColumnType, Draft, Encoding, Ignored, Markers, Noted, TaskKind, WorkloadName};

use super::choose::{asked, none, one_column};
use super::hourly;
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
    let candidates = candidates(&views, profile.copies);
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
        ignored.extend(not_a_feature(view).map(|why| (place, why)));
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
    })
}

impl Plan<'_> {
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
        draft.summary = self.summary(&draft.source, files);
        (draft.header, draft.delimiter, draft.decimal) = (csv.header, csv.delimiter, csv.decimal);
        draft.encoding = encoding(csv.encoding);
        draft.missing = self.missing();
        draft.duplicates = self.duplicates();
        draft.columns = self.columns();
        draft.ignore = self.ignore(leaks);
        draft.kind = self.target.goal.kind;
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
        let mut notes = Vec::new();
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
        if !goal.dropped.is_empty() || goal.kind == TaskKind::Regression {
            notes.push(goal.why.clone());
        }
        if goal.kind == TaskKind::Regression {
            notes.extend(hourly::note(&self.views, self.profile.blank));
        }
        let view = &self.views[self.target.column];
        if view.missing() > 0 {
            let (rows, blank) = (count(view.missing(), "row", "rows"), self.profile.blank);
            let blank = if blank > 0 {
                format!(", {blank} of them wholly blank")
            } else {
                String::new()
            };
            notes.push(format!("{rows} without a target are left out{blank}."));
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
        if self.profile.rows >= 200 {
            return Vec::new();
        }
        vec![format!(
            "{} are few: the test score will have a wide interval.",
            count(self.profile.rows, "row", "rows")
        )]
    }

    fn baseline(&self) -> Option<String> {
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
pub(crate) mod tests {
    use std::fmt::Write as _;

    use super::*;

    /// The profile of a text.
    pub(crate) fn profiled(text: &str) -> Profile {
        let file = tempfile::NamedTempFile::new().unwrap();
        std::fs::write(file.path(), text).unwrap();
        learn::profile::profile(
            &[file.path().to_owned()],
            &learn::profile::Options::default(),
        )
        .unwrap()
    }

    /// A file of a shop's customers with most of what can be found in one.
    pub(crate) fn customers() -> String {
        let mut text =
            String::from("CustomerID;joined;age;height_cm;spent;region;plan;left_code;churn\n");
        for row in 0..120 {
            let churn = ["no", "yes"][usize::from(row % 4 == 0)];
            let height = if row % 30 == 0 { 0 } else { 150 + row % 40 };
            let spent = if row % 40 == 1 {
                "-999".to_owned()
            } else {
                format!("{},{}", row % 37 + 10, row % 10)
            };
            let age = if row % 50 == 0 {
                "?".to_owned()
            } else {
                (20 + row % 50).to_string()
            };
            writeln!(
                text,
                "{};2024-01-{:02};{age};{height};{spent};{};{};{};{churn}",
                row * 3 + 1000,
                row % 28 + 1,
                ["north", "south", ""][row % 3],
                row % 3 + 1,
                usize::from(row % 4 == 0) + 7,
            )
            .unwrap();
        }
        text
    }

    #[test]
    fn the_written_file_is_the_golden_one_and_valid() {
        let profile = profiled(&customers());
        let plan = plan(&profile, None, "customers.csv").unwrap();
        let leaks = BTreeMap::from([(
            7,
            Leak::Determines {
                levels: 2,
                rows: 120,
            },
        )]);
        let draft = plan.draft(
            "customers".parse().unwrap(),
            "customers.csv".to_owned(),
            1,
            &leaks,
        );
        let text = draft.to_yaml();
        let golden =
            std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("src/init/customers.yaml");
        if std::env::var_os("UPDATE_GOLDEN").is_some() {
            std::fs::write(&golden, &text).unwrap();
        }
        assert_eq!(text, std::fs::read_to_string(golden).unwrap());
        let read = workload::parse(&text).unwrap();
        assert_eq!(read.task.target, "churn");
        assert_eq!(read.data.ignore, ["CustomerID", "joined", "left_code"]);
        assert_eq!(read.data.missing.all, ["?"]);
        assert_eq!(read.data.missing.columns["spent"], ["-999"]);
    }

    #[test]
    fn a_column_of_many_numbers_becomes_a_regression() {
        let rows: String = (0..80)
            .map(|row| format!("{},{},{}.5\n", row % 9, ["x", "y"][row % 2], row * 3))
            .collect();
        let profile = profiled(&format!("a,b,price\n{rows}"));
        let plan = plan(&profile, None, "flats.csv").unwrap();
        let draft = plan.draft(
            "flats".parse().unwrap(),
            "flats.csv".to_owned(),
            1,
            &BTreeMap::new(),
        );
        let text = draft.to_yaml();
        let read = workload::parse(&text).unwrap();
        assert_eq!(read.task.kind, TaskKind::Regression);
        assert_eq!(read.task.target, "price");
        assert_eq!(read.data.column("price"), Some(ColumnType::Number));
        let names: Vec<&str> = read.models.iter().map(|one| one.name.as_str()).collect();
        assert_eq!(names, ["ridge", "random_forest", "gradient_boosting"]);
        assert!(
            text.contains("select: { metric: rmse, on: validation, refit: true }"),
            "{text}"
        );
        assert!(
            text.contains("always saying the mean has an r2 of 0"),
            "{text}"
        );
        // What is commented out is valid once it is taken.
        let taken = text.replace("# gate:", "gate:");
        assert_eq!(workload::parse(&taken).unwrap().gate.len(), 1);
        let found =
            super::super::document(&plan, &draft, &BTreeMap::new(), std::path::Path::new("w"));
        assert_eq!(found["target"]["kind"], "regression");
        assert_eq!(found["target"]["positive"], serde_json::Value::Null);
    }

    #[test]
    fn a_wide_source_is_not_repeated_column_by_column() {
        let names: Vec<String> = (0..150).map(|n| format!("c{n}")).collect();
        let row = |row: usize| {
            (0..150)
                .map(|c| ((row * c) % 7).to_string())
                .collect::<Vec<_>>()
                .join(",")
        };
        let rows: Vec<String> = (0..60).map(row).collect();
        let profile = profiled(&format!("{}\n{}\n", names.join(","), rows.join("\n")));
        let plan = plan(&profile, Some("c149"), "wide.csv").unwrap();
        let draft = plan.draft(
            "wide".parse().unwrap(),
            "wide.csv".to_owned(),
            1,
            &BTreeMap::new(),
        );
        assert!(draft.columns.is_empty());
        let read = workload::parse(&draft.to_yaml()).unwrap();
        assert_eq!(
            (read.data.columns.len(), read.task.target.as_str()),
            (0, "c149")
        );
    }

    #[test]
    fn what_cannot_be_planned_says_why() {
        let rows: String = (0..30)
            .map(|row| format!("{row}.5,same,n{row}\n"))
            .collect();
        let table = format!("x,k,name\n{rows}");
        let cases: [(&str, Option<&str>, &str, &str); 6] = [
            (
                "a\n1\n2\n",
                None,
                "P0613",
                "one column by the delimiter `,`",
            ),
            (
                &table,
                Some("k"),
                "P0611",
                "`k` cannot be the target: it is constant: every value is `same`",
            ),
            (&table, Some("name"), "P0611", "each row has its own text"),
            (&table, Some("nme"), "P0611", "did you mean `name`?"),
            (&table, Some("x"), "P0613", "no column to predict `x` from"),
            (
                "a,b\n1,2\n",
                None,
                "P0611",
                "no column of `x.csv` can be the target",
            ),
        ];
        for (text, target, code, words) in cases {
            let profile = profiled(text);
            let failure = plan(&profile, target, "x.csv").unwrap_err();
            assert_eq!(failure.code, Some(code), "{failure}");
            assert!(failure.to_string().contains(words), "{failure}");
        }
    }
}
