//! A small series that is made up, and what the steps are told about it.

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::path::{Path, PathBuf};

use learn::checkpoint::{Checkpoints, Moment, Watch};
use learn::train::{Error, Job};
use steps::{
    Bootstrap, Candidate, CsvFormat, Duplicates, EvaluateSpec, Evaluation, Gaps, Hyperparameters,
    PrepareSpec, PrepareSummary, SelectSpec, Selection, SeriesSpec, SourceFormat, SplitBy,
    SplitSpec, TargetKind, TrainSummary,
};

/// What Prepare is told of a file `a.csv` with the columns `time`, `x` and `y`.
pub(crate) fn spec() -> PrepareSpec {
    PrepareSpec {
        format: SourceFormat::Csv,
        files: vec!["a.csv".to_owned()],
        csv: CsvFormat {
            header: true,
            delimiter: ',',
            decimal: '.',
            encoding: steps::Encoding::default(),
        },
        missing: BTreeMap::from([("*".to_owned(), vec!["-200".to_owned()])]),
        duplicates: Duplicates::Drop,
        columns: Vec::new(),
        ignore: Vec::new(),
        accept: Vec::new(),
        group: None,
        objects: Vec::new(),
        target: "y".to_owned(),
        target_kind: TargetKind::Number,
        positive: None,
        split: SplitSpec {
            test_ppm: 200_000,
            validation_ppm: 200_000,
            stratify: false,
            seed: 1,
            by: SplitBy::Random,
        },
        images: None,
        series: Some(SeriesSpec {
            time: vec!["time".to_owned()],
            format: None,
            horizons: vec![1, 6],
            lags: vec![1, 2, 23, 47],
            gaps: Gaps::Error,
            validation_from: None,
            test_from: None,
        }),
    }
}

/// The text of an hour's moment, hours after 2024-01-01 00:00.
pub(crate) fn time(hour: usize) -> String {
    let (day, hour) = (hour / 24, hour % 24);
    let month = [31, 29, 31, 30].iter().scan(0, |before, days| {
        let own = *before;
        *before += days;
        Some(own)
    });
    let starts: Vec<usize> = month.collect();
    let month = starts.iter().rposition(|&start| start <= day).unwrap();
    format!(
        "2024-{:02}-{:02} {hour:02}:00",
        month + 1,
        day - starts[month] + 1
    )
}

/// The value of `y` at an hour: a day's wave, and what `x` did two hours before.
pub(crate) fn y(hour: usize) -> f64 {
    let wave = (hour as f64 * std::f64::consts::TAU / 24.0).sin() * 5.0;
    ((wave + 20.0 + x(hour.wrapping_sub(2))) * 100.0).round() / 100.0
}

fn x(hour: usize) -> f64 {
    (hour.wrapping_mul(hour).wrapping_mul(31) % 97) as f64 / 30.0
}

/// Lines of so many hours; `y` of every 50th is missing.
pub(crate) fn lines(hours: usize) -> Vec<String> {
    let line = |hour: usize| {
        let y = if hour % 50 == 49 { -200.0 } else { y(hour) };
        format!("{},{},{y}", time(hour), x(hour))
    };
    (0..hours).map(line).collect()
}

/// The text of a file.
pub(crate) fn text(lines: &[String]) -> String {
    let mut text = "time,x,y\n".to_owned();
    for line in lines {
        writeln!(text, "{line}").unwrap();
    }
    text
}

/// A folder with a source and what the steps leave.
pub(crate) struct Place {
    pub(crate) folder: tempfile::TempDir,
}

impl Place {
    pub(crate) fn new(text: &str) -> Self {
        let folder = tempfile::tempdir().unwrap();
        std::fs::create_dir(folder.path().join("source")).unwrap();
        std::fs::write(folder.path().join("source/a.csv"), text).unwrap();
        Self { folder }
    }

    pub(crate) fn path(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    pub(crate) fn prepare(
        &self,
        spec: &PrepareSpec,
    ) -> Result<PrepareSummary, learn::ingest::Error> {
        learn::prepare::run(spec, &self.path("source"), &self.path("prepared"))
    }

    pub(crate) fn part(&self, name: &str) -> PathBuf {
        self.path("prepared").join(name)
    }

    pub(crate) fn train(&self, name: &str, pairs: &[(&str, &str)]) -> Result<TrainSummary, Error> {
        train(&self.path("prepared"), &self.path(name), pairs, None)
    }

    pub(crate) fn select(
        &self,
        names: &[&str],
        metric: &str,
    ) -> Result<Selection, learn::select::Error> {
        let candidate = |name: &&str| Candidate {
            name: (*name).to_owned(),
            baseline: ["persistence", "seasonal_naive"].contains(name),
            hyperparameters: Hyperparameters::default(),
            job: None,
            model: Some(format!("s3://b/{name}")),
            failure: None,
        };
        let spec = SelectSpec {
            metric: metric.to_owned(),
            candidates: names.iter().map(candidate).collect(),
        };
        let models = names
            .iter()
            .map(|name| ((*name).to_owned(), self.path(name)))
            .collect();
        let folders = learn::select::Folders {
            load: learn::load,
            models: &models,
            validation: &self.part("validation"),
            output: &self.path("selected"),
        };
        let ticks = std::cell::Cell::new(0);
        let clock = || {
            ticks.set(ticks.get() + 10_000_000);
            ticks.get()
        };
        learn::select::run(&spec, folders, Some(&clock))
    }

    pub(crate) fn evaluate(&self, name: &str, resamples: u32) -> Evaluation {
        let spec = EvaluateSpec {
            candidate: name.to_owned(),
            bootstrap: Bootstrap {
                resamples,
                level: 0.95,
                seed: 1,
            },
            metric: Some("rmse".to_owned()),
            groups: None,
        };
        let folders = learn::evaluate::Folders {
            others: &[],
            load: learn::load,
            model: &self.path(name),
            test: &self.part("test"),
            output: &self.path("evaluated"),
        };
        learn::evaluate::run(&spec, folders, 2).unwrap()
    }
}

/// How a training is kept and when it is told to stop, in steps.
pub(crate) struct Kept<'a> {
    pub(crate) checkpoints: &'a Checkpoints,
    pub(crate) stop: u64,
    pub(crate) lines: &'a mut Vec<String>,
}

/// Trains on the parts of a prepared folder.
pub(crate) fn train(
    prepared: &Path,
    model: &Path,
    pairs: &[(&str, &str)],
    kept: Option<Kept<'_>>,
) -> Result<TrainSummary, Error> {
    let pairs = pairs
        .iter()
        .map(|&(name, value)| (name.to_owned(), value.to_owned()));
    let hyperparameters = Hyperparameters(pairs.collect());
    let refit = hyperparameters.text("refit").is_some();
    let hyperparameters = Hyperparameters(
        hyperparameters
            .0
            .into_iter()
            .filter(|(name, _)| name != "refit")
            .collect(),
    );
    let train = if refit {
        // The order of channels is that of their names.
        vec![prepared.join("validation"), prepared.join("train")]
    } else {
        vec![prepared.join("train")]
    };
    let job = Job {
        hyperparameters: &hyperparameters,
        train,
        validation: (!refit).then(|| prepared.join("validation")),
        existing: None,
        model: model.to_owned(),
        threads: 2,
    };
    let Some(kept) = kept else {
        return learn::train::run(&job, &mut |_| {});
    };
    let (mut steps, lines) = (0, kept.lines);
    let mut watch = Watch {
        checkpoints: Some(kept.checkpoints),
        moment: &mut || {
            steps += 1;
            Moment {
                elapsed: std::time::Duration::from_secs(steps),
                stop: steps == kept.stop,
            }
        },
        report: &mut |line| lines.push(line.to_owned()),
    };
    learn::train::run_watched(&job, &mut watch)
}
