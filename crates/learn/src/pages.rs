//! A page for each code of this crate's errors: what it means and what to do.

/// One page.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Page {
    /// The code, such as `P0201`.
    pub code: &'static str,
    /// What is wrong, in a few words.
    pub title: &'static str,
    /// The page, in Markdown.
    pub text: &'static str,
}

/// Pages from `errors/<code>.md`.
macro_rules! pages {
    ($($code:literal $title:literal)*) => {
        &[$(Page { code: $code, title: $title, text: include_str!(concat!("errors/", $code, ".md")) }),*]
    };
}

/// All pages, by code.
pub const PAGES: &[Page] = pages! {
    "P0201" "ragged row"
    "P0202" "not a number"
    "P0203" "a column that is not there"
    "P0204" "no rows"
    "P0205" "a column without any value"
    "P0206" "duplicate rows"
    "P0207" "a target that cannot be learned"
    "P0208" "a part without a class"
    "P0209" "text that cannot be read"
    "P0210" "column names that cannot be told"
    "P0211" "too many categories"
    "P0212" "a line that is no flat object"
    "P0213" "a Parquet file that is not whole"
    "P0214" "a column of a type that is not read"
    "P0215" "a column that is no feature"
    "P0216" "a column with one value"
    "P0217" "a number without end"
    "P0218" "data that changed while it was read"
    "P0219" "rows that cannot be dealt by a column"
    "P0220" "a file that cannot be read or written"
    "P0221" "an output that was changed"
    "P0222" "a document of another kind"
    "P0223" "prepared rows that do not fit"
    "P0224" "no threads"
    "P0225" "a hyperparameter that is wrong"
    "P0226" "a metric without meaning"
    "P0227" "no candidate to select from"
    "P0228" "impossible intervals"
    "P0230" "a model that cannot be read"
    "P0231" "an operator that is not supported"
    "P0232" "model, schema and rows that do not fit"
    "P0233" "copies of training rows among those that score"
    "P0234" "a column that says the target"
    "P0235" "a gap that says the target"
    "P0236" "training rows of the future"
    "P0624" "answers that are no predictions"
    "P0240" "a row that does not fit the model"
    "P0241" "a body that cannot be read"
    "P0242" "a content type that is not read"
    "P0243" "an answer type that is not written"
    "P0260" "an image that is not whole"
    "P0261" "a file that is no image that can be read"
    "P0262" "an image of another size"
    "P0263" "a folder without images by class"
    "P0264" "copies of an image"
    "P0265" "folders that make no parts"
    "P0266" "a training that was stopped"
    "P0270" "a text that is no moment"
    "P0271" "hours that do not follow each other"
    "P0272" "a series that lacks what is needed"
    "P0273" "moments that can be read in two ways"
    "P0274" "a part without an hour to forecast"
    "P0275" "too few hours for a forecast"
    "P0280" "a checkpoint of something else"
    "P0281" "a network that cannot be trained so"
    "P0601" "a file that is not text"
    "P0602" "files of several encodings"
    "P0603" "a line with other cells"
    "P0604" "names of columns"
    "P0605" "a source without rows"
    "P0606" "a row beyond a limit"
    "P0645" "groups that cannot be left out"
    "P0650" "operators that are not supported"
    "P0651" "a model file beyond the limits"
    "P0652" "a model that does not fit the task"
    "P0653" "rows that a model cannot answer"
    "P0654" "no model to take as it is"
};

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;

    /// Codes that the sources of this crate return.
    fn returned() -> BTreeSet<String> {
        let mut codes = BTreeSet::new();
        let mut open = vec![std::path::PathBuf::from(concat!(
            env!("CARGO_MANIFEST_DIR"),
            "/src"
        ))];
        while let Some(folder) = open.pop() {
            for entry in std::fs::read_dir(folder).unwrap() {
                let path = entry.unwrap().path();
                if path.is_dir() {
                    open.push(path);
                } else if path.extension().is_some_and(|extension| extension == "rs")
                    && !path.ends_with("pages.rs")
                {
                    let text = std::fs::read_to_string(&path).unwrap();
                    let quoted = text
                        .split("\"P0")
                        .skip(1)
                        .filter_map(|rest| rest.split_once('"'));
                    codes.extend(
                        quoted
                            .map(|(digits, _)| format!("P0{digits}"))
                            .filter(|code| code.len() == 5),
                    );
                }
            }
        }
        codes
    }

    #[test]
    fn every_code_has_a_page_and_every_page_a_code() {
        let pages: BTreeSet<String> = PAGES.iter().map(|page| page.code.to_owned()).collect();
        assert_eq!(pages.len(), PAGES.len());
        assert_eq!(returned(), pages);
    }

    #[test]
    fn pages_have_a_title_a_meaning_and_a_remedy() {
        for page in PAGES {
            let heading = format!("# {}: {}\n", page.code, page.title);
            assert!(page.text.starts_with(&heading), "{}", page.code);
            assert!(page.text.contains("\n## What to do\n"), "{}", page.code);
        }
    }
}
