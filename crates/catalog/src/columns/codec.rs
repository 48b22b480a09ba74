//! Packs as bytes, and back.

use std::collections::BTreeMap;
use std::io::{Read, Write};

use flate2::Compression;
use flate2::read::DeflateDecoder;
use flate2::write::DeflateEncoder;

use super::table::{Column, Table, Texts, Wholes};
use super::varint::{Input, put, put_signed};

/// First bytes of a pack; the number rises when the format changes.
const MAGIC: &[u8] = b"plimsoll.columns/1\n";
/// A pack above this, uncompressed, is none of ours.
const LARGEST: u64 = 256 << 20;

/// Why bytes are no pack, or not the pack that was expected.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum Error {
    /// The first bytes are others.
    #[error("it does not begin as a catalog file does")]
    Foreign,
    /// The bytes end too early.
    #[error("it ends too early")]
    Short,
    /// The bytes contradict themselves.
    #[error("it is damaged: {0}")]
    Damaged(&'static str),
    /// It is larger than any catalog.
    #[error("it is larger than a catalog can be")]
    Large,
    /// A table is missing.
    #[error("it has no table `{0}`")]
    Table(String),
    /// A column is missing or of the other kind.
    #[error("it has no column `{0}` of the right kind")]
    Column(String),
    /// A value is none that the catalog knows.
    #[error("`{value}` is no {what}")]
    Value {
        /// What it should be.
        what: &'static str,
        /// What it is.
        value: String,
    },
}

/// Named tables.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Pack(BTreeMap<String, Table>);

impl Pack {
    /// Adds a table.
    pub fn with(mut self, name: &str, table: Table) -> Self {
        self.0.insert(name.to_owned(), table);
        self
    }

    /// The table of this name.
    pub fn table(&self, name: &str) -> Result<&Table, Error> {
        self.0
            .get(name)
            .ok_or_else(|| Error::Table(name.to_owned()))
    }

    /// The bytes of the pack; the same for the same tables.
    pub fn encode(&self) -> Vec<u8> {
        let mut body = Vec::new();
        put(&mut body, self.0.len() as u64);
        for (name, table) in &self.0 {
            put_text(&mut body, name);
            put(&mut body, table.rows as u64);
            put(&mut body, table.columns.len() as u64);
            for (name, column) in &table.columns {
                put_text(&mut body, name);
                put_column(&mut body, column);
            }
        }
        let mut encoder = DeflateEncoder::new(MAGIC.to_vec(), Compression::best());
        encoder
            .write_all(&body)
            .and_then(|()| encoder.finish())
            .expect("memory takes every byte")
    }

    /// Reads the bytes of a pack.
    pub fn decode(bytes: &[u8]) -> Result<Self, Error> {
        let packed = bytes.strip_prefix(MAGIC).ok_or(Error::Foreign)?;
        let mut body = Vec::new();
        DeflateDecoder::new(packed)
            .take(LARGEST + 1)
            .read_to_end(&mut body)
            .map_err(|_| Error::Damaged("the compressed bytes are none"))?;
        if body.len() as u64 > LARGEST {
            return Err(Error::Large);
        }
        let mut input = Input(&body);
        let mut tables = BTreeMap::new();
        for _ in 0..input.count(1)? {
            let name = input.text()?.to_owned();
            let rows = input.number()?;
            let rows = usize::try_from(rows).map_err(|_| Error::Short)?;
            let mut table = Table::new(rows);
            for _ in 0..input.count(1)? {
                let name = input.text()?.to_owned();
                table.columns.push((name, column(&mut input, rows)?));
            }
            tables.insert(name, table);
        }
        if !input.0.is_empty() {
            return Err(Error::Damaged("more bytes than it says"));
        }
        Ok(Self(tables))
    }
}

fn put_text(out: &mut Vec<u8>, text: &str) {
    put(out, text.len() as u64);
    out.extend_from_slice(text.as_bytes());
}

const TEXTS: u8 = 0;
const WHOLES: u8 = 1;

fn put_column(out: &mut Vec<u8>, column: &Column) {
    match column {
        Column::Texts(texts) => {
            out.push(TEXTS);
            put(out, texts.words.len() as u64);
            texts.words.iter().for_each(|word| put_text(out, word));
            let mut last = 0;
            for &place in &texts.places {
                let place = i64::from(place);
                put_signed(out, place - last);
                last = place;
            }
        }
        Column::Wholes(Wholes(values)) => {
            out.push(WHOLES);
            for eight in values.chunks(8) {
                let bits = eight.iter().enumerate();
                out.push(bits.fold(0, |byte, (bit, value)| {
                    byte | u8::from(value.is_some()) << bit
                }));
            }
            let scale = scale(values);
            put(out, scale.unsigned_abs());
            let mut last = 0_i64;
            for value in values.iter().flatten() {
                let value = value / scale;
                put_signed(out, value.wrapping_sub(last));
                last = value;
            }
        }
    }
}

/// The largest number that divides all: prices have few digits.
fn scale(values: &[Option<i64>]) -> i64 {
    let mut common = 0_u64;
    for value in values.iter().flatten() {
        let (mut left, mut right) = (common, value.unsigned_abs());
        while right != 0 {
            (left, right) = (right, left % right);
        }
        common = left;
        if common == 1 {
            break;
        }
    }
    i64::try_from(common).unwrap_or(1).max(1)
}

fn column(input: &mut Input<'_>, rows: usize) -> Result<Column, Error> {
    match input.bytes(1)? {
        [TEXTS] => texts(input, rows).map(Column::Texts),
        [WHOLES] => wholes(input, rows).map(Column::Wholes),
        _ => Err(Error::Damaged("a column of no known kind")),
    }
}

fn texts(input: &mut Input<'_>, rows: usize) -> Result<Texts, Error> {
    let words: Vec<String> = (0..input.count(1)?)
        .map(|_| input.text().map(str::to_owned))
        .collect::<Result<_, _>>()?;
    if rows > input.0.len() {
        return Err(Error::Short);
    }
    let mut places = Vec::with_capacity(rows);
    let mut last = 0_i64;
    for _ in 0..rows {
        last = last.wrapping_add(input.signed()?);
        let place = u32::try_from(last)
            .ok()
            .filter(|&place| (place as usize) < words.len());
        places.push(place.ok_or(Error::Damaged("a text beyond the dictionary"))?);
    }
    Ok(Texts { words, places })
}

fn wholes(input: &mut Input<'_>, rows: usize) -> Result<Wholes, Error> {
    let present = input.bytes(rows.div_ceil(8))?;
    let scale = i64::try_from(input.number()?).map_err(|_| Error::Damaged("a scale too large"))?;
    let mut values = Vec::with_capacity(rows);
    let mut last = 0_i64;
    for row in 0..rows {
        if present[row / 8] >> (row % 8) & 1 == 0 {
            values.push(None);
            continue;
        }
        last = last.wrapping_add(input.signed()?);
        let value = last.checked_mul(scale);
        values.push(Some(
            value.ok_or(Error::Damaged("a number of more than 64 bits"))?,
        ));
    }
    Ok(Wholes(values))
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn sample() -> Pack {
        let table = Table::new(3)
            .with_texts("type", ["c5.large", "c5.large", "m5.large"])
            .with_wholes("price", [Some(85_000_000), None, Some(96_000_000)]);
        Pack::default()
            .with("offers", table)
            .with("none", Table::new(0))
    }

    #[test]
    fn what_goes_in_comes_out() {
        let pack = Pack::decode(&sample().encode()).unwrap();
        assert_eq!(pack, sample());
        let offers = pack.table("offers").unwrap();
        assert_eq!(offers.texts("type").unwrap().get(2), "m5.large");
        assert_eq!(offers.texts("type").unwrap().words().len(), 2);
        assert_eq!(offers.wholes("price").unwrap().get(1), None);
        assert_eq!(offers.wholes("price").unwrap().get(2), Some(96_000_000));
        assert_eq!(pack.table("more"), Err(Error::Table("more".into())));
        assert_eq!(offers.texts("price"), Err(Error::Column("price".into())));
        assert_eq!(offers.wholes("speed"), Err(Error::Column("speed".into())));
    }

    #[test]
    fn the_ends_of_the_range_are_kept() {
        let values = [
            Some(i64::MIN),
            Some(i64::MAX),
            None,
            Some(0),
            Some(i64::MIN),
        ];
        let pack = Pack::default().with("t", Table::new(5).with_wholes("n", values));
        assert_eq!(Pack::decode(&pack.encode()), Ok(pack));
    }

    #[test]
    fn what_is_no_pack_is_refused() {
        let whole = sample().encode();
        assert_eq!(Pack::decode(b"InstanceType,vCPUs"), Err(Error::Foreign));
        assert_eq!(
            Pack::decode(MAGIC),
            Err(Error::Damaged("the compressed bytes are none"))
        );
        for end in MAGIC.len()..whole.len() {
            assert!(Pack::decode(&whole[..end]).is_err(), "{end}");
        }
    }

    fn packed(body: &[u8]) -> Vec<u8> {
        let mut encoder = DeflateEncoder::new(MAGIC.to_vec(), Compression::fast());
        encoder.write_all(body).unwrap();
        encoder.finish().unwrap()
    }

    proptest! {
        #[test]
        fn any_column_returns(
            texts in prop::collection::vec("[a-c]{0,2}", 40),
            wholes in prop::collection::vec(prop::option::of(any::<i64>()), 40),
        ) {
            let table = Table::new(40)
                .with_texts("t", texts.iter().map(String::as_str))
                .with_wholes("w", wholes.iter().copied());
            let pack = Pack::default().with("x", table);
            prop_assert_eq!(Pack::decode(&pack.encode()), Ok(pack));
        }

        #[test]
        fn no_bytes_make_it_panic(body in prop::collection::vec(any::<u8>(), 0..200)) {
            let _ = Pack::decode(&packed(&body));
        }
    }
}
