//! Rows as lines of cells, in schema order, or by name where there is a header.

use super::error::Error;
use crate::row::RowEncoder;
use crate::table::Table;

pub(crate) fn read(
    encoder: &RowEncoder,
    table: &mut Table,
    body: &[u8],
    header: bool,
) -> Result<(), Error> {
    let mut reader = csv::ReaderBuilder::new()
        .has_headers(false)
        .flexible(true)
        .from_reader(body);
    let mut record = csv::StringRecord::new();
    // Place in the line of each column of the schema.
    let mut places: Vec<usize> = (0..encoder.columns()).collect();
    // Cells of a line: those of a header may bring the target as well.
    let mut cells = encoder.columns();
    let mut header = header;
    loop {
        let row = table.rows();
        let more = reader
            .read_record(&mut record)
            .map_err(|_| Error::row(row, "not UTF-8 text"))?;
        if !more {
            return Ok(());
        }
        if header {
            header = false;
            places = by_name(encoder, &record)?;
            cells = record.len();
            continue;
        }
        if record.len() != cells {
            let problem = format!("{} cells, expected {cells}", record.len());
            return Err(Error::row(row, problem));
        }
        for (column, &place) in places.iter().enumerate() {
            let cell = record.get(place).unwrap_or_default();
            encoder
                .text(table, column, cell)
                .map_err(|bad| Error::cell(row, bad))?;
        }
        table.end_row();
    }
}

fn by_name(encoder: &RowEncoder, record: &csv::StringRecord) -> Result<Vec<usize>, Error> {
    let names: Vec<&str> = record.iter().map(str::trim).collect();
    let unknown = |name: &&&str| encoder.find(name).is_none() && !encoder.is_target(name);
    if let Some(unknown) = names.iter().find(unknown) {
        return Err(Error::body(format!(
            "column `{unknown}` of the header is not one of the model's"
        )));
    }
    let place = |column: usize| {
        let name = encoder.name(column);
        let missing = || Error::body(format!("column `{name}` is not in the header"));
        names
            .iter()
            .position(|&found| found == name)
            .ok_or_else(missing)
    };
    let places: Vec<usize> = (0..encoder.columns())
        .map(place)
        .collect::<Result<_, _>>()?;
    let mut sorted = names.clone();
    sorted.sort_unstable();
    sorted.dedup();
    if sorted.len() != names.len() {
        return Err(Error::body("a column stands twice in the header"));
    }
    Ok(places)
}
