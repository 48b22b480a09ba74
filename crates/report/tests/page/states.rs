//! A run of the example as it was recorded, and what becomes of it in other states.

use report::{FailedJob, LearningCurve, LearningEpoch, Run, SpanState, Status};
use steps::{Document, Interval, Mistake, Mistakes, ResidualBin, Residuals, RocCurve};

/// The recorded run.
pub(crate) fn run() -> Run {
    Run::from_slice(include_bytes!("../data/run.json")).unwrap()
}

/// The run changed.
fn with(change: impl FnOnce(&mut Run)) -> Run {
    let mut run = run();
    change(&mut run);
    run
}

/// Every state that a run can be in, by name.
pub(crate) fn states() -> Vec<(&'static str, Run)> {
    let mut states = of_images();
    states.append(&mut vec![
        ("whole", run()),
        ("nothing yet", nothing()),
        ("running", with(running)),
        (
            "interrupted",
            with(|run| {
                running(run);
                run.status = Status::Interrupted;
            }),
        ),
        ("failed", failed()),
        (
            "failed without a job",
            with(|run| {
                run.status = Status::Failed;
                run.error = Some("States.Runtime".to_owned());
                run.cause = Some("a path matched nothing".to_owned());
            }),
        ),
        ("stopped", with(|run| run.status = Status::Stopped)),
        (
            "gate not met",
            with(|run| {
                run.status = Status::GateNotMet;
                ">= 0.95".clone_into(&mut run.gate[0].rule);
                run.gate[0].holds = false;
                (run.endpoint, run.load, run.batch) = (None, None, None);
            }),
        ),
        ("a regression", with(regression)),
        ("no gate", with(|run| run.gate.clear())),
        (
            "no endpoint",
            with(|run| (run.endpoint, run.load) = (None, None)),
        ),
        ("all hits", with(hits)),
        (
            "an evaluation of an earlier version",
            with(|run| {
                let evaluation = run.evaluation.as_mut().unwrap();
                evaluation.roc.clear();
                (evaluation.calibration, evaluation.importance) = (None, None);
                run.load.as_mut().unwrap().histogram.clear();
                run.about = report::About::default();
            }),
        ),
        ("many classes", with(|run| classes(run, 24))),
        ("eight classes", with(|run| classes(run, 8))),
        (
            "no prices",
            with(|run| {
                run.steps
                    .iter_mut()
                    .flat_map(|step| &mut step.jobs)
                    .for_each(|job| job.charge = None);
            }),
        ),
        (
            "a candidate without a model",
            with(|run| {
                run.candidates[1].failure = Some("AlgorithmError".to_owned());
                run.candidates[1].scores.clear();
            }),
        ),
    ]);
    states
}

/// States of a run on images.
fn of_images() -> Vec<(&'static str, Run)> {
    vec![
        ("images", with(images)),
        (
            "images without a mistake",
            with(|run| {
                images(run);
                let mistakes = run.mistakes.as_mut().unwrap();
                mistakes.count = 0;
                mistakes.shown.clear();
            }),
        ),
    ]
}

fn nothing() -> Run {
    with(|run| {
        run.status = Status::Running;
        run.steps.clear();
        run.candidates.clear();
        run.gate.clear();
        run.sources.clear();
        run.about = report::About::default();
        (run.metric, run.selected, run.package, run.endpoint) = (None, None, None, None);
        (run.prepare, run.evaluation, run.load, run.batch) = (None, None, None, None);
    })
}

fn running(run: &mut Run) {
    run.status = Status::Running;
    run.steps.truncate(2);
    run.steps[1].span.state = SpanState::Running;
    run.steps[1].branches[0].state = SpanState::Running;
    run.gate.clear();
    run.candidates.clear();
    (run.metric, run.selected, run.package, run.endpoint) = (None, None, None, None);
    (run.evaluation, run.load, run.batch) = (None, None, None);
}

fn failed() -> Run {
    with(|run| {
        running(run);
        run.status = Status::Failed;
        run.steps.truncate(1);
        run.steps[0].span.state = SpanState::Failed;
        run.prepare = None;
        run.failed_job = Some(FailedJob {
            job: "heart-prepare".to_owned(),
            reason: "AlgorithmError: error[P0202]: line 3".to_owned(),
            log: vec!["one".to_owned(), "two".to_owned()],
        });
    })
}

fn images(run: &mut Run) {
    run.prepare.as_mut().unwrap().image_size = Some(64);
    let mistake = |png: &str| Mistake {
        path: "scratches/3.png".to_owned(),
        class: "scratches".to_owned(),
        predicted: "inclusion".to_owned(),
        probability: 0.75,
        own_probability: 0.125,
        png: png.to_owned(),
    };
    run.mistakes = Some(Mistakes {
        count: 30,
        rows: 240,
        shown: vec![mistake("iVBORw0KGgo="), mistake("\" onload=\"x")],
    });
    let epoch = |epoch: u32| LearningEpoch {
        epoch,
        training: 1.5 / f64::from(epoch),
        validation: Some(1.8 / f64::from(epoch)),
    };
    let curve = |name: &str, validated: bool| LearningCurve {
        name: name.to_owned(),
        epochs: (1..=12)
            .map(epoch)
            .map(|epoch| LearningEpoch {
                validation: epoch.validation.filter(|_| validated),
                ..epoch
            })
            .collect(),
    };
    run.learning = vec![curve("cnn", true), curve("Refit", false)];
}

fn hits(run: &mut Run) {
    for step in &mut run.steps {
        if step.jobs.is_empty() {
            continue;
        }
        step.span.state = SpanState::Hit;
        step.branches
            .iter_mut()
            .for_each(|branch| branch.state = SpanState::Hit);
        step.jobs
            .iter_mut()
            .for_each(|job| "earlier1".clone_into(&mut job.run));
    }
}

fn classes(run: &mut Run, count: usize) {
    let evaluation = run.evaluation.as_mut().unwrap();
    evaluation.classes = (0..count).map(|class| format!("class {class}")).collect();
    let cell = |row: usize, column: usize| {
        if row == column {
            9
        } else {
            u64::from((row + column).is_multiple_of(3))
        }
    };
    evaluation.confusion = (0..count)
        .map(|row| (0..count).map(|column| cell(row, column)).collect())
        .collect();
    let curve = |class: &String| RocCurve {
        class: class.clone(),
        area: 0.9,
        points: vec![(0.0, 0.0), (0.1, 0.8), (1.0, 1.0)],
    };
    evaluation.roc = evaluation.classes.iter().map(curve).collect();
}

/// Numbers in place of classes.
fn regression(run: &mut Run) {
    let evaluation = run.evaluation.as_mut().unwrap();
    evaluation.classes.clear();
    evaluation.confusion.clear();
    evaluation.roc.clear();
    evaluation.calibration = None;
    evaluation.groups = None;
    evaluation.scores = [("rmse", 2104.5), ("mae", 3.25), ("r2", -0.125)]
        .map(|(name, value)| (name.to_owned(), value))
        .into();
    evaluation.intervals = evaluation
        .scores
        .iter()
        .map(|(name, &value)| {
            let interval = Interval {
                low: value - 1.0,
                high: value + 1.0,
            };
            (name.clone(), interval)
        })
        .collect();
    evaluation.residuals = Some(Residuals {
        mean: -0.5,
        deviation: 4.0,
        bins: vec![
            ResidualBin {
                low: -5.0,
                high: 0.0,
                rows: 3,
            },
            ResidualBin {
                low: 0.0,
                high: 5.0,
                rows: 0,
            },
        ],
        points: vec![(1.0, 2.0), (-3.5, 1e6), (4.0, 4.0)],
    });
    run.metric = Some("rmse".to_owned());
    run.gate.clear();
    for (place, candidate) in run.candidates.iter_mut().enumerate() {
        candidate.scores = [("rmse".to_owned(), 1.0 + place as f64)].into();
    }
}
