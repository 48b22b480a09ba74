//! Columns that say the target: known at prediction they would make it needless, so mostly they are not known.

use std::collections::BTreeMap;

use super::error::Error;
use super::read::Profile;
use crate::cell::{canonical, parse_number};
use crate::checks::{FEW_ROWS, LINE, ROWS_OF_A_VALUE};

/// Distinct values of a column that are followed.
const LEVELS: usize = 50;
/// Rows below which everything fits by chance.
const FEW: u64 = 20;

/// A column that says the target.
#[derive(Debug, Clone, PartialEq)]
pub enum Leak {
    /// Every value of the column goes with one value of the target.
    Determines {
        /// Distinct values of the column.
        levels: usize,
        /// Rows with a value of both.
        rows: u64,
    },
    /// The column and the target are nearly one straight line.
    Line {
        /// Pearson's correlation.
        correlation: f64,
    },
}

impl Leak {
    /// Whether the step Prepare refuses the column.
    pub fn proves(&self) -> bool {
        match self {
            Self::Determines { levels, rows } => {
                *rows >= FEW_ROWS && *levels as u64 * ROWS_OF_A_VALUE <= *rows
            }
            Self::Line { correlation } => correlation.abs() >= LINE,
        }
    }
}

/// Reads the source once more and finds the columns, by their places, that say the target.
///
/// `positive` turns target cells into two classes, as the workload will.
pub fn leaks(
    profile: &Profile,
    target: usize,
    positive: Option<f64>,
) -> Result<BTreeMap<usize, Leak>, Error> {
    let decimal = profile.opened.decimal();
    let mut followed: Vec<Followed> = profile
        .columns
        .iter()
        .map(|_| Followed::default())
        .collect();
    profile.opened.each(|row| {
        let cell = row.cells.get(target).unwrap_or_default();
        if cell.is_empty() {
            return Ok(());
        }
        let number = parse_number(cell, decimal);
        let class = match (number, positive) {
            (Some(number), Some(limit)) => u64::from(number > limit).to_string(),
            _ => canonical(cell, decimal),
        };
        for (column, cell) in followed.iter_mut().zip(row.cells) {
            column.push(&canonical(cell, decimal), &class);
            if let (Some(x), Some(y)) = (parse_number(cell, decimal), number) {
                column.line.push(x, y);
            }
        }
        Ok::<(), Error>(())
    })?;
    let verdicts = followed.iter().enumerate();
    Ok(verdicts
        .filter(|(place, _)| *place != target)
        .filter_map(|(place, column)| Some((place, column.verdict()?)))
        .collect())
}

/// Which class goes with each value of a column.
#[derive(Default)]
struct Followed {
    classes: BTreeMap<String, String>,
    contradicted: bool,
    rows: u64,
    line: Line,
}

impl Followed {
    fn push(&mut self, value: &str, class: &str) {
        if self.contradicted || value.is_empty() {
            return;
        }
        self.rows += 1;
        match self.classes.get(value) {
            Some(known) => self.contradicted |= known != class,
            None if self.classes.len() < LEVELS => {
                self.classes.insert(value.to_owned(), class.to_owned());
            }
            None => self.contradicted = true,
        }
    }

    fn verdict(&self) -> Option<Leak> {
        let levels = self.classes.len();
        let support = self.rows >= FEW && levels as u64 * 5 <= self.rows;
        if !self.contradicted && levels >= 2 && support {
            let rows = self.rows;
            return Some(Leak::Determines { levels, rows });
        }
        let correlation = self.line.correlation()?;
        (correlation.abs() >= 0.999).then_some(Leak::Line { correlation })
    }
}

/// Sums of a correlation, by Welford's update, so that large numbers lose nothing.
#[derive(Default)]
struct Line {
    count: f64,
    mean: (f64, f64),
    xx: f64,
    yy: f64,
    xy: f64,
}

impl Line {
    fn push(&mut self, x: f64, y: f64) {
        self.count += 1.0;
        let (dx, dy) = (x - self.mean.0, y - self.mean.1);
        self.mean.0 += dx / self.count;
        self.mean.1 += dy / self.count;
        self.xx += dx * (x - self.mean.0);
        self.yy += dy * (y - self.mean.1);
        self.xy += dx * (y - self.mean.1);
    }

    fn correlation(&self) -> Option<f64> {
        let spread = (self.xx * self.yy).sqrt();
        (self.count >= FEW as f64 && spread > 0.0).then(|| self.xy / spread)
    }
}

#[cfg(test)]
mod tests {
    use std::fmt::Write as _;

    use super::super::read::{Options, profile};
    use super::*;

    fn found(text: &str, target: &str, positive: Option<f64>) -> BTreeMap<String, Leak> {
        let file = tempfile::NamedTempFile::new().unwrap();
        std::fs::write(file.path(), text).unwrap();
        let files = [file.path().to_owned()];
        let profile = profile(&files, &Options::default()).unwrap();
        let name = |place: usize| profile.columns[place].name.clone();
        let place = (0..profile.columns.len()).find(|place| name(*place) == target);
        leaks(&profile, place.unwrap(), positive)
            .unwrap()
            .into_iter()
            .map(|(place, leak)| (name(place), leak))
            .collect()
    }

    #[test]
    fn a_code_of_the_target_is_found_and_a_feature_is_not() {
        let mut text = String::from("x,code,alive,y\n");
        for row in 0..60 {
            let (y, word) = [("no", "dead"), ("yes", "alive")][row % 2];
            writeln!(text, "{},{},{word},{y}", row % 7, row % 2 + 10).unwrap();
        }
        let found = found(&text, "y", None);
        let names: Vec<&String> = found.keys().collect();
        assert_eq!(names, ["alive", "code"]);
        assert_eq!(
            found["code"],
            Leak::Determines {
                levels: 2,
                rows: 60
            }
        );
    }

    #[test]
    fn a_straight_line_is_found() {
        let mut text = String::from("fahrenheit,x,celsius\n");
        for row in 0..200 {
            let celsius = f64::from(row) * 0.37;
            writeln!(text, "{},{},{celsius}", celsius * 1.8 + 32.0, row % 9).unwrap();
        }
        let found = found(&text, "celsius", Some(30.0));
        assert_eq!(found.len(), 1);
        let Leak::Line { correlation } = found["fahrenheit"] else {
            panic!("{found:?}");
        };
        assert!(correlation > 0.999_999);
    }

    #[test]
    fn a_few_rows_prove_nothing() {
        let text = "a,y\n1,x\n2,z\n1,x\n2,z\n";
        assert_eq!(found(text, "y", None), BTreeMap::new());
    }
}
