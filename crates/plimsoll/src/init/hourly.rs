//! Rows that have a time: how they become a forecast is said, since whether they are hours is not looked at.

use workload::scalar;

use super::view::{View, quoted};

/// What to write for a forecast, where one or two columns may be the time of a row; `blank` rows have no cell at all.
pub(super) fn note(views: &[View], blank: u64) -> Option<String> {
    let is_time = |view: &&View| {
        view.facts.times > 0 && view.facts.times == view.present && view.missing() == blank
    };
    let time: Vec<&str> = views.iter().filter(is_time).map(View::name).collect();
    // Of more than two the time of a row is not told.
    let (names, list) = match time.as_slice() {
        [only] => (quoted(only), scalar(only)),
        [first, second] => (
            format!("{} and {}", quoted(first), quoted(second)),
            format!("[{}, {}]", scalar(first), scalar(second)),
        ),
        _ => return None,
    };
    Some(format!(
        "{names} may be the time of a row. Where rows are one hour apart and in order, a forecast is `kind: forecast` and \
         `forecast: {{ time: {list}, horizon: 1 h }}`, without the time in `data.ignore` and with models of a forecast: see \
         docs/guides/forecast.md."
    ))
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use super::super::compose::plan;
    use super::super::compose::tests::profiled;

    #[test]
    fn rows_with_a_time_may_be_a_forecast_and_how_is_said() {
        let rows: String = (0..80)
            .map(|row| {
                let (day, hour) = (row / 24 + 1, row % 24);
                format!(
                    "{day:02}/03/2004;{hour:02}.00.00;{};{}.5\n",
                    row % 7,
                    row * 3
                )
            })
            .collect();
        let profile = profiled(&format!("Date;Time;x;load\n{rows}"));
        let plan = plan(&profile, None, "load.csv").unwrap();
        let note = super::note(&plan.views, profile.blank).unwrap();
        assert!(note.starts_with("`Date` and `Time` may be the time of a row."));
        assert!(
            note.contains("`forecast: { time: [Date, Time], horizon: 1 h }`"),
            "{note}"
        );
        let draft = plan.draft(
            "load".parse().unwrap(),
            "load.csv".to_owned(),
            1,
            &BTreeMap::default(),
        );
        assert!(draft.target_notes.contains(&note));
    }

    #[test]
    fn rows_without_one_say_nothing() {
        let rows: String = (0..40)
            .map(|row| format!("{},{}\n", row % 7, row * 3))
            .collect();
        let profile = profiled(&format!("x,load\n{rows}"));
        let plan = plan(&profile, None, "load.csv").unwrap();
        assert_eq!(super::note(&plan.views, profile.blank), None);
    }
}
