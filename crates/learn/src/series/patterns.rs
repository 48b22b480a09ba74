//! Finding out how moments are written: the one pattern that reads them all.

use steps::Gaps;

use super::error::Error;
use super::hours::{Hours, Rows};
use super::moment::{Moment, Pattern};

const DATES: [&str; 6] = [
    "%Y-%m-%d", "%Y/%m/%d", "%d/%m/%Y", "%m/%d/%Y", "%d.%m.%Y", "%d-%m-%Y",
];
const BETWEEN: [&str; 2] = [" ", "T"];
const TIMES: [&str; 6] = ["%H:%M:%S", "%H:%M", "%H.%M.%S", "%H.%M", "%H", "%H:%M:%SZ"];

/// The pattern of texts and their moments. `place` names a text in errors.
///
/// Where days and months can be told apart by no text, the order under which the texts are an hour apart is taken; where both
/// are, nothing is guessed.
pub fn find(
    texts: &[String],
    gaps: Gaps,
    place: &dyn Fn(usize) -> String,
) -> Result<(String, Vec<Moment>), Error> {
    let mut whole: Vec<(String, Vec<Moment>)> = Vec::new();
    let mut furthest = ("%Y-%m-%d %H:%M:%S".to_owned(), 0);
    for text in candidates() {
        let pattern = Pattern::new(&text)?;
        let moments: Vec<Moment> = texts
            .iter()
            .map_while(|text| pattern.read(text).ok())
            .collect();
        if moments.len() == texts.len() {
            whole.push((text, moments));
        } else if moments.len() > furthest.1 {
            furthest = (text, moments.len());
        }
    }
    if whole.len() > 1 {
        let even = |moments: &[Moment]| {
            let rows = Rows {
                moments: moments.to_vec(),
                ..Rows::default()
            };
            Hours::of(rows, gaps, place).is_ok()
        };
        let kept: Vec<bool> = whole.iter().map(|(_, moments)| even(moments)).collect();
        if kept.contains(&true) {
            let mut kept = kept.into_iter();
            whole.retain(|_| kept.next() == Some(true));
        }
    }
    let text = |place: usize| texts.get(place).cloned().unwrap_or_default();
    match whole.pop() {
        Some(only) if whole.is_empty() => Ok(only),
        Some((last, _)) => {
            let others = whole.into_iter().map(|(pattern, _)| pattern);
            Err(Error::Ambiguous {
                text: text(0),
                patterns: others.chain([last]).collect(),
            })
        }
        None => Err(Error::Row {
            place: place(furthest.1),
            text: text(furthest.1),
            pattern: furthest.0,
        }),
    }
}

fn candidates() -> impl Iterator<Item = String> {
    let pairs = DATES.iter().flat_map(|date| {
        let times = BETWEEN
            .iter()
            .flat_map(|between| TIMES.iter().map(move |time| format!("{between}{time}")));
        times.map(move |time| format!("{date}{time}"))
    });
    pairs.chain(["%Y%m%d %H".to_owned(), "%Y%m%d%H".to_owned()])
}

#[cfg(test)]
mod tests {
    use super::*;

    fn found(texts: &[&str]) -> Result<(String, Vec<Moment>), Error> {
        let texts: Vec<String> = texts.iter().map(|&text| text.to_owned()).collect();
        find(&texts, Gaps::Error, &|row| format!("line {}", row + 2))
    }

    #[test]
    fn usual_forms_are_found() {
        let cases = [
            (
                &["13/03/2004 18.00.00", "13/03/2004 19.00.00"][..],
                "%d/%m/%Y %H.%M.%S",
            ),
            (&["2004-03-10 18:00"], "%Y-%m-%d %H:%M"),
            (&["2004-03-10T18:00:00Z"], "%Y-%m-%dT%H:%M:%SZ"),
            (&["03/31/2004 23:00", "04/01/2004 00:00"], "%m/%d/%Y %H:%M"),
            // Only one of both orders is hourly.
            (&["01/02/2004 23:00", "02/02/2004 00:00"], "%d/%m/%Y %H:%M"),
            (&["2004010123"], "%Y%m%d%H"),
        ];
        for (texts, pattern) in cases {
            let (own, moments) = found(texts).unwrap();
            assert_eq!((own.as_str(), moments.len()), (pattern, texts.len()));
        }
    }

    #[test]
    fn what_can_be_read_in_two_ways_or_in_none_is_said() {
        let error = found(&["01/02/2004 10:00", "01/02/2004 11:00"]).unwrap_err();
        let message = "moments such as `01/02/2004 10:00` can be read as `%d/%m/%Y %H:%M` and as `%m/%d/%Y %H:%M`";
        assert_eq!(
            (error.to_string().as_str(), error.code()),
            (message, "P0273")
        );
        let error = found(&["2004-01-01 10:00", "2004-01-01 24:00"]).unwrap_err();
        let message = "line 3: `2004-01-01 24:00` is not a moment in the form `%Y-%m-%d %H:%M`";
        assert_eq!(
            (error.to_string().as_str(), error.code()),
            (message, "P0270")
        );
        assert_eq!(found(&["soon"]).unwrap_err().code(), "P0270");
    }
}
