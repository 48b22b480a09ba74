//! Plots with two axes: a frame with ticks, units and a title in words. Small enough to be shown unscaled on a phone.

use std::fmt::Write as _;

use maud::{Markup, PreEscaped, html};

use crate::scale::Scale;

/// An axis of a plot.
#[derive(Clone, Copy)]
pub(crate) struct Axis<'a> {
    pub(crate) scale: &'a Scale,
    /// What it shows, with its unit.
    pub(crate) name: &'a str,
    pub(crate) label: &'a dyn Fn(f64) -> String,
}

/// A frame to draw in.
pub(crate) struct Plot<'a> {
    pub(crate) width: f64,
    pub(crate) height: f64,
    pub(crate) x: Axis<'a>,
    pub(crate) y: Axis<'a>,
    /// What the plot shows, in words, for those who do not see it.
    pub(crate) title: &'a str,
}

/// Room for ticks and names.
const LEFT: f64 = 54.0;
const RIGHT: f64 = 12.0;
const TOP: f64 = 10.0;
const BOTTOM: f64 = 46.0;

impl Plot<'_> {
    /// Where a value of the horizontal axis lies.
    pub(crate) fn at_x(&self, value: f64) -> f64 {
        LEFT + self.x.scale.place(value) * (self.width - LEFT - RIGHT)
    }

    /// Where a value of the vertical axis lies.
    pub(crate) fn at_y(&self, value: f64) -> f64 {
        let height = self.height - TOP - BOTTOM;
        TOP + (1.0 - self.y.scale.place(value)) * height
    }

    /// A path through points.
    pub(crate) fn path(&self, points: &[(f64, f64)]) -> String {
        let mut path = String::new();
        for (place, &(x, y)) in points.iter().enumerate() {
            let step = if place == 0 { 'M' } else { 'L' };
            let (x, y) = (self.at_x(x), self.at_y(y));
            write!(path, "{step}{x:.1} {y:.1}").expect("writing to a string never fails");
        }
        path
    }

    /// The plot with what was drawn in it.
    pub(crate) fn draw(&self, marks: &Markup) -> Markup {
        let (right, bottom) = (self.width - RIGHT, self.height - BOTTOM);
        let middle = f64::midpoint(LEFT, right);
        let centre = f64::midpoint(TOP, bottom);
        let view = format!("0 0 {} {}", self.width, self.height);
        let size = format!("max-width:{}px", self.width * 1.25);
        html! {
            svg.plot viewBox=(view) role="img" style=(size) {
                title { (self.title) }
                @for &tick in &self.x.scale.ticks {
                    @let x = place(self.at_x(tick));
                    line.grid x1=(x) x2=(x) y1=(place(TOP)) y2=(place(bottom)) {}
                    text x=(x) y=(place(bottom + 16.0)) text-anchor="middle" { ((self.x.label)(tick)) }
                }
                @for &tick in &self.y.scale.ticks {
                    @let y = place(self.at_y(tick));
                    line.grid x1=(place(LEFT)) x2=(place(right)) y1=(y) y2=(y) {}
                    text x=(place(LEFT - 7.0)) y=(place(self.at_y(tick) + 4.0)) text-anchor="end" {
                        ((self.y.label)(tick))
                    }
                }
                (marks)
                line.base x1=(place(LEFT)) x2=(place(right)) y1=(place(bottom)) y2=(place(bottom)) {}
                line.base x1=(place(LEFT)) x2=(place(LEFT)) y1=(place(TOP)) y2=(place(bottom)) {}
                text.name x=(place(middle)) y=(place(self.height - 6.0)) text-anchor="middle" { (self.x.name) }
                text.name x="14" y=(place(centre)) text-anchor="middle" transform=(turned(centre)) { (self.y.name) }
            }
        }
    }
}

/// A coordinate; tenths are finer than a pixel.
pub(crate) fn place(value: f64) -> PreEscaped<String> {
    PreEscaped(format!("{value:.1}"))
}

fn turned(y: f64) -> String {
    format!("rotate(-90 14 {y:.1})")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_corners_of_the_data_are_the_corners_of_the_frame() {
        let scale = Scale::exact(0.0, 1.0, 4);
        let label = |tick: f64| scale.label(tick);
        let axis = Axis {
            scale: &scale,
            name: "a, ms",
            label: &label,
        };
        let plot = Plot {
            width: 360.0,
            height: 340.0,
            x: axis,
            y: axis,
            title: "t",
        };
        assert_eq!(
            plot.path(&[(0.0, 0.0), (1.0, 1.0)]),
            "M54.0 294.0L348.0 10.0"
        );
        let text = plot.draw(&html! {}).into_string();
        assert_eq!(text.matches("a, ms").count(), 2);
        assert!(text.contains(">0.5</text>"), "{text}");
    }
}
