//! How a text is cut into cells: delimiter, decimal mark, header. Judged by its first rows.

use std::collections::{BTreeMap, BTreeSet};

use csv::StringRecord;

use crate::cell::parse_number;

/// In the order in which they are tried; of two that are as good the first is taken.
const DELIMITERS: [char; 4] = [',', ';', '\t', '|'];
/// Cuts every row alike, or is no delimiter at all.
const SPACE: char = ' ';
/// Rows that are looked at.
const ROWS: usize = 500;

/// A text's form.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Dialect {
    pub(super) delimiter: char,
    pub(super) decimal: char,
    pub(super) header: bool,
    /// Cells of the first line, where nearly all others have another number of them.
    pub(super) odd_first: Option<(usize, usize)>,
}

/// Finds the form of a text that ends with a whole line; what is given is not looked for.
pub(super) fn dialect(text: &str, delimiter: Option<char>, header: Option<bool>) -> Dialect {
    let delimiter = delimiter.unwrap_or_else(|| {
        let mut best = (DELIMITERS[0], 0.0);
        for delimiter in DELIMITERS {
            let score = score(&records(text, delimiter), delimiter);
            if score > best.1 {
                best = (delimiter, score);
            }
        }
        if best.1 <= 0.0 && is_cut_by_spaces(text) {
            return SPACE;
        }
        best.0
    });
    let records = records(text, delimiter);
    let decimal = if delimiter == ',' {
        '.'
    } else {
        decimal(&records)
    };
    Dialect {
        delimiter,
        decimal,
        header: header.unwrap_or_else(|| has_header(&records, decimal)),
        odd_first: odd_first(&records),
    }
}

fn records(text: &str, delimiter: char) -> Vec<StringRecord> {
    csv::ReaderBuilder::new()
        .has_headers(false)
        .flexible(true)
        .trim(csv::Trim::All)
        .delimiter(u8::try_from(delimiter).unwrap_or(b','))
        .from_reader(text.as_bytes())
        .into_records()
        .take(ROWS)
        .filter_map(Result::ok)
        .collect()
}

/// The most common number of cells, and how many records have it.
fn usual_width(records: &[StringRecord]) -> (usize, usize) {
    let mut widths: BTreeMap<usize, usize> = BTreeMap::new();
    for record in records {
        *widths.entry(record.len()).or_default() += 1;
    }
    let usual = widths
        .into_iter()
        .max_by_key(|&(width, count)| (count, width));
    usual.unwrap_or_default()
}

/// Share of rows with the usual number of cells, less the share of cells that another delimiter would cut.
fn score(records: &[StringRecord], delimiter: char) -> f64 {
    let (width, usual) = usual_width(records);
    if width < 2 {
        return 0.0;
    }
    let cells: Vec<&str> = records.iter().flatten().collect();
    let foreign = cells.iter().filter(|cell| {
        let others = DELIMITERS.iter().filter(|other| **other != delimiter);
        let decimals = delimiter != ',' && parse_number(cell, ',').is_some();
        !decimals && others.into_iter().any(|other| cell.contains(*other))
    });
    usual as f64 / records.len() as f64 - foreign.count() as f64 / cells.len() as f64
        + width.min(20) as f64 * 1e-4
}

/// Whether single spaces cut all rows into as many cells.
fn is_cut_by_spaces(text: &str) -> bool {
    let records = records(text, SPACE);
    let (width, usual) = usual_width(&records);
    width >= 2 && records.len() >= 2 && usual == records.len()
}

/// The comma, where more cells are numbers by it than by the point.
fn decimal(records: &[StringRecord]) -> char {
    let written = |mark: char| {
        let cells = records.iter().flatten();
        cells
            .filter(|cell| cell.contains(mark) && parse_number(cell, mark).is_some())
            .count()
    };
    if written(',') > written('.') {
        ','
    } else {
        '.'
    }
}

/// Names are no numbers, they differ, and they are not what stands below them.
fn has_header(records: &[StringRecord], decimal: char) -> bool {
    let Some((first, rest)) = records.split_first() else {
        return true;
    };
    let is_number = |cell: &str| parse_number(cell, decimal).is_some();
    let numbers: Vec<f64> = first
        .iter()
        .filter_map(|cell| parse_number(cell, decimal))
        .collect();
    if !numbers.is_empty() {
        // Columns may be called 0, 1, 2, ...
        let counted = numbers
            .windows(2)
            .all(|pair| (pair[1] - pair[0] - 1.0).abs() < 1e-9);
        return counted && numbers.len() >= 3 && numbers.len() + 1 >= first.len();
    }
    let names: BTreeSet<&str> = first.iter().filter(|name| !name.is_empty()).collect();
    let named = first.iter().filter(|name| !name.is_empty()).count();
    if named * 2 < first.len() {
        return false;
    }
    let column = |place: usize| {
        let cells = rest.iter().filter_map(move |record| record.get(place));
        cells.filter(|cell| !cell.is_empty())
    };
    let mut places = 0..first.len();
    if places.any(|place| {
        let (all, found) = (
            column(place).count(),
            column(place).filter(|cell| is_number(cell)).count(),
        );
        found > 0 && found * 2 >= all
    }) {
        return true;
    }
    let occurs =
        (0..first.len()).any(|place| column(place).any(|cell| Some(cell) == first.get(place)));
    names.len() == named && !occurs
}

fn odd_first(records: &[StringRecord]) -> Option<(usize, usize)> {
    let (first, rest) = records.split_first()?;
    let (width, usual) = usual_width(rest);
    let odd = first.len() != width && rest.len() >= 2 && usual * 10 >= rest.len() * 9;
    odd.then_some((first.len(), width))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn delimiter_decimal_and_header_are_found() {
        let cases: [(&str, char, char, bool); 16] = [
            ("a,b\n1,2\n", ',', '.', true),
            ("1,2\n3,4\n", ',', '.', false),
            ("a;b;c\n1,5;2,5;3\n2,5;3,5;4\n", ';', ',', true),
            ("a\tb\n1.5\tx, y\n2.5\tz, w\n", '\t', '.', true),
            ("a|b\n1|2\n", '|', '.', true),
            ("a;b\n1.000;2\n1.5;3\n", ';', '.', true),
            ("name,say\n\"a,b\",\"c;d\"\n\"e,f\",g\n", ',', '.', true),
            (
                "red,small\nblue,large\nred,large\nblue,small\n",
                ',',
                '.',
                false,
            ),
            ("colour,size\nblue,large\nred,large\n", ',', '.', true),
            ("0,1,2,3\n5,6,7,8\n1,2,9,4\n", ',', '.', true),
            ("63,1,1,145\n67,1,4,160\n", ',', '.', false),
            ("28,1,?,?\n29,1,?,?\n", ',', '.', false),
            ("a,b\n", ',', '.', true),
            (",a,b\n0,x,1\n1,y,2\n", ',', '.', true),
            ("5.9 1 3\n4.8 2 3\n", ' ', '.', false),
            ("a title\nnothing\n", ',', '.', true),
        ];
        for (text, delimiter, decimal, header) in cases {
            let found = dialect(text, None, None);
            let expected = (delimiter, decimal, header);
            assert_eq!(
                (found.delimiter, found.decimal, found.header),
                expected,
                "{text:?}"
            );
        }
    }

    #[test]
    fn what_is_given_is_not_looked_for() {
        let found = dialect("a,b;c\n1,2;3\n", Some(';'), Some(false));
        assert_eq!((found.delimiter, found.header), (';', false));
    }

    #[test]
    fn a_line_before_the_header_is_noticed() {
        let found = dialect("exported today\na,b\n1,2\n3,4\n", None, None);
        assert_eq!(found.odd_first, Some((1, 2)));
        assert_eq!(dialect("a,b\n1,2\n3,4\n", None, None).odd_first, None);
    }
}
