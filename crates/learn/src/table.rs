//! Feature rows as a model takes them: numbers in one block, categories in another, each in the order of the schema. Where
//! the schema is one of images, a row is an image and nothing else.

use networks::cnn::Images;
use steps::{ColumnType, Schema};

/// Texts in one allocation, addressed by place.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct Texts {
    text: String,
    ends: Vec<usize>,
}

impl Texts {
    /// Appends a text.
    pub(crate) fn push(&mut self, text: &str) {
        self.text.push_str(text);
        self.ends.push(self.text.len());
    }

    /// The text at a place.
    pub(crate) fn get(&self, place: usize) -> &str {
        let start = if place == 0 { 0 } else { self.ends[place - 1] };
        &self.text[start..self.ends[place]]
    }

    /// How many texts there are.
    pub(crate) fn len(&self) -> usize {
        self.ends.len()
    }
}

/// Rows of features. A missing number is NaN, a missing category is the empty text.
#[derive(Debug, Clone, PartialEq)]
pub struct Table {
    numeric_columns: usize,
    categorical_columns: usize,
    numbers: Vec<f32>,
    categories: Texts,
    images: Option<Images>,
    rows: usize,
}

impl Table {
    /// A table without rows, with so many columns of each type.
    pub fn new(numeric_columns: usize, categorical_columns: usize) -> Self {
        Self {
            numeric_columns,
            categorical_columns,
            numbers: Vec::new(),
            categories: Texts::default(),
            images: None,
            rows: 0,
        }
    }

    /// A table without rows, whose rows are images of this side.
    pub fn of_images(side: usize) -> Self {
        Self {
            images: Some(Images::empty(side)),
            ..Self::new(0, 0)
        }
    }

    /// A table without rows, for the columns of a schema, or for its images.
    pub fn for_schema(schema: &Schema) -> Self {
        if let Some(image) = &schema.image {
            return Self::of_images(image.size as usize);
        }
        let of = |kind| {
            schema
                .columns
                .iter()
                .filter(|column| column.kind == kind)
                .count()
        };
        Self::new(of(ColumnType::Number), of(ColumnType::Category))
    }

    /// Appends a row.
    ///
    /// # Panics
    /// Where the row has not one value for each column.
    pub fn push(&mut self, numbers: &[f32], categories: &[&str]) {
        self.numbers.extend_from_slice(numbers);
        for category in categories {
            self.categories.push(category);
        }
        self.end_row();
    }

    /// Appends images, a row each.
    ///
    /// # Panics
    /// Where the rows are no images, or the pixels are not those of whole ones.
    pub fn push_images(&mut self, pixels: &[u8]) {
        let images = self.images.as_mut().expect("rows are images");
        images.extend(pixels);
        self.rows = images.len();
    }

    /// The images, where rows are images.
    pub fn images(&self) -> Option<&Images> {
        self.images.as_ref()
    }

    /// Appends one number of the row that is being written.
    pub(crate) fn push_number(&mut self, number: f32) {
        self.numbers.push(number);
    }

    /// Appends one category of the row that is being written.
    pub(crate) fn push_category(&mut self, category: &str) {
        self.categories.push(category);
    }

    /// Ends the row that is being written.
    pub(crate) fn end_row(&mut self) {
        self.rows += 1;
        assert_eq!(
            self.numbers.len(),
            self.rows * self.numeric_columns,
            "one number a column"
        );
        assert_eq!(
            self.categories.len(),
            self.rows * self.categorical_columns,
            "one category a column"
        );
    }

    /// The numbers, row by row.
    pub(crate) fn into_numbers(self) -> Vec<f32> {
        self.numbers
    }

    /// Number of rows.
    pub fn rows(&self) -> usize {
        self.rows
    }

    /// Number of numeric columns.
    pub fn numeric_columns(&self) -> usize {
        self.numeric_columns
    }

    /// Number of categorical columns.
    pub fn categorical_columns(&self) -> usize {
        self.categorical_columns
    }

    /// The numbers of a row.
    pub fn numbers(&self, row: usize) -> &[f32] {
        &self.numbers[row * self.numeric_columns..(row + 1) * self.numeric_columns]
    }

    /// A category of a row.
    pub fn category(&self, row: usize, column: usize) -> &str {
        self.categories.get(row * self.categorical_columns + column)
    }

    /// The given rows, in the given order.
    #[must_use]
    pub fn select(&self, rows: &[usize]) -> Self {
        if let Some(images) = &self.images {
            let mut selected = Self::of_images(images.side());
            for &row in rows {
                selected.push_images(images.image(row));
            }
            return selected;
        }
        let mut selected = Self::new(self.numeric_columns, self.categorical_columns);
        for &row in rows {
            selected.numbers.extend_from_slice(self.numbers(row));
            for column in 0..self.categorical_columns {
                selected.categories.push(self.category(row, column));
            }
            selected.end_row();
        }
        selected
    }

    /// The same table with one column's cells taken from other rows: row `n` gets that of row `order[n]`.
    #[must_use]
    pub(crate) fn dealt(&self, kind: ColumnType, column: usize, order: &[usize]) -> Self {
        let mut dealt = self.clone();
        match kind {
            ColumnType::Number => {
                for (row, &from) in order.iter().enumerate() {
                    dealt.numbers[row * self.numeric_columns + column] = self.numbers(from)[column];
                }
            }
            ColumnType::Category => {
                dealt.categories = Texts::default();
                for (row, &from) in order.iter().enumerate() {
                    for place in 0..self.categorical_columns {
                        let source = if place == column { from } else { row };
                        dealt.categories.push(self.category(source, place));
                    }
                }
            }
        }
        dealt
    }

    /// Appends the rows of a table with the same columns.
    ///
    /// # Panics
    /// Where the columns differ.
    pub fn append(&mut self, other: &Self) {
        assert_eq!(
            (self.numeric_columns, self.categorical_columns),
            (other.numeric_columns, other.categorical_columns),
            "tables have the same columns"
        );
        if let Some(images) = &other.images {
            return self.push_images(images.pixels());
        }
        self.numbers.extend_from_slice(&other.numbers);
        for place in 0..other.categories.len() {
            self.categories.push(other.categories.get(place));
        }
        self.rows += other.rows;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rows_come_back_as_they_went_in() {
        let mut table = Table::new(2, 1);
        table.push(&[1.0, 2.0], &["a"]);
        table.push(&[3.0, f32::NAN], &[""]);
        assert_eq!(table.numbers(0), [1.0, 2.0]);
        assert_eq!(table.category(1, 0), "");
        let mut twice = table.select(&[1, 0]);
        assert_eq!(twice.category(1, 0), "a");
        assert_eq!(twice.numbers(0)[..1], [3.0]);
        twice.append(&table);
        assert_eq!(twice.rows(), 4);
        assert_eq!(twice.category(2, 0), "a");
    }

    #[test]
    fn images_are_rows() {
        let mut table = Table::of_images(2);
        table.push_images(&[1, 2, 3, 4, 5, 6, 7, 8]);
        let mut twice = table.select(&[1, 0]);
        twice.append(&table);
        let images = twice.images().unwrap();
        assert_eq!((twice.rows(), images.image(0)), (4, &[5, 6, 7, 8][..]));
        assert_eq!(images.image(2), [1, 2, 3, 4]);
    }

    #[test]
    fn one_column_is_dealt_and_the_others_stay() {
        let mut table = Table::new(2, 2);
        table.push(&[1.0, 2.0], &["a", "x"]);
        table.push(&[3.0, 4.0], &["b", "y"]);
        let numbers = table.dealt(ColumnType::Number, 1, &[1, 0]);
        assert_eq!(
            (numbers.numbers(0), numbers.numbers(1)),
            (&[1.0, 4.0][..], &[3.0, 2.0][..])
        );
        assert_eq!(numbers.category(0, 0), "a");
        let texts = table.dealt(ColumnType::Category, 0, &[1, 0]);
        let row = |row| [texts.category(row, 0), texts.category(row, 1)];
        assert_eq!((row(0), row(1)), (["b", "x"], ["a", "y"]));
        assert_eq!(texts.numbers(1), [3.0, 4.0]);
    }

    #[test]
    #[should_panic(expected = "one number a column")]
    fn a_row_with_a_number_too_few_is_a_defect() {
        Table::new(2, 0).push(&[1.0], &[]);
    }
}
