//! From characters, which the YAML parser counts, to bytes, which slices and renderers count.

/// The byte at which each character starts; empty where every character is one byte.
pub(super) struct Offsets {
    starts: Vec<usize>,
    length: usize,
}

impl Offsets {
    pub(super) fn new(text: &str) -> Self {
        let starts = if text.is_ascii() {
            Vec::new()
        } else {
            text.char_indices().map(|(at, _)| at).collect()
        };
        Self {
            starts,
            length: text.len(),
        }
    }

    /// The byte at which the character of that number starts; the end of the text beyond it.
    pub(super) fn byte(&self, character: usize) -> usize {
        if self.starts.is_empty() {
            character.min(self.length)
        } else {
            self.starts.get(character).copied().unwrap_or(self.length)
        }
    }
}

#[cfg(test)]
mod tests {
    use super::Offsets;

    #[test]
    fn characters_of_several_bytes_are_counted_once() {
        let text = "a\u{e9}\u{20ac}b";
        let offsets = Offsets::new(text);
        assert_eq!(
            [0, 1, 2, 3, 4, 9].map(|n| offsets.byte(n)),
            [0, 1, 3, 6, 7, 7]
        );
    }

    #[test]
    fn plain_text_needs_no_table_and_the_end_is_the_limit() {
        let offsets = Offsets::new("abc");
        assert_eq!([0, 2, 3, 9].map(|n| offsets.byte(n)), [0, 2, 3, 3]);
    }
}
