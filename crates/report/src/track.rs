//! Tracks: charts in a cell of a table, as wide as the cell. Positions are per cent, so text never shrinks with them.

use maud::{Markup, html};

use crate::figures::percent;
use crate::scale::Scale;

/// The ticks of an axis as a row of texts, for the head of the column.
pub(crate) fn axis(scale: &Scale, label: &dyn Fn(f64) -> String) -> Markup {
    html! {
        svg.track.axis aria-hidden="true" {
            @for &tick in &scale.ticks {
                @let place = scale.place(tick);
                @let anchor = if place < 0.06 { "start" } else if place > 0.94 { "end" } else { "middle" };
                text x=(percent(place)) y="12" text-anchor=(anchor) { (label(tick)) }
            }
        }
    }
}

/// A track with the grid of its axis; `title` says in words what it shows.
pub(crate) fn track(scale: &Scale, title: &str, marks: &Markup) -> Markup {
    html! {
        // The grid is as high as the cell, whatever else makes its row high.
        svg.lines aria-hidden="true" {
            @for &tick in &scale.ticks {
                @let place = percent(scale.place(tick));
                line.grid x1=(place) x2=(place) y1="0" y2="100%" {}
            }
        }
        svg.track role="img" {
            title { (title) }
            (marks)
        }
    }
}

/// A horizontal bar between two values.
pub(crate) fn bar(scale: &Scale, (from, to): (f64, f64), class: &str) -> Markup {
    let (left, right) = (scale.place(from.min(to)), scale.place(from.max(to)));
    html! {
        rect class=(class) x=(percent(left)) width=(percent(right - left)) y="25%" height="50%" {}
    }
}

/// A line between two values, with a point in it.
pub(crate) fn interval(scale: &Scale, (low, high): (f64, f64), point: f64) -> Markup {
    let (left, right) = (percent(scale.place(low)), percent(scale.place(high)));
    html! {
        line.whisker x1=(left) x2=(right) y1="50%" y2="50%" {}
        line.whisker x1=(left) x2=(left) y1="32%" y2="68%" {}
        line.whisker x1=(right) x2=(right) y1="32%" y2="68%" {}
        circle.dot cx=(percent(scale.place(point))) cy="50%" r="4.5" {}
    }
}

/// A published value: a hollow diamond, which no measured point is.
pub(crate) fn diamond(scale: &Scale, value: f64) -> Markup {
    html! {
        svg.at x=(percent(scale.place(value))) y="50%" width="1" height="1" overflow="visible" {
            path.diamond d="M0 -6L6 0L0 6L-6 0Z" {}
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn bars_lie_where_their_values_are_whichever_way_round() {
        let scale = Scale::exact(0.0, 10.0, 5);
        let there = bar(&scale, (2.0, 4.0), "b").into_string();
        assert_eq!(there, bar(&scale, (4.0, 2.0), "b").into_string());
        assert!(there.contains(r#"x="20.000%" width="20.000%""#), "{there}");
    }

    #[test]
    fn a_track_has_its_words_escaped() {
        let scale = Scale::exact(0.0, 1.0, 2);
        let text = track(&scale, "<b> & co", &html! {}).into_string();
        assert!(text.contains("<title>&lt;b&gt; &amp; co</title>"), "{text}");
    }
}
