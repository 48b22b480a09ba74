//! Line numbers of places in a text. The CSV reader counts neither empty lines nor the end of a Windows line reliably, so
//! lines are counted from the byte at which a record starts, by reading once more: only what is refused has a line.

use std::io::Read;

/// The line of the record that starts at a place, or after the line ends that stand there; of a text that cannot be read to
/// that place the last line that can.
pub(crate) fn line_of(text: impl Read, place: u64) -> u64 {
    let mut line = 1;
    let bytes = std::io::BufReader::with_capacity(1 << 16, text).bytes();
    for (at, byte) in (0..).zip(bytes) {
        match byte {
            Ok(b'\n') => line += 1,
            Ok(b'\r') => {}
            Ok(_) if at < place => {}
            _ => break,
        }
    }
    line
}

#[cfg(test)]
mod tests {
    use super::*;

    fn lines(text: &str) -> Vec<u64> {
        let mut reader = csv::ReaderBuilder::new()
            .has_headers(false)
            .flexible(true)
            .from_reader(text.as_bytes());
        let mut found = Vec::new();
        let mut record = csv::StringRecord::new();
        while reader.read_record(&mut record).unwrap() {
            let place = record.position().unwrap().byte();
            found.push(line_of(text.as_bytes(), place));
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
