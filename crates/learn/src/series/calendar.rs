//! What is known of an hour beforehand.

use std::f64::consts::PI;

use networks::functions::{cos, sin};

use super::moment::Moment;

/// Names of the calendar's columns.
pub const CALENDAR: [&str; 5] = [
    "hour_sin",
    "hour_cos",
    "weekday_sin",
    "weekday_cos",
    "weekend",
];

/// Sine and cosine of the hour of the day and of the day of the week as turns, and 1 on Saturday and Sunday.
pub fn calendar(moment: Moment) -> [f64; 5] {
    let day = 2.0 * PI * moment.hour() as f64 / 24.0;
    let week = 2.0 * PI * moment.weekday() as f64 / 7.0;
    let weekend = f64::from(u8::from(moment.weekday() >= 5));
    [sin(day), cos(day), sin(week), cos(week), weekend]
}

#[cfg(test)]
#[expect(clippy::float_cmp, reason = "these values are exact")]
mod tests {
    use super::*;

    #[test]
    fn hours_and_days_go_round() {
        // 2004-03-13 was a Saturday.
        let moment = Moment(12_490 * 86_400 + 6 * 3600);
        let near = |own: [f64; 5], expected: [f64; 5]| {
            own.iter().zip(expected).all(|(a, b)| (a - b).abs() < 1e-12)
        };
        let week = 2.0 * PI * 5.0 / 7.0;
        assert!(near(
            calendar(moment),
            [1.0, 0.0, week.sin(), week.cos(), 1.0]
        ));
        assert_eq!(calendar(moment.later(7 * 86_400)), calendar(moment));
        assert_eq!(calendar(moment.later(2 * 86_400))[4], 0.0);
    }
}
