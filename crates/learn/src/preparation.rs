//! The preparation that a model carries inside: imputation, encoding and scaling, fitted on the rows of a table.
//!
//! Parameters are single-precision numbers from the start, and [`Preparation::transform`] computes what the operators in the
//! saved graph compute, in the same order. So a family is fitted on exactly the numbers that its deployed graph sees.

use std::collections::BTreeMap;

use crate::table::Table;

/// What a missing number becomes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ImputeNumber {
    /// The median of the column; of an even count the mean of the middle two.
    Median,
    /// The mean of the column.
    Mean,
}

/// What a missing category becomes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ImputeCategory {
    /// It stays missing: all its encoded columns are zero.
    None,
    /// The most frequent level; of equally frequent ones the first.
    MostFrequent,
}

/// How categories become numbers.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Encode {
    /// One column a level; a level not seen in fitting gives zeros.
    OneHot,
    /// The place of the level; one not seen in fitting, or missing, gives -1.
    Ordinal,
}

/// How columns are scaled, after imputing and encoding.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Scale {
    /// Minus mean, divided by deviation (divisor n; a constant column: 1).
    Standard,
    /// Minus minimum, divided by range (a constant column: 1).
    Minmax,
    /// Not at all.
    None,
}

/// Which preparation is fitted.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Recipe {
    /// Missing numbers.
    pub impute_number: ImputeNumber,
    /// Missing categories.
    pub impute_category: ImputeCategory,
    /// Encoding of categories.
    pub encode: Encode,
    /// Scaling.
    pub scale: Scale,
    /// Levels of a category that become numbers, at most: the most frequent. The others are as a level that was not seen.
    pub max_categories: usize,
}

impl Default for Recipe {
    fn default() -> Self {
        Self {
            impute_number: ImputeNumber::Median,
            impute_category: ImputeCategory::None,
            encode: Encode::OneHot,
            scale: Scale::Standard,
            max_categories: steps::MAX_CATEGORIES as usize,
        }
    }
}

/// A dense matrix of features, row by row.
#[derive(Debug, Clone, PartialEq)]
pub struct Matrix {
    /// Number of rows.
    pub rows: usize,
    /// Number of columns.
    pub columns: usize,
    /// Values, row by row.
    pub values: Vec<f32>,
}

impl Matrix {
    /// One row.
    pub fn row(&self, row: usize) -> &[f32] {
        &self.values[row * self.columns..(row + 1) * self.columns]
    }
}

/// Levels of a categorical column, and what a missing one becomes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Levels {
    /// Levels seen in fitting, numbers first in numeric order, then texts.
    pub levels: Vec<String>,
    /// The level that takes the place of a missing one.
    pub missing: Option<usize>,
}

/// Offset and factor of a column: `(x - offset) * factor`.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Affine {
    /// Subtracted first.
    pub offset: f32,
    /// Multiplied then.
    pub factor: f32,
}

/// A fitted preparation.
#[derive(Debug, Clone, PartialEq)]
pub struct Preparation {
    /// What a missing number becomes, by numeric column.
    pub imputed: Vec<f32>,
    /// Levels by categorical column.
    pub levels: Vec<Levels>,
    /// How levels become numbers.
    pub encode: Encode,
    /// Scaling by encoded column; none where nothing is scaled.
    pub scale: Option<Vec<Affine>>,
}

impl Preparation {
    /// Fits a recipe on all rows of a table.
    pub fn fit(table: &Table, recipe: Recipe) -> Self {
        let imputed = (0..table.numeric_columns())
            .map(|column| impute(table, column, recipe.impute_number))
            .collect();
        let levels = (0..table.categorical_columns())
            .map(|column| levels(table, column, recipe))
            .collect();
        let mut fitted = Self {
            imputed,
            levels,
            encode: recipe.encode,
            scale: None,
        };
        if recipe.scale != Scale::None {
            fitted.scale = Some(fitted.affines(table, recipe.scale));
        }
        fitted
    }

    /// Scaling of each encoded column; columns are made one after the other, never all of them.
    fn affines(&self, table: &Table, rule: Scale) -> Vec<Affine> {
        let rows = table.rows();
        let mut all = Vec::with_capacity(self.features());
        for (column, &imputed) in self.imputed.iter().enumerate() {
            let value = |row| match table.numbers(row)[column] {
                missing if missing.is_nan() => imputed,
                number => number,
            };
            all.push(affine(rows, value, rule));
        }
        for (column, levels) in self.levels.iter().enumerate() {
            let place = |row| code(levels.place(table.category(row, column)));
            let codes: Vec<f32> = (0..rows).map(place).collect();
            match self.encode {
                Encode::Ordinal => all.push(affine(rows, |row| codes[row], rule)),
                Encode::OneHot => all.extend((0..levels.levels.len()).map(|level| {
                    let own = code(Some(level));
                    affine(
                        rows,
                        |row| f32::from(codes[row].to_bits() == own.to_bits()),
                        rule,
                    )
                })),
            }
        }
        all
    }

    /// Number of columns after encoding.
    pub fn features(&self) -> usize {
        let encoded = |levels: &Levels| match self.encode {
            Encode::OneHot => levels.levels.len(),
            Encode::Ordinal => 1,
        };
        self.imputed.len() + self.levels.iter().map(encoded).sum::<usize>()
    }

    /// The features of all rows of a table.
    pub fn transform(&self, table: &Table) -> Matrix {
        let columns = self.features();
        let mut values = Vec::with_capacity(columns * table.rows());
        for row in 0..table.rows() {
            let start = values.len();
            for (number, &imputed) in table.numbers(row).iter().zip(&self.imputed) {
                values.push(if number.is_nan() { imputed } else { *number });
            }
            for (column, levels) in self.levels.iter().enumerate() {
                self.encode(levels, table.category(row, column), &mut values);
            }
            for (value, affine) in values[start..].iter_mut().zip(self.scale.iter().flatten()) {
                *value = (*value - affine.offset) * affine.factor;
            }
        }
        Matrix {
            rows: table.rows(),
            columns,
            values,
        }
    }

    /// As [`Preparation::transform`], of a table that nobody needs afterwards: numbers are changed where they lie.
    pub fn features_of(&self, table: Table) -> Matrix {
        if !self.levels.is_empty() {
            return self.transform(&table);
        }
        let (rows, columns) = (table.rows(), self.imputed.len());
        let mut values = table.into_numbers();
        for row in values.chunks_exact_mut(columns.max(1)) {
            for (number, &imputed) in row.iter_mut().zip(&self.imputed) {
                if number.is_nan() {
                    *number = imputed;
                }
            }
            for (value, affine) in row.iter_mut().zip(self.scale.iter().flatten()) {
                *value = (*value - affine.offset) * affine.factor;
            }
        }
        Matrix {
            rows,
            columns,
            values,
        }
    }

    fn encode(&self, levels: &Levels, category: &str, values: &mut Vec<f32>) {
        let place = levels.place(category);
        match self.encode {
            Encode::Ordinal => values.push(code(place)),
            Encode::OneHot => {
                let ones = (0..levels.levels.len()).map(|level| f32::from(Some(level) == place));
                values.extend(ones);
            }
        }
    }
}

impl Levels {
    /// The place of a category; none of a missing one without a substitute, or of one that fitting has not seen.
    fn place(&self, category: &str) -> Option<usize> {
        match category {
            "" => self.missing,
            text => self.levels.iter().position(|level| level == text),
        }
    }
}

/// The number of a level, -1 of none.
fn code(place: Option<usize>) -> f32 {
    place.map_or(-1.0, |place| place as f32)
}

fn impute(table: &Table, column: usize, rule: ImputeNumber) -> f32 {
    let mut present: Vec<f32> = (0..table.rows())
        .map(|row| table.numbers(row)[column])
        .filter(|number| !number.is_nan())
        .collect();
    if present.is_empty() {
        return 0.0;
    }
    if rule == ImputeNumber::Mean {
        return (present.iter().copied().map(f64::from).sum::<f64>() / present.len() as f64) as f32;
    }
    present.sort_by(f32::total_cmp);
    let middle = present.len() / 2;
    if present.len() % 2 == 1 {
        return present[middle];
    }
    f64::midpoint(f64::from(present[middle - 1]), f64::from(present[middle])) as f32
}

fn levels(table: &Table, column: usize, recipe: Recipe) -> Levels {
    let mut counts: BTreeMap<&str, usize> = BTreeMap::new();
    for row in 0..table.rows() {
        let category = table.category(row, column);
        if !category.is_empty() {
            *counts.entry(category).or_default() += 1;
        }
    }
    if counts.len() > recipe.max_categories {
        let mut frequent: Vec<(&str, usize)> = counts.into_iter().collect();
        // Of equally frequent ones the first stay: the order is that of the map.
        frequent.sort_by_key(|&(_, rows)| std::cmp::Reverse(rows));
        frequent.truncate(recipe.max_categories);
        counts = frequent.into_iter().collect();
    }
    let levels = sorted_labels(counts.keys().map(|&level| level.to_owned()).collect());
    let most = counts.values().max();
    let missing = match recipe.impute_category {
        ImputeCategory::None => None,
        ImputeCategory::MostFrequent => levels
            .iter()
            .position(|level| counts.get(level.as_str()) == most),
    };
    Levels { levels, missing }
}

/// Labels ascending: numbers first, by value, then texts.
pub(crate) fn sorted_labels(mut labels: Vec<String>) -> Vec<String> {
    let number = |label: &str| crate::cell::parse_number(label, '.');
    labels.sort_by(|a, b| match (number(a), number(b)) {
        (Some(x), Some(y)) => x.total_cmp(&y).then_with(|| a.cmp(b)),
        (Some(_), None) => std::cmp::Ordering::Less,
        (None, Some(_)) => std::cmp::Ordering::Greater,
        (None, None) => a.cmp(b),
    });
    labels
}

/// Below this part of its mean, a deviation is rounding and the column constant.
const CONSTANT: f64 = 1e-9;

fn affine(rows: usize, value: impl Fn(usize) -> f32, rule: Scale) -> Affine {
    let values = || (0..rows).map(|row| f64::from(value(row)));
    let (offset, spread) = match rule {
        Scale::Minmax => {
            let low = values().fold(f64::INFINITY, f64::min);
            (low, values().fold(f64::NEG_INFINITY, f64::max) - low)
        }
        Scale::Standard | Scale::None => {
            let rows = rows as f64;
            let mean = values().sum::<f64>() / rows;
            let variance = values().map(|value| (value - mean).powi(2)).sum::<f64>() / rows;
            (mean, variance.sqrt())
        }
    };
    let factor = if spread > CONSTANT * offset.abs() && spread > 0.0 {
        1.0 / spread
    } else {
        1.0
    };
    Affine {
        offset: offset as f32,
        factor: factor as f32,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn table() -> Table {
        let mut table = Table::new(2, 1);
        table.push(&[1.0, 5.0], &["2"]);
        table.push(&[f32::NAN, 5.0], &["10"]);
        table.push(&[4.0, 5.0], &[""]);
        table.push(&[2.0, 5.0], &["10"]);
        table.push(&[9.0, f32::NAN], &["x"]);
        table
    }

    fn recipe() -> Recipe {
        Recipe {
            scale: Scale::None,
            ..Recipe::default()
        }
    }

    #[test]
    fn an_even_count_takes_the_mean_of_the_middle_two() {
        let fitted = Preparation::fit(&table(), recipe());
        assert_eq!(fitted.imputed, [3.0, 5.0]);
        let mean = Preparation::fit(
            &table(),
            Recipe {
                impute_number: ImputeNumber::Mean,
                ..recipe()
            },
        );
        assert_eq!(mean.imputed, [4.0, 5.0]);
    }

    #[test]
    fn levels_ascend_and_missing_or_unseen_ones_are_zeros() {
        let fitted = Preparation::fit(&table(), recipe());
        assert_eq!(fitted.levels[0].levels, ["2", "10", "x"]);
        let wide = fitted.transform(&table());
        assert_eq!(wide.columns, 5);
        assert_eq!(wide.row(1), [3.0, 5.0, 0.0, 1.0, 0.0]);
        assert_eq!(wide.row(2), [4.0, 5.0, 0.0, 0.0, 0.0]);
        let mut unseen = Table::new(2, 1);
        unseen.push(&[1.0, 1.0], &["y"]);
        assert_eq!(fitted.transform(&unseen).row(0)[2..], [0.0, 0.0, 0.0]);
    }

    #[test]
    fn the_most_frequent_level_takes_the_place_of_a_missing_one() {
        let rule = Recipe {
            impute_category: ImputeCategory::MostFrequent,
            ..recipe()
        };
        let wide = Preparation::fit(&table(), rule).transform(&table());
        assert_eq!(wide.row(2)[2..], [0.0, 1.0, 0.0]);
    }

    #[test]
    fn the_rarest_levels_are_as_one_that_was_not_seen() {
        let mut table = Table::new(0, 1);
        for level in ["b", "a", "c", "c", "d", "d", "d"] {
            table.push(&[], &[level]);
        }
        let rule = Recipe {
            max_categories: 3,
            ..recipe()
        };
        let fitted = Preparation::fit(&table, rule);
        assert_eq!(fitted.levels[0].levels, ["a", "c", "d"]);
        let wide = fitted.transform(&table);
        assert_eq!(
            (wide.row(0), wide.row(1)),
            (&[0.0; 3][..], &[1.0, 0.0, 0.0][..])
        );
    }

    #[test]
    fn ordinal_codes_are_places_and_minus_one() {
        let wide = Preparation::fit(
            &table(),
            Recipe {
                encode: Encode::Ordinal,
                ..recipe()
            },
        )
        .transform(&table());
        let codes: Vec<f32> = (0..5).map(|row| wide.row(row)[2]).collect();
        assert_eq!(codes, [0.0, 1.0, -1.0, 1.0, 2.0]);
    }

    #[test]
    fn standard_scaling_divides_by_the_deviation_of_n_and_leaves_constants() {
        let mut table = Table::new(2, 0);
        for value in [2.0, 4.0, 4.0, 4.0, 5.0, 5.0, 7.0, 9.0] {
            table.push(&[value, 0.1], &[]);
        }
        let scale = Preparation::fit(&table, Recipe::default()).scale.unwrap();
        assert_eq!(
            scale[0],
            Affine {
                offset: 5.0,
                factor: 0.5
            }
        );
        assert_eq!(scale[1].factor.to_bits(), 1.0_f32.to_bits());
        let minmax = Preparation::fit(
            &table,
            Recipe {
                scale: Scale::Minmax,
                ..recipe()
            },
        );
        let wide = minmax.transform(&table);
        assert_eq!(
            (wide.row(0)[0], wide.row(7)[0], wide.row(0)[1]),
            (0.0, 1.0, 0.0)
        );
    }

    #[test]
    fn a_column_without_any_value_becomes_zero() {
        let mut table = Table::new(1, 1);
        table.push(&[f32::NAN], &[""]);
        let fitted = Preparation::fit(&table, Recipe::default());
        assert_eq!(fitted.imputed, [0.0]);
        assert_eq!(fitted.features(), 1);
    }
}
