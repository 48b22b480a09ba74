//! `DataProcessing`: which part of a record is sent, joining answers with their records, which part is written.
//!
//! Rows of CSV are cut into cells and put together again with their quotes; a line break within a cell is not supported,
//! as on AWS.

use bytes::Bytes;
use serde_json::{Value, json};

use super::json_path::JsonPath;

/// The member that carries an answer in a joined document.
const OUTPUT: &str = "SageMakerOutput";
/// The member that carries a record that is no object.
const INPUT: &str = "SageMakerInput";

/// The form of a payload.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Form {
    /// `text/csv`: a record a line.
    Csv,
    /// `application/jsonlines`: a document a line.
    JsonLines,
    /// `application/json`: one document.
    Json,
}

impl Form {
    /// The form of a content type.
    pub(crate) fn of(content_type: &str) -> Option<Self> {
        let name = content_type.split(';').next().unwrap_or_default().trim();
        match name.to_ascii_lowercase().as_str() {
            "text/csv" => Some(Self::Csv),
            "application/jsonlines" => Some(Self::JsonLines),
            "application/json" => Some(Self::Json),
            _ => None,
        }
    }
}

/// What happens with records and answers.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Records {
    /// The form of the input.
    pub(crate) form: Form,
    /// Whether each line of the input is a record.
    pub(crate) by_line: bool,
    /// What of a record is sent.
    pub(crate) input: JsonPath,
    /// Whether answers are joined with their records.
    pub(crate) join: bool,
    /// What of the answer, or of both joined, is written.
    pub(crate) output: JsonPath,
}

impl Records {
    /// The request of a payload.
    pub(crate) fn request(&self, payload: &[u8]) -> Result<Vec<u8>, String> {
        if self.input.is_whole() {
            return Ok(payload.to_vec());
        }
        let text = utf8(payload, "the input")?;
        let mut lines = Vec::new();
        for record in self.records(text) {
            lines.push(match self.form {
                Form::Csv => select_row(&self.input, record)?,
                Form::Json | Form::JsonLines => {
                    select(&self.input, &document(record)?)?.to_string()
                }
            });
        }
        Ok(lines.join("\n").into_bytes())
    }

    /// What is written for an answer to a payload.
    pub(crate) fn written(
        &self,
        payload: &[u8],
        (answer, content_type): (Bytes, Option<&str>),
    ) -> Result<Bytes, String> {
        if !self.join && self.output.is_whole() {
            return Ok(answer);
        }
        let form = match content_type {
            None => self.form,
            Some(name) => Form::of(name).ok_or_else(|| {
                format!("the answer is {name}; filters and joins take CSV, JSON and JSON Lines: set Accept")
            })?,
        };
        if self.join && (form == Form::Csv) != (self.form == Form::Csv) {
            return Err(format!(
                "the answer is {}, and cannot be joined with its record; set Accept to the form of the input",
                content_type.unwrap_or("of another form")
            ));
        }
        let records = self.records(utf8(payload, "the input")?);
        let answers = answers(utf8(&answer, "the answer")?, form, records.len());
        if self.join && answers.len() != records.len() {
            return Err(format!(
                "{} records were sent and {} answered: they cannot be joined",
                records.len(),
                answers.len()
            ));
        }
        let mut lines = Vec::with_capacity(answers.len());
        for (index, answer) in answers.iter().enumerate() {
            let record = records.get(index).copied().unwrap_or_default();
            lines.push(self.line(record, answer, form)?);
        }
        Ok(Bytes::from(lines.join("\n")))
    }

    fn line(&self, record: &str, answer: &str, form: Form) -> Result<String, String> {
        if form == Form::Csv {
            return if self.join {
                select_row(&self.output, &format!("{record},{answer}"))
            } else {
                select_row(&self.output, answer)
            };
        }
        let mut found = document(answer)?;
        if self.join {
            found = match document(record)? {
                Value::Object(mut members) => {
                    members.insert(OUTPUT.to_owned(), found);
                    Value::from(members)
                }
                record => json!({ INPUT: record, OUTPUT: found }),
            };
        }
        Ok(select(&self.output, &found)?.to_string())
    }

    fn records<'a>(&self, text: &'a str) -> Vec<&'a str> {
        if self.by_line || self.form != Form::Json {
            lines(text)
        } else {
            vec![text]
        }
    }
}

fn lines(text: &str) -> Vec<&str> {
    text.lines()
        .filter(|line| !line.trim().is_empty())
        .collect()
}

/// The answers to a number of records: a line each, or the elements of one list.
fn answers(text: &str, form: Form, records: usize) -> Vec<String> {
    let by_line = || lines(text).into_iter().map(str::to_owned).collect();
    if form != Form::Json {
        return by_line();
    }
    let whole = || vec![text.to_owned()];
    if records <= 1 {
        return whole();
    }
    match serde_json::from_str(text) {
        Ok(Value::Array(items)) => items.iter().map(Value::to_string).collect(),
        Ok(_) => whole(),
        Err(_) => by_line(),
    }
}

fn select(path: &JsonPath, document: &Value) -> Result<Value, String> {
    path.of(document).map_err(|error| error.to_string())
}

fn select_row(path: &JsonPath, row: &str) -> Result<String, String> {
    let cells = path
        .of_row(&cells(row))
        .map_err(|error| error.to_string())?;
    Ok(cells.join(","))
}

/// The cells of a row with their quotes.
fn cells(row: &str) -> Vec<&str> {
    let mut found = Vec::new();
    let (mut start, mut quoted) = (0, false);
    for (place, mark) in row.char_indices() {
        match mark {
            '"' => quoted = !quoted,
            ',' if !quoted => {
                found.push(&row[start..place]);
                start = place + 1;
            }
            _ => {}
        }
    }
    found.push(&row[start..]);
    found
}

fn document(text: &str) -> Result<Value, String> {
    serde_json::from_str(text).map_err(|error| {
        let beginning: String = text.chars().take(80).collect();
        format!("`{beginning}` is not JSON: {error}")
    })
}

fn utf8<'a>(bytes: &'a [u8], what: &str) -> Result<&'a str, String> {
    std::str::from_utf8(bytes).map_err(|_| format!("{what} is not text in UTF-8"))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn records(form: Form, paths: (&str, &str), join: bool) -> Records {
        Records {
            form,
            by_line: true,
            input: JsonPath::parse(paths.0).unwrap(),
            join,
            output: JsonPath::parse(paths.1).unwrap(),
        }
    }

    fn written(
        records: &Records,
        payload: &str,
        answer: &str,
        content_type: Option<&str>,
    ) -> Result<String, String> {
        let answer = Bytes::copy_from_slice(answer.as_bytes());
        let bytes = records.written(payload.as_bytes(), (answer, content_type))?;
        Ok(String::from_utf8(bytes.to_vec()).unwrap())
    }

    #[test]
    fn rows_lose_their_id_before_the_model_and_get_it_back() {
        let how = records(Form::Csv, ("$[1:]", "$[0,-1]"), true);
        let payload = "id1,\"a,b\",2\nid2,c,3\n";
        let sent = how.request(payload.as_bytes()).unwrap();
        assert_eq!(sent, b"\"a,b\",2\nc,3");
        let csv = Some("text/csv; charset=utf-8");
        assert_eq!(
            written(&how, payload, "0.5\n0.7\n", csv).unwrap(),
            "id1,0.5\nid2,0.7"
        );
        let joined = records(Form::Csv, ("$", "$"), true);
        assert_eq!(
            written(&joined, payload, "1\n0", csv).unwrap(),
            "id1,\"a,b\",2,1\nid2,c,3,0"
        );
        let plain = records(Form::Csv, ("$", "$[0]"), false);
        assert_eq!(
            written(&plain, payload, "1,0.2\n0,0.9", csv).unwrap(),
            "1\n0"
        );
    }

    #[test]
    fn documents_get_their_answer_as_a_member() {
        let how = records(
            Form::JsonLines,
            ("$.features", "$['id','SageMakerOutput']"),
            true,
        );
        let payload = "{\"id\":1,\"features\":[1,2]}\n{\"id\":2,\"features\":[3,4]}";
        assert_eq!(how.request(payload.as_bytes()).unwrap(), b"[1,2]\n[3,4]");
        let expected = "{\"id\":1,\"SageMakerOutput\":{\"p\":0.5}}\n{\"id\":2,\"SageMakerOutput\":{\"p\":0.7}}";
        for (answer, form) in [
            ("{\"p\":0.5}\n{\"p\":0.7}", "application/jsonlines"),
            ("[{\"p\":0.5},{\"p\":0.7}]", "application/json"),
        ] {
            assert_eq!(
                written(&how, payload, answer, Some(form)).unwrap(),
                expected
            );
        }
        let list = records(Form::Json, ("$", "$"), true);
        assert_eq!(
            written(&list, "[1,2]", "0.5", None).unwrap(),
            "{\"SageMakerInput\":[1,2],\"SageMakerOutput\":0.5}"
        );
    }

    #[test]
    fn what_cannot_be_joined_says_why() {
        let how = records(Form::Csv, ("$", "$"), true);
        for (answer, form, expected) in [
            ("1", Some("text/csv"), "2 records were sent and 1 answered"),
            (
                "[1,2]",
                Some("application/json"),
                "cannot be joined with its record",
            ),
            ("x", Some("image/png"), "the answer is image/png"),
        ] {
            let reason = written(&how, "a\nb", answer, form).unwrap_err();
            assert!(reason.contains(expected), "{reason}");
        }
        let filtered = records(Form::JsonLines, ("$.x", "$"), false);
        assert!(
            filtered
                .request(b"{\"y\":1}")
                .unwrap_err()
                .contains("selects nothing")
        );
        assert!(
            filtered
                .request(b"no json")
                .unwrap_err()
                .contains("is not JSON")
        );
    }

    #[test]
    fn without_paths_and_joins_bytes_pass_untouched() {
        let how = records(Form::Csv, ("$", "$"), false);
        assert_eq!(how.request(b"\xff,1\n").unwrap(), b"\xff,1\n");
        assert_eq!(
            how.written(b"", (Bytes::from_static(b"\xff"), Some("image/png")))
                .unwrap(),
            &b"\xff"[..]
        );
    }
}
