//! "Did you mean": the nearest known word, if it is near.

/// The known word with the fewest edits from what was typed, where they are at most a third of its letters.
///
/// ```
/// assert_eq!(workload::nearest("splt", ["split", "select"]), Some("split"));
/// ```
pub fn nearest<'a>(typed: &str, known: impl IntoIterator<Item = &'a str>) -> Option<&'a str> {
    // A long word is no typo of a short one, and the table below grows with it.
    if typed.len() > 64 {
        return None;
    }
    let lower = typed.to_lowercase();
    let near = known
        .into_iter()
        .map(|word| (edits(&lower, &word.to_lowercase()), word));
    near.filter(|&(distance, word)| distance <= (word.chars().count() / 3).max(1))
        .filter(|&(distance, word)| distance < word.chars().count())
        .min_by_key(|&(distance, _)| distance)
        .map(|(_, word)| word)
}

/// Edits from one word to the other: a letter put in, left out, replaced, or two neighbours swapped.
fn edits(from: &str, to: &str) -> usize {
    let (from, to): (Vec<char>, Vec<char>) = (from.chars().collect(), to.chars().collect());
    let mut rows = vec![vec![0; to.len() + 1]; from.len() + 1];
    for (i, row) in rows.iter_mut().enumerate() {
        row[0] = i;
    }
    for (j, cell) in rows[0].iter_mut().enumerate() {
        *cell = j;
    }
    for i in 1..=from.len() {
        for j in 1..=to.len() {
            let replaced = rows[i - 1][j - 1] + usize::from(from[i - 1] != to[j - 1]);
            let mut best = replaced.min(rows[i - 1][j] + 1).min(rows[i][j - 1] + 1);
            if i > 1 && j > 1 && from[i - 1] == to[j - 2] && from[i - 2] == to[j - 1] {
                best = best.min(rows[i - 2][j - 2] + 1);
            }
            rows[i][j] = best;
        }
    }
    rows[from.len()][to.len()]
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::{edits, nearest};

    #[test]
    fn edits_are_counted_once_each() {
        let cases = [
            ("task", "task", 0),
            ("taks", "task", 1),
            ("tas", "task", 1),
            ("tasks", "task", 1),
            ("tisk", "task", 1),
            ("", "task", 4),
            ("kitten", "sitting", 3),
        ];
        for (from, to, expected) in cases {
            assert_eq!(edits(from, to), expected, "{from} {to}");
        }
    }

    #[test]
    fn only_a_near_word_is_suggested() {
        let known = [
            "data", "task", "split", "prepare", "models", "f1", "f1_macro",
        ];
        let cases = [
            ("taks", Some("task")),
            ("Task", Some("task")),
            ("model", Some("models")),
            ("prepre", Some("prepare")),
            ("f1macro", Some("f1_macro")),
            ("f2", Some("f1")),
            ("xyz", None),
            ("x", None),
            ("", None),
        ];
        for (typed, expected) in cases {
            assert_eq!(nearest(typed, known), expected, "{typed}");
        }
    }

    proptest! {
        #[test]
        fn edits_are_symmetric_and_bounded(a in "[a-e]{0,8}", b in "[a-e]{0,8}") {
            prop_assert_eq!(edits(&a, &b), edits(&b, &a));
            prop_assert!(edits(&a, &b) <= a.len().max(b.len()));
            prop_assert_eq!(edits(&a, &b) == 0, a == b);
        }
    }
}
