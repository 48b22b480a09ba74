//! Exact copies of a row within one file. Cells are compared as they were understood: `63.0` equals `63`, and missing equals
//! missing. Columns that are ignored count as well: two people with different ids are two rows.

use std::collections::HashMap;

use sha2::{Digest, Sha256};
use steps::Duplicates;

use super::error::Error;
use super::facts::Value;
use crate::rows::{Opened, Row};

/// Finds copies while rows pass by.
pub(crate) struct Copies {
    rule: Duplicates,
    /// Numbers of the rows of the current file by what they say.
    seen: HashMap<[u8; 16], u64>,
    file: usize,
    text: Vec<u8>,
}

impl Copies {
    pub(crate) fn new(rule: Duplicates) -> Self {
        Self {
            rule,
            seen: HashMap::new(),
            file: 0,
            text: Vec::new(),
        }
    }

    /// What a row says as a few bytes.
    pub(crate) fn key(&mut self, values: &[Value<'_>]) -> [u8; 16] {
        self.text.clear();
        for value in values {
            match value {
                Value::Missing => self.text.push(0),
                Value::Number(number, _) if number.abs() < 1e15 => {
                    self.text.push(1);
                    self.text.extend(number.to_bits().to_le_bytes());
                }
                Value::Number(_, text) | Value::Text(text) => {
                    self.text.push(2);
                    self.text.extend(text.as_bytes());
                    // No text holds this byte.
                    self.text.push(0xFF);
                }
            }
        }
        let digest = Sha256::digest(&self.text);
        let mut key = [0; 16];
        key.copy_from_slice(&digest[..16]);
        key
    }

    /// Whether a row is an exact copy of an earlier one of its file that is dropped; an error where copies are one.
    pub(crate) fn is_copy(
        &mut self,
        opened: &Opened,
        key: &[u8; 16],
        row: &Row<'_>,
    ) -> Result<bool, Error> {
        if self.rule == Duplicates::Keep {
            return Ok(false);
        }
        if row.file != self.file {
            self.file = row.file;
            self.seen.clear();
        }
        match self.seen.get(key) {
            Some(&first) if self.rule == Duplicates::Error => Err(Error::Duplicate {
                place: opened.place(row.file, row.number),
                first: opened.place(row.file, first),
            }),
            Some(_) => Ok(true),
            None => {
                self.seen.insert(*key, row.number);
                Ok(false)
            }
        }
    }
}
