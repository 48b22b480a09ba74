//! Trainings that are stopped go on to the same files.

use learn::checkpoint::Checkpoints;
use learn::train::Error;

use super::made::{self, Kept, Place};

const TOLD: [(&str, &str); 5] = [
    ("algorithm", "lstm"),
    ("epochs", "2"),
    ("hidden_size", "16"),
    ("window", "24"),
    ("seed", "5"),
];

fn files(place: &Place, name: &str) -> Vec<Vec<u8>> {
    let file = |horizon: u32| {
        place
            .path(name)
            .join(steps::SchemaSeries::model_file(horizon))
    };
    [1, 6]
        .map(|horizon| std::fs::read(file(horizon)).unwrap())
        .to_vec()
}

#[test]
fn a_stopped_training_goes_on_to_the_same_models() {
    let place = Place::new(&made::text(&made::lines(500)));
    place.prepare(&made::spec()).unwrap();
    place.train("whole", &TOLD).unwrap();
    // Four steps of 64 windows an epoch... of each of both horizons.
    for stop in [2, 5, 9] {
        let name = format!("stopped-{stop}");
        let checkpoints = Checkpoints {
            folder: place.path(&format!("kept-{stop}")),
            every: std::time::Duration::from_secs(1000),
        };
        let mut lines = Vec::new();
        let mut train = |stop: u64| {
            let kept = Kept {
                checkpoints: &checkpoints,
                stop,
                lines: &mut lines,
            };
            made::train(
                &place.path("prepared"),
                &place.path(&name),
                &TOLD,
                Some(kept),
            )
        };
        let error = train(stop).unwrap_err();
        assert!(
            matches!(error, Error::Stopped { kept: true, .. }),
            "{error}"
        );
        assert_eq!(error.code(), "P0266");
        train(0).unwrap();
        assert_eq!(
            files(&place, &name),
            files(&place, "whole"),
            "stopped after {stop}"
        );
        let went_on = lines
            .iter()
            .filter(|line| line.starts_with("goes on from its checkpoint"))
            .count();
        assert!(went_on >= 1, "{lines:?}");
        assert!(lines.iter().any(|line| line.contains("train:loss_6h=") && line.contains("validation:loss_6h=")));
        // What led to the models is gone.
        let left = std::fs::read_dir(checkpoints.folder.join("horizon-1h"))
            .unwrap()
            .count();
        assert_eq!(left, 0);
    }
}
