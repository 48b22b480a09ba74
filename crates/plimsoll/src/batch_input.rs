//! Rows to predict as a model takes them: cut by commas, with decimal points, without header, features in their order alone.
//! A forecast takes hours: their time first, then every other column, the target among them.

use std::borrow::Cow;
use std::fs;
use std::io::Write;
use std::path::Path;

use learn::rows::{File, Format, Limits, Opened, Source};
use steps::SourceFormat;
use workload::Workload;

use crate::failure::{Failure, chain};

/// Writes the rows of a batch input one after the other; false, and nothing written, where they are so already. `first` is a
/// file of the data, whose columns say the order.
pub(crate) fn as_served(
    workload: &Workload,
    path: &Path,
    first: Option<&Path>,
    out: &mut dyn Write,
) -> Result<bool, Failure> {
    let format = format_of(workload, path);
    let csv = &workload.data.csv;
    let name = path.display();
    let refused = |why: String| {
        Failure::input(format!("cannot read the batch input `{name}`: {why}")).code("P0501")
    };
    if format == SourceFormat::Csv && !csv.header && workload.task.forecast.is_none() {
        let plain = csv.delimiter == ',' && csv.decimal == '.';
        if plain && csv.encoding == workload::Encoding::Utf8 {
            return Ok(false);
        }
        let content = fs::read(path).map_err(|error| refused(error.to_string()))?;
        let text = learn::decode(&content, blueprint::encoding(csv.encoding))
            .map_err(|line| refused(format!("line {line} is not {} text", csv.encoding)))?;
        return without_names(workload, &text, out)
            .map(|()| true)
            .map_err(|error| refused(error.to_string()));
    }
    let rows = open(workload, format, path).map_err(|error| refused(chain(&error)))?;
    let order: Vec<String> = match first {
        Some(first) => {
            let data = open(workload, format_of(workload, first), first);
            let data = data.map_err(|error| Failure::input(chain(&error)).code(error.code()))?;
            data.columns()
                .iter()
                .map(|column| column.name.clone())
                .collect()
        }
        None => rows
            .columns()
            .iter()
            .map(|column| column.name.clone())
            .collect(),
    };
    let places = places(workload, &rows, &order).map_err(|why| {
        Failure::input(format!(
            "the rows of `{name}` are not those of the data: {why}"
        ))
        .code("P0503")
    })?;
    write(&rows, &places, out).map(|()| true)
}

/// The format that the name of a file says, else that of the data.
fn format_of(workload: &Workload, path: &Path) -> SourceFormat {
    let name = path.file_name().and_then(|name| name.to_str());
    let said = name.and_then(workload::Format::of_name);
    blueprint::source_format(said.unwrap_or(workload.data.format))
}

fn open(
    workload: &Workload,
    format: SourceFormat,
    path: &Path,
) -> Result<Opened, learn::rows::Error> {
    let csv = &workload.data.csv;
    let csv = steps::CsvFormat {
        header: csv.header,
        delimiter: csv.delimiter,
        decimal: csv.decimal,
        encoding: blueprint::encoding(csv.encoding),
    };
    let source = Source {
        files: vec![File {
            name: path.display().to_string(),
            path: path.to_owned(),
        }],
        format: Format::new(format, &csv),
        names: workload
            .data
            .columns
            .iter()
            .map(|(name, _)| name.clone())
            .collect(),
        limits: Limits::default(),
    };
    source.open()
}

/// Places of the features in the rows, in the order of the data. A column that the data have not is refused: it was mistyped, or
/// the rows are others.
fn places(workload: &Workload, rows: &Opened, order: &[String]) -> Result<Vec<usize>, String> {
    let unknown = rows
        .columns()
        .iter()
        .find(|column| !order.contains(&column.name));
    if let Some(column) = unknown {
        return Err(format!("column `{}` is not one of the data", column.name));
    }
    let find = |name: &String| {
        rows.find(name)
            .ok_or_else(|| format!("column `{name}` is missing"))
    };
    served(workload, order).into_iter().map(find).collect()
}

/// The columns that a model takes, in its order.
fn served<'a>(workload: &'a Workload, order: &'a [String]) -> Vec<&'a String> {
    let is_ignored = |name: &String| workload.data.ignore.contains(name);
    if let Some(forecast) = &workload.task.forecast {
        let others = order
            .iter()
            .filter(|name| !forecast.time.contains(name) && !is_ignored(name));
        return forecast.time.iter().chain(others).collect();
    }
    let no_feature = |name: &&String| {
        **name == workload.task.target
            || is_ignored(name)
            || workload.split.by.column() == Some(name.as_str())
    };
    order.iter().filter(|name| !no_feature(name)).collect()
}

/// What ends the writing of rows.
enum Ended {
    Read(learn::rows::Error),
    Written(csv::Error),
}

impl From<learn::rows::Error> for Ended {
    fn from(error: learn::rows::Error) -> Self {
        Self::Read(error)
    }
}

fn write(rows: &Opened, places: &[usize], out: &mut dyn Write) -> Result<(), Failure> {
    let mut writer = csv::WriterBuilder::new()
        .buffer_capacity(1 << 16)
        .from_writer(out);
    let written = rows.each(|row| {
        let cells = places.iter().map(|&place| {
            let cell = row.cells.get(place).unwrap_or_default();
            pointed(cell, rows.decimal()).into_owned()
        });
        writer.write_record(cells).map_err(Ended::Written)
    });
    let unwritten = |error: &dyn std::error::Error| {
        Failure::environment(format!("cannot keep the batch input: {error}"))
    };
    match written {
        Ok(()) => writer.flush().map_err(|error| unwritten(&error)),
        Err(Ended::Read(error)) => Err(Failure::input(chain(&error)).code(error.code())),
        Err(Ended::Written(error)) => Err(unwritten(&error)),
    }
}

/// A cell with a decimal point where it is a number with another mark.
fn pointed(cell: &str, decimal: char) -> Cow<'_, str> {
    if decimal != '.' && learn::parse_number(cell.trim(), decimal).is_some() {
        return Cow::Owned(cell.replace(decimal, "."));
    }
    Cow::Borrowed(cell)
}

/// Rows of a source without names of columns: they are the features in their order.
fn without_names(workload: &Workload, text: &str, out: &mut dyn Write) -> Result<(), csv::Error> {
    let form = &workload.data.csv;
    let mut reader = csv::ReaderBuilder::new()
        .has_headers(false)
        .delimiter(u8::try_from(form.delimiter).unwrap_or(b','))
        .from_reader(text.as_bytes());
    let mut writer = csv::WriterBuilder::new().from_writer(out);
    for record in reader.records() {
        let record = record?;
        let cells = record.iter().map(|cell| pointed(cell, form.decimal));
        writer.write_record(cells.map(|cell| cell.into_owned().into_bytes()))?;
    }
    writer.flush().map_err(Into::into)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn workload(csv: &str) -> Workload {
        let text = format!(
            "plimsoll: 1\nname: a\ndata: {{ source: a.csv, csv: {{ {csv} }}, \
             columns: {{ id: number, x: number, y: category }}, ignore: [id] }}\ntask: {{ target: y }}\n"
        );
        workload::parse(&text).unwrap()
    }

    /// The rows of a batch input, beside a file of the data.
    fn served(csv: &str, name: &str, text: &str, data: Option<&str>) -> Result<String, String> {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join(name);
        std::fs::write(&path, text).unwrap();
        let first = folder.path().join("a.csv");
        std::fs::write(&first, data.unwrap_or_default()).unwrap();
        let first = data.map(|_| first.as_path());
        let prefix = format!("{}/", folder.path().display());
        let mut rows = Vec::new();
        as_served(&workload(csv), &path, first, &mut rows)
            .map(|made| if made { rows } else { text.as_bytes().to_vec() })
            .map(|rows| String::from_utf8(rows).unwrap())
            .map_err(|failure| failure.message.replace(&prefix, ""))
    }

    #[test]
    fn batch_rows_are_cut_as_a_model_takes_them() {
        let cases = [
            (
                "delimiter: \";\", decimal: \",\"",
                " id ;x;y\n1;2,5;a\n2;3,5;b,c\n",
                "2.5\n3.5\n",
            ),
            ("header: true", "x\n1\n", "1\n"),
            ("header: false", "1\n", "1\n"),
            ("header: false, delimiter: \"|\"", "1|a,b\n", "1,\"a,b\"\n"),
        ];
        for (csv, text, expected) in cases {
            assert_eq!(
                served(csv, "new.csv", text, None).unwrap(),
                expected,
                "{csv}"
            );
        }
    }

    #[test]
    fn columns_come_in_the_order_of_the_data_and_by_name() {
        let data = Some("z,id,x,y\n1,2,3,a\n");
        let of = |name: &str, text: &str| served("header: true", name, text, data);
        assert_eq!(of("new.csv", "x,z\n1,2\n").unwrap(), "2,1\n");
        assert_eq!(
            of(
                "new.jsonl",
                "{\"y\": \"a\", \"x\": 1.5, \"z\": null}\n{\"x\": 2, \"z\": 3}\n"
            )
            .unwrap(),
            ",1.5\n3,2\n"
        );
        assert_eq!(
            of("new.csv", "x\n1\n").unwrap_err(),
            "the rows of `new.csv` are not those of the data: column `z` is missing"
        );
        assert_eq!(
            of("new.csv", "x,z,w\n1,2,3\n").unwrap_err(),
            "the rows of `new.csv` are not those of the data: column `w` is not one of the data"
        );
        assert_eq!(
            of("new.csv", "x,z\n1\n").unwrap_err(),
            "`new.csv`, line 2: 1 cells, expected 2"
        );
    }

    #[test]
    fn hours_of_a_forecast_begin_with_their_time_and_keep_the_target() {
        let told = |header: bool| {
            let text = format!(
                "plimsoll: 1\nname: a\ndata: {{ source: a.csv, csv: {{ delimiter: \";\", decimal: \",\", header: {header} }}, \
                 columns: {{ id: number, x: number, Date: category, Time: category, y: number }}, ignore: [id] }}\n\
                 task: {{ target: y, kind: forecast, forecast: {{ time: [Date, Time], horizon: 1 h }} }}\n"
            );
            workload::parse(&text).unwrap()
        };
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("last.csv");
        let rows = "1;2,5;2024-01-01;00:00;7\n2;;2024-01-01;01:00;\n";
        for header in [true, false] {
            let names = if header { "id;x;Date;Time;y\n" } else { "" };
            let text = format!("{names}{rows}");
            std::fs::write(&path, &text).unwrap();
            let mut served = Vec::new();
            assert!(as_served(&told(header), &path, None, &mut served).unwrap());
            assert_eq!(
                String::from_utf8(served).unwrap(),
                "2024-01-01,00:00,2.5,7\n2024-01-01,01:00,,\n"
            );
        }
        std::fs::write(&path, "x;Date;Time\n1;2024-01-01;00:00\n").unwrap();
        let data = folder.path().join("a.csv");
        std::fs::write(&data, "x;Date;Time;y\n1;2024-01-01;00:00;2\n").unwrap();
        let refused = as_served(&told(true), &path, Some(&data), &mut Vec::new()).unwrap_err();
        assert!(
            refused.message.ends_with("column `y` is missing"),
            "{}",
            refused.message
        );
    }
}
