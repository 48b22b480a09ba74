//! Whole numbers in as few bytes as they need, seven bits a byte, lowest first.

use super::Error;

/// Appends a number.
pub(super) fn put(out: &mut Vec<u8>, mut value: u64) {
    while value >= 0x80 {
        out.push((value & 0x7f) as u8 | 0x80);
        value >>= 7;
    }
    out.push(value as u8);
}

/// Appends a signed number, small ones of either sign in one byte.
pub(super) fn put_signed(out: &mut Vec<u8>, value: i64) {
    put(out, ((value << 1) ^ (value >> 63)) as u64);
}

/// What is left to read.
#[derive(Debug)]
pub(super) struct Input<'a>(pub(super) &'a [u8]);

impl<'a> Input<'a> {
    pub(super) fn number(&mut self) -> Result<u64, Error> {
        let mut value = 0_u64;
        for shift in (0..64).step_by(7) {
            let (&byte, rest) = self.0.split_first().ok_or(Error::Short)?;
            self.0 = rest;
            let bits = u64::from(byte & 0x7f);
            // The tenth byte has room for one bit.
            if shift == 63 && bits > 1 {
                return Err(Error::Damaged("a number of more than 64 bits"));
            }
            value |= bits << shift;
            if byte < 0x80 {
                return Ok(value);
            }
        }
        Err(Error::Damaged("a number of more than 64 bits"))
    }

    pub(super) fn signed(&mut self) -> Result<i64, Error> {
        let value = self.number()?;
        Ok((value >> 1).cast_signed() ^ -(value & 1).cast_signed())
    }

    /// A count of things of which each takes at least one of so many parts of a byte.
    pub(super) fn count(&mut self, a_byte: usize) -> Result<usize, Error> {
        let count = usize::try_from(self.number()?).map_err(|_| Error::Short)?;
        if count > self.0.len().saturating_mul(a_byte) {
            return Err(Error::Short);
        }
        Ok(count)
    }

    pub(super) fn bytes(&mut self, length: usize) -> Result<&'a [u8], Error> {
        let (taken, rest) = self.0.split_at_checked(length).ok_or(Error::Short)?;
        self.0 = rest;
        Ok(taken)
    }

    pub(super) fn text(&mut self) -> Result<&'a str, Error> {
        let length = self.count(1)?;
        std::str::from_utf8(self.bytes(length)?).map_err(|_| Error::Damaged("a text is no UTF-8"))
    }
}
