//! The images of a part that a model takes for another class.

use std::fmt::Write as _;

use steps::{Mistake, Mistakes};

use super::png::encode;
use crate::model::Predictions;
use crate::part::Labelled;

/// Images that are kept.
const SHOWN: usize = 24;

/// The mistakes among the rows, the surest first; `paths` name the images.
///
/// # Panics
/// Where rows are no images.
pub(crate) fn mistakes(
    rows: &Labelled,
    paths: &[String],
    (classes, predictions): (&[String], &Predictions),
) -> Mistakes {
    let images = rows.table.images().expect("rows are images");
    let mut wrong: Vec<usize> = (0..rows.truth.len())
        .filter(|&row| rows.truth.labels()[row] != predictions.labels[row])
        .collect();
    let sure = |row: usize| predictions.row(row)[predictions.labels[row] as usize];
    // Stable: equally sure ones stay in the order of their paths.
    wrong.sort_by(|&left, &right| sure(right).total_cmp(&sure(left)));
    let shown = wrong.iter().take(SHOWN).map(|&row| {
        let (own, guess) = (
            rows.truth.labels()[row] as usize,
            predictions.labels[row] as usize,
        );
        Mistake {
            path: paths[row].clone(),
            class: classes[own].clone(),
            predicted: classes[guess].clone(),
            probability: f64::from(predictions.row(row)[guess]),
            own_probability: f64::from(predictions.row(row)[own]),
            png: base64(&encode(images.side(), images.image(row))),
        }
    });
    Mistakes {
        count: wrong.len() as u64,
        rows: rows.truth.len() as u64,
        shown: shown.collect(),
    }
}

/// Bytes as base64 text.
fn base64(bytes: &[u8]) -> String {
    const DIGITS: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    let mut text = String::with_capacity(bytes.len().div_ceil(3) * 4);
    for three in bytes.chunks(3) {
        let all = (0..3).fold(0, |sum: u32, place| {
            sum << 8 | u32::from(three.get(place).copied().unwrap_or(0))
        });
        for place in 0..4 {
            if place <= three.len() {
                text.push(char::from(DIGITS[(all >> (18 - 6 * place)) as usize & 63]));
            } else {
                let _ = text.write_char('=');
            }
        }
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::table::Table;
    use crate::truth::Truth;

    #[test]
    fn the_surest_mistake_comes_first() {
        let mut table = Table::of_images(1);
        table.push_images(&[10, 20, 30, 40]);
        let rows = Labelled {
            table,
            truth: Truth::Classes(vec![0, 1, 0, 1]),
        };
        let predictions = Predictions {
            classes: 2,
            labels: vec![0, 0, 1, 0],
            probabilities: vec![0.9, 0.1, 0.6, 0.4, 0.2, 0.8, 0.7, 0.3],
        };
        let classes = ["a", "b"].map(str::to_owned);
        let paths = ["1", "2", "3", "4"].map(str::to_owned);
        let found = mistakes(&rows, &paths, (&classes, &predictions));
        assert_eq!((found.count, found.rows), (3, 4));
        let order: Vec<&str> = found.shown.iter().map(|one| one.path.as_str()).collect();
        assert_eq!(order, ["3", "4", "2"]);
        assert_eq!(
            (
                found.shown[0].class.as_str(),
                found.shown[0].predicted.as_str()
            ),
            ("a", "b")
        );
        assert!((found.shown[0].own_probability - 0.2).abs() < 1e-6);
        assert!(found.shown[0].png.starts_with("iVBORw0KGgo"));
    }

    #[test]
    fn base64_is_that_of_rfc_4648() {
        for (bytes, text) in [
            ("", ""),
            ("f", "Zg=="),
            ("fo", "Zm8="),
            ("foo", "Zm9v"),
            ("foob", "Zm9vYg=="),
        ] {
            assert_eq!(base64(bytes.as_bytes()), text);
        }
    }
}
