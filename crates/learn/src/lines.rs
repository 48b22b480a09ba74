//! Line numbers of places in a text. The CSV reader counts neither empty lines nor the end of a Windows line reliably, so
//! lines are counted from the byte at which a record starts.

/// Counts lines up to rising places.
#[derive(Debug)]
pub(crate) struct Lines<'a> {
    bytes: &'a [u8],
    counted: usize,
    line: u64,
}

impl<'a> Lines<'a> {
    /// Starts at line 1.
    pub(crate) const fn new(bytes: &'a [u8]) -> Self {
        Self {
            bytes,
            counted: 0,
            line: 1,
        }
    }

    /// The line of the record that starts at a place, or after the line ends that stand there.
    pub(crate) fn at(&mut self, position: Option<&csv::Position>) -> u64 {
        let mut place = position
            .map_or(0, |position| position.byte() as usize)
            .min(self.bytes.len());
        while self
            .bytes
            .get(place)
            .is_some_and(|byte| matches!(byte, b'\r' | b'\n'))
        {
            place += 1;
        }
        let passed = self.bytes.get(self.counted..place).unwrap_or_default();
        self.line += passed
            .split(|&byte| byte == b'\n')
            .count()
            .saturating_sub(1) as u64;
        self.counted = self.counted.max(place);
        self.line
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn lines(text: &str) -> Vec<u64> {
        let mut reader = csv::ReaderBuilder::new()
            .has_headers(false)
            .flexible(true)
            .from_reader(text.as_bytes());
        let mut lines = Lines::new(text.as_bytes());
        let mut found = Vec::new();
        let mut record = csv::StringRecord::new();
        while reader.read_record(&mut record).unwrap() {
            found.push(lines.at(record.position()));
        }
        found
    }

    #[test]
    fn every_kind_of_line_end_is_counted() {
        assert_eq!(lines("a\nb\nc"), [1, 2, 3]);
        assert_eq!(lines("a\r\nb\r\nc\r\n"), [1, 2, 3]);
        assert_eq!(lines("\n\na\r\n\r\nb\n\n\nc\n"), [3, 5, 8]);
        assert_eq!(lines("\"a\nb\",1\nc,2\n"), [1, 3]);
    }
}
